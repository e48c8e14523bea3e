//! Data that isn't an object, which v0.3 has no form for: an object with a mark on it, as other SDKs agree.

use serde_json::Value;

use crate::Metadata;

/// The mark, in the part's metadata.
const MARK: &str = "data_part_compat";
/// Where the data is in the object.
const VALUE: &str = "value";

/// An object as it is, and anything else in one, with the mark.
pub(in crate::v0_3) fn wrap(data: Value, metadata: &mut Metadata) -> Metadata {
    match data {
        Value::Object(data) => data,
        data => {
            metadata.insert(MARK.to_owned(), true.into());
            Metadata::from_iter([(VALUE.to_owned(), data)])
        }
    }
}

/// What [`wrap`] was given; takes the mark away.
pub(in crate::v0_3) fn unwrap(mut data: Metadata, metadata: &mut Metadata) -> Value {
    if data.len() == 1 && metadata.get(MARK) == Some(&Value::Bool(true)) {
        if let Some(value) = data.remove(VALUE) {
            metadata.remove(MARK);
            return value;
        }
    }
    data.into()
}
