//! The ids that a runner gives: functions of where in a turn something happens, so that a turn that is run
//! again names it alike.

use uuid::Uuid;

const SPACE: Uuid = Uuid::from_u128(0x9c0d_5b1e_6f6a_4d0e_8f57_3a1c_2b90_e7d4);

/// A new turn.
pub(crate) fn invocation() -> String {
    format!("e-{}", Uuid::new_v4())
}

/// The event of an author that is the `ordinal`th of its invocation.
///
/// The author takes part, so that an agent and a peer that shares its invocation never give the same id.
pub(crate) fn event(invocation: &str, author: &str, ordinal: u64) -> String {
    name(&[invocation, author, &ordinal.to_string()]).to_string()
}

/// The function call at a place in an event.
pub(crate) fn call(event: &str, index: usize) -> String {
    format!("adk-{}", name(&[event, "part", &index.to_string()]))
}

/// The `count`th call that a run makes whose invocation had `start` events when it began.
pub(crate) fn made_call(invocation: &str, author: &str, start: u64, count: u64) -> String {
    format!("adk-{}", name(&[invocation, author, &start.to_string(), &count.to_string()]))
}

fn name(parts: &[&str]) -> Uuid {
    Uuid::new_v5(&SPACE, parts.join("\n").as_bytes())
}
