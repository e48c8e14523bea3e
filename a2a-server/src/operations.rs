//! The operations below any binding: validation, capabilities, ownership, and what is left is the log's.

mod call;
mod cancel;
mod input_modes;
mod key;
mod list;
mod resume;
mod send;
mod validate;
mod webhook;

use std::sync::Arc;

use a2a_core::{
    AgentCard, Caller, Cursor, Error, ErrorKind, Extensions, GetTaskRequest, Message, SendMessageResponse,
    SubscribeToTaskRequest, TaskId, Tenant, Version,
};

use self::validate::history_length;
#[cfg(feature = "grpc")]
pub(crate) use self::validate::too_many_parts;
pub(crate) use self::{
    call::{Call, Done},
    input_modes::InputModes,
    list::TaskPage,
    send::Drive,
};
use crate::{
    card::Cards,
    log::{LogError, Scope, Snapshot, View},
    quota::Kind,
    reader::{Reader, Until, seq},
    run::Runs,
};

/// The agent as a service; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) runs: Arc<Runs>,
    /// Without the interfaces that are derived.
    pub(crate) card: AgentCard,
    /// What the parts of messages may be.
    pub(crate) input_modes: InputModes,
    pub(crate) cards: Arc<Cards>,
    /// The versions of the protocol that are spoken on the wire.
    pub(crate) versions: Vec<Version>,
    /// Whether every stream opens its task at once instead of waiting for what the agent chooses.
    pub(crate) always_task: bool,
}

/// Who calls and what goes with the call.
#[derive(Clone, Debug)]
pub(crate) struct CallContext {
    pub(crate) caller: Caller,
    /// The version that the call is made in.
    pub(crate) version: Version,
    /// The tenant that the call names; [`Service::admit`] sets it.
    pub(crate) tenant: Option<Tenant>,
    pub(crate) extensions: Extensions,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) resume: Option<Cursor>,
    /// The URL that the request came under, where requests say it.
    pub(crate) base: Option<Arc<str>>,
}

/// The answer to a send.
#[derive(Debug)]
pub(crate) enum Reply {
    Message(Box<Message>),
    Task(Snapshot),
}

impl From<Reply> for SendMessageResponse {
    fn from(reply: Reply) -> Self {
        match reply {
            Reply::Message(message) => Self::Message(*message),
            Reply::Task(snapshot) => Self::Task(snapshot.into_task()),
        }
    }
}

impl CallContext {
    pub(crate) fn scope(&self) -> Scope {
        Scope::within(&self.caller, self.tenant.as_ref())
    }

    /// Whoever belongs to a tenant can't name another.
    fn check_tenant(&self) -> Result<(), Error> {
        match (&self.caller.tenant, &self.tenant) {
            (Some(own), Some(named)) if own != named => {
                let text = format!("The caller doesn't belong to the tenant {named}");
                Err(Error::new(ErrorKind::PermissionDenied, text))
            }
            _ => Ok(()),
        }
    }
}

impl Service {
    pub(crate) async fn get_task(
        &self,
        cx: &CallContext,
        request: GetTaskRequest,
    ) -> Result<Snapshot, Error> {
        let view = View { history: history_length(request.history_length)?, ..View::default() };
        let scope = cx.scope();
        self.open_undecided(&scope, &request.id).await;
        self.runs.log.load(&scope, &request.id, view).await.map_err(|error| from_log(error, &request.id))
    }

    pub(crate) async fn subscribe(
        &self,
        cx: &CallContext,
        request: SubscribeToTaskRequest,
    ) -> Result<Reader, Error> {
        self.check_streaming()?;
        let (scope, task) = (cx.scope(), request.id);
        let permit = self.runs.quotas.take(&cx.caller, Kind::Stream)?;
        self.open_undecided(&scope, &task).await;
        let watch = self.runs.registry.watch(&task).with(permit);
        let after = seq(cx.resume.as_ref());
        let attached =
            self.runs.log.attach(&scope, &task, after).await.map_err(|error| from_log(error, &task))?;
        let snapshot = attached.snapshot.as_ref();
        // A cursor beyond the end of the log is none that it gave out.
        let resumes = after.is_some_and(|after| snapshot.is_none_or(|task| after < task.seq));
        if attached.state.is_terminal() && !resumes {
            return Err(
                Error::unsupported("The task has ended; read it instead").with_info("taskId", task.as_str())
            );
        }
        Ok(Reader::new(Arc::clone(&self.runs.log), attached, watch, Until::ended(), None))
    }

    /// What every call must fulfil, before anything else is done for it.
    pub(crate) fn admit(&self, cx: &mut CallContext, tenant: Option<&Tenant>) -> Result<(), Error> {
        // Where the server was put together outside of a runtime, it begins its work here.
        self.runs.recover();
        cx.extensions.check_required(&self.card.capabilities.extensions)?;
        cx.tenant = tenant.cloned();
        cx.check_tenant()
    }

    fn check_streaming(&self) -> Result<(), Error> {
        if self.card.capabilities.streaming == Some(true) {
            return Ok(());
        }
        Err(Error::unsupported("This agent doesn't stream"))
    }

    /// If the task is that of a run which hasn't chosen yet, opens it: somebody wants to see it.
    async fn open_undecided(&self, scope: &Scope, task: &TaskId) {
        if let Some(run) = self.runs.registry.undecided(scope, task) {
            run.queue.request_open();
            run.until_decided().await;
        }
    }
}

/// What the log's refusal means to the caller.
pub(crate) fn from_log(error: LogError, task: &TaskId) -> Error {
    match error {
        LogError::NotFound => Error::task_not_found(task),
        LogError::Terminal => Error::unsupported("The task has ended and takes nothing any more")
            .with_info("taskId", task.as_str()),
        LogError::NotWaiting => Error::unsupported("Only a task in AUTH_REQUIRED goes on without a message")
            .with_info("taskId", task.as_str()),
        LogError::TooLarge { limit } => {
            Error::new(ErrorKind::ResourceExhausted, format!("The task would grow over {limit} bytes"))
                .with_info("taskId", task.as_str())
        }
        LogError::Full => Error::new(
            ErrorKind::ResourceExhausted,
            "The server has as many unfinished tasks as it takes; try again when some have ended",
        ),
        LogError::TooManyWebhooks { limit } => {
            let text =
                format!("The task has {limit} webhooks, and that is as many as it may; remove one first");
            Error::new(ErrorKind::ResourceExhausted, text).with_info("taskId", task.as_str())
        }
        LogError::Fenced | LogError::Store(_) => {
            Error::new(ErrorKind::Unavailable, "The server's store failed; try again").with_source(error)
        }
    }
}
