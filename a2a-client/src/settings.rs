//! What a builder collects.

use std::fmt;

use a2a_core::{Extensions, sse};

use crate::{Retry, Timeouts};

/// The most bytes of an answer that isn't a stream unless told otherwise: 64 MiB.
pub const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) bearer: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) extensions: Extensions,
    pub(crate) trusted: Vec<String>,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: Retry,
    pub(crate) max_event_bytes: usize,
    pub(crate) max_body_bytes: usize,
}

impl Settings {
    pub(crate) fn new() -> Self {
        Self {
            bearer: None,
            headers: Vec::new(),
            extensions: Extensions::new(),
            trusted: Vec::new(),
            timeouts: Timeouts::new(),
            retry: Retry::new(),
            max_event_bytes: sse::MAX_EVENT_BYTES,
            max_body_bytes: MAX_BODY_BYTES,
        }
    }
}

/// Names of headers, never their values.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Settings")
            .field("bearer", &self.bearer.as_ref().map(|_| "…"))
            .field("headers", &names)
            .field("extensions", &self.extensions)
            .field("trusted", &self.trusted)
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("max_event_bytes", &self.max_event_bytes)
            .field("max_body_bytes", &self.max_body_bytes)
            .finish()
    }
}
