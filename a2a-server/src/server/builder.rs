use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
};

use a2a_core::{
    AgentCard, AgentExtension, CURSOR_EXTENSION, IDEMPOTENCY_EXTENSION, SecurityRequirement, Version,
};

use super::{ServeError, Server};
use crate::{
    AgentExecutor, Authenticator, Cancellation, Cors, Limits, Security, SharedExecutor,
    auth::Callers,
    log::{MemoryLog, TaskLog},
    operations::{InputModes, Service},
    push::Push,
    quota::Quotas,
    run::{Registry, Runs, Sends},
};

/// What the card says of sends that are repeated.
const IDEMPOTENCY: &str =
    "A send that is repeated soon with its Idempotency-Key answers what the first one got.";
/// What the card says of the cursors of gRPC.
const CURSORS: &str = "Events of gRPC streams have their cursor in their metadata; a stream goes on behind the last-event-id that a \
     subscription names in its own.";

/// What can be spoken, the preferred one first.
const SPOKEN: [Version; 2] = [Version::V1_0, Version::V0_3];

/// How a [`Server`] is put together.
#[must_use]
pub struct ServerBuilder {
    card: AgentCard,
    executor: SharedExecutor,
    log: Option<Arc<dyn TaskLog>>,
    limits: Limits,
    authenticator: Option<Arc<dyn Authenticator>>,
    anonymous: bool,
    callers_from_extensions: bool,
    public_url: Option<String>,
    always_task: bool,
    versions: Vec<Version>,
    cors: Option<Cors>,
    /// Instead of those of the card.
    input_modes: Option<InputModes>,
    push: Push,
}

impl ServerBuilder {
    pub(super) fn new(card: AgentCard, executor: impl AgentExecutor) -> Self {
        Self {
            card,
            executor: SharedExecutor::new(executor),
            log: None,
            limits: Limits::default(),
            authenticator: None,
            anonymous: false,
            callers_from_extensions: false,
            public_url: None,
            always_task: false,
            versions: SPOKEN.to_vec(),
            cors: None,
            input_modes: None,
            push: Push::default(),
        }
    }

    /// Keeps the tasks in this log instead of one in memory.
    pub fn store(mut self, log: impl TaskLog) -> Self {
        self.log = Some(Arc::new(log));
        self
    }

    /// Sets the limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Serves those whom this finds in their requests, and says on the card how to authenticate, unless the card says
    /// so itself.
    ///
    /// A caller whom a layer of the app has put into the request's extensions still counts first.
    pub fn authenticator(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticator = Some(Arc::new(authenticator));
        self
    }

    /// Serves those, too, of whom nothing says who they are; they all see each other's tasks.
    ///
    /// Beside an [`authenticator`](Self::authenticator) these are the requests without any credentials: for agents
    /// where only some things need a known caller, such as the extended card. Wrong credentials are refused still.
    pub fn allow_anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }

    /// Serves those whom a layer of your own has put into the request's extensions, as a
    /// [`Caller`](a2a_core::Caller). A request without one is answered by 401, unless something else lets it in.
    pub fn callers_from_extensions(mut self) -> Self {
        self.callers_from_extensions = true;
        self
    }

    /// Sets the URL that the card names, with the path that the router is mounted at.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Opens a task at once for every stream, instead of waiting for what the agent chooses.
    pub fn always_task(mut self) -> Self {
        self.always_task = true;
        self
    }

    /// Speaks these versions of the protocol, the preferred one first, instead of 1.0 and 0.3.
    ///
    /// What uses the names of another version is answered by `VersionNotSupported`.
    pub fn versions(mut self, versions: impl IntoIterator<Item = Version>) -> Self {
        self.versions = versions.into_iter().collect();
        self
    }

    /// Lets web pages call; without it none of another origin can.
    pub fn cors(mut self, cors: Cors) -> Self {
        self.cors = Some(cors);
        self
    }

    /// Takes parts of any MIME type, whatever the card says.
    ///
    /// Without it a part whose type neither the card's `defaultInputModes` nor any skill's `inputModes` have is refused
    /// as `ContentTypeNotSupported`. A part without a type always passes, and so does everything where the card has no
    /// default modes or `*/*` among them. [`AgentCard::new`] says `text/plain`: an agent that takes more says so in its
    /// card, where clients look for it too.
    pub fn any_content_type(mut self) -> Self {
        self.input_modes = Some(InputModes::any());
        self
    }

    /// Tells webhooks what becomes of their tasks, and says so on the card, unless the card says that it doesn't.
    ///
    /// Off by default, for there is nothing yet that guards the server's own network: see [`Webhooks`](crate::Webhooks).
    #[cfg(feature = "push")]
    pub fn webhooks(mut self, webhooks: crate::Webhooks) -> Self {
        self.push = Push::new(webhooks);
        self
    }

    /// Checks that it is complete.
    pub fn build(self) -> Result<Server, ServeError> {
        if self.authenticator.is_none() && !self.anonymous && !self.callers_from_extensions {
            return Err(ServeError::NoCallers);
        }
        if self.versions.is_empty() || self.versions.iter().any(|version| !SPOKEN.contains(version)) {
            return Err(ServeError::Versions);
        }
        let cors = self.cors.as_ref().map(Cors::layer).transpose()?;
        let mut card = self.card;
        let log = self.log.unwrap_or_else(|| Arc::new(MemoryLog::new()));
        if card.signatures.is_empty() {
            card.capabilities.streaming.get_or_insert(true);
            if self.push.is_on() {
                card.capabilities.push_notifications.get_or_insert(true);
            }
            if log.remembers_keys() {
                declare(&mut card, IDEMPOTENCY_EXTENSION, IDEMPOTENCY);
            }
            if cfg!(feature = "grpc") {
                declare(&mut card, CURSOR_EXTENSION, CURSORS);
            }
            if let Some(authenticator) = &self.authenticator {
                declare_security(&mut card, authenticator.security(), self.anonymous);
            }
        }
        let callers = Callers::new(self.authenticator, self.anonymous, &card);
        let runs = Runs {
            executor: self.executor,
            log,
            registry: Registry::default(),
            sends: Arc::new(Sends::new(&self.limits)),
            quotas: Quotas::new(&self.limits),
            push: self.push,
            limits: self.limits,
            recovering: AtomicBool::new(false),
            shutdown: Cancellation::default(),
        };
        let input_modes = self.input_modes.unwrap_or_else(|| InputModes::of(&card));
        let mut service = Service {
            runs: Arc::new(runs),
            card,
            input_modes,
            versions: self.versions,
            always_task: self.always_task,
        };
        if let Some(url) = self.public_url {
            service.say_interface(&url);
        }
        Ok(Server { service, callers, cors })
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").field("card", &self.card.name).finish_non_exhaustive()
    }
}

/// Says that the server has this extension, unless the card says it already.
fn declare(card: &mut AgentCard, uri: &str, description: &str) {
    let extensions = &mut card.capabilities.extensions;
    if extensions.iter().any(|known| known.uri == uri) {
        return;
    }
    let mut extension = AgentExtension::new(uri);
    extension.description = Some(description.to_owned());
    extensions.push(extension);
}

/// Says how to authenticate, unless the card says anything of it.
fn declare_security(card: &mut AgentCard, security: Security, anonymous: bool) {
    if !(card.security_schemes.is_empty() && card.security_requirements.is_empty()) {
        return;
    }
    (card.security_schemes, card.security_requirements) = (security.schemes, security.requirements);
    if anonymous && !card.security_requirements.is_empty() {
        // Last, for clients take the first one that they can fulfil.
        card.security_requirements.push(SecurityRequirement::new());
    }
}
