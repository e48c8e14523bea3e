//! Streaming an artifact, chunk by chunk.

use std::sync::Arc;

use a2a_core::{Artifact, ArtifactId, EntryBody, entry};

use crate::{ArtifactSpec, Chunk, Stopped, id, run::RunShared, spec::sendable};

/// Writes one artifact. Owned, so that several can be written at once.
///
/// The first chunk creates the artifact, later ones append to it. Dropping the writer leaves the artifact as it is:
/// the end of the task closes whatever is open.
#[derive(Debug)]
pub struct ArtifactWriter {
    run: Arc<RunShared>,
    id: ArtifactId,
    spec: ArtifactSpec,
    begun: bool,
}

impl ArtifactWriter {
    pub(crate) fn new(run: Arc<RunShared>, mut spec: ArtifactSpec) -> Self {
        let id = spec.id.take().unwrap_or_else(id::artifact);
        Self { run, id, spec, begun: false }
    }

    /// The id that its chunks carry.
    pub fn id(&self) -> &ArtifactId {
        &self.id
    }

    /// Adds to the artifact; an empty chunk does nothing.
    pub async fn append(&mut self, chunk: impl Into<Chunk>) -> Result<(), Stopped> {
        let append = self.begun;
        self.write(chunk.into(), append, false).await
    }

    /// Adds the last chunk, marked as such.
    pub async fn finish_with(mut self, chunk: impl Into<Chunk>) -> Result<(), Stopped> {
        let mut chunk = chunk.into();
        chunk.parts = sendable(chunk.parts);
        if chunk.parts.is_empty() {
            return self.finish().await;
        }
        let append = self.begun;
        self.write(chunk, append, true).await
    }

    /// Replaces all that was written by this chunk, which is the last one.
    pub async fn replace(mut self, chunk: impl Into<Chunk>) -> Result<(), Stopped> {
        self.write(chunk.into(), false, true).await
    }

    /// Ends the artifact. The last chunk is marked as such if it hasn't left yet; if it has, nothing is sent, for a
    /// chunk needs content: the end of the task says the same.
    #[expect(clippy::unused_async, reason = "a write is awaited, whether or not it has to wait today")]
    pub async fn finish(self) -> Result<(), Stopped> {
        self.run.queue.mark_last_chunk(&self.id);
        Ok(())
    }

    async fn write(&mut self, chunk: Chunk, append: bool, last_chunk: bool) -> Result<(), Stopped> {
        let parts = sendable(chunk.parts);
        if parts.is_empty() {
            return Ok(());
        }
        let mut artifact = Artifact::new(self.id.clone(), parts);
        artifact.metadata = chunk.metadata;
        if !append {
            artifact.name.clone_from(&self.spec.name);
            artifact.description.clone_from(&self.spec.description);
            artifact.extensions.clone_from(&self.spec.extensions);
        }
        let mut entry = entry::Chunk::new(artifact);
        entry.append = append;
        entry.last_chunk = last_chunk;
        entry.metadata = chunk.update_metadata;
        self.run.write(EntryBody::Artifact(entry)).await?;
        self.begun = true;
        Ok(())
    }
}
