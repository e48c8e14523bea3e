//! What becomes of the runs of a process that died, by whatever the next one finds.

use a2a_core::{CallParams, Message, SendMessageRequest, Task, TaskState};
use a2a_server::{AgentExecutor, RequestContext, Responder, Server, SharedExecutor, executor_fn};
use pretty_assertions::assert_eq;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    agents::{Redriven, asks, signal, silent},
    inside::{Inside, message, message_to, says, until},
    mortal_log::{MortalLog, Op},
    support::{self, Wire, card, envelope, request, says_to, serve, short, soon},
};

const DIED: &str = "The process that worked on the task ended before the task did";

/// Says it again, and tells the test.
fn tells() -> (impl AgentExecutor, UnboundedReceiver<String>) {
    let (tell, told) = signal();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let _ = tell.send(cx.message.text());
        Ok(out.task().await?.complete_with(cx.message.text()).await?)
    });
    (agent, told)
}

/// The same agent without and with a word about whether its runs may be made again.
fn both(agent: impl Fn() -> SharedExecutor) -> [SharedExecutor; 2] {
    [agent(), SharedExecutor::new(Redriven(agent()))]
}

/// Where the task stands, and what the status says.
fn stands(task: &Task) -> (TaskState, String) {
    (task.status.state.clone(), says(task))
}

#[tokio::test]
async fn a_run_whose_process_died_ends_its_task_and_says_so() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    log.artifact(&lease, "half").await;
    log.say(&lease.task, "aside").await;
    let (agent, mut told) = tells();
    let next = log.next_process();
    let server = Inside::new(&next, agent);
    let ended = server.ended(&lease.task).await;
    assert_eq!(stands(&ended), (TaskState::Failed, DIED.to_owned()));
    let said: Vec<_> = ended.history.iter().map(Message::text).collect();
    assert_eq!((ended.text(), said), ("half".to_owned(), vec!["begin".to_owned(), "aside".to_owned()]));
    let why = ended.status.message.as_ref().unwrap();
    assert_eq!((&why.task_id, &why.context_id), (&Some(lease.task.clone()), &ended.context_id));
    assert_eq!(server.get(&lease.task).await, ended);
    assert_eq!((told.try_recv().ok(), next.held(&lease.task)), (None, None));
}

#[tokio::test]
async fn a_task_that_had_paused_is_paused_still_and_its_answer_works() {
    for state in [TaskState::InputRequired, TaskState::AuthRequired] {
        for agent in both(|| SharedExecutor::new(asks())) {
            let log = MortalLog::new();
            let lease = log.begin("task").await;
            log.status(&lease, state.clone()).await;
            let next = log.next_process();
            let server = Inside::new(&next, agent);
            server.recovered(&next).await;
            assert_eq!(
                (server.get(&lease.task).await.status.state, next.held(&lease.task)),
                (state.clone(), None)
            );
            let ended = server.send(message_to(&lease.task, "done")).await;
            assert_eq!(stands(&ended), (TaskState::Completed, "thanks".to_owned()));
        }
    }
}

#[tokio::test]
async fn an_answer_that_came_before_the_paused_task_was_taken_over_is_for_the_next_run() {
    for agent in both(|| SharedExecutor::new(asks())) {
        let log = MortalLog::new();
        let lease = log.begin("task").await;
        log.status(&lease, TaskState::InputRequired).await;
        let next = log.next_process();
        let gate = next.hold(Op::Orphans);
        let server = Inside::new(&next, agent);
        let answering = tokio::join!(server.send(message_to(&lease.task, "done")), async {
            until(|| next.calls(Op::Orphans) > 0).await;
            while server.get(&lease.task).await.status.state != TaskState::Working {}
            gate.open();
            gate.open();
        });
        assert_eq!(stands(&answering.0), (TaskState::Completed, "thanks".to_owned()));
    }
}

