//! Who may write what, and when no more.

use std::sync::Arc;

use a2a_core::{EntryBody, TaskState};
use a2a_server::log::{Created, Head, Limit, LogError, TaskLog};
use pretty_assertions::assert_eq;

use crate::log_fixture::{
    ann, at, begin, cancel, chunk, context, done, entries, folded, key, load, new, opened, query, record,
    rest, said, status, task, turn,
};

pub(crate) async fn a_new_task_is_leased_to_its_first_run(log: Arc<dyn TaskLog>) {
    let (lease, head) = begin(&*log, "t", vec![status(1, TaskState::Working)]).await;
    assert_eq!((lease.epoch, lease.run.run, lease.run.attempt, lease.consumed), (1, 1, 1, 0));
    assert_eq!(head, Head::new(2, TaskState::Working, false, 0));
    let header = log.header(&ann(), &task("t")).await.unwrap();
    assert_eq!((header.context, header.head, header.run, header.leased), (context(), head, 1, true));
}

pub(crate) async fn a_terminal_entry_in_the_first_batch_ends_the_task_at_once(log: Arc<dyn TaskLog>) {
    let first = vec![opened(0), chunk(1, "a", "all"), done(2), chunk(3, "a", "late"), done(3)];
    let Created::Ended(snapshot) = log.create(new("t"), first).await.unwrap() else { panic!("it has ended") };
    let all = entries(&*log, "t").await;
    assert_eq!((snapshot.seq, snapshot.state.clone(), all.len()), (3, TaskState::Completed, 3));
    assert_eq!(snapshot.to_task(), folded("t", &all));
    assert_eq!(load(&*log, "t").await, (3, folded("t", &all)));
    assert!(!log.header(&ann(), &task("t")).await.unwrap().leased);
}

pub(crate) async fn a_task_that_nobody_reads_from_the_start_is_a_task_like_any_other(log: Arc<dyn TaskLog>) {
    let mut create = new("t");
    (create.replays, create.key) = (false, Some(key("k")));
    let first = vec![opened(0), chunk(1, "a", "all"), chunk(2, "b", "more"), done(3), chunk(4, "a", "late")];
    let expected = {
        let Created::Ended(snapshot) = log.create(new("like"), first.clone()).await.unwrap() else {
            panic!()
        };
        let mut like = snapshot.to_task();
        like.id = task("t");
        like
    };
    let Created::Ended(snapshot) = log.create(create, first).await.unwrap() else { panic!("it has ended") };
    assert_eq!((snapshot.seq, snapshot.state.clone()), (4, TaskState::Completed));
    assert_eq!((snapshot.to_task(), load(&*log, "t").await), (expected.clone(), (4, expected.clone())));
    let header = log.header(&ann(), &task("t")).await.unwrap();
    assert_eq!(
        (header.head, header.run, header.leased),
        (Head::new(4, TaskState::Completed, false, 0), 1, false)
    );
    assert_eq!(log.find(&ann(), None, &key("k"), at(5)).await.unwrap(), Some(task("t")));
    assert!(matches!(log.post(&ann(), &task("t"), turn(5, "late"), None).await, Err(LogError::Terminal)));
    assert_eq!(log.list(&ann(), &query(9)).await.unwrap().tasks.len(), 2);
    // Whether it kept the entries or not, a reader comes to the same.
    for after in [None, Some(0), Some(2), Some(4)] {
        let mut attached = log.attach(&ann(), &task("t"), after).await.unwrap();
        let rest = rest(&*log, &mut attached.cursor, Limit::default()).await;
        if let Some(snapshot) = attached.snapshot {
            assert_eq!((snapshot.seq, snapshot.to_task(), rest.len()), (4, expected.clone(), 0));
        }
        assert_eq!(attached.cursor.seq(), 4);
    }
}

pub(crate) async fn what_a_run_appends_is_counted_without_a_gap(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    let head = log.append(&lease, vec![chunk(1, "a", "b"), record(1), chunk(1, "a", "c")]).await.unwrap();
    assert_eq!(head, Head::new(4, TaskState::Submitted, false, 0));
    assert_eq!(log.append(&lease, Vec::new()).await.unwrap(), head);
    assert_eq!(log.append(&lease, vec![status(2, TaskState::Working)]).await.unwrap().seq, 5);
    let seqs: Vec<_> = entries(&*log, "t").await.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
}

pub(crate) async fn a_task_begins_with_one_opening_entry(log: Arc<dyn TaskLog>) {
    for first in [vec![], vec![done(0)], vec![opened(0), opened(0)], vec![opened(0), turn(0, "early")]] {
        assert!(matches!(log.create(new("t"), first).await, Err(LogError::Store(_))));
    }
    assert!(matches!(log.header(&ann(), &task("t")).await, Err(LogError::NotFound)));
}

pub(crate) async fn a_task_id_is_given_once(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    assert!(matches!(log.create(new("t"), vec![opened(0)]).await, Err(LogError::Store(_))));
    assert!(matches!(log.create(new("t"), vec![opened(0), done(0)]).await, Err(LogError::Store(_))));
    assert_eq!(log.append(&lease, vec![record(1)]).await.unwrap().seq, 2);
}

