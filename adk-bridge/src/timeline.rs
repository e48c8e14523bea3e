//! Whether two runs did the same.
//!
//! A timeline is the events of a turn or a session, in order. [`diff`] compares two records of one run, such as
//! what a server stored and what its client saw. [`diff_runs`] compares two runs of the same thing, whose ids
//! were made apart.
//!
//! Every field counts but the `timestamp` and what a proxy notes in `customMetadata` under keys that start with
//! `a2a:`. The order counts, of chunks too; an id is long running or it isn't, in any order.

mod fields;
mod names;

use std::fmt;

use serde_json::Value;

use self::names::Names;
use crate::adk::Event;

/// How far a missing event is looked for.
const REACH: usize = 8;

/// Compares two records of one run.
///
/// ```
/// use adk_bridge::adk::Event;
/// use adk_bridge::timeline::diff;
///
/// let hello = Event::new("clerk").with_content("hello");
/// let bye = Event::new("clerk").with_content("bye");
/// assert!(diff([&hello], [&hello]).is_empty());
/// assert_eq!(
///     diff([&hello], [&bye]).to_string(),
///     r#"event 0, content.parts[0].text: "hello" is "bye""#
/// );
/// ```
pub fn diff<A, B>(a: A, b: B) -> Diff
where
    A: IntoIterator<Item: AsRef<Event>>,
    B: IntoIterator<Item: AsRef<Event>>,
{
    compare(a, b, Names::exact())
}

/// Compares two runs, whose ids need only be the same up to renaming one to one.
///
/// Renamed are the ids of events, invocations, function calls and responses, wherever a field holds one: the
/// long-running ids, the keys of confirmations and credentials, the isolation scope, and what a question for a
/// confirmation or a credential names in its arguments. An empty id equals only an empty one.
pub fn diff_runs<A, B>(a: A, b: B) -> Diff
where
    A: IntoIterator<Item: AsRef<Event>>,
    B: IntoIterator<Item: AsRef<Event>>,
{
    compare(a, b, Names::renamed())
}

/// Where two timelines differ; empty if they don't.
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "a difference that nobody looks at is as good as none"]
pub struct Diff {
    differences: Vec<Difference>,
}

impl Diff {
    /// Whether the timelines are the same.
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// The differences, in order.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }
}

/// One line for each difference.
impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, difference) in self.differences.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            difference.fmt(f)?;
        }
        Ok(())
    }
}

/// One place where two timelines differ.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Which event: its position in the first timeline, or in the second if the first lacks it.
    pub index: usize,
    /// Which field, such as `content.parts[0].text`; empty if one timeline lacks the event.
    pub path: String,
    /// What the first timeline has there.
    pub left: Option<Value>,
    /// What the second has.
    pub right: Option<Value>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, path, left, right } = self;
        match (path.as_str(), left, right) {
            ("", Some(event), _) => write!(f, "event {index} is missing in the second: {event}"),
            ("", None, Some(event)) => {
                write!(f, "event {index} of the second is missing in the first: {event}")
            }
            (_, Some(left), Some(right)) => write!(f, "event {index}, {path}: {left} is {right}"),
            (_, Some(left), None) => write!(f, "event {index}, {path}: {left} is absent"),
            (_, None, Some(right)) => write!(f, "event {index}, {path}: absent is {right}"),
            (_, None, None) => write!(f, "event {index}, {path}"),
        }
    }
}

fn compare<A, B>(a: A, b: B, mut names: Names) -> Diff
where
    A: IntoIterator<Item: AsRef<Event>>,
    B: IntoIterator<Item: AsRef<Event>>,
{
    let a: Vec<Value> = a.into_iter().map(|event| fields::of(event.as_ref())).collect();
    let b: Vec<Value> = b.into_iter().map(|event| fields::of(event.as_ref())).collect();
    let mut differences = Vec::new();
    let missing_right = |index: usize| Difference { left: Some(a[index].clone()), ..nothing(index) };
    let missing_left = |index: usize| Difference { right: Some(b[index].clone()), ..nothing(index) };
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        let before = names.clone();
        let found = fields::compare(i, &a[i], &b[j], &mut names);
        if !found.is_empty() {
            names = before;
            let same = |i: usize, j: usize| {
                i < a.len() && j < b.len() && fields::compare(i, &a[i], &b[j], &mut names.clone()).is_empty()
            };
            if let Some(skip) = (1..=REACH).find(|skip| same(i + skip, j)) {
                differences.extend((i..i + skip).map(missing_right));
                i += skip;
                continue;
            }
            if let Some(skip) = (1..=REACH).find(|skip| same(i, j + skip)) {
                differences.extend((j..j + skip).map(missing_left));
                j += skip;
                continue;
            }
            differences.extend(fields::compare(i, &a[i], &b[j], &mut names));
        }
        i += 1;
        j += 1;
    }
    differences.extend((i..a.len()).map(missing_right));
    differences.extend((j..b.len()).map(missing_left));
    Diff { differences }
}

const fn nothing(index: usize) -> Difference {
    Difference { index, path: String::new(), left: None, right: None }
}
