use a2a_core::{Artifact, Fold, Message, Part, StreamEvent, Task, TaskState, TaskStatus};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{artifact, chunk, message, object, said, status, task};

/// The events between the two, and the task that they make of the first.
fn between(known: &Task, to: &Task) -> (Vec<StreamEvent>, Task) {
    let mut fold = Fold::new(known.clone());
    let events = fold.difference(to.clone());
    for event in &events {
        fold.apply(event);
    }
    (events, fold.into_task())
}

fn difference(known: &Task, to: &Task) -> Vec<StreamEvent> {
    let (events, made) = between(known, to);
    assert_eq!(&made, to);
    events
}

fn working(artifacts: Vec<Artifact>) -> Task {
    let mut task = task(TaskState::Working);
    task.artifacts = artifacts;
    task
}

fn two(id: &str) -> Artifact {
    Artifact::new(id.parse().expect("it is valid"), vec![Part::text("1"), Part::text("2")])
}

#[test]
fn a_task_that_is_as_it_was_makes_no_difference() {
    assert_eq!(difference(&working(vec![two("a")]), &working(vec![two("a")])), []);
}

#[test]
fn what_an_artifact_has_gained_is_appended_and_new_ones_are_whole() {
    let known = working(vec![artifact("a", "1"), artifact("b", "1")]);
    let to = working(vec![two("a"), artifact("b", "1"), two("c")]);
    assert_eq!(difference(&known, &to), [chunk(artifact("a", "2"), true), chunk(two("c"), false)]);
}

#[test]
fn the_fields_that_a_chunk_can_change_are_changed_by_one() {
    let mut before = artifact("a", "1");
    before.description = Some("old".to_owned());
    before.metadata = object(json!({"kept": 1, "replaced": 1}));
    before.extensions = vec!["urn:1".to_owned()];
    let mut now = before.clone();
    (now.name, now.description) = (Some("name".to_owned()), Some("new".to_owned()));
    now.metadata = object(json!({"kept": 1, "replaced": null, "new": {}}));
    now.extensions.push("urn:2".to_owned());
    let mut gained = Artifact::new("a".parse().unwrap(), Vec::new());
    (gained.name, gained.description) = (now.name.clone(), now.description.clone());
    gained.metadata = object(json!({"replaced": null, "new": {}}));
    gained.extensions = vec!["urn:2".to_owned()];
    assert_eq!(difference(&working(vec![before]), &working(vec![now])), [chunk(gained, true)]);
}

#[test]
fn an_artifact_that_is_not_what_it_was_and_more_is_replaced() {
    let mut named = two("a");
    named.name = Some("name".to_owned());
    let mut marked = two("a");
    marked.metadata = object(json!({"key": 1}));
    let mut extended = two("a");
    extended.extensions = vec!["urn:1".to_owned()];
    for before in [named, marked, extended, artifact("a", "12"), Artifact::new("a".parse().unwrap(), "2")] {
        let known = working(vec![before, artifact("b", "1")]);
        let to = working(vec![two("a"), artifact("b", "1")]);
        assert_eq!(difference(&known, &to), [chunk(two("a"), false)]);
    }
}

#[test]
fn the_status_comes_last_and_completes_the_artifacts_if_it_is_the_end() {
    let mut known = working(vec![artifact("a", "1")]);
    known.status = said(TaskState::Working, "m1");
    let mut to = working(vec![two("a")]);
    to.status = said(TaskState::Completed, "m2");
    to.history = vec![message("m1")];
    let mut last = chunk(artifact("a", "2"), true);
    if let StreamEvent::ArtifactUpdate(update) = &mut last {
        update.last_chunk = true;
    }
    assert_eq!(difference(&known, &to), [last, status(to.status.clone(), json!({}))]);
}

#[test]
fn what_the_agent_has_said_meanwhile_comes_before_the_status() {
    let mut known = task(TaskState::Submitted);
    known.history = vec![message("m0")];
    let mut to = task(TaskState::Completed);
    to.history = ["m0", "m1", "m2"].map(message).to_vec();
    let meanwhile = ["m1", "m2"].map(|id| status(said(TaskState::Working, id), json!({})));
    let end = status(to.status.clone(), json!({}));
    assert_eq!(difference(&known, &to), [&meanwhile[..], &[end]].concat());
    // What the user said is no update.
    to.history[2] = Message::user("m2".parse().unwrap(), "text");
    assert_eq!(difference(&known, &to), [to.into()]);
}

#[test]
fn metadata_that_is_new_comes_with_the_status() {
    let mut known = task(TaskState::Working);
    known.metadata = object(json!({"kept": 1, "urn:adk-bridge:kept": 1}));
    let mut to = known.clone();
    to.metadata.insert("new".to_owned(), Value::Null);
    assert_eq!(difference(&known, &to), [status(to.status.clone(), json!({"new": null}))]);
}

