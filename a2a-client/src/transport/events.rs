//! A response of server-sent events as the events of a task.

use a2a_core::{
    Cursor, Cursored, Error, Events, StreamEvent,
    sse::{DecodeError, Decoder},
};
use futures_util::{StreamExt as _, stream};

use super::{answer, reply::Reply};
use crate::{FailureKind, Phase, failure::Failure};

/// Reads a response as it comes; nothing is read ahead of the reader but what one read of the socket gave.
pub(super) fn events(reply: Reply, id: String, max_event_bytes: usize) -> Events {
    let decoder = Decoder::new().with_max_event_bytes(max_event_bytes);
    let reader = Box::new(Reader { reply, decoder, id, state: State::Reading });
    stream::unfold(reader, async |mut reader| reader.next().await.map(|item| (item, reader))).boxed()
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
    async fn next(&mut self) -> Option<Result<Cursored<StreamEvent>, Error>> {
        while !matches!(self.state, State::Ended) {
            let item = match self.decoder.next_event() {
                Ok(Some(event)) if event.data.trim_ascii().is_empty() => continue,
                Ok(Some(event)) => {
                    let cursor = event.id.and_then(Cursor::parse);
                    answer::read(event.data, &self.id, Phase::Stream)
                        .map(|event| Cursored::new(event, cursor))
                }
                Ok(None) => match self.fill().await {
                    Ok(()) => continue,
                    Err(failure) => Err(failure.into()),
                },
                Err(error) => Err(undecodable(error).into()),
            };
            return Some(item.map_err(|error| self.end_with(error)));
        }
        None
    }

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
    async fn fill(&mut self) -> Result<(), Failure> {
        if matches!(self.state, State::Draining) {
            self.state = State::Ended;
            return Ok(());
        }
        if let Some(chunk) = self.reply.chunk(Phase::Stream).await? {
            self.decoder.push(&chunk);
        } else {
            // Some servers leave out the empty line behind their last event.
            self.decoder.push(b"\n\n");
            self.state = State::Draining;
        }
        Ok(())
    }
}

fn undecodable(error: DecodeError) -> Failure {
    let kind = match error {
        DecodeError::EventTooLarge { .. } => FailureKind::TooLarge,
        _ => FailureKind::InvalidAnswer,
    };
    Failure::new(kind, Phase::Stream).with_cause(error)
}
