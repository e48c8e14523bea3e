use a2a_core::{Artifact, Fold, Part, StreamEvent, Task, TaskState, TaskStatus};
use proptest::prelude::*;
use serde_json::json;

use super::{artifact, chunk, message, said, status, task};

/// A stream that says and produces something, and then the end.
fn stream() -> Vec<StreamEvent> {
    vec![
        task(TaskState::Submitted).into(),
        status(TaskStatus::new(TaskState::Working), json!({})),
        chunk(artifact("a", "1"), false),
        status(said(TaskState::Working, "m1"), json!({})),
        chunk(artifact("b", "1"), true),
        chunk(artifact("a", "2"), true),
        status(said(TaskState::AuthRequired, "m2"), json!({})),
        status(said(TaskState::Working, "m3"), json!({})),
        status(TaskStatus::new(TaskState::Working), json!({})),
        chunk(artifact("a", "2"), true),
        status(TaskStatus::new(TaskState::Completed), json!({})),
    ]
}

fn fold(events: &[StreamEvent]) -> Fold {
    let mut fold = Fold::new(task(TaskState::Submitted));
    for event in events {
        fold.apply(event);
    }
    fold
}

#[test]
fn a_stream_that_is_told_again_is_known_up_to_where_it_was_left() {
    let events = stream();
    for left in 3..events.len() {
        let known = fold(&events[..left]);
        let start = fold(&events[..1]);
        assert!(known.is_ahead_of(start.task()), "left at {left}");
        for told in 1..left {
            assert!(known.knows(&events[told], &fold(&events[..told])), "left at {left}, told {told}");
        }
        let whole = fold(&events[..=left]);
        assert!(whole.covers(known.task()));
    }
}

#[test]
fn what_comes_behind_the_known_is_not_known() {
    let events = stream();
    for left in [2, 3, 4, 5, 6, 7, 9, 10] {
        let known = fold(&events[..left]);
        assert!(!known.knows(&events[left], &known), "left at {left}");
    }
}

#[test]
fn a_task_is_ahead_of_what_it_was_but_not_of_what_it_may_become() {
    let mut known = task(TaskState::Working);
    known.artifacts = vec![Artifact::new("a".parse().unwrap(), vec![Part::text("1"), Part::text("2")])];
    known.status = said(TaskState::Working, "m2");
    known.history = vec![message("m1")];
    let ahead = Fold::new(known.clone());
    assert!(!ahead.is_ahead_of(&known));
    let older: [fn(&mut Task); 4] = [
        |task| drop(task.artifacts[0].parts.pop()),
        |task| task.artifacts.clear(),
        |task| task.status.message = None,
        |task| task.status.state = TaskState::Submitted,
    ];
    for change in older {
        let mut other = known.clone();
        change(&mut other);
        assert!(ahead.is_ahead_of(&other));
    }
    let newer: [fn(&mut Task); 8] = [
        |task| task.artifacts[0].parts.push(Part::text("3")),
        |task| task.artifacts[0].parts[1] = Part::text("3"),
        |task| task.artifacts.insert(0, artifact("b", "1")),
        |task| task.status.message = Some(message("m3").into()),
        |task| task.history.insert(0, message("m0")),
        |task| task.id = "other".parse().unwrap(),
        |task| (task.artifacts, task.status.state) = (vec![], TaskState::Completed),
        |task| (task.artifacts, task.status.state) = (vec![], TaskState::InputRequired),
    ];
    for change in newer {
        let mut other = known.clone();
        change(&mut other);
        assert!(!ahead.is_ahead_of(&other));
    }
}

proptest! {
    #[test]
    fn a_tail_is_not_taken_for_the_beginning(texts in prop::collection::vec("[a-z]{3}", 2..20)) {
        let mut known = Fold::new(task(TaskState::Working));
        for text in &texts {
            known.apply(&chunk(artifact("a", text), true));
        }
        let fresh = Fold::new(task(TaskState::Working));
        let next = chunk(artifact("a", "next"), true);
        prop_assert!(!known.knows(&next, &fresh));
        let mut told = fresh;
        told.apply(&next);
        prop_assert!(!told.covers(known.task()));
    }
}
