//! Memory of a stream that is open and silent.

use std::io;

use memchr::memmem;

use crate::{
    child::Child,
    http::{self, Connection, Seen},
    options::Lengths,
    report,
    rounds::{interleaved, median},
    work::Work,
};

/// Streams that are open before the memory is read for the first time.
const WARM: u32 = 50;

pub(crate) async fn measure(lengths: &Lengths) -> io::Result<()> {
    let starts: [fn() -> io::Result<Child>; 2] = [Child::ours, Child::bare];
    let figures = interleaved(lengths.rounds.min(3), &starts, async |start: &fn() -> io::Result<Child>| {
        // What a server has freed it may keep, so each round has a fresh one.
        let server = start()?;
        let _warm = hold(&server, WARM).await?;
        let before = server.resident()?;
        let _held = hold(&server, lengths.held).await?;
        let grown = u32::try_from(server.resident()?.saturating_sub(before)).map_err(io::Error::other)?;
        Ok(f64::from(grown) / f64::from(lengths.held) / 1024.0)
    });
    let figures = figures.await?;
    let [ours, bare] = [0, 1].map(|place| median(figures[place].iter().copied()));
    let name = format!("held stream, one of {}", lengths.held);
    report::ratio(&name, ours, "KiB", "bare axum", bare / ours);
    report::value("held stream, ours minus bare axum's", ours - bare, "KiB");
    Ok(())
}

/// Opens streams and reads what they say before they fall silent.
async fn hold(server: &Child, count: u32) -> io::Result<Vec<Connection>> {
    let request = http::send("SendStreamingMessage", Work::Wait);
    let mut held = Vec::new();
    for _ in 0..count {
        let mut connection = Connection::open(server.port).await?;
        connection.send(&request).await?;
        let mut seen = Seen::default();
        while memmem::find(connection.tail(), b"waiting").is_none() {
            connection.read_events(&mut seen).await?;
            if seen.end.is_some() {
                return Err(io::Error::other(format!("{} ended a stream that waits", server.name)));
            }
        }
        held.push(connection);
    }
    Ok(held)
}
