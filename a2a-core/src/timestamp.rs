//! Points in time as the protocol writes them.

use std::{fmt, str::FromStr};

use jiff::civil::{DateTime, date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time with millisecond precision, always UTC (§5.6.1).
///
/// Reads RFC 3339 with any offset and any number of digits, of which what is finer than a millisecond is cut; writes
/// `YYYY-MM-DDTHH:mm:ss.sssZ`. A text without a zone or with a lower-case `t` or `z` is none: ProtoJSON refuses these,
/// and of v0.3 they are read by [`v0_3`](crate::v0_3). It is never before the year 1, which no form on the wire can
/// say, and what is later than 9999-12-30T22:00 UTC is read as that. Core has no clock: a `Timestamp` comes from its
/// caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(jiff::Timestamp);

/// The first millisecond of the year 1, since 1970.
const FIRST: i64 = -62_135_596_800_000;
/// The last millisecond that every offset can show within the year 9999.
const LAST: i64 = 253_402_207_200_000;

impl Timestamp {
    /// The first millisecond of 1970.
    pub const UNIX_EPOCH: Self = Self(jiff::Timestamp::UNIX_EPOCH);

    /// From milliseconds since 1970; out of the years 1 to 9999 it is the nearest end of them.
    pub fn from_unix_millis(millis: i64) -> Self {
        let millis = millis.clamp(FIRST, LAST);
        Self(jiff::Timestamp::from_millisecond(millis).expect("it is between two that are valid"))
    }

    /// The same, but none before the year 1.
    fn from_year_1(millis: i64) -> Option<Self> {
        (millis >= FIRST).then(|| Self::from_unix_millis(millis))
    }

    /// The point at which clocks of UTC show a time.
    pub(crate) fn from_utc(time: DateTime) -> Option<Self> {
        Self::from_year_1(utc_millis(time))
    }

    /// Milliseconds since 1970.
    pub fn unix_millis(self) -> i64 {
        self.0.as_millisecond()
    }
}

/// From the system's clock, which the caller has read; before 1970 it is [`Timestamp::UNIX_EPOCH`].
impl From<std::time::SystemTime> for Timestamp {
    fn from(time: std::time::SystemTime) -> Self {
        let since = time.duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self::from_unix_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Timestamp {
    /// The text of it; of one length, for the years are those of four digits.
    pub(crate) fn to_ascii(self) -> [u8; 24] {
        let time = jiff::tz::Offset::UTC.to_datetime(self.0);
        let mut text = *b"0000-00-00T00:00:00.000Z";
        let mut put = |end: usize, mut number: i32, digits: usize| {
            for digit in text[end - digits..end].iter_mut().rev() {
                *digit += u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        };
        put(4, time.year().into(), 4);
        put(7, time.month().into(), 2);
        put(10, time.day().into(), 2);
        put(13, time.hour().into(), 2);
        put(16, time.minute().into(), 2);
        put(19, time.second().into(), 2);
        put(23, time.subsec_nanosecond() / 1_000_000, 3);
        text
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_ascii()).expect("digits are ASCII"))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text isn't an RFC 3339 date and time with a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp {
    text: String,
}

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} isn't a time such as 2026-01-31T09:30:00.000Z", self.text)
    }
}

impl std::error::Error for InvalidTimestamp {}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let time = unix_millis(text.as_bytes()).and_then(Timestamp::from_year_1);
        time.ok_or_else(|| InvalidTimestamp { text: text.to_owned() })
    }
}

/// The milliseconds since 1970 of a time of UTC; what is finer is cut.
///
/// The end of the year 9999, which peers write for never, has some, though jiff can't hold it as a timestamp.
fn utc_millis(time: DateTime) -> i64 {
    let since = time.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
    since.as_secs() * 1000 + i64::from(since.subsec_nanos().div_euclid(1_000_000))
}

/// The milliseconds since 1970 that a text in the form of RFC 3339 says.
fn unix_millis(text: &[u8]) -> Option<i64> {
    let (time, rest) = text.split_at_checked("0000-00-00T00:00:00".len())?;
    if [time[4], time[7], time[10], time[13], time[16]] != *b"--T::" {
        return None;
    }
    let two = |at: usize| number([time[at], time[at + 1]]);
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let second = two(17)?;
    let second = if second == 60 { 59 } else { second };
    let (millis, zone) = fraction(rest)?;
    let time = DateTime::new(year, two(5)?, two(8)?, two(11)?, two(14)?, second, millis * 1_000_000);
    Some(utc_millis(time.ok()?) - offset(zone)?)
}

/// The milliseconds of a fraction, if there is one, and what is behind it.
fn fraction(text: &[u8]) -> Option<(i32, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    let digit = |place: usize| digits.get(place).map_or(0, |byte| i32::from(byte - b'0'));
    (count > 0).then(|| (digit(0) * 100 + digit(1) * 10 + digit(2), rest))
}

/// How many milliseconds a zone is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match *zone {
        [b'Z'] => return Some(0),
        [b'+', a, b, b':', c, d] => (1, number([a, b])?, number([c, d])?),
        [b'-', a, b, b':', c, d] => (-1, number([a, b])?, number([c, d])?),
        _ => return None,
    };
    let minutes = Some(i64::from(hours) * 60 + i64::from(minutes)).filter(|_| hours < 24 && minutes < 60)?;
    Some(sign * minutes * 60_000)
}

fn number(digits: [u8; 2]) -> Option<i8> {
    let [tens, ones] = digits.map(|digit| digit.wrapping_sub(b'0'));
    if tens < 10 && ones < 10 { i8::try_from(tens * 10 + ones).ok() } else { None }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Time;

        impl de::Visitor<'_> for Time {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an RFC 3339 time such as 2026-01-31T09:30:00.000Z")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }
        }

        deserializer.deserialize_str(Time)
    }
}
