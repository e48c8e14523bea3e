//! What conversions do field by field, and the path of the field that failed.

use std::fmt;

use crate::{Error, ErrorKind};

/// A value from a peer at a field that `at` will name.
pub(super) fn invalid(description: impl Into<String>) -> Error {
    Error::invalid_params("", description)
}

/// What protobuf can't say, at a field that `at` will name.
pub(super) fn unsayable(what: impl fmt::Display) -> Error {
    Error::unsupported(format!(": {what}"))
}

/// Says in which field a conversion failed; called at each level on the way up, so that the whole path is there.
pub(super) trait At<T> {
    fn at(self, field: &str) -> Result<T, Error>;
}

impl<T> At<T> for Result<T, Error> {
    fn at(self, field: &str) -> Self {
        self.map_err(|error| match (error.kind(), error.violations()) {
            (ErrorKind::InvalidParams, [violation]) => {
                Error::invalid_params(join(field, &violation.field), violation.description.as_str())
            }
            (ErrorKind::UnsupportedOperation, _) => Error::unsupported(join(field, error.message())),
            _ => error,
        })
    }
}

fn join(field: &str, rest: &str) -> String {
    let point = if rest.is_empty() || rest.starts_with(['[', ':']) { "" } else { "." };
    format!("{field}{point}{rest}")
}

/// An id that must be there.
pub(super) fn required<T: TryFrom<String>>(id: String, field: &str) -> Result<T, Error> {
    T::try_from(id).map_err(|_| invalid("must not be empty")).at(field)
}

/// A text that must be there.
pub(super) fn required_text(text: String, field: &str) -> Result<String, Error> {
    if text.is_empty() { Err(invalid("must not be empty")).at(field) } else { Ok(text) }
}

/// A message that must be there.
pub(super) fn present<T, U>(message: Option<T>, field: &str) -> Result<U, Error>
where
    U: TryFrom<T, Error = Error>,
{
    let message = message.ok_or_else(|| invalid("must be set"));
    message.and_then(U::try_from).at(field)
}

/// An id whose absence is the empty text.
pub(super) fn optional<T: TryFrom<String>>(id: String) -> Option<T> {
    T::try_from(id).ok()
}

/// A text whose absence is the empty one.
pub(super) fn optional_text(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// The other way: nothing is the empty text.
pub(super) fn or_empty<T: ToString>(id: Option<T>) -> String {
    id.map(|id| id.to_string()).unwrap_or_default()
}

/// A message that may be absent.
pub(super) fn maybe<T, U>(message: Option<T>, field: &str) -> Result<Option<U>, Error>
where
    U: TryFrom<T, Error = Error>,
{
    message.map(U::try_from).transpose().at(field)
}

/// A list whose items can fail.
pub(super) fn list<T, U>(items: Vec<T>, field: &str) -> Result<Vec<U>, Error>
where
    U: TryFrom<T, Error = Error>,
{
    let convert = |(index, item)| {
        // The path is made for the one item that fails, not for each.
        U::try_from(item).or_else(|error| Err(error).at(&format!("{field}[{index}]")))
    };
    items.into_iter().enumerate().map(convert).collect()
}

/// A list whose items can't fail.
pub(super) fn each<T, U: From<T>>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(U::from).collect()
}
