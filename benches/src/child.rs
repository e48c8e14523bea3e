//! A process of its own that is measured.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    path::Path,
    process::{self, ChildStdin, ChildStdout, Stdio},
    time::Duration,
};

use crate::{process as usage, role::Role};

/// A process that is stopped when this is dropped.
pub(crate) struct Child {
    /// What it is called in a report.
    pub(crate) name: &'static str,
    /// Whether it is another SDK's, which may fail.
    pub(crate) is_peer: bool,
    /// Where it listens; 0 for a client.
    pub(crate) port: u16,
    process: process::Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Child {
    /// This program as our server.
    pub(crate) fn ours() -> io::Result<Self> {
        Self::server("ours", &std::env::current_exe()?, &[Role::ServeOurs.name()])
    }

    /// This program as our server, with a log in this file.
    pub(crate) fn ours_stored(file: &Path) -> io::Result<Self> {
        let (role, file) = (Role::ServeStored.name(), path(file)?);
        Self::server("ours", &std::env::current_exe()?, &[role, file])
    }

    /// This program as one that inserts rows into this file, so many for each line it gets.
    pub(crate) fn bare_inserts(file: &Path) -> io::Result<Self> {
        Self::start("bare inserts", &std::env::current_exe()?, &[Role::InsertBare.name(), path(file)?])
    }

    /// This program as the bare handler.
    pub(crate) fn bare() -> io::Result<Self> {
        Self::server("bare axum", &std::env::current_exe()?, &[Role::ServeBare.name()])
    }

    /// This program as the bare tonic handler.
    pub(crate) fn bare_grpc() -> io::Result<Self> {
        Self::server("bare tonic", &std::env::current_exe()?, &[Role::ServeBareGrpc.name()])
    }

    /// A program of another SDK.
    pub(crate) fn peer(name: &'static str, program: &Path) -> io::Result<Self> {
        let mut child = Self::server(name, program, &[])?;
        child.is_peer = true;
        Ok(child)
    }

    /// A program that prints the port it listens on.
    fn server(name: &'static str, program: &Path, arguments: &[&str]) -> io::Result<Self> {
        let mut child = Self::start(name, program, arguments)?;
        child.port = child.line()?.parse().map_err(io::Error::other)?;
        Ok(child)
    }

    /// This program as a client, which answers a line for each line it gets.
    pub(crate) fn client(name: &'static str, role: Role) -> io::Result<Self> {
        Self::start(name, &std::env::current_exe()?, &[role.name()])
    }

    fn start(name: &'static str, program: &Path, arguments: &[&str]) -> io::Result<Self> {
        let mut command = process::Command::new(program);
        let mut process = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("a child without pipes"));
        };
        Ok(Self { name, is_peer: false, port: 0, process, input, output: BufReader::new(output) })
    }

    /// Sends a line and waits for the one that answers it.
    pub(crate) fn ask(&mut self, line: &str) -> io::Result<String> {
        writeln!(self.input, "{line}")?;
        self.line()
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            return Err(io::Error::other(format!("{} ended early", self.name)));
        }
        Ok(line.trim().to_owned())
    }

    /// The CPU time it has used, user and system.
    pub(crate) fn cpu(&self) -> io::Result<Duration> {
        usage::cpu(&self.process.id().to_string())
    }

    /// The bytes of memory it holds.
    pub(crate) fn resident(&self) -> io::Result<u64> {
        usage::resident(&self.process.id().to_string())
    }
}

fn path(file: &Path) -> io::Result<&str> {
    file.to_str().ok_or_else(|| io::ErrorKind::InvalidFilename.into())
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
