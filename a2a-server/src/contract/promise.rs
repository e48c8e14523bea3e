//! One promise, by name.

use std::{any::Any, fmt, time::Duration};

use futures_util::future::BoxFuture;

use super::{Skipped, Stores, Trial};

/// How long a log may take for one promise. Nothing in a trial waits for time, so only a log that hangs takes so long.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// One promise of the contract, by name.
#[derive(Clone, Copy)]
pub struct Promise {
    name: &'static str,
    check: fn(Trial) -> BoxFuture<'static, Outcome>,
}

/// What became of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "these three are all that can become of it")]
pub enum Outcome {
    /// The log kept it.
    Kept,
    /// The log doesn't claim what it is about.
    Skipped(&'static str),
    /// The log broke it, in this way.
    Broken(String),
}

impl Promise {
    pub(super) const fn new(name: &'static str, check: fn(Trial) -> BoxFuture<'static, Outcome>) -> Self {
        Self { name, check }
    }

    /// What is promised, behind the group it belongs to, such as `leases::a_task_has_one_lease_at_a_time`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on logs of its own, in a task of its own. A panic in it is its being broken, and so is not coming to
    /// an end within [`PATIENCE`].
    pub async fn check(&self, stores: impl Stores) -> Outcome {
        let mut trial = tokio::spawn((self.check)(Trial::of(stores)));
        match tokio::time::timeout(PATIENCE, &mut trial).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(broken)) => Outcome::Broken(match broken.try_into_panic() {
                Ok(panic) => message(&*panic),
                Err(_) => "the runtime shut down".into(),
            }),
            Err(_) => {
                trial.abort();
                Outcome::Broken(format!("it took longer than {} s", PATIENCE.as_secs()))
            }
        }
    }
}

impl fmt::Debug for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Promise").field(&self.name).finish()
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it panicked without a text").into()
}

/// What the function of a promise answers where it doesn't panic.
pub(super) trait Checked {
    fn outcome(self) -> Outcome;
}

impl Checked for () {
    fn outcome(self) -> Outcome {
        Outcome::Kept
    }
}

impl Checked for Result<(), Skipped> {
    fn outcome(self) -> Outcome {
        self.map_or_else(|skipped| Outcome::Skipped(skipped.reason()), Checked::outcome)
    }
}

/// The promises of a group, by the names of their functions.
macro_rules! promises {
    ($group:literal: $( $name:ident, )+) => {
        pub(super) const ALL: &[$crate::contract::Promise] = &[ $(
            $crate::contract::Promise::new(concat!($group, "::", stringify!($name)), |trial| {
                Box::pin(async move { $crate::contract::promise::Checked::outcome($name(&trial).await) })
            }),
        )+ ];
    };
}

pub(super) use promises;
