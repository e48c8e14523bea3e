//! Encode and decode again.

use std::fmt::Debug;

use a2a_core::WriteJson;
use serde::{Serialize, de::DeserializeOwned};

/// The value that `data` is, if it is one; what is written of it is read as the same and written alike.
pub fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8]) -> Option<T> {
    let value: T = serde_json::from_slice(data).ok()?;
    let written = serde_json::to_string(&value).expect("what was read can be written");
    let again: T = match serde_json::from_str(&written) {
        Ok(again) => again,
        Err(error) => panic!("{written} can't be read: {error}"),
    };
    assert_eq!(value, again, "{written}");
    assert_eq!(serde_json::to_string(&again).ok().as_ref(), Some(&written));
    Some(value)
}

/// The same, and the fast writer writes what serde writes.
pub fn written_alike<T: Serialize + DeserializeOwned + PartialEq + Debug + WriteJson>(data: &[u8]) {
    let Some(value) = round_trip::<T>(data) else { return };
    let mut fast = Vec::new();
    value.write_json(&mut fast);
    let slow = serde_json::to_string(&value).expect("it was written before");
    assert_eq!(String::from_utf8(fast).as_ref(), Ok(&slow));
}
