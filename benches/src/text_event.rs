//! An ADK text event as an A2A artifact update, and back, as the bridge does it.

use a2a_core::{Artifact, ArtifactId, ContextId, TaskArtifactUpdateEvent, TaskId};
use adk_bridge::{
    Event,
    adk::Content,
    convert::{metadata, part},
};

/// What a model says.
pub(crate) fn event() -> Event {
    let mut event = Event::new("clerk").with_content(Content::model("Two payments, 258 in all."));
    event.id = "8f3b2d6e-6a43-4f0a-9a3b-7e2f3f6d1c55".into();
    event.invocation_id = "e-2b8a2f0c-51a2-4f52-8d0f-0f7c6c0b9d31".into();
    event
}

/// The update of a task that carries an event.
pub(crate) fn to_a2a(event: &Event, task: &TaskId, context: &ContextId) -> TaskArtifactUpdateEvent {
    let parts = event.content.as_ref().map(|content| content.parts.as_slice()).unwrap_or_default();
    let id = ArtifactId::new(event.id.as_str()).expect("the event has an id");
    let mut artifact = Artifact::new(id, part::all_to_a2a(parts, &event.long_running_tool_ids));
    artifact.metadata = metadata::of_event(event);
    let mut update = TaskArtifactUpdateEvent::new(task.clone(), context.clone(), artifact);
    update.last_chunk = true;
    update
}

/// The event of an update, by the proxy that has this name.
pub(crate) fn from_a2a(update: &TaskArtifactUpdateEvent, name: &str) -> Event {
    let content = Content::model(part::all_from_a2a(&update.artifact.parts));
    let mut event = Event::new(name).with_content(content);
    metadata::apply_to(&update.artifact.metadata, &mut event);
    event
}
