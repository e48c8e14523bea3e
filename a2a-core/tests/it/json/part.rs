use a2a_core::{Message, Metadata, Part, PartContent};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{read, read_value, written};

fn is_json(part: &Part, json: &Value) {
    assert_eq!(written(part), *json);
    assert_eq!(read_value::<Part>(json).as_ref(), Ok(part));
}

#[test]
fn each_content_has_its_member_and_takes_a_name_and_a_type() {
    is_json(&Part::text("hi"), &json!({"text": "hi"}));
    is_json(&Part::text(""), &json!({"text": ""}));
    is_json(&Part::raw(vec![0xfb, 0xff]), &json!({"raw": "+/8="}));
    is_json(&Part::raw(vec![]), &json!({"raw": ""}));
    is_json(&Part::url("https://example.com"), &json!({"url": "https://example.com"}));
    is_json(&Part::data(json!({"a": [1, null]})), &json!({"data": {"a": [1, null]}}));
    is_json(&Part::data(Value::Null), &json!({"data": null}));
    let metadata: Metadata = json!({"k": null}).as_object().cloned().unwrap();
    for part in [Part::text("t"), Part::raw(vec![1]), Part::url("u"), Part::data(json!(false))] {
        let mut json = written(&part);
        json["metadata"] = json!({"k": null});
        json["filename"] = json!("f.txt");
        json["mediaType"] = json!("text/plain");
        let part = part.with_metadata(metadata.clone()).with_filename("f.txt").with_media_type("text/plain");
        is_json(&part, &json);
    }
}

#[test]
fn a_part_has_exactly_one_content() {
    let refused = |text: &str, how: &str| {
        let error = read::<Part>(text).expect_err(text);
        let expected = format!("a part has exactly one of text, raw, url and data, this one has {how}");
        assert!(error.starts_with(&expected), "{text}: {error}");
    };
    for none in [
        "{}",
        r#"{"text":null}"#,
        r#"{"raw":null,"url":null}"#,
        r#"{"filename":"f"}"#,
        r#"{"metadata":{"a":1}}"#,
    ] {
        refused(none, "none");
    }
    for two in [
        r#"{"text":"a","url":"b"}"#,
        r#"{"text":"","raw":""}"#,
        r#"{"data":null,"text":"a"}"#,
        r#"{"url":"b","data":null}"#,
        r#"{"text":"a","text":"a"}"#,
        r#"{"data":1,"data":1}"#,
        r#"{"x":1,"text":"a","y":2,"url":"b"}"#,
    ] {
        refused(two, "two");
    }
}

#[test]
fn a_null_member_is_no_content_unless_it_is_data() {
    let json =
        json!({"text": "a", "raw": null, "url": null, "metadata": null, "filename": null, "mediaType": null});
    assert_eq!(read_value(&json), Ok(Part::text("a")));
    let json = json!({"text": null, "data": null});
    assert_eq!(read_value(&json), Ok(Part::data(Value::Null)));
}

#[test]
fn text_is_written_literally_and_read_with_escapes() {
    let part = Part::text("<é>&\u{1f600}/\u{2028}");
    assert_eq!(serde_json::to_string(&part).unwrap(), "{\"text\":\"<é>&\u{1f600}/\u{2028}\"}");
    assert_eq!(read(r#"{"text":"\u003cé\u003E\u0026\ud83d\ude00\/\u2028"}"#), Ok(part));
}

#[test]
fn raw_is_read_in_either_alphabet_with_or_without_padding() {
    for spelling in ["+/8=", "-_8=", "+/8", "-_8", "+/9", "+/9="] {
        let json = json!({"raw": spelling});
        assert_eq!(read_value(&json), Ok(Part::raw(vec![0xfb, 0xff])), "{spelling}");
    }
    for junk in ["+_8=", "A", "A===", "AA=A", "=", "AA==AA==", "AAA A", "AAA\n", "é", "\u{0}", "AA===="] {
        assert!(read_value::<Part>(&json!({"raw": junk})).is_err(), "{junk:?}");
    }
    for other in [json!(5), json!([1, 2]), json!({})] {
        assert!(read_value::<Part>(&json!({"raw": other})).is_err());
    }
}

#[test]
fn empty_names_are_absent() {
    assert_eq!(read(r#"{"text":"a","filename":"","mediaType":"","media_type":""}"#), Ok(Part::text("a")));
}

#[test]
fn a_content_that_is_unknown_is_kept_only_when_it_stands_alone() {
    let json = json!({
        "kind": "file", "file": {"bytes": "AA==", "big": 9_007_199_254_740_993_u64, "none": null},
        "filename": "f", "metadata": {"k": 1},
    });
    let part: Part = read_value(&json).unwrap();
    let PartContent::Unknown(members) = &part.content else { panic!("{part:?}") };
    assert_eq!(members.len(), 2);
    assert_eq!((part.as_text(), part.filename.as_deref()), (None, Some("f")));
    assert_eq!(written(&part), json);
    for text in [r#"{"kind":"text","text":"a","later":{"deep":[]}}"#, r#"{"later":{"deep":[]},"text":"a"}"#] {
        assert_eq!(read(text), Ok(Part::text("a")));
    }
}

#[test]
fn a_part_is_an_object() {
    for other in [json!(null), json!("a"), json!(1), json!(["a"]), json!([])] {
        assert!(read_value::<Part>(&other).is_err(), "{other}");
        assert!(read_value::<Message>(&json!({"messageId": "m", "parts": [other]})).is_err());
    }
}

#[test]
fn data_and_metadata_keep_their_integers_and_nulls() {
    let json = json!({
        "data": [u64::MAX, i64::MIN, 9_007_199_254_740_993_i64, 1.5, -0.25, null, true, "", {}, []],
        "metadata": {"none": null, "big": u64::MAX, "deep": {"none": null, "list": [null]}},
    });
    let part: Part = read_value(&json).unwrap();
    assert_eq!(written(&part), json);
    assert_eq!(written(&part).to_string(), json.to_string());
}

proptest! {
    #[test]
    fn any_bytes_survive_in_either_alphabet(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
        let part = Part::raw(bytes);
        let json = written(&part);
        let raw = json["raw"].as_str().unwrap();
        for spelling in [raw.to_owned(), raw.replace('=', ""), raw.replace('+', "-").replace('/', "_")] {
            prop_assert_eq!(read_value(&json!({"raw": spelling})), Ok(part.clone()));
        }
    }

    #[test]
    fn any_text_is_base64_or_not(text in "[A-Za-z0-9+/_=-]{0,9}") {
        let _ = read_value::<Part>(&json!({"raw": text}));
    }

    #[test]
    fn any_text_survives(text in any::<String>()) {
        let part = Part::text(text);
        prop_assert_eq!(read_value(&written(&part)), Ok(part));
    }
}
