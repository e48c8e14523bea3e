//! A server that is shut down in the middle of a run which its drain isn't long enough for.

use std::{
    future,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use adk_bridge::{
    AdkExecutor, Decision, FunctionCall, RemoteAgent, Runner, Trust,
    a2a_client::{Client, TaskStream},
    a2a_core::{ContextId, ListTasksRequest, Message, Part as WirePart, Task, TaskId, TaskState},
    a2a_server::{Limits, ServeError, Server, ServerHandle, sqlite::Sqlite},
    adk::{FunctionResponse, SqliteSessions, ToolContext, tool_fn},
    agent_fn,
    convert::part,
};
use futures_util::{StreamExt as _, future::join_all};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::{runtime::Runtime, sync::Notify, task::JoinHandle};

use crate::bridge_fixture::{Served, foreign_card, serve, soon, user_message};

/// A server between the test and an agent elsewhere, with all it has in a file.
async fn middle(file: &Path, far: &str, trust: Trust) -> Server {
    let file = Sqlite::open(file).await.unwrap();
    let sessions = SqliteSessions::of(&file).await.unwrap();
    // Whoever lets go of the turn cancels what it began elsewhere.
    let agent = RemoteAgent::new("teller", far).trust(trust);
    let executor = AdkExecutor::new(Runner::new("middle", agent).sessions(sessions));
    let limits = Limits::new().with_drain(Duration::from_millis(20));
    Server::builder(foreign_card(true), executor)
        .store(file)
        .limits(limits)
        .allow_anonymous()
        .build()
        .unwrap()
}

/// Says one thing, and another when it may.
async fn teller() -> (Served, Arc<Notify>) {
    let gate = Arc::new(Notify::new());
    let opens = Arc::clone(&gate);
    let agent = agent_fn("teller", "", async move |_, mut out| {
        out.say("one").await?;
        opens.notified().await;
        out.say("two").await
    });
    (serve(agent).await, gate)
}

async fn tasks(url: &str) -> Vec<Task> {
    let client = Client::connect(url).await.unwrap();
    client.list_tasks(ListTasksRequest::default()).await.unwrap().tasks
}

/// The task once it has ended.
async fn ended(client: &Client, id: &TaskId) -> Task {
    let mut stream = client.subscribe(id).await.unwrap();
    // Who has ended can't be subscribed to.
    while let Some(Ok(_)) = soon(stream.next()).await {}
    let task = client.get_task(id).await.unwrap();
    assert!(task.status.state.is_terminal(), "{task:?}");
    task
}

async fn until_said(stream: &mut TaskStream, text: &str) {
    while stream.task().is_none_or(|task| task.text() != text) {
        soon(stream.next()).await.unwrap().unwrap();
    }
}

/// A server with a runtime of its own, as a process has.
struct Process {
    runtime: Runtime,
    handle: ServerHandle,
    serving: JoinHandle<Result<(), ServeError>>,
    url: String,
}

impl Process {
    fn start(server: impl AsyncFnOnce() -> Server + Send + 'static) -> Self {
        let start = || {
            let runtime = Runtime::new().unwrap();
            let bound = runtime.block_on(async { server().await.bind("127.0.0.1:0").await.unwrap() });
            let (url, handle) = (bound.url().to_owned(), bound.handle());
            let serving = runtime.spawn(bound.run());
            Self { runtime, handle, serving, url }
        };
        thread::spawn(start).join().unwrap()
    }

    /// Shuts it down. The process ends with its drain, and with it whatever still runs there.
    async fn end(self) {
        self.handle.shutdown();
        soon(self.serving).await.unwrap().unwrap();
        drop(self.handle);
        thread::spawn(move || drop(self.runtime)).join().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_outlasts_its_drain_goes_on_in_the_next_process_and_so_does_the_remote() {
    for trust in [Trust::Own, Trust::Peer] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("middle.db");
        let (far, gate) = teller().await;

        let url = far.url.clone();
        let process = Process::start({
            let path = path.clone();
            async move || middle(&path, &url, trust).await
        });
        let mut stream = Client::connect(&*process.url).await.unwrap().stream_text("go").await.unwrap();
        until_said(&mut stream, "one").await;
        let task = stream.task().unwrap().id.clone();
        process.end().await;
        assert_eq!(tasks(&far.url).await[0].status.state, TaskState::Working, "{trust:?}");

        let file = middle(&path, &far.url, trust).await.bind("127.0.0.1:0").await.unwrap();
        let url = file.url().to_owned();
        tokio::spawn(file.run());
        gate.notify_one();
        let client = Client::connect(&*url).await.unwrap();
        let ended = ended(&client, &task).await;
        assert_eq!(
            (&ended.status.state, ended.text()),
            (&TaskState::Completed, "onetwo".into()),
            "{trust:?}"
        );
        let states: Vec<TaskState> =
            tasks(&far.url).await.into_iter().map(|task| task.status.state).collect();
        assert_eq!(states, [TaskState::Completed], "{trust:?}");
    }
}

/// Tells that it begins, says one thing, and then says another or dies with its process.
async fn halves(file: &Path, begun: Arc<Notify>, ends: bool) -> Server {
    let file = Sqlite::open(file).await.unwrap();
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let agent = agent_fn("halves", "", async move |cx, mut out| {
        begun.notify_one();
        out.say(format!("{} one", cx.text())).await?;
        if !ends {
            future::pending::<()>().await;
        }
        out.say(format!("{} two", cx.text())).await
    });
    let executor = AdkExecutor::new(Runner::new("far", agent).sessions(sessions));
    let limits = Limits::new().with_drain(Duration::from_millis(1)).with_attempts(2);
    Server::builder(foreign_card(true), executor)
        .store(file)
        .limits(limits)
        .allow_anonymous()
        .build()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_runs_that_were_cut_all_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("far.db");
    let first = Process::start({
        let path = path.clone();
        async move || halves(&path, Arc::default(), false).await
    });
    let client = Client::connect(&*first.url).await.unwrap();
    // Every other one is in a conversation with all the others.
    let context: ContextId = "all".parse().unwrap();
    let sent = (0..200).map(async |n| {
        let call = if n % 2 == 0 { client.call() } else { client.call().context(&context) };
        let mut stream = call.stream_text(n.to_string()).await.unwrap();
        until_said(&mut stream, &format!("{n} one")).await;
        (n, stream.task().unwrap().id.clone())
    });
    let sent: Vec<(i32, TaskId)> = soon(join_all(sent)).await;
    first.end().await;

    let second = Process::start(async move || halves(&path, Arc::default(), true).await);
    let client = Client::connect(&*second.url).await.unwrap();
    for (n, id) in &sent {
        let task = ended(&client, id).await;
        let said = (&task.status.state, task.text());
        assert_eq!(said, (&TaskState::Completed, format!("{n} one{n} two")), "{task:?}");
    }
    second.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_dies_too_often_fails_and_its_conversation_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("far.db");
    let begun = Arc::new(Notify::new());
    let process = |ends: bool| {
        let (path, begun) = (path.clone(), Arc::clone(&begun));
        Process::start(async move || halves(&path, begun, ends).await)
    };
    let first = process(false);
    let context: ContextId = "all".parse().unwrap();
    let client = Client::connect(&*first.url).await.unwrap();
    let mut stream = client.call().context(&context).stream_text("1").await.unwrap();
    until_said(&mut stream, "1 one").await;
    soon(begun.notified()).await;
    let id = stream.task().unwrap().id.clone();
    first.end().await;
    let second = process(false);
    soon(begun.notified()).await;
    second.end().await;

    let third = process(true);
    let client = Client::connect(&*third.url).await.unwrap();
    let task = ended(&client, &id).await;
    let why = "The task was attempted 2 times, and each time the process ended before it did";
    let said = task.status.message.as_ref().unwrap().text();
    assert_eq!((&task.status.state, &*said, &*task.text()), (&TaskState::Failed, why, "1 one"));
    let answer = client.call().context(&context).send_text("2").await.unwrap();
    assert_eq!(answer.task().unwrap().text(), "2 one2 two");
    third.end().await;
}

type Calls = Arc<Mutex<Vec<String>>>;

/// Asks, and pays when it may: which takes for ever in a process that dies.
async fn clerk(file: &Path, calls: &Calls, ends: bool) -> Server {
    let file = Sqlite::open(file).await.unwrap();
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let calls = Arc::clone(calls);
    let pay = tool_fn("pay", "", async move |_: Value, cx: ToolContext| {
        calls.lock().unwrap().push(cx.call_id().to_owned());
        if ends { Ok(json!({})) } else { future::pending().await }
    });
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        let call = FunctionCall::new("pay", json!({}));
        if cx.decision(&call) == Decision::NotAsked {
            return out.ask(call).await;
        }
        out.call(&cx, &pay, json!({})).await?;
        out.say("paid").await
    });
    let executor = AdkExecutor::new(Runner::new("far", agent).sessions(sessions));
    let limits = Limits::new().with_drain(Duration::from_millis(1));
    Server::builder(foreign_card(true), executor)
        .store(file)
        .limits(limits)
        .allow_anonymous()
        .build()
        .unwrap()
}

