//! How much a log keeps.

use std::time::Duration;

/// How much a log keeps, and for how long: a [`MemoryLog`](super::MemoryLog), or a file, see `SqliteOptions`.
///
/// Entries are counted by about how many bytes of JSON they have, which is what readers get; in memory an entry of a
/// short text takes twice to thrice of that. What tasks take that have ended is counted where they are kept: in memory
/// with their share of the indexes, or in the file.
///
/// Only tasks that have ended are ever dropped, the one that ended first before all others. A task that runs or is
/// paused stays, whatever it costs; [`Retention::unfinished`] bounds how many there are.
///
/// # Defaults
///
/// | setting | default |
/// |---|---|
/// | [`finished_bytes`](Self::finished_bytes) | [`FINISHED_BYTES`](Self::FINISHED_BYTES), 64 MiB |
/// | [`unfinished`](Self::unfinished) | [`UNFINISHED`](Self::UNFINISHED), 100,000 |
/// | [`task_bytes`](Self::task_bytes) | [`TASK_BYTES`](Self::TASK_BYTES), 64 MiB |
/// | [`checkpoint_bytes`](Self::checkpoint_bytes) | [`CHECKPOINT_BYTES`](Self::CHECKPOINT_BYTES), 64 KiB |
/// | [`tail_bytes`](Self::tail_bytes) | [`TAIL_BYTES`](Self::TAIL_BYTES), 1 MiB |
/// | [`tail_age`](Self::tail_age) | [`TAIL_AGE`](Self::TAIL_AGE), 5 min |
/// | [`pinned_task_bytes`](Self::pinned_task_bytes) | [`PINNED_TASK_BYTES`](Self::PINNED_TASK_BYTES), 8 MiB |
/// | [`pinned_bytes`](Self::pinned_bytes) | [`PINNED_BYTES`](Self::PINNED_BYTES), 256 MiB |
/// | [`pin_idle`](Self::pin_idle) | [`PIN_IDLE`](Self::PIN_IDLE), 60 s |
/// | [`keys`](Self::keys) | [`KEYS`](Self::KEYS), 100,000 |
/// | [`key_window`](Self::key_window) | [`KEY_WINDOW`](Self::KEY_WINDOW), 10 min |
/// | [`webhooks`](Self::webhooks) | [`WEBHOOKS`](Self::WEBHOOKS), 32 |
///
/// # In a file
///
/// There a task is written as its entries, and folded again behind them: when about as many bytes were written as the
/// task has, but no fewer than [`checkpoint_bytes`](Self::checkpoint_bytes), at a pause that is worth it, and at the
/// end. What the limits of a tail don't keep goes with that, so a file has up to as many bytes of entries more than
/// they say. What has had its time goes little by little, with what is written next: the entries of ended tasks behind
/// [`tail_age`](Self::tail_age), tasks over [`finished_bytes`](Self::finished_bytes), keys behind their window or
/// number. The room they had is used again, but the file doesn't get smaller. Keys outlive the process; a reader's pin
/// doesn't.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Retention {
    /// What all tasks that have ended may take together; the one that ended last stays in any case.
    pub finished_bytes: usize,
    /// How many tasks may be without an end at once.
    pub unfinished: usize,
    /// What one task may grow to.
    pub task_bytes: usize,
    /// How many bytes of new entries make a task be folded anew.
    pub checkpoint_bytes: usize,
    /// What a task keeps of the entries that are folded already.
    pub tail_bytes: usize,
    /// How long a task keeps them, by the times of the entries.
    pub tail_age: Duration,
    /// What a task keeps beyond its tail's limits for attached readers.
    pub pinned_task_bytes: usize,
    /// What all tasks together keep so.
    pub pinned_bytes: usize,
    /// How long a reader that is behind may stand still, by the times of the entries.
    pub pin_idle: Duration,
    /// How many idempotency keys are known.
    pub keys: usize,
    /// How long an idempotency key is known, by the times of the entries.
    pub key_window: Duration,
    /// How many webhooks one task may have.
    pub webhooks: usize,
}

