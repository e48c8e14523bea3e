//! The sends that are safe to repeat, as long as no log says what they led to: those that are under way, and those
//! that were answered without a task.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use a2a_core::{Message, Part};
use tokio::time::Instant;

use super::{Answer, RunShared};
use crate::{
    Limits,
    json_bytes::json_bytes,
    log::{IdempotencyKey, Scope},
};

/// What an answer takes in memory besides its content.
const ANSWER_WEIGHT: usize = 600;

/// The sends of this process that are under way or were answered without a task, by key.
#[derive(Debug)]
pub(crate) struct Sends {
    table: Mutex<Table>,
    answers: usize,
    bytes: usize,
    window: Duration,
}

#[derive(Debug, Default)]
struct Table {
    known: HashMap<ScopedKey, Known>,
    /// The answers, oldest first.
    order: VecDeque<ScopedKey>,
    bytes: usize,
}

/// A key and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ScopedKey {
    scope: Scope,
    key: IdempotencyKey,
}

#[derive(Debug)]
enum Known {
    Live(Arc<RunShared>),
    Answered(Answered),
}

#[derive(Debug)]
struct Answered {
    message: Box<Message>,
    weight: usize,
    at: Instant,
}

/// What became of a send that has a key.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// It is the first of its kind.
    First(Claim),
    /// The same send is under way.
    Live(Arc<RunShared>),
    /// The same send was answered by this.
    Answered(Box<Message>),
}

impl Sends {
    pub(crate) fn new(limits: &Limits) -> Self {
        let table = Mutex::default();
        Self { table, answers: limits.answers, bytes: limits.answer_bytes, window: limits.answer_window }
    }

    /// Takes the key for a run that `run` makes, unless the same send was here before.
    pub(crate) fn claim(
        self: &Arc<Self>,
        scope: &Scope,
        key: &IdempotencyKey,
        run: impl FnOnce() -> Arc<RunShared>,
    ) -> Claimed {
        let send = ScopedKey { scope: scope.clone(), key: key.clone() };
        let mut table = self.lock();
        match table.known.get(&send) {
            Some(Known::Live(run)) => return Claimed::Live(Arc::clone(run)),
            Some(Known::Answered(answer)) if answer.at.elapsed() < self.window => {
                return Claimed::Answered(answer.message.clone());
            }
            // In the order it still stands for the answer that is too old.
            Some(Known::Answered(_)) => table.forget_to(&send),
            None => {}
        }
        let run = run();
        table.known.insert(send.clone(), Known::Live(Arc::clone(&run)));
        Claimed::First(Claim { sends: Arc::clone(self), send, run })
    }

    fn settle(&self, send: &ScopedKey, answer: Option<Answered>) {
        let mut table = self.lock();
        table.known.remove(send);
        let Some(answer) = answer.filter(|answer| answer.weight <= self.bytes && self.answers > 0) else {
            return;
        };
        while table.order.len() >= self.answers || table.bytes + answer.weight > self.bytes {
            table.forget_first();
        }
        table.bytes += answer.weight;
        table.order.push_back(send.clone());
        table.known.insert(send.clone(), Known::Answered(answer));
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Only whole steps happen under the lock.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn forget_first(&mut self) {
        if let Some(send) = self.order.pop_front()
            && let Some(Known::Answered(answer)) = self.known.remove(&send)
        {
            self.bytes -= answer.weight;
        }
    }

    /// Forgets this answer, and those that are older still.
    fn forget_to(&mut self, send: &ScopedKey) {
        while self.known.contains_key(send) && !self.order.is_empty() {
            self.forget_first();
        }
    }
}

/// The key of a run that is live. When it is dropped nobody waits for the run in vain, and if there is no task by
/// which the log knows the key, the answer is kept.
#[derive(Debug)]
pub(crate) struct Claim {
    sends: Arc<Sends>,
    send: ScopedKey,
    pub(super) run: Arc<RunShared>,
}

impl Claim {
    pub(super) fn key(&self) -> &IdempotencyKey {
        &self.send.key
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.run.set_over();
        // A refusal isn't kept: its reason may be gone when the send is repeated.
        let answer = match self.run.decided() {
            Some(Answer::Message(message)) => Some(Answered::new(message)),
            _ => None,
        };
        self.sends.settle(&self.send, answer);
    }
}

impl Answered {
    fn new(message: Box<Message>) -> Self {
        let weight =
            json_bytes(&message).saturating_add(message.parts.len() * size_of::<Part>() + ANSWER_WEIGHT);
        Self { message, weight, at: Instant::now() }
    }
}
