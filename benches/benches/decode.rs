//! Reading what came over the wire.

use std::hint::black_box;

use a2a_core::{Method, SendMessageRequest, StreamEvent, Task, jsonrpc, sse::Decoder};
use criterion::{Criterion, Throughput};

use crate::samples;

/// What one read of a socket gives.
const READ: usize = 16 * 1024;

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");

    let request = jsonrpc::write_request(1, Method::SendMessage.name(), &samples::request());
    let request = request.expect("a request always serialises");
    group.bench_function("send request", |bencher| {
        bencher.iter(|| {
            let call = jsonrpc::Request::parse(black_box(&request)).expect("it is a call");
            call.params::<SendMessageRequest>()
        });
    });

    let mut event = Vec::new();
    samples::write_answer(&mut event, &StreamEvent::ArtifactUpdate(samples::chunk(0, true)));
    group.bench_function("stream event", |bencher| {
        bencher.iter(|| {
            let answer = jsonrpc::Response::parse(black_box(&event)).expect("it is an answer");
            serde_json::from_str::<StreamEvent>(answer.result.expect("it went well"))
        });
    });

    let task = serde_json::to_vec(&samples::large_task()).expect("a task always serialises");
    group.throughput(Throughput::Bytes(task.len() as u64));
    group.bench_function("task of 1 MiB", |bencher| {
        bencher.iter(|| serde_json::from_slice::<Task>(black_box(&task)));
    });

    let stream = samples::stream(4_000);
    group.throughput(Throughput::Bytes(stream.len() as u64));
    group.bench_function("server-sent events, frames only", |bencher| {
        bencher.iter(|| {
            let (mut decoder, mut bytes) = (Decoder::new(), 0);
            for read in stream.chunks(READ) {
                decoder.push(black_box(read));
                while let Some(event) = decoder.next_event().expect("it is well formed") {
                    bytes += event.data.len();
                }
            }
            bytes
        });
    });
    group.finish();
}
