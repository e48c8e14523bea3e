//! The tasks of each owner in the order of their lists.

use std::{cmp::Reverse, collections::BTreeMap, ops::Bound, sync::Arc};

use a2a_core::{TaskState, Timestamp};

use crate::{
    log::{ListPlace, ListQuery, Scope, held::Cell},
    shards::Shards,
};

/// The place of a task in its owner's list, latest first.
pub(super) type Place = (Reverse<Timestamp>, a2a_core::TaskId);

#[derive(Debug)]
struct Row {
    state: TaskState,
    cell: Arc<Cell>,
}

/// The tasks of each owner in the order of their lists.
#[derive(Debug, Default)]
pub(super) struct Index {
    owners: Shards<Scope, BTreeMap<Place, Row>>,
}

/// The tasks of one page, still to be looked at.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) cells: Vec<Arc<Cell>>,
    pub(super) total: usize,
    pub(super) next: Option<ListPlace>,
}

impl Index {
    /// Puts a task where it belongs, and away from where it was.
    pub(super) fn put(&self, cell: &Arc<Cell>, before: Option<Timestamp>, at: Timestamp, state: TaskState) {
        let mut owners = self.owners.of(cell.scope.owner());
        let row = Row { state, cell: Arc::clone(cell) };
        let Some(rows) = owners.get_mut(&cell.scope) else {
            owners.insert(cell.scope.clone(), BTreeMap::from([(place(cell, at), row)]));
            return;
        };
        if let Some(before) = before.filter(|before| *before != at) {
            rows.remove(&place(cell, before));
        }
        rows.insert(place(cell, at), row);
    }

    pub(super) fn remove(&self, cell: &Cell, at: Timestamp) {
        let mut owners = self.owners.of(cell.scope.owner());
        if let Some(rows) = owners.get_mut(&cell.scope) {
            rows.remove(&place(cell, at));
            if rows.is_empty() {
                owners.remove(&cell.scope);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.owners.all().map(|owners| owners.values().map(BTreeMap::len).sum::<usize>()).sum()
    }

    pub(super) fn page(&self, who: &Scope, query: &ListQuery) -> Rows {
        let owners = self.owners.of(who.owner());
        let mut page = Rows { cells: Vec::new(), total: 0, next: None };
        let Some(rows) = owners.get(who) else { return page };
        let from = query.from.as_ref().map(|from| (Reverse(from.at), from.task.clone()));
        let matching = |from: Bound<&Place>| {
            rows.range::<Place, _>((from, Bound::Unbounded))
                .take_while(|((at, _), _)| query.after.is_none_or(|after| at.0 >= after))
                .filter(|(_, row)| row.matches(query))
        };
        let narrowed = query.context.is_some() || query.state.is_some() || query.after.is_some();
        page.total = if narrowed { matching(Bound::Unbounded).count() } else { rows.len() };
        let mut last = None;
        for (place, row) in matching(from.as_ref().map_or(Bound::Unbounded, Bound::Excluded)) {
            if page.cells.len() == query.limit {
                page.next = last.map(|(at, task): &Place| ListPlace::new(at.0, task.clone()));
                break;
            }
            page.cells.push(Arc::clone(&row.cell));
            last = Some(place);
        }
        page
    }
}

impl Row {
    fn matches(&self, query: &ListQuery) -> bool {
        query.state.as_ref().is_none_or(|state| *state == self.state)
            && query.context.as_ref().is_none_or(|context| *context == self.cell.context)
    }
}

fn place(cell: &Cell, at: Timestamp) -> Place {
    (Reverse(at), cell.task.clone())
}
