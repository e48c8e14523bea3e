//! Fresh ids: random, so that nobody can guess another's.

use std::sync::Arc;

use a2a_core::{ArtifactId, ContextId, MessageId, TaskId};
use uuid::Uuid;

const NEVER_EMPTY: &str = "a UUID isn't empty";

fn fresh() -> Arc<str> {
    let mut buffer = Uuid::encode_buffer();
    Arc::from(&*Uuid::new_v4().hyphenated().encode_lower(&mut buffer))
}

pub(crate) fn task() -> TaskId {
    TaskId::new(fresh()).expect(NEVER_EMPTY)
}

pub(crate) fn context() -> ContextId {
    ContextId::new(fresh()).expect(NEVER_EMPTY)
}

pub(crate) fn message() -> MessageId {
    MessageId::new(fresh()).expect(NEVER_EMPTY)
}

pub(crate) fn webhook() -> String {
    Uuid::new_v4().hyphenated().to_string()
}

pub(crate) fn artifact() -> ArtifactId {
    ArtifactId::new(fresh()).expect(NEVER_EMPTY)
}
