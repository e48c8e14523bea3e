//! How many parts a message has, before it is read: in memory an empty part is a hundred times what it was as bytes.

use a2a_core::Error;

use crate::Limits;

const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const DELIMITED: u64 = 2;
const FIXED32: u64 = 5;

/// Refuses a request whose message, at the first of these fields, has more parts, at the second, than may be. What
/// can't be read is left to whoever reads it.
pub(super) fn check(request: &[u8], message: u64, part: u64, limits: &Limits) -> Result<(), Error> {
    // The smallest one has two bytes.
    if request.len() / 2 <= limits.max_parts {
        return Ok(());
    }
    let messages = fields(request, message);
    let parts: usize = messages.map(|message| fields(message, part).count()).sum();
    if parts > limits.max_parts {
        Err(crate::operations::too_many_parts(limits.max_parts, parts))
    } else {
        Ok(())
    }
}

/// The length-delimited fields of this number, up to what can't be read.
fn fields(mut bytes: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        loop {
            let key = varint(&mut bytes)?;
            match key & 7 {
                VARINT => drop(varint(&mut bytes)?),
                FIXED64 => drop(bytes.split_off(..8)?),
                FIXED32 => drop(bytes.split_off(..4)?),
                DELIMITED => {
                    let length = usize::try_from(varint(&mut bytes)?).ok()?;
                    let field = bytes.split_off(..length)?;
                    if key >> 3 == number {
                        return Some(field);
                    }
                }
                // A group is skipped by its reader; what is in it counts here as if it stood outside.
                _ => {}
            }
        }
    })
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..70).step_by(7) {
        let byte = *bytes.split_off_first()?;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or_default();
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use a2a_core::{Message, Part, SendMessageRequest, grpc::v1};
    use prost::Message as _;

    use super::*;

    fn request(parts: usize) -> Vec<u8> {
        let parts: Vec<_> = (0..parts).map(|n| Part::text(n.to_string())).collect();
        let request = SendMessageRequest::new(Message::user("m".parse().unwrap(), parts));
        v1::SendMessageRequest::try_from(request).unwrap().encode_to_vec()
    }

    #[test]
    fn parts_are_counted_over_all_there_is_of_the_message() {
        let limits = Limits::new().with_max_parts(3);
        assert_eq!(check(&request(3), 2, 5, &limits), Ok(()));
        let too_many = |parts| Err(crate::operations::too_many_parts(3, parts));
        assert_eq!(check(&request(4), 2, 5, &limits), too_many(4));
        // A reader of protobuf takes both together.
        let twice = [request(2), request(3)].concat();
        assert_eq!(check(&twice, 2, 5, &limits), too_many(5));
        // Behind a group, and cut within the last part.
        let grouped = [vec![0x7b, 0x7c], request(4)].concat();
        assert_eq!(check(&grouped, 2, 5, &limits), too_many(4));
    }

    #[test]
    fn bytes_that_are_no_message_are_left_to_whoever_reads_them() {
        let limits = Limits::new().with_max_parts(0);
        for bytes in [&[0xff; 40][..], &[0x12, 0xff], &[0x12, 0x02, 0x2a], &[0x11, 1, 2]] {
            assert_eq!(check(bytes, 2, 5, &limits), Ok(()));
        }
    }
}
