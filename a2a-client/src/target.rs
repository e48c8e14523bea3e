use std::{
    fmt,
    path::{Path, PathBuf},
};

use a2a_core::AgentCard;

/// Where a card is to be found, or the card itself.
///
/// Anything it converts from can be given to [`Client::connect`](crate::Client::connect):
///
/// | text | is |
/// |---|---|
/// | `https://host/path` | a base: the card is at `https://host/path/.well-known/agent-card.json` |
/// | `https://host/path/card.json` | the card's own URL, because its path ends in `.json` |
/// | `cards/clerk.json` | a file, because it has no scheme |
///
/// A card that you hand over, as a value or as a file, is trusted to name any origin; one that was fetched may
/// only name its own (see [`ClientBuilder::trust_origin`](crate::ClientBuilder::trust_origin)).
#[derive(Clone)]
pub struct Target(pub(crate) Kind);

#[derive(Clone)]
pub(crate) enum Kind {
    Text(String),
    File(PathBuf),
    Card(Box<AgentCard>),
}

impl From<&str> for Target {
    fn from(text: &str) -> Self {
        Self(Kind::Text(text.to_owned()))
    }
}

impl From<String> for Target {
    fn from(text: String) -> Self {
        Self(Kind::Text(text))
    }
}

impl From<&String> for Target {
    fn from(text: &String) -> Self {
        Self(Kind::Text(text.clone()))
    }
}

impl From<&Path> for Target {
    fn from(path: &Path) -> Self {
        Self(Kind::File(path.to_owned()))
    }
}

impl From<PathBuf> for Target {
    fn from(path: PathBuf) -> Self {
        Self(Kind::File(path))
    }
}

impl From<AgentCard> for Target {
    fn from(card: AgentCard) -> Self {
        Self(Kind::Card(Box::new(card)))
    }
}

/// A text is left out: it may be a URL with credentials in it.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Text(_) => f.write_str("Target(..)"),
            Kind::File(path) => write!(f, "Target({path:?})"),
            Kind::Card(card) => write!(f, "Target(card of {:?})", card.name),
        }
    }
}
