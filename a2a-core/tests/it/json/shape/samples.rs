//! A sample of every message of the protocol, with every field.

use a2a_core::{
    AgentCard, CancelTaskRequest, DeleteTaskPushNotificationConfigRequest, GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest, GetTaskRequest, ListTaskPushNotificationConfigsRequest,
    ListTaskPushNotificationConfigsResponse, ListTasksRequest, ListTasksResponse, Message,
    SendMessageRequest, SendMessageResponse, StreamEvent, SubscribeToTaskRequest, Task,
    TaskPushNotificationConfig,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::super::{read_value, written};

/// A message with every field, and how it is read and written again.
pub(super) struct Sample {
    pub(super) json: Value,
    pub(super) again: fn(&Value) -> Result<Value, String>,
}

fn sample<T>(json: Value) -> Sample
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    Sample { json, again: |json| read_value::<T>(json).map(|value| written(&value)) }
}

pub(super) fn samples() -> Vec<Sample> {
    let metadata = json!({"urn:x": {"none": null, "snake_case": [1, null]}});
    let message = json!({
        "messageId": "m", "contextId": "c", "taskId": "t", "role": "ROLE_AGENT",
        "parts": [
            {"text": "hi", "metadata": metadata, "filename": "f", "mediaType": "text/plain"}, {"data": {"a_b": null}},
        ],
        "metadata": metadata, "extensions": ["urn:x"], "referenceTaskIds": ["t0"],
    });
    let status =
        json!({"state": "TASK_STATE_WORKING", "message": message, "timestamp": "2025-01-01T00:00:00.000Z"});
    let artifact = json!({
        "artifactId": "a", "name": "n", "description": "d", "parts": [{"url": "u"}, {"raw": "AA=="}],
        "metadata": metadata, "extensions": ["urn:x"],
    });
    let task = json!({
        "id": "t", "contextId": "c", "status": status, "artifacts": [artifact], "history": [message, message],
        "metadata": metadata,
    });
    let push = json!({
        "tenant": "acme", "id": "p", "taskId": "t", "url": "https://example.com", "token": "s",
        "authentication": {"scheme": "Bearer", "credentials": "c"},
    });
    vec![
        sample::<Task>(task.clone()),
        sample::<Message>(message.clone()),
        sample::<StreamEvent>(json!({"task": task})),
        sample::<StreamEvent>(json!({"message": message})),
        sample::<StreamEvent>(json!({
            "statusUpdate": {"taskId": "t", "contextId": "c", "status": status, "metadata": metadata},
        })),
        sample::<StreamEvent>(json!({
            "artifactUpdate": {
                "taskId": "t", "contextId": "c", "artifact": artifact, "append": true, "lastChunk": true,
                "metadata": metadata,
            },
        })),
        sample::<SendMessageResponse>(json!({"task": task})),
        sample::<SendMessageResponse>(json!({"message": message})),
        sample::<SendMessageRequest>(json!({
            "tenant": "acme", "message": message,
            "configuration": {
                "acceptedOutputModes": ["text/plain"], "taskPushNotificationConfig": push, "historyLength": 0,
                "returnImmediately": true,
            },
            "metadata": metadata,
        })),
        sample::<GetTaskRequest>(json!({"tenant": "acme", "id": "t", "historyLength": 3})),
        sample::<ListTasksRequest>(json!({
            "tenant": "acme", "contextId": "c", "status": "TASK_STATE_WORKING", "pageSize": 10, "pageToken": "p",
            "historyLength": 0, "statusTimestampAfter": "2025-01-01T00:00:00.000Z", "includeArtifacts": false,
        })),
        sample::<ListTasksResponse>(json!({
            "tasks": [task], "nextPageToken": "p", "pageSize": 50, "totalSize": 1,
        })),
        sample::<CancelTaskRequest>(json!({"tenant": "acme", "id": "t", "metadata": metadata})),
        sample::<SubscribeToTaskRequest>(json!({"tenant": "acme", "id": "t"})),
        sample::<GetExtendedAgentCardRequest>(json!({"tenant": "acme"})),
        sample::<TaskPushNotificationConfig>(push.clone()),
        sample::<GetTaskPushNotificationConfigRequest>(json!({"tenant": "acme", "taskId": "t", "id": "p"})),
        sample::<DeleteTaskPushNotificationConfigRequest>(
            json!({"tenant": "acme", "taskId": "t", "id": "p"}),
        ),
        sample::<ListTaskPushNotificationConfigsRequest>(json!({
            "tenant": "acme", "taskId": "t", "pageSize": 5, "pageToken": "p",
        })),
        sample::<ListTaskPushNotificationConfigsResponse>(json!({"configs": [push], "nextPageToken": "p"})),
        sample::<AgentCard>(card()),
    ]
}

fn card() -> Value {
    let flow = |kind: &str, mut flow: Value| {
        flow["refreshUrl"] = json!("https://example.com/refresh");
        flow["scopes"] = json!({"read": "r"});
        json!({"oauth2SecurityScheme": {"flows": {kind: flow}, "description": "d", "oauth2MetadataUrl": "m"}})
    };
    json!({
        "name": "n", "description": "d", "version": "1", "documentationUrl": "u", "iconUrl": "i",
        "supportedInterfaces": [
            {"url": "u", "protocolBinding": "GRPC", "tenant": "acme", "protocolVersion": "1.0"},
        ],
        "provider": {"url": "u", "organization": "o"},
        "capabilities": {
            "streaming": false, "pushNotifications": false, "extendedAgentCard": true,
            "extensions": [{"uri": "urn:x", "description": "d", "required": true, "params": {"snake_case": null}}],
        },
        "securitySchemes": {
            "key": {"apiKeySecurityScheme": {"description": "d", "location": "header", "name": "k"}},
            "http": {"httpAuthSecurityScheme": {"description": "d", "scheme": "Bearer", "bearerFormat": "JWT"}},
            "code": flow(
                "authorizationCode", json!({"authorizationUrl": "a", "tokenUrl": "t", "pkceRequired": true}),
            ),
            "client": flow("clientCredentials", json!({"tokenUrl": "t"})),
            "device": flow("deviceCode", json!({"deviceAuthorizationUrl": "d", "tokenUrl": "t"})),
            "implicit": flow("implicit", json!({"authorizationUrl": "a"})),
            "password": flow("password", json!({"tokenUrl": "t"})),
            "connect": {"openIdConnectSecurityScheme": {"description": "d", "openIdConnectUrl": "u"}},
            "tls": {"mtlsSecurityScheme": {"description": "d"}},
        },
        "securityRequirements": [{"schemes": {"code": {"list": ["read"]}, "tls": {}}}],
        "defaultInputModes": ["text/plain"], "defaultOutputModes": ["text/plain"],
        "skills": [{
            "id": "s", "name": "n", "description": "d", "tags": ["t"], "examples": ["e"], "inputModes": ["i"],
            "outputModes": ["o"], "securityRequirements": [{"schemes": {"key": {}}}],
        }],
        "signatures": [{"protected": "p", "signature": "s", "header": {"snake_case": null}}],
    })
}
