//! Writing what goes over the wire.

use std::hint::black_box;

use a2a_core::{Method, StreamEvent, jsonrpc};
use criterion::{Criterion, Throughput};

use crate::samples;

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");

    let request = samples::request();
    group.bench_function("send request", |bencher| {
        bencher.iter(|| jsonrpc::write_request(1, Method::SendMessage.name(), black_box(&request)));
    });

    let event = StreamEvent::ArtifactUpdate(samples::chunk(0, true));
    let mut out = Vec::new();
    group.bench_function("stream event", |bencher| {
        bencher.iter(|| {
            out.clear();
            samples::write_answer(&mut out, black_box(&event));
        });
    });

    let task = samples::large_task();
    let length = serde_json::to_vec(&task).map_or(0, |json| json.len());
    group.throughput(Throughput::Bytes(length as u64));
    group.bench_function("task of 1 MiB", |bencher| bencher.iter(|| serde_json::to_vec(black_box(&task))));
    group.finish();
}
