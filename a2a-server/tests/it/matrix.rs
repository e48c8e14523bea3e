//! Who sees what: each operation on each route, for each caller and each state of a task, against one small rule.

mod board;
mod rule;

use std::collections::BTreeMap;

use a2a_core::Method;
use futures_util::future::join_all;
use pretty_assertions::assert_eq;

use self::{
    board::Board,
    rule::{Door, State, Verdict, Who, expected},
};
use crate::wire::{ROUTES, Route};

/// A place in the matrix.
type Cell = (Door, Route, &'static str, Who, State);

fn cells(door: Door, route: Route) -> impl Iterator<Item = (Cell, Method)> {
    let methods = Method::ALL.iter().filter(move |method| route.has(**method));
    methods.flat_map(move |method| {
        Who::ALL.into_iter().flat_map(move |who| {
            State::ALL.into_iter().map(move |state| ((door, route, method.name(), who, state), *method))
        })
    })
}

/// A caller sees their own tasks and nobody else's (§13.1), and no answer tells a task of somebody else from one that
/// isn't there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_shows_a_task_to_its_owner_alone_on_every_route() {
    let (mut found, mut rule) = (BTreeMap::new(), BTreeMap::new());
    for door in [Door::Closed, Door::Open] {
        let board = Board::new(door).await;
        for filled in join_all(ROUTES.iter().map(|route| fill(&board, door, *route))).await {
            found.extend(filled);
        }
        for (cell, method) in ROUTES.iter().flat_map(|route| cells(door, *route)) {
            let (_, _, _, who, state) = cell;
            rule.insert(cell, expected(door, method, who, state));
        }
    }
    // Where they differ, one way or the other: all of both is too much to read.
    let wrong: BTreeMap<_, _> = found
        .keys()
        .chain(rule.keys())
        .map(|cell| (cell, (found.get(cell), rule.get(cell))))
        .filter(|(_, (found, rule))| found != rule)
        .collect();
    assert_eq!(wrong, BTreeMap::new());
}

/// What one route answers in each of its cells.
async fn fill(board: &Board, door: Door, route: Route) -> Vec<(Cell, Verdict)> {
    let mut found = Vec::new();
    let shared = board.tasks().await;
    let before = board.looks(&shared).await;
    let mut missing = BTreeMap::new();
    for (cell, method) in cells(door, route) {
        let (_, _, _, who, state) = cell;
        // What an owner does changes a task; what others try may not.
        let own;
        let task = if who == Who::Owner {
            own = board.task(state).await;
            &own
        } else {
            &shared[state as usize]
        };
        let answer = board.ask(route, method, who, task).await;
        if who != Who::Owner || state == State::Absent {
            // Whoever stays outside is refused before anything is looked for; for all others missing is missing.
            let known = door == Door::Closed || method == Method::GetExtendedAgentCard;
            let outside = known && who == Who::Anonymous;
            let seen = task.masked(&answer.seen);
            let first = missing.entry((method.name(), outside)).or_insert_with(|| seen.clone());
            assert_eq!(*first, seen, "{cell:?}");
        }
        found.push((cell, Verdict::of(answer)));
    }
    assert_eq!(board.looks(&shared).await, before, "{route:?}: what others tried has changed a task");
    found
}
