//! A stream as frames: whatever is there in one chunk of the body, the status behind them.

use std::{convert::Infallible, time::Duration};

use a2a_core::{CURSOR_EXTENSION, ContextId, Cursor, Error, Extensions, Metadata, StreamEvent, TaskId};
use axum::{body::Body, response::Response};
use bytes::Bytes;
use http_body::Frame;
use http_body_util::StreamBody;
use tokio::time::Instant;

use super::{answer, package::Package, status::Status};
use crate::{
    Cancellation,
    reader::{Batch, Reader},
};

/// About what an event takes, for the first size of a chunk.
const EVENT_BYTES: usize = 192;

pub(super) struct Events {
    reader: Reader,
    place: Option<(TaskId, ContextId)>,
    package: &'static Package,
    /// Whether events bring their cursors.
    cursors: bool,
    deadline: Option<Instant>,
    shutdown: Cancellation,
    /// How the stream has ended, once it has.
    over: Option<Status>,
}

enum Next {
    Chunk(Bytes),
    End(Status),
}

impl Events {
    pub(super) fn new(
        reader: Reader,
        package: &'static Package,
        extensions: &Extensions,
        deadline: Option<Instant>,
        shutdown: Cancellation,
    ) -> Self {
        let (place, cursors) = (reader.place(), extensions.contains(CURSOR_EXTENSION));
        Self { reader, place, package, cursors, deadline, shutdown, over: None }
    }

    /// The answer; the status alone if the stream ends with it before its first event, which may take as long as
    /// `grace` before the head is sent without it.
    pub(super) async fn into_response(mut self, grace: Duration) -> Result<Response, Status> {
        let first = match tokio::time::timeout(grace, self.next()).await {
            Ok(Next::End(status)) => return Err(status),
            Ok(Next::Chunk(chunk)) => Some(chunk),
            Err(_) => None,
        };
        let state = (first, Some(self));
        let frames = futures_util::stream::unfold(state, async |(first, events)| {
            let mut events = events?;
            let next = match first {
                Some(chunk) => Next::Chunk(chunk),
                None => events.next().await,
            };
            Some(match next {
                Next::Chunk(chunk) => (Ok::<_, Infallible>(Frame::data(chunk)), (None, Some(events))),
                Next::End(status) => (Ok(Frame::trailers(status.trailers())), (None, None)),
            })
        });
        Ok(answer(Body::new(StreamBody::new(frames))))
    }

    async fn next(&mut self) -> Next {
        loop {
            if let Some(status) = self.over.take() {
                return Next::End(status);
            }
            if self.shutdown.is_canceled() {
                return Next::End(Status::shutting_down());
            }
            let deadline = self.deadline;
            // A reader that always has something ready would never let the clock be looked at.
            if deadline.is_some_and(|at| at <= Instant::now()) {
                return Next::End(Status::deadline_exceeded());
            }
            let expired = async {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let batch = tokio::select! {
                biased;
                batch = self.reader.next() => batch,
                () = self.shutdown.canceled() => return Next::End(Status::shutting_down()),
                () = expired => return Next::End(Status::deadline_exceeded()),
            };
            let mut out = Vec::new();
            let written = match batch {
                None => return Next::End(Status::ok()),
                Some(batch) => batch.and_then(|batch| self.write(&mut out, batch)),
            };
            self.over = written.err().map(|error| self.package.status(&error));
            if !out.is_empty() {
                return Next::Chunk(out.into());
            }
        }
    }

    fn write(&self, out: &mut Vec<u8>, batch: Batch) -> Result<(), Error> {
        let ended = self.reader.has_ended();
        match batch {
            Batch::Entries(entries) => {
                out.reserve(entries.len() * EVENT_BYTES);
                let Some((task, context)) = &self.place else { return Ok(()) };
                let latest = entries.last().map(|entry| entry.seq);
                for entry in &entries {
                    if let Some(event) = entry.entry.event(task, context) {
                        let last = ended && latest == Some(entry.seq);
                        self.write_event(out, event.to_stream_event(), Some(entry.seq), last)?;
                    }
                }
                Ok(())
            }
            Batch::Task(task) => {
                let seq = task.seq;
                self.write_event(out, task.into_task().into(), Some(seq), ended)
            }
            Batch::Message(message) => self.write_event(out, StreamEvent::Message(message), None, ended),
        }
    }

    fn write_event(
        &self,
        out: &mut Vec<u8>,
        mut event: StreamEvent,
        seq: Option<u64>,
        last: bool,
    ) -> Result<(), Error> {
        if let Some(seq) = seq.filter(|_| self.cursors)
            && let Some(metadata) = metadata(&mut event)
        {
            metadata.insert(CURSOR_EXTENSION.to_owned(), Cursor::after(seq).to_string().into());
        }
        (self.package.event)(out, event, last)
    }
}

/// Where an event carries its cursor.
fn metadata(event: &mut StreamEvent) -> Option<&mut Metadata> {
    match event {
        StreamEvent::Task(task) => Some(&mut task.metadata),
        StreamEvent::StatusUpdate(update) => Some(&mut update.metadata),
        StreamEvent::ArtifactUpdate(update) => Some(&mut update.metadata),
        _ => None,
    }
}
