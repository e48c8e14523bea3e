//! What can't be seen from outside: that no more of the tasks is in memory than there is room for, and that nothing
//! stays behind of what went.

use std::time::Duration;

use a2a_core::{Artifact, Caller, Entry, EntryBody, Message, TaskId, TaskState, Timestamp, entry};
use pretty_assertions::assert_eq;
use tempfile::TempDir;

use super::Sqlite;
use crate::{
    contract::fixture::Numbers,
    log::{Create, Created, IdempotencyKey, LeaseRequest, LogError, Retention, Scope, TaskLog as _, View},
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

/// Waits until no sweep is under way.
async fn swept(log: &Sqlite) {
    let sweeping = || log.engine.sweeping.load(std::sync::atomic::Ordering::SeqCst);
    loop {
        // The next one is handed over right behind the one before.
        log.engine.database.write(super::reading::Behind).await.unwrap();
        if !sweeping() {
            return;
        }
    }
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

#[tokio::test]
async fn tasks_that_are_large_dont_go_all_at_once() {
    let folder = TempDir::new().unwrap();
    let log = open(&folder, Retention::new(), 0).await;
    for n in 0..8 {
        let large = Artifact::new("large".parse().unwrap(), "x".repeat(5 << 20));
        let large = written(EntryBody::Artifact(entry::Chunk::new(large)));
        create(&log, n, vec![large, status(TaskState::Completed)]).await;
    }
    log.close().await;
    let log = open(&folder, Retention::new().finished_bytes(10_000), 0).await;
    let before = log.engine.database.commits();
    create(&log, 8, vec![status(TaskState::Completed)]).await;
    swept(&log).await;
    let commits = log.engine.database.commits() - before;
    assert!(commits > 4, "that of the new one, those of `swept`, and the large ones went in twos");
    assert_eq!(log.engine.finished.sums().tasks, 1);
}

/// Fails at some statements of others, or at none.
struct Arm(Option<&'static str>);

#[async_trait::async_trait]
impl crate::sqlite::Write for Arm {
    type Output = ();

    async fn run(&mut self, tx: &mut sqlx::SqliteConnection) -> Result<(), sqlx::Error> {
        sqlx::query("DROP TRIGGER IF EXISTS fault").execute(&mut *tx).await?;
        let Some(point) = self.0 else { return Ok(()) };
        let trigger = format!("CREATE TRIGGER fault BEFORE {point} BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
        sqlx::raw_sql(sqlx::AssertSqlSafe(trigger)).execute(tx).await.map(|_| ())
    }
}

/// Where something may fail.
const POINTS: [Option<&str>; 8] = [
    None,
    Some("INSERT ON task"),
    Some("UPDATE ON task"),
    Some("DELETE ON task"),
    Some("INSERT ON task_batch"),
    Some("DELETE ON task_batch"),
    Some("INSERT ON task_fold"),
    Some("DELETE ON task_key"),
];

/// Makes tasks and ends them, where now and then something fails.
async fn work(log: &Sqlite, mut numbers: Numbers) {
    let mut leases = Vec::new();
    for n in 0..400 {
        if numbers.below(6) == 0 {
            let point = POINTS[usize::try_from(numbers.below(8)).unwrap()];
            drop(log.engine.database.write(Arm(point)));
        }
        let at = Timestamp::from_unix_millis(i64::try_from(n).unwrap() * 1_000);
        let then = |mut entry: Entry| {
            entry.at = at;
            entry
        };
        let end = || then(status(TaskState::Completed));
        let what = numbers.below(4);
        if what == 0 {
            if let Some(lease) = leases.pop() {
                let _ = log.append(&lease, vec![then(status(TaskState::Working)), end()]).await;
            }
            continue;
        }
        let message = Message::user("message".parse().unwrap(), "begin");
        let opened = entry::Opened::new(message, entry::RequestRecord::default());
        let opened = Entry::posted(at, EntryBody::Opened(Box::new(opened)));
        let key = Some(IdempotencyKey::new(n.to_string()));
        let mut new = Create::new(task(n), "context".parse().unwrap(), anyone(), key);
        new.replays = n % 3 > 0;
        let first = std::iter::once(opened).chain((what == 1).then(end)).collect();
        if let Ok(Created::New(lease, _)) = log.create(new, first).await {
            leases.push(lease);
        }
    }
    log.engine.database.write(Arm(None)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_counted_is_what_the_file_has_whatever_failed() {
    for seed in 0..8 {
        let folder = TempDir::new().unwrap();
        let keep = Retention::new().finished_bytes(60_000).tail_age(Duration::from_secs(100));
        let log = open(&folder, keep.clone().checkpoint_bytes(2_000), 50_000).await;
        work(&log, Numbers::from(seed)).await;
        create(&log, 1_000, Vec::new()).await;
        log.engine.folded().await;
        log.engine.seal_rest().await.unwrap();
        log.engine.folded().await;
        swept(&log).await;
        let copied = TempDir::new().unwrap();
        log.backup_to(copied.path().join("tasks.db")).await.unwrap();
        let keep = keep.finished_bytes(usize::MAX).tail_age(Duration::MAX);
        let again = open(&copied, keep, 0).await;
        let (ours, theirs) = (log.engine.finished.sums(), again.engine.finished.sums());
        assert_eq!((ours.tasks, ours.bytes), (theirs.tasks, theirs.bytes), "seed {seed}");
        assert_eq!(log.engine.unfinished(), again.engine.unfinished(), "seed {seed}");
        // A sweep that finds nothing old any more corrects it.
        assert!(ours.oldest <= theirs.oldest, "seed {seed}: {ours:?} {theirs:?}");
    }
}
