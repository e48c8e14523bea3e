//! A response of server-sent events as the events of a task.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use a2a_core::{
    Cursor, Cursored, Error, Events, StreamEvent,
    sse::{DecodeError, Decoder},
};
use futures_core::Stream;
use futures_util::StreamExt as _;

use super::{answer, reply::Reply};
use crate::{FailureKind, Phase, failure::Failure};

/// Reads a response as it comes; nothing is read ahead of the reader but what one read of the socket gave.
pub(super) fn events(reply: Reply, id: String, max_event_bytes: usize) -> Events {
    let decoder = Decoder::new().with_max_event_bytes(max_event_bytes);
    Reader { reply, decoder, id, state: State::Reading }.boxed()
}

struct Reader {
    reply: Reply,
    decoder: Decoder,
    id: String,
    state: State,
}

enum State {
    Reading,
    /// The response has ended, and whatever was left of it has been pushed.
    Draining,
    Ended,
}

impl Reader {
    /// Nothing comes behind an error; the one about a piece of an event says that it is one.
    fn end_with(&mut self, error: Error) -> Error {
        let was_cut = matches!(self.state, State::Draining) && Failure::of(&error).is_some();
        self.state = State::Ended;
        if was_cut {
            let failure = Failure::new(FailureKind::Disconnected, Phase::Stream);
            return failure.with_detail("the last event is incomplete").into();
        }
        error
    }

    /// Gets more bytes.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        if matches!(self.state, State::Draining) {
            self.state = State::Ended;
            return Poll::Ready(Ok(()));
        }
        if let Some(chunk) = ready!(self.reply.poll_chunk(Phase::Stream, cx))? {
            self.decoder.push(&chunk);
        } else {
            // Some servers leave out the empty line behind their last event.
            self.decoder.push(b"\n\n");
            self.state = State::Draining;
        }
        Poll::Ready(Ok(()))
    }
}

impl Stream for Reader {
    type Item = Result<Cursored<StreamEvent>, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        while !matches!(this.state, State::Ended) {
            let error = match this.decoder.next_event() {
                Ok(Some(event)) if event.data.trim_ascii().is_empty() => continue,
                Ok(Some(event)) => {
                    let cursor = event.id.and_then(Cursor::parse);
                    match answer::read(event.data, &this.id, Phase::Stream) {
                        Ok(event) => return Poll::Ready(Some(Ok(Cursored::new(event, cursor)))),
                        Err(error) => error,
                    }
                }
                Ok(None) => match ready!(this.poll_fill(cx)) {
                    Ok(()) => continue,
                    Err(failure) => failure.into(),
                },
                Err(error) => undecodable(error).into(),
            };
            return Poll::Ready(Some(Err(this.end_with(error))));
        }
        Poll::Ready(None)
    }
}

fn undecodable(error: DecodeError) -> Failure {
    let kind = match error {
        DecodeError::EventTooLarge { .. } | DecodeError::NameTooLong { .. } => FailureKind::TooLarge,
        _ => FailureKind::InvalidAnswer,
    };
    Failure::new(kind, Phase::Stream).with_cause(error)
}
