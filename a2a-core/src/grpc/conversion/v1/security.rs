use crate::{
    Metadata, SecurityScheme,
    grpc::{
        field::{optional_text, or_empty},
        v1::{self, security_scheme::Scheme},
    },
    security::{
        ApiKeyLocation, ApiKeySecurityScheme, HttpAuthSecurityScheme, MutualTlsSecurityScheme,
        OAuth2SecurityScheme, OpenIdConnectSecurityScheme,
    },
};

/// A kind of scheme that this version doesn't know is one without any members: nothing of it comes in.
impl From<v1::SecurityScheme> for SecurityScheme {
    fn from(scheme: v1::SecurityScheme) -> Self {
        match scheme.scheme {
            Some(Scheme::ApiKeySecurityScheme(scheme)) => Self::ApiKey(scheme.into()),
            Some(Scheme::HttpAuthSecurityScheme(scheme)) => Self::HttpAuth(scheme.into()),
            Some(Scheme::Oauth2SecurityScheme(scheme)) => Self::OAuth2(scheme.into()),
            Some(Scheme::OpenIdConnectSecurityScheme(scheme)) => Self::OpenIdConnect(scheme.into()),
            Some(Scheme::MtlsSecurityScheme(scheme)) => Self::MutualTls(scheme.into()),
            None => Self::Unknown(Metadata::new()),
        }
    }
}

/// A scheme that this version doesn't know keeps its name in the card, and nothing else.
impl From<SecurityScheme> for v1::SecurityScheme {
    fn from(scheme: SecurityScheme) -> Self {
        let scheme = match scheme {
            SecurityScheme::ApiKey(scheme) => Some(Scheme::ApiKeySecurityScheme(scheme.into())),
            SecurityScheme::HttpAuth(scheme) => Some(Scheme::HttpAuthSecurityScheme(scheme.into())),
            SecurityScheme::OAuth2(scheme) => Some(Scheme::Oauth2SecurityScheme(scheme.into())),
            SecurityScheme::OpenIdConnect(scheme) => Some(Scheme::OpenIdConnectSecurityScheme(scheme.into())),
            SecurityScheme::MutualTls(scheme) => Some(Scheme::MtlsSecurityScheme(scheme.into())),
            SecurityScheme::Unknown(_) => None,
        };
        Self { scheme }
    }
}

impl From<v1::ApiKeySecurityScheme> for ApiKeySecurityScheme {
    fn from(scheme: v1::ApiKeySecurityScheme) -> Self {
        let v1::ApiKeySecurityScheme { description, location, name } = scheme;
        Self { description: optional_text(description), location: ApiKeyLocation::from(location), name }
    }
}

impl From<ApiKeySecurityScheme> for v1::ApiKeySecurityScheme {
    fn from(scheme: ApiKeySecurityScheme) -> Self {
        let ApiKeySecurityScheme { description, location, name } = scheme;
        Self { description: or_empty(description), location: location.to_string(), name }
    }
}

impl From<v1::HttpAuthSecurityScheme> for HttpAuthSecurityScheme {
    fn from(scheme: v1::HttpAuthSecurityScheme) -> Self {
        let v1::HttpAuthSecurityScheme { description, scheme, bearer_format } = scheme;
        Self { description: optional_text(description), scheme, bearer_format: optional_text(bearer_format) }
    }
}

impl From<HttpAuthSecurityScheme> for v1::HttpAuthSecurityScheme {
    fn from(scheme: HttpAuthSecurityScheme) -> Self {
        let HttpAuthSecurityScheme { description, scheme, bearer_format } = scheme;
        Self { description: or_empty(description), scheme, bearer_format: or_empty(bearer_format) }
    }
}

impl From<v1::OAuth2SecurityScheme> for OAuth2SecurityScheme {
    fn from(scheme: v1::OAuth2SecurityScheme) -> Self {
        let v1::OAuth2SecurityScheme { description, flows, oauth2_metadata_url } = scheme;
        Self {
            description: optional_text(description),
            flows: flows.map(Into::into).unwrap_or_default(),
            oauth2_metadata_url: optional_text(oauth2_metadata_url),
        }
    }
}

impl From<OAuth2SecurityScheme> for v1::OAuth2SecurityScheme {
    fn from(scheme: OAuth2SecurityScheme) -> Self {
        let OAuth2SecurityScheme { description, flows, oauth2_metadata_url } = scheme;
        Self {
            description: or_empty(description),
            flows: Some(flows.into()),
            oauth2_metadata_url: or_empty(oauth2_metadata_url),
        }
    }
}

impl From<v1::OpenIdConnectSecurityScheme> for OpenIdConnectSecurityScheme {
    fn from(scheme: v1::OpenIdConnectSecurityScheme) -> Self {
        let v1::OpenIdConnectSecurityScheme { description, open_id_connect_url } = scheme;
        Self { description: optional_text(description), open_id_connect_url }
    }
}

impl From<OpenIdConnectSecurityScheme> for v1::OpenIdConnectSecurityScheme {
    fn from(scheme: OpenIdConnectSecurityScheme) -> Self {
        let OpenIdConnectSecurityScheme { description, open_id_connect_url } = scheme;
        Self { description: or_empty(description), open_id_connect_url }
    }
}

impl From<v1::MutualTlsSecurityScheme> for MutualTlsSecurityScheme {
    fn from(scheme: v1::MutualTlsSecurityScheme) -> Self {
        Self { description: optional_text(scheme.description) }
    }
}

impl From<MutualTlsSecurityScheme> for v1::MutualTlsSecurityScheme {
    fn from(scheme: MutualTlsSecurityScheme) -> Self {
        Self { description: or_empty(scheme.description) }
    }
}
