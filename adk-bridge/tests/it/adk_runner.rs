use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use adk_bridge::adk::{
    AgentError, Cancellation, Content, Event, FunctionResponse, InMemorySessions, Outcome, Part, Revision,
    RunConfig, RunErrorKind, Runner, Session, SessionError, SessionErrorKind, SessionKey, SessionService,
    StreamingMode, Timestamp, TurnRequest, Turns as _, Window, agent_fn,
};
use async_trait::async_trait;
use futures_util::{StreamExt as _, future};
use pretty_assertions::assert_eq;
use serde_json::json;

fn key() -> SessionKey {
    SessionKey::new("demo".parse().unwrap(), "ann".parse().unwrap(), "s1".parse().unwrap())
}

fn request(input: impl Into<adk_bridge::adk::Input>) -> TurnRequest {
    TurnRequest::new("ann".parse().unwrap(), "s1".parse().unwrap(), input)
}

async fn stored(runner: &Runner) -> Vec<Event> {
    let session = runner.sessions_of().await;
    session.map(|session| session.events.iter().map(|event| (**event).clone()).collect()).unwrap_or_default()
}

trait Look {
    async fn sessions_of(&self) -> Option<Session>;
}

impl Look for Runner {
    async fn sessions_of(&self) -> Option<Session> {
        adk_bridge::adk::Turns::sessions(self).unwrap().load(&key(), Window::All).await.unwrap()
    }
}

fn echo() -> Runner {
    Runner::new("demo", agent_fn("echo", "Says it again", async |cx, mut out| out.say(cx.text()).await))
}

async fn done(turn: adk_bridge::adk::Turn) -> adk_bridge::adk::Reply {
    match turn.outcome().await.unwrap() {
        Outcome::Done(reply) => reply,
        Outcome::Paused(asks) => panic!("paused: {asks:?}"),
    }
}

#[tokio::test]
async fn a_turn_stores_the_message_and_the_answer() {
    let runner = echo();
    let reply = done(runner.run("ann", "s1", "hello")).await;
    assert_eq!(reply.text(), "hello");

    let events = stored(&runner).await;
    assert_eq!(events[1..], reply.events);
    let authors: Vec<_> = events.iter().map(|event| (event.author.as_str(), event.text())).collect();
    assert_eq!(authors, [("user", "hello".into()), ("echo", "hello".into())]);
    assert!(events[0].invocation_id.starts_with("e-"));
    assert_eq!(events[0].invocation_id, events[1].invocation_id);
    assert!(events.iter().all(|event| !event.timestamp.is_unset()));
    assert_eq!(events.iter().map(|event| &event.id).collect::<HashSet<_>>().len(), 2);
}

#[tokio::test]
async fn an_event_is_stored_before_it_is_seen_and_before_the_agent_goes_on() {
    let agent = agent_fn("two", "", async |cx, mut out| {
        assert_eq!(cx.history().len(), 1);
        out.say("one").await?;
        assert_eq!(cx.history().last().unwrap().text(), "one");
        out.say("two").await
    });
    let runner = Runner::new("demo", agent);
    let mut turn = runner.run("ann", "s1", "go");
    while let Some(event) = turn.next().await {
        assert_eq!(stored(&runner).await.last(), Some(&event.unwrap()));
    }
    assert_eq!(stored(&runner).await.len(), 3);
}

#[tokio::test]
async fn chunks_share_the_id_of_the_event_they_close_into_and_are_not_stored() {
    let agent = agent_fn("clerk", "", async |_, mut out| {
        out.delta("a").await?;
        out.delta("b").await?;
        out.say("c").await
    });
    let runner = Runner::new("demo", agent);
    let events: Vec<Event> = runner.run("ann", "s1", "go").map(Result::unwrap).collect().await;
    let seen: Vec<_> = events.iter().map(|event| (event.text(), event.is_partial())).collect();
    assert_eq!(seen, [("a".into(), true), ("b".into(), true), ("ab".into(), false), ("c".to_owned(), false)]);
    assert!(events[..3].iter().all(|event| event.id == events[0].id));
    assert_ne!(events[3].id, events[0].id);
    assert_eq!(stored(&runner).await[1..], events[2..]);
}

