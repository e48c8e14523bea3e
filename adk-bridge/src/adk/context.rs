use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::agent::Agent;
use super::artifact::ArtifactService;
use super::cancellation::Cancellation;
use super::content::Content;
use super::decision::{Decision, Questions};
use super::event::Event;
use super::events::Events;
use super::function::{FunctionCall, FunctionResponse};
use super::ids::{AppName, SessionId, SessionKey, UserId};
use super::naming::{self, RunName};
use super::repetition::Repetition;
use super::run_config::RunConfig;
use super::state::State;
use super::stream::EventStream;

/// What an agent knows while it answers. It is cheap to clone, and clones share what they know.
///
/// A [`Runner`](super::Runner) makes one for each turn. To run an agent outside of an app, make a runner for it.
#[derive(Clone)]
pub struct InvocationContext {
    turn: Arc<TurnContext>,
    place: Place,
}

/// Which agent of the turn this context is for.
#[derive(Clone)]
struct Place {
    agent: Arc<str>,
    branch: Option<Arc<str>>,
    at_top: bool,
}

/// What all agents of a turn share.
pub(crate) struct TurnContext {
    pub(crate) key: SessionKey,
    pub(crate) invocation_id: String,
    pub(crate) content: Content,
    pub(crate) message: Content,
    pub(crate) config: RunConfig,
    pub(crate) cancellation: Cancellation,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) artifacts: Arc<dyn ArtifactService>,
    pub(crate) questions: Mutex<Questions>,
    pub(crate) live: Mutex<Live>,
    pub(crate) run: RunName,
    /// What an earlier attempt at this run has stored.
    pub(crate) repetition: Repetition,
    pub(crate) counts: Mutex<Counts>,
}

/// What each agent has done so far in each branch, so that its next step has a name.
#[derive(Default)]
pub(crate) struct Counts {
    calls: HashMap<AgentInBranch, u64>,
    /// How often each event was sent elsewhere.
    sent: HashMap<(AgentInBranch, String), u64>,
}

type AgentInBranch = (Arc<str>, Option<Arc<str>>);

/// The session as the turn changes it.
pub(crate) struct Live {
    pub(crate) history: Events,
    pub(crate) state: Arc<State>,
}

impl TurnContext {
    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn questions(&self) -> MutexGuard<'_, Questions> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InvocationContext {
    pub(crate) fn new(turn: Arc<TurnContext>, agent: &str) -> Self {
        Self { turn, place: Place { agent: agent.into(), branch: None, at_top: false } }
    }

    /// The text that the agent has to answer: that of [`content`](Self::content).
    pub fn text(&self) -> String {
        self.turn.content.text()
    }

    /// What the agent has to answer.
    ///
    /// When the user's message answers a question of an earlier run, this still is what started the invocation:
    /// the agent runs again from the top and comes to the same place.
    pub fn content(&self) -> &Content {
        &self.turn.content
    }

    /// What the user sent now: [`content`](Self::content), or the answers to earlier questions.
    pub fn message(&self) -> &Content {
        &self.turn.message
    }

    /// All events of the session so far, oldest first, the user's message included.
    ///
    /// It is a view at this moment, and cheap. When the turn is run again, what an earlier attempt stored is in it
    /// from where the agent comes to it again.
    pub fn history(&self) -> Events {
        self.turn.live().history.clone()
    }

    /// The state with everything that the events so far changed, a view at this moment.
    pub fn state(&self) -> Arc<State> {
        Arc::clone(&self.turn.live().state)
    }

    /// How the user decided whether this call may be made; ask with [`Emitter::ask`](super::Emitter::ask).
    ///
    /// A decision counts for the agent that asked, in the invocation that asked, and for the same name and
    /// arguments (numbers by value). Only a boolean decides; any other answer is none.
    ///
    /// Each decision is used up by the first look that matches. A program that makes two equal calls and looks
    /// before each gets the first decision for the first look and the second for the second: since the calls are
    /// equal, as many are made as were approved. Calls with an id are told apart, and looking twice with one id
    /// gives the same decision. A later run of the invocation sees all decisions again, in the same order.
    ///
    /// Two different calls under one question's id decide nothing, and of two answers to a question the first
    /// counts.
    pub fn decision(&self, call: &FunctionCall) -> Decision {
        self.turn.questions().decision(&self.place.agent, call)
    }

    /// The result that the user, or whoever does the work, sent for a call that was pending.
    ///
    /// It is matched as in [`decision`](Self::decision). [`Emitter::call`](super::Emitter::call) looks itself.
    pub fn answer(&self, call: &FunctionCall) -> Option<Map<String, Value>> {
        self.turn.questions().answer(&self.place.agent, call)
    }

    /// The app.
    pub fn app(&self) -> &AppName {
        &self.turn.key.app
    }

    /// Who asks.
    pub fn user(&self) -> &UserId {
        &self.turn.key.user
    }

