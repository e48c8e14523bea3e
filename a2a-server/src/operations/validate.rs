//! What a request must fulfil before anybody works on it.

use a2a_core::{Error, Message, Role, SendMessageRequest};

use crate::Limits;

/// The history limit of a request.
pub(super) fn history_length(length: Option<i32>) -> Result<Option<usize>, Error> {
    length
        .map(|length| {
            usize::try_from(length).map_err(|_| {
                Error::invalid_params("historyLength", format!("must be 0 or more, not {length}"))
            })
        })
        .transpose()
}

pub(super) fn send(request: &SendMessageRequest, limits: &Limits) -> Result<(), Error> {
    message(&request.message, limits.max_parts)?;
    references(&request.message, limits.max_references)
}

/// Each is a task to be loaded.
fn references(message: &Message, max_references: usize) -> Result<(), Error> {
    let named = &message.reference_task_ids;
    if named.len() <= max_references {
        return Ok(());
    }
    let text = format!("must name at most {max_references} tasks, not {}", named.len());
    Err(Error::invalid_params("message.referenceTaskIds", text).with_info("limit", "maxReferences"))
}

fn message(message: &Message, max_parts: usize) -> Result<(), Error> {
    match &message.role {
        Role::User | Role::Agent => {}
        Role::Unspecified => {
            return Err(Error::invalid_params("message.role", "must be ROLE_USER or ROLE_AGENT"));
        }
        unknown => {
            let text = format!("must be ROLE_USER or ROLE_AGENT, not {unknown}");
            return Err(Error::invalid_params("message.role", text));
        }
    }
    if message.parts.is_empty() {
        return Err(Error::invalid_params("message.parts", "must have at least one part"));
    }
    if message.parts.len() > max_parts {
        return Err(too_many_parts(max_parts, message.parts.len()));
    }
    Ok(())
}

pub(crate) fn too_many_parts(most: usize, parts: usize) -> Error {
    let text = format!("must have at most {most} parts, not {parts}");
    Error::invalid_params("message.parts", text).with_info("limit", "maxParts")
}
