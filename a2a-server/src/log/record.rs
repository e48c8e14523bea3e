//! What a run tells the log of itself, and no peer sees.

use a2a_core::entry::Record;

use super::Seq;

const TURN_TAKEN: &str = "turn-taken";

/// The record that a run has taken the turns up to this one from its inbox, written with what it wrote next.
pub fn turn_taken(seq: Seq) -> Record {
    Record::new(TURN_TAKEN, serde_json::json!({ "seq": seq }))
}

/// The last turn that a run has taken, if this is the record of it.
///
/// An engine that outlives its process keeps the highest, for [`RunStart::taken`](super::RunStart::taken).
pub fn taken_turn(record: &Record) -> Option<Seq> {
    if record.kind == TURN_TAKEN { record.data["seq"].as_u64() } else { None }
}
