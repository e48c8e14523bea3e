//! Who may call: by the two tokens that the suites know.

use a2a_core::{Caller, CallerKind, security::HttpAuthSecurityScheme};
use a2a_server::{Authenticator, Denial, Security};
use async_trait::async_trait;
use axum::http::{HeaderMap, header, request::Parts};

/// The token of somebody who may do everything.
const VALID: &str = "itk-valid-token";
/// The token of somebody who is known and may nothing that needs one.
const INSUFFICIENT: &str = "itk-insufficient-token";
/// The scope of those who may read the extended card.
const EXTENDED_CARD: &str = "extended-card";
/// The scope of those who have a token that opens nothing.
const NOTHING: &str = "nothing";

/// Knows whom a token stands for.
///
/// Where calls need none, everybody shares their tasks, for the suites send a token with some calls and none with
/// others; it opens the extended card, and nothing else.
pub(crate) struct Tokens {
    /// Whether every call needs one.
    pub(crate) needed: bool,
}

#[async_trait]
impl Authenticator for Tokens {
    async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial> {
        let scope = match token(&request.headers) {
            Some(VALID) => Some(EXTENDED_CARD),
            Some(INSUFFICIENT) if self.needed => return Err(Denial::forbidden()),
            Some(INSUFFICIENT) => Some(NOTHING),
            Some(_) if self.needed => return Err(Denial::invalid()),
            None if self.needed => return Err(Denial::missing()),
            Some(_) | None => None,
        };
        let mut caller = if self.needed { Caller::new(CallerKind::User, "itk") } else { Caller::anonymous() };
        caller.scopes.extend(scope.map(str::to_owned));
        Ok(caller)
    }

    fn security(&self) -> Security {
        if !self.needed {
            return Security::new();
        }
        Security::new().with_scheme("bearer", HttpAuthSecurityScheme::new("Bearer"))
    }
}

/// Whether a caller has the token that opens the extended card.
pub(crate) fn may_see_extended_card(caller: &Caller) -> Result<(), Denial> {
    match caller.scopes.first().map(String::as_str) {
        Some(EXTENDED_CARD) => Ok(()),
        Some(_) => Err(Denial::forbidden()),
        None => Err(Denial::missing()),
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
