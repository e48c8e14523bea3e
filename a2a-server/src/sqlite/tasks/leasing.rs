//! Leases: taken, kept, given back, and taken over from those who died.

use std::sync::Arc;

use a2a_core::TaskId;
use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::{
    engine::{Engine, failed},
    header_row::{bind_header, header, int, is_due},
    resident::{Pass, Resident},
};
use crate::{
    log::{
        Head, Lease, LeaseRequest, LogError, Result, RunStart, Seq,
        held::{Header, Holder},
    },
    sqlite::Write,
};

const HEADER: &str = concat!("UPDATE task SET ", header!(), " WHERE key = ?");
const TURNS: &str = "DELETE FROM task_turn WHERE task = ? AND seq <= ?";
const DUE: &str = "SELECT key, id FROM task WHERE due = 1 AND key > ? ORDER BY key LIMIT ?";

/// A header to be stored.
struct Noted {
    resident: Arc<Resident>,
    header: Header,
    latest: i64,
    /// The last turn that isn't needed any more.
    consumed: Seq,
    /// Whether the header in memory is to be as well, once it is stored.
    takes: Option<Pass>,
}

impl Engine {
    pub(super) async fn lease(self: &Arc<Self>, task: &TaskId, want: LeaseRequest) -> Result<Option<Lease>> {
        let resident = self.resident(task).await?;
        let _pass = resident.pass().await;
        let mut state = resident.cell.enter()?;
        if !state.header.lend(want) {
            return Ok(None);
        }
        let lease = resident.cell.lease(&state.header);
        let noted = Noted::new(&resident, state.header.clone(), state.latest);
        drop(state);
        self.note(noted);
        Ok(Some(lease))
    }

    pub(super) fn renew(&self, lease: &Lease) -> Option<Head> {
        // Whoever holds a lease is in memory.
        let resident = self.residents.find(&lease.task)?;
        let state = resident.cell.enter().ok()?;
        state.guard(lease).is_ok().then(|| state.head())
    }

    pub(super) async fn release(self: &Arc<Self>, lease: &Lease, consumed: Seq) -> Result<Option<Lease>> {
        let resident = self.resident(&lease.task).await?;
        let _pass = resident.pass().await;
        let mut state = resident.cell.enter()?;
        match state.guard(lease) {
            Ok(()) => {}
            Err(LogError::Terminal) => return Ok(None),
            Err(error) => return Err(error),
        }
        let run_ends = state.header.lease == Holder::Run;
        let next = state.release(consumed).then(|| resident.cell.lease(&state.header));
        let mut noted = Noted::new(&resident, state.header.clone(), state.latest);
        let mut stored = resident.stored();
        if stored.copied > 0 {
            noted.consumed = state.header.consumed.max(run_ends.into());
        }
        if run_ends {
            stored.opened = None;
        }
        drop(stored);
        drop(state);
        self.note(noted);
        Ok(next)
    }

    pub(super) async fn start(self: &Arc<Self>, lease: &Lease, consumed: Seq) -> Result<RunStart> {
        let resident = self.resident(&lease.task).await?;
        let state = resident.cell.enter()?;
        state.guard(lease)?;
        let again = lease.run.run == 1 && lease.run.attempt > 1;
        let opened = if again { resident.stored().opened.clone() } else { None };
        let mut start = resident.cell.start(state, consumed);
        if let Some(opened) = opened {
            start.turns.insert(0, (1, opened));
        }
        Ok(start)
    }

    pub(super) async fn orphans(self: &Arc<Self>, most: usize) -> Result<Vec<Lease>> {
        let (mut leases, mut from) = (Vec::new(), -1);
        while leases.len() < most {
            let wanted = int(most - leases.len());
            let due = match self.database.write(Due { from, wanted }).await {
                Ok(due) => due,
                Err(error) if leases.is_empty() => return Err(failed(error)),
                Err(_) => break,
            };
            let Some((last, _)) = due.last() else { break };
            from = *last;
            let mut writing = Vec::new();
            for (_, task) in due {
                let Ok(task) = task.parse() else { continue };
                match self.take_over(&task).await {
                    Ok(Some((lease, noted))) => writing.push((lease, self.database.write(noted))),
                    Ok(None) | Err(LogError::NotFound) => {}
                    // One task that can't be read doesn't keep the others from going on.
                    Err(error) => {
                        tracing::error!(%task, error = &error as &dyn std::error::Error, "an orphan is lost");
                    }
                }
            }
            let mut refused = None;
            for (lease, written) in writing {
                match written.await {
                    Ok(()) => leases.push(lease),
                    Err(error) => refused = Some(error),
                }
            }
            // What was taken over is answered, for it isn't again; what couldn't be is still due.
            match refused {
                Some(error) if leases.is_empty() => return Err(failed(error)),
                Some(_) => break,
                None => {}
            }
        }
        Ok(leases)
    }

    /// What has to be stored so that a run goes on which nobody works on, if that is so.
    async fn take_over(self: &Arc<Self>, task: &TaskId) -> Result<Option<(Lease, Noted)>> {
        let resident = self.resident(task).await?;
        let pass = resident.pass().await;
        let state = resident.cell.enter()?;
        let mut header = state.header.clone();
        if !is_due(&header) {
            return Ok(None);
        }
        if header.died {
            header.next_attempt();
        } else {
            header.next_run();
        }
        let lease = resident.cell.lease(&header);
        let mut noted = Noted::new(&resident, header, state.latest);
        noted.takes = Some(pass);
        drop(state);
        Ok(Some((lease, noted)))
    }

    /// Stores a header that nobody waits for: whatever its holder writes is stored behind it.
    fn note(&self, noted: Noted) {
        drop(self.database.write(noted));
    }
}

/// Asks for tasks that are due, behind all that was handed over so far: nobody waits for a lease or its return to be
/// stored.
struct Due {
    /// Behind this one.
    from: i64,
    wanted: i64,
}

#[async_trait]
impl Write for Due {
    type Output = Vec<(i64, String)>;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<Self::Output, sqlx::Error> {
        sqlx::query_as(DUE).bind(self.from).bind(self.wanted).fetch_all(tx).await
    }
}

impl Noted {
    fn new(resident: &Arc<Resident>, header: Header, latest: i64) -> Self {
        Self { resident: Arc::clone(resident), header, latest, consumed: 0, takes: None }
    }
}

#[async_trait]
impl Write for Noted {
    type Output = ();

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let key = self.resident.key;
        let statement = bind_header(sqlx::query(HEADER), &self.header, self.latest).bind(key);
        statement.execute(&mut *tx).await?;
        if self.consumed > 0 {
            sqlx::query(TURNS).bind(key).bind(int(self.consumed)).execute(tx).await?;
        }
        Ok(())
    }

    fn committed(&mut self, (): &()) {
        let pass = self.takes.take();
        if pass.is_some() {
            self.resident.cell.lock().header = self.header.clone();
        }
        self.resident.stored().header = self.header.clone();
        drop(pass);
    }
}
