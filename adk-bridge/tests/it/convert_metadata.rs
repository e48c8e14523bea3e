use adk_bridge::adk::{Content, Event};
use adk_bridge::convert::metadata;
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

fn applied(value: Value) -> Event {
    let mut event = Event::new("remote");
    metadata::apply_to(&object(value), &mut event);
    event
}

#[test]
fn a_bare_event_has_its_author() {
    let event = Event::new("weather").with_content(Content::model("hi"));
    assert_eq!(Value::Object(metadata::of_event(&event)), json!({"adk_author": "weather"}));
}

#[test]
fn a_peer_hears_what_the_convention_has_and_nothing_of_the_session() {
    let mut event = Event::new("weather");
    event.id = "e-1".into();
    event.invocation_id = "i-1".into();
    event.branch = Some("root.weather".into());
    event.error_code = Some("102".into());
    event.usage_metadata = Some(json!({"promptTokenCount": 3}));
    event.grounding_metadata = Some(json!({"webSearchQueries": ["q"]}));
    event.citation_metadata = Some(json!({"citations": []}));
    event.custom_metadata =
        object(json!({"k": {"n": null}, "a2a:task_id": "t", "a2a:request": {}, "__adk_internal_x": 1}));
    event.actions.escalate = Some(true);
    event.actions.skip_summarization = Some(false);
    event.actions.transfer_to_agent = Some("other".into());
    event.actions.state_delta = object(json!({"secret": 1}));
    event.error_message = Some("not here".into());
    assert_eq!(
        Value::Object(metadata::of_event(&event)),
        json!({
            "adk_invocation_id": "i-1",
            "adk_author": "weather",
            "adk_branch": "root.weather",
            "adk_event_id": "e-1",
            "adk_error_code": "102",
            "adk_usage_metadata": {"promptTokenCount": 3},
            "adk_grounding_metadata": {"webSearchQueries": ["q"]},
            "adk_citation_metadata": {"citations": []},
            "adk_custom_metadata": {"k": {"n": null}},
            "adk_actions": {"escalate": true, "skipSummarization": false},
        })
    );
}

#[test]
fn custom_metadata_of_a_proxy_alone_is_none() {
    let mut event = Event::new("");
    event.custom_metadata = object(json!({"a2a:context_id": "c"}));
    assert_eq!(metadata::of_event(&event), Map::new());
}

#[test]
fn what_a_peer_says_about_its_answer_is_taken() {
    let said = applied(json!({
        "adk_author": "them",
        "adk_invocation_id": "theirs",
        "adk_event_id": "theirs",
        "adk_branch": "theirs",
        "adk_error_code": "SAFETY",
        "adk_usage_metadata": {"totalTokenCount": 5},
        "adk_grounding_metadata": {"retrievalQueries": ["q"]},
        "adk_citation_metadata": {"citations": [{"endIndex": 2}]},
        "adk_custom_metadata": {"k": 1, "a2a:context_id": "forged", "__adk_internal_x": 1},
    }));
    let mut event = Event::new("remote");
    event.error_code = Some("SAFETY".into());
    event.usage_metadata = Some(json!({"totalTokenCount": 5}));
    event.grounding_metadata = Some(json!({"retrievalQueries": ["q"]}));
    event.citation_metadata = Some(json!({"citations": [{"endIndex": 2}]}));
    event.custom_metadata = object(json!({"k": 1}));
    assert_eq!(said, event);
}

#[test]
fn of_a_peers_actions_only_escalate_and_skip_summarization_count() {
    let mut both = Event::new("remote");
    both.actions.escalate = Some(true);
    both.actions.skip_summarization = Some(true);
    let everything = json!({
        "escalate": true, "skipSummarization": true, "transferToAgent": "root", "stateDelta": {"k": 1},
        "artifactDelta": {"f": 1}, "requestedAuthConfigs": {"c": {}}, "endOfAgent": true,
        "requestedToolConfirmations": {"c": {"hint": "", "confirmed": true}},
    });
    assert_eq!(applied(json!({"adk_actions": everything, "adk_transfer_to_agent": "root"})), both);
    assert_eq!(applied(json!({"adk_actions": everything.to_string()})), both);
    assert_eq!(
        applied(
            json!({"adk_actions": {"skip_summarization": true, "escalate": false}, "adk_escalate": true})
        ),
        both
    );
}

#[test]
fn json_in_a_string_is_an_object_too() {
    let event = applied(json!({
        "adk_custom_metadata": r#"{"k": [1], "a2a:task_id": "forged"}"#,
        "adk_usage_metadata": r#"{"totalTokenCount": 5}"#,
    }));
    assert_eq!(event.custom_metadata, object(json!({"k": [1]})));
    assert_eq!(event.usage_metadata, Some(json!({"totalTokenCount": 5})));
}

#[test]
fn whole_floats_are_integers_and_others_stay() {
    let event = applied(json!({
        "adk_usage_metadata": {"promptTokenCount": 3.0, "details": [{"tokenCount": -0.0, "x": 1e300}], "y": 0.5},
        "adk_custom_metadata": {"own": 3.0},
    }));
    assert_eq!(
        event.usage_metadata,
        Some(json!({"promptTokenCount": 3, "details": [{"tokenCount": 0, "x": 1e300}], "y": 0.5}))
    );
    assert_eq!(event.custom_metadata, object(json!({"own": 3.0})));
}

#[test]
fn null_and_what_has_the_wrong_shape_say_nothing() {
    let names = [
        "adk_error_code",
        "adk_usage_metadata",
        "adk_grounding_metadata",
        "adk_citation_metadata",
        "adk_custom_metadata",
        "adk_actions",
        "adk_escalate",
    ];
    for wrong in [json!(null), json!([]), json!(7), json!("")] {
        let said = names.iter().map(|name| ((*name).to_owned(), wrong.clone())).collect();
        assert_eq!(applied(Value::Object(said)), Event::new("remote"), "{wrong}");
    }
    assert_eq!(
        applied(json!({"adk_actions": {"escalate": null, "skipSummarization": 1}})),
        Event::new("remote")
    );
}

#[test]
fn what_nobody_says_stays() {
    let mut event = applied(json!({"adk_usage_metadata": {"a": 1}, "adk_custom_metadata": {"a": 1, "b": 1}}));
    event.actions.escalate = Some(false);
    metadata::apply_to(&object(json!({"adk_custom_metadata": {"b": 2}})), &mut event);
    assert_eq!(event.usage_metadata, Some(json!({"a": 1})));
    assert_eq!(event.custom_metadata, object(json!({"a": 1, "b": 2})));
    assert_eq!(event.actions.escalate, Some(false));
}
