//! The baseline: one handler that parses three borrowed fields and answers the bytes that ours answers.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    http::header,
    response::{IntoResponse as _, Response},
    routing,
    serve::ListenerExt as _,
};
use bytes::Bytes;
use serde::Deserialize;
use tokio::net::TcpListener;

const TASK: &str = "5a5c56af-f4ea-4fa2-8df0-6e670b68fd33";
const CONTEXT: &str = "d42d5808-bfaa-4eed-bf32-ae04ab86ea43";
const ARTIFACT: &str = "1d2d90e2-20de-42d9-b134-ef5c53b3b1ea";
const TIME: &str = "2026-11-21T09:55:38.492Z";

#[derive(Deserialize)]
struct Call<'a> {
    id: u64,
    method: &'a str,
    #[serde(borrow)]
    params: Params<'a>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow)]
    message: Message<'a>,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    parts: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    text: &'a str,
}

pub(crate) async fn serve() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().route("/", routing::post(answer))).await
}

async fn answer(body: Bytes) -> Response {
    let call: Call<'_> = serde_json::from_slice(&body).expect("the load sends valid calls");
    let (id, text) = (call.id, call.params.message.parts.first().map_or("", |part| part.text));
    if call.method == "SendStreamingMessage" {
        return stream(id, text.parse().unwrap_or(0));
    }
    let json = format!(
        r#"{{"jsonrpc":"2.0","id":{id},"result":{{"task":{{"id":"{TASK}","contextId":"{CONTEXT}","status":{{"state":"TASK_STATE_COMPLETED","timestamp":"{TIME}"}},"artifacts":[{{"artifactId":"{ARTIFACT}","name":"answer","parts":[{{"text":"{text}"}}]}}],"history":[{{"messageId":"m-1","contextId":"{CONTEXT}","taskId":"{TASK}","role":"ROLE_USER","parts":[{{"text":"{text}"}}]}}]}}}}}}"#
    );
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

fn stream(id: u64, chunks: usize) -> Response {
    let event = move |index: usize| {
        let place = format!(r#""taskId":"{TASK}","contextId":"{CONTEXT}""#);
        let result = if index == 0 {
            format!(
                r#"{{"task":{{"id":"{TASK}","contextId":"{CONTEXT}","status":{{"state":"TASK_STATE_SUBMITTED","timestamp":"{TIME}"}},"history":[{{"messageId":"m-1","contextId":"{CONTEXT}","taskId":"{TASK}","role":"ROLE_USER","parts":[{{"text":"{chunks}"}}]}}]}}}}"#
            )
        } else if index <= chunks {
            let append = if index > 1 { r#","append":true"# } else { "" };
            let token = index - 1;
            format!(
                r#"{{"artifactUpdate":{{{place},"artifact":{{"artifactId":"{ARTIFACT}","parts":[{{"text":"token-{token} lorem ipsum"}}]}}{append}}}}}"#
            )
        } else {
            format!(
                r#"{{"statusUpdate":{{{place},"status":{{"state":"TASK_STATE_COMPLETED","timestamp":"{TIME}"}}}}}}"#
            )
        };
        let frame =
            format!("id: a2a-log:{index}\ndata: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}\n\n");
        Ok::<_, Infallible>(Bytes::from(frame))
    };
    let body = Body::from_stream(futures_util::stream::iter((0..chunks + 2).map(event)));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
