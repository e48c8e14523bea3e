//! Package `a2a.v1`: version 0.3, in spite of its name.

use a2a_core::{
    Error, ErrorKind, GetExtendedAgentCardRequest, Method, SendMessageResponse, StreamEvent, Version,
    grpc::v0_3::{
        self, AgentCard, CancelTaskRequest, CreateTaskPushNotificationConfigRequest,
        DeleteTaskPushNotificationConfigRequest, GetAgentCardRequest, GetTaskPushNotificationConfigRequest,
        GetTaskRequest, ListTaskPushNotificationConfigRequest, ListTaskPushNotificationConfigResponse,
        SendMessageRequest, Task, TaskPushNotificationConfig, TaskSubscriptionRequest,
    },
    v0_3 as native,
};

use super::{
    frame::{read, write},
    package::{Package, Rpc},
    parts,
};
use crate::{
    Limits,
    binding::v0_3::Ask,
    operations::{Call, Done},
};

const UNIMPLEMENTED: i32 = 12;

pub(super) static PACKAGE: Package = Package {
    service: "a2a.v1.A2AService",
    version: Version::V0_3,
    rpcs: &[
        Rpc {
            name: "SendMessage",
            method: Method::SendMessage,
            read: |bytes, limits| Ok(Call::SendMessage(send(bytes, limits)?).into()),
        },
        Rpc {
            name: "SendStreamingMessage",
            method: Method::SendStreamingMessage,
            read: |bytes, limits| Ok(Call::SendStreamingMessage(send(bytes, limits)?).into()),
        },
        Rpc {
            name: "GetTask",
            method: Method::GetTask,
            read: |bytes, _| {
                let params = native::TaskQueryParams::try_from(read::<GetTaskRequest>(bytes)?)?;
                Ok(Call::GetTask(params.into()).into())
            },
        },
        Rpc {
            name: "CancelTask",
            method: Method::CancelTask,
            read: |bytes, _| {
                let params = native::TaskIdParams::try_from(read::<CancelTaskRequest>(bytes)?)?;
                Ok(Call::CancelTask(params.into()).into())
            },
        },
        Rpc {
            name: "TaskSubscription",
            method: Method::SubscribeToTask,
            read: |bytes, _| {
                let params = native::TaskIdParams::try_from(read::<TaskSubscriptionRequest>(bytes)?)?;
                Ok(Call::SubscribeToTask(params.into()).into())
            },
        },
        Rpc {
            name: "CreateTaskPushNotificationConfig",
            method: Method::CreateTaskPushNotificationConfig,
            read: |bytes, _| {
                let request = read::<CreateTaskPushNotificationConfigRequest>(bytes)?;
                let config = native::TaskPushNotificationConfig::try_from(request)?;
                Ok(Call::CreateWebhook(Box::new(config.into())).into())
            },
        },
        Rpc {
            name: "GetTaskPushNotificationConfig",
            method: Method::GetTaskPushNotificationConfig,
            read: get_webhook,
        },
        Rpc {
            name: "ListTaskPushNotificationConfig",
            method: Method::ListTaskPushNotificationConfigs,
            read: list_webhooks,
        },
        Rpc {
            name: "DeleteTaskPushNotificationConfig",
            method: Method::DeleteTaskPushNotificationConfig,
            read: |bytes, _| {
                let request = read::<DeleteTaskPushNotificationConfigRequest>(bytes)?;
                let params = native::DeleteTaskPushNotificationConfigParams::try_from(request)?;
                Ok(Call::DeleteWebhook(params.into()).into())
            },
        },
        Rpc {
            name: "GetAgentCard",
            method: Method::GetExtendedAgentCard,
            read: |bytes, _| {
                read::<GetAgentCardRequest>(bytes)?;
                Ok(Call::GetExtendedAgentCard(GetExtendedAgentCardRequest::default()).into())
            },
        },
    ],
    done,
    event,
    message: Error::grpc_message_v0_3,
    // Clients of 0.3 that look at nothing else take FAILED_PRECONDITION for a task that can't be canceled.
    code: |kind| match kind {
        ErrorKind::UnsupportedOperation | ErrorKind::PushNotificationNotSupported => Some(UNIMPLEMENTED),
        _ => None,
    },
};

fn send(bytes: &[u8], limits: &Limits) -> Result<Box<a2a_core::SendMessageRequest>, Error> {
    parts::check(bytes, 1, 5, limits)?;
    let params = native::MessageSendParams::try_from(read::<SendMessageRequest>(bytes)?)?;
    Ok(Box::new(params.into()))
}

/// A name without the id of a webhook asks for the first there is.
fn get_webhook(bytes: &[u8], _: &Limits) -> Result<Ask, Error> {
    let request = read::<GetTaskPushNotificationConfigRequest>(bytes)?;
    let params = native::GetTaskPushNotificationConfigParams::try_from(request)?;
    Ok(params.try_into().map_or_else(Ask::FirstWebhook, |request| Call::GetWebhook(request).into()))
}

fn list_webhooks(bytes: &[u8], _: &Limits) -> Result<Ask, Error> {
    let request = read::<ListTaskPushNotificationConfigRequest>(bytes)?;
    let (size, token) = (request.page_size, request.page_token.clone());
    let params = native::ListTaskPushNotificationConfigParams::try_from(request)?;
    let mut list = a2a_core::ListTaskPushNotificationConfigsRequest::from(params);
    list.page_size = Some(size).filter(|size| *size != 0);
    list.page_token = Some(token).filter(|token| !token.is_empty());
    Ok(Call::ListWebhooks(list).into())
}

fn done(out: &mut Vec<u8>, done: Done) -> Result<(), Error> {
    match done {
        Done::Reply(reply) => {
            let result = native::SendMessageResult::from(SendMessageResponse::from(reply));
            write(out, &v0_3::SendMessageResponse::try_from(result)?)
        }
        Done::Task(task) => write(out, &Task::try_from(native::Task::from(task.into_task()))?),
        Done::Webhook(config) => webhook(out, *config),
        Done::Webhooks(mut page) => {
            let token = page.next_page_token.take();
            let configs = Vec::<native::TaskPushNotificationConfig>::from(page);
            let mut response = ListTaskPushNotificationConfigResponse::try_from(configs)?;
            response.next_page_token = token.unwrap_or_default();
            write(out, &response)
        }
        Done::Card(card) => write(out, &AgentCard::try_from(native::AgentCard::try_from(*card)?)?),
        Done::Tasks(_) => Err(Error::unsupported("Version 0.3 has no lists of tasks")),
        // The empty message.
        Done::Deleted | Done::Stream(_) => write(out, &()),
    }
}

fn webhook(out: &mut Vec<u8>, config: a2a_core::TaskPushNotificationConfig) -> Result<(), Error> {
    write(out, &TaskPushNotificationConfig::try_from(native::TaskPushNotificationConfig::from(config))?)
}

/// What is final is the end of the stream and not a state: a subscription goes on where input is asked for.
fn event(out: &mut Vec<u8>, event: StreamEvent, last: bool) -> Result<(), Error> {
    let mut event = native::StreamEvent::from(event);
    if let native::StreamEvent::StatusUpdate(update) = &mut event {
        update.is_final = last;
    }
    write(out, &v0_3::StreamResponse::try_from(event)?)
}
