//! Webhooks that a server calls when a task changes (§4.3, §13.2).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{TaskId, Tenant};

mod reading;
mod request;

pub use self::request::{
    DeleteTaskPushNotificationConfigRequest, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse,
};

/// Where and how to tell of a task's changes (§4.3.1); it is also what creates one (§3.1.7).
///
/// It is written flat. The form of v0.3 and of drafts of v1.0, `{"taskId":…,"pushNotificationConfig":{"url":…}}`, is
/// read as well; what stands outside holds where both say it.
///
/// `Debug` shows neither the token nor whatever of the URL may be secret.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TaskPushNotificationConfig {
    /// The tenant of the interface that it is created at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// Unique within the task; the server makes one where the client doesn't.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The task it is about; left out where it comes with the message that creates the task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_id: Option<TaskId>,
    /// What the server posts to.
    pub url: String,
    /// A secret of the client by which it knows that a call is meant for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// How the server authenticates to the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<AuthenticationInfo>,
}

impl TaskPushNotificationConfig {
    /// A webhook without authentication, for a task that comes with it.
    pub fn new(url: impl Into<String>) -> Self {
        Self { tenant: None, id: None, task_id: None, url: url.into(), token: None, authentication: None }
    }

    /// The same webhook for a task that exists.
    #[must_use]
    pub fn with_task_id(mut self, task_id: TaskId) -> Self {
        self.task_id = Some(task_id);
        self
    }

    /// The same webhook with the client's secret.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same webhook with authentication.
    #[must_use]
    pub fn with_authentication(mut self, authentication: AuthenticationInfo) -> Self {
        self.authentication = Some(authentication);
        self
    }
}

impl fmt::Debug for TaskPushNotificationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskPushNotificationConfig")
            .field("tenant", &self.tenant)
            .field("id", &self.id)
            .field("task_id", &self.task_id)
            .field("url", &without_secrets(&self.url))
            .field("token", &self.token.as_ref().map(|_| Redacted))
            .field("authentication", &self.authentication)
            .finish()
    }
}

/// What the server puts into the `Authorization` header of its calls (§4.3.2). `Debug` hides the credentials.
///
/// Where v0.3 names several `schemes`, the first is read: a call has one header.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthenticationInfo {
    /// A scheme that IANA has registered, such as `Bearer`; case doesn't matter.
    pub scheme: String,
    /// What follows the scheme in the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
}

impl AuthenticationInfo {
    /// This scheme with these credentials.
    pub fn new(scheme: impl Into<String>, credentials: impl Into<String>) -> Self {
        Self { scheme: scheme.into(), credentials: Some(credentials.into()) }
    }
}

impl fmt::Debug for AuthenticationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationInfo")
            .field("scheme", &self.scheme)
            .field("credentials", &self.credentials.as_ref().map(|_| Redacted))
            .finish()
    }
}

pub(crate) struct Redacted;

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Scheme, host and path: no user, password, query or fragment.
pub(crate) fn without_secrets(url: &str) -> String {
    let shown = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = shown.split_once("://") else {
        // No URL that we call, but what a client has sent may be shown all the same.
        return shown.rsplit('@').next().unwrap_or_default().to_owned();
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

/// A string that the protocol requires, so it can't be empty.
pub(crate) fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(de::Error::invalid_value(de::Unexpected::Str(""), &"a string that isn't empty"));
    }
    Ok(text)
}
