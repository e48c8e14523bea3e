use a2a_core::{Metadata, Part, PartContent};
use adk_bridge::adk::{self, Blob, FileData, FunctionCall, FunctionResponse, PartData};
use adk_bridge::convert::part::{self, from_a2a, to_a2a};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

/// Both ways, and over the wire.
fn both_ways(adk: &adk::Part, a2a: Value) {
    assert_eq!(serde_json::to_value(to_a2a(adk, &[])).unwrap(), a2a);
    assert_eq!(from_a2a(&serde_json::from_value(a2a).unwrap()), *adk);
}

fn reads(a2a: Value) -> adk::Part {
    from_a2a(&serde_json::from_value(a2a).unwrap())
}

fn blob_of(json: &str) -> Blob {
    Blob::new("text/plain", format!("<a2a_datapart_json>{json}</a2a_datapart_json>"))
}

#[test]
fn text_bytes_and_files_are_what_they_are() {
    both_ways(&adk::Part::text("hi"), json!({"text": "hi"}));
    both_ways(&adk::Part::thought("hm"), json!({"text": "hm", "metadata": {"adk_thought": true}}));
    let mut photo = Blob::new("image/jpeg", [0xff]);
    photo.display_name = Some("cat.jpeg".into());
    both_ways(&photo.into(), json!({"raw": "/w==", "mediaType": "image/jpeg", "filename": "cat.jpeg"}));
    both_ways(&Blob::new("a/b", []).into(), json!({"raw": "", "mediaType": "a/b"}));
    let mut file = FileData::new("ftp://cat");
    file.mime_type = Some("image/jpeg".into());
    both_ways(&file.into(), json!({"url": "ftp://cat", "mediaType": "image/jpeg"}));
}

#[test]
fn what_agents_do_is_typed_data_with_the_documented_keys() {
    let call = FunctionCall::new("f", json!({"a": 1})).with_id("c");
    both_ways(
        &call.into(),
        json!({"data": {"id": "c", "name": "f", "args": {"a": 1}}, "metadata": {"adk_type": "function_call"}}),
    );
    let mut response = FunctionResponse::new("c", "f", json!({"output": 1}));
    response.scheduling = Some("INTERRUPT".into());
    both_ways(
        &response.into(),
        json!({
            "data": {"id": "c", "name": "f", "response": {"output": 1}, "scheduling": "INTERRUPT"},
            "metadata": {"adk_type": "function_response"},
        }),
    );
    both_ways(
        &adk::ExecutableCode::new("PYTHON", "2+2").into(),
        json!({"data": {"code": "2+2", "language": "PYTHON"}, "metadata": {"adk_type": "executable_code"}}),
    );
    both_ways(
        &adk::CodeExecutionResult::new("OUTCOME_OK", "4").into(),
        json!({"data": {"outcome": "OUTCOME_OK", "output": "4"}, "metadata": {"adk_type": "code_execution_result"}}),
    );
    let mut call = adk::ToolCall::default();
    call.id = "t".into();
    both_ways(&call.into(), json!({"data": {"id": "t"}, "metadata": {"adk_type": "tool_call"}}));
    let mut response = adk::ToolResponse::default();
    response.id = "t".into();
    both_ways(&response.into(), json!({"data": {"id": "t"}, "metadata": {"adk_type": "tool_response"}}));
}

#[test]
fn a_long_running_call_says_so_and_others_say_nothing() {
    let call = adk::Part::from(FunctionCall::new("f", json!({})).with_id("c"));
    let pending = to_a2a(&call, &["b".into(), "c".into()]);
    assert_eq!(
        Value::Object(pending.metadata.clone()),
        json!({"adk_type": "function_call", "adk_is_long_running": true})
    );
    assert!(part::is_long_running(&pending));
    assert_eq!(from_a2a(&pending), call);
    let answered = to_a2a(&call, &["b".into()]);
    assert!(!part::is_long_running(&answered));
    assert_eq!(part::long_running_ids(&[answered, pending.clone(), pending]), ["c", "c"]);
}

#[test]
fn only_a_function_call_is_long_running() {
    for (data, metadata) in [
        (json!({"id": "c"}), json!({"adk_type": "function_response", "adk_is_long_running": true})),
        (json!({"id": "c"}), json!({"adk_is_long_running": true})),
        (json!({"id": "c"}), json!({"adk_type": "function_call", "adk_is_long_running": "true"})),
        (json!({"id": "c"}), json!({"adk_type": "function_call", "adk_is_long_running": false})),
        (json!("c"), json!({"adk_type": "function_call", "adk_is_long_running": true})),
    ] {
        let part = Part::data(data).with_metadata(object(metadata));
        assert!(!part::is_long_running(&part), "{part:?}");
    }
    let text = object(json!({"adk_type": "function_call", "adk_is_long_running": true}));
    assert!(!part::is_long_running(&Part::text("c").with_metadata(text)));
}

