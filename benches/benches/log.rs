//! Appends to the memory log.

use a2a_core::{
    Caller, Entry, EntryBody, Timestamp,
    entry::{Chunk, Opened, RequestRecord, RunRef},
};
use a2a_server::log::{Create, Created, Lease, MemoryLog, Scope, TaskLog as _};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use futures_util::FutureExt as _;

use crate::samples;

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("memory log");
    for count in [1, 256] {
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("append a batch", count), |bencher| {
            bencher.iter_batched(
                || (task(), batch(count)),
                |((log, lease), batch)| {
                    let head = log.append(&lease, batch).now_or_never().expect("memory never waits");
                    (log, head)
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// A log with one task that has just been opened.
fn task() -> (MemoryLog, Lease) {
    let log = MemoryLog::new();
    let scope = Scope::of(&Caller::anonymous());
    let create = Create::new(samples::task_id(), samples::context_id(), scope, None);
    let opened = Opened::new(samples::request().message, RequestRecord::new(Caller::anonymous()));
    let opened = Entry::posted(now(), EntryBody::Opened(opened.into()));
    let created = log.create(create, vec![opened]).now_or_never().expect("memory never waits");
    match created {
        Ok(Created::New(lease, _)) => (log, lease),
        other => panic!("a fresh task has a lease, not {other:?}"),
    }
}

/// Chunks of one artifact.
fn batch(count: usize) -> Vec<Entry> {
    let entry = |index| {
        let mut chunk = Chunk::new(samples::chunk(0, false).artifact);
        chunk.append = index > 0;
        Entry::written(now(), RunRef::new(1), EntryBody::Artifact(chunk))
    };
    (0..count).map(entry).collect()
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_686_138_492)
}
