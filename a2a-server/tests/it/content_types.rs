//! Parts are of a MIME type that the agent's card has.

use a2a_core::{AgentCard, AgentSkill};
use a2a_server::Server;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::{asks, echo},
    support::{Host, card, code, id, serve, short, state},
};

fn message(parts: Value) -> Value {
    let mut message = json!({ "messageId": "m", "role": "ROLE_USER" });
    message["parts"] = parts;
    json!({ "message": message })
}

async fn over(card: AgentCard) -> Host {
    serve(Server::builder(card, echo()).allow_anonymous().limits(short())).await
}

/// A card with these default modes, and a skill for each list behind them.
fn takes(modes: &[&str], skills: &[&[&str]]) -> AgentCard {
    let mut card = card();
    let owned = |modes: &[&str]| modes.iter().map(|mode| (*mode).to_owned()).collect::<Vec<_>>();
    card.default_input_modes = owned(modes);
    for (n, modes) in skills.iter().enumerate() {
        let mut skill = AgentSkill::new(format!("s{n}"), "A skill", "Does it", ["tag"]);
        skill.input_modes = owned(modes);
        card = card.with_skill(skill);
    }
    card
}

#[tokio::test]
async fn a_part_of_a_type_that_the_card_does_not_have_is_refused_and_named() {
    let host = over(takes(&["text/plain", "application/json"], &[&[], &["image/*"]])).await;
    for method in ["SendMessage", "SendStreamingMessage"] {
        let parts = json!([{ "text": "hi" }, { "raw": "AA==", "mediaType": "Audio/Wav; rate=8000" }]);
        let answer = match method {
            "SendMessage" => host.call_with(&[], method, message(parts)).await,
            _ => host.open(&[], method, message(parts)).await.next().await.unwrap().answer,
        };
        let why = "message.parts[1] is \"Audio/Wav\", which this agent doesn't take; it takes text/plain, \
                   application/json, image/*";
        assert_eq!(code(&answer), (-32005, why.to_owned()));
        let info = &answer["error"]["data"][0]["metadata"];
        let expected = json!({
            "accepted": "text/plain, application/json, image/*", "mediaType": "Audio/Wav",
            "part": "message.parts[1]",
        });
        assert_eq!(*info, expected);
    }
    assert_eq!(host.call("ListTasks", json!({})).await["totalSize"], 0);
}

/// Default modes, the modes of each skill, a part, and whether it passes.
type Case = (&'static [&'static str], &'static [&'static [&'static str]], Value, bool);

#[tokio::test]
async fn what_a_card_takes_is_a_union_of_types_and_ranges_whatever_their_case_and_parameters() {
    let json = json!({ "data": { "a": 1 }, "mediaType": "application/json" });
    let cases: [Case; 16] = [
        (&["text/plain"], &[], json!({ "text": "hi" }), true),
        (&["text/plain"], &[], json!({ "text": "hi", "mediaType": "" }), true),
        (&["text/plain"], &[], json!({ "text": "hi", "mediaType": "TEXT/Plain;charset=utf-8" }), true),
        (&["text/plain; charset=utf-8"], &[], json!({ "text": "hi", "mediaType": "text/plain" }), true),
        (&["text/plain"], &[], json!({ "text": "hi", "mediaType": "text/html" }), false),
        (&["text/plain"], &[], json.clone(), false),
        (&["text/plain"], &[], json!({ "data": { "a": 1 } }), true),
        (&["text/plain"], &[], json!({ "url": "http://x/", "mediaType": "image/png" }), false),
        (&["text/plain"], &[&["image/png"]], json!({ "url": "http://x/", "mediaType": "image/png" }), true),
        (&["text/plain"], &[], json!({ "url": "http://x/" }), true),
        (&["text"], &[], json!({ "text": "hi", "mediaType": "text/html" }), true),
        (&["text"], &[], json!({ "text": "hi", "mediaType": "textual/html" }), false),
        (&["IMAGE/*"], &[], json!({ "raw": "AA==", "mediaType": "image/png" }), true),
        (&["*/*"], &[], json!({ "raw": "AA==", "mediaType": "whatever" }), true),
        (&["text/plain"], &[&["*"]], json!({ "raw": "AA==", "mediaType": "a/b" }), true),
        (&[], &[&["image/png"]], json, true),
    ];
    for (modes, skills, part, passes) in cases {
        let host = over(takes(modes, skills)).await;
        let answer = host.call_with(&[], "SendMessage", message(json!([part]))).await;
        assert_eq!(answer["error"].is_null(), passes, "{modes:?} {skills:?} {part}: {answer}");
    }
}

#[tokio::test]
async fn a_server_takes_any_type_if_it_is_told_to() {
    let server = Server::builder(takes(&["text/plain"], &[]), echo()).any_content_type();
    let host = serve(server.allow_anonymous().limits(short())).await;
    let parts = json!([{ "raw": "AA==", "mediaType": "image/png" }]);
    assert_eq!(state(&host.call("SendMessage", message(parts)).await["task"]), "COMPLETED");
}

#[tokio::test]
async fn a_follow_up_of_a_wrong_type_leaves_its_task_as_it_was() {
    let host = serve(Server::builder(card(), asks()).allow_anonymous().limits(short())).await;
    let asking = host.call("SendMessage", message(json!([{ "text": "one" }]))).await["task"].clone();
    let mut params = message(json!([{ "raw": "AA==", "mediaType": "image/png" }]));
    params["message"]["taskId"] = id(&asking).into();
    assert_eq!(host.error("SendMessage", params).await.0, -32005);
    assert_eq!(host.get(id(&asking)).await, asking);
}

#[tokio::test]
async fn a_type_as_long_as_a_body_is_not_said_back() {
    let host = over(card()).await;
    let parts = json!([{ "text": "hi", "mediaType": "x".repeat(100_000) }]);
    let (code, text) = host.error("SendMessage", message(parts)).await;
    assert_eq!((code, text.len() < 300), (-32005, true), "{text}");
}
