//! The eleven operations, each declared once.

mod card;
mod message;
mod task;

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

pub use self::{
    card::GetExtendedAgentCardRequest,
    message::{SendMessageConfiguration, SendMessageRequest},
    task::{CancelTaskRequest, GetTaskRequest, ListTasksRequest, ListTasksResponse, SubscribeToTaskRequest},
};
use crate::{
    AgentCard, DeleteTaskPushNotificationConfigRequest, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, SendMessageResponse,
    StreamEvent, Task, TaskPushNotificationConfig,
};

/// An operation as a type: what goes in and what comes out.
pub trait Operation {
    /// Its row in the table.
    const METHOD: Method;
    /// Its parameters.
    type Params: Serialize + DeserializeOwned + Send + 'static;
    /// Its result; of a streaming operation, each item.
    type Output: Serialize + DeserializeOwned + Send + 'static;
}

/// The HTTP verb of an operation in the HTTP+JSON binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the binding uses these three")]
pub enum Verb {
    /// `GET`
    Get,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

macro_rules! operations {
    ($( $(#[$doc:meta])* $Name:ident: $verb:ident $path:literal ($Params:ty) -> $kind:ident $Output:ty; )+) => {
        /// The table of operations (§5.3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Method { $( $(#[$doc])* $Name, )+ }

        impl Method {
            /// All of them.
            pub const ALL: &'static [Self] = &[$( Self::$Name, )+];

            /// Its name in JSON-RPC and gRPC.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Name => stringify!($Name), )+ }
            }

            /// The operation of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( stringify!($Name) => Some(Self::$Name), )+ _ => None }
            }

            /// Its verb in the HTTP+JSON binding.
            pub const fn verb(self) -> Verb {
                match self { $( Self::$Name => Verb::$verb, )+ }
            }

            /// Its path in the HTTP+JSON binding, below the interface's URL.
            pub const fn path(self) -> &'static str {
                match self { $( Self::$Name => $path, )+ }
            }

            /// Whether it answers with a stream.
            pub const fn streams(self) -> bool {
                match self { $( Self::$Name => operations!(@ $kind), )+ }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            #[expect(clippy::exhaustive_enums, reason = "a name for the compiler; there are no values")]
            pub enum $Name {}

            impl Operation for $Name {
                const METHOD: Method = Method::$Name;
                type Params = $Params;
                type Output = $Output;
            }
        )+
    };
    (@ one) => { false };
    (@ stream) => { true };
}

operations! {
    /// Sends a message and waits for the answer (§3.1.1).
    SendMessage: Post "/message:send" (SendMessageRequest) -> one SendMessageResponse;
    /// Sends a message and follows what happens (§3.1.2).
    SendStreamingMessage: Post "/message:stream" (SendMessageRequest) -> stream StreamEvent;
    /// Reads a task (§3.1.3).
    GetTask: Get "/tasks/{id}" (GetTaskRequest) -> one Task;
    /// Lists tasks, latest first (§3.1.4).
    ListTasks: Get "/tasks" (ListTasksRequest) -> one ListTasksResponse;
    /// Asks a task to stop (§3.1.5).
    CancelTask: Post "/tasks/{id}:cancel" (CancelTaskRequest) -> one Task;
    /// Follows a task that runs (§3.1.6).
    SubscribeToTask: Post "/tasks/{id}:subscribe" (SubscribeToTaskRequest) -> stream StreamEvent;
    /// Registers a webhook for a task (§3.1.7).
    CreateTaskPushNotificationConfig: Post "/tasks/{taskId}/pushNotificationConfigs"
        (TaskPushNotificationConfig) -> one TaskPushNotificationConfig;
    /// Reads a webhook's registration (§3.1.8).
    GetTaskPushNotificationConfig: Get "/tasks/{taskId}/pushNotificationConfigs/{id}"
        (GetTaskPushNotificationConfigRequest) -> one TaskPushNotificationConfig;
    /// Lists a task's webhooks (§3.1.9).
    ListTaskPushNotificationConfigs: Get "/tasks/{taskId}/pushNotificationConfigs"
        (ListTaskPushNotificationConfigsRequest) -> one ListTaskPushNotificationConfigsResponse;
    /// Removes a webhook (§3.1.10).
    DeleteTaskPushNotificationConfig: Delete "/tasks/{taskId}/pushNotificationConfigs/{id}"
        (DeleteTaskPushNotificationConfigRequest) -> one ();
    /// Reads the card for callers who are known (§3.1.11).
    GetExtendedAgentCard: Get "/extendedAgentCard" (GetExtendedAgentCardRequest) -> one AgentCard;
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
