use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::StreamExt as _;

use super::event::Event;
use super::pending::Pending;
use super::request::{TurnRequest, Turns};
use super::run_error::RunError;
use super::stream::EventStream;

/// A running turn: its events as they happen, or its [`outcome`](Self::outcome) at once.
///
/// It owns what it needs, so it can be kept and sent anywhere. Nothing runs unless it is polled; dropping it
/// before its end cancels the turn. After an `Err` it ends.
#[must_use = "a turn doesn't run unless its events are read or its outcome is awaited"]
pub struct Turn {
    events: EventStream<'static>,
}

impl Turn {
    /// A turn of an app's own runner.
    pub fn new(turns: Arc<dyn Turns>, request: TurnRequest) -> Self {
        Self::from_events(EventStream::new(|mut out| async move {
            let mut events = turns.turn(request);
            while let Some(event) = events.next().await {
                out.emit(event?).await?;
            }
            Ok(())
        }))
    }

    pub(crate) const fn from_events(events: EventStream<'static>) -> Self {
        Self { events }
    }

    /// Runs to the end: the answer, or what the agent waits for.
    ///
    /// # Errors
    ///
    /// If the last event tells of a failure, or not even that could be stored. A failure beats a question.
    pub async fn outcome(mut self) -> Result<Outcome, RunError> {
        let mut events = Vec::new();
        while let Some(event) = self.next().await {
            let event = event?;
            if !event.is_partial() {
                events.push(event);
            }
        }
        if let Some(failure) = events.last().and_then(RunError::from_event) {
            return Err(failure);
        }
        let pending = Pending::collect(&events);
        Ok(if pending.is_empty() { Outcome::Done(Reply { events }) } else { Outcome::Paused(pending) })
    }
}

impl Stream for Turn {
    type Item = Result<Event, RunError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = ready!(self.events.poll_next_unpin(cx));
        Poll::Ready(event.map(|event| event.map_err(RunError::from)))
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}

/// How a turn ended.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "programs match it: failures are errors, and there is no third end"
)]
#[must_use = "a paused turn does nothing until what it waits for is answered"]
pub enum Outcome {
    /// The agent has answered.
    Done(Reply),
    /// It waits for these answers.
    Paused(Vec<Pending>),
}

/// The answer of an agent.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Reply {
    /// The complete events of the turn, oldest first.
    pub events: Vec<Event>,
}

impl Reply {
    /// The text of the last final response that has one, else nothing.
    pub fn text(&self) -> String {
        let last = self.events.iter().rev().filter(|event| event.is_final_response());
        last.map(Event::text).find(|text| !text.is_empty()).unwrap_or_default()
    }
}
