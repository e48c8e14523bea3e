//! Parameters as JSON, and what is wrong with them.

use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{Error, ErrorKind};

/// Reads the parameters that the body of a request is, as HTTP+JSON has them.
///
/// # Errors
///
/// [`ErrorKind::Parse`] if it isn't JSON; [`ErrorKind::InvalidParams`] if it isn't the JSON of a `T`, with the path to
/// what is wrong.
pub fn parse_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let Ok(text) = std::str::from_utf8(body) else { return Err(not_json("it isn't UTF-8")) };
    let text = text.trim_start();
    read(text, "body").map_err(|error| match serde_json::from_str(text) {
        Ok(IgnoredAny) => error,
        Err(why) => not_json(&why.to_string()),
    })
}

/// The error to a body that isn't JSON.
pub(crate) fn not_json(why: &str) -> Error {
    Error::new(ErrorKind::Parse, format!("Invalid JSON payload: {why}"))
}

/// Reads an object; `whole` is what it is called where no part of it is to blame.
pub(crate) fn read<T: DeserializeOwned>(json: &str, whole: &str) -> Result<T, Error> {
    // serde takes a list for a struct.
    if !json.starts_with('{') {
        return Err(Error::invalid_params(whole, "must be an object"));
    }
    serde_json::from_str(json).map_err(|_| {
        // Only a failure pays for tracking the path.
        let mut reader = serde_json::Deserializer::from_str(json);
        match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Ok(_) => Error::invalid_params(whole, "must be an object and nothing after it"),
            Err(error) => {
                let path = error.path().to_string();
                let field = if path == "." { whole } else { brief(&path) };
                Error::invalid_params(field, describe(error.inner()))
            }
        }
    })
}

/// What serde says, without the position in a text that the peer may not have written that way, and without the value
/// that doesn't fit: it may be a secret in the wrong place, and what is said here is logged.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(&*text, |(what, _)| what);
    let quotes = what.starts_with("invalid type: ") || what.starts_with("invalid value: ");
    if let Some((found, expected)) = what.rsplit_once(", expected ").filter(|_| quotes) {
        // The kind of the value, and then the value in quotes.
        let kind = found.find(['"', '`']).map_or(found, |quote| found[..quote].trim_end());
        return brief(&format!("{kind}, expected {expected}")).to_owned();
    }
    brief(what).to_owned()
}

/// The beginning of a text that may quote the peer, whose answer and whose log should stay small.
pub(crate) fn brief(text: &str) -> &str {
    let mut end = text.len().min(200);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
