//! What becomes of a message's bytes on their way through the types of its version.

use std::fmt::{Debug, Display};

use a2a_core::{
    self as a2a,
    grpc::{rpc, v0_3, v1},
    security,
};
use prost::Message;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads the bytes of a message, takes them to the type of the version and back, and writes them. Where the same is
/// given as JSON, that must read as the same.
pub(crate) fn through(
    package: &str,
    message: &str,
    bytes: &[u8],
    json: Option<&Value>,
) -> Result<Vec<u8>, String> {
    match package {
        "lf.a2a.v1" => through_v1(message, bytes, json),
        "a2a.v1" => through_v0_3(message, bytes, json),
        "google.rpc" => convert_error(bytes),
        other => Err(format!("no package {other}")),
    }
}

fn convert<Proto, Native>(bytes: &[u8], json: Option<&Value>) -> Result<Vec<u8>, String>
where
    Proto: Message + Default + TryInto<Native, Error: Display> + TryFrom<Native, Error: Display>,
    Native: DeserializeOwned + PartialEq + Debug,
{
    let read = Proto::decode(bytes).map_err(|error| error.to_string())?;
    let native: Native = read.try_into().map_err(|error| error.to_string())?;
    if let Some(json) = json {
        let from_json = Native::deserialize(json).map_err(|error| error.to_string())?;
        if from_json != native {
            return Err(format!("{from_json:#?} as JSON, but {native:#?} as protobuf"));
        }
    }
    let written = Proto::try_from(native).map_err(|error| error.to_string())?;
    Ok(written.encode_to_vec())
}

/// No JSON is compared: that of an error is another in each binding.
fn convert_error(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let read = rpc::Status::decode(bytes).map_err(|error| error.to_string())?;
    let error = a2a::Error::from(read);
    Ok(rpc::Status::from(&error).encode_to_vec())
}

/// What has no type of its own, because it is a part of another or says nothing.
fn itself<Proto: Message + Default>(bytes: &[u8]) -> Result<Vec<u8>, String> {
    Proto::decode(bytes).map(|read| read.encode_to_vec()).map_err(|error| error.to_string())
}