#[tokio::test]
async fn a_message_that_no_run_had_taken_is_answered() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    log.status(&lease, TaskState::InputRequired).await;
    log.release(&lease).await;
    // Its sender dies before it asks for a run.
    assert!(!log.say(&lease.task, "more").await.leased);
    let (tell, mut told) = signal();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let _ = tell.send((cx.reason, cx.message.text()));
        Ok(out.message("answered").await?)
    });
    let server = Inside::new(&log.next_process(), agent);
    let ended = server.ended(&lease.task).await;
    assert_eq!(stands(&ended), (TaskState::Completed, "answered".to_owned()));
    assert_eq!(told.recv().await.unwrap(), (a2a_server::Reason::Message, "more".to_owned()));
}

/// A task that paused before its second message was heard, and whose second run therefore begins in the pause.
async fn begun_in_a_pause(log: &MortalLog) -> a2a_server::log::Lease {
    let first = log.begin("task").await;
    log.say(&first.task, "early").await;
    log.status(&first, TaskState::InputRequired).await;
    log.release(&first).await.expect("a run for the second message")
}

#[tokio::test]
async fn a_run_that_began_in_a_pause_is_not_taken_for_one_that_paused() {
    let log = MortalLog::new();
    let second = begun_in_a_pause(&log).await;
    let server = Inside::new(&log.next_process(), tells().0);
    assert_eq!(stands(&server.ended(&second.task).await), (TaskState::Failed, DIED.to_owned()));
    // Nor if somebody has answered the pause meanwhile.
    let log = MortalLog::new();
    let second = begun_in_a_pause(&log).await;
    log.say(&second.task, "late").await;
    let (agent, mut told) = tells();
    let server = Inside::new(&log.next_process(), Redriven(agent));
    assert_eq!(stands(&server.ended(&second.task).await), (TaskState::Completed, "early".to_owned()));
    assert_eq!((told.recv().await.unwrap(), told.try_recv().ok()), ("early".to_owned(), None));
}

#[tokio::test]
async fn a_run_that_began_in_a_pause_and_paused_itself_is_over() {
    let log = MortalLog::new();
    let second = begun_in_a_pause(&log).await;
    log.status(&second, TaskState::Working).await;
    log.status(&second, TaskState::InputRequired).await;
    let next = log.next_process();
    let (agent, mut told) = tells();
    let server = Inside::new(&next, Redriven(agent));
    server.recovered(&next).await;
    assert_eq!(server.get(&second.task).await.status.state, TaskState::InputRequired);
    assert_eq!((told.try_recv().ok(), next.held(&second.task)), (None, None));
}

#[tokio::test]
async fn a_message_that_the_run_took_before_it_paused_is_not_answered_again() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let aside = log.say(&lease.task, "aside").await;
    log.take(&lease, aside.seq).await;
    log.say(&lease.task, "unheard").await;
    log.status(&lease, TaskState::InputRequired).await;
    let (agent, mut told) = tells();
    let server = Inside::new(&log.next_process(), agent);
    server.ended(&lease.task).await;
    assert_eq!((told.recv().await.unwrap(), told.try_recv().ok()), ("unheard".to_owned(), None));
}

#[tokio::test]
async fn a_wish_to_cancel_from_before_ends_the_task_and_nothing_runs() {
    for agent in both(|| SharedExecutor::new(tells().0)) {
        for paused in [false, true] {
            let log = MortalLog::new();
            let lease = log.begin("task").await;
            if paused {
                log.status(&lease, TaskState::AuthRequired).await;
            }
            log.wish(&lease.task).await;
            let server = Inside::new(&log.next_process(), agent.clone());
            assert_eq!(stands(&server.ended(&lease.task).await), (TaskState::Canceled, String::new()));
        }
    }
}

