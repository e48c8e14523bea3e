//! The same where the process that is killed has its work done elsewhere: what it began there isn't begun again.

use std::path::Path;

use adk_bridge::{
    Runner, Trust,
    a2a_core::{ListTasksRequest, Role, Task},
};
use pretty_assertions::assert_eq;

use super::{
    Came,
    agreement::agree,
    assert_same,
    conversation::{connect, talk},
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

/// Both die: the one that asks, and the one that is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_over_two_servers_that_are_killed_anywhere() {
    let (whole, near, far) = converse_far(Trust::Own, 0, 0).await;
    let (near, far, mut deaths) = (near[0].len(), far[0].len(), 0);
    for (n, far_at) in (1..=far).step_by(3).enumerate() {
        let near_at = 1 + n * 17 % near;
        let trust = if n % 2 == 0 { Trust::Own } else { Trust::Peer };
        let (came, callers, lives) = converse_far(trust, near_at, far_at).await;
        deaths += callers.len() - 1 + lives.len() - 1;
        assert_same(&came, &whole, &lives, &format!("{trust:?}, killed at {near_at} and at {far_at}"));
    }
    assert!(deaths > far / 2, "{deaths} for {far} points");
}

/// The conversation with a server that asks another one, which doesn't die.
async fn converse(trust: Trust, kill_at: &[usize]) -> (Came, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let far = Runner::new("far", host::clerk(folder.path(), Points::new(0)));
    let far = serve_runner(far, |_| true).await;
    converse_with(&far.url, trust, folder.path(), folder.path(), kill_at).await
}

/// The same with one that dies, too; the points that the processes of each have passed.
async fn converse_far(
    trust: Trust,
    near_at: usize,
    far_at: usize,
) -> (Came, Vec<Vec<String>>, Vec<Vec<String>>) {
    let (near, far) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let front = Front::bind().await;
    let host = Host::start(far.path(), Work::Pays, vec![far_at], &front);
    let (came, lives) = converse_with(front.url(), trust, near.path(), far.path(), &[near_at]).await;
    (came, lives, host.end().await)
}

async fn converse_with(
    far: &str,
    trust: Trust,
    folder: &Path,
    ledger: &Path,
    kill_at: &[usize],
) -> (Came, Vec<Vec<String>>) {
    let front = Front::bind().await;
    let host = Host::start(folder, Work::Asks(far.to_owned(), trust), kill_at.to_vec(), &front);
    let ((paid, stopped), lives) = host.through(talk(front.url())).await;
    assert_eq!(soon(said(far)).await, [1, 2], "each message has come once");
    let paid = agree(folder, &paid).await;
    let stopped = agree(folder, &stopped).await;
    (Came { paid, stopped, charges: host::charges(ledger) }, lives)
}

/// How many messages each task has got, fewest first.
async fn said(url: &str) -> Vec<usize> {
    let client = connect(url).await;
    let tasks = loop {
        if let Ok(page) = client.list_tasks(ListTasksRequest::default()).await {
            break page.tasks;
        }
    };
    let count = |task: &Task| task.history.iter().filter(|said| said.role == Role::User).count();
    let mut counts: Vec<usize> = tasks.iter().map(count).collect();
    counts.sort_unstable();
    counts
}