/// A message under an id that others have, too.
fn again(task: &Task, part: WirePart) -> Message {
    let mut message = user_message("m-1", vec![part]);
    message.task_id = Some(task.id.clone());
    message
}

fn approval(task: &Task) -> WirePart {
    let parts = &task.status.message.as_ref().unwrap().parts;
    let call = parts.iter().find_map(|asked| part::from_a2a(asked).as_function_call().cloned()).unwrap();
    let answer = FunctionResponse::new(&call.id, &call.name, json!({ "confirmed": true }));
    part::to_a2a(&answer.into(), &[])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_uses_an_id_again_does_not_change_how_the_run_before_it_is_made_again() {
    let (folder, calls) = (tempfile::tempdir().unwrap(), Calls::default());
    let path = folder.path().join("far.db");
    let process = |ends: bool| {
        let (path, calls) = (path.clone(), Arc::clone(&calls));
        Process::start(async move || clerk(&path, &calls, ends).await)
    };
    let first = process(false);
    let client = Client::connect(&*first.url).await.unwrap();
    let asked = client.send_text("pay").await.unwrap().task().unwrap().clone();
    for said in [approval(&asked), WirePart::text("hurry")] {
        client.call().return_immediately().send(again(&asked, said)).await.unwrap();
    }
    soon(async {
        while calls.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    first.end().await;

    let second = process(true);
    let task = ended(&Client::connect(&*second.url).await.unwrap(), &asked.id).await;
    assert_eq!((&task.status.state, task.text()), (&TaskState::Completed, "paid".to_owned()), "{task:#?}");
    second.end().await;
    let calls = calls.lock().unwrap().clone();
    assert_eq!((calls.len(), &calls[0]), (2, &calls[1]));
}
