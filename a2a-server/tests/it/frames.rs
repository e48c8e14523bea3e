//! Streams of events, read frame by frame.

use a2a_core::{Fold, StreamEvent, Task, sse::Decoder};
use serde_json::Value;

use crate::support::{Wire, soon};

/// An event and its cursor.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) id: Option<String>,
    /// The whole JSON-RPC answer.
    pub(crate) answer: Value,
}

impl Frame {
    pub(crate) fn event(&self) -> StreamEvent {
        serde_json::from_value(self.answer["result"].clone()).expect("an event")
    }

    /// In a word or two, such as `task SUBMITTED` or `artifact text`.
    pub(crate) fn brief(&self) -> String {
        match self.event() {
            StreamEvent::Task(task) => format!("task {}", short_state(&task.status.state.to_string())),
            StreamEvent::Message(message) => format!("message {}", message.text()),
            StreamEvent::StatusUpdate(update) => short_state(&update.status.state.to_string()),
            StreamEvent::ArtifactUpdate(update) => {
                format!("artifact {}", a2a_core::Part::join_text(&update.artifact.parts))
            }
            _ => "unknown".to_owned(),
        }
    }
}

fn short_state(state: &str) -> String {
    state.trim_start_matches("TASK_STATE_").to_owned()
}

/// A stream of events.
pub(crate) struct Stream {
    pub(crate) wire: Wire,
    decoder: Decoder,
}

impl Stream {
    pub(crate) fn new(wire: Wire) -> Self {
        Self { wire, decoder: Decoder::new() }
    }

    /// The next event, which must come soon however many comments do.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        soon(self.decode()).await
    }

    async fn decode(&mut self) -> Option<Frame> {
        loop {
            if let Some(event) = self.decoder.next_event().unwrap() {
                let answer = serde_json::from_str(event.data).unwrap();
                return Some(Frame { id: event.id.map(str::to_owned), answer });
            }
            let chunk = self.wire.chunk().await?;
            self.decoder.push(&chunk);
        }
    }

    /// The next bytes of the body, whatever they are.
    pub(crate) async fn raw(&mut self) -> String {
        String::from_utf8(self.wire.chunk().await.expect("more of the body")).unwrap()
    }

    pub(crate) async fn brief(&mut self) -> String {
        self.next().await.expect("an event").brief()
    }

    pub(crate) async fn rest(&mut self) -> Vec<Frame> {
        let mut rest = Vec::new();
        while let Some(frame) = self.next().await {
            rest.push(frame);
        }
        rest
    }

    pub(crate) async fn briefs(&mut self) -> Vec<String> {
        self.rest().await.iter().map(Frame::brief).collect()
    }
}

/// The task that these frames make.
pub(crate) fn folded(frames: &[Frame]) -> Task {
    let mut frames = frames.iter().map(Frame::event);
    let Some(StreamEvent::Task(task)) = frames.next() else { panic!("a stream begins with a task") };
    let mut fold = Fold::new(*task);
    for event in frames {
        fold.apply(&event);
    }
    fold.into_task()
}
