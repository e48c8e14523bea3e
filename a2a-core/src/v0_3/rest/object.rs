//! What is written member by member, without those that hold protobuf's default.

use serde::{Serialize, Serializer, ser::SerializeMap};

use super::ProtoJson;
use crate::{Metadata, v0_3::kind_first};

pub(super) struct Object<M>(M);

impl<M: SerializeMap> Object<M> {
    pub(super) fn begin<S: Serializer<SerializeMap = M>>(serializer: S) -> Result<Self, S::Error> {
        serializer.serialize_map(None).map(Self)
    }

    pub(super) fn set(&mut self, name: &str, value: &impl Serialize) -> Result<(), M::Error> {
        self.0.serialize_entry(name, value)
    }

    pub(super) fn some(&mut self, name: &str, value: Option<&impl Serialize>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.set(name, value))
    }

    pub(super) fn flag(&mut self, name: &str, flag: bool) -> Result<(), M::Error> {
        if flag { self.set(name, &true) } else { Ok(()) }
    }

    pub(super) fn strings(&mut self, name: &str, strings: &[String]) -> Result<(), M::Error> {
        if strings.is_empty() { Ok(()) } else { self.set(name, &strings) }
    }

    pub(super) fn list<T>(&mut self, name: &str, items: &[T]) -> Result<(), M::Error>
    where
        for<'a> ProtoJson<&'a T>: Serialize,
    {
        if items.is_empty() { Ok(()) } else { self.set(name, &Each(items)) }
    }

    pub(super) fn metadata(&mut self, metadata: &Metadata) -> Result<(), M::Error> {
        if metadata.is_empty() { Ok(()) } else { self.set("metadata", metadata) }
    }

    /// Members whose names nobody knows.
    pub(super) fn members(&mut self, members: &Metadata) -> Result<(), M::Error> {
        kind_first(members).try_for_each(|(name, value)| self.set(name, value))
    }

    pub(super) fn end(self) -> Result<M::Ok, M::Error> {
        self.0.end()
    }
}

struct Each<'a, T>(&'a [T]);

impl<T> Serialize for Each<'_, T>
where
    for<'a> ProtoJson<&'a T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ProtoJson))
    }
}
