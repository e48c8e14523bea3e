use a2a::{Part, StreamResponse, TaskState};
use futures::StreamExt;

use crate::{
    expect::{Outcome, drain, parts, plain, same, states, task_id},
    peer::{Peer, text},
};

/// A run from its first event to its last, in order, closed by the agent; and an artifact in two chunks.
pub async fn stream(peer: &Peer) -> Outcome {
    stream_of(peer, "tck-stream-001", &["Stream hello from TCK"]).await?;
    stream_of(peer, "tck-stream-artifact-chunked", &["chunk-1 ", "chunk-2"]).await
}

/// One artifact that comes in these chunks.
async fn stream_of(peer: &Peer, behaviour: &str, chunks: &[&str]) -> Outcome {
    let events = drain(peer.client.send_streaming_message(&text(behaviour)).await?).await?;
    let Some(StreamResponse::Task(task)) = events.first() else {
        return Err(format!("the stream was {events:?}, expected the task first").into());
    };
    let mut seen = Vec::new();
    for (at, event) in events.iter().enumerate() {
        same("task of an event", &task_id(event), &Some(&task.id))?;
        if let StreamResponse::ArtifactUpdate(update) = event {
            same("states before the artifact", &states(&events[..at])[..], &[TaskState::Working])?;
            same("append", &update.append.unwrap_or_default(), &!seen.is_empty())?;
            seen.extend(update.artifact.parts.iter().map(plain));
        }
    }
    let want: Vec<_> = chunks.iter().copied().map(Part::text).collect();
    same("chunks", &seen, &want)?;
    same("states", &states(&events)[..], &[TaskState::Working, TaskState::Completed])?;
    let artifacts = peer.get(&task.id).await?.artifacts.unwrap_or_default();
    let whole: String = parts(Some(&artifacts)).iter().filter_map(Part::as_text).collect();
    same("artifacts by get", &(artifacts.len(), whole), &(1, chunks.concat()))
}

/// The stream is dropped after its first event, the task lives on, and its end is seen by another stream.
pub async fn resubscribe(peer: &Peer) -> Outcome {
    let mut dropped = peer.client.send_streaming_message(&text("test-resubscribe-message-id")).await?;
    let first = dropped.next().await.ok_or("the stream ended without an event")??;
    drop(dropped);
    let id = task_id(&first).ok_or("the stream's first event is a message")?;

    let stream = peer.subscribe(id).await.map_err(|error| format!("subscribe: {error}"))?;
    let events = drain(stream).await?;
    match events.first() {
        Some(StreamResponse::Task(task)) => same("task", &task.id[..], id)?,
        other => return Err(format!("subscribe: the first event is {other:?}, expected the task").into()),
    }
    same("states", &states(&events)[..], &[TaskState::Working, TaskState::Completed])
}
