use a2a_core::{
    ErrorKind, Method,
    operation::Verb,
    v0_3::method::{self, MethodForm},
};
use pretty_assertions::assert_eq;

#[test]
fn ten_operations_have_a_slash_method_a_path_below_v1_and_an_rpc() {
    use Method::*;
    let webhooks = "/v1/tasks/{taskId}/pushNotificationConfigs";
    let webhook = "/v1/tasks/{taskId}/pushNotificationConfigs/{id}";
    let table = [
        (SendMessage, "message/send", "SendMessage", Verb::Post, "/v1/message:send"),
        (SendStreamingMessage, "message/stream", "SendStreamingMessage", Verb::Post, "/v1/message:stream"),
        (GetTask, "tasks/get", "GetTask", Verb::Get, "/v1/tasks/{id}"),
        (CancelTask, "tasks/cancel", "CancelTask", Verb::Post, "/v1/tasks/{id}:cancel"),
        (SubscribeToTask, "tasks/resubscribe", "TaskSubscription", Verb::Get, "/v1/tasks/{id}:subscribe"),
        (
            CreateTaskPushNotificationConfig,
            "tasks/pushNotificationConfig/set",
            "CreateTaskPushNotificationConfig",
            Verb::Post,
            webhooks,
        ),
        (
            GetTaskPushNotificationConfig,
            "tasks/pushNotificationConfig/get",
            "GetTaskPushNotificationConfig",
            Verb::Get,
            webhook,
        ),
        (
            ListTaskPushNotificationConfigs,
            "tasks/pushNotificationConfig/list",
            "ListTaskPushNotificationConfig",
            Verb::Get,
            webhooks,
        ),
        (
            DeleteTaskPushNotificationConfig,
            "tasks/pushNotificationConfig/delete",
            "DeleteTaskPushNotificationConfig",
            Verb::Delete,
            webhook,
        ),
        (GetExtendedAgentCard, "agent/getAuthenticatedExtendedCard", "GetAgentCard", Verb::Get, "/v1/card"),
    ];
    for (operation, name, rpc, verb, path) in table {
        let MethodForm { name: is_named, rpc: is_called, verb: by, path: at, .. } =
            method::form(operation).unwrap();
        assert_eq!((is_named, is_called, by, at), (name, rpc, verb, path));
        assert_eq!(method::from_name(name), Some(operation));
        assert_eq!(method::from_rpc(rpc), Some(operation));
    }
    let formless: Vec<_> =
        Method::ALL.iter().filter(|operation| method::form(**operation).is_err()).collect();
    assert_eq!(formless, [&ListTasks]);
}

#[test]
fn listing_tasks_of_a_v0_3_peer_fails_as_unsupported() {
    let error = method::form(Method::ListTasks).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedOperation);
    for name in ["tasks/list", "SendMessage", "message.send", ""] {
        assert_eq!(method::from_name(name), None);
    }
    assert_eq!(method::from_rpc("ListTask"), None);
}
