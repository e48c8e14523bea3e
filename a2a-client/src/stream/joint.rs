//! How the events of a connection that was resumed go on behind those that are known.

use std::{
    collections::VecDeque,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use a2a_core::{Cursor, Cursored, Fold, StreamEvent, Task};

use super::begin;

/// How many of the latest ids of another server are remembered: it may tell from any of them on.
const MAX_SEEN: usize = 1024;

/// Where the stream stands, in the words of its server.
#[derive(Debug, Default)]
pub(super) struct Trail {
    pub(super) cursor: Option<Cursor>,
    /// Of another server: the first id and the latest ones, hashed.
    first: Option<u64>,
    seen: VecDeque<u64>,
}

impl Trail {
    pub(super) fn pass(&mut self, cursor: Option<Cursor>) {
        let Some(cursor) = cursor else { return };
        if cursor.seq().is_none() {
            let id = hash(&cursor);
            self.first.get_or_insert(id);
            if self.seen.len() == MAX_SEEN {
                self.seen.pop_front();
            }
            self.seen.push_back(id);
        }
        self.cursor = Some(cursor);
    }

    /// The task was told as a whole: only what comes behind that counts.
    pub(super) fn restart(&mut self, cursor: Option<Cursor>) {
        *self = Self::default();
        self.pass(cursor);
    }

    fn has_passed(&self, cursor: &Cursor) -> bool {
        match (self.cursor.as_ref().and_then(Cursor::seq), cursor.seq()) {
            (Some(known), Some(seq)) => seq <= known,
            (None, None) => {
                let id = hash(cursor);
                self.first == Some(id) || self.seen.contains(&id)
            }
            _ => false,
        }
    }

    /// Whether the ids of both are of the same kind, so that they can be compared.
    fn is_like(&self, cursor: &Cursor) -> bool {
        self.cursor.as_ref().is_some_and(|known| known.seq().is_some() == cursor.seq().is_some())
    }
}

fn hash(cursor: &Cursor) -> u64 {
    let mut hasher = DefaultHasher::new();
    cursor.hash(&mut hasher);
    hasher.finish()
}

/// How the next event is to be taken.
#[derive(Debug)]
pub(super) enum Joint {
    /// It comes right behind what is known.
    Straight,
    /// It is the first one of a connection and tells how the others are to be taken.
    Open,
    /// The server tells again what it has told, and its ids say up to where.
    Passing,
    /// The server tells again, without ids. Nothing is new before it differs from what is known.
    Retelling {
        told: Box<Fold>,
        /// Whether it began with the task, as the protocol wants it.
        from_task: bool,
    },
}

/// What an event turns out to be.
#[derive(Debug)]
pub(super) enum Joined {
    /// The next one.
    New(StreamEvent),
    /// Known already.
    Known,
    /// The task as it stands.
    Snapshot(Task, Option<Cursor>),
    /// Something new whose place isn't known: what came before it is missing.
    Lost,
}

impl Joint {
    pub(super) fn is_straight(&self) -> bool {
        matches!(self, Self::Straight)
    }

    /// Takes an event of the task that is known.
    pub(super) fn join(&mut self, known: &Fold, trail: &Trail, item: Cursored<StreamEvent>) -> Joined {
        let Cursored { event, cursor, .. } = item;
        let event = match event {
            StreamEvent::Task(task) => return self.snapshot(known, *task, cursor),
            StreamEvent::Message(_) | StreamEvent::Unknown(_) => return Joined::New(event),
            event => event,
        };
        match std::mem::replace(self, Self::Straight) {
            Self::Straight => Joined::New(event),
            Self::Open => match &cursor {
                Some(id) if trail.is_like(id) => self.pass(trail, event, id),
                _ => match begin::blank(&event) {
                    Some(told) => self.retell(known, told.into(), false, &event, cursor),
                    None => Joined::Lost,
                },
            },
            Self::Passing if cursor == trail.cursor => Joined::Known,
            Self::Passing => {
                *self = Self::Passing;
                Joined::Known
            }
            Self::Retelling { told, from_task } => self.retell(known, told, from_task, &event, cursor),
        }
    }

    fn snapshot(&mut self, known: &Fold, task: Task, cursor: Option<Cursor>) -> Joined {
        if known.is_ahead_of(&task) {
            *self = Self::Retelling { told: Fold::new(task).into(), from_task: true };
            return Joined::Known;
        }
        *self = Self::Straight;
        Joined::Snapshot(task, cursor)
    }

    /// The first event, if it has an id: the server goes on behind the cursor, or tells from elsewhere.
    fn pass(&mut self, trail: &Trail, event: StreamEvent, id: &Cursor) -> Joined {
        if !trail.has_passed(id) {
            return Joined::New(event);
        }
        if trail.cursor.as_ref() != Some(id) {
            *self = Self::Passing;
        }
        Joined::Known
    }

    /// An event of a server that tells again.
    fn retell(
        &mut self,
        known: &Fold,
        mut told: Box<Fold>,
        from_task: bool,
        event: &StreamEvent,
        cursor: Option<Cursor>,
    ) -> Joined {
        if known.knows(event, &told) {
            told.apply(event);
            *self = Self::Retelling { told, from_task };
            return Joined::Known;
        }
        // A task at the beginning may lack what was said, but not what was made: where that hasn't come by, the task
        // is an old one and the event isn't the next. Without a task all that is known must have come by.
        let is_next = from_task && has_made_as_much(&told, known);
        told.apply(event);
        if is_next || told.covers(known.task()) {
            return Joined::Snapshot(told.into_task(), cursor);
        }
        Joined::Lost
    }
}

/// Whether each artifact that is known has as many parts in what was told.
fn has_made_as_much(told: &Fold, known: &Fold) -> bool {
    known
        .task()
        .artifacts
        .iter()
        .all(|known| told.find(&known.artifact_id).is_some_and(|told| told.parts.len() >= known.parts.len()))
}
