//! A peer that answers by method and by turn.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use a2a_client::{Client, StreamError, StreamEvent, TaskStream};
use a2a_core::TaskId;
use futures_util::StreamExt as _;

use super::{Framing, body};
use crate::peer::{Peer, Reply, Step, events, frame};

pub(super) fn id() -> TaskId {
    TaskId::new("t1").unwrap()
}

/// A client of a peer that answers by method and by how often that was called.
pub(super) async fn connect(script: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> (Client, Peer) {
    let calls = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
    Peer::connect(move |request| {
        let method = request.body["method"].as_str().unwrap().to_owned();
        let mut calls = calls.lock().unwrap();
        let call = calls.entry(method.clone()).or_default();
        *call += 1;
        script(&method, *call - 1)
    })
    .await
}

/// Events, and then the connection is cut.
pub(super) fn cut(results: &[&str]) -> Reply {
    body(Framing::Cut, &results.iter().map(|result| frame(result)).collect::<String>())
}

/// Events, and then nothing.
pub(super) fn open(results: &[&str]) -> Reply {
    let mut reply = events(results);
    reply.push(Step::Hang);
    reply
}

pub(super) fn running(parts: &[&str]) -> String {
    let parts: Vec<_> = parts.iter().map(|text| serde_json::json!({"text": text})).collect();
    let artifacts = serde_json::json!([{"artifactId": "a1", "parts": parts}]);
    let artifacts = if parts.is_empty() { String::new() } else { format!(",\"artifacts\":{artifacts}") };
    format!(
        r#"{{"task":{{"id":"t1","contextId":"c1","status":{{"state":"TASK_STATE_SUBMITTED"}}{artifacts}}}}}"#
    )
}

pub(super) async fn read(stream: &mut TaskStream) -> (Vec<StreamEvent>, Option<StreamError>) {
    let mut events = Vec::new();
    while let Some(item) = stream.next().await {
        match item {
            Ok(event) => events.push(event),
            Err(error) => return (events, Some(error)),
        }
    }
    (events, None)
}

pub(super) fn parsed(texts: &[&str]) -> Vec<StreamEvent> {
    texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
}
