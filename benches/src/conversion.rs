//! Time of an ADK text event's way to A2A and back.

use std::{hint::black_box, time::Instant};

use a2a_core::{ContextId, TaskId};

use crate::{options::Lengths, report, rounds::median, text_event};

pub(crate) fn measure(lengths: &Lengths) {
    let task = TaskId::new("5a5c56af-f4ea-4fa2-8df0-6e670b68fd33").expect("not empty");
    let context = ContextId::new("d42d5808-bfaa-4eed-bf32-ae04ab86ea43").expect("not empty");
    let event = text_event::event();
    let rounds = (0..=lengths.rounds).map(|_| {
        let begun = Instant::now();
        for _ in 0..lengths.conversions {
            let update = text_event::to_a2a(black_box(&event), &task, &context);
            black_box(text_event::from_a2a(&update, "clerk"));
        }
        begun.elapsed().as_secs_f64() * 1e6 / f64::from(lengths.conversions)
    });
    // The first round warms up.
    report::value("text event to an artifact update and back", median(rounds.skip(1)), "µs");
}
