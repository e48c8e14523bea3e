//! Entries as the file has them: the JSON of each on a line of its own.

use std::sync::Arc;

use a2a_core::Entry;

use crate::log::{held::Kept, write_json};

/// The lines of these entries.
pub(super) fn encode<'a>(entries: impl IntoIterator<Item = &'a Arc<Entry>>) -> Vec<u8> {
    let mut lines = Vec::with_capacity(256);
    for entry in entries {
        if !lines.is_empty() {
            lines.push(b'\n');
        }
        write_json(&mut lines, &**entry);
    }
    lines
}

/// The entries of these lines.
pub(super) fn decode(lines: &[u8]) -> serde_json::Result<Vec<Kept>> {
    let entries = serde_json::Deserializer::from_slice(lines).into_iter::<Entry>();
    entries.map(|entry| entry.map(Kept::new)).collect()
}
