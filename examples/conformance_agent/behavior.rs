//! What the agent can be asked to do, and by which names.

use a2a_core::{Message, Task};

/// What a message asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Completes and says something.
    Complete,
    ArtifactText,
    ArtifactFile,
    ArtifactFileUrl,
    ArtifactData,
    /// Answers without a task.
    Message,
    InputRequired,
    Reject,
    /// WORKING, an artifact of this text, COMPLETED.
    Stream(&'static str),
    StreamFile,
    StreamChunks,
    /// COMPLETED and nothing before it.
    StreamEnd,
    /// Works for longer than a suite waits for an event.
    Outlast,
    /// Works for about a second.
    LongRunning,
    /// Asks for more until it hears `done`.
    MultiTurn,
    /// Works until it is canceled.
    AwaitCancel,
    Fail,
    AuthRequired,
    ClientParse,
    /// An artifact of so many chunks.
    Tokens(u64),
}

/// What an id or a text may begin with.
const NAMES: [(&str, Behavior); 18] = [
    ("tck-complete-task", Behavior::Complete),
    ("tck-artifact-text", Behavior::ArtifactText),
    ("tck-artifact-file", Behavior::ArtifactFile),
    ("tck-artifact-file-url", Behavior::ArtifactFileUrl),
    ("tck-artifact-data", Behavior::ArtifactData),
    ("tck-message-response", Behavior::Message),
    ("tck-input-required", Behavior::InputRequired),
    ("tck-reject-task", Behavior::Reject),
    ("tck-stream-001", Behavior::Stream("Stream hello from TCK")),
    ("tck-stream-002", Behavior::StreamEnd),
    ("tck-stream-003", Behavior::Stream("Stream task lifecycle")),
    ("tck-stream-ordering-001", Behavior::Stream("Ordered output")),
    ("tck-stream-artifact-text", Behavior::Stream(TEXT)),
    ("tck-stream-artifact-file", Behavior::StreamFile),
    ("tck-stream-artifact-chunked", Behavior::StreamChunks),
    ("test-resubscribe-message-id", Behavior::Outlast),
    ("tck-stream-basic", Behavior::Stream(TEXT)),
    ("tck-stream-chunked", Behavior::StreamChunks),
];

/// What only a text may begin with: the suites that choose by id use some of these for ordinary messages.
const TEXTS: [(&str, Behavior); 6] = [
    ("tck-long-running", Behavior::LongRunning),
    ("tck-multi-turn", Behavior::MultiTurn),
    ("tck-cancel", Behavior::AwaitCancel),
    ("tck-task-failure", Behavior::Fail),
    ("tck-auth-required", Behavior::AuthRequired),
    ("tck-client-parse", Behavior::ClientParse),
];

/// What an artifact of text says.
pub(crate) const TEXT: &str = "Generated text content";

impl Behavior {
    /// By the message's id, else by its text, else by what the task was begun with.
    pub(crate) fn of(message: &Message, task: Option<&Task>) -> Option<Self> {
        let text = message.parts.first().and_then(|part| part.as_text()).unwrap_or_default();
        named(&[&NAMES], message.message_id.as_str())
            .or_else(|| named(&[&NAMES, &TEXTS], text))
            .or_else(|| counted(text).map(Self::Tokens))
            .or_else(|| continued(task?))
    }
}

/// The longest name that `text` begins with.
fn named(tables: &[&[(&str, Behavior)]], text: &str) -> Option<Behavior> {
    if let Some(count) = text.strip_prefix("bench-") {
        return leading_number(count).map(|(count, _)| Behavior::Tokens(count));
    }
    let names = tables.iter().copied().flatten().filter(|(name, _)| text.starts_with(name));
    names.max_by_key(|(name, _)| name.len()).map(|(_, behavior)| *behavior)
}

/// The number that a text begins with and goes on behind.
fn counted(text: &str) -> Option<u64> {
    leading_number(text).and_then(|(count, rest)| rest.starts_with(' ').then_some(count))
}

fn leading_number(text: &str) -> Option<(u64, &str)> {
    let (digits, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    Some((digits.parse().ok()?, rest))
}

/// A conversation of several turns goes on until it is done, whatever the turns say.
fn continued(task: &Task) -> Option<Behavior> {
    let begun = named(&[&TEXTS], task.history.first()?.parts.first()?.as_text()?)?;
    (begun == Behavior::MultiTurn).then_some(begun)
}
