//! One line of JSON a measure.

use serde::Serialize;

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    value: f64,
    unit: &'a str,
    ratio_to: Option<&'a str>,
    ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

/// What we measured, without anything to compare it with.
pub(crate) fn value(name: &str, value: f64, unit: &str) {
    print(&Line { name, value, unit, ratio_to: None, ratio: None, note: None });
}

/// What we measured, and how it compares with another.
pub(crate) fn ratio(name: &str, value: f64, unit: &str, ratio_to: &str, ratio: f64) {
    print(&Line { name, value, unit, ratio_to: Some(ratio_to), ratio: Some(ratio), note: None });
}

/// What we measured, and why the other can't be compared, or can't in full.
pub(crate) fn note(name: &str, value: f64, unit: &str, ratio_to: &str, ratio: Option<f64>, note: &str) {
    print(&Line { name, value, unit, ratio_to: Some(ratio_to), ratio, note: Some(note) });
}

fn print(line: &Line<'_>) {
    let rounded = Line { value: rounded(line.value), ratio: line.ratio.map(rounded), ..*line };
    println!("{}", serde_json::to_string(&rounded).expect("strings and numbers always serialise"));
}

/// Three digits of what is small, whole numbers of what is large.
fn rounded(figure: f64) -> f64 {
    if figure.abs() >= 1000.0 { figure.round() } else { (figure * 1000.0).round() / 1000.0 }
}
