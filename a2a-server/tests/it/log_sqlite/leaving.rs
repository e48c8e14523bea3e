//! Callers that leave before they are answered: what is in memory is what is in the file.

use std::{future::Future, pin::pin, task::Poll};

use a2a_core::TaskState;
use a2a_server::{
    log::{Create, LeaseRequest, LogError, TaskLog},
    sqlite::Sqlite,
};
use pretty_assertions::assert_eq;

use super::{File, forgetful};
use a2a_server::contract::fixture::{ann, chunk, context, done, folded, key, opened, status, task, turn};
use a2a_server::contract::steps::Steps;

/// Polls a future so many times, each when it can go on, then drops it; whether it was done.
async fn leave_after<T>(polls: usize, future: impl Future<Output = T>) -> bool {
    let (mut future, mut left) = (pin!(future), polls);
    std::future::poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// The task as it is in memory, and as the next process finds it.
async fn both(file: &File, log: Sqlite, name: &str) -> Sqlite {
    // Behind whatever was handed over.
    let stands = match log.header(&ann(), &task(name)).await {
        Err(LogError::NotFound) => None,
        header => Some((header.unwrap().head, log.whole(name).await, log.entries(name).await)),
    };
    log.close().await;
    let log = file.open_with(&forgetful()).await;
    let found = match log.header(&ann(), &task(name)).await {
        Err(LogError::NotFound) => None,
        header => Some((header.unwrap().head, log.whole(name).await, log.entries(name).await)),
    };
    assert_eq!(format!("{found:?}"), format!("{stands:?}"));
    if let Some((head, (seq, whole), all)) = found {
        assert_eq!((head.seq, seq, whole), (all.len() as u64, seq, folded(name, &all)));
    }
    log
}

/// Waits until what was handed over is committed.
async fn settle(log: &Sqlite) {
    let _ = log.create(Create::new(task("settled"), context(), ann(), None), vec![opened(0), done(0)]).await;
}

#[tokio::test]
async fn an_append_whose_writer_left_happened_or_didnt() {
    for polls in 0..8 {
        let file = File::new();
        let log = file.open_with(&forgetful()).await;
        let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
        leave_after(polls, log.append(&lease, vec![chunk(2, "a", "c"), status(2, TaskState::Working)])).await;
        settle(&log).await;
        // Whoever writes next isn't kept out.
        let next = log.append(&lease, vec![chunk(3, "a", "d")]).await.unwrap();
        assert!([3, 5].contains(&next.seq), "{polls} polls: {next:?}");
        both(&file, log, "t").await;
    }
}

#[tokio::test]
async fn a_post_whose_sender_left_happened_or_didnt() {
    for polls in 0..8 {
        let file = File::new();
        let log = file.open_with(&forgetful()).await;
        let (lease, _) = log.begin("t", vec![status(1, TaskState::InputRequired)]).await;
        log.release(&lease, 0).await.unwrap();
        leave_after(polls, log.post(&ann(), &task("t"), turn(2, "yes"), Some(key("k")), None)).await;
        settle(&log).await;
        let log = both(&file, log, "t").await;
        let posted = log.post(&ann(), &task("t"), turn(2, "yes"), Some(key("k")), None).await.unwrap();
        assert_eq!((posted.seq, log.whole("t").await.0), (3, 3), "{polls} polls");
    }
}

#[tokio::test]
async fn a_task_whose_sender_left_is_there_or_isnt() {
    for polls in 0..8 {
        for end in [false, true] {
            let file = File::new();
            let log = file.open_with(&forgetful()).await;
            let create = || Create::new(task("t"), context(), ann(), Some(key("k")));
            let mut first = vec![opened(0), chunk(1, "a", "b")];
            first.extend(end.then(|| done(2)));
            leave_after(polls, log.create(create(), first.clone())).await;
            settle(&log).await;
            let log = both(&file, log, "t").await;
            log.create(create(), first).await.unwrap();
            assert_eq!(log.whole("t").await.0, if end { 3 } else { 2 }, "{polls} polls");
        }
    }
}

#[tokio::test]
async fn writers_that_leave_while_others_write_keep_nobody_out() {
    let file = File::new();
    let log = file.open_with(&forgetful()).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    for polls in 0..40 {
        let append = |text| log.append(&lease, vec![chunk(polls, "a", text)]);
        let leaves = leave_after(usize::try_from(polls % 4).unwrap(), append("left"));
        let posts = async { log.post(&ann(), &task("t"), turn(polls, "more"), None, None).await };
        let waits = leave_after(usize::try_from(polls % 3).unwrap(), append("left too"));
        let (stays, _, posted, _) = tokio::join!(append("stayed"), leaves, posts, waits);
        assert!(stays.is_ok() && posted.is_ok());
    }
    settle(&log).await;
    both(&file, log, "t").await;
}

#[tokio::test]
async fn a_lease_whose_taker_left_is_nobodys_or_the_next_runs() {
    for polls in 0..4 {
        let file = File::new();
        let log = file.open_with(&forgetful()).await;
        let (lease, _) = log.begin("t", vec![status(1, TaskState::InputRequired)]).await;
        log.release(&lease, 0).await.unwrap();
        log.post(&ann(), &task("t"), turn(2, "yes"), None, None).await.unwrap();
        leave_after(polls, log.lease(&task("t"), LeaseRequest::NextRun)).await;
        let log = both(&file, log, "t").await;
        let due = log.orphans(9).await.unwrap();
        assert_eq!(due.iter().map(|lease| lease.run.run).collect::<Vec<_>>(), [2], "{polls} polls");
    }
}

#[tokio::test]
async fn a_task_that_nobody_waits_for_any_more_is_read_by_whoever_comes_next() {
    let file = File::new();
    let log = file.open().await;
    log.begin("t", vec![chunk(1, "a", "b")]).await;
    log.close().await;
    for polls in 0..6 {
        let log = file.open().await;
        leave_after(polls, log.header(&ann(), &task("t"))).await;
        leave_after(polls, log.header(&ann(), &task("missing"))).await;
        assert_eq!(log.whole("t").await.0, 2);
        log.close().await;
    }
}
