//! What a trial does to a log, where a refusal is a broken promise.

use a2a_core::{Entry, Task, TaskState};
use async_trait::async_trait;

use super::fixture::{ann, done, new, opened, status, task};
use crate::log::{
    Attached, Created, Head, Header, Lease, LeaseRequest, Limit, ListPage, ListQuery, LogCursor, LogEntry,
    Page, Posted, RunStart, Seq, Snapshot, TaskLog, View,
};

/// Steps of a trial, each on the tasks of [`ann`]; they panic where the log refuses.
#[async_trait]
pub trait Steps: TaskLog {
    /// Makes a task with these entries behind the first one.
    async fn begin(&self, name: &str, behind: Vec<Entry>) -> (Lease, Head) {
        let first = std::iter::once(opened(0)).chain(behind).collect();
        match self.create(new(name), first).await {
            Ok(Created::New(lease, head)) => (lease, head),
            other => panic!("create was to make the task {name} and to lease it, but answered {other:?}"),
        }
    }

    /// Makes a task that ends at once.
    async fn ended(&self, name: &str, millis: i64) -> Snapshot {
        match self.create(new(name), vec![opened(millis), done(millis)]).await {
            Ok(Created::Ended(snapshot)) => snapshot,
            other => panic!("create was to make the task {name} and end it, but answered {other:?}"),
        }
    }

    /// Makes a task that its first run pauses with its second entry; answers that run's lease, which is given back.
    async fn paused(&self, name: &str) -> Lease {
        let (lease, _) = self.begin(name, vec![status(1, TaskState::InputRequired)]).await;
        let next = self.give_back(&lease, 0).await;
        assert!(next.is_none(), "{name} has no turn, so no run was to follow the first, but {next:?} does");
        lease
    }

    /// Appends.
    async fn write(&self, lease: &Lease, entries: Vec<Entry>) -> Head {
        match self.append(lease, entries).await {
            Ok(head) => head,
            Err(error) => panic!("append was to take what run {lease:?} wrote, but refused it: {error:?}"),
        }
    }

    /// Posts without a key.
    async fn say(&self, name: &str, entry: Entry) -> Posted {
        match self.post(&ann(), &task(name), entry, None, None).await {
            Ok(posted) => posted,
            Err(error) => panic!("post was to take what was said to {name}, but refused it: {error:?}"),
        }
    }

    /// Takes a lease.
    async fn take(&self, name: &str, want: LeaseRequest) -> Lease {
        match self.lease(&task(name), want).await {
            Ok(Some(lease)) => lease,
            other => panic!("nobody holds {name}, so lease was to give it, but answered {other:?}"),
        }
    }

    /// Gives a lease back.
    async fn give_back(&self, lease: &Lease, consumed: Seq) -> Option<Lease> {
        match self.release(lease, consumed).await {
            Ok(next) => next,
            Err(error) => panic!("release was to take {lease:?} back, but refused it: {error:?}"),
        }
    }

    /// What a run starts with.
    async fn starts(&self, lease: &Lease, consumed: Seq) -> RunStart {
        match self.start(lease, consumed).await {
            Ok(start) => start,
            Err(error) => panic!("start was to say what {lease:?} begins with, but refused: {error:?}"),
        }
    }

    /// The header of a task.
    async fn stands(&self, name: &str) -> Header {
        match self.header(&ann(), &task(name)).await {
            Ok(header) => header,
            Err(error) => panic!("header was to find {name}, but answered {error:?}"),
        }
    }

    /// The whole task, as its owner gets it, with the place at which it is.
    async fn whole(&self, name: &str) -> (Seq, Task) {
        match self.load(&ann(), &task(name), View::default()).await {
            Ok(snapshot) => (snapshot.seq, snapshot.to_task()),
            Err(error) => panic!("load was to find {name}, but answered {error:?}"),
        }
    }

    /// Attaches a reader.
    async fn reader(&self, name: &str, after: Option<Seq>) -> Attached {
        match self.attach(&ann(), &task(name), after).await {
            Ok(attached) => attached,
            Err(error) => panic!("attach was to find {name}, but answered {error:?}"),
        }
    }

    /// Reads a page, of which nothing is trimmed. Entries come in their order, so that whoever reads on comes to an end.
    async fn page(&self, cursor: &mut LogCursor, limit: Limit) -> Vec<LogEntry> {
        let mut last = cursor.seq();
        let page = match self.read(cursor, limit).await {
            Ok(Page::Entries(page)) => page,
            other => panic!("read was to go on behind {cursor:?}, but answered {other:?}"),
        };
        for entry in &page {
            assert!(
                entry.seq > last,
                "read was to go on behind entry {last}, but answered entry {}",
                entry.seq
            );
            last = entry.seq;
        }
        page
    }

    /// Reads everything behind the cursor, in pages of this size.
    async fn rest(&self, cursor: &mut LogCursor, limit: Limit) -> Vec<LogEntry> {
        let mut all = Vec::new();
        loop {
            let page = self.page(cursor, limit).await;
            if page.is_empty() {
                return all;
            }
            all.extend(page);
        }
    }

    /// Every entry of a task.
    async fn entries(&self, name: &str) -> Vec<LogEntry> {
        let mut attached = self.reader(name, Some(0)).await;
        assert!(attached.snapshot.is_none(), "{name} was to be read from its first entry on");
        self.rest(&mut attached.cursor, Limit::default()).await
    }

    /// Whether the tail still reaches back to the beginning.
    async fn has_all(&self, name: &str) -> bool {
        self.reader(name, Some(0)).await.snapshot.is_none()
    }

    /// Reads where the tail doesn't reach back any more.
    async fn trimmed(&self, cursor: &mut LogCursor) -> Snapshot {
        match self.read(cursor, Limit::default()).await {
            Ok(Page::Trimmed(snapshot)) => snapshot,
            Ok(Page::Entries(page)) => {
                panic!("the tail behind {cursor:?} was to be gone, but {} entries were read", page.len())
            }
            Err(error) => panic!("read was to answer the task as it stands, not {error:?}"),
        }
    }

    /// A page of a list.
    async fn tasks(&self, query: &ListQuery) -> ListPage {
        match self.list(&ann(), query).await {
            Ok(page) => page,
            Err(error) => panic!("list was to answer {query:?}, but failed: {error:?}"),
        }
    }
}

impl<L: TaskLog + ?Sized> Steps for L {}
