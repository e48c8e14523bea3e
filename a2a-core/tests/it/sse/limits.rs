use a2a_core::sse::{DecodeError, Decoder, MAX_EVENT_BYTES, MAX_NAME_BYTES};
use pretty_assertions::assert_eq;

use super::{Owned, decode};

fn size_of(end: Result<(), DecodeError>) -> usize {
    match end {
        Err(DecodeError::EventTooLarge { size, .. }) => size,
        other => panic!("expected an event that is too large, got {other:?}"),
    }
}

#[test]
fn an_event_of_just_the_limit_is_taken_and_one_byte_more_is_not() {
    let stream = b"data: 123456\n\n";
    let taken = decode(&mut Decoder::new().with_max_event_bytes(12), [stream.as_slice()]);
    assert_eq!(taken, (vec![Owned::data("123456")], Ok(())));
    let refused = decode(&mut Decoder::new().with_max_event_bytes(11), [stream.as_slice()]);
    assert_eq!(refused, (vec![], Err(DecodeError::EventTooLarge { limit: 11, size: 12 })));
}

#[test]
fn the_error_names_the_limit_and_the_size() {
    let error = DecodeError::EventTooLarge { limit: 11, size: 12 };
    assert_eq!(error.to_string(), "an event of the stream has 12 bytes or more, the limit is 11");
}

#[test]
fn a_line_that_does_not_end_is_refused_as_soon_as_it_is_too_long() {
    let mut decoder = Decoder::new().with_max_event_bytes(100);
    let (_, end) = decode(&mut decoder, std::iter::repeat_n(b"data: more".as_slice(), 1000));
    assert_eq!(size_of(end), 110);
}

#[test]
fn lines_that_do_not_end_their_event_are_refused_once_they_are_too_much() {
    let mut decoder = Decoder::new().with_max_event_bytes(100);
    let (_, end) = decode(&mut decoder, std::iter::repeat_n(b"data: more\n".as_slice(), 1000));
    assert!(size_of(end) <= 110);
}

#[test]
fn the_type_of_an_event_counts() {
    let mut decoder = Decoder::new().with_max_event_bytes(20);
    let (taken, end) =
        decode(&mut decoder, [b"event: 12345678\ndata: 123456\n\ndata: 1234567\n\n".as_slice()]);
    assert_eq!((taken.len(), end), (2, Ok(())));
    let (_, end) = decode(&mut decoder, [b"event: 12345678\ndata: 1234567\n\n".as_slice()]);
    assert_eq!(size_of(end), 21);
}

#[test]
fn comments_of_any_number_are_no_event() {
    let mut decoder = Decoder::new().with_max_event_bytes(100);
    let comments = std::iter::repeat_n(b": keep-alive\n".as_slice(), 1000);
    let chunks = [b"data: a\n".as_slice()].into_iter().chain(comments).chain([b"\n".as_slice()]);
    assert_eq!(decode(&mut decoder, chunks), (vec![Owned::data("a")], Ok(())));
}

#[test]
fn each_event_has_the_limit_to_itself() {
    let mut decoder = Decoder::new().with_max_event_bytes(10);
    let (taken, end) = decode(&mut decoder, [b"data: 1234\n\n".repeat(1000).as_slice()]);
    assert_eq!((taken.len(), end), (1000, Ok(())));
}

#[test]
fn a_decoder_takes_ten_mebibytes_unless_told_otherwise() {
    let mut stream = b"data: ".to_vec();
    stream.resize(MAX_EVENT_BYTES, b'x');
    let mut decoder = Decoder::new();
    decoder.push(&stream);
    assert_eq!(decoder.next_event(), Ok(None));
    decoder.push(b"x");
    let error = DecodeError::EventTooLarge { limit: 10 << 20, size: (10 << 20) + 1 };
    assert_eq!(decoder.next_event(), Err(error));
}

#[test]
fn an_id_or_a_type_of_just_its_limit_is_taken_and_one_byte_more_is_not() {
    let name = "x".repeat(MAX_NAME_BYTES);
    for field in ["id", "event"] {
        let stream = format!("{field}: {name}\ndata: a\n\n{field}: {name}x\ndata: b\n\n");
        let (taken, end) = decode(&mut Decoder::new(), [stream.as_bytes()]);
        let expected = if field == "id" { Owned::data("a").id(&name) } else { Owned::data("a").event(&name) };
        assert_eq!(taken, [expected]);
        let error = DecodeError::NameTooLong { field, limit: 64 << 10, size: (64 << 10) + 1 };
        assert_eq!(end, Err(error.clone()));
        let text = format!("the {field} of an event of the stream has 65537 bytes, the limit is 65536");
        assert_eq!(error.to_string(), text);
    }
}
