//! The servers of other SDKs, which are built in a workspace of their own.

use std::{path::PathBuf, process::Command};

use crate::child::Child;

/// How a peer is called, and its program.
const PEERS: [(&str, &str); 2] = [("a2a-server-lf", "official"), ("a2a-protocol-server", "protocol")];

/// The peers that could be built.
pub(crate) struct Peers(Vec<(&'static str, PathBuf)>);

impl Peers {
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    /// Builds them; says so loudly where that fails.
    pub(crate) fn build() -> Self {
        let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/peers"));
        let mut built = Vec::new();
        for (name, program) in PEERS {
            let mut cargo = Command::new("cargo");
            cargo.args(["build", "--release", "--quiet", "--locked", "--bin", program]);
            cargo.arg("--manifest-path").arg(folder.join("Cargo.toml"));
            cargo.arg("--target-dir").arg(folder.join("target"));
            match cargo.status() {
                Ok(status) if status.success() => {
                    built.push((name, folder.join("target/release").join(program)));
                }
                outcome => eprintln!("skipped: {name} can't be built here ({outcome:?})"),
            }
        }
        Self(built)
    }

    /// Starts those that are there.
    pub(crate) fn start(&self) -> Vec<Child> {
        let start = |(name, program): &(&'static str, PathBuf)| {
            Child::peer(name, program)
                .inspect_err(|error| eprintln!("skipped: {name} doesn't start: {error}"))
                .ok()
        };
        self.0.iter().filter_map(start).collect()
    }
}
