//! Streams on which nothing happens.

use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{Gate, patient},
    rest_streams::open,
    support::{host, host_with, id, says, short},
};

#[tokio::test]
async fn whoever_waits_for_the_first_event_reads_a_comment_within_seconds_and_not_after_the_long_silence() {
    // A turn that another run has yet to take: nothing is to be told until the gate opens.
    let gate = Gate::new();
    let host = host(patient(&gate)).await;
    let task = host.start(says("go")).await;
    let mut follower = host.subscribe(id(&task)).await;
    let mut cursor = follower.next().await.unwrap();
    while cursor.brief() != "WORKING" && !cursor.brief().ends_with("WORKING") {
        cursor = follower.next().await.unwrap();
    }
    let began = Instant::now();
    let cursor = cursor.id.unwrap();
    let mut streams = vec![host.resume(id(&task), &cursor).await];
    for path in ["/tasks", "/v1/tasks"] {
        let path = format!("{path}/{}:subscribe", id(&task));
        streams.push(open(&host, "GET", &path, &[("last-event-id", &cursor)], &Value::Null).await);
    }
    for stream in &mut streams {
        assert_eq!(stream.raw().await, ": keep-alive\n\n");
    }
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    gate.open();
    for mut stream in streams {
        assert_eq!(stream.rest().await.len(), 1);
    }
}

#[tokio::test]
async fn comments_come_as_often_as_the_limit_says() {
    let gate = Gate::new();
    let host = host_with(patient(&gate), short().with_keep_alive(Duration::from_millis(20))).await;
    let mut stream = open(&host, "POST", "/message:stream", &[], &json!({ "message": says("x") })).await;
    let mut comments = 0;
    while comments < 3 {
        comments += usize::from(stream.raw().await == ": keep-alive\n\n");
    }
    gate.open();
    let last = stream.rest().await.pop().unwrap();
    assert_eq!(last.answer["statusUpdate"]["status"]["state"], "TASK_STATE_COMPLETED");
}
