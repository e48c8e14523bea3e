//! Server-sent events, against a model that is slow and plain.

#[path = "../../a2a-core/tests/it/sse/model.rs"]
mod model;

use a2a_core::sse::{Decoder, write_event};

/// The first byte says how the rest is split.
pub fn check(data: &[u8]) {
    let Some((&split, stream)) = data.split_first() else { return };
    let expected = model::read(stream);
    let mut decoder = Decoder::new();
    let found = read(&mut decoder, stream, usize::from(split));
    assert_eq!(found, expected, "{:?}", String::from_utf8_lossy(stream));
    decoder.finish();
    assert_eq!(decoder.next_event(), Ok(None));

    let limit = usize::from(split) / 2;
    let mut narrow = Decoder::new().with_max_event_bytes(limit);
    let found = read(&mut narrow, stream, usize::from(split));
    assert!(expected.events.starts_with(&found.events));
    assert!(found.events.iter().all(|event| event.data.len() <= limit));

    for event in &expected.events {
        let mut written = Vec::new();
        let id = event.id.as_ref().map(|id| id as &dyn std::fmt::Display);
        let Ok(()) = write_event(&mut written, id, |out| {
            out.extend_from_slice(event.data.as_bytes());
            Ok::<_, std::convert::Infallible>(())
        });
        let again = model::read(&written);
        let plain = model::Told { event: None, retry: None, ..event.clone() };
        assert_eq!(again, model::Stream { events: vec![plain], failed: false });
    }
}

/// Chunks of `split % 16 + 1` bytes, or, above 127, of lengths that go round.
fn read(decoder: &mut Decoder, stream: &[u8], split: usize) -> model::Stream {
    let (mut rest, mut length) = (stream, split % 16 + 1);
    let mut read = model::Stream::default();
    while !rest.is_empty() {
        let (chunk, following) = rest.split_at(length.min(rest.len()));
        decoder.push(chunk);
        if model::take(decoder, &mut read).is_err() {
            read.failed = true;
            return read;
        }
        rest = following;
        if split > 127 {
            length = length * 7 % 31 + 1;
        }
    }
    read
}
