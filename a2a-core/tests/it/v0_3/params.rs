use a2a_core::v0_3::{
    Message, MessageSendConfiguration, MessageSendParams, Part, PushNotificationConfig, Role, TaskIdParams,
    TaskQueryParams,
};
use serde_json::json;

use super::{id, is_json, object, reads_as, refused};

#[test]
fn a_send_says_what_it_wants() {
    let mut configuration = MessageSendConfiguration::default();
    configuration.accepted_output_modes = vec!["text/plain".into()];
    configuration.history_length = Some(0);
    configuration.push_notification_config = Some(Box::new(PushNotificationConfig::new("https://h")));
    configuration.blocking = Some(false);
    let mut params = MessageSendParams::new(Message::new(id("m"), Role::User, vec![Part::text("hi")]));
    params.configuration = Some(configuration);
    params.metadata = object(json!({"k": null}));
    let json = json!({
        "message": {"kind": "message", "messageId": "m", "role": "user", "parts": [{"kind": "text", "text": "hi"}]},
        "configuration": {
            "acceptedOutputModes": ["text/plain"], "historyLength": 0, "blocking": false,
            "pushNotificationConfig": {"url": "https://h"},
        },
        "metadata": {"k": null},
    });
    is_json(&params, &json);
    for webhook in ["push_notification", "pushNotification", "push_notification_config"] {
        let snake = json!({
            "request": {"message_id": "m", "role": "ROLE_USER", "content": [{"text": "hi"}]},
            "configuration": {
                "accepted_output_modes": ["text/plain"], "history_length": "0", "blocking": false,
                webhook: {"url": "https://h"},
            },
            "metadata": {"k": null},
        });
        reads_as(&snake, &params);
    }
}

#[test]
fn a_send_may_say_nothing_but_its_message() {
    let params = MessageSendParams::new(Message::new(id("m"), Role::User, Vec::new()));
    let message = json!({"kind": "message", "messageId": "m", "role": "user", "parts": []});
    is_json(&params, &json!({"message": message}));
    reads_as(&json!({"message": message, "configuration": null, "metadata": null}), &params);
    let mut configured = params.clone();
    configured.configuration = Some(MessageSendConfiguration::default());
    is_json(&configured, &json!({"message": message, "configuration": {}}));
    let nulls = json!({
        "acceptedOutputModes": null, "historyLength": null, "pushNotificationConfig": null, "blocking": null,
    });
    reads_as(&json!({"message": message, "configuration": nulls}), &configured);
    refused::<MessageSendParams>(&json!({}), "missing field `message`");
}

#[test]
fn a_task_is_asked_for_by_its_id() {
    let mut query = TaskQueryParams::new(id("t"));
    is_json(&query, &json!({"id": "t"}));
    (query.history_length, query.metadata) = (Some(5), object(json!({"k": 1})));
    is_json(&query, &json!({"id": "t", "historyLength": 5, "metadata": {"k": 1}}));
    reads_as(&json!({"id": "t", "history_length": 5.0, "metadata": {"k": 1}, "x": 1}), &query);
    refused::<TaskQueryParams>(&json!({"id": "t", "historyLength": 1.5}), "invalid value");

    let mut about = TaskIdParams::new(id("t"));
    is_json(&about, &json!({"id": "t"}));
    about.metadata = object(json!({"k": 1}));
    is_json(&about, &json!({"id": "t", "metadata": {"k": 1}}));
    refused::<TaskIdParams>(&json!({"id": ""}), "invalid value");
}
