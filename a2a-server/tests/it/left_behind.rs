//! What a process leaves in the log when it dies.

use a2a_core::{
    Artifact, Caller, Entry, EntryBody, TaskId, TaskState, Timestamp,
    entry::{CancelRequested, Chunk, Opened, RequestRecord, RunRef, Status, Turn},
};
use a2a_server::log::{Create, Created, Lease, Posted, Scope, Seq, TaskLog, turn_taken};

use crate::{
    inside::{message, message_to},
    mortal_log::MortalLog,
};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn anybody() -> Scope {
    Scope::of(&Caller::anonymous())
}

impl MortalLog {
    /// A task whose run has just begun.
    pub(crate) async fn begin(&self, task: &str) -> Lease {
        let task: TaskId = task.parse().unwrap();
        let mut asked = message("begin");
        asked.task_id = Some(task.clone());
        let opened = Opened::new(asked, RequestRecord::default());
        let first = vec![Entry::written(AT, RunRef::new(1), EntryBody::Opened(Box::new(opened)))];
        let create = Create::new(task, "context".parse().unwrap(), anybody(), None);
        let Created::New(lease, _) = self.create(create, first).await.unwrap() else { panic!("a new task") };
        lease
    }

    async fn write(&self, lease: &Lease, body: EntryBody) {
        self.append(lease, vec![Entry::written(AT, lease.run, body)]).await.unwrap();
    }

    pub(crate) async fn status(&self, lease: &Lease, state: TaskState) {
        self.write(lease, EntryBody::Status(Status::new(state))).await;
    }

    pub(crate) async fn artifact(&self, lease: &Lease, text: &str) {
        let artifact = Artifact::new("artifact".parse().unwrap(), text);
        self.write(lease, EntryBody::Artifact(Chunk::new(artifact))).await;
    }

    /// The run gives its lease back, having taken what began it.
    pub(crate) async fn release(&self, lease: &Lease) -> Option<Lease> {
        TaskLog::release(self, lease, 1).await.unwrap()
    }

    /// The run takes the turns up to this one from its inbox.
    pub(crate) async fn take(&self, lease: &Lease, seq: Seq) {
        self.write(lease, EntryBody::Record(turn_taken(seq))).await;
    }

    pub(crate) async fn say(&self, task: &TaskId, text: &str) -> Posted {
        let mut message = message_to(task, text).message;
        message.context_id = Some("context".parse().unwrap());
        let turn = EntryBody::Turn(Box::new(Turn::new(message, RequestRecord::default())));
        self.post(&anybody(), task, Entry::posted(AT, turn), None, None).await.unwrap()
    }

    /// Somebody wishes that the task stops.
    pub(crate) async fn wish(&self, task: &TaskId) {
        let wish = EntryBody::CancelRequested(CancelRequested::default());
        self.post(&anybody(), task, Entry::posted(AT, wish), None, None).await.unwrap();
    }
}
