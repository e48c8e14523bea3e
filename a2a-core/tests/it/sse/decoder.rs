use std::time::Duration;

use a2a_core::sse::{DecodeError, Decoder};
use pretty_assertions::assert_eq;

use super::{Owned, decode, events};

#[test]
fn lines_end_with_a_line_feed_a_carriage_return_or_both() {
    for stream in ["data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r"] {
        assert_eq!(events(stream), [Owned::data("a"), Owned::data("b")], "{stream:?}");
    }
}

#[test]
fn an_event_that_ends_in_a_carriage_return_does_not_wait_for_a_line_feed() {
    let mut decoder = Decoder::new();
    decoder.push(b"data: a\r\n\r");
    assert_eq!(decoder.next_event().unwrap().map(|event| event.data), Some("a"));
    decoder.push(b"\ndata: b\r\n\r");
    assert_eq!(decoder.next_event().unwrap().map(|event| event.data), Some("b"));
}

#[test]
fn a_byte_order_mark_counts_only_at_the_start() {
    assert_eq!(events("\u{feff}data: a\n\n"), [Owned::data("a")]);
    assert_eq!(events("\u{feff}\u{feff}data: a\n\n"), []);
    assert_eq!(events("data: a\n\n\u{feff}data: b\n\n"), [Owned::data("a")]);
}

#[test]
fn lines_of_data_are_joined_with_line_feeds() {
    assert_eq!(events("data: {\ndata:  \"a\": 1\ndata\ndata:}\n\n"), [Owned::data("{\n \"a\": 1\n\n}")]);
}

#[test]
fn one_space_behind_the_colon_is_dropped() {
    assert_eq!(
        events("data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n"),
        [Owned::data("a"), Owned::data("a"), Owned::data(" a"), Owned::data("\ta"),]
    );
}

#[test]
fn a_field_without_a_colon_has_an_empty_value() {
    assert_eq!(events("data\n\ndata\ndata\n\n"), [Owned::data(""), Owned::data("\n")]);
}

#[test]
fn comments_and_unknown_fields_are_ignored_wherever_they_are() {
    let stream =
        ": hello\n\nfoo: 1\n data: no\nDATA: no\ndata: a\n:\n: keep-alive\nbar\ndata: b\n\n: bye\n\n";
    assert_eq!(events(stream), [Owned::data("a\nb")]);
}

#[test]
fn an_event_without_data_is_none_and_its_type_is_forgotten() {
    assert_eq!(
        events("event: a\n\ndata: x\n\nevent: b\ndata: y\n\ndata: z\n\n"),
        [Owned::data("x"), Owned::data("y").event("b"), Owned::data("z"),]
    );
}

#[test]
fn an_id_holds_until_the_next_and_an_empty_one_ends_it() {
    assert_eq!(
        events("id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid\ndata: d\n\n"),
        [Owned::data("a").id("1"), Owned::data("b").id("1"), Owned::data("c").id("2"), Owned::data("d"),]
    );
}

#[test]
fn an_id_with_a_nul_is_ignored() {
    assert_eq!(events("id: 1\nid: 2\0\ndata: a\n\n"), [Owned::data("a").id("1")]);
}

#[test]
fn a_retry_time_is_digits_only() {
    assert_eq!(
        events(
            "retry: 1500\ndata: a\n\nretry: 1s\nretry: -1\nretry: +1\nretry:\ndata: b\n\nretry: 0\ndata: c\n\n"
        ),
        [Owned::data("a").retry(1500), Owned::data("b").retry(1500), Owned::data("c").retry(0)]
    );
    assert_eq!(events("retry: 99999999999999999999\ndata: a\n\n"), [Owned::data("a")]);
}

#[test]
fn an_id_counts_once_its_event_is_complete() {
    let mut decoder = Decoder::new();
    let (taken, end) = decode(&mut decoder, [b"retry: 10\nid: 1\ndata: a\n\nid: 2\ndata: b\n".as_slice()]);
    assert_eq!((taken, end), (vec![Owned::data("a").id("1").retry(10)], Ok(())));
    assert_eq!(decoder.last_event_id(), Some("1"));
    assert_eq!(decoder.retry(), Some(Duration::from_millis(10)));
}

#[test]
fn the_end_of_a_response_drops_what_is_incomplete_and_says_so() {
    for (stream, cut) in [
        ("", false),
        ("data: a\n\n", false),
        ("data: a\r\n\r\n", false),
        ("data: a\n\n: keep", false),
        ("data: a\n\n: keep-alive\n", false),
        ("event: a\n\n", false),
        ("data: a\n", true),
        ("data: a\n\nd", true),
        ("data: a\n\nid: 1\n", true),
        ("data: a\n\nevent: b\n", true),
        ("event: b\ndata: a\n\n", false),
    ] {
        let mut decoder = Decoder::new();
        assert_eq!(decode(&mut decoder, [stream.as_bytes()]).1, Ok(()));
        assert_eq!(decoder.finish(), cut, "{stream:?}");
    }
}

#[test]
fn events_that_were_not_taken_are_cut_off_too() {
    let mut decoder = Decoder::new();
    decoder.push(b"data: a\n\n");
    assert!(decoder.finish());
}

#[test]
fn a_decoder_goes_on_with_the_next_response() {
    let mut decoder = Decoder::new();
    let (_, end) =
        decode(&mut decoder, [b"retry: 10\nid: 1\ndata: a\n\nid: 2\nevent: b\ndata: b".as_slice()]);
    assert_eq!(end, Ok(()));
    assert!(decoder.finish());
    let (rest, end) = decode(&mut decoder, ["\u{feff}data: c\n\n".as_bytes()]);
    assert_eq!((rest, end), (vec![Owned::data("c").id("1").retry(10)], Ok(())));
}

#[test]
fn bytes_that_are_not_utf_8_are_an_error_that_stays() {
    for stream in
        [b"data: a\n\ndata: \xff\n\n".as_slice(), b"data: a\n\nevent: \xff\n", b"data: a\n\nid: \xff\n"]
    {
        let mut decoder = Decoder::new();
        let (taken, end) = decode(&mut decoder, [stream]);
        assert_eq!(taken, [Owned::data("a")]);
        let error = end.unwrap_err();
        assert!(matches!(error, DecodeError::NotUtf8(_)), "{error:?}");
        assert_eq!(error.to_string(), "an event of the stream isn't valid UTF-8");
        decoder.push(b"\n\ndata: b\n\n");
        assert_eq!(decoder.next_event(), Err(error));
        assert!(decoder.finish());
        assert_eq!(decoder.next_event(), Ok(None));
    }
}

#[test]
fn an_event_that_was_refused_is_cut_off() {
    let mut decoder = Decoder::new();
    let (_, end) = decode(&mut decoder, [b"data: \xff\n\n".as_slice()]);
    assert!(end.is_err());
    assert!(decoder.finish());
}

#[test]
fn what_is_ignored_need_not_be_utf_8() {
    assert_eq!(events(b": \xff\nfoo: \xff\ndata: a\n\n"), [Owned::data("a")]);
}
