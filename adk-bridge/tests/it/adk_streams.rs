use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use adk_bridge::adk::{AgentError, Content, Event, EventStream, FunctionCall, Part, Role};
use futures_util::{StreamExt as _, future, stream};
use pretty_assertions::assert_eq;
use serde_json::json;

fn model(part: impl Into<Part>) -> Event {
    Event::default().with_content(Content::new(Role::Model, [part.into()]))
}

fn chunk(part: impl Into<Part>) -> Event {
    let mut event = model(part);
    event.partial = Some(true);
    event
}

async fn all(events: EventStream<'_>) -> Vec<Event> {
    events.map(Result::unwrap).collect().await
}

#[tokio::test]
async fn chunks_close_into_one_event_before_the_next_one_and_at_the_end() {
    let events = EventStream::new(|mut out| async move {
        out.delta("Hel").await?;
        out.delta("").await?;
        out.delta("lo").await?;
        out.say("there").await?;
        out.delta("bye").await
    });
    assert_eq!(
        all(events).await,
        [chunk("Hel"), chunk("lo"), model("Hello"), model("there"), chunk("bye"), model("bye")]
    );
}

#[tokio::test]
async fn thoughts_and_text_are_one_open_event() {
    let events = EventStream::new(|mut out| async move {
        out.thought("h").await?;
        out.thought("m").await?;
        out.delta("a").await?;
        out.close().await?;
        out.close().await
    });
    let closed =
        Event::default().with_content(Content::new(Role::Model, [Part::thought("hm"), Part::text("a")]));
    assert_eq!(all(events).await, [chunk(Part::thought("h")), chunk(Part::thought("m")), chunk("a"), closed]);
}

#[tokio::test]
async fn an_error_is_the_last_item_and_leaves_chunks_open() {
    let mut events = EventStream::new(|mut out| async move {
        out.delta("half").await?;
        Err(AgentError::public("no more"))
    });
    assert_eq!(events.next().await.unwrap().unwrap(), chunk("half"));
    assert_eq!(events.next().await.unwrap().unwrap_err().public_message(), "no more");
    assert!(events.next().await.is_none());
}

#[tokio::test]
async fn nothing_follows_the_first_error_of_a_wrapped_stream() {
    let items = [Ok(model("a")), Err(AgentError::private("x")), Ok(model("b"))];
    let mut events = EventStream::from_stream(stream::iter(items));
    assert_eq!(events.next().await.unwrap().unwrap(), model("a"));
    events.next().await.unwrap().unwrap_err();
    assert!(events.next().await.is_none());
}

#[test]
fn the_body_is_never_ahead_of_its_reader() {
    let steps = Arc::new(AtomicUsize::new(0));
    let taken = Arc::clone(&steps);
    let mut events = EventStream::new(|mut out| async move {
        for _ in 0..3 {
            taken.fetch_add(1, Ordering::SeqCst);
            out.say("x").await?;
        }
        Ok(())
    });
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(steps.load(Ordering::SeqCst), 0);
    for step in 1..=3 {
        assert!(events.poll_next_unpin(&mut cx).is_ready());
        assert_eq!(steps.load(Ordering::SeqCst), step);
    }
}

#[tokio::test]
async fn an_emitter_may_be_dropped_before_the_body_ends() {
    let events = EventStream::new(|mut out| async move {
        out.delta("a").await?;
        drop(out);
        Ok(())
    });
    assert_eq!(all(events).await, [chunk("a"), model("a")]);
}

#[tokio::test]
async fn an_emitter_works_in_a_spawned_task_while_the_body_runs() {
    let events = EventStream::new(|mut out| async move {
        let task = tokio::spawn(async move {
            out.say("one").await?;
            out.say("two").await
        });
        task.await?
    });
    assert_eq!(all(events).await, [model("one"), model("two")]);
}

#[tokio::test]
async fn an_emitter_that_outlives_the_body_fails() {
    let (send, receive) = tokio::sync::oneshot::channel();
    let events = EventStream::new(|out| async move {
        assert!(send.send(out).is_ok());
        Ok(())
    });
    assert_eq!(all(events).await, []);
    let mut out = receive.await.unwrap();
    out.say("late").await.unwrap_err();
}

#[tokio::test]
async fn an_emitter_whose_reader_is_gone_fails() {
    let (send, receive) = tokio::sync::oneshot::channel();
    let mut events = EventStream::new(|out| async move {
        assert!(send.send(out).is_ok());
        future::pending().await
    });
    let mut cx = Context::from_waker(Waker::noop());
    assert!(events.poll_next_unpin(&mut cx).is_pending());
    let mut out = receive.await.unwrap();
    let mut say = pin!(out.say("x"));
    assert!(say.as_mut().poll(&mut cx).is_pending());
    drop(events);
    assert!(matches!(say.poll(&mut cx), Poll::Ready(Err(_))));
}

#[tokio::test]
async fn concurrent_parts_of_a_body_wake_up_when_their_event_was_taken() {
    let events = EventStream::new(|mut out| async move {
        let mut inner = stream::select_all(["a", "b"].map(|text| {
            EventStream::new(move |mut out| async move {
                out.say(text).await?;
                out.say(text).await
            })
        }));
        while let Some(event) = inner.next().await {
            out.emit(event?).await?;
        }
        Ok(())
    });
    let mut texts: Vec<_> = all(events).await.iter().map(Event::text).collect();
    texts.sort();
    assert_eq!(texts, ["a", "a", "b", "b"]);
}

#[tokio::test]
async fn a_question_is_a_call_that_carries_the_call() {
    let events = EventStream::new(|mut out| async move {
        out.ask_with_hint(FunctionCall::new("pay", json!({"to": "bob"})), "above the limit").await
    });
    let question = FunctionCall::new(
        "adk_request_confirmation",
        json!({
            "originalFunctionCall": {"name": "pay", "args": {"to": "bob"}},
            "toolConfirmation": {"hint": "above the limit", "confirmed": false},
        }),
    );
    assert_eq!(all(events).await, [model(question)]);
}

#[test]
fn an_agent_error_hides_its_cause_from_everybody_but_debug() {
    let error = AgentError::private("password is 1234").with_code("AUTH");
    assert_eq!((error.to_string().as_str(), error.code()), (AgentError::GENERIC, Some("AUTH")));
    assert!(format!("{error:?}").contains("1234"));
    let boxed: Box<dyn std::error::Error + Send + Sync> = error.into();
    assert_eq!(boxed.to_string(), AgentError::GENERIC);
    assert_eq!(boxed.source().unwrap().to_string(), "password is 1234");
}
