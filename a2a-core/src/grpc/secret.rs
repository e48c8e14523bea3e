//! `Debug` of the messages with secrets: it shows neither tokens nor credentials nor whatever of a URL may be secret.

use std::fmt;

use super::{v0_3, v1};
use crate::push::{Redacted, without_secrets};

fn redacted(secret: &str) -> Option<Redacted> {
    (!secret.is_empty()).then_some(Redacted)
}

impl fmt::Debug for v1::TaskPushNotificationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskPushNotificationConfig")
            .field("tenant", &self.tenant)
            .field("id", &self.id)
            .field("task_id", &self.task_id)
            .field("url", &without_secrets(&self.url))
            .field("token", &redacted(&self.token))
            .field("authentication", &self.authentication)
            .finish()
    }
}

impl fmt::Debug for v1::AuthenticationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationInfo")
            .field("scheme", &self.scheme)
            .field("credentials", &redacted(&self.credentials))
            .finish()
    }
}

impl fmt::Debug for v0_3::PushNotificationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushNotificationConfig")
            .field("id", &self.id)
            .field("url", &without_secrets(&self.url))
            .field("token", &redacted(&self.token))
            .field("authentication", &self.authentication)
            .finish()
    }
}

impl fmt::Debug for v0_3::AuthenticationInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticationInfo")
            .field("schemes", &self.schemes)
            .field("credentials", &redacted(&self.credentials))
            .finish()
    }
}
