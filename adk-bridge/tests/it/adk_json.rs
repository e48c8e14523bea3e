use adk_bridge::adk::{
    ArtifactVersion, Blob, Content, Event, FunctionCall, NodeInfo, Part, Role, Timestamp, ToolConfirmation,
};
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

const PYTHON: &str = include_str!("../fixtures/adk/python_event.json");
const GO: &str = include_str!("../fixtures/adk/go_event.json");

fn read(value: &Value) -> Event {
    serde_json::from_value(value.clone()).unwrap()
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(map) = value else { panic!("an object") };
    map
}

fn python_event() -> Event {
    let mut call = Part::from(FunctionCall::new("refund", json!({"order": 7})).with_id("adk-1"));
    call.thought_signature = Some(vec![0xfb, 0xff]);
    let mut image = Part::from(Blob::new("image/png", [0xff, 0xfe]));
    image.media_resolution = Some(json!({"level": "MEDIA_RESOLUTION_LOW"}));

    let mut event = Event::new("clerk")
        .with_content(Content::new(Role::Model, [Part::thought("Let me see."), call, image]));
    event.id = "f2a0".into();
    event.timestamp = Timestamp::from_micros(1_795_166_773_105_970);
    event.invocation_id = "e-5".into();
    event.branch = Some("root.clerk".into());
    event.partial = Some(false);
    event.finish_reason = Some("STOP".into());
    event.error_code = Some("E".into());
    event.error_message = Some("M".into());
    event.custom_metadata = object(json!({"note": null, "count": 1}));
    event.usage_metadata = Some(json!({"promptTokenCount": 12, "totalTokenCount": 20}));
    event.avg_logprobs = Some(-0.25);
    event.long_running_tool_ids = vec!["adk-1".into(), "adk-2".into()];
    event.actions.state_delta = object(json!({"app:rate": 1}));
    event.actions.artifact_delta.insert("bill.pdf".into(), ArtifactVersion::new(3));
    event.actions.transfer_to_agent = Some("boss".into());
    event.actions.escalate = Some(true);
    let mut confirmation = ToolConfirmation::default();
    confirmation.hint = "h".into();
    confirmation.payload = Some(json!({"x": 1}));
    event.actions.requested_tool_confirmations.insert("adk-1".into(), confirmation);
    event.actions.other = object(json!({"endOfAgent": true}));
    event.other = object(json!({"liveSessionId": "live-3"}));
    event
}

#[test]
fn an_event_of_the_python_runtime_is_read_whole() {
    assert_eq!(serde_json::from_str::<Event>(PYTHON).unwrap(), python_event());
}

#[test]
fn an_event_of_the_python_runtime_is_written_as_it_came() {
    let mut expected: Value = serde_json::from_str(PYTHON).unwrap();
    expected["content"]["parts"][1]["thoughtSignature"] = json!("+/8=");
    expected["content"]["parts"][2]["inlineData"]["data"] = json!("//4=");
    expected["actions"]["artifactDelta"]["bill.pdf"] = json!(3);
    expected.as_object_mut().unwrap().remove("nodeInfo");
    assert_eq!(serde_json::to_value(python_event()).unwrap(), expected);
}

#[test]
fn an_event_of_the_go_runtime_is_read_whole() {
    let mut file = adk_bridge::adk::FileData::new("gs://b/f");
    file.mime_type = Some("text/plain".into());
    let mut expected =
        Event::new("clerk").with_content(Content::new(Role::Model, [Part::text("done"), file.into()]));
    expected.id = "f2a0".into();
    expected.timestamp = Timestamp::from_micros(1_795_165_573_105_970);
    expected.invocation_id = "e-5".into();
    expected.branch = Some("root.clerk".into());
    expected.isolation_scope = Some("adk-9".into());
    expected.turn_complete = Some(true);
    expected.output = Some(json!({"n": 1}));
    let mut node = NodeInfo::default();
    node.path = "root/clerk".into();
    expected.node_info = node;
    expected.other = object(json!({"routes": ["next"]}));
    let mut confirmation = ToolConfirmation::default();
    confirmation.hint = "h".into();
    expected.actions.requested_tool_confirmations.insert("adk-1".into(), confirmation);

    let event: Event = serde_json::from_str(GO).unwrap();
    assert_eq!(event, expected);
    assert_eq!(read(&serde_json::to_value(&event).unwrap()), expected);
}

#[test]
fn an_empty_event_has_five_keys_and_four_maps() {
    assert_eq!(
        serde_json::to_value(Event::default()).unwrap(),
        json!({
            "id": "",
            "timestamp": 0.0,
            "invocationId": "",
            "author": "",
            "actions": {
                "stateDelta": {},
                "artifactDelta": {},
                "requestedAuthConfigs": {},
                "requestedToolConfirmations": {},
            },
        })
    );
}

#[test]
fn null_is_absent_in_every_field() {
    let written = serde_json::to_value(python_event()).unwrap();
    let nulls: Map<String, Value> =
        written.as_object().unwrap().keys().map(|key| (key.clone(), Value::Null)).collect();
    assert_eq!(read(&nulls.into()), Event::default());
    assert_eq!(
        read(&json!({"actions": {"stateDelta": null, "escalate": null}, "nodeInfo": null})),
        Event::default()
    );
}

#[test]
fn keys_of_old_rows_are_understood() {
    let mut expected = Event::new("a");
    expected.invocation_id = "e".into();
    expected.long_running_tool_ids = vec!["c".into()];
    assert_eq!(read(&json!({"Author": "a", "InvocationID": "e", "long_running_tool_ids": ["c"]})), expected);
}

#[test]
fn a_time_is_read_from_every_dialect() {
    let dialects = [
        (json!(0), 0),
        (json!(null), 0),
        (json!(1.5), 1_500_000),
        (json!(-1.5), -1_500_000),
        (json!(1.7e9), 1_700_000_000_000_000),
        (json!("1970-01-01T00:00:01.0000004Z"), 1_000_000),
        (json!("1970-01-01T00:00:01.0000006Z"), 1_000_001),
        (json!("1970-01-01T01:00:00+01:00"), 0),
        (json!("0001-01-01T00:00:00Z"), -62_135_596_800_000_000),
    ];
    for (json, micros) in dialects {
        assert_eq!(read(&json!({"timestamp": json})).timestamp.as_micros(), micros, "{json}");
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for json in
        [json!(1_700_000_000_000_u64), json!(-1e12), json!(1e300), json!(true), json!({}), json!("soon")]
    {
        let event = serde_json::from_value::<Event>(json!({"timestamp": json}));
        assert!(event.unwrap_err().to_string().contains("seconds since 1970"), "{json}");
    }
}

#[test]
fn a_time_survives_to_the_microsecond() {
    let mut event = Event::new("a");
    for micros in [1, 1_795_166_773_105_971, -62_135_596_800_000_000, 4_102_444_799_999_999] {
        event.timestamp = Timestamp::from_micros(micros);
        assert_eq!(read(&serde_json::to_value(&event).unwrap()), event);
    }
}
