//! How a client authenticates, as a card of v0.3 declares it.

use serde::{Deserialize, Serialize};

use crate::{
    Metadata, json,
    security::{
        ApiKeySecurityScheme, AuthorizationCodeOAuthFlow, ClientCredentialsOAuthFlow, HttpAuthSecurityScheme,
        ImplicitOAuthFlow, MutualTlsSecurityScheme, OpenIdConnectSecurityScheme, PasswordOAuthFlow,
    },
};

mod conversion;
mod wire;

pub(crate) use self::wire::write_requirements;

/// One way to authenticate; a `type` in it says which.
///
/// Any object is read, in the forms of [`crate::SecurityScheme`]: what none of them fits is kept as unknown.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a card has a handful of them")]
pub enum SecurityScheme {
    /// A key in a header, a cookie or the query; its `location` is `in` on the wire.
    ApiKey(ApiKeySecurityScheme),
    /// The `Authorization` header.
    Http(HttpAuthSecurityScheme),
    /// A token of OAuth 2.0.
    OAuth2(OAuth2SecurityScheme),
    /// A token of OpenID Connect.
    OpenIdConnect(OpenIdConnectSecurityScheme),
    /// A client certificate.
    MutualTls(MutualTlsSecurityScheme),
    /// None that this version knows; written as it was read.
    Unknown(Metadata),
}

/// A token of OAuth 2.0, which a client may get in several ways.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OAuth2SecurityScheme {
    /// Who issues the token and to whom.
    #[serde(default, deserialize_with = "json::non_empty", skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How to get one.
    #[serde(default, deserialize_with = "json::or_default")]
    pub flows: OAuthFlows,
    /// The metadata of the authorization server (RFC 8414).
    #[serde(alias = "oauth2_metadata_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth2_metadata_url: Option<String>,
}

impl OAuth2SecurityScheme {
    /// A token that is got by one of these flows.
    pub fn new(flows: OAuthFlows) -> Self {
        Self { description: None, flows, oauth2_metadata_url: None }
    }
}

/// How a client gets a token: any of these. v0.3 has neither the device code nor a word for PKCE. A flow that can't be
/// read is left out, so that the others can be used.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OAuthFlows {
    /// A person allows it in a browser.
    #[serde(alias = "authorization_code", default, deserialize_with = "json::if_it_can_be_read")]
    pub authorization_code: Option<AuthorizationCodeOAuthFlow>,
    /// The client acts on its own behalf.
    #[serde(alias = "client_credentials", default, deserialize_with = "json::if_it_can_be_read")]
    pub client_credentials: Option<ClientCredentialsOAuthFlow>,
    /// Deprecated: the token comes in the redirect.
    #[serde(default, deserialize_with = "json::if_it_can_be_read")]
    pub implicit: Option<ImplicitOAuthFlow>,
    /// Deprecated: the client handles a person's password.
    #[serde(default, deserialize_with = "json::if_it_can_be_read")]
    pub password: Option<PasswordOAuthFlow>,
}
