//! The differences that have a reason: `tests/captures/expected.md`.

use std::collections::{BTreeMap, BTreeSet};

use super::recording;

/// The recordings that show each kind of difference.
pub(super) type Differences = BTreeMap<String, BTreeSet<String>>;

/// Reads the headings and the names under them; a heading without a reason is a defect.
pub(super) fn read() -> Differences {
    let text = std::fs::read_to_string(recording::folder().join("expected.md")).unwrap();
    let mut differences = Differences::new();
    for section in text.split("\n## ").skip(1) {
        let (kind, rest) = section.split_once('\n').unwrap();
        let (names, reason): (Vec<&str>, Vec<&str>) = rest.lines().partition(|line| line.starts_with("    "));
        assert!(reason.iter().any(|line| !line.trim().is_empty()), "{kind} has no reason");
        let names = names.iter().flat_map(|line| line.split_whitespace()).map(str::to_owned).collect();
        assert_eq!(differences.insert(kind.to_owned(), names), None);
    }
    differences
}

/// The same as text, to be put into the file.
pub(super) fn write(differences: &Differences) -> String {
    let section = |(kind, names): (&String, &BTreeSet<String>)| {
        let mut lines = vec![String::from("    ")];
        for name in names {
            if lines.last().is_some_and(|line| line.len() + name.len() > 116) {
                lines.push(String::from("    "));
            }
            let line = lines.last_mut().expect("there is one");
            if line.len() > 4 {
                line.push(' ');
            }
            line.push_str(name);
        }
        format!("## {kind}\n\n{}\n", lines.join("\n"))
    };
    differences.iter().map(section).collect::<Vec<_>>().join("\n")
}
