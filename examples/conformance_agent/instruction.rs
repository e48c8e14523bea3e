//! What the interop kit sends: a tree of steps, in protobuf.

use a2a_core::{Message, Part, PartContent};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use prost::Message as _;

/// The media type and the file name by which a part tells that it is an instruction.
const MEDIA_TYPE: &str = "application/x-protobuf";
const FILENAME: &str = "instruction.bin";

/// One step.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Instruction {
    #[prost(oneof = "Step", tags = "1, 2, 3")]
    pub(crate) step: Option<Step>,
}

/// What a step is.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Step {
    #[prost(message, boxed, tag = "1")]
    CallAgent(Box<CallAgent>),
    #[prost(message, tag = "2")]
    ReturnResponse(ReturnResponse),
    #[prost(message, tag = "3")]
    Steps(SeriesOfSteps),
}

/// Sends an instruction to another agent and answers what that says.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct CallAgent {
    #[prost(string, tag = "1")]
    pub(crate) transport: String,
    #[prost(string, tag = "2")]
    pub(crate) agent_card_uri: String,
    #[prost(message, optional, boxed, tag = "3")]
    pub(crate) instruction: Option<Box<Instruction>>,
    #[prost(bool, tag = "4")]
    pub(crate) streaming: bool,
    #[prost(oneof = "Behavior", tags = "5, 6, 7")]
    pub(crate) behavior: Option<Behavior>,
}

/// How the other agent is called.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(crate) enum Behavior {
    #[prost(message, tag = "5")]
    SendMessage(SendMessage),
    #[prost(message, tag = "6")]
    PushNotification(PushNotification),
    #[prost(message, tag = "7")]
    Resubscribe(Resubscribe),
}

/// One send and its answer.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct SendMessage {}

/// One send that names a webhook.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct PushNotification {
    #[prost(string, tag = "1")]
    pub(crate) url: String,
}

/// A stream that is dropped and subscribed to.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct Resubscribe {}

/// Answers this text.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct ReturnResponse {
    #[prost(string, tag = "1")]
    pub(crate) response: String,
    /// Whether the task stays WORKING for a while.
    #[prost(bool, tag = "2")]
    pub(crate) hold_task: bool,
}

/// Steps, one after the other.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct SeriesOfSteps {
    #[prost(message, repeated, tag = "1")]
    pub(crate) instructions: Vec<Instruction>,
    /// How the answers become one; the only way there is joins them.
    #[prost(int32, tag = "2")]
    pub(crate) response_generator: i32,
}

impl Instruction {
    /// The instruction that a message carries, or why the part that says it is one isn't; none if nothing says so.
    pub(crate) fn find(message: &Message) -> Option<Result<Self, prost::DecodeError>> {
        if let Some(part) = message.parts.iter().find(|part| is_declared(part)) {
            return Some(Self::decode(bytes(part).as_slice()));
        }
        // Any text may happen to be base64: only what an instruction is written as is one.
        message.parts.iter().find_map(|part| {
            let bytes = STANDARD.decode(part.as_text()?.trim()).ok()?;
            let found = Self::decode(bytes.as_slice()).ok()?;
            (found.step.is_some() && found.encode_to_vec() == bytes).then_some(Ok(found))
        })
    }

    /// The part that carries it.
    pub(crate) fn to_part(&self) -> Part {
        Part::raw(self.encode_to_vec()).with_media_type(MEDIA_TYPE).with_filename(FILENAME)
    }

    /// Whether the task of whoever does this is held.
    pub(crate) fn holds(&self) -> bool {
        match &self.step {
            Some(Step::ReturnResponse(step)) => step.hold_task,
            Some(Step::Steps(steps)) => steps.instructions.iter().any(Self::holds),
            Some(Step::CallAgent(_)) | None => false,
        }
    }
}

fn is_declared(part: &Part) -> bool {
    part.media_type.as_deref() == Some(MEDIA_TYPE) || part.filename.as_deref() == Some(FILENAME)
}

/// As bytes, or as base64 in a text.
fn bytes(part: &Part) -> Vec<u8> {
    match &part.content {
        PartContent::Raw(bytes) => bytes.to_vec(),
        PartContent::Text(text) => STANDARD.decode(text.trim()).unwrap_or_default(),
        _ => Vec::new(),
    }
}
