//! Sending: start a run, or post a turn, and wait for as much as the sender wants.

use std::sync::Arc;

use a2a_core::{Entry, EntryBody, Error, Fold, SendMessageRequest, TaskId, TaskState, entry};

use super::{CallContext, Reply, Service, from_log, key::idempotency_key, validate, webhook::of_task};
use crate::{
    id,
    inline::Inline,
    log::{Create, IdempotencyKey, Posted, Scope, Seq, Snapshot, TaskBody, View, Webhook},
    quota::{Kind, Permit},
    reader::{Asked, Reader, Until},
    run::{Answer, Begun, RunFuture, RunShared, Sent, now},
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
    request: Box<SendMessageRequest>,
    record: entry::RequestRecord,
    key: Option<IdempotencyKey>,
    history: Option<usize>,
    webhook: Option<Box<Webhook>>,
}

impl Service {
    pub(crate) async fn send(
        &self,
        cx: CallContext,
        request: Box<SendMessageRequest>,
        drive: Drive,
    ) -> Result<Reply, Error> {
        let sending = self.prepare(cx, request)?;
        match sending.request.message.task_id.clone() {
            None => self.send_new(sending, drive).await,
            Some(task) => self.send_turn(sending, task).await,
        }
    }

    pub(crate) async fn stream(
        &self,
        cx: CallContext,
        request: Box<SendMessageRequest>,
    ) -> Result<Reader, Error> {
        self.check_streaming()?;
        let sending = self.prepare(cx, request)?;
        let (scope, history) = (sending.scope.clone(), sending.history);
        let permit = self.runs.quotas.take(&sending.record.caller, Kind::Stream)?;
        if let Some(task) = sending.request.message.task_id.clone() {
            return self.stream_turn(&sending, &task, permit).await;
        }
        let (run, future) = match self.begin(sending, true)? {
            Begun::Run(run, future) => (run, future),
            Begun::Answered(message) => return Ok(Reader::message(*message)),
        };
        // The stream of a new task is its log from the first entry on, that of a repeated send the task as it stands
        // and what follows; a cursor is for subscriptions.
        let after = future.is_some().then_some(0);
        let until = Until::answered(None);
        match self.until_chosen(&run, future).await {
            Answer::Message(message) => Ok(Reader::message(*message)),
            Answer::Refused(error) => Err(error),
            Answer::Joined(task) => self.follow(&scope, &task, None, until, history, permit).await,
            Answer::Task | Answer::Ended(_) => {
                self.follow(&scope, &run.task_id, after, until, history, permit).await
            }
        }
    }

    fn prepare(&self, cx: CallContext, mut request: Box<SendMessageRequest>) -> Result<Sending, Error> {
        validate::send(&request, &self.runs.limits)?;
        self.input_modes.check(&request.message.parts)?;
        let history = validate::history_length(request.configuration.history_length)?;
        let webhook = self.take_webhook(&cx, &mut request)?;
        let scope = cx.scope();
        let key = idempotency_key(&cx.caller, cx.idempotency_key.as_deref(), &request);
        let mut record = entry::RequestRecord::new(cx.caller).with(
            std::mem::take(&mut request.metadata),
            std::mem::take(&mut request.configuration.accepted_output_modes),
            cx.extensions,
        );
        record.tenant = request.tenant.take();
        Ok(Sending { scope, request, record, key, history, webhook })
    }

    fn begin(&self, sending: Sending, replays: bool) -> Result<Begun, Error> {
        let Sending { scope, request, record, key, webhook, .. } = sending;
        let context = request.message.context_id.clone().unwrap_or_else(id::context);
        let mut create = Create::new(id::task(), context, scope, key);
        // A webhook is a reader from the first entry on.
        create.replays = replays || webhook.is_some();
        create.webhook = of_task(webhook, &create.task);
        self.runs.begin(create, Sent { message: request.message, request: record })
    }

    async fn send_new(&self, sending: Sending, drive: Drive) -> Result<Reply, Error> {
        let (scope, view) = (sending.scope.clone(), View { history: sending.history, ..View::default() });
        let returns_immediately = sending.request.configuration.return_immediately;
        let (run, future) = match self.begin(sending, returns_immediately)? {
            Begun::Run(run, future) => (run, future),
            Begun::Answered(message) => return Ok(Reply::Message(message)),
        };
        let answer = match future {
            future if returns_immediately => self.until_chosen(&run, future).await,
            None => run.until_answer().await,
            Some(future) if drive == Drive::Inline => Inline::new(future, Arc::clone(&run)).await,
            Some(future) => {
                tokio::spawn(future);
                let waiting = Waiting(&run);
                waiting.0.until_answer().await
            }
        };
        match answer {
            Answer::Message(message) => Ok(Reply::Message(message)),
            Answer::Refused(error) => Err(error),
            Answer::Ended(mut snapshot) => {
                snapshot.view = view;
                Ok(Reply::Task(snapshot))
            }
            // A run that is over without a pause has left what the log lacks to be stored later.
            Answer::Task if returns_immediately || !run.is_answered() => {
                self.load(&scope, &run.task_id, view).await
            }
            Answer::Task => self.rested(&scope, &run.task_id, view).await,
            Answer::Joined(task) if returns_immediately => self.load(&scope, &task, view).await,
            Answer::Joined(task) => self.wait(&scope, &task, None, view).await,
        }
    }

