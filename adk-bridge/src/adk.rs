//! ADK's model of agents: sessions of events, agents that make them, and the runner in between.
//!
//! The nouns are those of Google's Agent Development Kit, and the JSON of an [`Event`] is what its runtimes
//! store. An [`Agent`] answers a message with an [`EventStream`]; a [`Runner`] keeps the [`Session`], stores each
//! event before anybody sees it, and gives the caller a [`Turn`]. [`Turns`] is the seam for apps that have a
//! runner of their own.
//!
//! What is asked of a user is asked by an event, and the answer is the next message: nothing waits in memory.
//! [`InvocationContext::decision`] says how that works for an agent, [`Pending`] for its caller.

mod actions;
mod agent;
mod agent_error;
mod agent_fn;
mod artifact;
mod cancellation;
mod code;
mod confirmation;
mod content;
mod context;
mod decision;
mod emitter;
mod ends;
mod event;
mod events;
mod failure;
mod function;
mod ids;
mod media;
mod memory_sessions;
pub(crate) mod naming;
mod opening;
mod part;
mod paused_turn;
mod pending;
mod recorder;
mod repetition;
mod reply;
mod request;
mod run_config;
mod run_error;
mod runner;
mod session;
mod slot;
#[cfg(feature = "sqlite")]
mod sqlite;
mod state;
mod stream;
mod timestamp;
mod tool;
mod tool_fn;
mod turn;
mod wire;
mod workflow;

pub use self::actions::{ArtifactVersion, EventActions, NodeInfo, ToolConfirmation};
pub use self::agent::{Agent, AgentKind, Description};
pub use self::agent_error::AgentError;
pub use self::agent_fn::{AgentFn, agent_fn};
pub use self::artifact::{ArtifactError, ArtifactService, InMemoryArtifacts};
pub use self::cancellation::Cancellation;
pub use self::code::{CodeExecutionResult, ExecutableCode};
pub use self::confirmation::CONFIRMATION;
pub use self::content::{Content, Role};
pub use self::context::InvocationContext;
pub use self::decision::{Approval, Decision, Refusal};
pub use self::emitter::Emitter;
pub use self::event::{Event, USER};
pub use self::events::{Events, EventsIter};
pub use self::function::{FunctionCall, FunctionResponse, ToolCall, ToolResponse};
pub use self::ids::{AppName, EmptyId, SessionId, SessionKey, UserId};
pub use self::media::{Blob, FileData};
pub use self::memory_sessions::InMemorySessions;
pub use self::part::{Part, PartData};
pub use self::paused_turn::{CancelRequest, PausedTurn};
pub use self::pending::Pending;
pub use self::request::{Input, TurnRequest, Turns};
pub use self::run_config::{RunConfig, StreamingMode};
pub use self::run_error::{RunError, RunErrorKind};
pub use self::runner::Runner;
pub use self::session::{Revision, Session, SessionError, SessionErrorKind, SessionService, Window};
#[cfg(feature = "sqlite")]
pub use self::sqlite::{SqliteArtifacts, SqliteSessions};
pub use self::state::{Scope, State};
pub use self::stream::EventStream;
pub use self::timestamp::Timestamp;
pub use self::tool::{FunctionDeclaration, Tool, ToolContext, ToolReply};
pub use self::tool_fn::{ToolFn, tool_fn};
pub use self::turn::{Outcome, Reply, Turn};
pub use self::workflow::{LoopAgent, ParallelAgent, SequentialAgent};
