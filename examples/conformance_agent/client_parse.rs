//! Shows what our client makes of an answer that a suite has written.

use a2a_client::{CallError, Client};
use a2a_core::{AgentCard, AgentInterface, ListTasksRequest, Message, MessageId, Part, PartContent, TaskId};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

use crate::Failure;

/// Calls an agent that answers the payload in the message; what the client returns, as JSON.
pub(crate) async fn parse(message: &Message) -> Result<Value, Failure> {
    let asked = message.parts.iter().find_map(|part| match &part.content {
        PartContent::Data(data) => Some(data),
        _ => None,
    });
    let asked = asked.ok_or("a part of data with operation and wire_payload is missing")?;
    let operation = asked["operation"].as_str().ok_or("the operation is missing")?;
    let mut peer = JoinSet::new();
    let client = client_of(asked["wire_payload"].clone(), &mut peer).await?;
    let task = TaskId::new("asked")?;
    match operation {
        "send_message" => {
            shown(client.send(Message::user(MessageId::new("asked")?, Part::text("asked"))).await)
        }
        "get_task" => shown(client.get_task(&task).await),
        "cancel_task" => shown(client.cancel(&task).await),
        "list_tasks" => shown(client.list_tasks(ListTasksRequest::default()).await),
        other => Err(format!("{other:?} isn't an operation that this can show").into()),
    }
}

/// A client of an agent that answers every call so.
async fn client_of(payload: Value, peer: &mut JoinSet<()>) -> Result<Client, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let answers = Router::new().fallback(async move |Json(call): Json<Value>| {
        let mut payload = payload;
        // Whose call it answers is the only thing that a suite can't know.
        payload["id"] = call["id"].clone();
        Json(payload)
    });
    peer.spawn(async move {
        // It ends with the set it is in.
        let _ = axum::serve(listener, answers).await;
    });
    let card = AgentCard::new("canned", "Answers what it is given", "1.0.0");
    Ok(Client::connect(card.with_interface(AgentInterface::new(url, "JSONRPC", "1.0"))).await?)
}

fn shown(answer: Result<impl serde::Serialize, CallError>) -> Result<Value, Failure> {
    match answer {
        Ok(answer) => Ok(serde_json::to_value(answer)?),
        Err(error) => match error.agent_error() {
            Some(error) => {
                Ok(json!({ "error": { "code": error.kind().code(), "message": error.message() } }))
            }
            None => Err(error.into()),
        },
    }
}
