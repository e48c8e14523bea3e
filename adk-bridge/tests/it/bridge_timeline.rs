//! An agent of our own behind a socket can't be told from one in process.

use adk_bridge::adk::{
    Agent, AgentError, Blob, Content, Event, FileData, FunctionCall, Part, PartData, Pending, Role, Runner,
    ToolContext, ToolReply, agent_fn, tool_fn,
};
use adk_bridge::{Decision, timeline};
use futures_util::StreamExt as _;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::bridge_fixture::{assert_same, collect, done, failed, once, serve, sketch, stored};

fn shout() -> impl Agent {
    agent_fn("shout", "Repeats what you say, louder", async |cx, mut out| {
        for word in cx.text().split_whitespace() {
            out.delta(word.to_uppercase() + " ").await?;
        }
        Ok(())
    })
}

#[tokio::test]
async fn twelve_lines_serve_and_three_lines_call() {
    let served = serve(shout()).await;
    let mut turn = Runner::new("demo", served.own("shout")).run("ann", "s1", "hello there");
    let mut events = Vec::new();
    while let Some(event) = turn.next().await {
        events.push(event.unwrap());
    }
    assert_eq!(sketch(&events), ["~[HELLO ]", "~[THERE ]", "[HELLO THERE ]"]);
    assert!(events.iter().all(|event| event.id == events[0].id && event.author == "shout"));
    assert_same(shout, once("hello there")).await;
}

#[tokio::test]
async fn several_turns_are_one_conversation() {
    let counts = || {
        agent_fn("counts", "", async |cx, mut out| {
            let said = cx.history().iter().filter(|event| event.is_from_user()).count();
            out.say(format!("{said}: {}", cx.text())).await
        })
    };
    assert_same(counts, |round, _| ["one", "two", "three"].get(round).copied()).await;
    let served = serve(counts()).await;
    let caller = Runner::new("demo", served.own("counts"));
    done(caller.run("ann", "s1", "one")).await;
    assert_eq!(done(caller.run("ann", "s1", "two")).await.text(), "2: two");
    assert_eq!(done(caller.run("ann", "s2", "other")).await.text(), "1: other");
}

