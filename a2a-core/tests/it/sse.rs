use std::time::Duration;

use a2a_core::sse::{DecodeError, Decoder};

mod decoder;
mod encoder;
mod limits;
mod model;
mod splits;

/// An event that outlives its decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Owned {
    event: Option<String>,
    data: String,
    id: Option<String>,
    retry: Option<Duration>,
}

impl Owned {
    fn data(data: &str) -> Self {
        Self { event: None, data: data.to_owned(), id: None, retry: None }
    }

    fn event(mut self, event: &str) -> Self {
        self.event = Some(event.to_owned());
        self
    }

    fn id(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    fn retry(mut self, millis: u64) -> Self {
        self.retry = Some(Duration::from_millis(millis));
        self
    }
}

/// Takes all events that are there; adds them to `events`.
fn drain(decoder: &mut Decoder, events: &mut Vec<Owned>) -> Result<(), DecodeError> {
    while let Some(event) = decoder.next_event()? {
        events.push(Owned {
            event: event.event.map(str::to_owned),
            data: event.data.to_owned(),
            id: event.id.map(str::to_owned),
            retry: event.retry,
        });
    }
    Ok(())
}

/// The events of a stream that comes in these chunks, and how it ended.
fn decode<'a>(
    decoder: &mut Decoder,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> (Vec<Owned>, Result<(), DecodeError>) {
    let mut events = Vec::new();
    for chunk in chunks {
        decoder.push(chunk);
        if let Err(error) = drain(decoder, &mut events) {
            return (events, Err(error));
        }
    }
    (events, Ok(()))
}

/// The events of a stream that comes whole and is correct.
fn events(stream: impl AsRef<[u8]>) -> Vec<Owned> {
    let (events, end) = decode(&mut Decoder::new(), [stream.as_ref()]);
    assert_eq!(end, Ok(()));
    events
}