#[test]
fn what_no_update_can_say_is_said_by_the_task_itself() {
    let mut known = working(vec![artifact("a", "1"), artifact("b", "1")]);
    known.status = said(TaskState::Working, "m1");
    known.history = vec![message("m0")];
    known.metadata = object(json!({"key": 1}));
    let changes: [fn(&mut Task); 8] = [
        |to| to.history.clear(),
        |to| to.history.push(message("m1")),
        |to| to.status = said(TaskState::Working, "m2"),
        |to| to.metadata.clear(),
        |to| drop(to.metadata.insert("urn:adk-bridge:x".to_owned(), json!(1))),
        |to| to.context_id = None,
        |to| to.artifacts.swap(0, 1),
        |to| drop(to.artifacts.remove(0)),
    ];
    for change in changes {
        let mut to = known.clone();
        change(&mut to);
        assert_eq!(difference(&known, &to), [to.into()]);
    }
}

#[test]
fn an_artifact_is_told_even_where_the_task_has_to_be() {
    let mut known = working(vec![artifact("a", "1")]);
    known.history = vec![message("m0")];
    let to = working(vec![two("a")]);
    assert_eq!(difference(&known, &to), [chunk(artifact("a", "2"), true), to.into()]);
}

#[test]
fn an_end_is_never_undone_and_another_task_is_no_difference() {
    let mut other = task(TaskState::Completed);
    other.id = "other".parse().unwrap();
    for (known, to) in
        [(task(TaskState::Completed), task(TaskState::Working)), (task(TaskState::Working), other)]
    {
        assert_eq!(between(&known, &to), (vec![], known));
    }
    let (known, to) = (task(TaskState::Completed), task(TaskState::Failed));
    assert_eq!(difference(&known, &to), [to.into()]);
}

fn texts() -> impl Strategy<Value = Vec<Part>> {
    prop::collection::vec("[ab]".prop_map(Part::text), 0..4)
}

fn objects() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec!["a", "b", "urn:adk-bridge:c"]);
    prop::collection::btree_map(keys, 0..2, 0..3).prop_map(|map| json!(map))
}

fn artifacts() -> impl Strategy<Value = Artifact> {
    let uris = prop::collection::vec(prop::sample::select(vec!["urn:1", "urn:2"]), 0..3);
    let names = prop::option::of("[xy]");
    ("[abc]", texts(), names.clone(), names, objects(), uris).prop_map(
        |(id, parts, name, description, metadata, uris)| {
            let mut artifact = Artifact::new(id.parse().expect("it is valid"), parts);
            (artifact.name, artifact.description) = (name, description);
            artifact.metadata = object(metadata);
            artifact.extensions = uris.into_iter().map(str::to_owned).collect();
            artifact
        },
    )
}

fn states() -> impl Strategy<Value = TaskState> {
    let states = [TaskState::Submitted, TaskState::Working, TaskState::InputRequired, TaskState::Completed];
    prop::sample::select(states.to_vec())
}

fn statuses() -> impl Strategy<Value = TaskStatus> {
    (states(), prop::option::of("[mn]")).prop_map(|(state, id)| {
        let mut status = TaskStatus::new(state);
        status.message = id.as_deref().map(|id| message(id).into());
        status
    })
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    prop::collection::vec("[mn]".prop_map(|id| message(&id)), 0..3)
}

fn tasks() -> impl Strategy<Value = Task> {
    (statuses(), prop::collection::vec(artifacts(), 0..3), messages(), objects()).prop_map(
        |(status, artifacts, history, metadata)| {
            let mut task = task(TaskState::Submitted);
            (task.status, task.artifacts, task.history) = (status, artifacts, history);
            task.metadata = object(metadata);
            task
        },
    )
}

fn events() -> impl Strategy<Value = StreamEvent> {
    let chunks = (artifacts(), any::<bool>()).prop_map(|(artifact, append)| chunk(artifact, append));
    let statuses = (statuses(), objects()).prop_map(|(what, metadata)| status(what, metadata));
    prop_oneof![chunks, statuses, tasks().prop_map(StreamEvent::from)]
}

fn undoes(known: &Task, to: &Task) -> bool {
    known.status.state.is_terminal() && !to.status.state.is_terminal()
}

proptest! {
    #[test]
    fn the_difference_makes_any_task_any_other(known in tasks(), to in tasks()) {
        let (events, made) = between(&known, &to);
        if undoes(&known, &to) {
            prop_assert_eq!((events, made), (vec![], known));
        } else {
            prop_assert_eq!(made, to);
        }
    }

    #[test]
    fn the_difference_from_any_prefix_of_a_stream_makes_its_end(
        start in tasks(),
        events in prop::collection::vec(events(), 0..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let cut = cut.index(events.len() + 1);
        let mut fold = Fold::new(start);
        let mut known = fold.task().clone();
        for (n, event) in events.iter().enumerate() {
            if n == cut {
                known = fold.task().clone();
            }
            fold.apply(event);
        }
        prop_assert_eq!(between(&known, fold.task()).1, fold.task().clone());
    }
}
