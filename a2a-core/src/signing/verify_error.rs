use std::{error::Error as StdError, fmt};

use super::{MAX_SIGNATURES, Refusal};

/// A card couldn't be verified.
#[derive(Debug)]
pub struct VerifyError {
    kind: VerifyErrorKind,
    refusals: Vec<Refusal>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Why a card couldn't be verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VerifyErrorKind {
    /// It has more bytes than are read.
    TooLarge,
    /// It isn't the JSON of a card: the source says where.
    NotACard,
    /// It has no signature.
    Unsigned,
    /// None of its signatures was taken: [`VerifyError::refusals`] says why.
    NotVouched,
}

impl VerifyError {
    pub(super) fn new(kind: VerifyErrorKind) -> Self {
        Self { kind, refusals: Vec::new(), source: None }
    }

    pub(super) fn not_a_card(source: impl StdError + Send + Sync + 'static) -> Self {
        Self { source: Some(Box::new(source)), ..Self::new(VerifyErrorKind::NotACard) }
    }

    pub(super) fn not_vouched(refusals: Vec<Refusal>) -> Self {
        Self { refusals, ..Self::new(VerifyErrorKind::NotVouched) }
    }

    /// Why it couldn't be verified.
    pub fn kind(&self) -> VerifyErrorKind {
        self.kind
    }

    /// Why each of its signatures wasn't taken, in their order.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            VerifyErrorKind::TooLarge => f.write_str("the card is larger than is read"),
            VerifyErrorKind::NotACard => f.write_str("expected the JSON of an agent card"),
            VerifyErrorKind::Unsigned => f.write_str("the card has no signature"),
            VerifyErrorKind::NotVouched => {
                f.write_str("none of the card's signatures was taken")?;
                for (index, refusal) in self.refusals.iter().enumerate().take(MAX_SIGNATURES + 1) {
                    write!(f, "{} {refusal}", if index == 0 { ":" } else { ";" })?;
                }
                Ok(())
            }
        }
    }
}

impl StdError for VerifyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
