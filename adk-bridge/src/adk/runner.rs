use std::any::Any;
use std::collections::HashSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::{Arc, Mutex};

use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture};

use super::agent::Agent;
use super::agent_error::AgentError;
use super::artifact::{ArtifactService, InMemoryArtifacts};
use super::cancellation::Cancellation;
use super::context::{Counts, InvocationContext, Live, TurnContext};
use super::decision::Questions;
use super::emitter::Emitter;
use super::ends::{End, Ends};
use super::event::Event;
use super::failure::{failed, refused};
use super::ids::{AppName, EmptyId, SessionId, SessionKey, UserId};
use super::memory_sessions::InMemorySessions;
use super::naming::RunName;
use super::opening::Opening;
use super::paused_turn::{CancelRequest, PausedTurn};
use super::recorder::{Log, Recorder, TRIES};
use super::repetition::Repetition;
use super::request::{Input, TurnRequest, Turns};
use super::run_config::StreamingMode;
use super::run_error::RunError;
use super::session::{Session, SessionErrorKind, SessionService, Window};
use super::stream::EventStream;
use super::turn::Turn;

/// Runs an agent in sessions: loads the session, stores the message, runs the agent, and stores each event
/// before anybody sees it.
///
/// It is cheap to clone, and clones share their sessions. Turns of one session may overlap; each event is stored
/// once, in the order in which they happen.
///
/// A failure of the agent is an event with an error code and the public text of the
/// [`AgentError`]; so is a message that makes no sense, such as an empty one, and then the agent isn't run. A panic
/// of the agent is such an event too, and goes on as a panic when the next one is asked for.
///
/// **A message whose id the session already has runs its turn again**, as after the death of the process that ran it.
/// What is stored of the turn is yielded first. Then the agent runs from the top, in the session as it was when the
/// turn began; it gives the same ids, and of its events those that are stored already are neither stored nor yielded
/// again, whatever it says this time, nor are their chunks. So the session ends up as if nothing had happened,
/// provided that the agent does the same for the same session; and tools aren't called again whose response is
/// stored, see [`Emitter::call`](super::Emitter::call). A turn that has failed stays so. State of the app and of the
/// user, and the artifacts, are as they stand.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use adk_bridge::adk::{Decision, FunctionCall, Outcome, Runner, agent_fn};
/// use serde_json::json;
///
/// let clerk = agent_fn("clerk", "Pays what you ask", async |cx, mut out| {
///     let pay = FunctionCall::new("pay", json!({"order": cx.text()}));
///     match cx.decision(&pay) {
///         Decision::NotAsked => out.ask(pay).await,
///         Decision::Approved(_) => out.say("paid").await,
///         Decision::Refused(_) => out.say("not paid").await,
///     }
/// });
/// let runner = Runner::new("demo", clerk);
/// if let Outcome::Paused(asks) = runner.run("ann", "s1", "pay bob 900").outcome().await? {
///     let paid = runner.run("ann", "s1", asks[0].approve()).outcome().await?;
/// #   let Outcome::Done(reply) = paid else { panic!() };
/// #   assert_eq!(reply.text(), "paid");
/// }
/// # else { panic!() }
/// # Ok::<(), adk_bridge::adk::RunError>(())
/// # }).unwrap();
/// ```
///
/// # Defaults
///
/// Sessions and artifacts in memory; with the feature `sqlite` there are `SqliteSessions` and `SqliteArtifacts`, too.
#[derive(Clone)]
pub struct Runner {
    app: Result<AppName, EmptyId>,
    agent: Arc<dyn Agent>,
    sessions: Arc<dyn SessionService>,
    artifacts: Arc<dyn ArtifactService>,
    ends: Arc<Ends>,
}

impl Runner {
    /// A runner of an agent, as an app of this name. With an empty name every turn fails.
    pub fn new(app: impl TryInto<AppName, Error: Into<EmptyId>>, agent: impl Agent) -> Self {
        Self {
            app: app.try_into().map_err(Into::into),
            agent: Arc::new(agent),
            sessions: Arc::new(InMemorySessions::new()),
            artifacts: Arc::new(InMemoryArtifacts::new()),
            ends: Arc::default(),
        }
    }

    /// Keeps sessions elsewhere.
    #[must_use]
    pub fn sessions(mut self, sessions: impl SessionService) -> Self {
        (self.sessions, self.ends) = (Arc::new(sessions), Arc::default());
        self
    }

