//! What is logged at any level, and that no secret is in it.

use std::{
    collections::BTreeSet,
    error::Error,
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use a2a_core::{Caller, CallerKind};
use a2a_server::{Credentials, Server};
use axum::http::HeaderName;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tracing::{
    Metadata, Subscriber,
    field::{Field, Visit},
    span,
    subscriber::DefaultGuard,
};

use crate::{
    agents::asks,
    support::{Host, Wire, card, envelope, host, request, says, serve, short},
};

/// Is in every secret that is text.
pub(crate) const SECRET: &str = "s3cret";
/// A secret that is a number.
const NUMBER: u64 = 731_902_645;

#[tokio::test]
async fn credentials_are_in_no_log_be_they_good_or_wrong() {
    let (logged, _scope) = Logged::here();
    let ann = |kind| Caller::new(kind, "ann");
    let credentials = Credentials::new().with_bearer("good-s3cret", ann(CallerKind::User)).with_api_key(
        HeaderName::from_static("x-api-key"),
        "key-s3cret",
        ann(CallerKind::ApiKey),
    );
    let host = serve(Server::builder(card(), asks()).authenticator(credentials).limits(short())).await;
    let body = json!({ "message": says("x") }).to_string().into_bytes();
    for (name, value, status) in [
        ("authorization", "Bearer good-s3cret", 200),
        ("authorization", "Bearer bad-s3cret", 401),
        ("authorization", "Basic s3cret", 401),
        ("authorization", "s3cret", 401),
        ("x-api-key", "key-s3cret", 200),
        ("x-api-key", "wrong-s3cret", 401),
    ] {
        for (path, body) in [
            ("/", &envelope("SendMessage", &json!({ "message": says("x") }))),
            ("/message:send", &body),
            ("/v1/message:send", &body),
        ] {
            let answer = host.http("POST", path, &[(name, value)], body).await;
            assert_eq!(answer.status, status, "{path} {name}: {value}");
        }
    }
    assert_eq!(logged.lines_with("a caller was turned away").len(), 12);
    assert_eq!(logged.lines_with(SECRET), [""; 0]);
}

/// Parameters of JSON-RPC in which something stands in the place of something else.
fn misplaced() -> Vec<(&'static str, Value)> {
    let config = |member: &str, value: Value| {
        let mut config = json!({ "taskId": "t", "url": "http://localhost/" });
        config[member] = value;
        config
    };
    let message = |member: &str, value: Value| {
        let mut message = says("x");
        message[member] = value;
        json!({ "message": message })
    };
    let create = "CreateTaskPushNotificationConfig";
    let set = "tasks/pushNotificationConfig/set";
    let old = |config: Value| json!({ "taskId": "t", "pushNotificationConfig": config });
    vec![
        (create, config("authentication", "Bearer s3cret".into())),
        (create, config("authentication", json!({ "scheme": "Bearer", "credentials": NUMBER }))),
        (create, config("authentication", json!({ "scheme": "Bearer", "credentials": ["s3cret"] }))),
        (create, config("authentication", json!({ "scheme": "Bearer s3cret" }))),
        (create, config("token", NUMBER.into())),
        (create, config("url", "http://me:s3cret@localhost/".into())),
        (create, config("url", "s3cret".into())),
        (set, old(config("authentication", "Bearer s3cret".into()))),
        (set, old(config("authentication", json!({ "schemes": "s3cret", "credentials": NUMBER })))),
        (set, old(config("token", NUMBER.into()))),
        (set, old("s3cret".into())),
        ("SendMessage", "s3cret".into()),
        ("SendMessage", json!({ "message": "s3cret" })),
        ("SendMessage", json!({ "message": says("x"), "configuration": "s3cret" })),
        ("SendMessage", message("role", "s3cret".into())),
        ("SendMessage", message("role", NUMBER.into())),
        ("SendMessage", message("parts", "s3cret".into())),
        ("SendMessage", message("parts", json!(["s3cret"]))),
        ("SendMessage", message("metadata", "s3cret".into())),
        ("SendStreamingMessage", json!({ "message": NUMBER })),
        ("message/send", json!({ "message": "s3cret" })),
        ("message/stream", message("parts", json!([{ "kind": "text", "text": NUMBER }]))),
        ("GetTask", json!({ "id": "t", "historyLength": "s3cret" })),
        ("CancelTask", json!({ "id": "t", "metadata": "s3cret" })),
        ("ListTasks", json!({ "pageToken": "s3cret" })),
        ("ListTasks", json!({ "pageSize": "s3cret" })),
        ("ListTasks", json!({ "status": "s3cret" })),
        ("ListTasks", json!({ "statusTimestampAfter": "s3cret" })),
        ("s3cret", Value::Null),
    ]
}

/// Requests of HTTP+JSON that are as wrong.
fn misplaced_rest() -> Vec<(&'static str, &'static str, Value)> {
    let configs = "/tasks/t/pushNotificationConfigs";
    let old_configs = "/v1/tasks/t/pushNotificationConfigs";
    let old = |config: Value| json!({ "config": { "pushNotificationConfig": config } });
    let numeric = json!({ "url": "http://localhost/", "authentication": { "credentials": NUMBER } });
    vec![
        ("POST", configs, json!({ "url": "http://localhost/", "authentication": "Bearer s3cret" })),
        ("POST", configs, numeric.clone()),
        ("POST", configs, json!({ "taskId": "s3cret", "url": "http://localhost/" })),
        ("POST", old_configs, old(json!({ "authentication": "Bearer s3cret" }))),
        ("POST", old_configs, old(numeric)),
        ("POST", old_configs, json!({ "config": "s3cret" })),
        ("POST", "/message:send", "s3cret".into()),
        ("POST", "/message:send", json!({ "message": "s3cret" })),
        ("POST", "/message:send", json!({ "message": says("x"), "tenant": NUMBER })),
        ("POST", "/message:stream", json!({ "message": "s3cret" })),
        ("POST", "/v1/message:send", json!({ "message": "s3cret" })),
        ("POST", "/v1/message:stream", json!({ "message": { "role": "s3cret", "content": [] } })),
        ("POST", "/tasks/t:cancel", json!({ "metadata": "s3cret" })),
        ("POST", "/tasks/t:cancel", json!({ "id": NUMBER })),
        ("GET", "/tasks?pageSize=s3cret", Value::Null),
        ("GET", "/tasks?pageToken=s3cret", Value::Null),
        ("GET", "/tasks?status=s3cret", Value::Null),
        ("GET", "/tasks?includeArtifacts=s3cret", Value::Null),
        ("GET", "/tasks?statusTimestampAfter=s3cret", Value::Null),
        ("GET", "/v1/tasks/t?historyLength=s3cret", Value::Null),
        ("GET", "/tasks/t/s3cret", Value::Null),
    ]
}

/// Bytes and headers that no call is made of.
async fn send_what_is_no_call(host: &Host) {
    for body in [r#"{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":"s3cret}"#, r#""s3cret""#] {
        for path in ["/", "/message:send", "/v1/message:send"] {
            host.http("POST", path, &[], body.as_bytes()).await;
        }
    }
    for header in ["a2a-version", "content-type", "content-encoding", "last-event-id", "traceparent"] {
        let body = envelope("GetTask", &json!({ "id": "t" }));
        host.http("POST", "/", &[(header, "s3cret")], &body).await;
    }
    let bytes = b"GET /tasks HTTP/1.1\r\nhost: t\r\nauthorization Bearer s3cret\r\n\r\n";
    Wire::send(host.addr, bytes).await.answer("GET").await;
}

#[tokio::test]
async fn what_is_refused_for_its_form_is_not_told_to_the_log() {
    let (logged, _scope) = Logged::here();
    let host = host(asks()).await;
    for (method, params) in misplaced() {
        let bytes = request("POST", "/", &[], &envelope(method, &params));
        let answer =
            String::from_utf8(Wire::send(host.addr, &bytes).await.answer("POST").await.body).unwrap();
        assert!(answer.contains(r#""error":"#), "{method} {params}: {answer}");
    }
    for (verb, path, body) in misplaced_rest() {
        let answer = crate::rest::rest(&host, verb, path, &body).await;
        assert!((400..500).contains(&answer.status), "{verb} {path} {body}");
    }
    send_what_is_no_call(&host).await;
    assert!(!logged.lines_with("a call was refused").is_empty());
    // Each once is enough to see what leaks.
    let leaks: BTreeSet<_> =
        [SECRET, &NUMBER.to_string()].into_iter().flat_map(|secret| logged.lines_with(secret)).collect();
    assert_eq!(leaks, BTreeSet::new());
}

/// All that this library says on this thread, down to the last detail.
#[derive(Clone, Default)]
pub(crate) struct Logged(Arc<Mutex<Vec<String>>>);

impl Logged {
    /// Of what runs on one thread, which is all that a test of tokio's does unless it asks for more, and as long as the
    /// guard lives.
    pub(crate) fn here() -> (Self, DefaultGuard) {
        let logged = Self::default();
        (logged.clone(), tracing::subscriber::set_default(logged))
    }

    pub(crate) fn lines_with(&self, what: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| line.contains(what)).cloned().collect()
    }

    fn note(&self, of: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {} {}", of.level(), of.target(), of.name()));
        record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }
}

impl Subscriber for Logged {
    fn enabled(&self, of: &Metadata<'_>) -> bool {
        of.target().starts_with("a2a")
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        self.note(span.metadata(), |line| span.record(line));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line("recorded".to_owned());
        values.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        self.note(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// A line of a log, with its fields, and errors with what is behind them.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        write!(self.0, " {}=", field.name()).unwrap();
        let mut next = Some(error);
        while let Some(error) = next {
            write!(self.0, "{error}: ").unwrap();
            next = error.source();
        }
    }
}
