use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::{Serialize, Serializer};
use serde_json::Value;

const MICROS: i64 = 1_000_000;
const FIRST: i64 = -62_135_596_800 * MICROS;
/// The last moment that has a text: 9999-12-30T22:00:00.999999Z.
const LAST: i64 = 253_402_207_200 * MICROS + 999_999;

/// A moment in microseconds since 1970 in UTC, within the years 1 to 9999.
///
/// It is written as seconds with a fraction, the one form that every ADK runtime reads, and read from that or
/// from an RFC 3339 text. A number carries microseconds exactly between the years 1697 and 2242.
///
/// # Defaults
///
/// [`UNSET`](Self::UNSET), the epoch itself: an event without a time of its own, which the
/// [`Runner`](super::Runner) fills in.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// No time yet.
    pub const UNSET: Self = Self(0);

    /// The time of the system's clock.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_micros(i64::try_from(since.as_micros()).unwrap_or(LAST))
    }

    /// A time from microseconds since 1970, moved to the nearest end if it lies outside of the years 1 to 9999.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(if micros < FIRST {
            FIRST
        } else if micros > LAST {
            LAST
        } else {
            micros
        })
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whether nobody has set it.
    #[must_use]
    pub const fn is_unset(self) -> bool {
        self.0 == 0
    }

    fn checked(micros: i64) -> Option<Self> {
        (FIRST..=LAST).contains(&micros).then_some(Self(micros))
    }

    fn from_seconds(seconds: f64) -> Option<Self> {
        // The ends as they are written, which isn't exact there.
        if !(Self(FIRST).to_seconds()..=Self(LAST).to_seconds()).contains(&seconds) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        let micros = (seconds * 1e6).round() as i64;
        Some(Self::from_micros(micros))
    }

    #[expect(clippy::cast_precision_loss, reason = "documented: exact for centuries around now")]
    fn to_seconds(self) -> f64 {
        self.0 as f64 / 1e6
    }

    fn from_text(text: &str) -> Option<Self> {
        let nanos = text.parse::<jiff::Timestamp>().ok()?.as_nanosecond();
        let half = if nanos < 0 { -500 } else { 500 };
        Self::checked(i64::try_from((nanos + half) / 1000).ok()?)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => time.fmt(f),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.to_seconds())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = match Value::deserialize(deserializer)? {
            Value::Null => Some(Self::UNSET),
            Value::Number(seconds) => seconds.as_f64().and_then(Self::from_seconds),
            Value::String(text) => Self::from_text(&text),
            _ => None,
        };
        read.ok_or_else(|| {
            D::Error::custom("a time is seconds since 1970 or RFC 3339, in the years 1 to 9999")
        })
    }
}
