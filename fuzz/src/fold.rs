//! A task from its events: one JSON text a line, the first one may be the task to begin with.

use a2a_core::{Applied, Fold, StreamEvent, Task};

pub fn check(data: &[u8]) {
    let mut lines = data.split(|&byte| byte == b'\n').peekable();
    let first = lines.peek().and_then(|line| serde_json::from_slice::<Task>(line).ok());
    if first.is_some() {
        lines.next();
    }
    let begun = first.unwrap_or_else(|| {
        Task::new("t".parse().expect("it isn't empty"), "c".parse().expect("it isn't empty"))
    });
    let events: Vec<StreamEvent> = lines.filter_map(|line| serde_json::from_slice(line).ok()).collect();
    let mut fold = Fold::new(begun.clone());
    for event in &events {
        let before = fold.task().clone();
        let terminal = before.status.state.is_terminal();
        let mut anew = Fold::new(before.clone());
        let applied = fold.apply(event);
        assert_eq!(anew.apply(event), applied);
        assert_eq!(anew.task(), fold.task());
        if matches!(applied, Applied::Dropped | Applied::Ignored) {
            assert_eq!(fold.task(), &before);
        }
        assert!(!terminal || fold.task().status.state.is_terminal());
        assert_eq!(fold.task().id, begun.id);
        let stands = &fold.task().artifacts;
        for artifact in stands {
            let first = stands.iter().find(|other| other.artifact_id == artifact.artifact_id);
            assert_eq!(fold.find(&artifact.artifact_id), first);
        }
    }
    catches_up(begun, fold.task());
}

/// The difference between two tasks makes one of the other.
fn catches_up(from: Task, to: &Task) {
    let mut fold = Fold::new(from);
    for event in fold.difference(to.clone()) {
        fold.apply(&event);
    }
    if fold.task().id == to.id {
        assert_eq!(fold.task(), to);
    }
}
