//! What can't be read back, in what is read and in what an agent of one's own writes.

use a2a_core::{Artifact, EntryBody, Part, entry::Chunk, parse_json};
use serde_json::{Value, json};

fn nested(levels: usize) -> Value {
    (0..levels)
        .fold(json!(1), |inner, level| if level % 2 == 0 { json!([inner]) } else { json!({ "in": inner }) })
}

fn chunk(part: Part) -> EntryBody {
    EntryBody::Artifact(Chunk::new(Artifact::new("a".parse().expect("not empty"), part)))
}

#[test]
fn data_is_too_deep_to_be_written_exactly_when_it_is_too_deep_to_be_read() {
    for levels in [0, 1, 99, 100, 101, 102, 500] {
        let written = chunk(Part::data(nested(levels)));
        let json = serde_json::to_string(&written).unwrap();
        let read = serde_json::from_str::<EntryBody>(&json);
        assert_eq!(written.is_unreadable(), read.is_err(), "{levels} levels");
    }
}

#[test]
fn metadata_is_too_deep_to_be_written_exactly_when_it_is_too_deep_to_be_read() {
    for levels in [0, 1, 98, 99, 100, 101, 500] {
        let mut part = Part::text("x");
        part.metadata.insert("key".into(), nested(levels));
        let written = chunk(part);
        let json = serde_json::to_string(&written).unwrap();
        let read = serde_json::from_str::<EntryBody>(&json);
        assert_eq!(written.is_unreadable(), read.is_err(), "{levels} levels");
    }
}

#[test]
fn a_member_by_a_name_of_serde_json_s_own_is_not_written_for_it_could_be_read_as_something_else() {
    for (name, unreadable) in
        [("$serde_json::private::RawValue", true), ("$serde_json::private::Number", true), ("mine", false)]
    {
        let mut noted = Part::text("x");
        noted.metadata.insert(name.to_owned(), json!("5"));
        for part in [Part::data(json!({ name: "5" })), Part::data(json!([{ name: "5" }])), noted] {
            let written = chunk(part);
            assert_eq!(written.is_unreadable(), unreadable, "{written:?}");
            let json = serde_json::to_string(&written).unwrap();
            let read = serde_json::from_str::<EntryBody>(&json).ok();
            assert!(unreadable || read == Some(written), "{json}");
        }
    }
}

#[test]
fn json_in_a_string_is_read_like_any_other_and_no_deeper() {
    assert_eq!(parse_json(r#"{"a":[1,null]}"#), Some(json!({ "a": [1, null] })));
    assert_eq!(parse_json("{"), None);
    assert_eq!(parse_json(&nested(101).to_string()), None);
    assert_eq!(parse_json(r#"{"$serde_json::private::RawValue":"[]"}"#), None);
}
