//! Our server and a bare axum handler under the same load in the same run, each in a process of its own.
//!
//! `cargo run --release -p benches --bin load [-- --quick]` prints one JSON line a measure; `ratio` compares with the
//! bare handler, which answers the same bytes and does nothing else. Rounds are interleaved and the median counts.

mod bare;
mod child;
mod http;
mod ours;

use std::time::Instant;

use serde_json::json;

use self::{child::Child, http::Connection};

/// How many connections send at once.
const CONNECTIONS: u32 = 16;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("serve-ours") => return ours::serve().await,
        Some("serve-bare") => return bare::serve().await,
        _ => {}
    }
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let (rounds, sends) = if quick { (3, 8_000) } else { (9, 40_000) };
    let (ours, bare) = (Child::start("serve-ours")?, Child::start("serve-bare")?);
    blocking_sends(&ours, &bare, rounds, sends).await?;
    for chunks in [1_000, 16_000, 64_000] {
        stream(&ours, &bare, rounds, chunks).await?;
    }
    Ok(())
}

/// Requests a second and CPU a request of blocking sends.
async fn blocking_sends(ours: &Child, bare: &Child, rounds: usize, sends: u32) -> std::io::Result<()> {
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (server, figures) in [ours, bare].into_iter().zip(&mut figures) {
            let (before, begun) = (server.cpu()?, Instant::now());
            let senders = (0..CONNECTIONS).map(|_| send_many(server.port, sends / CONNECTIONS));
            futures_util::future::try_join_all(senders).await?;
            let rate = f64::from(sends) / begun.elapsed().as_secs_f64();
            let each = server.cpu()?.saturating_sub(before).as_secs_f64() * 1e6 / f64::from(sends);
            // The first round warms up.
            if round > 0 {
                figures.push((rate, each));
            }
        }
    }
    let [ours, bare] = figures;
    let median_of =
        |figures: &[(f64, f64)], pick: fn(&(f64, f64)) -> f64| median(figures.iter().map(pick).collect());
    let rate = median_of(&ours, |f| f.0);
    report("blocking send", rate, "requests/s", rate / median_of(&bare, |f| f.0));
    let cpu = median_of(&ours, |f| f.1);
    report("blocking send, CPU", cpu, "µs/request", median_of(&bare, |f| f.1) / cpu);
    Ok(())
}

async fn send_many(port: u16, count: u32) -> std::io::Result<()> {
    let mut connection = Connection::open(port).await?;
    for _ in 0..count {
        connection.post("SendMessage", "hello").await?;
    }
    Ok(())
}

/// Events a second of one stream of an artifact in so many chunks.
async fn stream(ours: &Child, bare: &Child, rounds: usize, chunks: u32) -> std::io::Result<()> {
    let mut rates = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (server, rates) in [ours, bare].into_iter().zip(&mut rates) {
            let begun = Instant::now();
            let mut connection = Connection::open(server.port).await?;
            let events = connection.stream(&format!("{chunks}")).await?;
            assert_eq!(events, chunks + 2, "a stream is the task, its chunks and its end");
            if round > 0 {
                rates.push(f64::from(events) / begun.elapsed().as_secs_f64());
            }
        }
    }
    let [ours, bare] = rates.map(median);
    report(&format!("stream of {chunks} chunks"), ours, "events/s", ours / bare);
    Ok(())
}

fn report(name: &str, value: f64, unit: &str, ratio: f64) {
    let line = json!({ "name": name, "value": value.round(), "unit": unit, "ratio_to": "bare axum", "ratio": (ratio * 1000.0).round() / 1000.0 });
    println!("{line}");
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
