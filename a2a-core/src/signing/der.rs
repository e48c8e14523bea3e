//! The little of DER that keys and ECDSA signatures are written in.

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
const P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];

/// What a key is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    P256,
    P384,
    Ed25519,
    Rsa,
}

/// What is left to read of a sequence.
pub(super) struct Items<'a>(&'a [u8]);

/// The items of a text that is one sequence and nothing behind it.
pub(super) fn sequence(text: &[u8]) -> Option<Items<'_>> {
    let mut whole = Items(text);
    let items = whole.sequence()?;
    whole.is_empty().then_some(items)
}

/// The family and the key of a `SubjectPublicKeyInfo` (RFC 5280).
pub(super) fn public_key(text: &[u8]) -> Option<(Family, &[u8])> {
    let mut info = sequence(text)?;
    let family = info.family()?;
    // The first byte counts the bits that don't belong to the key.
    let key = info.item(BIT_STRING)?.strip_prefix(&[0])?;
    info.is_empty().then_some((family, key))
}

/// The family of a PKCS #8 private key (RFC 5958).
pub(super) fn private_key_family(text: &[u8]) -> Option<Family> {
    let mut info = sequence(text)?;
    info.item(INTEGER)?;
    info.family()
}

/// The modulus and the exponent of an `RSAPublicKey` (RFC 8017).
pub(super) fn rsa_public_key(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut numbers = sequence(text)?;
    let parts = (numbers.unsigned()?, numbers.unsigned()?);
    numbers.is_empty().then_some(parts)
}

impl<'a> Items<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// An integer that isn't negative, as its bytes without leading zeros.
    pub(super) fn unsigned(&mut self) -> Option<&'a [u8]> {
        let number = self.item(INTEGER)?;
        let negative = number.first()? & 0x80 != 0;
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        (!negative).then(|| &number[zeros..])
    }

    fn sequence(&mut self) -> Option<Self> {
        self.item(SEQUENCE).map(Self)
    }

    fn family(&mut self) -> Option<Family> {
        let mut algorithm = self.sequence()?;
        match algorithm.item(OBJECT_IDENTIFIER)? {
            RSA => Some(Family::Rsa),
            ED25519 => Some(Family::Ed25519),
            EC => match algorithm.item(OBJECT_IDENTIFIER)? {
                P256 => Some(Family::P256),
                P384 => Some(Family::P384),
                _ => None,
            },
            _ => None,
        }
    }

    /// What stands in the next item, if it has this tag. Lengths up to 64 KiB: no key is longer.
    fn item(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (length, rest) = match self.0 {
            [found, rest @ ..] if *found == tag => match rest {
                [0x82, high, low, rest @ ..] => (usize::from(u16::from_be_bytes([*high, *low])), rest),
                [0x81, length, rest @ ..] | [length @ 0..=0x7F, rest @ ..] => (usize::from(*length), rest),
                _ => return None,
            },
            _ => return None,
        };
        let (item, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(item)
    }
}
