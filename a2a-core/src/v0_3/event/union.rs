//! The JSON of what is told by its `kind`, or wrapped in a member that says so.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, IntoDeserializer as _, MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{SendMessageResult, StreamEvent, TaskArtifactUpdateEvent, TaskStatusUpdateEvent};
use crate::{
    ContextId, MessageId, Metadata, TaskId,
    json::{self, FreeObject},
    v0_3::{Artifact, Message, Part, Role, Task, TaskStatus, kind_first},
};

impl Serialize for StreamEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Task(task) => task.serialize(serializer),
            Self::Message(message) => message.serialize(serializer),
            Self::StatusUpdate(update) => update.serialize(serializer),
            Self::ArtifactUpdate(update) => update.serialize(serializer),
            Self::Unknown(members) => serializer.collect_map(kind_first(members)),
        }
    }
}

impl<'de> Deserialize<'de> for StreamEvent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Union;

        impl<'de> Visitor<'de> for Union {
            type Value = StreamEvent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a task, a message or an update")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<StreamEvent, A::Error> {
                let first = map.next_key::<String>()?;
                if first.as_deref() != Some("kind") {
                    return Members::deserialize(MapAccessDeserializer::new(Begun { first, map }))?
                        .into_event();
                }
                let kind = map.next_value::<Option<Kind>>()?;
                let rest = MapAccessDeserializer::new(map);
                match kind {
                    Some(Kind::Task) => Task::deserialize(rest).map(Into::into),
                    Some(Kind::Message) => Message::deserialize(rest).map(StreamEvent::Message),
                    Some(Kind::StatusUpdate) => {
                        TaskStatusUpdateEvent::deserialize(rest).map(StreamEvent::StatusUpdate)
                    }
                    Some(Kind::ArtifactUpdate) => {
                        TaskArtifactUpdateEvent::deserialize(rest).map(StreamEvent::ArtifactUpdate)
                    }
                    Some(Kind::Other(kind)) => Ok(unknown(kind, FreeObject::deserialize(rest)?.0)),
                    None => Members::deserialize(rest)?.into_event(),
                }
            }
        }

        deserializer.deserialize_map(Union)
    }
}

impl Serialize for SendMessageResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Task(task) => task.serialize(serializer),
            Self::Message(message) => message.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for SendMessageResult {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match StreamEvent::deserialize(deserializer)? {
            StreamEvent::Task(task) => Ok(Self::Task(*task)),
            StreamEvent::Message(message) => Ok(Self::Message(message)),
            _ => Err(D::Error::custom("the answer to a send is a task or a message, this is neither")),
        }
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "kebab-case")]
enum Kind {
    Task,
    Message,
    StatusUpdate,
    ArtifactUpdate,
    Other(String),
}

fn unknown(kind: String, mut members: Metadata) -> StreamEvent {
    members.insert("kind".to_owned(), kind.into());
    StreamEvent::Unknown(members)
}

/// A map whose first name was read.
struct Begun<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Begun<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(first) => seed.deserialize(first.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// All that any of them has, for those whose `kind` comes late or not at all.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Members {
    kind: Option<Kind>,

    task: Option<Box<Task>>,
    #[serde(alias = "msg")]
    message: Option<Message>,
    #[serde(alias = "status_update")]
    status_update: Option<TaskStatusUpdateEvent>,
    #[serde(alias = "artifact_update")]
    artifact_update: Option<TaskArtifactUpdateEvent>,

    #[serde(deserialize_with = "json::non_empty")]
    id: Option<TaskId>,
    #[serde(alias = "message_id", deserialize_with = "json::non_empty")]
    message_id: Option<MessageId>,
    #[serde(alias = "task_id", deserialize_with = "json::non_empty")]
    task_id: Option<TaskId>,
    #[serde(alias = "context_id", deserialize_with = "json::non_empty")]
    context_id: Option<ContextId>,
    status: Option<TaskStatus>,
    artifact: Option<Artifact>,
    #[serde(deserialize_with = "json::or_default")]
    artifacts: Vec<Artifact>,
    #[serde(deserialize_with = "json::or_default")]
    history: Vec<Message>,
    #[serde(deserialize_with = "json::or_default")]
    role: Role,
    #[serde(alias = "content", deserialize_with = "json::or_default")]
    parts: Vec<Part>,
    #[serde(deserialize_with = "json::metadata")]
    metadata: Metadata,
    #[serde(deserialize_with = "json::or_default")]
    extensions: Vec<String>,
    #[serde(alias = "reference_task_ids", deserialize_with = "json::or_default")]
    reference_task_ids: Vec<TaskId>,
    #[serde(rename = "final", deserialize_with = "json::or_default")]
    is_final: bool,
    #[serde(deserialize_with = "json::or_default")]
    append: bool,
    #[serde(alias = "last_chunk", deserialize_with = "json::or_default")]
    last_chunk: bool,
}