#[test]
fn what_is_said_about_a_part_goes_with_any_kind() {
    let mut part = adk::Part::from(FunctionCall::new("f", json!({})));
    part.thought = Some(false);
    part.thought_signature = Some(vec![0xfb, 0xff]);
    part.video_metadata = Some(object(json!({"fps": 1})));
    part.media_resolution = Some(json!({"level": "MEDIA_RESOLUTION_LOW"}));
    part.part_metadata = Some(object(json!({"k": null, "is_user_input": true})));
    both_ways(
        &part,
        json!({
            "data": {"name": "f", "args": {}},
            "metadata": {
                "adk_type": "function_call", "adk_thought": false, "adk_thought_signature": "+/8=",
                "adk_video_metadata": {"fps": 1}, "adk_media_resolution": {"level": "MEDIA_RESOLUTION_LOW"},
                "k": null, "is_user_input": true,
            },
        }),
    );
}

#[test]
fn what_adks_bridges_spell_otherwise_is_read() {
    let signature = |text: &str| reads(json!({"text": "t", "metadata": {"adk_thought_signature": text}}));
    for text in ["+/8=", "-_8=", "-_8", "+/8"] {
        assert_eq!(signature(text).thought_signature, Some(vec![0xfb, 0xff]), "{text}");
    }
    assert_eq!(signature("?").part_metadata, Some(object(json!({"adk_thought_signature": "?"}))));
    for text in ["+/8=", "-_8=", "-_8", "+/8"] {
        let PartData::InlineData(blob) = reads(json!({"raw": text})).data else { panic!("{text}") };
        assert_eq!(blob.data, [0xfb, 0xff], "{text}");
    }
    let video = reads(json!({"raw": "AA==", "metadata": {"video_metadata": {"startOffset": "1s"}}}));
    assert_eq!(video.video_metadata, Some(object(json!({"startOffset": "1s"}))));
    assert_eq!(video.part_metadata, None);
    let call = reads(json!({
        "data": {"name": "f", "args": {"n": 1.0}, "id": null, "unheard_of": 1},
        "metadata": {"adk_type": "function_call", "adk_is_long_running": false},
    }));
    assert_eq!(call, FunctionCall::new("f", json!({"n": 1.0})).into());
}

