//! Points in time as the protocol writes them.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time with millisecond precision, always UTC (§5.6.1).
///
/// Reads RFC 3339 with any offset and any number of digits, of which what is finer than a millisecond is cut; writes
/// `YYYY-MM-DDTHH:mm:ss.sssZ`. A text without a zone or with a lower-case `t` or `z` is none: ProtoJSON refuses these,
/// and of v0.3 they are read by [`v0_3`](crate::v0_3). It is never before the year 1, which no form on the wire can
/// say. Core has no clock: a `Timestamp` comes from its caller.
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
        let time: Option<jiff::Timestamp> = match excess_digits(text) {
            Some(excess) if excess.is_empty() => text.parse().ok(),
            Some(excess) => [&text[..excess.start], &text[excess.end..]].concat().parse().ok(),
            None => None,
        };
        let millis = time.map(jiff::Timestamp::as_millisecond).filter(|millis| *millis >= FIRST);
        millis.map(Self::from_unix_millis).ok_or_else(|| InvalidTimestamp { text: text.to_owned() })
    }
}

/// Where a fraction is finer than a nanosecond, which is as fine as the parser reads; `None` if the text hasn't the
/// form of RFC 3339, of which that one takes more than others do.
fn excess_digits(text: &str) -> Option<Range<usize>> {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let is_form = |text: &[u8], form: &[u8]| {
        let like =
            |(byte, form): (&u8, &u8)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form };
        text.len() == form.len() && text.iter().zip(form).all(like)
    };

    let (time, rest) = text.as_bytes().split_at_checked(FORM.len())?;
    let fraction = match rest.strip_prefix(b".") {
        Some(digits) => {
            1 + Some(digits.iter().take_while(|byte| byte.is_ascii_digit()).count()).filter(|n| *n > 0)?
        }
        None => 0,
    };
    let zone = &rest[fraction..];
    let is_zone = zone == b"Z" || is_form(zone, b"+00:00") || is_form(zone, b"-00:00");
    let end = FORM.len() + fraction;
    (is_form(time, FORM) && is_zone).then(|| end.min(FORM.len() + ".123456789".len())..end)
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
