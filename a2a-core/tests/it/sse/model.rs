//! The format as the HTML standard tells it, line by line and with no thought for speed: what a decoder is held to.

use a2a_core::sse::{DecodeError, Decoder};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) event: Option<String>,
    pub(crate) data: String,
    pub(crate) id: Option<String>,
    pub(crate) retry: Option<u64>,
}

/// What a whole stream says, and whether it isn't UTF-8 where that matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stream {
    pub(crate) events: Vec<Told>,
    pub(crate) failed: bool,
}

pub(crate) fn read(stream: &[u8]) -> Stream {
    let mut read = Stream::default();
    read.failed = events(stream, &mut read.events).is_none();
    read
}

/// Takes what a decoder has.
pub(crate) fn take(decoder: &mut Decoder, into: &mut Stream) -> Result<(), DecodeError> {
    while let Some(event) = decoder.next_event()? {
        into.events.push(Told {
            event: event.event.map(str::to_owned),
            data: event.data.to_owned(),
            id: event.id.map(str::to_owned),
            retry: event.retry.and_then(|retry| retry.as_millis().try_into().ok()),
        });
    }
    Ok(())
}

fn events(stream: &[u8], events: &mut Vec<Told>) -> Option<()> {
    let (mut name, mut data, mut id, mut next_id, mut retry) = (String::new(), None, None, None, None);
    for line in lines(stream.strip_prefix("\u{feff}".as_bytes()).unwrap_or(stream)) {
        if line.is_empty() {
            id = next_id.take().or(id);
            if let Some(data) = data.take() {
                let data = String::from_utf8(data).ok()?;
                events.push(Told { event: said(&name), data, id: id.as_deref().and_then(said), retry });
            }
            name.clear();
            continue;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (field, value) = colon.map_or((&*line, &[][..]), |at| (&line[..at], &line[at + 1..]));
        let value = value.strip_prefix(b" ").unwrap_or(value);
        match field {
            b"data" => {
                data = Some(match data {
                    None => value.to_vec(),
                    Some(before) => [&before[..], b"\n", value].concat(),
                });
            }
            b"event" => name = String::from_utf8(value.to_vec()).ok()?,
            b"id" if !value.contains(&0) => next_id = Some(String::from_utf8(value.to_vec()).ok()?),
            b"retry" if value.iter().all(u8::is_ascii_digit) => {
                let text = String::from_utf8(value.to_vec()).ok()?;
                retry = text.parse().ok().or(retry);
            }
            _ => {}
        }
    }
    Some(())
}

fn said(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The lines that have an end.
fn lines(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = vec![Vec::new()];
    let mut at = 0;
    while let Some(byte) = stream.get(at) {
        match byte {
            b'\r' if stream.get(at + 1) == Some(&b'\n') => {
                at += 1;
                lines.push(Vec::new());
            }
            b'\r' | b'\n' => lines.push(Vec::new()),
            other => lines.last_mut().expect("there is always one").push(*other),
        }
        at += 1;
    }
    lines.pop();
    lines
}
