//! The same calls to a log in a file and to one in memory: the same answers.

use std::{collections::HashMap, time::Duration};

use a2a_core::{Entry, EntryBody, TaskId, TaskState, entry::RunRef};
use a2a_server::{
    contract::fixture::{
        Numbers, ann, artifact, at, cancel, context, done, key, opened, query, scope, status, task, turn,
    },
    log::{
        Artifacts, Attached, Create, Created, Lease, LeaseRequest, Limit, ListPage, LogError, MemoryLog,
        Page, Result, Retention, Scope, Seq, Snapshot, TaskLog, View, turn_taken,
    },
    sqlite::{Sqlite, SqliteError, SqliteOptions, Synchronous},
};
use pretty_assertions::assert_eq;

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

/// Somebody who has tasks of its own, and what it knows of them.
struct Actor {
    name: String,
    numbers: Numbers,
    tasks: Vec<TaskId>,
    leases: HashMap<TaskId, Vec<Lease>>,
    now: i64,
}

fn error(error: &LogError) -> String {
    match error {
        LogError::Store(_) => "the store failed".into(),
        other => format!("{other:?}"),
    }
}

fn shown<T>(answer: &Result<T>, show: impl FnOnce(&T) -> String) -> String {
    answer.as_ref().map_or_else(error, show)
}

fn snapshot(snapshot: &Snapshot) -> String {
    let mut json = Vec::new();
    snapshot.write(&mut json);
    let (task, json) = (snapshot.to_task(), String::from_utf8(json).unwrap());
    format!("{} {:?} {task:?} {json}", snapshot.seq, snapshot.state)
}

fn created(created: &Created) -> String {
    match created {
        Created::Ended(ended) => format!("ended {}", snapshot(ended)),
        other => format!("{other:?}"),
    }
}

fn page(page: &ListPage) -> String {
    let tasks: Vec<_> = page.tasks.iter().map(snapshot).collect();
    format!("{tasks:#?} {} {:?}", page.total, page.next)
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
                Ok(Page::Entries(entries)) if self.exact => said += &format!("{entries:?}"),
                Ok(_) if !self.exact => {}
                other => panic!("nothing goes, so entries are read, not {other:?}"),
            }
        }
        said + &format!(" up to {}", cursor.seq())
    }
}

