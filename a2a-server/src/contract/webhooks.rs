//! Who is to be told of a task: kept as it was sent, with the task, and for its owner alone.
//!
//! What tells webhooks reads the log as everybody does. All that a log keeps of it is who is to be told, in which
//! version, and from where on.

use a2a_core::{AuthenticationInfo, Caller, CallerKind, TaskPushNotificationConfig, Version};

use super::{
    Skipped, Trial,
    claim::{refused, same},
    fixture::{ann, chunk, done, key, new, opened, scope, status, task, turn},
    promise::promises,
    steps::Steps,
};
use crate::log::{Create, Created, LogError, PendingWebhook, Retention, Scope, Seq, TaskLog, Webhook};

promises! { "webhooks":
    a_webhook_is_kept_as_it_was_sent,
    webhooks_are_listed_as_they_were_made_page_by_page,
    a_webhook_takes_the_place_of_the_one_of_its_id,
    a_webhook_that_is_removed_is_gone,
    the_webhook_of_a_new_task_is_kept_with_it,
    the_webhook_of_a_turn_is_kept_with_it,
    a_post_that_is_refused_or_repeated_registers_nothing,
    a_task_has_no_more_webhooks_than_it_may,
    a_task_that_has_ended_has_webhooks_as_any_other,
    webhooks_of_somebody_elses_task_are_missing,
    webhooks_outlive_the_process,
}

/// A webhook of this id, with nothing left out.
fn webhook(name: &str, id: &str) -> Webhook {
    let mut config = TaskPushNotificationConfig::new(format!("https://example.com/{id}?a=b#c"))
        .with_task_id(task(name))
        .with_token("töken \"1\"")
        .with_authentication(AuthenticationInfo::new("Bearer", "secret"));
    config.tenant = "acme".parse().ok();
    config.id = Some(id.to_owned());
    Webhook::new(config, Version::V0_3)
}

async fn put(log: &dyn TaskLog, name: &str, id: &str) -> Webhook {
    log.put_webhook(&ann(), &task(name), webhook(name, id)).await.expect("the task takes a webhook")
}

async fn all(log: &dyn TaskLog, name: &str) -> Vec<Webhook> {
    let page = log.webhooks(&ann(), &task(name), 0, 99).await.expect("the owner lists webhooks");
    same("whether there are more", page.more, false);
    page.webhooks
}

/// The ids of a task's webhooks, and from where on they are told.
async fn told(log: &dyn TaskLog, name: &str) -> Vec<(String, Seq)> {
    all(log, name).await.into_iter().map(|known| (known.id().to_owned(), known.after)).collect()
}

fn from(id: &str, after: Seq) -> (String, Seq) {
    (id.to_owned(), after)
}

/// Every member of its config, the version of its request, and the last entry there was when it was registered.
pub async fn a_webhook_is_kept_as_it_was_sent(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", vec![chunk(1, "a", "b")]).await;
    let mut bare = TaskPushNotificationConfig::new("http://a");
    bare.id = Some("bare".to_owned());
    for (mut sent, after) in [(webhook("t", "full"), 2), (Webhook::new(bare, Version::V1_0), 3)] {
        let answer =
            log.put_webhook(&ann(), &task("t"), sent.clone()).await.expect("the task takes a webhook");
        (sent.after, sent.number) = (after, answer.number);
        same("what was answered", &answer, &sent);
        let found = log.webhook(&ann(), &task("t"), sent.id()).await.expect("the owner finds a webhook");
        same("what is kept", found, Some(sent));
        log.write(&lease, vec![chunk(2, "a", "c")]).await;
    }
    same("a webhook that there isn't", log.webhook(&ann(), &task("t"), "none").await.ok(), Some(None));
}

/// In the order in which they were made, of this task alone, and from any of them on.
pub async fn webhooks_are_listed_as_they_were_made_page_by_page(trial: &Trial) {
    let log = trial.log().await;
    log.begin("t", Vec::new()).await;
    log.begin("other", Vec::new()).await;
    let mut made = Vec::new();
    for id in ["c", "a", "d", "b", "e"] {
        made.push(put(&*log, "t", id).await);
        put(&*log, "other", id).await;
    }
    same("the list", &all(&*log, "t").await, &made);
    for size in 1..=6 {
        let (mut after, mut listed) = (0, Vec::new());
        loop {
            let page = log.webhooks(&ann(), &task("t"), after, size).await.expect("the owner lists webhooks");
            same("the size of a page", page.webhooks.len(), size.min(made.len() - listed.len()));
            listed.extend(page.webhooks);
            same("whether there are more", page.more, listed.len() < made.len());
            if !page.more {
                break;
            }
            after = listed.last().map_or(0, |last| last.number);
        }
        same(format!("the list in pages of {size}"), &listed, &made);
    }
}

