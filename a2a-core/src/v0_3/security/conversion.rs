use super::{OAuth2SecurityScheme, OAuthFlows, SecurityScheme};
use crate::{
    Metadata,
    security::{self, ApiKeyLocation, AuthorizationCodeOAuthFlow},
};

impl From<SecurityScheme> for security::SecurityScheme {
    fn from(scheme: SecurityScheme) -> Self {
        match scheme {
            SecurityScheme::ApiKey(key) => key.into(),
            SecurityScheme::Http(http) => http.into(),
            SecurityScheme::OAuth2(oauth) => security::OAuth2SecurityScheme::from(oauth).into(),
            SecurityScheme::OpenIdConnect(connect) => connect.into(),
            SecurityScheme::MutualTls(tls) => tls.into(),
            SecurityScheme::Unknown(members) => Self::Unknown(members),
        }
    }
}

impl From<security::SecurityScheme> for SecurityScheme {
    fn from(scheme: security::SecurityScheme) -> Self {
        use security::SecurityScheme as New;
        match scheme {
            New::ApiKey(mut key) => {
                // v0.3 knows three places, and its readers refuse a card that names another.
                if matches!(key.location, ApiKeyLocation::Other(_)) {
                    key.location = ApiKeyLocation::Header;
                }
                Self::ApiKey(key)
            }
            New::HttpAuth(http) => Self::Http(http),
            New::OAuth2(oauth) => Self::OAuth2(oauth.into()),
            New::OpenIdConnect(connect) => Self::OpenIdConnect(connect),
            New::MutualTls(tls) => Self::MutualTls(tls),
            New::Unknown(members) => Self::Unknown(members),
        }
    }
}

impl From<OAuth2SecurityScheme> for security::OAuth2SecurityScheme {
    fn from(oauth: OAuth2SecurityScheme) -> Self {
        let OAuth2SecurityScheme { description, flows, oauth2_metadata_url } = oauth;
        let mut new = Self::new(flows);
        (new.description, new.oauth2_metadata_url) = (description, oauth2_metadata_url);
        new
    }
}

impl From<security::OAuth2SecurityScheme> for OAuth2SecurityScheme {
    fn from(oauth: security::OAuth2SecurityScheme) -> Self {
        let security::OAuth2SecurityScheme { description, flows, oauth2_metadata_url } = oauth;
        Self { description, flows: flows.into(), oauth2_metadata_url }
    }
}

/// The first there is of authorization code, client credentials, implicit and password.
impl From<OAuthFlows> for security::OAuthFlows {
    fn from(flows: OAuthFlows) -> Self {
        let OAuthFlows { authorization_code, client_credentials, implicit, password } = flows;
        authorization_code
            .map(Self::from)
            .or_else(|| client_credentials.map(Self::from))
            .or_else(|| implicit.map(Self::from))
            .or_else(|| password.map(Self::from))
            .unwrap_or_else(|| Self::Unknown(Metadata::new()))
    }
}

/// No flow where v0.3 has none of the kind, and nothing about PKCE.
impl From<security::OAuthFlows> for OAuthFlows {
    fn from(flow: security::OAuthFlows) -> Self {
        use security::OAuthFlows as New;
        let mut flows = Self::default();
        match flow {
            New::AuthorizationCode(code) => {
                let code = AuthorizationCodeOAuthFlow { pkce_required: false, ..code };
                flows.authorization_code = Some(code);
            }
            New::ClientCredentials(client) => flows.client_credentials = Some(client),
            New::Implicit(implicit) => flows.implicit = Some(implicit),
            New::Password(password) => flows.password = Some(password),
            New::DeviceCode(_) | New::Unknown(_) => {}
        }
        flows
    }
}
