//! ADK events to A2A and back.

use std::hint::black_box;

use adk_bridge::{
    Event, FunctionCall,
    adk::{Content, Part},
};
use criterion::Criterion;
use serde_json::json;

use crate::{samples, text_event};

pub(crate) fn measure(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("convert");
    let (task, context) = (samples::task_id(), samples::context_id());
    let call = FunctionCall::new("pay", json!({ "to": "bob", "amount": 240 })).with_id("call-1");
    for (name, part) in [
        ("text event, there and back", Part::text("Two payments, 258 in all.")),
        ("function call, there and back", Part::from(call)),
    ] {
        let mut event: Event = text_event::event();
        event.content = Some(Content::model(part));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let update = text_event::to_a2a(black_box(&event), &task, &context);
                text_event::from_a2a(&update, "clerk")
            });
        });
    }

    let data = a2a_core::Part::data(json!({ "payments": [{ "to": "bob", "amount": 240 }], "total": 258 }));
    group.bench_function("data part, there and back", |bencher| {
        bencher.iter(|| {
            let part = adk_bridge::convert::part::from_a2a(black_box(&data));
            adk_bridge::convert::part::to_a2a(&part, &[])
        });
    });
    group.finish();
}
