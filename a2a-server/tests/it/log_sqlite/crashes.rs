//! A process that is killed while a group is written: the file is cut off at each place that one can be.

use std::{fs, path::Path};

use a2a_core::TaskState;
use a2a_server::{
    contract::{
        fixture::{Numbers, ann, chunk, context, done, folded, key, opened, status, task, turn},
        steps::Steps,
    },
    log::{Create, LeaseRequest, TaskLog},
    sqlite::{Sqlite, Synchronous, sqlx},
};
use pretty_assertions::assert_eq;

use super::File;

const TASKS: u64 = 4;

/// What the callers were answered: the last entry of each task.
type Answered = Vec<u64>;

pub(super) fn wal(file: &File) -> std::path::PathBuf {
    file.path().with_extension("db-wal")
}

pub(super) fn bytes(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// Writes to some tasks at once, with how long the file was when each time all of them were answered.
async fn write(log: &Sqlite, file: &File) -> Vec<(u64, Answered)> {
    let mut numbers = Numbers::from(7);
    let mut answered = Vec::new();
    let mut leases = Vec::new();
    for n in 0..TASKS {
        let new = Create::new(task(&format!("t{n}")), context(), ann(), Some(key(&format!("k{n}"))));
        leases.push(log.create(new, vec![opened(0)]).await.unwrap());
    }
    let mut leases: Vec<_> = leases
        .into_iter()
        .map(|created| match created {
            a2a_server::log::Created::New(lease, _) => lease,
            other => panic!("{other:?}"),
        })
        .collect();
    answered.push((bytes(&wal(file)), vec![1; leases.len()]));
    for round in 0..6 {
        let heads = leases.iter().map(|lease| {
            let mut batch = numbers.batch(round);
            batch.push(chunk(round, "a", &"x".repeat(2_000)));
            batch.push(status(round, TaskState::InputRequired));
            log.append(lease, batch)
        });
        futures_util::future::try_join_all(heads).await.unwrap();
        let mut seqs = Vec::new();
        for (n, lease) in leases.iter_mut().enumerate() {
            let name = format!("t{n}");
            let next = log.give_back(lease, round.unsigned_abs()).await;
            let posted =
                log.post(&ann(), &task(&name), turn(round, "more"), Some(key("again")), None).await.unwrap();
            seqs.push(posted.seq.max(log.whole(&name).await.0));
            *lease = match next {
                Some(next) => next,
                None => log.take(&name, LeaseRequest::NextRun).await,
            };
        }
        answered.push((bytes(&wal(file)), seqs));
    }
    log.append(&leases[0], vec![done(9)]).await.unwrap();
    answered
}

/// The file as it was cut off there, if what was checkpointed before allows it.
pub(super) fn cut(file: &File, length: u64) -> File {
    let copy = File::new();
    fs::copy(file.path(), copy.path()).unwrap();
    fs::copy(wal(file), wal(&copy)).unwrap();
    fs::File::options().write(true).open(wal(&copy)).unwrap().set_len(length).unwrap();
    copy
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_off_anywhere_in_a_commit_has_all_that_was_answered_before() {
    let file = File::new();
    let options = || Sqlite::options().synchronous(Synchronous::Normal);
    let log = file.open_with(&options().cache_bytes(0)).await;
    let answered = write(&log, &file).await;
    let whole = bytes(&wal(&file));
    assert!(
        answered.last().unwrap().0 <= whole && whole < 3 << 20,
        "nothing is in the main file yet: {whole}"
    );
    let mut lasts = 0;
    for length in (answered[0].0..=whole).step_by(4096 + 24) {
        let copy = cut(&file, length);
        let log = copy.open_with(&options()).await;
        let (_, before) = answered.iter().rev().find(|(bytes, _)| *bytes <= length).unwrap();
        let mut sum = 0;
        for (n, before) in before.iter().enumerate() {
            let name = format!("t{n}");
            let all = log.entries(&name).await;
            assert!(all.len() as u64 >= *before, "{before} entries of {name} were answered at {length}");
            assert!(all.iter().map(|entry| entry.seq).eq(1..=all.len() as u64));
            assert_eq!(log.whole(&name).await, (all.len() as u64, folded(&name, &all)));
            let found = log.find(&ann(), None, &key(&format!("k{n}")), all[0].entry.at).await.unwrap();
            assert_eq!(found, Some(task(&name)));
            let header = log.stands(&name).await;
            if !header.head.state.is_terminal() && !header.leased && header.head.inbox == 0 {
                let lease = log.take(&name, LeaseRequest::NextRun).await;
                log.give_back(&lease, 0).await;
            }
            sum += all.len();
        }
        for lease in log.orphans(99).await.unwrap() {
            log.append(&lease, vec![done(10)]).await.unwrap();
        }
        assert!(sum >= lasts, "less is there though more was written");
        lasts = sum;
        log.close().await;
        let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&format!(
            "sqlite://{}",
            copy.path().display()
        ))
        .await
        .unwrap();
        let sound: String =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
        assert_eq!(sound, "ok");
    }
}

#[tokio::test]
async fn a_file_whose_last_writes_were_spoilt_has_those_before() {
    let file = File::new();
    let log = file.open_with(&Sqlite::options().cache_bytes(0)).await;
    write(&log, &file).await;
    let whole = bytes(&wal(&file));
    for place in (0..whole).step_by(usize::try_from(whole / 23).unwrap()) {
        let copy = cut(&file, whole);
        let mut spoilt = fs::read(wal(&copy)).unwrap();
        spoilt[usize::try_from(place).unwrap()] ^= 0x55;
        fs::write(wal(&copy), spoilt).unwrap();
        let log = copy.open().await;
        for n in 0..TASKS {
            let name = format!("t{n}");
            if log.header(&ann(), &task(&name)).await.is_ok() {
                let all = log.entries(&name).await;
                assert_eq!(log.whole(&name).await, (all.len() as u64, folded(&name, &all)));
            }
        }
        log.close().await;
    }
}
