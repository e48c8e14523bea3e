use a2a_client::{Answer, CallError, Client, FailureKind, Retry};
use a2a_core::{
    CallParams, CancelTaskRequest, Cursor, Cursored, Error, ErrorKind, Events, GetTaskRequest,
    ListTasksRequest, ListTasksResponse, Operations, SendMessageRequest, SendMessageResponse,
    SubscribeToTaskRequest, Task, TaskId,
};
use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use pretty_assertions::assert_eq;

use crate::peer::{COMPLETED, DONE, HELLO, SUBMITTED, WORLD};

/// An agent without a wire. It knows the task that the fixtures make.
struct Local;

fn events() -> Events {
    let events = [SUBMITTED, HELLO, WORLD, COMPLETED].map(|event| serde_json::from_str(event).unwrap());
    stream::iter((1..).zip(events).map(|(seq, event)| Ok(Cursored::new(event, Some(Cursor::after(seq))))))
        .boxed()
}

#[async_trait]
impl Operations for Local {
    async fn send_message(
        &self,
        with: CallParams,
        r: SendMessageRequest,
    ) -> Result<SendMessageResponse, Error> {
        assert!(with.idempotency_key.is_some());
        Ok(SendMessageResponse::Message(r.message))
    }
    async fn send_streaming_message(&self, _: CallParams, _: SendMessageRequest) -> Result<Events, Error> {
        Ok(events())
    }
    async fn get_task(&self, _: CallParams, r: GetTaskRequest) -> Result<Task, Error> {
        Err(Error::task_not_found(&r.id))
    }
    async fn list_tasks(&self, _: CallParams, _: ListTasksRequest) -> Result<ListTasksResponse, Error> {
        Err(Error::new(ErrorKind::Transport, "the process is gone"))
    }
    async fn cancel_task(&self, _: CallParams, _: CancelTaskRequest) -> Result<Task, Error> {
        Ok(serde_json::from_str(DONE).unwrap())
    }
    async fn subscribe_to_task(&self, _: CallParams, _: SubscribeToTaskRequest) -> Result<Events, Error> {
        Ok(events())
    }
}

#[tokio::test]
async fn an_agent_in_the_same_process_is_called_like_any_other() {
    let client = Client::over(Local);
    assert_eq!(client.card(), None);
    assert_eq!(client.send_text("hello").await.unwrap().text(), "hello");
    let mut stream = client.stream_text("hello").await.unwrap();
    while let Some(event) = stream.next().await {
        event.unwrap();
    }
    assert_eq!(stream.cursor(), Some(&Cursor::after(4)));
    let done: Task = serde_json::from_str(DONE).unwrap();
    assert_eq!(stream.finish().await.unwrap(), Answer::Task(done.clone()));
    let id = TaskId::new("t1").unwrap();
    assert_eq!(client.subscribe(&id).await.unwrap().finish().await.unwrap(), Answer::Task(done.clone()));
    assert_eq!(client.cancel(&id).await.unwrap(), done);
}

#[tokio::test]
async fn errors_of_other_transports_are_classified_too() {
    let client = Client::over(Local);
    let error = client.get_task(&TaskId::new("t1").unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Agent(ErrorKind::TaskNotFound));
    let error = client.list_tasks(ListTasksRequest::default()).await.unwrap_err();
    assert_eq!(error.kind(), FailureKind::Disconnected);
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the process is gone");
    let error = CallError::from(Error::task_not_found(&TaskId::new("t7").unwrap()));
    assert_eq!(error.task_id().map(TaskId::as_str), Some("t7"));
}

/// An agent without a wire whose streams break off, each behind one more event.
struct Fragile(std::sync::atomic::AtomicUsize);

impl Fragile {
    fn events(&self, from: usize) -> Events {
        let broken = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let rest =
            events().skip(from).take(1).chain(stream::iter([Err(Error::new(ErrorKind::Transport, "gone"))]));
        if broken == 0 {
            stream::iter([Err(Error::new(ErrorKind::Transport, "gone"))]).boxed()
        } else {
            rest.boxed()
        }
    }
}

#[async_trait]
impl Operations for Fragile {
    async fn send_message(
        &self,
        with: CallParams,
        r: SendMessageRequest,
    ) -> Result<SendMessageResponse, Error> {
        Local.send_message(with, r).await
    }
    async fn send_streaming_message(&self, _: CallParams, _: SendMessageRequest) -> Result<Events, Error> {
        Ok(self.events(0))
    }
    async fn get_task(&self, with: CallParams, r: GetTaskRequest) -> Result<Task, Error> {
        Local.get_task(with, r).await
    }
    async fn list_tasks(&self, with: CallParams, r: ListTasksRequest) -> Result<ListTasksResponse, Error> {
        Local.list_tasks(with, r).await
    }
    async fn cancel_task(&self, with: CallParams, r: CancelTaskRequest) -> Result<Task, Error> {
        Local.cancel_task(with, r).await
    }
    async fn subscribe_to_task(&self, with: CallParams, _: SubscribeToTaskRequest) -> Result<Events, Error> {
        let from = with.resume.and_then(|cursor| cursor.seq()).unwrap();
        Ok(self.events(usize::try_from(from).unwrap()))
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_a_wire_goes_on_too() {
    let client = Client::over(Fragile(0.into()));
    let stream = client.stream_text("hello").await.unwrap();
    let heard: Vec<_> = stream.map(Result::unwrap).collect().await;
    let told = [SUBMITTED, HELLO, WORLD, COMPLETED].map(|event| serde_json::from_str(event).unwrap());
    assert_eq!(heard, told);
    let off = Client::over(Fragile(1.into())).call().retry(Retry::off()).stream_text("hello").await.unwrap();
    let error = off.finish().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (FailureKind::Disconnected, 0));
}
