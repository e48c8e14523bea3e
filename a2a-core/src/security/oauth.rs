use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Metadata, json, one_of::one_of};

/// What each scope of a flow allows, by its name.
pub type Scopes = BTreeMap<String, String>;

/// A token of OAuth 2.0 (§4.5.4).
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
    /// A token that is got by this flow.
    pub fn new(flow: impl Into<OAuthFlows>) -> Self {
        Self { description: None, flows: flow.into(), oauth2_metadata_url: None }
    }
}

one_of! {
    /// How a client gets a token (§4.5.7): exactly one of these, unlike in `OpenAPI`.
    ///
    /// Of several that a card names, as v0.3 and `OpenAPI` allow, the first of these is read that is there:
    /// authorization code, client credentials, device code, implicit, password.
    pub enum OAuthFlows {
        /// A person allows it in a browser.
        AuthorizationCode(AuthorizationCodeOAuthFlow) = "authorizationCode" | "authorization_code",
        /// The client acts on its own behalf.
        ClientCredentials(ClientCredentialsOAuthFlow) = "clientCredentials" | "client_credentials",
        /// Deprecated: the token comes in the redirect.
        Implicit(ImplicitOAuthFlow) = "implicit",
        /// Deprecated: the client handles a person's password.
        Password(PasswordOAuthFlow) = "password",
        /// A person allows it on another device.
        DeviceCode(DeviceCodeOAuthFlow) = "deviceCode" | "device_code",
    }
    read from_members
}

fn from_members(mut members: Metadata) -> OAuthFlows {
    fn flow<T: DeserializeOwned + Into<OAuthFlows>>(
        members: &Metadata,
        names: [&str; 2],
    ) -> Option<OAuthFlows> {
        let flow = names.iter().find_map(|name| members.get(*name))?;
        T::deserialize(flow).ok().map(Into::into)
    }

    members.retain(|_, flow| !flow.is_null());
    flow::<AuthorizationCodeOAuthFlow>(&members, ["authorizationCode", "authorization_code"])
        .or_else(|| flow::<ClientCredentialsOAuthFlow>(&members, ["clientCredentials", "client_credentials"]))
        .or_else(|| flow::<DeviceCodeOAuthFlow>(&members, ["deviceCode", "device_code"]))
        .or_else(|| flow::<ImplicitOAuthFlow>(&members, ["implicit", "implicit"]))
        .or_else(|| flow::<PasswordOAuthFlow>(&members, ["password", "password"]))
        .unwrap_or(OAuthFlows::Unknown(members))
}

/// No flow; never valid in what we make.
impl Default for OAuthFlows {
    fn default() -> Self {
        Self::Unknown(Metadata::new())
    }
}

/// The authorization code grant (§4.5.8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthorizationCodeOAuthFlow {
    /// Where the person is sent.
    #[serde(alias = "authorization_url", default, deserialize_with = "json::or_default")]
    pub authorization_url: String,
    /// Where the code becomes a token.
    #[serde(alias = "token_url", default, deserialize_with = "json::or_default")]
    pub token_url: String,
    /// Where a token is refreshed, if not there.
    #[serde(alias = "refresh_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_url: Option<String>,
    /// What can be asked for.
    #[serde(default, deserialize_with = "json::or_default")]
    pub scopes: Scopes,
    /// Whether the client must use PKCE (RFC 7636).
    #[serde(alias = "pkce_required", default, deserialize_with = "json::or_default")]
    #[serde(skip_serializing_if = "json::is_false")]
    pub pkce_required: bool,
}

impl AuthorizationCodeOAuthFlow {
    /// The grant at these URLs, without PKCE.
    pub fn new(authorization_url: impl Into<String>, token_url: impl Into<String>, scopes: Scopes) -> Self {
        Self {
            authorization_url: authorization_url.into(),
            token_url: token_url.into(),
            refresh_url: None,
            scopes,
            pkce_required: false,
        }
    }
}

/// The client credentials grant (§4.5.9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ClientCredentialsOAuthFlow {
    /// Where the credentials become a token.
    #[serde(alias = "token_url", default, deserialize_with = "json::or_default")]
    pub token_url: String,
    /// Where a token is refreshed, if not there.
    #[serde(alias = "refresh_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_url: Option<String>,
    /// What can be asked for.
    #[serde(default, deserialize_with = "json::or_default")]
    pub scopes: Scopes,
}

impl ClientCredentialsOAuthFlow {
    /// The grant at this URL.
    pub fn new(token_url: impl Into<String>, scopes: Scopes) -> Self {
        Self { token_url: token_url.into(), refresh_url: None, scopes }
    }
}

/// The device authorization grant of RFC 8628 (§4.5.10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DeviceCodeOAuthFlow {
    /// Where the client gets the code that the person enters.
    #[serde(alias = "device_authorization_url", default, deserialize_with = "json::or_default")]
    pub device_authorization_url: String,
    /// Where the code becomes a token.
    #[serde(alias = "token_url", default, deserialize_with = "json::or_default")]
    pub token_url: String,
    /// Where a token is refreshed, if not there.
    #[serde(alias = "refresh_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_url: Option<String>,
    /// What can be asked for.
    #[serde(default, deserialize_with = "json::or_default")]
    pub scopes: Scopes,
}

impl DeviceCodeOAuthFlow {
    /// The grant at these URLs.
    pub fn new(
        device_authorization_url: impl Into<String>,
        token_url: impl Into<String>,
        scopes: Scopes,
    ) -> Self {
        Self {
            device_authorization_url: device_authorization_url.into(),
            token_url: token_url.into(),
            refresh_url: None,
            scopes,
        }
    }
}

/// The implicit grant, deprecated: read from cards that have it, not for new ones (§4.5.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ImplicitOAuthFlow {
    /// Where the person is sent.
    #[serde(alias = "authorization_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_url: Option<String>,
    /// Where a token is refreshed.
    #[serde(alias = "refresh_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_url: Option<String>,
    /// What can be asked for.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub scopes: Scopes,
}

/// The password grant, deprecated: read from cards that have it, not for new ones (§4.5.7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PasswordOAuthFlow {
    /// Where the password becomes a token.
    #[serde(alias = "token_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_url: Option<String>,
    /// Where a token is refreshed, if not there.
    #[serde(alias = "refresh_url", default, deserialize_with = "json::non_empty")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_url: Option<String>,
    /// What can be asked for.
    #[serde(default, deserialize_with = "json::or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub scopes: Scopes,
}
