//! The states of a task as one table: what may be done to it in each, and what comes of it.

use a2a_core::Caller;
use a2a_server::{
    ExecutorError, Reason, RequestContext, Responder, SharedExecutor, Stopped, Updates, executor_fn,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    agents::signal,
    stores::over_each_log,
    support::{Host, code, id, said, says, says_to, soon, state},
};

/// In which state a task is, and what comes of: a message, a cancel, a subscription, the word to go on without a
/// message, and the agent's saying WORKING. A live run is marked by `+`.
const TABLE: &[(&str, [&str; 5])] = &[
    ("SUBMITTED+", ["COMPLETED heard", "CANCELED", "task SUBMITTED", "SUBMITTED", "written, then WORKING"]),
    ("WORKING+", ["COMPLETED heard", "CANCELED", "task WORKING", "WORKING", "written, then WORKING"]),
    (
        "AUTH_REQUIRED+",
        ["COMPLETED heard", "CANCELED", "task AUTH_REQUIRED", "WORKING", "written, then WORKING"],
    ),
    (
        "AUTH_REQUIRED",
        ["COMPLETED ran", "CANCELED", "task AUTH_REQUIRED", "COMPLETED", "Ended, then AUTH_REQUIRED"],
    ),
    (
        "INPUT_REQUIRED",
        ["COMPLETED ran", "CANCELED", "task INPUT_REQUIRED", "-32004", "Ended, then INPUT_REQUIRED"],
    ),
    ("COMPLETED", ["-32004", "-32002", "error -32004", "-32004", "Ended, then COMPLETED"]),
    ("FAILED", ["-32004", "-32002", "error -32004", "-32004", "Ended, then FAILED"]),
    ("CANCELED", ["-32004", "-32002", "error -32004", "-32004", "Ended, then CANCELED"]),
    ("REJECTED", ["-32004", "-32002", "error -32004", "-32004", "Ended, then REJECTED"]),
];

/// Brings its task to the state that the message names, and gives the test a hand on it.
fn agent() -> (SharedExecutor, UnboundedReceiver<Updates>) {
    let (tell, told) = signal();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        let wanted = cx.message.text();
        if wanted == "more" || cx.reason == Reason::Resumed {
            return Ok(task.complete_with("ran").await?);
        }
        let _ = tell.send((*task).clone());
        match wanted.as_str() {
            "SUBMITTED+" => task.flush().await?,
            "WORKING+" => task.working("").await?,
            "AUTH_REQUIRED+" => task.auth_required("").await?,
            "AUTH_REQUIRED" => return Ok(task.auth_required("").await?),
            "INPUT_REQUIRED" => return Ok(task.input_required("").await?),
            "COMPLETED" => return Ok(task.complete().await?),
            "FAILED" => return Ok(task.fail("").await?),
            "CANCELED" => return Ok(task.canceled("").await?),
            "REJECTED" => return Ok(task.reject("").await?),
            other => return Err(ExecutorError::failed(other)),
        }
        cx.inbox.next().await;
        Ok(task.complete_with("heard").await?)
    });
    (SharedExecutor::new(agent), told)
}

/// A task in this state, and if no run is to be live, without one.
async fn task_in(host: &Host, wanted: &str) -> Value {
    let began = host.start(says(wanted)).await;
    let (name, live) = wanted.strip_suffix('+').map_or((wanted, false), |name| (name, true));
    if live {
        let mut stream = host.subscribe(id(&began)).await;
        while !stream.brief().await.ends_with(name) {}
    } else {
        soon(host.handle.drain()).await;
    }
    let task = host.get(id(&began)).await;
    assert_eq!(state(&task), name);
    task
}

fn outcome(answer: &Value, task: &Value) -> String {
    if answer["error"].is_null() {
        format!("{} {}", state(task), said(task)).trim_end().to_owned()
    } else {
        code(answer).0.to_string()
    }
}

async fn message(host: &Host, task: &Value) -> String {
    let params = json!({ "message": says_to(id(task), "more") });
    let answer = soon(host.call_with(&[], "SendMessage", params)).await;
    outcome(&answer, &answer["result"]["task"])
}

async fn cancel(host: &Host, task: &Value) -> String {
    let answer = soon(host.call_with(&[], "CancelTask", json!({ "id": task["id"] }))).await;
    let outcome = outcome(&answer, &answer["result"]);
    // What is canceled stays so, and can't be canceled twice.
    if outcome == "CANCELED" {
        assert_eq!(state(&host.get(id(task)).await), "CANCELED");
        assert_eq!(host.error("CancelTask", json!({ "id": task["id"] })).await.0, -32002);
    }
    outcome
}

async fn subscribe(host: &Host, task: &Value) -> String {
    let first = host.subscribe(id(task)).await.next().await.unwrap();
    if first.answer["error"].is_null() { first.brief() } else { format!("error {}", code(&first.answer).0) }
}

async fn resume(host: &Host, task: &Value, live: bool) -> String {
    let named = id(task).parse().unwrap();
    if let Err(error) = soon(host.handle.resume(Caller::anonymous(), &named)).await {
        return error.kind().code().to_string();
    }
    if !live {
        soon(host.handle.drain()).await;
    }
    state(&host.get(id(task)).await).to_owned()
}

async fn say_working(host: &Host, task: &Value, hand: &Updates) -> String {
    let said = match soon(hand.working("")).await {
        Ok(()) => soon(hand.flush()).await.map(|()| "written"),
        Err(stopped) => Err(stopped),
    };
    let said = match said {
        Ok(said) => said.to_owned(),
        Err(stopped @ Stopped::Ended) => format!("{stopped:?}"),
        Err(other) => panic!("{other:?}"),
    };
    format!("{said}, then {}", state(&host.get(id(task)).await))
}

#[tokio::test]
async fn what_may_be_done_to_a_task_in_which_state_and_what_comes_of_it() {
    let (agent, mut hands) = agent();
    for (host, folder) in over_each_log(agent).await {
        let mut found = Vec::new();
        for (wanted, _) in TABLE {
            let mut row = Vec::new();
            for act in 0..5 {
                let task = task_in(&host, wanted).await;
                let hand = soon(hands.recv()).await.unwrap();
                row.push(match act {
                    0 => message(&host, &task).await,
                    1 => cancel(&host, &task).await,
                    2 => subscribe(&host, &task).await,
                    3 => resume(&host, &task, wanted.ends_with('+')).await,
                    _ => say_working(&host, &task, &hand).await,
                });
                // What is left over must not keep the next row from its rest.
                let _ = host.call_with(&[], "CancelTask", json!({ "id": task["id"] })).await;
            }
            found.push((*wanted, row));
        }
        let table = TABLE.iter().map(|(state, row)| (*state, row.map(str::to_owned).to_vec()));
        assert_eq!(found, table.collect::<Vec<_>>(), "in a file: {}", folder.is_some());
    }
}
