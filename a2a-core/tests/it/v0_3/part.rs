use a2a_core::v0_3::{File, FileContent, Part, PartContent, rest::ProtoJson};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{is_json, object, reads_as, refused};
use crate::json::written;

fn file(content: FileContent) -> Part {
    Part::new(PartContent::File(File::new(content)))
}

fn bytes(bytes: &[u8]) -> Part {
    file(FileContent::Bytes(bytes.to_vec().into()))
}

fn uri(uri: &str) -> Part {
    file(FileContent::Uri(uri.to_owned()))
}

fn data(json: Value) -> Part {
    Part::new(PartContent::Data(object(json)))
}

#[test]
fn each_kind_is_written_with_its_kind() {
    is_json(&Part::text(""), &json!({"kind": "text", "text": ""}));
    is_json(&bytes(&[0xfb, 0xff]), &json!({"kind": "file", "file": {"bytes": "+/8="}}));
    is_json(&uri("gs://b/f"), &json!({"kind": "file", "file": {"uri": "gs://b/f"}}));
    is_json(&data(json!({"a": [1, null]})), &json!({"kind": "data", "data": {"a": [1, null]}}));
    is_json(&data(json!({})), &json!({"kind": "data", "data": {}}));
}

#[test]
fn a_file_keeps_its_name_and_type_and_any_part_its_metadata() {
    let mut file = File::new(FileContent::Uri("u".into()));
    (file.name, file.mime_type) = (Some("f.txt".into()), Some("text/plain".into()));
    let mut part = Part::new(PartContent::File(file));
    part.metadata = object(json!({"k": null}));
    let file = json!({"uri": "u", "name": "f.txt", "mimeType": "text/plain"});
    is_json(&part, &json!({"kind": "file", "file": file, "metadata": {"k": null}}));
    let snake = json!({"uri": "u", "name": "f.txt", "mime_type": "text/plain"});
    reads_as(&json!({"metadata": {"k": null}, "file": snake, "kind": "file"}), &part);
}

#[test]
fn protobufs_parts_are_read_without_a_kind() {
    reads_as(&json!({"text": "a"}), &Part::text("a"));
    reads_as(&json!({"text": "a", "later": 1}), &Part::text("a"));
    reads_as(&json!({"file": {"fileWithUri": "u", "mimeType": ""}}), &uri("u"));
    reads_as(&json!({"file": {"file_with_uri": "u"}}), &uri("u"));
    reads_as(&json!({"data": {"data": {"a": 1}}}), &data(json!({"a": 1})));
    reads_as(&json!({"data": {}}), &data(json!({})));
    reads_as(&json!({"text": "a", "file": null, "data": null}), &Part::text("a"));
    // Without a kind it is JSON-RPC's all the same, unless it could only be protobuf's.
    reads_as(&json!({"data": {"data": 1}}), &data(json!({"data": 1})));
    reads_as(&json!({"data": {"data": {}, "more": 1}}), &data(json!({"data": {}, "more": 1})));
    reads_as(&json!({"kind": "data", "data": {"data": {"a": 1}}}), &data(json!({"data": {"a": 1}})));
}

#[test]
fn bytes_are_read_in_either_alphabet_with_or_without_padding() {
    for spelling in ["+/8=", "-_8=", "+/8", "-_8"] {
        reads_as(&json!({"kind": "file", "file": {"bytes": spelling}}), &bytes(&[0xfb, 0xff]));
    }
    for junk in ["+_8=", "A", "é"] {
        refused::<Part>(&json!({"kind": "file", "file": {"bytes": junk}}), "not valid base64");
    }
}

#[test]
fn file_with_bytes_holds_the_bytes_or_their_base64() {
    // Python and Go put base64 into a field for bytes, JavaScript puts the bytes there.
    reads_as(&json!({"file": {"fileWithBytes": "Ky84PQ=="}}), &bytes(&[0xfb, 0xff]));
    reads_as(&json!({"file": {"file_with_bytes": "Ky84PQ"}}), &bytes(&[0xfb, 0xff]));
    reads_as(&json!({"file": {"fileWithBytes": "+/8="}}), &bytes(&[0xfb, 0xff]));
    reads_as(&json!({"file": {"fileWithBytes": ""}}), &bytes(&[]));
    // `+/8` has no padding, so it is no base64 that one of them has written.
    reads_as(&json!({"file": {"fileWithBytes": "Ky84"}}), &bytes(b"+/8"));
    // JSON-RPC encodes once.
    reads_as(&json!({"kind": "file", "file": {"bytes": "Ky84PQ=="}}), &bytes(b"+/8="));
}

