use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::json::FreeObject;

/// Schemes that a client has to satisfy together; of several requirements it satisfies one (§4.5.1, §7.3).
///
/// One without any scheme allows anonymous requests. Without `schemes` it is read as v0.3 writes it,
/// `{"name":["scope"]}`: then every member is a scheme, and one that says no list of scopes is one without scopes,
/// for a requirement that isn't understood mustn't become none. A list of anything but strings is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecurityRequirement {
    /// The OAuth scopes that are needed, by the name that the card gives the scheme; no scopes for other schemes.
    #[serde(serialize_with = "to_lists", skip_serializing_if = "BTreeMap::is_empty")]
    pub schemes: BTreeMap<String, Vec<String>>,
}

impl SecurityRequirement {
    /// No scheme yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a scheme of the card, with the scopes that are needed of it.
    #[must_use]
    pub fn with_scheme(
        mut self,
        name: impl Into<String>,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.schemes.insert(name.into(), scopes.into_iter().map(Into::into).collect());
        self
    }
}

#[derive(Serialize)]
struct StringList<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    list: &'a [String],
}

fn to_lists<S: Serializer>(
    schemes: &BTreeMap<String, Vec<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(schemes.iter().map(|(name, scopes)| (name, StringList { list: scopes })))
}

impl<'de> Deserialize<'de> for SecurityRequirement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = FreeObject::deserialize(deserializer)?.0;
        let schemes = match members.remove("schemes") {
            Some(Value::Object(schemes)) => schemes,
            None | Some(Value::Null) => members,
            // A scheme of v0.3 may have any name, this one too.
            Some(scopes) => {
                members.insert("schemes".to_owned(), scopes);
                members
            }
        };
        let read = |(name, value)| Ok((name, scopes(value)?));
        let schemes = schemes.into_iter().map(read).collect::<Result<_, serde_json::Error>>();
        Ok(Self { schemes: schemes.map_err(D::Error::custom)? })
    }
}

/// A list, or one in an object of its own.
fn scopes(value: Value) -> Result<Vec<String>, serde_json::Error> {
    match value {
        Value::Array(_) => Vec::deserialize(value),
        Value::Object(mut members) => match members.remove("list") {
            Some(list) if !list.is_null() => Vec::deserialize(list),
            _ => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}
