//! The ids that a runner gives: functions of where in a turn something happens, so that a turn that is run
//! again names it alike.

use uuid::Uuid;

const SPACE: Uuid = Uuid::from_u128(0x9c0d_5b1e_6f6a_4d0e_8f57_3a1c_2b90_e7d4);

/// A new turn.
pub(crate) fn invocation() -> String {
    format!("e-{}", Uuid::new_v4())
}

/// A message that came over A2A, and the turn that it begins: the same for each attempt at its run.
pub(crate) fn arrived(task: &str, message: &str, place: u64) -> Uuid {
    name(&["arrived", task, message, &place.to_string()])
}

/// A message that an app of ours composed: it names the message, and needs nothing else.
pub(crate) fn composed(message: &str) -> String {
    name(&["composed", message]).to_string()
}

/// The event of a user that is the `ordinal`th of its invocation.
pub(crate) fn said(invocation: &str, author: &str, ordinal: usize) -> String {
    name(&["said", invocation, author, &ordinal.to_string()]).to_string()
}

/// The function call at a place in an event.
pub(crate) fn call(event: &str, index: usize) -> String {
    format!("adk-{}", name(&[event, "part", &index.to_string()]))
}

/// A message that an agent sends elsewhere, if one event of the session is sent more than once.
pub(crate) fn sent(event: &str, agent: &str, branch: Option<&str>, count: u64) -> String {
    name(&["sent", event, agent, branch.unwrap_or_default(), &count.to_string()]).to_string()
}

/// One run of an invocation: what an agent's body does from its top until it ends or pauses.
///
/// Whoever works on the run again gives the same ids, whatever came between elsewhere: each agent, in each branch,
/// counts for itself. The author takes part in every id, so that an agent and a peer that shares its invocation
/// never give the same one.
#[derive(Debug, Clone)]
pub(crate) struct RunName {
    invocation: String,
    /// Tells runs of one invocation apart; the first has none.
    run: String,
}

impl RunName {
    pub(crate) fn new(invocation: impl Into<String>, run: impl Into<String>) -> Self {
        Self { invocation: invocation.into(), run: run.into() }
    }

    /// The event of an author that is the `ordinal`th in its branch, from 1.
    pub(crate) fn event(&self, author: &str, branch: Option<&str>, ordinal: u64) -> String {
        self.name(&[author, &ordinal.to_string()], branch).to_string()
    }

    /// The `count`th call that an agent makes in its branch, from 0.
    pub(crate) fn call(&self, agent: &str, branch: Option<&str>, count: u64) -> String {
        format!("adk-{}", self.name(&[agent, "1", &count.to_string()], branch))
    }

    /// Something else that an agent makes.
    pub(crate) fn other(&self, agent: &str, branch: Option<&str>, what: &[&str]) -> Uuid {
        self.name(&[&[agent, "other"], what].concat(), branch)
    }

    fn name(&self, what: &[&str], branch: Option<&str>) -> Uuid {
        let mut parts = vec![self.invocation.as_str()];
        parts.extend(what);
        for (kind, text) in [("branch", branch.unwrap_or_default()), ("run", self.run.as_str())] {
            if !text.is_empty() {
                parts.extend([kind, text]);
            }
        }
        name(&parts)
    }
}

fn name(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&SPACE, parts.join("\n").as_bytes())
}
