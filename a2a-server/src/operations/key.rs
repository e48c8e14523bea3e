//! What makes two sends the same one.

use std::{hash::Hasher as _, io};

use a2a_core::{Caller, SendMessageRequest};
use siphasher::sip128::{Hasher128 as _, SipHasher13};
use uuid::{Uuid, fmt::Simple};

use crate::log::IdempotencyKey;

/// The key of a send: everything its parameters say to the agent, and the client's own key if it has one. Not how the
/// answer is wanted, so that a stream that was cut may be repeated as a blocking send.
///
/// None for callers whom nobody knows, unless they have a key: what they have in common doesn't make two of them one.
pub(super) fn idempotency_key(
    caller: &Caller,
    key: Option<&str>,
    request: &SendMessageRequest,
) -> Option<IdempotencyKey> {
    if key.is_none() && caller.is_anonymous() {
        return None;
    }
    let mut digest = Digest(SipHasher13::new());
    digest.text(key);
    digest.text(request.tenant.as_ref().map(a2a_core::Tenant::as_str));
    for mode in &request.configuration.accepted_output_modes {
        digest.text(Some(mode));
    }
    digest.text(None);
    // Neither has maps without an order, nor keys that aren't text, so nothing can fail.
    let _ = serde_json::to_writer(&mut digest, &request.metadata);
    let _ = serde_json::to_writer(&mut digest, &request.message);
    let digest = Uuid::from_u128(digest.0.finish128().as_u128());
    Some(IdempotencyKey::new(&*digest.simple().encode_lower(&mut [0; Simple::LENGTH])))
}

/// 128 bits that are the same in every build, for a log outlives the program that wrote it. Nothing is secret about
/// it: whoever makes two sends alike harms their own.
struct Digest(SipHasher13);

impl Digest {
    /// No two lists of texts are the same bytes.
    fn text(&mut self, text: Option<&str>) {
        self.0.write(&[u8::from(text.is_some())]);
        let text = text.unwrap_or_default();
        self.0.write(&(text.len() as u64).to_le_bytes());
        self.0.write(text.as_bytes());
    }
}

impl io::Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
