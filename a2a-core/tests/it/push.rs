use a2a_core::{
    AuthenticationInfo, DeleteTaskPushNotificationConfigRequest, GetTaskPushNotificationConfigRequest,
    ListTaskPushNotificationConfigsRequest, ListTaskPushNotificationConfigsResponse, Metadata,
    SendMessageConfiguration, TaskPushNotificationConfig,
};
use pretty_assertions::assert_eq;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_str(&json.to_string()).expect("it can be read")
}

fn written<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("it can be written")
}

fn whole() -> TaskPushNotificationConfig {
    let mut config = TaskPushNotificationConfig::new("https://user:pass@example.com/hook?key=hidden#part")
        .with_task_id("t1".parse().expect("it isn't empty"))
        .with_token("secret-token")
        .with_authentication(AuthenticationInfo::new("Bearer", "secret-credentials"));
    config.tenant = Some("acme".parse().expect("it isn't empty"));
    config.id = Some("c1".to_owned());
    config
}

#[test]
fn a_webhook_is_written_whole_and_read_back() {
    let json = json!({
        "tenant": "acme", "id": "c1", "taskId": "t1",
        "url": "https://user:pass@example.com/hook?key=hidden#part", "token": "secret-token",
        "authentication": {"scheme": "Bearer", "credentials": "secret-credentials"},
    });
    assert_eq!(written(&whole()), json);
    assert_eq!(read::<TaskPushNotificationConfig>(&json), whole());
}

#[test]
fn what_a_webhook_leaves_out_is_absent_null_or_empty() {
    let bare = TaskPushNotificationConfig::new("https://example.com");
    assert_eq!(written(&bare), json!({"url": "https://example.com"}));
    for nothing in [Value::Null, json!("")] {
        let json = json!({
            "tenant": nothing, "id": nothing, "task_id": nothing, "url": "https://example.com",
            "token": nothing, "authentication": null, "x": 1,
        });
        assert_eq!(read::<TaskPushNotificationConfig>(&json), bare);
    }
}

#[test]
fn a_webhook_is_read_nested_as_well_as_flat_and_written_flat() {
    let mut flat = written(&whole());
    for (outer, inner) in [
        (vec!["taskId", "tenant"], vec!["id", "url", "token", "authentication"]),
        (vec!["taskId", "id", "token"], vec!["url", "tenant", "authentication"]),
        (vec![], vec!["tenant", "taskId", "id", "url", "token", "authentication"]),
    ] {
        let of = |names: &[&str]| -> Value {
            names.iter().map(|name| ((*name).to_owned(), flat[*name].clone())).collect::<Metadata>().into()
        };
        for name in ["pushNotificationConfig", "push_notification_config"] {
            let mut json = of(&outer);
            json[name] = of(&inner);
            assert_eq!(read::<TaskPushNotificationConfig>(&json), whole(), "{json}");
        }
    }
    flat["pushNotificationConfig"] = json!({"id": "c2", "taskId": "t2", "url": "u2", "token": "s2"});
    assert_eq!(read::<TaskPushNotificationConfig>(&flat), whole(), "what stands outside holds");
    flat["pushNotificationConfig"] = Value::Null;
    assert_eq!(read::<TaskPushNotificationConfig>(&flat), whole());
    let list = json!({"configs": [{"taskId": "t", "pushNotificationConfig": {"url": "u"}}]});
    let expected = TaskPushNotificationConfig::new("u").with_task_id("t".parse().unwrap());
    assert_eq!(
        read::<ListTaskPushNotificationConfigsResponse>(&list),
        ListTaskPushNotificationConfigsResponse::new(vec![expected])
    );
}

#[test]
fn a_webhook_within_a_webhook_without_end_is_refused() {
    let nested = |levels: usize| {
        let open = r#"{"pushNotificationConfig":"#.repeat(levels);
        serde_json::from_str::<TaskPushNotificationConfig>(&format!(
            r#"{open}{{"url":"u"}}{}"#,
            "}".repeat(levels)
        ))
    };
    assert_eq!(nested(100).ok(), Some(TaskPushNotificationConfig::new("u")));
    assert!(nested(100_000).is_err());
}

#[test]
fn of_several_schemes_of_authentication_the_first_is_read() {
    let expected = AuthenticationInfo::new("Bearer", "c");
    for json in [
        json!({"schemes": ["Bearer", "Basic"], "credentials": "c"}),
        json!({"schemes": ["Basic"], "scheme": "Bearer", "credentials": "c"}),
        json!({"schemes": null, "scheme": "Bearer", "credentials": "c"}),
    ] {
        assert_eq!(read::<AuthenticationInfo>(&json), expected);
    }
    assert_eq!(written(&expected), json!({"scheme": "Bearer", "credentials": "c"}));
    for json in [r#"{"schemes":[]}"#, r#"{"schemes":[""]}"#, r#"{"schemes":[null]}"#, r#"{"scheme":""}"#] {
        assert!(serde_json::from_str::<AuthenticationInfo>(json).is_err(), "{json}");
    }
}

