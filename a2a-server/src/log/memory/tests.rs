//! What can't be seen from outside: how often a task is folded, and that nothing of a task stays behind.

use std::sync::Arc;

use a2a_core::{
    Artifact, Caller, Entry, EntryBody, Message, TaskId, TaskState, Timestamp,
    entry::{Chunk, Opened, RequestRecord, RunRef, Status},
};
use pretty_assertions::assert_eq;

use super::Engine;
use crate::log::{Create, Created, IdempotencyKey, Lease, Retention, Scope, TaskBody, View, held::Kept};

fn ids(n: usize) -> (TaskId, Scope) {
    (format!("task-{n}").parse().unwrap(), Scope::of(&Caller::anonymous()))
}

fn opened() -> Entry {
    let message = Message::user("message".parse().unwrap(), "begin");
    let opened = Opened::new(message, RequestRecord::default());
    Entry::posted(Timestamp::UNIX_EPOCH, EntryBody::Opened(Box::new(opened)))
}

fn written(body: EntryBody) -> Entry {
    Entry::written(Timestamp::UNIX_EPOCH, RunRef::new(1), body)
}

fn chunk(bytes: usize) -> Entry {
    let mut chunk = Chunk::new(Artifact::new("artifact".parse().unwrap(), "x".repeat(bytes)));
    chunk.append = true;
    written(EntryBody::Artifact(chunk))
}

fn create(engine: &Engine, n: usize, behind: Vec<Entry>) -> Created {
    let (task, scope) = ids(n);
    let key = Some(IdempotencyKey::new(task.to_string()));
    let new = Create::new(task, "context".parse().unwrap(), scope, key);
    engine.create(new, std::iter::once(opened()).chain(behind).collect()).unwrap()
}

fn begin(engine: &Engine) -> Lease {
    match create(engine, 0, Vec::new()) {
        Created::New(lease, _) => lease,
        other => panic!("a new task was expected, not {other:?}"),
    }
}

#[test]
fn a_checkpoint_is_never_older_than_its_rule() {
    let engine = Engine::new(Retention::new());
    let lease = begin(&engine);
    let cell = engine.cell(&lease.task).unwrap();
    for n in 0..20_000 {
        engine.append(&lease, vec![chunk(n % 50), chunk(n % 7)]).unwrap();
        assert!(cell.lock().unfolded < Retention::CHECKPOINT_BYTES);
    }
}

#[test]
fn a_task_that_readers_hold_is_copied_once_for_as_many_bytes_as_it_has() {
    let engine = Engine::new(Retention::new());
    let lease = begin(&engine);
    let cell = engine.cell(&lease.task).unwrap();
    let (mut held, mut copied) = (cell.lock().checkpoint.share(), 0);
    for n in 0..20_000 {
        engine.append(&lease, vec![chunk(n % 50), chunk(n % 7)]).unwrap();
        let mut state = cell.lock();
        assert!(state.unfolded < state.checkpoint.bytes.max(Retention::CHECKPOINT_BYTES));
        let body = state.checkpoint.share();
        if let (TaskBody::Folded(before), TaskBody::Folded(now)) = (&held, &body)
            && !Arc::ptr_eq(before, now)
        {
            copied += state.checkpoint.bytes;
        }
        held = body;
    }
    let written = cell.lock().tail.last() * 150;
    assert!(u64::try_from(copied).unwrap() < 4 * written, "{copied} bytes copied for about {written}");
}

#[test]
fn what_readers_fold_counts_like_what_the_writer_folds() {
    let engine = Engine::new(Retention::new().checkpoint_bytes(2_000));
    let lease = begin(&engine);
    let cell = engine.cell(&lease.task).unwrap();
    for n in 0..500 {
        engine.append(&lease, vec![chunk(n % 50), chunk(n % 7)]).unwrap();
        if n % 11 == 0 {
            engine.load(&ids(0).1, &lease.task, View::default()).unwrap();
            let state = cell.lock();
            assert_eq!(state.checkpoint.seq, state.tail.last());
        }
        let state = cell.lock();
        let behind = || state.tail.behind(state.checkpoint.seq);
        assert_eq!(state.unfolded, behind().map(|kept| kept.size).sum::<usize>());
        assert_eq!(state.grown, behind().map(Kept::growth).sum::<usize>());
    }
}

#[test]
fn a_pause_and_an_end_are_folded_at_once() {
    let engine = Engine::new(Retention::new());
    let lease = begin(&engine);
    let cell = engine.cell(&lease.task).unwrap();
    for (state, folded) in [
        (TaskState::Working, 1),
        (TaskState::InputRequired, 5),
        (TaskState::Working, 5),
        (TaskState::AuthRequired, 9),
        (TaskState::Completed, 11),
    ] {
        engine.append(&lease, vec![chunk(1), written(EntryBody::Status(Status::new(state)))]).unwrap();
        assert_eq!(cell.lock().checkpoint.seq, folded);
    }
}

#[test]
fn nothing_of_a_task_that_went_stays_behind() {
    let limits = Retention::new().finished_bytes(100_000);
    let engine = Engine::new(limits);
    for n in 0..2_000 {
        let end = written(EntryBody::Status(Status::new(TaskState::Completed)));
        if n % 2 == 0 {
            create(&engine, n, vec![end]);
        } else if let Created::New(lease, _) = create(&engine, n, vec![chunk(10)]) {
            engine.append(&lease, vec![end]).unwrap();
        }
        assert!(engine.room.finished() <= 100_000);
    }
    let kept = engine.finished.len();
    assert!((10..100).contains(&kept), "{kept} tasks are kept");
    assert_eq!((engine.known(), engine.index.len(), engine.keys.len()), (kept, kept, kept));
    assert_eq!((engine.room.pinned(), engine.unfinished()), (0, 0));
}
