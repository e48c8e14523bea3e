//! Runs that are made again, for an agent that says they may be.

use std::{sync::Arc, time::Duration};

use a2a_core::{
    CallParams, Caller, CallerKind, ContextId, Error, ErrorKind, GetTaskRequest, IDEMPOTENCY_EXTENSION,
    Message, Metadata, Operations, SendMessageRequest, Task, TaskId, TaskState, Tenant,
};
use a2a_server::{
    AgentExecutor, ArtifactSpec, ExecutorError, Reason, RequestContext, Responder, Server, executor_fn,
};
use pretty_assertions::assert_eq;
use tokio::{sync::mpsc::UnboundedReceiver, time::Instant};

use crate::{
    agents::{Redriven, signal, silent},
    inside::{Inside, message_to, says},
    mortal_log::{MortalLog, Op},
    support::{self, card, serve, short, soon},
};

/// What an agent is told of a request.
#[derive(Debug, PartialEq)]
struct Asked {
    message: Message,
    ids: (TaskId, ContextId),
    caller: Caller,
    tenant: Option<Tenant>,
    metadata: Metadata,
    modes: Vec<String>,
    extensions: Vec<String>,
}

/// Why a run began, with which task, and what it is asked.
type Begun = (Reason, Option<Arc<Task>>, Asked);

/// Tells the test what it is told, and works until it dies.
fn dies() -> (impl AgentExecutor, UnboundedReceiver<Begun>) {
    let (tell, told) = signal();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let asked = Asked {
            message: cx.message,
            ids: (cx.task_id, cx.context_id),
            caller: cx.caller,
            tenant: cx.tenant,
            metadata: cx.request_metadata,
            modes: cx.accepted_output_modes,
            extensions: cx.extensions,
        };
        let task = out.task().await?;
        task.artifact(ArtifactSpec::with_id("artifact".parse()?)).append("half").await?;
        task.flush().await?;
        let _ = tell.send((cx.reason, cx.task, asked));
        std::future::pending::<Result<(), ExecutorError>>().await
    });
    (Redriven(agent), told)
}

/// A request about which everything is special.
fn request() -> (CallParams, SendMessageRequest) {
    let mut message = crate::inside::message("begin");
    message.metadata.insert("of".into(), "message".into());
    let mut request = SendMessageRequest::new(message);
    request.tenant = Some("acme".parse().unwrap());
    request.metadata.insert("of".into(), "request".into());
    request.configuration.accepted_output_modes = vec!["text/plain".to_owned()];
    request.configuration.return_immediately = true;
    let mut with = CallParams::default();
    with.extensions = [IDEMPOTENCY_EXTENSION].into_iter().collect();
    (with, request)
}

/// A server over a log, as Ann sees it.
fn server(log: &MortalLog, agent: impl AgentExecutor) -> impl Operations {
    let server = Server::builder(card(), agent).allow_anonymous().limits(short()).store(log.clone());
    server.build().unwrap().handle().operations(Caller::new(CallerKind::User, "ann"))
}

#[tokio::test]
async fn the_same_is_asked_again_and_the_task_is_as_it_stands() {
    let log = MortalLog::new();
    let (agent, mut told) = dies();
    let first = server(&log, agent);
    let (with, request) = request();
    let sent = soon(first.send_message(with, request)).await.unwrap();
    let (reason, standing, asked) = soon(told.recv()).await.unwrap();
    assert_eq!((reason, standing), (Reason::Message, None));
    let (agent, mut told) = dies();
    let next = server(&log.next_process(), agent);
    let (reason, standing, again) = soon(told.recv()).await.unwrap();
    assert_eq!((reason, again), (Reason::Redriven { attempt: 2 }, asked));
    let mut get = GetTaskRequest::new(sent.task().unwrap().id.clone());
    get.tenant = Some("acme".parse().unwrap());
    let task = next.get_task(CallParams::default(), get).await.unwrap();
    // The artifact has an id of the agent's own, so what is written again replaces what was.
    assert_eq!((standing.as_deref(), &*task.text()), (Some(&task), "half"));
}

#[tokio::test]
async fn the_same_answer_to_a_pause_is_heard_again() {
    let log = MortalLog::new();
    let asks = executor_fn(async |_, out: Responder| Ok(out.task().await?.input_required("more?").await?));
    let (with, mut asking) = request();
    let paused = soon(server(&log, asks).send_message(with.clone(), asking.clone())).await.unwrap();
    asking.message.task_id = Some(paused.task().unwrap().id.clone());
    let log = log.next_process();
    let (agent, mut told) = dies();
    soon(server(&log, agent).send_message(with, asking)).await.unwrap();
    let (reason, standing, asked) = soon(told.recv()).await.unwrap();
    assert_eq!((reason, asked.tenant.as_ref().map(Tenant::as_str)), (Reason::Message, Some("acme")));
    assert_eq!(standing.unwrap().status.state, TaskState::Working);
    let (agent, mut told) = dies();
    let _next = server(&log.next_process(), agent);
    let (reason, standing, again) = soon(told.recv()).await.unwrap();
    assert_eq!((reason, again), (Reason::Redriven { attempt: 2 }, asked));
    assert_eq!((&*standing.unwrap().text(), told.try_recv().is_err()), ("half", true));
}

