use serde_json::{Map, Value};

/// How a turn is run.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct RunConfig {
    /// Whether chunks are wanted.
    pub streaming_mode: StreamingMode,
    /// Noted in the custom metadata of every event of the turn; what an event notes itself wins.
    pub custom_metadata: Map<String, Value>,
}

/// Whether the chunks of an answer are wanted, or complete events only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamingMode {
    /// Complete events only: the [`Runner`](super::Runner) drops the chunks that an agent makes nevertheless.
    None,
    /// Chunks as they come, then the complete event.
    #[default]
    Sse,
}
