//! Streams on a log in a SQLite file, beside a process that inserts the same bytes and does nothing else.

pub(crate) mod bare;

use std::{io, path::Path, time::Instant};

use a2a_core::{
    Artifact, Entry, EntryBody, Timestamp,
    entry::{Chunk, RunRef},
};
use futures_util::future::try_join_all;

use crate::{
    child::Child,
    http::{self, Connection, End, Seen},
    options::Lengths,
    report,
    rounds::{interleaved, median},
    work::Work,
};

/// How many chunks all streams of a round have together.
const CHUNKS: u32 = 64_000;

/// Streams at once, and how many chunks each has.
#[derive(Clone, Copy)]
struct Load {
    streams: u32,
    chunks: u32,
}

/// What a round took, and what the bare inserts of as much took.
struct Figure {
    seconds: f64,
    transactions: f64,
    bare: f64,
}

pub(crate) async fn measure(lengths: &Lengths) -> io::Result<()> {
    let loads = [
        Load { streams: 1, chunks: CHUNKS / 4 },
        Load { streams: 1, chunks: CHUNKS },
        Load { streams: 100, chunks: CHUNKS / 100 },
    ];
    let folder = tempfile::tempdir()?;
    let ours = Child::ours_stored(&folder.path().join("ours.db"))?;
    let mut bare = Child::bare_inserts(&folder.path().join("bare.db"))?;
    let figures = interleaved(lengths.rounds, &loads, async |load| round(*load, &ours, &mut bare).await);
    let figures = figures.await?;
    for (load, figures) in loads.iter().zip(&figures).skip(1) {
        let plural = if load.streams == 1 { "" } else { "s" };
        let name = format!("sqlite, {} stream{plural} of {} chunks", load.streams, load.chunks);
        let seconds = median(figures.iter().map(|figure| figure.seconds));
        let ratio = median(figures.iter().map(|figure| figure.bare / figure.seconds));
        report::ratio(&name, f64::from(load.events()) / seconds, "events/s", bare.name, ratio);
        let transactions = median(figures.iter().map(|figure| figure.transactions));
        report::value(&format!("{name}, transactions"), transactions, "transactions");
    }
    let growth = median(figures[0].iter().zip(&figures[1]).map(|(short, long)| long.seconds / short.seconds));
    let milliseconds = median(figures[1].iter().map(|figure| figure.seconds * 1e3));
    let (long, short) = (CHUNKS, (CHUNKS / 4).to_string());
    report::ratio("sqlite, growth, chunks", milliseconds, &format!("ms for {long}"), &short, growth);
    drop(ours);
    disk_space().await
}

/// What a file has in bytes, when a stream is at its end, for each byte of its events.
async fn disk_space() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let ours = Child::ours_stored(&folder.path().join("ours.db"))?;
    let load = Load { streams: 1, chunks: CHUNKS };
    stream(&ours, load).await?;
    let used = kib(used(folder.path())?)?;
    let events = kib(u64::from(CHUNKS) * entry().len() as u64)?;
    let (name, compared) = ("sqlite, disk for 64000 chunks", "bytes of the events");
    report::ratio(name, used / 1024.0, "MiB", compared, used / events);
    Ok(())
}

fn kib(bytes: u64) -> io::Result<f64> {
    u32::try_from(bytes / 1024).map(f64::from).map_err(io::Error::other)
}

fn used(folder: &Path) -> io::Result<u64> {
    std::fs::read_dir(folder)?.map(|file| Ok(file?.metadata()?.len())).sum()
}

async fn round(load: Load, ours: &Child, bare: &mut Child) -> io::Result<Figure> {
    let before = transactions(ours).await?;
    let begun = Instant::now();
    try_join_all((0..load.streams).map(|_| stream(ours, load))).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let transactions = transactions(ours).await? - before;
    let inserts = format!("{} {transactions} {}", load.events(), entry().len());
    let bare = bare.ask(&inserts)?.parse().map_err(io::Error::other)?;
    Ok(Figure { seconds, transactions: f64::from(transactions), bare })
}

async fn stream(ours: &Child, load: Load) -> io::Result<()> {
    let work = Work::Chunks(load.chunks);
    let mut connection = Connection::open(ours.port).await?;
    connection.send(&http::send("SendStreamingMessage", work)).await?;
    let mut seen = Seen::default();
    connection.read_to_end(&mut seen).await?;
    if seen.end == Some(End::Completed) && seen.events == work.events() {
        return Ok(());
    }
    Err(io::Error::other(format!("a stream of {work}: {seen:?}")))
}

/// How many transactions the server has committed.
async fn transactions(ours: &Child) -> io::Result<u32> {
    let mut connection = Connection::open(ours.port).await?;
    connection.send(&http::send("SendMessage", Work::Commits)).await?;
    let answer: serde_json::Value = serde_json::from_slice(connection.answer().await?)?;
    let count = answer["result"]["message"]["parts"][0]["text"].as_str();
    count.and_then(|count| count.parse().ok()).ok_or_else(|| io::Error::other(format!("no count: {answer}")))
}

/// An entry as our log stores it, of the length that most have.
fn entry() -> String {
    let id = "0123456789abcdef0123456789abcdef".parse().expect("it isn't empty");
    let mut chunk = Chunk::new(Artifact::new(id, format!("token-{CHUNKS} lorem ipsum")));
    chunk.append = true;
    let at = Timestamp::from_unix_millis(1_800_000_000_000);
    let entry = Entry::written(at, RunRef::new(1), EntryBody::Artifact(chunk));
    serde_json::to_string(&entry).expect("an entry has string keys only")
}

impl Load {
    fn events(self) -> u32 {
        self.streams * Work::Chunks(self.chunks).events()
    }
}
