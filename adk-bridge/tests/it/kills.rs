//! A server that is killed at every step of a conversation, and a client that goes on over it.
//!
//! The server is a process of its own. Each thing that it stores, wakes or does to the world is a point, before and
//! after; the first process dies at one of them by SIGKILL, the next one goes on with the file. In a loop through all.

mod front;
mod host;
mod order;
mod points;

use std::{collections::BTreeMap, path::Path, time::Duration};

use adk_bridge::{
    a2a_client::{Client, Retry, TaskStream},
    a2a_core::{
        Caller, ContextId, Entry, EntryBody, Fold, Message, Part, Role, StreamEvent, Task, TaskId, TaskState,
    },
    a2a_server::{
        log::{Limit, Page, Scope, TaskLog as _, View},
        sqlite::Sqlite,
    },
    adk::{AppName, Event, SessionKey, SessionService as _, SqliteSessions, Window},
    convert::part,
};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;

use self::{front::Front, host::Host};
use crate::bridge_fixture::soon;

/// What a conversation has come to, without anything that is random.
#[derive(Debug, PartialEq)]
struct Came {
    paid: Outcome,
    stopped: Outcome,
    /// What was done to the world, by idempotency key, and how often.
    charges: Vec<usize>,
}

/// A task, as far as two runs of it are the same.
#[derive(Debug, PartialEq)]
struct Outcome {
    state: TaskState,
    artifacts: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_goes_on_over_a_server_that_is_killed_anywhere() {
    let (whole, points) = uninterrupted().await;
    assert!(points.len() > 60, "{points:#?}");
    let mut again = 0;
    for (n, point) in (1..).zip(&points) {
        let (came, lives) = converse(&[n]).await;
        assert!(lives.len() > 1, "it wasn't killed at {n}, {point}");
        again += assert_same(&came, &whole, &lives, &format!("killed at {n}, {point}"));
    }
    assert!(again > 0, "no kill came between a call and its result");
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
    let host = Host::start(folder.path(), front.url(), kill_at.to_vec(), front.server());
    let (paid, stopped) = soon(async {
        let client = connect(front.url()).await;
        (pay(&client).await, stop(&client).await)
    })
    .await;
    let lives = host.end().await;
    let came = Came {
        paid: agree(folder.path(), &paid).await,
        stopped: agree(folder.path(), &stopped).await,
        charges: host::charges(folder.path()),
    };
    (came, lives)
}

async fn connect(url: &str) -> Client {
    let retry = Retry::new().repeats(100).resumes(100).delay(Duration::from_millis(5));
    let client = Client::builder().retry(retry.max_delay(Duration::from_millis(50)));
    loop {
        // It may die before it has shown its card.
        if let Ok(client) = client.clone().connect(url).await {
            return client;
        }
    }
}

/// What a client was told of a task.
struct Told {
    task: Task,
    /// What came by each of its streams, behind the task that a stream begins with.
    streams: Vec<Vec<StreamEvent>>,
}

/// Asks for a payment and approves it.
async fn pay(client: &Client) -> Told {
    let context = "paying".parse().unwrap();
    let (asked, asking) = read(client.call().context(&context).stream_text("pay bob").await.unwrap()).await;
    assert_eq!(asked.status.state, TaskState::InputRequired, "{asked:?}");
    let call = client.call().task(&asked.id);
    let (task, answering) = read(call.stream(approval(&asked)).await.unwrap()).await;
    assert_eq!(task.id, asked.id);
    Told { task, streams: vec![asking, answering] }
}

/// Begins something endless and stops it, as often as it takes to hear that it has ended.
async fn stop(client: &Client) -> Told {
    let context = "waiting".parse().unwrap();
    let mut stream = client.call().context(&context).stream_text("wait").await.unwrap();
    let mut heard = Vec::new();
    while stream.task().is_none_or(|task| task.artifacts.is_empty()) {
        heard.push(stream.next().await.expect("the agent waits").unwrap());
    }
    let id = stream.task().unwrap().id.clone();
    let ((task, rest), ()) = tokio::join!(read(stream), async {
        while client.cancel(&id).await.is_err() {
            let task = client.get_task(&id).await;
            if task.is_ok_and(|task| task.status.state.is_terminal()) {
                break;
            }
        }
    });
    heard.extend(rest);
    Told { task, streams: vec![heard] }
}

async fn read(mut stream: TaskStream) -> (Task, Vec<StreamEvent>) {
    let mut heard = Vec::new();
    while let Some(event) = stream.next().await {
        heard.push(event.unwrap());
    }
    (stream.into_task().unwrap(), heard)
}

/// The answer that approves what the task waits for.
fn approval(task: &Task) -> Message {
    let question = task.status.message.as_ref().unwrap();
    let mut asked = question.parts.iter().map(part::from_a2a);
    let call = asked.find_map(|part| part.as_function_call().cloned()).unwrap();
    let mut event = Event::new("clerk");
    event.long_running_tool_ids.push(call.id.clone());
    let event = event.with_content(adk_bridge::adk::Content::model([call.into()]));
    let approved = adk_bridge::Pending::collect(&[event])[0].approve();
    Message::user(format!("answer-{}", task.id).parse().unwrap(), vec![part::to_a2a(&approved, &[])])
}

/// Holds the file against what the client was told, the task against its entries, and the session against both.
async fn agree(folder: &Path, told: &Told) -> Outcome {
    let file = Sqlite::open(folder.join("clerk.db")).await.unwrap();
    let who = Scope::of(&Caller::anonymous());
    let Told { task: told, streams } = told;
    let stored = file.load(&who, &told.id, View::default()).await.unwrap().to_task();
    assert_eq!(*told, stored, "what the client was told is what is stored");
    let context = told.context_id.as_ref().unwrap();
    let entries = entries(&file, &who, &told.id).await;
    assert_eq!(stored, folded(&entries, &told.id, context), "the task is its entries");
    let wire: Vec<StreamEvent> = entries
        .iter()
        .filter_map(|entry| entry.event(&told.id, context))
        .map(|event| event.to_stream_event())
        .collect();
    for heard in streams {
        let [StreamEvent::Task(_), heard @ ..] = &heard[..] else { panic!("{heard:?}") };
        let each_once = wire.windows(heard.len()).any(|told| told == heard);
        assert!(each_once, "a stream goes on where it was cut:\n{heard:#?}\nof\n{wire:#?}");
    }
    let pauses =
        |entry: &&Entry| matches!(&entry.body, EntryBody::Status(status) if status.state.is_interrupted());
    assert!(entries.iter().filter(pauses).count() < 2, "it is asked once: {entries:#?}");
    let context = context.as_str();
    let user = format!("A2A_USER_{context}");
    let key = SessionKey::new(
        AppName::try_from("clerk").unwrap(),
        user.as_str().try_into().unwrap(),
        context.try_into().unwrap(),
    );
    let sessions = SqliteSessions::of(&file).await.unwrap();
    let session = sessions.load(&key, Window::All).await.unwrap().unwrap();
    let asked = |message: &&Message| message.role == Role::User;
    let heard = session.events.iter().filter(|event| event.is_from_user()).count();
    assert_eq!(heard, stored.history.iter().filter(asked).count(), "the session has each message once");
    let said: BTreeMap<String, String> = session
        .events
        .iter()
        .filter(|event| event.author == "clerk")
        .map(|event| (event.id.clone(), texts(&event_parts(event))))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let shown: BTreeMap<String, String> = stored
        .artifacts
        .iter()
        .map(|artifact| (artifact.artifact_id.to_string(), texts(&artifact.parts)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    assert_eq!(said, shown, "the session and the log agree");
    file.close().await;
    Outcome {
        state: stored.status.state.clone(),
        artifacts: stored.artifacts.iter().map(|artifact| texts(&artifact.parts)).collect(),
    }
}

fn event_parts(event: &Event) -> Vec<Part> {
    let parts = event.content.iter().flat_map(|content| &content.parts);
    parts.map(|said| part::to_a2a(said, &[])).collect()
}

fn texts(parts: &[Part]) -> String {
    parts.iter().filter_map(Part::as_text).collect()
}

/// Every entry of a task, of which none is missing.
async fn entries(file: &Sqlite, who: &Scope, task: &TaskId) -> Vec<Entry> {
    let mut reader = file.attach(who, task, Some(0)).await.unwrap();
    assert!(reader.snapshot.is_none(), "nothing is trimmed so soon");
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let Page::Entries(page) = file.read(&mut reader.cursor, Limit::default()).await.unwrap() else {
            panic!()
        };
        if page.is_empty() {
            return entries;
        }
        for entry in page {
            assert_eq!(entry.seq, entries.len() as u64 + 1);
            entries.push((*entry.entry).clone());
        }
    }
}

fn folded(entries: &[Entry], task: &TaskId, context: &ContextId) -> Task {
    let EntryBody::Opened(opened) = &entries[0].body else { panic!("{:?}", entries[0]) };
    let mut fold = Fold::open(task.clone(), context.clone(), entries[0].at, opened);
    for entry in &entries[1..] {
        fold.apply_entry(entry);
    }
    fold.into_task()
}
