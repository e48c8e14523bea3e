//! What an A2A part says that an ADK part has no field for.
//!
//! It is one object in the ADK part's metadata, and recognized there only if we'd have written it: anything else
//! under the same key is an entry like others.

use std::borrow::Cow;

use a2a_core::Part;
use serde_json::{Map, Value};

use super::Kind;
use crate::convert::keys;

const FILENAME: &str = "filename";
const MEDIA_TYPE: &str = "mediaType";
const RAW: &str = "raw";
const METADATA: &str = "metadata";

/// The fields of an A2A part that are carried along.
#[derive(Default)]
pub(super) struct Carried {
    pub(super) filename: Option<String>,
    pub(super) media_type: Option<String>,
    /// That it is raw, although its bytes look like data.
    raw: bool,
}

impl Carried {
    /// What an A2A part of this kind says in fields that its ADK form doesn't have.
    pub(super) fn of(part: &Part, kind: Kind<'_>) -> Self {
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        Self {
            filename: if kind.has_filename() { None } else { named(&part.filename) },
            media_type: if kind.has_media_type() { None } else { named(&part.media_type) },
            raw: matches!(kind, Kind::RawLookalike),
        }
    }

    /// Takes it out of the metadata of an ADK part, and says what else is there.
    #[expect(clippy::type_complexity, reason = "used once")]
    pub(super) fn lift<'a>(
        all: &'a Map<String, Value>,
        kind: Kind<'_>,
    ) -> Option<(Self, Option<Cow<'a, Map<String, Value>>>)> {
        let mut carried = Self::default();
        let mut hidden = None;
        for (key, value) in all.get(keys::A2A_PART)?.as_object()? {
            match (key.as_str(), value) {
                (FILENAME, Value::String(name)) if !name.is_empty() && !kind.has_filename() => {
                    carried.filename = Some(name.clone());
                }
                (MEDIA_TYPE, Value::String(name)) if !name.is_empty() && !kind.has_media_type() => {
                    carried.media_type = Some(name.clone());
                }
                (RAW, Value::Bool(true)) if matches!(kind, Kind::RawLookalike) => carried.raw = true,
                (METADATA, Value::Object(inner)) if all.len() == 1 => hidden = Some(inner),
                _ => return None,
            }
        }
        if let Some(inner) = hidden {
            return carried.hides(inner, kind).then_some((carried, Some(Cow::Borrowed(inner))));
        }
        if carried.is_empty() {
            return None;
        }
        let mut others = all.clone();
        others.remove(keys::A2A_PART);
        Some((carried, (!others.is_empty()).then_some(Cow::Owned(others))))
    }

    /// Puts it into the metadata of an ADK part.
    pub(super) fn wrap(
        self,
        others: Option<Map<String, Value>>,
        kind: Kind<'_>,
    ) -> Option<Map<String, Value>> {
        let hides = others.as_ref().is_some_and(|others| self.hides(others, kind));
        if !hides && self.is_empty() {
            return others;
        }
        let mut members = Map::new();
        for (key, name) in [(FILENAME, self.filename), (MEDIA_TYPE, self.media_type)] {
            if let Some(name) = name {
                members.insert(key.to_owned(), Value::String(name));
            }
        }
        if self.raw {
            members.insert(RAW.to_owned(), Value::Bool(true));
        }
        let mut all = others.unwrap_or_default();
        if hides {
            members.insert(METADATA.to_owned(), Value::Object(std::mem::take(&mut all)));
        }
        all.insert(keys::A2A_PART.to_owned(), Value::Object(members));
        Some(all)
    }

    fn is_empty(&self) -> bool {
        self.filename.is_none() && self.media_type.is_none() && !self.raw
    }

    /// Whether other metadata has to be put one level lower, for it would be mistaken for ours or get lost.
    fn hides(&self, others: &Map<String, Value>, kind: Kind<'_>) -> bool {
        if self.is_empty() {
            Self::lift(others, kind).is_some() || (matches!(kind, Kind::Untyped(_)) && says_raw(others))
        } else {
            others.is_empty() || others.contains_key(keys::A2A_PART)
        }
    }
}

/// Whether the metadata of an ADK part says that it was raw.
pub(super) fn says_raw(all: &Map<String, Value>) -> bool {
    Carried::lift(all, Kind::RawLookalike).is_some_and(|(carried, _)| carried.raw)
}
