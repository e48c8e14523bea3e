//! A task from its events and from its entries.

mod difference;
mod entries;
mod retelling;
mod table;

use a2a_core::{
    Applied, Artifact, Fold, Message, Metadata, Part, StreamEvent, Task, TaskArtifactUpdateEvent, TaskState,
    TaskStatus, TaskStatusUpdateEvent,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

fn task(state: TaskState) -> Task {
    let mut task = Task::new("t".parse().expect("it is valid"), "c".parse().expect("it is valid"));
    task.status = TaskStatus::new(state);
    task
}

fn artifact(id: &str, text: &str) -> Artifact {
    Artifact::new(id.parse().expect("it is valid"), text)
}

fn message(id: &str) -> Message {
    Message::agent(id.parse().expect("it is valid"), "text")
}

fn object(json: Value) -> Metadata {
    let Value::Object(object) = json else { panic!("it is an object") };
    object
}

fn chunk(artifact: Artifact, append: bool) -> StreamEvent {
    let mut update = TaskArtifactUpdateEvent::new(
        "t".parse().expect("it is valid"),
        "c".parse().expect("it is valid"),
        artifact,
    );
    update.append = append;
    StreamEvent::ArtifactUpdate(update)
}

fn status(status: TaskStatus, metadata: Value) -> StreamEvent {
    let mut update = TaskStatusUpdateEvent::new(
        "t".parse().expect("it is valid"),
        "c".parse().expect("it is valid"),
        status,
    );
    update.metadata = object(metadata);
    StreamEvent::StatusUpdate(update)
}

fn said(state: TaskState, id: &str) -> TaskStatus {
    let mut status = TaskStatus::new(state);
    status.message = Some(message(id).into());
    status
}

#[test]
fn the_message_of_a_status_moves_into_history_when_the_next_status_comes() {
    let mut fold = Fold::new(task(TaskState::Submitted));
    for event in [
        status(said(TaskState::Working, "m1"), json!({})),
        status(TaskStatus::new(TaskState::Working), json!({})),
        status(said(TaskState::InputRequired, "m2"), json!({})),
        status(said(TaskState::Completed, "m3"), json!({})),
    ] {
        assert_eq!(fold.apply(&event), Applied::Status);
    }
    let mut expected = task(TaskState::Completed);
    expected.status = said(TaskState::Completed, "m3");
    expected.history = vec![message("m1"), message("m2")];
    assert_eq!(fold.into_task(), expected);
}

#[test]
fn metadata_of_a_status_merges_into_the_task_unless_it_is_transient() {
    let mut start = task(TaskState::Working);
    start.metadata = object(json!({"kept": 1, "replaced": {"a": 1}}));
    let mut fold = Fold::new(start);
    let update =
        json!({"replaced": {"b": null}, "new": null, "urn:adk-bridge:event": 1, "urn:adk-bridge:": 2});
    fold.apply(&status(TaskStatus::new(TaskState::Working), update));
    assert_eq!(
        Value::from(fold.into_task().metadata),
        json!({"kept": 1, "replaced": {"b": null}, "new": null})
    );
}

#[test]
fn an_append_keeps_what_the_chunk_does_not_say() {
    let mut first = artifact("a", "1");
    (first.name, first.description) = (Some("name".to_owned()), Some("old".to_owned()));
    first.metadata = object(json!({"kept": 1, "replaced": 1}));
    first.extensions = vec!["urn:1".to_owned()];
    let mut second = artifact("a", "2");
    second.description = Some("new".to_owned());
    second.metadata = object(json!({"replaced": 2}));
    second.extensions = vec!["urn:1".to_owned(), "urn:2".to_owned()];
    let mut fold = Fold::new(task(TaskState::Working));
    assert_eq!(fold.apply(&chunk(first, false)), Applied::Created);
    assert_eq!(fold.apply(&chunk(second, true)), Applied::Appended);
    let mut expected = Artifact::new("a".parse().unwrap(), vec![Part::text("1"), Part::text("2")]);
    (expected.name, expected.description) = (Some("name".to_owned()), Some("new".to_owned()));
    expected.metadata = object(json!({"kept": 1, "replaced": 2}));
    expected.extensions = vec!["urn:1".to_owned(), "urn:2".to_owned()];
    assert_eq!(fold.task().artifacts, [expected]);
}

#[test]
fn a_replaced_artifact_keeps_its_place_and_nothing_else() {
    let mut first = artifact("a", "1");
    first.name = Some("name".to_owned());
    let mut fold = Fold::new(task(TaskState::Working));
    for event in [chunk(first, false), chunk(artifact("b", "2"), false)] {
        assert_eq!(fold.apply(&event), Applied::Created);
    }
    assert_eq!(fold.apply(&chunk(artifact("a", "3"), false)), Applied::Replaced);
    assert_eq!(fold.task().artifacts, [artifact("a", "3"), artifact("b", "2")]);
}

#[test]
fn a_snapshot_replaces_everything_but_never_undoes_an_end() {
    let mut fold = Fold::new(task(TaskState::Working));
    fold.apply(&chunk(artifact("old", "1"), false));
    let mut snapshot = task(TaskState::InputRequired);
    snapshot.artifacts = vec![artifact("a", "1"), artifact("b", "2")];
    snapshot.metadata = object(json!({"urn:adk-bridge:x": 1}));
    assert_eq!(fold.apply(&snapshot.clone().into()), Applied::Snapshot);
    assert_eq!(fold.task(), &snapshot);
    assert_eq!(fold.apply(&chunk(artifact("b", "3"), true)), Applied::Appended);
    assert_eq!(fold.apply(&chunk(artifact("old", "4"), true)), Applied::Created);
    let texts: Vec<_> = fold.task().artifacts.iter().map(Artifact::text).collect();
    assert_eq!(texts, ["1", "23", "4"]);

    for end in [TaskState::Completed, TaskState::Failed] {
        assert_eq!(fold.apply(&task(end.clone()).into()), Applied::Snapshot);
        assert_eq!(fold.task(), &task(end));
    }
    assert_eq!(fold.apply(&snapshot.into()), Applied::Dropped);
    assert_eq!((fold.dropped(), fold.task()), (1, &task(TaskState::Failed)));
}

#[test]
fn of_two_artifacts_with_one_id_the_first_grows() {
    let mut twice = task(TaskState::Working);
    twice.artifacts = vec![artifact("a", "1"), artifact("a", "2")];
    let mut fold = Fold::new(twice);
    for event in
        [chunk(artifact("a", "3"), true), chunk(artifact("b", "4"), false), chunk(artifact("a", "5"), true)]
    {
        fold.apply(&event);
    }
    let texts: Vec<_> = fold.task().artifacts.iter().map(Artifact::text).collect();
    assert_eq!(texts, ["135", "2", "4"]);
}

#[test]
fn what_is_not_about_the_task_is_ignored_even_behind_its_end() {
    let mut other = task(TaskState::Failed);
    other.id = "other".parse().unwrap();
    for state in [TaskState::Working, TaskState::Completed] {
        let mut fold = Fold::new(task(state.clone()));
        let mut direct = message("m");
        for event in [
            other.clone().into(),
            StreamEvent::StatusUpdate(TaskStatusUpdateEvent::new(
                "other".parse().unwrap(),
                "c".parse().unwrap(),
                TaskStatus::new(TaskState::Failed),
            )),
            StreamEvent::ArtifactUpdate(TaskArtifactUpdateEvent::new(
                "other".parse().unwrap(),
                "c".parse().unwrap(),
                artifact("a", "1"),
            )),
            StreamEvent::Message(direct.clone()),
            {
                direct.task_id = Some("t".parse().unwrap());
                StreamEvent::Message(direct)
            },
            StreamEvent::Unknown(object(json!({"x": 1}))),
        ] {
            assert_eq!(fold.apply(&event), Applied::Ignored);
        }
        assert_eq!((fold.dropped(), fold.into_task()), (0, task(state)));
    }
}

#[test]
fn a_long_stream_folds_in_no_time() {
    let mut fold = Fold::new(task(TaskState::Working));
    let piece = chunk(artifact("long", "x"), true);
    for _ in 0..200_000 {
        fold.apply(&piece);
    }
    for n in 0..100_000 {
        fold.apply(&chunk(artifact(&n.to_string(), "x"), true));
    }
    for n in (0..100_000).rev() {
        fold.apply(&chunk(artifact(&n.to_string(), "y"), true));
    }
    let task = fold.into_task();
    assert_eq!((task.artifacts.len(), task.artifacts[0].parts.len()), (100_001, 200_000));
    assert!(task.artifacts[1..].iter().all(|artifact| artifact.text() == "xy"));
}

proptest! {
    #[test]
    fn a_text_comes_together_however_it_was_cut(chunks in prop::collection::vec(".{0,5}", 1..20)) {
        let mut fold = Fold::new(task(TaskState::Working));
        for (n, text) in chunks.iter().enumerate() {
            let applied = fold.apply(&chunk(artifact("a", text), n > 0));
            prop_assert_eq!(applied, if n == 0 { Applied::Created } else { Applied::Appended });
        }
        let [artifact] = &*fold.task().artifacts else { panic!("there is one") };
        prop_assert_eq!(artifact.text(), chunks.concat());
        prop_assert_eq!(artifact.parts.len(), chunks.len());
    }
}
