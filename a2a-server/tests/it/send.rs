//! Sending and waiting.

use a2a_core::TaskState;
use a2a_server::{ExecutorError, RequestContext, Responder, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, asks, echo, patient, signal},
    support::{card, host, id, output, said, says, says_to, serve, soon, state},
};

#[tokio::test]
async fn a_blocking_send_answers_the_ended_task_with_all_it_has() {
    let host = host(echo()).await;
    let task = host.send(says("hello")).await;
    assert_eq!((state(&task), output(&task).as_str()), ("COMPLETED", "hello"));
    let asked = json!([{
        "messageId": "m-hello", "contextId": task["contextId"], "taskId": task["id"],
        "role": "ROLE_USER", "parts": [{ "text": "hello" }],
    }]);
    assert_eq!(task["history"], asked);
    assert_eq!(host.get(id(&task)).await, task);
}

#[tokio::test]
async fn a_message_is_answered_as_it_is_in_every_mode() {
    let host = host(executor_fn(async |cx, out| Ok(out.message(cx.message.text()).await?))).await;
    for immediately in [false, true] {
        let params = json!({ "message": says("hi"), "configuration": { "returnImmediately": immediately } });
        let result = host.call("SendMessage", params).await;
        let message = &result["message"];
        assert_eq!(result.as_object().unwrap().len(), 1);
        assert_eq!((&message["role"], &message["parts"]), (&json!("ROLE_AGENT"), &json!([{ "text": "hi" }])));
        assert!(message["contextId"].is_string() && message["taskId"].is_null(), "{message}");
    }
}

#[tokio::test]
async fn an_answer_without_words_is_a_task_that_completes() {
    let host = host(executor_fn(async |_, out| Ok(out.message("").await?))).await;
    let task = host.send(says("hi")).await;
    assert_eq!((state(&task), &task["status"]["message"]), ("COMPLETED", &Value::Null));
}

#[tokio::test]
async fn a_blocking_send_returns_when_the_agent_asks_for_input() {
    let host = host(asks()).await;
    let task = host.send(says("who")).await;
    assert_eq!((state(&task), said(&task)), ("INPUT_REQUIRED", "who?"));
    assert_eq!(task["status"]["message"]["taskId"], task["id"]);
}

#[tokio::test]
async fn a_blocking_send_returns_when_a_credential_is_needed_and_the_run_goes_on() {
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.auth_required("sign in").await?;
        passed.pass().await;
        Ok(task.complete_with("signed in").await?)
    }))
    .await;
    let task = host.send(says("go")).await;
    assert_eq!((state(&task), said(&task)), ("AUTH_REQUIRED", "sign in"));
    let mut rest = host.subscribe(id(&task)).await;
    assert_eq!(rest.brief().await, "task AUTH_REQUIRED");
    gate.open();
    assert_eq!(rest.briefs().await, ["COMPLETED"]);
}

#[tokio::test]
async fn a_send_that_returns_immediately_gets_the_open_task() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let task = host.start(says("go")).await;
    assert!(["SUBMITTED", "WORKING"].contains(&state(&task)), "{task}");
    let mut rest = host.subscribe(id(&task)).await;
    rest.next().await;
    gate.open();
    assert_eq!(rest.briefs().await.last().unwrap(), "COMPLETED");
}

