//! The one who writes: takes what has come together while the last transaction was committed, and commits it as one.

use std::{
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use async_trait::async_trait;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{mpsc, oneshot, watch};

use super::lock::Lock;
use crate::sqlite::{SqliteError, SqliteErrorKind};

/// The most jobs of one transaction.
const GROUP: usize = 512;

/// Something to write, as a whole or not at all.
#[async_trait]
pub trait Write: Send + 'static {
    /// What whoever handed it over learns.
    type Output: Send + 'static;

    /// Writes, within the transaction of its group.
    ///
    /// An error rolls the whole group back, and then each of its jobs is tried again alone: this may be called twice.
    /// A job that finds that it must not write, and hasn't, says so in its output instead. What SQLite fails with is
    /// always answered, for it may have ended the transaction.
    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error>;

    /// Called once it is committed, before anybody learns of it, and whether or not somebody still wants to.
    fn committed(&mut self, output: &Self::Output) {
        let _ = output;
    }
}

/// What became of a job, once it is committed or has failed. Dropping it changes nothing for the job.
#[derive(Debug)]
pub struct Written<T> {
    path: Arc<PathBuf>,
    answer: oneshot::Receiver<Result<T, SqliteError>>,
}

impl<T> Future for Written<T> {
    type Output = Result<T, SqliteError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(cx));
        Poll::Ready(answer.unwrap_or_else(|_| Err(SqliteError::new(SqliteErrorKind::Closed, &self.path, ""))))
    }
}

#[derive(Debug)]
pub(super) struct Writer {
    path: Arc<PathBuf>,
    queue: mpsc::UnboundedSender<Order>,
    commits: Arc<AtomicU64>,
    /// Changes when the file is given back.
    end: watch::Receiver<()>,
}

enum Order {
    Write(Box<dyn Job>),
    Close,
}

impl Writer {
    pub(super) fn start(path: Arc<PathBuf>, connection: SqliteConnection, lock: Lock) -> Self {
        // Whoever hands a job over waits for it or for the next one, so the queue is about as long as there are tasks
        // at work.
        let (queue, orders) = mpsc::unbounded_channel();
        let commits = Arc::default();
        let (ending, end) = watch::channel(());
        let state =
            State { path: Arc::clone(&path), connection, commits: Arc::clone(&commits), _ending: ending };
        tokio::spawn(state.write(lock, orders));
        Self { path, queue, commits, end }
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    pub(super) fn write<W: Write>(&self, job: W) -> Written<W::Output> {
        let (sender, answer) = oneshot::channel();
        // If the writer is gone, so is the sender, and the answer says so.
        let _ = self.queue.send(Order::Write(Box::new(Pending { job, output: None, sender })));
        Written { path: Arc::clone(&self.path), answer }
    }

    /// Closes the file, or waits for whoever does.
    pub(super) async fn close(&self) {
        let _ = self.queue.send(Order::Close);
        // The writer says nothing before it is gone.
        let _ = self.end.clone().changed().await;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }
}

/// What the writer works with, as long as there are handles.
struct State {
    path: Arc<PathBuf>,
    connection: SqliteConnection,
    commits: Arc<AtomicU64>,
    /// Dropped behind all else, the lock too, however the writer ends.
    _ending: watch::Sender<()>,
}

impl State {
    async fn write(mut self, lock: Lock, mut orders: mpsc::UnboundedReceiver<Order>) {
        let (mut batch, mut closing) = (Vec::new(), false);
        while !closing && orders.recv_many(&mut batch, GROUP).await > 0 {
            let mut group = Vec::with_capacity(batch.len());
            for order in batch.drain(..) {
                match order {
                    Order::Write(job) if !closing => group.push(job),
                    Order::Write(_) => {}
                    Order::Close => closing = true,
                }
            }
            self.commit(group).await;
        }
        orders.close();
        // The file is in order whether this succeeds or not.
        let _ = self.connection.close().await;
        drop(lock);
    }

    async fn commit(&mut self, mut group: Vec<Box<dyn Job>>) {
        if group.is_empty() {
            return;
        }
        // Then none of them is to blame, and none would fare better alone.
        if let Err(error) = self.run("BEGIN IMMEDIATE").await {
            return self.fail(group, error);
        }
        match self.transact(&mut group).await {
            Ok(()) => group.into_iter().for_each(Job::succeed),
            // One of them can't be written; the others aren't to suffer for it.
            Err(_) if group.len() > 1 => {
                for job in group {
                    Box::pin(self.commit(vec![job])).await;
                }
            }
            Err(error) => self.fail(group, error),
        }
    }

    fn fail(&self, group: Vec<Box<dyn Job>>, error: sqlx::Error) {
        let error = SqliteError::of(&self.path, error);
        for job in group {
            job.fail(error.clone());
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        sqlx::query(sql).execute(&mut self.connection).await.map(|_| ())
    }

    async fn transact(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), sqlx::Error> {
        let written = async {
            for job in group {
                job.run(&mut self.connection).await?;
            }
            self.run("COMMIT").await
        };
        let written = written.await;
        if written.is_ok() {
            self.commits.fetch_add(1, Ordering::Relaxed);
        } else {
            // SQLite may have rolled it back already, and then refuses to do it again.
            let _ = self.run("ROLLBACK").await;
        }
        written
    }
}

/// A [`Write`] of any type, and who waits for it.
#[async_trait]
trait Job: Send {
    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error>;
    fn succeed(self: Box<Self>);
    fn fail(self: Box<Self>, error: SqliteError);
}

struct Pending<W: Write> {
    job: W,
    output: Option<W::Output>,
    sender: oneshot::Sender<Result<W::Output, SqliteError>>,
}

// Whoever doesn't wait any more needn't know what became of it.
#[async_trait]
impl<W: Write> Job for Pending<W> {
    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        self.output = Some(self.job.run(tx).await?);
        Ok(())
    }

    fn succeed(mut self: Box<Self>) {
        let output = self.output.take().expect("a group that is committed has run each of its jobs");
        self.job.committed(&output);
        let _ = self.sender.send(Ok(output));
    }

    fn fail(self: Box<Self>, error: SqliteError) {
        let _ = self.sender.send(Err(error));
    }
}
