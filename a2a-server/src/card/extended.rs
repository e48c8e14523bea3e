//! The card for callers who are known.

use std::panic::AssertUnwindSafe;

use a2a_core::{AgentCard, Caller, Error, ErrorKind};
use async_trait::async_trait;
use futures_util::FutureExt as _;

use crate::Denial;

/// Gives each caller the card that is meant for them (`GetExtendedAgentCard`).
///
/// An [`AgentCard`] is one that is the same for all of them, and so is any function of the caller that gives one later:
///
/// ```
/// # use a2a_core as a2a;
/// # use a2a_server::{Credentials, Denial, Server, executor_fn};
/// # fn builder(card: a2a::AgentCard, agent: impl a2a_server::AgentExecutor) {
/// let secret = a2a::AgentSkill::new("refund", "Refunds", "Pays money back", ["money"]);
/// let more = card.clone().with_skill(secret);
/// Server::builder(card, agent).authenticator(Credentials::new()).extended_card(move |caller: a2a::Caller| {
///     let more = more.clone();
///     async move {
///         if caller.scopes.iter().any(|scope| scope == "staff") { Ok(more) } else { Err(Denial::forbidden()) }
///     }
/// });
/// # }
/// ```
///
/// # Contract
///
/// - The server asks once for each call of the operation, for callers of whom something is known: an anonymous one to
///   whom the [`Authenticator`](crate::Authenticator) gave no scopes is refused by 401 before.
/// - What the card doesn't say is filled in from the public one: its interfaces, its capabilities, and how to
///   authenticate. One with signatures is given as it is.
/// - `Err` is the answer: see [`DenialKind`](crate::DenialKind). A panic is kept in, and is an internal error.
#[async_trait]
pub trait ExtendedCard: Send + Sync + 'static {
    /// The card for this caller, or why there is none for them.
    async fn card(&self, caller: &Caller) -> Result<AgentCard, Denial>;
}

#[async_trait]
impl ExtendedCard for AgentCard {
    async fn card(&self, _caller: &Caller) -> Result<AgentCard, Denial> {
        Ok(self.clone())
    }
}

#[async_trait]
impl<F, Fut> ExtendedCard for F
where
    F: Fn(Caller) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<AgentCard, Denial>> + Send,
{
    async fn card(&self, caller: &Caller) -> Result<AgentCard, Denial> {
        self(caller.clone()).await
    }
}

/// The card or the refusal; an internal error where there was a panic.
pub(super) async fn ask(extended: &dyn ExtendedCard, caller: &Caller) -> Result<AgentCard, Error> {
    let asking = async { extended.card(caller).await };
    let Ok(answer) = AssertUnwindSafe(asking).catch_unwind().await else {
        tracing::error!("what gives the extended card panicked");
        return Err(Error::new(ErrorKind::Internal, "Internal error"));
    };
    Ok(answer?)
}
