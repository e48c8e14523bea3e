/// Where the first line feed or carriage return is.
///
/// Two steps: whole blocks without one, checked with no early exit so that the compiler makes vector instructions
/// of it, then words within the block that has one.
pub(super) fn find_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(block) = bytes[at..].first_chunk::<32>() {
        if block.iter().fold(0, |found, &byte| found | u8::from(byte == b'\n') | u8::from(byte == b'\r')) != 0
        {
            break;
        }
        at += block.len();
    }
    while let Some(word) = bytes[at..].first_chunk() {
        let ends = ends_in(*word);
        if ends != 0 {
            return Some(at + ends.trailing_zeros() as usize / 8);
        }
        at += word.len();
    }
    let rest = bytes[at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    rest.map(|offset| at + offset)
}

/// A number whose lowest set bit is within the first byte that ends a line; zero if none does.
fn ends_in(word: [u8; 8]) -> u64 {
    const ONES: u64 = u64::from_le_bytes([0x01; 8]);
    const HIGH_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    // Taking one from each byte borrows from the high bit of the lowest byte that is zero, and of none below it.
    let first_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH_BITS;
    let word = u64::from_le_bytes(word);
    first_zero(word ^ (ONES * u64::from(b'\n'))) | first_zero(word ^ (ONES * u64::from(b'\r')))
}

#[cfg(test)]
mod tests {
    use super::find_end;

    #[test]
    fn the_first_end_is_found_wherever_it_is() {
        for other in [b'x', 0, b'\n' - 1, b'\n' + 1, b'\r' - 1, b'\r' + 1, 0x80, 0x8a, 0x8d, 0xff] {
            for length in 0..100 {
                let mut bytes = vec![other; length];
                assert_eq!(find_end(&bytes), None);
                for at in (0..length).rev() {
                    bytes[at] = if at % 3 == 0 { b'\n' } else { b'\r' };
                    assert_eq!(find_end(&bytes), Some(at), "{other} {length}");
                }
            }
        }
    }
}
