//! What an agent says of itself.

use a2a_core::{AgentCard, SecurityRequirement, SecurityScheme};

use crate::json::round_trip;

pub fn check(data: &[u8]) {
    round_trip::<AgentCard>(data);
    round_trip::<SecurityScheme>(data);
    round_trip::<SecurityRequirement>(data);
}
