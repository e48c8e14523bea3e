use serde::{Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::{Error, v0_3};

/// The body of an answer that failed. v0.3 doesn't say what that is, so it is what each of its readers looks for, in
/// one object: JavaScript's `code`, a JSON-RPC code, Python's `type`, both with `message`, and Go's `error`, which is
/// that of v1.0.
impl Serialize for ProtoJson<&Error> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let v0_3::Error { code, message, data } = self.0.into();
        let mut object = Object::begin(serializer)?;
        object.set("code", &code)?;
        object.set("type", &self.0.kind().name())?;
        object.set("message", &message)?;
        object.some("data", data.as_ref())?;
        object.set("error", &self.0.http_object())?;
        object.end()
    }
}
