use a2a_core::v0_3::{
    DeleteTaskPushNotificationConfigParams, GetTaskPushNotificationConfigParams,
    ListTaskPushNotificationConfigParams, PushNotificationAuthenticationInfo, PushNotificationConfig,
    TaskPushNotificationConfig,
};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{id, is_json, object, reads_as, refused};

fn webhook() -> PushNotificationConfig {
    let mut authentication = PushNotificationAuthenticationInfo::new(vec!["Bearer".into(), "Basic".into()]);
    authentication.credentials = Some("secret".into());
    let mut webhook = PushNotificationConfig::new("https://user:secret@h/p?secret");
    (webhook.id, webhook.token) = (Some("w".into()), Some("secret".into()));
    webhook.authentication = Some(authentication);
    webhook
}

#[test]
fn a_webhook_of_a_task_is_nested() {
    let config = TaskPushNotificationConfig::new(id("t"), webhook());
    let nested = json!({
        "id": "w", "url": "https://user:secret@h/p?secret", "token": "secret",
        "authentication": {"schemes": ["Bearer", "Basic"], "credentials": "secret"},
    });
    is_json(&config, &json!({"taskId": "t", "pushNotificationConfig": nested}));
    reads_as(&json!({"task_id": "t", "push_notification_config": nested, "x": 1}), &config);
    // Protobuf has the ids in a name, and that is read wherever a webhook is.
    let name = "tasks/t/pushNotificationConfigs/w";
    reads_as(&json!({"name": name, "pushNotificationConfig": nested}), &config);
}

#[test]
fn a_webhook_needs_no_more_than_its_url() {
    let webhook = PushNotificationConfig::new("https://h");
    is_json(&webhook, &json!({"url": "https://h"}));
    reads_as(&json!({"id": "", "url": "https://h", "token": null, "authentication": null}), &webhook);
    refused::<PushNotificationConfig>(&json!({"url": ""}), "invalid value");
    refused::<PushNotificationConfig>(&json!({}), "missing field `url`");
    let none = PushNotificationAuthenticationInfo::new(Vec::new());
    is_json(&none, &json!({"schemes": []}));
    reads_as(&json!({}), &none);
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", TaskPushNotificationConfig::new(id("t"), webhook()));
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("https://h/p"), "{shown}");
}

#[test]
fn webhooks_are_asked_for_by_task_and_id() {
    let mut get = GetTaskPushNotificationConfigParams::new(id("t"));
    is_json(&get, &json!({"id": "t"}));
    reads_as(&json!({"id": "t", "pushNotificationConfigId": null, "metadata": {}}), &get);
    (get.push_notification_config_id, get.metadata) = (Some("w".into()), object(json!({"k": 1})));
    is_json(&get, &json!({"id": "t", "pushNotificationConfigId": "w", "metadata": {"k": 1}}));

    let list = ListTaskPushNotificationConfigParams::new(id("t"));
    is_json(&list, &json!({"id": "t"}));

    let delete = DeleteTaskPushNotificationConfigParams::new(id("t"), "w");
    is_json(&delete, &json!({"id": "t", "pushNotificationConfigId": "w"}));
    reads_as(&json!({"id": "t", "push_notification_config_id": "w"}), &delete);
    refused::<DeleteTaskPushNotificationConfigParams>(&json!({"id": "t"}), "missing field");
    assert_eq!(delete.push_notification_config_id, "w");
}
