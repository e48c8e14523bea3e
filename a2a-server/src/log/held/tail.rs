//! The entries that a task still has as entries.

use std::{collections::VecDeque, sync::Arc};

use a2a_core::{Entry, EntryBody, Part};

use crate::log::{Limit, LogEntry, Seq};

/// What [`Entry::size`] counts of a chunk that its artifact doesn't keep when it is appended.
const CHUNK_FRAME: usize = 80;

/// What an entry takes in memory besides the bytes of its content.
const ENTRY_WEIGHT: usize = size_of::<Entry>() + size_of::<Part>() + 48;

/// An entry and about how many bytes of JSON it has.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) entry: Arc<Entry>,
    pub(crate) size: usize,
}

impl Kept {
    pub(crate) fn new(entry: Entry) -> Self {
        let size = entry.size();
        Self { entry: Arc::new(entry), size }
    }

    /// About how much larger the task may be with it.
    pub(crate) fn growth(&self) -> usize {
        growth(&self.entry.body, self.size)
    }

    /// Whether the task differs with it.
    pub(crate) fn folds(&self) -> bool {
        matches!(self.entry.body, EntryBody::Turn(_) | EntryBody::Status(_) | EntryBody::Artifact(_))
    }

    pub(crate) fn millis(&self) -> i64 {
        self.entry.at.unix_millis()
    }
}

/// About how much larger a task may be with this entry of that size.
pub(crate) fn growth(body: &EntryBody, size: usize) -> usize {
    match body {
        EntryBody::Status(status) if status.message.is_none() && status.metadata.is_empty() => 0,
        EntryBody::Artifact(chunk) if chunk.append => {
            size.saturating_sub(CHUNK_FRAME + chunk.artifact.artifact_id.as_str().len())
        }
        EntryBody::Opened(_) | EntryBody::Turn(_) | EntryBody::Status(_) | EntryBody::Artifact(_) => size,
        _ => 0,
    }
}

/// The end of a log, without gaps.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    /// The entry right before the first one.
    base: Seq,
    entries: VecDeque<Kept>,
    bytes: usize,
}

impl Tail {
    pub(crate) fn new(entries: Vec<Kept>) -> Self {
        let bytes = entries.iter().map(|kept| kept.size).sum();
        Self { base: 0, entries: entries.into(), bytes }
    }

    /// Of a log whose entries are gone.
    pub(crate) fn trimmed(last: Seq) -> Self {
        Self { base: last, ..Self::default() }
    }

    /// Of a log whose first entries are gone.
    #[cfg(feature = "sqlite")]
    pub(crate) fn resumed(base: Seq, entries: Vec<Kept>) -> Self {
        Self { base, ..Self::new(entries) }
    }

    pub(crate) fn base(&self) -> Seq {
        self.base
    }

    pub(crate) fn last(&self) -> Seq {
        self.base + self.entries.len() as Seq
    }

    /// About how many bytes of JSON the entries have: what the limits of a tail count.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// What the entries take in memory.
    pub(crate) fn weight(&self) -> usize {
        self.bytes + self.entries.len() * ENTRY_WEIGHT
    }

    pub(crate) fn extend(&mut self, entries: Vec<Kept>) {
        self.bytes += entries.iter().map(|kept| kept.size).sum::<usize>();
        self.entries.extend(entries);
    }

    pub(crate) fn first(&self) -> Option<&Kept> {
        self.entries.front()
    }

    pub(crate) fn drop_first(&mut self) {
        if let Some(first) = self.entries.pop_front() {
            self.base += 1;
            self.bytes -= first.size;
        }
    }

    /// Gives back the room that entries had before they were dropped.
    pub(crate) fn shrink(&mut self) {
        self.entries.shrink_to_fit();
    }

    /// Whether a reader that has everything up to `seq` finds the rest here.
    pub(crate) fn reaches(&self, seq: Seq) -> bool {
        (self.base..=self.last()).contains(&seq)
    }

    /// The entries behind `seq`.
    pub(crate) fn behind(&self, seq: Seq) -> impl Iterator<Item = &Kept> {
        self.entries.range(self.position(seq)..)
    }

    /// The next entries behind `seq`, at least one if there is one.
    pub(crate) fn page(&self, seq: Seq, limit: Limit) -> Vec<LogEntry> {
        let most = limit.entries.clamp(1, self.entries.len().max(1));
        let mut page = Vec::with_capacity(most.min(self.entries.len() - self.position(seq)));
        let mut bytes = 0;
        for (kept, seq) in self.behind(seq).take(most).zip(seq + 1..) {
            page.push(LogEntry::new(seq, Arc::clone(&kept.entry)));
            bytes += kept.size;
            if bytes >= limit.bytes {
                break;
            }
        }
        page
    }

    fn position(&self, seq: Seq) -> usize {
        usize::try_from(seq.saturating_sub(self.base))
            .map_or(self.entries.len(), |n| n.min(self.entries.len()))
    }
}
