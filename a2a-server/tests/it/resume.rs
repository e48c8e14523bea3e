//! Tasks that go on without a message, once what they waited for has come by another way.

use a2a_core::{Caller, Error, ErrorKind, TaskId};
use a2a_server::{
    ExecutorError, Reason, RequestContext, Responder, ServerHandle, SharedExecutor, executor_fn,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    agents::{Gate, Redriven, asks, patient, signal},
    inside::{Inside, message, until},
    mortal_log::{MortalLog, Op},
    stores::over_each_log,
    support::{Host, host, id, said, says, says_to, soon, state, task},
};

/// Needs a credential that comes by another way, and leaves; tells how each run began.
fn needy() -> (SharedExecutor, UnboundedReceiver<RequestContext>) {
    let (tell, told) = signal();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        let (reason, text) = (cx.reason, cx.message.text());
        let _ = tell.send(cx);
        match (reason, text.as_str()) {
            (Reason::Resumed, "refuse") => Err(ExecutorError::refuse(Error::unsupported("not yet"))),
            (Reason::Resumed, "again") => Ok(task.auth_required("and another").await?),
            (Reason::Resumed, _) | (Reason::Message, "password") => Ok(task.complete_with("thanks").await?),
            _ => Ok(task.auth_required("log in there").await?),
        }
    });
    (SharedExecutor::new(agent), told)
}

async fn resume(handle: &ServerHandle, task: &str) -> Result<(), Error> {
    soon(handle.resume(Caller::anonymous(), &task.parse().unwrap())).await
}

/// A task whose run has left it in `AUTH_REQUIRED`.
async fn waiting(host: &Host, text: &str) -> Value {
    let waiting = host.send(says(text)).await;
    assert_eq!(state(&waiting), "AUTH_REQUIRED");
    soon(host.handle.drain()).await;
    waiting
}

