use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::actions::ArtifactVersion;
use super::ids::SessionKey;
use super::part::Part;

/// Keeps the files of a session, each in all its versions.
///
/// A file whose name starts with `user:` belongs to the user, and all sessions of theirs in the app see it.
#[async_trait]
pub trait ArtifactService: Send + Sync + 'static {
    /// Stores a new version and tells its number; the first is 0.
    async fn save(&self, key: &SessionKey, name: &str, part: Part) -> Result<ArtifactVersion, ArtifactError>;

    /// A version, by default the newest; `None` if there is none.
    async fn load(
        &self,
        key: &SessionKey,
        name: &str,
        version: Option<ArtifactVersion>,
    ) -> Result<Option<Part>, ArtifactError>;

    /// The names of all files that the session sees, in order.
    async fn list(&self, key: &SessionKey) -> Result<Vec<String>, ArtifactError>;
}

/// Why an artifact couldn't be stored or loaded.
#[derive(Debug, thiserror::Error)]
#[error("the artifacts can't be reached")]
#[non_exhaustive]
pub struct ArtifactError {
    source: Box<dyn Error + Send + Sync>,
}

impl ArtifactError {
    /// An error with its cause.
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
    }
}

/// Artifacts in the memory of this process, gone when it ends. Nothing is ever evicted.
#[derive(Debug, Default)]
pub struct InMemoryArtifacts {
    files: Mutex<BTreeMap<Folder, BTreeMap<String, Vec<Part>>>>,
}

impl InMemoryArtifacts {
    /// No artifacts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn files(&self) -> MutexGuard<'_, BTreeMap<Folder, BTreeMap<String, Vec<Part>>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether all sessions of the user see a file of this name.
pub(crate) fn is_of_user(name: &str) -> bool {
    name.starts_with("user:")
}

/// Where files lie: of a session, or without one of a user.
type Folder = (Arc<str>, Arc<str>, Option<Arc<str>>);

fn folder(key: &SessionKey, name: &str) -> Folder {
    let session = (!is_of_user(name)).then(|| key.session.as_str().into());
    (key.app.as_str().into(), key.user.as_str().into(), session)
}

#[async_trait]
impl ArtifactService for InMemoryArtifacts {
    async fn save(&self, key: &SessionKey, name: &str, part: Part) -> Result<ArtifactVersion, ArtifactError> {
        let mut files = self.files();
        let versions = files.entry(folder(key, name)).or_default().entry(name.to_owned()).or_default();
        versions.push(part);
        Ok(ArtifactVersion::new(versions.len() as u64 - 1))
    }

    async fn load(
        &self,
        key: &SessionKey,
        name: &str,
        version: Option<ArtifactVersion>,
    ) -> Result<Option<Part>, ArtifactError> {
        let files = self.files();
        let versions = files.get(&folder(key, name)).and_then(|folder| folder.get(name));
        Ok(versions.and_then(|versions| match version {
            Some(version) => versions.get(usize::try_from(version.get()).ok()?).cloned(),
            None => versions.last().cloned(),
        }))
    }

    async fn list(&self, key: &SessionKey) -> Result<Vec<String>, ArtifactError> {
        let files = self.files();
        let folders = [folder(key, ""), folder(key, "user:")];
        let mut names: Vec<_> =
            folders.iter().filter_map(|folder| files.get(folder)).flat_map(BTreeMap::keys).cloned().collect();
        names.sort_unstable();
        Ok(names)
    }
}
