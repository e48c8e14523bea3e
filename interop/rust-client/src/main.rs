//! What the official SDK for Rust, `a2a-client-lf` with `a2a-grpc`, does with an agent.
//!
//! `rust-client URL BINDING VERSION` runs the checks side by side against the agent whose card is under the URL, and
//! prints a line of JSON for each. Options: `--webhook-host HOST`, under which the agent reaches this program, and
//! `--only CHECK,…`. The SDK speaks version 1.0 alone.

mod checks;
mod expect;
mod peer;
mod webhook;

use std::time::Duration;

use serde::Serialize;
use tokio::time::timeout;

use crate::{
    checks::{CHECKS, Check},
    peer::Target,
};

/// What a check may take. The slowest waits for a task that the agent ends after four seconds.
const TIME_LIMIT: Duration = Duration::from_secs(30);

#[derive(Serialize)]
struct Line {
    check: &'static str,
    result: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

impl Line {
    fn failed(check: Check, detail: String) -> Self {
        Self { check: check.name(), result: "failed", detail }
    }
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, binding, version, options @ ..] = &arguments[..] else {
        eprintln!(
            "usage: rust-client URL JSONRPC|HTTP+JSON|GRPC 1.0|0.3 [--webhook-host HOST] [--only CHECK,…]"
        );
        std::process::exit(2);
    };
    let option = |name: &str| options.windows(2).find(|pair| pair[0] == name).map(|pair| pair[1].as_str());
    let only = option("--only").map(|names| names.split(',').collect::<Vec<_>>());
    let target = Target {
        url: url.clone(),
        binding: binding.clone(),
        version: version.clone(),
        webhook_host: option("--webhook-host").unwrap_or("127.0.0.1").to_owned(),
    };

    let chosen =
        CHECKS.into_iter().filter(|check| only.as_ref().is_none_or(|only| only.contains(&check.name())));
    let running: Vec<_> = chosen.map(|check| (check, tokio::spawn(run(check, target.clone())))).collect();
    for (check, running) in running {
        let line = running.await.unwrap_or_else(|panic| Line::failed(check, panic.to_string()));
        println!("{}", serde_json::to_string(&line).expect("a line is JSON"));
    }
}

async fn run(check: Check, target: Target) -> Line {
    if target.version != "1.0" {
        let detail = format!("version {} isn't spoken", target.version);
        return Line { check: check.name(), result: "not offered", detail };
    }
    match timeout(TIME_LIMIT, check.run(&target)).await {
        Ok(Ok(())) => Line { check: check.name(), result: "passed", detail: String::new() },
        Ok(Err(error)) => Line::failed(check, error.to_string()),
        Err(_) => Line::failed(check, format!("not done after {} s", TIME_LIMIT.as_secs())),
    }
}
