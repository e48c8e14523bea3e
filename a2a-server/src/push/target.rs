//! Where a webhook is, and what authenticates us to it.

use a2a_core::{AuthenticationInfo, Error, TaskPushNotificationConfig};
use axum::http::Uri;
use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
};

/// Bytes of a URL.
const URL_BYTES: usize = 2048;
/// Bytes of a token, and of credentials: as many as the heads that servers take have room for.
const SECRET_BYTES: usize = 8192;
/// Bytes of an id.
const ID_BYTES: usize = 256;

/// By this the client knows that a call is meant for it.
const TOKEN: HeaderName = HeaderName::from_static("x-a2a-notification-token");

/// Where a webhook is called, and by what headers of its own.
pub(super) struct Target {
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
}

impl Target {
    /// What the config says, if a webhook can be called so.
    pub(super) fn of(config: &TaskPushNotificationConfig) -> Result<Self, Error> {
        if config.id.as_ref().is_some_and(|id| id.len() > ID_BYTES) {
            return Err(Error::invalid_params("id", format!("must have at most {ID_BYTES} bytes")));
        }
        let mut headers = HeaderMap::new();
        if let Some(known) = &config.authentication {
            headers.insert(AUTHORIZATION, authorization(known)?);
        }
        if let Some(token) = &config.token {
            headers.insert(TOKEN, secret("token", token, token)?);
        }
        Ok(Self { url: url(&config.url)?, headers })
    }

    /// What may be shown of where it is.
    pub(super) fn shown(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

fn url(text: &str) -> Result<Url, Error> {
    let invalid = |what: &str| Error::invalid_params("url", what);
    if text.len() > URL_BYTES {
        return Err(invalid(&format!("must have at most {URL_BYTES} bytes")));
    }
    let url = Url::parse(text).map_err(|_| invalid("must be an absolute http or https URL"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(invalid("must be an http or https URL with a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("must have no user or password in it; use authentication"));
    }
    // What a browser takes for a host isn't always one in HTTP.
    if url.as_str().parse::<Uri>().is_err() {
        return Err(invalid("must be a URL that HTTP knows"));
    }
    Ok(url)
}

fn authorization(known: &AuthenticationInfo) -> Result<HeaderValue, Error> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if known.scheme.is_empty() || known.scheme.len() > ID_BYTES || !known.scheme.bytes().all(is_token) {
        let text = "must be the name of an HTTP authentication scheme, such as Bearer";
        return Err(Error::invalid_params("authentication.scheme", text));
    }
    let (field, credentials) = ("authentication.credentials", known.credentials.as_deref());
    match credentials {
        Some(credentials) => secret(field, credentials, &format!("{} {credentials}", known.scheme)),
        None => secret(field, "", &known.scheme),
    }
}

/// The header of a secret.
fn secret(field: &str, secret: &str, value: &str) -> Result<HeaderValue, Error> {
    if secret.len() > SECRET_BYTES {
        return Err(Error::invalid_params(field, format!("must have at most {SECRET_BYTES} bytes")));
    }
    // Bytes beyond ASCII could be in a header, but nobody agrees on what they mean there.
    let mut value = HeaderValue::from_str(value)
        .ok()
        .filter(|value| value.to_str().is_ok())
        .ok_or_else(|| Error::invalid_params(field, "must be printable ASCII, as it goes into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}
