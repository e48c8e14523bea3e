//! What a run of the agent says of itself and asks for, by its switches.

use serde_json::{Value, json};

use super::driver::{envelope, http, says, start};
use crate::options::Options;

const CARD: &str = "/.well-known/agent-card.json";

#[tokio::test]
async fn json_rpc_and_the_card_are_wherever_a_suite_looks() {
    let addr = start(&[]).await;
    let call = envelope("SendMessage", &says("tck-complete-task", "hi"));
    for path in ["/", "/jsonrpc", "/jsonrpc/"] {
        let (status, _, answer) = http(addr, "POST", path, &[], &call).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(answer["result"]["task"]["status"]["state"], "TASK_STATE_COMPLETED", "{path}");
    }
    let (_, _, card) = http(addr, "GET", CARD, &[], &Value::Null).await;
    for path in ["/jsonrpc", "/rest"] {
        let (status, _, same) = http(addr, "GET", &format!("{path}{CARD}"), &[], &Value::Null).await;
        assert_eq!((status, &same), (200, &card), "{path}");
    }
    let urls: Vec<_> = card["supportedInterfaces"]
        .as_array()
        .unwrap()
        .iter()
        .map(|interface| interface["url"].as_str().unwrap())
        .collect();
    assert_eq!(urls[..2], [format!("http://{addr}/jsonrpc"), format!("http://{addr}/rest")]);
    assert!(urls[2].starts_with("127.0.0.1:"), "{urls:?}");
}

#[tokio::test]
async fn both_versions_are_spoken_below_the_url_of_rest_whatever_the_card_says() {
    let addr = start(&[]).await;
    let said = says("tck-complete-task", "hi");
    let (_, _, answer) = http(addr, "POST", "/rest/message:send", &[], &said).await;
    assert_eq!(answer["task"]["status"]["state"], "TASK_STATE_COMPLETED");
    let id = answer["task"]["id"].as_str().unwrap();
    let (_, _, task) = http(addr, "GET", &format!("/rest/v1/tasks/{id}"), &[], &Value::Null).await;
    assert_eq!((&task["id"], &task["status"]["state"]), (&json!(id), &json!("TASK_STATE_COMPLETED")));
    let old = json!({ "jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": { "id": id } });
    let (_, _, answer) = http(addr, "POST", "/jsonrpc", &[], &old).await;
    assert_eq!((&answer["result"]["kind"], &answer["result"]["id"]), (&json!("task"), &json!(id)));
}

#[tokio::test]
async fn a_card_of_both_versions_is_one_that_was_asked_for() {
    for (flags, versions, url) in [
        (&[][..], &["1.0", "1.0", "1.0"][..], false),
        (&["--v03"], &["1.0", "1.0", "1.0", "0.3", "0.3", "0.3"], true),
    ] {
        let (_, _, card) = http(start(flags).await, "GET", CARD, &[], &Value::Null).await;
        let interfaces = card["supportedInterfaces"].as_array().unwrap();
        let said: Vec<_> = interfaces.iter().map(|interface| &interface["protocolVersion"]).collect();
        assert_eq!(said, versions);
        assert_eq!(card.get("url").is_some(), url);
    }
}

#[tokio::test]
async fn grpc_is_on_a_port_of_its_own() {
    let (_, _, card) = http(start(&[]).await, "GET", CARD, &[], &Value::Null).await;
    let grpc = card["supportedInterfaces"][2]["url"].as_str().unwrap().parse().unwrap();
    let (status, _, _) = http(grpc, "POST", "/lf.a2a.v1.A2AService/GetTask", &[], &Value::Null).await;
    assert_eq!(status, 505, "it is there, and wants HTTP/2");
}

#[tokio::test]
async fn the_extended_card_needs_a_token_that_is_good_for_it() {
    for flags in [&[][..], &["--auth"]] {
        let addr = start(flags).await;
        for (token, expected) in
            [(None, 401), (Some("Bearer itk-insufficient-token"), 403), (Some("Bearer itk-valid-token"), 200)]
        {
            let headers = token.map(|token| ("authorization", token));
            let path = "/rest/extendedAgentCard";
            let (status, _, card) = http(addr, "GET", path, headers.as_slice(), &Value::Null).await;
            assert_eq!(status, expected, "{flags:?} {token:?}");
            assert_eq!(card["skills"][1]["id"].as_str(), (status == 200).then_some("secrets"));
        }
    }
    let addr = start(&["--no-extended-card"]).await;
    let (_, _, answer) = http(addr, "POST", "/", &[], &envelope("GetExtendedAgentCard", &json!({}))).await;
    assert_eq!(answer["error"]["code"], -32004);
}

