//! A webhook that keeps what it is told, and answers as a test wants.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, Uri, header::LOCATION},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc};

use crate::{agents::Gate, frames::Frame, support::soon};

/// How one call is answered.
#[derive(Debug)]
pub(super) enum Answer {
    Status(u16),
    /// When the gate opens.
    Behind(Gate),
    /// Never.
    Hang,
    Redirect(String),
}

/// A call as it came.
#[derive(Debug)]
pub(super) struct Called {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Called {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// In a word or two, as a frame of a stream.
    pub(super) fn brief(&self) -> String {
        if let Some(kind) = self.body["kind"].as_str() {
            return format!("{kind} {}", self.body["status"]["state"].as_str().unwrap());
        }
        self.frame().brief()
    }

    /// As it would be in a stream.
    pub(super) fn frame(&self) -> Frame {
        Frame { id: None, answer: serde_json::json!({ "result": self.body }) }
    }
}

/// A webhook.
pub(super) struct Hook {
    pub(super) url: String,
    calls: mpsc::UnboundedReceiver<Called>,
}

impl Hook {
    /// Answers so, and then by 200.
    pub(super) async fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self::at(TcpListener::bind("127.0.0.1:0").await.unwrap(), answers)
    }

    /// The same, where somebody listens already.
    pub(super) fn at(listener: TcpListener, answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers: VecDeque<_> = answers.into_iter().collect();
        let answers = Arc::new(Mutex::new(answers));
        let (told, calls) = mpsc::unbounded_channel();
        let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| async move {
            let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
            let next = answers.lock().unwrap().pop_front();
            let _ = told.send(Called { method, path: uri.to_string(), headers, body });
            respond(next).await
        };
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, calls }
    }

    pub(super) async fn new() -> Self {
        Self::answering([]).await
    }

    /// The next call, which must come soon.
    pub(super) async fn next(&mut self) -> Called {
        soon(self.calls.recv()).await.expect("the webhook lives as long as the test")
    }

    pub(super) async fn brief(&mut self) -> String {
        self.next().await.brief()
    }

    /// Calls up to the end of the task.
    pub(super) async fn rest(&mut self) -> Vec<Called> {
        let mut rest = Vec::new();
        loop {
            let called = self.next().await;
            let brief = called.brief();
            rest.push(called);
            if ["COMPLETED", "FAILED", "completed", "failed"].iter().any(|end| brief.ends_with(end)) {
                return rest;
            }
        }
    }

    pub(super) async fn briefs(&mut self) -> Vec<String> {
        self.rest().await.iter().map(Called::brief).collect()
    }

    /// Notes a call that has come, if one has.
    pub(super) fn was_called_with(&mut self, briefs: &mut Vec<String>) -> bool {
        let called = self.calls.try_recv();
        briefs.extend(called.iter().map(Called::brief));
        called.is_ok()
    }

    /// Whether it was called and nobody has looked.
    pub(super) fn was_called(&mut self) -> bool {
        self.calls.try_recv().is_ok()
    }
}

async fn respond(answer: Option<Answer>) -> Response {
    match answer {
        None => StatusCode::OK.into_response(),
        Some(Answer::Status(status)) => StatusCode::from_u16(status).unwrap().into_response(),
        Some(Answer::Redirect(to)) => (StatusCode::TEMPORARY_REDIRECT, [(LOCATION, to)]).into_response(),
        Some(Answer::Hang) => std::future::pending().await,
        Some(Answer::Behind(gate)) => {
            gate.pass().await;
            StatusCode::OK.into_response()
        }
    }
}
