//! The parameters of a request, from the three places where they are.

use std::{
    fmt::{self, Display},
    str::FromStr,
};

use a2a_core::{Error, parse_body};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};
use serde_json::value::{RawValue, to_raw_value};

use super::{query, route::Found};
use crate::log::write_json;

/// How many members of a body are kept before they are read; no operation has as many as ten.
const MAX_MEMBERS: usize = 100;

/// What a request says, decoded.
#[derive(Debug)]
pub(super) struct Input<'a> {
    /// The tenant that the path begins with.
    tenant: Option<String>,
    ids: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    body: &'a [u8],
}

impl<'a> Input<'a> {
    pub(super) fn new(found: &Found<'_>, query: Option<&str>, body: &'a [u8]) -> Result<Self, Error> {
        let id = |(name, raw): &(&'static str, &str)| Ok((*name, decode(name, raw)?));
        Ok(Self {
            tenant: found.tenant.map(|tenant| decode("tenant", tenant)).transpose()?,
            ids: found.ids.iter().map(id).collect::<Result<_, Error>>()?,
            query: query::pairs(query.unwrap_or_default())?,
            body,
        })
    }

    /// Parameters that are all in the path and the query.
    pub(super) fn query<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let mut pairs: Vec<_> = self.ids.iter().map(|(name, id)| (*name, id.as_str())).collect();
        for (name, value) in &self.query {
            match self.ids.iter().find(|(known, _)| query::is_called(name, known)) {
                Some((name, id)) => agree(name, id, value)?,
                None => pairs.push((name, value)),
            }
        }
        query::read(&pairs)
    }

    /// Parameters that are in the body.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Error> {
        parse_body(self.body)
    }

    /// Parameters that are in the body, if there is one, and in the path.
    pub(super) fn body_and_path<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let body = self.body.trim_ascii();
        let Members(mut members) =
            if matches!(body, b"" | b"null") { Members::default() } else { parse_body(body)? };
        for (name, id) in &self.ids {
            for (_, said) in members.iter().filter(|(said, _)| said == name) {
                match serde_json::from_str::<Option<String>>(said.get()) {
                    Ok(Some(said)) if !said.is_empty() => agree(name, id, &said)?,
                    Ok(_) => {}
                    Err(_) => return Err(Error::invalid_params(*name, "must be text, or absent")),
                }
            }
            members.retain(|(said, _)| said != name);
        }
        let ids = self.ids.iter().map(|(name, id)| Ok(((*name).to_owned(), to_raw_value(id)?)));
        members.extend(ids.collect::<serde_json::Result<Vec<_>>>().map_err(Error::internal)?);
        let mut json = Vec::new();
        write_json(&mut json, &Members(members));
        parse_body(&json)
    }

    /// Gives `said` what the path says, which it may say, too.
    pub(super) fn claim<Id: FromStr<Err: Display> + AsRef<str>>(
        &self,
        name: &'static str,
        said: &mut Option<Id>,
    ) -> Result<(), Error> {
        let Some((_, id)) = self.ids.iter().find(|(known, _)| *known == name) else { return Ok(()) };
        claim(name, id, said)
    }

    /// Gives `said` the tenant of the path and that of the query. All who say one must say the same.
    pub(super) fn claim_tenant<Id: FromStr<Err: Display> + AsRef<str>>(
        &self,
        said: &mut Option<Id>,
    ) -> Result<(), Error> {
        let queried = self.query.iter().filter(|(name, value)| name == "tenant" && !value.is_empty());
        for tenant in self.tenant.iter().chain(queried.map(|(_, value)| value)) {
            claim("tenant", tenant, said)?;
        }
        Ok(())
    }
}

/// The members of an object as they are written, each that often: what is in them is for its reader to judge.
#[derive(Default)]
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.len() == MAX_MEMBERS {
                        return Err(A::Error::custom(format_args!("has more than {MAX_MEMBERS} members")));
                    }
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(All)
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

fn claim<Id: FromStr<Err: Display> + AsRef<str>>(
    name: &str,
    id: &str,
    said: &mut Option<Id>,
) -> Result<(), Error> {
    if let Some(said) = said {
        return agree(name, id, said.as_ref());
    }
    *said = Some(id.parse().map_err(|error: Id::Err| Error::invalid_params(name, error.to_string()))?);
    Ok(())
}

fn agree(name: &str, a: &str, b: &str) -> Result<(), Error> {
    if a == b {
        return Ok(());
    }
    Err(Error::invalid_params(name, "is said twice in the request, and not the same"))
}

fn decode(name: &str, raw: &str) -> Result<String, Error> {
    query::decode(raw, false)
        .ok_or_else(|| Error::invalid_params(name, "must be percent-encoded UTF-8 in the path"))
}
