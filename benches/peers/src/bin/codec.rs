//! What reading and writing JSON costs: our types, those of the official SDK and `serde_json::Value`, in the same run.
//!
//! Prints one line of JSON a measure, as the load program does. `--quick` for fewer and shorter rounds.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use a2a_core::{
    Artifact, ContextId, Message, MessageId, Part, SendMessageRequest, StreamEvent, Task,
    TaskArtifactUpdateEvent, TaskId, TaskState, TaskStatus, TaskStatusUpdateEvent, Timestamp, WriteJson,
    v0_3,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn main() {
    let rounds = if std::env::args().any(|option| option == "--quick") {
        Rounds { count: 7, length: Duration::from_millis(10) }
    } else {
        Rounds { count: 41, length: Duration::from_millis(40) }
    };
    compare::<SendMessageRequest, a2a::SendMessageRequest>(&rounds, "small send", &send());
    compare::<StreamEvent, a2a::StreamResponse>(&rounds, "stream event, chunk", &chunk());
    compare::<StreamEvent, a2a::StreamResponse>(&rounds, "stream event, status", &status());
    compare::<Task, a2a::Task>(&rounds, "task of 1 MiB, short parts", &task(32 * 1024, 20));
    compare::<Task, a2a::Task>(&rounds, "task of 1 MiB, long parts", &task(64, 16 * 1024));
    compare::<Task, a2a::Task>(&rounds, "task of 1 MiB, data", &data_task(8 * 1024));
    compare_v0_3::<v0_3::MessageSendParams, SendMessageRequest>(&rounds, "small send", send());
    compare_v0_3::<v0_3::StreamEvent, StreamEvent>(&rounds, "stream event, chunk", chunk());
    compare_v0_3::<v0_3::StreamEvent, StreamEvent>(&rounds, "stream event, status", status());
    compare_v0_3::<v0_3::Task, Task>(&rounds, "task of 1 MiB, short parts", task(32 * 1024, 20));
}

const VALUE: &str = "serde_json::Value";

/// How often each competitor is measured, in turn, and for how long.
struct Rounds {
    count: usize,
    length: Duration,
}

/// Reads and writes the same bytes as our type, as theirs and as a `Value`.
fn compare<Ours, Theirs>(rounds: &Rounds, name: &str, sample: &impl Serialize)
where
    Ours: DeserializeOwned + Serialize + WriteJson,
    Theirs: DeserializeOwned + Serialize,
{
    let json = serde_json::to_string(sample).expect("samples are maps with string keys");
    let reads = [reading::<Ours>(&json), reading::<Theirs>(&json), reading::<Value>(&json)];
    report(rounds, &format!("decode {name}"), json.len(), reads);
    let writes = [writing_json::<Ours>(&json), writing::<Theirs>(&json), writing::<Value>(&json)];
    report(rounds, &format!("encode {name}"), json.len(), writes);
    let writes = [writing::<Ours>(&json), writing::<Theirs>(&json), writing::<Value>(&json)];
    report(rounds, &format!("encode {name}, by serde"), json.len(), writes);
}

/// Reads and writes what is ours in the form of v0.3, with the way there and back, in its own and as a `Value`.
fn compare_v0_3<Old, New>(rounds: &Rounds, name: &str, sample: New)
where
    Old: DeserializeOwned + Serialize + From<New>,
    New: DeserializeOwned + Serialize + From<Old> + Clone,
{
    let old = serde_json::to_string(&Old::from(sample.clone())).expect("samples are maps with string keys");
    let new = serde_json::to_string(&sample).expect("samples are maps with string keys");
    let read_old = || drop(black_box(New::from(parse::<Old>(black_box(&old)))));
    let reads = [Box::new(read_old) as Work<'_>, reading::<New>(&new), reading::<Value>(&old)];
    report_to(rounds, &format!("decode v0.3 {name}"), old.len(), ["ours, v1.0", VALUE], reads);
    let mut out = Vec::new();
    let write_old = || {
        out.clear();
        serde_json::to_writer(&mut out, &Old::from(black_box(&sample).clone()))
            .expect("it was written before");
        black_box(&out);
    };
    let writes = [Box::new(write_old) as Work<'_>, writing::<New>(&new), writing::<Value>(&old)];
    report_to(rounds, &format!("encode v0.3 {name}, by serde"), old.len(), ["ours, v1.0", VALUE], writes);
}

type Work<'a> = Box<dyn FnMut() + 'a>;

fn parse<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{}: {error}", std::any::type_name::<T>()))
}

fn reading<T: DeserializeOwned>(json: &str) -> Work<'_> {
    Box::new(move || drop(black_box(parse::<T>(black_box(json)))))
}