#[tokio::test]
async fn without_streaming_no_chunks_are_seen() {
    let agent = agent_fn("clerk", "", async |_, mut out| out.delta("ab").await);
    let mut request = request("go");
    request.config.streaming_mode = StreamingMode::None;
    let events: Vec<Event> = Runner::new("demo", agent).start(request).map(Result::unwrap).collect().await;
    assert_eq!(
        events.iter().map(|event| (event.text(), event.partial)).collect::<Vec<_>>(),
        [("ab".into(), None)]
    );
}

#[tokio::test]
async fn what_the_caller_and_the_agent_set_is_kept() {
    let agent = agent_fn("proxy", "", async |_, mut out| {
        let mut event = Event::new("far").with_content("hi");
        event.id = "id-2".into();
        event.invocation_id = "e-far".into();
        event.timestamp = Timestamp::from_micros(5);
        event.branch = Some("b".into());
        out.emit(event).await
    });
    let runner = Runner::new("demo", agent);
    let mut message = Event::new("user").with_content("go");
    message.id = "id-1".into();
    message.invocation_id = "e-1".into();
    message.timestamp = Timestamp::from_micros(4);
    done(runner.start(request(message.clone()))).await;

    let events = stored(&runner).await;
    let mut expected = Event::new("far").with_content("hi");
    expected.id = "id-2".into();
    expected.invocation_id = "e-far".into();
    expected.timestamp = Timestamp::from_micros(5);
    expected.branch = Some("b".into());
    message.content = Some(Content::from("go"));
    assert_eq!(events, [message, expected]);
}

#[tokio::test]
async fn ids_are_a_function_of_the_invocation() {
    let mut message = Event::new("user").with_content("go");
    message.invocation_id = "e-1".into();
    let mut runs = Vec::new();
    for _ in 0..2 {
        let runner = echo();
        done(runner.start(request(message.clone()))).await;
        runs.push(stored(&runner).await.into_iter().map(|event| event.id).collect::<Vec<_>>());
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn an_agents_error_is_one_stored_event_without_its_private_text() {
    let agent = agent_fn("clerk", "", async |_, mut out| {
        out.delta("half").await?;
        Err(std::io::Error::other("the password is 1234").into())
    });
    let runner = Runner::new("demo", agent);
    let error = runner.run("ann", "s1", "go").outcome().await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (RunErrorKind::Agent, Some("AGENT_ERROR")));
    assert_eq!(error.to_string(), AgentError::GENERIC);

    let events = stored(&runner).await;
    let mut expected = Event::new("clerk");
    expected.id.clone_from(&events[1].id);
    expected.timestamp = events[1].timestamp;
    expected.invocation_id.clone_from(&events[0].invocation_id);
    expected.error_code = Some("AGENT_ERROR".into());
    expected.error_message = Some(AgentError::GENERIC.into());
    expected.turn_complete = Some(true);
    assert_eq!(events[1..], [expected]);
}

#[tokio::test]
async fn an_agents_public_error_tells_its_text_and_code() {
    let agent = agent_fn("clerk", "", async |_, _| Err(AgentError::public("no money").with_code("BROKE")));
    let error = Runner::new("demo", agent).run("ann", "s1", "go").outcome().await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.code()), ("no money", Some("BROKE")));
}

#[tokio::test]
async fn an_empty_message_is_one_stored_error_and_the_agent_is_not_run() {
    let runner = Runner::new("demo", agent_fn("never", "", async |_, _| panic!("it was run")));
    for input in [Content::default(), Content::from(""), Content::from([Part::default()])] {
        let error = runner.run("ann", "s1", Part::default()).outcome().await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (RunErrorKind::Input, "the message is empty"));
        let mut seen = runner.start(request(Event::new("user").with_content(input)));
        let event = seen.next().await.unwrap().unwrap();
        assert_eq!(stored(&runner).await.last(), Some(&event));
        assert_eq!((event.author.as_str(), event.error_code.as_deref()), ("never", Some("INVALID_INPUT")));
    }
    assert_eq!(stored(&runner).await.len(), 6);
}

#[tokio::test]
async fn an_answer_that_nobody_waits_for_is_refused() {
    let runner = echo();
    let answer = Part::from(FunctionResponse::new("adk-1", "pay", json!({})));
    let error = runner.run("ann", "s1", answer).outcome().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Input);
    assert_eq!(error.to_string(), r#"nothing in this session waits for "adk-1""#);
}

