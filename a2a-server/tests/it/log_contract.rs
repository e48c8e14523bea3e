//! Logs that are held to the contract: ours, which keep it, and faulty ones, which are caught.

mod fault;
mod faulty;
mod loss;
mod outliving;

use std::{fs, future, sync::Arc};

use a2a_server::{
    contract::{self, Outcome, Report, Stores, Trial},
    log::{MemoryLog, Retention, TaskLog},
};
use async_trait::async_trait;
use pretty_assertions::assert_eq;

use self::{fault::Fault, faulty::Faulty, loss::Loss, outliving::Outliving};

/// What is changed of what a log is to keep.
type Change = fn(Retention) -> Retention;

/// Logs in memory, with what is changed of what they are to keep.
#[derive(Clone, Copy)]
struct Memory(Change);

#[async_trait]
impl Stores for Memory {
    async fn fresh(&self, keep: Retention) -> Arc<dyn TaskLog> {
        Arc::new(MemoryLog::with((self.0)(keep)))
    }
}

/// What is broken, by name.
async fn broken(stores: impl Stores) -> Vec<&'static str> {
    let (stores, mut broken) = (Arc::new(stores), Vec::new());
    for promise in contract::promises() {
        if let Outcome::Broken(_) = promise.check(Arc::clone(&stores)).await {
            broken.push(promise.name());
        }
    }
    broken
}

/// That a log in memory keeps what it promises, and doesn't claim to outlive its process.
fn assert_kept(report: &Report) {
    assert_eq!(report.kept.len() + report.skipped.len(), contract::promises().count());
    for (name, why) in &report.skipped {
        assert_eq!(*why, "the log ends with its process", "{name}");
    }
    assert!(report.kept.len() >= 90, "{report:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_memory_keeps_every_promise() {
    assert_kept(&contract::check(Memory(|keep| keep)).await);
}

/// With every task folded as soon as something is written.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_in_memory_that_folds_at_every_append_keeps_every_promise() {
    assert_kept(&contract::check(Memory(|keep| keep.checkpoint_bytes(0))).await);
}

#[tokio::test]
async fn every_promise_that_is_written_is_tried() {
    let (mut written, mut tried) = (Vec::new(), Vec::new());
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/contract")).unwrap() {
        let path = file.unwrap().path();
        let (group, text) = (path.file_stem().unwrap().to_str().unwrap(), fs::read_to_string(&path).unwrap());
        for name in
            text.split("pub async fn ").skip(1).filter_map(|behind| behind.split_once("(trial: &Trial)"))
        {
            written.push(format!("{group}::{}", name.0));
        }
    }
    tried.extend(contract::promises().map(|promise| promise.name().to_owned()));
    written.sort_unstable();
    tried.sort_unstable();
    assert_eq!(tried, written);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_faulty_log_is_caught_by_the_promise_that_it_breaks() {
    for (fault, promises) in Fault::ALL {
        assert_eq!(broken(Faulty::with(*fault)).await, *promises, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_that_outlives_its_process_keeps_every_promise() {
    let report = contract::check(Outliving::with(Loss::None)).await;
    assert_eq!(report.skipped, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_that_loses_something_with_its_process_is_caught() {
    for (loss, promises) in Loss::ALL {
        assert_eq!(broken(Outliving::with(*loss)).await, *promises, "{loss:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_log_that_keeps_too_much_or_too_little_is_caught() {
    let faults: [(Change, &[&str]); 7] = [
        (|keep| keep.webhooks(usize::MAX), &["webhooks::a_task_has_no_more_webhooks_than_it_may"]),
        (|keep| keep.unfinished(usize::MAX), &["retention::a_full_log_takes_no_new_task_until_one_ends"]),
        (
            |keep| keep.finished_bytes(usize::MAX),
            &[
                "keys::a_key_is_free_when_its_task_is_gone",
                "retention::finished_tasks_go_in_the_order_of_their_ends",
            ],
        ),
        (
            |keep| keep.tail_bytes(usize::MAX),
            &[
                "trimming::a_long_tail_is_trimmed",
                "trimming::a_task_that_has_ended_keeps_a_tail_within_its_limits",
                "pins::an_attached_reader_loses_nothing_within_its_pin",
                "pins::a_reader_that_is_dropped_pins_nothing",
                "pins::a_pin_lapses_when_it_would_keep_too_much_of_one_task",
                "pins::pins_lapse_when_they_would_keep_too_much_of_all_tasks",
                "pins::a_reader_whose_pin_lapsed_pins_again_when_it_goes_on",
            ],
        ),
        (
            |keep| keep.pinned_task_bytes(0),
            &[
                "pins::an_attached_reader_loses_nothing_within_its_pin",
                "pins::a_reader_that_is_dropped_pins_nothing",
                "pins::a_pin_lapses_when_it_would_keep_too_much_of_one_task",
                "pins::pins_lapse_when_they_would_keep_too_much_of_all_tasks",
                "pins::a_pin_lapses_when_its_reader_stands_still",
                "pins::a_reader_that_has_everything_does_not_stand_still",
            ],
        ),
        (|keep| keep.keys(usize::MAX), &["keys::the_oldest_key_is_forgotten_first"]),
        (
            |keep| keep.key_window(Retention::KEY_WINDOW),
            &[
                "keys::a_key_is_known_for_its_window_only",
                "keys::a_key_is_found_by_its_owner_within_its_window",
                "repeats::a_post_is_repeated_safely",
                "repeats::a_repeated_post_is_answered_behind_the_end",
            ],
        ),
    ];
    for (n, (change, promises)) in faults.into_iter().enumerate() {
        assert_eq!(broken(Memory(change)).await, promises, "{n}");
    }
}

#[tokio::test]
#[should_panic(
    expected = " promises are broken:\nretention::a_full_log_takes_no_new_task_until_one_ends\n  \
                           a third task: promised was LogError::Full, but it is Ok("
)]
async fn what_is_broken_is_told_by_name_and_with_what_came_instead() {
    contract::check(Memory(|keep| keep.unfinished(usize::MAX))).await;
}

#[tokio::test(start_paused = true)]
async fn a_log_that_hangs_breaks_the_promise_at_which_it_does() {
    struct Hanging;

    #[async_trait]
    impl Stores for Hanging {
        async fn fresh(&self, _: Retention) -> Arc<dyn TaskLog> {
            future::pending().await
        }
    }

    let first = contract::promises().next().unwrap();
    assert_eq!(first.check(Hanging).await, Outcome::Broken("it took longer than 120 s".to_owned()));
}

#[tokio::test]
async fn a_promise_can_be_tried_alone() {
    contract::leases::a_live_run_keeps_its_lease(&Trial::of(Memory(|keep| keep))).await;
}
