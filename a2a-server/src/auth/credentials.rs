//! Secrets that are known beforehand.

use std::{collections::HashMap, fmt};

use a2a_core::{
    Caller,
    security::{ApiKeyLocation, ApiKeySecurityScheme, HttpAuthSecurityScheme},
};
use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts};
use siphasher::sip128::SipHasher24;
use uuid::Uuid;

use super::{Authenticator, Denial, Security};

/// What a client learns whose token isn't good (RFC 6750 §3.1).
const INVALID_TOKEN: HeaderValue = HeaderValue::from_static(r#"Bearer error="invalid_token""#);

/// Bearer tokens and API keys, each of them somebody's.
///
/// ```
/// use a2a_core::{Caller, CallerKind};
/// use a2a_server::Credentials;
/// use axum::http::HeaderName;
///
/// let credentials = Credentials::new()
///     .with_bearer("token-of-ann", Caller::new(CallerKind::User, "ann"))
///     .with_api_key(HeaderName::from_static("x-api-key"), "key-of-ci", Caller::new(CallerKind::ApiKey, "ci"));
/// ```
///
/// A token comes as `Authorization: Bearer …`, a key in a header of its own, and any one of them will do; of several in
/// one request each has to be good, and a token says who calls before a key does. A request with a wrong one is refused
/// even where [`allow_anonymous`](crate::ServerBuilder::allow_anonymous) serves those who have none: whoever has a
/// credential means to be somebody. Keys in the query aren't taken, for a URL ends up in logs.
///
/// On the card they are the schemes `bearer` and `apiKey`, the keys of a second header `apiKey2`.
///
/// The secrets themselves aren't kept: what is, and compared, is their hash under a key that is random for each
/// process. So how long a comparison takes tells nothing, and how many there are makes no difference. An empty secret
/// lets nobody in.
#[derive(Clone)]
pub struct Credentials {
    hasher: SipHasher24,
    tokens: HashMap<u128, Caller>,
    keys: Vec<Keys>,
}

/// The keys that come in one header.
#[derive(Clone)]
struct Keys {
    header: HeaderName,
    callers: HashMap<u128, Caller>,
}

impl Credentials {
    /// None yet, which lets nobody in.
    pub fn new() -> Self {
        let hasher = SipHasher24::new_with_key(Uuid::new_v4().as_bytes());
        Self { hasher, tokens: HashMap::new(), keys: Vec::new() }
    }

    /// Adds a bearer token; who sends it is this caller.
    #[must_use]
    pub fn with_bearer(mut self, token: impl AsRef<[u8]>, caller: Caller) -> Self {
        let digest = digest(&self.hasher, token.as_ref());
        self.tokens.insert(digest, caller);
        self
    }

    /// Adds a key that comes in this header; who sends it is this caller.
    #[must_use]
    pub fn with_api_key(mut self, header: HeaderName, key: impl AsRef<[u8]>, caller: Caller) -> Self {
        let digest = digest(&self.hasher, key.as_ref());
        if let Some(keys) = self.keys.iter_mut().find(|keys| keys.header == header) {
            keys.callers.insert(digest, caller);
        } else {
            self.keys.push(Keys { header, callers: HashMap::from([(digest, caller)]) });
        }
        self
    }

    /// Whose token it is; nothing if there is none.
    fn token(&self, headers: &HeaderMap) -> Result<Option<&Caller>, Denial> {
        // Without tokens the header is somebody else's: a gateway's, perhaps.
        if self.tokens.is_empty() {
            return Ok(None);
        }
        let Some(value) = single(headers, &header::AUTHORIZATION)? else { return Ok(None) };
        let value = value.as_bytes().trim_ascii();
        let end = value.iter().position(|byte| *byte == b' ').unwrap_or(value.len());
        let (scheme, token) = (&value[..end], value[end..].trim_ascii());
        if !scheme.eq_ignore_ascii_case(b"Bearer") {
            return Err(Denial::invalid());
        }
        let caller = find(&self.tokens, &self.hasher, token);
        caller.map(Some).ok_or_else(|| Denial::invalid().with_challenge(INVALID_TOKEN))
    }
}

impl Keys {
    /// Whose key it is; nothing if there is none.
    fn caller(&self, hasher: &SipHasher24, headers: &HeaderMap) -> Result<Option<&Caller>, Denial> {
        let Some(value) = single(headers, &self.header)? else { return Ok(None) };
        let key = value.as_bytes().trim_ascii();
        find(&self.callers, hasher, key).map(Some).ok_or_else(Denial::invalid)
    }
}

/// The only value of a header; of two nobody can say which one counts.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a HeaderValue>, Denial> {
    let mut values = headers.get_all(name).iter();
    let value = values.next();
    if values.next().is_some() { Err(Denial::invalid()) } else { Ok(value) }
}

fn find<'a>(callers: &'a HashMap<u128, Caller>, hasher: &SipHasher24, secret: &[u8]) -> Option<&'a Caller> {
    callers.get(&digest(hasher, secret)).filter(|_| !secret.is_empty())
}

fn digest(hasher: &SipHasher24, secret: &[u8]) -> u128 {
    hasher.hash(secret).as_u128()
}

#[async_trait]
impl Authenticator for Credentials {
    async fn authenticate(&self, request: &Parts) -> Result<Caller, Denial> {
        let mut caller = self.token(&request.headers)?;
        for keys in &self.keys {
            let by_key = keys.caller(&self.hasher, &request.headers)?;
            caller = caller.or(by_key);
        }
        caller.cloned().ok_or_else(Denial::missing)
    }

    fn security(&self) -> Security {
        let mut security = Security::new();
        if !self.tokens.is_empty() {
            security = security.with_scheme("bearer", HttpAuthSecurityScheme::new("Bearer"));
        }
        for (index, keys) in self.keys.iter().enumerate() {
            let name = if index == 0 { "apiKey".to_owned() } else { format!("apiKey{}", index + 1) };
            let scheme = ApiKeySecurityScheme::new(ApiKeyLocation::Header, keys.header.as_str());
            security = security.with_scheme(name, scheme);
        }
        security
    }
}

impl Default for Credentials {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> =
            self.keys.iter().map(|keys| (keys.header.as_str(), keys.callers.len())).collect();
        f.debug_struct("Credentials")
            .field("tokens", &self.tokens.len())
            .field("keys", &headers)
            .finish_non_exhaustive()
    }
}
