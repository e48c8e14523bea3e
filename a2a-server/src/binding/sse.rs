//! A stream as server-sent events: whatever is there in one chunk of the body, a comment when nothing is.

use std::{convert::Infallible, fmt, time::Duration};

use a2a_core::{
    Cursor, Error, WriteJson as _,
    jsonrpc::{self, Id},
    sse,
};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use crate::{
    Cancellation,
    reader::{Batch, Reader},
};

/// About what an event takes, for the first size of a chunk.
const EVENT_BYTES: usize = 320;

struct Events {
    reader: Reader,
    place: Option<(a2a_core::TaskId, a2a_core::ContextId)>,
    id: Box<str>,
    keep_alive: Duration,
    shutdown: Cancellation,
}

pub(super) fn response(reader: Reader, id: Id<'_>, keep_alive: Duration, shutdown: Cancellation) -> Response {
    let place = reader.place();
    let events = Events { reader, place, id: id.as_json().into(), keep_alive, shutdown };
    let chunks = futures_util::stream::unfold(events, async |mut events| {
        let chunk = events.next().await?;
        Some((Ok::<_, Infallible>(chunk), events))
    });
    stream(Body::from_stream(chunks))
}

/// A stream of one error.
pub(super) fn error(id: Id<'_>, error: &Error) -> Response {
    let mut out = Vec::with_capacity(EVENT_BYTES);
    write_error(&mut out, id, error);
    stream(Body::from(out))
}

fn stream(body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform")),
        // nginx and what is built on it would hold events back.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    (headers, body).into_response()
}

impl Events {
    async fn next(&mut self) -> Option<Bytes> {
        if self.shutdown.is_canceled() {
            return None;
        }
        tokio::select! {
            biased;
            batch = self.reader.next() => batch.map(|batch| self.encode(batch).into()),
            () = tokio::time::sleep(self.keep_alive) => Some(Bytes::from_static(sse::KEEP_ALIVE)),
            () = self.shutdown.canceled() => None,
        }
    }

    fn encode(&self, batch: Result<Batch, Error>) -> Vec<u8> {
        let id = Id::from_json(&self.id);
        let mut out = Vec::new();
        match batch {
            Ok(Batch::Entries(entries)) => {
                out.reserve(entries.len() * EVENT_BYTES);
                let Some((task, context)) = &self.place else { return out };
                for entry in &entries {
                    if let Some(event) = entry.entry.event(task, context) {
                        write(&mut out, Some(entry.seq), id, |out| event.write_json(out));
                    }
                }
            }
            Ok(Batch::Task(task)) => write(&mut out, Some(task.seq), id, |out| {
                out.extend_from_slice(br#"{"task":"#);
                task.write(out);
                out.push(b'}');
            }),
            Ok(Batch::Message(message)) => write(&mut out, None, id, |out| {
                out.extend_from_slice(br#"{"message":"#);
                message.write_json(out);
                out.push(b'}');
            }),
            Err(error) => write_error(&mut out, id, &error),
        }
        out
    }
}

fn write(out: &mut Vec<u8>, seq: Option<u64>, id: Id<'_>, event: impl FnOnce(&mut Vec<u8>)) {
    let cursor = seq.map(Cursor::after);
    frame(out, cursor.as_ref().map(|cursor| cursor as _), |out| jsonrpc::write_result(out, id, event));
}

fn write_error(out: &mut Vec<u8>, id: Id<'_>, error: &Error) {
    frame(out, None, |out| jsonrpc::write_error(out, id, error));
}

fn frame(out: &mut Vec<u8>, cursor: Option<&dyn fmt::Display>, data: impl FnOnce(&mut Vec<u8>)) {
    let Ok(()) = sse::write_event(out, cursor, |out| {
        data(out);
        Ok::<_, Infallible>(())
    });
}