impl Actor {
    fn new(seed: u64) -> Self {
        let (name, numbers) = (format!("actor{seed}"), Numbers::from(seed));
        Self { name, numbers, tasks: Vec::new(), leases: HashMap::new(), now: 0 }
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.numbers.below(end as u64)).unwrap()
    }

    fn who(&mut self) -> Scope {
        if self.below(20) == 0 { ann() } else { scope(&self.name) }
    }

    fn task(&mut self) -> TaskId {
        let n = self.below(self.tasks.len() + 1);
        self.tasks.get(n).cloned().unwrap_or_else(|| task("nobodys"))
    }

    fn lease(&mut self, of: &TaskId) -> Lease {
        let known = self.leases.get(of).map_or(0, Vec::len);
        let back = if self.below(6) == 0 { self.below(known.max(1)) } else { 0 };
        let known = self.leases.get(of).and_then(|known| known.iter().rev().nth(back)).cloned();
        known.unwrap_or_else(|| Lease::new(of.clone(), 1, RunRef::new(1), 0))
    }

    /// Some turn that was posted, or one before.
    async fn consumed(&mut self, both: &Both, of: &TaskId) -> Seq {
        let header = both.memory.header(&scope(&self.name), of).await;
        self.numbers.below(header.map_or(0, |header| header.head.inbox) + 1)
    }

    fn keep(&mut self, lease: Lease) {
        self.leases.entry(lease.task.clone()).or_default().push(lease);
    }

    fn batch(&mut self) -> Vec<Entry> {
        let mut batch = self.numbers.batch(self.now);
        match self.below(14) {
            0 => batch.push(done(self.now)),
            1 => batch.insert(0, status(self.now, TaskState::Rejected)),
            2 => {
                let taken = EntryBody::Record(turn_taken(self.numbers.below(9)));
                batch.push(Entry::written(at(self.now), RunRef::new(2), taken));
            }
            3 => batch.clear(),
            4 => batch.push(turn(self.now, "misuse")),
            5 => batch.push(artifact(self.now, "artifact-1", &"long ".repeat(2_000))),
            _ => {}
        }
        batch
    }

    async fn step(&mut self, both: &Both) {
        let Both { memory, file, .. } = both;
        if both.faulty && self.below(5) == 0 {
            let point = (self.below(faults::POINTS.len()), self.below(faults::WAYS.len()));
            faults::arm(file, (self.below(4) > 0).then_some(point));
        }
        // A clock that is set back now and then.
        self.now += [1, 1, 20, 900, -300][self.below(5)];
        let (who, of) = (self.who(), self.task());
        let views = [Artifacts::Present, Artifacts::Always, Artifacts::Absent];
        let mut view = View::default();
        (view.artifacts, view.history) = (views[self.below(3)], [None, Some(0), Some(2)][self.below(3)]);
        match self.below(13) {
            0 => {
                let n = self.tasks.len();
                let taken = self.below(12) == 0 && n > 0;
                let id = if taken { self.tasks[0].clone() } else { task(&format!("{}-{n}", self.name)) };
                let wanted = (self.below(3) > 0).then(|| key(&format!("k{}", self.below(30))));
                let mut new = Create::new(id.clone(), context(), scope(&self.name), wanted);
                new.replays = self.below(3) > 0;
                let mut first = vec![opened(self.now)];
                first.extend(self.batch());
                let b = file.create(new.clone(), first.clone()).await;
                if both.broke(&b) {
                    return;
                }
                let a = memory.create(new, first).await;
                assert_eq!(shown(&b, created), shown(&a, created));
                match b {
                    Ok(Created::New(lease, _)) => {
                        self.tasks.push(id);
                        self.keep(lease);
                    }
                    Ok(Created::Ended(_)) => self.tasks.push(id),
                    _ => {}
                }
            }
            1 => {
                let entry = if self.below(4) == 0 { cancel(self.now) } else { turn(self.now, "more") };
                let with = (self.below(2) == 0).then(|| key(&format!("k{}", self.below(5))));
                let b = file.post(&who, &of, entry.clone(), with.clone()).await;
                if both.broke(&b) {
                    return;
                }
                let a = memory.post(&who, &of, entry, with).await;
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
            }
            2 => {
                let want = if self.below(3) == 0 { LeaseRequest::Stop } else { LeaseRequest::NextRun };
                let (a, b) = (memory.lease(&of, want).await, file.lease(&of, want).await);
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
                if let Ok(Some(lease)) = b {
                    self.keep(lease);
                }
            }
            3 => {
                let (lease, consumed) = (self.lease(&of), self.consumed(both, &of).await);
                let (a, b) = (memory.release(&lease, consumed).await, file.release(&lease, consumed).await);
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
                if let Ok(Some(lease)) = b {
                    self.keep(lease);
                }
            }
            4 => {
                let leases = [self.lease(&of), self.lease(&of)];
                let (a, b) = (memory.renew(&leases).await, file.renew(&leases).await);
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
            }
            5 => {
                let (lease, consumed) = (self.lease(&of), self.consumed(both, &of).await);
                let (a, b) = (memory.start(&lease, consumed).await, file.start(&lease, consumed).await);
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
            }
            6 => {
                let (a, b) = (memory.load(&who, &of, view).await, file.load(&who, &of, view).await);
                assert_eq!(shown(&b, snapshot), shown(&a, snapshot));
                let (a, b) = (memory.header(&who, &of).await, file.header(&who, &of).await);
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
            }
            7 => {
                let (after, mut limit) =
                    ((self.below(3) > 0).then(|| self.numbers.below(12)), Limit::default());
                limit.entries = 1 + self.below(5);
                let (a, b) = (memory.attach(&who, &of, after).await, file.attach(&who, &of, after).await);
                let (a, b) = (both.read(memory, a, limit).await, both.read(file, b, limit).await);
                assert_eq!(b, a);
            }
            8 => {
                let (posts, asked) = (self.below(2) == 0, key(&format!("k{}", self.below(9))));
                let posts = posts.then_some(&of);
                let a = memory.find(&who, posts, &asked, at(self.now)).await;
                let b = file.find(&who, posts, &asked, at(self.now)).await;
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
            }
            9 => {
                let mut asked = query(self.below(5));
                asked.view = view;
                asked.state =
                    [None, None, Some(TaskState::Working), Some(TaskState::Completed)][self.below(4)].clone();
                asked.context = (self.below(3) == 0).then(context);
                asked.after = (self.below(3) == 0).then(|| at(self.now - 500));
                for _ in 0..4 {
                    let (a, b) = (memory.list(&who, &asked).await, file.list(&who, &asked).await);
                    assert_eq!(shown(&b, page), shown(&a, page));
                    asked.from = b.unwrap().next;
                    if asked.from.is_none() {
                        break;
                    }
                }
            }
            _ => {
                let (lease, batch) = (self.lease(&of), self.batch());
                let b = file.append(&lease, batch.clone()).await;
                if both.broke(&b) {
                    return;
                }
                let a = memory.append(&lease, batch).await;
                assert_eq!(shown(&b, |b| format!("{b:?}")), shown(&a, |a| format!("{a:?}")));
            }
        }
    }

    /// Sees to it that no lease is out and no turn waits: what dies with a process is for other tests.
    async fn rest(&mut self, both: &Both) {
        for of in self.tasks.clone() {
            loop {
                let header = both.memory.header(&scope(&self.name), &of).await.unwrap();
                assert_eq!(both.file.header(&scope(&self.name), &of).await.unwrap(), header);
                if header.head.state.is_terminal() {
                    break;
                }
                let mut lease = self.lease(&of);
                if let Some(next) = both.memory.lease(&of, LeaseRequest::NextRun).await.unwrap() {
                    assert_eq!(
                        both.file.lease(&of, LeaseRequest::NextRun).await.unwrap(),
                        Some(next.clone())
                    );
                    self.keep(next.clone());
                    lease = next;
                }
                let a = both.memory.release(&lease, header.head.inbox).await;
                let b = both.file.release(&lease, header.head.inbox).await;
                assert_eq!(format!("{b:?}"), format!("{a:?}"));
                if matches!(b, Ok(None)) {
                    break;
                }
                assert!(matches!(b, Err(LogError::Fenced)), "a stale lease is tried until the latest");
            }
        }
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
