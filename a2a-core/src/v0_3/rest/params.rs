use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::v0_3::{
    MessageSendConfiguration, MessageSendParams, TaskIdParams, TaskQueryParams, resource::ResourceName,
};

impl Serialize for ProtoJson<&MessageSendParams> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let MessageSendParams { message, configuration, metadata } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("message", &ProtoJson(message))?;
        match configuration {
            Some(configuration) => object.set("configuration", &ProtoJson(configuration))?,
            None => object.set("configuration", &ProtoJson(&MessageSendConfiguration::default()))?,
        }
        object.metadata(metadata)?;
        object.end()
    }
}

impl Serialize for ProtoJson<&MessageSendConfiguration> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let MessageSendConfiguration {
            accepted_output_modes,
            history_length,
            push_notification_config,
            blocking,
        } = self.0;
        let mut object = Object::begin(serializer)?;
        object.strings("acceptedOutputModes", accepted_output_modes)?;
        object.some("pushNotification", push_notification_config.as_ref())?;
        object.some("historyLength", history_length.filter(|length| *length != 0).as_ref())?;
        object.set("blocking", &blocking.unwrap_or(true))?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for ProtoJson<MessageSendParams> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut params = MessageSendParams::deserialize(deserializer)?;
        if let Some(configuration) = &mut params.configuration {
            configuration.history_length = unlimited_if_zero(configuration.history_length);
            configuration.blocking.get_or_insert(false);
        }
        Ok(Self(params))
    }
}

/// The query of `GET /v1/tasks/{id}`, once the id is in it.
impl<'de> Deserialize<'de> for ProtoJson<TaskQueryParams> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut params = TaskQueryParams::deserialize(deserializer)?;
        params.history_length = unlimited_if_zero(params.history_length);
        Ok(Self(params))
    }
}

/// The body of `POST /v1/tasks/{id}:cancel`.
impl Serialize for ProtoJson<&TaskIdParams> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = ResourceName { task_id: self.0.id.clone(), config_id: None };
        let mut object = Object::begin(serializer)?;
        object.set("name", &name.to_string())?;
        object.end()
    }
}

/// Protobuf's default is no limit here.
fn unlimited_if_zero(length: Option<i32>) -> Option<i32> {
    length.filter(|length| *length != 0)
}