#[tokio::test]
async fn history_is_as_long_as_was_asked_for() {
    let host = host(asks()).await;
    let first = host.send(says("one")).await;
    host.send(says_to(id(&first), "two")).await;
    let texts = |task: &Value| {
        let history = task["history"].as_array().cloned().unwrap_or_default();
        history.iter().map(|said| said["parts"][0]["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = ["one", "one?", "two"];
    for (length, expected) in
        [(json!(0), &all[3..]), (json!(2), &all[1..]), (json!(9), &all), (Value::Null, &all)]
    {
        let task = host.call("GetTask", json!({ "id": first["id"], "historyLength": length })).await;
        assert_eq!(texts(&task), expected);
    }
    let params = json!({ "message": says("new"), "configuration": { "historyLength": 0 } });
    let fresh = host.call("SendMessage", params).await;
    assert!(fresh["task"].get("history").is_none(), "{fresh}");
}

#[tokio::test]
async fn the_answer_to_a_follow_up_has_as_much_of_the_newest_history_as_was_asked_for() {
    let host = host(asks()).await;
    let texts = |task: &Value| {
        let history = task["history"].as_array().unwrap().iter();
        history.map(|said| said["parts"][0]["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (length, expected) in [(1, &["two"][..]), (2, &["one?", "two"]), (9, &["one", "one?", "two"])] {
        let follow_up = async || {
            let first = host.send(says("one")).await;
            let configuration = json!({ "historyLength": length });
            json!({ "message": says_to(id(&first), "two"), "configuration": configuration })
        };
        let waited = host.call("SendMessage", follow_up().await).await;
        assert_eq!(texts(&waited["task"]), expected, "{length}");
        let mut params = follow_up().await;
        params["configuration"]["returnImmediately"] = true.into();
        assert_eq!(texts(&host.call("SendMessage", params).await["task"]), expected, "{length}");
        let mut stream = host.open(&[], "SendStreamingMessage", follow_up().await).await;
        let begun = stream.next().await.unwrap().answer["result"]["task"].clone();
        assert_eq!(texts(&begun), expected, "{length}");
    }
}

#[tokio::test]
async fn contexts_are_kept_inferred_and_minted() {
    let host = host(asks()).await;
    let mut named = says("one");
    named["contextId"] = "ours".into();
    let task = host.send(named.clone()).await;
    assert_eq!(task["contextId"], "ours");
    assert_eq!(host.send(says_to(id(&task), "two")).await["contextId"], "ours");
    let other = host.send(named).await;
    assert_eq!(other["contextId"], "ours");
    assert_ne!(other["id"], task["id"]);
    let minted = host.send(says("three")).await;
    assert!(minted["contextId"].as_str().is_some_and(|context| context != "ours"));
    let answered = host.send(says_to(id(&minted), "four")).await;
    for task in [host.get(id(&task)).await, answered] {
        let history = task["history"].as_array().unwrap();
        assert_eq!(history.len(), 3, "a message, an answer, and a message to the task alone");
        for message in history.iter().chain([&task["status"]["message"]]) {
            assert_eq!(
                (&message["contextId"], &message["taskId"]),
                (&task["contextId"], &task["id"]),
                "{message}"
            );
        }
    }
}

#[tokio::test]
async fn ids_are_random() {
    let host = host(asks()).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let task = host.send(says("who")).await;
        let message = &task["status"]["message"];
        ids.extend([&task["id"], &task["contextId"], &message["messageId"]].map(Value::clone));
    }
    for id in &ids {
        let id = id.as_str().unwrap();
        // What marks a UUID of version 4.
        let places = [8, 13, 18, 23, 14].map(|place| id.as_bytes()[place]);
        assert_eq!((id.len(), &places), (36, b"----4"), "{id}");
    }
    let distinct: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "{ids:?}");
}

#[tokio::test]
async fn what_the_request_says_reaches_the_agent() {
    let (tell, mut told) = signal();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let _ = tell.send(cx);
        Ok::<_, ExecutorError>(out.message("ok").await?)
    }))
    .await;
    let mut message = says("hi");
    message["referenceTaskIds"] = json!(["other"]);
    message["metadata"] = json!({ "of": "message" });
    let configuration = json!({ "acceptedOutputModes": ["text/plain"] });
    let params = json!({
        "tenant": "acme", "message": message, "configuration": configuration, "metadata": { "of": "request" },
    });
    host.call("SendMessage", params).await;
    let cx = soon(told.recv()).await.unwrap();
    assert_eq!(cx.tenant.as_ref().map(a2a_core::Tenant::as_str), Some("acme"));
    assert_eq!(cx.accepted_output_modes, ["text/plain"]);
    assert_eq!(cx.request_metadata["of"], "request");
    assert_eq!(cx.message.metadata["of"], "message");
    assert_eq!(cx.message.reference_task_ids[0].as_str(), "other");
    assert_eq!((cx.message.task_id, cx.task), (Some(cx.task_id), None));
}

