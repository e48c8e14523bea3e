//! The data of version 0.3: both families of its JSON, and the way to version 1.0 and back.

use std::fmt::Debug;

use a2a_core::{self as a2a, v0_3, v0_3::rest::ProtoJson};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::json::round_trip;

pub fn check(data: &[u8]) {
    json_rpc(data);
    rest(data);
}

fn json_rpc(data: &[u8]) {
    converts::<_, a2a::Task>(round_trip::<v0_3::Task>(data));
    converts::<_, a2a::Message>(round_trip::<v0_3::Message>(data));
    converts::<_, a2a::Artifact>(round_trip::<v0_3::Artifact>(data));
    converts::<_, a2a::StreamEvent>(round_trip::<v0_3::StreamEvent>(data));
    converts::<_, a2a::SendMessageResponse>(round_trip::<v0_3::SendMessageResult>(data));
    converts::<_, a2a::SendMessageRequest>(round_trip::<v0_3::MessageSendParams>(data));
    converts::<_, a2a::GetTaskRequest>(round_trip::<v0_3::TaskQueryParams>(data));
    converts::<_, a2a::CancelTaskRequest>(round_trip::<v0_3::TaskIdParams>(data));
    converts::<_, a2a::TaskPushNotificationConfig>(round_trip::<v0_3::TaskPushNotificationConfig>(data));
    round_trip::<v0_3::GetTaskPushNotificationConfigParams>(data);
    round_trip::<v0_3::DeleteTaskPushNotificationConfigParams>(data);
    round_trip::<v0_3::Error>(data);
    card(data);
}

/// What version 1.0 makes of it, it makes of what comes back from there, too. Only what isn't said or what neither
/// version knows may become something that they know on the way back: a state, a role, the content of a part.
fn converts<Old, New>(old: Option<Old>)
where
    Old: From<New> + Into<New> + Debug,
    New: Clone + PartialEq + Debug,
{
    let Some(old) = old else { return };
    let new: New = old.into();
    let again: New = Old::from(new.clone()).into();
    if again == new {
        return;
    }
    let shown = format!("{new:?}");
    let is_unknown = shown.contains("Unknown(") || shown.contains("Unspecified");
    assert!(is_unknown, "{new:?} comes back as {again:?}");
    assert_eq!(Old::from(again.clone()).into(), again);
}

/// Version 0.3 reads what it can't write, as whether PKCE is required, and says otherwise what it has no word for: a
/// card is looked at once it was there.
fn card(data: &[u8]) {
    let Some(read) = read::<v0_3::AgentCard>(data) else { return };
    let written = serde_json::to_vec(&read).expect("what was read can be written");
    let Some(old) = round_trip::<v0_3::AgentCard>(&written) else { panic!("{read:?} can't be read again") };
    let there = |card: a2a::AgentCard| v0_3::AgentCard::try_from(card).ok().map(a2a::AgentCard::from);
    let Some(once) = there(old.into()) else { return };
    assert_eq!(there(once.clone()), Some(once));
}

fn rest(data: &[u8]) {
    written_as_read::<v0_3::Task>(data);
    written_as_read::<v0_3::Message>(data);
    written_as_read::<v0_3::Artifact>(data);
    written_as_read::<v0_3::StreamEvent>(data);
    written_as_read::<v0_3::SendMessageResult>(data);
    written_as_read::<v0_3::MessageSendParams>(data);
}

/// What was written once is written alike when it was read.
fn written_as_read<T>(data: &[u8])
where
    T: Debug,
    ProtoJson<T>: DeserializeOwned,
    for<'a> ProtoJson<&'a T>: Serialize,
{
    let Some(ProtoJson(value)) = read::<ProtoJson<T>>(data) else { return };
    let first = serde_json::to_string(&ProtoJson(&value)).expect("what was read can be written");
    let Some(ProtoJson(value)) = read::<ProtoJson<T>>(first.as_bytes()) else {
        panic!("{first} can't be read");
    };
    assert_eq!(serde_json::to_string(&ProtoJson(&value)).ok(), Some(first), "{value:?}");
}

fn read<'de, T: Deserialize<'de>>(data: &'de [u8]) -> Option<T> {
    serde_json::from_slice(data).ok()
}