#[tokio::test]
async fn a_task_that_waits_by_itself_goes_on_with_what_led_there_and_nothing_is_said_again() {
    let (agent, mut told) = needy();
    for (host, _folder) in over_each_log(agent).await {
        let waiting = waiting(&host, "go").await;
        let first = soon(told.recv()).await.unwrap();
        let mut stream = host.subscribe(id(&waiting)).await;
        assert_eq!(stream.brief().await, "task AUTH_REQUIRED");
        resume(&host.handle, id(&waiting)).await.unwrap();
        assert_eq!(soon(stream.briefs()).await, ["WORKING", "COMPLETED"]);
        let second = soon(told.recv()).await.unwrap();
        assert_eq!((first.reason, second.reason), (Reason::Message, Reason::Resumed));
        assert_eq!((&second.message, &second.caller), (&first.message, &first.caller));
        assert_eq!((first.place, second.place > first.place), (1, true));
        let ended = task(&host.get(id(&waiting)).await);
        let history = ended.history.iter().map(a2a_core::Message::text).collect::<Vec<_>>();
        assert_eq!(history, ["go", "log in there"]);
        assert_eq!(second.task.unwrap().history, ended.history);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_say_so_at_once_there_is_one_run() {
    let (agent, mut told) = needy();
    for (host, _folder) in over_each_log(agent).await {
        for _ in 0..20 {
            let waiting = waiting(&host, "go").await;
            soon(told.recv()).await.unwrap();
            let all = (0..8).map(|_| resume(&host.handle, id(&waiting)));
            for said in soon(futures_util::future::join_all(all)).await {
                // Whoever comes when it has ended already reads that.
                assert!(
                    said.as_ref().map_or_else(|e| e.kind() == ErrorKind::UnsupportedOperation, |()| true)
                );
            }
            soon(host.handle.drain()).await;
            assert_eq!(soon(told.recv()).await.unwrap().reason, Reason::Resumed);
            assert!(told.try_recv().is_err());
        }
    }
}

#[tokio::test]
async fn a_message_and_the_word_to_go_on_at_once_lead_to_one_run_for_each_that_came_first() {
    let (agent, mut told) = needy();
    for (host, _folder) in over_each_log(agent).await {
        for _ in 0..20 {
            let waiting = waiting(&host, "go").await;
            soon(told.recv()).await.unwrap();
            let params = json!({ "message": says_to(id(&waiting), "password") });
            let (_, answered) =
                tokio::join!(resume(&host.handle, id(&waiting)), host.call_with(&[], "SendMessage", params));
            // Either run ends the task, and a message to a task that has ended is refused.
            let refused = answered["error"]["code"] == -32004;
            assert!(refused || state(&answered["result"]["task"]) == "COMPLETED", "{answered}");
            soon(host.handle.drain()).await;
            soon(told.recv()).await.unwrap();
            assert!(told.try_recv().is_err());
        }
    }
}

#[tokio::test]
async fn what_does_not_wait_for_a_credential_is_refused_or_left_alone() {
    let paused = host(asks()).await;
    let asking = paused.send(says("one")).await;
    let refused = resume(&paused.handle, id(&asking)).await.unwrap_err();
    let why = "Only a task in TASK_STATE_AUTH_REQUIRED goes on without a message; this one is \
               TASK_STATE_INPUT_REQUIRED";
    assert_eq!((refused.kind(), refused.message()), (ErrorKind::UnsupportedOperation, why));
    assert_eq!(paused.get(id(&asking)).await, asking);
    let ended = paused.send(says_to(id(&asking), "done")).await;
    let refused = resume(&paused.handle, id(&ended)).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::UnsupportedOperation);
    for task in ["nobody", id(&ended)] {
        let ann = Caller::new(a2a_core::CallerKind::User, "ann");
        let refused = paused.handle.resume(ann, &task.parse().unwrap()).await.unwrap_err();
        assert_eq!(refused, Error::task_not_found(&task.parse().unwrap()));
    }
    let gate = Gate::new();
    let working = host(patient(&gate)).await;
    let started = working.start(says("go")).await;
    resume(&working.handle, id(&started)).await.unwrap();
    gate.open();
    soon(working.handle.drain()).await;
    let ended = working.get(id(&started)).await;
    assert_eq!((state(&ended), said(&ended)), ("COMPLETED", "done"));
}

#[tokio::test]
async fn a_run_that_refuses_to_go_on_or_needs_more_leaves_the_task_waiting() {
    let (agent, _told) = needy();
    for (host, _folder) in over_each_log(agent).await {
        for text in ["refuse", "again"] {
            let waiting = waiting(&host, text).await;
            for _ in 0..2 {
                resume(&host.handle, id(&waiting)).await.unwrap();
                soon(host.handle.drain()).await;
                assert_eq!(state(&host.get(id(&waiting)).await), "AUTH_REQUIRED");
            }
        }
    }
}

/// Waits for its credential itself, and then ends as the message says.
fn waits_itself(gate: &Gate) -> (SharedExecutor, UnboundedReceiver<(Reason, bool)>) {
    let ((tell, told), gate) = (signal(), gate.clone());
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        if cx.reason == Reason::Resumed {
            let _ = tell.send((cx.reason, false));
            return Ok(task.complete_with("resumed").await?);
        }
        task.auth_required("wait").await?;
        gate.pass().await;
        let _ = tell.send((cx.reason, cx.inbox.try_next().is_some()));
        match cx.message.text().as_str() {
            "end" => Ok(task.complete_with("by itself").await?),
            "ask" => Ok(task.input_required("and now?").await?),
            "leave" => Ok(()),
            other => Err(ExecutorError::failed(other)),
        }
    });
    (SharedExecutor::new(agent), told)
}

#[tokio::test]
async fn a_live_run_is_not_disturbed_and_the_next_begins_only_if_it_leaves_without_a_word() {
    let gate = Gate::new();
    let (agent, mut told) = waits_itself(&gate);
    for (host, _folder) in over_each_log(agent).await {
        for (text, ends) in [("end", "by itself"), ("ask", "and now?"), ("leave", "resumed")] {
            let waiting = host.send(says(text)).await;
            resume(&host.handle, id(&waiting)).await.unwrap();
            assert_eq!(state(&host.get(id(&waiting)).await), "WORKING");
            resume(&host.handle, id(&waiting)).await.unwrap();
            gate.open();
            assert_eq!(soon(told.recv()).await.unwrap(), (Reason::Message, false), "{text}");
            soon(host.handle.drain()).await;
            assert_eq!(said(&host.get(id(&waiting)).await), ends);
            let next = (text == "leave").then_some((Reason::Resumed, false));
            assert_eq!(told.try_recv().ok(), next, "{text}");
        }
    }
}