    /// Keeps artifacts elsewhere.
    #[must_use]
    pub fn artifacts(mut self, artifacts: impl ArtifactService) -> Self {
        self.artifacts = Arc::new(artifacts);
        self
    }

    /// Sends a message of a user; an empty user or session makes the turn fail.
    ///
    /// A message that answers what an agent asked continues the invocation that asked.
    pub fn run(
        &self,
        user: impl TryInto<UserId, Error: Into<EmptyId>>,
        session: impl TryInto<SessionId, Error: Into<EmptyId>>,
        input: impl Into<Input>,
    ) -> Turn {
        let ids = user.try_into().map_err(Into::into);
        let ids = ids.and_then(|user| Ok((user, session.try_into().map_err(Into::into)?)));
        match ids {
            Ok((user, session)) => self.start(TurnRequest::new(user, session, input)),
            Err(empty) => {
                let error = AgentError::from(RunError::from(empty));
                Turn::from_events(EventStream::new(|_| async { Err(error) }))
            }
        }
    }

    /// What a session has: its events and its state. `None` if nobody has sent a message to it.
    pub async fn session(
        &self,
        user: impl TryInto<UserId, Error: Into<EmptyId>>,
        session: impl TryInto<SessionId, Error: Into<EmptyId>>,
    ) -> Result<Option<Session>, RunError> {
        let app = self.app.clone()?;
        let user = user.try_into().map_err(Into::into)?;
        let session = session.try_into().map_err(Into::into)?;
        Ok(self.sessions.load(&SessionKey::new(app, user, session), Window::All).await?)
    }

    /// Sends a message with everything that goes along.
    pub fn start(&self, request: TurnRequest) -> Turn {
        Turn::from_events(self.events(request))
    }

