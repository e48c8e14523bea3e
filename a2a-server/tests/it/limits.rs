//! What is too much, and what happens then.

use std::time::Duration;

use a2a_core::{
    CallParams, Caller, CallerKind, CancelTaskRequest, Error, ErrorKind, Message, Operations, Part,
    SendMessageRequest, StreamEvent, SubscribeToTaskRequest, TaskId, TaskState,
};
use a2a_server::{
    AgentExecutor, ExecutorError, Limits, RequestContext, Responder, Server, ServerHandle, Stopped,
    executor_fn,
    log::{MemoryLog, Retention},
};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    agents::{Gate, echo, signal, silent},
    support::{card, envelope, host_with, id, said, says, serve, short, soon, state},
};

/// Opens its task and tells it, waits for the gate, and then does what its message says.
fn gated(gate: &Gate) -> (impl AgentExecutor + use<>, UnboundedReceiver<TaskId>) {
    let (tell, told) = signal();
    let gate = gate.clone();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        if cx.message.text() == "refuse" {
            return Err(ExecutorError::refuse(Error::unsupported("no")));
        }
        let task = out.task().await?;
        task.working("at it").await?;
        let _ = tell.send(cx.task_id.clone());
        gate.pass().await;
        match cx.message.text().as_str() {
            "panic" => panic!("as it was told"),
            "ask" => Ok(task.input_required("more?").await?),
            _ => Ok(task.complete().await?),
        }
    });
    (agent, told)
}

fn handle(agent: impl AgentExecutor, limits: Limits) -> ServerHandle {
    Server::builder(card(), agent).allow_anonymous().limits(limits).build().unwrap().handle()
}

fn of(handle: &ServerHandle, name: &str) -> impl Operations + use<> {
    handle.operations(Caller::new(CallerKind::User, name))
}

/// A message that nobody has sent before, to a task if there is one.
fn message(text: &str, task: Option<&TaskId>) -> SendMessageRequest {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let id = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let mut message = Message::user(format!("m{id}").parse().unwrap(), text);
    message.task_id = task.cloned();
    message.into()
}

/// Sends and doesn't wait for the end.
async fn start(to: &impl Operations, text: &str, task: Option<&TaskId>) -> Result<TaskId, Error> {
    let mut request = message(text, task);
    request.configuration.return_immediately = true;
    let sent = soon(to.send_message(CallParams::default(), request)).await?;
    Ok(sent.task().expect("a task").id.clone())
}

async fn stream(to: &impl Operations, text: &str) -> Result<a2a_core::Events, Error> {
    soon(to.send_streaming_message(CallParams::default(), message(text, None))).await
}

fn exhausted(error: &Error) -> (ErrorKind, String) {
    (error.kind(), error.message().to_owned())
}

const TOO_MANY_RUNS: &str = "A caller may have 2 runs at once; try again when one of yours has ended";
const TOO_MANY_STREAMS: &str =
    "A caller may have 2 open streams at once; try again when one of yours has ended";

/// Waits until this caller may start runs up to its limit again, and then uses them up.
async fn two_more(to: &impl Operations) {
    for _ in 0..2 {
        while let Err(error) = start(to, "go", None).await {
            assert_eq!(exhausted(&error), (ErrorKind::ResourceExhausted, TOO_MANY_RUNS.to_owned()));
            tokio::task::yield_now().await;
        }
    }
    let error = start(to, "go", None).await.unwrap_err();
    assert_eq!(exhausted(&error), (ErrorKind::ResourceExhausted, TOO_MANY_RUNS.to_owned()));
}

#[tokio::test]
async fn a_message_has_no_more_parts_than_it_may() {
    let host = host_with(echo(), short().with_max_parts(3)).await;
    let mut message = says("a");
    message["parts"] = json!([{ "text": "a" }, { "text": "b" }, { "text": "c" }]);
    assert_eq!(state(&host.send(message.clone()).await), "COMPLETED");
    message["parts"].as_array_mut().unwrap().push(json!({ "text": "d" }));
    for method in ["SendMessage", "SendStreamingMessage"] {
        let body = envelope(method, &json!({ "message": message }));
        let answer = String::from_utf8(host.http("POST", "/", &[], &body).await.body).unwrap();
        assert!(answer.contains("must have at most 3 parts, not 4") && answer.contains("-32602"), "{answer}");
    }
    let here = host.handle.operations(Caller::anonymous());
    let mut request = self::message("a", None);
    request.message.parts = vec![Part::text("x"); 4];
    let error = here.send_message(CallParams::default(), request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidParams);
}

