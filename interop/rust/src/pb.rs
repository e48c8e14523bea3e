//! The types of a2a-pb.

use a2a_pb::{pbconv, proto};
use prost::Message;

type Result = std::result::Result<Vec<u8>, prost::DecodeError>;

/// Reads and writes a message by its type of theirs, which seldom has another name.
macro_rules! messages {
    ($message:ident, $bytes:ident: $($Name:ident $(= $name:literal)?,)+) => {
        match $message {
            $(name if name == messages!(@ $Name $($name)?) => {
                proto::$Name::decode($bytes).map(|read| read.encode_to_vec())
            })+
            other => panic!("no message {other}"),
        }
    };
    (@ $Name:ident $name:literal) => { $name };
    (@ $Name:ident) => { stringify!($Name) };
}

/// Reads the bytes of a message and writes them again; where there is one, by way of the type of their SDK.
pub(crate) fn through(message: &str, bytes: &[u8]) -> Result {
    match message {
        "Task" => native(bytes, |task: proto::Task| pbconv::to_proto_task(&pbconv::from_proto_task(&task))),
        "Message" => native(bytes, |message: proto::Message| {
            pbconv::to_proto_message(&pbconv::from_proto_message(&message))
        }),
        "SendMessageRequest" => native(bytes, |request: proto::SendMessageRequest| {
            pbconv::to_proto_send_message_request(&pbconv::from_proto_send_message_request(&request))
        }),
        _ => messages! { message, bytes:
            TaskStatus,
            Part,
            Artifact,
            TaskStatusUpdateEvent,
            TaskArtifactUpdateEvent,
            StreamResponse,
            SendMessageResponse,
            SendMessageConfiguration,
            GetTaskRequest,
            ListTasksRequest,
            ListTasksResponse,
            CancelTaskRequest,
            SubscribeToTaskRequest,
            GetExtendedAgentCardRequest,
            TaskPushNotificationConfig,
            AuthenticationInfo,
            GetTaskPushNotificationConfigRequest,
            ListTaskPushNotificationConfigsRequest,
            ListTaskPushNotificationConfigsResponse,
            DeleteTaskPushNotificationConfigRequest,
            AgentCard,
            AgentInterface,
            AgentProvider,
            AgentCapabilities,
            AgentExtension,
            AgentSkill,
            AgentCardSignature,
            SecurityRequirement,
            StringList,
            SecurityScheme,
            ApiKeySecurityScheme = "APIKeySecurityScheme",
            HttpAuthSecurityScheme = "HTTPAuthSecurityScheme",
            OAuth2SecurityScheme,
            OpenIdConnectSecurityScheme,
            MutualTlsSecurityScheme,
            OAuthFlows,
            AuthorizationCodeOAuthFlow,
            ClientCredentialsOAuthFlow,
            DeviceCodeOAuthFlow,
            ImplicitOAuthFlow,
            PasswordOAuthFlow,
        },
    }
}

fn native<Proto: Message + Default>(bytes: &[u8], there_and_back: impl Fn(Proto) -> Proto) -> Result {
    Proto::decode(bytes).map(|read| there_and_back(read).encode_to_vec())
}
