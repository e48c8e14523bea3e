//! The operations as v0.3 names them, by the [`Method`] of v1.0.

use crate::{Error, Method, operation::Verb};

/// How v0.3 calls an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MethodForm {
    /// Its name in JSON-RPC.
    pub name: &'static str,
    /// Its name in the gRPC service `a2a.v1.A2AService`.
    pub rpc: &'static str,
    /// Its verb over REST. A server takes `POST` for [`Method::SubscribeToTask`], too: the specification says one and
    /// its protobuf the other.
    pub verb: Verb,
    /// Its path over REST, below the interface's URL.
    pub path: &'static str,
}

macro_rules! forms {
    ($( $Method:ident: $name:literal $rpc:literal $verb:ident $path:literal; )+) => {
        /// The form of an operation, which all but [`Method::ListTasks`] have; that one is unsupported.
        pub fn form(method: Method) -> Result<MethodForm, Error> {
            match method {
                $( Method::$Method => {
                    Ok(MethodForm { name: $name, rpc: $rpc, verb: Verb::$verb, path: $path })
                } )+
                Method::ListTasks => Err(Error::unsupported("A2A 0.3 has no ListTasks: such a peer can't list its tasks")),
            }
        }

        /// The operation of that name in JSON-RPC.
        pub fn from_name(name: &str) -> Option<Method> {
            match name { $( $name => Some(Method::$Method), )+ _ => None }
        }

        /// The operation of that name in gRPC.
        pub fn from_rpc(rpc: &str) -> Option<Method> {
            match rpc { $( $rpc => Some(Method::$Method), )+ _ => None }
        }
    };
}

forms! {
    SendMessage: "message/send" "SendMessage" Post "/v1/message:send";
    SendStreamingMessage: "message/stream" "SendStreamingMessage" Post "/v1/message:stream";
    GetTask: "tasks/get" "GetTask" Get "/v1/tasks/{id}";
    CancelTask: "tasks/cancel" "CancelTask" Post "/v1/tasks/{id}:cancel";
    SubscribeToTask: "tasks/resubscribe" "TaskSubscription" Get "/v1/tasks/{id}:subscribe";
    CreateTaskPushNotificationConfig: "tasks/pushNotificationConfig/set" "CreateTaskPushNotificationConfig"
        Post "/v1/tasks/{taskId}/pushNotificationConfigs";
    GetTaskPushNotificationConfig: "tasks/pushNotificationConfig/get" "GetTaskPushNotificationConfig"
        Get "/v1/tasks/{taskId}/pushNotificationConfigs/{id}";
    ListTaskPushNotificationConfigs: "tasks/pushNotificationConfig/list" "ListTaskPushNotificationConfig"
        Get "/v1/tasks/{taskId}/pushNotificationConfigs";
    DeleteTaskPushNotificationConfig: "tasks/pushNotificationConfig/delete" "DeleteTaskPushNotificationConfig"
        Delete "/v1/tasks/{taskId}/pushNotificationConfigs/{id}";
    GetExtendedAgentCard: "agent/getAuthenticatedExtendedCard" "GetAgentCard" Get "/v1/card";
}