#[test]
fn a_webhook_that_comes_with_a_message_is_read_by_its_older_name_too() {
    let config =
        TaskPushNotificationConfig::new("u").with_authentication(AuthenticationInfo::new("Bearer", "c"));
    let mut expected = SendMessageConfiguration::default();
    expected.task_push_notification_config = Some(Box::new(config));
    let webhook = json!({"url": "u", "authentication": {"schemes": ["Bearer"], "credentials": "c"}});
    for name in [
        "taskPushNotificationConfig",
        "task_push_notification_config",
        "pushNotificationConfig",
        "push_notification_config",
    ] {
        assert_eq!(read::<SendMessageConfiguration>(&json!({name: webhook})), expected, "{name}");
    }
}

#[test]
fn blocking_is_a_word_of_v0_3_and_says_nothing_in_v1_0() {
    for blocking in [json!(true), json!(false), json!("x"), Value::Null] {
        let json = json!({"blocking": blocking});
        assert_eq!(read::<SendMessageConfiguration>(&json), SendMessageConfiguration::default());
    }
    let mut expected = SendMessageConfiguration::default();
    expected.return_immediately = true;
    let json = json!({"blocking": true, "returnImmediately": true});
    assert_eq!(read::<SendMessageConfiguration>(&json), expected);
}

#[test]
fn secrets_are_not_shown() {
    assert_eq!(
        format!("{:?}", whole()),
        "TaskPushNotificationConfig { tenant: Some(Tenant(\"acme\")), id: Some(\"c1\"), \
         task_id: Some(TaskId(\"t1\")), url: \"https://example.com/hook\", token: Some(***), \
         authentication: Some(AuthenticationInfo { scheme: \"Bearer\", credentials: Some(***) }) }"
    );
    for url in [
        "https://example.com#secret",
        "https://example.com?secret",
        "https://user:secret@example.com/hook",
        "user:secret@example.com/hook",
        "https:user:secret@example.com/hook",
        "https:/user:secret@example.com/hook",
    ] {
        let config = TaskPushNotificationConfig::new(url);
        let shown = format!("{config:?}");
        assert!(!shown.contains("secret") && shown.contains("example.com"), "{shown}");
    }
}

#[test]
fn what_is_required_must_be_there_and_not_empty() {
    for json in ["{}", r#"{"url":""}"#, r#"{"url":null}"#, r#"{"url":"u","authentication":{}}"#] {
        assert!(serde_json::from_str::<TaskPushNotificationConfig>(json).is_err(), "{json}");
    }
    for json in
        ["{}", r#"{"taskId":"t"}"#, r#"{"id":"c"}"#, r#"{"taskId":"","id":"c"}"#, r#"{"taskId":"t","id":""}"#]
    {
        assert!(serde_json::from_str::<GetTaskPushNotificationConfigRequest>(json).is_err(), "{json}");
        assert!(serde_json::from_str::<DeleteTaskPushNotificationConfigRequest>(json).is_err(), "{json}");
    }
    assert!(serde_json::from_str::<ListTaskPushNotificationConfigsRequest>("{}").is_err());
}

#[test]
fn requests_name_the_task_and_the_webhook() {
    let json = json!({"taskId": "t1", "id": "c1"});
    let get = GetTaskPushNotificationConfigRequest::new("t1".parse().unwrap(), "c1");
    assert_eq!(written(&get), json);
    assert_eq!(read::<GetTaskPushNotificationConfigRequest>(&json), get);
    let delete = DeleteTaskPushNotificationConfigRequest::new("t1".parse().unwrap(), "c1");
    assert_eq!(written(&delete), json);
    assert_eq!(read::<DeleteTaskPushNotificationConfigRequest>(&json), delete);
}

#[test]
fn a_list_request_takes_its_page_size_in_every_form_and_zero_as_none() {
    let first = ListTaskPushNotificationConfigsRequest::new("t1".parse().unwrap());
    assert_eq!(written(&first), json!({"taskId": "t1"}));
    for nothing in [json!(0), json!("0"), Value::Null] {
        let json = json!({"task_id": "t1", "page_size": nothing, "page_token": "", "tenant": ""});
        assert_eq!(read::<ListTaskPushNotificationConfigsRequest>(&json), first);
    }
    let mut next = first;
    next.page_size = Some(5);
    next.page_token = Some("p".to_owned());
    for five in [json!(5), json!("5"), json!(5.0)] {
        let json = json!({"taskId": "t1", "pageSize": five, "pageToken": "p"});
        assert_eq!(read::<ListTaskPushNotificationConfigsRequest>(&json), next);
    }
    assert_eq!(written(&next), json!({"taskId": "t1", "pageSize": 5, "pageToken": "p"}));
}

#[test]
fn a_list_answer_always_has_its_list() {
    let empty = ListTaskPushNotificationConfigsResponse::new(vec![]);
    assert_eq!(written(&empty), json!({"configs": []}));
    for json in [json!({}), json!({"configs": null, "nextPageToken": ""})] {
        assert_eq!(read::<ListTaskPushNotificationConfigsResponse>(&json), empty);
    }
    let mut page = ListTaskPushNotificationConfigsResponse::new(vec![whole()]);
    page.next_page_token = Some("p".to_owned());
    let json = json!({"configs": [written(&whole())], "nextPageToken": "p"});
    assert_eq!(written(&page), json);
    assert_eq!(read::<ListTaskPushNotificationConfigsResponse>(&json), page);
}
