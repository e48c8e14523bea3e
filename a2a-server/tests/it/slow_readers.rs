//! Readers that take their time.

use std::sync::Arc;

use a2a_server::{
    Responder, Server, executor_fn,
    log::{MemoryLog, Retention},
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::{net::TcpSocket, sync::mpsc::UnboundedReceiver};

use crate::{
    agents::{Gate, signal},
    support::{Frame, Host, Stream, Wire, card, envelope, folded, request, says, serve, short, soon, task},
};

/// A server whose agent writes this many chunks of 200 bytes, tells that they are in the log, and completes its task
/// when the gate opens.
async fn writer(chunks: usize, gate: &Gate, retention: Retention) -> (Host, UnboundedReceiver<()>) {
    let (tell, told) = signal();
    let gate = gate.clone();
    let agent = executor_fn(move |_, out: Responder| async move {
        let task = out.task().await?;
        task.flush().await?;
        let mut artifact = task.artifact("numbers");
        for n in 0..chunks {
            artifact.append(format!("{n:0>200}")).await?;
        }
        task.flush().await?;
        let _ = tell.send(());
        gate.pass().await;
        Ok(task.complete().await?)
    });
    let log = MemoryLog::with(retention);
    (serve(Server::builder(card(), agent).allow_anonymous().limits(short()).store(log)).await, told)
}

/// A stream over a socket that takes next to nothing while nobody reads.
async fn narrow(host: &Host, method: &str, params: &Value) -> Stream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let socket = socket.connect(host.addr).await.unwrap();
    let request = request("POST", "/", &[], &envelope(method, params));
    Stream::new(Wire::send_on(socket, &request).await.head().await)
}

/// The numbers in the chunks of these frames, in their order.
fn numbers(frames: &[Frame]) -> Vec<usize> {
    let texts = frames.iter().filter_map(|frame| {
        let part = &frame.answer["result"]["artifactUpdate"]["artifact"]["parts"][0];
        Some(part["text"].as_str()?.parse().unwrap())
    });
    texts.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_reads_nothing_until_all_is_written_loses_nothing() {
    const CHUNKS: usize = 20_000;
    let gate = Gate::new();
    let (host, mut written) = writer(CHUNKS, &gate, Retention::new()).await;
    let mut stalled = narrow(&host, "SendStreamingMessage", &json!({ "message": says("go") })).await;
    let first = stalled.next().await.unwrap();
    // The writer comes to its end, though this reader has taken nothing.
    soon(written.recv()).await.unwrap();
    gate.open();
    let late = [vec![first], stalled.rest().await].concat();
    assert!(numbers(&late) == (0..CHUNKS).collect::<Vec<_>>(), "chunks are missing, or not in their order");
    let briefs = (late[0].brief(), late[CHUNKS + 1].brief(), late.len());
    assert_eq!(briefs, ("task SUBMITTED".to_owned(), "COMPLETED".to_owned(), CHUNKS + 2));
    let ended = folded(&late);
    assert!(ended == task(&host.get(ended.id.as_str()).await), "the frames make another task");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_is_further_behind_than_is_kept_for_it_gets_the_task_and_goes_on() {
    const CHUNKS: usize = 30_000;
    let gate = Gate::new();
    let retention = Retention::new().pinned_task_bytes(1 << 20).tail_bytes(1 << 16);
    let (host, mut written) = writer(CHUNKS, &gate, retention).await;
    let mut stalled = narrow(&host, "SendStreamingMessage", &json!({ "message": says("go") })).await;
    let first = stalled.next().await.unwrap();
    soon(written.recv()).await.unwrap();
    gate.open();
    let late = [vec![first], stalled.rest().await].concat();
    let tasks = late.iter().filter(|frame| frame.brief().starts_with("task")).count();
    assert!(tasks > 1, "all of it was kept");
    let ended = folded(&late);
    assert!(ended == task(&host.get(ended.id.as_str()).await), "the frames make another task");
    // Each task says what the frames before the next one don't.
    assert_eq!(ended.artifacts[0].parts.len(), CHUNKS);
}

#[tokio::test]
async fn a_cursor_that_is_out_of_reach_gets_the_task_and_then_exactly_the_rest() {
    let gate = Gate::new();
    let retention = Retention::new().tail_bytes(2_000).checkpoint_bytes(1_000);
    let (host, mut written) = writer(100, &gate, retention).await;
    let started = host.start(says("go")).await;
    let id = started["id"].as_str().unwrap();
    soon(written.recv()).await.unwrap();
    let mut streams = Vec::new();
    for cursor in ["a2a-log:1", "a2a-log:50", "a2a-log:101"] {
        streams.push(host.resume(id, cursor).await);
    }
    gate.open();
    let [trimmed, middle, last] = &mut streams[..] else { unreachable!() };
    for stream in [trimmed, middle] {
        let frames = stream.rest().await;
        let ids = frames.iter().map(|frame| frame.id.as_deref().unwrap()).collect::<Vec<_>>();
        assert_eq!(ids, ["a2a-log:101", "a2a-log:102"]);
        assert_eq!(folded(&frames), task(&host.get(id).await));
    }
    assert_eq!(last.briefs().await, ["COMPLETED"]);
    for (cursor, rest) in [("a2a-log:1", vec!["task COMPLETED"]), ("a2a-log:101", vec!["COMPLETED"])] {
        assert_eq!(host.resume(id, cursor).await.briefs().await, rest);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_that_read_nothing_hold_up_neither_the_writer_nor_one_that_reads() {
    const CHUNKS: usize = 20_000;
    let gate = Gate::new();
    let (host, mut written) = writer(CHUNKS, &gate, Retention::new()).await;
    let host = Arc::new(host);
    let mut reading = host.stream(says("go")).await;
    let first = reading.next().await.unwrap();
    let id = first.answer["result"]["task"]["id"].as_str().unwrap().to_owned();
    let mut stalled = Vec::new();
    for _ in 0..10 {
        stalled.push(narrow(&host, "SubscribeToTask", &json!({ "id": id })).await);
    }
    let reading = tokio::spawn(async move { reading.rest().await });
    soon(written.recv()).await.unwrap();
    gate.open();
    let read = soon(reading).await.unwrap();
    assert!(numbers(&read) == (0..CHUNKS).collect::<Vec<_>>(), "chunks are missing, or not in their order");
}
