use std::fmt;

use serde_json::Value;

use super::{ascii, empties};
use crate::AgentCard;

/// What stands for a card when it is signed: the variants of canonical JSON that peers use.
///
/// All leave the signatures out. All but the last are the same for a card without unknown fields, without anything
/// empty and without numbers beyond 2^53.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Form {
    /// As the specification says (§8.4.1): the fields that the protocol has; the required ones and those that were
    /// set, even to nothing. RFC 8785.
    ///
    /// Fields that this version doesn't know aren't covered, nor are they in [`Verified::card`](super::Verified).
    /// So a card verifies although its server put v0.3 fields beside the signed ones.
    Specified,
    /// The JSON as it was received, whatever is in it. RFC 8785.
    Received,
    /// [`Form::Specified`] without all that is empty: `""`, `[]`, `{}` and `null`, at any depth, and what becomes
    /// empty by that. The SDKs for Python and JavaScript sign this one.
    ///
    /// Somebody in between can add or remove what is empty. That may mean something: a security requirement of a
    /// scheme without scopes is empty, and so is a declaration of mutual TLS.
    ///
    /// The SDK for JavaScript (1.3.0) leaves out the security schemes as well, whatever they are. There is no form
    /// for that: whoever changes a card could send its readers' credentials where he likes.
    WithoutEmpties,
    /// [`Form::WithoutEmpties`] as older SDKs for Python wrote it (1.0.0): what isn't ASCII as `\u` escapes, names in
    /// the order of code points, numbers as Python has them. Not taken by default.
    AsciiWithoutEmpties,
}

impl Form {
    /// All forms, from the strictest to the loosest.
    pub const ALL: &'static [Self] =
        &[Self::Specified, Self::Received, Self::WithoutEmpties, Self::AsciiWithoutEmpties];

    /// Its name in logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Specified => "specified",
            Self::Received => "received",
            Self::WithoutEmpties => "without-empties",
            Self::AsciiWithoutEmpties => "ascii-without-empties",
        }
    }

    /// The bytes in this form; `None` if it has none, because of a number that no double is near.
    pub(super) fn payload(self, tree: &Tree) -> Option<Vec<u8>> {
        let canonical = |value: &Value| serde_json_canonicalizer::to_vec(value).ok();
        match self {
            Self::Specified => canonical(&tree.known),
            Self::Received => canonical(tree.received.as_ref()?),
            Self::WithoutEmpties => canonical(&empties::removed(tree.known.clone())),
            Self::AsciiWithoutEmpties => Some(ascii::to_vec(&empties::removed(tree.known.clone()))),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A card without its signatures, from which the forms are made.
pub(super) struct Tree {
    known: Value,
    received: Option<Value>,
}

impl Tree {
    /// Of a card that somebody has put together: read back first, so that it is what a reader makes of its JSON.
    pub(super) fn of_built(card: &AgentCard) -> serde_json::Result<Self> {
        let card: AgentCard = serde_json::from_slice(&serde_json::to_vec(card)?)?;
        let known = Self::of_read(&card, None)?.known;
        Ok(Self { received: Some(known.clone()), known })
    }

    /// Of a card that was read from `received`.
    pub(super) fn of_read(card: &AgentCard, received: Option<Value>) -> serde_json::Result<Self> {
        // What `AgentCard` writes is the canonical tree: §8.4.1 and its `Serialize` have one rule for what is left out.
        let mut tree = Self { known: serde_json::to_value(card)?, received };
        for value in std::iter::once(&mut tree.known).chain(&mut tree.received) {
            value.as_object_mut().and_then(|members| members.remove("signatures"));
        }
        Ok(tree)
    }

    /// The card that a form speaks of, read from its canonical JSON: what two texts can say differently although they
    /// have one canonical form, such as a number beyond 2^53 or a name that is there twice, is as it was signed.
    ///
    /// Of what is empty, which some forms leave out, it has all.
    pub(super) fn card(&self, form: Form) -> serde_json::Result<AgentCard> {
        let signed = self.received.as_ref().filter(|_| form == Form::Received);
        serde_json::from_slice(&serde_json_canonicalizer::to_vec(signed.unwrap_or(&self.known))?)
    }

    /// Where the forms of the card differ.
    pub(super) fn differences(&self) -> Vec<String> {
        empties::differences(&self.known)
    }
}
