//! Sending: start a run, or post a turn, and wait for as much as the sender wants.

use std::{
    hash::{DefaultHasher, Hasher as _},
    sync::Arc,
};

use a2a_core::{
    ContextId, Entry, EntryBody, Error, Fold, Message, SendMessageRequest, TaskId, TaskState, entry,
};

use super::{CallContext, Reply, Service, from_log, validate};
use crate::{
    id,
    inline::Inline,
    log::{IdempotencyKey, LeaseRequest, LogError, Posted, Scope, Seq, Snapshot, TaskBody, View},
    reader::{Reader, Until},
    run::{Answer, NewRun, RunShared, now},
};

/// Who drives the run of a blocking send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drive {
    /// The request itself, which its connection polls.
    Inline,
    /// A task: in process nobody can be relied on to poll a future they hold.
    Spawned,
}

/// A send after validation.
struct Sending {
    scope: Scope,
    request: SendMessageRequest,
    record: entry::RequestRecord,
    key: Option<IdempotencyKey>,
    history: Option<usize>,
}

impl Service {
    pub(crate) async fn send(&self, cx: CallContext, request: SendMessageRequest, drive: Drive) -> Result<Reply, Error> {
        let sending = self.prepare(cx, request)?;
        match sending.request.message.task_id.clone() {
            None => self.send_new(sending, drive).await,
            Some(task) => self.send_turn(sending, task).await,
        }
    }

    pub(crate) async fn stream(&self, cx: CallContext, request: SendMessageRequest) -> Result<Reader, Error> {
        self.check_streaming()?;
        let sending = self.prepare(cx, request)?;
        let (scope, history) = (sending.scope.clone(), sending.history);
        if let Some(task) = sending.request.message.task_id.clone() {
            return self.stream_turn(&sending, &task).await;
        }
        let (run, answer) = self.begin_run(sending).await;
        let until = Until::answered(None);
        match answer {
            Answer::Message(message) => Ok(Reader::message(message)),
            Answer::Refused(error) => Err(error),
            Answer::Joined(task) => self.follow(&scope, &task, None, until, history).await,
            // The task is new: the stream is its log from the first entry on.
            Answer::Task | Answer::Ended(_) => self.follow(&scope, &run.task_id, Some(0), until, history).await,
        }
    }

    fn prepare(&self, cx: CallContext, request: SendMessageRequest) -> Result<Sending, Error> {
        self.check(&cx, request.tenant.as_ref())?;
        validate::send(&request)?;
        let history = validate::history_length(request.configuration.history_length)?;
        let scope = cx.scope();
        let key = cx.idempotency_key.as_deref().map(|key| idempotency_key(key, &request.message));
        let record = entry::RequestRecord::new(cx.caller).with(
            request.metadata.clone(),
            request.configuration.accepted_output_modes.clone(),
            cx.extensions,
        );
        Ok(Sending { scope, request, record, key, history })
    }

    fn new_run(&self, sending: Sending) -> (Arc<RunShared>, crate::run::RunFuture) {
        let Sending { scope, request, record, key, .. } = sending;
        let context = request.message.context_id.clone().unwrap_or_else(id::context);
        let (tenant, message) = (request.tenant, request.message);
        self.runs.begin(NewRun { task: id::task(), context, scope, tenant, key, message, request: record })
    }

    async fn send_new(&self, sending: Sending, drive: Drive) -> Result<Reply, Error> {
        let (scope, view) = (sending.scope.clone(), View { history: sending.history, ..View::default() });
        let returns_immediately = sending.request.configuration.return_immediately;
        let (run, answer) = if returns_immediately {
            self.begin_run(sending).await
        } else {
            let (run, future) = self.new_run(sending);
            let answer = if drive == Drive::Inline {
                Inline::new(future, Arc::clone(&run)).await
            } else {
                tokio::spawn(future);
                let waiting = Waiting(Arc::clone(&run));
                waiting.0.until_answer().await
            };
            (run, answer)
        };
        match answer {
            Answer::Message(message) => Ok(Reply::Message(message)),
            Answer::Refused(error) => Err(error),
            Answer::Ended(snapshot) => Ok(Reply::Task(Snapshot { view, ..snapshot })),
            Answer::Task => self.load(&scope, &run.task_id, view).await,
            Answer::Joined(task) if returns_immediately => self.load(&scope, &task, view).await,
            Answer::Joined(task) => self.wait(&scope, &task, None, view).await,
        }
    }

    /// Starts a run and waits until it has chosen; not for longer than the grace, then it has a task.
    async fn begin_run(&self, sending: Sending) -> (Arc<RunShared>, Answer) {
        let (run, future) = self.new_run(sending);
        tokio::spawn(future);
        let waiting = Waiting(run);
        let run = &waiting.0;
        if self.always_task {
            run.queue.request_open();
        }
        let grace = self.runs.limits.first_event_grace;
        let answer = match tokio::time::timeout(grace, run.until_decided()).await {
            Ok(answer) => answer,
            Err(_) => {
                run.queue.request_open();
                run.until_decided().await
            }
        };
        (Arc::clone(run), answer)
    }

