//! Lists, in the order that the file has.

use std::sync::Arc;

use a2a_core::{Task, TaskId, Timestamp};
use sqlx::{QueryBuilder, Row as _, Sqlite, SqliteConnection, sqlite::SqliteRow};

use super::{
    engine::{Engine, failed},
    header_row::{Nonsense, int, seq, state_text},
};
use crate::log::{
    Artifacts, ListPage, ListPlace, ListQuery, LogError, Result, Scope, Snapshot, TaskBody, View,
};

/// A fold that lacks nothing.
const FOLD: &str = "SELECT seq, head, history, rest FROM task_fold WHERE task = ?1 \
    AND NOT EXISTS (SELECT 1 FROM task_batch WHERE task = ?1 AND last > seq)";
const WHOLE_FOLD: &str = "SELECT seq, head, artifacts, history, rest FROM task_fold WHERE task = ?1 \
    AND NOT EXISTS (SELECT 1 FROM task_batch WHERE task = ?1 AND last > seq)";

/// A task on a page: its number, its id and the time of its status.
type Listed = (i64, String, i64);

impl Engine {
    pub(super) async fn list(self: &Arc<Self>, who: &Scope, query: &ListQuery) -> Result<ListPage> {
        let (total, listed, more) = self.page(who, query).await?;
        let mut page = ListPage::new(Vec::with_capacity(listed.len()), total, None);
        for (place, snapshot) in listed {
            let snapshot = match snapshot {
                Some(snapshot) => Ok(snapshot),
                None => match self.resident(&place.task).await {
                    Ok(resident) => resident.cell.load(query.view),
                    Err(error) => Err(error),
                },
            };
            match snapshot {
                // One that has gone on in between isn't in that state any more.
                Ok(snapshot) if query.state.as_ref().is_some_and(|state| *state != snapshot.state) => {}
                Ok(snapshot) => page.tasks.push(snapshot),
                // It was dropped in between.
                Err(LogError::NotFound) => {}
                Err(error) => return Err(error),
            }
            page.next = Some(place).filter(|_| more);
        }
        Ok(page)
    }

    /// How many tasks match, those of the page, and whether there are more. A task without a snapshot is in memory,
    /// or has to be.
    async fn page(
        &self,
        who: &Scope,
        query: &ListQuery,
    ) -> Result<(usize, Vec<(ListPlace, Option<Snapshot>)>, bool)> {
        let mut connection = self.database.readers().begin().await.map_err(|error| self.fail(error))?;
        let found = find(&mut connection, who, query).await.map_err(|error| self.fail(error))?;
        let (total, mut listed) = found;
        let more = listed.len() > query.limit;
        listed.truncate(query.limit);
        let mut page = Vec::with_capacity(listed.len());
        for (key, id, at) in listed {
            let task: TaskId = id
                .parse()
                .map_err(|_| failed(self.database.corrupt(format!("task number {key} has no id"))))?;
            let snapshot = if self.residents.find(&task).is_some() {
                None
            } else {
                self.stored(&mut connection, key, &task, query.view).await?
            };
            page.push((ListPlace::new(Timestamp::from_unix_millis(at), task), snapshot));
        }
        Ok((total, page, more))
    }

    /// The task as it is folded in the file, if that is all of it.
    async fn stored(
        &self,
        connection: &mut SqliteConnection,
        key: i64,
        task: &TaskId,
        view: View,
    ) -> Result<Option<Snapshot>> {
        let whole = view.artifacts != Artifacts::Absent;
        let fold =
            sqlx::query(if whole { WHOLE_FOLD } else { FOLD }).bind(key).fetch_optional(connection).await;
        let Some(fold) = fold.map_err(|error| self.fail(error))? else { return Ok(None) };
        let snapshot = read(&fold, whole, view).map_err(|what| self.corrupt(task, "fold", &*what))?;
        Ok(Some(snapshot))
    }
}

fn read(fold: &SqliteRow, whole: bool, view: View) -> Result<Snapshot, Nonsense> {
    let pieces: &[_] =
        if whole { &["head", "artifacts", "history", "rest"] } else { &["head", "history", "rest"] };
    let mut json = Vec::new();
    for piece in pieces {
        json.extend_from_slice(fold.try_get::<&[u8], _>(*piece)?);
    }
    let task: Task = serde_json::from_slice(&json)?;
    let state = task.status.state.clone();
    Ok(Snapshot::new(seq(fold.try_get("seq")?)?, state, TaskBody::Folded(Arc::new(task)), view))
}

/// How many tasks match, and those of the page, with one more if there are more.
async fn find(
    connection: &mut SqliteConnection,
    who: &Scope,
    query: &ListQuery,
) -> Result<(usize, Vec<Listed>), sqlx::Error> {
    let mut count = QueryBuilder::new("SELECT count(*)");
    filter(&mut count, who, query);
    let total: i64 = count.build_query_scalar().fetch_one(&mut *connection).await?;
    let mut page = QueryBuilder::new("SELECT key, id, at");
    filter(&mut page, who, query);
    if let Some(ListPlace { at, task, .. }) = &query.from {
        let at = at.unix_millis();
        page.push(" AND at <= ").push_bind(at).push(" AND (at < ").push_bind(at);
        page.push(" OR id > ").push_bind(task.as_str().to_owned()).push(")");
    }
    page.push(" ORDER BY at DESC, id LIMIT ").push_bind(int(query.limit.saturating_add(1)));
    let listed = page.build_query_as().fetch_all(connection).await?;
    Ok((usize::try_from(total).unwrap_or(0), listed))
}

fn filter(sql: &mut QueryBuilder<Sqlite>, who: &Scope, query: &ListQuery) {
    let tenant = who.tenant().map_or("", |tenant| tenant.as_str());
    sql.push(" FROM task WHERE owner = ").push_bind(who.owner().to_owned());
    sql.push(" AND tenant = ").push_bind(tenant.to_owned());
    if let Some(context) = &query.context {
        sql.push(" AND context = ").push_bind(context.as_str().to_owned());
    }
    if let Some(state) = &query.state {
        sql.push(" AND state = ").push_bind(state_text(state));
    }
    if let Some(after) = query.after {
        sql.push(" AND at >= ").push_bind(after.unix_millis());
    }
}
