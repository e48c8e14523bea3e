use a2a_server::sqlite::sqlx::{self, Row as _, SqliteConnection};
use a2a_server::sqlite::{Database, Sqlite, SqliteError, Write};
use async_trait::async_trait;

use super::{integer, write};
use crate::adk::actions::ArtifactVersion;
use crate::adk::artifact::{ArtifactError, ArtifactService, is_of_user};
use crate::adk::ids::SessionKey;
use crate::adk::part::Part;

/// The tables. A file of the user has no session, which is the empty one: no session is called that.
const VERSIONS: &[&str] = &["
CREATE TABLE adk_artifact (
    number INTEGER PRIMARY KEY,
    app TEXT NOT NULL,
    user TEXT NOT NULL,
    session TEXT NOT NULL,
    name TEXT NOT NULL,
    versions INTEGER NOT NULL,
    UNIQUE (app, user, session, name)
) STRICT;
CREATE TABLE adk_artifact_version (
    artifact INTEGER NOT NULL,
    version INTEGER NOT NULL,
    part TEXT NOT NULL,
    UNIQUE (artifact, version)
) STRICT;
"];

const BEGIN: &str = "INSERT INTO adk_artifact (app, user, session, name, versions) VALUES (?, ?, ?, ?, 1) \
    ON CONFLICT (app, user, session, name) DO UPDATE SET versions = versions + 1 \
    RETURNING number, versions - 1";
const ADD: &str = "INSERT INTO adk_artifact_version (artifact, version, part) VALUES (?, ?, ?)";
const LOAD: &str = "SELECT v.version, v.part FROM adk_artifact AS a \
    JOIN adk_artifact_version AS v ON v.artifact = a.number AND v.version = ifnull(?, a.versions - 1) \
    WHERE a.app = ? AND a.user = ? AND a.session = ? AND a.name = ?";
const LIST: &str = "SELECT name FROM adk_artifact \
    WHERE app = ? AND user = ? AND session IN ('', ?) ORDER BY name";

/// Artifacts in a SQLite file, which outlive the process.
///
/// A part is stored as the JSON that it has in an event, its bytes in base64, so this is for files that fit into
/// memory many times over. Nothing is ever removed.
///
/// It is cheap to clone, and clones are the same artifacts.
#[derive(Clone, Debug)]
pub struct SqliteArtifacts {
    database: Database,
}

impl SqliteArtifacts {
    /// Artifacts in a file, beside the tasks of a server if it has any.
    ///
    /// # Errors
    ///
    /// [`Newer`](a2a_server::sqlite::SqliteErrorKind::Newer) if a later version of this program has written to it, and
    /// whatever else may be wrong with the file.
    pub async fn of(file: &Sqlite) -> Result<Self, SqliteError> {
        let database = file.database().clone();
        database.migrate("artifacts", VERSIONS).await?;
        Ok(Self { database })
    }

    fn fail(&self, error: sqlx::Error) -> ArtifactError {
        ArtifactError::new(self.database.error(error))
    }
}

#[async_trait]
impl ArtifactService for SqliteArtifacts {
    async fn save(&self, key: &SessionKey, name: &str, part: Part) -> Result<ArtifactVersion, ArtifactError> {
        let part = write(&part).map_err(ArtifactError::new)?;
        let job = Save { key: key.clone(), name: name.to_owned(), part };
        let version = self.database.write(job).await.map_err(ArtifactError::new)?;
        Ok(ArtifactVersion::new(u64::try_from(version).unwrap_or_default()))
    }

    async fn load(
        &self,
        key: &SessionKey,
        name: &str,
        version: Option<ArtifactVersion>,
    ) -> Result<Option<Part>, ArtifactError> {
        let query = sqlx::query(LOAD).bind(version.map(|version| integer(version.get())));
        let query =
            query.bind(key.app.as_str()).bind(key.user.as_str()).bind(session_of(key, name)).bind(name);
        let row = query.fetch_optional(self.database.readers()).await.map_err(|error| self.fail(error))?;
        let Some(row) = row else { return Ok(None) };
        let found: i64 = row.try_get(0).map_err(|error| self.fail(error))?;
        let part = row.try_get(1).map_err(|error| self.fail(error))?;
        serde_json::from_str(part).map(Some).map_err(|error| {
            let what =
                format!("version {found} of artifact {name:?} of session {key} can't be read: {error}");
            ArtifactError::new(self.database.corrupt(what))
        })
    }

    async fn list(&self, key: &SessionKey) -> Result<Vec<String>, ArtifactError> {
        let query = sqlx::query_scalar(LIST).bind(key.app.as_str()).bind(key.user.as_str());
        let query = query.bind(key.session.as_str());
        query.fetch_all(self.database.readers()).await.map_err(|error| self.fail(error))
    }
}

fn session_of<'k>(key: &'k SessionKey, name: &str) -> &'k str {
    if is_of_user(name) { "" } else { key.session.as_str() }
}

struct Save {
    key: SessionKey,
    name: String,
    part: String,
}

#[async_trait]
impl Write for Save {
    type Output = i64;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
        let begin = sqlx::query_as(BEGIN).bind(self.key.app.as_str()).bind(self.key.user.as_str());
        let begin = begin.bind(session_of(&self.key, &self.name)).bind(&self.name);
        let (number, version): (i64, i64) = begin.fetch_one(&mut *tx).await?;
        sqlx::query(ADD).bind(number).bind(version).bind(&self.part).execute(tx).await?;
        Ok(version)
    }
}
