use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use super::wire::{Blank, record};

/// What an event does besides saying something.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct EventActions {
    /// Changes of the session's state, by key; see [`State`](super::State) for the scopes.
    pub state_delta: Map<String, Value>,
    /// The artifacts that were saved, each with its new version.
    pub artifact_delta: BTreeMap<String, ArtifactVersion>,
    /// The confirmations that are asked for, by the id of the function call.
    pub requested_tool_confirmations: BTreeMap<String, ToolConfirmation>,
    /// The credentials that are asked for, by the id of the function call, as ADK defines them.
    pub requested_auth_configs: Map<String, Value>,
    /// Whether a function response is the answer as it is.
    pub skip_summarization: Option<bool>,
    /// Whether the agent gives up its place: it ends a loop.
    pub escalate: Option<bool>,
    /// The agent that goes on.
    pub transfer_to_agent: Option<String>,
    /// Actions that this version doesn't know, kept as they came.
    pub other: Map<String, Value>,
}

impl EventActions {
    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

record! { EventActions {
    "stateDelta" => state_delta: always,
    "artifactDelta" => artifact_delta: always,
    "requestedAuthConfigs" => requested_auth_configs: always,
    "requestedToolConfirmations" => requested_tool_confirmations: always,
    "skipSummarization" => skip_summarization: some,
    "escalate" => escalate: some,
    "transferToAgent" => transfer_to_agent: some,
} other: other }

/// A question whether a function call may run.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ToolConfirmation {
    /// What the user should know to decide.
    pub hint: String,
    /// Whether it may run.
    pub confirmed: bool,
    /// Anything else the tool wants to know.
    pub payload: Option<Value>,
}

record! { ToolConfirmation {
    "hint" => hint: always,
    "confirmed" => confirmed: always,
    "payload" => payload: some,
} }

/// Where in a graph of nodes an event was made.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct NodeInfo {
    /// The path of the node.
    pub path: String,
    /// For which nodes the output is.
    pub output_for: Option<Value>,
    /// Whether the message is the output.
    pub message_as_output: Option<bool>,
}

record! { NodeInfo {
    "path" => path: always,
    "outputFor" => output_for: some,
    "messageAsOutput" => message_as_output: some,
} }

impl Blank for NodeInfo {
    fn is_blank(&self) -> bool {
        *self == Self::default()
    }
}

/// The version of an artifact. The first is 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactVersion(u64);

impl ArtifactVersion {
    /// The version of this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ArtifactVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for ArtifactVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

/// Reads `3` and `3.0` alike: what travelled through a protobuf `Struct` has no integers.
impl<'de> Deserialize<'de> for ArtifactVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        let whole = number.as_f64().filter(|float| float.fract() == 0.0 && (0.0..=9.0e15).contains(float));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
        let read = number.as_u64().or(whole.map(|float| float as u64));
        read.map(Self).ok_or_else(|| D::Error::custom("a version is a whole number from 0"))
    }
}
