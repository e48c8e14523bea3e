//! The checks, which every peer has under the same names.

mod calls;
mod card;
mod errors;
mod list;
mod parts;
mod push;
mod streams;

use crate::{
    expect::Outcome,
    peer::{TOKEN, Target},
};

#[derive(Clone, Copy, PartialEq)]
pub enum Check {
    Unary,
    Stream,
    Message,
    MultiTurn,
    Cancel,
    Resubscribe,
    Push,
    PushConfigs,
    List,
    Errors,
    Files,
    Data,
    ExtendedCard,
}

/// All of them, in the order of the table.
pub const CHECKS: [Check; 13] = [
    Check::Unary,
    Check::Stream,
    Check::Message,
    Check::MultiTurn,
    Check::Cancel,
    Check::Resubscribe,
    Check::Push,
    Check::PushConfigs,
    Check::List,
    Check::Errors,
    Check::Files,
    Check::Data,
    Check::ExtendedCard,
];

impl Check {
    pub fn name(self) -> &'static str {
        match self {
            Self::Unary => "unary",
            Self::Stream => "stream",
            Self::Message => "message",
            Self::MultiTurn => "multi-turn",
            Self::Cancel => "cancel",
            Self::Resubscribe => "resubscribe",
            Self::Push => "push",
            Self::PushConfigs => "push-configs",
            Self::List => "list",
            Self::Errors => "errors",
            Self::Files => "files",
            Self::Data => "data",
            Self::ExtendedCard => "extended-card",
        }
    }

    pub async fn run(self, target: &Target) -> Outcome {
        let peer = &target.connect(Some(TOKEN)).await.map_err(|error| format!("connecting: {error}"))?;
        match self {
            Self::Unary => calls::unary(peer).await,
            Self::Stream => streams::stream(peer).await,
            Self::Message => calls::message_reply(peer).await,
            Self::MultiTurn => calls::multi_turn(peer).await,
            Self::Cancel => calls::cancel(peer).await,
            Self::Resubscribe => streams::resubscribe(peer).await,
            Self::Push => push::push(peer, &target.webhook_host).await,
            Self::PushConfigs => push::push_configs(peer).await,
            Self::List => list::list(peer).await,
            Self::Errors => errors::errors(peer).await,
            Self::Files => parts::files(peer).await,
            Self::Data => parts::data(peer).await,
            Self::ExtendedCard => card::extended_card(target, peer).await,
        }
    }
}
