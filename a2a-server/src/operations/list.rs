//! Listing: filters, the opaque page token, and the limits of a page.

use a2a_core::{Error, ListTasksRequest, ListTasksResponse, TaskState, Timestamp};

use super::{CallContext, Service, validate::history_length};
use crate::log::{Artifacts, ListPlace, ListQuery, Snapshot, View};

const DEFAULT_PAGE_SIZE: i32 = 50;
const MAX_PAGE_SIZE: i32 = 100;

/// A page of tasks.
#[derive(Debug)]
pub(crate) struct TaskPage {
    pub(crate) tasks: Vec<Snapshot>,
    pub(crate) next_page_token: String,
    pub(crate) page_size: i32,
    pub(crate) total_size: i32,
}

impl From<TaskPage> for ListTasksResponse {
    fn from(page: TaskPage) -> Self {
        let tasks = page.tasks.into_iter().map(Snapshot::into_task).collect();
        let mut response = Self::new(tasks, page.page_size, page.total_size);
        response.next_page_token = page.next_page_token;
        response
    }
}

impl Service {
    pub(crate) async fn list_tasks(
        &self,
        cx: &CallContext,
        request: ListTasksRequest,
    ) -> Result<TaskPage, Error> {
        let page_size = request.page_size.unwrap_or(DEFAULT_PAGE_SIZE);
        if !(1..=MAX_PAGE_SIZE).contains(&page_size) {
            let text = format!("must be 1 to {MAX_PAGE_SIZE}, not {page_size}");
            return Err(Error::invalid_params("pageSize", text));
        }
        let artifacts =
            if request.include_artifacts == Some(true) { Artifacts::Always } else { Artifacts::Absent };
        let query = ListQuery {
            context: request.context_id,
            state: state(request.status)?,
            after: request.status_timestamp_after,
            from: place(&request.page_token)?,
            limit: usize::try_from(page_size).unwrap_or_default(),
            view: View { history: history_length(request.history_length)?, artifacts },
        };
        let page = self.runs.log.list(&cx.scope(), &query).await.map_err(|error| {
            Error::new(a2a_core::ErrorKind::Unavailable, "The server's store failed; try again")
                .with_source(error)
        })?;
        Ok(TaskPage {
            tasks: page.tasks,
            next_page_token: page.next.as_ref().map(token).unwrap_or_default(),
            page_size,
            total_size: i32::try_from(page.total).unwrap_or(i32::MAX),
        })
    }
}

fn state(filter: Option<TaskState>) -> Result<Option<TaskState>, Error> {
    match filter {
        None | Some(TaskState::Unspecified) => Ok(None),
        Some(TaskState::Unknown(state)) => Err(Error::invalid_params(
            "status",
            format!("must be a task state such as TASK_STATE_WORKING, not {state}"),
        )),
        known => Ok(known),
    }
}

/// Opaque to clients: the time and the id that the page ended with.
fn token(place: &ListPlace) -> String {
    format!("{:x}.{}", place.at.unix_millis(), place.task)
}

fn place(token: &str) -> Result<Option<ListPlace>, Error> {
    if token.is_empty() {
        return Ok(None);
    }
    let place = token.split_once('.').and_then(|(at, task)| {
        let at = Timestamp::from_unix_millis(i64::from_str_radix(at, 16).ok()?);
        Some(ListPlace::new(at, task.parse().ok()?))
    });
    place
        .map(Some)
        .ok_or_else(|| Error::invalid_params("pageToken", "must be a nextPageToken of an earlier answer"))
}
