//! Which operation a verb and a path are, from the tables of both versions.

use std::{collections::BTreeSet, sync::LazyLock};

use a2a_core::{Method, Version, operation::Verb, v0_3};
use axum::http;

/// The first segment of every path of version 0.3, and of none of version 1.0.
const OLD: &str = "v1";

/// A way to ask for an operation.
#[derive(Debug)]
struct Row {
    method: Method,
    version: Version,
    verbs: Vec<http::Method>,
    segments: Vec<Segment>,
}

/// A piece of a path between slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    /// An id, and what may follow it in the segment, such as `:cancel`.
    Id {
        name: &'static str,
        suffix: &'static str,
    },
}

/// What was asked for. Ids are as they stand in the path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    pub(super) method: Method,
    pub(super) version: Version,
    pub(super) tenant: Option<&'a str>,
    pub(super) ids: Vec<(&'static str, &'a str)>,
}

/// Why nothing was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// No operation has this path.
    Path,
    /// Those that have it are for these verbs.
    Verb(String),
}

/// Every operation; those with a suffix first, for without one their ids would be any.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let new = Method::ALL.iter().map(|method| Row::new(*method, Version::V1_0, method.verb(), method.path()));
    let old = Method::ALL.iter().filter_map(|method| {
        let form = v0_3::method::form(*method).ok()?;
        Some(Row::new(*method, Version::V0_3, form.verb, form.path))
    });
    let mut table: Vec<_> = new.chain(old).collect();
    table.sort_by_key(|row| !row.has_suffix());
    table
});

impl Row {
    fn new(method: Method, version: Version, verb: Verb, path: &'static str) -> Self {
        let verbs = match verb {
            // The specification says one and its protobuf the other, in both versions.
            _ if method == Method::SubscribeToTask => vec![http::Method::GET, http::Method::POST],
            Verb::Get => vec![http::Method::GET],
            Verb::Post => vec![http::Method::POST],
            Verb::Delete => vec![http::Method::DELETE],
        };
        let segments = path.split('/').skip(1).map(Segment::new).collect();
        Self { method, version, verbs, segments }
    }

    fn has_suffix(&self) -> bool {
        matches!(self.segments.last(), Some(Segment::Id { suffix, .. }) if !suffix.is_empty())
    }

    /// The ids in a path, if it is one of these.
    fn ids<'a>(&self, path: &[&'a str]) -> Option<Vec<(&'static str, &'a str)>> {
        if path.len() != self.segments.len() {
            return None;
        }
        let mut ids = Vec::new();
        for (segment, text) in self.segments.iter().zip(path) {
            match segment {
                Segment::Literal(literal) if literal == text => {}
                Segment::Literal(_) => return None,
                Segment::Id { name, suffix } => {
                    ids.push((*name, text.strip_suffix(suffix).filter(|id| !id.is_empty())?));
                }
            }
        }
        Some(ids)
    }
}

impl Segment {
    fn new(template: &'static str) -> Self {
        let id = template.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        id.map_or(Self::Literal(template), |(name, suffix)| Self::Id { name, suffix })
    }
}

impl Found<'_> {
    /// Whether the operation has parameters in a body; any other body isn't looked at.
    pub(super) fn takes_body(&self) -> bool {
        self.method.verb() == Verb::Post && self.method != Method::SubscribeToTask
    }
}

/// The version whose paths begin like this one.
pub(super) fn version(path: &str) -> Version {
    if path.split('/').nth(1) == Some(OLD) { Version::V0_3 } else { Version::V1_0 }
}

/// The operation of a verb and a path, of which nothing is decoded yet: ids may hold slashes and colons.
pub(super) fn find<'a>(verb: &http::Method, path: &'a str) -> Result<Found<'a>, Lost> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let version = version(path);
    let lost = match find_below(verb, version, &segments) {
        Err(Lost::Path) if version == Version::V1_0 && segments.len() > 1 && !segments[0].is_empty() => {
            let found = find_below(verb, version, &segments[1..]);
            return found.map(|found| Found { tenant: Some(segments[0]), ..found });
        }
        Err(lost) => lost,
        Ok(found) => return Ok(found),
    };
    Err(lost)
}

