//! Every limit in one place: a name, a default, a setter.

use std::time::Duration;

/// Bytes of a request's body: 10 MiB.
pub const MAX_BODY_BYTES: usize = 10 << 20;
/// How long a stream, or a send that returns immediately, waits for the agent to choose between a message and a
/// task before the task is opened for it: 500 ms.
pub const FIRST_EVENT_GRACE: Duration = Duration::from_millis(500);
/// How long an agent that was asked to stop may still end its task itself, and how long one that has answered,
/// paused or ended its task may tidy up: 5 s.
pub const CANCEL_GRACE: Duration = Duration::from_secs(5);
/// Silence on a stream after which a comment is sent: 15 s.
pub const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long live runs and open connections may go on after a shutdown: 10 s.
pub const DRAIN: Duration = Duration::from_secs(10);
/// Entries that a run may have queued before its writers wait: 256.
pub const QUEUE_ENTRIES: usize = 256;
/// Bytes that a run may have queued before its writers wait: 1 MiB.
pub const QUEUE_BYTES: usize = 1 << 20;
/// Answers without a task that are remembered for the case that their send is repeated: 10,000.
pub const ANSWERS: usize = 10_000;
/// Bytes of such answers: 16 MiB.
pub const ANSWER_BYTES: usize = 16 << 20;
/// How long such an answer is remembered: 10 min.
pub const ANSWER_WINDOW: Duration = Duration::from_secs(10 * 60);

/// What a server grants at most.
///
/// # Defaults
///
/// [`MAX_BODY_BYTES`], [`FIRST_EVENT_GRACE`], [`CANCEL_GRACE`], [`KEEP_ALIVE`], [`DRAIN`], [`QUEUE_ENTRIES`],
/// [`QUEUE_BYTES`], [`ANSWERS`], [`ANSWER_BYTES`] and [`ANSWER_WINDOW`]. What the log keeps is the log's own setting.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of a request's body; a larger one is refused before it is read to its end.
    pub max_body_bytes: usize,
    /// How long the first event of a stream may take before the task is opened.
    pub first_event_grace: Duration,
    /// How long an agent that was asked to stop, or has nothing left to write, may take.
    pub cancel_grace: Duration,
    /// Silence on a stream after which a comment is sent.
    pub keep_alive: Duration,
    /// How long runs and connections may go on after a shutdown.
    pub drain: Duration,
    /// Entries that a run may have queued.
    pub queue_entries: usize,
    /// Bytes that a run may have queued.
    pub queue_bytes: usize,
    /// Answers without a task that are remembered; the oldest is forgotten first.
    pub answers: usize,
    /// Bytes of remembered answers.
    pub answer_bytes: usize,
    /// How long an answer is remembered.
    pub answer_window: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: MAX_BODY_BYTES,
            first_event_grace: FIRST_EVENT_GRACE,
            cancel_grace: CANCEL_GRACE,
            keep_alive: KEEP_ALIVE,
            drain: DRAIN,
            queue_entries: QUEUE_ENTRIES,
            queue_bytes: QUEUE_BYTES,
            answers: ANSWERS,
            answer_bytes: ANSWER_BYTES,
            answer_window: ANSWER_WINDOW,
        }
    }
}

impl Limits {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the most bytes of a request's body.
    #[must_use]
    pub fn with_max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets how long the first event may take.
    #[must_use]
    pub fn with_first_event_grace(mut self, grace: Duration) -> Self {
        self.first_event_grace = grace;
        self
    }

    /// Sets how long an agent may take to stop.
    #[must_use]
    pub fn with_cancel_grace(mut self, grace: Duration) -> Self {
        self.cancel_grace = grace;
        self
    }

    /// Sets the silence after which a stream gets a comment.
    #[must_use]
    pub fn with_keep_alive(mut self, silence: Duration) -> Self {
        self.keep_alive = silence;
        self
    }

    /// Sets how long runs and connections may go on after a shutdown.
    #[must_use]
    pub fn with_drain(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// Sets how many entries and bytes a run may have queued.
    #[must_use]
    pub fn with_queue(mut self, entries: usize, bytes: usize) -> Self {
        self.queue_entries = entries.max(1);
        self.queue_bytes = bytes;
        self
    }

    /// Sets how many answers without a task are remembered, how many bytes of them, and for how long.
    #[must_use]
    pub fn with_answers(mut self, answers: usize, bytes: usize, window: Duration) -> Self {
        (self.answers, self.answer_bytes, self.answer_window) = (answers, bytes, window);
        self
    }
}
