//! What this program is when it has started itself.

use std::io;

use crate::{bare, client, ours};

/// One of the processes that are measured.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    ServeOurs,
    ServeBare,
    ReadOurs,
    ReadPlain,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ServeOurs => "serve-ours",
            Self::ServeBare => "serve-bare",
            Self::ReadOurs => "read-ours",
            Self::ReadPlain => "read-plain",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::ServeOurs, Self::ServeBare, Self::ReadOurs, Self::ReadPlain]
            .into_iter()
            .find(|role| role.name() == name)
    }

    pub(crate) async fn play(self) -> io::Result<()> {
        match self {
            Self::ServeOurs => ours::serve().await,
            Self::ServeBare => bare::serve().await,
            Self::ReadOurs => client::ours::play().await,
            Self::ReadPlain => client::plain::play().await,
        }
    }
}
