//! What a card doesn't say and the server knows.

use a2a_core::{AgentCard, AgentExtension, CURSOR_EXTENSION, IDEMPOTENCY_EXTENSION, SecurityRequirement};

use crate::Security;

/// What the card says of sends that are repeated.
const IDEMPOTENCY: &str =
    "A send that is repeated soon with its Idempotency-Key answers what the first one got.";
/// What the card says of the cursors of gRPC.
const CURSORS: &str = "Events of gRPC streams have their cursor in their metadata; a stream goes on behind the last-event-id that a \
     subscription names in its own.";

/// Says that a send is safe to repeat, unless the card says it already.
pub(crate) fn declare_idempotency(card: &mut AgentCard) {
    declare(card, IDEMPOTENCY_EXTENSION, IDEMPOTENCY);
}

/// Says that streams of gRPC can be taken up again, unless the card says it already.
pub(crate) fn declare_cursors(card: &mut AgentCard) {
    declare(card, CURSOR_EXTENSION, CURSORS);
}

fn declare(card: &mut AgentCard, uri: &str, description: &str) {
    let mut extension = AgentExtension::new(uri);
    extension.description = Some(description.to_owned());
    add(card, extension);
}

/// Adds an extension that the card doesn't have.
fn add(card: &mut AgentCard, extension: AgentExtension) {
    let extensions = &mut card.capabilities.extensions;
    if !extensions.iter().any(|known| known.uri == extension.uri) {
        extensions.push(extension);
    }
}

/// Says how to authenticate, unless the card says anything of it.
pub(crate) fn declare_security(card: &mut AgentCard, security: Security, anonymous: bool) {
    if !(card.security_schemes.is_empty() && card.security_requirements.is_empty()) {
        return;
    }
    (card.security_schemes, card.security_requirements) = (security.schemes, security.requirements);
    if anonymous && !card.security_requirements.is_empty() {
        // Last, for clients take the first one that they can fulfil.
        card.security_requirements.push(SecurityRequirement::new());
    }
}

/// Says in another card of the agent what the public one says and it doesn't.
pub(super) fn complete(card: &mut AgentCard, public: &AgentCard) {
    let (own, known) = (&mut card.capabilities, &public.capabilities);
    own.streaming = own.streaming.or(known.streaming);
    own.push_notifications = own.push_notifications.or(known.push_notifications);
    own.extended_agent_card = own.extended_agent_card.or(known.extended_agent_card);
    // Those of the server itself; what else the agent does is its own to say.
    let of_server =
        |known: &&AgentExtension| [IDEMPOTENCY_EXTENSION, CURSOR_EXTENSION].contains(&&*known.uri);
    for extension in known.extensions.iter().filter(of_server) {
        add(card, extension.clone());
    }
    let (schemes, requirements) = (public.security_schemes.clone(), public.security_requirements.clone());
    declare_security(card, Security { schemes, requirements }, false);
}
