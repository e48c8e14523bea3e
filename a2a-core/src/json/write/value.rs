//! Free-form JSON: `data` and metadata.

use serde_json::{Map, Value};

use super::{WriteJson, text};

/// As `serde_json` writes it, but for the speed.
impl WriteJson for Value {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(number) => super::value(out, "", number),
            Self::String(string) => text::write(out, string),
            Self::Array(items) => items.as_slice().write_json(out),
            Self::Object(members) => members.write_json(out),
        }
    }
}

impl WriteJson for Map<String, Value> {
    fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (name, value)) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            text::write(out, name);
            out.push(b':');
            value.write_json(out);
        }
        out.push(b'}');
    }
}
