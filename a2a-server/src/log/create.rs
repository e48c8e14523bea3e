//! What comes in: a task to be, a post, and the key that makes either safe to repeat.

use std::sync::Arc;

use a2a_core::{ContextId, TaskId};

use super::{Head, Lease, Scope, Seq, Snapshot, Webhook};

/// Makes a send safe to repeat: the same key within the window leads to the same task.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Arc<str>);

impl IdempotencyKey {
    /// From everything that makes two sends the same one; the owner is part of it by the [`Scope`].
    pub fn new(key: impl Into<Arc<str>>) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A task to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Create {
    /// Its id, fresh and unguessable.
    pub task: TaskId,
    /// Its conversation.
    pub context: ContextId,
    /// Whose it is.
    pub scope: Scope,
    /// The send that makes it, if repeating that is to lead here.
    pub key: Option<IdempotencyKey>,
    /// Whether somebody may want to read it from its first entry on.
    ///
    /// Where it isn't, and the first batch ends the task, an engine may keep the task without its entries: nobody
    /// has a cursor in them.
    pub replays: bool,
    /// The webhook that came with the message, in a box, for most have none. It is to be told of every entry, so
    /// [`replays`](Self::replays) has to be set with it.
    pub webhook: Option<Box<Webhook>>,
}

impl Create {
    /// A task of this owner, to be read from its first entry on.
    pub fn new(task: TaskId, context: ContextId, scope: Scope, key: Option<IdempotencyKey>) -> Self {
        Self { task, context, scope, key, replays: true, webhook: None }
    }
}

/// What became of a [`Create`].
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "these three are all that can become of it")]
pub enum Created {
    /// The task exists and its run holds the lease.
    New(Lease, Head),
    /// The first batch ended the task; there is no lease to hold.
    Ended(Snapshot),
    /// The key is taken: this is the task it led to, and nothing was written.
    Joined(TaskId),
}

/// What became of a post.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Posted {
    /// Where the entry stands.
    pub seq: Seq,
    /// The number of the latest run, finished or not; only a later one starts from this entry.
    pub run: u32,
    /// Whether that run is live, so that it will find the entry by itself.
    pub leased: bool,
}

impl Posted {
    /// For engines: what became of it.
    pub fn new(seq: Seq, run: u32, leased: bool) -> Self {
        Self { seq, run, leased }
    }
}
