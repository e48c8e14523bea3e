use super::{
    Algorithm, Refusal, RefusalReason, TrustStore, TrustedKey, base64url, header::ReceivedHeader,
    unsigned::signing_input,
};
use crate::{AgentCardSignature, Timestamp};

/// How long the `signature` of a signature may be, as base64url: more than RSA of 8192 bits needs.
const MAX_SIGNATURE_BYTES: usize = 1400;

/// A signature that is good if one of its keys made it.
pub(super) struct Candidate<'a> {
    pub(super) index: usize,
    pub(super) algorithm: Algorithm,
    protected: &'a str,
    header: ReceivedHeader,
    bytes: Vec<u8>,
    keys: Vec<&'a TrustedKey>,
}

impl<'a> Candidate<'a> {
    /// Checks all that can be without the card.
    pub(super) fn new(
        index: usize,
        signature: &'a AgentCardSignature,
        store: &'a TrustStore,
        allowed: &[Algorithm],
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        let protected = signature.protected.as_str();
        let Some(header) = ReceivedHeader::read(protected) else {
            return Err(Refusal::new(index, RefusalReason::MalformedHeader));
        };
        let checked = algorithm(&header, allowed).and_then(|algorithm| {
            let bytes = bytes(&signature.signature)?;
            Ok((algorithm, bytes, keys(store, &header, algorithm, at)?))
        });
        match checked {
            Ok((algorithm, bytes, keys)) => Ok(Self { index, algorithm, protected, header, bytes, keys }),
            Err(reason) => Err(refusal(index, header, reason)),
        }
    }

    /// The key that signed this payload, which is in base64url.
    pub(super) fn key_that_signed(&self, payload: &str) -> Option<&'a TrustedKey> {
        let input = signing_input(self.protected, payload);
        let signed = |key: &&&TrustedKey| key.key.verifies(self.algorithm, input.as_bytes(), &self.bytes);
        self.keys.iter().find(signed).copied()
    }

    /// What is left to say if no payload was signed.
    pub(super) fn refused(self) -> Refusal {
        refusal(self.index, self.header, RefusalReason::BadSignature)
    }
}

fn refusal(index: usize, header: ReceivedHeader, reason: RefusalReason) -> Refusal {
    let mut refusal = Refusal::new(index, reason);
    refusal.algorithm = Some(header.alg);
    refusal.key_id = Some(header.kid);
    refusal.jku = header.jku;
    refusal
}

fn algorithm(header: &ReceivedHeader, allowed: &[Algorithm]) -> Result<Algorithm, RefusalReason> {
    if header.critical {
        return Err(RefusalReason::CriticalExtension);
    }
    let named = Algorithm::from_name(&header.alg).filter(|named| allowed.contains(named));
    named.ok_or(RefusalReason::AlgorithmNotAllowed)
}

fn bytes(signature: &str) -> Result<Vec<u8>, RefusalReason> {
    let signature = Some(signature).filter(|text| text.len() <= MAX_SIGNATURE_BYTES);
    signature.and_then(base64url::decode).ok_or(RefusalReason::MalformedSignature)
}

fn keys<'a>(
    store: &'a TrustStore,
    header: &ReceivedHeader,
    algorithm: Algorithm,
    at: Timestamp,
) -> Result<Vec<&'a TrustedKey>, RefusalReason> {
    let mut keys = store.named(&header.kid, header.jku.as_deref());
    let mut keep = |reason, rule: &dyn Fn(&TrustedKey) -> bool| {
        keys.retain(|key| rule(key));
        if keys.is_empty() { Err(reason) } else { Ok(()) }
    };
    keep(RefusalReason::UnknownKey, &|_| true)?;
    keep(RefusalReason::KeyOfAnotherAlgorithm, &|key| key.algorithms().contains(&algorithm))?;
    keep(RefusalReason::KeyNotYetValid, &|key| key.not_before.is_none_or(|begin| begin <= at))?;
    keep(RefusalReason::KeyExpired, &|key| key.not_after.is_none_or(|end| at < end))?;
    Ok(keys)
}