    /// Spawns a run, if it is new, and waits until it has chosen; not for longer than the grace, then it has a task.
    async fn until_chosen(&self, run: &RunShared, future: Option<RunFuture>) -> Answer {
        let _waiting = future.map(|future| {
            tokio::spawn(future);
            Waiting(run)
        });
        if self.always_task {
            run.queue.request_open();
        }
        let grace = self.runs.limits.first_event_grace;
        if let Ok(answer) = tokio::time::timeout(grace, run.until_decided()).await {
            return answer;
        }
        run.queue.request_open();
        run.until_decided().await
    }

    async fn send_turn(&self, sending: Sending, task: TaskId) -> Result<Reply, Error> {
        let view = View { history: sending.history, ..View::default() };
        let entry = self.turn(&sending, &task).await?;
        let posted = self.post(&sending, &task, entry).await?;
        if sending.request.configuration.return_immediately {
            return self.load(&sending.scope, &task, view).await;
        }
        self.wait(&sending.scope, &task, Some(posted), view).await
    }

    /// Attaches before it posts, so that nothing which the next run writes is missed, and shows the task with the
    /// message in it.
    async fn stream_turn(
        &self,
        sending: &Sending,
        task: &TaskId,
        permit: Option<Permit>,
    ) -> Result<Reader, Error> {
        let mut entry = self.turn(sending, task).await?;
        let watch = self.runs.registry.watch(task).with(permit);
        let attached = self.runs.log.attach(&sending.scope, task, None).await;
        let mut attached = attached.map_err(|error| from_log(error, task))?;
        let posted = self.post(sending, task, entry.clone()).await?;
        let resumes = Some(attached.state.clone()).filter(TaskState::is_interrupted);
        if let Some(before) = attached.snapshot.as_mut().filter(|before| before.seq + 1 == posted.seq) {
            if let EntryBody::Turn(turn) = &mut entry.body {
                turn.resumes = resumes;
            }
            let mut fold = Fold::new(before.to_task());
            fold.apply_entry(&entry);
            let state = fold.task().status.state.clone();
            *before =
                Snapshot::new(posted.seq, state, TaskBody::Folded(fold.into_task().into()), before.view);
            attached.cursor.advance(posted.seq);
        }
        let until = Until::answered(Some(Asked::new(posted, sending.scope.clone())));
        Ok(Reader::new(Arc::clone(&self.runs.log), attached, watch, until, sending.history))
    }

    /// The message as the log of its task takes it.
    async fn turn(&self, sending: &Sending, task: &TaskId) -> Result<Entry, Error> {
        let header =
            self.runs.log.header(&sending.scope, task).await.map_err(|error| from_log(error, task))?;
        let mut message = sending.request.message.clone();
        if message.context_id.as_ref().is_some_and(|given| *given != header.context) {
            return Err(Error::invalid_params("message.contextId", "must be the task's, or absent"));
        }
        message.context_id = Some(header.context);
        let turn = entry::Turn::new(message, sending.record.clone());
        Ok(Entry::posted(now(), EntryBody::Turn(Box::new(turn))))
    }

    async fn post(&self, sending: &Sending, task: &TaskId, turn: Entry) -> Result<Posted, Error> {
        if let Err(exhausted) = self.runs.quotas.check_runs(&sending.record.caller)
            && !self.was_posted(sending, task).await?
        {
            return Err(exhausted);
        }
        let (scope, key) = (sending.scope.clone(), sending.key.clone());
        let webhook = of_task(sending.webhook.clone(), task);
        self.runs.post(scope, task.clone(), turn, key, webhook).await.map_err(|error| from_log(error, task))
    }

    /// Whether the message was posted before, so that it asks for no further run.
    async fn was_posted(&self, sending: &Sending, task: &TaskId) -> Result<bool, Error> {
        let Some(key) = &sending.key else { return Ok(false) };
        let found = self.runs.log.find(&sending.scope, Some(task), key, now()).await;
        Ok(found.map_err(|error| from_log(error, task))?.is_some())
    }

    /// Waits until a run has answered, and answers the task.
    async fn wait(
        &self,
        scope: &Scope,
        task: &TaskId,
        turn: Option<Posted>,
        view: View,
    ) -> Result<Reply, Error> {
        let after = turn.as_ref().map(|turn| turn.seq);
        let asked = turn.map(|turn| Asked::new(turn, scope.clone()));
        let mut reader = self.follow(scope, task, after, Until::paused(asked), Some(0), None).await?;
        while let Some(batch) = reader.next().await {
            batch?;
        }
        self.rested(scope, task, view).await
    }

    /// The task when it rests: by the time that somebody looks, the message of somebody else may have moved it on from
    /// the pause that was waited for.
    async fn rested(&self, scope: &Scope, task: &TaskId, view: View) -> Result<Reply, Error> {
        loop {
            let reply = self.load(scope, task, view).await?;
            match &reply {
                Reply::Task(stands) if !(stands.state.is_terminal() || stands.state.is_interrupted()) => {}
                _ => return Ok(reply),
            }
            let mut reader = self.follow(scope, task, None, Until::paused(None), Some(0), None).await?;
            while let Some(batch) = reader.next().await {
                batch?;
            }
        }
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
        permit: Option<Permit>,
    ) -> Result<Reader, Error> {
        // The watch first: what is written behind the attachment wakes it.
        let watch = self.runs.registry.watch(task).with(permit);
        let attached =
            self.runs.log.attach(scope, task, after).await.map_err(|error| from_log(error, task))?;
        Ok(Reader::new(Arc::clone(&self.runs.log), attached, watch, until, history))
    }
}

/// A sender that waits for a run in a task of its own: when it gives up, the run must not stay undecided.
struct Waiting<'a>(&'a RunShared);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.queue.request_open();
    }
}
