//! What a server has told, told apart from how: the content that a session has to have in the end.

use std::collections::{BTreeMap, BTreeSet};

use adk_bridge::adk::Event;
use serde_json::Value;

use super::item::{Item, join};

/// The content of a conversation so far.
#[derive(Default)]
pub(super) struct Told {
    /// By the ids of the task and the artifact.
    artifacts: BTreeMap<(String, String), Shown>,
    /// The tasks that have ended: one of the same id is another one.
    ended: BTreeSet<String>,
    /// The messages of this turn, for one is shown again when its task is.
    messages: BTreeSet<(String, String)>,
    /// The conversation that was named last.
    context: Value,
    /// What was said in messages.
    said: Vec<Item>,
    /// What the last ones of these said, in events of an agent that were sent as messages.
    running: Vec<(String, Vec<Item>)>,
}

/// An artifact, and what it was before it was replaced.
#[derive(Default)]
struct Shown {
    before: Vec<Item>,
    now: Vec<Item>,
    whole: bool,
}

impl Told {
    pub(super) fn begin_turn(&mut self) {
        self.messages.clear();
        for ((task, _), shown) in &mut self.artifacts {
            if self.ended.contains(task) {
                shown.before.append(&mut shown.now);
            }
        }
    }

    /// The conversation that the next message belongs to.
    pub(super) fn context(&self) -> &Value {
        &self.context
    }

    /// Takes one result of the wire in.
    pub(super) fn hear(&mut self, result: &Value) {
        let named = result.as_object().into_iter().flat_map(|kinds| kinds.values());
        let mut named = named.filter_map(|said| said.get("contextId").filter(|id| !id.is_null()));
        self.context = named.next().unwrap_or(&self.context).clone();
        if let Some(task) = result.get("task") {
            self.task(task);
        } else if let Some(update) = result.get("artifactUpdate") {
            self.artifact(update);
        } else if let Some(update) = result.get("statusUpdate") {
            self.status(&update["taskId"], &update["status"], &update["metadata"]);
        } else if let Some(message) = result.get("message") {
            self.said.extend(items(message));
        }
    }

    /// All of it.
    pub(super) fn all(&self) -> Vec<Item> {
        let artifacts =
            self.artifacts.values().flat_map(|shown| joined(&[&shown.before[..], &shown.now].concat()));
        let running = self.running.iter().flat_map(|(_, items)| items);
        artifacts.chain(self.said.iter().chain(running).cloned()).collect()
    }

    fn task(&mut self, task: &Value) {
        // An agent's event is a message of its own, which the next one moves into the history.
        let history = task["history"].as_array().map(Vec::as_slice).unwrap_or_default();
        let since = history.iter().rposition(|message| message["role"] == "ROLE_USER").map_or(0, |at| at + 1);
        let is_legacy = task["metadata"].get("adk_event_id").is_some();
        let is_event = |message: &&Value| is_legacy && message["metadata"].get("adk_error_code").is_none();
        for message in history[since..].iter().filter(is_event) {
            self.event(&task["id"], message, "");
        }
        let is_bare = task.get("artifacts").is_none() && task["status"].get("message").is_none();
        if is_bare && !is_legacy && task["status"]["state"] == "TASK_STATE_COMPLETED" {
            self.said.extend(history[since..].last().into_iter().flat_map(items));
        }
        for artifact in task["artifacts"].as_array().into_iter().flatten() {
            if artifact["metadata"]["adk_partial"] == true {
                continue;
            }
            let items = joined(&items(artifact).collect::<Vec<_>>());
            if is_legacy && self.running.last().is_some_and(|(_, last)| joined(last) == items) {
                self.running.pop();
            }
            let place = (task["id"].to_string(), artifact["artifactId"].to_string());
            let shown = self.artifacts.entry(place).or_default();
            if shown.whole && !goes_on(&shown.now, &items) {
                shown.before.append(&mut shown.now);
            }
            (shown.now, shown.whole) = (items, true);
        }
        self.status(&task["id"], &task["status"], &task["metadata"]);
    }

