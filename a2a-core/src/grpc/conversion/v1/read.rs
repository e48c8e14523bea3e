//! The operations that name a task, list tasks or ask for the card.

use crate::{
    CancelTaskRequest, Error, GetExtendedAgentCardRequest, GetTaskRequest, ListTasksRequest,
    ListTasksResponse, SubscribeToTaskRequest, TaskState,
    grpc::{
        field::{At as _, list, optional, or_empty, required, unsayable},
        timestamp, v1, value,
    },
};

impl TryFrom<v1::GetTaskRequest> for GetTaskRequest {
    type Error = Error;

    fn try_from(request: v1::GetTaskRequest) -> Result<Self, Error> {
        let v1::GetTaskRequest { tenant, id, history_length } = request;
        Ok(Self { tenant: optional(tenant), id: required(id, "id")?, history_length })
    }
}

impl From<GetTaskRequest> for v1::GetTaskRequest {
    fn from(request: GetTaskRequest) -> Self {
        let GetTaskRequest { tenant, id, history_length } = request;
        Self { tenant: or_empty(tenant), id: id.to_string(), history_length }
    }
}

impl TryFrom<v1::ListTasksRequest> for ListTasksRequest {
    type Error = Error;

    fn try_from(request: v1::ListTasksRequest) -> Result<Self, Error> {
        let v1::ListTasksRequest {
            tenant,
            context_id,
            status,
            page_size,
            page_token,
            history_length,
            status_timestamp_after,
            include_artifacts,
        } = request;
        let after = status_timestamp_after.map(|time| timestamp::from_proto(time, "statusTimestampAfter"));
        Ok(Self {
            tenant: optional(tenant),
            context_id: optional(context_id),
            status: (status != 0).then(|| TaskState::from_number(status)),
            page_size,
            page_token,
            history_length,
            status_timestamp_after: after.transpose()?,
            include_artifacts,
        })
    }
}

impl TryFrom<ListTasksRequest> for v1::ListTasksRequest {
    type Error = Error;

    fn try_from(request: ListTasksRequest) -> Result<Self, Error> {
        let ListTasksRequest {
            tenant,
            context_id,
            status,
            page_size,
            page_token,
            history_length,
            status_timestamp_after,
            include_artifacts,
        } = request;
        Ok(Self {
            tenant: or_empty(tenant),
            context_id: or_empty(context_id),
            status: status.as_ref().map_or(Ok(0), filter).at("status")?,
            page_size,
            page_token,
            history_length,
            status_timestamp_after: status_timestamp_after.map(timestamp::to_proto),
            include_artifacts,
        })
    }
}

/// A state that is only a name would become none, which filters nothing.
fn filter(state: &TaskState) -> Result<i32, Error> {
    match state.number() {
        0 if *state != TaskState::Unspecified => Err(unsayable("is a state that has no number known here")),
        number => Ok(number),
    }
}

impl TryFrom<v1::ListTasksResponse> for ListTasksResponse {
    type Error = Error;

    fn try_from(response: v1::ListTasksResponse) -> Result<Self, Error> {
        let v1::ListTasksResponse { tasks, next_page_token, page_size, total_size } = response;
        Ok(Self { tasks: list(tasks, "tasks")?, next_page_token, page_size, total_size })
    }
}

impl TryFrom<ListTasksResponse> for v1::ListTasksResponse {
    type Error = Error;

    fn try_from(response: ListTasksResponse) -> Result<Self, Error> {
        let ListTasksResponse { tasks, next_page_token, page_size, total_size } = response;
        Ok(Self { tasks: list(tasks, "tasks")?, next_page_token, page_size, total_size })
    }
}

impl TryFrom<v1::CancelTaskRequest> for CancelTaskRequest {
    type Error = Error;

    fn try_from(request: v1::CancelTaskRequest) -> Result<Self, Error> {
        let v1::CancelTaskRequest { tenant, id, metadata } = request;
        let metadata = value::from_optional_struct(metadata).at("metadata")?;
        Ok(Self { tenant: optional(tenant), id: required(id, "id")?, metadata })
    }
}

impl TryFrom<CancelTaskRequest> for v1::CancelTaskRequest {
    type Error = Error;

    fn try_from(request: CancelTaskRequest) -> Result<Self, Error> {
        let CancelTaskRequest { tenant, id, metadata } = request;
        let metadata = value::to_optional_struct(metadata).at("metadata")?;
        Ok(Self { tenant: or_empty(tenant), id: id.to_string(), metadata })
    }
}

impl TryFrom<v1::SubscribeToTaskRequest> for SubscribeToTaskRequest {
    type Error = Error;

    fn try_from(request: v1::SubscribeToTaskRequest) -> Result<Self, Error> {
        let v1::SubscribeToTaskRequest { tenant, id } = request;
        Ok(Self { tenant: optional(tenant), id: required(id, "id")? })
    }
}

impl From<SubscribeToTaskRequest> for v1::SubscribeToTaskRequest {
    fn from(request: SubscribeToTaskRequest) -> Self {
        let SubscribeToTaskRequest { tenant, id } = request;
        Self { tenant: or_empty(tenant), id: id.to_string() }
    }
}

impl From<v1::GetExtendedAgentCardRequest> for GetExtendedAgentCardRequest {
    fn from(request: v1::GetExtendedAgentCardRequest) -> Self {
        Self { tenant: optional(request.tenant) }
    }
}

impl From<GetExtendedAgentCardRequest> for v1::GetExtendedAgentCardRequest {
    fn from(request: GetExtendedAgentCardRequest) -> Self {
        Self { tenant: or_empty(request.tenant) }
    }
}
