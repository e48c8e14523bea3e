use std::ops::Range;

use super::line;

/// What may stay allocated once the buffer is empty.
const RETAINED_BYTES: usize = 64 * 1024;

/// Bytes of a stream: the data of the event so far, joined, then what is done with, then what isn't read yet.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    data: Option<Range<usize>>,
    /// Where the next line begins.
    line: usize,
    /// Before this there is no end of that line.
    searched: usize,
    skip: Skip,
}

/// What may come before the next line and isn't part of it.
enum Skip {
    Nothing,
    /// At the start of the stream.
    ByteOrderMark,
    /// Behind a carriage return, which has ended its line already.
    LineFeed,
}

/// What is at the front of the unread bytes.
pub(super) enum Front {
    /// A line, without what ends it.
    Line(Range<usize>),
    /// The beginning of a line, of this many bytes.
    Partial(usize),
}

impl Buffer {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), data: None, line: 0, searched: 0, skip: Skip::ByteOrderMark }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.reclaim();
        self.bytes.extend_from_slice(bytes);
    }

    /// Valid for a range from here until the next `push` or `reclaim`.
    pub(super) fn get(&self, range: Range<usize>) -> &[u8] {
        &self.bytes[range]
    }

    pub(super) fn unread(&self) -> &[u8] {
        let rest = &self.bytes[self.line..];
        rest.strip_prefix(self.skip.bytes()).unwrap_or(rest)
    }

    pub(super) fn data_length(&self) -> usize {
        self.data.as_ref().map_or(0, Range::len)
    }

    pub(super) fn has_data(&self) -> bool {
        self.data.is_some()
    }

    pub(super) fn take_data(&mut self) -> Option<Range<usize>> {
        self.data.take()
    }

    /// Takes the next line if all of it is there.
    pub(super) fn next_line(&mut self) -> Front {
        if !self.skip() {
            return Front::Partial(0);
        }
        let end = line::find_end(&self.bytes[self.searched..]).map(|at| self.searched + at);
        let Some(end) = end else {
            self.searched = self.bytes.len();
            return Front::Partial(self.searched - self.line);
        };
        if self.bytes[end] == b'\r' {
            self.skip = Skip::LineFeed;
        }
        let line = self.line..end;
        self.line = end + 1;
        self.searched = self.line;
        Front::Line(line)
    }

    /// Joins a line of data to those before it, in place: the field name before it left room for a line feed.
    pub(super) fn add_data(&mut self, value: Range<usize>) {
        let Some(data) = &mut self.data else {
            self.data = Some(value);
            return;
        };
        let joined_end = data.end + 1 + value.len();
        self.bytes[data.end] = b'\n';
        self.bytes.copy_within(value, data.end + 1);
        data.end = joined_end;
    }

    /// Drops what is done with once it is no less than what is left, so that a byte moves once on average.
    pub(super) fn reclaim(&mut self) {
        let data = self.data.clone().unwrap_or(0..0);
        let data_length = data.len();
        let live = data_length + self.bytes.len() - self.line;
        if self.bytes.len() - live < live {
            return;
        }
        self.bytes.copy_within(data, 0);
        self.bytes.copy_within(self.line.., data_length);
        self.bytes.truncate(live);
        if self.bytes.capacity() > RETAINED_BYTES && live <= RETAINED_BYTES {
            self.bytes.shrink_to(RETAINED_BYTES);
        }
        self.data = self.data.take().map(|_| 0..data_length);
        self.searched -= self.line - data_length;
        self.line = data_length;
    }

    /// Whether enough bytes had come to tell if there is something to skip.
    fn skip(&mut self) -> bool {
        if matches!(self.skip, Skip::Nothing) {
            return true;
        }
        let bytes = self.skip.bytes();
        let rest = &self.bytes[self.line..];
        if rest.starts_with(bytes) {
            self.line += bytes.len();
            self.searched += bytes.len();
        } else if bytes.starts_with(rest) {
            return false;
        }
        self.skip = Skip::Nothing;
        true
    }
}

impl Skip {
    fn bytes(&self) -> &'static [u8] {
        match self {
            Self::Nothing => b"",
            Self::ByteOrderMark => b"\xEF\xBB\xBF",
            Self::LineFeed => b"\n",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, Front, RETAINED_BYTES};

    #[test]
    fn what_is_done_with_does_not_pile_up_behind_data() {
        let mut buffer = Buffer::new();
        buffer.push(b"data: kept\n");
        assert!(matches!(buffer.next_line(), Front::Line(_)));
        buffer.add_data(6..10);
        for _ in 0..1000 {
            buffer.push(b": keep-alive\n");
            assert!(matches!(buffer.next_line(), Front::Line(_)));
            assert!(buffer.bytes.len() < 100, "{}", buffer.bytes.len());
        }
        let data = buffer.take_data().unwrap();
        assert_eq!(buffer.get(data), b"kept");
    }

    #[test]
    fn a_large_event_is_not_paid_for_ever_after() {
        let mut buffer = Buffer::new();
        buffer.push(&vec![b'x'; 10 * RETAINED_BYTES]);
        buffer.push(b"\n");
        assert!(matches!(buffer.next_line(), Front::Line(_)));
        buffer.reclaim();
        assert!(buffer.bytes.capacity() <= RETAINED_BYTES, "{}", buffer.bytes.capacity());
    }

    #[test]
    fn a_byte_is_searched_once() {
        let mut buffer = Buffer::new();
        for length in 1..100 {
            buffer.push(b"x");
            assert!(matches!(buffer.next_line(), Front::Partial(partial) if partial == length));
            assert_eq!(buffer.searched, buffer.bytes.len());
            buffer.reclaim();
            assert_eq!(buffer.searched, buffer.bytes.len());
        }
    }
    /// How many bytes a stream in chunks of this length moves, once read as lines of data.
    fn moved(stream: &[u8], chunk: usize) -> usize {
        let mut buffer = Buffer::new();
        let mut moved = 0;
        for bytes in stream.chunks(chunk) {
            let before = buffer.bytes.len();
            buffer.push(bytes);
            let left = buffer.bytes.len() - bytes.len();
            moved += if left < before { left } else { 0 };
            while let Front::Line(line) = buffer.next_line() {
                buffer.add_data(line.start + 5..line.end);
            }
        }
        let length = buffer.take_data().map(|data| data.len());
        assert_eq!(
            length,
            Some(stream.len() - 5 - 5 * (stream.split(|byte| *byte == b'\n').count() - 2) - 1)
        );
        moved
    }

    #[test]
    fn a_byte_moves_once_on_average_however_an_event_is_cut_and_split() {
        const BYTES: usize = 1 << 16;
        for line in [1, 7, 100, BYTES] {
            let stream = [&b"data:"[..], &vec![b'x'; line], b"\n"].concat().repeat(BYTES / line);
            for chunk in [1, 10, 1000, BYTES] {
                let moved = moved(&stream, chunk);
                assert!(moved <= stream.len(), "{line} {chunk}: {moved} of {}", stream.len());
            }
        }
    }
}
