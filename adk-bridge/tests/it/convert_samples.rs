//! Any part, any event and any JSON, for properties.

use adk_bridge::adk::{
    ArtifactVersion, Blob, CodeExecutionResult, Content, Event, ExecutableCode, FileData, FunctionCall,
    FunctionResponse, Part, PartData, Role, Timestamp, ToolCall, ToolConfirmation, ToolResponse,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Keys that mean something somewhere, and some that don't.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(vec![
            "adk_type", "adk_thought", "adk_thought_signature", "adk_video_metadata", "video_metadata",
            "adk_media_resolution", "adk_is_long_running", "adk_part_metadata", "adk_data_text", "a2a:part",
            "adk_partial", "filename", "mediaType", "raw", "metadata", "text",
        ])
        .prop_map(str::to_owned),
        1 => "[a-c]{0,2}|ключ",
    ]
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i16>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        proptest::sample::select(vec!["", "AA==", "+/8=", "?", "foo", "text/x", "{}", "[ ]", "null"])
            .prop_map(Value::from),
        "\\PC{0,6}".prop_map(Value::from),
    ]
}

/// Any JSON value.
pub(crate) fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(key(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Any JSON object.
pub(crate) fn object() -> impl Strategy<Value = Map<String, Value>> {
    prop_oneof![
        3 => btree_map(key(), value(), 0..4).prop_map(|map| map.into_iter().collect()),
        1 => (key(), key(), value()).prop_map(|(outer, key, value)| {
            json!({outer: {key: value}}).as_object().unwrap().clone()
        }),
        1 => value().prop_map(|value| {
            json!({"a2a:part": {"filename": "f", "metadata": {"a2a:part": value}}}).as_object().unwrap().clone()
        }),
        1 => proptest::sample::select(vec![
            json!({"a2a:part": {"raw": true}}),
            json!({"a2a:part": {"raw": true, "metadata": {}}}),
            json!({"a2a:part": {"metadata": {"a2a:part": {"raw": true}}}}),
            json!({"a2a:part": {"mediaType": "m"}, "k": null}),
            json!({"adk_type": "function_call"}),
            json!({"adk_type": "genai_part"}),
            json!({"adk_type": "executable_code", "adk_is_long_running": true}),
            json!({"adk_part_metadata": {}}),
            json!({"adk_part_metadata": {"adk_part_metadata": {}}}),
            json!({"adk_video_metadata": {"fps": 1}, "video_metadata": {"fps": 2}}),
            json!({"adk_part_metadata": {"adk_thought": false}}),
        ])
        .prop_map(|value| value.as_object().unwrap().clone()),
    ]
}

/// A value that `null` isn't, which an optional field of ADK's JSON can't tell from nothing.
fn some_value() -> impl Strategy<Value = Value> {
    value().prop_filter("null is nothing", |value| !value.is_null())
}

fn text() -> impl Strategy<Value = String> {
    "|a|\\PC{1,8}"
}

/// Bytes, among them those that stand for a data part.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let tagged = |json: String| format!("<a2a_datapart_json>{json}</a2a_datapart_json>").into_bytes();
    prop_oneof![
        vec(any::<u8>(), 0..6),
        value().prop_map(move |value| tagged(value.to_string())),
        value().prop_map(move |value| tagged(serde_json::to_string_pretty(&value).unwrap())),
        proptest::sample::select(vec![
            "{",
            "",
            "1e2",
            "{\"a\":1,\"a\":2}",
            r#"{"name":"f","args":{}}"#,
            "123456789012345678901234567890",
        ])
        .prop_map(move |json| tagged(json.to_owned())),
    ]
}

fn blob() -> impl Strategy<Value = Blob> {
    let mime = of(prop_oneof![3 => Just("text/plain".to_owned()), 1 => text()]);
    (bytes(), mime, of(text())).prop_map(|(data, mime_type, display_name)| {
        let mut blob = Blob::new("", data);
        blob.mime_type = mime_type;
        blob.display_name = display_name;
        blob
    })
}

fn file() -> impl Strategy<Value = FileData> {
    (text(), of(text()), of(text())).prop_map(|(uri, mime_type, display_name)| {
        let mut file = FileData::new(uri);
        file.mime_type = mime_type;
        file.display_name = display_name;
        file
    })
}

/// An id that some list of long-running calls has.
pub(crate) const LONG_RUNNING: &str = "lr";

fn call() -> impl Strategy<Value = FunctionCall> {
    let id = prop_oneof![Just(String::new()), Just(LONG_RUNNING.to_owned()), text()];
    (id, text(), object(), vec(value(), 0..2), any::<Option<bool>>()).prop_map(
        |(id, name, args, partial_args, will_continue)| {
            let mut call = FunctionCall::new(name, args).with_id(id);
            call.partial_args = partial_args;
            call.will_continue = will_continue;
            call
        },
    )
}

fn response() -> impl Strategy<Value = FunctionResponse> {
    let parts = vec(prop_oneof![blob().prop_map(Part::from), file().prop_map(Part::from)], 0..2);
    (text(), text(), object(), of(text()), any::<Option<bool>>(), parts).prop_map(
        |(id, name, response, scheduling, will_continue, parts)| {
            let mut response = FunctionResponse::new(id, name, response);
            response.scheduling = scheduling;
            response.will_continue = will_continue;
            response.parts = parts;
            response
        },
    )
}

fn code() -> impl Strategy<Value = PartData> {
    (text(), of(text()), of(text()), any::<bool>()).prop_map(|(code, language, id, result)| {
        if result {
            let mut result = CodeExecutionResult::default();
            (result.outcome, result.output, result.id) = (Some(code), language, id);
            return PartData::CodeExecutionResult(result);
        }
        let mut executable = ExecutableCode::default();
        (executable.code, executable.language, executable.id) = (code, language, id);
        PartData::ExecutableCode(executable)
    })
}

fn tool() -> impl Strategy<Value = PartData> {
    (text(), of(text()), of(object()), any::<bool>()).prop_map(|(id, tool_type, object, response)| {
        if response {
            let mut response = ToolResponse::default();
            (response.id, response.tool_type, response.response) = (id, tool_type, object);
            return PartData::ToolResponse(response);
        }
        let mut call = ToolCall::default();
        (call.id, call.tool_type, call.args) = (id, tool_type, object);
        PartData::ToolCall(call)
    })
}

fn other() -> impl Strategy<Value = PartData> {
    let name = proptest::sample::select(vec!["audioTranscription", "a2aPart", "kind", ""]);
    btree_map(name.prop_map(str::to_owned), some_value(), 0..2)
        .prop_map(|members| PartData::Other(members.into_iter().collect()))
}

/// Any part that ADK's JSON can express.
pub(crate) fn part() -> impl Strategy<Value = Part> {
    let data = prop_oneof![
        text().prop_map(PartData::Text),
        blob().prop_map(PartData::InlineData),
        file().prop_map(PartData::FileData),
        call().prop_map(PartData::FunctionCall),
        response().prop_map(PartData::FunctionResponse),
        code(),
        tool(),
        other(),
    ];
    let about =
        (any::<Option<bool>>(), of(vec(any::<u8>(), 0..4)), of(object()), of(some_value()), of(object()));
    (data, about).prop_map(|(data, (thought, signature, video, resolution, metadata))| {
        let mut part = Part::new(data);
        part.thought = thought;
        part.thought_signature = signature;
        part.video_metadata = video;
        part.media_resolution = resolution;
        part.part_metadata = metadata;
        part
    })
}

fn content() -> impl Strategy<Value = Content> {
    (vec(part(), 0..3), of(text())).prop_map(|(parts, role)| {
        let mut content = Content::from(parts);
        content.role = role.map(Role::from);
        content
    })
}

/// Any event that ADK's JSON can express.
pub(crate) fn event() -> impl Strategy<Value = Event> {
    let texts = vec(of(text()), 8);
    let values = vec(of(some_value()), 7);
    let flags = any::<[Option<bool>; 6]>();
    let objects = vec(object(), 3);
    let rest =
        (-62_135_596_800_000_000..253_402_207_200_000_000_i64, any::<Option<i16>>(), vec(text(), 0..3));
    (of(content()), texts, values, flags, objects, rest).prop_map(
        |(content, texts, values, flags, objects, (micros, average, ids))| {
            let mut event = Event::new(texts[0].clone().unwrap_or_default());
            event.content = content;
            event.timestamp = Timestamp::from_micros(micros);
            event.id = texts[1].clone().unwrap_or_default();
            event.invocation_id = texts[2].clone().unwrap_or_default();
            event.node_info.path = texts[3].clone().unwrap_or_default();
            [event.branch, event.isolation_scope, event.error_code, event.error_message] =
                texts[4..8].to_vec().try_into().unwrap();
            [event.finish_reason, event.model_version] = [texts[1].clone(), texts[2].clone()];
            [event.partial, event.turn_complete, event.interrupted] = [flags[0], flags[1], flags[2]];
            event.actions.escalate = flags[3];
            event.actions.skip_summarization = flags[4];
            event.node_info.message_as_output = flags[5];
            event.actions.transfer_to_agent.clone_from(&texts[4]);
            event.actions.state_delta.clone_from(&objects[0]);
            event.actions.requested_auth_configs.clone_from(&objects[1]);
            event.custom_metadata.clone_from(&objects[2]);
            event.custom_metadata.insert("a2a:task_id".into(), "t".into());
            [
                event.citation_metadata,
                event.grounding_metadata,
                event.usage_metadata,
                event.logprobs_result,
                event.input_transcription,
                event.output_transcription,
                event.output,
            ] = values.try_into().unwrap();
            event.avg_logprobs = average.map(|eighths| f64::from(eighths) / 8.0);
            for (version, id) in ids.iter().enumerate() {
                let mut asked = ToolConfirmation::default();
                asked.hint.clone_from(id);
                event.actions.requested_tool_confirmations.insert(id.clone(), asked);
                let version = ArtifactVersion::new(version as u64);
                event.actions.artifact_delta.insert(id.clone(), version);
            }
            event.long_running_tool_ids = ids;
            event.other.insert("routes".into(), json!(["a"]));
            event.actions.other.insert("endOfAgent".into(), json!(false));
            event
        },
    )
}
