//! What travels in headers.

use a2a_core::{Cursor, Extensions, Version};

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(version) = text.parse::<Version>() {
        assert_eq!(version.to_string().parse(), Ok(version));
    }
    let extensions: Extensions = text.lines().collect();
    let mut again = Extensions::new();
    again.add(&extensions.to_string());
    assert_eq!(again, extensions);
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(cursor.to_string(), text);
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }
}