#[tokio::test]
async fn who_cancels_while_the_task_waits_to_be_taken_over_is_heard() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    let next = log.next_process();
    let gate = next.hold(Op::Orphans);
    let (agent, mut told) = tells();
    let server = Inside::new(&next, Redriven(agent));
    // The one has posted the wish when the other lets the task be taken over.
    let (canceled, ()) = tokio::join!(biased; server.cancel(&lease.task), async { gate.open() });
    assert_eq!(stands(&canceled.unwrap()), (TaskState::Canceled, String::new()));
    assert_eq!(told.try_recv().ok(), None);
}

#[tokio::test]
async fn who_cancels_while_a_paused_task_is_given_back_is_heard() {
    let log = MortalLog::new();
    let lease = log.begin("task").await;
    log.status(&lease, TaskState::InputRequired).await;
    let next = log.next_process();
    let gate = next.hold(Op::Release);
    let server = Inside::new(&next, tells().0);
    until(|| next.calls(Op::Release) == 1).await;
    let (canceled, ()) = tokio::join!(biased; server.cancel(&lease.task), async { gate.open() });
    assert_eq!(stands(&canceled.unwrap()), (TaskState::Canceled, String::new()));
}

#[tokio::test]
async fn who_waits_for_the_task_over_the_wire_has_its_end() {
    let log = MortalLog::new();
    let (one, two) = (log.begin("one").await, log.begin("two").await);
    let next = log.next_process();
    let gate = next.hold(Op::Orphans);
    let host = serve(Server::builder(card(), tells().0).allow_anonymous().limits(short()).store(next)).await;
    let mut subscribed = host.subscribe("one").await;
    assert_eq!(subscribed.brief().await, "task SUBMITTED");
    let mut streamed = host
        .open(&[], "SendStreamingMessage", serde_json::json!({ "message": says_to("one", "there?") }))
        .await;
    assert_eq!(streamed.brief().await, "task SUBMITTED");
    let body = envelope("SendMessage", &serde_json::json!({ "message": says_to("two", "there?") }));
    let blocking = Wire::send(host.addr, &request("POST", "/", &[], &body)).await;
    while host.get("two").await["history"].as_array().unwrap().len() < 2 {}
    gate.open();
    assert_eq!(soon(subscribed.briefs()).await, ["FAILED"]);
    assert_eq!(soon(streamed.briefs()).await, ["FAILED"]);
    let answer = soon(blocking.answer("POST")).await.json();
    assert_eq!(support::said(&answer["result"]["task"]), DIED);
    assert_eq!((one.task.as_str(), two.task.as_str()), ("one", "two"));
}

#[tokio::test]
async fn who_repeats_a_send_that_its_process_did_not_survive_gets_its_task() {
    let log = MortalLog::new();
    let mut with = CallParams::default();
    with.idempotency_key = Some("key".to_owned());
    let mut first: SendMessageRequest = message("go").into();
    first.configuration.return_immediately = true;
    let before = Inside::new(&log, silent());
    let sent = soon(before.operations.send_message(with.clone(), first)).await.unwrap();
    let next = log.next_process();
    let gate = next.hold(Op::Orphans);
    let server = Inside::new(&next, tells().0);
    let repeating = server.operations.send_message(with, message("go").into());
    let (repeated, ()) = tokio::join!(biased; soon(repeating), async { gate.open() });
    let repeated = repeated.unwrap();
    let task = repeated.task().unwrap();
    assert_eq!((&task.id, stands(task)), (&sent.task().unwrap().id, (TaskState::Failed, DIED.to_owned())));
}

#[test]
fn a_router_that_is_made_outside_of_a_runtime_takes_over_at_its_first_call() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let log = MortalLog::new();
    let lease = runtime.block_on(log.begin("task"));
    let next = log.next_process();
    let server = Server::builder(card(), tells().0).allow_anonymous().limits(short()).store(next.clone());
    let server = server.public_url("http://localhost/").build().unwrap();
    let (handle, router) = (server.handle(), server.into_router());
    assert_eq!(next.calls(Op::Orphans), 0);
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let (_, ended) = tokio::sync::oneshot::channel();
        let host = support::Host { addr, handle, ended };
        // Whatever it is about.
        host.error("GetTask", serde_json::json!({ "id": "absent" })).await;
        while support::state(&host.get(lease.task.as_str()).await) != "FAILED" {}
        assert_eq!(next.calls(Op::Orphans), 2);
    });
}