#[tokio::test]
async fn thoughts_files_data_and_tools_arrive_as_they_are() {
    let make = || {
        let count = tool_fn("count", "", async |args: Value, cx: ToolContext| {
            for key in ["n", "user:n", "app:n", "temp:n"] {
                cx.set_state(key, args["n"].clone());
            }
            Ok(json!({"counted": args["n"], "float": 1.0, "none": null}))
        });
        agent_fn("busy", "", async move |cx, mut out| {
            out.thought("hm").await?;
            out.thought("m").await?;
            out.delta("so ").await?;
            out.delta("it is").await?;
            out.call(&cx, &count, json!({"n": 3, "deep": {"x": [1, 2.5, null]}})).await?;
            let mut file = FileData::new("https://files.example/a.pdf");
            file.mime_type = Some("application/pdf".into());
            let mut blob = Blob::new("image/png", vec![0, 255, 7]);
            blob.display_name = Some("dot.png".into());
            let data = Blob::new("text/plain", r#"<a2a_datapart_json>{"a":1}</a2a_datapart_json>"#);
            let mut signed = Part::from(FunctionCall::new("look", json!({})).with_id("c-1"));
            signed.thought_signature = Some(vec![1, 2]);
            let parts = [Part::text("see"), file.into(), blob.into(), data.into(), signed, Part::text("")];
            out.emit(Event::default().with_content(Content::new(Role::Model, parts))).await?;
            out.emit(Event::default().with_content(Content::default())).await
        })
    };
    assert_same(make, once("go")).await;
}

#[tokio::test]
async fn events_that_only_act_and_everything_a_model_tells_arrive() {
    let make = || {
        agent_fn("model", "", async |_, mut out| {
            let mut acts = Event::default();
            acts.actions.state_delta = json!({"k": 1, "app:k": null}).as_object().unwrap().clone();
            acts.actions.transfer_to_agent = Some("other".into());
            acts.actions.other = json!({"endOfAgent": true}).as_object().unwrap().clone();
            out.emit(acts).await?;
            let mut says = Event::default().with_content("hi");
            says.usage_metadata = Some(json!({"totalTokenCount": 3}));
            says.grounding_metadata = Some(json!({"webSearchQueries": ["q"]}));
            says.citation_metadata = Some(json!({"citations": []}));
            says.custom_metadata =
                json!({"mine": {"x": 1.0}, "__adk_internal_y": 1}).as_object().unwrap().clone();
            says.finish_reason = Some("STOP".into());
            says.model_version = Some("m-1".into());
            says.avg_logprobs = Some(-0.25);
            says.output = Some(json!([1]));
            says.other = json!({"interactionId": "i"}).as_object().unwrap().clone();
            says.actions.skip_summarization = Some(true);
            says.turn_complete = Some(true);
            out.emit(says).await?;
            let mut open = Event::default();
            open.partial = Some(true);
            open.usage_metadata = Some(json!({"n": 1}));
            out.emit(open).await
        })
    };
    assert_same(make, once("go")).await;
}

#[tokio::test]
async fn chunks_of_one_author_in_two_branches_stay_apart() {
    let make = || {
        agent_fn("wide", "", async |_, mut out| {
            for (branch, text, partial) in
                [("x", "a", true), ("y", "1", true), ("x", "b", true), ("y", "12", false), ("x", "ab", false)]
            {
                let mut event = Event::default().with_content(Content::new(Role::Model, [Part::text(text)]));
                event.branch = Some(branch.into());
                event.partial = partial.then_some(true);
                out.emit(event).await?;
            }
            Ok(())
        })
    };
    assert_same(make, once("go")).await;
    let served = serve(make()).await;
    let events = collect(Runner::new("demo", served.peer("wide")).run("ann", "s1", "go")).await;
    assert_eq!(sketch(&events), ["~[a]", "~[1]", "~[b]", "[12]", "[ab]"]);
    let ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
    assert_eq!([ids[0], ids[1], ids[0], ids[1], ids[0]], *ids);
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_long_running_call_pauses_and_its_answer_goes_on() {
    let make = || {
        let slow = tool_fn("slow", "", async |_, _| Ok(ToolReply::Pending(json!({"ticket": 7}))));
        agent_fn("clerk", "", async move |cx, mut out| match out.call(&cx, &slow, json!({"x": 1})).await? {
            ToolReply::Done(value) => out.say(format!("got {}", value["value"])).await,
            ToolReply::Pending(_) => out.say("later").await,
        })
    };
    assert_same(make, |round, asks| match round {
        0 => Some(vec![Part::text("go")]),
        1 => {
            assert_eq!(asks[0].interim.as_ref().unwrap()["ticket"], 7);
            Some(vec![asks[0].answer(json!({"value": 42}))])
        }
        _ => None,
    })
    .await;
}

/// Asks for each amount, all at once or one after the other.
fn clerk(together: bool) -> impl Agent {
    agent_fn("clerk", "", async move |cx, mut out| {
        let (mut said, mut open) = (Vec::new(), false);
        for amount in cx.text().split_whitespace() {
            let call = FunctionCall::new("pay", json!({"amount": amount.parse::<u32>()?}));
            match cx.decision(&call) {
                Decision::NotAsked => {
                    out.ask_with_hint(call, format!("pay {amount}?")).await?;
                    open = true;
                    if !together {
                        return Ok(());
                    }
                }
                decision => said.push(format!("{amount} {}", decision.is_approved())),
            }
        }
        if open { Ok(()) } else { out.say(said.join(", ")).await }
    })
}

#[tokio::test]
async fn questions_one_several_and_in_a_row_are_the_same_at_both_ends() {
    let answer = |yes: bool, asks: &[Pending]| -> Vec<Part> {
        asks.iter().map(|ask| if yes { ask.approve() } else { ask.refuse() }).collect()
    };
    for (together, text, yes) in
        [(true, "900", true), (true, "900", false), (true, "1 2 3", true), (false, "1 2", true)]
    {
        assert_same(
            || clerk(together),
            |round, asks| match round {
                0 => Some(vec![Part::text(text)]),
                _ if asks.is_empty() => None,
                _ => Some(answer(yes, asks)),
            },
        )
        .await;
    }
    // One of two, then the rest.
    assert_same(
        || clerk(true),
        |round, asks| match round {
            0 => Some(vec![Part::text("1 2")]),
            1 => Some(vec![asks[1].refuse()]),
            2 => Some(vec![asks[0].approve()]),
            _ => None,
        },
    )
    .await;
}

#[tokio::test]
async fn failures_are_the_same_events_and_private_texts_stay_where_they_are() {
    let make = || {
        agent_fn("clerk", "", async |cx, mut out| {
            out.say("first").await?;
            out.delta("half").await?;
            Err(match &*cx.text() {
                "public" => AgentError::private("secret-7").with_public("no funds").with_code("FUNDS"),
                _ => AgentError::private("secret-7"),
            })
        })
    };
    for text in ["public", "private"] {
        assert_same(make, once(text)).await;
        let served = serve(make()).await;
        for remote in [served.own("clerk"), served.peer("clerk")] {
            let caller = Runner::new("demo", remote);
            let error = failed(caller.run("ann", "s1", text)).await;
            let public = if text == "public" {
                ("no funds", Some("FUNDS"))
            } else {
                ("the agent failed", Some("AGENT_ERROR"))
            };
            assert_eq!((error.to_string().as_str(), error.code()), public);
            let events = stored(&caller, "ann", "s1").await;
            let far = served.stored(&events).await;
            let task = crate::bridge_fixture::task(&served, &crate::bridge_fixture::task_of(&events)).await;
            assert!(!format!("{events:?}{far:?}{task:?}").contains("secret-7"));
        }
    }
}

#[tokio::test]
async fn a_panic_is_a_failure_that_both_sessions_know_of() {
    let served = serve(agent_fn("clerk", "", async |_, mut out| {
        out.say("first").await?;
        panic!("secret-7")
    }))
    .await;
    let caller = Runner::new("demo", served.own("clerk"));
    assert_eq!(failed(caller.run("ann", "s1", "go")).await.to_string(), "the agent failed");
    let events = stored(&caller, "ann", "s1").await;
    assert_eq!(sketch(&events), ["[go]", "[first]", "!the agent failed"]);
    assert_eq!(timeline::diff(served.stored(&events).await, &events).to_string(), "");
}

#[tokio::test]
async fn an_empty_message_is_refused_before_it_is_sent() {
    let served = serve(shout()).await;
    let [local, remote] = [Runner::new("demo", shout()), Runner::new("demo", served.own("shout"))];
    for runner in [&local, &remote] {
        assert_eq!(failed(runner.run("ann", "s1", "")).await.to_string(), "the message is empty");
    }
    let diff = timeline::diff_runs(stored(&local, "ann", "s1").await, stored(&remote, "ann", "s1").await);
    assert_eq!(diff.to_string(), "");
}

#[tokio::test]
async fn an_answer_to_nothing_is_refused() {
    let answer = || vec![adk_bridge::adk::FunctionResponse::new("nothing", "pay", json!({})).into()];
    let served = serve(shout()).await;
    for agent in [Box::new(shout()) as Box<dyn Agent>, Box::new(served.own("shout"))] {
        let runner = Runner::new("demo", agent);
        let answer: Vec<Part> = answer();
        let error = failed(runner.run("ann", "s1", answer)).await;
        assert_eq!(error.to_string(), r#"nothing in this session waits for "nothing""#);
    }
}

#[tokio::test]
async fn an_error_in_the_middle_is_no_end() {
    let make = || {
        agent_fn("model", "", async |_, mut out| {
            let mut error = Event::default();
            error.error_code = Some("BUSY".into());
            error.error_message = Some("try again".into());
            out.emit(error).await?;
            out.say("here it is").await
        })
    };
    assert_same(make, once("go")).await;
    let served = serve(make()).await;
    let caller = Runner::new("demo", served.own("model"));
    assert_eq!(done(caller.run("ann", "s1", "go")).await.text(), "here it is");
}

#[tokio::test]
async fn inline_files_of_the_user_reach_the_agent() {
    let make = || {
        agent_fn("looks", "", async |cx, mut out| {
            let kinds = cx.content().parts.iter().map(|part| match &part.data {
                PartData::InlineData(blob) => format!("{}B", blob.data.len()),
                PartData::FileData(file) => file.file_uri.clone(),
                other => format!("{other:?}"),
            });
            out.say(kinds.collect::<Vec<_>>().join(" ")).await
        })
    };
    assert_same(make, |round, _| {
        let file = FileData::new("gs://b/o");
        (round == 0).then(|| vec![Part::from(Blob::new("image/png", vec![1, 2, 3])), file.into()])
    })
    .await;
}
