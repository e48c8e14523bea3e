//! Events as deep as a2a-core sends them: every reader has to take them.

use a2a_core::{Metadata, Part, StreamEvent, Task, TaskState, TaskStatus, grpc, v0_3};
use prost::Message;
use serde_json::{Value, json};

/// By their package.
pub(crate) fn events() -> crate::Result<Vec<(&'static str, Vec<u8>)>> {
    let lists = (0..47).fold(json!(1), |inner, _| json!([inner]));
    let mut events = Vec::new();
    for data in [objects(31), lists] {
        let event = grpc::v1::StreamResponse::try_from(StreamEvent::from(task(data)?))?;
        events.push(("lf.a2a.v1", event.encode_to_vec()));
    }
    let old = v0_3::StreamEvent::from(v0_3::Task::from(task(objects(31))?));
    events.push(("a2a.v1", grpc::v0_3::StreamResponse::try_from(old)?.encode_to_vec()));
    Ok(events)
}

fn objects(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!({ "in": inner }))
}

/// The deepest place for free-form JSON is a part of the message of a status.
fn task(data: Value) -> crate::Result<Task> {
    let metadata = Metadata::from_iter([("in".to_owned(), objects(30))]);
    let part = Part::data(data).with_metadata(metadata);
    let mut status = TaskStatus::new(TaskState::Working);
    status.message = Some(Box::new(a2a_core::Message::agent("m".parse()?, part)));
    let mut task = Task::new("t".parse()?, "c".parse()?);
    task.status = status;
    Ok(task)
}