#[tokio::test]
async fn a_caller_has_no_more_runs_than_it_may_however_they_end() {
    for end in ["go", "panic", "ask", "cancel", "leave", "refuse"] {
        let gate = Gate::new();
        let (agent, mut told) = gated(&gate);
        let handle = handle(agent, short().with_runs_per_caller(2));
        let (ann, bob) = (of(&handle, "ann"), of(&handle, "bob"));
        for _ in 0..2 {
            match end {
                "leave" => {
                    let mut sending = ann.send_message(CallParams::default(), message("go", None));
                    let mut task = std::pin::pin!(told.recv());
                    tokio::select! {
                        _ = &mut sending => panic!("the gate is closed"),
                        task = &mut task => drop(task.unwrap()),
                    }
                }
                "refuse" => assert_eq!(start(&ann, end, None).await.unwrap_err().message(), "no"),
                _ => {
                    let task = start(&ann, end, None).await.unwrap();
                    if end == "cancel" {
                        ann.cancel_task(CallParams::default(), CancelTaskRequest::new(task)).await.unwrap();
                    }
                }
            }
        }
        let live = if ["cancel", "refuse"].contains(&end) { 0 } else { 2 };
        if live == 2 {
            let error = start(&ann, "go", None).await.unwrap_err();
            assert_eq!(exhausted(&error), (ErrorKind::ResourceExhausted, TOO_MANY_RUNS.to_owned()), "{end}");
            assert_eq!(exhausted(&stream(&ann, "go").await.err().unwrap()).1, TOO_MANY_RUNS);
        }
        start(&bob, "go", None).await.unwrap();
        (0..=live).for_each(|_| gate.open());
        two_more(&ann).await;
    }
}

#[tokio::test]
async fn the_run_of_a_follow_up_counts_like_any_other() {
    let gate = Gate::new();
    let (agent, _told) = gated(&gate);
    let handle = handle(agent, short().with_runs_per_caller(2));
    let ann = of(&handle, "ann");
    gate.open();
    let asked = ann.send_message(CallParams::default(), message("ask", None)).await.unwrap();
    let paused = asked.task().unwrap().id.clone();
    start(&ann, "go", None).await.unwrap();
    start(&ann, "ask", Some(&paused)).await.unwrap();
    let error = start(&ann, "ask", Some(&paused)).await.unwrap_err();
    assert_eq!(exhausted(&error), (ErrorKind::ResourceExhausted, TOO_MANY_RUNS.to_owned()));
    gate.open();
    gate.open();
    two_more(&ann).await;
}

#[tokio::test]
async fn a_send_that_is_repeated_is_no_further_run() {
    let gate = Gate::new();
    let (agent, _told) = gated(&gate);
    let handle = handle(agent, short().with_runs_per_caller(1));
    let ann = of(&handle, "ann");
    let mut request = message("go", None);
    request.configuration.return_immediately = true;
    let first = ann.send_message(CallParams::default(), request.clone()).await.unwrap();
    assert!(start(&ann, "go", None).await.is_err());
    let second = ann.send_message(CallParams::default(), request.clone()).await.unwrap();
    assert_eq!(second.task().unwrap().id, first.task().unwrap().id);
    gate.open();
    while start(&ann, "go", None).await.is_err() {
        tokio::task::yield_now().await;
    }
    let third = ann.send_message(CallParams::default(), request).await.unwrap();
    assert_eq!(third.task().unwrap().id, first.task().unwrap().id);
}

#[tokio::test]
async fn a_turn_that_is_repeated_is_no_further_run() {
    let gate = Gate::new();
    let (agent, _told) = gated(&gate);
    let handle = handle(agent, short().with_runs_per_caller(1));
    let ann = of(&handle, "ann");
    gate.open();
    let asked = ann.send_message(CallParams::default(), message("ask", None)).await.unwrap();
    let task = asked.task().unwrap().id.clone();
    let mut answer = message("go", Some(&task));
    answer.configuration.return_immediately = true;
    // The run before has its permit until it is gone.
    while let Err(error) = ann.send_message(CallParams::default(), answer.clone()).await {
        assert_eq!(error.kind(), ErrorKind::ResourceExhausted);
        tokio::task::yield_now().await;
    }
    assert!(start(&ann, "go", Some(&task)).await.is_err());
    let again = ann.send_message(CallParams::default(), answer.clone()).await.unwrap();
    assert_eq!(again.task().unwrap().id, task);
    answer.configuration.return_immediately = false;
    let blocking = ann.send_message(CallParams::default(), answer.clone());
    gate.open();
    let ended = soon(blocking).await.unwrap();
    assert_eq!(ended.task().unwrap().status.state, TaskState::Completed);
}

