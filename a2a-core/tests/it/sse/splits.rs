use std::convert::Infallible;

use a2a_core::sse::{Decoder, KEEP_ALIVE, write_event};
use pretty_assertions::assert_eq;
use proptest::{collection::vec, prelude::*};

use super::{Owned, decode, drain, events, model};

/// Every rule of the format at once, with each kind of line end.
const NASTY: &str = "\u{feff}: hi\r\n\r\nid: 1\r\nevent: tick\r\ndata: é\r\ndata:𝄞\rdata\n: in between\r\n\r\ndata: b\r\r\n\
    id: 2\0\nretry: 20\r\ndata:  c\ndata: {\"k\":\"…\"}\n\nid\n\nevent: none\r\rdata:\n\nid: 3\ndata: \u{feff}d\r\n\r\ndata: cut";

#[test]
fn the_nasty_stream_is_what_it_seems() {
    assert_eq!(
        events(NASTY),
        [
            Owned::data("é\n𝄞\n").event("tick").id("1"),
            Owned::data("b").id("1"),
            Owned::data(" c\n{\"k\":\"…\"}").id("1").retry(20),
            Owned::data("").retry(20),
            Owned::data("\u{feff}d").id("3").retry(20),
        ]
    );
}

#[test]
fn a_stream_split_anywhere_has_the_same_events() {
    let expected = (events(NASTY), Ok(()));
    let stream = NASTY.as_bytes();
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let chunks = [&stream[..first], &stream[first..second], &stream[second..]];
            let mut decoder = Decoder::new();
            assert_eq!(decode(&mut decoder, chunks), expected, "{first} {second}");
            assert!(decoder.finish());
        }
    }
}

#[test]
fn a_stream_that_comes_byte_by_byte_has_the_same_events() {
    let decoded = decode(&mut Decoder::new(), NASTY.as_bytes().chunks(1));
    assert_eq!(decoded, (events(NASTY), Ok(())));
}

#[test]
fn bytes_may_be_pushed_before_the_events_before_them_are_taken() {
    for size in 1..NASTY.len() {
        let mut decoder = Decoder::new();
        let mut taken = Vec::new();
        for (at, chunk) in NASTY.as_bytes().chunks(size).enumerate() {
            decoder.push(chunk);
            if at % 3 == 0 {
                let event = decoder.next_event().unwrap();
                taken.extend(event.map(|event| event.data.to_owned()));
            }
        }
        let mut rest = Vec::new();
        drain(&mut decoder, &mut rest).unwrap();
        taken.extend(rest.into_iter().map(|event| event.data));
        let expected: Vec<_> = events(NASTY).into_iter().map(|event| event.data).collect();
        assert_eq!(taken, expected, "{size}");
    }
}

/// Cuts `stream` at these places, in shares of its length.
fn cut<'a>(stream: &'a [u8], places: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut ends: Vec<_> = places.iter().map(|place| place.index(stream.len() + 1)).collect();
    ends.sort_unstable();
    ends.push(stream.len());
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(&ends).map(|(start, &end)| &stream[start..end]).collect()
}

fn normalized(data: &str) -> String {
    data.replace("\r\n", "\n").replace('\r', "\n")
}

proptest! {
    #[test]
    fn what_is_written_is_read_however_it_is_split(
        written in vec((prop::option::of("[a-z0-9.:-]{1,8}"), "(\\PC|[\r\n \u{feff}]){0,40}", any::<bool>()), 0..12),
        places in vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let mut stream = Vec::new();
        let mut expected = Vec::new();
        let mut last = None;
        for (id, data, keep_alive) in &written {
            let shown = id.as_ref().map(|id| id as &dyn std::fmt::Display);
            let _: Result<(), Infallible> = write_event(&mut stream, shown, |out| {
                out.extend_from_slice(data.as_bytes());
                Ok(())
            });
            if *keep_alive {
                stream.extend_from_slice(KEEP_ALIVE);
            }
            last = id.clone().or(last);
            expected.push(Owned { id: last.clone(), ..Owned::data(&normalized(data)) });
        }
        let mut decoder = Decoder::new();
        prop_assert_eq!(decode(&mut decoder, cut(&stream, &places)), (expected, Ok(())));
        prop_assert!(!decoder.finish());
    }

    #[test]
    fn any_bytes_mean_what_the_standard_says_however_they_are_split(
        stream in "(data|id|event|retry|:| |\r|\n|\r\n|\n\n|[0-9a-c]|\u{e9}|\u{feff}|\0){0,60}".prop_map(String::into_bytes),
        broken in prop::option::of((any::<prop::sample::Index>(), any::<u8>())),
        places in vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let mut stream = stream;
        if let Some((place, byte)) = broken.filter(|_| !stream.is_empty()) {
            let at = place.index(stream.len());
            stream[at] = byte;
        }
        let mut decoder = Decoder::new();
        let mut found = model::Stream::default();
        for chunk in cut(&stream, &places) {
            decoder.push(chunk);
            found.failed |= model::take(&mut decoder, &mut found).is_err();
        }
        prop_assert_eq!(found, model::read(&stream));
    }
}
