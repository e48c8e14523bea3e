//! Servers and clients under load, in the same run. `README.md` says what is measured and how to read it.

mod bare;
mod bare_grpc;
mod bindings;
mod blocking_sends;
mod child;
mod client;
mod conversion;
mod grpc;
mod held_streams;
mod http;
mod options;
mod ours;
mod peers;
mod process;
mod report;
mod retained;
mod role;
mod rounds;
mod same_bytes;
mod slow_reader;
mod stored;
mod streams;
mod text_event;
mod work;

use std::{io, process::ExitCode};

use self::{
    options::{Command, Measure, Options},
    peers::Peers,
};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let done = match Command::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            print!("{}", options::USAGE);
            Ok(())
        }
        Ok(Command::Play(role)) => role.play().await,
        Ok(Command::Measure(options)) => measure(&options).await,
        Err(error) => {
            eprint!("load: {error}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(options: &Options) -> io::Result<()> {
    let peers = if options.peers { Peers::build() } else { Peers::none() };
    same_bytes::check().await?;
    let lengths = &options.lengths;
    for measure in &options.measures {
        match measure {
            Measure::BlockingSends => blocking_sends::measure(lengths, &peers).await?,
            Measure::Bindings => bindings::measure(lengths).await?,
            Measure::Streams => streams::measure(lengths, &peers).await?,
            Measure::SlowReader => slow_reader::measure(lengths).await?,
            Measure::HeldStreams => held_streams::measure(lengths).await?,
            Measure::Retained => retained::measure(lengths).await?,
            Measure::Client => client::measure(lengths)?,
            Measure::Conversion => conversion::measure(lengths),
            Measure::Sqlite => stored::measure(lengths).await?,
        }
    }
    Ok(())
}
