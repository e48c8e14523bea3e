//! What is written to the letter and read with tolerance.

mod hostile;
mod part;
mod scalar;
mod shape;
mod write;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Reads a text, as a peer would send it.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Reads a value, from text and from memory alike.
pub(crate) fn read_value<T: DeserializeOwned + PartialEq + std::fmt::Debug>(
    json: &Value,
) -> Result<T, String> {
    let from_text: Result<T, String> = read(&json.to_string());
    let from_memory = serde_json::from_value::<T>(json.clone());
    pretty_assertions::assert_eq!(from_memory.is_ok(), from_text.is_ok(), "{json}");
    if let (Ok(text), Ok(memory)) = (&from_text, &from_memory) {
        pretty_assertions::assert_eq!(text, memory);
    }
    from_text
}

pub(crate) fn written<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).expect("it can be written")
}
