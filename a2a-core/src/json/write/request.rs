//! What nearly every call is: a send.

use super::{WriteJson, member, metadata, optional, value};
use crate::SendMessageRequest;

impl WriteJson for SendMessageRequest {
    fn write_json(&self, out: &mut Vec<u8>) {
        optional(out, r#"{"tenant":"#, self.tenant.as_ref().map(AsRef::as_ref));
        let name = if self.tenant.is_some() { r#","message":"# } else { r#"{"message":"# };
        member(out, name, &self.message);
        if !self.configuration.is_default() {
            value(out, r#","configuration":"#, &self.configuration);
        }
        metadata(out, &self.metadata);
        out.push(b'}');
    }
}
