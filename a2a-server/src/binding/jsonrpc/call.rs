//! The operation that a call asks for, with its parameters; a row for each in either version.

use a2a_core::{
    Error, GetExtendedAgentCardRequest, GetTaskPushNotificationConfigRequest, Method,
    jsonrpc::Request,
    v0_3::{
        DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
        ListTaskPushNotificationConfigParams, TaskIdParams, TaskPushNotificationConfig, TaskQueryParams,
        method,
    },
};

use crate::{binding::v0_3::Ask, operations::Call};

pub(super) fn of_v1(method: Method, request: Request<'_>) -> Result<Call, Error> {
    Ok(match method {
        Method::SendMessage => Call::SendMessage(request.into_send()?),
        Method::SendStreamingMessage => Call::SendStreamingMessage(request.into_send()?),
        Method::GetTask => Call::GetTask(request.params()?),
        Method::ListTasks => Call::ListTasks(request.params_or_default()?),
        Method::CancelTask => Call::CancelTask(request.params()?),
        Method::SubscribeToTask => Call::SubscribeToTask(request.params()?),
        Method::CreateTaskPushNotificationConfig => Call::CreateWebhook(request.params()?),
        Method::GetTaskPushNotificationConfig => Call::GetWebhook(request.params()?),
        Method::ListTaskPushNotificationConfigs => Call::ListWebhooks(request.params()?),
        Method::DeleteTaskPushNotificationConfig => Call::DeleteWebhook(request.params()?),
        Method::GetExtendedAgentCard => Call::GetExtendedAgentCard(request.params_or_default()?),
        other => return Err(Error::unsupported(format!("This server doesn't know {other}"))),
    })
}

pub(super) fn of_v0_3(method: Method, request: Request<'_>) -> Result<Ask, Error> {
    Ok(Ask::Call(match method {
        Method::SendMessage => Call::SendMessage(request.into_send_v0_3()?),
        Method::SendStreamingMessage => Call::SendStreamingMessage(request.into_send_v0_3()?),
        Method::GetTask => Call::GetTask(request.params::<TaskQueryParams>()?.into()),
        Method::CancelTask => Call::CancelTask(request.params::<TaskIdParams>()?.into()),
        Method::SubscribeToTask => Call::SubscribeToTask(request.params::<TaskIdParams>()?.into()),
        Method::CreateTaskPushNotificationConfig => {
            Call::CreateWebhook(Box::new(request.params::<TaskPushNotificationConfig>()?.into()))
        }
        Method::GetTaskPushNotificationConfig => {
            let params: GetTaskPushNotificationConfigParams = request.params()?;
            match GetTaskPushNotificationConfigRequest::try_from(params) {
                Ok(request) => Call::GetWebhook(request),
                Err(any) => return Ok(Ask::FirstWebhook(any)),
            }
        }
        Method::ListTaskPushNotificationConfigs => {
            let params: ListTaskPushNotificationConfigParams = request.params()?;
            return Ok(Ask::Webhooks(params.into()));
        }
        Method::DeleteTaskPushNotificationConfig => {
            Call::DeleteWebhook(request.params::<DeleteTaskPushNotificationConfigParams>()?.into())
        }
        Method::GetExtendedAgentCard => Call::GetExtendedAgentCard(GetExtendedAgentCardRequest::default()),
        other => {
            method::form(other)?;
            return Err(Error::unsupported(format!("This server doesn't know {other}")));
        }
    }))
}
