//! The baseline: one handler that parses three borrowed fields and answers the bytes that ours answers.
//!
//! Nothing may slow it down. An answer is written once, into a buffer that is large enough for it; a stream is an
//! iterator of such events.

use std::{
    convert::Infallible,
    fmt::{self, Write as _},
    io,
};

use axum::{
    Router,
    body::Body,
    http::header,
    response::{IntoResponse as _, Response},
    routing,
    serve::ListenerExt as _,
};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::net::TcpListener;

use crate::work::Work;

/// No event and no answer to a short text is longer.
const ROOM: usize = 640;

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    id: &'a RawValue,
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
    parts: [Part<'a>; 1],
}

#[derive(Deserialize)]
struct Part<'a> {
    text: &'a str,
}

pub(crate) async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, Router::new().route("/", routing::post(answer))).await
}

async fn answer(body: Bytes) -> Response {
    let call: Call<'_> = serde_json::from_slice(&body).expect("the load sends valid calls");
    let (id, text) = (call.id.get(), call.params.message.parts[0].text);
    if call.method == "SendStreamingMessage" { stream(id, text) } else { task(id, text) }
}

fn task(id: &str, text: &str) -> Response {
    let json = written(format_args!(
        r#"{{"jsonrpc":"2.0","id":{id},"result":{{"task":{{"id":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","status":{{"state":"TASK_STATE_COMPLETED","timestamp":"2026-11-21T09:55:38.492Z"}},"artifacts":[{{"artifactId":"1d2d90e2-20de-42d9-b134-ef5c53b3b1ea","name":"answer","parts":[{{"text":"{text}"}}]}}],"history":[{{"messageId":"m-1","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","role":"ROLE_USER","parts":[{{"text":"{text}"}}]}}]}}}}}}"#
    ));
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

fn stream(id: &str, text: &str) -> Response {
    let work = Work::parse(text);
    let (id, text) = (id.to_owned(), text.to_owned());
    let event = move |index| Ok::<_, Infallible>(event(work, &id, &text, index));
    let body = match work {
        Work::Wait => Body::from_stream(stream::iter(1..2).map(event).chain(stream::pending())),
        work => Body::from_stream(stream::iter((0..work.events()).map(event))),
    };
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}

fn event(work: Work, id: &str, text: &str, index: u32) -> Bytes {
    let (token, last) = (index.wrapping_sub(1), work.events() - 1);
    match work {
        _ if index == 0 => frame(
            id,
            index,
            format_args!(
                r#"{{"task":{{"id":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","status":{{"state":"TASK_STATE_SUBMITTED","timestamp":"2026-11-21T09:55:38.492Z"}},"history":[{{"messageId":"m-1","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","role":"ROLE_USER","parts":[{{"text":"{text}"}}]}}]}}}}"#
            ),
        ),
        Work::Wait => frame(
            id,
            index,
            format_args!(
                r#"{{"statusUpdate":{{"taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","status":{{"state":"TASK_STATE_WORKING","message":{{"messageId":"1d2d90e2-20de-42d9-b134-ef5c53b3b1ea","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","role":"ROLE_AGENT","parts":[{{"text":"waiting"}}]}},"timestamp":"2026-11-21T09:55:38.492Z"}}}}}}"#
            ),
        ),
        _ if index == last => frame(
            id,
            index,
            format_args!(
                r#"{{"statusUpdate":{{"taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","status":{{"state":"TASK_STATE_COMPLETED","timestamp":"2026-11-21T09:55:38.492Z"}}}}}}"#
            ),
        ),
        Work::Statuses(_) => frame(
            id,
            index,
            format_args!(
                r#"{{"statusUpdate":{{"taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","status":{{"state":"TASK_STATE_WORKING","message":{{"messageId":"1d2d90e2-20de-42d9-b134-{token:012x}","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","role":"ROLE_AGENT","parts":[{{"text":"token-{token} lorem ipsum"}}]}},"timestamp":"2026-11-21T09:55:38.492Z"}}}}}}"#
            ),
        ),
        Work::Artifacts(_) => frame(
            id,
            index,
            format_args!(
                r#"{{"artifactUpdate":{{"taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","artifact":{{"artifactId":"1d2d90e2-20de-42d9-b134-{token:012x}","name":"answer","parts":[{{"text":"token-{token} lorem ipsum"}}]}},"lastChunk":true}}}}"#
            ),
        ),
        _ => {
            let name = if token == 0 { r#","name":"answer""# } else { "" };
            let append = if token > 0 { r#","append":true"# } else { "" };
            let last_chunk = if index + 1 == last { r#","lastChunk":true"# } else { "" };
            frame(
                id,
                index,
                format_args!(
                    r#"{{"artifactUpdate":{{"taskId":"5a5c56af-f4ea-4fa2-8df0-6e670b68fd33","contextId":"d42d5808-bfaa-4eed-bf32-ae04ab86ea43","artifact":{{"artifactId":"1d2d90e2-20de-42d9-b134-ef5c53b3b1ea"{name},"parts":[{{"text":"token-{token} lorem ipsum"}}]}}{append}{last_chunk}}}}}"#
                ),
            )
        }
    }
}

fn frame(id: &str, index: u32, result: fmt::Arguments<'_>) -> Bytes {
    let seq = index + 1;
    written(format_args!(
        "id: a2a-log:{seq}\ndata: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}\n\n"
    ))
}

fn written(text: fmt::Arguments<'_>) -> Bytes {
    let mut out = String::with_capacity(ROOM);
    out.write_fmt(text).expect("writing to memory can't fail");
    out.into()
}
