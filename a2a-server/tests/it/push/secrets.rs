//! What of a webhook is secret, and that no log has it.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{
    pushing, quick, start_with,
    webhook::{Answer, Called, Hook},
};
use crate::{
    agents::{Gate, patient},
    secrets_in_logs::{Logged, SECRET},
    support::{serve, short, soon},
};

#[tokio::test]
async fn what_a_webhook_is_called_with_is_in_no_log_though_it_fails_until_it_is_given_up() {
    let (logged, _scope) = Logged::here();
    let gate = Gate::new();
    let host = serve(pushing(patient(&gate), quick().attempts(2), short())).await;
    let mut hook = Hook::answering([Answer::Status(500), Answer::Status(500)]).await;
    let secret = |url: &str| {
        json!({
            "url": format!("{url}/hook-s3cret?key=s3cret#s3cret"), "token": "token-s3cret",
            "authentication": { "scheme": "Bearer", "credentials": "given-s3cret" },
        })
    };
    start_with(&host, "go", &secret(&hook.url)).await;
    // Nobody has been given that port.
    start_with(&host, "too", &secret("http://127.0.0.1:1")).await;
    gate.open();
    gate.open();
    let called = hook.rest().await;
    soon(host.handle.drain()).await;
    let briefs = called.iter().map(Called::brief).collect::<Vec<_>>();
    assert_eq!(briefs, ["task SUBMITTED", "task SUBMITTED", "WORKING", "COMPLETED"]);
    assert_eq!(called[0].header("authorization"), Some("Bearer given-s3cret"));
    assert_eq!(logged.lines_with("it is tried again").len(), 1 + 3);
    assert_eq!(logged.lines_with("which is given up").len(), 1 + 3);
    assert_eq!(logged.lines_with(SECRET), [""; 0]);
}
