//! Reading tasks.

use std::sync::Arc;

use a2a_core::{TaskId, Timestamp};

use super::{
    Engine,
    batch::misuse,
    cell::{Cell, Presence},
    checkpoint::Unfolded,
    header::Holder,
    keys::Taken,
    pins::Pin,
};
use crate::log::{
    Attached, Header, IdempotencyKey, Limit, ListPage, ListQuery, LogCursor, LogError, Page, Result, Scope,
    Seq, Snapshot, View,
};

impl Engine {
    pub(super) fn find(
        &self,
        who: &Scope,
        posts_to: Option<&TaskId>,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Option<TaskId> {
        let key = Taken { scope: who.clone(), posts_to: posts_to.cloned(), key: key.clone() };
        self.keys.find(&key, at.unix_millis(), &self.limits).map(|led| led.task)
    }

    pub(super) fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        let cell = self.cell_of(who, task)?;
        let state = cell.enter()?;
        let leased = state.header.lease != Holder::Nobody;
        Ok(Header::new(cell.context.clone(), state.head(), state.header.run.run, leased))
    }

    pub(super) fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        let cell = self.cell_of(who, task)?;
        let unfolded = cell.enter()?.unfolded();
        Ok(cell.fold(unfolded, view))
    }

    pub(super) fn attach(
        self: &Arc<Self>,
        who: &Scope,
        task: &TaskId,
        after: Option<Seq>,
    ) -> Result<Attached> {
        let cell = self.cell_of(who, task)?;
        let mut state = cell.enter()?;
        let place = after.filter(|after| state.tail.reaches(*after));
        let unfolded = place.is_none().then(|| state.unfolded());
        let seq = place.unwrap_or(state.tail.last());
        let now = state.latest;
        let reader = state.pins.add(seq, now);
        let standing = state.header.state.clone();
        drop(state);
        let pin = Pin::new(Arc::clone(self), Arc::clone(&cell), reader, seq);
        let cursor = LogCursor::new(cell.task.clone(), cell.context.clone(), seq, pin);
        let snapshot = unfolded.map(|unfolded| cell.fold(unfolded, View::default()));
        Ok(Attached::new(snapshot, cursor, standing))
    }

    pub(super) fn list(&self, who: &Scope, query: &ListQuery) -> ListPage {
        let rows = self.index.page(who, query);
        let mut tasks = Vec::with_capacity(rows.cells.len());
        for cell in &rows.cells {
            let Ok(mut state) = cell.enter() else { continue };
            if query.state.as_ref().is_some_and(|wanted| *wanted != state.header.state) {
                continue;
            }
            let unfolded = state.unfolded();
            drop(state);
            tasks.push(cell.fold(unfolded, query.view));
        }
        ListPage::new(tasks, rows.total, rows.next)
    }
}

/// The next page behind a cursor, which goes on.
pub(super) fn read(cursor: &mut LogCursor, limit: Limit) -> Result<Page> {
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
    state.trim(&pin.engine);
    drop(state);
    let page = match unfolded {
        Some(unfolded) => Page::Trimmed(pin.cell.fold(unfolded, View::default())),
        None => Page::Entries(entries),
    };
    cursor.advance(seq);
    Ok(page)
}

impl Cell {
    /// Folds where nobody waits, and keeps what others want as well.
    pub(super) fn fold(&self, unfolded: Unfolded, view: View) -> Snapshot {
        let (snapshot, refolded) = unfolded.fold(view);
        if let Some(refolded) = refolded {
            self.lock().keep(refolded);
        }
        snapshot
    }
}
