use futures_util::future::BoxFuture;
use serde_json::{Map, Value};

use super::agent::Agent;
use super::agent_error::AgentError;
use super::cancellation::Cancellation;
use super::content::{Content, Role};
use super::event::{Event, USER};
use super::ids::{AppName, SessionId, UserId};
use super::part::Part;
use super::paused_turn::CancelRequest;
use super::run_config::RunConfig;
use super::session::SessionService;
use super::stream::EventStream;

/// What a user sends: a text, any content, or answers to what was asked.
///
/// Answers are the parts that [`Pending`](super::Pending) makes; a `Vec` or an array of them answers several
/// questions at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    event: Event,
}

impl Input {
    /// The event that the session will have; id, invocation and time may be empty.
    pub fn into_event(self) -> Event {
        self.event
    }
}

/// The event of a user, kept as it is: what it leaves empty is filled by the [`Runner`](super::Runner).
impl From<Event> for Input {
    fn from(mut event: Event) -> Self {
        if event.author.is_empty() {
            USER.clone_into(&mut event.author);
        }
        Self { event }
    }
}

impl From<Content> for Input {
    fn from(mut content: Content) -> Self {
        content.role.get_or_insert(Role::User);
        Event::new(USER).with_content(content).into()
    }
}

macro_rules! input_from {
    ($($type:ty),+) => {$(
        impl From<$type> for Input {
            fn from(content: $type) -> Self {
                Content::from(content).into()
            }
        }
    )+};
}

input_from!(&str, String, Part, Vec<Part>);

impl<const N: usize> From<[Part; N]> for Input {
    fn from(parts: [Part; N]) -> Self {
        Content::from(parts).into()
    }
}

/// One message of a user to an agent, with everything that goes along.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TurnRequest {
    /// Who asks.
    pub user: UserId,
    /// In which conversation; it is created if it doesn't exist.
    pub session: SessionId,
    /// The message as the event that will be stored. What is set is kept, ids too: a caller that has its own
    /// session sends the event as it has it. An id that the session already has means that this turn is run
    /// again: see [`Runner`](super::Runner). An invocation id that is given must be like no other anywhere: the ids
    /// of calls, which tools take for idempotency keys, are made of it.
    pub event: Event,
    /// Which run of the message this is, if one message is run more than once on purpose, as a loop does with an
    /// agent elsewhere. It takes part in the ids of what the run makes; empty, the default, is the first one.
    pub run: String,
    /// What came with the request besides the message.
    pub metadata: Map<String, Value>,
    /// How to run.
    pub config: RunConfig,
    /// Fires when nobody wants the result any more. Give each turn its own: dropping the turn fires it.
    pub cancellation: Cancellation,
}

impl TurnRequest {
    /// A message of a user in a session.
    pub fn new(user: UserId, session: SessionId, input: impl Into<Input>) -> Self {
        Self {
            user,
            session,
            event: input.into().into_event(),
            run: String::new(),
            metadata: Map::new(),
            config: RunConfig::default(),
            cancellation: Cancellation::new(),
        }
    }
}

/// Runs turns: the [`Runner`](super::Runner), or an app's own agent framework.
///
/// This is the seam that a server drives. An implementation of one method is enough; the others tell more, so
/// that more works.
///
/// - Each event is stored before it is yielded, if sessions are kept at all.
/// - A failure of the agent is an event that says so. An `Err` means that not even that could be stored, or that
///   the request makes no sense.
/// - Dropping the stream ends the turn.
/// - A server runs a turn again whose process died, if there are [`sessions`](Self::sessions). The message then has
///   the id that it had before. What the session has of this run already is yielded first, as it is stored, and then
///   what comes behind it.
pub trait Turns: Send + Sync + 'static {
    /// Runs a turn and yields what the agent does, without the user's own event.
    fn turn(&self, request: TurnRequest) -> EventStream<'_>;

    /// The name of the app, under which its sessions are kept. Without it there are no sessions to look into.
    fn app(&self) -> Option<&AppName> {
        None
    }

    /// The sessions: where the answer to a question finds what it belongs to, and a turn that is run again what
    /// it already said.
    fn sessions(&self) -> Option<&dyn SessionService> {
        None
    }

    /// The agent, for its card.
    fn agent(&self) -> Option<&dyn Agent> {
        None
    }

    /// Gives up what a paused turn waits for; by default there is nobody to tell.
    ///
    /// An `Err` means that it can't be given up, and then its task stays paused.
    fn cancel(&self, request: CancelRequest) -> BoxFuture<'_, Result<(), AgentError>> {
        drop(request);
        Box::pin(async { Ok(()) })
    }
}

impl<T: Turns + ?Sized> Turns for std::sync::Arc<T> {
    fn turn(&self, request: TurnRequest) -> EventStream<'_> {
        (**self).turn(request)
    }

    fn app(&self) -> Option<&AppName> {
        (**self).app()
    }

    fn sessions(&self) -> Option<&dyn SessionService> {
        (**self).sessions()
    }

    fn agent(&self) -> Option<&dyn Agent> {
        (**self).agent()
    }

    fn cancel(&self, request: CancelRequest) -> BoxFuture<'_, Result<(), AgentError>> {
        (**self).cancel(request)
    }
}
