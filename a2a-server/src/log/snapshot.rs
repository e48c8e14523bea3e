//! A task as the log hands it out: folded, or as the bytes it was encoded to when it ended.

use std::{borrow::Cow, ops::Range, sync::Arc};

use a2a_core::{Task, TaskState, WriteJson as _};
use serde::Serialize;
use serde_json::value::RawValue;

use super::Seq;

/// What of a task is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct View {
    /// At most this many of the latest messages; all if `None`.
    pub history: Option<usize>,
    /// Whether its artifacts are wanted.
    pub artifacts: Artifacts,
}

/// Whether a view has the task's artifacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Artifacts {
    /// If there are any.
    #[default]
    Present,
    /// Always, an empty list too.
    Always,
    /// Never.
    Absent,
}

/// A task at a place of its log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// The last entry that is in it.
    pub seq: Seq,
    /// Where the task stands.
    pub state: TaskState,
    /// The task itself, of which `view` is wanted.
    pub body: TaskBody,
    /// What of it is wanted.
    pub view: View,
    /// The task of an encoded body, where whoever encoded it still has it as a value: only JSON of version 1.0 is
    /// written from the bytes.
    value: Option<Arc<Task>>,
}

/// The task of a [`Snapshot`], shared with whoever else reads it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TaskBody {
    /// As a value.
    Folded(Arc<Task>),
    /// As JSON.
    Encoded(EncodedTask),
}

impl Snapshot {
    /// For engines: a task at this place.
    pub fn new(seq: Seq, state: TaskState, body: TaskBody, view: View) -> Self {
        Self { seq, state, body, view, value: None }
    }

    /// The same, with the task as a value, which is what its body was encoded from.
    pub(crate) fn with_value(self, value: Option<Arc<Task>>) -> Self {
        Self { value, ..self }
    }

    /// The task as a value, with what of it is wanted.
    pub fn to_task(&self) -> Task {
        self.clone().into_task()
    }

    /// The same without a copy, if nobody else reads the task.
    pub fn into_task(self) -> Task {
        let mut task = match (self.body, self.value) {
            (TaskBody::Folded(task), _) | (TaskBody::Encoded(_), Some(task)) => Arc::unwrap_or_clone(task),
            (TaskBody::Encoded(encoded), None) => encoded.decode(),
        };
        task.limit_history(self.view.history);
        if self.view.artifacts == Artifacts::Absent {
            task.artifacts.clear();
        }
        task
    }

    /// The whole task, whatever of it is wanted; read again if only its bytes are left.
    pub(crate) fn task(&self) -> Cow<'_, Task> {
        match (&self.body, &self.value) {
            (TaskBody::Folded(task), _) | (TaskBody::Encoded(_), Some(task)) => Cow::Borrowed(task),
            (TaskBody::Encoded(encoded), None) => Cow::Owned(encoded.decode()),
        }
    }

    /// Writes the task's JSON, with what of it is wanted.
    pub fn write(&self, out: &mut Vec<u8>) {
        match &self.body {
            TaskBody::Folded(task) => {
                write_task(out, task, self.view);
            }
            TaskBody::Encoded(encoded) => encoded.write(out, self.view),
        }
    }
}

/// A task as JSON, cut so that every view of it is a copy of ranges. Clones share it.
#[derive(Clone, Debug)]
pub struct EncodedTask(Arc<Encoded>);

#[derive(Debug)]
struct Encoded {
    json: Vec<u8>,
    cuts: Cuts,
}

/// Where the parts of a task stand in its JSON.
#[derive(Debug)]
struct Cuts {
    /// `,"artifacts":[…]`, possibly empty.
    artifacts: Range<usize>,
    /// `,"history":[…]`, possibly empty.
    history: Range<usize>,
    /// How many messages that has.
    messages: usize,
}

const HISTORY: &[u8] = br#","history":"#;

impl EncodedTask {
    /// Encodes a task.
    pub fn new(task: &Task) -> Self {
        Self::sized(task, 512)
    }

    /// Encodes a task of about so many bytes.
    pub(crate) fn sized(task: &Task, bytes: usize) -> Self {
        let mut json = Vec::with_capacity(bytes);
        let cuts = write_task(&mut json, task, View::default());
        if json.capacity() - json.len() > json.len() / 4 {
            json.shrink_to_fit();
        }
        Self(Arc::new(Encoded { json, cuts }))
    }

    /// How many bytes its JSON has.
    pub fn len(&self) -> usize {
        self.0.json.len()
    }

    /// Whether its JSON has no bytes, which is never so.
    pub fn is_empty(&self) -> bool {
        self.0.json.is_empty()
    }

    /// Its JSON in pieces: what is before the artifacts, the artifacts, the history, and what is behind that. Without
    /// the second or third it is a task without those.
    #[cfg(feature = "sqlite")]
    pub(crate) fn pieces(&self) -> [&[u8]; 4] {
        let Encoded { json, cuts } = &*self.0;
        let Cuts { artifacts, history, .. } = cuts;
        [&json[..artifacts.start], &json[artifacts.clone()], &json[history.clone()], &json[history.end..]]
    }

    fn decode(&self) -> Task {
        serde_json::from_slice(&self.0.json).expect("what was encoded from a task decodes to one")
    }