#[tokio::test]
async fn an_empty_name_is_an_error_of_the_turn() {
    for (user, session, text) in [("", "s1", "the user is empty"), ("ann", "", "the session is empty")] {
        let error = echo().run(user, session, "hi").outcome().await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (RunErrorKind::Input, text));
    }
    let error =
        Runner::new("", agent_fn("a", "", async |_, _| Ok(()))).run("ann", "s1", "hi").outcome().await;
    assert_eq!(error.unwrap_err().to_string(), "the name of the app is empty");
}

#[tokio::test]
async fn state_changes_are_seen_at_once_and_temporary_ones_only_in_their_turn() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        let before: Vec<_> = cx.state().iter().map(|(key, _)| key.to_owned()).collect();
        let mut event = Event::default().with_content(before.join(" "));
        event.actions.state_delta = json!({"temp:t": 1, "s": 2}).as_object().unwrap().clone();
        out.emit(event).await?;
        assert_eq!(cx.state().get("temp:t"), Some(&json!(1)));
        out.say("done").await
    });
    let runner = Runner::new("demo", agent);
    let first = done(runner.run("ann", "s1", "go")).await;
    assert_eq!(first.events[0].actions.state_delta, *json!({"s": 2}).as_object().unwrap());
    let second = done(runner.run("ann", "s1", "go")).await;
    assert_eq!(second.events[0].text(), "s");
}

#[tokio::test]
async fn the_run_configs_metadata_is_on_every_event_and_gives_way() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        assert_eq!(cx.metadata().get("trace"), Some(&json!("t")));
        let mut event = Event::default().with_content("x");
        event.custom_metadata.insert("a".into(), json!("own"));
        out.emit(event).await
    });
    let mut request = request("go");
    request.config = RunConfig::default();
    request.config.custom_metadata = json!({"a": 1, "b": 2}).as_object().unwrap().clone();
    request.metadata = json!({"trace": "t"}).as_object().unwrap().clone();
    let reply = done(Runner::new("demo", agent).start(request)).await;
    assert_eq!(json!(reply.events[0].custom_metadata), json!({"a": "own", "b": 2}));
}

#[tokio::test]
async fn dropping_a_turn_drops_the_agent_and_fires_its_token() {
    struct Flag(Arc<AtomicBool>);
    impl Drop for Flag {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let gone = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&gone);
    let agent = agent_fn("slow", "", async move |_, mut out| {
        let _flag = Flag(flag);
        out.say("started").await?;
        future::pending().await
    });
    let request = request("go");
    let token = request.cancellation.clone();
    let mut turn = Runner::new("demo", agent).start(request);
    turn.next().await.unwrap().unwrap();
    assert_eq!((gone.load(Ordering::SeqCst), token.is_cancelled()), (false, false));
    let waiting = tokio::spawn(async move { token.cancelled().await });
    drop(turn);
    assert!(gone.load(Ordering::SeqCst));
    waiting.await.unwrap();
}

#[tokio::test]
async fn a_turn_that_ends_does_not_fire_its_token() {
    let request = request("go");
    let token: Cancellation = request.cancellation.clone();
    done(echo().start(request)).await;
    assert!(!token.is_cancelled());
}

#[tokio::test]
async fn a_panic_reaches_the_reader_and_leaves_the_runner_usable() {
    let fail = Arc::new(AtomicBool::new(true));
    let agent = agent_fn("clerk", "", {
        let fail = Arc::clone(&fail);
        async move |_, mut out| {
            out.delta("a").await?;
            assert!(!fail.load(Ordering::SeqCst), "as told");
            Ok(())
        }
    });
    let runner = Runner::new("demo", agent);
    let turn = runner.run("ann", "s1", "go");
    assert!(tokio::spawn(turn.outcome()).await.unwrap_err().is_panic());
    fail.store(false, Ordering::SeqCst);
    assert_eq!(done(runner.run("ann", "s1", "go")).await.text(), "a");
}

/// Sessions in which somebody else's event comes first, now and then.
struct Busy {
    sessions: InMemorySessions,
    appends: AtomicUsize,
}

