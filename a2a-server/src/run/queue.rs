//! Between an agent's writes and its run: bounded, one lock, no task of its own.

#[cfg(test)]
mod tests;

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
};

use a2a_core::{
    ArtifactId, Entry, EntryBody, Message, Metadata, Timestamp,
    entry::{Opened, RunRef},
};

use crate::{Limits, Stopped};

/// What a run has got so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Neither a message nor a task yet.
    Undecided,
    /// There is a task and it takes writes.
    Open,
    /// The agent has answered, paused or ended: there is nothing left to write.
    Closed,
}

/// Entries on their way to the log.
#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    max_entries: usize,
    max_bytes: usize,
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct State {
    phase: Phase,
    /// What the task begins with, until it has.
    opening: Option<Box<Opened>>,
    /// Without their time and run until they leave.
    entries: Vec<Entry>,
    bytes: usize,
    /// How many entries were ever queued, and how many of them are in the log.
    queued: u64,
    durable: u64,
    message: Option<Box<Message>>,
    stopped: Option<Stopped>,
    /// The agent has been told that it is stopped; from then on it waits.
    told: bool,
    gone: bool,
    /// The run polls its agent right now and looks at the queue right after, so a write needn't wake it.
    polling: bool,
    nudged: bool,
    open_requested: bool,
    run: Option<Waker>,
    writers: Vec<Waker>,
}

/// What the run finds when it looks.
#[derive(Debug, Default)]
pub(crate) struct Drained {
    pub(crate) entries: Vec<Entry>,
    pub(crate) was_full: bool,
    pub(crate) message: Option<Box<Message>>,
    pub(crate) nudged: bool,
    pub(crate) open: bool,
}

impl Drained {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.message.is_none() && !self.nudged && !self.open
    }
}

impl Queue {
    /// For a run that begins a task with `opening`, or goes on with one that exists.
    pub(crate) fn new(opening: Option<Box<Opened>>, limits: &Limits) -> Self {
        Self {
            state: Mutex::new(State {
                phase: if opening.is_some() { Phase::Undecided } else { Phase::Open },
                opening,
                entries: Vec::new(),
                bytes: 0,
                queued: 0,
                durable: 0,
                message: None,
                stopped: None,
                told: false,
                gone: false,
                polling: false,
                nudged: false,
                open_requested: false,
                run: None,
                writers: Vec::new(),
            }),
            max_entries: limits.queue_entries,
            max_bytes: limits.queue_bytes,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code of others runs under the lock, so what a panic leaves is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues an entry; ready once there was room. `closing` entries pause or end the task.
    ///
    /// `body` is taken only when the answer is `Ok`.
    pub(crate) fn poll_push(
        &self,
        cx: &mut Context<'_>,
        body: &mut Option<EntryBody>,
        closing: bool,
    ) -> Poll<Result<u64, Stopped>> {
        let mut state = self.lock();
        match state.check(cx, closing) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(stopped)) => return Poll::Ready(Err(stopped)),
            Poll::Pending => return Poll::Pending,
        }
        let size = body.as_ref().map_or(0, EntryBody::size);
        let full = state.entries.len() >= self.max_entries || state.bytes + size > self.max_bytes;
        // An entry over the byte limit passes an empty queue, or it would wait for ever.
        if full && !state.entries.is_empty() {
            state.wait(cx);
            return Poll::Pending;
        }
        if let Some(body) = body.take() {
            state.bytes += size;
            state.entries.push(unstamped(body));
            state.queued += 1;
        }
        if closing {
            state.phase = Phase::Closed;
        }
        let queued = state.queued;
        wake_run(state);
        Poll::Ready(Ok(queued))
    }

    /// Ready once the first `count` entries are in the log.
    pub(crate) fn poll_durable(&self, cx: &mut Context<'_>, count: u64) -> Poll<Result<(), Stopped>> {
        let mut state = self.lock();
        if state.durable >= count {
            return Poll::Ready(Ok(()));
        }
        if let Some(stopped) = state.stopped.filter(|stopped| !stopped.lets_end() && !state.told) {
            state.told = true;
            return Poll::Ready(Err(stopped));
        }
        if state.gone {
            return Poll::Ready(Err(Stopped::Ended));
        }
        state.wait(cx);
        Poll::Pending
    }

    /// Marks the last chunk of an artifact as such while it is still here.
    pub(crate) fn mark_last_chunk(&self, artifact: &ArtifactId) {
        let mut state = self.lock();
        let last = state.entries.iter_mut().rev().find_map(|entry| match &mut entry.body {
            EntryBody::Artifact(chunk) if chunk.artifact.artifact_id == *artifact => Some(chunk),
            _ => None,
        });
        if let Some(chunk) = last {
            chunk.last_chunk = true;
        }
    }

    /// How many entries were ever queued.
    pub(crate) fn queued(&self) -> u64 {
        self.lock().queued
    }

    pub(crate) fn phase(&self) -> Phase {
        self.lock().phase
    }

