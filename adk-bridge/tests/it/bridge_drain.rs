//! A server that is shut down in the middle of a run which its drain isn't long enough for.

use std::{path::Path, sync::Arc, thread, time::Duration};

use adk_bridge::{
    AdkExecutor, RemoteAgent, Runner, Trust,
    a2a_client::{Client, TaskStream},
    a2a_core::{ListTasksRequest, Task, TaskState},
    a2a_server::{Limits, Server, sqlite::Sqlite},
    adk::SqliteSessions,
    agent_fn,
};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use tokio::{runtime::Runtime, sync::Notify};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_outlasts_its_drain_goes_on_in_the_next_process_and_so_does_the_remote() {
    for trust in [Trust::Own, Trust::Peer] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("middle.db");
        let (far, gate) = teller().await;

        let (runtime, bound) = {
            let (path, far) = (path.clone(), far.url.clone());
            let start = move || {
                let runtime = Runtime::new().unwrap();
                let bound = runtime
                    .block_on(async { middle(&path, &far, trust).await.bind("127.0.0.1:0").await.unwrap() });
                (runtime, bound)
            };
            thread::spawn(start).join().unwrap()
        };
        let (url, handle) = (bound.url().to_owned(), bound.handle());
        let serving = runtime.spawn(bound.run());
        let mut stream = Client::connect(&*url).await.unwrap().stream_text("go").await.unwrap();
        until_said(&mut stream, "one").await;
        let task = stream.task().unwrap().id.clone();
        handle.shutdown();
        soon(serving).await.unwrap().unwrap();
        // The process ends, and with it whatever still runs there.
        drop(handle);
        thread::spawn(move || drop(runtime)).join().unwrap();
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
