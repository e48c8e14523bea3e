//! What is written comes back as it was: numbers, texts, depths, times.

use a2a_core::{
    Artifact, Entry, EntryBody, MAX_JSON_DEPTH, Message, Metadata, Part, TaskState, Timestamp,
    entry::{Chunk, Opened, Record, RequestRecord, RunRef, Status},
};
use a2a_server::{
    contract::{
        fixture::{ann, at, context, done, folded, key, query, task},
        steps::Steps,
    },
    log::{Create, Created, ListPlace, TaskLog},
    sqlite::Sqlite,
};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{File, forgetful};

/// A value that nests this deep.
fn deep(levels: usize) -> Value {
    (0..levels)
        .fold(json!(1.5e-7), |inner, n| if n % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) })
}

fn values() -> Vec<Value> {
    vec![
        json!([0.1 + 0.2, 1e-7, 1.5e-7, 123_456_789.123_456_79, 5e-324, f64::MAX, f64::MIN_POSITIVE, -0.0]),
        json!([
            9_007_199_254_740_993_u64,
            u64::MAX,
            i64::MIN,
            1e21,
            4.35,
            2.675,
            0.000_123_456_789_012_345_67
        ]),
        json!(["\0", "\u{1}\n\r\t\"\\/", "\u{2028}\u{feff}", "e\u{301} é", "👩‍👩‍👧", "\u{10ffff}", ""]),
        json!({ "": { "\0": null }, "$serde_json::private::Number": "1", "\n": [[], {}, [null]] }),
        deep(MAX_JSON_DEPTH),
    ]
}

fn metadata(value: &Value) -> Metadata {
    let mut metadata = Metadata::new();
    // One level is the object itself.
    let inner = if *value == deep(MAX_JSON_DEPTH) { deep(MAX_JSON_DEPTH - 1) } else { value.clone() };
    metadata.insert("key".into(), inner);
    metadata
}

/// An entry of each kind with this value wherever one may be.
fn entries(value: &Value, time: Timestamp) -> (Entry, Vec<Entry>) {
    let part = || {
        let mut part = Part::data(value.clone());
        part.metadata = metadata(value);
        part
    };
    let mut message = Message::user("message".parse().unwrap(), "begin");
    (message.parts, message.metadata) = (vec![part()], metadata(value));
    let mut request = RequestRecord::default();
    request.metadata = metadata(value);
    let opened = Entry::posted(time, EntryBody::Opened(Box::new(Opened::new(message.clone(), request))));
    let mut chunk = Chunk::new(Artifact::new("artifact".parse().unwrap(), "\0"));
    (chunk.artifact.parts, chunk.artifact.metadata) = (vec![part()], metadata(value));
    chunk.metadata = metadata(value);
    let mut status = Status::new(TaskState::InputRequired);
    (status.message, status.metadata) = (Some(Box::new(message)), metadata(value));
    let bodies = [
        EntryBody::Artifact(chunk),
        EntryBody::Record(Record::new("kind \0", value.clone())),
        EntryBody::Status(status),
    ];
    (opened, bodies.map(|body| Entry::written(time, RunRef::new(1), body)).into())
}

#[tokio::test]
async fn values_come_back_to_the_bit() {
    let file = File::new();
    let mut log = file.open_with(&forgetful()).await;
    let times = [at(0), Timestamp::from_unix_millis(i64::MIN), Timestamp::from_unix_millis(i64::MAX)];
    for (n, value) in values().iter().enumerate() {
        for (m, time) in times.into_iter().enumerate() {
            let name = format!("t{n}-{m}");
            let (opened, behind) = entries(value, time);
            let create = Create::new(task(&name), context(), ann(), Some(key("\0 \u{10ffff}")));
            let Ok(Created::New(lease, _)) = log.create(create, vec![opened]).await else {
                // Its key is as old as this one is far ahead.
                continue;
            };
            log.append(&lease, behind).await.unwrap();
            for _ in 0..2 {
                let before = (log.entries(&name).await, log.whole(&name).await);
                assert_eq!(before.1, (4, folded(&name, &before.0)), "{value}");
                log.close().await;
                log = file.open_with(&forgetful()).await;
                let after = (log.entries(&name).await, log.whole(&name).await);
                assert_eq!(format!("{after:?}"), format!("{before:?}"), "{value}");
            }
            let lease = log.orphans(9).await.unwrap().remove(0);
            log.append(&lease, vec![done(1)]).await.unwrap();
        }
    }
}

#[tokio::test]
async fn lists_go_on_over_the_first_and_the_last_time_there_is() {
    let file = File::new();
    let log = file.open().await;
    let times = [i64::MIN, -1, 0, 1, i64::MAX];
    for (n, millis) in times.into_iter().enumerate() {
        let (opened, _) = entries(&json!(1), Timestamp::from_unix_millis(millis));
        let create = Create::new(task(&format!("t{n}")), context(), ann(), None);
        log.create(create, vec![opened]).await.unwrap();
    }
    let (mut next, mut names) = (query(1), Vec::new());
    loop {
        let page = log.tasks(&next).await;
        names.extend(page.tasks.iter().map(|task| task.to_task().id.to_string()));
        next.from = page.next;
        if next.from.is_none() {
            break;
        }
    }
    assert_eq!(names, ["t4", "t3", "t2", "t1", "t0"]);
    let mut all = query(9);
    all.from = Some(ListPlace::new(Timestamp::from_unix_millis(0), task("t2")));
    all.after = Some(Timestamp::from_unix_millis(-1));
    assert_eq!(log.tasks(&all).await.tasks.len(), 1);
}

#[tokio::test]
async fn a_file_may_have_any_name_that_is_text() {
    for name in ["a ?mode=memory&b#c%20d", "file:x", ":memory:", "ünï\u{301}👩‍👩‍👧", "it's \"it\"", "-", " "]
    {
        let file = File::new();
        let path = file.path().with_file_name(name);
        let log = Sqlite::open(&path).await.unwrap();
        log.begin("t", Vec::new()).await;
        let copy = file.path().with_file_name(format!("copy of {name}"));
        log.backup_to(&copy).await.unwrap();
        log.close().await;
        assert!(path.exists(), "{name:?}");
        for path in [path, copy] {
            let log = Sqlite::open(&path).await.unwrap();
            assert_eq!(log.whole("t").await.0, 1, "{name:?}");
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_name_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let file = File::new();
    for name in [&b"\xff.db"[..], b"a\0b", b"..", b""] {
        let path = file.path().with_file_name(std::ffi::OsStr::from_bytes(name));
        let error = Sqlite::open(&path).await.unwrap_err();
        assert_eq!(error.kind(), a2a_server::sqlite::SqliteErrorKind::Io, "{name:?}");
    }
    let error = Sqlite::open(file.path().parent().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), a2a_server::sqlite::SqliteErrorKind::Io);
    let left: Vec<_> = std::fs::read_dir(file.path().parent().unwrap()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}
