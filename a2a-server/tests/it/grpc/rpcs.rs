//! Each rpc of version 1.0.

use a2a_core::{
    ListTasksResponse, TaskState,
    grpc::v1::{self, TaskPushNotificationConfig},
};
use a2a_server::{RequestContext, Responder, Server, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::client::{Nothing, request};
use crate::{
    agents::{Gate, asks, echo, patient},
    support::{card, host, id, says, serve, short, task},
};

#[tokio::test]
async fn a_send_waits_for_its_task_which_is_the_same_on_every_binding() {
    let host = host(echo()).await;
    let client = host.v1().await;
    let sent = client.send(says("hi")).await;
    assert_eq!((sent.status.state.clone(), sent.text()), (TaskState::Completed, "hi".to_owned()));
    assert_eq!(sent, task(&host.get(sent.id.as_str()).await));
    assert_eq!(sent, client.get(sent.id.as_str()).await);
    let posted = task(&host.send(says("there")).await);
    assert_eq!(client.get(posted.id.as_str()).await, posted);
}

#[tokio::test]
async fn a_direct_answer_is_a_message() {
    let host = host(executor_fn(async |_, out: Responder| Ok(out.message("hello").await?))).await;
    let answer: v1::SendMessageResponse = host.v1().await.answer("SendMessage", request(says("hi"))).await;
    assert_eq!(a2a_core::SendMessageResponse::try_from(answer).unwrap().text(), "hello");
}

#[tokio::test]
async fn files_and_data_come_back_as_they_went() {
    let agent = executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        let mut artifact = task.artifact("echo");
        for part in cx.message.parts.clone() {
            artifact.append(part).await?;
        }
        artifact.finish().await?;
        Ok(task.complete().await?)
    });
    let mut card = card();
    card.default_input_modes.push("application/octet-stream".to_owned());
    let host = serve(Server::builder(card, agent).allow_anonymous().limits(short())).await;
    let mut message = says("hi");
    message["parts"] = json!([
        { "text": "a text" },
        { "raw": "AAH/gA==", "filename": "b.bin", "mediaType": "application/octet-stream" },
        { "url": "https://example.com/f", "metadata": { "n": null } },
        { "data": { "least": -9_007_199_254_740_992_i64, "most": 9_007_199_254_740_992_i64, "none": null,
                    "half": 0.5, "nested": [[1, [null, true]], {}] } },
        { "data": null },
    ]);
    let sent = host.v1().await.send(message.clone()).await;
    assert_eq!(serde_json::to_value(&sent.artifacts[0].parts).unwrap(), message["parts"]);
    assert_eq!(sent, task(&host.get(sent.id.as_str()).await));
}

#[tokio::test]
async fn tasks_are_listed_in_pages() {
    let host = host(echo()).await;
    let client = host.v1().await;
    for text in ["one", "two", "three"] {
        client.send(says(text)).await;
    }
    let page = |page_token: String| v1::ListTasksRequest {
        page_size: Some(2),
        page_token,
        include_artifacts: Some(true),
        ..Default::default()
    };
    let first: v1::ListTasksResponse = client.answer("ListTasks", page(String::new())).await;
    assert_eq!((first.page_size, first.total_size, first.tasks.len()), (2, 3, 2));
    let wire = json!({ "pageSize": 2, "includeArtifacts": true });
    let posted: ListTasksResponse = serde_json::from_value(host.call("ListTasks", wire).await).unwrap();
    let token = first.next_page_token.clone();
    assert_eq!(ListTasksResponse::try_from(first).unwrap(), posted);
    let second: v1::ListTasksResponse = client.answer("ListTasks", page(token)).await;
    assert_eq!((second.tasks.len(), second.next_page_token.as_str()), (1, ""));
}

#[tokio::test]
async fn a_task_is_canceled_and_read_with_as_much_history_as_is_asked_for() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let client = host.v1().await;
    let mut starting = request(says("go"));
    starting.configuration =
        Some(v1::SendMessageConfiguration { return_immediately: true, ..Default::default() });
    let started: v1::SendMessageResponse = client.answer("SendMessage", starting).await;
    let Some(v1::send_message_response::Payload::Task(started)) = started.payload else {
        panic!("{started:?} is no task")
    };
    let cancel = v1::CancelTaskRequest { id: started.id.clone(), ..Default::default() };
    let canceled: v1::Task = client.answer("CancelTask", cancel).await;
    assert_eq!(canceled.status.unwrap().state, v1::TaskState::Canceled as i32);
    for (limit, messages) in [(None, 2), (Some(0), 0), (Some(1), 1), (Some(5), 2)] {
        let get = v1::GetTaskRequest { id: started.id.clone(), history_length: limit, ..Default::default() };
        let read: v1::Task = client.answer("GetTask", get).await;
        assert_eq!(read.history.len(), messages, "{limit:?}");
    }
}

