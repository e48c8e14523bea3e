//! The end of a run: what the agent left undone, and what comes next.

use a2a_core::{
    EntryBody, Error, TaskState,
    entry::{self, Record},
    jsonrpc,
};

use super::{
    Answer, Phase,
    agent::Outcome,
    driver::{Place, Run},
    duty::Duty,
    queue::unstamped,
};
use crate::{
    ExecutorError, StatusSpec, Stopped,
    error::{Disclosed, Failure},
};

/// The kind of the record that a run writes when its agent refuses the turns up to `seq`.
const TURN_REFUSED: &str = "turn-refused";

/// What the peer reads of a run that has gone on for too long.
const TOO_LATE: &str = "The agent took longer than a run may take";

/// What the peer reads of a failure that is none of its business.
const SAFE: &str = "The agent failed";

impl Run {
    /// The agent has come to its end and everything it wrote is in the log: what is missing is an end of the task.
    pub(super) async fn finish(&mut self) {
        let outcome = self.agent.outcome();
        let failure = self.failure(outcome);
        if matches!(self.place, Place::Gone) || matches!(self.shared.decided(), Some(Answer::Message(_))) {
            return;
        }
        Box::pin(self.close(failure)).await;
    }

    async fn close(&mut self, failure: Option<Disclosed>) {
        let closed = self.shared.queue.phase() == Phase::Closed;
        let last = match failure {
            _ if self.canceled => self.bare(TaskState::Canceled),
            _ if closed => return self.release().await,
            Some(Disclosed::Refused(error)) => return self.refuse(error).await,
            _ if self.late => self.said(TaskState::Failed, TOO_LATE),
            Some(Disclosed::Said(text)) => self.said(TaskState::Failed, &text),
            None if self.waits => return self.release().await,
            None => self.said(TaskState::Failed, "The agent ended without finishing the task"),
        };
        self.end(vec![last]).await;
    }

    /// Puts the end into the log, behind what somebody else may have written since the agent returned.
    async fn end(&mut self, bodies: Vec<EntryBody>) {
        // In this order: who opens the task in between has opened it before, or is told that the run is over.
        let opening = self.shared.queue.take_opening().map(EntryBody::Opened).map(unstamped);
        let queued = self.shared.queue.drain().entries;
        let entries = opening.into_iter().chain(queued).chain(bodies.into_iter().map(unstamped));
        let _ = self.append(entries.collect()).await;
    }

    /// What the peer reads of the agent's failure, if it failed; the cause goes to the trace.
    fn failure(&self, outcome: Outcome) -> Option<Disclosed> {
        match outcome {
            Outcome::Returned(Ok(())) => None,
            Outcome::Returned(Err(error)) if self.was_stopped(&error) => None,
            Outcome::Returned(Err(error)) => Some(error.disclose(&self.shared.task_id, SAFE)),
            Outcome::Panicked => Some(Disclosed::Said(SAFE.to_owned())),
            Outcome::Dropped => Some(Disclosed::Said("The agent was stopped".to_owned())),
        }
    }

    /// Whether the agent only passes on that it was stopped: nothing is wrong with it then.
    fn was_stopped(&self, error: &ExecutorError) -> bool {
        let over = matches!(self.place, Place::Gone) || self.shared.queue.phase() == Phase::Closed;
        (over || self.canceled || self.late)
            && matches!(&error.0, Failure::Private(cause) if cause.is::<Stopped>())
    }

    /// The agent refuses the request: no task comes of it, or the one there is goes back to where it was.
    async fn refuse(&mut self, error: Error) {
        self.shared.decide(Answer::Refused(error.clone()));
        if matches!(self.place, Place::New(_)) {
            self.place = Place::Gone;
            return;
        }
        let Some(state) = self.before.take() else {
            let failed = self.said(TaskState::Failed, error.message());
            return self.end(vec![failed]).await;
        };
        let seq = self.shared.inbox.taken();
        self.end(vec![refusal(seq, &error), self.bare(state)]).await;
        self.release().await;
    }

    /// The task waits, and so it goes without a run until somebody says more.
    async fn release(&mut self) {
        let Place::Task(lease) = std::mem::replace(&mut self.place, Place::Gone) else { return };
        // A turn that was taken when there was nothing left to say is one that nobody has answered.
        self.watch.free();
        self.runs.see_through(Duty::Return(lease, self.recorded)).await;
    }

    fn bare(&self, state: TaskState) -> EntryBody {
        self.shared.status(state, StatusSpec::none())
    }

    pub(super) fn said(&self, state: TaskState, text: &str) -> EntryBody {
        self.shared.status(state, text.into())
    }
}

/// The turns up to `seq` are refused by this error, which is kept in the form it has on the wire.
fn refusal(seq: u64, error: &Error) -> EntryBody {
    let mut answer = Vec::new();
    jsonrpc::write_error(&mut answer, jsonrpc::Id::NULL, error);
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap_or_default();
    EntryBody::Record(Record::new(TURN_REFUSED, serde_json::json!({ "seq": seq, "answer": answer })))
}

/// The error by which the turn at `seq` is refused, if this entry says so.
pub(crate) fn refused(seq: u64, record: &entry::Record) -> Option<Error> {
    if record.kind != TURN_REFUSED || record.data["seq"].as_u64()? < seq {
        return None;
    }
    let answer = serde_json::to_vec(&record.data["answer"]).ok()?;
    jsonrpc::Response::parse(&answer)?.result.err()
}
