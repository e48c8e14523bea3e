//! Reading a task that is held.

use std::sync::{Arc, MutexGuard};

use super::{
    batch::misuse,
    cell::{Cell, Presence, State},
    checkpoint::Unfolded,
    pins::Pin,
    room::Room,
};
use crate::log::{Attached, Header, Limit, LogCursor, LogError, Page, Result, Seq, Snapshot, View};

impl Cell {
    pub(crate) fn header(&self) -> Result<Header> {
        let state = self.enter()?;
        let leased = state.header.is_leased();
        Ok(Header::new(self.context.clone(), state.head(), state.header.run.run, leased))
    }

    pub(crate) fn load(&self, view: View) -> Result<Snapshot> {
        let unfolded = self.enter()?.unfolded();
        Ok(self.fold(unfolded, view))
    }

    pub(crate) fn attach(self: &Arc<Self>, room: &Arc<Room>, after: Option<Seq>) -> Result<Attached> {
        let mut state = self.enter()?;
        let place = after.filter(|after| state.tail.reaches(*after));
        let unfolded = place.is_none().then(|| state.unfolded());
        let seq = place.unwrap_or(state.tail.last());
        let now = state.latest;
        let reader = state.pins.add(seq, now);
        let standing = state.header.state.clone();
        drop(state);
        let pin = Pin::new(Arc::clone(room), Arc::clone(self), reader, seq);
        let cursor = LogCursor::new(self.task.clone(), self.context.clone(), seq, pin);
        let snapshot = unfolded.map(|unfolded| self.fold(unfolded, View::default()));
        Ok(Attached::new(snapshot, cursor, standing))
    }

    /// Folds where nobody waits, and keeps what others want as well.
    pub(crate) fn fold(&self, unfolded: Unfolded, view: View) -> Snapshot {
        let (snapshot, refolded) = unfolded.fold(view);
        if let Some(refolded) = refolded {
            self.lock().keep(refolded);
        }
        snapshot
    }

    /// Locks the task for whoever isn't attached to it.
    pub(crate) fn enter(&self) -> Result<MutexGuard<'_, State>> {
        let state = self.lock();
        if state.presence == Presence::Here { Ok(state) } else { Err(LogError::NotFound) }
    }
}

/// The next page behind a cursor, which goes on.
pub(crate) fn read(cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
    let pin = cursor.pin::<Pin>().ok_or_else(|| misuse("the cursor is of another log"))?;
    let mut state = pin.cell.lock();
    if state.presence == Presence::Gone {
        return Err(LogError::NotFound);
    }
    if cursor.seq() == state.tail.last() {
        return Ok(Page::Entries(Vec::new()));
    }
    let whole = state.tail.reaches(cursor.seq());
    let (seq, entries, unfolded) = if whole {
        let page = state.tail.page(cursor.seq(), limit);
        (cursor.seq() + page.len() as Seq, page, None)
    } else {
        (state.tail.last(), Vec::new(), Some(state.unfolded()))
    };
    let (from, now) = (pin.moved(seq), state.latest);
    state.pins.advance(pin.reader, from, seq, now);
    state.trim(&pin.room);
    drop(state);
    let page = match unfolded {
        Some(unfolded) => Page::Trimmed(pin.cell.fold(unfolded, View::default())),
        None => Page::Entries(entries),
    };
    cursor.advance(seq);
    Ok(page)
}
