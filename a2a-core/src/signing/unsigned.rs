use super::{Algorithm, Form, ProtectedHeader, SignError, SignErrorKind, Signer, base64url, form::Tree};
use crate::{AgentCard, AgentCardSignature, Metadata};

/// Signs a card: what comes back has one more signature.
///
/// The signatures it has stay, so that a card can be signed with an old key and a new one. Sign last: any change
/// to the card makes them void.
///
/// Errors: [`SignErrorKind::Ambiguous`] if something in it is empty, see [`Unsigned::new`].
pub fn sign(mut card: AgentCard, signer: &(impl Signer + ?Sized)) -> Result<AgentCard, SignError> {
    let signature = Unsigned::new(&card, &ProtectedHeader::of(signer))?.signed_by(signer)?;
    card.signatures.push(signature);
    Ok(card)
}

/// A signature that lacks only the signing, for keys that [`sign`] can't reach and for more than it can say.
#[derive(Clone, Debug)]
pub struct Unsigned {
    algorithm: Algorithm,
    protected: String,
    input: String,
    header: Option<Metadata>,
}

impl Unsigned {
    /// A signature in the form that the specification says and that no peer can mistake.
    ///
    /// Errors: [`SignErrorKind::Ambiguous`] if the card has something empty (required fields among it, such as
    /// `description`, `capabilities` or a skill's `tags`) or a number beyond 2^53: peers would verify another form
    /// and not find the signature valid. [`Unsigned::in_form`] signs it all the same.
    pub fn new(card: &AgentCard, header: &ProtectedHeader) -> Result<Self, SignError> {
        let tree = readable(card)?;
        let places = tree.differences();
        if !places.is_empty() {
            let message = format!(
                "peers disagree on the canonical form of a card with empty values or numbers beyond 2^53: fill in or \
                 leave out {}, or choose a form",
                places.join(", ")
            );
            return Err(SignError::new(SignErrorKind::Ambiguous, message));
        }
        Self::of_tree(&tree, header, Form::Specified)
    }

    /// A signature in this form; [`Form::Received`] is as [`Form::Specified`], for our cards have no other fields.
    pub fn in_form(card: &AgentCard, header: &ProtectedHeader, form: Form) -> Result<Self, SignError> {
        Self::of_tree(&readable(card)?, header, form)
    }

    fn of_tree(tree: &Tree, header: &ProtectedHeader, form: Form) -> Result<Self, SignError> {
        let payload = form.payload(tree).ok_or_else(|| {
            SignError::new(SignErrorKind::Unreadable, "the card has a number that is beyond every double")
        })?;
        let protected = header.to_protected();
        let input = signing_input(&protected, &base64url::encode(&payload));
        Ok(Self { algorithm: header.algorithm, protected, input, header: None })
    }

    /// The same signature with a header that it doesn't cover.
    #[must_use]
    pub fn with_header(mut self, header: Metadata) -> Self {
        self.header = Some(header);
        self
    }

    /// The bytes to sign; hashing them belongs to signing.
    pub fn input(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// The signature to put into [`AgentCard::signatures`], made of what the key made of [`Unsigned::input`].
    ///
    /// Errors: [`SignErrorKind::Signature`] if its length isn't that of the algorithm.
    /// [`Algorithm::raw_from_der`] converts from DER.
    pub fn signed(self, signature: &[u8]) -> Result<AgentCardSignature, SignError> {
        if let Some(expected) =
            self.algorithm.signature_bytes().filter(|expected| *expected != signature.len())
        {
            let (algorithm, found) = (self.algorithm, signature.len());
            let message = format!(
                "expected an {algorithm} signature of {expected} bytes and not in DER, found {found}"
            );
            return Err(SignError::new(SignErrorKind::Signature, message));
        }
        let mut signed = AgentCardSignature::new(self.protected, base64url::encode(signature));
        signed.header = self.header;
        Ok(signed)
    }

    /// The signature of this signer, whose key is the one that the header names.
    ///
    /// Errors: [`SignErrorKind::Signature`] if it signs with another algorithm than the header's.
    pub fn signed_by(self, signer: &(impl Signer + ?Sized)) -> Result<AgentCardSignature, SignError> {
        if signer.algorithm() != self.algorithm {
            let (named, found) = (self.algorithm, signer.algorithm());
            let message =
                format!("expected a key for {named}, which the header names, found one for {found}");
            return Err(SignError::new(SignErrorKind::Signature, message));
        }
        let signature = signer.sign(self.input()).map_err(|error| {
            let key = signer.key_id();
            SignError::new(SignErrorKind::Signer, format!("the key {key:?} didn't sign")).with_source(error)
        })?;
        self.signed(&signature)
    }
}

/// What a JWS signs (RFC 7515 §5.1).
pub(super) fn signing_input(protected: &str, payload: &str) -> String {
    [protected, payload].join(".")
}

fn readable(card: &AgentCard) -> Result<Tree, SignError> {
    Tree::of_built(card).map_err(|error| {
        let message = "the card can't be read back from its JSON, so nobody could verify it";
        SignError::new(SignErrorKind::Unreadable, message).with_source(error)
    })
}
