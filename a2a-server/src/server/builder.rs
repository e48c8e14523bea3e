use std::{
    fmt,
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use a2a_core::{AgentCard, Version};

use super::{ServeError, Server};
use crate::{
    AgentExecutor, Authenticator, Cancellation, Cors, ExtendedCard, Limits, SharedExecutor,
    auth::Callers,
    card::{self, Cards, PublicUrl, WrongUrl},
    log::{MemoryLog, TaskLog},
    operations::{InputModes, Service},
    push::Push,
    quota::Quotas,
    run::{Registry, Runs, Sends},
};

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
    public_url: Result<PublicUrl, WrongUrl>,
    grpc_url: Option<String>,
    extended_card: Option<Arc<dyn ExtendedCard>>,
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
            public_url: Ok(PublicUrl::default()),
            grpc_url: None,
            extended_card: None,
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

    /// Says what the agent's card for callers who are known is: one for all of them, or what gives each their own. The
    /// public card says then that there is one, unless it says otherwise itself.
    ///
    /// Without this a card that declares an extended one answers
    /// [`ExtendedAgentCardNotConfigured`](a2a_core::ErrorKind::ExtendedAgentCardNotConfigured).
    pub fn extended_card(mut self, card: impl ExtendedCard) -> Self {
        self.extended_card = Some(Arc::new(card));
        self
    }

    /// Sets the URL that the card names, with the path that the router is mounted at.
    ///
    /// It is where JSON-RPC is spoken, as it is written here; the paths of HTTP+JSON follow it. Of this and its two
    /// sisters the last one counts, and without any of them it is where the server [listens](Server::bind). A card that
    /// names interfaces itself is not touched.
    ///
    /// [`build`](Self::build) refuses what isn't absolute, with `http` or `https`.
    pub fn public_url(mut self, url: impl AsRef<str>) -> Self {
        self.public_url = PublicUrl::fixed(url.as_ref());
        self
    }

    /// Takes the URL that the card names from what a proxy in front says of each request.
    ///
    /// These are `X-Forwarded-Proto`, `-Host`, `-Port` and `-Prefix`, or, where neither of the first two is there,
    /// `Forwarded` (RFC 7239). A proxy that names no host is taken to have left `Host` alone. Below the path that the
    /// proxy has cut off (`-Prefix`) comes the one that the router is mounted at.
    ///
    /// Only for a server that nobody can reach but through a proxy that sets or removes *all* of these headers: whoever
    /// can send them says where clients go. Where a proxy adds its value to those that came, the first one counts.
    pub fn public_url_from_proxy(mut self) -> Self {
        self.public_url = Ok(PublicUrl::Proxy);
        self
    }

    /// Takes the URL that the card names from the host that each request is for: that of these URLs which has it, or
    /// the first one if none does.
    ///
    /// Each is whole, with scheme and path: `["https://agents.example.com/echo/", "http://echo.internal:8080/"]`.
    /// Requests only choose among them, so it is safe whatever they say.
    pub fn public_url_from_hosts<U: AsRef<str>>(mut self, urls: impl IntoIterator<Item = U>) -> Self {
        self.public_url = PublicUrl::hosts(urls);
        self
    }

    /// Sets the address that the card names for gRPC: `host:port`, or a URL with the scheme `https`.
    ///
    /// Without it the card names gRPC only where the server listens itself and no public URL is set, for what stands
    /// before a server may pass on HTTP and not gRPC. Without the feature `grpc` it isn't named at all.
    pub fn grpc_url(mut self, url: impl Into<String>) -> Self {
        self.grpc_url = Some(url.into());
        self
    }

    /// Opens a task at once for every stream, instead of waiting for what the agent chooses.
    pub fn always_task(mut self) -> Self {
        self.always_task = true;
        self
    }

    /// Speaks these versions of the protocol, the preferred one first, instead of 1.0 and 0.3.
    ///
    /// A request that doesn't say its version is of the one whose names it uses, whatever the specification makes of
    /// it (§3.6.2: 0.3), for many clients leave the header out. What uses the names of a version that isn't spoken, or
    /// says another version than that of its names, is answered by `VersionNotSupported`.
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
        let public_url =
            self.public_url.map_err(|WrongUrl { url, reason }| ServeError::PublicUrl { url, reason })?;
        let mut card = self.card;
        let log = self.log.unwrap_or_else(|| Arc::new(MemoryLog::new()));
        if card.signatures.is_empty() {
            card.capabilities.streaming.get_or_insert(true);
            if self.push.is_on() {
                card.capabilities.push_notifications.get_or_insert(true);
            }
            if log.remembers_keys() {
                card::declare_idempotency(&mut card);
            }
            if cfg!(feature = "grpc") {
                card::declare_cursors(&mut card);
            }
            if self.extended_card.is_some() {
                card.capabilities.extended_agent_card.get_or_insert(true);
            }
            if let Some(authenticator) = &self.authenticator {
                card::declare_security(&mut card, authenticator.security(), self.anonymous);
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
        let cards =
            Cards { public_url, grpc: self.grpc_url, extended: self.extended_card, local: OnceLock::new() };
        let service = Service {
            runs: Arc::new(runs),
            card,
            cards: Arc::new(cards),
            input_modes,
            versions: self.versions,
            always_task: self.always_task,
        };
        Ok(Server { service, callers, cors })
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerBuilder").field("card", &self.card.name).finish_non_exhaustive()
    }
}
