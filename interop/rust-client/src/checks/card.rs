use a2a::GetExtendedAgentCardRequest;

use crate::{
    expect::Outcome,
    peer::{Peer, Target},
};

/// Shown to whom the agent knows, with more skills than the card that everybody sees. Where the card demands
/// credentials, refused to others. The SDK has no error of its own for that.
pub async fn extended_card(target: &Target, peer: &Peer) -> Outcome {
    let request = GetExtendedAgentCardRequest { tenant: None };
    let card = peer.client.get_extended_agent_card(&request).await;
    let card = card.map_err(|error| format!("with credentials: {error}"))?;
    if card.skills.len() <= peer.card.skills.len() {
        return Err(format!("the extended card has no skill more than the other: {:?}", card.skills).into());
    }
    if peer.card.security_requirements.as_ref().is_none_or(Vec::is_empty) {
        return Ok(());
    }
    for token in [None, Some("no-such-token")] {
        if target.connect(token).await?.client.get_extended_agent_card(&request).await.is_ok() {
            return Err(format!("the extended card is shown with the token {token:?}").into());
        }
    }
    Ok(())
}
