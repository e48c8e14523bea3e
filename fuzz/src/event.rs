//! What streams and answers consist of.

use a2a_core::{Artifact, Message, Part, SendMessageResponse, StreamEvent, Task, TaskStatus};

use crate::json::{round_trip, written_alike};

pub fn check(data: &[u8]) {
    round_trip::<StreamEvent>(data);
    round_trip::<SendMessageResponse>(data);
    written_alike::<Task>(data);
    written_alike::<TaskStatus>(data);
    written_alike::<Message>(data);
    written_alike::<Artifact>(data);
    written_alike::<Part>(data);
}
