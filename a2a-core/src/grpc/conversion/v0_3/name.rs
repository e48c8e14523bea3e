//! Resource names: `tasks/{id}` and `tasks/{id}/pushNotificationConfigs/{config}`.
//!
//! Ids stand in them as they are, not percent-encoded, for deployed peers neither write nor read them so. One with a
//! slash can't be in a name: a peer would take what is before the slash for the id, and so act on another task.

use crate::{
    Error, TaskId,
    grpc::field::{At as _, invalid, unsayable},
};

const TASKS: &str = "tasks";
const CONFIGS: &str = "pushNotificationConfigs";

pub(super) fn of_task(id: &TaskId) -> Result<String, Error> {
    Ok(format!("{TASKS}/{}", segment(id.as_str()).at("id")?))
}

pub(super) fn of_config(task: &TaskId, config: &str) -> Result<String, Error> {
    let config = segment(config).at("pushNotificationConfigId")?;
    Ok(format!("{}/{CONFIGS}/{config}", of_task(task)?))
}

fn segment(id: &str) -> Result<&str, Error> {
    match id {
        "" => Err(unsayable("has to be set, for it is part of a name in a2a.v1")),
        id if id.contains('/') => Err(unsayable("has a slash, which a name in a2a.v1 can't carry")),
        id => Ok(id),
    }
}

pub(super) fn task(name: &str, field: &str) -> Result<TaskId, Error> {
    match name.splitn(5, '/').collect::<Vec<_>>()[..] {
        [TASKS, id] => id.try_into().ok(),
        _ => None,
    }
    .ok_or_else(|| invalid("must be tasks/{id}"))
    .at(field)
}

pub(super) fn config(name: &str, field: &str) -> Result<(TaskId, String), Error> {
    match name.splitn(5, '/').collect::<Vec<_>>()[..] {
        [TASKS, task, CONFIGS, config] if !config.is_empty() => {
            task.try_into().ok().map(|task| (task, config.to_owned()))
        }
        _ => None,
    }
    .ok_or_else(|| invalid("must be tasks/{id}/pushNotificationConfigs/{id}"))
    .at(field)
}
