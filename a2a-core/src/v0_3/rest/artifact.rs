use serde::{Serialize, Serializer};

use super::{ProtoJson, object::Object};
use crate::v0_3::Artifact;

impl Serialize for ProtoJson<&Artifact> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Artifact { artifact_id, name, description, parts, metadata, extensions } = self.0;
        let mut object = Object::begin(serializer)?;
        object.set("artifactId", artifact_id)?;
        object.some("name", name.as_ref())?;
        object.some("description", description.as_ref())?;
        object.list("parts", parts)?;
        object.metadata(metadata)?;
        object.strings("extensions", extensions)?;
        object.end()
    }
}
