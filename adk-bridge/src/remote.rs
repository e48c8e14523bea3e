//! A remote A2A agent, used as if it were local.

mod abandoned;
mod aggregate;
mod incoming;
mod known;
mod outgoing;
mod running;

use std::{error::Error, fmt, sync::Arc};

use a2a_client::{Client, ClientBuilder, ConnectError, Target};
use a2a_core::Message;
use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;

use self::{
    incoming::Incoming,
    outgoing::Outgoing,
    running::{Reply, Running},
};
use crate::{
    AgentError, Event,
    adk::{Agent, AgentKind, Description, Emitter, EventStream, InvocationContext, PausedTurn},
    convert::keys,
};

/// How far a remote agent is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses one of the two")]
pub enum Trust {
    /// Somebody else's agent, the default. The proxy is the author of all it says, and of its actions only
    /// `escalate` and `skipSummarization` count.
    #[default]
    Peer,
    /// An agent of our own elsewhere. Its events come whole, with their authors, ids, actions and state changes, so
    /// that its timeline can't be told from a local one. The remote must be reached by HTTPS or be on this machine, or
    /// every turn fails. A remote that doesn't take us for its own answers as a peer. Its agents are agents of this
    /// app, so no two of them may have one name.
    Own,
}

/// What becomes of the remote task when the turn is dropped before its end, or canceled while the task waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses one of the two")]
pub enum OnDrop {
    /// It is canceled, the default: nobody waits for it any more. A peer that doesn't stream tells which task it is
    /// at the end only, so there it goes on.
    #[default]
    Cancel,
    /// It goes on.
    Keep,
}

/// An agent at the other end of A2A.
///
/// It sends what the remote hasn't seen yet: usually the user's message, otherwise also what other agents said
/// since, quoted. An answer to a question of the remote goes to the task that asked, or if that is gone to its
/// conversation; and so does any text to a peer whose task waits. The remote is looked up at the first message; one
/// that can't be reached is a failure of that turn and nothing else.
///
/// A task that fails, is refused or canceled ends the turn as an `Err` of a local agent does, by an event that says
/// so.
///
/// When a turn is run again because this process died, the remote gets the same message under the same idempotency
/// key: one that knows the key, as ours do for some minutes, goes on with the task that it has begun. Where it doesn't,
/// the message begins another task; an agent of our own that has the message in its session begins that one with what
/// it has stored, and goes on behind it.
///
/// ```no_run
/// use adk_bridge::{RemoteAgent, Runner, Trust};
/// use futures_util::StreamExt as _;
///
/// # async fn example() -> Result<(), adk_bridge::adk::RunError> {
/// let shout = RemoteAgent::new("shout", "http://127.0.0.1:8080").trust(Trust::Own);
/// let mut turn = Runner::new("demo", shout).run("ann", "s1", "hello there");
/// while let Some(event) = turn.next().await { println!("{:?}", event?); }
/// # Ok(())
/// # }
/// ```
///
/// # Defaults
///
/// [`Trust::Peer`], [`OnDrop::Cancel`], and the time limits of [`a2a_client::Timeouts`].
#[derive(Clone)]
pub struct RemoteAgent {
    name: String,
    text: String,
    target: Target,
    settings: ClientBuilder,
    trust: Trust,
    on_drop: OnDrop,
    client: Arc<OnceCell<Client>>,
    /// Whether the client was given, with its own settings.
    given: bool,
}

impl RemoteAgent {
    /// An agent of this name at a base URL, a card's URL or file, or of a card in hand.
    pub fn new(name: impl Into<String>, target: impl Into<Target>) -> Self {
        Self {
            name: name.into(),
            text: String::new(),
            target: target.into(),
            settings: Client::builder(),
            trust: Trust::default(),
            on_drop: OnDrop::default(),
            client: Arc::default(),
            given: false,
        }
    }

    /// An agent that is called through this client, which has its own settings.
    pub fn over(name: impl Into<String>, client: Client) -> Self {
        let cell = OnceCell::new_with(Some(client));
        Self { client: Arc::new(cell), given: true, ..Self::new(name, "") }
    }

    /// Says what the agent is for: a card of a local agent that uses it will.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// Sets how far it is believed.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Sets what becomes of its task when the turn is dropped.
    #[must_use]
    pub fn on_drop(mut self, on_drop: OnDrop) -> Self {
        self.on_drop = on_drop;
        self
    }

    /// Sends this token with each request.
    #[must_use]
    pub fn bearer(self, token: impl Into<String>) -> Self {
        self.client(|settings| settings.bearer(token))
    }

