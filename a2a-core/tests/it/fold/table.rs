use a2a_core::{Applied, Fold, StreamEvent, TaskArtifactUpdateEvent, TaskState, TaskStatus};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{artifact, object, status, task};

/// What a chunk `new` does where the artifact `a` holds `old`, or where there is none.
struct Row {
    append: bool,
    known: bool,
    applied: Applied,
    parts: &'static [&'static str],
}

const ROWS: [Row; 4] = [
    Row { append: false, known: false, applied: Applied::Created, parts: &["new"] },
    Row { append: true, known: false, applied: Applied::Created, parts: &["new"] },
    Row { append: false, known: true, applied: Applied::Replaced, parts: &["new"] },
    Row { append: true, known: true, applied: Applied::Appended, parts: &["old", "new"] },
];

fn unknown_state() -> TaskState {
    serde_json::from_value(json!("TASK_STATE_LATER")).expect("it is valid")
}

fn open_states() -> Vec<TaskState> {
    vec![
        TaskState::Unspecified,
        TaskState::Submitted,
        TaskState::Working,
        TaskState::InputRequired,
        TaskState::AuthRequired,
        unknown_state(),
    ]
}

const ENDS: [TaskState; 4] =
    [TaskState::Completed, TaskState::Failed, TaskState::Canceled, TaskState::Rejected];

/// A fold in this state, and the artifact it may know.
fn start(state: &TaskState, known: bool) -> Fold {
    let mut task = task(state.clone());
    if known {
        task.artifacts.push(artifact("a", "old"));
    }
    Fold::new(task)
}

fn update(row: &Row, last_chunk: bool) -> StreamEvent {
    let (task_id, context_id) = ("t".parse().expect("it is valid"), "c".parse().expect("it is valid"));
    let mut update = TaskArtifactUpdateEvent::new(task_id, context_id, artifact("a", "new"));
    (update.append, update.last_chunk) = (row.append, last_chunk);
    update.metadata = object(json!({"about": "this update"}));
    StreamEvent::ArtifactUpdate(update)
}

#[test]
fn a_chunk_creates_replaces_or_grows_its_artifact_until_the_task_ends() {
    for row in &ROWS {
        for last_chunk in [false, true] {
            for state in open_states() {
                let mut fold = start(&state, row.known);
                assert_eq!(fold.apply(&update(row, last_chunk)), row.applied);
                let mut expected = task(state);
                expected.artifacts.push(artifact("a", ""));
                expected.artifacts[0].parts =
                    row.parts.iter().map(|text| a2a_core::Part::text(*text)).collect();
                assert_eq!((fold.dropped(), fold.into_task()), (0, expected));
            }
            for state in ENDS {
                let mut fold = start(&state, row.known);
                let before = fold.task().clone();
                assert_eq!(fold.apply(&update(row, last_chunk)), Applied::Dropped);
                assert_eq!((fold.dropped(), fold.into_task()), (1, before));
            }
        }
    }
}

#[test]
fn a_chunk_behind_the_last_one_is_still_taken() {
    let mut fold = start(&TaskState::Working, true);
    for last_chunk in [true, false, true] {
        assert_eq!(fold.apply(&update(&ROWS[3], last_chunk)), Applied::Appended);
    }
    assert_eq!(fold.task().artifacts[0].text(), "oldnewnewnew");
}

#[test]
fn a_status_leads_from_any_open_state_to_any_state_and_from_an_end_nowhere() {
    let all: Vec<TaskState> = open_states().into_iter().chain(ENDS).collect();
    for to in &all {
        let event = status(TaskStatus::new(to.clone()), json!({"k": 1}));
        for from in open_states() {
            let mut fold = start(&from, false);
            assert_eq!(fold.apply(&event), Applied::Status);
            let mut expected = task(to.clone());
            expected.metadata = object(json!({"k": 1}));
            assert_eq!(fold.into_task(), expected);
        }
        for from in ENDS {
            let mut fold = start(&from, false);
            assert_eq!([fold.apply(&event), fold.apply(&event)], [Applied::Dropped; 2]);
            assert_eq!((fold.dropped(), fold.into_task()), (2, task(from)));
        }
    }
}