#[tokio::test]
async fn a_message_behind_the_word_to_go_on_is_in_the_inbox_of_that_run() {
    let gate = Gate::new();
    let passed = gate.clone();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| {
        let gate = passed.clone();
        async move {
            let task = out.task().await?;
            if cx.reason != Reason::Resumed {
                return Ok(task.auth_required("wait").await?);
            }
            gate.pass().await;
            let heard = cx.inbox.next().await.text();
            Ok(task.complete_with(heard).await?)
        }
    });
    for (host, _folder) in over_each_log(SharedExecutor::new(agent)).await {
        let waiting = waiting(&host, "go").await;
        resume(&host.handle, id(&waiting)).await.unwrap();
        gate.open();
        assert_eq!(said(&soon(host.send(says_to(id(&waiting), "hurry"))).await), "hurry");
    }
}

#[tokio::test]
async fn the_word_to_go_on_survives_the_process_and_so_does_the_run() {
    let log = MortalLog::new();
    let (agent, mut told) = needy();
    let first = Inside::new(&log, Redriven(agent.clone()));
    let waiting: TaskId = first.send(message("go")).await.id;
    soon(first.handle.drain()).await;
    soon(told.recv()).await.unwrap();
    // The word is stored, and the process dies before a run has taken it.
    let gate = log.hold(Op::Lease);
    let handle = first.handle.clone();
    let named = waiting.clone();
    let saying = tokio::spawn(async move { handle.resume(Caller::anonymous(), &named).await });
    until(|| log.calls(Op::Lease) > 0).await;
    drop(gate);
    let log = log.next_process();
    saying.abort();
    let (stuck, mut began) = signal();
    let stuck = executor_fn(move |cx: RequestContext, out: Responder| {
        let stuck = stuck.clone();
        async move {
            let task = out.task().await?;
            task.working("at it").await?;
            task.flush().await?;
            let _ = stuck.send((cx.reason, cx.message.text()));
            std::future::pending::<Result<(), ExecutorError>>().await
        }
    });
    let second = Inside::new(&log, Redriven(stuck));
    assert_eq!(soon(began.recv()).await.unwrap(), (Reason::Resumed, "go".to_owned()));
    let log = log.next_process();
    let third = Inside::new(&log, Redriven(agent));
    let again = soon(told.recv()).await.unwrap();
    assert_eq!((again.reason, again.message.text()), (Reason::Redriven { attempt: 2 }, "go".to_owned()));
    assert_eq!(third.follow(&waiting, |task| task.status.state.is_interrupted()).await.history.len(), 3);
    drop(second);
}

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn the_word_to_go_on_is_in_the_file_when_it_is_answered() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = a2a_server::Sqlite::open(folder.path().join("tasks.db")).await.unwrap();
    let server = |file: a2a_server::Sqlite, agent| {
        let server = a2a_server::Server::builder(crate::support::card(), agent).allow_anonymous();
        let server = server.limits(crate::support::short()).store(file);
        Inside::of(server.build().unwrap().handle())
    };
    let gate = Gate::new();
    let passed = gate.clone();
    let (tell, mut told) = signal();
    let agent = SharedExecutor::new(executor_fn(move |cx: RequestContext, out: Responder| {
        let (gate, tell) = (passed.clone(), tell.clone());
        async move {
            let task = out.task().await?;
            if cx.reason == Reason::Message {
                return Ok(task.auth_required("wait").await?);
            }
            let _ = tell.send(cx.reason);
            gate.pass().await;
            Ok(task.complete().await?)
        }
    }));
    let first = server(file.clone(), SharedExecutor::new(Redriven(agent.clone())));
    let waiting = first.send(message("go")).await.id;
    soon(first.handle.drain()).await;
    soon(first.handle.resume(Caller::anonymous(), &waiting)).await.unwrap();
    soon(told.recv()).await.unwrap();
    let copy = folder.path().join("copy.db");
    file.backup_to(&copy).await.unwrap();
    gate.open();
    gate.open();
    let after = a2a_server::Sqlite::open(&copy).await.unwrap();
    let second = server(after, SharedExecutor::new(Redriven(agent)));
    let reason = soon(told.recv()).await.unwrap();
    assert!(matches!(reason, Reason::Resumed | Reason::Redriven { .. }), "{reason:?}");
    assert_eq!(second.ended(&waiting).await.status.state, a2a_core::TaskState::Completed);
}