    /// Sends this header with each request.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.client(|settings| settings.header(name, value))
    }

    /// Changes any other setting of the client: time limits, origins, sizes.
    #[must_use]
    pub fn client(mut self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        self.settings = change(self.settings);
        if !self.given {
            // A clone may have connected already, without the change.
            self.client = Arc::default();
        }
        self
    }

    async fn connected(&self) -> Result<&Client, ConnectError> {
        let connect = || self.settings.clone().connect(self.target.clone());
        self.client.get_or_try_init(connect).await
    }

    /// Sends the message and hands on what comes back.
    async fn call(&self, cx: InvocationContext, mut out: Emitter) -> Result<(), AgentError> {
        let mut outgoing = Outgoing::new(&cx, &self.name, self.trust)
            .ok_or_else(|| AgentError::public(format!("there is nothing to send to {}", self.name)))?;
        let incoming = |to: &Message| Incoming::new(&cx, &self.name, self.trust, to);
        let mut reader = incoming(&outgoing.message);
        if let Some(told) = cx.stored(&reader.lost_id()) {
            // An earlier attempt at the turn has failed here, and what is stored of it counts.
            let before = cx.repeated().iter().filter(|event| is_from(event, &self.name));
            for event in before.take_while(|event| event.id != told.id) {
                out.emit(Event::clone(event)).await?;
            }
            out.emit(told.clone()).await?;
            return Err(AgentError::told(told));
        }
        let client = match self.connected().await {
            Ok(client) => client,
            Err(error) => return self.lost(reader, &error, "can't be reached", &mut out).await,
        };
        if self.trust == Trust::Own && !client.is_authenticated() {
            let text =
                format!("the remote agent {} can't be proven to be our own: it needs HTTPS", self.name);
            return Err(AgentError::public(text).with_code(REMOTE_ERROR));
        }
        let mut running = self.ask(client, outgoing.message.clone(), &outgoing.key);
        let mut next = running.next().await;
        if matches!(&next, Some(Err(lost)) if lost.is_about_task()) && outgoing.leave_task() {
            // The remote has lost the task or ended it, but its session may still know the question.
            reader = incoming(&outgoing.message);
            running = self.ask(client, outgoing.message, &outgoing.key);
            next = running.next().await;
        }
        while let Some(update) = next {
            match update {
                Ok(update) => {
                    for event in reader.take(&update) {
                        out.emit(event).await?;
                    }
                }
                Err(lost) => return self.lost(reader, &lost, "failed", &mut out).await,
            }
            if reader.is_over() {
                break;
            }
            next = running.next().await;
        }
        for event in reader.finish() {
            out.emit(event).await?;
        }
        if !reader.is_over() {
            return self.lost(reader, &Unfinished, "failed", &mut out).await;
        }
        reader.into_failure().map_or(Ok(()), Err)
    }

    fn ask(&self, client: &Client, message: Message, key: &str) -> Running {
        // ADK's Python servers say more to those who know its extension.
        let mut call = client.call().extension(keys::ADK_EXTENSION).idempotency_key(key);
        if self.trust == Trust::Own {
            call = call.extension(keys::EVENTS_EXTENSION);
        }
        let streams = client.card().is_none_or(|card| card.capabilities.streaming == Some(true));
        let asking = async move {
            if streams {
                call.stream(message).await.map(|stream| Reply::Stream(Box::new(stream)))
            } else {
                call.send(message).await.map(|answer| Reply::Answer(Box::new(answer)))
            }
        };
        Running::new(client.clone(), Box::pin(asking), self.on_drop)
    }

    /// Tells of a remote that can't be heard, behind what was heard of it.
    async fn lost(
        &self,
        mut heard: Incoming,
        error: &(dyn Error + Sync + 'static),
        what: &str,
        out: &mut Emitter,
    ) -> Result<(), AgentError> {
        tracing::warn!(agent = self.name, error = error as &dyn Error, "the remote agent {what}");
        for event in heard.finish() {
            out.emit(event).await?;
        }
        let mut event = heard.own_event();
        event.id = heard.lost_id();
        event.error_code = Some(REMOTE_ERROR.to_owned());
        event.error_message = Some(format!("the remote agent {} {what}", self.name));
        event.turn_complete = Some(true);
        event.custom_metadata.insert(keys::A2A_ERROR.to_owned(), error.to_string().into());
        let told = AgentError::told(&event);
        out.emit(event).await?;
        Err(told)
    }
}

/// The error code of a turn whose remote couldn't be reached, or broke off.
pub const REMOTE_ERROR: &str = "REMOTE_ERROR";

/// An answer came before the task had ended or paused.
#[derive(Debug, thiserror::Error)]
#[error("the answer came before the task had ended or paused")]
struct Unfinished;

/// Whether an event came through the proxy of this name.
fn is_from(event: &Event, name: &str) -> bool {
    event.custom_metadata.get(keys::A2A_PROXY).is_some_and(|proxy| proxy == name)
}

impl Agent for RemoteAgent {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, cx: InvocationContext) -> EventStream<'_> {
        let cx = cx.for_agent(&self.name);
        EventStream::new(|out| self.call(cx, out))
    }

    fn describe(&self) -> Description<'_> {
        Description::new(AgentKind::Remote, &self.text)
    }

    fn cancel(&self, paused: PausedTurn) -> BoxFuture<'_, Result<(), AgentError>> {
        Box::pin(async move { self.abandon(&paused).await })
    }
}

impl fmt::Debug for RemoteAgent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteAgent")
            .field("name", &self.name)
            .field("trust", &self.trust)
            .field("on_drop", &self.on_drop)
            .finish_non_exhaustive()
    }
}
