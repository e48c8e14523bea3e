//! Package `lf.a2a.v1`: version 1.0.

use a2a_core::{
    Error, ListTasksResponse, Method, SendMessageResponse, StreamEvent, Version,
    grpc::v1::{
        self, AgentCard, CancelTaskRequest, DeleteTaskPushNotificationConfigRequest,
        GetExtendedAgentCardRequest, GetTaskPushNotificationConfigRequest, GetTaskRequest,
        ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, ListTasksRequest,
        SendMessageRequest, SubscribeToTaskRequest, Task, TaskPushNotificationConfig,
    },
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

pub(super) static PACKAGE: Package = Package {
    service: "lf.a2a.v1.A2AService",
    version: Version::V1_0,
    rpcs: &[
        rpc(Method::SendMessage, |bytes, limits| Ok(Call::SendMessage(send(bytes, limits)?).into())),
        rpc(Method::SendStreamingMessage, |bytes, limits| {
            Ok(Call::SendStreamingMessage(send(bytes, limits)?).into())
        }),
        rpc(Method::GetTask, |bytes, _| Ok(Call::GetTask(read::<GetTaskRequest>(bytes)?.try_into()?).into())),
        rpc(Method::ListTasks, |bytes, _| {
            Ok(Call::ListTasks(read::<ListTasksRequest>(bytes)?.try_into()?).into())
        }),
        rpc(Method::CancelTask, |bytes, _| {
            Ok(Call::CancelTask(read::<CancelTaskRequest>(bytes)?.try_into()?).into())
        }),
        rpc(Method::SubscribeToTask, |bytes, _| {
            Ok(Call::SubscribeToTask(read::<SubscribeToTaskRequest>(bytes)?.try_into()?).into())
        }),
        rpc(Method::CreateTaskPushNotificationConfig, |bytes, _| {
            Ok(Call::CreateWebhook(Box::new(read::<TaskPushNotificationConfig>(bytes)?.try_into()?)).into())
        }),
        rpc(Method::GetTaskPushNotificationConfig, |bytes, _| {
            Ok(Call::GetWebhook(read::<GetTaskPushNotificationConfigRequest>(bytes)?.try_into()?).into())
        }),
        rpc(Method::ListTaskPushNotificationConfigs, |bytes, _| {
            Ok(Call::ListWebhooks(read::<ListTaskPushNotificationConfigsRequest>(bytes)?.try_into()?).into())
        }),
        rpc(Method::DeleteTaskPushNotificationConfig, |bytes, _| {
            Ok(Call::DeleteWebhook(read::<DeleteTaskPushNotificationConfigRequest>(bytes)?.try_into()?)
                .into())
        }),
        rpc(Method::GetExtendedAgentCard, |bytes, _| {
            Ok(Call::GetExtendedAgentCard(read::<GetExtendedAgentCardRequest>(bytes)?.into()).into())
        }),
    ],
    done,
    event,
    message: |error| error.message().to_owned(),
    code: |_| None,
};

/// An rpc is called what the operation is.
const fn rpc(method: Method, read: fn(&[u8], &Limits) -> Result<Ask, Error>) -> Rpc {
    Rpc { name: method.name(), method, read }
}

fn send(bytes: &[u8], limits: &Limits) -> Result<Box<a2a_core::SendMessageRequest>, Error> {
    parts::check(bytes, 2, 5, limits)?;
    Ok(Box::new(read::<SendMessageRequest>(bytes)?.try_into()?))
}

fn done(out: &mut Vec<u8>, done: Done) -> Result<(), Error> {
    match done {
        Done::Reply(reply) => {
            write(out, &v1::SendMessageResponse::try_from(SendMessageResponse::from(reply))?)
        }
        Done::Task(task) => write(out, &Task::try_from(task.into_task())?),
        Done::Tasks(page) => write(out, &v1::ListTasksResponse::try_from(ListTasksResponse::from(page))?),
        Done::Webhook(config) => write(out, &TaskPushNotificationConfig::from(*config)),
        Done::Webhooks(page) => write(out, &ListTaskPushNotificationConfigsResponse::from(page)),
        Done::Card(card) => write(out, &AgentCard::try_from(*card)?),
        // The empty message.
        Done::Deleted | Done::Stream(_) => write(out, &()),
    }
}

fn event(out: &mut Vec<u8>, event: StreamEvent, _last: bool) -> Result<(), Error> {
    write(out, &v1::StreamResponse::try_from(event)?)
}
