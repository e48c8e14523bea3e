use std::fmt;
use std::iter::FusedIterator;
use std::ops::Range;
use std::sync::Arc;

use super::event::Event;

const CHUNK: usize = 128;

/// Events in order, oldest first, as a session has them.
///
/// A clone is a view of the moment that costs the same for a long session as for a short one: it shares the
/// events, and adding to one of the two copies a bounded number of pointers.
#[derive(Clone, Default)]
pub struct Events {
    /// Chunks of [`CHUNK`] events each.
    full: Arc<Vec<Arc<[Arc<Event>]>>>,
    /// Fewer than a chunk.
    tail: Arc<Vec<Arc<Event>>>,
}

impl Events {
    /// No events.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.full.len() * CHUNK + self.tail.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The event at a position, from 0.
    pub fn get(&self, index: usize) -> Option<&Arc<Event>> {
        match self.full.get(index / CHUNK) {
            Some(chunk) => chunk.get(index % CHUNK),
            None => self.tail.get(index - self.full.len() * CHUNK),
        }
    }

    /// The newest one.
    pub fn last(&self) -> Option<&Arc<Event>> {
        self.iter().next_back()
    }

    /// All of them, oldest first; `.rev()` is cheap.
    pub fn iter(&self) -> EventsIter<'_> {
        EventsIter { events: self, range: 0..self.len() }
    }

    /// The newest ones, at most `count`.
    #[must_use]
    pub fn recent(&self, count: usize) -> Self {
        if count >= self.len() {
            return self.clone();
        }
        EventsIter { events: self, range: self.len() - count..self.len() }.cloned().collect()
    }

    /// Adds one at the end.
    pub fn push(&mut self, event: Arc<Event>) {
        let tail = Arc::make_mut(&mut self.tail);
        tail.push(event);
        if tail.len() == CHUNK {
            let chunk = std::mem::take(tail);
            Arc::make_mut(&mut self.full).push(chunk.into());
        }
    }
}

impl Extend<Arc<Event>> for Events {
    fn extend<I: IntoIterator<Item = Arc<Event>>>(&mut self, events: I) {
        for event in events {
            self.push(event);
        }
    }
}

impl FromIterator<Arc<Event>> for Events {
    fn from_iter<I: IntoIterator<Item = Arc<Event>>>(iter: I) -> Self {
        let mut events = Self::new();
        events.extend(iter);
        events
    }
}

impl<'a> IntoIterator for &'a Events {
    type Item = &'a Arc<Event>;
    type IntoIter = EventsIter<'a>;

    fn into_iter(self) -> EventsIter<'a> {
        self.iter()
    }
}

impl PartialEq for Events {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// Goes through [`Events`], from either end.
#[derive(Debug, Clone)]
pub struct EventsIter<'a> {
    events: &'a Events,
    range: Range<usize>,
}

impl<'a> Iterator for EventsIter<'a> {
    type Item = &'a Arc<Event>;

    fn next(&mut self) -> Option<&'a Arc<Event>> {
        self.events.get(self.range.next()?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl DoubleEndedIterator for EventsIter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.events.get(self.range.next_back()?)
    }
}

impl ExactSizeIterator for EventsIter<'_> {}

impl FusedIterator for EventsIter<'_> {}
