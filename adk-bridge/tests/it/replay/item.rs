//! Content in one form, wherever it comes from.

use adk_bridge::adk;
use serde_json::{Map, Value};

/// One piece of content; equal wherever it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Text {
        text: String,
        thought: bool,
    },
    /// Bytes in base64, a URL, or anything with a form, as compact JSON.
    Other(String),
}

const OPEN: &str = "<a2a_datapart_json>";
const CLOSE: &str = "</a2a_datapart_json>";

/// The calls that a proxy makes up hold the text of the question.
const MADE_UP: [(&str, &str); 2] = [
    ("mock_function_call_for_required_user_input", "input_required"),
    ("mock_function_call_for_required_user_auth", "auth_required"),
];

impl Item {
    pub(super) fn text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::Text { text: text.to_owned(), thought: false })
    }

    /// Of a part on the wire; nothing if it says nothing.
    pub(super) fn of_wire(part: &Value) -> Option<Self> {
        let metadata = &part["metadata"];
        if let Some(text) = part["text"].as_str() {
            let thought = metadata["adk_thought"] == true;
            return (!text.is_empty()).then(|| Self::Text { text: text.to_owned(), thought });
        }
        let part = part.as_object()?;
        match (part.get("raw"), part.get("url"), part.get("data")) {
            (Some(raw), ..) => Some(Self::Other(format!("raw {}", base64(raw.as_str().unwrap())))),
            (_, Some(url), _) => Some(Self::Other(format!("url {url}"))),
            (.., Some(data)) => Some(Self::data(data)),
            _ => Some(Self::data(&Value::Object(part.clone()))),
        }
    }

    /// Of a part in a session.
    pub(super) fn of_adk(part: &adk::Part) -> Option<Self> {
        let thought = part.is_thought();
        if let Some(text) = part.as_text() {
            return (!text.is_empty()).then(|| Self::Text { text: text.to_owned(), thought });
        }
        if let Some(call) = part.as_function_call()
            && let Some((_, key)) = MADE_UP.iter().find(|(name, _)| *name == call.name)
        {
            return Self::text(call.args[*key].as_str().unwrap());
        }
        let json = serde_json::to_value(part).unwrap();
        let json = json.as_object().unwrap();
        let data = |key: &str| json.get(key);
        if let Some(blob) = data("inlineData") {
            let bytes = base64(blob.get("data").and_then(Value::as_str).unwrap_or_default());
            let text = decoded(&bytes);
            let tagged = text.strip_prefix(OPEN).and_then(|text| text.strip_suffix(CLOSE));
            return Some(match tagged {
                Some(json) => Self::data(&serde_json::from_str(json).unwrap()),
                None => Self::Other(format!("raw {bytes}")),
            });
        }
        if let Some(file) = data("fileData") {
            return Some(Self::Other(format!("url {}", file["fileUri"])));
        }
        let kinds = [
            "functionCall",
            "functionResponse",
            "executableCode",
            "codeExecutionResult",
            "toolCall",
            "toolResponse",
        ];
        let data = kinds.iter().find_map(|kind| data(kind));
        Some(data.map_or_else(|| Self::data(json.get("a2aPart").unwrap_or(&Value::Null)), Self::data))
    }

    /// Without the members that are empty, which one runtime writes and another one leaves out.
    fn data(data: &Value) -> Self {
        let mut data = plain(data);
        if let Some(members) = data.as_object_mut() {
            members.retain(|_, value| value.as_object().is_none_or(|inner| !inner.is_empty()));
        }
        Self::Other(data.to_string())
    }
}

/// JSON without what one runtime writes and another one leaves out: the point in `3.0`.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => {
            match number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15) {
                #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within the range")]
                Some(whole) => (whole as i64).into(),
                None => value.clone(),
            }
        }
        Value::Array(values) => values.iter().map(plain).collect(),
        Value::Object(members) => Value::Object(
            members.iter().map(|(key, value)| (key.clone(), plain(value))).collect::<Map<_, _>>(),
        ),
        _ => value.clone(),
    }
}

/// Base64 in one spelling.
fn base64(text: &str) -> String {
    text.trim_end_matches('=').replace('-', "+").replace('_', "/")
}

/// The text of bytes, if they are one.
fn decoded(base64: &str) -> String {
    use ::base64::Engine as _;
    let bytes = ::base64::engine::general_purpose::STANDARD_NO_PAD.decode(base64).unwrap();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Adds an item; a text goes on where one of its kind ends.
pub(super) fn join(items: &mut Vec<Item>, item: Item) {
    if let (Some(Item::Text { text, thought }), Item::Text { text: more, thought: kind }) =
        (items.last_mut(), &item)
        && thought == kind
    {
        text.push_str(more);
        return;
    }
    items.push(item);
}

/// What is in the first and not in the second, with multiplicity.
pub(super) fn without(items: &[Item], others: &[Item]) -> Vec<Item> {
    let mut rest: Vec<&Item> = others.iter().collect();
    let mut left = Vec::new();
    for item in items {
        match rest.iter().position(|other| *other == item) {
            Some(at) => drop(rest.swap_remove(at)),
            None => left.push(item.clone()),
        }
    }
    left
}
