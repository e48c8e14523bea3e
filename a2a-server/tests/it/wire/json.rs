//! Both versions as JSON.

use a2a_core::{
    Error, ListTaskPushNotificationConfigsResponse, Method, StreamEvent,
    v0_3::{
        self, DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
        ListTaskPushNotificationConfigParams, MessageSendParams, SendMessageResult, TaskIdParams,
        TaskQueryParams,
        rest::{CreateTaskPushNotificationConfigRequest, ProtoJson},
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{Ask, Binding, Route, Told};

fn value(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// The parameters as JSON-RPC has them.
pub(super) fn params(route: Route, ask: Ask) -> Value {
    if !route.is_old() {
        return native(ask);
    }
    match ask {
        Ask::Send(request) | Ask::Stream(request) => value(MessageSendParams::from(request)),
        Ask::Get(request) => value(TaskQueryParams::from(request)),
        Ask::Cancel(request) => value(TaskIdParams::from(request)),
        Ask::Subscribe(request) => value(TaskIdParams::from(request)),
        Ask::CreateWebhook(config) => value(v0_3::TaskPushNotificationConfig::from(config)),
        Ask::GetWebhook(request) => value(GetTaskPushNotificationConfigParams::from(request)),
        Ask::ListWebhooks(request) => value(ListTaskPushNotificationConfigParams::from(request)),
        Ask::DeleteWebhook(request) => value(DeleteTaskPushNotificationConfigParams::from(request)),
        Ask::ExtendedCard(_) => Value::Null,
        Ask::List(_) => unreachable!("0.3 has no lists"),
    }
}

/// The body as REST has it; none where everything stands in the path.
pub(super) fn body(route: Route, ask: Ask) -> Option<Value> {
    let has_body = matches!(
        ask,
        Ask::Send(_) | Ask::Stream(_) | Ask::Cancel(_) | Ask::CreateWebhook(_) | Ask::Subscribe(_)
    );
    if !has_body {
        return None;
    }
    if !route.is_old() {
        return Some(native(ask));
    }
    match ask {
        Ask::Send(request) | Ask::Stream(request) => {
            Some(value(ProtoJson(&MessageSendParams::from(request))))
        }
        Ask::Cancel(request) => Some(value(ProtoJson(&TaskIdParams::from(request)))),
        Ask::CreateWebhook(config) => {
            let config = v0_3::TaskPushNotificationConfig::from(config);
            Some(value(CreateTaskPushNotificationConfigRequest(&config)))
        }
        _ => None,
    }
}

/// The parameters as 1.0 has them.
pub(super) fn native(ask: Ask) -> Value {
    match ask {
        Ask::Send(request) | Ask::Stream(request) => value(request),
        Ask::Get(request) => value(request),
        Ask::List(request) => value(request),
        Ask::Cancel(request) => value(request),
        Ask::Subscribe(request) => value(request),
        Ask::CreateWebhook(config) => value(config),
        Ask::GetWebhook(request) => value(request),
        Ask::ListWebhooks(request) => value(request),
        Ask::DeleteWebhook(request) => value(request),
        Ask::ExtendedCard(request) => value(request),
    }
}

/// What the JSON of a result means.
pub(super) fn told(route: Route, method: Method, json: &str) -> Told {
    let old = route.is_old();
    match method {
        Method::SendMessage if old => Told::Reply(Box::new(read::<SendMessageResult>(json).into())),
        Method::SendMessage => Told::Reply(Box::new(read(json))),
        Method::GetTask | Method::CancelTask if old => Told::Task(Box::new(read::<v0_3::Task>(json).into())),
        Method::GetTask | Method::CancelTask => Told::Task(Box::new(read(json))),
        Method::ListTasks => Told::Tasks(read(json)),
        Method::CreateTaskPushNotificationConfig | Method::GetTaskPushNotificationConfig if old => {
            Told::Webhook(read::<v0_3::TaskPushNotificationConfig>(json).into())
        }
        Method::CreateTaskPushNotificationConfig | Method::GetTaskPushNotificationConfig => {
            Told::Webhook(read(json))
        }
        Method::ListTaskPushNotificationConfigs if old => {
            let ProtoJson(configs) = read::<ProtoJson<Vec<v0_3::TaskPushNotificationConfig>>>(json);
            Told::Webhooks(ListTaskPushNotificationConfigsResponse::from(configs))
        }
        Method::ListTaskPushNotificationConfigs => Told::Webhooks(read(json)),
        Method::DeleteTaskPushNotificationConfig => {
            let nothing = if route.binding == Binding::JsonRpc { Value::Null } else { json!({}) };
            assert_eq!(read::<Value>(json), nothing, "{route:?}");
            Told::Deleted
        }
        Method::GetExtendedAgentCard => Told::Card(Box::new(read(json))),
        other => unreachable!("{other} has no one result"),
    }
}

/// What an item of a stream over JSON-RPC means.
pub(super) fn event(route: Route, json: &str) -> StreamEvent {
    if route.is_old() { read::<v0_3::StreamEvent>(json).into() } else { read(json) }
}

/// The error in an item of a stream over REST, if it is one.
pub(super) fn failed_event(json: &str) -> Option<Error> {
    let item: Value = read(json);
    item.get("error").map(|_| Error::from_http(200, json.as_bytes(), None))
}

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}
