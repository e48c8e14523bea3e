//! A stream as server-sent events: whatever is there in one chunk of the body, a comment when nothing is.

use std::{convert::Infallible, fmt, time::Duration};

use a2a_core::{ContextId, Cursor, Error, TaskId, Version, jsonrpc::Id, sse};
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

use super::form::{Event, Form};
use crate::{
    Cancellation,
    reader::{Batch, Reader},
};

/// About what an event takes, for the first size of a chunk.
const EVENT_BYTES: usize = 320;
/// How long a stream is silent at its beginning: what stands between may hold back a head without a body, and a client
/// may take it for none.
const FIRST_SILENCE: Duration = Duration::from_secs(1);

struct Events {
    reader: Reader,
    place: Option<(TaskId, ContextId)>,
    version: Version,
    id: Option<Box<str>>,
    silence: Duration,
    keep_alive: Duration,
    shutdown: Cancellation,
}

pub(super) fn response(
    reader: Reader,
    form: Form<'_>,
    keep_alive: Duration,
    shutdown: Cancellation,
) -> Response {
    let events = Events {
        place: reader.place(),
        reader,
        version: form.version,
        id: form.id.map(|id| id.as_json().into()),
        silence: keep_alive.min(FIRST_SILENCE),
        keep_alive,
        shutdown,
    };
    let chunks = futures_util::stream::unfold(events, async |mut events| {
        let chunk = events.next().await?;
        Some((Ok::<_, Infallible>(chunk), events))
    });
    stream(Body::from_stream(chunks))
}

/// A stream of one error.
pub(super) fn error(form: Form<'_>, error: &Error) -> Response {
    let mut out = Vec::with_capacity(EVENT_BYTES);
    frame(&mut out, None, |out| form.write_error(out, error));
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
        let chunk = tokio::select! {
            biased;
            batch = self.reader.next() => batch.map(|batch| self.encode(batch).into()),
            () = tokio::time::sleep(self.silence) => Some(Bytes::from_static(sse::KEEP_ALIVE)),
            () = self.shutdown.canceled() => None,
        };
        self.silence = self.keep_alive;
        chunk
    }

    fn encode(&self, batch: Result<Batch, Error>) -> Vec<u8> {
        let form = Form { version: self.version, id: self.id.as_deref().map(Id::from_json) };
        let mut out = Vec::new();
        match batch {
            Ok(Batch::Entries(entries)) => {
                out.reserve(entries.len() * EVENT_BYTES);
                let Some((task, context)) = &self.place else { return out };
                let last = entries.last().filter(|_| self.reader.has_ended()).map(|entry| entry.seq);
                for entry in &entries {
                    if let Some(event) = entry.entry.event(task, context) {
                        let is_last = last == Some(entry.seq);
                        write(&mut out, Some(entry.seq), form, &Event::Entry(event, is_last));
                    }
                }
            }
            Ok(Batch::Task(task)) => write(&mut out, Some(task.seq), form, &Event::Task(&task)),
            Ok(Batch::Message(message)) => write(&mut out, None, form, &Event::Message(&message)),
            Err(error) => {
                if form.id.is_none() {
                    // By its name alone peers tell it from an event of a kind that they don't know.
                    out.extend_from_slice(b"event: error\n");
                }
                frame(&mut out, None, |out| form.write_error(out, &error));
            }
        }
        out
    }
}

fn write(out: &mut Vec<u8>, seq: Option<u64>, form: Form<'_>, event: &Event<'_>) {
    let cursor = seq.map(Cursor::after);
    frame(out, cursor.as_ref().map(|cursor| cursor as _), |out| form.write_event(out, event));
}

fn frame(out: &mut Vec<u8>, cursor: Option<&dyn fmt::Display>, data: impl FnOnce(&mut Vec<u8>)) {
    let Ok(()) = sse::write_event(out, cursor, |out| {
        data(out);
        Ok::<_, Infallible>(())
    });
}
