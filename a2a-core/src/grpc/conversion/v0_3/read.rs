//! The operations that name a task. Their metadata is left out: there is no field for it.

use super::{name, send::limit};
use crate::{
    Error, Metadata,
    grpc::v0_3,
    v0_3::{TaskIdParams, TaskQueryParams},
};

impl TryFrom<v0_3::GetTaskRequest> for TaskQueryParams {
    type Error = Error;

    fn try_from(request: v0_3::GetTaskRequest) -> Result<Self, Error> {
        let v0_3::GetTaskRequest { name, history_length } = request;
        let id = name::task(&name, "name")?;
        Ok(Self { id, history_length: limit(history_length), metadata: Metadata::new() })
    }
}

impl TryFrom<TaskQueryParams> for v0_3::GetTaskRequest {
    type Error = Error;

    fn try_from(params: TaskQueryParams) -> Result<Self, Error> {
        Ok(Self {
            name: name::of_task(&params.id)?,
            history_length: params.history_length.unwrap_or_default(),
        })
    }
}

impl TryFrom<v0_3::CancelTaskRequest> for TaskIdParams {
    type Error = Error;

    fn try_from(request: v0_3::CancelTaskRequest) -> Result<Self, Error> {
        name::task(&request.name, "name").map(Self::new)
    }
}

impl TryFrom<TaskIdParams> for v0_3::CancelTaskRequest {
    type Error = Error;

    fn try_from(params: TaskIdParams) -> Result<Self, Error> {
        Ok(Self { name: name::of_task(&params.id)? })
    }
}

impl TryFrom<v0_3::TaskSubscriptionRequest> for TaskIdParams {
    type Error = Error;

    fn try_from(request: v0_3::TaskSubscriptionRequest) -> Result<Self, Error> {
        name::task(&request.name, "name").map(Self::new)
    }
}

impl TryFrom<TaskIdParams> for v0_3::TaskSubscriptionRequest {
    type Error = Error;

    fn try_from(params: TaskIdParams) -> Result<Self, Error> {
        Ok(Self { name: name::of_task(&params.id)? })
    }
}
