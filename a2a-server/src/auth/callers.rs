//! Who may call, as the server was told.

use std::{error::Error as StdError, fmt, panic::AssertUnwindSafe, sync::Arc};

use a2a_core::{AgentCard, Caller, Error, ErrorKind, SecurityScheme};
use axum::http::{HeaderValue, request::Parts};
use futures_util::FutureExt as _;

use super::{Authenticator, Denial, DenialKind};

/// Who may call, and what others are asked for.
#[derive(Clone)]
pub(crate) struct Callers {
    authenticator: Option<Arc<dyn Authenticator>>,
    /// Whether somebody without any credentials may call.
    anonymous: bool,
    challenges: Arc<[HeaderValue]>,
}

impl Callers {
    /// Besides whom a layer of the app has found, who always counts; the card is the one that is served.
    pub(crate) fn new(
        authenticator: Option<Arc<dyn Authenticator>>,
        anonymous: bool,
        card: &AgentCard,
    ) -> Self {
        Self { authenticator, anonymous, challenges: challenges(card).into() }
    }

    /// Who calls; an error if nobody knows and somebody must, or if whoever it is may not.
    pub(crate) async fn identify(&self, request: &Parts) -> Result<Caller, Error> {
        if let Some(caller) = request.extensions.get::<Caller>() {
            return Ok(caller.clone());
        }
        let denial = match &self.authenticator {
            Some(authenticator) => match ask(&**authenticator, request).await? {
                Ok(caller) => return Ok(caller),
                Err(denial) => denial,
            },
            None => Denial::missing(),
        };
        if self.anonymous && denial.kind() == DenialKind::Missing {
            return Ok(Caller::anonymous());
        }
        if denial.kind() == DenialKind::Unavailable {
            tracing::error!(error = denial.source(), "a caller couldn't be authenticated");
        } else {
            tracing::debug!(%denial, "a caller was turned away");
        }
        Err(denial.into())
    }

    /// What a refused caller is asked for (RFC 9110 §11.6.1); nothing unless nobody knows who it is.
    pub(crate) fn challenges<'a>(&'a self, error: &'a Error) -> &'a [HeaderValue] {
        if error.kind() != ErrorKind::Unauthenticated {
            return &[];
        }
        let own = Denial::behind(error).map(Denial::challenges).unwrap_or_default();
        if own.is_empty() { &self.challenges } else { own }
    }
}

impl fmt::Debug for Callers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callers")
            .field("authenticator", &self.authenticator.is_some())
            .field("anonymous", &self.anonymous)
            .finish_non_exhaustive()
    }
}

/// The answer; an error if there was none, but a panic.
async fn ask(authenticator: &dyn Authenticator, request: &Parts) -> Result<Result<Caller, Denial>, Error> {
    // The call itself may panic as well as its future.
    let asking = async { authenticator.authenticate(request).await };
    AssertUnwindSafe(asking).catch_unwind().await.map_err(|_| {
        tracing::error!("the authenticator panicked");
        Error::new(ErrorKind::Internal, "Internal error")
    })
}

/// What the schemes of a card ask for. There has to be something: a 401 without any challenge is none.
fn challenges(card: &AgentCard) -> Vec<HeaderValue> {
    let mut challenges = Vec::new();
    for scheme in card.security_schemes.values() {
        let name = match scheme {
            SecurityScheme::HttpAuth(scheme) => scheme.scheme.as_str(),
            SecurityScheme::OAuth2(_) | SecurityScheme::OpenIdConnect(_) => "Bearer",
            // Registered nowhere, and yet what most servers say.
            SecurityScheme::ApiKey(_) => "ApiKey",
            _ => continue,
        };
        if let Ok(challenge) = HeaderValue::try_from(name)
            && !name.is_empty()
            && !challenges.contains(&challenge)
        {
            challenges.push(challenge);
        }
    }
    if challenges.is_empty() {
        challenges.push(HeaderValue::from_static("Bearer"));
    }
    challenges
}