fn through_v1(message: &str, bytes: &[u8], json: Option<&Value>) -> Result<Vec<u8>, String> {
    macro_rules! messages {
        ($($Proto:ident = $name:literal as $Native:ty,)+) => {
            match message {
                $($name => convert::<v1::$Proto, $Native>(bytes, json),)+
                "StringList" => convert::<v1::StringList, Vec<String>>(bytes, None),
                other => Err(format!("no message {other}")),
            }
        };
    }
    messages! {
        Task = "Task" as a2a::Task,
        TaskStatus = "TaskStatus" as a2a::TaskStatus,
        Message = "Message" as a2a::Message,
        Part = "Part" as a2a::Part,
        Artifact = "Artifact" as a2a::Artifact,
        TaskStatusUpdateEvent = "TaskStatusUpdateEvent" as a2a::TaskStatusUpdateEvent,
        TaskArtifactUpdateEvent = "TaskArtifactUpdateEvent" as a2a::TaskArtifactUpdateEvent,
        StreamResponse = "StreamResponse" as a2a::StreamEvent,
        SendMessageResponse = "SendMessageResponse" as a2a::SendMessageResponse,
        SendMessageRequest = "SendMessageRequest" as a2a::SendMessageRequest,
        SendMessageConfiguration = "SendMessageConfiguration" as a2a::SendMessageConfiguration,
        GetTaskRequest = "GetTaskRequest" as a2a::GetTaskRequest,
        ListTasksRequest = "ListTasksRequest" as a2a::ListTasksRequest,
        ListTasksResponse = "ListTasksResponse" as a2a::ListTasksResponse,
        CancelTaskRequest = "CancelTaskRequest" as a2a::CancelTaskRequest,
        SubscribeToTaskRequest = "SubscribeToTaskRequest" as a2a::SubscribeToTaskRequest,
        GetExtendedAgentCardRequest = "GetExtendedAgentCardRequest" as a2a::GetExtendedAgentCardRequest,
        TaskPushNotificationConfig = "TaskPushNotificationConfig" as a2a::TaskPushNotificationConfig,
        AuthenticationInfo = "AuthenticationInfo" as a2a::AuthenticationInfo,
        GetTaskPushNotificationConfigRequest = "GetTaskPushNotificationConfigRequest"
            as a2a::GetTaskPushNotificationConfigRequest,
        ListTaskPushNotificationConfigsRequest = "ListTaskPushNotificationConfigsRequest"
            as a2a::ListTaskPushNotificationConfigsRequest,
        ListTaskPushNotificationConfigsResponse = "ListTaskPushNotificationConfigsResponse"
            as a2a::ListTaskPushNotificationConfigsResponse,
        DeleteTaskPushNotificationConfigRequest = "DeleteTaskPushNotificationConfigRequest"
            as a2a::DeleteTaskPushNotificationConfigRequest,
        AgentCard = "AgentCard" as a2a::AgentCard,
        AgentInterface = "AgentInterface" as a2a::AgentInterface,
        AgentProvider = "AgentProvider" as a2a::AgentProvider,
        AgentCapabilities = "AgentCapabilities" as a2a::AgentCapabilities,
        AgentExtension = "AgentExtension" as a2a::AgentExtension,
        AgentSkill = "AgentSkill" as a2a::AgentSkill,
        AgentCardSignature = "AgentCardSignature" as a2a::AgentCardSignature,
        SecurityRequirement = "SecurityRequirement" as a2a::SecurityRequirement,
        SecurityScheme = "SecurityScheme" as a2a::SecurityScheme,
        ApiKeySecurityScheme = "APIKeySecurityScheme" as security::ApiKeySecurityScheme,
        HttpAuthSecurityScheme = "HTTPAuthSecurityScheme" as security::HttpAuthSecurityScheme,
        OAuth2SecurityScheme = "OAuth2SecurityScheme" as security::OAuth2SecurityScheme,
        OpenIdConnectSecurityScheme = "OpenIdConnectSecurityScheme" as security::OpenIdConnectSecurityScheme,
        MutualTlsSecurityScheme = "MutualTlsSecurityScheme" as security::MutualTlsSecurityScheme,
        OAuthFlows = "OAuthFlows" as security::OAuthFlows,
        AuthorizationCodeOAuthFlow = "AuthorizationCodeOAuthFlow" as security::AuthorizationCodeOAuthFlow,
        ClientCredentialsOAuthFlow = "ClientCredentialsOAuthFlow" as security::ClientCredentialsOAuthFlow,
        DeviceCodeOAuthFlow = "DeviceCodeOAuthFlow" as security::DeviceCodeOAuthFlow,
        ImplicitOAuthFlow = "ImplicitOAuthFlow" as security::ImplicitOAuthFlow,
        PasswordOAuthFlow = "PasswordOAuthFlow" as security::PasswordOAuthFlow,
    }
}

