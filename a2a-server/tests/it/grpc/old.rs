//! Version 0.3, whose package is `a2a.v1` (§10 items 151 and 153).

use a2a_core::{
    Error, ErrorKind,
    grpc::v0_3::{
        self, CancelTaskRequest, GetTaskRequest, ListTaskPushNotificationConfigRequest,
        SendMessageConfiguration, SendMessageResponse, TaskSubscriptionRequest,
        send_message_response::Payload,
    },
    v0_3::{SendMessageResult, StreamEvent, Task, TaskState},
};
use a2a_server::{Server, executor_fn};
use pretty_assertions::assert_eq;

use super::client::{Client, Events, Nothing, error, old_request};
use crate::{
    agents::{Gate, asks, echo, patient},
    support::{card, host, id, says, says_to, serve, short, task},
};

async fn send(client: &Client, message: serde_json::Value) -> Task {
    let answer: SendMessageResponse = client.answer("SendMessage", old_request(message)).await;
    match SendMessageResult::try_from(answer).unwrap() {
        SendMessageResult::Task(task) => task,
        other => panic!("{other:?} is no task"),
    }
}

async fn open(client: &Client, message: serde_json::Value) -> Vec<StreamEvent> {
    let mut stream: Events<v0_3::StreamResponse> =
        client.stream("SendStreamingMessage", old_request(message)).await.unwrap();
    stream.rest().await
}

fn get(id: &str) -> GetTaskRequest {
    GetTaskRequest { name: format!("tasks/{id}"), history_length: 0 }
}