fn writing<'a, T: DeserializeOwned + Serialize + 'a>(json: &str) -> Work<'a> {
    let value: T = parse(json);
    let mut out = Vec::new();
    Box::new(move || {
        out.clear();
        serde_json::to_writer(&mut out, black_box(&value)).expect("what was read can be written");
        black_box(&out);
    })
}

/// As a server of ours and our client write.
fn writing_json<'a, T: DeserializeOwned + WriteJson + 'a>(json: &str) -> Work<'a> {
    let value: T = parse(json);
    let mut out = Vec::new();
    Box::new(move || {
        out.clear();
        black_box(&value).write_json(&mut out);
        black_box(&out);
    })
}

/// Measures all three in turn, and says how ours compares with each of the others.
fn report(rounds: &Rounds, name: &str, bytes: usize, works: [Work<'_>; 3]) {
    report_to(rounds, name, bytes, ["a2a-lf", VALUE], works);
}

fn report_to(rounds: &Rounds, name: &str, bytes: usize, others: [&str; 2], mut works: [Work<'_>; 3]) {
    let mut times = [const { Vec::<f64>::new() }; 3];
    let calls = works.each_mut().map(|work| calls_within(rounds.length, work));
    for _ in 0..rounds.count {
        for ((work, calls), times) in works.iter_mut().zip(calls).zip(&mut times) {
            let begun = Instant::now();
            (0..calls).for_each(|_| work());
            times.push(begun.elapsed().as_secs_f64() / f64::from(calls));
        }
    }
    let [ours, theirs, value] = times.map(median);
    let speed = |seconds: f64| (bytes as f64 / seconds / 1e4).round() / 1e2;
    for (other, seconds) in others.into_iter().zip([theirs, value]) {
        let ratio = (seconds / ours * 1e3).round() / 1e3;
        println!(
            "{}",
            json!({ "name": name, "value": speed(ours), "unit": "MB/s", "ratio_to": other, "ratio": ratio })
        );
    }
}

/// How many calls fill a round.
fn calls_within(length: Duration, work: &mut Work<'_>) -> u32 {
    let begun = Instant::now();
    let mut calls = 0;
    while calls == 0 || begun.elapsed() < length {
        work();
        calls += 1;
    }
    calls
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn task_id() -> TaskId {
    TaskId::new("5a5c56af-f4ea-4fa2-8df0-6e670b68fd33").expect("not empty")
}

fn context_id() -> ContextId {
    ContextId::new("d42d5808-bfaa-4eed-bf32-ae04ab86ea43").expect("not empty")
}

fn message_id() -> MessageId {
    MessageId::new("1d2d90e2-20de-42d9-b134-0123456789ab").expect("not empty")
}

fn artifact(parts: Vec<Part>) -> Artifact {
    Artifact::new("1d2d90e2-20de-42d9-b134-0123456789ac".parse().expect("not empty"), parts)
}

fn send() -> SendMessageRequest {
    SendMessageRequest::new(Message::user(message_id(), "Pay 18 to ann and 240 to bob."))
}

fn chunk() -> StreamEvent {
    let artifact = artifact(vec![Part::text("a few words of text")]);
    let mut update = TaskArtifactUpdateEvent::new(task_id(), context_id(), artifact);
    update.append = true;
    StreamEvent::ArtifactUpdate(update)
}

fn status() -> StreamEvent {
    let mut status = TaskStatus::new(TaskState::Working);
    status.message = Some(Message::agent(message_id(), "a few words of text").into());
    status.timestamp = Some(Timestamp::from_unix_millis(1_795_686_138_492));
    StreamEvent::StatusUpdate(TaskStatusUpdateEvent::new(task_id(), context_id(), status))
}

/// A task whose artifact has this many parts of this many bytes.
fn task(parts: usize, bytes: usize) -> Task {
    let words = "a few words of text\n".repeat(bytes.div_ceil(20));
    done(vec![Part::text(&words[..bytes]); parts])
}

/// A task whose artifact has this many records.
fn data_task(records: usize) -> Task {
    let record = |at| json!({ "id": at, "name": "ann", "amount": 18.5, "paid": true, "tags": ["a", "b"], "note": null });
    done((0..records).map(|at| Part::data(record(at))).collect())
}

fn done(parts: Vec<Part>) -> Task {
    let mut task = Task::new(task_id(), context_id());
    task.status = TaskStatus::new(TaskState::Completed);
    task.artifacts.push(artifact(parts));
    task
}
