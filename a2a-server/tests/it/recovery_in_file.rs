//! What the next process makes of a run whose process was killed, by its file.

use a2a_core::{
    AgentCard, CallParams, Caller, GetTaskRequest, Message, Operations as _, SendMessageRequest,
    SendMessageResponse, TaskState,
};
use a2a_server::{AgentExecutor, Responder, Server, ServerHandle, Sqlite, executor_fn};
use pretty_assertions::assert_eq;
use tempfile::TempDir;

fn serve(log: Sqlite, agent: impl AgentExecutor) -> ServerHandle {
    let server = Server::builder(AgentCard::new("a", "An agent", "1"), agent).store(log);
    server.allow_anonymous().build().unwrap().handle()
}

/// Works for ever.
fn stuck() -> impl AgentExecutor {
    executor_fn(async |_, out: Responder| {
        let task = out.task().await?;
        task.working("at work").await?;
        std::future::pending().await
    })
}

#[tokio::test]
async fn a_run_that_isnt_made_again_fails_and_says_why() {
    let folder = TempDir::new().unwrap();
    let file = Sqlite::open(folder.path().join("tasks.db")).await.unwrap();
    let before = serve(file.clone(), stuck());
    let mut request = SendMessageRequest::new(Message::user("m".parse().unwrap(), "go"));
    request.configuration.return_immediately = true;
    let sent = before.operations(Caller::anonymous()).send_message(CallParams::default(), request).await;
    let SendMessageResponse::Task(task) = sent.unwrap() else { panic!("a task was opened") };
    // What is committed is all that a killed process leaves.
    let copy = folder.path().join("copy.db");
    file.backup_to(&copy).await.unwrap();

    let after = serve(Sqlite::open(&copy).await.unwrap(), stuck()).operations(Caller::anonymous());
    let ended = loop {
        let found =
            after.get_task(CallParams::default(), GetTaskRequest::new(task.id.clone())).await.unwrap();
        if found.status.state.is_terminal() {
            break found;
        }
        tokio::task::yield_now().await;
    };
    let why = ended.status.message.as_ref().unwrap().text();
    assert_eq!(
        (ended.status.state, &*why),
        (TaskState::Failed, "The process that worked on the task ended before the task did")
    );
}