impl Retention {
    /// What all tasks that have ended may take together.
    pub const FINISHED_BYTES: usize = 64 << 20;
    /// How many tasks may be without an end.
    pub const UNFINISHED: usize = 100_000;
    /// What one task may grow to.
    pub const TASK_BYTES: usize = 64 << 20;
    /// What is written to a task before it is folded anew.
    pub const CHECKPOINT_BYTES: usize = 64 << 10;
    /// What a task keeps of the entries that are folded already.
    pub const TAIL_BYTES: usize = 1 << 20;
    /// How long a task keeps them.
    pub const TAIL_AGE: Duration = Duration::from_secs(5 * 60);
    /// What a task keeps of them for a reader that is behind.
    pub const PINNED_TASK_BYTES: usize = 8 << 20;
    /// What all tasks keep together for readers that are behind.
    pub const PINNED_BYTES: usize = 256 << 20;
    /// How long a reader that is behind may stand still.
    pub const PIN_IDLE: Duration = Duration::from_secs(60);
    /// How many idempotency keys are known.
    pub const KEYS: usize = 100_000;
    /// How long an idempotency key is known.
    pub const KEY_WINDOW: Duration = Duration::from_secs(10 * 60);
    /// How many webhooks one task may have.
    pub const WEBHOOKS: usize = 32;

    /// The defaults.
    pub fn new() -> Self {
        Self {
            finished_bytes: Self::FINISHED_BYTES,
            unfinished: Self::UNFINISHED,
            task_bytes: Self::TASK_BYTES,
            checkpoint_bytes: Self::CHECKPOINT_BYTES,
            tail_bytes: Self::TAIL_BYTES,
            tail_age: Self::TAIL_AGE,
            pinned_task_bytes: Self::PINNED_TASK_BYTES,
            pinned_bytes: Self::PINNED_BYTES,
            pin_idle: Self::PIN_IDLE,
            keys: Self::KEYS,
            key_window: Self::KEY_WINDOW,
            webhooks: Self::WEBHOOKS,
        }
    }

    /// What all tasks that have ended may take together, their share of the indexes included.
    ///
    /// The task that ended last stays in any case, so that whoever waited for it finds it.
    #[must_use]
    pub fn finished_bytes(mut self, bytes: usize) -> Self {
        self.finished_bytes = bytes;
        self
    }

    /// How many tasks may be without an end at once; a further one is refused with
    /// [`LogError::Full`](crate::log::LogError::Full).
    #[must_use]
    pub fn unfinished(mut self, tasks: usize) -> Self {
        self.unfinished = tasks;
        self
    }

    /// What one task may grow to; more is refused with [`LogError::TooLarge`](crate::log::LogError::TooLarge).
    #[must_use]
    pub fn task_bytes(mut self, bytes: usize) -> Self {
        self.task_bytes = bytes;
        self
    }

    /// How many bytes of new entries make the task be folded anew. While somebody holds the task as it was, folding
    /// means copying it, so then it takes as many bytes as the task has, if those are more.
    ///
    /// Less makes reading a running task cheaper and writing to it dearer.
    #[must_use]
    pub fn checkpoint_bytes(mut self, bytes: usize) -> Self {
        self.checkpoint_bytes = bytes;
        self
    }

    /// What a task keeps, for readers that come back, of the entries that are folded already.
    #[must_use]
    pub fn tail_bytes(mut self, bytes: usize) -> Self {
        self.tail_bytes = bytes;
        self
    }

    /// How long a task keeps the entries that are folded already.
    #[must_use]
    pub fn tail_age(mut self, age: Duration) -> Self {
        self.tail_age = age;
        self
    }

    /// What a task keeps beyond its tail's limits while an attached reader has not read it.
    #[must_use]
    pub fn pinned_task_bytes(mut self, bytes: usize) -> Self {
        self.pinned_task_bytes = bytes;
        self
    }

    /// What all tasks together keep beyond their tails' limits for attached readers.
    #[must_use]
    pub fn pinned_bytes(mut self, bytes: usize) -> Self {
        self.pinned_bytes = bytes;
        self
    }

    /// How long a reader that is behind may stand still before nothing is kept for it any more, by the times of the
    /// entries.
    #[must_use]
    pub fn pin_idle(mut self, time: Duration) -> Self {
        self.pin_idle = time;
        self
    }

    /// How many idempotency keys are known; the oldest is forgotten first.
    #[must_use]
    pub fn keys(mut self, keys: usize) -> Self {
        self.keys = keys;
        self
    }

    /// How long an idempotency key is known, by the times of the entries.
    #[must_use]
    pub fn key_window(mut self, window: Duration) -> Self {
        self.key_window = window;
        self
    }

    /// How many webhooks one task may have; a further one is refused with
    /// [`LogError::TooManyWebhooks`](crate::log::LogError::TooManyWebhooks).
    #[must_use]
    pub fn webhooks(mut self, webhooks: usize) -> Self {
        self.webhooks = webhooks;
        self
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self::new()
    }
}
