//! What the load asks an agent for, as the text of its message.

use std::fmt;

/// One task's work. Without a number it is answered by one artifact that says it again.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    Echo,
    /// One artifact in so many chunks.
    Chunks(u32),
    /// So many artifacts of one chunk.
    Artifacts(u32),
    /// So many status messages.
    Statuses(u32),
    /// One status message, and then nothing more.
    Wait,
    /// Waits for another message, then one artifact in so many chunks of [`LARGE`].
    Gate(u32),
    /// Says how many transactions its log has committed.
    Commits,
}

/// The text of a large chunk.
pub(crate) const LARGE: &str = "A model says two hundred bytes in a few seconds, and one reads them in about as many; twenty th\
    ousand times that is a long book, told to a reader who has fallen asleep and wants to hear all of it when";

const _: () = assert!(LARGE.len() == 200);

impl Work {
    pub(crate) fn parse(text: &str) -> Self {
        let (kind, count) = text.split_once(' ').unwrap_or((text, ""));
        let count = count.parse().unwrap_or(0);
        match kind {
            "chunks" => Self::Chunks(count),
            "artifacts" => Self::Artifacts(count),
            "statuses" => Self::Statuses(count),
            "wait" => Self::Wait,
            "commits" => Self::Commits,
            "gate" => Self::Gate(count),
            _ => Self::Echo,
        }
    }

    /// How many events its stream has: the task, what is asked for, the end.
    pub(crate) fn events(self) -> u32 {
        match self {
            Self::Echo => 3,
            Self::Commits => 1,
            Self::Chunks(count) | Self::Artifacts(count) | Self::Statuses(count) | Self::Gate(count) => {
                count + 2
            }
            Self::Wait => 2,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Echo => write!(f, "hello"),
            Self::Chunks(count) => write!(f, "chunks {count}"),
            Self::Artifacts(count) => write!(f, "artifacts {count}"),
            Self::Statuses(count) => write!(f, "statuses {count}"),
            Self::Wait => write!(f, "wait"),
            Self::Commits => write!(f, "commits"),
            Self::Gate(count) => write!(f, "gate {count}"),
        }
    }
}