    /// Opens the task if nobody has, with this on it.
    pub(crate) fn open(&self, metadata: Metadata) -> Result<(), Stopped> {
        let mut state = self.lock();
        match (state.phase, state.opening.take()) {
            (Phase::Open, _) => Ok(()),
            (Phase::Closed, _) | (Phase::Undecided, None) => Err(Stopped::Ended),
            (Phase::Undecided, Some(mut opening)) => {
                opening.metadata = metadata;
                if opening.is_unreadable() {
                    opening.metadata = Metadata::new();
                    state.opening = Some(opening);
                    return Err(Stopped::Limit);
                }
                let opened = EntryBody::Opened(opening);
                state.phase = Phase::Open;
                state.open_requested = false;
                state.bytes += opened.size();
                state.entries.push(unstamped(opened));
                state.queued += 1;
                wake_run(state);
                Ok(())
            }
        }
    }

    /// What the task would begin with, if the agent came to its end without opening it.
    pub(crate) fn take_opening(&self) -> Option<Box<Opened>> {
        self.lock().opening.take()
    }

    /// Answers with a message instead of a task; gives it back if there is a task.
    pub(crate) fn answer(&self, message: Box<Message>) -> Option<Box<Message>> {
        let mut state = self.lock();
        if state.phase != Phase::Undecided {
            return Some(message);
        }
        state.phase = Phase::Closed;
        state.message = Some(message);
        wake_run(state);
        None
    }

    /// Asks the run to open its task now.
    pub(crate) fn request_open(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Undecided {
            state.open_requested = true;
            wake_run(state);
        }
    }

    /// Asks the run to look at the log: somebody has posted.
    pub(crate) fn nudge(&self) {
        let mut state = self.lock();
        state.nudged = true;
        wake_run(state);
    }

    /// The run is about to poll its agent.
    pub(crate) fn begin_poll(&self, cx: &Context<'_>) {
        let mut state = self.lock();
        state.polling = true;
        match &mut state.run {
            Some(waker) => waker.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
    }

    /// The run has polled its agent and takes what is there.
    pub(crate) fn drain(&self) -> Drained {
        let mut state = self.lock();
        state.polling = false;
        let was_full = state.entries.len() >= self.max_entries || state.bytes >= self.max_bytes;
        state.bytes = 0;
        Drained {
            entries: std::mem::take(&mut state.entries),
            was_full,
            message: state.message.take(),
            nudged: std::mem::take(&mut state.nudged),
            open: std::mem::take(&mut state.open_requested) && state.phase == Phase::Undecided,
        }
    }

    /// The run has polled its agent while it waits for the log, and doesn't take anything yet.
    pub(crate) fn end_poll(&self) {
        self.lock().polling = false;
    }

    /// Whether there is nothing for the run to take.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().entries.is_empty()
    }

    /// `count` more entries are in the log.
    pub(crate) fn stored(&self, count: usize) {
        let mut state = self.lock();
        state.durable += count as u64;
        release_writers(state);
    }

    /// From now on writes are refused; entries that close the task aren't where the agent may still do that.
    pub(crate) fn stop(&self, why: Stopped) {
        let mut state = self.lock();
        // The first reason is the one to tell, but for one that lets the agent end, which gives way to facts.
        let gives_way = state.stopped.is_none_or(Stopped::lets_end);
        if gives_way && state.stopped != Some(why) {
            state.stopped = Some(why);
            state.told = false;
        }
        release_writers(state);
    }

    /// The run is over: every write answers that it is.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.gone = true;
        state.phase = Phase::Closed;
        state.run = None;
        release_writers(state);
    }
}

impl State {
    fn check(&mut self, cx: &Context<'_>, closing: bool) -> Poll<Result<(), Stopped>> {
        if self.gone {
            return Poll::Ready(Err(Stopped::Ended));
        }
        if let Some(stopped) = self.stopped.filter(|stopped| !(closing && stopped.lets_end())) {
            if self.told {
                self.wait(cx);
                return Poll::Pending;
            }
            self.told = true;
            return Poll::Ready(Err(stopped));
        }
        match self.phase {
            Phase::Closed if self.told => {
                self.wait(cx);
                Poll::Pending
            }
            Phase::Closed => {
                self.told = true;
                Poll::Ready(Err(Stopped::Ended))
            }
            Phase::Open | Phase::Undecided => Poll::Ready(Ok(())),
        }
    }

    /// A writer inside the agent itself needs no waking: the run polls the agent again at once when there is room. One
    /// beside it does, be it in the same task as the run.
    fn wait(&mut self, cx: &Context<'_>) {
        if self.polling && self.run.as_ref().is_some_and(|run| run.will_wake(cx.waker())) {
            return;
        }
        if !self.writers.iter().any(|waker| waker.will_wake(cx.waker())) {
            self.writers.push(cx.waker().clone());
        }
    }
}

/// Wakes the run, unless it is about to look anyway. Unlocks first, for a waker may run anything.
fn wake_run(state: MutexGuard<'_, State>) {
    let run = if state.polling { None } else { state.run.clone() };
    drop(state);
    if let Some(run) = run {
        run.wake();
    }
}

/// Wakes the writers.
fn release_writers(mut state: MutexGuard<'_, State>) {
    if state.writers.is_empty() {
        return;
    }
    let writers = std::mem::take(&mut state.writers);
    drop(state);
    for writer in writers {
        writer.wake();
    }
}

/// An entry that isn't written yet.
pub(crate) fn unstamped(body: EntryBody) -> Entry {
    Entry::posted(Timestamp::UNIX_EPOCH, body)
}

/// Says of entries which run writes them, and when.
pub(crate) fn stamp(entries: &mut [Entry], at: Timestamp, run: RunRef) {
    for entry in entries {
        (entry.at, entry.run) = (at, Some(run));
    }
}