    fn artifact(&mut self, update: &Value) {
        let flags = [&update["metadata"]["adk_partial"], &update["artifact"]["metadata"]["adk_partial"]];
        let partial = flags.iter().find_map(|flag| flag.as_bool());
        if partial == Some(true) {
            return;
        }
        let items: Vec<Item> = items(&update["artifact"]).collect();
        if let Some(id) = update["metadata"]["adk_event_id"].as_str()
            && self.running.last().is_some_and(|(last, _)| last == id)
        {
            self.running.pop();
        }
        let place = (update["taskId"].to_string(), update["artifact"]["artifactId"].to_string());
        let shown = self.artifacts.entry(place).or_default();
        if update["append"] != true {
            if shown.whole {
                shown.before.append(&mut shown.now);
            }
            shown.now.clear();
        }
        shown.now = joined(&[&shown.now[..], &items].concat());
        shown.whole = update["lastChunk"] == true || partial == Some(false);
    }

    fn status(&mut self, task: &Value, status: &Value, about: &Value) {
        let state = status["state"].as_str().unwrap_or_default();
        if ["COMPLETED", "FAILED", "CANCELED", "REJECTED"].iter().any(|end| state.ends_with(end)) {
            self.ended.insert(task.to_string());
        }
        let Some(message) = status.get("message") else { return };
        let is_over =
            !matches!(status["state"].as_str(), Some("TASK_STATE_WORKING" | "TASK_STATE_SUBMITTED"));
        if let Some(event) = about["adk_event_id"]
            .as_str()
            .filter(|_| !is_over && message["metadata"].get("adk_error_code").is_none())
        {
            self.event(task, message, event);
        } else if is_over && status["state"] != "TASK_STATE_UNSPECIFIED" && self.is_new(task, message) {
            self.said.extend(items(message));
        }
    }

    /// An event that came as a message; it may be the whole of chunks that came before it.
    fn event(&mut self, task: &Value, message: &Value, id: &str) {
        if !self.is_new(task, message) {
            return;
        }
        let items: Vec<Item> = items(message).collect();
        let mut chunks = Vec::new();
        for (at, (_, chunk)) in self.running.iter().enumerate().rev() {
            chunks.splice(0..0, chunk.iter().cloned());
            if joined(&chunks) == joined(&items) && self.running.len() - at > 1 {
                self.running.truncate(at);
                break;
            }
        }
        self.running.push((id.to_owned(), items));
    }

    fn is_new(&mut self, task: &Value, message: &Value) -> bool {
        self.messages.insert((task.to_string(), message["messageId"].to_string()))
    }
}

fn joined(items: &[Item]) -> Vec<Item> {
    let mut all = Vec::new();
    for item in items {
        join(&mut all, item.clone());
    }
    all
}

fn items(of: &Value) -> impl Iterator<Item = Item> + '_ {
    of["parts"].as_array().into_iter().flatten().filter_map(Item::of_wire)
}

/// Whether the first of these is the beginning of the second.
fn goes_on(before: &[Item], now: &[Item]) -> bool {
    let Some((last, firsts)) = before.split_last() else { return true };
    let continued = match (last, now.get(firsts.len())) {
        (Item::Text { text, .. }, Some(Item::Text { text: more, .. })) => more.starts_with(text.as_str()),
        (last, now) => Some(last) == now,
    };
    now.starts_with(firsts) && continued
}

/// What a session has, in the same form.
pub(super) fn stored<'e>(events: impl Iterator<Item = &'e Event>) -> Vec<Item> {
    let mut artifacts: BTreeMap<(String, String), Vec<Item>> = BTreeMap::new();
    let mut said = Vec::new();
    for event in events {
        let items: Vec<Item> =
            event.content.iter().flat_map(|content| &content.parts).filter_map(Item::of_adk).collect();
        let failure =
            event.error_message.as_deref().filter(|text| !is_ours(event, text)).and_then(Item::text);
        said.extend(failure.filter(|failure| !items.contains(failure)));
        let note = |key| event.custom_metadata.get(key).map(Value::to_string);
        match note("a2a:artifact_id") {
            Some(id) => {
                let place = (note("a2a:task_id").unwrap_or_default(), id);
                let artifact = artifacts.entry(place).or_default();
                *artifact = joined(&[&artifact[..], &items].concat());
            }
            None => said.extend(items),
        }
    }
    said.extend(artifacts.into_values().flatten());
    said
}

/// The texts that the bridge has of its own.
fn is_ours(event: &Event, text: &str) -> bool {
    event.error_code.as_deref() == Some(adk_bridge::REMOTE_ERROR)
        || ["the remote agent failed", "the remote agent refused", "the remote task was canceled"]
            .contains(&text)
}
