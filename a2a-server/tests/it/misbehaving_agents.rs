//! Agents that do what they shouldn't.

use a2a_server::{AgentExecutor, ExecutorError, RequestContext, Responder, Stopped, executor_fn};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::{
    agents::{Gate, signal, silent},
    support::{Frame, Host, host, id, said, says, soon, state},
};

/// Everything that crosses the wire for a send in each mode and a look afterwards.
async fn everything(host: &Host) -> String {
    let blocking = host.call_with(&[], "SendMessage", json!({ "message": says("go") })).await;
    let streamed = host.stream(says("go")).await.rest().await;
    let list = host.call("ListTasks", json!({ "includeArtifacts": true })).await;
    format!("{blocking} {streamed:?} {list}")
}

async fn fails_safely(agent: impl AgentExecutor) {
    let host = host(agent).await;
    let all = everything(&host).await;
    assert!(!all.contains("secret"), "{all}");
    let task = host.send(says("go")).await;
    assert_eq!((state(&task), said(&task)), ("FAILED", "The agent failed"));
    assert_eq!(host.get(id(&task)).await, task);
}

#[tokio::test]
async fn a_panic_in_the_call_itself_fails_the_task() {
    struct Panics;
    impl AgentExecutor for Panics {
        fn execute(
            &self,
            _: RequestContext,
            _: Responder,
        ) -> impl Future<Output = Result<(), ExecutorError>> + Send {
            panic!("secret");
            #[expect(unreachable_code, reason = "it gives the future its type")]
            async {
                Ok(())
            }
        }
    }
    fails_safely(Panics).await;
}

#[tokio::test]
async fn a_panic_in_a_later_poll_fails_the_task_and_keeps_what_was_written() {
    fails_safely(executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        task.artifact("half").append("kept").await?;
        tokio::task::yield_now().await;
        panic!("secret")
    }))
    .await;
    let host = host(executor_fn(async |_, out: Responder| {
        out.task().await?.artifact("half").append("kept").await?;
        panic!("secret")
    }))
    .await;
    assert_eq!(crate::support::output(&host.send(says("go")).await), "kept");
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "secret");
    }
}

#[tokio::test]
async fn a_panic_while_the_agent_is_dropped_is_kept_in() {
    fails_safely(executor_fn(async |_, out: Responder| {
        let _bomb = Bomb;
        let _task = out.task().await?;
        Ok(())
    }))
    .await;
    let host = host(executor_fn(async |_, out: Responder| {
        let _bomb = Bomb;
        let _task = out.task().await?;
        std::future::pending().await
    }))
    .await;
    let started = host.start(says("go")).await;
    assert_eq!(state(&host.cancel(id(&started)).await), "CANCELED");
}

#[tokio::test]
async fn private_errors_stay_private_and_public_ones_are_told() {
    fails_safely(executor_fn(async |_, out: Responder| {
        let _task = out.task().await?;
        Err(std::io::Error::other("secret").into())
    }))
    .await;
    let host = host(executor_fn(async |_, _out| Err(ExecutorError::failed("out of paper")))).await;
    let task = host.send(says("go")).await;
    assert_eq!((state(&task), said(&task)), ("FAILED", "out of paper"));
    let briefs = host.stream(says("go")).await.briefs().await;
    assert_eq!(briefs, ["task SUBMITTED", "FAILED"]);
}

#[tokio::test]
async fn an_error_that_cannot_be_printed_or_dropped_is_still_only_a_failure() {
    struct Nasty(#[allow(dead_code, reason = "it goes off when it is dropped")] Bomb);
    impl std::fmt::Debug for Nasty {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("secret")
        }
    }
    impl std::fmt::Display for Nasty {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            panic!("secret")
        }
    }
    impl std::error::Error for Nasty {}
    fails_safely(executor_fn(async |_, _out| Err(Nasty(Bomb).into()))).await;
}

#[tokio::test]
async fn an_agent_that_just_returns_has_not_finished() {
    let host = host(executor_fn(async |cx: RequestContext, out: Responder| {
        if cx.message.text() == "open" {
            out.task().await?.working("at it").await?;
        }
        Ok(())
    }))
    .await;
    for text in ["open", "nothing"] {
        let task = host.send(says(text)).await;
        assert_eq!((state(&task), said(&task)), ("FAILED", "The agent ended without finishing the task"));
    }
}

#[tokio::test]
async fn an_agent_that_fails_while_it_waits_for_a_credential_has_failed() {
    let host = host(executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        task.auth_required("sign in").await?;
        task.flush().await?;
        Err(ExecutorError::failed("gave up"))
    }))
    .await;
    let frames = host.stream(says("go")).await.rest().await;
    assert_eq!(
        frames.iter().map(Frame::brief).collect::<Vec<_>>(),
        ["task SUBMITTED", "AUTH_REQUIRED", "FAILED"]
    );
}

