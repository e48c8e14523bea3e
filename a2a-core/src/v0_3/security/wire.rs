//! How v0.3 writes a scheme, its flows and what a card requires.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{OAuthFlows, SecurityScheme};
use crate::{
    SecurityRequirement,
    json::FreeObject,
    security::{ApiKeyLocation, Form, Forms, Scopes, read},
};

/// Any scheme's fields; which of them are there depends on its `type`.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fields<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#in: Option<&'a ApiKeyLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scheme: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bearer_format: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flows: Option<&'a OAuthFlows>,
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth2_metadata_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open_id_connect_url: Option<&'a str>,
}

impl Serialize for SecurityScheme {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = match self {
            Self::ApiKey(key) => Fields {
                r#type: "apiKey",
                description: key.description.as_deref(),
                r#in: Some(&key.location),
                name: Some(&key.name),
                ..Fields::default()
            },
            Self::Http(http) => Fields {
                r#type: "http",
                description: http.description.as_deref(),
                scheme: Some(&http.scheme),
                bearer_format: http.bearer_format.as_deref(),
                ..Fields::default()
            },
            Self::OAuth2(oauth) => Fields {
                r#type: "oauth2",
                description: oauth.description.as_deref(),
                flows: Some(&oauth.flows),
                oauth2_metadata_url: oauth.oauth2_metadata_url.as_deref(),
                ..Fields::default()
            },
            Self::OpenIdConnect(connect) => Fields {
                r#type: "openIdConnect",
                description: connect.description.as_deref(),
                open_id_connect_url: Some(&connect.open_id_connect_url),
                ..Fields::default()
            },
            Self::MutualTls(tls) => {
                Fields { r#type: "mutualTLS", description: tls.description.as_deref(), ..Fields::default() }
            }
            Self::Unknown(members) => return members.serialize(serializer),
        };
        fields.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecurityScheme {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = FreeObject::deserialize(deserializer)?.0;
        Ok(match read(members, Forms::TypeFirst) {
            Ok(Form::ApiKey(scheme)) => Self::ApiKey(scheme),
            Ok(Form::HttpAuth(scheme)) => Self::Http(scheme),
            Ok(Form::OAuth2(scheme)) => Self::OAuth2(scheme),
            Ok(Form::OpenIdConnect(scheme)) => Self::OpenIdConnect(scheme),
            Ok(Form::MutualTls(scheme)) => Self::MutualTls(scheme),
            Err(members) => Self::Unknown(members),
        })
    }
}

/// A flow. v0.3 requires its scopes and one or both of its URLs, and readers of it insist.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Flow<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_url: Option<&'a str>,
    scopes: &'a Scopes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Flows<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization_code: Option<Flow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_credentials: Option<Flow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    implicit: Option<Flow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<Flow<'a>>,
}

impl Serialize for OAuthFlows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let flows = Flows {
            authorization_code: self.authorization_code.as_ref().map(|flow| Flow {
                authorization_url: Some(&flow.authorization_url),
                token_url: Some(&flow.token_url),
                refresh_url: flow.refresh_url.as_deref(),
                scopes: &flow.scopes,
            }),
            client_credentials: self.client_credentials.as_ref().map(|flow| Flow {
                authorization_url: None,
                token_url: Some(&flow.token_url),
                refresh_url: flow.refresh_url.as_deref(),
                scopes: &flow.scopes,
            }),
            implicit: self.implicit.as_ref().map(|flow| Flow {
                authorization_url: Some(flow.authorization_url.as_deref().unwrap_or_default()),
                token_url: None,
                refresh_url: flow.refresh_url.as_deref(),
                scopes: &flow.scopes,
            }),
            password: self.password.as_ref().map(|flow| Flow {
                authorization_url: None,
                token_url: Some(flow.token_url.as_deref().unwrap_or_default()),
                refresh_url: flow.refresh_url.as_deref(),
                scopes: &flow.scopes,
            }),
        };
        flows.serialize(serializer)
    }
}

/// Requirements as v0.3 has them: the scopes stand right behind the names.
pub(crate) fn write_requirements<S: Serializer>(
    requirements: &[SecurityRequirement],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let plain = requirements.iter().map(|requirement| -> &BTreeMap<_, _> { &requirement.schemes });
    serializer.collect_seq(plain)
}
