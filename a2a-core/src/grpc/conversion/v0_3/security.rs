use crate::{
    Metadata, SecurityRequirement,
    grpc::{
        field::{optional_text, or_empty},
        v0_3::{self, security_scheme::Scheme},
    },
    security::{
        ApiKeyLocation, ApiKeySecurityScheme, HttpAuthSecurityScheme, MutualTlsSecurityScheme,
        OpenIdConnectSecurityScheme,
    },
    v0_3::{OAuth2SecurityScheme, SecurityScheme},
};

/// A kind of scheme that this version doesn't know is one without any members: nothing of it comes in.
impl From<v0_3::SecurityScheme> for SecurityScheme {
    fn from(scheme: v0_3::SecurityScheme) -> Self {
        match scheme.scheme {
            Some(Scheme::ApiKeySecurityScheme(scheme)) => Self::ApiKey(scheme.into()),
            Some(Scheme::HttpAuthSecurityScheme(scheme)) => Self::Http(scheme.into()),
            Some(Scheme::Oauth2SecurityScheme(scheme)) => Self::OAuth2(scheme.into()),
            Some(Scheme::OpenIdConnectSecurityScheme(scheme)) => Self::OpenIdConnect(scheme.into()),
            Some(Scheme::MtlsSecurityScheme(scheme)) => Self::MutualTls(scheme.into()),
            None => Self::Unknown(Metadata::new()),
        }
    }
}

/// A scheme that this version doesn't know keeps its name in the card, and nothing else.
impl From<SecurityScheme> for v0_3::SecurityScheme {
    fn from(scheme: SecurityScheme) -> Self {
        let scheme = match scheme {
            SecurityScheme::ApiKey(scheme) => Some(Scheme::ApiKeySecurityScheme(scheme.into())),
            SecurityScheme::Http(scheme) => Some(Scheme::HttpAuthSecurityScheme(scheme.into())),
            SecurityScheme::OAuth2(scheme) => Some(Scheme::Oauth2SecurityScheme(scheme.into())),
            SecurityScheme::OpenIdConnect(scheme) => Some(Scheme::OpenIdConnectSecurityScheme(scheme.into())),
            SecurityScheme::MutualTls(scheme) => Some(Scheme::MtlsSecurityScheme(scheme.into())),
            SecurityScheme::Unknown(_) => None,
        };
        Self { scheme }
    }
}

impl From<v0_3::ApiKeySecurityScheme> for ApiKeySecurityScheme {
    fn from(scheme: v0_3::ApiKeySecurityScheme) -> Self {
        let v0_3::ApiKeySecurityScheme { description, location, name } = scheme;
        Self { description: optional_text(description), location: ApiKeyLocation::from(location), name }
    }
}

impl From<ApiKeySecurityScheme> for v0_3::ApiKeySecurityScheme {
    fn from(scheme: ApiKeySecurityScheme) -> Self {
        let ApiKeySecurityScheme { description, location, name } = scheme;
        Self { description: or_empty(description), location: location.to_string(), name }
    }
}

impl From<v0_3::HttpAuthSecurityScheme> for HttpAuthSecurityScheme {
    fn from(scheme: v0_3::HttpAuthSecurityScheme) -> Self {
        let v0_3::HttpAuthSecurityScheme { description, scheme, bearer_format } = scheme;
        Self { description: optional_text(description), scheme, bearer_format: optional_text(bearer_format) }
    }
}

impl From<HttpAuthSecurityScheme> for v0_3::HttpAuthSecurityScheme {
    fn from(scheme: HttpAuthSecurityScheme) -> Self {
        let HttpAuthSecurityScheme { description, scheme, bearer_format } = scheme;
        Self { description: or_empty(description), scheme, bearer_format: or_empty(bearer_format) }
    }
}

impl From<v0_3::OAuth2SecurityScheme> for OAuth2SecurityScheme {
    fn from(scheme: v0_3::OAuth2SecurityScheme) -> Self {
        let v0_3::OAuth2SecurityScheme { description, flows, oauth2_metadata_url } = scheme;
        Self {
            description: optional_text(description),
            flows: flows.map(Into::into).unwrap_or_default(),
            oauth2_metadata_url: optional_text(oauth2_metadata_url),
        }
    }
}

impl From<OAuth2SecurityScheme> for v0_3::OAuth2SecurityScheme {
    fn from(scheme: OAuth2SecurityScheme) -> Self {
        let OAuth2SecurityScheme { description, flows, oauth2_metadata_url } = scheme;
        Self {
            description: or_empty(description),
            flows: Some(flows.into()),
            oauth2_metadata_url: or_empty(oauth2_metadata_url),
        }
    }
}

impl From<v0_3::OpenIdConnectSecurityScheme> for OpenIdConnectSecurityScheme {
    fn from(scheme: v0_3::OpenIdConnectSecurityScheme) -> Self {
        let v0_3::OpenIdConnectSecurityScheme { description, open_id_connect_url } = scheme;
        Self { description: optional_text(description), open_id_connect_url }
    }
}

impl From<OpenIdConnectSecurityScheme> for v0_3::OpenIdConnectSecurityScheme {
    fn from(scheme: OpenIdConnectSecurityScheme) -> Self {
        let OpenIdConnectSecurityScheme { description, open_id_connect_url } = scheme;
        Self { description: or_empty(description), open_id_connect_url }
    }
}

impl From<v0_3::MutualTlsSecurityScheme> for MutualTlsSecurityScheme {
    fn from(scheme: v0_3::MutualTlsSecurityScheme) -> Self {
        Self { description: optional_text(scheme.description) }
    }
}

impl From<MutualTlsSecurityScheme> for v0_3::MutualTlsSecurityScheme {
    fn from(scheme: MutualTlsSecurityScheme) -> Self {
        Self { description: or_empty(scheme.description) }
    }
}

impl From<v0_3::Security> for SecurityRequirement {
    fn from(requirement: v0_3::Security) -> Self {
        let schemes = requirement.schemes.into_iter().map(|(name, scopes)| (name, scopes.list));
        Self { schemes: schemes.collect() }
    }
}

impl From<SecurityRequirement> for v0_3::Security {
    fn from(requirement: SecurityRequirement) -> Self {
        let schemes = requirement.schemes.into_iter().map(|(name, list)| (name, v0_3::StringList { list }));
        Self { schemes: schemes.collect() }
    }
}
