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

pub(crate) async fn measure(lengths: &Lengths, peers: &Peers) -> io::Result<()> {
    chunks(lengths, peers).await?;
    for (name, work) in
        [("artifacts", Work::Artifacts as fn(u32) -> Work), ("status messages", Work::Statuses)]
    {
        let mut times = Vec::new();
        for count in [16_000, 64_000] {
            times.push(
                stream(lengths, &Peers::none(), &format!("stream of {count} {name}"), work(count)).await?,
            );
        }
        growth(name, times[0], times[1]);
    }
    Ok(())
}

async fn chunks(lengths: &Lengths, peers: &Peers) -> io::Result<()> {
    let mut times = Vec::new();
    for count in [1_000, 16_000, 64_000] {
        times.push(stream(lengths, peers, &format!("stream of {count} chunks"), Work::Chunks(count)).await?);
    }
    growth("chunks", times[1], times[2]);
    Ok(())
}

fn growth(name: &str, short: f64, long: f64) {
    report::ratio(&format!("growth, {name}"), long * 1e3, "ms for 64000", "16000", long / short);
}

/// Measures one kind of stream; how many seconds ours takes.
async fn stream(lengths: &Lengths, peers: &Peers, name: &str, work: Work) -> io::Result<f64> {
    let mut servers = vec![Child::ours()?, Child::bare()?];
    servers.extend(peers.start());
    let request = http::send("SendStreamingMessage", work);
    let figures = interleaved(lengths.rounds, &servers, async |server: &Child| {
        let begun = Instant::now();
        let mut connection = Connection::open(server.port).await?;
        connection.send(&request).await?;
        let seen = read(&mut connection).await;
        Ok(Figure { seen, seconds: begun.elapsed().as_secs_f64() })
    });
    let figures = figures.await?;
    for figure in figures.iter().take(2).flatten() {
        if figure.seen.end != Some(End::Completed) || figure.seen.events != work.events() {
            return Err(io::Error::other(format!("{name}: {:?} of {}", figure.seen, work.events())));
        }
    }
    let seconds = median(figures[0].iter().map(|figure| figure.seconds));
    let rate = f64::from(work.events()) / seconds;
    let other = median(figures[1].iter().map(|figure| figure.seconds));
    report::ratio(name, rate, "events/s", servers[1].name, other / seconds);
    for (peer, figures) in servers.iter().zip(&figures).skip(2) {
        compare_with_peer(name, work, rate, peer.name, figures);
    }
    Ok(seconds)
}

/// A peer's events differ in number, so that a stream is whole if it has ended well and has all its chunks.
fn compare_with_peer(name: &str, work: Work, rate: f64, peer: &str, figures: &[Figure]) {
    let asked = work.events() - 2;
    let (whole, cut): (Vec<&Figure>, Vec<&Figure>) = figures
        .iter()
        .partition(|figure| figure.seen.end == Some(End::Completed) && figure.seen.events >= asked);
    let seconds = median(whole.iter().map(|figure| figure.seconds));
    let ratio = (!whole.is_empty()).then(|| rate / (f64::from(work.events()) / seconds));
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
