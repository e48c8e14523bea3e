//! What is written, read and folded.

use a2a_core::{
    Artifact, ArtifactId, ContextId, Message, MessageId, SendMessageRequest, StreamEvent, Task,
    TaskArtifactUpdateEvent, TaskId, TaskState, TaskStatus, TaskStatusUpdateEvent, Timestamp, jsonrpc,
};

pub(crate) fn task_id() -> TaskId {
    TaskId::new("5a5c56af-f4ea-4fa2-8df0-6e670b68fd33").expect("not empty")
}

pub(crate) fn context_id() -> ContextId {
    ContextId::new("d42d5808-bfaa-4eed-bf32-ae04ab86ea43").expect("not empty")
}

/// The id of the artifact or message with this number, as long as a UUID.
fn numbered(number: usize) -> String {
    format!("1d2d90e2-20de-42d9-b134-{number:012x}")
}

pub(crate) fn artifact_id(number: usize) -> ArtifactId {
    ArtifactId::new(numbered(number)).expect("not empty")
}

pub(crate) fn request() -> SendMessageRequest {
    let id = MessageId::new(numbered(0)).expect("not empty");
    SendMessageRequest::new(Message::user(id, "Pay 18 to ann and 240 to bob."))
}

/// A chunk of the artifact with this number.
pub(crate) fn chunk(artifact: usize, append: bool) -> TaskArtifactUpdateEvent {
    let artifact = Artifact::new(artifact_id(artifact), "a few words of text");
    let mut update = TaskArtifactUpdateEvent::new(task_id(), context_id(), artifact);
    update.append = append;
    update
}

/// The status message with this number.
pub(crate) fn status(number: usize) -> TaskStatusUpdateEvent {
    let mut status = TaskStatus::new(TaskState::Working);
    let id = MessageId::new(numbered(number)).expect("not empty");
    status.message = Some(Message::agent(id, "a few words of text").into());
    status.timestamp = Some(Timestamp::from_unix_millis(1_795_686_138_492));
    TaskStatusUpdateEvent::new(task_id(), context_id(), status)
}

/// A task of about a mebibyte: one artifact in chunks of a few words.
pub(crate) fn large_task() -> Task {
    let mut task = Task::new(task_id(), context_id());
    task.status = TaskStatus::new(TaskState::Completed);
    let mut artifact = Artifact::new(artifact_id(0), "");
    artifact.parts = (0..32 * 1024).map(|_| a2a_core::Part::text("a few words of text")).collect();
    task.artifacts.push(artifact);
    task
}

/// An event as a server sends it over JSON-RPC, without its frame.
pub(crate) fn write_answer(out: &mut Vec<u8>, event: &StreamEvent) {
    jsonrpc::write_result(out, jsonrpc::Id::from_json("1"), |out| {
        serde_json::to_writer(out, event).expect("an event always serialises");
    });
}

/// A stream of this many chunks as a server sends it.
pub(crate) fn stream(chunks: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for index in 0..chunks {
        let event = StreamEvent::ArtifactUpdate(chunk(0, index > 0));
        let id = format!("a2a-log:{}", index + 1);
        let written = a2a_core::sse::write_event(&mut out, Some(&id), |out| {
            write_answer(out, &event);
            Ok::<_, std::convert::Infallible>(())
        });
        let Ok(()) = written;
    }
    out
}
