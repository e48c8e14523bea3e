//! Parts. Text, links and objects are what nearly all are; of the others serde writes the converted one.

use super::{Family, WriteJson, converted};
use crate::{
    Part, PartContent,
    json::write::{member, metadata, optional, text},
    v0_3,
};

impl WriteJson for Part {
    fn write_v0_3(&self, family: Family, out: &mut Vec<u8>) {
        match &self.content {
            PartContent::Text(content) => {
                text(out, family.pick(r#"{"kind":"text","text":"#, r#"{"text":"#), content);
            }
            PartContent::Url(url) => self.write_link(family, out, url),
            PartContent::Data(serde_json::Value::Object(data)) => {
                member(out, family.pick(r#"{"kind":"data","data":"#, r#"{"data":{"data":"#), data);
                out.extend_from_slice(family.pick(b"", b"}"));
            }
            PartContent::Data(_) | PartContent::Raw(_) | PartContent::Unknown(_) => {
                return converted(out, family, &v0_3::Part::from(self.clone()));
            }
        }
        metadata(out, &self.metadata);
        out.push(b'}');
    }
}

impl Part {
    fn write_link(&self, family: Family, out: &mut Vec<u8>, url: &str) {
        text(out, family.pick(r#"{"kind":"file","file":{"uri":"#, r#"{"file":{"fileWithUri":"#), url);
        let name = (r#","name":"#, self.filename.as_deref());
        let mime_type = (r#","mimeType":"#, self.media_type.as_deref());
        for (member, value) in family.pick([name, mime_type], [mime_type, name]) {
            optional(out, member, value);
        }
        out.push(b'}');
    }
}
