//! What an agent says of itself.

use a2a_core::{AgentCard, CardShape, SecurityRequirement, SecurityScheme};

use crate::json::round_trip;

pub fn check(data: &[u8]) {
    if let Some(card) = round_trip::<AgentCard>(data) {
        shaped(&card);
    }
    round_trip::<SecurityScheme>(data);
    round_trip::<SecurityRequirement>(data);
}

/// Clients of version 1.0 read the same from a card for both versions.
fn shaped(card: &AgentCard) {
    let hybrid = serde_json::to_vec(&card.shaped(CardShape::Hybrid)).expect("what was read can be written");
    assert_eq!(serde_json::from_slice::<AgentCard>(&hybrid).ok().as_ref(), Some(card));
}
