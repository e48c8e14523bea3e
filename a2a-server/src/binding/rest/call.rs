//! The operation that a request asks for, with its parameters; a row for each in either version.

use a2a_core::{
    Error, GetExtendedAgentCardRequest, Method, TaskPushNotificationConfig,
    v0_3::{
        MessageSendParams, TaskIdParams, TaskPushNotificationConfig as OldConfig, TaskQueryParams, method,
        rest::ProtoJson,
    },
};

use super::input::Input;
use crate::{binding::v0_3::Ask, operations::Call};

pub(super) fn of_v1(method: Method, input: &Input<'_>) -> Result<Call, Error> {
    let mut call = match method {
        Method::SendMessage => Call::SendMessage(input.body()?),
        Method::SendStreamingMessage => Call::SendStreamingMessage(input.body()?),
        Method::GetTask => Call::GetTask(input.query()?),
        Method::ListTasks => Call::ListTasks(input.query()?),
        Method::CancelTask => Call::CancelTask(input.body_and_path()?),
        Method::SubscribeToTask => Call::SubscribeToTask(input.query()?),
        Method::CreateTaskPushNotificationConfig => {
            let mut config: TaskPushNotificationConfig = input.body()?;
            input.claim("taskId", &mut config.task_id)?;
            Call::CreateWebhook(Box::new(config))
        }
        Method::GetTaskPushNotificationConfig => Call::GetWebhook(input.query()?),
        Method::ListTaskPushNotificationConfigs => Call::ListWebhooks(input.query()?),
        Method::DeleteTaskPushNotificationConfig => Call::DeleteWebhook(input.query()?),
        Method::GetExtendedAgentCard => Call::GetExtendedAgentCard(input.query()?),
        other => return Err(Error::unsupported(format!("This server doesn't know {other}"))),
    };
    input.claim_tenant(call.tenant())?;
    Ok(call)
}

pub(super) fn of_v0_3(method: Method, input: &Input<'_>) -> Result<Ask, Error> {
    let send = || input.body().map(|ProtoJson(params): ProtoJson<MessageSendParams>| Box::new(params.into()));
    Ok(Ask::Call(match method {
        Method::SendMessage => Call::SendMessage(send()?),
        Method::SendStreamingMessage => Call::SendStreamingMessage(send()?),
        Method::GetTask => {
            let ProtoJson(params): ProtoJson<TaskQueryParams> = input.query()?;
            Call::GetTask(params.into())
        }
        Method::CancelTask => Call::CancelTask(input.body_and_path::<TaskIdParams>()?.into()),
        Method::SubscribeToTask => Call::SubscribeToTask(input.query::<TaskIdParams>()?.into()),
        Method::CreateTaskPushNotificationConfig => {
            let mut config: OldConfig = input.body()?;
            input.claim("taskId", &mut config.task_id)?;
            Call::CreateWebhook(Box::new(config.into()))
        }
        Method::GetTaskPushNotificationConfig => Call::GetWebhook(input.query()?),
        Method::ListTaskPushNotificationConfigs => return Ok(Ask::Webhooks(input.query()?)),
        Method::DeleteTaskPushNotificationConfig => Call::DeleteWebhook(input.query()?),
        Method::GetExtendedAgentCard => Call::GetExtendedAgentCard(GetExtendedAgentCardRequest::default()),
        other => {
            method::form(other)?;
            return Err(Error::unsupported(format!("This server doesn't know {other}")));
        }
    }))
}
