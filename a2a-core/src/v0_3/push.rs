mod params;
mod reading;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::params::{
    DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
    ListTaskPushNotificationConfigParams,
};
use crate::{
    TaskId, json,
    push::{Redacted, required, without_secrets},
};

/// Where and how to tell of a task's changes.
///
/// `Debug` shows neither the token nor whatever of the URL may be secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PushNotificationConfig {
    /// Unique within the task; the server makes one where the client doesn't.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the server posts to.
    #[serde(deserialize_with = "required")]
    pub url: String,
    /// A secret of the client by which it knows that a call is meant for it.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// How the server authenticates to the webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<PushNotificationAuthenticationInfo>,
}

impl PushNotificationConfig {
    /// A webhook without authentication.
    pub fn new(url: impl Into<String>) -> Self {
        Self { id: None, url: url.into(), token: None, authentication: None }
    }
}

impl fmt::Debug for PushNotificationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushNotificationConfig")
            .field("id", &self.id)
            .field("url", &without_secrets(&self.url))
            .field("token", &self.token.as_ref().map(|_| Redacted))
            .field("authentication", &self.authentication)
            .finish()
    }
}

/// How the server authenticates to a webhook. `Debug` hides the credentials.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PushNotificationAuthenticationInfo {
    /// The schemes that the webhook takes, such as `Bearer`; always written.
    #[serde(default, deserialize_with = "json::or_default")]
    pub schemes: Vec<String>,
    /// What follows the scheme in the header.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
}

impl PushNotificationAuthenticationInfo {
    /// Any of these schemes, without credentials.
    pub fn new(schemes: Vec<String>) -> Self {
        Self { schemes, credentials: None }
    }
}

impl fmt::Debug for PushNotificationAuthenticationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushNotificationAuthenticationInfo")
            .field("schemes", &self.schemes)
            .field("credentials", &self.credentials.as_ref().map(|_| Redacted))
            .finish()
    }
}

/// A webhook of a task: what `tasks/pushNotificationConfig/set` takes and answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskPushNotificationConfig {
    /// The task it is about; written as `""` where there is none.
    #[serde(serialize_with = "super::or_empty")]
    pub task_id: Option<TaskId>,
    /// The webhook.
    pub push_notification_config: PushNotificationConfig,
}

impl TaskPushNotificationConfig {
    /// This webhook for this task.
    pub fn new(task_id: TaskId, push_notification_config: PushNotificationConfig) -> Self {
        Self { task_id: Some(task_id), push_notification_config }
    }
}
