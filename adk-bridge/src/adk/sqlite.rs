//! Sessions and artifacts in a SQLite file.

mod append;
mod artifacts;
mod load;
mod sessions;

pub use self::{artifacts::SqliteArtifacts, sessions::SqliteSessions};

/// How deep the JSON of what is stored may nest: what nests deeper couldn't be read back.
const DEPTH: usize = 120;

/// A text of JSON that can be read back.
fn write(value: &impl serde::Serialize) -> Result<String, TooDeep> {
    let json = serde_json::to_string(value).expect("what ADK stores has strings as keys");
    if depth(&json) > DEPTH { Err(TooDeep) } else { Ok(json) }
}

#[derive(Debug, thiserror::Error)]
#[error("it nests more than {DEPTH} levels deep, and couldn't be read back")]
struct TooDeep;

/// How deep arrays and objects are nested.
fn depth(json: &str) -> usize {
    let (mut depth, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                most = most.max(depth);
            }
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    most
}

/// A number as SQLite has it.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_texts_are_no_levels() {
        for (json, levels) in [("1", 0), ("{}", 1), (r#"{"[\"[":["]\\",{"a":[]}],"b":[]}"#, 4)] {
            assert_eq!(depth(json), levels, "{json}");
        }
    }

    #[test]
    fn what_is_as_deep_as_it_may_be_is_read_back() {
        let nested =
            |levels: usize| (1..levels).fold(serde_json::json!([]), |inner, _| serde_json::json!([inner]));
        let json = write(&nested(DEPTH)).expect("it isn't deeper");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).ok(), Some(nested(DEPTH)));
        assert!(write(&nested(DEPTH + 1)).is_err());
    }
}
