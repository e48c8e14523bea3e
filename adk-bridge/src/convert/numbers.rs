//! Whole numbers that come as floats: Python's A2A has no others, so its `3` is `3.0` on the wire.

use serde_json::{Map, Number, Value};

/// Turns `3.0` into `3`, wherever it is.
pub(super) fn make_whole(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(whole) = whole(number) {
                *number = whole.into();
            }
        }
        Value::Array(values) => values.iter_mut().for_each(make_whole),
        Value::Object(members) => make_all_whole(members),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// [`make_whole`] of each member.
pub(super) fn make_all_whole(members: &mut Map<String, Value>) {
    members.values_mut().for_each(make_whole);
}

fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)?;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within the range")]
    let whole = float as i64;
    number.is_f64().then_some(whole)
}
