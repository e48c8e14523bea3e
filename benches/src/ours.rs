//! Our server with its defaults, and the agent that is measured.

use std::{io, path::Path, time::Instant};

use a2a_core::AgentCard;
use a2a_server::{ExecutorError, Inbox, Server, TaskHandle, executor_fn, sqlite::Sqlite};

use crate::work::{LARGE, Work};

/// Serves, with a log in memory or in this file.
pub(crate) async fn serve(file: Option<&Path>) -> io::Result<()> {
    let store = match file {
        Some(file) => Some(Sqlite::open(file).await.map_err(io::Error::other)?),
        None => None,
    };
    let counted = store.clone();
    let agent = executor_fn(async move |cx, out| {
        let text = cx.message.text();
        let work = Work::parse(&text);
        if let Work::Commits = work {
            let commits = counted.as_ref().map_or(0, |store| store.database().commits());
            return Ok(out.message(commits.to_string()).await?);
        }
        let task = out.task().await?;
        match work {
            Work::Echo => {
                task.artifact("answer").finish_with(text).await?;
                Ok(task.complete().await?)
            }
            Work::Wait => {
                task.working("waiting").await?;
                std::future::pending().await
            }
            // In a box, so that the small ones don't pay for the room that the others need.
            work => Box::pin(answer(task, work, &cx.inbox)).await,
        }
    });
    let server = Server::builder(AgentCard::new("bench", "Answers", "1"), agent).allow_anonymous();
    let server = match store {
        Some(store) => server.store(store),
        None => server,
    };
    let server = server.build().map_err(io::Error::other)?;
    let bound = server.bind("127.0.0.1:0").await.map_err(io::Error::other)?;
    println!("{}", bound.local_addr().port());
    bound.run().await.map_err(io::Error::other)
}

async fn answer(task: TaskHandle, work: Work, inbox: &Inbox) -> Result<(), ExecutorError> {
    match work {
        Work::Echo | Work::Wait | Work::Commits => {}
        Work::Chunks(count) => {
            let mut artifact = task.artifact("answer");
            for index in 0..count {
                artifact.append(format!("token-{index} lorem ipsum")).await?;
            }
            artifact.finish().await?;
        }
        Work::Artifacts(count) => {
            for index in 0..count {
                task.artifact("answer").finish_with(format!("token-{index} lorem ipsum")).await?;
            }
        }
        Work::Statuses(count) => {
            for index in 0..count {
                task.working(format!("token-{index} lorem ipsum")).await?;
            }
        }
        Work::Gate(count) => {
            inbox.next().await;
            let begun = Instant::now();
            let mut artifact = task.artifact("answer");
            for _ in 0..count {
                artifact.append(LARGE).await?;
            }
            artifact.finish().await?;
            task.flush().await?;
            // Its reader learns how long the writes took.
            return Ok(task.complete_with(begun.elapsed().as_micros().to_string()).await?);
        }
    }
    Ok(task.complete().await?)
}
