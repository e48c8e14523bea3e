//! A server that is killed at every step of a conversation, and a client that goes on over it.
//!
//! The server is a process of its own. Each thing that it stores, wakes or does to the world is a point, before and
//! after; the first process dies at one of them by SIGKILL, the next one goes on with the file. In a loop through all.

mod agreement;
mod callers;
mod conversation;
mod front;
mod host;
mod order;
mod points;

use adk_bridge::a2a_core::TaskState;
use pretty_assertions::assert_eq;

use self::{
    agreement::{Outcome, agree},
    conversation::talk,
    front::Front,
    host::{Host, Work},
};

/// What a conversation has come to, without anything that is random.
#[derive(Debug, PartialEq)]
struct Came {
    paid: Outcome,
    stopped: Outcome,
    /// What was done to the world, by idempotency key, and how often.
    charges: Vec<usize>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_over_a_server_that_is_killed_anywhere() {
    let (whole, points) = uninterrupted().await;
    assert!(points.len() > 60, "{points:#?}");
    let (mut again, mut deaths) = (0, 0);
    for (n, point) in (1..).zip(&points) {
        let (came, lives) = converse(&[n]).await;
        deaths += lives.len() - 1;
        again += assert_same(&came, &whole, &lives, &format!("killed at {n}, {point}"));
    }
    assert!(again > 0, "no kill came between a call and its result");
    // Chunks are stored one by one or together, and so there are more points or fewer.
    assert!(deaths > points.len() - 9, "{deaths} of {}", points.len());
}

/// With three attempts at a run, two of them may die.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_over_a_server_that_is_killed_anywhere_and_then_again() {
    let (whole, points) = uninterrupted().await;
    for n in (1..=points.len()).step_by(9) {
        for then in [1, 2, 4, 7, 11] {
            let (came, lives) = converse(&[n, then]).await;
            assert_same(&came, &whole, &lives, &format!("killed at {n}, {}, then at {then}", points[n - 1]));
        }
    }
}

async fn uninterrupted() -> (Came, Vec<String>) {
    let (whole, mut lives) = converse(&[]).await;
    assert_eq!(whole.paid.state, TaskState::Completed);
    assert_eq!(whole.stopped, Outcome { state: TaskState::Canceled, artifacts: vec!["waiting".into()] });
    assert_eq!(whole.charges, [1, 1]);
    (whole, lives.remove(0))
}

/// Holds what came of a conversation against the uninterrupted one; how many calls were made again.
///
/// A call may have been made whose result wasn't stored when its process died: it is made again, by the same key. No
/// other call is.
fn assert_same(came: &Came, whole: &Came, lives: &[Vec<String>], when: &str) -> usize {
    assert_eq!((&came.paid, &came.stopped), (&whole.paid, &whole.stopped), "{when}");
    let again = came.charges.iter().sum::<usize>() - came.charges.len();
    let most = lives.iter().filter(|points| dies_in_a_call(points)).count();
    assert!(came.charges.len() == 2 && again <= most, "{when}: {:?}, of {most}", came.charges);
    again
}

/// Whether a process began a call of which it didn't store the result.
fn dies_in_a_call(points: &[String]) -> bool {
    let called = points.iter().rposition(|point| point == "before the charge");
    called
        .is_some_and(|called| !points[called..].iter().any(|point| point == "after an event of the session"))
}

/// The whole conversation with a server of which each process dies at its point, and the one behind them doesn't; what
/// came of it, and the points that each process passed.
async fn converse(kill_at: &[usize]) -> (Came, Vec<Vec<String>>) {
    let folder = tempfile::tempdir().unwrap();
    let front = Front::bind().await;
    let host = Host::start(folder.path(), Work::Pays, kill_at.to_vec(), &front);
    let ((paid, stopped), lives) = host.through(talk(front.url())).await;
    let came = Came {
        paid: agree(folder.path(), &paid).await,
        stopped: agree(folder.path(), &stopped).await,
        charges: host::charges(folder.path()),
    };
    (came, lives)
}
