//! The same where the process that is killed has its work done elsewhere: what it began there isn't begun again.

use adk_bridge::{
    Runner, Trust,
    a2a_client::Client,
    a2a_core::{ListTasksRequest, Role},
};
use pretty_assertions::assert_eq;

use super::{
    Came,
    agreement::agree,
    conversation::{connect, pay, stop},
    front::Front,
    host::{self, Host, Work},
    points::Points,
};
use crate::bridge_fixture::{serve_runner, soon};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_over_a_caller_that_is_killed_anywhere() {
    for (first, trust) in [(1, Trust::Own), (2, Trust::Peer)] {
        let (whole, mut lives) = converse(trust, &[]).await;
        let points = lives.remove(0);
        assert!(points.len() > 50, "{points:#?}");
        let mut deaths = 0;
        for n in (first..=points.len()).step_by(2) {
            let (came, lives) = converse(trust, &[n]).await;
            deaths += lives.len() - 1;
            assert_eq!(came, whole, "{trust:?}, killed at {n}, {}", points[n - 1]);
        }
        // What comes from elsewhere comes in more pieces or fewer, and so there are more points or fewer.
        assert!(deaths > points.len() / 2 - 5, "{deaths} of {}", points.len() / 2);
    }
}

/// The conversation with a server that asks another one, which doesn't die.
async fn converse(trust: Trust, kill_at: &[usize]) -> (Came, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let far = Runner::new("far", host::clerk(folder.path(), Points::new(0)));
    let far = serve_runner(far, |_| true).await;
    let front = Front::bind().await;
    let host = Host::start(folder.path(), Work::Asks(far.url.clone(), trust), kill_at.to_vec(), &front);
    let client = soon(connect(front.url())).await;
    let (paid, stopped) = (soon(pay(&client)).await, soon(stop(&client)).await);
    let lives = host.end().await;
    assert_eq!(said(&far.url).await, [1, 2], "each message has come once");
    let came = Came {
        paid: agree(folder.path(), &paid).await,
        stopped: agree(folder.path(), &stopped).await,
        charges: host::charges(folder.path()),
    };
    (came, lives)
}

/// How many messages each task has got, fewest first.
async fn said(url: &str) -> Vec<usize> {
    let tasks =
        Client::connect(url).await.unwrap().list_tasks(ListTasksRequest::default()).await.unwrap().tasks;
    let count = |task: &adk_bridge::a2a_core::Task| {
        task.history.iter().filter(|said| said.role == Role::User).count()
    };
    let mut counts: Vec<usize> = tasks.iter().map(count).collect();
    counts.sort_unstable();
    counts
}
