//! Version 0.3: with a `kind` and bare in JSON-RPC, protobuf's JSON in REST.

use a2a_core::{
    CardShape,
    v0_3::{Family, TaskPushNotificationConfig, WriteJson as _, rest::ProtoJson, write_task},
};

use super::{Event, v1};
use crate::{
    log::{Snapshot, write_json},
    operations::{Done, Reply},
};

pub(super) fn write_done(out: &mut Vec<u8>, done: &Done, family: Family) {
    match done {
        Done::Reply(Reply::Message(message)) => write_event(out, &Event::Message(message), family),
        Done::Reply(Reply::Task(task)) => write_event(out, &Event::Task(task), family),
        Done::Task(task) => write_snapshot(out, task, family),
        // Nobody can ask for it in this version.
        Done::Tasks(page) => v1::write_page(out, page),
        Done::Webhook(config) => {
            let config = TaskPushNotificationConfig::from((**config).clone());
            match family {
                Family::JsonRpc => write_json(out, &config),
                Family::Rest => write_json(out, &ProtoJson(&config)),
            }
        }
        Done::Webhooks(page) => {
            let configs: Vec<TaskPushNotificationConfig> = page.clone().into();
            match family {
                Family::JsonRpc => write_json(out, &configs),
                Family::Rest => write_json(out, &ProtoJson(&configs)),
            }
        }
        Done::Deleted | Done::Stream(_) => out.extend_from_slice(match family {
            Family::JsonRpc => b"null",
            Family::Rest => b"{}",
        }),
        Done::Card(card) => write_json(out, &card.shaped(CardShape::Hybrid)),
    }
}

pub(super) fn write_event(out: &mut Vec<u8>, event: &Event<'_>, family: Family) {
    match event {
        Event::Message(message) => {
            wrap(out, family, br#"{"message":"#, |out| message.write_v0_3(family, out));
        }
        Event::Task(task) => wrap(out, family, br#"{"task":"#, |out| write_snapshot(out, task, family)),
        Event::Entry(event, is_last) => event.write_v0_3_in_stream(family, *is_last, out),
    }
}

/// Where no `kind` tells what it is, the member it is in does.
fn wrap(out: &mut Vec<u8>, family: Family, name: &[u8], write: impl FnOnce(&mut Vec<u8>)) {
    match family {
        Family::JsonRpc => write(out),
        Family::Rest => {
            out.extend_from_slice(name);
            write(out);
            out.push(b'}');
        }
    }
}

fn write_snapshot(out: &mut Vec<u8>, snapshot: &Snapshot, family: Family) {
    let task = snapshot.task();
    let skipped = snapshot.view.history.map_or(0, |limit| task.history.len().saturating_sub(limit));
    write_task(&task, &task.history[skipped..], family, out);
}
