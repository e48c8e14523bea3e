//! A webhook of a task as it is read: with ids, or with resource names that have them.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{PushNotificationConfig, TaskPushNotificationConfig};
use crate::{TaskId, json, v0_3::resource::ResourceName};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named {
    name: Option<String>,
    #[serde(alias = "task_id", deserialize_with = "json::non_empty")]
    task_id: Option<TaskId>,
    #[serde(alias = "push_notification_config")]
    push_notification_config: Option<PushNotificationConfig>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default, expecting = "a push notification config")]
struct Body {
    parent: Option<String>,
    #[serde(alias = "config_id", deserialize_with = "json::non_empty")]
    config_id: Option<String>,
    config: Option<Named>,
    name: Option<String>,
    #[serde(alias = "task_id", deserialize_with = "json::non_empty")]
    task_id: Option<TaskId>,
    #[serde(alias = "push_notification_config")]
    push_notification_config: Option<PushNotificationConfig>,
}

/// `{taskId, pushNotificationConfig}`, or of protobuf `{name, pushNotificationConfig}`, `{parent, configId, config}` or
/// `{config}`. Ids that are said twice are those of the innermost.
impl<'de> Deserialize<'de> for TaskPushNotificationConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Body { parent, config_id, config, name, task_id, push_notification_config } =
            Body::deserialize(deserializer)?;
        let outer = Named { name, task_id, push_notification_config };
        let Named { name, task_id, push_notification_config } = config.unwrap_or(outer);
        let mut webhook =
            push_notification_config.ok_or_else(|| D::Error::missing_field("pushNotificationConfig"))?;
        let named = name.as_deref().and_then(ResourceName::parse);
        let parent = parent.as_deref().and_then(ResourceName::parse);
        let (named_task, named_config) = named.map(|name| (name.task_id, name.config_id)).unzip();
        webhook.id = webhook.id.or(named_config.flatten()).or(config_id);
        let task_id = task_id.or(named_task).or(parent.map(|name| name.task_id));
        Ok(Self { task_id, push_notification_config: webhook })
    }
}
