//! What a check may expect.

use std::{error::Error, fmt::Debug};

use a2a::{A2AError, Artifact, Part, PartContent, StreamResponse, TaskState};
use futures::{Stream, TryStreamExt};
use serde_json::Value;

pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Both are the same.
pub fn same<T: PartialEq + Debug + ?Sized>(what: &str, got: &T, want: &T) -> Outcome {
    if got == want { Ok(()) } else { Err(format!("{what}: got {got:?}, expected {want:?}").into()) }
}

/// The call failed with a code of [`a2a::error_code`].
pub fn fails<T>(what: &str, outcome: Result<T, A2AError>, code: i32) -> Outcome {
    match outcome {
        Ok(_) => Err(format!("{what}: succeeded, expected an error {code}").into()),
        Err(error) if error.code == code => Ok(()),
        Err(error) => Err(format!("{what}: got {} ({}), expected {code}", error.code, error.message).into()),
    }
}

/// The events of a stream that the agent ends.
pub async fn drain(
    stream: impl Stream<Item = Result<StreamResponse, A2AError>>,
) -> Outcome<Vec<StreamResponse>> {
    Ok(stream.try_collect().await.map_err(|error: A2AError| format!("in the stream: {error}"))?)
}

/// The task that an event is of.
pub fn task_id(event: &StreamResponse) -> Option<&str> {
    match event {
        StreamResponse::Task(task) => Some(&task.id),
        StreamResponse::StatusUpdate(update) => Some(&update.task_id),
        StreamResponse::ArtifactUpdate(update) => Some(&update.task_id),
        StreamResponse::Message(_) => None,
    }
}

/// The states that events tell of, without repetitions, and without the first one of all: it passes at once, so it may
/// be seen or not.
pub fn states(events: &[StreamResponse]) -> Vec<TaskState> {
    let told = events.iter().filter_map(|event| match event {
        StreamResponse::Task(task) => Some(task.status.state.clone()),
        StreamResponse::StatusUpdate(update) => Some(update.status.state.clone()),
        StreamResponse::Message(_) | StreamResponse::ArtifactUpdate(_) => None,
    });
    let mut states: Vec<_> = told.skip_while(|state| *state == TaskState::Submitted).collect();
    states.dedup();
    states
}

/// The parts of all artifacts.
pub fn parts(artifacts: Option<&[Artifact]>) -> Vec<Part> {
    artifacts.unwrap_or_default().iter().flat_map(|artifact| artifact.parts.iter().map(plain)).collect()
}

/// A part in which numbers are equal if their values are, and that no metadata is the same as an empty one.
pub fn plain(part: &Part) -> Part {
    let mut part = part.clone();
    part.metadata = part.metadata.filter(|metadata| !metadata.is_empty());
    if let PartContent::Data(data) = &mut part.content {
        floats(data);
    }
    part
}

fn floats(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.as_f64().into(),
        Value::Array(values) => values.iter_mut().for_each(floats),
        Value::Object(members) => members.values_mut().for_each(floats),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
