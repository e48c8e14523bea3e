//! What is kept for readers that are attached: the tail behind them, within limits of one task and of all.
//!
//! A reader that is merely slow loses nothing, one that stands still costs no more than its limits, and none of them
//! ever holds up the writer. Whose pin has lapsed is told the task as it stands and goes on from there.

use a2a_core::Fold;

use super::{
    Trial,
    claim::same,
    fixture::{chunk, done, page_of},
    promise::promises,
    steps::Steps,
    trimming::{short, write},
};
use crate::log::Limit;

promises! { "pins":
    an_attached_reader_loses_nothing_within_its_pin,
    a_reader_that_is_dropped_pins_nothing,
    a_pin_lapses_when_it_would_keep_too_much_of_one_task,
    pins_lapse_when_they_would_keep_too_much_of_all_tasks,
    a_pin_lapses_when_its_reader_stands_still,
    a_reader_that_has_everything_does_not_stand_still,
    a_reader_whose_pin_lapsed_pins_again_when_it_goes_on,
}

/// Within the bytes of pins a reader that is behind reads every entry; when it has, they go.
pub async fn an_attached_reader_loses_nothing_within_its_pin(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(1 << 20)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.reader("t", Some(0)).await.cursor;
    write(&*log, &lease, 1, 200).await;
    same("how many entries it reads", log.rest(&mut reader, page_of(30)).await.len(), 201);
    write(&*log, &lease, 1, 10).await;
    same("how many it reads then", log.rest(&mut reader, page_of(30)).await.len(), 10);
    same("whether all is kept that it has read", log.has_all("t").await, false);
}

/// A reader that went away keeps nothing, whether it has read or not.
pub async fn a_reader_that_is_dropped_pins_nothing(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(1 << 20)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let reader = log.reader("t", Some(0)).await;
    write(&*log, &lease, 1, 100).await;
    same("whether all is kept for a reader", log.has_all("t").await, true);
    drop(reader);
    write(&*log, &lease, 1, 10).await;
    same("whether all is kept for nobody", log.has_all("t").await, false);
}

/// What one task keeps for readers is bounded; who is left behind is told the task and loses no state.
pub async fn a_pin_lapses_when_it_would_keep_too_much_of_one_task(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(100_000)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.reader("t", Some(0)).await.cursor;
    write(&*log, &lease, 1, 50).await;
    same("whether all is kept within the pin", log.has_all("t").await, true);
    write(&*log, &lease, 1, 250).await;
    let snapshot = log.trimmed(&mut reader).await;
    same("where its reader stands", (snapshot.seq, reader.seq()), (301, 301));
    let mut fold = Fold::new(snapshot.to_task());
    log.write(&lease, vec![chunk(2, "a0", "more"), done(2)]).await;
    for entry in log.rest(&mut reader, Limit::default()).await {
        fold.apply_entry(&entry.entry);
    }
    same("the task it has", fold.into_task(), log.whole("t").await.1);
}

/// What all tasks keep for readers is bounded too: later pins lapse first, and there is room again when readers go.
pub async fn pins_lapse_when_they_would_keep_too_much_of_all_tasks(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(1 << 20).pinned_bytes(250_000)).await;
    let mut readers = Vec::new();
    for n in 0..10 {
        let name = format!("t{n}");
        let (lease, _) = log.begin(&name, Vec::new()).await;
        readers.push(log.reader(&name, Some(0)).await.cursor);
        write(&*log, &lease, 1, 100).await;
    }
    same("how many entries the first reads", log.rest(&mut readers[0], Limit::default()).await.len(), 101);
    log.trimmed(&mut readers[9]).await;
    drop(readers);
    let (lease, _) = log.begin("later", Vec::new()).await;
    let mut reader = log.reader("later", Some(0)).await.cursor;
    write(&*log, &lease, 1, 100).await;
    same("how many entries a later one reads", log.rest(&mut reader, Limit::default()).await.len(), 101);
}

/// A reader that is behind and reads nothing for a while, by the times of the entries, loses its pin; one that reads
/// on, however slowly, doesn't.
pub async fn a_pin_lapses_when_its_reader_stands_still(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(1 << 20)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut still = log.reader("t", Some(0)).await.cursor;
    let mut slow = log.reader("t", Some(0)).await.cursor;
    for minute in 0..10 {
        write(&*log, &lease, minute * 50_000, 50).await;
        same("how many entries the slow one reads", log.page(&mut slow, page_of(30)).await.len(), 30);
    }
    log.trimmed(&mut still).await;
    same("how many are left to the slow one", log.rest(&mut slow, Limit::default()).await.len(), 501 - 300);
}

/// A reader that waits for an agent which is silent for an hour is not behind, so it gets what comes then.
pub async fn a_reader_that_has_everything_does_not_stand_still(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(1 << 20)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.reader("t", Some(1)).await.cursor;
    write(&*log, &lease, 3_600_000, 100).await;
    same("how many entries it reads", log.rest(&mut reader, Limit::default()).await.len(), 100);
}

/// A pin that has lapsed is no verdict: from where its reader goes on, the tail is kept for it as for others.
pub async fn a_reader_whose_pin_lapsed_pins_again_when_it_goes_on(trial: &Trial) {
    let log = trial.keeping(short().pinned_task_bytes(100_000)).await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let mut reader = log.reader("t", Some(0)).await.cursor;
    write(&*log, &lease, 1, 300).await;
    log.trimmed(&mut reader).await;
    write(&*log, &lease, 1, 50).await;
    same("how many entries it reads", log.rest(&mut reader, Limit::default()).await.len(), 50);
}
