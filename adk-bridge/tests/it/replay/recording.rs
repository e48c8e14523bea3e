//! What was recorded: see `tests/captures/README.md`.

use std::path::PathBuf;

use adk_bridge::a2a_core::{Fold, StreamEvent};
use adk_bridge::adk::{Content, Event};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
pub(super) struct Recording {
    pub(super) name: String,
    pub(super) streaming: bool,
    pub(super) turns: Vec<RecordedTurn>,
}

#[derive(Deserialize)]
pub(super) struct RecordedTurn {
    pub(super) message: Content,
    pub(super) wire: Vec<Exchange>,
    /// What the recorded client made of it.
    pub(super) events: Vec<Event>,
}

/// What a server answered.
#[derive(Clone, Deserialize)]
pub(super) struct Exchange {
    /// The operation, or `card`.
    pub(super) method: String,
    pub(super) status: u16,
    #[serde(rename = "type")]
    pub(super) kind: String,
    frames: Option<Vec<Value>>,
    json: Option<Value>,
    body: Option<String>,
    /// Whether the connection broke behind it.
    #[serde(default)]
    pub(super) cut: bool,
}

impl Exchange {
    pub(super) fn is_card(&self) -> bool {
        self.method == "card"
    }

    /// The number of frames of a stream.
    pub(super) fn frames(&self) -> usize {
        self.frames.as_ref().map_or(0, Vec::len)
    }

    /// The same, if the connection breaks behind the first frames.
    pub(super) fn cut_behind(&self, frames: usize) -> Self {
        let mut cut = Self { cut: true, ..self.clone() };
        if let Some(all) = &mut cut.frames {
            all.truncate(frames);
        }
        cut
    }

    /// The same, with the task as it is behind the first frames once more; nothing if these don't show one.
    pub(super) fn shown_again_behind(&self, frames: usize, missed: usize) -> Option<Self> {
        let mut again = self.clone();
        let all = again.frames.as_mut()?;
        let mut updates = all[..frames].iter().map(|frame| StreamEvent::deserialize(&frame["result"]).ok());
        let Some(StreamEvent::Task(task)) = updates.next()? else { return None };
        let mut fold = Fold::new(*task);
        for update in updates {
            fold.apply(&update?);
        }
        let shown = json!({"result": {"task": fold.task()}});
        all.splice(frames - missed..frames, [shown]);
        Some(again)
    }

    /// The body, as an answer to the call of this id.
    pub(super) fn body(&self, id: &Value) -> String {
        let envelope = |answer: &Value| {
            let mut answer = answer.clone();
            answer["jsonrpc"] = "2.0".into();
            answer["id"] = id.clone();
            answer.to_string()
        };
        match (&self.frames, &self.json, &self.body) {
            (Some(frames), ..) => {
                frames.iter().map(|frame| ["data: ", &*envelope(frame), "\n\n"].concat()).collect()
            }
            (_, Some(json), _) if self.is_card() => json.to_string(),
            (_, Some(json), _) => envelope(json),
            (.., Some(body)) => body.replace("$ID", &id.to_string()),
            _ => String::new(),
        }
    }

    /// What it says: tasks, updates and messages, in order.
    pub(super) fn results(&self) -> Vec<Value> {
        let body = self.body(&Value::from(1)).replace("\r\n", "\n");
        let answers: Vec<String> = if self.kind.starts_with("text/event-stream") {
            let data = |frame: &str| frame.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
            body.split("\n\n").map(data).collect()
        } else {
            vec![body]
        };
        let read = |answer: &String| serde_json::from_str::<Value>(answer).ok()?.get("result").cloned();
        if self.is_card() { Vec::new() } else { answers.iter().filter_map(read).collect() }
    }
}

pub(super) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/captures")
}

/// All recordings, by the file that they are in.
pub(super) fn all() -> Vec<(String, Vec<Recording>)> {
    let mut groups = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|name| name == "jsonl") {
            let lines = std::fs::read_to_string(&path).unwrap();
            let recordings = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            groups.push((path.file_stem().unwrap().to_str().unwrap().to_owned(), recordings));
        }
    }
    groups.sort_by(|(one, _), (two, _)| one.cmp(two));
    groups
}