#[tokio::test]
async fn it_is_attempted_three_times_at_most() {
    let mut log = MortalLog::new();
    let lease = log.begin("task").await;
    for attempt in [2, 3] {
        log = log.next_process();
        let (agent, mut told) = dies();
        let _server = Inside::new(&log, agent);
        assert_eq!(soon(told.recv()).await.unwrap().0, Reason::Redriven { attempt });
    }
    let (agent, mut told) = dies();
    let ended = Inside::new(&log.next_process(), agent).ended(&lease.task).await;
    let why = "The task was attempted 3 times, and each time the process ended before it did";
    assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Failed, why));
    assert_eq!((&*ended.text(), told.try_recv().is_err()), ("half", true));
}

#[tokio::test]
async fn a_limit_says_how_often() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let limits = short().with_attempts(1);
    let ended = Inside::with(&log.next_process(), Redriven(silent()), limits).ended(&lease.task).await;
    assert_eq!(says(&ended), "The task was attempted once, and each time the process ended before it did");
}

#[tokio::test]
async fn all_messages_behind_its_own_are_in_its_inbox_those_that_were_taken_too() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let first = log.say(&lease.task, "one").await;
    log.take(&lease, first.seq).await;
    log.say(&lease.task, "two").await;
    let next = log.next_process();
    let gate = next.hold(Op::Renew);
    let agent = executor_fn(async |cx: RequestContext, out: Responder| {
        let heard =
            [cx.inbox.next().await.text(), cx.inbox.next().await.text(), cx.inbox.next().await.text()];
        Ok(out.task().await?.complete_with(heard.join(" ")).await?)
    });
    let server = Inside::new(&next, Redriven(agent));
    // One more comes while it is taken over, to a run that nobody knows yet.
    let sending = async {
        let answer = server.send(message_to(&lease.task, "three")).await;
        assert_eq!((&answer.status.state, &*says(&answer)), (&TaskState::Completed, "one two three"));
    };
    let opening = async {
        while server.get(&lease.task).await.history.len() < 4 {
            tokio::task::yield_now().await;
        }
        (0..9).for_each(|_| gate.open());
    };
    tokio::join!(sending, opening);
}

#[tokio::test]
async fn a_message_completes_the_task_and_a_refusal_fails_it() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let agent = executor_fn(async |_, out: Responder| Ok(out.message("well").await?));
    let ended = Inside::new(&log.next_process(), Redriven(agent)).ended(&lease.task).await;
    assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Completed, "well"));
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let no = Error::new(ErrorKind::ContentTypeNotSupported, "only text");
    let agent = executor_fn(async move |_, _out| Err(ExecutorError::refuse(no)));
    let ended = Inside::new(&log.next_process(), Redriven(agent)).ended(&lease.task).await;
    assert_eq!((&ended.status.state, &*says(&ended)), (&TaskState::Failed, "only text"));
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_cut() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    log.artifact(&lease, "half").await;
    let next = log.next_process();
    let gate = next.hold(Op::Orphans);
    let agent = executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        task.artifact(ArtifactSpec::with_id("artifact".parse()?)).finish_with("whole").await?;
        Ok(task.complete().await?)
    });
    let host = serve(Server::builder(card(), Redriven(agent)).allow_anonymous().store(next)).await;
    let mut stream = host.resume("task", "a2a-log:1").await;
    assert_eq!(stream.brief().await, "artifact half");
    gate.open();
    assert_eq!(stream.briefs().await, ["artifact whole", "COMPLETED"]);
    assert_eq!(support::output(&host.get("task").await), "whole");
}

#[tokio::test]
async fn it_can_be_canceled_like_any_other() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let (agent, mut told) = dies();
    let server = Inside::new(&log.next_process(), agent);
    soon(told.recv()).await.unwrap();
    assert_eq!(server.cancel(&lease.task).await.unwrap().status.state, TaskState::Canceled);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_that_go_on_for_ever_begin_one_after_the_other_and_all_begin() {
    let log = MortalLog::new();
    for n in 0..1_000 {
        log.begin(&format!("task-{n}")).await;
    }
    let (tell, mut told) = signal();
    let agent = executor_fn(move |_, _out| {
        let _ = tell.send(Instant::now());
        std::future::pending::<Result<(), ExecutorError>>()
    });
    let _server = Inside::new(&log.next_process(), Redriven(agent));
    let mut begun = Vec::new();
    while begun.len() < 1_000 {
        begun.push(soon(told.recv()).await.unwrap());
    }
    for window in begun.windows(65) {
        assert!(window[64] - window[0] >= Duration::from_millis(999), "{:?}", window[64] - window[0]);
    }
    assert!(begun[999] - begun[0] < Duration::from_secs(20), "{:?}", begun[999] - begun[0]);
}

#[tokio::test(start_paused = true)]
async fn a_log_in_trouble_is_asked_until_the_run_begins() {
    for op in [Op::Orphans, Op::Renew, Op::Start] {
        let log = MortalLog::new();
        log.begin("task").await;
        let next = log.next_process();
        next.fail(op, 3);
        let (agent, mut told) = dies();
        let _server = Inside::new(&next, agent);
        assert_eq!(soon(told.recv()).await.unwrap().0, Reason::Redriven { attempt: 2 }, "{op:?}");
        assert_eq!(next.failing(op), 0);
    }
}

#[tokio::test]
async fn a_word_that_panics_is_no_word() {
    struct Panics;
    impl AgentExecutor for Panics {
        async fn execute(&self, _: RequestContext, _: Responder) -> Result<(), ExecutorError> {
            Ok(())
        }

        fn redrives(&self) -> bool {
            panic!("it doesn't know")
        }
    }
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let ended = Inside::new(&log.next_process(), Panics).ended(&lease.task).await;
    assert_eq!(says(&ended), "The process that worked on the task ended before the task did");
}