#[tokio::test]
async fn a_caller_has_no_more_open_streams_than_it_may_however_they_end() {
    let gate = Gate::new();
    let (agent, _told) = gated(&gate);
    let handle = handle(agent, short().with_streams_per_caller(2));
    let (ann, bob) = (of(&handle, "ann"), of(&handle, "bob"));
    let subscribe = async |task: &TaskId| {
        soon(ann.subscribe_to_task(CallParams::default(), SubscribeToTaskRequest::new(task.clone()))).await
    };
    let mut first = stream(&ann, "go").await.unwrap();
    let Some(Ok(event)) = first.next().await else { panic!("a task comes first") };
    let StreamEvent::Task(task) = event.event else { panic!("a task comes first") };
    let second = subscribe(&task.id).await.unwrap();
    let full = |error: Error| {
        assert_eq!(exhausted(&error), (ErrorKind::ResourceExhausted, TOO_MANY_STREAMS.to_owned()));
    };
    full(subscribe(&task.id).await.err().unwrap());
    full(stream(&ann, "go").await.err().unwrap());
    drop(stream(&bob, "go").await.unwrap());
    drop(second);
    // One that is refused for another reason isn't open.
    assert_eq!(subscribe(&"absent".parse().unwrap()).await.err().unwrap().kind(), ErrorKind::TaskNotFound);
    let third = subscribe(&task.id).await.unwrap();
    full(subscribe(&task.id).await.err().unwrap());
    gate.open();
    gate.open();
    // One that has come to its end isn't open, whether or not anybody drops it.
    for mut stream in [first, third] {
        while let Some(event) = soon(stream.next()).await {
            event.unwrap();
        }
        std::mem::forget(stream);
    }
    let (_fourth, _fifth) = (stream(&ann, "go").await.unwrap(), stream(&ann, "go").await.unwrap());
    full(stream(&ann, "go").await.err().unwrap());
}

#[tokio::test]
async fn nobody_in_particular_is_not_counted() {
    let (agent, _told) = gated(&Gate::new());
    let handle = handle(agent, short().with_runs_per_caller(1).with_streams_per_caller(1));
    let nobody = handle.operations(Caller::anonymous());
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(stream(&nobody, "go").await.unwrap());
    }
}

#[tokio::test]
async fn a_server_full_of_unfinished_tasks_refuses_further_ones_until_some_end() {
    let gate = Gate::new();
    let (agent, _told) = gated(&gate);
    let builder = Server::builder(card(), agent).allow_anonymous().limits(short());
    let host = serve(builder.store(MemoryLog::with(Retention::new().unfinished(1)))).await;
    let first = host.start(says("one")).await;
    let (code, text) = host.error("SendMessage", json!({ "message": says("two") })).await;
    let full = "The server has as many unfinished tasks as it takes; try again when some have ended";
    assert_eq!((code, text.as_str()), (-32603, full));
    assert_eq!(state(&host.cancel(id(&first)).await), "CANCELED");
    gate.open();
    assert_eq!(state(&host.send(says("three")).await), "COMPLETED");
}

const TOO_LATE: &str = "The agent took longer than a run may take";

fn soon_late() -> Limits {
    short().with_run_deadline(Duration::from_millis(20))
}

#[tokio::test]
async fn an_agent_that_never_ends_is_stopped_at_its_deadline() {
    let host = host_with(silent(), soon_late()).await;
    let task = host.send(says("undecided")).await;
    assert_eq!((state(&task), said(&task)), ("FAILED", TOO_LATE));
    let frames = host.stream(says("go")).await.rest().await;
    assert_eq!(frames.last().unwrap().brief(), "FAILED");
}

#[tokio::test]
async fn an_agent_that_never_stops_writing_learns_that_its_time_is_up() {
    let (tell, mut told) = signal();
    let agent = executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        loop {
            if let Err(stopped) = task.working("busy").await {
                let _ = tell.send(stopped);
                return Err(stopped.into());
            }
        }
    });
    let host = host_with(agent, soon_late()).await;
    let task = host.send(says("go")).await;
    assert_eq!((state(&task), said(&task)), ("FAILED", TOO_LATE));
    assert_eq!(soon(told.recv()).await, Some(Stopped::Deadline));
}

#[tokio::test]
async fn an_agent_whose_time_is_up_may_still_end_its_task() {
    let agent = executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        cx.cancel.canceled().await;
        assert_eq!(task.working("more").await, Err(Stopped::Deadline));
        Ok(task.complete_with("half of it").await?)
    });
    let host = host_with(agent, soon_late().with_cancel_grace(Duration::from_secs(60))).await;
    let task = host.send(says("go")).await;
    assert_eq!((state(&task), said(&task)), ("COMPLETED", "half of it"));
}

#[tokio::test(start_paused = true)]
async fn a_run_that_waits_for_a_credential_has_no_deadline() {
    let gate = Gate::new();
    let passed = gate.clone();
    let agent = executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.auth_required("sign in").await?;
        passed.pass().await;
        task.working("signed in").await?;
        Ok(task.complete().await?)
    });
    let handle = handle(agent, soon_late());
    let ann = of(&handle, "ann");
    let task = start(&ann, "go", None).await.unwrap();
    let subscription = SubscribeToTaskRequest::new(task);
    let events = ann.subscribe_to_task(CallParams::default(), subscription).await.unwrap();
    tokio::time::advance(Duration::from_secs(60)).await;
    gate.open();
    let states = events.filter_map(async |event| match event.unwrap().event {
        StreamEvent::StatusUpdate(update) => Some(update.status.state.to_string()),
        _ => None,
    });
    assert_eq!(soon(states.collect::<Vec<_>>()).await.last().unwrap(), "TASK_STATE_COMPLETED");
}
