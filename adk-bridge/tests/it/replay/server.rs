//! A server that says what was recorded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::recording::Exchange;
use crate::bridge_http::{self, Answer, scripted};

/// What it has to answer next, and what it was asked.
#[derive(Default)]
struct Script {
    card: Option<Exchange>,
    answers: VecDeque<Exchange>,
    /// The number of sends that nothing was recorded for.
    surplus: usize,
    /// The message that came last.
    message: Value,
}

pub(super) struct Server {
    pub(super) url: String,
    script: Arc<Mutex<Script>>,
}

impl Server {
    pub(super) async fn new(streaming: bool) -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let said = Arc::clone(&script);
        let url = scripted(move |url, request| answer(&mut said.lock().unwrap(), url, request, streaming));
        Self { url: url.await, script }
    }

    /// The answers of the next turn.
    pub(super) fn load(&self, wire: &[Exchange]) {
        let mut script = self.script.lock().unwrap();
        script.card = wire.iter().find(|exchange| exchange.is_card()).cloned();
        script.answers = wire.iter().filter(|exchange| !exchange.is_card()).cloned().collect();
    }

    /// The message that came last.
    pub(super) fn message(&self) -> Value {
        self.script.lock().unwrap().message.clone()
    }

    /// The number of answers that nobody asked for.
    pub(super) fn left(&self) -> usize {
        self.script.lock().unwrap().answers.len()
    }

    /// The number of sends that nothing was recorded for.
    pub(super) fn surplus(&self) -> usize {
        self.script.lock().unwrap().surplus
    }
}

fn answer(script: &mut Script, url: &str, request: &Value, streaming: bool) -> Answer {
    if request.is_null() {
        let Some(card) = &script.card else { return bridge_http::card(url, streaming) };
        let port = url.trim_end_matches('/').rsplit(':').next().unwrap();
        return reply(card, card.body(&Value::Null).replace(":28500", &format!(":{port}")));
    }
    let method = request["method"].as_str().unwrap();
    let sends = method.starts_with("Send");
    if sends {
        script.message = request["params"]["message"].clone();
    }
    if let Some(exchange) = sends.then(|| script.answers.pop_front()).flatten() {
        assert_eq!(exchange.method, method);
        return reply(&exchange, exchange.body(&request["id"]));
    }
    script.surplus += usize::from(sends);
    let error = json!({"code": -32004, "message": "not recorded"});
    Answer::json(200, &json!({"jsonrpc": "2.0", "id": request["id"], "error": error}))
}

fn reply(exchange: &Exchange, body: String) -> Answer {
    Answer { status: exchange.status, kind: exchange.kind.clone().into(), body, cut: exchange.cut }
}
