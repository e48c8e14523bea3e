//! What each caller may have under way at once.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use a2a_core::{Caller, Error, ErrorKind};

use crate::{Limits, log::Scope};

const SHARDS: usize = 16;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Run,
    Stream,
}

/// The counts of all callers. Those whom nobody knows aren't counted, for they aren't one.
#[derive(Clone, Debug)]
pub(crate) struct Quotas(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    runs: usize,
    streams: usize,
    hasher: RandomState,
    shards: [Mutex<HashMap<Scope, Counts>>; SHARDS],
}

/// Never all zero.
#[derive(Debug, Default)]
struct Counts {
    runs: usize,
    streams: usize,
}

impl Quotas {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Arc::new(Counters {
            runs: limits.runs_per_caller,
            streams: limits.streams_per_caller,
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
        }))
    }

    /// Counts one more until the permit is dropped, unless the caller has as many as it may; none if it isn't counted.
    pub(crate) fn take(&self, who: &Scope, kind: Kind) -> Result<Option<Permit>, Error> {
        self.count(who, kind, self.0.most(kind))
    }

    /// Counts a run that can't be refused any more.
    pub(crate) fn add_run(&self, caller: &Caller) -> Option<Permit> {
        if caller.is_anonymous() || self.0.runs == usize::MAX {
            return None;
        }
        self.count(&Scope::of(caller), Kind::Run, usize::MAX).ok().flatten()
    }

    /// Refuses a caller that has as many runs as it may.
    pub(crate) fn check_runs(&self, who: &Scope) -> Result<(), Error> {
        self.take(who, Kind::Run).map(drop)
    }

    fn count(&self, who: &Scope, kind: Kind, most: usize) -> Result<Option<Permit>, Error> {
        if who.is_anonymous() || self.0.most(kind) == usize::MAX {
            return Ok(None);
        }
        if most == 0 {
            return Err(exhausted(kind, most));
        }
        let mut shard = self.0.shard(who);
        let count = shard.entry(who.clone()).or_default().of(kind);
        if *count >= most {
            return Err(exhausted(kind, most));
        }
        *count += 1;
        drop(shard);
        Ok(Some(Permit(Box::new(Taken { counters: Arc::clone(&self.0), who: who.clone(), kind }))))
    }
}

impl Counters {
    fn most(&self, kind: Kind) -> usize {
        match kind {
            Kind::Run => self.runs,
            Kind::Stream => self.streams,
        }
    }

    fn shard(&self, who: &Scope) -> MutexGuard<'_, HashMap<Scope, Counts>> {
        #[expect(clippy::cast_possible_truncation, reason = "only its lowest bits count")]
        let shard = self.hasher.hash_one(who) as usize % SHARDS;
        // Only whole steps happen under the lock.
        self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    fn of(&mut self, kind: Kind) -> &mut usize {
        match kind {
            Kind::Run => &mut self.runs,
            Kind::Stream => &mut self.streams,
        }
    }
}

fn exhausted(kind: Kind, most: usize) -> Error {
    let (what, limit) = match kind {
        Kind::Run => ("runs", "runsPerCaller"),
        Kind::Stream => ("open streams", "streamsPerCaller"),
    };
    let text = format!("A caller may have {most} {what} at once; try again when one of yours has ended");
    Error::new(ErrorKind::ResourceExhausted, text)
        .with_info("limit", limit)
        .with_info("max", most.to_string())
}

/// One that is counted, until it is dropped.
pub(crate) struct Permit(Box<Taken>);

struct Taken {
    counters: Arc<Counters>,
    who: Scope,
    kind: Kind,
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut shard = self.counters.shard(&self.who);
        let Entry::Occupied(mut counts) = shard.entry(self.who.clone()) else { return };
        *counts.get_mut().of(self.kind) -= 1;
        if counts.get().runs == 0 && counts.get().streams == 0 {
            counts.remove();
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permit").field(&self.0.kind).finish()
    }
}