/// What an event is in a word, with a mark where it is final.
fn brief(event: &StreamEvent) -> String {
    match event {
        StreamEvent::Task(task) => format!("task {}", task.status.state),
        StreamEvent::StatusUpdate(update) => {
            format!("{}{}", update.status.state, if update.is_final { " final" } else { "" })
        }
        StreamEvent::ArtifactUpdate(_) => "artifact".to_owned(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_task_is_the_same_in_both_versions() {
    let host = host(echo()).await;
    let (old, new) = (host.v0_3().await, host.v1().await);
    let sent = send(&old, says("hi")).await;
    assert_eq!(sent.status.state, TaskState::Completed);
    let id = sent.id.as_str();
    assert_eq!(a2a_core::Task::from(sent.clone()), new.get(id).await);
    assert_eq!(new.get(id).await, task(&host.get(id).await));
    let read: v0_3::Task = old.answer("GetTask", get(id)).await;
    assert_eq!(Task::try_from(read).unwrap(), sent);
    let later = new.send(says("there")).await;
    let read: v0_3::Task = old.answer("GetTask", get(later.id.as_str())).await;
    assert_eq!(a2a_core::Task::from(Task::try_from(read).unwrap()), later);
}

#[tokio::test]
async fn what_ends_the_stream_is_final_and_nothing_else_is() {
    let host = host(asks()).await;
    let client = host.v0_3().await;
    let events = open(&client, says("one")).await;
    let briefs: Vec<_> = events.iter().map(brief).collect();
    assert_eq!(briefs, ["task submitted", "input-required final"]);
    let StreamEvent::Task(task) = &events[0] else { panic!("{briefs:?}") };
    let subscription = TaskSubscriptionRequest { name: format!("tasks/{}", task.id) };
    let mut following: Events<v0_3::StreamResponse> =
        client.stream("TaskSubscription", subscription).await.unwrap();
    following.next().await.unwrap().expect("the task");
    open(&client, says_to(task.id.as_str(), "two")).await;
    open(&client, says_to(task.id.as_str(), "done")).await;
    let briefs: Vec<_> = following.rest().await.iter().map(brief).collect();
    assert_eq!(briefs, ["working", "input-required", "working", "completed final"]);
}

#[tokio::test]
async fn a_send_that_does_not_block_answers_at_once_and_its_task_is_canceled_by_name() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let client = host.v0_3().await;
    let mut starting = old_request(says("go"));
    starting.configuration = Some(SendMessageConfiguration { blocking: false, ..Default::default() });
    let started: SendMessageResponse = client.answer("SendMessage", starting).await;
    let Some(Payload::Task(started)) = started.payload else { panic!("{started:?} is no task") };
    let cancel = CancelTaskRequest { name: format!("tasks/{}", started.id) };
    let canceled: v0_3::Task = client.answer("CancelTask", cancel).await;
    assert_eq!(canceled.status.unwrap().state, v0_3::TaskState::Cancelled as i32);
}

#[tokio::test]
async fn no_limit_of_history_is_nought() {
    let host = host(echo()).await;
    let client = host.v0_3().await;
    let sent = send(&client, says("hi")).await;
    assert_eq!(sent.history.len(), 1);
    let refused = GetTaskRequest { name: format!("tasks/{}", sent.id), history_length: -1 };
    assert_eq!(client.error("GetTask", refused).await.kind(), ErrorKind::InvalidParams);
}

#[tokio::test]
async fn bytes_of_files_are_read_with_and_without_base64_of_their_own() {
    let agent = executor_fn(async |cx: a2a_server::RequestContext, out: a2a_server::Responder| {
        let raw = cx.message.parts.iter().filter_map(|part| match &part.content {
            a2a_core::PartContent::Raw(bytes) => Some(format!("{bytes:?}")),
            _ => None,
        });
        Ok(out.message(raw.collect::<Vec<_>>().join(" ")).await?)
    });
    let host = host(agent).await;
    let mut request = old_request(says("hi"));
    let file = |bytes: &'static [u8]| v0_3::Part {
        part: Some(v0_3::part::Part::File(v0_3::FilePart {
            file: Some(v0_3::file_part::File::FileWithBytes(bytes.into())),
            ..Default::default()
        })),
        ..Default::default()
    };
    request.request.as_mut().unwrap().content = vec![file(b"AAH/"), file(b"\x00\x01\xff")];
    let answer: SendMessageResponse = host.v0_3().await.answer("SendMessage", request).await;
    let Some(Payload::Msg(message)) = answer.payload else { panic!("{answer:?} is no message") };
    let text = a2a_core::Message::from(a2a_core::v0_3::Message::try_from(message).unwrap()).text();
    assert_eq!(text, r#"b"\0\x01\xff" b"\0\x01\xff""#);
}

#[tokio::test]
async fn errors_say_their_name_before_the_message_and_their_reason_in_the_details() {
    let host = host(echo()).await;
    let client = host.v0_3().await;
    let status = client.call::<_, Nothing>("GetTask", get("nobody")).await.unwrap_err();
    assert_eq!(
        (status.code(), status.message()),
        (tonic::Code::NotFound, "TaskNotFoundError: Task not found")
    );
    assert_eq!(error(&status), Error::task_not_found(&"nobody".parse().unwrap()));
    let unnamed = GetTaskRequest { name: "nobody".to_owned(), history_length: 0 };
    let refused = client.error("GetTask", unnamed).await;
    assert_eq!((refused.kind(), refused.violations()[0].field.as_str()), (ErrorKind::InvalidParams, "name"));
}

/// Its clients tell errors by the status alone: what isn't supported isn't what can't be canceled.
#[tokio::test]
async fn what_is_not_supported_is_unimplemented() {
    let host = host(echo()).await;
    let client = host.v0_3().await;
    let name = format!("tasks/{}", id(&host.send(says("hi")).await));
    let canceled =
        client.call::<_, Nothing>("CancelTask", v0_3::CancelTaskRequest { name: name.clone() }).await;
    let ended = client
        .call::<_, Nothing>("TaskSubscription", v0_3::TaskSubscriptionRequest { name: name.clone() })
        .await;
    let hooks = ListTaskPushNotificationConfigRequest { parent: name, ..Default::default() };
    let hooks = client.call::<_, Nothing>("ListTaskPushNotificationConfig", hooks).await;
    let codes = [canceled, ended, hooks].map(|answer| answer.unwrap_err().code());
    let unimplemented = tonic::Code::Unimplemented;
    assert_eq!(codes, [tonic::Code::FailedPrecondition, unimplemented, unimplemented]);
}

#[tokio::test]
async fn what_an_agent_does_not_have_is_refused_by_its_own_error() {
    let host = host(echo()).await;
    let client = host.v0_3().await;
    let task = id(&host.send(says("hi")).await).to_owned();
    let (parent, name) = (format!("tasks/{task}"), format!("tasks/{task}/pushNotificationConfigs/c"));
    let hook = v0_3::PushNotificationConfig { url: "https://example.com".to_owned(), ..Default::default() };
    let config =
        v0_3::TaskPushNotificationConfig { name: name.clone(), push_notification_config: Some(hook) };
    let create = v0_3::CreateTaskPushNotificationConfigRequest {
        parent: parent.clone(),
        config_id: "c".to_owned(),
        config: Some(config),
    };
    let list = ListTaskPushNotificationConfigRequest { parent: parent.clone(), ..Default::default() };
    let first = v0_3::GetTaskPushNotificationConfigRequest { name: parent };
    let get = v0_3::GetTaskPushNotificationConfigRequest { name: name.clone() };
    let delete = v0_3::DeleteTaskPushNotificationConfigRequest { name };
    let errors = [
        client.error("CreateTaskPushNotificationConfig", create).await,
        client.error("GetTaskPushNotificationConfig", get).await,
        client.error("GetTaskPushNotificationConfig", first).await,
        client.error("ListTaskPushNotificationConfig", list).await,
        client.error("DeleteTaskPushNotificationConfig", delete).await,
        client.error("GetAgentCard", v0_3::GetAgentCardRequest {}).await,
    ];
    let kinds: Vec<_> = errors.iter().map(|error| error.kind().name()).collect();
    let push = "PushNotificationNotSupportedError";
    assert_eq!(kinds, [push, push, push, push, push, "UnsupportedOperationError"]);
    let status = client.call::<_, Nothing>("ListTasks", Nothing {}).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unimplemented);
}

#[tokio::test]
async fn extensions_go_by_either_name() {
    let mut extended = card();
    extended.capabilities.extensions.push(a2a_core::AgentExtension::new("urn:x"));
    let host = serve(Server::builder(extended, echo()).allow_anonymous().limits(short())).await;
    for name in ["a2a-extensions", "x-a2a-extensions"] {
        let client = host.v0_3().await.with(name, "urn:x").with("a2a-version", "0.3");
        let answer: tonic::Response<SendMessageResponse> =
            client.call("SendMessage", old_request(says("hi"))).await.unwrap();
        for name in ["a2a-extensions", "x-a2a-extensions"] {
            assert_eq!(answer.metadata().get(name).unwrap(), "urn:x");
        }
    }
    let newer = host.v0_3().await.with("a2a-version", "1.0");
    assert_eq!(newer.error("GetTask", get("x")).await.kind(), ErrorKind::VersionNotSupported);
}
