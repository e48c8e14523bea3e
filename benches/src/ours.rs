//! Our server with its defaults, and an agent that answers one artifact, whole or in chunks.

use a2a_core::AgentCard;
use a2a_server::{Server, executor_fn};

pub(crate) async fn serve() -> std::io::Result<()> {
    let agent = executor_fn(async |cx, out| {
        let task = out.task().await?;
        let mut artifact = task.artifact("answer");
        let text = cx.message.text();
        match text.parse::<usize>() {
            Ok(chunks) => {
                for index in 0..chunks {
                    artifact.append(format!("token-{index} lorem ipsum")).await?;
                }
                artifact.finish().await?;
            }
            Err(_) => artifact.finish_with(text).await?,
        }
        Ok(task.complete().await?)
    });
    let server = Server::builder(AgentCard::new("bench", "Answers", "1"), agent).allow_anonymous();
    let server = server.build().map_err(std::io::Error::other)?;
    let bound = server.bind("127.0.0.1:0").await.map_err(std::io::Error::other)?;
    println!("{}", bound.local_addr().port());
    bound.run().await.map_err(std::io::Error::other)
}
