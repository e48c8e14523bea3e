use std::sync::Arc;

use a2a_core::Operations;

use crate::{
    Client, ConnectError, Retry, Target, Timeouts,
    client::Defaults,
    origin, resolve,
    settings::Settings,
    transport::{Http, JsonRpcTransport},
};

/// Sets up a [`Client`].
///
/// ```no_run
/// # async fn run() -> Result<(), a2a_client::ConnectError> {
/// use std::time::Duration;
///
/// use a2a_client::{Client, Timeouts};
///
/// let client = Client::builder()
///     .bearer("secret")
///     .timeouts(Timeouts::new().idle(Duration::from_secs(30)))
///     .connect("https://agent.example/clerk")
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// # Defaults
///
/// | setting | default | setter |
/// |---|---|---|
/// | credentials and headers | none | [`bearer`](Self::bearer), [`header`](Self::header) |
/// | extensions asked for | none | [`extension`](Self::extension) |
/// | other origins that interfaces may be on | none | [`trust_origin`](Self::trust_origin) |
/// | limits on waiting | see [`Timeouts`] | [`timeouts`](Self::timeouts) |
/// | trying again | see [`Retry`] | [`retry`](Self::retry) |
/// | bytes of one event of a stream | [`MAX_EVENT_BYTES`](a2a_core::sse::MAX_EVENT_BYTES) | [`max_event_bytes`](Self::max_event_bytes) |
/// | bytes of any other answer | [`MAX_BODY_BYTES`](crate::MAX_BODY_BYTES) | [`max_body_bytes`](Self::max_body_bytes) |
/// | bytes of a card | [`MAX_CARD_BYTES`](crate::MAX_CARD_BYTES) | fixed |
///
/// Proxies are those of the environment (`HTTPS_PROXY` and so on); what stays on this machine never meets one.
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `connect` or `over`"]
pub struct ClientBuilder {
    settings: Settings,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self { settings: Settings::new() }
    }

    /// Sends this token as `Authorization: Bearer`, with the card's request too.
    ///
    /// Like every header of yours it goes to the interface's origin and, for the card, the target's; a redirect
    /// to another one doesn't carry it.
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.settings.bearer = Some(token.into());
        self
    }

    /// Sends this header with every request. Its value is treated as a secret.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Asks for this extension in every call (§4.6.1).
    pub fn extension(mut self, uri: impl AsRef<str>) -> Self {
        self.settings.extensions.add(uri.as_ref());
        self
    }

    /// Lets a fetched card name interfaces on this origin, such as `https://api.example`.
    ///
    /// Without it an interface has to be where the card is, for whoever can change the card chooses who gets
    /// your credentials.
    pub fn trust_origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.trusted.push(origin.into());
        self
    }

    /// Replaces the limits on waiting.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.settings.timeouts = timeouts;
        self
    }

    /// Replaces how the client tries again by itself.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.settings.retry = retry;
        self
    }

    /// Takes events of a stream up to this size.
    pub fn max_event_bytes(mut self, limit: usize) -> Self {
        self.settings.max_event_bytes = limit;
        self
    }

    /// Takes answers other than streams up to this size.
    pub fn max_body_bytes(mut self, limit: usize) -> Self {
        self.settings.max_body_bytes = limit;
        self
    }

    /// Resolves the card, checks it and picks the interface to call.
    ///
    /// # Errors
    ///
    /// When a setting is malformed, when the card can't be had or isn't one, and when it names no interface that
    /// this version speaks or that it may name.
    pub async fn connect(self, target: impl Into<Target>) -> Result<Client, ConnectError> {
        let settings = self.settings;
        let resolved = resolve::resolve(target.into(), &settings).await?;
        let http = match resolved.http {
            Some(http) => http,
            None => Http::new(&settings, &resolved.url)?,
        };
        tracing::debug!(agent = resolved.card.name, url = origin::public(&resolved.url), "connected");
        let authenticated = resolved.url.scheme() == "https" || origin::is_loopback(&resolved.url);
        let transport = JsonRpcTransport::new(
            http,
            resolved.url,
            resolved.interface.tenant,
            settings.max_event_bytes,
            settings.max_body_bytes,
        );
        Ok(Client::new(Arc::new(transport), Some(resolved.card), defaults(settings), authenticated))
    }

    /// Calls an implementation of the operations without a wire between.
    ///
    /// Of the settings the extensions, the retries and the limit on a call as a whole count, that one as far as the
    /// implementation keeps to [`CallParams::timeout`](a2a_core::CallParams); the rest is about HTTP. A send that
    /// failed is repeated under its idempotency key, which the implementation has to honour; if it doesn't, turn that
    /// off ([`Retry::repeats`]).
    pub fn over(self, operations: impl Operations) -> Client {
        Client::new(Arc::new(operations), None, defaults(self.settings), true)
    }
}

fn defaults(settings: Settings) -> Defaults {
    Defaults { extensions: settings.extensions, retry: settings.retry, timeout: settings.timeouts.overall }
}
