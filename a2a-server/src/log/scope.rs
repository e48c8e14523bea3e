//! Whose tasks are meant.

use std::sync::Arc;

use a2a_core::{Caller, CallerKind, Tenant};

/// Whose tasks are meant. Nothing reaches the log on behalf of a request without one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// None for those whom nobody asked who they are.
    owner: Option<Arc<str>>,
    tenant: Option<Tenant>,
}

impl Scope {
    /// The tasks of this caller, within the tenant it acts for.
    pub fn of(caller: &Caller) -> Self {
        let kind = match caller.kind {
            CallerKind::Anonymous => return Self { owner: None, tenant: caller.tenant.clone() },
            CallerKind::User => "user",
            CallerKind::Service => "service",
            CallerKind::ApiKey => "key",
            CallerKind::Session => "session",
            _ => "other",
        };
        Self { owner: Some(format!("{kind}:{}", caller.subject).into()), tenant: caller.tenant.clone() }
    }

    /// The tasks of this caller at a tenant: its own if the authentication knows one, else the one that the request names.
    pub fn within(caller: &Caller, named: Option<&Tenant>) -> Self {
        let mut scope = Self::of(caller);
        if scope.tenant.is_none() {
            scope.tenant = named.cloned();
        }
        scope
    }

    /// The scope whose [`owner`](Self::owner) and tenant these are.
    #[cfg(feature = "sqlite")]
    pub(crate) fn stored(owner: &str, tenant: Option<Tenant>) -> Self {
        Self { owner: (!owner.is_empty()).then(|| owner.into()), tenant }
    }

    /// What the tasks are kept under, unique among callers.
    pub fn owner(&self) -> &str {
        self.owner.as_deref().unwrap_or_default()
    }

    /// The tenant within which.
    pub fn tenant(&self) -> Option<&Tenant> {
        self.tenant.as_ref()
    }
}
