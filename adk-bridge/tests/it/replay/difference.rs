//! How our events of a turn differ from the recorded client's.

use std::collections::{BTreeMap, BTreeSet};

use adk_bridge::adk::Event;

use super::item::{Item, join, without};

/// What a client made of a turn.
#[derive(Default)]
struct Made {
    stored: Vec<Item>,
    /// What its chunks said, joined.
    chunks: Vec<Item>,
    pending: BTreeSet<String>,
    /// Whether there is an event that says and does nothing.
    bare: bool,
    /// The text and the code.
    failure: Option<(String, Option<String>)>,
    actions: BTreeSet<&'static str>,
    notes: BTreeSet<String>,
    ids: BTreeMap<String, BTreeSet<String>>,
}

impl Made {
    fn of(events: &[Event]) -> Self {
        let mut made = Self::default();
        for event in events {
            made.note(event);
            let items = event.content.iter().flat_map(|content| &content.parts).filter_map(Item::of_adk);
            if event.is_partial() {
                items.for_each(|item| join(&mut made.chunks, item));
                continue;
            }
            let mut stored: Vec<Item> = items.collect();
            made.bare |= stored.is_empty() && !event.is_error() && event.actions.is_empty();
            made.stored.append(&mut stored);
            let calls = event.long_running_tool_ids.iter().filter(|id| !is_made_up(event, id));
            made.pending.extend(calls.cloned());
            if event.is_error() {
                made.failure =
                    Some((event.error_message.clone().unwrap_or_default(), event.error_code.clone()));
            }
            let actions = [
                ("escalate", event.actions.escalate == Some(true)),
                ("transfer", event.actions.transfer_to_agent.is_some()),
                ("skip", event.actions.skip_summarization == Some(true)),
            ];
            made.actions.extend(actions.iter().filter(|(_, done)| *done).map(|(name, _)| name));
        }
        made
    }

    fn note(&mut self, event: &Event) {
        let values = [&event.usage_metadata, &event.grounding_metadata, &event.citation_metadata];
        for (name, value) in ["usage", "grounding", "citations"].iter().zip(values) {
            self.notes.extend(value.as_ref().map(|value| format!("{name} {value}")));
        }
        for (key, value) in &event.custom_metadata {
            if ["a2a:task_id", "a2a:context_id"].contains(&key.as_str()) {
                self.ids.entry(key.clone()).or_default().insert(value.to_string());
            } else if !key.starts_with("a2a:") {
                self.notes.insert(format!("{key} {value}"));
            }
        }
    }

    /// Whether the failure is told in words that the bridge has of its own.
    fn fails_in_our_words(&self) -> bool {
        let own = ["the remote agent failed", "the remote agent refused", "the remote task was canceled"];
        self.failure.as_ref().is_some_and(|(text, code)| {
            code.as_deref() == Some(adk_bridge::REMOTE_ERROR) || own.contains(&text.as_str())
        })
    }
}

/// Whether a pending call is one that the remote hasn't made.
fn is_made_up(event: &Event, id: &str) -> bool {
    event.function_calls().any(|call| call.id == id && call.name.starts_with("mock_function_call_"))
}

/// The kinds of differences; `before` is what we had stored of earlier turns.
pub(super) fn kinds(ours: &[Event], theirs: &[Event], before: &[Item]) -> BTreeSet<&'static str> {
    let (ours, theirs) = (Made::of(ours), Made::of(theirs));
    let mut kinds = content(&ours, &theirs, before);
    kinds.extend(failure(&ours, &theirs));
    let more = |ours: &BTreeSet<_>, theirs: &BTreeSet<_>| !ours.is_subset(theirs);
    let differs = [
        (theirs.bare && !ours.bare, "no empty event"),
        (ours.bare && !theirs.bare, "an empty event"),
        (ours.pending != theirs.pending, "other pending calls"),
        (theirs.actions.contains("transfer"), "no transfer"),
        (theirs.actions.contains("skip") && !ours.actions.contains("skip"), "no skipped summary"),
        (theirs.actions.contains("escalate") && !ours.actions.contains("escalate"), "no escalation"),
        (more(&ours.actions, &theirs.actions), "more actions"),
        (!ours.notes.is_subset(&theirs.notes), "more metadata"),
        (!theirs.notes.is_subset(&ours.notes), "less metadata"),
    ];
    kinds.extend(differs.iter().filter(|(differs, _)| *differs).map(|(_, kind)| kind));
    for (key, ids) in &ours.ids {
        match theirs.ids.get(key) {
            None => kinds.insert("ids are kept"),
            Some(others) if ids != others => kinds.insert("other ids"),
            Some(_) => false,
        };
    }
    kinds
}

fn content(ours: &Made, theirs: &Made, before: &[Item]) -> BTreeSet<&'static str> {
    let mut kinds = BTreeSet::new();
    let more = without(&ours.stored, &theirs.stored);
    let less = without(&theirs.stored, &ours.stored);
    for item in &more {
        kinds.insert(match item {
            item if is_other_thought(item, &theirs.stored) => "an answer is no thought",
            item if is_in(item, &less) || less.iter().any(|part| is_in(part, &more)) => "cut otherwise",
            item if is_in(item, &theirs.chunks) => "stored, not only chunks",
            _ => "heard, not lost",
        });
    }
    for item in &less {
        kinds.insert(match item {
            Item::Other(json) if json == "{}" => "no empty data",
            item if before.contains(item) => "not told again",
            item if is_other_thought(item, &ours.stored) => "an answer is no thought",
            item if is_in(item, &more) || more.iter().any(|part| is_in(part, &less)) => "cut otherwise",
            Item::Text { text, .. } if ours.failure.as_ref().is_some_and(|(told, _)| told == text) => {
                "an error's text is no content"
            }
            item if is_in(item, before) => "not told again",
            item if is_in(item, &ours.stored) => "not told twice",
            item if is_in(item, &ours.chunks) => "progress isn't stored",
            _ => "not stored",
        });
    }
    if more.is_empty() && less.is_empty() && ours.stored != theirs.stored {
        kinds.insert("another order");
    }
    if !without(&ours.chunks, &theirs.chunks).is_empty() {
        kinds.insert("a chunk at first");
    }
    if !without(&theirs.chunks, &ours.chunks).is_empty() {
        kinds.insert("whole at once");
    }
    kinds
}

fn failure(ours: &Made, theirs: &Made) -> Option<&'static str> {
    match (&ours.failure, &theirs.failure) {
        (Some(one), Some(two)) if one == two => None,
        (Some(_), None) => Some("a failure is told"),
        (Some(_), Some((text, _))) if text.is_empty() => Some("a failure is told"),
        (None, Some(_)) => Some("no failure"),
        (Some(_), Some(_)) if ours.fails_in_our_words() => Some("a failure in our words"),
        (Some((one, _)), Some((two, None))) if one == two => Some("the error's code is kept"),
        (Some(_), Some(_)) => Some("another failure"),
        (None, None) => None,
    }
}

/// Whether an item is among others, or its text is, in another cut or as a thought.
fn is_in(item: &Item, others: &[Item]) -> bool {
    let Item::Text { text, .. } = item else { return others.contains(item) };
    let texts = others.iter().filter_map(|other| match other {
        Item::Text { text, .. } => Some(text.as_str()),
        Item::Other(_) => None,
    });
    texts.collect::<String>().contains(text.as_str())
}

fn is_other_thought(item: &Item, others: &[Item]) -> bool {
    let Item::Text { text, thought } = item else { return false };
    others.contains(&Item::Text { text: text.clone(), thought: !thought })
}
