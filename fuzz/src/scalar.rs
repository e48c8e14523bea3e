//! Timestamps and base64.

use a2a_core::{Part, PartContent, Timestamp};
use base64::{Engine as _, engine::general_purpose::STANDARD};

pub fn check(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        timestamp(text);
        decode(text);
    }
    encode(data);
}

fn timestamp(text: &str) {
    let Ok(time) = text.parse::<Timestamp>() else { return };
    let written = time.to_string();
    assert_eq!((written.len(), written.ends_with('Z')), (24, true));
    assert_eq!(written.parse(), Ok(time));
    assert_eq!(Timestamp::from_unix_millis(time.unix_millis()), time);
}

/// What is read as bytes is what the one alphabet without padding says.
fn decode(text: &str) {
    let json = serde_json::json!({"raw": text}).to_string();
    let Ok(part) = serde_json::from_str::<Part>(&json) else { return };
    let PartContent::Raw(bytes) = part.content else { panic!("{json} isn't read as bytes") };
    let plain: String = text.chars().filter(|character| *character != '=').collect();
    let plain = plain.replace('-', "+").replace('_', "/");
    let written = STANDARD.encode(&bytes);
    // The last character may have bits beyond the last byte, which are ignored.
    let certain = written.trim_end_matches('=').len().saturating_sub(1);
    assert_eq!(written[..certain], plain[..certain]);
    encode(&bytes);
}

fn encode(bytes: &[u8]) {
    let part = Part::raw(bytes.to_vec());
    let json = serde_json::to_value(&part).expect("bytes can be written");
    assert_eq!(json["raw"], STANDARD.encode(bytes));
    assert_eq!(serde_json::from_value::<Part>(json).ok(), Some(part));
}
