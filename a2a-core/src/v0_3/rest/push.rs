use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};

use super::{ProtoJson, object::Object};
use crate::{
    json,
    v0_3::{TaskPushNotificationConfig, resource::ResourceName},
};

/// The body that creates a webhook. Reading one is reading a [`TaskPushNotificationConfig`]: peers send four forms.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper is its content")]
pub struct CreateTaskPushNotificationConfigRequest<'a>(pub &'a TaskPushNotificationConfig);

impl Serialize for CreateTaskPushNotificationConfigRequest<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::begin(serializer)?;
        object.some("parent", task_name(self.0).as_ref())?;
        object.some("configId", self.0.push_notification_config.id.as_ref())?;
        object.set("config", &ProtoJson(self.0))?;
        object.end()
    }
}

impl Serialize for ProtoJson<&TaskPushNotificationConfig> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::begin(serializer)?;
        object.some("name", config_name(self.0).as_ref())?;
        object.set("pushNotificationConfig", &self.0.push_notification_config)?;
        object.end()
    }
}

fn task_name(config: &TaskPushNotificationConfig) -> Option<String> {
    let name = ResourceName { task_id: config.task_id.clone()?, config_id: None };
    Some(name.to_string())
}

fn config_name(config: &TaskPushNotificationConfig) -> Option<String> {
    let config_id = config.push_notification_config.id.clone().unwrap_or_default();
    let name = ResourceName { task_id: config.task_id.clone()?, config_id: Some(config_id) };
    Some(name.to_string())
}

impl Serialize for ProtoJson<&Vec<TaskPushNotificationConfig>> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = Object::begin(serializer)?;
        object.list("configs", self.0)?;
        object.end()
    }
}

/// `{configs}` as deployed peers say, or the bare list that the specification shows.
impl<'de> Deserialize<'de> for ProtoJson<Vec<TaskPushNotificationConfig>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Configs;

        impl<'de> Visitor<'de> for Configs {
            type Value = Vec<TaskPushNotificationConfig>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("webhooks, or an object with them as configs")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut configs = Vec::new();
                while let Some(ProtoJson(config)) = list.next_element()? {
                    configs.push(config);
                }
                Ok(configs)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                #[derive(Deserialize)]
                struct Response {
                    #[serde(default, deserialize_with = "json::or_default")]
                    configs: Vec<ProtoJson<TaskPushNotificationConfig>>,
                    /// What a number has, which is an object if the app turns on `arbitrary_precision`.
                    #[serde(rename = "$serde_json::private::Number")]
                    number: Option<IgnoredAny>,
                }

                let response = Response::deserialize(MapAccessDeserializer::new(map))?;
                if response.number.is_some() {
                    return Err(A::Error::invalid_type(Unexpected::Other("number"), &self));
                }
                Ok(response.configs.into_iter().map(|ProtoJson(config)| config).collect())
            }
        }

        deserializer.deserialize_any(Configs).map(Self)
    }
}
