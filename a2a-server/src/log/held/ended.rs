//! A task that its first batch ended and that nobody will read entry by entry: the entries become the task, and the
//! task its bytes, without a copy of either.

use std::sync::Arc;

use a2a_core::{Entry, EntryBody, Fold, Task};

use super::{
    batch::{Batch, check_first, misuse},
    cell::State,
    checkpoint::Checkpoint,
    header::Header,
    tail::{Tail, growth},
};
use crate::log::{Create, EncodedTask, LogError, Result, Retention, Seq};

/// What the JSON of a task has beside its entries: ids, a bare status.
const FRAME: usize = 192;

/// Whether the first batch of a task is also its last and nobody needs it as such.
fn is_short(new: &Create, first: &[Entry]) -> bool {
    !new.replays && first.iter().any(|entry| entry.body.is_terminal())
}

impl State {
    /// The task that its first batch makes; as a value, too, if only its bytes are kept.
    // A state is large, and moved less often where it is built in place.
    #[inline]
    pub(crate) fn create(
        new: &Create,
        entries: Vec<Entry>,
        limits: &Retention,
    ) -> Result<(Self, Option<Arc<Task>>)> {
        if is_short(new, &entries) {
            let (state, task) = Self::ended(new, entries, limits)?;
            return Ok((state, Some(task)));
        }
        Ok((Self::open(new, Batch::first(entries)?, limits)?, None))
    }

    /// The task behind its end.
    #[inline]
    fn ended(new: &Create, entries: Vec<Entry>, limits: &Retention) -> Result<(Self, Arc<Task>)> {
        check_first(&entries)?;
        let mut bytes = 0;
        let mut entries = entries.into_iter().inspect(|entry| bytes += growth(&entry.body, entry.size()));
        let Some(Entry { at, body: EntryBody::Opened(opened), .. }) = entries.next() else {
            return Err(misuse("the first entry of a task must open it"));
        };
        let mut header = Header::open(at);
        let mut fold = Fold::take_open(new.task.clone(), new.context.clone(), at, *opened);
        let (mut last, mut latest): (Seq, i64) = (1, at.unix_millis());
        for entry in entries {
            last += 1;
            latest = latest.max(entry.at.unix_millis());
            if let EntryBody::Status(status) = &entry.body {
                (header.state, header.at) = (status.state.clone(), entry.at);
            }
            fold.take_entry(entry);
            if header.state.is_terminal() {
                break;
            }
        }
        if bytes > limits.task_bytes {
            return Err(LogError::TooLarge { limit: limits.task_bytes });
        }
        header.end();
        let encoded = EncodedTask::sized(fold.task(), bytes + FRAME);
        let state = Self::new(header, Checkpoint::encoded(last, encoded), Tail::trimmed(last), latest);
        Ok((state, fold.into_task().into()))
    }
}