/// Its config and its version hold from then on; its place, its number and what it is told go on.
pub async fn a_webhook_takes_the_place_of_the_one_of_its_id(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let (first, second) = (put(&*log, "t", "a").await, put(&*log, "t", "b").await);
    log.write(&lease, vec![chunk(1, "a", "b")]).await;
    let mut again = Webhook::new(first.config.clone(), Version::V1_0);
    again.config.url = "http://elsewhere".into();
    let answer = log.put_webhook(&ann(), &task("t"), again.clone()).await.expect("the task takes a webhook");
    (again.after, again.number) = (first.after, first.number);
    same("what was answered", &answer, &again);
    same("the list", all(&*log, "t").await, [again, second]);
}

/// Whoever removes it again, or one that there never was, is answered the same.
pub async fn a_webhook_that_is_removed_is_gone(trial: &Trial) {
    let log = trial.log().await;
    log.begin("t", Vec::new()).await;
    put(&*log, "t", "a").await;
    let kept = put(&*log, "t", "b").await;
    for id in ["a", "a", "never"] {
        log.delete_webhook(&ann(), &task("t"), id).await.expect("the owner removes a webhook");
        same("the list", all(&*log, "t").await, [kept.clone()]);
    }
    same("what was removed", log.webhook(&ann(), &task("t"), "a").await.ok(), Some(None));
    same("whether it is made anew", put(&*log, "t", "a").await.number > kept.number, true);
}

fn with_webhook(name: &str, id: &str) -> Create {
    let mut create = new(name);
    create.webhook = Some(Box::new(webhook(name, id)));
    create
}

/// In one step, also of a task that ends at once; it is told from the first entry on. A send that was made before makes
/// neither.
pub async fn the_webhook_of_a_new_task_is_kept_with_it(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(Retention::new()).await?;
    let mut create = with_webhook("t", "a");
    create.key = Some(key("k"));
    let created = log.create(create, vec![opened(0), chunk(1, "a", "b")]).await;
    same("a new task", matches!(created, Ok(Created::New(..))), true);
    same("its webhooks", told(&*log, "t").await, [from("a", 0)]);
    let mut again = with_webhook("again", "b");
    again.key = Some(key("k"));
    let joined = log.create(again, vec![opened(2)]).await;
    same("the same send", matches!(joined, Ok(Created::Joined(first)) if first == task("t")), true);
    same("the webhooks behind it", told(&*log, "t").await, [from("a", 0)]);
    refused!("the second task", log.webhooks(&ann(), &task("again"), 0, 9).await, LogError::NotFound);
    let ended = log.create(with_webhook("ended", "c"), vec![opened(3), done(3)]).await;
    same("a task that ends at once", matches!(ended, Ok(Created::Ended(_))), true);
    same("its webhooks", told(&*log, "ended").await, [from("c", 0)]);
    Ok(())
}

/// In one step; it is told of the turn, too.
pub async fn the_webhook_of_a_turn_is_kept_with_it(trial: &Trial) {
    let log = trial.log().await;
    log.paused("t").await;
    for (id, after) in [("a", 2), ("b", 3)] {
        let webhook = Some(Box::new(webhook("t", id)));
        let posted =
            log.post(&ann(), &task("t"), turn(2, id), None, webhook).await.expect("post takes a turn");
        same("where the turn is", posted.seq, after + 1);
    }
    same("the webhooks", told(&*log, "t").await, [from("a", 2), from("b", 3)]);
}

/// A post of another, to a task that has ended, that is too large, or that was made before.
pub async fn a_post_that_is_refused_or_repeated_registers_nothing(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.remembering(Retention::new().task_bytes(20_000)).await?;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let with = |id: &str| Some(Box::new(webhook("t", id)));
    let much = turn(1, &"x".repeat(30_000));
    refused!("much", log.post(&ann(), &task("t"), much, None, with("a")).await, LogError::TooLarge { .. });
    let bob = scope("bob");
    refused!("his", log.post(&bob, &task("t"), turn(1, "his"), None, with("b")).await, LogError::NotFound);
    let entry = status(1, a2a_core::TaskState::Working);
    refused!("no turn", log.post(&ann(), &task("t"), entry, None, with("c")).await, LogError::Store(_));
    for id in ["first", "repeated"] {
        let posted = log.post(&ann(), &task("t"), turn(1, "one"), Some(key("k")), with(id)).await;
        same("where the turn is", posted.map(|posted| posted.seq).ok(), Some(2));
    }
    log.write(&lease, vec![done(2)]).await;
    refused!("late", log.post(&ann(), &task("t"), turn(2, "l"), None, with("d")).await, LogError::Terminal);
    let again = log.post(&ann(), &task("t"), turn(3, "one"), Some(key("k")), with("late")).await;
    same("where the turn is", again.map(|posted| posted.seq).ok(), Some(2));
    same("the webhooks", told(&*log, "t").await, [from("first", 1)]);
    Ok(())
}