pub(crate) async fn a_run_neither_opens_nor_posts(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    for entry in [opened(1), turn(1, "mine")] {
        assert!(matches!(log.append(&lease, vec![record(1), entry]).await, Err(LogError::Store(_))));
    }
    assert_eq!(load(&*log, "t").await.0, 1);
}

pub(crate) async fn only_turns_and_wishes_are_posted(log: Arc<dyn TaskLog>) {
    begin(&*log, "t", Vec::new()).await;
    for entry in [opened(1), done(1), chunk(1, "a", "b"), record(1)] {
        assert!(matches!(log.post(&ann(), &task("t"), entry, None).await, Err(LogError::Store(_))));
    }
    assert_eq!(load(&*log, "t").await.0, 1);
}

pub(crate) async fn a_turn_to_a_paused_task_resumes_it_in_the_same_step(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", vec![said(1, TaskState::AuthRequired, "who are you?")]).await;
    assert_eq!(log.release(&lease, 0).await.unwrap(), None);
    let posted = log.post(&ann(), &task("t"), turn(2, "ann"), None).await.unwrap();
    assert_eq!((posted.seq, posted.run, posted.leased), (3, 1, false));
    let header = log.header(&ann(), &task("t")).await.unwrap();
    assert_eq!(header.head, Head::new(3, TaskState::Working, false, 3));
    let all = entries(&*log, "t").await;
    let EntryBody::Turn(turn) = &all[2].entry.body else { panic!("{all:?}") };
    assert_eq!(turn.resumes, Some(TaskState::AuthRequired));
    assert_eq!(load(&*log, "t").await.1, folded("t", &all));
}

pub(crate) async fn a_turn_to_a_running_task_waits_in_its_inbox(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", vec![status(1, TaskState::Working)]).await;
    let mut sent = turn(2, "more");
    if let EntryBody::Turn(turn) = &mut sent.body {
        turn.resumes = Some(TaskState::InputRequired);
    }
    let posted = log.post(&ann(), &task("t"), sent, None).await.unwrap();
    assert_eq!((posted.seq, posted.run, posted.leased), (3, 1, true));
    let head = log.append(&lease, vec![chunk(3, "a", "b")]).await.unwrap();
    assert_eq!(head, Head::new(4, TaskState::Working, false, 3));
    let all = entries(&*log, "t").await;
    let EntryBody::Turn(turn) = &all[2].entry.body else { panic!("{all:?}") };
    assert_eq!(turn.resumes, None);
}

pub(crate) async fn a_wish_to_cancel_shows_at_the_next_append(log: Arc<dyn TaskLog>) {
    let (lease, head) = begin(&*log, "t", Vec::new()).await;
    assert!(!head.cancel);
    log.post(&ann(), &task("t"), cancel(1), None).await.unwrap();
    let head = log.append(&lease, vec![chunk(2, "a", "b")]).await.unwrap();
    assert_eq!(head, Head::new(3, TaskState::Submitted, true, 0));
    assert_eq!(log.renew(&[lease]).await.unwrap(), [Some(head)]);
}

pub(crate) async fn entries_behind_the_end_in_a_batch_are_dropped(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    let batch = vec![chunk(1, "a", "b"), status(1, TaskState::Failed), done(1), chunk(1, "a", "c")];
    assert_eq!(log.append(&lease, batch).await.unwrap(), Head::new(3, TaskState::Failed, false, 0));
    let all = entries(&*log, "t").await;
    assert_eq!((all.len(), load(&*log, "t").await), (3, (3, folded("t", &all))));
}

pub(crate) async fn nothing_is_taken_behind_the_end(log: Arc<dyn TaskLog>) {
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    log.append(&lease, vec![done(1)]).await.unwrap();
    let before = load(&*log, "t").await;
    for entry in [chunk(2, "a", "b"), status(2, TaskState::Working), done(2), record(2)] {
        assert!(matches!(log.append(&lease, vec![entry]).await, Err(LogError::Terminal)));
    }
    for entry in [turn(2, "late"), cancel(2)] {
        assert!(matches!(log.post(&ann(), &task("t"), entry, None).await, Err(LogError::Terminal)));
    }
    assert!(matches!(log.start(&lease, 0).await, Err(LogError::Terminal)));
    assert_eq!(load(&*log, "t").await, before);
}

pub(crate) async fn many_writers_at_once_leave_no_gap(log: Arc<dyn TaskLog>) {
    const EACH: usize = 200;
    let (lease, _) = begin(&*log, "t", Vec::new()).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..8 {
        let (log, lease) = (Arc::clone(&log), lease.clone());
        writers.spawn(async move {
            for n in 0..EACH {
                match (writer + n) % 4 {
                    0 => drop(log.post(&ann(), &task("t"), turn(1, "t"), None).await.unwrap()),
                    1 => drop(log.post(&ann(), &task("t"), cancel(1), None).await.unwrap()),
                    2 => drop(log.append(&lease, vec![chunk(1, "a", "b")]).await.unwrap()),
                    _ => drop(log.append(&lease, vec![chunk(1, "b", "c"), record(1)]).await.unwrap()),
                }
            }
        });
    }
    writers.join_all().await;
    let all = entries(&*log, "t").await;
    let seqs: Vec<_> = all.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=(1 + 8 * EACH + 8 * EACH / 4) as u64).collect::<Vec<_>>());
    assert_eq!(load(&*log, "t").await, (seqs.len() as u64, folded("t", &all)));
}
