//! A remote that can't be heard is a failure of its turn, and a turn that is dropped leaves nothing behind.

use adk_bridge::a2a_client::Client;
use adk_bridge::a2a_core::{AgentCard, AgentInterface, ListTasksRequest, ProtocolBinding, TaskId, TaskState};
use adk_bridge::a2a_server::{Server, executor_fn};
use adk_bridge::adk::{Agent, Cancellation, Event, Runner, agent_fn};
use adk_bridge::{AdkExecutor, OnDrop, REMOTE_ERROR, RemoteAgent, Trust, card};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::net::TcpSocket;

use crate::bridge_fixture::{
    Served, Stuck, collect, done, failed, foreign, serve, sketch, soon, stored, task_of,
};
use crate::bridge_http::{self, Answer, scripted};

/// An address at which nobody listens, nor can as long as its socket is kept.
pub(crate) fn nowhere() -> (String, TcpSocket) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    (format!("http://{}/", socket.local_addr().unwrap()), socket)
}

fn echo() -> impl Agent {
    agent_fn("echo", "", async |cx, mut out| out.say(cx.text()).await)
}

#[tokio::test]
async fn nobody_listens_and_then_somebody_does() {
    let (url, socket) = nowhere();
    let caller = Runner::new("demo", RemoteAgent::new("echo", &*url).trust(Trust::Own));
    let error = failed(caller.run("ann", "s1", "one")).await;
    assert_eq!(
        (error.to_string().as_str(), error.code()),
        ("the remote agent echo can't be reached", Some(REMOTE_ERROR))
    );
    let executor = AdkExecutor::new(Runner::new("far", echo())).own_peers(|_| true);
    let server = Server::builder(card::of(&echo()), executor).allow_anonymous().build().unwrap();
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    drop(socket);
    tokio::spawn(server.bind(address).await.unwrap().run());
    assert_eq!(done(caller.run("ann", "s1", "two")).await.text(), "two");
    assert_eq!(
        sketch(&stored(&caller, "ann", "s1").await),
        ["[one]", "!the remote agent echo can't be reached", "[two]", "[two]"]
    );
}

#[tokio::test]
async fn a_remote_whose_identity_nothing_proves_is_not_our_own() {
    let interface = AgentInterface::new("http://agent.invalid/", ProtocolBinding::JsonRpc, "1.0");
    let card = AgentCard::new("echo", "Echo", "1").with_interface(interface);
    let caller = Runner::new("demo", RemoteAgent::new("echo", card).trust(Trust::Own));
    let error = failed(caller.run("ann", "s1", "one")).await;
    let text = "the remote agent echo can't be proven to be our own: it needs HTTPS";
    assert_eq!((error.to_string().as_str(), error.code()), (text, Some(REMOTE_ERROR)));
}

#[tokio::test]
async fn refusals_and_broken_cards_are_failures_with_a_reason() {
    let unauthorized = |url: &str, request: &Value| match request {
        Value::Null => bridge_http::card(url, true),
        _ => Answer::json(401, &json!({"error": "who are you?"})),
    };
    let cases: [(String, &str); 3] = [
        (scripted(unauthorized).await, "failed"),
        (scripted(|_, _| Answer::json(401, &json!({}))).await, "can't be reached"),
        (
            scripted(|_, _| Answer {
                status: 200,
                kind: "text/html".into(),
                body: "<html>".into(),
                cut: false,
            })
            .await,
            "can't be reached",
        ),
    ];
    for (url, what) in cases {
        let caller = Runner::new("demo", RemoteAgent::new("far", url));
        let error = failed(caller.run("ann", "s1", "go")).await;
        assert_eq!(
            (error.to_string(), error.code()),
            (format!("the remote agent far {what}"), Some(REMOTE_ERROR))
        );
        let events = stored(&caller, "ann", "s1").await;
        assert!(events[1].custom_metadata["a2a:error"].is_string());
        assert_eq!(events[1].author, "far");
    }
}

fn chunk(text: &str, append: bool, last: bool) -> Value {
    json!({"artifactUpdate": {
        "taskId": "t-1", "contextId": "c-1", "append": append, "lastChunk": last,
        "artifact": {"artifactId": "a", "parts": [{"text": text}]},
    }})
}

#[tokio::test]
async fn a_stream_that_is_cut_short_keeps_what_was_said_and_fails() {
    let url = scripted(|url, request| match request {
        Value::Null => bridge_http::card(url, true),
        _ => Answer::stream(request, &[chunk("Hel", false, false), chunk("lo", true, false)]),
    })
    .await;
    let caller = Runner::new("demo", RemoteAgent::new("far", url));
    let events = collect(caller.run("ann", "s1", "go")).await;
    assert_eq!(sketch(&events), ["~[Hel]", "~[lo]", "[Hello]", "!the remote agent far failed"]);
}

#[tokio::test]
async fn an_answer_before_the_end_is_no_success() {
    let url = scripted(|url, request| match request {
        Value::Null => bridge_http::card(url, false),
        _ => Answer::result(
            request,
            &json!({"task": {
                "id": "t-1", "contextId": "c-1", "status": {"state": "TASK_STATE_WORKING"},
            }}),
        ),
    })
    .await;
    let caller = Runner::new("demo", RemoteAgent::new("far", url));
    assert_eq!(failed(caller.run("ann", "s1", "go")).await.code(), Some(REMOTE_ERROR));
}

