//! Events that come as messages of a running task.
//!
//! ADK's older Python bridge sends them so: each event, whole or a chunk, is the message of a WORKING status whose
//! metadata names the event, and the last one is said once more, as an artifact or with the status that pauses the
//! task. Nothing tells a chunk from a whole: texts are held back until it is clear that none repeats them joined.

use std::{collections::HashSet, mem};

use a2a_core::{Artifact, Message, MessageId, Metadata, Part, Role, Task, TaskState};
use serde_json::Value;

use super::Incoming;
use crate::{
    Event,
    convert::{keys, metadata},
};

/// How many empty texts may be among the chunks of a whole. A walk back through them gets no nearer to its end, and each
/// message begins one.
const EMPTY_CHUNKS: usize = 64;

/// What was said so.
#[derive(Debug, Default)]
pub(super) struct Spoken {
    heard: HashSet<MessageId>,
    /// Texts that weren't told yet, oldest first.
    open: Vec<Said>,
    /// What was said last.
    latest: Vec<Part>,
}

#[derive(Debug)]
struct Said {
    /// The remote's id of the event, if it is known; it may name the chunks and the whole alike.
    id: String,
    parts: Vec<Part>,
    event: Event,
}

impl Said {
    fn is_of(&self, id: &str) -> bool {
        self.id == id && !id.is_empty()
    }
}

impl Spoken {
    /// Whether this message was an event.
    pub(super) fn has_heard(&self, message: &Message) -> bool {
        self.heard.contains(&message.message_id)
    }

    /// Lets go of the chunks that this is the whole of; the latest of them.
    fn complete(&mut self, id: &str, parts: &[Part]) -> Option<Said> {
        let begin = self.chunks_of(id, parts)?;
        self.open.drain(begin..).next_back()
    }

    /// Where the texts begin that are this one when they are joined: two or more, or one of the same event.
    fn chunks_of(&self, id: &str, parts: &[Part]) -> Option<usize> {
        let bytes: usize = parts.iter().filter_map(Part::as_text).map(str::len).sum();
        let mut steps = bytes + EMPTY_CHUNKS;
        let mut before = parts.iter().rev();
        let mut rest = "";
        let mut about = None;
        for (at, said) in self.open.iter().enumerate().rev() {
            for chunk in said.parts.iter().rev() {
                steps = steps.checked_sub(1)?;
                if rest.is_empty() {
                    let part = before.next()?;
                    (rest, about) = (part.as_text()?, Some(&part.metadata));
                }
                rest = rest.strip_suffix(chunk.as_text()?).filter(|_| about == Some(&chunk.metadata))?;
            }
            if rest.is_empty() && before.len() == 0 {
                return (self.open.len() - at > 1 || said.is_of(id)).then_some(at);
            }
        }
        None
    }
}

/// The name of the event that a status tells of, or a task of its last one.
pub(super) fn event_id(about: &Metadata) -> Option<&str> {
    about.get(keys::EVENT_ID).and_then(Value::as_str)
}

/// Whether a message has an event's content; the text of an error hasn't.
pub(super) fn is_event(message: &Message) -> bool {
    !message.parts.is_empty() && !message.metadata.contains_key(keys::ERROR_CODE)
}

impl Incoming {
    /// Whether a message of a running task is an event: if that is said, or if others were, for who catches up with a
    /// task hears the messages only; and what an agent does is never just progress.
    pub(super) fn speaks(&self, about: &Metadata, message: &Message) -> bool {
        let does = || message.parts.iter().any(|part| part.metadata.contains_key(keys::TYPE));
        event_id(about).is_some() || !self.spoken.heard.is_empty() || does()
    }

    /// What a task's messages say since the user's, if nothing else does.
    pub(super) fn history(&mut self, task: &Task) -> Vec<Event> {
        let since =
            task.history.iter().rposition(|message| message.role == Role::User).map_or(0, |at| at + 1);
        let said = &task.history[since..];
        let Some(latest) = event_id(&task.metadata) else { return self.last_words(task, said) };
        let state = &task.status.state;
        let is_over = state.is_terminal() || state.is_interrupted();
        let running = task.status.message.as_deref().filter(|_| !is_over);
        let said: Vec<&Message> = said.iter().chain(running).filter(|message| is_event(message)).collect();
        // The task tells about the last one only, and a question is another one.
        let last = said.len() - usize::from(!said.is_empty());
        let mut events = Vec::new();
        for (at, message) in said.into_iter().enumerate() {
            let is_last = at == last && !(is_over && task.status.message.is_some());
            let (id, about) = if is_last { (latest, task.metadata.clone()) } else { ("", Metadata::new()) };
            // Nobody waits for a chunk of what is here as a whole.
            let said = self.spoken(id, message, &about).into_iter();
            events.extend(said.filter(|event| !(is_over && event.is_partial())));
        }
        events
    }

