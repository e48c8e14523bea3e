//! What the command line asks for.

use std::{fmt, time::Duration};

use crate::role::Role;

pub(crate) const USAGE: &str = "\
Measures our server and client against a bare axum handler, a plain reqwest client and other SDKs, in the same run.
Prints one JSON line a measure; benches/README.md says how to read them.

usage: load [--quick] [--peers] [MEASURE...]
       load [--quick] --store sqlite

  --quick         fewer and shorter rounds
  --peers         the servers of other SDKs too; builds them first
  --store sqlite  streams on a log in a SQLite file, beside bare inserts of the same bytes
  --help          this text

measures, all of them if none is named:
  blocking-sends bindings streams slow-reader held-streams retained client conversion
";

/// What to do.
pub(crate) enum Command {
    Help,
    /// Be one of the processes that are measured.
    Play(Role),
    Measure(Options),
}

/// What to measure, and for how long.
pub(crate) struct Options {
    pub(crate) peers: bool,
    pub(crate) lengths: Lengths,
    pub(crate) measures: Vec<Measure>,
}

#[derive(Clone, Copy)]
pub(crate) enum Measure {
    BlockingSends,
    Bindings,
    Streams,
    SlowReader,
    HeldStreams,
    Retained,
    Client,
    Conversion,
    Sqlite,
}

/// How long each measure takes.
pub(crate) struct Lengths {
    /// Rounds that count; one before them warms up.
    pub(crate) rounds: usize,
    /// Blocking sends a round.
    pub(crate) sends: u32,
    /// How long the slow reader stops.
    pub(crate) pause: Duration,
    /// Streams that are held open at once.
    pub(crate) held: u32,
    /// Sends after which the memory is read.
    pub(crate) retained: [u32; 2],
    /// Conversions a round.
    pub(crate) conversions: u32,
}

const QUICK: Lengths = Lengths {
    rounds: 3,
    sends: 4_000,
    pause: Duration::from_secs(2),
    held: 500,
    retained: [100_000, 200_000],
    conversions: 20_000,
};

const FULL: Lengths = Lengths {
    rounds: 9,
    sends: 20_000,
    pause: Duration::from_secs(10),
    held: 1_000,
    retained: [100_000, 1_000_000],
    conversions: 200_000,
};

/// Why the command line can't be followed.
pub(crate) struct Unknown(String);

impl Command {
    pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, Unknown> {
        let mut options = Options { peers: false, lengths: FULL, measures: Vec::new() };
        let mut arguments = arguments.peekable();
        if let Some(role) = arguments.peek().and_then(|name| Role::named(name)) {
            return Ok(Self::Play(role));
        }
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(Self::Help),
                "--quick" => options.lengths = QUICK,
                "--peers" => options.peers = true,
                "--store" => match arguments.next().as_deref() {
                    Some("sqlite") => options.measures.push(Measure::Sqlite),
                    _ => return Err(Unknown("--store".to_owned())),
                },
                name => options.measures.push(Measure::named(name).ok_or(Unknown(argument))?),
            }
        }
        if options.measures.is_empty() {
            options.measures = Measure::ALL.iter().map(|(_, measure)| *measure).collect();
        }
        Ok(Self::Measure(options))
    }
}

impl Measure {
    const ALL: [(&str, Self); 8] = [
        ("blocking-sends", Self::BlockingSends),
        ("bindings", Self::Bindings),
        ("streams", Self::Streams),
        ("slow-reader", Self::SlowReader),
        ("held-streams", Self::HeldStreams),
        ("retained", Self::Retained),
        ("client", Self::Client),
        ("conversion", Self::Conversion),
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, measure)| *measure)
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_str() {
            "--store" => f.write_str("--store takes sqlite, and nothing else yet"),
            option if option.starts_with('-') => write!(f, "unknown option {option:?}"),
            measure => write!(f, "unknown measure {measure:?}"),
        }
    }
}
