//! Cancelling tasks.

use a2a_server::{
    AgentExecutor, CancelContext, ExecutorError, RequestContext, Responder, Stopped, executor_fn,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::{Gate, echo, patient, signal, silent},
    rest::well,
    support::{Wire, code, envelope, host, id, request, said, says, says_to, soon, state},
};

#[tokio::test]
async fn a_running_agent_may_end_the_task_itself() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        cx.cancel.canceled().await;
        assert_eq!(task.working("more").await, Err(Stopped::Canceled));
        Ok(task.canceled("as you wish").await?)
    }))
    .await;
    let started = host.start(says("go")).await;
    let mut stream = host.subscribe(id(&started)).await;
    let canceled = host.cancel(id(&started)).await;
    assert_eq!((state(&canceled), said(&canceled)), ("CANCELED", "as you wish"));
    assert_eq!(stream.briefs().await, ["task SUBMITTED", "CANCELED"]);
    assert_eq!(host.error("CancelTask", json!({ "id": started["id"] })).await.0, -32002);
}

#[tokio::test]
async fn an_agent_that_does_not_listen_is_dropped_after_the_grace() {
    let host = host(silent()).await;
    let started = host.start(says("go")).await;
    assert_eq!(state(&host.cancel(id(&started)).await), "CANCELED");
}

#[tokio::test]
async fn an_agent_that_returns_once_it_is_told_leaves_a_canceled_task() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        cx.cancel.canceled().await;
        Ok(task.working("more").await?)
    }))
    .await;
    let started = host.start(says("go")).await;
    let canceled = host.cancel(id(&started)).await;
    assert_eq!((state(&canceled), said(&canceled)), ("CANCELED", ""));
}

#[tokio::test]
async fn whichever_end_is_stored_first_is_the_answer() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        cx.cancel.canceled().await;
        Ok(task.complete_with("too late").await?)
    }))
    .await;
    let started = host.start(says("go")).await;
    let ended = host.cancel(id(&started)).await;
    assert_eq!((state(&ended), said(&ended)), ("COMPLETED", "too late"));
}

#[tokio::test]
async fn an_agent_that_pauses_instead_is_canceled_all_the_same() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        cx.cancel.canceled().await;
        Ok(task.input_required("really?").await?)
    }))
    .await;
    let started = host.start(says("go")).await;
    assert_eq!(state(&host.cancel(id(&started)).await), "CANCELED");
}

/// Pauses, and answers a wish to cancel by what its first message said.
struct Paused;

impl AgentExecutor for Paused {
    async fn execute(&self, _: RequestContext, out: Responder) -> Result<(), ExecutorError> {
        Ok(out.task().await?.input_required("well?").await?)
    }

    async fn cancel(&self, cx: CancelContext) -> Result<(), ExecutorError> {
        match cx.task.history[0].text().as_str() {
            "agree" => Ok(()),
            "refuse" => Err(ExecutorError::failed("it is under way")),
            "hide" => Err(std::io::Error::other("secret").into()),
            "panic" => panic!("secret"),
            _ => std::future::pending().await,
        }
    }
}

#[tokio::test]
async fn a_paused_task_is_canceled_if_the_agent_agrees_or_does_not_answer() {
    let host = host(Paused).await;
    for asked in ["agree", "hang"] {
        let paused = host.send(says(asked)).await;
        let mut stream = host.subscribe(id(&paused)).await;
        assert_eq!(state(&host.cancel(id(&paused)).await), "CANCELED");
        assert_eq!(stream.briefs().await, ["task INPUT_REQUIRED", "CANCELED"]);
    }
}

#[tokio::test]
async fn a_paused_task_stays_as_it_is_if_the_agent_refuses_or_fails() {
    let host = host(Paused).await;
    for (asked, why) in [
        ("refuse", "it is under way"),
        ("hide", "The agent can't cancel it"),
        ("panic", "The agent can't cancel it"),
    ] {
        let paused = host.send(says(asked)).await;
        for _ in 0..2 {
            let refused = host.error("CancelTask", json!({ "id": paused["id"] })).await;
            assert_eq!(refused, (-32002, why.to_owned()));
        }
        assert_eq!(host.get(id(&paused)).await, paused);
        assert_eq!(state(&host.send(says_to(id(&paused), "on")).await), "INPUT_REQUIRED");
    }
}

