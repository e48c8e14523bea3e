//! What some peers leave out of a card before they sign it.

use serde_json::{Map, Value};

/// How many places an error tells of.
const MOST_PLACES: usize = 10;

/// Beyond it, not every integer is a double.
const LAST_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// A card without all that is empty.
pub(super) fn removed(card: Value) -> Value {
    without_empties(card).unwrap_or_else(|| Value::Object(Map::new()))
}

fn without_empties(value: Value) -> Option<Value> {
    let left = match value {
        Value::Array(items) => Value::Array(items.into_iter().filter_map(without_empties).collect()),
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter_map(|(name, member)| without_empties(member).map(|member| (name, member)))
                .collect(),
        ),
        scalar => scalar,
    };
    (!is_empty(&left)).then_some(left)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Where a card has something that peers sign in different ways: empties, and numbers that aren't exact as doubles.
/// Only the first few.
pub(super) fn differences(card: &Value) -> Vec<String> {
    let mut places = Vec::new();
    search(card, &mut String::new(), &mut places);
    places
}

fn search(value: &Value, path: &mut String, places: &mut Vec<String>) {
    if places.len() >= MOST_PLACES {
        return;
    }
    let length = path.len();
    match value {
        value if is_empty(value) => places.push(path.clone()),
        Value::Number(number) if number.as_f64().is_none_or(|number| number.abs() > LAST_SAFE_INTEGER) => {
            places.push(path.clone());
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.extend(["[", &index.to_string(), "]"]);
                search(item, path, places);
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
                search(member, path, places);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
