//! A remote A2A agent, used as if it were local.

mod aggregate;
mod incoming;
mod outgoing;
mod running;

use std::{fmt, sync::Arc};

use a2a_client::{Client, ClientBuilder, Target};
use tokio::sync::OnceCell;

use self::{incoming::Incoming, outgoing::Outgoing, running::Running};
use crate::{
    AgentError,
    adk::{Agent, AgentKind, Description, Emitter, EventStream, InvocationContext},
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
    /// that its timeline can't be told from a local one. Choose it only for a remote whose identity is proven, or on
    /// loopback. A remote that doesn't take us for its own answers as a peer.
    Own,
}

/// What becomes of the remote task when the turn is dropped before its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a caller chooses one of the two")]
pub enum OnDrop {
    /// It is canceled, the default: nobody waits for it any more.
    #[default]
    Cancel,
    /// It goes on.
    Keep,
}

/// An agent at the other end of A2A.
///
/// It sends what the remote hasn't seen yet: usually the user's message, otherwise also what other agents said
/// since, quoted. An answer to a question of the remote goes to the task that asked. The remote is looked up at the
/// first message; one that can't be reached is a failure of that turn and nothing else.
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
        }
    }

    /// An agent that is called through this client, which has its own settings.
    pub fn over(name: impl Into<String>, client: Client) -> Self {
        let cell = OnceCell::new_with(Some(client));
        Self { client: Arc::new(cell), ..Self::new(name, "") }
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
        self
    }

    async fn connected(&self) -> Result<&Client, AgentError> {
        let connect = || self.settings.clone().connect(self.target.clone());
        self.client.get_or_try_init(connect).await.map_err(|error| {
            let text = format!("the remote agent {} can't be reached", self.name);
            failed(error, text)
        })
    }

    /// Sends the message and hands on what comes back.
    async fn call(&self, cx: InvocationContext, mut out: Emitter) -> Result<(), AgentError> {
        let Outgoing { message, resumes } = Outgoing::new(&cx, &self.name, self.trust)
            .ok_or_else(|| AgentError::public(format!("there is nothing to send to {}", self.name)))?;
        let client = self.connected().await?;
        let mut call = client.call();
        if self.trust == Trust::Own {
            call = call.extension(keys::EVENTS_EXTENSION);
        }
        let mut incoming = Incoming::new(&cx, &self.name, self.trust, resumes);
        let streams = client.card().is_none_or(|card| card.capabilities.streaming == Some(true));
        if !streams {
            let answer = call.send(message).await.map_err(|error| self.lost(error))?;
            for event in incoming.answer(answer) {
                out.emit(event).await?;
            }
            return Ok(());
        }
        let stream = call.stream(message).await.map_err(|error| self.lost(error))?;
        let mut running = Running::new(client.clone(), stream, self.on_drop);
        while let Some(update) = running.next().await {
            let update = update.map_err(|error| self.lost(error))?;
            for event in incoming.take(&update) {
                out.emit(event).await?;
            }
        }
        for event in incoming.end() {
            out.emit(event).await?;
        }
        Ok(())
    }

    fn lost(&self, error: impl std::error::Error + Send + Sync + 'static) -> AgentError {
        let text = format!("the remote agent {} failed", self.name);
        failed(error, text)
    }
}

/// The error code of a turn whose remote couldn't be reached, or broke off.
pub const REMOTE_ERROR: &str = "REMOTE_ERROR";

fn failed(error: impl std::error::Error + Send + Sync + 'static, text: String) -> AgentError {
    AgentError::from(error).with_public(text).with_code(REMOTE_ERROR)
}

impl Agent for RemoteAgent {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&self, cx: InvocationContext) -> EventStream<'_> {
        EventStream::new(|out| self.call(cx, out))
    }

    fn describe(&self) -> Description<'_> {
        Description::new(AgentKind::Remote, &self.text)
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
