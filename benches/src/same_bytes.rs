//! The baseline has to answer what our server answers, or it proves nothing.

use std::io;

use crate::{
    child::Child,
    http::{self, Connection, End},
    work::Work,
};

/// Compares both answers to everything that is compared later, but for ids and times.
pub(crate) async fn check() -> io::Result<()> {
    let (ours, bare) = (Child::ours()?, Child::bare()?);
    compare(&task(&ours).await?, &task(&bare).await?)?;
    for work in [Work::Chunks(3), Work::Artifacts(3), Work::Statuses(3)] {
        compare(&stream(&ours, work).await?, &stream(&bare, work).await?)?;
    }
    Ok(())
}

fn compare(ours: &str, bare: &str) -> io::Result<()> {
    if ours == bare {
        return Ok(());
    }
    Err(io::Error::other(format!("the baseline answers other bytes than ours.\nours: {ours}\nbare: {bare}")))
}

async fn task(server: &Child) -> io::Result<String> {
    let mut connection = Connection::open(server.port).await?;
    connection.send(&http::send("SendMessage", Work::Echo)).await?;
    Ok(comparable(connection.answer().await?))
}

/// The lines of events, without what the transfer puts between them.
async fn stream(server: &Child, work: Work) -> io::Result<String> {
    let mut connection = Connection::open(server.port).await?;
    connection.send(&http::send("SendStreamingMessage", work)).await?;
    let (mut seen, mut read) = (http::Seen::default(), Vec::new());
    while seen.end.is_none() {
        let before = connection.tail().len().min(http::KEPT);
        connection.read_events(&mut seen).await?;
        read.extend_from_slice(&connection.tail()[before..]);
    }
    if seen.end != Some(End::Completed) {
        return Err(io::Error::other(format!("{} cut its stream", server.name)));
    }
    let text = comparable(&read);
    let lines = text.lines().filter(|line| line.starts_with("id:") || line.starts_with("data:"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// The same for any ids and times of the usual length.
fn comparable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words = text.split('"').map(|word| match word.as_bytes() {
        id if id.len() == 36 && [8, 13, 18, 23].iter().all(|&at| id[at] == b'-') => "ID",
        time if time.len() == 24 && time[10] == b'T' && time[23] == b'Z' => "TIME",
        _ => word,
    });
    words.collect::<Vec<_>>().join("\"")
}
