//! Both packages of gRPC, by a client that knows the messages and no more.

use a2a_core::{
    Error, ListTaskPushNotificationConfigsResponse, Method, StreamEvent,
    grpc::{v0_3 as old, v1},
    v0_3::{
        self, DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
        ListTaskPushNotificationConfigParams, MessageSendParams, SendMessageResult, TaskIdParams,
        TaskQueryParams, method,
    },
};
use axum::http::uri::PathAndQuery;
use prost::Message;
use tonic::{
    Code, Request, Status, Streaming,
    client::Grpc,
    metadata::{KeyAndValueRef, MetadataMap},
    transport::{Channel, Endpoint},
};
use tonic_prost::ProstCodec;

use super::{Answer, Ask, Events, Peer, Told, stream::Source};

/// The items of a stream, of either package.
pub(super) enum Messages {
    V1(Streaming<v1::StreamResponse>),
    Old(Streaming<old::StreamResponse>),
}

impl Messages {
    pub(super) async fn next(&mut self) -> Option<Result<StreamEvent, Error>> {
        match self {
            Self::V1(stream) => match stream.message().await {
                Ok(item) => item.map(|item| Ok(item.try_into().unwrap())),
                Err(status) => Some(Err(error(&status))),
            },
            Self::Old(stream) => match stream.message().await {
                Ok(item) => item.map(|item| Ok(v0_3::StreamEvent::try_from(item).unwrap().into())),
                Err(status) => Some(Err(error(&status))),
            },
        }
    }
}

/// One rpc on a connection of its own.
pub(super) async fn ask(peer: &Peer, ask: Ask) -> Answer {
    let call = Rpc::new(peer, ask.method()).await;
    let answer = if peer.route.is_old() { ask_old(call, ask).await } else { ask_v1(call, ask).await };
    match answer {
        Ok((told, seen)) => Answer { told, seen },
        Err(status) => Answer { told: Told::Refused(error(&status)), seen: seen_status(&status) },
    }
}

type Outcome = Result<(Told, String), Box<Status>>;

async fn ask_v1(rpc: Rpc, ask: Ask) -> Outcome {
    match ask {
        Ask::Send(request) => {
            rpc.unary(
                v1::SendMessageRequest::try_from(request).unwrap(),
                |answer: v1::SendMessageResponse| Told::Reply(Box::new(answer.try_into().unwrap())),
            )
            .await
        }
        Ask::Stream(request) => {
            rpc.stream(v1::SendMessageRequest::try_from(request).unwrap(), Messages::V1).await
        }
        Ask::Get(request) => rpc.unary(v1::GetTaskRequest::from(request), task).await,
        Ask::List(request) => {
            rpc.unary(v1::ListTasksRequest::try_from(request).unwrap(), |answer: v1::ListTasksResponse| {
                Told::Tasks(answer.try_into().unwrap())
            })
            .await
        }
        Ask::Cancel(request) => rpc.unary(v1::CancelTaskRequest::try_from(request).unwrap(), task).await,
        Ask::Subscribe(request) => rpc.stream(v1::SubscribeToTaskRequest::from(request), Messages::V1).await,
        Ask::CreateWebhook(config) => rpc.unary(v1::TaskPushNotificationConfig::from(config), webhook).await,
        Ask::GetWebhook(request) => {
            rpc.unary(v1::GetTaskPushNotificationConfigRequest::from(request), webhook).await
        }
        Ask::ListWebhooks(request) => {
            rpc.unary(
                v1::ListTaskPushNotificationConfigsRequest::from(request),
                |answer: v1::ListTaskPushNotificationConfigsResponse| {
                    Told::Webhooks(answer.try_into().unwrap())
                },
            )
            .await
        }
        Ask::DeleteWebhook(request) => {
            rpc.unary(v1::DeleteTaskPushNotificationConfigRequest::from(request), |()| Told::Deleted).await
        }
        Ask::ExtendedCard(request) => {
            rpc.unary(v1::GetExtendedAgentCardRequest::from(request), |answer: v1::AgentCard| {
                Told::Card(Box::new(answer.try_into().unwrap()))
            })
            .await
        }
    }
}

fn task(answer: v1::Task) -> Told {
    Told::Task(Box::new(answer.try_into().unwrap()))
}

fn webhook(answer: v1::TaskPushNotificationConfig) -> Told {
    Told::Webhook(answer.try_into().unwrap())
}

