//! A task folded up to some entry.

use std::sync::Arc;

use a2a_core::{Applied, Entry, EntryBody, Fold, Task, TaskState, entry::Opened};

use super::tail::Kept;
use crate::{
    json_bytes::json_bytes,
    log::{Artifacts, Create, EncodedTask, Seq, Snapshot, TaskBody, View},
};

/// A task folded up to an entry of its log.
#[derive(Debug)]
pub(crate) struct Checkpoint {
    /// The last entry that is in it.
    pub(crate) seq: Seq,
    /// About how many bytes of JSON it has; never much less.
    pub(crate) bytes: usize,
    /// How many of them were never counted, only added up.
    guessed: usize,
    /// Whether something in it was replaced, so that they may be far too many.
    shrunk: bool,
    body: Body,
}

/// A fold is the cheapest to write to, a shared task the cheapest to read; each becomes the other by need.
#[derive(Debug, Default)]
enum Body {
    Folding(Box<Fold>),
    Shared(Arc<Task>),
    Encoded(EncodedTask),
    /// Only while it becomes another.
    #[default]
    Changing,
}

impl Checkpoint {
    pub(crate) fn open(new: &Create, first: &Kept, opened: &Opened) -> Self {
        let fold = Fold::open(new.task.clone(), new.context.clone(), first.entry.at, opened);
        let bytes = first.growth();
        Self { seq: 1, bytes, guessed: bytes, shrunk: false, body: Body::Folding(Box::new(fold)) }
    }

    /// A task that has ended.
    pub(crate) fn encoded(seq: Seq, encoded: EncodedTask) -> Self {
        Self { seq, bytes: encoded.len(), guessed: 0, shrunk: false, body: Body::Encoded(encoded) }
    }

    /// A task that was stored as that many bytes.
    #[cfg(feature = "sqlite")]
    pub(crate) fn stored(seq: Seq, task: Task, bytes: usize) -> Self {
        Self { seq, bytes, guessed: 0, shrunk: false, body: Body::Shared(Arc::new(task)) }
    }

    /// Applies the entries behind it.
    pub(crate) fn advance<'a>(&mut self, entries: impl Iterator<Item = &'a Kept>) {
        self.body = match std::mem::take(&mut self.body) {
            Body::Shared(task) => Body::Folding(Box::new(Fold::new(Arc::unwrap_or_clone(task)))),
            body => body,
        };
        let Body::Folding(fold) = &mut self.body else { return };
        for kept in entries {
            self.seq += 1;
            let growth = kept.growth();
            self.bytes += growth;
            self.guessed += growth;
            self.shrunk |= apply(fold, &kept.entry);
        }
    }

    /// Takes the task that a reader has folded from it, which grew that much by it.
    pub(crate) fn install(&mut self, refolded: Refolded, growth: usize) {
        let Refolded { seq, task, shrunk } = refolded;
        (self.seq, self.body) = (seq, Body::Shared(task));
        self.shrunk |= shrunk;
        self.bytes += growth;
        self.guessed += growth;
    }

    /// Takes the bytes that the task was encoded to.
    pub(crate) fn seal(&mut self, encoded: EncodedTask) {
        self.bytes = encoded.len();
        self.body = Body::Encoded(encoded);
    }

    /// The task, for as many as want it.
    pub(crate) fn share(&mut self) -> TaskBody {
        let (body, shared) = match std::mem::take(&mut self.body) {
            Body::Folding(fold) => shared(Arc::new(fold.into_task())),
            Body::Shared(task) => shared(task),
            Body::Encoded(encoded) => (Body::Encoded(encoded.clone()), TaskBody::Encoded(encoded)),
            Body::Changing => unreachable!("a checkpoint changes only within one call"),
        };
        self.body = body;
        shared
    }

    /// Whether folding costs no more than these bytes: a task that was shared may have to be copied first.
    pub(crate) fn folds_for(&self, bytes: usize) -> bool {
        matches!(self.body, Body::Folding(_)) || bytes >= self.bytes
    }

    /// Counts the bytes if some were replaced, as soon as as many are new.
    pub(crate) fn recount_in_time(&mut self) {
        if self.shrunk && self.guessed >= self.bytes / 2 {
            self.recount();
        }
    }

    /// Counts the bytes if some were replaced or more than `most` of them were never counted.
    pub(crate) fn recount_over(&mut self, most: usize) {
        if self.shrunk || self.guessed > most {
            self.recount();
        }
    }

    fn recount(&mut self) {
        let task = match &self.body {
            Body::Folding(fold) => fold.task(),
            Body::Shared(task) => task,
            Body::Encoded(_) | Body::Changing => return,
        };
        (self.bytes, self.guessed, self.shrunk) = (json_bytes(task), 0, false);
    }
}

/// Applies an entry, and tells whether something may have been replaced by it.
fn apply(fold: &mut Fold, entry: &Entry) -> bool {
    let merges = match &entry.body {
        EntryBody::Status(status) => !status.metadata.is_empty(),
        EntryBody::Artifact(chunk) => !chunk.artifact.metadata.is_empty(),
        _ => false,
    };
    fold.apply_entry(entry) == Applied::Replaced || merges
}

fn shared(task: Arc<Task>) -> (Body, TaskBody) {
    (Body::Shared(Arc::clone(&task)), TaskBody::Folded(task))
}

/// A checkpoint and what is behind it, to be folded where nobody waits.
#[derive(Debug)]
pub(crate) struct Unfolded {
    pub(crate) seq: Seq,
    pub(crate) state: TaskState,
    /// The checkpoint.
    pub(crate) body: TaskBody,
    /// The entries behind it that the task differs with.
    pub(crate) tail: Vec<Arc<Entry>>,
}

/// A whole task that was folded anew, for others who want the same.
#[derive(Debug)]
pub(crate) struct Refolded {
    pub(crate) seq: Seq,
    pub(crate) task: Arc<Task>,
    pub(crate) shrunk: bool,
}

impl Unfolded {
    /// What of the task is wanted, at the cost of no more than that and the entries.
    pub(crate) fn fold(self, view: View) -> (Snapshot, Option<Refolded>) {
        let Self { seq, state, body, tail } = self;
        let task = match &body {
            TaskBody::Folded(task) if !tail.is_empty() => task,
            _ => return (Snapshot::new(seq, state, body, view), None),
        };
        let whole = view.history.is_none() && view.artifacts != Artifacts::Absent;
        let mut fold = Fold::new(if whole { Task::clone(task) } else { excerpt(task, view) });
        let mut shrunk = false;
        for entry in &tail {
            if view.artifacts != Artifacts::Absent || !matches!(entry.body, EntryBody::Artifact(_)) {
                shrunk |= apply(&mut fold, entry);
            }
        }
        let task = Arc::new(fold.into_task());
        let refolded = whole.then(|| Refolded { seq, task: Arc::clone(&task), shrunk });
        (Snapshot::new(seq, state, TaskBody::Folded(task), view), refolded)
    }
}

/// A copy of what a view has.
fn excerpt(task: &Task, view: View) -> Task {
    let Some(context) = &task.context_id else { return task.clone() };
    let mut copy = Task::new(task.id.clone(), context.clone());
    copy.status = task.status.clone();
    copy.metadata.clone_from(&task.metadata);
    if view.artifacts != Artifacts::Absent {
        copy.artifacts.clone_from(&task.artifacts);
    }
    let skipped = view.history.map_or(0, |limit| task.history.len().saturating_sub(limit));
    copy.history = task.history[skipped..].to_vec();
    copy
}
