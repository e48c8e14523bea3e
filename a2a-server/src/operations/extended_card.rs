//! The card for callers who are known.

use a2a_core::{AgentCard, Error};

use super::{CallContext, Service};

impl Service {
    #[expect(clippy::unused_async, reason = "there is no extended card yet")]
    pub(crate) async fn extended_card(&self, _cx: &CallContext) -> Result<AgentCard, Error> {
        Err(Error::unsupported("This agent has no extended card"))
    }
}
