use std::sync::atomic::{AtomicU64, Ordering};

use a2a_core::{
    AgentCard, CallParams, CancelTaskRequest, DeleteTaskPushNotificationConfigRequest, Error, Events,
    GetExtendedAgentCardRequest, GetTaskPushNotificationConfigRequest, GetTaskRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, ListTasksRequest,
    ListTasksResponse, Method, Operation, Operations, SendMessageRequest, SendMessageResponse, StreamEvent,
    SubscribeToTaskRequest, Task, TaskPushNotificationConfig, Tenant, header as names, jsonrpc, operation,
};
use async_trait::async_trait;
use futures_util::{StreamExt as _, stream};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde::{
    Serialize,
    de::{DeserializeOwned, IgnoredAny},
};
use url::Url;

use super::{
    answer, events,
    http::{Http, Outgoing},
    reply::{Limits, Reply},
};
use crate::{FailureKind, Phase, failure::Failure};

const JSON: &str = "application/json";
const EVENT_STREAM: &str = "text/event-stream";

/// The JSON-RPC binding of version 1.0 (§9) over one interface.
#[derive(Debug)]
pub(crate) struct JsonRpcTransport {
    http: Http,
    url: Url,
    tenant: Option<Tenant>,
    max_event_bytes: usize,
    max_body_bytes: usize,
    next_id: AtomicU64,
}

impl JsonRpcTransport {
    pub(crate) fn new(
        http: Http,
        url: Url,
        tenant: Option<Tenant>,
        max_event: usize,
        max_body: usize,
    ) -> Self {
        let next_id = AtomicU64::new(1);
        Self { http, url, tenant, max_event_bytes: max_event, max_body_bytes: max_body, next_id }
    }

    /// Posts a call; its id and the response.
    async fn post(
        &self,
        method: Method,
        with: &CallParams,
        params: &impl Serialize,
        limits: Limits,
    ) -> Result<(String, Reply), Error> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let body = jsonrpc::write_request(id, method.name(), params)
            .map_err(|error| Failure::new(FailureKind::InvalidRequest, Phase::Prepare).with_cause(error))?;
        let headers = headers(with, if method.streams() { EVENT_STREAM } else { JSON })?;
        let out = Outgoing { method: reqwest::Method::POST, url: &self.url, headers, body: body.into() };
        let reply = self.http.send(out, limits).await?;
        if !reply.status().is_success() {
            return Err(answer::refused(reply).await);
        }
        Ok((id.to_string(), reply))
    }

    async fn call<O: Operation>(&self, with: CallParams, params: &O::Params) -> Result<O::Output, Error> {
        let limits = self.http.limits(with.timeout);
        self.fetch(O::METHOD, with, params, limits).await
    }

    async fn fetch<R: DeserializeOwned>(
        &self,
        method: Method,
        with: CallParams,
        params: &impl Serialize,
        limits: Limits,
    ) -> Result<R, Error> {
        let (id, mut reply) = self.post(method, &with, params, limits).await?;
        let body = reply.read(self.max_body_bytes).await?;
        match as_json(reply.media_type(), &body) {
            Some(text) => answer::read(text, &id, Phase::Body),
            None => Err(answer::unexpected(&reply, &body)),
        }
    }

    async fn open<O: Operation>(&self, with: CallParams, params: &O::Params) -> Result<Events, Error> {
        let limits = self.http.limits(with.timeout);
        let (id, mut reply) = self.post(O::METHOD, &with, params, limits).await?;
        if reply.media_type().eq_ignore_ascii_case(EVENT_STREAM) {
            return Ok(events::events(reply, id, self.max_event_bytes));
        }
        let body = reply.read(self.max_body_bytes).await?;
        let Some(text) = as_json(reply.media_type(), &body) else {
            return Err(answer::unexpected(&reply, &body));
        };
        match answer::read(text, &id, Phase::Body)? {
            StreamEvent::Unknown(_) => Err(answer::unexpected(&reply, &body)),
            event => Ok(stream::iter([Ok(a2a_core::Cursored::new(event, None))]).boxed()),
        }
    }
}

