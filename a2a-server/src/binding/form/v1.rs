//! Version 1.0, which has the same JSON in both bindings.

use a2a_core::WriteJson as _;

use super::{Event, Place};
use crate::{
    log::write_json,
    operations::{Done, Reply, TaskPage},
};

pub(super) fn write_done(out: &mut Vec<u8>, done: &Done, place: Place) {
    match (done, place) {
        (Done::Reply(Reply::Message(message)), _) => write_event(out, &Event::Message(message)),
        (Done::Reply(Reply::Task(task)), _) => write_event(out, &Event::Task(task)),
        (Done::Task(task), _) => task.write(out),
        (Done::Tasks(page), _) => write_page(out, page),
        (Done::Webhook(config), _) => write_json(out, config),
        (Done::Webhooks(page), _) => write_json(out, page),
        (Done::Card(card), _) => write_json(out, card),
        (Done::Deleted | Done::Stream(_), Place::JsonRpc) => out.extend_from_slice(b"null"),
        (Done::Deleted | Done::Stream(_), Place::Rest) => out.extend_from_slice(b"{}"),
    }
}

/// What a send answers is the same as an item of a stream.
pub(super) fn write_event(out: &mut Vec<u8>, event: &Event<'_>) {
    match event {
        Event::Message(message) => {
            out.extend_from_slice(br#"{"message":"#);
            message.write_json(out);
        }
        Event::Task(task) => {
            out.extend_from_slice(br#"{"task":"#);
            task.write(out);
        }
        Event::Entry(event, _) => return event.write_json(out),
    }
    out.push(b'}');
}

pub(super) fn write_page(out: &mut Vec<u8>, page: &TaskPage) {
    out.extend_from_slice(br#"{"tasks":["#);
    for (index, task) in page.tasks.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        task.write(out);
    }
    out.extend_from_slice(br#"],"nextPageToken":"#);
    write_json(out, &page.next_page_token);
    out.extend_from_slice(br#","pageSize":"#);
    write_json(out, &page.page_size);
    out.extend_from_slice(br#","totalSize":"#);
    write_json(out, &page.total_size);
    out.push(b'}');
}