    fn write(&self, out: &mut Vec<u8>, view: View) {
        let Encoded { json, cuts } = &*self.0;
        let wanted = view.history.map_or(cuts.messages, |limit| limit.min(cuts.messages));
        let has_artifacts = !cuts.artifacts.is_empty();
        if wanted == cuts.messages
            && (has_artifacts == (view.artifacts != Artifacts::Absent) || view == View::default())
        {
            out.extend_from_slice(json);
            return;
        }
        out.extend_from_slice(&json[..cuts.artifacts.start]);
        match view.artifacts {
            Artifacts::Absent => {}
            Artifacts::Always if !has_artifacts => out.extend_from_slice(br#","artifacts":[]"#),
            Artifacts::Present | Artifacts::Always => {
                out.extend_from_slice(&json[cuts.artifacts.clone()]);
            }
        }
        let history = &json[cuts.history.clone()];
        if wanted == cuts.messages {
            out.extend_from_slice(history);
        } else if wanted > 0 {
            write_latest(out, &history[HISTORY.len()..], wanted);
        }
        out.extend_from_slice(&json[cuts.history.end..]);
    }
}

/// The last messages of a list of them that is encoded already.
fn write_latest(out: &mut Vec<u8>, messages: &[u8], wanted: usize) {
    let messages: Vec<&RawValue> =
        serde_json::from_slice(messages).expect("what was encoded as a list decodes to one");
    out.extend_from_slice(HISTORY);
    write_json(out, &&messages[messages.len() - wanted..]);
}

/// The same JSON as the task's own, and where its parts stand in it.
fn write_task(out: &mut Vec<u8>, task: &Task, view: View) -> Cuts {
    task.write_json_head(out);
    let artifacts = match view.artifacts {
        Artifacts::Absent => false,
        Artifacts::Always => true,
        Artifacts::Present => !task.artifacts.is_empty(),
    };
    let before_artifacts = out.len();
    if artifacts {
        out.extend_from_slice(br#","artifacts":"#);
        task.artifacts.write_json(out);
    }
    let before_history = out.len();
    let skipped = view.history.map_or(0, |limit| task.history.len().saturating_sub(limit));
    let history = &task.history[skipped..];
    if !history.is_empty() {
        out.extend_from_slice(HISTORY);
        history.write_json(out);
    }
    let cuts = Cuts {
        artifacts: before_artifacts..before_history,
        history: before_history..out.len(),
        messages: history.len(),
    };
    if !task.metadata.is_empty() {
        out.extend_from_slice(br#","metadata":"#);
        write_json(out, &task.metadata);
    }
    out.push(b'}');
    cuts
}

/// Writes JSON into a buffer.
pub(crate) fn write_json(out: &mut Vec<u8>, value: &impl Serialize) {
    serde_json::to_writer(out, value)
        .expect("protocol types have string keys only and a buffer takes every write");
}

#[cfg(test)]
mod tests {
    use a2a_core::{Artifact, Message, Task};
    use pretty_assertions::assert_eq;

    use super::*;

    fn tasks() -> Vec<Task> {
        let mut all = Vec::new();
        for (artifacts, messages, metadata) in [(0, 0, false), (1, 0, true), (0, 3, false), (2, 3, true)] {
            let mut task = Task::new("t".parse().unwrap(), "c".parse().unwrap());
            for n in 0..artifacts {
                task.artifacts.push(Artifact::new(format!("a{n}").parse().unwrap(), "content"));
            }
            for n in 0..messages {
                task.history.push(Message::user(format!("m{n}").parse().unwrap(), "said \"}],{["));
            }
            if metadata {
                task.metadata.insert("key".into(), serde_json::json!({ "history": [1, null] }));
            }
            all.push(task);
        }
        all
    }

    #[test]
    fn every_view_of_an_encoded_task_equals_the_view_of_the_folded_one() {
        for task in tasks() {
            for history in [None, Some(0), Some(1), Some(3), Some(9)] {
                for artifacts in [Artifacts::Present, Artifacts::Always, Artifacts::Absent] {
                    let view = View { history, artifacts };
                    let folded = Snapshot::new(
                        1,
                        task.status.state.clone(),
                        TaskBody::Folded(task.clone().into()),
                        view,
                    );
                    let body = TaskBody::Encoded(EncodedTask::new(&task));
                    let encoded = Snapshot { body, ..folded.clone() };
                    let (mut a, mut b) = (Vec::new(), Vec::new());
                    folded.write(&mut a);
                    encoded.write(&mut b);
                    assert_eq!(String::from_utf8_lossy(&a), String::from_utf8_lossy(&b));
                    assert_eq!(folded.to_task(), encoded.to_task());
                    let both = encoded.clone().with_value(Some(task.clone().into()));
                    let mut c = Vec::new();
                    both.write(&mut c);
                    assert_eq!(
                        (c == b, both.task(), both.to_task()),
                        (true, encoded.task(), encoded.to_task())
                    );
                    assert_eq!(serde_json::from_slice::<Task>(&a).unwrap(), folded.to_task());
                }
            }
        }
    }

    #[test]
    fn a_full_view_is_the_tasks_own_json() {
        for task in tasks() {
            let mut out = Vec::new();
            EncodedTask::new(&task).write(&mut out, View::default());
            assert_eq!(String::from_utf8_lossy(&out), serde_json::to_string(&task).unwrap());
        }
    }
}