    /// The conversation.
    pub fn session(&self) -> &SessionId {
        &self.turn.key.session
    }

    /// App, user and session, as the services want them.
    pub fn key(&self) -> &SessionKey {
        &self.turn.key
    }

    /// The turn of the user; the same when an answer continues it.
    pub fn invocation_id(&self) -> &str {
        &self.turn.invocation_id
    }

    /// The name of the agent this context is for.
    pub fn agent(&self) -> &str {
        &self.place.agent
    }

    /// The path of agents within a parallel run.
    pub fn branch(&self) -> Option<&str> {
        self.place.branch.as_deref()
    }

    /// How the turn is run.
    pub fn run_config(&self) -> &RunConfig {
        &self.turn.config
    }

    /// Fires when nobody wants the result any more.
    pub fn cancellation(&self) -> &Cancellation {
        &self.turn.cancellation
    }

    /// The files of sessions; use them with [`key`](Self::key).
    pub fn artifacts(&self) -> &dyn ArtifactService {
        &*self.turn.artifacts
    }

    /// What came with the request besides the message.
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.turn.metadata
    }

    /// Runs another agent of the app as part of this turn: its events are its own, its decisions too.
    pub fn run<'a>(&self, agent: &'a dyn Agent) -> EventStream<'a> {
        let cx = self.for_agent(agent.name());
        agent.run(cx.clone()).attributed(&cx)
    }

    /// The same context for another agent.
    #[must_use]
    pub fn for_agent(&self, name: &str) -> Self {
        if *self.place.agent == *name {
            return self.clone();
        }
        Self { place: Place { agent: name.into(), ..self.place.clone() }, ..self.clone() }
    }

    /// The same context one step down a parallel run: `step` is appended to the branch.
    #[must_use]
    pub fn with_branch(&self, step: &str) -> Self {
        let branch = match self.branch() {
            Some(branch) => format!("{branch}.{step}"),
            None => step.to_owned(),
        };
        Self { place: Place { branch: Some(branch.into()), ..self.place.clone() }, ..self.clone() }
    }

    /// The same context without a place to go on at: workflows below start at the top.
    pub(crate) fn at_top(&self) -> Self {
        Self { place: Place { at_top: true, ..self.place.clone() }, ..self.clone() }
    }

    /// The agents that the message of this turn answers.
    pub(crate) fn answered(&self) -> Vec<String> {
        if self.place.at_top { Vec::new() } else { self.turn.questions().answered.clone() }
    }

    /// The agents that asked something in earlier runs of this invocation.
    pub(crate) fn askers(&self) -> Vec<String> {
        if self.place.at_top { Vec::new() } else { self.turn.questions().askers() }
    }

    /// The id of the next call that this agent makes: the same in each attempt at the run.
    pub(crate) fn new_call_id(&self) -> String {
        let Place { agent, branch, .. } = &self.place;
        let mut counts = self.turn.counts();
        let count = counts.calls.entry((Arc::clone(agent), branch.clone())).or_default();
        *count += 1;
        self.turn.run.call(agent, self.branch(), *count - 1)
    }

    /// The response to a call that an earlier attempt at this run has stored, and its event.
    pub(crate) fn stored_response(&self, call: &str) -> Option<(&FunctionResponse, &Event)> {
        self.turn.repetition.response(call)
    }

    /// What an earlier attempt at this run has stored, oldest first.
    pub(crate) fn repeated(&self) -> &[Arc<Event>] {
        self.turn.repetition.events()
    }

    /// An event that an earlier attempt at this run has stored.
    pub(crate) fn stored(&self, id: &str) -> Option<&Event> {
        self.turn.repetition.get(id).map(|event| &**event)
    }

    /// The id of the message that this agent sends elsewhere now, whose newest event this is.
    ///
    /// It is the event's own the first time, and the same in each attempt at the run.
    pub(crate) fn sent_id(&self, event: &str) -> String {
        let Place { agent, branch, .. } = &self.place;
        let mut counts = self.turn.counts();
        let place = ((Arc::clone(agent), branch.clone()), event.to_owned());
        let count = counts.sent.entry(place).or_default();
        *count += 1;
        match (branch, *count) {
            (None, 1) => event.to_owned(),
            (branch, count) => naming::sent(event, agent, branch.as_deref(), count),
        }
    }

    /// An id of something else that this agent makes, by what it is.
    pub(crate) fn id_of(&self, what: &[&str]) -> String {
        self.turn.run.other(&self.place.agent, self.branch(), what).to_string()
    }
}

impl fmt::Debug for InvocationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationContext")
            .field("key", &self.turn.key)
            .field("invocation_id", &self.turn.invocation_id)
            .field("agent", &self.place.agent)
            .field("branch", &self.place.branch)
            .finish_non_exhaustive()
    }
}