/// Neither by themselves nor with a message, which isn't taken either; one in the place of another is no further one.
pub async fn a_task_has_no_more_webhooks_than_it_may(trial: &Trial) {
    let log = trial.keeping(Retention::new().webhooks(2)).await;
    log.begin("t", Vec::new()).await;
    log.begin("other", Vec::new()).await;
    put(&*log, "t", "a").await;
    put(&*log, "t", "b").await;
    let third = log.put_webhook(&ann(), &task("t"), webhook("t", "c")).await;
    refused!("a third", third, LogError::TooManyWebhooks { limit: 2 });
    let with = |id: &str| Some(Box::new(webhook("t", id)));
    let third = log.post(&ann(), &task("t"), turn(1, "more"), None, with("c")).await;
    refused!("a third with a turn", third, LogError::TooManyWebhooks { limit: 2 });
    same("the last entry", log.whole("t").await.0, 1);
    put(&*log, "t", "a").await;
    log.post(&ann(), &task("t"), turn(1, "more"), None, with("b")).await.expect("post takes a turn");
    put(&*log, "other", "c").await;
    log.delete_webhook(&ann(), &task("t"), "a").await.expect("the owner removes a webhook");
    put(&*log, "t", "c").await;
    same("the webhooks", told(&*log, "t").await, [from("b", 1), from("c", 2)]);
    let none = trial.keeping(Retention::new().webhooks(0)).await;
    let made = none.create(with_webhook("t", "a"), vec![opened(0)]).await;
    refused!("a first with a task", made, LogError::TooManyWebhooks { limit: 0 });
    refused!("the task", none.header(&ann(), &task("t")).await, LogError::NotFound);
}

/// Those it had stay, further ones come and go; there is only nothing left to tell them.
pub async fn a_task_that_has_ended_has_webhooks_as_any_other(trial: &Trial) {
    let log = trial.log().await;
    let (lease, _) = log.begin("t", Vec::new()).await;
    let kept = put(&*log, "t", "a").await;
    log.write(&lease, vec![done(1)]).await;
    same("the webhooks behind the end", all(&*log, "t").await, [kept.clone()]);
    same("what a further one is told of", put(&*log, "t", "b").await.after, 2);
    log.delete_webhook(&ann(), &task("t"), "b").await.expect("the owner removes a webhook");
    same("the webhooks", all(&*log, "t").await, [kept]);
}

/// Nobody else finds, lists, registers or removes one, nor does anybody of a task that there isn't.
pub async fn webhooks_of_somebody_elses_task_are_missing(trial: &Trial) {
    let log = trial.log().await;
    log.begin("t", Vec::new()).await;
    let kept = put(&*log, "t", "a").await;
    let mut elsewhere = Caller::new(CallerKind::User, "ann");
    elsewhere.tenant = "acme".parse().ok();
    let others = [scope("bob"), Scope::of(&Caller::anonymous()), Scope::of(&elsewhere)];
    for (who, name) in others.iter().map(|who| (who.clone(), "t")).chain([(ann(), "never")]) {
        let what = format!("a webhook of {name}, for {who:?}");
        let task = task(name);
        refused!(what, log.webhook(&who, &task, "a").await, LogError::NotFound);
        refused!(what, log.webhooks(&who, &task, 0, 9).await, LogError::NotFound);
        refused!(what, log.put_webhook(&who, &task, webhook(name, "b")).await, LogError::NotFound);
        refused!(what, log.put_webhook(&who, &task, webhook(name, "a")).await, LogError::NotFound);
        refused!(what, log.delete_webhook(&who, &task, "a").await, LogError::NotFound);
    }
    same("the webhooks", all(&*log, "t").await, [kept]);
}

/// As they were, and the next process learns who is still to be told: the webhooks of tasks without an end.
pub async fn webhooks_outlive_the_process(trial: &Trial) -> Result<(), Skipped> {
    let log = trial.outliving(Retention::new()).await?;
    let (lease, _) = log.begin("ends", Vec::new()).await;
    log.create(with_webhook("t", "a"), vec![opened(0)]).await.expect("create makes a task");
    put(&*log, "ends", "x").await;
    log.paused("paused").await;
    put(&*log, "paused", "a").await;
    put(&*log, "t", "b").await;
    put(&*log, "t", "gone").await;
    log.delete_webhook(&ann(), &task("t"), "gone").await.expect("the owner removes a webhook");
    log.write(&lease, vec![done(1)]).await;
    let kept = [all(&*log, "t").await, all(&*log, "ends").await, all(&*log, "paused").await];
    let log = trial.reopened(log).await?;
    let now = [all(&*log, "t").await, all(&*log, "ends").await, all(&*log, "paused").await];
    same("the webhooks", &now, &kept);
    let still = |name: &str, known: &Webhook| {
        PendingWebhook::new(ann(), task(name), known.id().to_owned(), known.number)
    };
    let left = [still("t", &kept[0][0]), still("paused", &kept[2][0]), still("t", &kept[0][1])];
    let (mut after, mut pending) = (0, Vec::new());
    loop {
        let page = log.pending_webhooks(after, 2).await.expect("the log says who is to be told");
        let Some(last) = page.last() else { break };
        same("whether a page is as small as is wanted", page.len() <= 2 && last.number > after, true);
        after = last.number;
        pending.extend(page);
    }
    same("who is still to be told", pending, left);
    let further = put(&*log, "t", "c").await;
    same("whether a further one is the last", further.number > kept[0][1].number, true);
    Ok(())
}
