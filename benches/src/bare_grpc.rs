//! The baseline of gRPC: one tonic handler that reads a message and answers the task that ours answers.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    io,
    pin::Pin,
    task::{Context, Poll},
};

use a2a_core::grpc::v1::{
    Artifact, Message, Part, SendMessageRequest, SendMessageResponse, Task, TaskState, TaskStatus,
    part::Content, send_message_response::Payload,
};
use tokio::net::TcpListener;
use tonic::{
    Response, Status,
    body::Body,
    server::{Grpc, NamedService, UnaryService},
    transport::{Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;

#[derive(Clone)]
struct Bare;

pub(crate) async fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?.port());
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    Server::builder().serve_with_incoming(Bare, incoming).await.map_err(io::Error::other)
}

impl NamedService for Bare {
    const NAME: &'static str = "lf.a2a.v1.A2AService";
}

impl tower_service::Service<http::Request<Body>> for Bare {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async { Ok(Grpc::new(ProstCodec::default()).unary(Self, request).await) })
    }
}

impl UnaryService<SendMessageRequest> for Bare {
    type Response = SendMessageResponse;
    type Future = Ready<Result<Response<SendMessageResponse>, Status>>;

    fn call(&mut self, request: tonic::Request<SendMessageRequest>) -> Self::Future {
        let message = request.into_inner().message.expect("the load sends valid messages");
        ready(Ok(Response::new(SendMessageResponse { payload: Some(Payload::Task(task(message))) })))
    }
}

fn task(mut message: Message) -> Task {
    let (id, context) = ("5a5c56af-f4ea-4fa2-8df0-6e670b68fd33", "d42d5808-bfaa-4eed-bf32-ae04ab86ea43");
    let said = message.parts.first().and_then(|part| part.content.clone());
    let Some(Content::Text(text)) = said else { panic!("the load sends a text") };
    let part = Part { content: Some(Content::Text(text)), ..Part::default() };
    let artifact = Artifact {
        artifact_id: "1d2d90e2-20de-42d9-b134-ef5c53b3b1ea".to_owned(),
        name: "answer".to_owned(),
        parts: vec![part],
        ..Artifact::default()
    };
    let timestamp = Some(prost_types::Timestamp { seconds: 1_795_514_138, nanos: 492_000_000 });
    (message.context_id, message.task_id) = (context.to_owned(), id.to_owned());
    Task {
        id: id.to_owned(),
        context_id: context.to_owned(),
        status: Some(TaskStatus { state: TaskState::Completed.into(), message: None, timestamp }),
        artifacts: vec![artifact],
        history: vec![message],
        metadata: None,
    }
}