#[async_trait]
impl SessionService for Busy {
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError> {
        self.sessions.load(key, window).await
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError> {
        if self.appends.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
            let current = self.sessions.load(key, Window::Recent(0)).await?;
            let revision = current.map_or(Revision::NONE, |session| session.revision);
            self.sessions.append(key, revision, &[Arc::new(Event::new("other"))]).await?;
        }
        self.sessions.append(key, expected, events).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError> {
        self.sessions.delete(key).await
    }
}

#[tokio::test]
async fn events_of_another_turn_of_the_session_come_between_and_none_is_lost() {
    let agent = agent_fn("clerk", "", async |_, mut out| {
        out.say("one").await?;
        out.say("two").await
    });
    let busy = Busy { sessions: InMemorySessions::new(), appends: AtomicUsize::new(0) };
    let runner = Runner::new("demo", agent).sessions(busy);
    done(runner.run("ann", "s1", "go")).await;
    let events = stored(&runner).await;
    let seen: Vec<_> = events.iter().map(|event| (event.author.clone(), event.text())).collect();
    let expected =
        [("other", ""), ("user", "go"), ("other", ""), ("clerk", "one"), ("other", ""), ("clerk", "two")];
    assert_eq!(seen, expected.map(|(author, text)| (author.to_owned(), text.to_owned())));
}

#[tokio::test]
async fn two_turns_at_once_in_one_session_lose_nothing() {
    let agent = agent_fn("clerk", "", async |cx, mut out| {
        for count in 0..20 {
            out.say(format!("{} {count}", cx.text())).await?;
            tokio::task::yield_now().await;
        }
        Ok(())
    });
    let runner = Runner::new("demo", agent);
    let turns = ["a", "b"].map(|text| tokio::spawn(runner.run("ann", "s1", text).outcome()));
    for turn in turns {
        assert!(matches!(turn.await.unwrap(), Ok(Outcome::Done(_))));
    }
    let events = stored(&runner).await;
    assert_eq!(events.len(), 42);
    for text in ["a", "b"] {
        let own: Vec<_> = events.iter().map(Event::text).filter(|said| said.starts_with(text)).collect();
        let expected = std::iter::once(text.to_owned()).chain((0..20).map(|count| format!("{text} {count}")));
        assert_eq!(own, expected.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn a_session_that_is_deleted_meanwhile_ends_the_turn_with_its_error() {
    let sessions = Arc::new(InMemorySessions::new());
    let runner = echo().sessions(Arc::clone(&sessions));
    let agent = agent_fn("clerk", "", async move |_, mut out| {
        sessions.delete(&key()).await?;
        out.say("x").await
    });
    let sessions = runner;
    let runner = Runner::new("demo", agent).sessions(Forward(sessions));
    let error = runner.run("ann", "s1", "go").outcome().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Session);
    let cause = std::error::Error::source(&error).unwrap().downcast_ref::<SessionError>().unwrap();
    assert_eq!(cause.kind(), SessionErrorKind::Missing);
}

/// The sessions of another runner.
struct Forward(Runner);

impl Forward {
    fn sessions(&self) -> &dyn SessionService {
        adk_bridge::adk::Turns::sessions(&self.0).unwrap()
    }
}

#[async_trait]
impl SessionService for Forward {
    async fn load(&self, key: &SessionKey, window: Window) -> Result<Option<Session>, SessionError> {
        self.sessions().load(key, window).await
    }

    async fn append(
        &self,
        key: &SessionKey,
        expected: Revision,
        events: &[Arc<Event>],
    ) -> Result<Revision, SessionError> {
        self.sessions().append(key, expected, events).await
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), SessionError> {
        self.sessions().delete(key).await
    }
}

#[tokio::test]
async fn an_agents_closure_may_capture_and_change_what_it_shares() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let agent = agent_fn("clerk", "", async move |cx, mut out| {
        log.lock().unwrap().push(cx.text());
        out.say("noted").await
    });
    let runner = Runner::new("demo", agent);
    done(runner.run("ann", "s1", "one")).await;
    done(runner.run("bob", "s2", String::from("two"))).await;
    assert_eq!(*seen.lock().unwrap(), ["one", "two"]);
}

#[tokio::test]
async fn a_runner_is_the_seam_that_a_server_drives() {
    let runner = echo();
    let turns: Arc<dyn adk_bridge::adk::Turns> = Arc::new(runner.clone());
    assert_eq!(turns.app().unwrap().as_str(), "demo");
    assert_eq!(turns.agent().unwrap().name(), "echo");
    let events: Vec<Event> = runner.turn(request("hi")).map(Result::unwrap).collect().await;
    assert_eq!(events.iter().map(Event::text).collect::<Vec<_>>(), ["hi"]);
    let reply = done(adk_bridge::adk::Turn::new(turns, request("again"))).await;
    assert_eq!(reply.text(), "again");
}
