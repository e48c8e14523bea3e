//! What streams and sends answer: bare where a `kind` tells them apart, and else in a member that does.

use super::{Family, WriteJson, context, converted, write_status};
use crate::{
    Artifact, EntryBody, Fold, Message, Metadata, SendMessageResponse, StreamEvent, TaskArtifactUpdateEvent,
    TaskState, TaskStatusUpdateEvent, Timestamp,
    entry::{Chunk, EntryEvent, Status},
    json::write::{flag, metadata, text},
    v0_3,
};

impl WriteJson for StreamEvent {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        match self {
            Self::Task(task) => wrapped(out, family, r#"{"task":"#, &**task),
            Self::Message(message) => wrapped(out, family, r#"{"message":"#, message),
            Self::StatusUpdate(update) => wrapped(out, family, r#"{"statusUpdate":"#, update),
            Self::ArtifactUpdate(update) => wrapped(out, family, r#"{"artifactUpdate":"#, update),
            Self::Unknown(_) => converted(out, family, &v0_3::StreamEvent::from(self.clone())),
        }
    }
}

impl WriteJson for SendMessageResponse {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        match self {
            Self::Task(task) => wrapped(out, family, r#"{"task":"#, task),
            Self::Message(message) => wrapped(out, family, r#"{"message":"#, message),
        }
    }
}

impl WriteJson for TaskStatusUpdateEvent {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        let place = Place(self.task_id.as_str(), self.context_id.as_ref().map(AsRef::as_ref));
        let status = &self.status;
        let shown = (&status.state, status.message.as_deref(), status.timestamp);
        place.status(out, family, shown, None, &self.metadata);
    }
}

impl WriteJson for TaskArtifactUpdateEvent {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        let place = Place(self.task_id.as_str(), self.context_id.as_ref().map(AsRef::as_ref));
        place.artifact(out, family, &self.artifact, (self.append, self.last_chunk), &self.metadata);
    }
}

/// The same JSON as [`EntryEvent::to_stream_event`] has in v0.3.
impl WriteJson for EntryEvent<'_> {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        self.write_v0_3_as(family, None, out);
    }
}

impl EntryEvent<'_> {
    /// Writes it as an event of a stream that ends with it, or goes on: that is what `final` says in v0.3, and what the
    /// state alone can't tell where input is asked for.
    pub fn write_v0_3_in_stream(&self, family: Family, is_last: bool, out: &mut Vec<u8>) {
        self.write_v0_3_as(family, Some(is_last), out);
    }

    fn write_v0_3_as(&self, family: Family, is_final: Option<bool>, out: &mut Vec<u8>) {
        let (task_id, context_id, entry) = self.parts();
        let place = Place(task_id.as_str(), Some(context_id.as_str()));
        match &entry.body {
            EntryBody::Opened(opened) => {
                let fold = Fold::open(task_id.clone(), context_id.clone(), entry.at, opened);
                wrapped(out, family, r#"{"task":"#, fold.task());
            }
            EntryBody::Artifact(Chunk { artifact, append, last_chunk, metadata }) => {
                out.extend_from_slice(family.pick(b"", br#"{"artifactUpdate":"#));
                place.artifact(out, family, artifact, (*append, *last_chunk), metadata);
                out.extend_from_slice(family.pick(b"", b"}"));
            }
            EntryBody::Status(Status { state, message, metadata }) => {
                out.extend_from_slice(family.pick(b"", br#"{"statusUpdate":"#));
                let shown = (state, message.as_deref(), Some(entry.at));
                place.status(out, family, shown, is_final, metadata);
                out.extend_from_slice(family.pick(b"", b"}"));
            }
            EntryBody::Turn(_) | EntryBody::CancelRequested(_) | EntryBody::Record(_) => {
                out.extend_from_slice(family.pick(b"", br#"{"statusUpdate":"#));
                let shown = (&TaskState::Working, None, Some(entry.at));
                place.status(out, family, shown, is_final, &Metadata::new());
                out.extend_from_slice(family.pick(b"", b"}"));
            }
        }
    }
}

fn wrapped(out: &mut Vec<u8>, family: Family, name: &str, value: &impl WriteJson) {
    out.extend_from_slice(family.pick("", name).as_bytes());
    value.write_v0_3(family, out);
    out.extend_from_slice(family.pick(b"", b"}"));
}

/// Which task an update is of.
struct Place<'a>(&'a str, Option<&'a str>);

impl Place<'_> {
    fn status(
        &self,
        out: &mut Vec<u8>,
        family: Family,
        (state, message, timestamp): (&TaskState, Option<&Message>, Option<Timestamp>),
        is_final: Option<bool>,
        data: &Metadata,
    ) {
        self.begin(out, family, r#"{"kind":"status-update","taskId":"#);
        let state = v0_3::TaskState::from(state.clone());
        write_status(out, family, &state, message, timestamp);
        match (family, is_final.unwrap_or_else(|| state.ends_streams())) {
            (_, true) => out.extend_from_slice(br#","final":true"#),
            (Family::JsonRpc, false) => out.extend_from_slice(br#","final":false"#),
            (Family::Rest, false) => {}
        }
        metadata(out, data);
        out.push(b'}');
    }

    fn artifact(
        &self,
        out: &mut Vec<u8>,
        family: Family,
        artifact: &Artifact,
        (append, last_chunk): (bool, bool),
        data: &Metadata,
    ) {
        self.begin(out, family, r#"{"kind":"artifact-update","taskId":"#);
        out.extend_from_slice(br#","artifact":"#);
        artifact.write_v0_3(family, out);
        flag(out, r#","append":true"#, append);
        flag(out, r#","lastChunk":true"#, last_chunk);
        metadata(out, data);
        out.push(b'}');
    }

    fn begin(&self, out: &mut Vec<u8>, family: Family, name: &str) {
        text(out, family.pick(name, r#"{"taskId":"#), self.0);
        context(out, family, self.1);
    }
}