#[tokio::test(start_paused = true)]
async fn a_log_in_trouble_is_asked_until_it_answers() {
    for op in [Op::Orphans, Op::Renew, Op::Start, Op::Append] {
        let log = MortalLog::new();
        let lease = log.begin("task").await;
        let next = log.next_process();
        next.fail(op, 3);
        let server = Inside::new(&next, tells().0);
        let (before, ended) = (tokio::time::Instant::now(), server.ended(&lease.task).await);
        assert_eq!(stands(&ended), (TaskState::Failed, DIED.to_owned()), "{op:?}");
        assert_eq!((before.elapsed().as_secs(), next.failing(op)), (7, 0), "{op:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_given_back_and_answered_when_the_log_lets_it() {
    for op in [Op::Release, Op::Start] {
        let log = MortalLog::new();
        let lease = log.begin("task").await;
        log.status(&lease, TaskState::InputRequired).await;
        let next = log.next_process();
        next.fail(op, 3);
        let server = Inside::new(&next, asks());
        let ended = server.send(message_to(&lease.task, "done")).await;
        assert_eq!(stands(&ended), (TaskState::Completed, "thanks".to_owned()), "{op:?}");
        assert_eq!(next.failing(op), 0, "{op:?}");
    }
}

#[tokio::test]
async fn a_thousand_runs_are_taken_over_page_by_page() {
    let log = MortalLog::new();
    let mut left = Vec::new();
    for n in 0..1_000 {
        left.push(log.begin(&format!("task-{n}")).await.task);
    }
    let next = log.next_process();
    let server = Inside::new(&next, tells().0);
    // One that has nothing to do with them isn't held up.
    assert_eq!(server.send(message("new")).await.status.state, TaskState::Completed);
    for task in &left {
        assert_eq!(stands(&server.ended(task).await), (TaskState::Failed, DIED.to_owned()));
    }
    assert_eq!(next.calls(Op::Orphans), 1_000_usize.div_ceil(32) + 1);
    soon(server.handle.drain()).await;
}

#[tokio::test]
async fn a_shutdown_leaves_the_others_to_the_next_process() {
    let log = MortalLog::new();
    let mut left = Vec::new();
    for n in 0..100 {
        left.push(log.begin(&format!("task-{n}")).await.task);
    }
    let second = log.next_process();
    let gate = second.hold(Op::Renew);
    let server = Inside::new(&second, tells().0);
    until(|| second.calls(Op::Renew) == 64).await;
    server.handle.shutdown();
    (0..64).for_each(|_| gate.open());
    // Those that were taken over are seen to.
    soon(server.handle.drain()).await;
    assert_eq!((second.calls(Op::Orphans), second.calls(Op::Append)), (2, 64));
    let server = Inside::new(&second.next_process(), tells().0);
    for task in &left {
        assert_eq!(stands(&server.ended(task).await), (TaskState::Failed, DIED.to_owned()));
    }
}

#[tokio::test]
async fn a_shutdown_ends_the_wait_for_a_log_in_trouble() {
    let log = MortalLog::new();
    log.begin("task").await;
    let next = log.next_process();
    next.fail(Op::Append, usize::MAX);
    let server = Inside::new(&next, tells().0);
    until(|| next.calls(Op::Append) > 0).await;
    server.handle.shutdown();
    soon(server.handle.drain()).await;
    assert!(next.calls(Op::Append) <= 3, "it was asked {} times", next.calls(Op::Append));
}
