//! A client of the SDK, and the messages that the checks send with it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use a2a::{
    AgentCard, GetTaskRequest, Message, Part, Role, SendMessageConfiguration, SendMessageRequest,
    SendMessageResponse, StreamResponse, SubscribeToTaskRequest, Task, TaskState,
};
use a2a_client::{
    A2AClient, A2AClientFactory, BoxStream, Transport, TransportFactory, agent_card::AgentCardResolver,
    auth::AuthInterceptor, jsonrpc::JsonRpcTransportFactory, rest::RestTransportFactory,
};
use a2a_grpc::GrpcTransportFactory;

use crate::expect::{Outcome, same};

pub const TOKEN: &str = "itk-valid-token";

/// The agent to call, and how.
#[derive(Clone)]
pub struct Target {
    pub url: String,
    pub binding: String,
    pub version: String,
    pub webhook_host: String,
}

impl Target {
    /// A client that authenticates by a bearer token, or doesn't.
    pub async fn connect(&self, token: Option<&str>) -> Outcome<Peer> {
        let card = AgentCardResolver::new(None).resolve(&self.url).await?;
        let factory: Arc<dyn TransportFactory> = match self.binding.as_str() {
            "JSONRPC" => Arc::new(JsonRpcTransportFactory::new(None)),
            "HTTP+JSON" => Arc::new(RestTransportFactory::new(None)),
            "GRPC" => Arc::new(GrpcTransportFactory::new()),
            other => return Err(format!("there is no binding {other}").into()),
        };
        let mut builder = A2AClientFactory::builder().no_defaults().register(factory);
        if let Some(token) = token {
            builder = builder.with_interceptor(Arc::new(AuthInterceptor::bearer(token)));
        }
        let client = builder.build().create_from_card(&card).await?;
        Ok(Peer { client, card })
    }
}

/// The agent, seen through the SDK.
pub struct Peer {
    pub client: A2AClient<Box<dyn Transport>>,
    pub card: AgentCard,
}

impl Peer {
    /// Sends a message that must be answered by a task in a state.
    pub async fn send_for_task(&self, request: SendMessageRequest, state: TaskState) -> Outcome<Task> {
        match self.client.send_message(&request).await.map_err(|error| format!("send: {error}"))? {
            SendMessageResponse::Task(task) => {
                same("state of the answer", &task.status.state, &state)?;
                Ok(task)
            }
            SendMessageResponse::Message(message) => {
                Err(format!("send: answered by {message:?}, expected a task").into())
            }
        }
    }

    pub async fn get(&self, id: &str) -> Outcome<Task> {
        let request = GetTaskRequest { id: id.to_owned(), history_length: None, tenant: None };
        Ok(self.client.get_task(&request).await.map_err(|error| format!("get: {error}"))?)
    }

    pub async fn subscribe(&self, id: &str) -> Result<BoxStream<'static, Event>, a2a::A2AError> {
        self.client.subscribe_to_task(&SubscribeToTaskRequest { id: id.to_owned(), tenant: None }).await
    }
}

/// What a stream of the SDK gives.
pub type Event = Result<StreamResponse, a2a::A2AError>;

/// A message whose id and text both begin with the name of a behaviour.
pub fn text(behaviour: &str) -> SendMessageRequest {
    message(behaviour, vec![Part::text(behaviour)])
}

/// A message with an id that begins as told.
pub fn message(prefix: &str, parts: Vec<Part>) -> SendMessageRequest {
    let mut message = Message::new(Role::User, parts);
    message.message_id = unique(prefix);
    SendMessageRequest { message, configuration: None, metadata: None, tenant: None }
}

/// An id that nobody has.
pub fn unique(prefix: &str) -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("{prefix}-{now:x}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A configuration that says nothing.
pub fn configuration() -> SendMessageConfiguration {
    SendMessageConfiguration {
        accepted_output_modes: None,
        task_push_notification_config: None,
        history_length: None,
        return_immediately: None,
    }
}
