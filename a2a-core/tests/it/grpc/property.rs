//! Native values through protobuf and back, bytes and all.

use a2a_core::{self as a2a, Error, SendMessageResponse, grpc};
use proptest::prelude::*;
use prost::Message;

use super::sayable;
use crate::{any_card, arbitrary};

/// To the protobuf form, to bytes, and all the way back.
fn back<Native, Proto>(native: Native) -> Result<Native, String>
where
    Proto: Message + Default + TryFrom<Native, Error = Error> + TryInto<Native, Error = Error>,
{
    let written = Proto::try_from(native).map_err(|error| error.to_string())?.encode_to_vec();
    let read = Proto::decode(written.as_slice()).map_err(|error| error.to_string())?;
    read.try_into().map_err(|error: Error| error.to_string())
}

proptest! {
    #[test]
    fn every_task_and_event_that_protobuf_can_say_comes_back_from_it(
        mut task in arbitrary::task(),
        mut event in arbitrary::stream_event(),
    ) {
        sayable::task(&mut task);
        sayable::event(&mut event);
        prop_assert_eq!(back::<_, grpc::v1::Task>(task.clone()), Ok(task));
        prop_assert_eq!(back::<_, grpc::v1::StreamResponse>(event.clone()), Ok(event));
    }

    #[test]
    fn every_send_that_protobuf_can_say_comes_back_from_it(
        mut request in arbitrary::send_message_request(),
        mut response in arbitrary::send_message_response(),
    ) {
        sayable::message(&mut request.message);
        sayable::metadata(&mut request.metadata);
        match &mut response {
            SendMessageResponse::Task(task) => sayable::task(task),
            SendMessageResponse::Message(message) => sayable::message(message),
            _ => {}
        }
        prop_assert_eq!(back::<_, grpc::v1::SendMessageRequest>(request.clone()), Ok(request));
        prop_assert_eq!(back::<_, grpc::v1::SendMessageResponse>(response.clone()), Ok(response));
    }

    #[test]
    fn every_card_that_protobuf_can_say_comes_back_from_it(
        mut card in any_card::card(any_card::Range::V1_0),
    ) {
        sayable::card(&mut card);
        prop_assert_eq!(back::<_, grpc::v1::AgentCard>(card.clone()), Ok(card));
    }

    #[test]
    fn every_task_and_event_of_0_3_that_protobuf_can_say_comes_back_from_it(
        mut task in arbitrary::task(),
        mut event in arbitrary::stream_event(),
    ) {
        sayable::task(&mut task);
        sayable::event(&mut event);
        let mut task = a2a::v0_3::Task::from(task);
        task.history.iter_mut().chain(task.status.message.as_deref_mut()).for_each(without_references);
        let mut event = a2a::v0_3::StreamEvent::from(event);
        match &mut event {
            a2a::v0_3::StreamEvent::Task(task) => {
                task.history.iter_mut().chain(task.status.message.as_deref_mut()).for_each(without_references);
            }
            a2a::v0_3::StreamEvent::Message(message) => without_references(message),
            a2a::v0_3::StreamEvent::StatusUpdate(update) => {
                update.status.message.as_deref_mut().into_iter().for_each(without_references);
            }
            _ => {}
        }
        prop_assert_eq!(back::<_, grpc::v0_3::Task>(task.clone()), Ok(task));
        prop_assert_eq!(back::<_, grpc::v0_3::StreamResponse>(event.clone()), Ok(event));
    }

    #[test]
    fn nothing_that_a_peer_sends_as_protobuf_panics(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
        if let Ok(event) = grpc::v1::StreamResponse::decode(bytes.as_slice()) {
            let _ = a2a::StreamEvent::try_from(event);
        }
        if let Ok(event) = grpc::v0_3::StreamResponse::decode(bytes.as_slice()) {
            let _ = a2a::v0_3::StreamEvent::try_from(event);
        }
        let error = Error::from_grpc(5, "", &bytes);
        prop_assert_eq!(Error::from(grpc::rpc::Status::from(&error)).kind(), error.kind());
    }
}

/// There is no field for them.
fn without_references(message: &mut a2a::v0_3::Message) {
    message.reference_task_ids.clear();
}