    fn events(&self, request: TurnRequest) -> EventStream<'static> {
        let runner = self.clone();
        let unless_ended = CancelOnDrop(Some(request.cancellation.clone()));
        EventStream::new(|mut out| async move {
            let result = runner.turn_into(request, &mut out).await;
            unless_ended.disarm();
            result
        })
    }

    async fn turn_into(&self, request: TurnRequest, out: &mut Emitter) -> Result<(), AgentError> {
        let app = self.app.clone().map_err(RunError::from)?;
        let key = SessionKey::new(app, request.user.clone(), request.session.clone());
        let end = self.ends.of(&key);
        let (turn, known) = match self.open(key.clone(), request, &end).await? {
            Opened::Turn(turn, known) => (turn, known),
            Opened::Refused(event) => return out.emit(*event).await,
        };
        for event in turn.repetition.events() {
            out.emit(Event::clone(event)).await?;
        }
        if turn.repetition.has_failed(self.agent.name()) {
            return Ok(());
        }
        let log = Log { sessions: &*self.sessions, key: &key, end };
        let mut recorder = Recorder::new(&turn, log, known);
        let mut events = InvocationContext::new(Arc::clone(&turn), self.agent.name()).run(&*self.agent);
        loop {
            let (item, panic) = next(&mut events).await;
            let event = match item {
                None => return Ok(()),
                Some(Ok(event))
                    if event.is_partial() && turn.config.streaming_mode == StreamingMode::None =>
                {
                    continue;
                }
                Some(Ok(event)) => event,
                Some(Err(error)) if error.is_told() => return Ok(()),
                Some(Err(error)) => {
                    tracing::warn!(agent = self.agent.name(), ?error, "the agent failed");
                    let mut event = failed(self.agent.name(), &error);
                    event.id = recorder.new_id(&event.author, None);
                    event
                }
            };
            let complete = recorder.record(event).await.map_err(RunError::from)?;
            if let Some(event) = complete {
                out.emit(event).await?;
            }
            if let Some(panic) = panic {
                resume_unwind(panic);
            }
        }
    }

    /// Stores the message, after those of other turns if need be; or stores why it is refused.
    async fn open(&self, key: SessionKey, request: TurnRequest, end: &End) -> Result<Opened, RunError> {
        let mut end = end.lock().await;
        let mut tries = 0;
        loop {
            let loaded = self.sessions.load(&key, Window::All).await?;
            let session = loaded.unwrap_or_else(|| Session::new(key.clone()));
            let opening = Opening::new(&session, request.event.clone());
            let event = match &opening {
                Ok(opening) => opening.event.clone(),
                Err(error) => refused(self.agent.name(), error, &request.event),
            };
            let event = Arc::new(event);
            match self.sessions.append(&key, session.revision, std::slice::from_ref(&event)).await {
                Ok(revision) => {
                    *end = revision;
                    return Ok(match opening {
                        Ok(opening) => {
                            let (turn, known) = self.prepare(session, opening, event, request);
                            Opened::Turn(turn, known)
                        }
                        Err(_) => Opened::Refused(Box::new(Arc::unwrap_or_clone(event))),
                    });
                }
                Err(error) if error.kind() == SessionErrorKind::Conflict && tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn prepare(
        &self,
        mut session: Session,
        opening: Opening,
        event: Arc<Event>,
        request: TurnRequest,
    ) -> (Arc<TurnContext>, HashSet<String>) {
        let Opening { content, earlier: mut mine, later, .. } = opening;
        let run = run_name(&event, mine.is_empty(), &request.run);
        let mut known: HashSet<String> = mine.iter().map(|event| event.id.clone()).collect();
        let mut repetition = Repetition::default();
        if let Some(later) = later {
            known.extend(later.iter().map(|event| event.id.clone()));
            repetition = if request.run.is_empty() {
                Repetition::of_message(later, &run)
            } else {
                Repetition::of_run(later, &run)
            };
            known.retain(|id| repetition.get(id).is_none());
            repetition.take_back(&mut session);
        } else {
            session.state.apply(&event.actions.state_delta);
            session.events.push(Arc::clone(&event));
        }
        let Session { key, state, events: history, .. } = session;
        let message = event.content.clone().unwrap_or_default();
        let invocation_id = event.invocation_id.clone();
        known.insert(event.id.clone());
        mine.push(event);
        let questions = Questions::replay(&mine);
        let turn = Arc::new(TurnContext {
            key,
            invocation_id,
            content,
            message,
            config: request.config,
            cancellation: request.cancellation,
            metadata: request.metadata,
            artifacts: Arc::clone(&self.artifacts),
            questions: Mutex::new(questions),
            live: Mutex::new(Live { history, state: Arc::new(state) }),
            run,
            repetition,
            counts: Mutex::new(Counts::default()),
        });
        (turn, known)
    }
}

impl Turns for Runner {
    fn turn(&self, request: TurnRequest) -> EventStream<'_> {
        self.events(request)
    }

    fn app(&self) -> Option<&AppName> {
        self.app.as_ref().ok()
    }

    fn sessions(&self) -> Option<&dyn SessionService> {
        Some(&*self.sessions)
    }

    fn agent(&self) -> Option<&dyn Agent> {
        Some(&*self.agent)
    }

    fn cancel(&self, request: CancelRequest) -> BoxFuture<'_, Result<(), AgentError>> {
        Box::pin(async move {
            let key = SessionKey::new(self.app.clone()?, request.user, request.session);
            let Some(session) = self.sessions.load(&key, Window::All).await? else { return Ok(()) };
            let paused = PausedTurn::of(&session, &request.calls);
            if paused.asked.is_empty() { Ok(()) } else { self.agent.cancel(paused).await }
        })
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("app", &self.app)
            .field("agent", &self.agent.name())
            .finish_non_exhaustive()
    }
}

enum Opened {
    /// And the ids of the events that are stored.
    Turn(Arc<TurnContext>, HashSet<String>),
    Refused(Box<Event>),
}

/// The first run of an invocation has no name of its own; others are named after their message, which may be run
/// more than once.
fn run_name(message: &Event, is_first: bool, given: &str) -> RunName {
    let begun_by = if is_first { "" } else { message.id.as_str() };
    let name = match (begun_by, given) {
        (name, "") | ("", name) => name.to_owned(),
        (message, given) => format!("{message}/{given}"),
    };
    RunName::new(&message.invocation_id, name)
}

/// The next item. A panic is a failure first, so that the session knows how the turn ended, and then goes on.
async fn next(events: &mut EventStream<'_>) -> (Option<Result<Event, AgentError>>, Option<Panic>) {
    match AssertUnwindSafe(events.next()).catch_unwind().await {
        Ok(item) => (item, None),
        Err(panic) => (Some(Err(AgentError::private("the agent panicked"))), Some(panic)),
    }
}

type Panic = Box<dyn Any + Send>;

/// Tells a turn's agents when the turn is dropped before its end.
struct CancelOnDrop(Option<Cancellation>);

impl CancelOnDrop {
    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(token) = &self.0 {
            token.cancel();
        }
    }
}
