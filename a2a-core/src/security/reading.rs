//! Which scheme an object is, in whichever form it was written.
//!
//! It is held whole for that: what none of the forms fits is kept as it came.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::Value;

use super::{
    ApiKeySecurityScheme, HttpAuthSecurityScheme, MutualTlsSecurityScheme, OpenIdConnectSecurityScheme,
};
use crate::{Metadata, json::FreeForm};

/// A scheme that was understood; the versions differ in what an OAuth scheme has.
pub(crate) enum Form<O> {
    ApiKey(ApiKeySecurityScheme),
    HttpAuth(HttpAuthSecurityScheme),
    OAuth2(O),
    OpenIdConnect(OpenIdConnectSecurityScheme),
    MutualTls(MutualTlsSecurityScheme),
}

/// Which form holds if an object has two, as those of a card of both versions do.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Forms {
    WrapperFirst,
    TypeFirst,
}

#[derive(Clone, Copy)]
enum Kind {
    ApiKey,
    HttpAuth,
    OAuth2,
    OpenIdConnect,
    MutualTls,
}

/// A scheme, its value of `type`, and its members: as the protocol has them, in snake case, as old Go servers do.
const KINDS: [(Kind, &str, [&str; 3]); 5] = [
    (Kind::ApiKey, "apiKey", ["apiKeySecurityScheme", "api_key_security_scheme", "apiKey"]),
    (Kind::HttpAuth, "http", ["httpAuthSecurityScheme", "http_auth_security_scheme", "http"]),
    (Kind::OAuth2, "oauth2", ["oauth2SecurityScheme", "oauth2_security_scheme", "oauth2"]),
    (
        Kind::OpenIdConnect,
        "openIdConnect",
        ["openIdConnectSecurityScheme", "open_id_connect_security_scheme", "openIdConnect"],
    ),
    (Kind::MutualTls, "mutualTLS", ["mtlsSecurityScheme", "mtls_security_scheme", "mutualTLS"]),
];

/// Fields that only one scheme has.
const DISTINCTIVE: [(&str, Kind); 6] = [
    ("openIdConnectUrl", Kind::OpenIdConnect),
    ("open_id_connect_url", Kind::OpenIdConnect),
    ("flows", Kind::OAuth2),
    ("scheme", Kind::HttpAuth),
    ("location", Kind::ApiKey),
    ("in", Kind::ApiKey),
];

/// The scheme; or what the object has, if it is none that is known or it can't be told which.
pub(crate) fn read<O: DeserializeOwned>(mut members: Metadata, forms: Forms) -> Result<Form<O>, Metadata> {
    members.retain(|_, value| !value.is_null());
    let scheme = match forms {
        Forms::WrapperFirst => wrapped(&members).or_else(|| typed(&members)),
        Forms::TypeFirst => typed(&members).or_else(|| wrapped(&members)),
    };
    scheme.or_else(|| flat(&members)).ok_or(members)
}

fn wrapped<O: DeserializeOwned>(members: &Metadata) -> Option<Form<O>> {
    let set = |(kind, _, names): (Kind, &str, [&str; 3])| {
        let object = names.iter().find_map(|name| members.get(*name)?.as_object())?;
        Some((kind, object))
    };
    let mut all = KINDS.into_iter().filter_map(set);
    let (kind, object) = all.next()?;
    if all.next().is_none() { of_kind(kind, object) } else { None }
}

fn typed<O: DeserializeOwned>(members: &Metadata) -> Option<Form<O>> {
    let said = members.get("type")?.as_str()?;
    let (kind, ..) = KINDS.into_iter().find(|(_, name, _)| name.eq_ignore_ascii_case(said))?;
    of_kind(kind, members)
}

fn flat<O: DeserializeOwned>(members: &Metadata) -> Option<Form<O>> {
    let is_wrapper = |name: &String| KINDS.iter().any(|(_, _, names)| names.contains(&name.as_str()));
    if members.contains_key("type") || members.keys().any(is_wrapper) {
        return None;
    }
    let (_, kind) = DISTINCTIVE.into_iter().find(|(name, _)| members.contains_key(*name))?;
    of_kind(kind, members)
}

fn of_kind<O: DeserializeOwned>(kind: Kind, members: &Metadata) -> Option<Form<O>> {
    fn fields<T: DeserializeOwned>(members: &Metadata) -> Option<T> {
        T::deserialize(members).ok()
    }

    match kind {
        Kind::ApiKey => fields(members).map(Form::ApiKey),
        Kind::HttpAuth => fields(members).map(Form::HttpAuth),
        Kind::OAuth2 => fields(members).map(Form::OAuth2),
        Kind::OpenIdConnect => fields(members).map(Form::OpenIdConnect),
        Kind::MutualTls => fields(members).map(Form::MutualTls),
    }
}

/// The schemes of a card by their names. One that isn't even an object is unknown and has no members: the
/// requirements that name it still name something, and the card is still a card.
pub(crate) fn schemes<'de, D, S>(deserializer: D) -> Result<BTreeMap<String, S>, D::Error>
where
    D: Deserializer<'de>,
    S: DeserializeOwned,
{
    struct Members(Metadata);

    impl<'de> Deserialize<'de> for Members {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(match FreeForm::deserialize(deserializer)?.0 {
                Value::Object(members) => Self(members),
                _ => Self(Metadata::new()),
            })
        }
    }

    let all = Option::<BTreeMap<String, Members>>::deserialize(deserializer)?.unwrap_or_default();
    let read = |(name, members): (String, Members)| Ok((name, S::deserialize(members.0)?));
    all.into_iter().map(read).collect::<Result<_, serde_json::Error>>().map_err(D::Error::custom)
}
