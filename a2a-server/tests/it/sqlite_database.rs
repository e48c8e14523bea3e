//! A file of this process: its lock, its versions, its groups of writes, and what is wrong with it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use a2a_server::sqlite::{
    Database, SqliteError, SqliteErrorKind, SqliteOptions, Write,
    sqlx::{self, Connection as _, SqliteConnection},
};
use async_trait::async_trait;
use pretty_assertions::assert_eq;
use tempfile::TempDir;

const NOTES: &[&str] = &["CREATE TABLE note (text TEXT NOT NULL UNIQUE) STRICT"];
const MORE: &[&str] = &[NOTES[0], "ALTER TABLE note ADD COLUMN length INTEGER NOT NULL DEFAULT 4"];
const BROKEN: &[&str] = &[NOTES[0], "CREATE TABLE more (n INTEGER); CREATE TABLE note (n INTEGER)"];
const FIXED: &[&str] = &[NOTES[0], "CREATE TABLE more (n INTEGER)"];

/// Writes a text, and tells in which order what was committed.
struct Note {
    text: String,
    committed: Arc<Mutex<Vec<String>>>,
}

#[async_trait]
impl Write for Note {
    type Output = u64;

    async fn run(&mut self, tx: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
        let done = sqlx::query("INSERT INTO note (text) VALUES (?)").bind(&self.text).execute(tx).await?;
        Ok(done.rows_affected())
    }

    fn committed(&mut self, _: &u64) {
        self.committed.lock().unwrap().push(self.text.clone());
    }
}

fn note(text: impl Into<String>) -> Note {
    Note { text: text.into(), committed: Arc::default() }
}

async fn open(path: &Path) -> Result<Database, SqliteError> {
    Database::open(path, &SqliteOptions::new()).await
}

async fn notes(folder: &TempDir) -> (PathBuf, Database) {
    let path = folder.path().join("notes.db");
    let database = open(&path).await.unwrap();
    database.migrate("notes", NOTES).await.unwrap();
    (path, database)
}

async fn read(database: &Database) -> Vec<String> {
    sqlx::query_scalar("SELECT text FROM note ORDER BY rowid").fetch_all(database.readers()).await.unwrap()
}

/// What opening, making the tables or writing fails with.
async fn failure(path: &Path) -> SqliteError {
    let tried = async {
        let database = open(path).await?;
        database.migrate("notes", NOTES).await?;
        database.write(note("x")).await?;
        sqlx::query("SELECT text FROM note")
            .fetch_all(database.readers())
            .await
            .map_err(|e| database.error(e))
    };
    tried.await.expect_err("the file is of no use")
}

#[tokio::test]
async fn what_was_written_is_there_after_the_file_was_closed() {
    let folder = TempDir::new().unwrap();
    let (path, database) = notes(&folder).await;
    assert_eq!(database.write(note("one")).await.unwrap(), 1);
    assert_eq!(read(&database).await, ["one"]);
    database.close().await;
    assert_eq!(database.write(note("two")).await.unwrap_err().kind(), SqliteErrorKind::Closed);
    let again = open(&path).await.unwrap();
    again.migrate("notes", NOTES).await.unwrap();
    assert_eq!(read(&again).await, ["one"]);
}

#[tokio::test]
async fn jobs_are_committed_in_the_order_in_which_they_were_handed_over() {
    let folder = TempDir::new().unwrap();
    let (_, database) = notes(&folder).await;
    let committed = Arc::default();
    let texts: Vec<String> = (0..2_000).map(|n| format!("note {n}")).collect();
    let written: Vec<_> = texts
        .iter()
        .map(|text| database.write(Note { text: text.clone(), committed: Arc::clone(&committed) }))
        .collect();
    futures_util::future::try_join_all(written).await.unwrap();
    assert_eq!(*committed.lock().unwrap(), texts);
    assert_eq!(read(&database).await, texts);
    // That of the tables, and what comes together while another is under way: at most 512 jobs each.
    assert!((5..2_000).contains(&database.commits()), "{}", database.commits());
}

#[tokio::test]
async fn a_job_that_fails_takes_nobody_of_its_group_with_it() {
    let folder = TempDir::new().unwrap();
    let (_, database) = notes(&folder).await;
    let texts = ["a", "b", "a", "c", "b"];
    let written = futures_util::future::join_all(texts.map(|text| database.write(note(text)))).await;
    assert_eq!(written.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, true, false, true, false]);
    assert_eq!(read(&database).await, ["a", "b", "c"]);
}