#[tokio::test]
async fn the_card_says_what_the_switches_leave() {
    for (flags, streaming, push) in [
        (&[][..], true, true),
        (&["--no-streaming"], false, true),
        (&["--no-push"], true, false),
        (&["--no-streaming", "--no-push", "--no-extended-card"], false, false),
    ] {
        let (_, _, card) = http(start(flags).await, "GET", CARD, &[], &Value::Null).await;
        let said = &card["capabilities"];
        assert_eq!((&said["streaming"], &said["pushNotifications"]), (&json!(streaming), &json!(push)));
    }
}

#[tokio::test]
async fn a_required_extension_has_to_be_asked_for() {
    let addr = start(&["--required-extension"]).await;
    let call = envelope("SendMessage", &says("tck-complete-task", "hi"));
    let (_, _, answer) = http(addr, "POST", "/", &[], &call).await;
    assert_eq!(answer["error"]["data"][0]["reason"], "EXTENSION_SUPPORT_REQUIRED");
    let asked = [("a2a-extensions", "urn:a2a:tck:required-extension")];
    let (_, head, answer) = http(addr, "POST", "/", &asked, &call).await;
    assert_eq!(answer["error"], Value::Null);
    assert!(head.contains("a2a-extensions: urn:a2a:tck:required-extension"), "{head}");
}

#[tokio::test]
async fn where_tokens_are_needed_one_is_as_good_as_it_is() {
    let addr = start(&["--auth"]).await;
    let call = envelope("SendMessage", &says("tck-complete-task", "hi"));
    for (token, expected) in [
        (None, 401),
        (Some("Bearer who-knows"), 401),
        (Some("Bearer itk-insufficient-token"), 403),
        (Some("Bearer itk-valid-token"), 200),
    ] {
        let headers = token.map(|token| ("authorization", token));
        let (status, head, answer) = http(addr, "POST", "/jsonrpc", headers.as_slice(), &call).await;
        assert_eq!(status, expected, "{token:?}");
        assert_eq!(answer.get("error").is_some(), expected != 200, "{token:?}");
        assert_eq!(head.contains("www-authenticate: bearer"), expected == 401, "{head}");
    }
    let (_, _, card) = http(addr, "GET", CARD, &[], &Value::Null).await;
    assert_eq!(card["securitySchemes"]["bearer"]["httpAuthSecurityScheme"]["scheme"], "Bearer");
    assert_eq!(card["securityRequirements"], json!([{ "schemes": { "bearer": {} } }]));
}

#[tokio::test]
async fn where_none_is_needed_those_with_and_without_share_their_tasks() {
    let addr = start(&[]).await;
    let token = [("authorization", "Bearer itk-valid-token")];
    let call = envelope("SendMessage", &says("tck-complete-task", "hi"));
    let (_, _, sent) = http(addr, "POST", "/", &token, &call).await;
    let get = envelope("GetTask", &json!({ "id": sent["result"]["task"]["id"] }));
    let (_, _, got) = http(addr, "POST", "/", &[], &get).await;
    assert_eq!(got["result"], sent["result"]["task"]);
}

#[test]
fn a_switch_is_a_flag_or_in_the_environment() {
    let of = |words: &[&str], set: &[&str]| {
        let set: Vec<String> = set.iter().map(|name| (*name).to_owned()).collect();
        Options::read(words.iter().map(|word| (*word).to_owned()), move |name| {
            set.iter().any(|known| known == name).then(|| "1".to_owned())
        })
    };
    let options = of(&["--httpPort", "7", "--v03"], &["CONFORMANCE_NO_PUSH", "ITK_ACTS_AUTH"]).unwrap();
    assert_eq!((options.http_port, options.v03, options.push, options.auth), (7, true, false, true));
    let reduced = of(&[], &["ITK_ACTS_REDUCED_CAPABILITIES"]).unwrap();
    assert_eq!((reduced.streaming, reduced.push, reduced.extended_card), (false, false, false));
    for words in [&["--httpPort"][..], &["--grpcPort", "70000"], &["--fly"]] {
        assert!(of(words, &[]).is_err(), "{words:?}");
    }
}
