//! What every store of artifacts does, whatever it is made of.

use std::sync::Arc;

use adk_bridge::adk::{ArtifactService, ArtifactVersion, Blob, InMemoryArtifacts, Part, SessionKey};
use pretty_assertions::assert_eq;

use crate::adk_sessions::key;

/// Makes a test of each promise for each store.
macro_rules! every_store {
    ($($promise:ident)*) => {
        mod memory {
            use std::sync::Arc;

            use super::*;

            $(#[tokio::test]
            async fn $promise() {
                super::$promise(Arc::new(InMemoryArtifacts::new())).await;
            })*
        }

        #[cfg(feature = "sqlite")]
        mod sqlite {
            use std::sync::Arc;

            use adk_bridge::a2a_server::sqlite::Sqlite;
            use adk_bridge::adk::SqliteArtifacts;

            $(#[tokio::test]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                let file = Sqlite::open(folder.path().join("adk.db")).await.unwrap();
                let artifacts = SqliteArtifacts::of(&file).await.unwrap();
                super::$promise(Arc::new(artifacts)).await;
            })*
        }
    };
}

every_store! {
    artifacts_have_versions_from_zero_and_those_of_the_user_are_shared
    artifacts_come_back_as_they_were_saved
    versions_that_are_saved_at_once_are_all_kept
}

type Artifacts = Arc<dyn ArtifactService>;

fn ann() -> SessionKey {
    key("demo", "ann", "s1")
}

async fn artifacts_have_versions_from_zero_and_those_of_the_user_are_shared(artifacts: Artifacts) {
    let (one, two) = (ann(), key("demo", "ann", "s2"));
    assert_eq!(artifacts.save(&one, "a.txt", Part::text("1")).await.unwrap(), ArtifactVersion::new(0));
    assert_eq!(artifacts.save(&one, "a.txt", Part::text("2")).await.unwrap(), ArtifactVersion::new(1));
    artifacts.save(&one, "user:b.txt", Part::text("b")).await.unwrap();

    let first = Some(ArtifactVersion::new(0));
    assert_eq!(artifacts.load(&one, "a.txt", first).await.unwrap(), Some(Part::text("1")));
    assert_eq!(artifacts.load(&one, "a.txt", None).await.unwrap(), Some(Part::text("2")));
    assert_eq!(artifacts.load(&two, "a.txt", None).await.unwrap(), None);
    assert_eq!(artifacts.load(&two, "user:b.txt", None).await.unwrap(), Some(Part::text("b")));
    for missing in [2, u64::MAX] {
        let missing = Some(ArtifactVersion::new(missing));
        assert_eq!(artifacts.load(&one, "a.txt", missing).await.unwrap(), None);
    }
    assert_eq!(artifacts.list(&one).await.unwrap(), ["a.txt", "user:b.txt"]);
    assert_eq!(artifacts.list(&two).await.unwrap(), ["user:b.txt"]);
    for other in [key("demo", "bob", "s1"), key("other", "ann", "s1")] {
        assert_eq!(artifacts.list(&other).await.unwrap(), Vec::<String>::new());
        assert_eq!(artifacts.load(&other, "user:b.txt", None).await.unwrap(), None);
    }
}

async fn artifacts_come_back_as_they_were_saved(artifacts: Artifacts) {
    let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(1 << 20).collect();
    let parts =
        [Part::from(Blob::new("image/png", bytes)), Part::text("\u{0}\u{1f980}\""), Part::thought("")];
    let names = ["\u{1f980}", "", "user:", "a", "B", "user:\u{0}'"];
    for (name, part) in names.iter().flat_map(|name| parts.iter().map(move |part| (name, part))) {
        artifacts.save(&ann(), name, part.clone()).await.unwrap();
        assert!(artifacts.load(&ann(), name, None).await.unwrap().as_ref() == Some(part), "{name}");
    }
    let mut sorted = names.map(str::to_owned);
    sorted.sort_unstable();
    assert_eq!(artifacts.list(&ann()).await.unwrap(), sorted);
}

async fn versions_that_are_saved_at_once_are_all_kept(artifacts: Artifacts) {
    let writers = (0..50).map(|at| {
        let artifacts = Arc::clone(&artifacts);
        tokio::spawn(async move {
            let part = Part::text(at.to_string());
            (artifacts.save(&ann(), "a", part.clone()).await.unwrap(), part)
        })
    });
    let mut saved = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        saved.push(writer.await.unwrap());
    }
    saved.sort_by_key(|(version, _)| *version);
    for (at, (version, part)) in saved.into_iter().enumerate() {
        assert_eq!(version, ArtifactVersion::new(at as u64));
        assert_eq!(artifacts.load(&ann(), "a", Some(version)).await.unwrap(), Some(part));
    }
}
