//! What others write is read and means the same when it is written again: `fixtures/lines` has recorded exchanges of
//! both ADKs, the samples of the specification, and what the SDKs for Python and JavaScript write.

mod conversion;
mod difference;
mod exception;
mod kind;
mod line;
mod normal;
mod place;
mod rest;
mod variant;

use serde_json::Value;

use self::{
    conversion::{converted, there_and_back, two_ways_up},
    difference::differences,
    exception::{AGAIN, CONVERTED, Exception, MADE},
    kind::again,
    line::{Form, Line, lines},
    normal::normal,
    place::{Place, places},
    variant::{
        Variant, with_null_and_without, with_unknown_content, with_unknown_member, with_unknown_value,
    },
};

/// The ways to all places where a line doesn't come back as it was, each with what is there.
fn changes(line: &Line, json: &Value) -> Vec<(String, String)> {
    changes_of(line, json, again(line, json))
}

fn changes_of(line: &Line, json: &Value, again: Result<Value, String>) -> Vec<(String, String)> {
    match again {
        Ok(again) => {
            let (was, is) = (normal(line.form(), json), normal(line.form(), &again));
            let found = differences(&line.kind, &was, &is);
            found.into_iter().map(|found| (found.path.clone(), found.to_string())).collect()
        }
        Err(error) => vec![(format!("!{}: {error}", line.kind), format!("refused: {error}"))],
    }
}

/// Fails if there is a change without an exception, or an exception without a change.
fn hold(exceptions: &[Exception], changes: impl Fn(&Line) -> Vec<(String, String)>) {
    let mut used = vec![false; exceptions.len()];
    let mut wrong = Vec::new();
    for line in lines() {
        for (path, what) in changes(&line) {
            let covers = |n: &usize| exceptions[*n].covers(&line.file, &path);
            match (0..exceptions.len()).find(covers) {
                Some(n) => used[n] = true,
                None => wrong.push(format!("{line}: {what}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} changes:\n{}", wrong.len(), wrong.join("\n"));
    for (exception, used) in exceptions.iter().zip(used) {
        assert!(used, "no longer needed: {}", exception.why);
    }
}

#[test]
fn what_others_write_means_the_same_when_it_is_written_again() {
    hold(AGAIN, |line| changes(line, &line.json));
}

#[test]
fn what_others_write_comes_back_from_the_other_version_as_it_was() {
    hold(CONVERTED, |line| match there_and_back(line) {
        Some(back) if again(line, &line.json).is_ok() => changes_of(line, &line.json, back),
        // What can't be read is told of above, and not everything converts.
        _ => Vec::new(),
    });
}

#[test]
fn the_other_version_becomes_what_others_make_of_it() {
    hold(MADE, |line| converted(line).map_or_else(Vec::new, |made| changes_of(line, &line.json, made)));
}

#[test]
fn a_card_and_a_scheme_of_v0_3_are_read_as_those_of_v1_0_too() {
    let mut count = 0;
    for line in lines().iter().filter(|line| line.form() != Form::V1 && again(line, &line.json).is_ok()) {
        if let Some((converted, read)) = two_ways_up(line) {
            assert_eq!(converted, read, "{line}");
            count += 1;
        }
    }
    assert!(count > 20, "only {count}");
}

/// Recordings of what nobody knows: more of it would be kept, too.
const UNKNOWN: [&str; 2] = ["adkgo_fake_stream_unknown_kind", "adkgo_fake_unknown_part"];

/// Fails if a variant of a line that can be read isn't as `check` wants it.
fn hold_variants<V>(of: impl Fn(&Place<'_>) -> Vec<V>, check: impl Fn(&Line, &V) -> Option<String>) {
    let mut lines = lines();
    lines.retain(|line| !UNKNOWN.contains(&&*line.from) && again(line, &line.json).is_ok());
    let places = places(&lines);
    let variants: Vec<_> =
        places.iter().flat_map(|place| of(place).into_iter().map(|v| (place.line, v))).collect();
    let wrong =
        variants.iter().filter_map(|(line, variant)| Some(format!("{line}: {}", check(line, variant)?)));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), variants.len(), wrong.join("\n"));
    assert!(variants.len() > 100, "only {} variants", variants.len());
}

/// What else changes in a variant when it is read and written, beside what changes in the line itself.
fn more_changes(line: &Line, variant: &Variant) -> Option<String> {
    let known: Vec<String> = changes(line, &line.json).into_iter().map(|(path, _)| path).collect();
    let found = changes(line, &variant.json).into_iter().filter(|(path, _)| !known.contains(path));
    let found: Vec<String> = found.map(|(_, what)| what).collect();
    (!found.is_empty()).then(|| format!("with {}: {}", variant.what, found.join(", ")))
}

#[test]
fn a_member_that_nobody_knows_is_ignored_in_every_object() {
    hold_variants(with_unknown_member, |line, variant| {
        let (was, is) = (again(line, &line.json), again(line, &variant.json));
        (was != is).then(|| format!("with {}: {is:?}", variant.what))
    });
}

#[test]
fn a_value_that_nobody_knows_is_kept_in_every_enum() {
    hold_variants(with_unknown_value, more_changes);
}

#[test]
fn content_that_nobody_knows_is_kept_in_every_part() {
    hold_variants(with_unknown_content, more_changes);
}

#[test]
fn a_member_that_is_null_is_absent_in_every_object() {
    hold_variants(with_null_and_without, |line, (null, without)| {
        let (null_again, without_again) = (again(line, &null.json).ok(), again(line, &without.json).ok());
        (null_again != without_again)
            .then(|| format!("{} as null: {null_again:?}, absent: {without_again:?}", null.what))
    });
}
