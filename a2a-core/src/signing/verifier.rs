use super::{
    Algorithm, Form, Refusal, RefusalReason, TrustStore, TrustedKey, VerifyError, VerifyErrorKind, base64url,
    candidate::Candidate, form::Tree,
};
use crate::{AgentCard, Timestamp, json::FreeObject};

/// How many bytes of a card are read, unless [`Verifier::with_max_card_bytes`] says otherwise: 1 MiB.
pub const MAX_CARD_BYTES: usize = 1 << 20;

/// How many signatures of a card are looked at.
pub const MAX_SIGNATURES: usize = 16;

/// Decides whether somebody who is trusted has signed a card.
#[derive(Clone, Debug)]
pub struct Verifier {
    keys: TrustStore,
    algorithms: Vec<Algorithm>,
    forms: Vec<Form>,
    max_card_bytes: usize,
}

/// A card that somebody vouches for, and who.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Verified {
    /// The card as the signature covers it.
    pub card: AgentCard,
    /// The place of the signature in the card's list.
    pub signature: usize,
    /// The id of the key that vouched.
    pub key_id: String,
    /// The JWKS that this key came from, if the store has it from one.
    pub jku: Option<String>,
    /// How it was signed.
    pub algorithm: Algorithm,
    /// The form of the card that was signed.
    pub form: Form,
}

impl Verifier {
    /// A verifier that takes any of these keys, in every [`Algorithm`] and in the forms [`Form::Specified`],
    /// [`Form::Received`] and [`Form::WithoutEmpties`].
    pub fn new(keys: TrustStore) -> Self {
        Self {
            keys,
            algorithms: Algorithm::ALL.to_vec(),
            forms: vec![Form::Specified, Form::Received, Form::WithoutEmpties],
            max_card_bytes: MAX_CARD_BYTES,
        }
    }

    /// Takes these algorithms only.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Takes these forms only, tried in this order. [`Form::Specified`] alone is the strictest that peers can meet.
    #[must_use]
    pub fn with_forms(mut self, forms: impl IntoIterator<Item = Form>) -> Self {
        self.forms = forms.into_iter().collect();
        self
    }

    /// Reads cards of up to this many bytes; [`MAX_CARD_BYTES`] otherwise.
    #[must_use]
    pub fn with_max_card_bytes(mut self, bytes: usize) -> Self {
        self.max_card_bytes = bytes;
        self
    }

    /// The keys it takes.
    pub fn keys(&self) -> &TrustStore {
        &self.keys
    }

    /// The keys it takes, to add or remove some.
    pub fn keys_mut(&mut self) -> &mut TrustStore {
        &mut self.keys
    }

    /// Verifies a card of which these are the bytes that came, at this time.
    ///
    /// One signature that is good is enough. The forms are tried in their order, and in each all signatures, so the
    /// strictest form that any of them has is the one that is told.
    pub fn verify(&self, received: &[u8], at: Timestamp) -> Result<Verified, VerifyError> {
        if received.len() > self.max_card_bytes {
            return Err(VerifyError::new(VerifyErrorKind::TooLarge));
        }
        let card: AgentCard = serde_json::from_slice(received).map_err(VerifyError::not_a_card)?;
        self.search(&card, at, || {
            let raw =
                self.forms.contains(&Form::Received).then(|| serde_json::from_slice::<FreeObject>(received));
            // A card that can't be read so has no such form; the others may still do.
            Tree::of_read(&card, raw.and_then(Result::ok).map(|object| object.0.into()))
        })
    }

    /// Verifies a card that came in another way than as JSON, for instance over gRPC. [`Form::Received`] is as
    /// [`Form::Specified`] then.
    ///
    /// Of JSON, verify the bytes: what was lost in reading can't be verified.
    pub fn verify_card(&self, card: &AgentCard, at: Timestamp) -> Result<Verified, VerifyError> {
        self.search(card, at, || Tree::of_built(card))
    }

    /// The signatures that are worth to compute for; why the others aren't goes to `refusals`.
    fn candidates<'a>(
        &'a self,
        card: &'a AgentCard,
        at: Timestamp,
        refusals: &mut Vec<Refusal>,
    ) -> Vec<Candidate<'a>> {
        let mut candidates = Vec::new();
        for (index, signature) in card.signatures.iter().enumerate().take(MAX_SIGNATURES) {
            match Candidate::new(index, signature, &self.keys, &self.algorithms, at) {
                Ok(candidate) => candidates.push(candidate),
                Err(refusal) => refusals.push(refusal),
            }
        }
        if card.signatures.len() > MAX_SIGNATURES {
            refusals.push(Refusal::new(MAX_SIGNATURES, RefusalReason::TooMany));
        }
        candidates
    }

    /// Finds a signature that is good; the tree is only made if there may be one.
    fn search(
        &self,
        card: &AgentCard,
        at: Timestamp,
        tree: impl FnOnce() -> serde_json::Result<Tree>,
    ) -> Result<Verified, VerifyError> {
        if card.signatures.is_empty() {
            return Err(VerifyError::new(VerifyErrorKind::Unsigned));
        }
        let mut refusals = Vec::new();
        let candidates = self.candidates(card, at, &mut refusals);
        if !candidates.is_empty() {
            let tree = tree().map_err(VerifyError::not_a_card)?;
            if let Some(found) = self.good_one(&tree, &candidates) {
                let signed = tree.card(found.form).map_err(VerifyError::not_a_card)?;
                return Ok(found.of(AgentCard { signatures: card.signatures.clone(), ..signed }));
            }
        }
        refusals.extend(candidates.into_iter().map(Candidate::refused));
        refusals.sort_by_key(|refusal| refusal.signature);
        Err(VerifyError::not_vouched(refusals))
    }

    fn good_one<'a>(&self, tree: &Tree, candidates: &[Candidate<'a>]) -> Option<Found<'a>> {
        let mut tried: Vec<String> = Vec::new();
        for form in &self.forms {
            let Some(payload) = form.payload(tree).map(|payload| base64url::encode(&payload)) else {
                continue;
            };
            // For most cards the forms are the same.
            if tried.contains(&payload) {
                continue;
            }
            for candidate in candidates {
                if let Some(key) = candidate.key_that_signed(&payload) {
                    let (signature, algorithm) = (candidate.index, candidate.algorithm);
                    return Some(Found { key, signature, algorithm, form: *form });
                }
            }
            tried.push(payload);
        }
        None
    }
}

struct Found<'a> {
    key: &'a TrustedKey,
    signature: usize,
    algorithm: Algorithm,
    form: Form,
}

impl Found<'_> {
    fn of(self, card: AgentCard) -> Verified {
        Verified {
            card,
            signature: self.signature,
            key_id: self.key.key_id.clone(),
            jku: self.key.jku.clone(),
            algorithm: self.algorithm,
            form: self.form,
        }
    }
}
