//! What streams and answers consist of.

use a2a_core::{
    Artifact, Message, Metadata, Part, SendMessageRequest, SendMessageResponse, StreamEvent, Task, TaskStatus,
};

use crate::json::written_alike;

pub fn check(data: &[u8]) {
    written_alike::<StreamEvent>(data);
    written_alike::<SendMessageResponse>(data);
    written_alike::<SendMessageRequest>(data);
    written_alike::<Task>(data);
    written_alike::<TaskStatus>(data);
    written_alike::<Message>(data);
    written_alike::<Artifact>(data);
    written_alike::<Part>(data);
    written_alike::<Metadata>(data);
}
