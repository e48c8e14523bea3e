//! `a2a-protocol-server`, the largest of the others.

use std::{error::Error, sync::Arc};

use a2a_protocol_server::{EventEmitter, JsonRpcDispatcher, RequestHandlerBuilder, Server, agent_executor};
use a2a_protocol_types::{AgentCapabilities, AgentCard, AgentInterface, AgentSkill, Part, TaskState};

struct Agent;

agent_executor!(Agent, |cx, queue| async {
    let emit = EventEmitter::new(cx, queue);
    let text = cx.message.text().unwrap_or_default();
    match peers::chunks(text) {
        None => emit.artifact("answer", vec![Part::text(text)], None, Some(true)).await?,
        Some(chunks) => {
            for index in 0..chunks {
                let last = Some(index + 1 == chunks);
                emit.artifact("answer", vec![Part::text(peers::token(index))], Some(index > 0), last).await?;
            }
        }
    }
    emit.status(TaskState::Completed).await
});

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let card = AgentCard::new("bench", "1", AgentInterface::jsonrpc("http://127.0.0.1/"))
        .with_description("Answers")
        .with_skill(AgentSkill::new("answer", "Answer", "Answers").with_tags(["bench"]))
        .with_capabilities(AgentCapabilities::default().with_streaming(true));
    let handler = Arc::new(RequestHandlerBuilder::new(Agent).with_agent_card(card).build()?);
    let server = Server::bind("127.0.0.1:0").await?;
    println!("{}", server.local_addr()?.port());
    server.serve_with_shutdown(JsonRpcDispatcher::new(handler), std::future::pending()).await;
    Ok(())
}