#[tokio::test]
async fn what_a_follow_up_says_reaches_the_agent() {
    let (tell, mut told) = signal();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let _ = tell.send(cx);
        Ok::<_, ExecutorError>(out.task().await?.input_required("more?").await?)
    }))
    .await;
    let send = async |message: Value, mode: &str, number: u32| {
        let configuration = json!({ "acceptedOutputModes": [mode] });
        let metadata = json!({ "number": number });
        let params = json!({ "message": message, "configuration": configuration, "metadata": metadata });
        host.call("SendMessage", params).await["task"].clone()
    };
    let first = send(says("one"), "text/plain", 1).await;
    let mut message = says_to(id(&first), "two");
    message["referenceTaskIds"] = json!(["other"]);
    message["metadata"] = json!({ "of": "message" });
    send(message, "image/png", 2).await;
    let before = soon(told.recv()).await.unwrap();
    let cx = soon(told.recv()).await.unwrap();
    assert_eq!(
        (before.accepted_output_modes, cx.accepted_output_modes),
        (vec!["text/plain".to_owned()], vec!["image/png".to_owned()])
    );
    assert_eq!((&before.request_metadata["number"], &cx.request_metadata["number"]), (&json!(1), &json!(2)));
    assert_eq!(cx.message.metadata["of"], "message");
    assert_eq!(cx.message.reference_task_ids[0].as_str(), "other");
    assert_eq!((cx.task_id.as_str(), cx.task.is_some()), (id(&first), true));
}

#[tokio::test]
async fn a_refused_request_leaves_no_task() {
    let refuse = a2a_core::Error::new(a2a_core::ErrorKind::ContentTypeNotSupported, "only text");
    let host = host(executor_fn(async move |_, _out| Err(ExecutorError::refuse(refuse)))).await;
    for immediately in [false, true] {
        let params = json!({ "message": says("hi"), "configuration": { "returnImmediately": immediately } });
        assert_eq!(host.error("SendMessage", params).await, (-32005, "only text".to_owned()));
    }
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 0);
}

#[tokio::test]
async fn a_repeated_key_leads_to_the_same_task() {
    let host = host(echo()).await;
    let params = json!({ "message": says("once") });
    let send = async |key: &str, params: &Value| {
        host.call_with(&[("idempotency-key", key)], "SendMessage", params.clone()).await["result"]["task"]
            .clone()
    };
    let first = send("k1", &params).await;
    assert_eq!(send("k1", &params).await, first);
    let streamed =
        host.open(&[("idempotency-key", "k1")], "SendStreamingMessage", params.clone()).await.rest().await;
    assert_eq!(streamed[0].answer["result"]["task"], first);
    assert_ne!(send("k2", &params).await["id"], first["id"]);
    assert_ne!(send("k1", &json!({ "message": says("twice") })).await["id"], first["id"]);
    assert_ne!(host.send(says("once")).await["id"], first["id"]);
}

#[tokio::test]
async fn a_server_that_always_has_a_task_opens_it_before_the_agent_chooses() {
    let builder = a2a_server::Server::builder(
        card(),
        executor_fn(async |_, out: Responder| {
            tokio::task::yield_now().await;
            Ok(out.message("late").await?)
        }),
    );
    let host = serve(builder.allow_anonymous().always_task()).await;
    assert_eq!(host.stream(says("hi")).await.briefs().await, ["task SUBMITTED", "COMPLETED"]);
}

#[tokio::test]
async fn the_four_ends_are_answered_as_they_are() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        let ended = match cx.message.text().as_str() {
            "complete" => task.complete_with("end").await,
            "fail" => task.fail("end").await,
            "reject" => task.reject("end").await,
            _ => task.canceled("end").await,
        };
        Ok(ended?)
    }))
    .await;
    for (ask, end) in [
        ("complete", TaskState::Completed),
        ("fail", TaskState::Failed),
        ("reject", TaskState::Rejected),
        ("cancel", TaskState::Canceled),
    ] {
        let task = host.send(says(ask)).await;
        assert_eq!(
            (task["status"]["state"].as_str().unwrap(), said(&task)),
            (end.to_string().as_str(), "end")
        );
        let refused = host.error("SendMessage", json!({ "message": says_to(id(&task), "more") })).await;
        assert_eq!(refused, (-32004, "The task has ended and takes nothing any more".to_owned()));
        assert_eq!(
            host.error("CancelTask", json!({ "id": task["id"] })).await,
            (-32002, "The task has ended".to_owned())
        );
        let refused = host.subscribe(id(&task)).await.next().await.unwrap();
        assert_eq!(refused.answer["error"]["code"], -32004);
        assert_eq!(host.get(id(&task)).await, task);
    }
}
