//! The protobuf forms of both versions. The first byte says which message the others are.

use std::fmt::{Debug, Display};

use a2a_core::{
    self as a2a, Error,
    grpc::{rpc, v0_3 as old, v1},
    v0_3,
};
use prost::Message;

pub fn check(data: &[u8]) {
    let Some((&which, bytes)) = data.split_first() else { return };
    match which {
        0 => there_and_back::<v1::StreamResponse, a2a::StreamEvent>(bytes),
        1 => there_and_back::<v1::SendMessageResponse, a2a::SendMessageResponse>(bytes),
        2 => there_and_back::<v1::SendMessageRequest, a2a::SendMessageRequest>(bytes),
        3 => there_and_back::<v1::Task, a2a::Task>(bytes),
        4 => there_and_back::<v1::AgentCard, a2a::AgentCard>(bytes),
        5 => there_and_back::<v1::ListTasksRequest, a2a::ListTasksRequest>(bytes),
        6 => there_and_back::<v1::ListTasksResponse, a2a::ListTasksResponse>(bytes),
        7 => there_and_back::<v1::TaskPushNotificationConfig, a2a::TaskPushNotificationConfig>(bytes),
        8 => there_and_back::<v1::CancelTaskRequest, a2a::CancelTaskRequest>(bytes),
        9 => there_and_back::<old::StreamResponse, v0_3::StreamEvent>(bytes),
        10 => there_and_back::<old::SendMessageResponse, v0_3::SendMessageResult>(bytes),
        11 => send(bytes),
        12 => there_and_back::<old::Task, v0_3::Task>(bytes),
        13 => there_and_back::<old::AgentCard, v0_3::AgentCard>(bytes),
        14 => there_and_back::<old::GetTaskRequest, v0_3::TaskQueryParams>(bytes),
        15 => there_and_back::<old::TaskPushNotificationConfig, v0_3::TaskPushNotificationConfig>(bytes),
        16 => error(bytes),
        _ => {}
    }
}

/// What is made of a message is made of what is written of it, too. Only a name with a slash in an id isn't written.
fn there_and_back<P, T>(bytes: &[u8])
where
    P: Message + Default + TryFrom<T, Error: Display>,
    T: TryFrom<P> + Clone + PartialEq + Debug,
{
    let Some(value) = read::<P, T>(bytes) else { return };
    match P::try_from(value.clone()) {
        Ok(message) => assert_eq!(read::<P, T>(&message.encode_to_vec()).as_ref(), Some(&value)),
        Err(error) => assert!(error.to_string().contains("has a slash"), "{value:?}: {error}"),
    }
}

/// A request without a configuration is written with the one that it means.
fn send(bytes: &[u8]) {
    let Some(value) = read::<old::SendMessageRequest, v0_3::MessageSendParams>(bytes) else { return };
    let written = old::SendMessageRequest::try_from(value).expect("what was read can be written");
    there_and_back::<old::SendMessageRequest, v0_3::MessageSendParams>(&written.encode_to_vec());
}

fn read<P: Message + Default, T: TryFrom<P>>(bytes: &[u8]) -> Option<T> {
    T::try_from(P::decode(bytes).ok()?).ok()
}

fn error(bytes: &[u8]) {
    let code = rpc::Status::decode(bytes).map_or(2, |status| status.code);
    let again = |error: &Error| Error::from(rpc::Status::from(error));
    let first = again(&Error::from_grpc(code, "", bytes));
    assert_eq!(again(&first), first);
}
