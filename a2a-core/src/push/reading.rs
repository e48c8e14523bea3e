//! A webhook as it is read: flat, or with a part of it in an object of its own.

use serde::{Deserialize, Deserializer, de::Error as _};

use super::{AuthenticationInfo, TaskPushNotificationConfig, required};
use crate::{TaskId, Tenant, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", expecting = "a push notification config")]
struct Fields {
    #[serde(default, deserialize_with = "json::non_empty")]
    tenant: Option<Tenant>,
    #[serde(default, deserialize_with = "json::non_empty")]
    id: Option<String>,
    #[serde(alias = "task_id", default, deserialize_with = "json::non_empty")]
    task_id: Option<TaskId>,
    #[serde(default)]
    url: Option<Required>,
    #[serde(default, deserialize_with = "json::non_empty")]
    token: Option<String>,
    #[serde(default)]
    authentication: Option<AuthenticationInfo>,
    #[serde(alias = "push_notification_config", default)]
    push_notification_config: Option<Box<TaskPushNotificationConfig>>,
}

impl<'de> Deserialize<'de> for TaskPushNotificationConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let outer = Fields::deserialize(deserializer)?;
        let inner = outer.push_notification_config.map(|inner| *inner);
        let mut config = match (inner, outer.url) {
            (inner, Some(Required(url))) => Self { url, ..inner.unwrap_or_else(|| Self::new("")) },
            (Some(inner), None) => inner,
            (None, None) => return Err(D::Error::missing_field("url")),
        };
        config.tenant = outer.tenant.or(config.tenant);
        config.id = outer.id.or(config.id);
        config.task_id = outer.task_id.or(config.task_id);
        config.token = outer.token.or(config.token);
        config.authentication = outer.authentication.or(config.authentication);
        Ok(config)
    }
}

impl<'de> Deserialize<'de> for AuthenticationInfo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(expecting = "authentication info")]
        struct Fields {
            #[serde(default)]
            scheme: Option<Required>,
            #[serde(default)]
            schemes: Option<Vec<Required>>,
            #[serde(default, deserialize_with = "json::non_empty")]
            credentials: Option<String>,
        }

        let Fields { scheme, schemes, credentials } = Fields::deserialize(deserializer)?;
        let first = schemes.into_iter().flatten().next();
        let scheme = scheme.or(first).ok_or_else(|| D::Error::missing_field("scheme"))?.0;
        Ok(Self { scheme, credentials })
    }
}

/// A string that isn't empty where it is said.
struct Required(String);

impl<'de> Deserialize<'de> for Required {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        required(deserializer).map(Self)
    }
}
