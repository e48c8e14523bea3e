//! A generic client of both packages.

use std::net::SocketAddr;

use a2a_core::{
    Error, SendMessageRequest, StreamEvent, Task,
    grpc::{v0_3, v1},
};
use axum::http::uri::PathAndQuery;
use prost::Message;
use serde_json::Value;
use tonic::{Request, Response, Status, Streaming, client::Grpc, metadata::MetadataMap, transport::Channel};
use tonic_prost::ProstCodec;

use crate::support::{Host, soon};

pub(crate) const V1: &str = "lf.a2a.v1.A2AService";
pub(crate) const V0_3: &str = "a2a.v1.A2AService";

/// A channel and what goes with each call.
#[derive(Clone)]
pub(crate) struct Client {
    service: &'static str,
    grpc: Grpc<Channel>,
    metadata: Vec<(&'static str, String)>,
}

impl Client {
    pub(crate) async fn connect(addr: SocketAddr, service: &'static str) -> Self {
        let channel = tonic::transport::Endpoint::try_from(format!("http://{addr}")).unwrap();
        let channel = soon(channel.connect()).await.unwrap();
        Self { service, grpc: Grpc::new(channel), metadata: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.metadata.push((name, value.into()));
        self
    }

    fn request<Q>(&self, message: Q) -> Request<Q> {
        let mut request = Request::new(message);
        for (name, value) in &self.metadata {
            request.metadata_mut().append(*name, value.parse().unwrap());
        }
        request
    }

    fn path(&self, rpc: &str) -> PathAndQuery {
        format!("/{}/{rpc}", self.service).parse().unwrap()
    }

    pub(crate) async fn call<Q, A>(&self, rpc: &str, message: Q) -> Result<Response<A>, Status>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let mut grpc = self.grpc.clone();
        grpc.ready().await.unwrap();
        soon(grpc.unary(self.request(message), self.path(rpc), ProstCodec::<Q, A>::default())).await
    }

    /// What the call answers, if it goes well.
    pub(crate) async fn answer<Q, A>(&self, rpc: &str, message: Q) -> A
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        self.call(rpc, message).await.unwrap().into_inner()
    }

    /// The error of a call that fails.
    pub(crate) async fn error<Q: Message + 'static>(&self, rpc: &str, message: Q) -> Error {
        error(&self.call::<Q, Nothing>(rpc, message).await.unwrap_err())
    }

    pub(crate) async fn stream<Q, A>(&self, rpc: &str, message: Q) -> Result<Events<A>, Status>
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let mut grpc = self.grpc.clone();
        grpc.ready().await.unwrap();
        let codec = ProstCodec::<Q, A>::default();
        let response = soon(grpc.server_streaming(self.request(message), self.path(rpc), codec)).await?;
        let metadata = response.metadata().clone();
        Ok(Events { metadata, events: response.into_inner() })
    }

    pub(crate) async fn send(&self, message: Value) -> Task {
        let answer: v1::SendMessageResponse = self.answer("SendMessage", request(message)).await;
        match a2a_core::SendMessageResponse::try_from(answer).unwrap() {
            a2a_core::SendMessageResponse::Task(task) => task,
            other => panic!("{other:?} is no task"),
        }
    }

    pub(crate) async fn open(&self, message: Value) -> Events<v1::StreamResponse> {
        self.stream("SendStreamingMessage", request(message)).await.unwrap()
    }

    pub(crate) async fn subscribe(&self, task: &str) -> Result<Events<v1::StreamResponse>, Status> {
        self.stream(
            "SubscribeToTask",
            v1::SubscribeToTaskRequest { tenant: String::new(), id: task.to_owned() },
        )
        .await
    }

    pub(crate) async fn get(&self, task: &str) -> Task {
        let request = v1::GetTaskRequest { id: task.to_owned(), ..Default::default() };
        self.answer::<_, v1::Task>("GetTask", request).await.try_into().unwrap()
    }
}

/// Any message, of which nothing is read.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Nothing {}

impl Host {
    pub(crate) async fn v1(&self) -> Client {
        Client::connect(self.addr, V1).await
    }

    pub(crate) async fn v0_3(&self) -> Client {
        Client::connect(self.addr, V0_3).await
    }
}

/// A stream with the metadata before it.
pub(crate) struct Events<A> {
    pub(crate) metadata: MetadataMap,
    events: Streaming<A>,
}

impl<A> Events<A> {
    pub(crate) async fn next(&mut self) -> Result<Option<A>, Status> {
        soon(self.events.message()).await
    }
}

impl Events<v1::StreamResponse> {
    pub(crate) async fn event(&mut self) -> StreamEvent {
        self.next().await.unwrap().expect("an event").try_into().unwrap()
    }

    /// Whatever comes until the end, which is a good one.
    pub(crate) async fn rest(&mut self) -> Vec<StreamEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await.unwrap() {
            events.push(event.try_into().unwrap());
        }
        events
    }
}

impl Events<v0_3::StreamResponse> {
    /// Whatever comes until the end, which is a good one.
    pub(crate) async fn rest(&mut self) -> Vec<a2a_core::v0_3::StreamEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await.unwrap() {
            events.push(event.try_into().unwrap());
        }
        events
    }
}

pub(crate) fn request(message: Value) -> v1::SendMessageRequest {
    native(message).try_into().unwrap()
}

pub(crate) fn old_request(message: Value) -> v0_3::SendMessageRequest {
    a2a_core::v0_3::MessageSendParams::from(native(message)).try_into().unwrap()
}

fn native(message: Value) -> SendMessageRequest {
    SendMessageRequest::new(serde_json::from_value(message).unwrap())
}

/// The error that a status tells.
pub(crate) fn error(status: &Status) -> Error {
    Error::from_grpc(status.code() as i32, status.message(), status.details())
}

/// What an event is in a word.
pub(crate) fn brief(event: &StreamEvent) -> String {
    let what = match event {
        StreamEvent::Task(_) => "task ",
        StreamEvent::ArtifactUpdate(update) => {
            return format!(
                "+{}",
                update.artifact.parts.iter().filter_map(a2a_core::Part::as_text).collect::<String>()
            );
        }
        StreamEvent::Message(message) => return format!("message {}", message.text()),
        _ => "",
    };
    let state = event.status().map(|status| status.state.to_string()).unwrap_or_default();
    format!("{what}{}", state.trim_start_matches("TASK_STATE_"))
}

pub(crate) fn briefs(events: &[StreamEvent]) -> Vec<String> {
    events.iter().map(brief).collect()
}
