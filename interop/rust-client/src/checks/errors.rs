use a2a::{A2AError, CancelTaskRequest, GetTaskRequest, Part, SendMessageRequest, TaskState, error_code};
use a2a_client::BoxStream;
use futures::StreamExt;

use crate::{
    expect::{Outcome, fails},
    peer::{Event, Peer, message, text, unique},
};

/// Each refusal is the SDK's own error for it. All of them are tried, so that a failure names each that is seen as
/// another.
pub async fn errors(peer: &Peer) -> Outcome {
    let ended = &peer.send_for_task(text("tck-complete-task"), TaskState::Completed).await?.id;
    let unknown = &unique("no-such-task");
    let client = &peer.client;
    let get = GetTaskRequest { id: unknown.clone(), history_length: None, tenant: None };
    let cancel = |id: &String| CancelTaskRequest { id: id.clone(), metadata: None, tenant: None };
    let open = async |id| opened(client.send_streaming_message(&more(id)).await).await;
    let subscribe = async |id| opened(peer.subscribe(id).await).await;

    let missing = error_code::TASK_NOT_FOUND;
    let over = error_code::UNSUPPORTED_OPERATION;
    let not_cancelable = error_code::TASK_NOT_CANCELABLE;
    let outcomes = [
        fails("get of an unknown task", client.get_task(&get).await, missing),
        fails("cancel of an unknown task", client.cancel_task(&cancel(unknown)).await, missing),
        fails("send to an unknown task", client.send_message(&more(unknown)).await, missing),
        fails("stream to an unknown task", open(unknown).await, missing),
        fails("subscribe to an unknown task", subscribe(unknown).await, missing),
        fails("cancel of an ended task", client.cancel_task(&cancel(ended)).await, not_cancelable),
        fails("send to an ended task", client.send_message(&more(ended)).await, over),
        fails("stream to an ended task", open(ended).await, over),
        fails("subscribe to an ended task", subscribe(ended).await, over),
    ];
    let failures: Vec<_> =
        outcomes.into_iter().filter_map(Result::err).map(|error| error.to_string()).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}

/// A stream fails when it is opened, or by its first event.
async fn opened(stream: Result<BoxStream<'static, Event>, A2AError>) -> Result<(), A2AError> {
    match stream?.next().await {
        Some(first) => first.map(|_| ()),
        None => Ok(()),
    }
}

fn more(task: &str) -> SendMessageRequest {
    let mut request = message("more", vec![Part::text("more")]);
    request.message.task_id = Some(task.to_owned());
    request
}
