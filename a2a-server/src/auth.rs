//! Who calls: the seam between a server and what knows its callers.

mod callers;
mod credentials;
mod denial;

use std::{collections::BTreeMap, sync::Arc};

use a2a_core::{Caller, SecurityRequirement, SecurityScheme};
use async_trait::async_trait;
use axum::http::request::Parts;

pub(crate) use self::callers::Callers;
pub use self::{
    credentials::Credentials,
    denial::{Denial, DenialKind},
};

/// Finds out who calls, from the head of a request.
///
/// It is one seam for every binding: a call over gRPC is an HTTP request too, whose metadata are its headers. What it
/// finds is the [`Caller`] whose tasks the call can see, who is counted by the quotas, and whom the agent is told of.
/// [`Credentials`] is one for secrets that are known beforehand.
///
/// ```
/// use a2a_core::{Caller, CallerKind};
/// use a2a_server::{Authenticator, Denial};
/// use axum::http::request::Parts;
///
/// /// Believes a gateway in front, which nobody can go around.
/// struct Gateway;
///
/// #[async_trait::async_trait]
/// impl Authenticator for Gateway {
///     async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial> {
///         let user = request.headers.get("x-user").ok_or_else(Denial::missing)?;
///         let user = user.to_str().map_err(|_| Denial::invalid())?;
///         Ok(Caller::new(CallerKind::User, user))
///     }
/// }
/// ```
///
/// # Contract
///
/// - The server calls [`authenticate`](Self::authenticate) once for each request to an operation, before it reads any
///   of the body, at the same time for as many requests as there are. Not for the public card, nor for calls through
///   a [`ServerHandle`](crate::ServerHandle), nor for a request that a layer of the app has given its [`Caller`] in
///   the extensions: that one counts.
/// - A request waits for the answer as long as it takes, so what looks callers up elsewhere needs a time limit of its
///   own. Where the client leaves, the future is dropped.
/// - `Ok` is believed. [`Caller::anonymous`] lets somebody in whom nobody knows; their tasks are everybody's.
/// - `Err` is the answer, and nothing else happens: see [`DenialKind`] for which. Only one that is
///   [`missing`](Denial::missing), that is without any credentials, becomes an anonymous caller where
///   [`allow_anonymous`](crate::ServerBuilder::allow_anonymous) is set.
/// - A panic is kept in: the request is answered by 500.
/// - The server writes neither the request nor what an implementation holds anywhere. An implementation must keep
///   secrets out of its `Debug`, of the texts of errors, and of its spans.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    /// Who sent this request.
    async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial>;

    /// How a client can authenticate, for the card; asked once, when the server is built.
    ///
    /// A card that names schemes or requirements itself keeps them. By default nothing is said.
    fn security(&self) -> Security {
        Security::default()
    }
}

/// What a card says of how to authenticate.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Security {
    /// The ways to authenticate, by the names that requirements use.
    pub schemes: BTreeMap<String, SecurityScheme>,
    /// How a client has to authenticate: any one of these will do.
    pub requirements: Vec<SecurityRequirement>,
}

impl Security {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a scheme which is enough by itself.
    #[must_use]
    pub fn with_scheme(mut self, name: impl Into<String>, scheme: impl Into<SecurityScheme>) -> Self {
        let name = name.into();
        self.requirements.push(SecurityRequirement::new().with_scheme(name.clone(), [""; 0]));
        self.schemes.insert(name, scheme.into());
        self
    }
}

#[async_trait]
impl<T: Authenticator + ?Sized> Authenticator for Arc<T> {
    async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial> {
        (**self).authenticate(request).await
    }

    fn security(&self) -> Security {
        (**self).security()
    }
}

#[async_trait]
impl<T: Authenticator + ?Sized> Authenticator for Box<T> {
    async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial> {
        (**self).authenticate(request).await
    }

    fn security(&self) -> Security {
        (**self).security()
    }
}
