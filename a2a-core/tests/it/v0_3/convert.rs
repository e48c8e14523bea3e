//! What has a form in v0.3 comes back from it as it was, by way of the types and of either text.

use a2a_core::{
    Artifact, Message, Part, PartContent, Role, SendMessageRequest, SendMessageResponse, StreamEvent, Task,
    TaskPushNotificationConfig, TaskState, TaskStatus,
    v0_3::{self, rest::ProtoJson},
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::arbitrary;

/// The nearest value that has a form in v0.3: itself, if it has one.
trait V0_3Form {
    fn keep_what_has_one(&mut self);
    /// The same for what protobuf has.
    fn keep_what_protobuf_has(&mut self) {}
}

impl V0_3Form for Part {
    fn keep_what_has_one(&mut self) {
        match &mut self.content {
            PartContent::Raw(_) | PartContent::Url(_) => return,
            PartContent::Unknown(members) if !members.contains_key("kind") => {
                *self = Part::data(members.clone());
            }
            _ => {}
        }
        (self.filename, self.media_type) = (None, None);
    }
}

impl V0_3Form for Message {
    fn keep_what_has_one(&mut self) {
        let name = self.role.as_str().unwrap_or("ROLE_");
        if self.role != Role::User && name.starts_with("ROLE_") {
            self.role = Role::Agent;
        }
        self.parts.iter_mut().for_each(Part::keep_what_has_one);
    }

    fn keep_what_protobuf_has(&mut self) {
        self.reference_task_ids.clear();
    }
}

impl V0_3Form for Artifact {
    fn keep_what_has_one(&mut self) {
        self.parts.iter_mut().for_each(Part::keep_what_has_one);
    }
}

impl V0_3Form for TaskStatus {
    fn keep_what_has_one(&mut self) {
        let name = self.state.as_str().unwrap_or("TASK_STATE_");
        if matches!(self.state, TaskState::Unknown(_)) && name.starts_with("TASK_STATE_") {
            self.state = TaskState::Unspecified;
        }
        self.message.iter_mut().for_each(|message| message.keep_what_has_one());
    }

    fn keep_what_protobuf_has(&mut self) {
        self.message.iter_mut().for_each(|message| message.keep_what_protobuf_has());
    }
}

impl V0_3Form for Task {
    fn keep_what_has_one(&mut self) {
        self.status.keep_what_has_one();
        self.artifacts.iter_mut().for_each(Artifact::keep_what_has_one);
        self.history.iter_mut().for_each(Message::keep_what_has_one);
    }

    fn keep_what_protobuf_has(&mut self) {
        self.status.keep_what_protobuf_has();
        self.history.iter_mut().for_each(Message::keep_what_protobuf_has);
    }
}

impl V0_3Form for StreamEvent {
    fn keep_what_has_one(&mut self) {
        match self {
            Self::Task(task) => task.keep_what_has_one(),
            Self::Message(message) => message.keep_what_has_one(),
            Self::StatusUpdate(update) => update.status.keep_what_has_one(),
            Self::ArtifactUpdate(update) => update.artifact.keep_what_has_one(),
            other => panic!("{other:?} isn't made"),
        }
    }

    fn keep_what_protobuf_has(&mut self) {
        match self {
            Self::Task(task) => task.keep_what_protobuf_has(),
            Self::Message(message) => message.keep_what_protobuf_has(),
            Self::StatusUpdate(update) => update.status.keep_what_protobuf_has(),
            _ => {}
        }
    }
}

impl V0_3Form for SendMessageResponse {
    fn keep_what_has_one(&mut self) {
        match self {
            Self::Task(task) => task.keep_what_has_one(),
            Self::Message(message) => message.keep_what_has_one(),
            other => panic!("{other:?} isn't made"),
        }
    }

    fn keep_what_protobuf_has(&mut self) {
        match self {
            Self::Task(task) => task.keep_what_protobuf_has(),
            Self::Message(message) => message.keep_what_protobuf_has(),
            _ => {}
        }
    }
}

impl V0_3Form for TaskPushNotificationConfig {
    fn keep_what_has_one(&mut self) {
        self.tenant = None;
    }
}

impl V0_3Form for SendMessageRequest {
    fn keep_what_has_one(&mut self) {
        self.tenant = None;
        self.message.keep_what_has_one();
        if let Some(webhook) = &mut self.configuration.task_push_notification_config {
            (webhook.tenant, webhook.task_id) = (None, None);
        }
    }

    fn keep_what_protobuf_has(&mut self) {
        self.message.keep_what_protobuf_has();
        self.configuration.history_length = self.configuration.history_length.filter(|length| *length != 0);
    }
}

/// By way of the types, of JSON-RPC's text and of REST's.
fn survives<Native, Old>(mut native: Native) -> Result<(), TestCaseError>
where
    Native: V0_3Form + From<Old> + Clone + PartialEq + std::fmt::Debug,
    Old: From<Native> + Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned,
    for<'a> ProtoJson<&'a Old>: Serialize,
    ProtoJson<Old>: DeserializeOwned,
{
    // What has no form is replaced once and stays so.
    let replaced = Old::from(native.clone());
    prop_assert_eq!(Old::from(Native::from(replaced.clone())), replaced);

    native.keep_what_has_one();
    let old = Old::from(native.clone());
    prop_assert_eq!(Native::from(old.clone()), native.clone());
    let text = serde_json::to_string(&old).expect("it can be written");
    prop_assert_eq!(
        serde_json::from_str::<Old>(&text).map_err(|error| error.to_string()),
        Ok(old.clone()),
        "{}",
        text
    );
    let in_memory = serde_json::from_value::<Old>(serde_json::to_value(&old).expect("it can be written"));
    prop_assert_eq!(in_memory.map_err(|error| error.to_string()), Ok(old));

    native.keep_what_protobuf_has();
    let old = Old::from(native.clone());
    let text = serde_json::to_string(&ProtoJson(&old)).expect("it can be written");
    let ProtoJson(read) = serde_json::from_str::<ProtoJson<Old>>(&text)
        .map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(&read, &old, "{}", text);
    prop_assert_eq!(Native::from(read), native);
    Ok(())
}

proptest! {
    #[test]
    fn a_task_survives(task in arbitrary::task()) {
        survives::<_, v0_3::Task>(task)?;
    }

    #[test]
    fn a_message_survives(message in arbitrary::message()) {
        survives::<_, v0_3::Message>(message)?;
    }

    #[test]
    fn an_event_survives(event in arbitrary::stream_event()) {
        survives::<_, v0_3::StreamEvent>(event)?;
    }

    #[test]
    fn a_send_survives(request in arbitrary::send_message_request()) {
        survives::<_, v0_3::MessageSendParams>(request)?;
    }

    #[test]
    fn the_result_of_a_send_survives(response in arbitrary::send_message_response()) {
        survives::<_, v0_3::SendMessageResult>(response)?;
    }

    #[test]
    fn a_webhook_survives(config in arbitrary::push_config()) {
        survives::<_, v0_3::TaskPushNotificationConfig>(config)?;
    }
}
