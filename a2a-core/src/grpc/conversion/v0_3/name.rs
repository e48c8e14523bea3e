//! Resource names: `tasks/{id}` and `tasks/{id}/pushNotificationConfigs/{config}`.
//!
//! Ids stand in them as they are, not percent-encoded, for deployed peers neither write nor read them so. One with a
//! slash is read but never written: a peer would take what is before the slash for the id, and so act on another task.

use crate::{
    Error, TaskId,
    grpc::field::{At as _, invalid, unsayable},
    v0_3::resource::ResourceName,
};

pub(super) fn of_task(task: &TaskId) -> Result<String, Error> {
    of(task, None)
}

/// Without an id it is that of a webhook whose id the server makes.
pub(super) fn of_config(task: &TaskId, config: Option<&str>) -> Result<String, Error> {
    of(task, Some(config.unwrap_or_default()))
}

fn of(task: &TaskId, config: Option<&str>) -> Result<String, Error> {
    for (id, field) in [(task.as_str(), "id"), (config.unwrap_or_default(), "pushNotificationConfigId")] {
        if id.contains('/') {
            return Err(unsayable("has a slash, which a name in a2a.v1 can't carry")).at(field);
        }
    }
    let name = ResourceName { task_id: task.clone(), config_id: config.map(str::to_owned) };
    Ok(name.to_string())
}

pub(super) fn parse(name: &str, field: &str) -> Result<ResourceName, Error> {
    let parsed = ResourceName::parse(name);
    let expected = "must be tasks/{id} or tasks/{id}/pushNotificationConfigs/{id}";
    parsed.ok_or_else(|| invalid(expected)).at(field)
}

pub(super) fn task(name: &str, field: &str) -> Result<TaskId, Error> {
    match parse(name, field)? {
        ResourceName { task_id, config_id: None } => Ok(task_id),
        _ => Err(invalid("must be tasks/{id}")).at(field),
    }
}

/// Its id is the task's first webhook's where the name ends without one.
pub(super) fn config(name: &str, field: &str) -> Result<(TaskId, Option<String>), Error> {
    parse(name, field).map(|name| (name.task_id, name.config_id))
}
