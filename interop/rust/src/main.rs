//! What becomes of messages in the types of a2a-core, and whether a2a-pb reads what is written then.
//!
//! `interop ours FILE` reads samples as `wire.py make` writes them, takes each through the types of its version, and
//! prints lines for `wire.py check`. `interop a2a-pb FILE` takes those of 1.0 on through the types of a2a-pb and back,
//! and fails where they don't come back as they were.

#[path = "../../../a2a-core/tests/it/grpc/through.rs"]
mod through;

mod deep;
mod pb;

use std::{error::Error, fs, process::ExitCode};

use serde::Deserialize;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Deserialize)]
struct File {
    messages: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    package: String,
    message: String,
    hex: String,
}

impl Sample {
    fn bytes(&self) -> Result<Vec<u8>> {
        let pair = |at| Ok(u8::from_str_radix(self.hex.get(at..at + 2).unwrap_or_default(), 16)?);
        (0..self.hex.len()).step_by(2).map(pair).collect()
    }

    fn ours(&self) -> Result<Vec<u8>> {
        let ours = through::through(&self.package, &self.message, &self.bytes()?, None);
        ours.map_err(|error| format!("{}.{}: {error}", self.package, self.message).into())
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["ours", path] => samples(path).and_then(|samples| ours(&samples)),
        ["a2a-pb", path] => samples(path).and_then(|samples| a2a_pb(&samples)),
        _ => Err("expected: interop ours|a2a-pb FILE".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn samples(path: &str) -> Result<Vec<Sample>> {
    let file: File = serde_json::from_str(&fs::read_to_string(path)?)?;
    Ok(file.messages)
}

fn ours(samples: &[Sample]) -> Result<()> {
    for sample in samples {
        let after: String = sample.ours()?.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{} {} x{} x{after}", sample.package, sample.message, sample.hex);
    }
    for (package, bytes) in deep::events()? {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{package} StreamResponse x{hex} x{hex}");
    }
    Ok(())
}

fn a2a_pb(samples: &[Sample]) -> Result<()> {
    let mut read = 0;
    for sample in samples.iter().filter(|sample| sample.package == "lf.a2a.v1") {
        let ours = sample.ours()?;
        let theirs = pb::through(&sample.message, &ours)?;
        let back = through::through(&sample.package, &sample.message, &theirs, None)?;
        if back != ours {
            return Err(format!(
                "{} came back from a2a-pb changed: {ours:02x?}, then {back:02x?}",
                sample.message
            )
            .into());
        }
        read += 1;
    }
    for (package, bytes) in deep::events()? {
        if package == "lf.a2a.v1" {
            pb::through("StreamResponse", &bytes)?;
            read += 1;
        }
    }
    println!("{read} messages read by a2a-pb and back");
    if read == 0 { Err("there are no samples of lf.a2a.v1".into()) } else { Ok(()) }
}
