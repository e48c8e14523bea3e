//! JSON as Python's `json.dumps(…, sort_keys=True, separators=(",", ":"))` writes it.

use std::fmt::{Result, Write as _};

use serde_json::{Number, Value};

pub(super) fn to_vec(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    write(value, &mut out).expect("a string takes whatever is written to it");
    out.into_bytes()
}

fn write(value: &Value, out: &mut String) -> Result {
    match value {
        Value::Null => out.write_str("null"),
        Value::Bool(flag) => write!(out, "{flag}"),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            let mut separator = '[';
            for item in items {
                out.write_char(std::mem::replace(&mut separator, ','))?;
                write(item, out)?;
            }
            out.write_str(if items.is_empty() { "[]" } else { "]" })
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            // UTF-8 has the order of the code points.
            members.sort_unstable_by_key(|(name, _)| *name);
            let mut separator = '{';
            for (name, member) in &members {
                out.write_char(std::mem::replace(&mut separator, ','))?;
                write_text(name, out)?;
                out.write_char(':')?;
                write(member, out)?;
            }
            out.write_str(if members.is_empty() { "{}" } else { "}" })
        }
    }
}

/// protobuf makes a double of every number, and Python shows it to be one. Rust shows it in the same way but for the
/// exponent, which has a sign and two digits there.
fn write_number(number: &Number, out: &mut String) -> Result {
    let Some(double) = number.as_f64() else { return write!(out, "{number}") };
    let shown = format!("{double:?}");
    match shown.split_once('e') {
        None => out.write_str(&shown),
        Some((digits, exponent)) => match exponent.strip_prefix('-') {
            Some(exponent) => write!(out, "{digits}e-{exponent:0>2}"),
            None => write!(out, "{digits}e+{exponent:0>2}"),
        },
    }
}

fn write_text(text: &str, out: &mut String) -> Result {
    out.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            ' '..='~' => out.write_char(character)?,
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}")?;
                }
            }
        }
    }
    out.write_char('"')
}
