//! Tasks that a message refers to.

use std::sync::Arc;

use a2a_core::{
    CallParams, Caller, CallerKind, Error, ErrorKind, Message, Operations, SendMessageRequest, Task, TaskId,
    Tenant,
};
use a2a_server::{
    AgentExecutor, Reason, RequestContext, Responder, Server, ServerHandle, executor_fn, limits,
};
use pretty_assertions::assert_eq;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    agents::{Redriven, signal},
    inside::Inside,
    mortal_log::MortalLog,
    support::{card, short, soon},
};

/// Tells what it is referred to, and asks.
fn referred() -> (impl AgentExecutor, UnboundedReceiver<(Reason, Vec<Arc<Task>>)>) {
    let (tell, told) = signal();
    let agent = executor_fn(move |cx: RequestContext, out: Responder| async move {
        let _ = tell.send((cx.reason, cx.referenced));
        Ok(out.task().await?.input_required("and?").await?)
    });
    (agent, told)
}

fn handle(agent: impl AgentExecutor) -> ServerHandle {
    Server::builder(card(), agent).allow_anonymous().limits(short()).build().unwrap().handle()
}

fn user(name: &str) -> Caller {
    Caller::new(CallerKind::User, name)
}

fn refers(text: &str, to: &[&TaskId]) -> SendMessageRequest {
    let mut message = Message::user(format!("m-{text}").parse().unwrap(), text);
    message.reference_task_ids = to.iter().map(|id| (*id).clone()).collect();
    message.into()
}

async fn send(to: &impl Operations, request: SendMessageRequest) -> Task {
    let sent = soon(to.send_message(CallParams::default(), request)).await.unwrap();
    sent.task().unwrap().clone()
}

#[tokio::test]
async fn an_agent_has_the_tasks_that_the_message_refers_to_as_they_stand_and_each_once() {
    let (agent, mut told) = referred();
    let handle = handle(agent);
    let ann = handle.operations(user("ann"));
    let (first, second) = (send(&ann, refers("1", &[])).await, send(&ann, refers("2", &[])).await);
    for _ in 0..2 {
        assert_eq!(soon(told.recv()).await.unwrap(), (Reason::Message, vec![]));
    }
    let third = send(&ann, refers("3", &[&second.id, &first.id, &second.id])).await;
    let expected = vec![Arc::new(second.clone()), Arc::new(first.clone())];
    assert_eq!(soon(told.recv()).await.unwrap(), (Reason::Message, expected));
    // A follow-up refers to others, and to its own task.
    let mut follow_up = refers("4", &[&first.id, &third.id]);
    follow_up.message.task_id = Some(third.id.clone());
    send(&ann, follow_up).await;
    let (_, referred) = soon(told.recv()).await.unwrap();
    assert_eq!(referred.iter().map(|task| &task.id).collect::<Vec<_>>(), [&first.id, &third.id]);
    assert_eq!(referred[1].history.last().unwrap().text(), "4");
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_left_out_as_what_does_not_exist() {
    let (agent, mut told) = referred();
    let handle = handle(agent);
    let mut acme = user("ann");
    acme.tenant = Some("acme".parse::<Tenant>().unwrap());
    let (ann, bob, at_acme) =
        (handle.operations(user("ann")), handle.operations(user("bob")), handle.operations(acme));
    let nobody = handle.operations(Caller::anonymous());
    let mine = send(&ann, refers("1", &[])).await;
    let others = [
        send(&bob, refers("1", &[])).await.id,
        send(&at_acme, refers("1", &[])).await.id,
        send(&nobody, refers("1", &[])).await.id,
        "nothing".parse().unwrap(),
    ];
    for _ in 0..4 {
        soon(told.recv()).await.unwrap();
    }
    let all: Vec<&TaskId> = others.iter().chain([&mine.id]).collect();
    let made = send(&ann, refers("2", &all)).await;
    assert_eq!(soon(told.recv()).await.unwrap(), (Reason::Message, vec![Arc::new(mine)]));
    // What was named stays with the message.
    assert_eq!(made.history[0].reference_task_ids.len(), 5);
}

#[tokio::test]
async fn a_message_refers_to_no_more_tasks_than_it_may() {
    let (agent, mut told) = referred();
    let server = Server::builder(card(), agent).allow_anonymous().limits(short().with_max_references(2));
    let ann = server.build().unwrap().handle().operations(user("ann"));
    let ids: [TaskId; 3] = ["a", "b", "c"].map(|id| id.parse().unwrap());
    let ids: Vec<&TaskId> = ids.iter().collect();
    send(&ann, refers("two", &ids[..2])).await;
    soon(told.recv()).await.unwrap();
    let refused = ann.send_message(CallParams::default(), refers("three", &ids)).await.unwrap_err();
    let expected = Error::invalid_params("message.referenceTaskIds", "must name at most 2 tasks, not 3")
        .with_info("limit", "maxReferences");
    assert_eq!((refused.kind(), refused), (ErrorKind::InvalidParams, expected));
    assert!(told.try_recv().is_err());
    assert_eq!(short().max_references, limits::MAX_REFERENCES);
}

#[tokio::test]
async fn a_run_that_is_made_again_has_them_again() {
    let log = MortalLog::new();
    let (agent, mut told) = referred();
    let first = Inside::new(&log, Redriven(agent));
    let mine = first.send(refers("1", &[])).await;
    soon(told.recv()).await.unwrap();
    let (tell, mut began) = signal();
    let stuck = executor_fn(move |cx: RequestContext, out: Responder| {
        let tell = tell.clone();
        async move {
            let task = out.task().await?;
            task.working("at it").await?;
            task.flush().await?;
            let _ = tell.send(cx.referenced);
            std::future::pending::<Result<(), a2a_server::ExecutorError>>().await
        }
    });
    let second = Inside::new(&log, Redriven(stuck));
    second.start(refers("2", &[&mine.id])).await;
    assert_eq!(soon(began.recv()).await.unwrap(), [Arc::new(mine.clone())]);
    let log = log.next_process();
    let (agent, mut told) = referred();
    let _third = Inside::new(&log, Redriven(agent));
    let again = soon(told.recv()).await.unwrap();
    assert_eq!(again, (Reason::Redriven { attempt: 2 }, vec![Arc::new(mine)]));
}
