//! A run that can't be ended when it should be: it is ended later, and until then nothing is lost or held that needn't be.

use a2a_core::{CallParams, Caller, CallerKind, ErrorKind, Operations as _, TaskState};
use a2a_server::{
    AgentExecutor, CancelContext, ExecutorError, RequestContext, Responder, Server, executor_fn,
};
use pretty_assertions::assert_eq;

use crate::{
    agents::{Gate, asks},
    inside::{Inside, message, message_to, says},
    mortal_log::{MortalLog, Op},
    support::{card, short, soon},
};

const LOST: &str = "The server couldn't store the task's output; its last output is lost";

/// Opens its task, and works when the gate opens.
fn gated(gate: &Gate) -> impl AgentExecutor {
    let gate = gate.clone();
    executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.flush().await?;
        gate.pass().await;
        Ok(task.complete().await?)
    })
}

#[tokio::test(start_paused = true)]
async fn an_end_that_the_log_does_not_take_is_stored_later_and_is_waited_for() {
    let (log, gate) = (MortalLog::new(), Gate::new());
    let server = Inside::new(&log, gated(&gate));
    let waiting = async {
        let ended = server.send(message("go")).await;
        assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Failed, LOST));
    };
    let failing = async {
        log.fail(Op::Append, 4);
        gate.open();
    };
    tokio::join!(waiting, failing);
    assert_eq!(log.failing(Op::Append), 0);
    soon(server.handle.drain()).await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_only_to_be_ended_counts_no_more() {
    let (log, gate) = (MortalLog::new(), Gate::new());
    let limits = short().with_runs_per_caller(1);
    let server = Server::builder(card(), gated(&gate)).allow_anonymous().limits(limits).store(log.clone());
    let ann = server.build().unwrap().handle().operations(Caller::new(CallerKind::User, "ann"));
    let send = async |text: &str| {
        let mut request: a2a_core::SendMessageRequest = message(text).into();
        request.configuration.return_immediately = true;
        soon(ann.send_message(CallParams::default(), request)).await
    };
    send("one").await.unwrap();
    assert_eq!(send("two").await.unwrap_err().kind(), ErrorKind::ResourceExhausted);
    log.fail(Op::Append, usize::MAX);
    gate.open();
    while log.calls(Op::Append) < 2 {
        tokio::task::yield_now().await;
    }
    send("three").await.unwrap();
    log.fail(Op::Append, 0);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_is_not_taken_back_at_a_pause_is_taken_back_later() {
    let log = MortalLog::new();
    let server = Inside::new(&log, asks());
    log.fail(Op::Release, 3);
    let paused = server.send(message("begin")).await;
    assert_eq!(paused.status.state, TaskState::InputRequired);
    assert!(log.held(&paused.id).is_some());
    // It waits for its run.
    let ended = server.send(message_to(&paused.id, "done")).await;
    assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Completed, "thanks"));
    assert_eq!(log.failing(Op::Release), 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_stored_is_answered_whatever_the_log_does_then() {
    for op in [Op::Lease, Op::Start] {
        let log = MortalLog::new();
        let server = Inside::new(&log, asks());
        let paused = server.send(message("begin")).await;
        soon(server.handle.drain()).await;
        log.fail(op, 3);
        let ended = server.send(message_to(&paused.id, "done")).await;
        assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Completed, "thanks"), "{op:?}");
        assert_eq!(log.failing(op), 0, "{op:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_is_to_be_stopped_is_stopped_later() {
    let log = MortalLog::new();
    let server = Inside::new(&log, asks());
    let paused = server.send(message("begin")).await;
    soon(server.handle.drain()).await;
    log.fail(Op::Append, 3);
    assert_eq!(server.cancel(&paused.id).await.unwrap_err().kind(), ErrorKind::Unavailable);
    let ended = server.ended(&paused.id).await;
    assert_eq!(ended.status.state, TaskState::Canceled);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_could_not_be_stopped_is_not_blocked() {
    struct Unstoppable;
    impl AgentExecutor for Unstoppable {
        async fn execute(&self, cx: RequestContext, out: Responder) -> Result<(), ExecutorError> {
            asks().execute(cx, out).await
        }

        async fn cancel(&self, _: CancelContext) -> Result<(), ExecutorError> {
            Err(ExecutorError::failed("no way"))
        }
    }
    for (op, kind) in [(Op::Start, ErrorKind::Unavailable), (Op::Release, ErrorKind::TaskNotCancelable)] {
        let log = MortalLog::new();
        let server = Inside::new(&log, Unstoppable);
        let paused = server.send(message("begin")).await;
        soon(server.handle.drain()).await;
        log.fail(op, 1);
        assert_eq!(server.cancel(&paused.id).await.unwrap_err().kind(), kind, "{op:?}");
        let ended = server.send(message_to(&paused.id, "done")).await;
        assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Completed, "thanks"), "{op:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_writes_nothing_hears_what_was_posted_while_the_log_had_trouble() {
    let log = MortalLog::new();
    let agent = executor_fn(async |cx: RequestContext, out: Responder| {
        let task = out.task().await?;
        task.flush().await?;
        let heard = cx.inbox.next().await;
        task.working(heard.text()).await?;
        task.flush().await?;
        cx.cancel.canceled().await;
        Ok(task.canceled("stopped").await?)
    });
    let server = Inside::new(&log, agent);
    let task = server.start(message("begin")).await;
    log.fail(Op::Start, 2);
    server.start(message_to(&task, "more")).await;
    let heard = server.follow(&task, |task| task.status.state == TaskState::Working).await;
    assert_eq!((&*says(&heard), log.failing(Op::Start)), ("more", 0));
    log.fail(Op::Renew, 2);
    let ended = server.cancel(&task).await.unwrap();
    assert_eq!((&ended.status.state, log.failing(Op::Renew)), (&TaskState::Canceled, 0));
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_the_attempts() {
    let (log, gate) = (MortalLog::new(), Gate::new());
    let server = Inside::new(&log, gated(&gate));
    let task = server.start(message("go")).await;
    log.fail(Op::Append, usize::MAX);
    gate.open();
    while log.calls(Op::Append) < 2 {
        tokio::task::yield_now().await;
    }
    server.handle.shutdown();
    soon(server.handle.drain()).await;
    assert_eq!((log.calls(Op::Append), server.get(&task).await.status.state), (3, TaskState::Submitted));
}
