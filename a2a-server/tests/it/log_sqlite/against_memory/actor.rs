//! Somebody who calls both logs.

use std::collections::HashMap;

use a2a_core::{Entry, EntryBody, TaskId, TaskState, entry::RunRef};
use a2a_server::{
    contract::fixture::{
        Numbers, ann, artifact, at, cancel, context, done, key, opened, query, scope, status, task, turn,
    },
    log::{
        Artifacts, Create, Created, Lease, LeaseRequest, Limit, LogError, Scope, Seq, TaskLog, View,
        turn_taken,
    },
};
use pretty_assertions::assert_eq;

use super::{
    Both,
    shown::{any, created, page, same, snapshot},
};
use crate::log_sqlite::faults;

/// Somebody who has tasks of its own, and what it knows of them.
pub(super) struct Actor {
    name: String,
    numbers: Numbers,
    tasks: Vec<TaskId>,
    leases: HashMap<TaskId, Vec<Lease>>,
    now: i64,
}

impl Actor {
    pub(super) fn new(seed: u64) -> Self {
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

    /// Calls both with something.
    pub(super) async fn step(&mut self, both: &Both) {
        if both.faulty && self.below(5) == 0 {
            let point = (self.below(faults::POINTS.len()), self.below(faults::WAYS.len()));
            faults::arm(&both.file, (self.below(4) > 0).then_some(point));
        }
        // A clock that is set back now and then.
        self.now += [1, 1, 20, 900, -300][self.below(5)];
        match self.below(12) {
            0 => self.create(both).await,
            1 => self.post(both).await,
            2 => self.lend(both).await,
            3 => self.release(both).await,
            4 => self.renew(both).await,
            5 => self.start(both).await,
            6 => self.load(both).await,
            7 => self.read(both).await,
            8 => self.find(both).await,
            9 => self.list(both).await,
            _ => self.append(both).await,
        }
    }

    async fn create(&mut self, both: &Both) {
        let n = self.tasks.len();
        let taken = self.below(12) == 0 && n > 0;
        let id = if taken { self.tasks[0].clone() } else { task(&format!("{}-{n}", self.name)) };
        let wanted = (self.below(3) > 0).then(|| key(&format!("k{}", self.below(30))));
        let mut new = Create::new(id.clone(), context(), scope(&self.name), wanted);
        new.replays = self.below(3) > 0;
        let mut first = vec![opened(self.now)];
        first.extend(self.batch());
        let answer = both.file.create(new.clone(), first.clone()).await;
        if both.broke(&answer) {
            return;
        }
        same(&answer, &both.memory.create(new, first).await, created);
        match answer {
            Ok(Created::New(lease, _)) => {
                self.tasks.push(id);
                self.keep(lease);
            }
            Ok(Created::Ended(_)) => self.tasks.push(id),
            _ => {}
        }
    }

    async fn post(&mut self, both: &Both) {
        let (who, of) = (self.who(), self.task());
        let entry = if self.below(4) == 0 { cancel(self.now) } else { turn(self.now, "more") };
        let with = (self.below(2) == 0).then(|| key(&format!("k{}", self.below(5))));
        let answer = both.file.post(&who, &of, entry.clone(), with.clone(), None).await;
        if !both.broke(&answer) {
            same(&answer, &both.memory.post(&who, &of, entry, with, None).await, any);
        }
    }

    async fn append(&mut self, both: &Both) {
        let of = self.task();
        let (lease, batch) = (self.lease(&of), self.batch());
        let answer = both.file.append(&lease, batch.clone()).await;
        if !both.broke(&answer) {
            same(&answer, &both.memory.append(&lease, batch).await, any);
        }
    }

    async fn lend(&mut self, both: &Both) {
        let of = self.task();
        let want = if self.below(3) == 0 { LeaseRequest::Stop } else { LeaseRequest::NextRun };
        let answer = both.file.lease(&of, want).await;
        same(&answer, &both.memory.lease(&of, want).await, any);
        if let Ok(Some(lease)) = answer {
            self.keep(lease);
        }
    }

    async fn release(&mut self, both: &Both) {
        let of = self.task();
        let (lease, consumed) = (self.lease(&of), self.consumed(both, &of).await);
        let answer = both.file.release(&lease, consumed).await;
        same(&answer, &both.memory.release(&lease, consumed).await, any);
        if let Ok(Some(lease)) = answer {
            self.keep(lease);
        }
    }

    async fn renew(&mut self, both: &Both) {
        let of = self.task();
        let leases = [self.lease(&of), self.lease(&of)];
        same(&both.file.renew(&leases).await, &both.memory.renew(&leases).await, any);
    }

    async fn start(&mut self, both: &Both) {
        let of = self.task();
        let (lease, consumed) = (self.lease(&of), self.consumed(both, &of).await);
        same(&both.file.start(&lease, consumed).await, &both.memory.start(&lease, consumed).await, any);
    }

    async fn load(&mut self, both: &Both) {
        let (who, of, view) = (self.who(), self.task(), self.view());
        same(&both.file.load(&who, &of, view).await, &both.memory.load(&who, &of, view).await, snapshot);
        same(&both.file.header(&who, &of).await, &both.memory.header(&who, &of).await, any);
    }

    async fn read(&mut self, both: &Both) {
        let (who, of) = (self.who(), self.task());
        let (after, mut limit) = ((self.below(3) > 0).then(|| self.numbers.below(12)), Limit::default());
        limit.entries = 1 + self.below(5);
        let file = both.read(&both.file, both.file.attach(&who, &of, after).await, limit).await;
        let memory = both.read(&both.memory, both.memory.attach(&who, &of, after).await, limit).await;
        assert_eq!(file, memory);
    }

    async fn find(&mut self, both: &Both) {
        let (who, of) = (self.who(), self.task());
        let (posts, asked, now) = (self.below(2) == 0, key(&format!("k{}", self.below(9))), at(self.now));
        let posts = posts.then_some(&of);
        let answer = both.file.find(&who, posts, &asked, now).await;
        same(&answer, &both.memory.find(&who, posts, &asked, now).await, any);
    }

    async fn list(&mut self, both: &Both) {
        let (who, mut asked) = (self.who(), query(self.below(5)));
        asked.view = self.view();
        asked.state = match self.below(4) {
            0 => Some(TaskState::Working),
            1 => Some(TaskState::Completed),
            _ => None,
        };
        asked.context = (self.below(3) == 0).then(context);
        asked.after = (self.below(3) == 0).then(|| at(self.now - 500));
        for _ in 0..4 {
            let answer = both.file.list(&who, &asked).await;
            same(&answer, &both.memory.list(&who, &asked).await, page);
            asked.from = answer.unwrap().next;
            if asked.from.is_none() {
                break;
            }
        }
    }

    fn view(&mut self) -> View {
        let mut view = View::default();
        view.artifacts = [Artifacts::Present, Artifacts::Always, Artifacts::Absent][self.below(3)];
        view.history = [None, Some(0), Some(2)][self.below(3)];
        view
    }

    /// Sees to it that no lease is out and no turn waits: what dies with a process is for other tests.
    pub(super) async fn rest(&mut self, both: &Both) {
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
