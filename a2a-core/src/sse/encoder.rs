use std::{fmt, io::Write as _};

use super::line;

/// A comment that readers skip: sent now and then, it keeps proxies from closing a silent stream.
pub const KEEP_ALIVE: &[u8] = b": keep-alive\n\n";

/// Appends one event to `out`: its id, if it has one, and the data that `write_data` appends.
///
/// Data goes straight into the buffer, so JSON is best written with `serde_json::to_writer`. Where it has line
/// breaks it becomes several `data` lines, and a reader gets it back with each break as a line feed. An id that
/// the format can't carry, one with a line break or a NUL, is left out.
///
/// # Errors
///
/// Whatever `write_data` returns; `out` is then as it was.
///
/// # Panics
///
/// When `write_data` removes what was in the buffer before it.
pub fn write_event<E>(
    out: &mut Vec<u8>,
    id: Option<&dyn fmt::Display>,
    write_data: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let start = out.len();
    if let Some(id) = id {
        write_id(out, id);
    }
    out.extend_from_slice(b"data: ");
    let data = out.len();
    if let Err(error) = write_data(out) {
        out.truncate(start);
        return Err(error);
    }
    if line::find_end(&out[data..]).is_some() {
        split_lines(out, data);
    }
    out.extend_from_slice(b"\n\n");
    Ok(())
}

fn write_id(out: &mut Vec<u8>, id: &dyn fmt::Display) {
    let start = out.len();
    out.extend_from_slice(b"id: ");
    let id_start = out.len();
    let written = write!(out, "{id}").is_ok();
    if written && !out[id_start..].iter().any(|byte| matches!(byte, b'\n' | b'\r' | 0)) {
        out.push(b'\n');
    } else {
        out.truncate(start);
    }
}

/// Makes a `data` line of each line that begins at `start` or later.
fn split_lines(out: &mut Vec<u8>, start: usize) {
    let data = out.split_off(start);
    let mut rest = data.as_slice();
    while let Some(end) = line::find_end(rest) {
        let (text, following) = rest.split_at(end);
        out.extend_from_slice(text);
        out.extend_from_slice(b"\ndata: ");
        rest = following.strip_prefix(b"\r\n").unwrap_or(&following[1..]);
    }
    out.extend_from_slice(rest);
}
