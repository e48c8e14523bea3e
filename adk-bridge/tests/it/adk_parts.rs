use adk_bridge::adk::{
    Blob, CodeExecutionResult, Content, ExecutableCode, FunctionCall, FunctionResponse, Part, PartData, Role,
    ToolCall, ToolResponse,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

fn both_ways(part: &Part, expected: &Value) {
    assert_eq!(serde_json::to_value(part).unwrap(), *expected);
    assert_eq!(serde_json::from_value::<Part>(expected.clone()).unwrap(), *part);
}

#[test]
fn every_kind_of_part_has_its_key() {
    both_ways(&Part::text(""), &json!({"text": ""}));
    both_ways(&Part::thought("hm"), &json!({"text": "hm", "thought": true}));
    let mut blob = Blob::new("text/plain", *b"ok");
    blob.display_name = Some("n".into());
    both_ways(
        &blob.into(),
        &json!({"inlineData": {"data": "b2s=", "mimeType": "text/plain", "displayName": "n"}}),
    );
    both_ways(&FunctionCall::new("f", json!({})).into(), &json!({"functionCall": {"name": "f", "args": {}}}));
    let mut response = FunctionResponse::new("c", "f", "ok");
    response.scheduling = Some("SILENT".into());
    response.will_continue = Some(false);
    response.parts = vec![Blob::new("image/png", [0]).into()];
    both_ways(
        &response.into(),
        &json!({"functionResponse": {
            "id": "c", "name": "f", "response": {"result": "ok"}, "scheduling": "SILENT", "willContinue": false,
            "parts": [{"inlineData": {"data": "AA==", "mimeType": "image/png"}}],
        }}),
    );
    both_ways(
        &ExecutableCode::new("PYTHON", "1+1").into(),
        &json!({"executableCode": {"code": "1+1", "language": "PYTHON"}}),
    );
    both_ways(
        &CodeExecutionResult::new("OUTCOME_OK", "2").into(),
        &json!({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "2"}}),
    );
    let mut search = ToolCall::default();
    search.tool_type = Some("GOOGLE_SEARCH_WEB".into());
    both_ways(&search.into(), &json!({"toolCall": {"toolType": "GOOGLE_SEARCH_WEB"}}));
    let mut found = ToolResponse::default();
    found.id = "t".into();
    both_ways(&found.into(), &json!({"toolResponse": {"id": "t"}}));
}

#[test]
fn modifiers_go_with_any_kind() {
    let mut part = Part::text("t");
    part.thought = Some(false);
    part.thought_signature = Some(vec![0xfb, 0xff]);
    part.video_metadata = json!({"startOffset": "1s"}).as_object().cloned();
    part.media_resolution = Some(json!("MEDIA_RESOLUTION_LOW"));
    part.part_metadata = json!({"k": null}).as_object().cloned();
    both_ways(
        &part,
        &json!({
            "text": "t", "thought": false, "thoughtSignature": "+/8=", "videoMetadata": {"startOffset": "1s"},
            "mediaResolution": "MEDIA_RESOLUTION_LOW", "partMetadata": {"k": null},
        }),
    );
}

#[test]
fn a_part_of_an_unknown_kind_is_kept() {
    let members = json!({"audioTranscription": {"text": "hi"}});
    both_ways(&Part::new(PartData::Other(members.as_object().unwrap().clone())), &members);
    both_ways(&Part::default(), &json!({}));
}

#[test]
fn a_part_with_two_kinds_of_data_is_refused() {
    let error =
        serde_json::from_value::<Part>(json!({"text": "a", "functionCall": {"name": "f"}})).unwrap_err();
    assert_eq!(error.to_string(), "a part with two kinds of data");
    let one = serde_json::from_value::<Part>(json!({"text": "a", "functionCall": null})).unwrap();
    assert_eq!(one, Part::text("a"));
}

#[test]
fn bytes_are_read_in_both_alphabets_and_without_padding() {
    for text in ["-_8=", "-_8", "+/8=", "+/8", "-/8"] {
        let part: Part = serde_json::from_value(json!({"inlineData": {"data": text}})).unwrap();
        let PartData::InlineData(blob) = part.data else { panic!("{text}") };
        assert_eq!(blob.data, [0xfb, 0xff], "{text}");
    }
    serde_json::from_value::<Part>(json!({"inlineData": {"data": "?"}})).unwrap_err();
}

#[test]
fn an_unknown_role_is_kept() {
    let content: Content = serde_json::from_value(json!({"role": "critic"})).unwrap();
    assert_eq!(content, Content::new(Role::Other("critic".into()), []));
    assert_eq!(serde_json::to_value(content).unwrap(), json!({"role": "critic"}));
}

#[test]
fn the_text_of_content_leaves_thoughts_out() {
    let content =
        Content::from([Part::text("a"), Part::thought("b"), Blob::new("x/y", []).into(), Part::text("c")]);
    assert_eq!(content.text(), "ac");
}
