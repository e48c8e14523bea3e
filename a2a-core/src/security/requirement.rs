use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json;

/// Schemes that a client has to satisfy together; of several requirements it satisfies one (§4.5.1, §7.3).
///
/// One without any scheme allows anonymous requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SecurityRequirement {
    /// The OAuth scopes that are needed, by the name that the card gives the scheme; no scopes for other schemes.
    #[serde(default, deserialize_with = "from_lists", serialize_with = "to_lists")]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
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

#[derive(Default, Deserialize)]
struct StringList {
    #[serde(default, deserialize_with = "json::or_default")]
    list: Vec<String>,
}

#[derive(Serialize)]
struct StringListRef<'a> {
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    list: &'a [String],
}

fn from_lists<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists =
        Option::<BTreeMap<String, Option<StringList>>>::deserialize(deserializer)?.unwrap_or_default();
    Ok(lists.into_iter().map(|(name, scopes)| (name, scopes.unwrap_or_default().list)).collect())
}

fn to_lists<S: Serializer>(
    schemes: &BTreeMap<String, Vec<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(schemes.iter().map(|(name, scopes)| (name, StringListRef { list: scopes })))
}
