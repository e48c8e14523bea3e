use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::event::Event;
use super::ids::{SessionId, UserId};
use super::session::Session;

/// What is canceled of a session: calls that a turn waits for, whose answers won't come.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CancelRequest {
    /// Whose session it is.
    pub user: UserId,
    /// The conversation.
    pub session: SessionId,
    /// The ids of the calls that the turn waits for.
    pub calls: Vec<String>,
}

impl CancelRequest {
    /// These calls of a session.
    pub fn new(user: UserId, session: SessionId, calls: Vec<String>) -> Self {
        Self { user, session, calls }
    }
}

/// A turn that is canceled while it waits for answers, as its agents learn of it. Cheap to clone.
#[derive(Clone)]
#[non_exhaustive]
pub struct PausedTurn {
    /// The events that asked for what nobody has answered, oldest first.
    pub asked: Arc<[Arc<Event>]>,
}

impl PausedTurn {
    /// What of these calls is still open in a session.
    pub(crate) fn of(session: &Session, calls: &[String]) -> Self {
        let mut asked: Vec<Arc<Event>> = Vec::new();
        let mut open: HashSet<&str> = calls.iter().map(String::as_str).collect();
        // From its end, for an answer stands behind its question.
        for event in session.events.iter().rev() {
            if open.is_empty() {
                break;
            }
            if event.is_from_user() {
                for answer in event.function_responses() {
                    open.remove(answer.id.as_str());
                }
            }
            let before = open.len();
            for call in event.function_calls() {
                open.remove(call.id.as_str());
            }
            if open.len() < before {
                asked.push(Arc::clone(event));
            }
        }
        asked.reverse();
        Self { asked: asked.into() }
    }
}

impl fmt::Debug for PausedTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked: Vec<&str> = self.asked.iter().map(|event| event.id.as_str()).collect();
        f.debug_struct("PausedTurn").field("asked", &asked).finish()
    }
}
