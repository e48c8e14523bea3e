//! For clients of which versions a card is written.

use serde::{Serialize, Serializer};

use super::{AgentCard, wire::Written};
use crate::v0_3;

/// For clients of which versions a card is written.
///
/// ```
/// use a2a_core::{AgentCard, AgentInterface, CardShape, ProtocolBinding, v0_3};
///
/// let card = AgentCard::new("Weather", "Tells the weather of a city", "1.0.0")
///     .with_interface(AgentInterface::new("https://example.com/v1", ProtocolBinding::JsonRpc, "1.0"))
///     .with_interface(AgentInterface::new("https://example.com/v0", ProtocolBinding::JsonRpc, "0.3"));
/// let json = serde_json::to_value(card.shaped(CardShape::Hybrid))?;
/// assert_eq!(json["supportedInterfaces"][0]["url"], "https://example.com/v1");
/// assert_eq!(json["url"], "https://example.com/v0");
///
/// // Each client reads its own version of it.
/// assert_eq!(serde_json::from_value::<AgentCard>(json.clone())?, card);
/// let old: v0_3::AgentCard = serde_json::from_value(json)?;
/// assert_eq!(old, v0_3::AgentCard::try_from(card)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CardShape {
    /// As v1.0 has it and nothing else; what serializing the card itself gives.
    #[default]
    V1,
    /// With v0.3's fields beside those of v1.0: the first interface of v0.3 is the main one, each security scheme
    /// has its `type` beside its wrapper, and requirements stand in both forms, those of skills as well. They say
    /// what [`v0_3::AgentCard`] says of the card.
    ///
    /// Some clients of v1.0 (Python's SDK 1.3 among them) read the `type` first where there is one: of such a card they
    /// don't learn what v0.3 has no form for, a device code or that PKCE is required.
    ///
    /// A card without an interface of v0.3 is written as [`CardShape::V1`]: no client of v0.3 could use it. To learn
    /// of that, convert it to a [`v0_3::AgentCard`], which fails then.
    Hybrid,
}

/// A card in a shape, to be serialized; made by [`AgentCard::shaped`].
#[derive(Clone, Debug)]
pub struct ShapedCard<'a> {
    card: &'a AgentCard,
    old: Option<v0_3::AgentCard>,
}

impl AgentCard {
    /// The card as it is written for clients of the versions that `shape` says.
    ///
    /// A hybrid holds a copy of the card: write it once and keep the bytes.
    pub fn shaped(&self, shape: CardShape) -> ShapedCard<'_> {
        let old = match shape {
            CardShape::V1 => None,
            CardShape::Hybrid => v0_3::AgentCard::try_from(self.clone()).ok(),
        };
        ShapedCard { card: self, old }
    }
}

impl Serialize for ShapedCard<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::new(self.card, self.old.as_ref()).serialize(serializer)
    }
}
