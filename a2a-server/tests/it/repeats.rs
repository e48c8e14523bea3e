//! Sends that are made again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use a2a_core::{
    AgentCard, AgentExtension, CallParams, Caller, CallerKind, CancelTaskRequest, Error, ErrorKind,
    IDEMPOTENCY_EXTENSION, ListTasksRequest, Message, Operations, Part, SendMessageRequest,
    SendMessageResponse, Task, TaskId,
};
use a2a_server::{
    AgentExecutor, ExecutorError, Limits, RequestContext, Responder, Server, ServerHandle,
    contract::fixture::Numbers, executor_fn, log::MemoryLog,
};
use futures_util::future::BoxFuture;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    agents::{Gate, signal},
    support::{Wire, card, envelope, host, id, request, said, says, says_to, serve, short, soon, state},
};

/// How often an agent ran.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// Tells its task, waits for the gate, and then does what its message says.
fn gated(runs: &Runs, gate: &Gate) -> (impl AgentExecutor + use<>, UnboundedReceiver<TaskId>) {
    let (tell, told) = signal();
    let (runs, gate) = (runs.clone(), gate.clone());
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        runs.0.fetch_add(1, Ordering::SeqCst);
        let _ = tell.send(cx.task_id.clone());
        gate.pass().await;
        match cx.message.text().as_str() {
            "refuse" => Err(ExecutorError::refuse(Error::new(ErrorKind::ContentTypeNotSupported, "no"))),
            "panic" => panic!("as it was told"),
            "ask" => Ok(out.task().await?.input_required("more?").await?),
            "task" => Ok(out.task().await?.complete_with("done").await?),
            text => Ok(out.message(text).await?),
        }
    });
    (agent, told)
}

fn open_gate() -> Gate {
    let gate = Gate::new();
    (0..1_000).for_each(|_| gate.open());
    gate
}

/// A server without a network.
fn handle(agent: impl AgentExecutor, limits: Limits, log: MemoryLog) -> ServerHandle {
    Server::builder(card(), agent).allow_anonymous().limits(limits).store(log).build().unwrap().handle()
}

fn ann(handle: &ServerHandle) -> impl Operations + use<> {
    handle.operations(Caller::new(CallerKind::User, "ann"))
}

fn message(text: &str) -> SendMessageRequest {
    Message::user(format!("m-{text}").parse().unwrap(), text).into()
}

fn with_key(key: &str) -> CallParams {
    let mut with = CallParams::default();
    with.idempotency_key = Some(key.to_owned());
    with
}

async fn send(to: &impl Operations, text: &str) -> SendMessageResponse {
    soon(to.send_message(CallParams::default(), message(text))).await.unwrap()
}

