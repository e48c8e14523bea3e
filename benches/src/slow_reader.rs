//! What a reader that stops costs the others: events, and time of the writer.

use std::{io, time::Duration};

use memchr::memmem;

use crate::{
    child::Child,
    http::{self, Connection, Seen},
    options::Lengths,
    report,
    rounds::{interleaved, median},
    work::Work,
};

/// Chunks of 200 bytes.
const CHUNKS: u32 = 20_000;

struct Figure {
    writer_milliseconds: f64,
    lost: u32,
    lost_beside: u32,
}

pub(crate) async fn measure(lengths: &Lengths) -> io::Result<()> {
    let server = Child::ours()?;
    let pauses = [lengths.pause, Duration::ZERO];
    let figures =
        interleaved(lengths.rounds.min(3), &pauses, async |pause: &Duration| stream(&server, *pause).await);
    let figures = figures.await?;
    let worst = |of: fn(&Figure) -> u32| f64::from(figures[0].iter().map(of).max().unwrap_or_default());
    let seconds = lengths.pause.as_secs();
    let name = format!("events lost by a reader that stops for {seconds} s");
    report::value(&name, worst(|figure| figure.lost), "events");
    let name = "events lost by a reader beside it";
    report::value(name, worst(|figure| figure.lost_beside), "events");
    let [stopped, read_on] =
        [0, 1].map(|place| median(figures[place].iter().map(|figure| figure.writer_milliseconds)));
    let other = "a reader that goes on";
    report::ratio("writer beside a reader that stops", stopped, "ms", other, read_on / stopped);
    Ok(())
}

/// One stream with two readers, of which the one that has sent the message stops for a while.
async fn stream(server: &Child, pause: Duration) -> io::Result<Figure> {
    let mut sender = Connection::open_narrow(server.port).await?;
    sender.send(&http::send("SendStreamingMessage", Work::Gate(CHUNKS))).await?;
    let mut sent = begun(&mut sender).await?;
    let task = field(sender.tail(), r#""task":{"id":""#)?;

    let mut beside = Connection::open(server.port).await?;
    beside.send(&http::request("SubscribeToTask", &format!(r#"{{"id":"{task}"}}"#))).await?;
    let mut seen_beside = begun(&mut beside).await?;

    let go = format!(
        r#"{{"message":{{"messageId":"m-2","taskId":"{task}","role":"ROLE_USER","parts":[{{"text":"go"}}]}},"configuration":{{"returnImmediately":true}}}}"#
    );
    let mut other = Connection::open(server.port).await?;
    other.send(&http::request("SendMessage", &go)).await?;
    other.answer().await?;

    let slow = async {
        tokio::time::sleep(pause).await;
        sender.read_to_end(&mut sent).await
    };
    let (slow_read, beside_read) = tokio::join!(slow, beside.read_to_end(&mut seen_beside));
    slow_read.and(beside_read)?;
    let microseconds: f64 = field(beside.tail(), r#""text":""#)?.parse().map_err(io::Error::other)?;
    let expected = Work::Gate(CHUNKS).events();
    Ok(Figure {
        writer_milliseconds: microseconds / 1000.0,
        lost: expected.saturating_sub(sent.events),
        lost_beside: expected.saturating_sub(seen_beside.events),
    })
}

/// Reads the first event.
async fn begun(connection: &mut Connection) -> io::Result<Seen> {
    let mut seen = Seen::default();
    while seen.events == 0 {
        connection.read_events(&mut seen).await?;
    }
    Ok(seen)
}

/// The last string in what was read that stands behind this.
fn field(read: &[u8], before: &str) -> io::Result<String> {
    let start = memmem::rfind(read, before.as_bytes()).map(|at| at + before.len());
    let value = start.and_then(|start| read[start..].split(|byte| *byte == b'"').next());
    let value = value.ok_or_else(|| io::Error::other(format!("an event without {before}")))?;
    String::from_utf8(value.to_vec()).map_err(io::Error::other)
}