fn through_v0_3(message: &str, bytes: &[u8], json: Option<&Value>) -> Result<Vec<u8>, String> {
    // These say by a name or by a default what the JSON of the type says otherwise.
    let otherwise = ["Request", "SendMessageConfiguration", "TaskPushNotificationConfig"];
    let json = json.filter(|_| !otherwise.iter().any(|end| message.ends_with(end)));
    macro_rules! messages {
        ($($Proto:ident = $name:literal as $Native:ty,)+) => {
            match message {
                $($name => convert::<v0_3::$Proto, $Native>(bytes, json),)+
                "StringList" => itself::<v0_3::StringList>(bytes),
                "DataPart" => itself::<v0_3::DataPart>(bytes),
                "GetAgentCardRequest" => itself::<v0_3::GetAgentCardRequest>(bytes),
                "ListTaskPushNotificationConfigRequest" => page_request(bytes),
                "ListTaskPushNotificationConfigResponse" => page(bytes),
                other => Err(format!("no message {other}")),
            }
        };
    }
    messages! {
        Task = "Task" as a2a::v0_3::Task,
        TaskStatus = "TaskStatus" as a2a::v0_3::TaskStatus,
        Message = "Message" as a2a::v0_3::Message,
        Part = "Part" as a2a::v0_3::Part,
        FilePart = "FilePart" as a2a::v0_3::File,
        Artifact = "Artifact" as a2a::v0_3::Artifact,
        TaskStatusUpdateEvent = "TaskStatusUpdateEvent" as a2a::v0_3::TaskStatusUpdateEvent,
        TaskArtifactUpdateEvent = "TaskArtifactUpdateEvent" as a2a::v0_3::TaskArtifactUpdateEvent,
        StreamResponse = "StreamResponse" as a2a::v0_3::StreamEvent,
        SendMessageResponse = "SendMessageResponse" as a2a::v0_3::SendMessageResult,
        SendMessageRequest = "SendMessageRequest" as a2a::v0_3::MessageSendParams,
        SendMessageConfiguration = "SendMessageConfiguration" as a2a::v0_3::MessageSendConfiguration,
        GetTaskRequest = "GetTaskRequest" as a2a::v0_3::TaskQueryParams,
        CancelTaskRequest = "CancelTaskRequest" as a2a::v0_3::TaskIdParams,
        TaskSubscriptionRequest = "TaskSubscriptionRequest" as a2a::v0_3::TaskIdParams,
        PushNotificationConfig = "PushNotificationConfig" as a2a::v0_3::PushNotificationConfig,
        AuthenticationInfo = "AuthenticationInfo" as a2a::v0_3::PushNotificationAuthenticationInfo,
        TaskPushNotificationConfig = "TaskPushNotificationConfig" as a2a::v0_3::TaskPushNotificationConfig,
        CreateTaskPushNotificationConfigRequest = "CreateTaskPushNotificationConfigRequest"
            as a2a::v0_3::TaskPushNotificationConfig,
        GetTaskPushNotificationConfigRequest = "GetTaskPushNotificationConfigRequest"
            as a2a::v0_3::GetTaskPushNotificationConfigParams,
        DeleteTaskPushNotificationConfigRequest = "DeleteTaskPushNotificationConfigRequest"
            as a2a::v0_3::DeleteTaskPushNotificationConfigParams,
        AgentCard = "AgentCard" as a2a::v0_3::AgentCard,
        AgentInterface = "AgentInterface" as a2a::v0_3::AgentInterface,
        AgentProvider = "AgentProvider" as a2a::AgentProvider,
        AgentCapabilities = "AgentCapabilities" as a2a::v0_3::AgentCapabilities,
        AgentExtension = "AgentExtension" as a2a::AgentExtension,
        AgentSkill = "AgentSkill" as a2a::v0_3::AgentSkill,
        AgentCardSignature = "AgentCardSignature" as a2a::AgentCardSignature,
        Security = "Security" as a2a::SecurityRequirement,
        SecurityScheme = "SecurityScheme" as a2a::v0_3::SecurityScheme,
        ApiKeySecurityScheme = "APIKeySecurityScheme" as security::ApiKeySecurityScheme,
        HttpAuthSecurityScheme = "HTTPAuthSecurityScheme" as security::HttpAuthSecurityScheme,
        OAuth2SecurityScheme = "OAuth2SecurityScheme" as a2a::v0_3::OAuth2SecurityScheme,
        OpenIdConnectSecurityScheme = "OpenIdConnectSecurityScheme" as security::OpenIdConnectSecurityScheme,
        MutualTlsSecurityScheme = "MutualTlsSecurityScheme" as security::MutualTlsSecurityScheme,
        OAuthFlows = "OAuthFlows" as a2a::v0_3::OAuthFlows,
        AuthorizationCodeOAuthFlow = "AuthorizationCodeOAuthFlow" as security::AuthorizationCodeOAuthFlow,
        ClientCredentialsOAuthFlow = "ClientCredentialsOAuthFlow" as security::ClientCredentialsOAuthFlow,
        ImplicitOAuthFlow = "ImplicitOAuthFlow" as security::ImplicitOAuthFlow,
        PasswordOAuthFlow = "PasswordOAuthFlow" as security::PasswordOAuthFlow,
    }
}

/// The types of 0.3 know no pages: whoever wants them reads and writes their fields beside the conversion.
fn page_request(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let read =
        v0_3::ListTaskPushNotificationConfigRequest::decode(bytes).map_err(|error| error.to_string())?;
    let (page_size, page_token) = (read.page_size, read.page_token.clone());
    let native = a2a::v0_3::ListTaskPushNotificationConfigParams::try_from(read);
    let written = native.and_then(v0_3::ListTaskPushNotificationConfigRequest::try_from);
    let mut written = written.map_err(|error| error.to_string())?;
    (written.page_size, written.page_token) = (page_size, page_token);
    Ok(written.encode_to_vec())
}

fn page(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let read =
        v0_3::ListTaskPushNotificationConfigResponse::decode(bytes).map_err(|error| error.to_string())?;
    let next_page_token = read.next_page_token.clone();
    let native = Vec::<a2a::v0_3::TaskPushNotificationConfig>::try_from(read);
    let written = native.and_then(v0_3::ListTaskPushNotificationConfigResponse::try_from);
    let mut written = written.map_err(|error| error.to_string())?;
    written.next_page_token = next_page_token;
    Ok(written.encode_to_vec())
}
