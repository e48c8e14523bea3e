//! What every store of tasks keeps to, as a spec that can be run: bring your own [`TaskLog`], and see what it breaks.
//!
//! The server is written against these promises and nothing else, so a log that keeps them carries it, and one that
//! breaks one loses somebody's task sooner or later. The logs of this crate are held to them by the same call.
//!
//! **Who calls it.** A test of whoever implements a `TaskLog`, through a factory of such logs:
//!
//! ```
//! use std::sync::Arc;
//!
//! use a2a_server::{
//!     contract::{self, Stores},
//!     log::{MemoryLog, Retention, TaskLog},
//! };
//!
//! struct Memory;
//!
//! #[async_trait::async_trait]
//! impl Stores for Memory {
//!     async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog> {
//!         Arc::new(MemoryLog::with(keep))
//!     }
//! }
//!
//! # let runtime = tokio::runtime::Builder::new_multi_thread().enable_time().build().unwrap();
//! # runtime.block_on(async {
//! // In a test: #[tokio::test(flavor = "multi_thread")]
//! let report = contract::check(Memory).await;
//! // What a log can't promise is skipped, and the report says why.
//! assert!(report.skipped.iter().all(|(_, why)| *why == "the log ends with its process"));
//! # });
//! ```
//!
//! [`check`] tries every promise and panics at the end with those that were broken, by name. To have a test for each,
//! or to look into one, go through [`promises`], or call the function that it is named after with a [`Trial`].
//! Several threads show more: on a runtime with one, what is said to happen at the same time takes turns.
//!
//! **What is promised** stands with each function here, in the group that it is about:
//!
//! | group | is about |
//! |---|---|
//! | [`creating`] | how a task begins |
//! | [`writing`] | the door of the run: batches, dense numbers, the end |
//! | [`posting`] | the door of everybody else: turns, wishes to cancel |
//! | [`leases`] | who may write, and that nobody else does |
//! | [`runs`] | what a run begins with, and how one follows another |
//! | [`entries`] | that what is read is what was written |
//! | [`reading`] | that a task is the fold of its entries at every place |
//! | [`cursors`] | readers and their places |
//! | [`trimming`] | what is kept of entries that are folded |
//! | [`pins`] | what is kept for readers that are attached |
//! | [`keys`] | sends that are safe to repeat |
//! | [`repeats`] | posts that are |
//! | [`listing`] | lists, filters, pages |
//! | [`owners`] | whose a task is |
//! | [`webhooks`] | who is told of a task |
//! | [`retention`] | what is kept at most |
//! | [`orphans`] | runs that died with their process |
//! | [`reopening`] | what outlives a process |
//!
//! **Times are arguments.** A log has no clock of its own here: the times of the entries say what is old, and nothing
//! in a trial waits.
//!
//! **What of a [`Retention`] is exact.** `unfinished` and `webhooks` are counted exactly and `key_window` to the
//! millisecond, for callers see them. All else is "about": bytes are counted as the log stores them, and it may trim and drop in units
//! of its own, such as a batch, or together with what is written next. So a promise writes well below a limit to see
//! what is kept, and several times as much to see that it goes.
//!
//! **What is stored when.** What was appended, posted or created is there for the next process as soon as it was
//! answered. A lease, and its return, may be stored together with what is written next, for a crash right behind it is
//! the same to everybody as one right before it; but never behind that.
//!
//! **A log of several processes** promises more than is checked here, above all that leases expire.

pub mod creating;
pub mod cursors;
pub mod entries;
#[doc(hidden)]
pub mod fixture;
pub mod keys;
pub mod leases;
pub mod listing;
pub mod orphans;
pub mod owners;
pub mod pins;
pub mod posting;
pub mod reading;
pub mod reopening;
pub mod repeats;
pub mod retention;
pub mod runs;
pub mod trimming;
pub mod webhooks;
pub mod writing;

mod claim;
mod promise;
#[doc(hidden)]
pub mod steps;
mod trial;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::{
    promise::{Outcome, PATIENCE, Promise},
    trial::{Skipped, Trial},
};
use crate::log::{Retention, TaskLog};

/// Makes logs of one kind for a trial.
///
/// One promise has one log at a time, so the log that was answered last is the one that is meant by whatever comes
/// next; what was answered before may be given up.
#[async_trait]
pub trait Stores: Send + Sync + 'static {
    /// A log that has nothing in it and keeps this much.
    async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog>;

    /// The same log, with the same settings, as the process after this one finds it, which was killed; none if the log
    /// ends with its process.
    ///
    /// Called with the log that was answered last, of which there is no other handle and no cursor any more. It isn't
    /// to be closed in order: what was acknowledged is stored, and leases are left as they are.
    async fn reopened(&self, log: Arc<dyn TaskLog>) -> Option<Arc<dyn TaskLog>> {
        drop(log);
        None
    }
}

#[async_trait]
impl<S: Stores + ?Sized> Stores for Arc<S> {
    async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog> {
        S::fresh(self, keep).await
    }

    async fn reopened(&self, log: Arc<dyn TaskLog>) -> Option<Arc<dyn TaskLog>> {
        S::reopened(self, log).await
    }
}

/// What became of the promises, where none was broken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The promises that the log kept.
    pub kept: Vec<&'static str>,
    /// Those that it doesn't make, with the reason. A log that outlives its process and remembers keys has none here.
    pub skipped: Vec<(&'static str, &'static str)>,
}

/// Checks every promise, one after another, each on logs of its own.
///
/// Panics at the end with every promise that is broken, by name, and with what came instead of what was promised.
/// Needs a tokio runtime with its clock, of several threads if promises about what happens at the same time are to
/// mean much.
pub async fn check(stores: impl Stores) -> Report {
    let (stores, mut report, mut broken) = (Arc::new(stores), Report::default(), Vec::new());
    for promise in promises() {
        match promise.check(Arc::clone(&stores)).await {
            Outcome::Kept => report.kept.push(promise.name()),
            Outcome::Skipped(why) => report.skipped.push((promise.name(), why)),
            Outcome::Broken(how) => broken.push(format!("{}\n  {how}", promise.name())),
        }
    }
    let tried = report.kept.len() + broken.len();
    for (name, why) in &report.skipped {
        eprintln!("skipped {name}: {why}");
    }
    assert!(broken.is_empty(), "{} of {tried} promises are broken:\n{}", broken.len(), broken.join("\n"));
    report
}

/// Every promise, in the order of the groups.
pub fn promises() -> impl Iterator<Item = Promise> {
    [
        creating::ALL,
        writing::ALL,
        posting::ALL,
        leases::ALL,
        runs::ALL,
        entries::ALL,
        reading::ALL,
        cursors::ALL,
        trimming::ALL,
        pins::ALL,
        keys::ALL,
        repeats::ALL,
        listing::ALL,
        owners::ALL,
        webhooks::ALL,
        retention::ALL,
        orphans::ALL,
        reopening::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