#[tokio::test]
async fn what_an_agent_does_not_have_is_refused_by_its_own_error() {
    let host = host(echo()).await;
    let client = host.v1().await;
    let task = id(&host.send(says("hi")).await).to_owned();
    let config = TaskPushNotificationConfig {
        task_id: task.clone(),
        url: "https://example.com/hook".to_owned(),
        ..Default::default()
    };
    let get = v1::GetTaskPushNotificationConfigRequest {
        task_id: task.clone(),
        id: "c".to_owned(),
        ..Default::default()
    };
    let delete = v1::DeleteTaskPushNotificationConfigRequest {
        task_id: task.clone(),
        id: "c".to_owned(),
        ..Default::default()
    };
    let list = v1::ListTaskPushNotificationConfigsRequest { task_id: task, ..Default::default() };
    let errors = [
        client.error("CreateTaskPushNotificationConfig", config).await,
        client.error("GetTaskPushNotificationConfig", get).await,
        client.error("ListTaskPushNotificationConfigs", list).await,
        client.error("DeleteTaskPushNotificationConfig", delete).await,
        client.error("GetExtendedAgentCard", v1::GetExtendedAgentCardRequest::default()).await,
    ];
    let kinds: Vec<_> = errors.iter().map(|error| error.kind().name()).collect();
    let push = "PushNotificationNotSupportedError";
    assert_eq!(kinds, [push, push, push, push, "UnsupportedOperationError"]);
}

/// §10 item 53.
#[tokio::test]
async fn the_service_has_its_eleven_rpcs_and_no_other() {
    let host = host(asks()).await;
    let client = host.v1().await;
    for method in a2a_core::Method::ALL {
        // Nothing is what no rpc but those without parameters takes; it says so and isn't unknown.
        let code = match client.call::<_, Nothing>(method.name(), Nothing {}).await {
            Ok(_) => tonic::Code::Ok,
            Err(status) => status.code(),
        };
        assert!(!matches!(code, tonic::Code::Unimplemented | tonic::Code::Internal), "{method}: {code}");
    }
    for name in ["TaskSubscription", "GetAgentCard", "sendmessage", ""] {
        let status = client.call::<_, Nothing>(name, Nothing {}).await.unwrap_err();
        assert_eq!(status.code(), tonic::Code::Unimplemented, "{name}");
    }
    let other = super::client::Client::connect(host.addr, "lf.a2a.v1.Other").await;
    let status = other.call::<_, Nothing>("SendMessage", Nothing {}).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}

/// §10 item 54.
#[tokio::test]
async fn versions_and_extensions_are_read_from_the_metadata() {
    let mut demanding = card();
    let mut extension = a2a_core::AgentExtension::new("urn:x");
    extension.required = true;
    demanding.capabilities.extensions.push(extension);
    let host = serve(Server::builder(demanding, echo()).allow_anonymous().limits(short())).await;
    let client = host.v1().await;
    let refused = client.error("SendMessage", request(says("hi"))).await;
    assert_eq!(refused.kind(), a2a_core::ErrorKind::ExtensionSupportRequired);
    let asking = client.clone().with("a2a-extensions", "urn:unknown, urn:x").with("a2a-version", "1.0");
    let answer = asking.call::<_, v1::SendMessageResponse>("SendMessage", request(says("hi"))).await.unwrap();
    assert_eq!(answer.metadata().get("a2a-extensions").unwrap(), "urn:x");
    for version in ["0.3", "2.0", "nonsense"] {
        let refused = client.clone().with("a2a-extensions", "urn:x").with("a2a-version", version);
        let refused = refused.error("SendMessage", request(says("hi"))).await;
        assert_eq!(refused.kind(), a2a_core::ErrorKind::VersionNotSupported, "{version}");
    }
}

#[tokio::test]
async fn a_send_with_a_key_that_is_repeated_answers_what_the_first_one_got() {
    let host = host(echo()).await;
    let client = host.v1().await.with("idempotency-key", "k-1");
    let (first, second) = (client.send(says("hi")).await, client.send(says("hi")).await);
    assert_eq!(first, second);
}