    /// The answer of a task that is complete and has nothing to show: what it said last while it ran.
    fn last_words(&mut self, task: &Task, said: &[Message]) -> Vec<Event> {
        // Behind a second message some servers put what was asked before it.
        let is_bare = task.artifacts.is_empty()
            && task.status.message.is_none()
            && !self.known.is_resumed()
            && !self.whole;
        let last = said.last().filter(|_| is_bare && task.status.state == TaskState::Completed);
        last.filter(|last| !last.parts.is_empty()).map_or_else(Vec::new, |last| vec![self.reply(last)])
    }

    /// An event that came as a message: as a chunk at first, if it is text.
    pub(super) fn spoken(&mut self, id: &str, message: &Message, about: &Metadata) -> Vec<Event> {
        if !self.spoken.heard.insert(message.message_id.clone()) {
            return Vec::new();
        }
        let mut event = self.event(&message.parts);
        metadata::apply_to(about, &mut event);
        metadata::apply_to(&message.metadata, &mut event);
        event.error_code = None;
        let whole_of = self.spoken.complete(id, &message.parts);
        let before = whole_of.as_ref().or_else(|| self.spoken.open.last().filter(|said| said.is_of(id)));
        event.id = before
            .map_or_else(|| self.name(&["said", message.message_id.as_str()]), |said| said.event.id.clone());
        self.spoken.latest.clone_from(&message.parts);
        if message.parts.iter().any(|part| part.as_text().is_none()) {
            let mut events = self.release();
            events.push(self.tell(event));
            return events;
        }
        let mut chunk = event.clone();
        chunk.partial = Some(true);
        self.spoken.open.push(Said { id: id.to_owned(), parts: message.parts.clone(), event });
        vec![chunk]
    }

    /// What was held back, when the event that was said last comes again as this artifact.
    pub(super) fn respoken(&mut self, artifact: &Artifact) -> Option<Vec<Event>> {
        if artifact.parts.is_empty() || self.spoken.latest != artifact.parts {
            return None;
        }
        if let Some(said) = self.spoken.open.last_mut() {
            let id = Value::String(artifact.artifact_id.to_string());
            said.event.custom_metadata.insert(keys::A2A_ARTIFACT_ID.to_owned(), id);
        }
        Some(self.release())
    }

    /// What was held back, for it is no chunk of anything.
    pub(super) fn release(&mut self) -> Vec<Event> {
        let open = mem::take(&mut self.spoken.open);
        open.into_iter().map(|said| self.tell(said.event)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(id: &str, text: &str) -> Said {
        Said { id: id.to_owned(), parts: vec![Part::text(text)], event: Event::default() }
    }

    #[test]
    fn a_whole_is_told_from_an_event_of_its_own_by_its_chunks() {
        let mark = Metadata::from_iter([(keys::THOUGHT.to_owned(), true.into())]);
        let thought = |text| Part::text(text).with_metadata(mark.clone());
        let open = vec![said("a", "one"), said("b", "Hel"), said("c", "lo")];
        let spoken = Spoken { open, ..Spoken::default() };
        let begins = |id: &str, parts: &[Part]| spoken.chunks_of(id, parts);
        assert_eq!(begins("d", &[Part::text("Hello")]), Some(1));
        assert_eq!(begins("d", &[Part::text("oneHello")]), Some(0));
        // What was said twice is no chunk, unless it is the same event.
        assert_eq!(begins("d", &[Part::text("lo")]), None);
        assert_eq!(begins("c", &[Part::text("lo")]), Some(2));
        for other in
            [Part::text("llo"), Part::text("Hello!"), Part::text(""), thought("Hello"), Part::raw("lo")]
        {
            assert_eq!(begins("d", &[other]), None);
        }
        assert_eq!(begins("d", &[Part::text("Hel"), Part::text("lo")]), Some(1));
        assert_eq!(begins("d", &[thought("Hel"), Part::text("lo")]), None);
    }

    #[test]
    fn empty_texts_may_be_among_the_chunks_but_are_not_walked_through_without_end() {
        let begins = |empty: usize| {
            let gap = (0..empty).map(|_| said("b", ""));
            let open = std::iter::once(said("a", "Hel")).chain(gap).chain([said("c", "lo")]).collect();
            Spoken { open, ..Spoken::default() }.chunks_of("d", &[Part::text("Hello")])
        };
        assert_eq!([0, 1, EMPTY_CHUNKS].map(begins), [Some(0); 3]);
        assert_eq!(begins(10 * EMPTY_CHUNKS), None);
    }
}
