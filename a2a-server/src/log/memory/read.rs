//! Reading tasks.

use std::sync::Arc;

use a2a_core::{TaskId, Timestamp};

use super::Engine;
use crate::log::{
    Attached, Header, IdempotencyKey, ListPage, ListQuery, Result, Scope, Seq, Snapshot, View, held::Taken,
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
        self.keys.find(&key, at.unix_millis(), &self.room).map(|led| led.task)
    }

    pub(super) fn header(&self, who: &Scope, task: &TaskId) -> Result<Header> {
        self.cell_of(who, task)?.header()
    }

    pub(super) fn load(&self, who: &Scope, task: &TaskId, view: View) -> Result<Snapshot> {
        self.cell_of(who, task)?.load(view)
    }

    pub(super) fn attach(&self, who: &Scope, task: &TaskId, after: Option<Seq>) -> Result<Attached> {
        Arc::clone(&self.cell_of(who, task)?).attach(&self.room, after)
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
