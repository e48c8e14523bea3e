//! The place for one event between an agent's body and its reader.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::agent_error::AgentError;
use super::content::{Content, Role};
use super::event::Event;
use super::part::{Part, PartData};

/// The writer puts one event in and waits until the reader comes back for the next.
///
/// They usually are one task: the reader polls the writer. Then no waker is woken. A writer elsewhere, such as
/// an emitter that was moved to a spawned task or that is polled by a set of futures, is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot {
    place: Arc<Mutex<Place>>,
}

#[derive(Debug, Default)]
struct Place {
    event: Option<Event>,
    open: Vec<Part>,
    reader: Option<Waker>,
    writer: Option<Waker>,
    ended: bool,
}

impl Slot {
    /// Closes what is open, then hands the event over; resolves when the reader asks for the next one.
    pub(crate) async fn put(&self, event: Option<Event>) -> Result<(), AgentError> {
        let mut event = event;
        self.hand_over(|place| place.close().or_else(|| event.take())).await
    }

    /// Hands a chunk over and keeps it for the event that will close it.
    pub(crate) async fn put_chunk(&self, chunk: Part) -> Result<(), AgentError> {
        let mut chunk = Some(chunk);
        self.hand_over(|place| {
            let part = chunk.take()?;
            place.open(&part);
            let mut event = Event::default().with_content(Content::new(Role::Model, [part]));
            event.partial = Some(true);
            Some(event)
        })
        .await
    }

    async fn hand_over(&self, mut next: impl FnMut(&mut Place) -> Option<Event>) -> Result<(), AgentError> {
        poll_fn(|cx| {
            let mut place = self.lock();
            if place.ended {
                return Poll::Ready(Err(AgentError::private(
                    "the turn that this emitter belongs to is over",
                )));
            }
            if place.event.is_none() {
                match next(&mut place) {
                    None => return Poll::Ready(Ok(())),
                    event => place.event = event,
                }
            }
            place.writer = Some(cx.waker().clone());
            let reader = place.reader.take();
            drop(place);
            if let Some(reader) = reader {
                reader.wake();
            }
            Poll::Pending
        })
        .await
    }

    /// The reader is back: the writer may go on.
    pub(crate) fn resume(&self, cx: &Context<'_>) {
        let mut place = self.lock();
        place.reader = None;
        let writer = place.writer.take().filter(|writer| !writer.will_wake(cx.waker()));
        drop(place);
        if let Some(writer) = writer {
            writer.wake();
        }
    }

    /// Takes the event, or leaves word where to find the reader.
    pub(crate) fn poll_take(&self, cx: &Context<'_>) -> Poll<Event> {
        let mut place = self.lock();
        if let Some(event) = place.event.take() {
            return Poll::Ready(event);
        }
        place.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// The writer's body has ended: what is left, in order.
    pub(crate) fn finish(&self, close: bool) -> Vec<Event> {
        let mut place = self.lock();
        let mut left = Vec::from_iter(place.event.take());
        if close {
            left.extend(place.close());
        }
        place.ended = true;
        let writer = place.writer.take();
        drop(place);
        if let Some(writer) = writer {
            writer.wake();
        }
        left
    }

    fn lock(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    fn open(&mut self, chunk: &Part) {
        let last = self.open.last_mut().filter(|last| last.is_thought() == chunk.is_thought());
        match (last.map(|last| &mut last.data), &chunk.data) {
            (Some(PartData::Text(text)), PartData::Text(more)) => text.push_str(more),
            _ => self.open.push(chunk.clone()),
        }
    }

    fn close(&mut self) -> Option<Event> {
        let parts = std::mem::take(&mut self.open);
        (!parts.is_empty()).then(|| Event::default().with_content(Content::new(Role::Model, parts)))
    }
}
