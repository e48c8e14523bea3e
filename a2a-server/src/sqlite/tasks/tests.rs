//! What can't be seen from outside: that no more of the tasks is in memory than there is room for, and that nothing
//! stays behind of what went.

use a2a_core::{Artifact, Caller, Entry, EntryBody, Message, TaskId, TaskState, Timestamp, entry};
use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::Sqlite;
use crate::log::{
    Create, Created, IdempotencyKey, LeaseRequest, LogError, Retention, Scope, TaskLog as _, View,
};

fn task(n: usize) -> TaskId {
    format!("task-{n}").parse().unwrap()
}

fn anyone() -> Scope {
    Scope::of(&Caller::anonymous())
}

fn written(body: EntryBody) -> Entry {
    Entry::written(Timestamp::UNIX_EPOCH, entry::RunRef::new(1), body)
}

fn status(state: TaskState) -> Entry {
    written(EntryBody::Status(entry::Status::new(state)))
}

/// A task of about 2 kB, with these entries behind the first ones.
async fn create(log: &Sqlite, n: usize, behind: Vec<Entry>) -> Created {
    let message = Message::user("message".parse().unwrap(), "begin");
    let opened = entry::Opened::new(message, entry::RequestRecord::default());
    let opened = Entry::posted(Timestamp::UNIX_EPOCH, EntryBody::Opened(Box::new(opened)));
    let artifact = Artifact::new("artifact".parse().unwrap(), "x".repeat(1_000));
    let chunk = written(EntryBody::Artifact(entry::Chunk::new(artifact)));
    let key = Some(IdempotencyKey::new(n.to_string()));
    let new = Create::new(task(n), "context".parse().unwrap(), anyone(), key);
    log.create(new, [opened, chunk].into_iter().chain(behind).collect()).await.unwrap()
}

async fn open(folder: &TempDir, retention: Retention, cache: usize) -> Sqlite {
    let options = Sqlite::options().synchronous(crate::sqlite::Synchronous::Normal);
    options.retention(retention).cache_bytes(cache).open(folder.path().join("tasks.db")).await.unwrap()
}

#[tokio::test]
async fn no_more_is_in_memory_than_there_is_room_for() {
    let folder = TempDir::new().unwrap();
    let log = open(&folder, Retention::new(), 100_000).await;
    for n in 0..300 {
        let end = (n % 3 == 0).then(|| status(TaskState::Completed));
        if let Created::New(lease, _) = create(&log, n, end.into_iter().collect()).await {
            log.append(&lease, vec![status(TaskState::InputRequired)]).await.unwrap();
            log.release(&lease, 0).await.unwrap();
        }
    }
    log.engine.folded().await;
    for _ in 0..2 {
        for n in 0..300 {
            let snapshot = log.load(&anyone(), &task(n), View::default()).await.unwrap();
            assert_eq!(snapshot.seq, 3);
        }
        let (tasks, bytes, queue) = log.engine.residents.sums();
        assert!(bytes <= 100_000 + 10_000 && tasks < 100, "{tasks} tasks take {bytes} bytes");
        assert_eq!(queue, tasks);
    }
}

#[tokio::test]
async fn what_is_used_stays_however_little_room_there_is() {
    let folder = TempDir::new().unwrap();
    let log = open(&folder, Retention::new(), 0).await;
    let Created::New(leased, _) = create(&log, 0, Vec::new()).await else { panic!("nothing ended it") };
    create(&log, 1, vec![status(TaskState::Completed)]).await;
    let reader = log.attach(&anyone(), &task(1), Some(0)).await.unwrap();
    for n in 2..50 {
        create(&log, n, vec![status(TaskState::Completed)]).await;
        assert!(log.header(&anyone(), &task(n)).await.is_ok());
    }
    let is_here = |n| log.engine.residents.find(&task(n)).is_some();
    assert_eq!((is_here(0), is_here(1)), (true, true));
    assert!(log.engine.residents.sums().0 < 12);
    log.append(&leased, vec![status(TaskState::Completed)]).await.unwrap();
    drop(reader);
    log.engine.folded().await;
    for n in 2..50 {
        assert!(log.header(&anyone(), &task(n)).await.is_ok());
    }
    assert_eq!((is_here(0), is_here(1)), (false, false));
}

#[tokio::test]
async fn nothing_of_a_task_that_went_stays_behind() {
    let folder = TempDir::new().unwrap();
    let log = open(&folder, Retention::new().finished_bytes(50_000), 64 << 20).await;
    for n in 0..1_000 {
        if let Created::New(lease, _) = create(&log, n, Vec::new()).await {
            log.append(&lease, vec![status(TaskState::Completed)]).await.unwrap();
        }
    }
    log.engine.folded().await;
    create(&log, 1_000, vec![status(TaskState::Completed)]).await;
    create(&log, 1_001, vec![status(TaskState::Completed)]).await;
    let kept = log.engine.finished.sums().tasks;
    assert!((5..60).contains(&kept), "{kept} tasks of about 3 kB are kept in 50 kB");
    let (tasks, _, queue) = log.engine.residents.sums();
    assert!(tasks <= kept && queue < 4 * kept, "{tasks} of {kept} tasks are in memory, {queue} asked to go");
    assert_eq!(log.engine.unfinished(), 0);
}

#[tokio::test]
async fn who_asks_for_what_isnt_there_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let log = open(&folder, Retention::new(), 64 << 20).await;
    for n in 0..100 {
        assert!(matches!(log.header(&anyone(), &task(n)).await, Err(LogError::NotFound)));
        assert!(matches!(log.lease(&task(n), LeaseRequest::Stop).await, Err(LogError::NotFound)));
        let asked = tokio::time::timeout(std::time::Duration::ZERO, log.header(&anyone(), &task(n))).await;
        assert!(!matches!(asked, Ok(Ok(_))));
    }
    assert_eq!(log.engine.residents.sums(), (0, 0, 0));
}
