//! Events a second of one stream, and how the time grows with its length.

use std::{
    io,
    time::{Duration, Instant},
};

use crate::{
    child::Child,
    http::{self, Connection, End, Seen},
    options::Lengths,
    peers::Peers,
    report,
    rounds::{interleaved, median},
    work::Work,
};

/// How long a peer's stream may take.
const PATIENCE: Duration = Duration::from_secs(10);

struct Figure {
    seen: Seen,
    seconds: f64,
}

/// A kind of stream: what it is called, and the work of a length.
type Kind = (&'static str, fn(u32) -> Work);

pub(crate) async fn measure(lengths: &Lengths, peers: &Peers) -> io::Result<()> {
    race(lengths, peers, ("chunks", Work::Chunks), &[1_000, 16_000, 64_000]).await?;
    race(lengths, &Peers::none(), ("artifacts", Work::Artifacts), &[16_000, 64_000]).await?;
    race(lengths, &Peers::none(), ("status messages", Work::Statuses), &[16_000, 64_000]).await
}

/// Measures one kind of stream, all lengths in the same rounds.
async fn race(lengths: &Lengths, peers: &Peers, (name, work): Kind, counts: &[u32]) -> io::Result<()> {
    let mut servers = vec![Child::ours()?, Child::bare()?];
    servers.extend(peers.start());
    let competitors: Vec<(Work, &Child)> =
        counts.iter().flat_map(|count| servers.iter().map(|server| (work(*count), server))).collect();
    let figures =
        interleaved(lengths.rounds, &competitors, async |(work, server)| round(*work, server).await);
    let figures = figures.await?;
    let by_count: Vec<&[Vec<Figure>]> = figures.chunks(servers.len()).collect();
    for (count, figures) in counts.iter().zip(&by_count) {
        compare(&format!("stream of {count} {name}"), work(*count), &servers, figures)?;
    }
    if let ([.., short, long], [.., of_short, of_long]) = (counts, &by_count[..]) {
        let pairs = of_short[0].iter().zip(&of_long[0]);
        let growth = median(pairs.map(|(short, long)| long.seconds / short.seconds));
        let milliseconds = median(of_long[0].iter().map(|figure| figure.seconds * 1e3));
        let (name, unit) = (format!("growth, {name}"), format!("ms for {long}"));
        report::ratio(&name, milliseconds, &unit, &short.to_string(), growth);
    }
    Ok(())
}

async fn round(work: Work, server: &Child) -> io::Result<Figure> {
    let request = http::send("SendStreamingMessage", work);
    let begun = Instant::now();
    let mut connection = Connection::open(server.port).await?;
    connection.send(&request).await?;
    let seen = read(&mut connection).await;
    Ok(Figure { seen, seconds: begun.elapsed().as_secs_f64() })
}

/// Compares ours, which come first, with the others.
fn compare(name: &str, work: Work, servers: &[Child], figures: &[Vec<Figure>]) -> io::Result<()> {
    for figure in figures.iter().take(2).flatten() {
        if figure.seen.end != Some(End::Completed) || figure.seen.events != work.events() {
            return Err(io::Error::other(format!("{name}: {:?} of {}", figure.seen, work.events())));
        }
    }
    let seconds = median(figures[0].iter().map(|figure| figure.seconds));
    let rate = f64::from(work.events()) / seconds;
    let other = median(figures[1].iter().map(|figure| figure.seconds));
    report::ratio(name, rate, "events/s", servers[1].name, other / seconds);
    for (peer, figures) in servers.iter().zip(figures).skip(2) {
        compare_with_peer(name, work, rate, peer.name, figures);
    }
    Ok(())
}

/// A peer's events differ in number, so that a stream is whole if it has ended well and has all its chunks.
fn compare_with_peer(name: &str, work: Work, rate: f64, peer: &str, figures: &[Figure]) {
    let asked = work.events() - 2;
    let (whole, cut): (Vec<&Figure>, Vec<&Figure>) = figures
        .iter()
        .partition(|figure| figure.seen.end == Some(End::Completed) && figure.seen.events >= asked);
    let seconds = median(whole.iter().map(|figure| figure.seconds));
    let ratio = (whole.len() > cut.len()).then(|| rate / (f64::from(work.events()) / seconds));
    match ratio {
        Some(ratio) if cut.is_empty() => report::ratio(name, rate, "events/s", peer, ratio),
        ratio => {
            let events = median(cut.iter().map(|figure| f64::from(figure.seen.events)));
            let (cut, all) = (cut.len(), figures.len());
            let note = format!("{peer} failed in {cut} of {all} streams, after {events} events (median)");
            report::note(name, rate, "events/s", peer, ratio, &note);
        }
    }
}

/// Reads to the end, or as long as there is patience.
async fn read(connection: &mut Connection) -> Seen {
    let mut seen = Seen::default();
    match tokio::time::timeout(PATIENCE, connection.read_to_end(&mut seen)).await {
        Ok(Ok(())) | Err(_) => {}
        Ok(Err(_)) => seen.end = Some(End::Cut),
    }
    seen
}
