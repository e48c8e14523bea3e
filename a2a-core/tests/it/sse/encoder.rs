use std::convert::Infallible;

use a2a_core::sse::{KEEP_ALIVE, write_event};
use pretty_assertions::assert_eq;
use serde::Serialize;

use super::{Owned, events};

fn text(id: Option<&dyn std::fmt::Display>, data: &str) -> String {
    let mut out = Vec::new();
    let written = write_event(&mut out, id, |out| {
        out.extend_from_slice(data.as_bytes());
        Ok::<_, Infallible>(())
    });
    assert_eq!(written, Ok(()));
    String::from_utf8(out).expect("only text was written")
}

#[test]
fn an_event_is_its_id_one_line_of_data_and_an_empty_line() {
    assert_eq!(text(Some(&"t1.7"), r#"{"a":1}"#), "id: t1.7\ndata: {\"a\":1}\n\n");
}

#[test]
fn an_event_without_an_id_has_no_id_line() {
    assert_eq!(text(None, "x"), "data: x\n\n");
}

#[test]
fn events_append_to_what_the_buffer_holds() {
    let mut out = KEEP_ALIVE.to_vec();
    write_event(&mut out, Some(&1), |out| serde_json::to_writer(out, "x")).unwrap();
    write_event(&mut out, Some(&2), |out| serde_json::to_writer(out, "y")).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        ": keep-alive\n\nid: 1\ndata: \"x\"\n\nid: 2\ndata: \"y\"\n\n"
    );
}

#[test]
fn data_with_line_breaks_becomes_several_lines_and_comes_back_with_line_feeds() {
    for (data, encoded, decoded) in [
        ("a\nb", "data: a\ndata: b\n\n", "a\nb"),
        ("a\r\nb", "data: a\ndata: b\n\n", "a\nb"),
        ("a\rb", "data: a\ndata: b\n\n", "a\nb"),
        ("\n", "data: \ndata: \n\n", "\n"),
        ("a\n", "data: a\ndata: \n\n", "a\n"),
        ("a\n\r\r\nb", "data: a\ndata: \ndata: \ndata: b\n\n", "a\n\n\nb"),
        (" a\n  b: c", "data:  a\ndata:   b: c\n\n", " a\n  b: c"),
    ] {
        assert_eq!(text(None, data), encoded);
        assert_eq!(events(encoded), [Owned::data(decoded)]);
    }
}

#[test]
fn empty_data_is_an_event() {
    assert_eq!(text(None, ""), "data: \n\n");
    assert_eq!(events("data: \n\n"), [Owned::data("")]);
}

#[test]
fn an_id_that_would_break_the_stream_is_left_out() {
    for id in ["a\nb", "a\rb", "a\0b"] {
        assert_eq!(text(Some(&id), "x"), "data: x\n\n");
    }
}

#[test]
fn an_event_whose_data_fails_leaves_nothing_behind() {
    struct Fails;

    impl Serialize for Fails {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no"))
        }
    }

    let mut out = KEEP_ALIVE.to_vec();
    let written = write_event(&mut out, Some(&1), |out| serde_json::to_writer(out, &("begun", Fails)));
    assert_eq!(written.unwrap_err().to_string(), "no");
    assert_eq!(out, KEEP_ALIVE);
}
