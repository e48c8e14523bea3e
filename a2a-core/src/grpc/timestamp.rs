//! Points in time as `google.protobuf.Timestamp`.

use super::field::{At as _, invalid};
use crate::{Error, Timestamp};

/// Whole milliseconds.
pub(super) fn to_proto(time: Timestamp) -> prost_types::Timestamp {
    let millis = time.unix_millis();
    let nanos = i32::try_from(millis.rem_euclid(1000)).expect("it is below 1000") * 1_000_000;
    prost_types::Timestamp { seconds: millis.div_euclid(1000), nanos }
}

/// What is finer than a millisecond is cut.
pub(super) fn from_proto(time: prost_types::Timestamp, field: &str) -> Result<Timestamp, Error> {
    let nanos = u32::try_from(time.nanos).ok().filter(|nanos| *nanos < 1_000_000_000);
    let millis = nanos.and_then(|nanos| {
        let whole = time.seconds.checked_mul(1000)?;
        whole.checked_add(i64::from(nanos / 1_000_000))
    });
    let time = millis.map(|millis| (millis, Timestamp::from_unix_millis(millis)));
    match time {
        Some((millis, time)) if time.unix_millis() == millis => Ok(time),
        _ => Err(invalid("must be a time of the years 1 to 9999 with 0 to 999999999 nanoseconds")).at(field),
    }
}