async fn ask_old(rpc: Rpc, ask: Ask) -> Outcome {
    match ask {
        Ask::Send(request) => {
            let request = old::SendMessageRequest::try_from(MessageSendParams::from(request)).unwrap();
            rpc.unary(request, |answer: old::SendMessageResponse| {
                Told::Reply(Box::new(SendMessageResult::try_from(answer).unwrap().into()))
            })
            .await
        }
        Ask::Stream(request) => {
            let request = old::SendMessageRequest::try_from(MessageSendParams::from(request)).unwrap();
            rpc.stream(request, Messages::Old).await
        }
        Ask::Get(request) => {
            let request = old::GetTaskRequest::try_from(TaskQueryParams::from(request)).unwrap();
            rpc.unary(request, old_task).await
        }
        Ask::Cancel(request) => {
            let request = old::CancelTaskRequest::try_from(TaskIdParams::from(request)).unwrap();
            rpc.unary(request, old_task).await
        }
        Ask::Subscribe(request) => {
            let request = old::TaskSubscriptionRequest::try_from(TaskIdParams::from(request)).unwrap();
            rpc.stream(request, Messages::Old).await
        }
        Ask::CreateWebhook(config) => {
            let config = v0_3::TaskPushNotificationConfig::from(config);
            rpc.unary(old::CreateTaskPushNotificationConfigRequest::try_from(config).unwrap(), old_webhook)
                .await
        }
        Ask::GetWebhook(request) => {
            let request = GetTaskPushNotificationConfigParams::from(request);
            rpc.unary(old::GetTaskPushNotificationConfigRequest::try_from(request).unwrap(), old_webhook)
                .await
        }
        Ask::ListWebhooks(request) => {
            let request = ListTaskPushNotificationConfigParams::from(request);
            let request = old::ListTaskPushNotificationConfigRequest::try_from(request).unwrap();
            rpc.unary(request, |answer: old::ListTaskPushNotificationConfigResponse| {
                let configs = Vec::<v0_3::TaskPushNotificationConfig>::try_from(answer).unwrap();
                Told::Webhooks(ListTaskPushNotificationConfigsResponse::from(configs))
            })
            .await
        }
        Ask::DeleteWebhook(request) => {
            let request = DeleteTaskPushNotificationConfigParams::from(request);
            let request = old::DeleteTaskPushNotificationConfigRequest::try_from(request).unwrap();
            rpc.unary(request, |()| Told::Deleted).await
        }
        Ask::ExtendedCard(_) => {
            rpc.unary(old::GetAgentCardRequest {}, |answer: old::AgentCard| {
                Told::Card(Box::new(v0_3::AgentCard::try_from(answer).unwrap().into()))
            })
            .await
        }
        Ask::List(_) => unreachable!("0.3 has no lists"),
    }
}

fn old_task(answer: old::Task) -> Told {
    Told::Task(Box::new(v0_3::Task::try_from(answer).unwrap().into()))
}

fn old_webhook(answer: old::TaskPushNotificationConfig) -> Told {
    Told::Webhook(v0_3::TaskPushNotificationConfig::try_from(answer).unwrap().into())
}

/// An rpc that is about to be made.
struct Rpc {
    client: Grpc<Channel>,
    path: PathAndQuery,
    metadata: MetadataMap,
}

impl Rpc {
    async fn new(peer: &Peer, method: Method) -> Self {
        let path = if peer.route.is_old() {
            format!("/a2a.v1.A2AService/{}", method::form(method).unwrap().rpc)
        } else {
            format!("/lf.a2a.v1.A2AService/{}", method.name())
        };
        let endpoint = Endpoint::from_shared(format!("http://{}", peer.addr)).unwrap();
        let mut client = Grpc::new(endpoint.connect().await.unwrap());
        client.ready().await.unwrap();
        let mut metadata = MetadataMap::new();
        metadata.insert("a2a-version", peer.route.version.to_string().parse().unwrap());
        for (name, value) in &peer.headers {
            let name: tonic::metadata::MetadataKey<tonic::metadata::Ascii> = name.parse().unwrap();
            metadata.append(name, value.parse().unwrap());
        }
        Self { client, path: path.parse().unwrap(), metadata }
    }

    fn request<T>(&mut self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        *request.metadata_mut() = std::mem::take(&mut self.metadata);
        request
    }

    async fn unary<Q, A>(mut self, message: Q, told: impl FnOnce(A) -> Told) -> Outcome
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let request = self.request(message);
        let answer = self.client.unary(request, self.path, ProstCodec::<Q, A>::default()).await?;
        let (metadata, answer, _) = answer.into_parts();
        let bytes = answer.encode_to_vec();
        Ok((told(answer), format!("{}{}", seen(&metadata), bytes.escape_ascii())))
    }

    async fn stream<Q, A>(mut self, message: Q, messages: impl FnOnce(Streaming<A>) -> Messages) -> Outcome
    where
        Q: Message + 'static,
        A: Message + Default + 'static,
    {
        let request = self.request(message);
        let answer = self.client.server_streaming(request, self.path, ProstCodec::<Q, A>::default()).await?;
        let seen = seen(answer.metadata());
        match Events::begin(Source::Grpc(Box::new(messages(answer.into_inner())))).await {
            Ok(events) => Ok((Told::Events(Box::new(events)), seen)),
            Err((error, _)) => Ok((Told::Refused(error), seen)),
        }
    }
}

fn error(status: &Status) -> Error {
    Error::from_grpc(status.code() as i32, status.message(), status.details())
}

fn seen_status(status: &Status) -> String {
    let code: Code = status.code();
    let details = status.details().escape_ascii();
    format!("{code:?} {}\n{}{details}", status.message(), seen(status.metadata()))
}

/// Metadata without that of the moment.
fn seen(metadata: &MetadataMap) -> String {
    let mut lines: Vec<_> = metadata
        .iter()
        .map(|entry| match entry {
            KeyAndValueRef::Ascii(key, value) => format!("{key}: {value:?}\n"),
            KeyAndValueRef::Binary(key, value) => format!("{key}: {value:?}\n"),
        })
        .filter(|line| !line.starts_with("date:"))
        .collect();
    lines.sort();
    lines.concat()
}
