use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::agent_error::AgentError;
use super::context::InvocationContext;
use super::emitter::Emitter;
use super::event::Event;
use super::slot::Slot;

/// The events of an agent's turn, as they happen.
///
/// It ends after the last event, or with an `Err`, which is always the last item. Nothing runs unless it is
/// polled, it holds one event at most, and dropping it ends the agent's work at its next `.await`.
#[must_use = "an agent does nothing unless its events are read"]
pub struct EventStream<'a> {
    source: Source<'a>,
    attribution: Option<InvocationContext>,
}

enum Source<'a> {
    Body { run: Pin<Box<dyn Future<Output = Result<(), AgentError>> + Send + 'a>>, slot: Slot },
    Stream(Pin<Box<dyn Stream<Item = Result<Event, AgentError>> + Send + 'a>>),
    Rest { events: std::vec::IntoIter<Event>, error: Option<AgentError> },
}

impl<'a> EventStream<'a> {
    /// The events that an async body emits.
    ///
    /// Nothing is spawned: reading the stream runs the body, and each emission waits until the reader comes back
    /// for the next event. So when `emit` returns, the reader is done with the event; under a
    /// [`Runner`](super::Runner) it is stored.
    ///
    /// The stream ends when the body does. An emitter that was dropped before makes no difference; one that was
    /// moved elsewhere may be used while the body runs, and fails afterwards. An `Err` of the body discards what
    /// [`delta`](Emitter::delta) left open, an `Ok` closes it.
    ///
    /// ```
    /// use adk_bridge::adk::EventStream;
    ///
    /// let events = EventStream::new(|mut out| async move { out.say("hello").await });
    /// ```
    pub fn new<F, Fut>(body: F) -> Self
    where
        F: FnOnce(Emitter) -> Fut,
        Fut: Future<Output = Result<(), AgentError>> + Send + 'a,
    {
        let slot = Slot::default();
        let run = Box::pin(body(Emitter::new(slot.clone())));
        Self { source: Source::Body { run, slot }, attribution: None }
    }

    /// The events of another stream, up to its first error.
    pub fn from_stream(events: impl Stream<Item = Result<Event, AgentError>> + Send + 'a) -> Self {
        Self { source: Source::Stream(Box::pin(events)), attribution: None }
    }

    /// The same events, where an empty author becomes the agent of the context (or the user, for content in the
    /// user's role) and an empty branch that of the context.
    ///
    /// [`InvocationContext::run`] does it for every agent it runs.
    pub fn attributed(mut self, cx: &InvocationContext) -> Self {
        self.attribution.get_or_insert_with(|| cx.clone());
        self
    }

    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Event, AgentError>>> {
        loop {
            match &mut self.source {
                Source::Body { run, slot } => {
                    slot.resume(cx);
                    let Poll::Ready(result) = run.as_mut().poll(cx) else {
                        return slot.poll_take(cx).map(|event| Some(Ok(event)));
                    };
                    let events = slot.finish(result.is_ok()).into_iter();
                    self.source = Source::Rest { events, error: result.err() };
                }
                Source::Stream(events) => {
                    let item = std::task::ready!(events.as_mut().poll_next(cx));
                    if !matches!(item, Some(Ok(_))) {
                        self.source = Source::Rest { events: Vec::new().into_iter(), error: None };
                    }
                    return Poll::Ready(item);
                }
                Source::Rest { events, error } => {
                    let event = events.next().map(Ok);
                    return Poll::Ready(event.or_else(|| error.take().map(Err)));
                }
            }
        }
    }
}

impl Stream for EventStream<'_> {
    type Item = Result<Event, AgentError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut item = std::task::ready!(self.poll_source(cx));
        if let (Some(Ok(event)), Some(cx)) = (&mut item, &self.attribution) {
            event.fill_author(cx.agent());
            if event.branch.is_none() {
                event.branch = cx.branch().map(str::to_owned);
            }
        }
        Poll::Ready(item)
    }
}

impl Drop for EventStream<'_> {
    fn drop(&mut self) {
        if let Source::Body { slot, .. } = &self.source {
            slot.finish(false);
        }
    }
}

impl fmt::Debug for EventStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").finish_non_exhaustive()
    }
}
