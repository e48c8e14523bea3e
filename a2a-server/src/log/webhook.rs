//! Webhooks: who is to be told of a task, and from where on.

use std::fmt;

use a2a_core::{TaskId, TaskPushNotificationConfig, Version};

use super::{Scope, Seq};

/// A webhook of a task, as the log keeps it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Webhook {
    /// Where and how to tell, as it was sent: with the id by which it is known in its task, and with its task.
    pub config: TaskPushNotificationConfig,
    /// The version of the request that registered it last, and so that of what it is told.
    pub version: Version,
    /// It is told of what is behind this entry. The log says so when it takes a new one, and one that comes in the place
    /// of another goes on where that one was.
    pub after: Seq,
    /// Counts webhooks in the order in which they were made, with gaps. The log says so, too.
    pub number: u64,
}

impl Webhook {
    /// A webhook to be registered by a request of this version. The id and the task of the config must be set.
    pub fn new(config: TaskPushNotificationConfig, version: Version) -> Self {
        Self { config, version, after: 0, number: 0 }
    }

    /// Its id, unique in its task.
    pub fn id(&self) -> &str {
        self.config.id.as_deref().unwrap_or_default()
    }

    /// About what it takes where it is kept.
    pub(crate) fn weight(&self) -> usize {
        let TaskPushNotificationConfig { tenant, id, task_id, url, token, authentication, .. } = &self.config;
        let texts = [id.as_deref(), token.as_deref(), tenant.as_ref().map(a2a_core::Tenant::as_str)];
        let texts = texts.into_iter().flatten().map(str::len).sum::<usize>();
        let secrets = authentication
            .as_ref()
            .map_or(0, |known| known.scheme.len() + known.credentials.as_ref().map_or(0, String::len));
        let ids = task_id.as_ref().map_or(0, |task| task.as_str().len());
        size_of::<Self>() + texts + secrets + ids + url.len()
    }
}

/// Shows no secrets, as its config doesn't.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("config", &self.config)
            .field("version", &self.version)
            .field("after", &self.after)
            .field("number", &self.number)
            .finish()
    }
}

/// A page of a task's webhooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WebhookPage {
    /// The webhooks, in the order in which they were made.
    pub webhooks: Vec<Webhook>,
    /// Whether there are more behind the last of them.
    pub more: bool,
}

impl WebhookPage {
    /// For engines: at most so many of these, which are one more if there are more.
    pub fn of(mut webhooks: Vec<Webhook>, most: usize) -> Self {
        let more = webhooks.len() > most;
        webhooks.truncate(most);
        Self { webhooks, more }
    }
}

/// A webhook that a process before this one was to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingWebhook {
    /// Whose the task is.
    pub scope: Scope,
    /// The task.
    pub task: TaskId,
    /// The id of the webhook.
    pub id: String,
    /// Its number.
    pub number: u64,
}

impl PendingWebhook {
    /// For engines: what is left to be told.
    pub fn new(scope: Scope, task: TaskId, id: String, number: u64) -> Self {
        Self { scope, task, id, number }
    }
}