/// The text of a body that is worth reading as JSON: it says that it is, or it looks like it.
fn as_json<'a>(media_type: &str, body: &'a [u8]) -> Option<&'a str> {
    let text = std::str::from_utf8(body).ok()?;
    (media_type.ends_with("json") || text.trim_start().starts_with('{')).then_some(text)
}

fn headers(with: &CallParams, accept: &'static str) -> Result<HeaderMap, Failure> {
    let invalid = |name: &str| {
        let detail = format!("header {name:?} is malformed");
        Failure::new(FailureKind::InvalidRequest, Phase::Prepare).with_detail(detail)
    };
    let mut headers = HeaderMap::new();
    let mut set = |name: &str, value: &str| -> Result<(), Failure> {
        let known = HeaderName::try_from(name).map_err(|_| invalid(name))?;
        headers.insert(known, HeaderValue::try_from(value).map_err(|_| invalid(name))?);
        Ok(())
    };
    for (name, value) in &with.headers {
        set(name, value)?;
    }
    set(names::A2A_VERSION, &with.version.to_string())?;
    if !with.extensions.is_empty() {
        set(names::A2A_EXTENSIONS, &with.extensions.to_string())?;
    }
    if let Some(key) = &with.idempotency_key {
        set(names::IDEMPOTENCY_KEY, key)?;
    }
    if let Some(cursor) = &with.resume {
        set(names::LAST_EVENT_ID, &cursor.to_string())?;
    }
    headers.insert(ACCEPT, HeaderValue::from_static(accept));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
    Ok(headers)
}

/// The operations that differ in nothing but their names.
macro_rules! operations {
    ($( $name:ident: $Operation:ident($Params:ty) -> $Output:ty = $call:ident; )+) => {
        #[async_trait]
        impl Operations for JsonRpcTransport {
            async fn send_message(
                &self,
                with: CallParams,
                mut request: SendMessageRequest,
            ) -> Result<SendMessageResponse, Error> {
                request.tenant = request.tenant.or_else(|| self.tenant.clone());
                let mut limits = self.http.limits(with.timeout);
                if !request.configuration.return_immediately {
                    limits.head = None;
                }
                self.fetch(Method::SendMessage, with, &request, limits).await
            }

            async fn delete_task_push_notification_config(
                &self,
                with: CallParams,
                mut request: DeleteTaskPushNotificationConfigRequest,
            ) -> Result<(), Error> {
                request.tenant = request.tenant.or_else(|| self.tenant.clone());
                let limits = self.http.limits(with.timeout);
                let method = Method::DeleteTaskPushNotificationConfig;
                let _: IgnoredAny = self.fetch(method, with, &request, limits).await?;
                Ok(())
            }

            $(
                async fn $name(&self, with: CallParams, mut request: $Params) -> Result<$Output, Error> {
                    request.tenant = request.tenant.or_else(|| self.tenant.clone());
                    self.$call::<operation::$Operation>(with, &request).await
                }
            )+
        }
    };
}

operations! {
    send_streaming_message: SendStreamingMessage(SendMessageRequest) -> Events = open;
    get_task: GetTask(GetTaskRequest) -> Task = call;
    list_tasks: ListTasks(ListTasksRequest) -> ListTasksResponse = call;
    cancel_task: CancelTask(CancelTaskRequest) -> Task = call;
    subscribe_to_task: SubscribeToTask(SubscribeToTaskRequest) -> Events = open;
    create_task_push_notification_config: CreateTaskPushNotificationConfig(TaskPushNotificationConfig)
        -> TaskPushNotificationConfig = call;
    get_task_push_notification_config: GetTaskPushNotificationConfig(GetTaskPushNotificationConfigRequest)
        -> TaskPushNotificationConfig = call;
    list_task_push_notification_configs:
        ListTaskPushNotificationConfigs(ListTaskPushNotificationConfigsRequest)
        -> ListTaskPushNotificationConfigsResponse = call;
    get_extended_agent_card: GetExtendedAgentCard(GetExtendedAgentCardRequest) -> AgentCard = call;
}
