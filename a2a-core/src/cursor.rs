//! Where a reader stands in a task's log.

use std::fmt;

/// A place in the stream of one task, right behind an event.
///
/// A server of ours writes its own form, which tells where in the log the event stands; with it a reader goes on
/// without a gap. Any other server's event id is kept as it is and means nothing to us.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(Form);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Form {
    Ours(u64),
    Foreign(Box<str>),
}

/// What our cursors begin with; no SDK's event ids do.
const PREFIX: &str = "a2a-log:";

impl Cursor {
    /// Right behind the entry of this sequence number.
    pub fn after(seq: u64) -> Self {
        Self(Form::Ours(seq))
    }

    /// From the event id in a stream; an empty one is none.
    pub fn parse(id: &str) -> Option<Self> {
        if id.is_empty() {
            return None;
        }
        let ours = id.strip_prefix(PREFIX).filter(|seq| is_plain(seq)).and_then(|seq| seq.parse().ok());
        Some(ours.map_or_else(|| Self(Form::Foreign(id.into())), Self::after))
    }

    /// The sequence number, if the cursor is of our form.
    pub fn seq(&self) -> Option<u64> {
        match self.0 {
            Form::Ours(seq) => Some(seq),
            Form::Foreign(_) => None,
        }
    }
}

/// Whether a number is written as we would write it: `+1` and `01` can be read as well.
fn is_plain(number: &str) -> bool {
    !number.starts_with('+') && (number == "0" || !number.starts_with('0'))
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Form::Ours(seq) => write!(f, "{PREFIX}{seq}"),
            Form::Foreign(id) => f.write_str(id),
        }
    }
}

/// An event and where the stream stands behind it, if its server says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cursored<T> {
    /// The event.
    pub event: T,
    /// Where to go on after it.
    pub cursor: Option<Cursor>,
}

impl<T> Cursored<T> {
    /// Puts the two together.
    pub fn new(event: T, cursor: Option<Cursor>) -> Self {
        Self { event, cursor }
    }
}