#[tokio::test]
async fn jobs_that_somebody_keeps_out_are_refused_together() {
    let folder = TempDir::new().unwrap();
    let (path, database) = notes(&folder).await;
    // A tool that knows nothing of our lock.
    let mut other = sqlx::SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let begun = std::time::Instant::now();
    let written =
        futures_util::future::join_all(["a", "b", "c", "d"].map(|text| database.write(note(text)))).await;
    // SQLite waits 5 s for it, which each of them mustn't.
    assert!(begun.elapsed().as_secs() < 12);
    assert!(written.iter().all(|written| written.as_ref().unwrap_err().kind() == SqliteErrorKind::InUse));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    database.write(note("e")).await.unwrap();
    assert_eq!(read(&database).await, ["e"]);
}

#[tokio::test]
async fn a_job_is_done_though_nobody_waits_for_it() {
    let folder = TempDir::new().unwrap();
    let (_, database) = notes(&folder).await;
    let committed = Arc::default();
    drop(database.write(Note { text: "left".into(), committed: Arc::clone(&committed) }));
    database.write(note("behind")).await.unwrap();
    assert_eq!(read(&database).await, ["left", "behind"]);
    assert_eq!(*committed.lock().unwrap(), ["left"]);
}

#[tokio::test]
async fn a_file_has_one_process() {
    let folder = TempDir::new().unwrap();
    let (path, database) = notes(&folder).await;
    let link = folder.path().join("link.db");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    for name in [&path, &link] {
        let error = open(name).await.unwrap_err();
        assert_eq!(error.kind(), SqliteErrorKind::InUse);
        let text = error.to_string();
        assert!(text.contains("notes.db"), "{text}");
        assert!(text.ends_with(&format!("(process {})", std::process::id())), "{text}");
    }
    database.close().await;
    assert_eq!(read(&open(&link).await.unwrap()).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_link_to_a_file_that_isnt_there_yet_is_that_file() {
    let folder = TempDir::new().unwrap();
    let (path, link) = (folder.path().join("notes.db"), folder.path().join("link.db"));
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let database = open(&link).await.unwrap();
    for name in [&path, &link] {
        assert_eq!(open(name).await.unwrap_err().kind(), SqliteErrorKind::InUse);
    }
    database.close().await;
}

#[tokio::test]
async fn versions_go_forward_only() {
    let folder = TempDir::new().unwrap();
    let (_, database) = notes(&folder).await;
    database.write(note("kept")).await.unwrap();
    database.migrate("notes", MORE).await.unwrap();
    database.migrate("notes", MORE).await.unwrap();
    let lengths: Vec<i64> =
        sqlx::query_scalar("SELECT length FROM note").fetch_all(database.readers()).await.unwrap();
    assert_eq!(lengths, [4]);
    let error = database.migrate("notes", NOTES).await.unwrap_err();
    assert_eq!(error.kind(), SqliteErrorKind::Newer);
    let text = error.to_string();
    assert!(text.ends_with("(its notes have version 2, this program knows 1)"), "{text}");
}

#[tokio::test]
async fn a_version_that_fails_leaves_the_one_before() {
    let folder = TempDir::new().unwrap();
    let (_, database) = notes(&folder).await;
    assert_eq!(database.migrate("notes", BROKEN).await.unwrap_err().kind(), SqliteErrorKind::Other);
    database.migrate("notes", FIXED).await.unwrap();
}

#[tokio::test]
async fn what_is_no_database_says_so() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Ann, ".repeat(1_000)).unwrap();
    let error = failure(&path).await;
    assert_eq!(error.kind(), SqliteErrorKind::NotADatabase);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "Dear Ann, ".repeat(1_000));
}

#[tokio::test]
async fn a_file_that_is_cut_off_or_overwritten_is_damaged() {
    for damage in [cut, overwrite] {
        let folder = TempDir::new().unwrap();
        let (path, database) = notes(&folder).await;
        let texts = (0..5_000).map(|n| database.write(note(format!("a note of some length, {n}"))));
        futures_util::future::try_join_all(texts.collect::<Vec<_>>()).await.unwrap();
        database.close().await;
        damage(&path);
        let error = failure(&path).await;
        assert_eq!(error.kind(), SqliteErrorKind::Corrupt, "{error}");
    }
}

fn cut(path: &Path) {
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2 / 4096 * 4096).unwrap();
}

fn overwrite(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[4096..].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
}

