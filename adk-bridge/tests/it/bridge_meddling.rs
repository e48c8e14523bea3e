//! Whatever is changed on the way between two of our own, the timelines tell.

use adk_bridge::adk::{Agent, Content, Event, FunctionCall, Part, Role, Runner, agent_fn};
use adk_bridge::{RemoteAgent, Trust, convert::keys, timeline};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bridge_fixture::{collect, serve, stored};
use crate::bridge_http::meddler;

fn busy() -> impl Agent {
    agent_fn("busy", "", async |_, mut out| {
        out.emit(
            Event::default().with_content(Content::new(Role::Model, [Part::thought("hm"), "well".into()])),
        )
        .await?;
        let call: Part = FunctionCall::new("look", json!({"at": 1})).with_id("look-it-up").into();
        out.emit(Event::default().with_content(Content::new(Role::Model, [call]))).await?;
        let mut acts = Event::default();
        acts.actions.state_delta.insert("k".into(), json!(1));
        out.emit(acts).await?;
        let mut fails = Event::default();
        fails.error_message = Some("no".into());
        out.emit(fails).await
    })
}

/// The differences between what is stored at both ends, if this happens to the frames in between.
async fn found(change: impl Fn(&mut Vec<Value>) + Send + Sync + 'static) -> Vec<String> {
    let served = serve(busy()).await;
    let url = meddler(&served.url, change).await;
    let caller = Runner::new("demo", RemoteAgent::new("busy", url).trust(Trust::Own));
    collect(caller.run("ann", "s1", "go")).await;
    let events = stored(&caller, "ann", "s1").await;
    let diff = timeline::diff(served.stored(&events).await, &events);
    diff.differences().iter().map(ToString::to_string).collect()
}

/// The place of the one frame that has this text in it, and the frame's envelope.
fn at(frames: &[Value], text: &str) -> usize {
    let found: Vec<usize> = (0..frames.len()).filter(|at| frames[*at].to_string().contains(text)).collect();
    found[0]
}

fn artifact(frame: &mut Value) -> &mut Value {
    &mut frame["result"]["artifactUpdate"]["artifact"]
}

fn bare(frame: &mut Value) -> &mut Value {
    &mut frame["result"]["statusUpdate"]["metadata"][keys::EVENTS_EXTENSION]
}

#[tokio::test]
async fn an_untouched_stream_makes_no_difference() {
    assert_eq!(found(|_| ()).await, [""; 0]);
}

#[tokio::test]
async fn one_change_on_the_way_is_one_difference() {
    let changed = found(|frames| {
        let at = at(frames, "stateDelta\":{\"k\"");
        bare(&mut frames[at])["actions"]["stateDelta"]["k"] = json!(2);
    });
    assert_eq!(changed.await, ["event 3, actions.stateDelta.k: 1 is 2"]);
    let changed = found(|frames| {
        let at = at(frames, "well");
        artifact(&mut frames[at])["metadata"][keys::EVENTS_EXTENSION]["author"] = json!("eve");
    });
    assert_eq!(changed.await, [r#"event 1, author: "busy" is "eve""#]);
    let changed = found(|frames| {
        let at = at(frames, "look-it-up");
        artifact(&mut frames[at])["parts"][0]["data"]["id"] = json!("look-here");
    });
    assert_eq!(changed.await, [r#"event 2, content.parts[0].functionCall.id: "look-it-up" is "look-here""#]);
    let changed = found(|frames| {
        let at = at(frames, "well");
        artifact(&mut frames[at])["parts"][0]["metadata"] = json!({});
    });
    assert_eq!(changed.await, ["event 1, content.parts[0].thought: true is absent"]);
    let changed = found(|frames| {
        let at = at(frames, "errorMessage");
        bare(&mut frames[at])["errorMessage"] = json!("yes");
    });
    assert_eq!(changed.await, [r#"event 4, errorMessage: "no" is "yes""#]);
}

#[tokio::test]
async fn a_dropped_and_an_exchanged_event_are_found() {
    for text in ["well", "look-it-up", "stateDelta\":{\"k\""] {
        let changed = found(move |frames| {
            let at = at(frames, text);
            frames.remove(at);
        });
        let changed = changed.await;
        let [line] = changed.as_slice() else { panic!("{changed:?}") };
        assert!(line.contains("is missing in the second"), "{line}");
    }
    let changed = found(|frames| {
        let (one, two) = (at(frames, "well"), at(frames, "look-it-up"));
        frames.swap(one, two);
    });
    assert_ne!(changed.await, [""; 0]);
}
