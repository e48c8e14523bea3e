use a2a::{
    AuthenticationInfo, DeleteTaskPushNotificationConfigRequest, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, SendMessageConfiguration, StreamResponse,
    TaskPushNotificationConfig, TaskState, error_code,
};

use crate::{
    expect::{Outcome, fails, same, states, task_id},
    peer::{Peer, configuration, text},
    webhook::Webhook,
};

/// A config that comes with the message, and its task's updates at the webhook, in order, with both headers.
pub async fn push(peer: &Peer, host: &str) -> Outcome {
    let mut webhook = Webhook::listen(host).await?;
    let mut request = text("tck-stream-001");
    request.configuration = Some(SendMessageConfiguration {
        task_push_notification_config: Some(secured("", None, &webhook.url)),
        ..configuration()
    });
    let task = peer.send_for_task(request, TaskState::Completed).await?;
    let mut events: Vec<StreamResponse> = Vec::new();
    while states(&events).last() != Some(&TaskState::Completed) {
        let (headers, body) = webhook.calls.recv().await.ok_or("the webhook ended")?;
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let got = (header("x-a2a-notification-token"), header("authorization"));
        same("headers of a notification", &got, &(Some("a-token"), Some("Bearer a-credential")))?;
        let event = serde_json::from_slice(&body)
            .map_err(|error| format!("notification {}: {error}", String::from_utf8_lossy(&body)))?;
        same("task of a notification", &task_id(&event), &Some(&task.id))?;
        events.push(event);
    }
    same("states", &states(&events)[..], &[TaskState::Working, TaskState::Completed])
}

/// Made, read, listed and deleted.
pub async fn push_configs(peer: &Peer) -> Outcome {
    let task = peer.send_for_task(text("tck-input-required"), TaskState::InputRequired).await?.id;
    let first = secured(&task, Some("first"), "http://127.0.0.1:9/first");
    let mut second = secured(&task, Some("second"), "http://127.0.0.1:9/second");
    second.token = None;
    second.authentication = None;
    for config in [&first, &second] {
        let made =
            peer.client.create_push_config(config).await.map_err(|error| format!("create: {error}"))?;
        same("what create answers", &without_tenant(made), config)?;
    }
    let get =
        GetTaskPushNotificationConfigRequest { task_id: task.clone(), id: "first".into(), tenant: None };
    let read = peer.client.get_push_config(&get).await.map_err(|error| format!("get: {error}"))?;
    same("what get answers", &without_tenant(read), &first)?;
    listed(peer, &task, &[first, second.clone()]).await?;
    let delete =
        DeleteTaskPushNotificationConfigRequest { task_id: task.clone(), id: "first".into(), tenant: None };
    peer.client.delete_push_config(&delete).await.map_err(|error| format!("delete: {error}"))?;
    listed(peer, &task, &[second]).await?;
    fails("get of a deleted config", peer.client.get_push_config(&get).await, error_code::TASK_NOT_FOUND)
}

async fn listed(peer: &Peer, task: &str, want: &[TaskPushNotificationConfig]) -> Outcome {
    let request = ListTaskPushNotificationConfigsRequest {
        task_id: task.to_owned(),
        page_size: None,
        page_token: None,
        tenant: None,
    };
    let page = peer.client.list_push_configs(&request).await.map_err(|error| format!("list: {error}"))?;
    // Their order is the agent's.
    let mut configs: Vec<_> = page.configs.into_iter().map(without_tenant).collect();
    configs.sort_by(|a, b| a.id.cmp(&b.id));
    same("configs in the list", &configs[..], want)
}

fn secured(task: &str, id: Option<&str>, url: &str) -> TaskPushNotificationConfig {
    TaskPushNotificationConfig {
        url: url.to_owned(),
        id: id.map(str::to_owned),
        task_id: task.to_owned(),
        token: Some("a-token".to_owned()),
        authentication: Some(AuthenticationInfo {
            scheme: "Bearer".to_owned(),
            credentials: Some("a-credential".to_owned()),
        }),
        tenant: None,
    }
}

/// No tenant and an empty one are the same in protobuf.
fn without_tenant(mut config: TaskPushNotificationConfig) -> TaskPushNotificationConfig {
    config.tenant = config.tenant.filter(|tenant| !tenant.is_empty());
    config.token = config.token.filter(|token| !token.is_empty());
    config
}
