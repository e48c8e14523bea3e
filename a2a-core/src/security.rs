//! How a client authenticates, as a card declares it (§4.5, §7).
//!
//! Credentials never travel in the protocol's messages: a client gets them elsewhere and sends them with every
//! request, in the place that the scheme says.

use serde::{Deserialize, Serialize};

use crate::{
    Metadata, json,
    one_of::one_of,
    open_name::{self, open_name},
};

mod oauth;
mod reading;
mod requirement;

pub(crate) use self::reading::{Form, Forms, read, schemes};

pub use self::{
    oauth::{
        AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow, DeviceCodeOAuthFlow, ImplicitOAuthFlow,
        OAuth2SecurityScheme, OAuthFlows, PasswordOAuthFlow, Scopes,
    },
    requirement::SecurityRequirement,
};
pub use crate::open_name::OtherName;

one_of! {
    /// One way to authenticate (§4.5.1): exactly one of these.
    ///
    /// It is written within its member. It is read in that form, as v0.3 wrote it (with a `type`), or with neither,
    /// by a field that only one scheme has (`openIdConnectUrl`, `flows`, `scheme`, `location`). An object that is
    /// none of these, or two at once, or has a field of the wrong type, is kept as [`SecurityScheme::Unknown`]: one
    /// scheme that can't be used doesn't spoil its card.
    ///
    /// ```
    /// use a2a_core::{SecurityScheme, security::HttpAuthSecurityScheme};
    ///
    /// let bearer = SecurityScheme::from(HttpAuthSecurityScheme::new("Bearer"));
    /// for json in [
    ///     r#"{"httpAuthSecurityScheme":{"scheme":"Bearer"}}"#,
    ///     r#"{"type":"http","scheme":"Bearer"}"#,
    ///     r#"{"scheme":"Bearer"}"#,
    /// ] {
    ///     assert_eq!(serde_json::from_str::<SecurityScheme>(json)?, bearer);
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub enum SecurityScheme {
        /// A key in a header, a cookie or the query.
        ApiKey(ApiKeySecurityScheme) = "apiKeySecurityScheme" | "api_key_security_scheme",
        /// The `Authorization` header.
        HttpAuth(HttpAuthSecurityScheme) = "httpAuthSecurityScheme" | "http_auth_security_scheme",
        /// A token of OAuth 2.0.
        OAuth2(OAuth2SecurityScheme) = "oauth2SecurityScheme" | "oauth2_security_scheme",
        /// A token of OpenID Connect.
        OpenIdConnect(OpenIdConnectSecurityScheme)
            = "openIdConnectSecurityScheme" | "open_id_connect_security_scheme",
        /// A client certificate.
        MutualTls(MutualTlsSecurityScheme) = "mtlsSecurityScheme" | "mtls_security_scheme",
    }
    read from_members
}

fn from_members(members: Metadata) -> SecurityScheme {
    match read(members, Forms::WrapperFirst) {
        Ok(Form::ApiKey(scheme)) => SecurityScheme::ApiKey(scheme),
        Ok(Form::HttpAuth(scheme)) => SecurityScheme::HttpAuth(scheme),
        Ok(Form::OAuth2(scheme)) => SecurityScheme::OAuth2(scheme),
        Ok(Form::OpenIdConnect(scheme)) => SecurityScheme::OpenIdConnect(scheme),
        Ok(Form::MutualTls(scheme)) => SecurityScheme::MutualTls(scheme),
        Err(members) => SecurityScheme::Unknown(members),
    }
}

open_name! {
    /// Where an API key goes (§4.5.2).
    pub enum ApiKeyLocation {
        /// Into the query of the URL.
        Query = "query",
        /// Into a header.
        Header = "header",
        /// Into a cookie.
        Cookie = "cookie",
    }
}

/// A key that the client sends in a place with a name (§4.5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", from = "ApiKeyFields")]
#[non_exhaustive]
pub struct ApiKeySecurityScheme {
    /// What the key is and where to get one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where the key goes; `in` is read, too, where it doesn't say.
    pub location: ApiKeyLocation,
    /// The name of the header, the cookie or the query parameter.
    pub name: String,
}

/// A key as it is read: of v1.0, of v0.3 or of both, for what is flat may be written for either.
#[derive(Deserialize)]
struct ApiKeyFields {
    #[serde(default, deserialize_with = "json::non_empty")]
    description: Option<String>,
    #[serde(default)]
    location: Option<ApiKeyLocation>,
    #[serde(default)]
    r#in: Option<ApiKeyLocation>,
    #[serde(default, deserialize_with = "json::or_default")]
    name: String,
}

impl From<ApiKeyFields> for ApiKeySecurityScheme {
    fn from(fields: ApiKeyFields) -> Self {
        let location = fields.location.or(fields.r#in).unwrap_or_else(open_name::unsaid);
        Self { description: fields.description, location, name: fields.name }
    }
}

impl ApiKeySecurityScheme {
    /// A key in `location` under `name`.
    pub fn new(location: impl Into<ApiKeyLocation>, name: impl Into<String>) -> Self {
        Self { description: None, location: location.into(), name: name.into() }
    }
}

/// Credentials in the `Authorization` header (§4.5.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HttpAuthSecurityScheme {
    /// What the credentials are and where to get them.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A scheme that IANA has registered, such as `Bearer`; case doesn't matter.
    #[serde(default, deserialize_with = "json::or_default")]
    pub scheme: String,
    /// A hint at what a bearer token is, such as `JWT`.
    #[serde(alias = "bearer_format", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bearer_format: Option<String>,
}

impl HttpAuthSecurityScheme {
    /// Credentials of this scheme.
    pub fn new(scheme: impl Into<String>) -> Self {
        Self { description: None, scheme: scheme.into(), bearer_format: None }
    }

    /// The same scheme with a hint at what its token is.
    #[must_use]
    pub fn with_bearer_format(mut self, format: impl Into<String>) -> Self {
        self.bearer_format = Some(format.into());
        self
    }
}

/// A token of OpenID Connect, found by discovery (§4.5.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OpenIdConnectSecurityScheme {
    /// Who issues the token and to whom.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The discovery document.
    #[serde(alias = "open_id_connect_url", default, deserialize_with = "json::or_default")]
    pub open_id_connect_url: String,
}

impl OpenIdConnectSecurityScheme {
    /// Discovery at this URL.
    pub fn new(open_id_connect_url: impl Into<String>) -> Self {
        Self { description: None, open_id_connect_url: open_id_connect_url.into() }
    }
}

/// A client certificate in the TLS handshake (§4.5.6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MutualTlsSecurityScheme {
    /// Which certificates are taken.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl MutualTlsSecurityScheme {
    /// A certificate, with nothing said about it.
    pub fn new() -> Self {
        Self::default()
    }
}
