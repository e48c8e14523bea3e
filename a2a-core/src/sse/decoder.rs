use std::{fmt, mem, ops::Range, time::Duration};

use super::{
    DecodeError,
    buffer::{Buffer, Front},
};

/// The most bytes that a [`Decoder`] takes for one event unless told otherwise: 10 MiB.
pub const MAX_EVENT_BYTES: usize = 10 * 1024 * 1024;

/// The most bytes that an event's id or type may have: 64 KiB.
///
/// They outlive their event, and an id goes back to the server in a header, of which no server takes as much.
pub const MAX_NAME_BYTES: usize = 64 * 1024;

/// One event of a stream, borrowed from its [`Decoder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// Its type, if it named one; an event that didn't is a `message`.
    pub event: Option<&'a str>,
    /// Its data, several lines of it joined with line feeds.
    pub data: &'a str,
    /// The latest id of the stream, from this event or one before it.
    pub id: Option<&'a str>,
    /// How long to wait before a reconnect, as the stream said last.
    pub retry: Option<Duration>,
}

/// Turns the bytes of a `text/event-stream` into events, however they come split.
///
/// Give it bytes with [`push`](Self::push), then call [`next_event`](Self::next_event) until it has no more. At
/// the end of a response [`finish`](Self::finish) makes it ready for the one that resumes the stream.
///
/// A byte is copied once, into the buffer that events borrow from, and searched once. The buffer holds what was
/// pushed and not yet read, with as much again that waits to be dropped; an event above the limit is an error as
/// soon as that shows.
///
/// # Defaults
///
/// | limit | default | setter |
/// |---|---|---|
/// | bytes of one event | [`MAX_EVENT_BYTES`] | [`with_max_event_bytes`](Self::with_max_event_bytes) |
/// | bytes of an id or a type | [`MAX_NAME_BYTES`] | none |
pub struct Decoder {
    max_event_bytes: usize,
    buffer: Buffer,
    name: String,
    /// The event of that name has been handed out.
    handed_out: bool,
    id: String,
    /// The id of the event that is being read; it counts once that event is complete.
    next_id: String,
    has_next_id: bool,
    retry: Option<Duration>,
    failed: Option<DecodeError>,
}

impl Decoder {
    /// A decoder at the start of a stream.
    pub fn new() -> Self {
        Self {
            max_event_bytes: MAX_EVENT_BYTES,
            buffer: Buffer::new(),
            name: String::new(),
            handed_out: false,
            id: String::new(),
            next_id: String::new(),
            has_next_id: false,
            retry: None,
            failed: None,
        }
    }

    /// The same decoder with another limit for the bytes of one event, the name of a field among them.
    #[must_use]
    pub fn with_max_event_bytes(mut self, limit: usize) -> Self {
        self.max_event_bytes = limit;
        self
    }

    /// Takes the next bytes of the response; drops them after an error.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.failed.is_none() {
            self.buffer.push(bytes);
        }
    }

    /// The next event, or `None` until more bytes are pushed.
    ///
    /// # Errors
    ///
    /// When an event, its id or its type is too large or not UTF-8. It stays so, whatever is pushed, until [`finish`](Self::finish).
    pub fn next_event(&mut self) -> Result<Option<Event<'_>>, DecodeError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let found = match self.read_event() {
            Ok(found) => found,
            Err(error) => return Err(self.failed.insert(error).clone()),
        };
        let Some(data) = found else {
            self.buffer.reclaim();
            return Ok(None);
        };
        match std::str::from_utf8(self.buffer.get(data)) {
            Ok(data) => {
                Ok(Some(Event { event: said(&self.name), data, id: said(&self.id), retry: self.retry }))
            }
            Err(error) => Err(self.failed.insert(DecodeError::NotUtf8(error)).clone()),
        }
    }

    /// The id to resume behind: that of the last complete event that had one.
    pub fn last_event_id(&self) -> Option<&str> {
        said(&self.id)
    }

    /// How long the stream wants a reader to wait before a reconnect, if it ever said.
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Ends the response: whether an event was cut short, or not taken, and is dropped.
    ///
    /// The last event id and the retry time stay, and the decoder takes the bytes of the next response.
    pub fn finish(&mut self) -> bool {
        let rest = self.buffer.unread();
        let is_comment = rest.starts_with(b":") && !rest.contains(&b'\n') && !rest.contains(&b'\r');
        let begun = self.buffer.has_data() || self.has_next_id || !(self.handed_out || self.name.is_empty());
        let cut = begun || self.failed.is_some() || !(rest.is_empty() || is_comment);
        let id = mem::take(&mut self.id);
        *self = Self { max_event_bytes: self.max_event_bytes, id, retry: self.retry, ..Self::new() };
        cut
    }

    /// Reads lines until an event is complete; where its data is.
    fn read_event(&mut self) -> Result<Option<Range<usize>>, DecodeError> {
        if mem::take(&mut self.handed_out) {
            self.name.clear();
        }
        loop {
            let before = self.buffer.data_length() + self.name.len();
            match self.buffer.next_line() {
                Front::Partial(length) => return self.check_size(before + length).map(|()| None),
                Front::Line(line) if line.is_empty() => {
                    if let Some(data) = self.end_event() {
                        return Ok(Some(data));
                    }
                }
                Front::Line(line) => {
                    self.check_size(before + line.len())?;
                    self.read_field(line)?;
                }
            }
        }
    }

    fn check_size(&self, size: usize) -> Result<(), DecodeError> {
        let limit = self.max_event_bytes;
        if size > limit { Err(DecodeError::EventTooLarge { limit, size }) } else { Ok(()) }
    }

    fn read_field(&mut self, line: Range<usize>) -> Result<(), DecodeError> {
        let end = line.end;
        let bytes = self.buffer.get(line);
        let colon = bytes.iter().position(|&byte| byte == b':').unwrap_or(bytes.len());
        let (name, value) = bytes.split_at(colon);
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match name {
            b"data" => {
                let start = end - value.len();
                self.buffer.add_data(start..end);
            }
            b"event" => replace(&mut self.name, "event", value)?,
            b"id" if !value.contains(&0) => {
                replace(&mut self.next_id, "id", value)?;
                self.has_next_id = true;
            }
            b"retry" => self.retry = milliseconds(value).or(self.retry),
            // A comment, which has the empty name, or a field that nobody knows.
            _ => {}
        }
        Ok(())
    }

    /// At an empty line: what was read is an event if it had data, and an id counts in any case.
    fn end_event(&mut self) -> Option<Range<usize>> {
        if mem::take(&mut self.has_next_id) {
            mem::swap(&mut self.id, &mut self.next_id);
        }
        let data = self.buffer.take_data();
        if data.is_none() {
            self.name.clear();
        }
        self.handed_out = data.is_some();
        data
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("unread", &self.buffer.unread().len())
            .field("id", &self.id)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

fn said(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn replace(text: &mut String, field: &'static str, value: &[u8]) -> Result<(), DecodeError> {
    if value.len() > MAX_NAME_BYTES {
        return Err(DecodeError::NameTooLong { field, limit: MAX_NAME_BYTES, size: value.len() });
    }
    let value = std::str::from_utf8(value).map_err(DecodeError::NotUtf8)?;
    text.clear();
    text.push_str(value);
    Ok(())
}

/// A time in digits only; anything else counts as not said.
fn milliseconds(value: &[u8]) -> Option<Duration> {
    let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let number = std::str::from_utf8(value).ok().filter(|_| is_number)?;
    number.parse().ok().map(Duration::from_millis)
}
