//! What each caller may have under way at once.

use std::{collections::hash_map::Entry, fmt, sync::Arc};

use a2a_core::{Caller, Error, ErrorKind};

use crate::{Limits, log::Scope, shards::Shards};

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
    callers: Shards<Scope, Counts>,
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
            callers: Shards::default(),
        }))
    }

    /// Counts one more until the permit is dropped, unless the caller has as many as it may; none if it isn't counted.
    pub(crate) fn take(&self, who: &Caller, kind: Kind) -> Result<Option<Permit>, Error> {
        self.count(who, kind, self.0.most(kind))
    }

    /// Counts a run that can't be refused any more.
    pub(crate) fn add_run(&self, caller: &Caller) -> Option<Permit> {
        self.count(caller, Kind::Run, usize::MAX).ok().flatten()
    }

    /// Refuses a caller that has as many runs as it may.
    pub(crate) fn check_runs(&self, who: &Caller) -> Result<(), Error> {
        self.take(who, Kind::Run).map(drop)
    }

    /// By the caller alone: whoever names many tenants has no more for it.
    fn count(&self, who: &Caller, kind: Kind, most: usize) -> Result<Option<Permit>, Error> {
        if who.is_anonymous() || self.0.most(kind) == usize::MAX {
            return Ok(None);
        }
        if most == 0 {
            return Err(exhausted(kind, most));
        }
        let who = Scope::of(who);
        let mut callers = self.0.callers.of(who.owner());
        let count = callers.entry(who.clone()).or_default().of(kind);
        if *count >= most {
            return Err(exhausted(kind, most));
        }
        *count += 1;
        drop(callers);
        Ok(Some(Permit(Box::new(Taken { counters: Arc::clone(&self.0), who, kind }))))
    }
}

impl Counters {
    fn most(&self, kind: Kind) -> usize {
        match kind {
            Kind::Run => self.runs,
            Kind::Stream => self.streams,
        }
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
        let mut callers = self.counters.callers.of(self.who.owner());
        let Entry::Occupied(mut counts) = callers.entry(self.who.clone()) else { return };
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