#[test]
fn untyped_data_is_tagged_text_with_the_metadata_kept() {
    let mut part = adk::Part::from(blob_of(r#"{"arbitrary":"data","n":1}"#));
    both_ways(&part, json!({"data": {"arbitrary": "data", "n": 1}}));
    part.part_metadata = Some(object(json!({"adk_type": "new_kind", "k": 1})));
    both_ways(
        &part,
        json!({"data": {"arbitrary": "data", "n": 1}, "metadata": {"adk_type": "new_kind", "k": 1}}),
    );
    both_ways(&blob_of("null").into(), json!({"data": null}));
    both_ways(
        &blob_of(r#"{"a": 1}"#).into(),
        json!({"data": {"a": 1}, "metadata": {"adk_data_text": r#"{"a": 1}"#}}),
    );
}

#[test]
fn tags_around_anything_else_are_bytes() {
    both_ways(
        &blob_of("{").into(),
        json!({"raw": "PGEyYV9kYXRhcGFydF9qc29uPns8L2EyYV9kYXRhcGFydF9qc29uPg==", "mediaType": "text/plain"}),
    );
    let mut page = blob_of("{}");
    page.mime_type = Some("text/html".into());
    assert!(matches!(to_a2a(&page.into(), &[]).content, PartContent::Raw(_)));
}

#[test]
fn data_that_isnt_what_its_type_says_is_kept_as_data() {
    for data in [json!({"args": []}), json!([1]), json!(null), json!({"arbitrary": 1})] {
        let part = Part::data(data).with_metadata(object(json!({"adk_type": "function_call"})));
        let read = from_a2a(&part);
        assert!(matches!(read.data, PartData::InlineData(_)), "{read:?}");
        assert_eq!(to_a2a(&read, &[]), part);
    }
}

#[test]
fn what_has_no_other_form_is_a_whole_part() {
    let mut signed = adk::Part::text("");
    signed.thought_signature = Some(vec![0]);
    both_ways(
        &signed,
        json!({"data": {"text": "", "thoughtSignature": "AA=="}, "metadata": {"adk_type": "genai_part"}}),
    );
    both_ways(&adk::Part::default(), json!({"data": {}, "metadata": {"adk_type": "genai_part"}}));
    let new = PartData::Other(object(json!({"audioTranscription": {"text": "hi"}})));
    both_ways(
        &adk::Part::new(new),
        json!({"data": {"audioTranscription": {"text": "hi"}}, "metadata": {"adk_type": "genai_part"}}),
    );
}

#[test]
fn what_others_add_to_a_whole_part_is_kept() {
    let metadata = json!({"adk_type": "genai_part", "is_user_input": true, "k": 2});
    let read = reads(json!({"data": {"text": "", "partMetadata": {"k": 1}}, "metadata": metadata}));
    let mut part = adk::Part::text("");
    part.part_metadata = Some(object(json!({"k": 1, "is_user_input": true})));
    assert_eq!(read, part);
}

#[test]
fn part_metadata_that_reads_like_ours_keeps_its_part_readable() {
    let mut part = adk::Part::text("hi");
    part.part_metadata = Some(object(json!({"adk_thought": true})));
    both_ways(&part, json!({"text": "hi", "metadata": {"adk_part_metadata": {"adk_thought": true}}}));
    part.part_metadata = Some(Map::new());
    both_ways(&part, json!({"text": "hi", "metadata": {"adk_part_metadata": {}}}));
    let mut call = adk::Part::from(FunctionCall::new("f", json!({})));
    call.part_metadata = Some(object(json!({"adk_type": "function_call"})));
    both_ways(
        &call,
        json!({
            "data": {"name": "f", "args": {}},
            "metadata": {"adk_type": "function_call", "adk_part_metadata": {"adk_type": "function_call"}},
        }),
    );
}

#[test]
fn names_that_adk_has_no_field_for_are_carried() {
    let mut part = adk::Part::text("# hi");
    part.part_metadata = Some(object(json!({"a2a:part": {"mediaType": "text/markdown", "filename": "a"}})));
    both_ways(&part, json!({"text": "# hi", "mediaType": "text/markdown", "filename": "a"}));
    let mut data = blob_of("{}");
    data.display_name = Some("b".into());
    let mut data = adk::Part::from(data);
    data.part_metadata = Some(object(json!({"a2a:part": {"mediaType": "application/json"}, "k": 1})));
    both_ways(
        &data,
        json!({"data": {}, "mediaType": "application/json", "filename": "b", "metadata": {"k": 1}}),
    );
}

#[test]
fn content_that_nobody_knows_yet_is_kept() {
    let part: Part = serde_json::from_value(json!({"hologram": {"x": null}, "metadata": {"k": 1}})).unwrap();
    let read = from_a2a(&part);
    let kept = object(json!({"a2aPart": {"hologram": {"x": null}}}));
    assert_eq!(read.data, PartData::Other(kept));
    assert_eq!(to_a2a(&read, &[]), part);
}

#[test]
fn an_empty_name_is_none() {
    let mut part = Part::raw(vec![1]);
    part.filename = Some(String::new());
    part.media_type = Some(String::new());
    assert_eq!(to_a2a(&from_a2a(&part), &[]), Part::raw(vec![1]));
    assert_eq!(part.metadata, Metadata::new());
}

#[test]
fn whole_floats_in_a_peers_calls_and_results_are_integers_and_nothing_else_is() {
    let part = |kind: &str, data: Value| {
        let part = json!({"data": data, "metadata": {"adk_type": kind}});
        serde_json::from_value::<Part>(part).unwrap()
    };
    let floats = json!({"n": 3.0, "deep": [{"m": -1.0}], "half": 2.5, "big": 12_345_678_901_234_567_u64, "huge": 1e300});
    let whole =
        json!({"n": 3, "deep": [{"m": -1}], "half": 2.5, "big": 12_345_678_901_234_567_u64, "huge": 1e300});
    let call = part("function_call", json!({"id": "c", "name": "f", "args": floats}));
    assert_eq!(part::from_peer(&call), FunctionCall::new("f", whole.clone()).with_id("c").into());
    assert_ne!(part::from_peer(&call), part::from_a2a(&call));
    let response = part("function_response", json!({"id": "c", "name": "f", "response": floats}));
    assert_eq!(part::from_peer(&response), FunctionResponse::new("c", "f", whole).into());
    for other in [part("something", floats.clone()), part("executable_code", json!({"code": "1.0"}))] {
        assert_eq!(part::from_peer(&other), part::from_a2a(&other));
    }
}
