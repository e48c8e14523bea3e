//! The same blocking send in every binding and version.

use std::io;

use a2a_core::grpc::{v0_3, v1};
use prost::Message as _;

use crate::{
    blocking_sends::{Figure, send_all},
    child::Child,
    grpc, http,
    options::Lengths,
    report,
    rounds::interleaved,
    work::Work,
};

/// What is sent to which server. Each has its own, for what a server keeps of the tasks before costs the next ones.
struct Competitor {
    name: &'static str,
    server: Child,
    request: Request,
    /// What is in the answer to it when the task is complete.
    done: &'static [u8],
}

enum Request {
    Http(Vec<u8>),
    Grpc { path: &'static str, message: Vec<u8> },
}

/// What comes before an answer's name and state in protobuf: the field of the state, and COMPLETED.
const COMPLETED: &[u8] = &[0x08, 0x03];

pub(crate) async fn measure(lengths: &Lengths) -> io::Result<()> {
    let competitors = competitors()?;
    let figures = interleaved(lengths.rounds, &competitors, async |competitor: &Competitor| {
        let Competitor { server, request, done, .. } = competitor;
        match request {
            Request::Http(bytes) => {
                Figure::of(server, lengths.sends, send_all(server.port, lengths.sends, bytes, done)).await
            }
            Request::Grpc { path, message } => {
                let sending = grpc::send_all(server.port, lengths.sends, path, message, done);
                Figure::of(server, lengths.sends, sending).await
            }
        }
    });
    let figures = figures.await?;
    let figure = |name: &str| {
        let place = competitors.iter().position(|competitor| competitor.name == name);
        Figure::median(&figures[place.expect("one of those that were measured")])
    };
    for (name, other) in COMPARED {
        let (ours, theirs) = (figure(name), figure(other));
        report::ratio(&format!("{name} send"), ours.rate, "requests/s", other, ours.rate / theirs.rate);
        let ratio = theirs.microseconds / ours.microseconds;
        report::ratio(&format!("{name} send, CPU"), ours.microseconds, "µs/request", other, ratio);
    }
    Ok(())
}

/// Who is held against whom.
const COMPARED: [(&str, &str); 5] = [
    ("HTTP+JSON 1.0", "JSON-RPC 1.0"),
    ("JSON-RPC 0.3", "JSON-RPC 1.0"),
    ("HTTP+JSON 0.3", "HTTP+JSON 1.0"),
    ("gRPC 1.0", "bare tonic"),
    ("gRPC 0.3", "gRPC 1.0"),
];

fn competitors() -> io::Result<Vec<Competitor>> {
    let (text, v1_path, v0_3_path) =
        (Work::Echo.to_string(), "/lf.a2a.v1.A2AService/SendMessage", "/a2a.v1.A2AService/SendMessage");
    let kind = format!(
        r#"{{"message":{{"kind":"message","messageId":"m-1","role":"user","parts":[{{"kind":"text","text":"{text}"}}]}}}}"#
    );
    let proto = format!(
        r#"{{"message":{{"messageId":"m-1","role":"ROLE_USER","content":[{{"text":"{text}"}}]}},"configuration":{{"blocking":true}}}}"#
    );
    let http = |name, request, done| {
        Ok::<_, io::Error>(Competitor { name, server: Child::ours()?, request: Request::Http(request), done })
    };
    let grpc = |name, server: io::Result<Child>, path, message| {
        let request = Request::Grpc { path, message };
        Ok::<_, io::Error>(Competitor { name, server: server?, request, done: COMPLETED })
    };
    let named = br#""TASK_STATE_COMPLETED""#;
    Ok(vec![
        http("JSON-RPC 1.0", http::send("SendMessage", Work::Echo), named)?,
        http("HTTP+JSON 1.0", http::post("/message:send", "1.0", &http::message(Work::Echo)), named)?,
        http("JSON-RPC 0.3", http::post("/", "0.3", &http::body("message/send", &kind)), br#""completed""#)?,
        http("HTTP+JSON 0.3", http::post("/v1/message:send", "0.3", &proto), named)?,
        grpc("gRPC 1.0", Child::ours(), v1_path, v1_request(&text))?,
        grpc("gRPC 0.3", Child::ours(), v0_3_path, v0_3_request(&text))?,
        grpc("bare tonic", Child::bare_grpc(), v1_path, v1_request(&text))?,
    ])
}

fn v1_request(text: &str) -> Vec<u8> {
    let part = v1::Part { content: Some(v1::part::Content::Text(text.to_owned())), ..v1::Part::default() };
    let message = v1::Message {
        message_id: "m-1".to_owned(),
        role: v1::Role::User.into(),
        parts: vec![part],
        ..v1::Message::default()
    };
    v1::SendMessageRequest { message: Some(message), ..v1::SendMessageRequest::default() }.encode_to_vec()
}

fn v0_3_request(text: &str) -> Vec<u8> {
    let part = v0_3::Part { part: Some(v0_3::part::Part::Text(text.to_owned())), ..v0_3::Part::default() };
    let message = v0_3::Message {
        message_id: "m-1".to_owned(),
        role: v0_3::Role::User.into(),
        content: vec![part],
        ..v0_3::Message::default()
    };
    let configuration =
        v0_3::SendMessageConfiguration { blocking: true, ..v0_3::SendMessageConfiguration::default() };
    let (request, configuration) = (Some(message), Some(configuration));
    v0_3::SendMessageRequest { request, configuration, ..v0_3::SendMessageRequest::default() }.encode_to_vec()
}
