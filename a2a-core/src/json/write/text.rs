//! Text between quotes.

/// Writes a text with its quotes.
pub(super) fn write(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    while let Some(special) = first_special(rest) {
        out.extend_from_slice(&rest[..special]);
        write_escape(out, rest[special]);
        rest = &rest[special + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0C => b'f',
        b'\r' => b'r',
        _ => {
            let digits = [HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xF)]];
            out.extend_from_slice(br"\u00");
            return out.extend_from_slice(&digits);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Where the first byte is that can't stand in a JSON text as it is: a quote, a backslash, a control character.
fn first_special(text: &[u8]) -> Option<usize> {
    let words = text.chunks_exact(8);
    let rest = words.remainder();
    for (index, word) in words.enumerate() {
        let found = specials(word.try_into().expect("a chunk of eight has eight"));
        if found != 0 {
            return Some(index * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    // Of the rest it is known at once that it has none, if it is the end of a word that hasn't.
    if text.last_chunk().is_some_and(|word| specials(*word) == 0) {
        return None;
    }
    let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    rest.iter().position(special).map(|at| text.len() - rest.len() + at)
}

/// A word whose lowest bit that is set is in the first special byte of eight; 0 if there is none.
///
/// Taking a number from each byte borrows into the high bit where the byte is smaller. A borrow may reach the bytes
/// above, but none below.
fn specials(bytes: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let word = u64::from_le_bytes(bytes);
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * 0x5C)).wrapping_sub(ONES);
    (control | quote | backslash) & !word & HIGH
}