#[tokio::test]
async fn who_leaves_while_the_agent_is_asked_leaves_no_lock_behind() {
    struct Slow(Gate, tokio::sync::mpsc::UnboundedSender<()>);
    impl AgentExecutor for Slow {
        async fn execute(&self, _: RequestContext, out: Responder) -> Result<(), ExecutorError> {
            Ok(out.task().await?.input_required("well?").await?)
        }
        async fn cancel(&self, _: CancelContext) -> Result<(), ExecutorError> {
            let _ = self.1.send(());
            self.0.pass().await;
            Err(ExecutorError::failed("no"))
        }
    }
    let (gate, (tell, mut told)) = (Gate::new(), signal());
    let limits = a2a_server::Limits::new();
    let host = crate::support::host_with(Slow(gate.clone(), tell), limits).await;
    let paused = host.send(says("go")).await;
    let wire = Wire::send(
        host.addr,
        &request("POST", "/", &[], &envelope("CancelTask", &json!({ "id": paused["id"] }))),
    )
    .await;
    soon(told.recv()).await.unwrap();
    drop(wire);
    gate.open();
    assert_eq!(state(&host.send(says_to(id(&paused), "on")).await), "INPUT_REQUIRED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_may_cancel_at_once() {
    for agent_is_paused in [false, true] {
        let host = if agent_is_paused { host(Paused).await } else { host(silent()).await };
        let started =
            if agent_is_paused { host.send(says("agree")).await } else { host.start(says("go")).await };
        let params = json!({ "id": started["id"] });
        let cancels = (0..8).map(|_| host.call_with(&[], "CancelTask", params.clone()));
        let answers = soon(futures_util::future::join_all(cancels)).await;
        for answer in &answers {
            if answer["error"].is_null() {
                assert_eq!(state(&answer["result"]), "CANCELED");
            } else {
                assert_eq!(code(answer).0, -32002);
            }
        }
        assert!(answers.iter().any(|answer| answer["error"].is_null()), "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancel_that_meets_the_end_or_a_pause_never_hangs() {
    let agent = executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        task.working("at it").await?;
        tokio::task::yield_now().await;
        match cx.message.text().as_str() {
            "pause" => Ok(task.input_required("well?").await?),
            _ => Ok(task.complete().await?),
        }
    });
    let host = host(agent).await;
    for n in 0..200 {
        let started = host.start(says(if n % 2 == 0 { "pause" } else { "end" })).await;
        let answer = soon(host.call_with(&[], "CancelTask", json!({ "id": started["id"] }))).await;
        if n % 2 == 0 {
            assert_eq!(state(&answer["result"]), "CANCELED");
        } else {
            assert!(answer["error"].is_null() || code(&answer).0 == -32002, "{answer}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_found_cannot_be_canceled() {
    let host = host(echo()).await;
    assert_eq!(
        host.error("CancelTask", json!({ "id": "nobody" })).await,
        (-32001, "Task not found".to_owned())
    );
}

#[tokio::test]
async fn the_wish_wakes_an_agent_that_waits_for_something_else() {
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let started = host.start(says("go")).await;
    assert_eq!(state(&soon(host.cancel(id(&started))).await), "CANCELED");
    let task = host.get(id(&started)).await;
    assert_eq!(state(&task), "CANCELED");
}

#[tokio::test]
async fn an_agent_that_is_stopped_has_the_metadata_of_the_first_request() {
    let (tell, mut told) = signal();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| {
        let tell = tell.clone();
        async move {
            let task = out.task().await?;
            task.working("at it").await?;
            let before = cx.cancel.request_metadata().cloned();
            cx.cancel.canceled().await;
            let _ = tell.send((before, cx.cancel.request_metadata().cloned()));
            Ok(task.canceled("stopped").await?)
        }
    }))
    .await;
    let metadata = json!({ "why": "enough" });
    let started = host.start(says("go")).await;
    let params = json!({ "id": started["id"], "metadata": metadata });
    assert_eq!(state(&soon(host.call("CancelTask", params)).await), "CANCELED");
    let (before, then) = soon(told.recv()).await.unwrap();
    assert_eq!((before, then.unwrap()["why"].as_str()), (None, Some("enough")));
    for (prefix, canceled) in [("", "CANCELED"), ("/v1", "CANCELLED")] {
        let started = host.start(says("go")).await;
        let path = format!("{prefix}/tasks/{}:cancel", id(&started));
        let ended = soon(well(&host, "POST", &path, &json!({ "metadata": metadata }))).await;
        let (before, then) = soon(told.recv()).await.unwrap();
        let why = then.as_ref().and_then(|metadata| metadata["why"].as_str());
        assert_eq!((state(&ended), before, why), (canceled, None, Some("enough")), "{path}");
    }
}
