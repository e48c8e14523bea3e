//! What peers send by mistake or on purpose.

use std::fmt::Debug;

use a2a_core::v0_3::{self, rest::ProtoJson};
use proptest::{prelude::*, sample::Index};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    arbitrary,
    json::{read_value, written},
};

/// One of the values within, whichever `index` says, becomes another.
fn replace(json: &mut Value, index: Index, other: Value) {
    let mut left = index.index(count(json));
    place(json, &mut left, &mut Some(other));
}

fn count(json: &Value) -> usize {
    let within: usize = match json {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    };
    1 + within
}

fn place(json: &mut Value, left: &mut usize, other: &mut Option<Value>) {
    if *left == 0 {
        if let Some(other) = other.take() {
            *json = other;
        }
        return;
    }
    *left -= 1;
    match json {
        Value::Array(items) => items.iter_mut().for_each(|item| place(item, left, other)),
        Value::Object(members) => members.values_mut().for_each(|member| place(member, left, other)),
        _ => {}
    }
}

/// It is read from text as from memory, or refused by both, and what is read can be written and read again.
fn holds_up<T: Serialize + DeserializeOwned + PartialEq + Debug>(json: &Value) -> Result<(), TestCaseError> {
    if let Ok(value) = read_value::<T>(json) {
        prop_assert_eq!(read_value::<T>(&written(&value)), Ok(value), "{}", json);
    }
    Ok(())
}

fn all_hold_up(json: &Value) -> Result<(), TestCaseError> {
    holds_up::<v0_3::StreamEvent>(json)?;
    holds_up::<v0_3::SendMessageResult>(json)?;
    holds_up::<v0_3::Task>(json)?;
    holds_up::<v0_3::Message>(json)?;
    holds_up::<v0_3::Part>(json)?;
    holds_up::<v0_3::MessageSendParams>(json)?;
    holds_up::<v0_3::TaskQueryParams>(json)?;
    holds_up::<v0_3::TaskPushNotificationConfig>(json)?;
    let _ = read_value::<ProtoJson<v0_3::MessageSendParams>>(json);
    let _ = read_value::<ProtoJson<v0_3::TaskPushNotificationConfig>>(json);
    let _ = read_value::<ProtoJson<Vec<v0_3::TaskPushNotificationConfig>>>(json);
    Ok(())
}

proptest! {
    #[test]
    fn any_json_is_read_or_refused(json in arbitrary::json_value()) {
        all_hold_up(&json)?;
    }

    #[test]
    fn an_event_with_one_member_gone_wrong_is_read_or_refused(
        event in arbitrary::stream_event(),
        proto: bool,
        index: Index,
        other in arbitrary::json_value(),
    ) {
        let event = v0_3::StreamEvent::from(event);
        let mut json = if proto { written(&ProtoJson(&event)) } else { written(&event) };
        replace(&mut json, index, other);
        all_hold_up(&json)?;
    }

    #[test]
    fn a_send_with_one_member_gone_wrong_is_read_or_refused(
        request in arbitrary::send_message_request(),
        proto: bool,
        index: Index,
        other in arbitrary::json_value(),
    ) {
        let params = v0_3::MessageSendParams::from(request);
        let mut json = if proto { written(&ProtoJson(&params)) } else { written(&params) };
        replace(&mut json, index, other);
        all_hold_up(&json)?;
    }
}