/// Says a word, then waits for ever; the first token fires when it begins, the second when it is dropped.
fn stuck(says: bool) -> (impl Agent, Cancellation, Cancellation) {
    let (begun, dropped) = (Cancellation::new(), Cancellation::new());
    let tokens = (begun.clone(), dropped.clone());
    let agent = agent_fn("stuck", "", async move |_, mut out| {
        let guard = Stuck(tokens.1);
        if says {
            out.say("begun").await?;
        }
        tokens.0.cancel();
        std::future::pending::<()>().await;
        drop(guard);
        Ok(())
    });
    (agent, begun, dropped)
}

/// The state of the only task there is, once it has ended.
async fn ended(served: &Served) -> TaskState {
    let client = Client::connect(&*served.url).await.unwrap();
    let tasks = client.list_tasks(ListTasksRequest::default()).await.unwrap().tasks;
    until_ended(&client, &tasks[0].id).await
}

async fn until_ended(client: &Client, id: &TaskId) -> TaskState {
    // What is over already can't be followed.
    if let Ok(mut stream) = client.subscribe(id).await {
        while let Some(Ok(_)) = stream.next().await {}
    }
    client.get_task(id).await.unwrap().status.state
}

#[tokio::test]
async fn dropping_the_turn_cancels_the_remote_task() {
    for says in [true, false] {
        let (agent, begun, dropped) = stuck(says);
        let served = serve(agent).await;
        let mut turn = Runner::new("demo", served.own("stuck")).run("ann", "s1", "go");
        if says {
            assert_eq!(turn.next().await.unwrap().unwrap().text(), "begun");
        } else {
            tokio::select! {
                event = turn.next() => panic!("{event:?}"),
                () = begun.cancelled() => {}
            }
        }
        drop(turn);
        soon(dropped.cancelled()).await;
        assert_eq!(soon(ended(&served)).await, TaskState::Canceled);
    }
}

#[tokio::test]
async fn a_turn_dropped_before_there_is_an_answer_cancels_too() {
    let (begun, dropped) = (Cancellation::new(), Cancellation::new());
    let tokens = (begun.clone(), dropped.clone());
    let url = foreign(executor_fn(async move |cx, out| {
        let guard = Stuck(tokens.1);
        tokens.0.cancel();
        cx.cancel.canceled().await;
        drop((guard, out));
        Ok(())
    }))
    .await;
    let mut turn = Runner::new("demo", RemoteAgent::new("far", url)).run("ann", "s1", "go");
    tokio::select! {
        event = turn.next() => panic!("{event:?}"),
        () = begun.cancelled() => {}
    }
    drop(turn);
    soon(dropped.cancelled()).await;
}

#[tokio::test]
async fn a_turn_that_keeps_its_task_leaves_it_alone() {
    let (begun, go) = (Cancellation::new(), Cancellation::new());
    let tokens = (begun.clone(), go.clone());
    let served = serve(agent_fn("slow", "", async move |_, mut out| {
        tokens.0.cancel();
        tokens.1.cancelled().await;
        out.say("done").await
    }))
    .await;
    let mut turn = Runner::new("demo", served.own("slow").on_drop(OnDrop::Keep)).run("ann", "s1", "go");
    tokio::select! {
        event = turn.next() => panic!("{event:?}"),
        () = begun.cancelled() => {}
    }
    drop(turn);
    go.cancel();
    assert_eq!(soon(ended(&served)).await, TaskState::Completed);
}

#[tokio::test]
async fn a_cancel_from_elsewhere_stops_the_agent_and_is_told() {
    for trust in [Trust::Own, Trust::Peer] {
        let (agent, begun, dropped) = stuck(true);
        let served = serve(agent).await;
        let caller = Runner::new("demo", RemoteAgent::new("stuck", &*served.url).trust(trust));
        let mut turn = caller.run("ann", "s1", "go");
        let first = loop {
            let event = turn.next().await.unwrap().unwrap();
            if !event.is_partial() {
                break event;
            }
        };
        begun.cancelled().await;
        let client = Client::connect(&*served.url).await.unwrap();
        let id = task_of(std::slice::from_ref(&first));
        let canceled = soon(client.cancel(&id)).await.unwrap();
        assert_eq!(canceled.status.state, TaskState::Canceled);
        soon(dropped.cancelled()).await;
        let rest: Vec<Event> = turn.map(Result::unwrap).collect().await;
        assert_eq!(sketch(&rest), ["!the remote task was canceled"]);
        assert_eq!(rest[0].error_code.as_deref(), Some("TASK_CANCELED"));
    }
}

#[tokio::test]
async fn a_changed_clone_connects_by_itself() {
    let served = serve(echo()).await;
    let first = served.own("echo");
    done(Runner::new("demo", first.clone()).run("ann", "s1", "go")).await;
    let second = first.client(|settings| settings.header("bad header", "x"));
    failed(Runner::new("demo", second).run("ann", "s1", "go")).await;
}
