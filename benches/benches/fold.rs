//! Events into a task: an event costs the same however many came before it.

use std::hint::black_box;

use a2a_core::{Fold, StreamEvent, Task};
use criterion::{BenchmarkId, Criterion, Throughput};

use crate::samples;

/// What a kind of stream is called, and its event at a place.
type Kind = (&'static str, fn(usize) -> StreamEvent);

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("fold");
    let kinds: [Kind; 3] = [
        ("chunks of one artifact", |index| StreamEvent::ArtifactUpdate(samples::chunk(0, index > 0))),
        ("artifacts", |index| StreamEvent::ArtifactUpdate(samples::chunk(index, false))),
        ("status messages", |index| StreamEvent::StatusUpdate(samples::status(index))),
    ];
    for (name, event) in kinds {
        for count in [1_000, 100_000] {
            let events: Vec<StreamEvent> = (0..count).map(event).collect();
            group.throughput(Throughput::Elements(count as u64));
            group.sample_size(if count > 1_000 { 10 } else { 100 });
            group.bench_with_input(BenchmarkId::new(name, count), &events, |bencher, events| {
                bencher.iter_with_large_drop(|| {
                    let mut fold = Fold::new(Task::new(samples::task_id(), samples::context_id()));
                    for event in events {
                        black_box(fold.apply(event));
                    }
                    fold
                });
            });
        }
    }
    group.finish();
}
