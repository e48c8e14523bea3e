use serde::{Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::v0_3::{Message, Role};

impl Serialize for ProtoJson<&Role> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Role::Unspecified => "ROLE_UNSPECIFIED".serialize(serializer),
            Role::User => "ROLE_USER".serialize(serializer),
            Role::Agent => "ROLE_AGENT".serialize(serializer),
            Role::Other(_) => self.0.serialize(serializer),
        }
    }
}

impl Serialize for ProtoJson<&Message> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Message { message_id, context_id, task_id, role, parts, metadata, extensions, .. } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("messageId", message_id)?;
        object.some("contextId", context_id.as_ref())?;
        object.some("taskId", task_id.as_ref())?;
        object.set("role", &ProtoJson(role))?;
        object.list("content", parts)?;
        object.metadata(metadata)?;
        object.strings("extensions", extensions)?;
        object.end()
    }
}
