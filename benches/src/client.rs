//! CPU of our client for a long stream, beside one that is written by hand.

pub(crate) mod ours;
pub(crate) mod plain;

use std::{
    io::{self, BufRead as _},
    time::Duration,
};

use crate::{child::Child, options::Lengths, process, report, role::Role, rounds::median, work::Work};

const EVENTS: u32 = 64_000;

/// The stream comes from the bare handler, so that the server isn't what is measured.
pub(crate) fn measure(lengths: &Lengths) -> io::Result<()> {
    let server = Child::bare()?;
    let mut clients = [Child::client("ours", Role::ReadOurs)?, Child::client("plain", Role::ReadPlain)?];
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..=lengths.rounds {
        for (client, figures) in clients.iter_mut().zip(&mut figures) {
            let nanos = client.ask(&server.port.to_string())?;
            let nanos: u32 = nanos.parse().map_err(io::Error::other)?;
            // The first round connects and warms up.
            if round > 0 {
                figures.push(f64::from(nanos) / 1e6);
            }
        }
    }
    let [ours, plain] = figures.map(median);
    let name = format!("client, CPU for {EVENTS} events");
    report::ratio(&name, ours, "ms", "reqwest + split + from_slice", ours / plain);
    Ok(())
}

/// A client in a process of its own: for each port on a line, the nanoseconds of CPU that the stream took.
async fn play(mut read: impl AsyncFnMut(u16, Work) -> io::Result<u32>) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let port = line?.trim().parse().map_err(io::Error::other)?;
        let work = Work::Chunks(EVENTS - 2);
        let before = process::cpu("self")?;
        let events = read(port, work).await?;
        let used: Duration = process::cpu("self")?.saturating_sub(before);
        if events != EVENTS {
            return Err(io::Error::other(format!("{events} events instead of {EVENTS}")));
        }
        println!("{}", used.as_nanos());
    }
    Ok(())
}
