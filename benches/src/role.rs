//! What this program is when it has started itself.

use std::{io, path::PathBuf};

use crate::{bare, bare_grpc, client, ours, stored};

/// One of the processes that are measured.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    ServeOurs,
    /// With a log in the file that the next argument names.
    ServeStored,
    ServeBare,
    ServeBareGrpc,
    ReadOurs,
    ReadPlain,
    /// Into the file that the next argument names.
    InsertBare,
}

impl Role {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ServeOurs => "serve-ours",
            Self::ServeStored => "serve-stored",
            Self::ServeBare => "serve-bare",
            Self::ServeBareGrpc => "serve-bare-grpc",
            Self::ReadOurs => "read-ours",
            Self::ReadPlain => "read-plain",
            Self::InsertBare => "insert-bare",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        let all = [
            Self::ServeOurs,
            Self::ServeStored,
            Self::ServeBare,
            Self::ServeBareGrpc,
            Self::ReadOurs,
            Self::ReadPlain,
            Self::InsertBare,
        ];
        all.into_iter().find(|role| role.name() == name)
    }

    pub(crate) async fn play(self) -> io::Result<()> {
        match self {
            Self::ServeOurs => ours::serve(None).await,
            Self::ServeStored => ours::serve(Some(&file()?)).await,
            Self::ServeBare => bare::serve().await,
            Self::ServeBareGrpc => bare_grpc::serve().await,
            Self::ReadOurs => client::ours::play().await,
            Self::ReadPlain => client::plain::play().await,
            Self::InsertBare => stored::bare::play(&file()?).await,
        }
    }
}

/// The file that the command line names.
fn file() -> io::Result<PathBuf> {
    std::env::args_os().nth(2).map(PathBuf::from).ok_or_else(|| io::Error::other("which file?"))
}
