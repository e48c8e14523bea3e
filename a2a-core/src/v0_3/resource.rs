//! Resource names, which stand for ids where v0.3 is protobuf.

use std::fmt;

use crate::TaskId;

/// `tasks/{id}`, or `tasks/{id}/pushNotificationConfigs/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ResourceName {
    pub(crate) task_id: TaskId,
    pub(crate) config_id: Option<String>,
}

impl ResourceName {
    /// Of text that says either; of a config's name without an id, the task's.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let name = name.strip_prefix("tasks/")?;
        let (task_id, config_id) = match name.split_once("/pushNotificationConfigs") {
            Some((task_id, "" | "/")) => (task_id, None),
            Some((task_id, rest)) => (task_id, Some(rest.strip_prefix('/')?.to_owned())),
            None => (name, None),
        };
        Some(Self { task_id: task_id.parse().ok()?, config_id })
    }
}

impl fmt::Display for ResourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tasks/{}", self.task_id)?;
        match &self.config_id {
            Some(config_id) => write!(f, "/pushNotificationConfigs/{config_id}"),
            None => Ok(()),
        }
    }
}