#[test]
fn a_file_has_bytes_or_a_uri() {
    refused::<Part>(
        &json!({"kind": "file", "file": {}}),
        "a file has either bytes or a uri, this one has neither",
    );
    for both in [
        json!({"bytes": "", "uri": ""}),
        json!({"fileWithBytes": "", "bytes": ""}),
        json!({"fileWithUri": "u", "uri": "u"}),
    ] {
        refused::<Part>(&json!({"file": both}), "a file has either bytes or a uri, this one has both");
    }
    reads_as(&json!({"kind": "file", "file": {"bytes": null, "uri": "u", "name": null}}), &uri("u"));
}

#[test]
fn a_part_has_what_its_kind_says() {
    refused::<Part>(&json!({"kind": "text", "data": {}}), "missing field `text`");
    refused::<Part>(&json!({"kind": "file", "text": "a"}), "missing field `file`");
    refused::<Part>(&json!({"text": "a", "kind": "data"}), "missing field `data`");
    reads_as(&json!({"kind": "text", "text": "a", "file": null, "data": {}, "x": 1}), &Part::text("a"));
    refused::<Part>(&json!({}), "a part has one of text, file and data, this one has none");
    refused::<Part>(
        &json!({"text": null, "data": null, "metadata": {}}),
        "a part has one of text, file and data, this one has none",
    );
    let two = "a part without a kind has one of text, file and data, this one has two";
    refused::<Part>(&json!({"text": "a", "data": {}}), two);
    refused::<Part>(&json!({"text": "a", "file": {"uri": "u"}}), two);
}

#[test]
fn an_unknown_kind_is_kept_whatever_its_members_are() {
    let json = json!({"kind": "video", "text": [1], "data": 5, "file": "f", "big": u64::MAX, "none": null});
    let part = Part::new(PartContent::Unknown(object(json.clone())));
    assert_eq!(written(&part), json);
    // With the kind in front, as texts have it: maps in memory are sorted.
    let text = r#"{"kind":"video","text":[1],"data":5,"file":"f","big":18446744073709551615,"none":null}"#;
    assert_eq!(serde_json::from_str::<Part>(text).unwrap(), part);
    assert_eq!(written(&ProtoJson(&part)), json);
    for again in [serde_json::to_string(&part), serde_json::to_string(&ProtoJson(&part))] {
        assert_eq!(serde_json::from_str::<Part>(&again.unwrap()).unwrap(), part);
    }

    let json = json!({"big": 1, "data": [2], "file": {"uri": "u"}, "kind": "video", "metadata": {"m": 1}, "text": "a"});
    let mut part = Part::new(PartContent::Unknown(object(json.clone())));
    let PartContent::Unknown(members) = &mut part.content else { unreachable!() };
    members.remove("metadata");
    part.metadata = object(json!({"m": 1}));
    is_json(&part, &json);
    is_json(&Part::new(PartContent::Unknown(object(json!({"later": 1})))), &json!({"later": 1}));
}

#[test]
fn data_that_is_no_object_is_read_as_other_sdks_write_it() {
    for value in [json!(null), json!([1]), json!("a"), json!(5)] {
        let mut part = data(json!({"value": value}));
        part.metadata = object(json!({"data_part_compat": true}));
        reads_as(&json!({"kind": "data", "data": value}), &part);
        assert_eq!(a2a_core::Part::from(part), a2a_core::Part::data(value));
    }
}

#[test]
fn data_nests_a_hundred_levels_and_no_more() {
    let nested = |levels| (0..levels).fold(json!(1), |inner, _| json!({"in": inner}));
    reads_as(&json!({"kind": "data", "data": nested(100)}), &data(nested(100)));
    refused::<Part>(&json!({"kind": "data", "data": nested(101)}), "nested deeper than 100 levels");
    refused::<Part>(&json!({"kind": "video", "later": nested(101)}), "nested deeper than 100 levels");
    reads_as(&written(&ProtoJson(&data(nested(99)))), &data(nested(99)));
    refused::<Part>(&written(&ProtoJson(&data(nested(100)))), "nested deeper than 100 levels");
}

proptest! {
    #[test]
    fn any_bytes_survive_both_families(content in prop::collection::vec(any::<u8>(), 0..50)) {
        let part = bytes(&content);
        prop_assert_eq!(serde_json::from_value::<Part>(written(&part)).unwrap(), part.clone());
        prop_assert_eq!(serde_json::from_value::<Part>(written(&ProtoJson(&part))).unwrap(), part);
    }
}
