use a2a::{ListTasksRequest, ListTasksResponse, Part, TaskState};

use crate::{
    expect::{Outcome, parts, same},
    peer::{Peer, text},
};

/// Three tasks of a context, by pages of two, newest first; artifacts and states when they are asked for.
pub async fn list(peer: &Peer) -> Outcome {
    let mut ids = Vec::new();
    let mut context = None;
    for _ in 0..3 {
        let mut request = text("tck-artifact-text");
        request.message.context_id.clone_from(&context);
        let task = peer.send_for_task(request, TaskState::Completed).await?;
        context = Some(task.context_id);
        ids.insert(0, task.id);
    }
    let pages = |size: Option<i32>| ListTasksRequest {
        context_id: context.clone(),
        status: None,
        page_size: size,
        page_token: None,
        history_length: None,
        status_timestamp_after: None,
        include_artifacts: None,
        tenant: None,
    };

    let mut query = pages(Some(2));
    let page = peer.client.list_tasks(&query).await?;
    same("first page", &ids_of(&page)[..], &ids[..2])?;
    same("total", &page.total_size, &3)?;
    same("parts that nobody asked for", &parts(page.tasks[0].artifacts.as_deref())[..], &[])?;
    query.page_token = Some(page.next_page_token);
    query.include_artifacts = Some(true);
    let page = peer.client.list_tasks(&query).await.map_err(|error| format!("second page: {error}"))?;
    same("second page", &ids_of(&page)[..], &ids[2..])?;
    same("token of the last page", &page.next_page_token[..], "")?;
    let want = [Part::text("Generated text content")];
    same("parts of the artifacts", &parts(page.tasks[0].artifacts.as_deref())[..], &want)?;

    for (state, want) in [(TaskState::Completed, 3), (TaskState::Working, 0)] {
        let mut query = pages(None);
        query.status = Some(state);
        same("how many are in a state", &peer.client.list_tasks(&query).await?.tasks.len(), &want)?;
    }
    Ok(())
}

fn ids_of(page: &ListTasksResponse) -> Vec<String> {
    page.tasks.iter().map(|task| task.id.clone()).collect()
}