#[tokio::test]
async fn an_agent_that_never_answers_can_be_watched_and_canceled() {
    let host = host(silent()).await;
    let mut stream = host.stream(says("one")).await;
    let first = stream.next().await.unwrap();
    assert_eq!(first.brief(), "task SUBMITTED");
    let started = host.start(says("two")).await;
    assert_eq!(state(&started), "SUBMITTED");
    assert_eq!(state(&host.cancel(id(&started)).await), "CANCELED");
    assert_eq!(state(&host.cancel(first.event().task_id().unwrap().as_str()).await), "CANCELED");
    assert_eq!(stream.briefs().await, ["CANCELED"]);
}

#[tokio::test]
async fn an_agent_that_ignores_that_it_was_stopped_is_dropped() {
    let (tell, mut told) = signal();
    let host = host(executor_fn(move |_, out: Responder| async move {
        struct Gone(tokio::sync::mpsc::UnboundedSender<usize>, usize);
        impl Drop for Gone {
            fn drop(&mut self) {
                let _ = self.0.send(self.1);
            }
        }
        let task = out.task().await?;
        let mut gone = Gone(tell, 0);
        loop {
            if task.working("still here").await.is_err() {
                gone.1 += 1;
            }
            tokio::task::yield_now().await;
        }
    }))
    .await;
    let started = host.start(says("go")).await;
    assert_eq!(state(&host.cancel(id(&started)).await), "CANCELED");
    assert_eq!(soon(told.recv()).await, Some(1), "after the first refusal its writes wait");
}

#[tokio::test]
async fn tools_that_outlive_the_run_are_told_that_it_is_over() {
    let (tell, mut told) = signal();
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        let updates = (*task).clone();
        tokio::spawn(async move {
            passed.pass().await;
            for _ in 0..3 {
                let _ = tell.send(updates.working("late").await);
            }
            let _ = tell.send(updates.flush().await);
            let _ = tell.send(updates.artifact("late").append("late").await);
        });
        Ok(task.complete().await?)
    }))
    .await;
    let ended = host.send(says("go")).await;
    gate.open();
    for expected in
        [Err(Stopped::Ended), Err(Stopped::Ended), Err(Stopped::Ended), Ok(()), Err(Stopped::Ended)]
    {
        assert_eq!(soon(told.recv()).await, Some(expected));
    }
    assert_eq!(host.get(id(&ended)).await, ended);
}

#[tokio::test]
async fn what_is_written_behind_an_end_or_a_pause_goes_nowhere() {
    let (tell, mut told) = signal();
    let host = host(executor_fn(move |cx: RequestContext, out: Responder| async move {
        let task = out.task().await?;
        let updates = (*task).clone();
        if cx.message.text() == "pause" {
            task.input_required("well?").await?;
        } else {
            task.complete().await?;
        }
        let _ = tell.send(updates.working("late").await);
        Ok(())
    }))
    .await;
    for text in ["pause", "end"] {
        let task = host.send(says(text)).await;
        assert_eq!(soon(told.recv()).await, Some(Err(Stopped::Ended)));
        assert_eq!(host.get(id(&task)).await, task);
    }
}

#[tokio::test]
async fn a_message_that_comes_after_the_task_was_opened_completes_it() {
    let gate = Gate::new();
    let passed = gate.clone();
    let host = host(executor_fn(move |_, out: Responder| async move {
        passed.pass().await;
        Ok(out.message("at last").await?)
    }))
    .await;
    let started = host.start(says("go")).await;
    assert_eq!(state(&started), "SUBMITTED");
    let mut stream = host.subscribe(id(&started)).await;
    stream.next().await;
    gate.open();
    assert_eq!(stream.briefs().await, ["COMPLETED"]);
    let ended = host.get(id(&started)).await;
    assert_eq!(said(&ended), "at last");
    assert_eq!(ended["status"]["message"]["taskId"], ended["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_answers_from_another_thread_while_a_task_is_wanted_is_safe() {
    let host = host(executor_fn(async |_, out: Responder| {
        tokio::spawn(async move { out.message("hi").await });
        std::future::pending().await
    }))
    .await;
    for _ in 0..200 {
        let result = soon(host.call("SendMessage", json!({ "message": says("go") }))).await;
        assert_eq!(result["message"]["parts"][0]["text"], "hi");
        let params = json!({ "message": says("go"), "configuration": { "returnImmediately": true } });
        soon(host.call("SendMessage", params)).await;
    }
}

#[tokio::test]
async fn data_that_nests_deeper_than_readers_take_is_refused_and_the_task_goes_on_without_it() {
    let host = host(executor_fn(async |_, out: Responder| {
        let deep = (0..500).fold(json!(1), |inner, _| json!([inner]));
        let task = out.task().await?;
        let refused = task.artifact("deep").append(deep).await;
        assert_eq!(refused, Err(Stopped::Limit));
        task.artifact("flat").append("kept").await?;
        Ok(task.complete().await?)
    }))
    .await;
    let task = host.send(says("go")).await;
    assert_eq!(
        (state(&task), task["artifacts"][0]["parts"][0]["text"].as_str()),
        ("COMPLETED", Some("kept"))
    );
    assert_eq!(host.get(id(&task)).await, task);
}