/// A send that has reached its server.
async fn sent<'a>(to: &'a impl Operations, text: &str) -> BoxFuture<'a, Result<SendMessageResponse, Error>> {
    let mut sending = to.send_message(CallParams::default(), message(text));
    std::future::poll_fn(|cx| {
        assert!(sending.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    sending
}

fn made(response: &SendMessageResponse) -> &Task {
    response.task().expect("a task")
}

/// The result of a call, or the first one of a stream.
async fn result(wire: Wire) -> Value {
    let answer = String::from_utf8(wire.answer("POST").await.body).unwrap();
    let json = answer.lines().find_map(|line| line.strip_prefix("data: ")).unwrap_or(&answer);
    serde_json::from_str::<Value>(json).unwrap()["result"].clone()
}

#[tokio::test]
async fn who_is_known_needs_no_key_and_who_is_not_does() {
    let runs = Runs::default();
    let (agent, _told) = gated(&runs, &open_gate());
    let handle = handle(agent, short(), MemoryLog::new());
    let ann = ann(&handle);
    let first = send(&ann, "task").await;
    assert_eq!(send(&ann, "task").await, first);
    assert_eq!(runs.count(), 1);
    let nobody = handle.operations(Caller::anonymous());
    let first = send(&nobody, "task").await;
    assert_ne!(made(&send(&nobody, "task").await).id, made(&first).id);
    let again = async || nobody.send_message(with_key("k"), message("task")).await.unwrap();
    assert_eq!(again().await, again().await);
    assert_eq!(runs.count(), 4);
}

#[tokio::test]
async fn whatever_the_agent_would_see_differently_is_another_send() {
    let runs = Runs::default();
    let (agent, _told) = gated(&runs, &open_gate());
    let handle = handle(agent, short(), MemoryLog::new());
    let (ann, bob) = (ann(&handle), handle.operations(Caller::new(CallerKind::User, "bob")));
    let request = || message("task");
    let change = |change: &dyn Fn(&mut SendMessageRequest)| {
        let mut request = request();
        change(&mut request);
        request
    };
    let different = [
        request(),
        change(&|request| request.message.message_id = "other".parse().unwrap()),
        change(&|request| request.message.context_id = Some("ours".parse().unwrap())),
        change(&|request| request.message.parts.push(Part::text("more"))),
        change(&|request| drop(request.message.metadata.insert("a".to_owned(), json!(1)))),
        change(&|request| drop(request.metadata.insert("a".to_owned(), json!(1)))),
        change(&|request| request.tenant = Some("acme".parse().unwrap())),
        change(&|request| request.configuration.accepted_output_modes = vec!["a".into(), "b".into()]),
        change(&|request| request.configuration.accepted_output_modes = vec!["ab".into()]),
    ];
    for request in &different {
        for with in [CallParams::default(), with_key("k"), with_key(&"k".repeat(10_000))] {
            ann.send_message(with, request.clone()).await.unwrap();
        }
    }
    bob.send_message(CallParams::default(), request()).await.unwrap();
    assert_eq!(runs.count(), different.len() * 3 + 1);
    let alike = change(&|request| request.configuration.history_length = Some(0));
    ann.send_message(CallParams::default(), alike).await.unwrap();
    assert_eq!(runs.count(), different.len() * 3 + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_at_once_are_one_run_and_all_get_its_answer() {
    for text in ["a message", "task", "ask", "panic"] {
        let (runs, gate) = (Runs::default(), Gate::new());
        let (agent, mut told) = gated(&runs, &gate);
        let host = host(agent).await;
        let mut wires = Vec::new();
        for n in 0..100 {
            let configuration = json!({ "returnImmediately": n % 3 == 1 });
            let params = json!({ "message": says(text), "configuration": configuration });
            let method = if n % 3 == 2 { "SendStreamingMessage" } else { "SendMessage" };
            let bytes = request("POST", "/", &[("idempotency-key", "k")], &envelope(method, &params));
            wires.push(Wire::send(host.addr, &bytes).await);
        }
        let task = soon(told.recv()).await.unwrap();
        gate.open();
        for wire in wires {
            let result = result(wire).await;
            if result["message"].is_object() {
                assert_eq!(result["message"]["parts"], json!([{ "text": text }]));
            } else {
                assert_eq!(result["task"]["id"], task.as_str(), "{result}");
            }
        }
        assert_eq!(runs.count(), 1, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_come_and_leave_each_key_has_one_run_and_one_answer() {
    const KEYS: u64 = 40;
    for seed in 1..=3 {
        let (runs, gate) = (Runs::default(), Gate::new());
        let (agent, _told) = gated(&runs, &gate);
        let host = host(agent).await;
        let mut numbers = Numbers::from(seed);
        let mut waiting = Vec::new();
        for _ in 0..400 {
            let (key, leaves, streams) = (numbers.below(KEYS), numbers.below(3) == 0, numbers.below(4) == 0);
            let text = if key % 2 == 0 { "task" } else { "a message" };
            let method = if streams { "SendStreamingMessage" } else { "SendMessage" };
            let key = format!("key {key}");
            let body = envelope(method, &json!({ "message": says(text) }));
            let wire = request("POST", "/", &[("idempotency-key", &key)], &body);
            let wire = Wire::send(host.addr, &wire).await;
            if leaves {
                drop(wire);
            } else {
                waiting.push((key, wire));
            }
            if numbers.below(8) == 0 {
                gate.open();
            }
        }
        (0..KEYS).for_each(|_| gate.open());
        let mut answers = std::collections::BTreeMap::new();
        for (key, wire) in waiting {
            let result = result(wire).await;
            let got = if result["task"].is_object() {
                &result["task"]["id"]
            } else {
                &result["message"]["messageId"]
            };
            let got = got.as_str().unwrap().to_owned();
            assert_eq!(*answers.entry(key).or_insert_with(|| got.clone()), got, "seed {seed}");
        }
        assert!(runs.count() <= usize::try_from(KEYS).unwrap(), "{} runs, seed {seed}", runs.count());
        assert!(runs.count() >= answers.len());
    }
}

#[tokio::test]
async fn a_stream_joins_a_blocking_send_and_the_other_way_round() {
    let (runs, gate) = (Runs::default(), Gate::new());
    let (agent, mut told) = gated(&runs, &gate);
    let host = host(agent).await;
    let key = [("idempotency-key", "k")];
    let params = json!({ "message": says("ask") });
    let bytes = request("POST", "/", &key, &envelope("SendMessage", &params));
    let blocking = || Wire::send(host.addr, &bytes);
    let first = blocking().await;
    let task = soon(told.recv()).await.unwrap();
    // Its grace passes, for the agent has not chosen: so the task is opened, for the first one, too.
    let mut stream = host.open(&key, "SendStreamingMessage", params.clone()).await;
    assert_eq!(stream.brief().await, "task SUBMITTED");
    let second = blocking().await;
    gate.open();
    assert_eq!(stream.briefs().await, ["INPUT_REQUIRED"]);
    for wire in [first, second] {
        let answer = wire.answer("POST").await.json();
        let answer = &answer["result"]["task"];
        assert_eq!((id(answer), state(answer), said(answer)), (task.as_str(), "INPUT_REQUIRED", "more?"));
    }
    assert_eq!(host.open(&key, "SendStreamingMessage", params).await.briefs().await, ["task INPUT_REQUIRED"]);
    assert_eq!(runs.count(), 1);
}

#[tokio::test]
async fn a_repeated_stream_begins_with_the_task_whatever_its_cursor() {
    let (agent, _told) = gated(&Runs::default(), &open_gate());
    let host = host(agent).await;
    let params = json!({ "message": says("task") });
    let first = host.open(&[("idempotency-key", "k")], "SendStreamingMessage", params.clone()).await;
    let cursor = { first }.rest().await[0].id.clone().unwrap();
    for cursor in [cursor.as_str(), "a2a-log:99", "theirs"] {
        let headers = [("idempotency-key", "k"), ("last-event-id", cursor)];
        let mut again = host.open(&headers, "SendStreamingMessage", params.clone()).await;
        assert_eq!(again.briefs().await, ["task COMPLETED"]);
    }
}

#[tokio::test]
async fn the_one_who_joins_has_the_task_when_the_first_has_left() {
    let (runs, gate) = (Runs::default(), Gate::new());
    let (agent, mut told) = gated(&runs, &gate);
    let host = host(agent).await;
    let body = envelope("SendMessage", &json!({ "message": says("a message") }));
    let bytes = request("POST", "/", &[("idempotency-key", "k")], &body);
    let first = Wire::send(host.addr, &bytes).await;
    let task = soon(told.recv()).await.unwrap();
    let second = Wire::send(host.addr, &bytes).await;
    drop(first);
    // Only a run that was left to itself has opened its task before it has chosen.
    while host.call("ListTasks", json!({})).await["totalSize"] == 0 {}
    let third = Wire::send(host.addr, &bytes).await;
    gate.open();
    for wire in [second, third] {
        let answer = wire.answer("POST").await.json();
        let answer = &answer["result"]["task"];
        assert_eq!((id(answer), state(answer), said(answer)), (task.as_str(), "COMPLETED", "a message"));
    }
    assert_eq!(runs.count(), 1);
}

#[tokio::test]
async fn a_refusal_is_for_all_who_wait_and_for_nobody_later() {
    let (runs, gate) = (Runs::default(), Gate::new());
    let (agent, _told) = gated(&runs, &gate);
    let handle = handle(agent, short(), MemoryLog::new());
    let ann = ann(&handle);
    let (first, second) = (sent(&ann, "refuse").await, sent(&ann, "refuse").await);
    gate.open();
    for sending in [first, second] {
        assert_eq!(soon(sending).await.unwrap_err().message(), "no");
    }
    assert_eq!(runs.count(), 1);
    let third = sent(&ann, "refuse").await;
    gate.open();
    assert_eq!(soon(third).await.unwrap_err().message(), "no");
    assert_eq!(runs.count(), 2);
}

#[tokio::test]
async fn a_task_that_is_canceled_or_drained_is_so_for_all_who_wait() {
    for drains in [false, true] {
        let (runs, gate) = (Runs::default(), Gate::new());
        let (agent, mut told) = gated(&runs, &gate);
        let handle = handle(agent, short(), MemoryLog::new());
        let ann = ann(&handle);
        let (first, second) = (sent(&ann, "hi").await, sent(&ann, "hi").await);
        let task = soon(told.recv()).await.unwrap();
        if drains {
            let drained = tokio::spawn({
                let handle = handle.clone();
                async move { handle.drain().await }
            });
            while ann.list_tasks(CallParams::default(), ListTasksRequest::default()).await.unwrap().total_size
                == 0
            {
                tokio::task::yield_now().await;
            }
            gate.open();
            soon(drained).await.unwrap();
        } else {
            let canceled = ann.cancel_task(CallParams::default(), CancelTaskRequest::new(task.clone()));
            soon(canceled).await.unwrap();
        }
        let (first, second) = (soon(first).await.unwrap(), soon(second).await.unwrap());
        assert_eq!(made(&first).id, task);
        assert_eq!(made(&first).status.state.to_string().ends_with("CANCELED"), !drains);
        assert_eq!(first, second);
        assert_eq!(runs.count(), 1);
    }
}

#[tokio::test]
async fn two_replicas_that_get_the_same_send_make_one_task() {
    let (runs, gate, log) = (Runs::default(), Gate::new(), MemoryLog::new());
    let replica = || {
        let (agent, told) = gated(&runs, &gate);
        (ann(&handle(agent, short(), log.clone())), told)
    };
    let ((here, mut told), (there, mut told_there)) = (replica(), replica());
    let (first, second) = (sent(&here, "task").await, sent(&there, "task").await);
    soon(told.recv()).await.unwrap();
    soon(told_there.recv()).await.unwrap();
    gate.open();
    gate.open();
    let (first, second) = (soon(first).await.unwrap(), soon(second).await.unwrap());
    assert_eq!(first, second);
    assert_eq!(runs.count(), 2);
    // From then on the log knows, before anything runs.
    assert_eq!(send(&here, "task").await, first);
    assert_eq!(send(&there, "task").await, first);
    assert_eq!(runs.count(), 2);
}

#[tokio::test]
async fn a_turn_is_taken_once_and_answered_as_often_as_it_is_sent() {
    let runs = Runs::default();
    let (agent, _told) = gated(&runs, &open_gate());
    let host = host(agent).await;
    let task = host.send(says("ask")).await;
    let params = json!({ "message": says_to(id(&task), "ask") });
    let bytes = request("POST", "/", &[("idempotency-key", "k")], &envelope("SendMessage", &params));
    let mut wires = Vec::new();
    for _ in 0..20 {
        wires.push(Wire::send(host.addr, &bytes).await);
    }
    for wire in wires {
        let answer = wire.answer("POST").await.json();
        assert_eq!(state(&answer["result"]["task"]), "INPUT_REQUIRED");
    }
    let streamed =
        host.open(&[("idempotency-key", "k")], "SendStreamingMessage", params).await.briefs().await;
    assert_eq!((streamed.as_slice(), runs.count()), (["task INPUT_REQUIRED".to_owned()].as_slice(), 2));
    // What ended the task is no less safe to repeat.
    let last = json!({ "message": says_to(id(&task), "task") });
    let last = async || host.call_with(&[("idempotency-key", "k")], "SendMessage", last.clone()).await;
    let first = last().await;
    assert_eq!(state(&first["result"]["task"]), "COMPLETED");
    assert_eq!((last().await, runs.count()), (first, 3));
}

#[tokio::test(start_paused = true)]
async fn answers_without_a_task_are_remembered_within_their_limits() {
    let runs = Runs::default();
    let limits = |count, bytes| Limits::new().with_answers(count, bytes, Duration::from_secs(60));
    let long = "long".repeat(1_000);
    for (limits, texts, remembered) in [
        (limits(2, 1 << 20), ["one", "two", "three"], [false, true, true]),
        (limits(9, 1 << 20), ["one", "two", "three"], [true, true, true]),
        (limits(9, 6_000), ["one", &long, "three"], [false, true, true]),
        (limits(9, 2_000), ["one", &long, "three"], [true, false, true]),
        (limits(0, 1 << 20), ["one", "two", "three"], [false, false, false]),
    ] {
        let (agent, _told) = gated(&runs, &open_gate());
        let ann = ann(&handle(agent, limits, MemoryLog::new()));
        let mut answers = Vec::new();
        for text in texts {
            answers.push(send(&ann, text).await);
        }
        // From the last to the first, for what isn't remembered takes the place of something else.
        for (n, text) in texts.into_iter().enumerate().rev() {
            assert_eq!(send(&ann, text).await == answers[n], remembered[n], "{n} of {remembered:?}");
        }
    }
    let (agent, _told) = gated(&runs, &open_gate());
    let ann = ann(&handle(agent, limits(9, 1 << 20), MemoryLog::new()));
    let first = send(&ann, "one").await;
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(send(&ann, "one").await, first);
    tokio::time::advance(Duration::from_secs(1)).await;
    let second = send(&ann, "one").await;
    assert_ne!(second, first);
    assert_eq!(send(&ann, "one").await, second);
}

#[tokio::test]
async fn the_card_says_that_sends_are_safe_to_repeat() {
    let (agent, _told) = gated(&Runs::default(), &open_gate());
    let host = serve(Server::builder(card(), agent).allow_anonymous()).await;
    let card = host.http("GET", "/.well-known/agent-card.json", &[], b"").await.json();
    let said = idempotency(&card);
    assert_eq!(said.len(), 1);
    assert!(said[0]["description"].is_string() && said[0]["required"].is_null(), "{said:?}");
}

#[tokio::test]
async fn a_card_that_says_so_already_is_not_told_twice() {
    let mut says_so = card();
    says_so.capabilities.extensions.push(AgentExtension::new(IDEMPOTENCY_EXTENSION));
    let served = served_card(says_so.clone()).await;
    assert_eq!(idempotency(&served), idempotency(&serde_json::to_value(&says_so).unwrap()));
}

/// What a card says of it.
fn idempotency(card: &Value) -> Vec<Value> {
    let extensions = card["capabilities"]["extensions"].as_array().unwrap().iter();
    extensions.filter(|extension| extension["uri"] == IDEMPOTENCY_EXTENSION).cloned().collect()
}

#[tokio::test]
async fn a_signed_card_is_served_as_it_was_signed() {
    let mut signed = card();
    let signature = serde_json::from_value(json!({ "protected": "e30", "signature": "e30" }));
    signed.signatures.push(signature.unwrap());
    assert_eq!(served_card(signed.clone()).await, serde_json::to_value(&signed).unwrap());
}

async fn served_card(card: AgentCard) -> Value {
    let (agent, _told) = gated(&Runs::default(), &open_gate());
    let host = serve(Server::builder(card, agent).allow_anonymous()).await;
    host.http("GET", "/.well-known/agent-card.json", &[], b"").await.json()
}
