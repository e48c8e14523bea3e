//! The same calls to a log in a file and to one in memory: the same answers.

mod actor;
mod shown;

use std::time::Duration;

use a2a_server::{
    log::{Attached, Limit, LogError, MemoryLog, Page, Result, Retention, TaskLog},
    sqlite::{Sqlite, SqliteError, SqliteOptions, Synchronous},
};
use pretty_assertions::assert_eq;

use self::{
    actor::Actor,
    shown::{any, error, snapshot},
};
use super::{File, faults};

/// Two logs that are told the same.
#[derive(Clone)]
struct Both {
    memory: MemoryLog,
    file: Sqlite,
    /// Whether nothing goes with time, so that answers are the same to the entry.
    exact: bool,
    /// Whether writes to the file may fail.
    faulty: bool,
}

impl Both {
    /// Whether the file failed, and so mustn't have done it.
    fn broke<T>(&self, answer: &Result<T>) -> bool {
        let failed =
            |error: &LogError| matches!(error, LogError::Store(source) if source.is::<SqliteError>());
        let broke = answer.as_ref().err().is_some_and(failed);
        assert!(self.faulty || !broke, "nothing is wrong with the file");
        broke
    }

    /// All that a reader gets, in pages of this size; where entries may be gone, what comes out in the end.
    async fn read(&self, log: &dyn TaskLog, attached: Result<Attached>, limit: Limit) -> String {
        let Attached { snapshot: first, mut cursor, state, .. } = match attached {
            Ok(attached) => attached,
            Err(refused) => return error(&refused),
        };
        let mut said = format!("{state:?}");
        if let Some(first) = first.filter(|_| self.exact) {
            said += &snapshot(&first);
        }
        loop {
            match log.read(&mut cursor, limit).await {
                Ok(Page::Entries(entries)) if entries.is_empty() => break,
                Ok(Page::Entries(entries)) if self.exact => said += &any(&entries),
                Ok(_) if !self.exact => {}
                other => panic!("nothing goes, so entries are read, not {other:?}"),
            }
        }
        said + &format!(" up to {}", cursor.seq())
    }
}

/// What is tried.
#[derive(Clone)]
struct Course {
    actors: u64,
    options: SqliteOptions,
    keep: Retention,
    exact: bool,
    faulty: bool,
}

impl Course {
    /// Actors whose clocks are their own, at once, and now and then another process.
    async fn run(self, seed: u64) {
        println!("seed {seed}");
        let Self { actors, options, keep, exact, faulty } = self;
        let mut folder = File::new();
        let options = options.synchronous(Synchronous::Normal).retention(keep.clone());
        let file = folder.open_with(&options).await;
        if faulty {
            faults::install(&file).await;
        }
        let mut both = Both { memory: MemoryLog::with(keep), file, exact, faulty };
        let mut actors: Vec<_> = (0..actors).map(|n| Actor::new(seed * 100 + n)).collect();
        for round in 0..6 {
            let mut at_work = tokio::task::JoinSet::new();
            for mut actor in actors {
                let both = both.clone();
                at_work.spawn(async move {
                    for _ in 0..150 {
                        actor.step(&both).await;
                    }
                    actor
                });
            }
            actors = at_work.join_all().await;
            if faulty {
                faults::arm(&both.file, None);
            }
            for actor in &mut actors {
                actor.rest(&both).await;
            }
            assert_eq!(both.file.orphans(99).await.unwrap(), []);
            if round % 2 == 0 {
                both.file.close().await;
                both.file = folder.open_with(&options).await;
            } else {
                let next = File::new();
                both.file.backup_to(next.path()).await.unwrap();
                folder = next;
                both.file = folder.open_with(&options).await;
            }
        }
    }
}

/// A course on which nothing goes with time.
fn everything() -> Course {
    let much = usize::MAX >> 1;
    let keep = Retention::new().tail_bytes(much).finished_bytes(much);
    let keep = keep.tail_age(Duration::MAX).key_window(Duration::MAX);
    Course { actors: 4, options: Sqlite::options(), keep, exact: true, faulty: false }
}

/// A course on which tasks are folded and trimmed and read from the file all the time.
fn little() -> Course {
    let all = everything();
    let keep = all.keep.clone().checkpoint_bytes(500).tail_bytes(500).tail_age(Duration::from_secs(1));
    let keep = keep.pinned_task_bytes(0);
    Course { options: all.options.clone().cache_bytes(20_000), keep, exact: false, ..all }
}

/// How many there are to try, for whoever wants to try more.
pub(super) fn seeds() -> u64 {
    std::env::var("A2A_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_answers_what_memory_answers() {
    for seed in 0..seeds() {
        everything().run(seed).await;
        let often = everything();
        let (options, keep) = (often.options.clone().cache_bytes(0), often.keep.clone().checkpoint_bytes(0));
        Course { options, keep, ..often }.run(seed + 1_000).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_that_keeps_little_answers_what_memory_answers() {
    for seed in 0..seeds() {
        little().run(seed + 2_000).await;
    }
}

/// One alone, for what is known of keys and how many tasks there are depends on when others come.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_knows_the_keys_that_memory_knows() {
    for seed in 0..seeds() {
        let all = everything();
        let keep = all.keep.clone().key_window(Duration::from_secs(4)).keys(25).unfinished(12);
        Course { actors: 1, keep, ..all }.run(seed + 3_000).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_file_that_fails_now_and_then_has_done_what_it_has_answered() {
    for seed in 0..seeds() {
        Course { faulty: true, ..everything() }.run(seed + 4_000).await;
        Course { faulty: true, ..little() }.run(seed + 5_000).await;
    }
}
