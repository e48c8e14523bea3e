//! A server that is shut down in the middle of a run which its drain isn't long enough for.

use std::{future, path::Path, sync::Arc, thread, time::Duration};

use adk_bridge::{
    AdkExecutor, RemoteAgent, Runner, Trust,
    a2a_client::{Client, TaskStream},
    a2a_core::{ContextId, ListTasksRequest, Task, TaskId, TaskState},
    a2a_server::{Limits, ServeError, Server, ServerHandle, sqlite::Sqlite},
    adk::SqliteSessions,
    agent_fn,
};
use futures_util::{StreamExt as _, future::join_all};
use pretty_assertions::assert_eq;
use tokio::{runtime::Runtime, sync::Notify, task::JoinHandle};

use crate::bridge_fixture::{Served, foreign_card, serve, soon};

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
        let mut ended = client.get_task(&task).await.unwrap();
        if !ended.status.state.is_terminal() {
            let mut stream = client.subscribe(&task).await.unwrap();
            while let Some(event) = soon(stream.next()).await {
                event.unwrap();
            }
            ended = stream.into_task().unwrap();
        }
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

/// Says one thing, and then dies with its process, unless it is made again.
async fn halves(file: &Path, ends: bool) -> Server {
    let file = Sqlite::open(file).await.unwrap();
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let agent = agent_fn("halves", "", async move |cx, mut out| {
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
        async move || halves(&path, false).await
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

    let second = Process::start(async move || halves(&path, true).await);
    let client = Client::connect(&*second.url).await.unwrap();
    soon(async {
        for (n, id) in &sent {
            let mut task = client.get_task(id).await.unwrap();
            while !task.status.state.is_terminal() {
                task = client.get_task(id).await.unwrap();
            }
            let said = (&task.status.state, task.text());
            assert_eq!(said, (&TaskState::Completed, format!("{n} one{n} two")), "{task:?}");
        }
    })
    .await;
    second.end().await;
}