/// In a process of its own, for whoever runs this may write to every file.
#[tokio::test]
async fn a_file_that_may_only_be_read_says_so_at_once() {
    let folder = TempDir::new().unwrap();
    let (path, database) = notes(&folder).await;
    database.write(note("there")).await.unwrap();
    database.close().await;
    set_mode(folder.path(), 0o755);
    set_mode(&path, 0o444);
    set_mode(&path.with_extension("db.lock"), 0o666);
    assert_eq!(elsewhere(&path, Rights::Few).await, format!("ReadOnly {}", path.display()));
}

#[tokio::test]
async fn a_file_that_another_process_has_says_so_until_that_one_gives_it_back() {
    let folder = TempDir::new().unwrap();
    let (path, database) = notes(&folder).await;
    assert_eq!(elsewhere(&path, Rights::All).await, format!("InUse {}", path.display()));
    database.write(note("x")).await.unwrap();
    database.close().await;
    // It is there already, and so refused for another reason.
    assert_eq!(elsewhere(&path, Rights::All).await, format!("Other {}", path.display()));
}

#[tokio::test]
#[ignore = "what elsewhere runs"]
async fn tells_what_is_wrong_with_a_file() {
    let path = PathBuf::from(std::env::var_os("A2A_FILE").unwrap());
    let error = failure(&path).await;
    println!("found: {:?} {}", error.kind(), error.to_string().split(": ").next().unwrap());
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

/// What a process may do.
#[derive(PartialEq, Eq)]
enum Rights {
    All,
    Few,
}

/// What is wrong with a file in another process.
async fn elsewhere(path: &Path, rights: Rights) -> String {
    // A copy, for whoever has few rights may not reach this one.
    let program = path.with_file_name("tests");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut child = tokio::process::Command::new(&program);
    child.args(["--exact", "sqlite_database::tells_what_is_wrong_with_a_file", "--ignored", "--nocapture"]);
    child.env("A2A_FILE", path);
    if rights == Rights::Few && rustix::process::geteuid().is_root() {
        child.uid(65534).gid(65534);
    }
    let output = child.output().await.unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let found = printed.lines().find_map(|line| line.split_once("found: "));
    found.unwrap_or_else(|| panic!("{printed}")).1.to_owned()
}

#[tokio::test]
async fn a_folder_that_is_missing_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("nowhere/notes.db");
    let error = open(&path).await.unwrap_err();
    assert_eq!(error.kind(), SqliteErrorKind::Io);
    assert!(error.to_string().starts_with(&path.display().to_string()), "{error}");
}

#[tokio::test]
async fn what_has_no_room_is_refused_and_what_had_stays() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("small.db");
    let database = Database::open(&path, &SqliteOptions::new().max_bytes(64 << 10)).await.unwrap();
    database.migrate("notes", NOTES).await.unwrap();
    let mut stored = Vec::new();
    let error = loop {
        let text = format!("{}{}", stored.len(), "x".repeat(3_000));
        match database.write(note(&text)).await {
            Ok(_) => stored.push(text),
            Err(error) => break error,
        }
        assert!(stored.len() < 100);
    };
    assert_eq!(error.kind(), SqliteErrorKind::Full);
    assert_eq!(read(&database).await, stored);
    // In a group with one that fits, too.
    let (small, large) = tokio::join!(database.write(note("s")), database.write(note("x".repeat(30_000))));
    assert_eq!((small.unwrap(), large.unwrap_err().kind()), (1, SqliteErrorKind::Full));
    stored.push("s".to_owned());
    assert_eq!(read(&database).await, stored);
}

#[tokio::test]
async fn a_backup_has_what_was_committed_while_others_write() {
    let folder = TempDir::new().unwrap();
    let (_, database) = notes(&folder).await;
    database.write(note("before")).await.unwrap();
    let copy = folder.path().join("copy.db");
    let writes = futures_util::future::try_join_all(
        (0..500).map(|n| database.write(note(format!("meanwhile {n}")))).collect::<Vec<_>>(),
    );
    let (copied, written) = tokio::join!(database.backup_to(&copy), writes);
    copied.unwrap();
    written.unwrap();
    let second = database.backup_to(&copy).await.unwrap_err();
    assert_eq!(second.kind(), SqliteErrorKind::Io);
    database.close().await;
    let copied = read(&open(&copy).await.unwrap()).await;
    assert_eq!(copied[0], "before");
    let all = read(&open(database.path()).await.unwrap()).await;
    assert_eq!(copied[..], all[..copied.len()]);
}
