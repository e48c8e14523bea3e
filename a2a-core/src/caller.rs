//! Who asks.

use serde::{Deserialize, Serialize};

use crate::Tenant;

/// How a caller was identified.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum CallerKind {
    /// Nobody was asked who they are.
    #[default]
    Anonymous,
    /// A person.
    User,
    /// A program under its own name.
    Service,
    /// Whoever holds a key.
    ApiKey,
    /// Whoever holds a token that was made for one session.
    Session,
}

/// The identity behind a request, as the server's authentication found it; never what the request says of itself.
///
/// Its owner key (subject and tenant) is what tasks are kept under: the tasks of another key are missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Caller {
    /// Who it is, unique among callers of the same kind; empty for an anonymous one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The customer they act for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<Tenant>,
    /// How they were identified.
    #[serde(default)]
    pub kind: CallerKind,
    /// What they may do, as the authentication puts it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
}

impl Caller {
    /// Someone whom nobody asked.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// A caller of this kind and name.
    pub fn new(kind: CallerKind, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), kind, ..Self::default() }
    }

    /// Whether nobody knows who it is.
    pub fn is_anonymous(&self) -> bool {
        self.kind == CallerKind::Anonymous
    }
}
