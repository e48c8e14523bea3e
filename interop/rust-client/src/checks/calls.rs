use a2a::{
    CancelTaskRequest, Part, Role, SendMessageConfiguration, SendMessageResponse, StreamResponse, TaskState,
};

use crate::{
    expect::{Outcome, drain, parts, same},
    peer::{Peer, configuration, message, text},
};

/// An answer with an artifact, the same task by get, and the message of a status.
pub async fn unary(peer: &Peer) -> Outcome {
    let request = text("tck-artifact-text");
    let task = peer.send_for_task(request.clone(), TaskState::Completed).await?;
    let stored = peer.get(&task.id).await?;
    for seen in [&task, &stored] {
        let want = [Part::text("Generated text content")];
        same("parts of the artifacts", &parts(seen.artifacts.as_deref())[..], &want)?;
    }
    same("id and state by get", &(&stored.id, &stored.status.state), &(&task.id, &TaskState::Completed))?;
    let first = stored.history.as_deref().and_then(|history| history.first());
    same(
        "first message of the history",
        &first.map(|message| (&message.message_id, &message.role)),
        &Some((&request.message.message_id, &Role::User)),
    )?;

    let task = peer.send_for_task(text("tck-complete-task"), TaskState::Completed).await?;
    let told = task.status.message.as_ref().map(|message| (&message.role, message.text()));
    same("message of the status", &told, &Some((&Role::Agent, Some("Hello from TCK"))))
}

/// A message in place of a task, as an answer and as a stream of one event.
pub async fn message_reply(peer: &Peer) -> Outcome {
    let request = text("tck-message-response");
    let answer = match peer.client.send_message(&request).await? {
        SendMessageResponse::Message(message) => message,
        SendMessageResponse::Task(task) => {
            return Err(format!("answered by {task:?}, expected a message").into());
        }
    };
    let events = drain(peer.client.send_streaming_message(&text("tck-message-response")).await?).await?;
    let [StreamResponse::Message(streamed)] = &events[..] else {
        return Err(format!("the stream was {events:?}, expected one message").into());
    };
    for message in [&answer, streamed] {
        let want = (&Role::Agent, Some("Direct message response"));
        same("role and text", &(&message.role, message.text()), &want)?;
    }
    Ok(())
}

/// A task that asks until it is told that it is done.
pub async fn multi_turn(peer: &Peer) -> Outcome {
    let asked = peer.send_for_task(text("tck-multi-turn"), TaskState::InputRequired).await?;
    for (said, state) in [("more", TaskState::InputRequired), ("done", TaskState::Completed)] {
        let mut reply = message("reply", vec![Part::text(said)]);
        reply.message.task_id = Some(asked.id.clone());
        reply.message.context_id = Some(asked.context_id.clone());
        let answer = peer.send_for_task(reply, state).await?;
        same("task and context", &(&answer.id, &answer.context_id), &(&asked.id, &asked.context_id))?;
    }
    let stored = peer.get(&asked.id).await?;
    let history = stored.history.unwrap_or_default();
    let mine: Vec<_> =
        history.iter().filter(|message| message.role == Role::User).map(|message| message.text()).collect();
    same("my messages in the history", &mine[..], &[Some("tck-multi-turn"), Some("more"), Some("done")])
}

/// A task that works until it is told to stop.
pub async fn cancel(peer: &Peer) -> Outcome {
    let mut request = text("tck-cancel");
    request.configuration =
        Some(SendMessageConfiguration { return_immediately: Some(true), ..configuration() });
    let task = match peer.client.send_message(&request).await? {
        SendMessageResponse::Task(task) if !task.status.state.is_terminal() => task,
        other => return Err(format!("answered by {other:?}, expected a task at work").into()),
    };
    let request = CancelTaskRequest { id: task.id.clone(), metadata: None, tenant: None };
    let canceled = peer.client.cancel_task(&request).await.map_err(|error| format!("cancel: {error}"))?;
    same("id and state", &(&canceled.id, &canceled.status.state), &(&task.id, &TaskState::Canceled))?;
    same("state by get", &peer.get(&task.id).await?.status.state, &TaskState::Canceled)
}