fn find_below<'a>(verb: &http::Method, version: Version, path: &[&'a str]) -> Result<Found<'a>, Lost> {
    let mut allowed = Vec::new();
    for row in TABLE.iter().filter(|row| row.version == version) {
        let Some(ids) = row.ids(path) else { continue };
        if row.verbs.contains(verb) {
            return Ok(Found { method: row.method, version, tenant: None, ids });
        }
        allowed.extend(row.verbs.iter().map(http::Method::as_str));
    }
    if allowed.is_empty() {
        return Err(Lost::Path);
    }
    allowed.sort_unstable();
    allowed.dedup();
    Err(Lost::Verb(allowed.join(", ")))
}

/// The paths that a router has to send here.
pub(crate) fn paths() -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    for row in TABLE.iter() {
        let Some(Segment::Literal(first)) = row.segments.first() else { continue };
        let path = if row.segments.len() == 1 { format!("/{first}") } else { format!("/{first}/{{*rest}}") };
        if row.version == Version::V1_0 {
            paths.insert(format!("/{{tenant}}{path}"));
        }
        paths.insert(path);
    }
    paths
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn found(verb: &str, path: &str) -> Result<String, Lost> {
        let found = find(&verb.parse().unwrap(), path)?;
        let ids: Vec<_> = found.ids.iter().map(|(name, id)| format!(" {name}={id}")).collect();
        let tenant = found.tenant.map(|tenant| format!(" of {tenant}")).unwrap_or_default();
        Ok(format!("{} {}{}{tenant}", found.version, found.method, ids.concat()))
    }

    #[test]
    fn a_suffix_is_what_ends_the_last_segment_and_anything_before_it_is_the_id() {
        for (verb, path, expected) in [
            ("GET", "/tasks/a", "1.0 GetTask id=a"),
            ("GET", "/tasks/a:b", "1.0 GetTask id=a:b"),
            ("GET", "/tasks/a:cancel", "1.0 GetTask id=a:cancel"),
            ("POST", "/tasks/a:cancel", "1.0 CancelTask id=a"),
            ("POST", "/tasks/a:cancel:cancel", "1.0 CancelTask id=a:cancel"),
            ("POST", "/tasks/a%2Fb:cancel", "1.0 CancelTask id=a%2Fb"),
            ("GET", "/tasks/a%3Asubscribe", "1.0 GetTask id=a%3Asubscribe"),
            ("GET", "/tasks/a:b:subscribe", "1.0 SubscribeToTask id=a:b"),
            ("POST", "/tasks/a:subscribe", "1.0 SubscribeToTask id=a"),
            ("GET", "/v1/tasks/a:subscribe", "0.3 SubscribeToTask id=a"),
            ("POST", "/v1/tasks/a:subscribe", "0.3 SubscribeToTask id=a"),
        ] {
            assert_eq!(found(verb, path).as_deref(), Ok(expected), "{verb} {path}");
        }
    }

    #[test]
    fn a_tenant_is_what_stands_before_a_path_that_is_none_itself() {
        for (verb, path, expected) in [
            ("GET", "/tasks", "1.0 ListTasks"),
            ("GET", "/tasks/tasks", "1.0 GetTask id=tasks"),
            ("GET", "/acme/tasks", "1.0 ListTasks of acme"),
            ("POST", "/acme/message:send", "1.0 SendMessage of acme"),
            ("GET", "/acme/extendedAgentCard", "1.0 GetExtendedAgentCard of acme"),
            ("GET", "/tasks/tasks/a", "1.0 GetTask id=a of tasks"),
            (
                "DELETE",
                "/acme/tasks/a/pushNotificationConfigs/b",
                "1.0 DeleteTaskPushNotificationConfig taskId=a id=b of acme",
            ),
        ] {
            assert_eq!(found(verb, path).as_deref(), Ok(expected), "{verb} {path}");
        }
    }

    #[test]
    fn what_is_no_operation_is_told_from_what_is_none_by_this_verb() {
        for path in ["/", "/task", "/tasks/", "/tasks/a/b", "/v1", "/v1/tasks", "//tasks", "/a/b/tasks"] {
            assert_eq!(found("GET", path), Err(Lost::Path), "{path}");
        }
        for (path, allowed) in [
            ("/tasks/a:b", "GET"),
            ("/tasks/a:subscribe", "GET, POST"),
            ("/tasks/a/pushNotificationConfigs", "GET, POST"),
            ("/tasks/a/pushNotificationConfigs/b", "DELETE, GET"),
            ("/acme/message:send", "POST"),
            ("/v1/card", "GET"),
        ] {
            assert_eq!(found("PUT", path), Err(Lost::Verb(allowed.to_owned())), "{path}");
        }
    }
}