    async fn send_turn(&self, sending: Sending, task: TaskId) -> Result<Reply, Error> {
        let view = View { history: sending.history, ..View::default() };
        let posted = self.post(&sending, &task).await?;
        if sending.request.configuration.return_immediately {
            return self.load(&sending.scope, &task, view).await;
        }
        self.wait(&sending.scope, &task, Some(posted), view).await
    }

    /// Attaches before it posts, so that nothing which the next run writes is missed, and shows the task with the
    /// message in it.
    async fn stream_turn(&self, sending: &Sending, task: &TaskId) -> Result<Reader, Error> {
        let watch = self.runs.registry.watch(task);
        let attached = self.runs.log.attach(&sending.scope, task, None).await;
        let mut attached = attached.map_err(|error| from_log(error, task))?;
        let posted = self.post(sending, task).await?;
        let state = attached.state.clone();
        if let Some(before) = attached.snapshot.as_mut().filter(|before| before.seq + 1 == posted.seq) {
            let mut turn = entry::Turn::new(sending.request.message.clone(), sending.record.clone());
            turn.message.task_id = Some(task.clone());
            turn.resumes = Some(state).filter(TaskState::is_interrupted);
            let mut fold = Fold::new(before.to_task());
            fold.apply_entry(&Entry::posted(now(), EntryBody::Turn(Box::new(turn))));
            let state = fold.task().status.state.clone();
            *before = Snapshot::new(posted.seq, state, TaskBody::Folded(fold.into_task().into()), before.view);
            attached.cursor.advance(posted.seq);
        }
        let log = Arc::clone(&self.runs.log);
        Ok(Reader::new(log, attached, watch, Until::answered(Some(posted)), sending.history))
    }

    /// Puts a message into the log of a task and sees to it that a run takes it.
    async fn post(&self, sending: &Sending, task: &TaskId) -> Result<Posted, Error> {
        let Sending { scope, request, record, key, .. } = sending;
        let lost = |error| from_log(error, task);
        let context = self.runs.log.header(scope, task).await.map_err(lost)?.context;
        if request.message.context_id.as_ref().is_some_and(|given| *given != context) {
            return Err(Error::invalid_params("message.contextId", "must be the task's, or absent"));
        }
        let mut message = request.message.clone();
        message.context_id = Some(context);
        message.task_id = Some(task.clone());
        let turn = entry::Turn::new(message, record.clone());
        let entry = Entry::posted(now(), EntryBody::Turn(Box::new(turn)));
        let posted = self.runs.log.post(scope, task, entry, key.clone()).await.map_err(lost)?;
        self.runs.registry.wake(task);
        if !posted.leased {
            self.start_next_run(task).await.map_err(lost)?;
        }
        Ok(posted)
    }

    async fn start_next_run(&self, task: &TaskId) -> Result<(), LogError> {
        if let Some(lease) = self.runs.log.lease(task, LeaseRequest::NextRun).await? {
            tokio::spawn(self.runs.follow_up(lease).await?);
        }
        Ok(())
    }

    /// Waits until a run has answered, and answers the task.
    async fn wait(&self, scope: &Scope, task: &TaskId, turn: Option<Posted>, view: View) -> Result<Reply, Error> {
        let after = turn.as_ref().map(|turn| turn.seq);
        let mut reader = self.follow(scope, task, after, Until::paused(turn), Some(0)).await?;
        while let Some(batch) = reader.next().await {
            batch?;
        }
        self.load(scope, task, view).await
    }

    async fn load(&self, scope: &Scope, task: &TaskId, view: View) -> Result<Reply, Error> {
        let snapshot = self.runs.log.load(scope, task, view).await.map_err(|error| from_log(error, task))?;
        Ok(Reply::Task(snapshot))
    }

    /// Attaches a reader behind `after`, or to the task as it stands.
    pub(super) async fn follow(
        &self,
        scope: &Scope,
        task: &TaskId,
        after: Option<Seq>,
        until: Until,
        history: Option<usize>,
    ) -> Result<Reader, Error> {
        // The watch first: what is written behind the attachment wakes it.
        let watch = self.runs.registry.watch(task);
        let attached = self.runs.log.attach(scope, task, after).await.map_err(|error| from_log(error, task))?;
        Ok(Reader::new(Arc::clone(&self.runs.log), attached, watch, until, history))
    }
}

/// A sender that waits for a run in a task of its own: when it gives up, the run must not stay undecided.
struct Waiting(Arc<RunShared>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.queue.request_open();
    }
}

/// What makes two sends the same: the client's key, and all that it is a key for.
fn idempotency_key(key: &str, message: &Message) -> IdempotencyKey {
    let mut hasher = DefaultHasher::new();
    hasher.write(&serde_json::to_vec(message).unwrap_or_default());
    let (context, task) = (message.context_id.as_ref(), message.task_id.as_ref());
    let place = [context.map_or("", ContextId::as_str), task.map_or("", TaskId::as_str)];
    IdempotencyKey::new(format!("{}\n{}\n{}\n{key}\n{:016x}", place[0], place[1], message.message_id, hasher.finish()))
}
