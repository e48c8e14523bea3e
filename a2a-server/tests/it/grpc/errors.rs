//! What an rpc fails with.

use a2a_core::{Error, ErrorKind, grpc::v1};
use a2a_server::{ExecutorError, RequestContext, Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::client::{Client, Nothing, V1, error, request};
use crate::{
    agents::{asks, echo},
    support::{host, host_with, id, says, says_to, short},
};

fn get(id: &str) -> v1::GetTaskRequest {
    v1::GetTaskRequest { id: id.to_owned(), ..Default::default() }
}

/// §10 items 55 and 56.
#[tokio::test]
async fn errors_have_the_status_of_their_kind_and_their_reason_in_the_details() {
    let agent = executor_fn(async |cx: RequestContext, _: Responder| {
        let kind = match cx.message.text().as_str() {
            "content" => ErrorKind::ContentTypeNotSupported,
            "answer" => ErrorKind::InvalidAgentResponse,
            "quota" => ErrorKind::ResourceExhausted,
            _ => ErrorKind::PermissionDenied,
        };
        Err(ExecutorError::refuse(Error::new(kind, "no, 100 % no: ✗").with_info("why", "because")))
    });
    let host = host(agent).await;
    let client = host.v1().await;
    for (text, kind, code) in [
        ("content", ErrorKind::ContentTypeNotSupported, tonic::Code::InvalidArgument),
        ("answer", ErrorKind::InvalidAgentResponse, tonic::Code::Internal),
        ("quota", ErrorKind::ResourceExhausted, tonic::Code::ResourceExhausted),
        ("else", ErrorKind::PermissionDenied, tonic::Code::PermissionDenied),
    ] {
        let status = client.call::<_, Nothing>("SendMessage", request(says(text))).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, "no, 100 % no: ✗"));
        assert_eq!(error(&status), Error::new(kind, "no, 100 % no: ✗").with_info("why", "because"));
    }
}

#[tokio::test]
async fn errors_are_those_of_the_other_bindings() {
    let host = host(asks()).await;
    let client = host.v1().await;
    let ended = id(&host.send(says("done")).await).to_owned();
    let negative = v1::GetTaskRequest { id: ended.clone(), history_length: Some(-1), ..Default::default() };
    let cancel = v1::CancelTaskRequest { id: ended.clone(), ..Default::default() };
    let mut empty = request(says("hi"));
    empty.message.as_mut().unwrap().parts.clear();
    for (ours, theirs) in [
        (
            client.error("GetTask", get("nobody")).await,
            host.error("GetTask", json!({ "id": "nobody" })).await,
        ),
        (client.error("CancelTask", cancel).await, host.error("CancelTask", json!({ "id": ended })).await),
        (
            client.error("GetTask", negative).await,
            host.error("GetTask", json!({ "id": ended, "historyLength": -1 })).await,
        ),
        (
            client.error("SendMessage", request(says_to(&ended, "hi"))).await,
            host.error("SendMessage", json!({ "message": says_to(&ended, "hi") })).await,
        ),
        (
            client.error("SendMessage", empty).await,
            host.error(
                "SendMessage",
                json!({ "message": { "messageId": "m", "role": "ROLE_USER", "parts": [] } }),
            )
            .await,
        ),
    ] {
        assert_eq!((ours.kind().code(), ours.message().to_owned()), theirs);
    }
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_named() {
    let host = host(echo()).await;
    let client = host.v1().await;
    assert_eq!(client.error("GetTask", get("")).await, Error::invalid_params("id", "must not be empty"));
    let mut untold = request(says("hi"));
    untold.message.as_mut().unwrap().parts[0].content = None;
    let refused = client.error("SendMessage", untold).await;
    assert_eq!(refused.violations()[0].field, "message.parts[0]");
}

#[tokio::test]
async fn a_message_is_bounded_in_bytes_and_parts() {
    let host = host_with(echo(), short().with_max_body_bytes(1 << 20).with_max_parts(3)).await;
    let client = host.v1().await;
    let huge = "x".repeat(1 << 20);
    let refused = client.error("SendMessage", request(says(&huge))).await;
    assert_eq!(refused.kind(), ErrorKind::InvalidParams);
    assert_eq!(refused.message(), "The request's body is larger than 1048576 bytes");
    let mut many = says("hi");
    many["parts"] = (0..4).map(|_| json!({ "text": "x" })).collect();
    let refused = client.error("SendMessage", request(many.clone())).await;
    let posted = host.error("SendMessage", json!({ "message": many })).await;
    assert_eq!((refused.kind().code(), refused.message().to_owned()), posted);
    assert_eq!(client.send(says("still there")).await.text(), "still there");
}

/// The default, so that nobody finds it gone by accident.
#[tokio::test]
async fn more_than_ten_mebibytes_are_refused_and_almost_as_many_are_not() {
    let host = host(executor_fn(async |_, out: Responder| Ok(out.message("read").await?))).await;
    let client = host.v1().await;
    let mut message = request(says("hi"));
    let mut with = |bytes: usize| {
        let content = v1::part::Content::Raw(vec![7; bytes].into());
        message.message.as_mut().unwrap().parts[0].content = Some(content);
        message.clone()
    };
    let _: v1::SendMessageResponse = client.answer("SendMessage", with((10 << 20) - 200)).await;
    let refused = client.error("SendMessage", with(10 << 20)).await;
    assert_eq!(refused.message(), "The request's body is larger than 10485760 bytes");
}

/// Has a number where a message should be.
#[derive(Clone, PartialEq, prost::Message)]
struct Wrong {
    #[prost(uint32, tag = "2")]
    message: u32,
}

/// A request for a task, and what nobody knows.
#[derive(Clone, PartialEq, prost::Message)]
struct More {
    #[prost(string, tag = "2")]
    id: String,
    #[prost(string, tag = "99")]
    more: String,
}

#[tokio::test]
async fn what_is_no_message_of_the_rpc_is_refused() {
    let host = host(echo()).await;
    let client = Client::connect(host.addr, V1).await;
    let status = client.call::<_, Nothing>("SendMessage", Wrong { message: 1 }).await.unwrap_err();
    assert_eq!(status.code(), tonic::Code::InvalidArgument);
    assert_eq!(status.message(), "The message isn't what this rpc takes");
    // What it doesn't know is ignored.
    let more = More { id: "nobody".to_owned(), more: "x".to_owned() };
    assert_eq!(client.error("GetTask", more).await.kind(), ErrorKind::TaskNotFound);
}
