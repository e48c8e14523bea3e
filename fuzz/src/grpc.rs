//! The protobuf forms of both versions. The first byte says which message the others are.

use std::{convert::Infallible, fmt::Debug};

use a2a_core::{
    self as a2a, Error, ErrorKind,
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
        11 => send_of_v0_3(bytes),
        12 => there_and_back::<old::Task, v0_3::Task>(bytes),
        13 => there_and_back::<old::AgentCard, v0_3::AgentCard>(bytes),
        14 => there_and_back::<old::GetTaskRequest, v0_3::TaskQueryParams>(bytes),
        15 => there_and_back::<old::TaskPushNotificationConfig, v0_3::TaskPushNotificationConfig>(bytes),
        16 => error(bytes),
        _ => {}
    }
}

/// What is made of a message is made of what is written of it, too, unless that can't be said.
fn there_and_back<P, T>(bytes: &[u8])
where
    P: Message + Default + TryFrom<T, Error: Refusal>,
    T: TryFrom<P, Error: Refusal> + Clone + PartialEq + Debug,
{
    let Some(value) = read::<P, T>(bytes) else { return };
    let Some(again) = again::<P, T>(value.clone()) else { return };
    assert_eq!(again, value);
}

/// It is always written with a configuration.
fn send_of_v0_3(bytes: &[u8]) {
    let Some(value) = read::<old::SendMessageRequest, v0_3::MessageSendParams>(bytes) else { return };
    let Some(whole) = again::<old::SendMessageRequest, _>(value) else { return };
    assert_eq!(again::<old::SendMessageRequest, _>(whole.clone()), Some(whole));
}

fn read<P: Message + Default, T: TryFrom<P, Error: Refusal>>(bytes: &[u8]) -> Option<T> {
    let read = T::try_from(P::decode(bytes).ok()?);
    read.inspect_err(|refusal| assert_eq!(refusal.kind(), ErrorKind::InvalidParams)).ok()
}

/// An id with a slash can't be in a name, and free-form JSON can be deeper than what we send.
fn again<P, T>(value: T) -> Option<T>
where
    P: Message + Default + TryFrom<T, Error: Refusal>,
    T: TryFrom<P, Error: Refusal>,
{
    let written = P::try_from(value);
    let written =
        written.inspect_err(|refusal| assert_eq!(refusal.kind(), ErrorKind::UnsupportedOperation)).ok()?;
    Some(read::<P, T>(&written.encode_to_vec()).expect("what was written is read"))
}

trait Refusal: Debug {
    fn kind(&self) -> ErrorKind;
}

impl Refusal for Error {
    fn kind(&self) -> ErrorKind {
        Error::kind(self)
    }
}

impl Refusal for Infallible {
    fn kind(&self) -> ErrorKind {
        match *self {}
    }
}

fn error(bytes: &[u8]) {
    let code = rpc::Status::decode(bytes).map_or(2, |status| status.code);
    let again = |error: &Error| Error::from(rpc::Status::from(error));
    let first = again(&Error::from_grpc(code, "", bytes));
    assert_eq!(again(&first), first);
}
