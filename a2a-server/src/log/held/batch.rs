//! Entries that are taken together, weighed and checked before anybody waits for it.

use a2a_core::{Entry, EntryBody, entry::Opened};

use super::tail::Kept;
use crate::log::{LogError, Result};

/// Entries that are taken together or not at all.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) entries: Vec<Kept>,
    /// About how much larger the task may be with them.
    pub(crate) growth: usize,
}

impl Batch {
    /// What makes a task.
    pub(crate) fn first(entries: Vec<Entry>) -> Result<Self> {
        check_first(&entries)?;
        Ok(Self::weigh(entries))
    }

    /// What a run writes.
    pub(crate) fn written(entries: Vec<Entry>) -> Result<Self> {
        if entries.iter().any(|entry| matches!(entry.body, EntryBody::Opened(_) | EntryBody::Turn(_))) {
            return Err(misuse("a run neither opens a task nor posts turns to it"));
        }
        Ok(Self::weigh(entries))
    }

    /// What somebody posts.
    pub(crate) fn posted(entry: Entry) -> Self {
        let kept = Kept::new(entry);
        Self { growth: kept.growth(), entries: vec![kept] }
    }

    /// The entry that opens a task, if it is the first here.
    pub(crate) fn opened(&self) -> Option<(&Kept, &Opened)> {
        let first = self.entries.first()?;
        match &first.entry.body {
            EntryBody::Opened(opened) => Some((first, opened)),
            _ => None,
        }
    }

    /// Whether it does nothing but end the task.
    pub(crate) fn only_ends(&self) -> bool {
        matches!(&*self.entries, [end] if end.entry.body.is_terminal())
    }

    fn weigh(entries: Vec<Entry>) -> Self {
        let mut kept = Vec::with_capacity(entries.len());
        let mut growth = 0;
        for entry in entries {
            let end = entry.body.is_terminal();
            let entry = Kept::new(entry);
            growth += entry.growth();
            kept.push(entry);
            if end {
                break;
            }
        }
        Self { entries: kept, growth }
    }
}

/// Whether a task can begin so.
pub(crate) fn check_first(entries: &[Entry]) -> Result<()> {
    let mut bodies = entries.iter().map(|entry| &entry.body);
    if !matches!(bodies.next(), Some(EntryBody::Opened(_))) {
        return Err(misuse("the first entry of a task must open it"));
    }
    if bodies.any(|body| matches!(body, EntryBody::Opened(_) | EntryBody::Turn(_))) {
        return Err(misuse("a task is opened once, and a turn is posted to it"));
    }
    Ok(())
}

/// The caller broke the contract of the log.
pub(crate) fn misuse(what: &'static str) -> LogError {
    LogError::Store(what.into())
}
