//! Keys as PEM (RFC 7468).

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::KeyError;

/// The first block with this label.
pub(super) fn block(text: &str, label: &str) -> Result<Vec<u8>, KeyError> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let Some((_, rest)) = text.split_once(&begin) else {
        return Err(KeyError::new(match found(text) {
            Some("EC PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY") => format!(
                "expected a PEM block {begin:?}, found a key in another form: convert it with `openssl pkcs8 -topk8 -nocrypt`"
            ),
            Some(other) => format!("expected a PEM block {begin:?}, found {other:?}"),
            None => format!("expected a PEM block {begin:?}, found none"),
        }));
    };
    let (body, _) =
        rest.split_once(&end).ok_or_else(|| KeyError::new(format!("the PEM block has no {end:?}")))?;
    let digits: String = body.split_ascii_whitespace().collect();
    // What went wrong where isn't said: an error must not tell of a private key.
    STANDARD.decode(digits).map_err(|_| KeyError::new("the PEM block isn't base64"))
}

fn found(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("-----BEGIN ")?;
    let (label, _) = rest.split_once("-----")?;
    (label.len() <= 64).then_some(label)
}