impl Members {
    fn into_event<E: Error>(mut self) -> Result<StreamEvent, E> {
        let wrapped = [
            self.task.take().map(StreamEvent::Task),
            self.message.take().map(StreamEvent::Message),
            self.status_update.take().map(StreamEvent::StatusUpdate),
            self.artifact_update.take().map(StreamEvent::ArtifactUpdate),
        ];
        let mut wrapped = wrapped.into_iter().flatten();
        match (self.kind(), wrapped.next(), wrapped.next()) {
            (Some(Kind::Task), ..) => self.into_task().map(Into::into),
            (Some(Kind::Message), ..) => self.into_message().map(StreamEvent::Message),
            (Some(Kind::StatusUpdate), ..) => self.into_status_update().map(StreamEvent::StatusUpdate),
            (Some(Kind::ArtifactUpdate), ..) => self.into_artifact_update().map(StreamEvent::ArtifactUpdate),
            (Some(Kind::Other(kind)), ..) => Ok(unknown(kind, Metadata::new())),
            (None, Some(event), None) => Ok(event),
            (None, Some(_), Some(_)) => Err(E::custom(
                "an event is one of task, message, statusUpdate and artifactUpdate, this has two",
            )),
            (None, None, _) => {
                Err(E::custom("this has no kind, and neither what a task has, nor a message or an update"))
            }
        }
    }

    /// Which it says it is, or which it must be.
    fn kind(&mut self) -> Option<Kind> {
        let inferred = match self {
            Self { message_id: Some(_), .. } => Some(Kind::Message),
            Self { id: Some(_), status: Some(_), .. } => Some(Kind::Task),
            Self { task_id: Some(_), status: Some(_), .. } => Some(Kind::StatusUpdate),
            Self { task_id: Some(_), artifact: Some(_), .. } => Some(Kind::ArtifactUpdate),
            _ => None,
        };
        self.kind.take().or(inferred)
    }

    fn into_task<E: Error>(self) -> Result<Task, E> {
        Ok(Task {
            id: self.id.ok_or_else(|| E::missing_field("id"))?,
            context_id: self.context_id,
            status: self.status.unwrap_or_default(),
            artifacts: self.artifacts,
            history: self.history,
            metadata: self.metadata,
        })
    }

    fn into_message<E: Error>(self) -> Result<Message, E> {
        Ok(Message {
            message_id: self.message_id.ok_or_else(|| E::missing_field("messageId"))?,
            context_id: self.context_id,
            task_id: self.task_id,
            role: self.role,
            parts: self.parts,
            metadata: self.metadata,
            extensions: self.extensions,
            reference_task_ids: self.reference_task_ids,
        })
    }

    fn into_status_update<E: Error>(self) -> Result<TaskStatusUpdateEvent, E> {
        Ok(TaskStatusUpdateEvent {
            task_id: self.task_id.ok_or_else(|| E::missing_field("taskId"))?,
            context_id: self.context_id,
            status: self.status.unwrap_or_default(),
            is_final: self.is_final,
            metadata: self.metadata,
        })
    }

    fn into_artifact_update<E: Error>(self) -> Result<TaskArtifactUpdateEvent, E> {
        Ok(TaskArtifactUpdateEvent {
            task_id: self.task_id.ok_or_else(|| E::missing_field("taskId"))?,
            context_id: self.context_id,
            artifact: self.artifact.ok_or_else(|| E::missing_field("artifact"))?,
            append: self.append,
            last_chunk: self.last_chunk,
            metadata: self.metadata,
        })
    }
}
