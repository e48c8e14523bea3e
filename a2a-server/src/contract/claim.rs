//! Saying what was promised and what came instead.

use std::fmt::{Debug, Display};

/// Shown of values that differ, around the first place where they do.
const SHOWN: usize = 240;

/// Panics unless the log answered what was promised.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "what is compared is mostly made for that")]
pub(super) fn same<T: Debug + PartialEq<U>, U: Debug>(what: impl Display, got: T, promised: U) {
    if got != promised {
        let (got, promised) = (format!("{got:?}"), format!("{promised:?}"));
        let from = got.bytes().zip(promised.bytes()).take_while(|(a, b)| a == b).count();
        panic!("{what}: promised was {}, but it is {}", around(&promised, from), around(&got, from));
    }
}

fn around(text: &str, place: usize) -> String {
    if text.len() <= SHOWN {
        return text.to_owned();
    }
    let cut =
        |place: usize| (0..=place.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
    format!("…{}…", &text[cut(place.saturating_sub(SHOWN / 3))..cut(place.saturating_add(SHOWN))])
}

/// Panics unless the log refused with this error.
macro_rules! refused {
    ($what:expr, $answer:expr, $error:pat) => {
        match $answer {
            Err($error) => {}
            other => panic!("{}: promised was {}, but it is {other:?}", $what, stringify!($error)),
        }
    };
}

pub(super) use refused;
