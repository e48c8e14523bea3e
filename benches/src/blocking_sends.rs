//! Requests a second and CPU a request of blocking sends.

use std::{io, time::Instant};

use futures_util::future;
use memchr::memmem;

use crate::{
    child::Child,
    http::{self, Connection},
    options::Lengths,
    peers::Peers,
    report,
    rounds::{interleaved, median},
    work::Work,
};

/// How many connections send at once.
pub(crate) const CONNECTIONS: u32 = 16;

/// What sends cost.
pub(crate) struct Figure {
    /// Sends a second.
    pub(crate) rate: f64,
    /// CPU of the server for each.
    pub(crate) microseconds: f64,
}

pub(crate) async fn measure(lengths: &Lengths, peers: &Peers) -> io::Result<()> {
    let mut servers = vec![Child::ours()?, Child::bare()?];
    servers.extend(peers.start());
    let figures = interleaved(lengths.rounds, &servers, async |server: &Child| {
        match round(server, lengths.sends).await {
            Err(error) if server.is_peer => Ok(Err(error)),
            figure => figure.map(Ok),
        }
    });
    let mut medians = figures.await?.into_iter().map(|figures| {
        let figures: Vec<Figure> = figures.into_iter().collect::<io::Result<_>>()?;
        Ok::<_, io::Error>(Figure::median(&figures))
    });
    let ours = medians.next().expect("ours is the first")?;
    for (server, other) in servers.iter().skip(1).zip(medians) {
        let (rate, cpu) = ("blocking send", "blocking send, CPU");
        match other {
            Ok(other) => {
                report::ratio(rate, ours.rate, "requests/s", server.name, ours.rate / other.rate);
                let ratio = other.microseconds / ours.microseconds;
                report::ratio(cpu, ours.microseconds, "µs/request", server.name, ratio);
            }
            Err(error) => {
                let note = format!("{} failed: {error}", server.name);
                report::note(rate, ours.rate, "requests/s", server.name, None, &note);
            }
        }
    }
    Ok(())
}

async fn round(server: &Child, sends: u32) -> io::Result<Figure> {
    Figure::of(server, sends, send(server.port, sends)).await
}

impl Figure {
    /// Of so many sends to this server.
    pub(crate) async fn of(
        server: &Child,
        sends: u32,
        sending: impl Future<Output = io::Result<()>>,
    ) -> io::Result<Self> {
        let (before, begun) = (server.cpu()?, Instant::now());
        sending.await?;
        let rate = f64::from(sends) / begun.elapsed().as_secs_f64();
        let used = server.cpu()?.saturating_sub(before);
        Ok(Self { rate, microseconds: used.as_secs_f64() * 1e6 / f64::from(sends) })
    }

    /// The middle of several.
    pub(crate) fn median(figures: &[Self]) -> Self {
        Self {
            rate: median(figures.iter().map(|figure| figure.rate)),
            microseconds: median(figures.iter().map(|figure| figure.microseconds)),
        }
    }
}

/// So many sends over all connections at once.
pub(crate) async fn send(port: u16, count: u32) -> io::Result<()> {
    send_all(port, count, &http::send("SendMessage", Work::Echo), b"TASK_STATE_COMPLETED").await
}

/// The same request so many times, over all connections at once; each answer has to have this in it.
pub(crate) async fn send_all(port: u16, count: u32, request: &[u8], done: &[u8]) -> io::Result<()> {
    let senders = (0..CONNECTIONS).map(|_| send_in_turn(port, count / CONNECTIONS, request, done));
    future::try_join_all(senders).await.map(drop)
}

async fn send_in_turn(port: u16, count: u32, request: &[u8], done: &[u8]) -> io::Result<()> {
    let mut connection = Connection::open(port).await?;
    for _ in 0..count {
        connection.send(request).await?;
        let answer = connection.answer().await?;
        if memmem::find(answer, done).is_none() {
            let text = String::from_utf8_lossy(answer).into_owned();
            return Err(io::Error::other(format!("not a completed task: {text}")));
        }
    }
    Ok(())
}
