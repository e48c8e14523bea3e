//! Which version a request is in, and what of a version that isn't spoken.

use a2a_core::Version;
use a2a_server::{ServeError, Server};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::{
    agents::asks,
    rest::rest,
    support::{Host, card, code, envelope, host, says, serve, short},
    v0_3_jsonrpc::old,
};

async fn speaks(versions: &[Version]) -> Host {
    let builder = Server::builder(card(), asks()).allow_anonymous().limits(short());
    serve(builder.versions(versions.iter().copied())).await
}

#[tokio::test]
async fn names_and_version_must_be_of_the_same_one_and_without_a_version_the_names_count() {
    let host = host(asks()).await;
    let new = envelope("SendMessage", &json!({ "message": says("x") }));
    let old = envelope("message/send", &json!({ "message": old("x") }));
    for (version, new_code, old_code) in [
        ("", None, None),
        ("1.0", None, Some(-32600)),
        ("1.0.7", None, Some(-32600)),
        ("0.3", Some(-32009), None),
        ("0.3.0", Some(-32009), None),
        ("1.1", Some(-32009), Some(-32600)),
        ("2.0", Some(-32009), Some(-32600)),
        ("soon", Some(-32009), Some(-32600)),
    ] {
        for (body, expected) in [(&new, new_code), (&old, old_code)] {
            let answer = host.http("POST", "/", &[("a2a-version", version)], body).await.json();
            assert_eq!(answer["error"]["code"].as_i64(), expected, "{version}: {answer}");
            let answer = host.http("POST", &format!("/?A2A-Version={version}"), &[], body).await.json();
            assert_eq!(answer["error"]["code"].as_i64(), expected, "{version} in the query: {answer}");
        }
    }
    for (path, version, status) in [
        ("/message:send", "", 200),
        ("/message:send", "1.0", 200),
        ("/message:send", "0.3", 400),
        ("/v1/message:send", "", 200),
        ("/v1/message:send", "0.3", 200),
        ("/v1/message:send", "1.0", 400),
        ("/v1/message:send", "9.9", 400),
    ] {
        let body = json!({ "message": says("x") }).to_string();
        let in_query = format!("{path}?A2A-Version={version}");
        for (path, headers) in [(path, &[("A2A-Version", version)][..]), (&in_query, &[])] {
            let answer = host.http("POST", path, headers, body.as_bytes()).await;
            assert_eq!(answer.status, status, "{path} {headers:?}");
            if status == 400 {
                let reason = answer.json()["error"]["details"][0]["reason"].clone();
                assert_eq!(reason, "VERSION_NOT_SUPPORTED", "{path} {headers:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_version_that_is_not_spoken_is_refused_whatever_the_binding() {
    let (new, old) = (speaks(&[Version::V1_0]).await, speaks(&[Version::V0_3]).await);
    let send = json!({ "message": says("x") });
    assert_eq!(
        new.error("message/send", json!({ "message": crate::v0_3_jsonrpc::old("x") })).await.0,
        -32009
    );
    assert_eq!(rest(&new, "POST", "/v1/message:send", &send).await.status, 400);
    assert_eq!(rest(&new, "POST", "/message:send", &send).await.status, 200);
    let refused = old.call_with(&[], "SendMessage", send.clone()).await;
    assert_eq!(code(&refused).0, -32600);
    assert_eq!(rest(&old, "POST", "/message:send", &send).await.status, 400);
    assert_eq!(rest(&old, "POST", "/v1/message:send", &send).await.status, 200);
    assert_eq!(
        old.call("message/send", json!({ "message": crate::v0_3_jsonrpc::old("x") })).await["kind"],
        "task"
    );
    let mut frames = new.open(&[], "message/stream", Value::Null).await;
    let frames = frames.rest().await;
    assert_eq!((frames.len(), code(&frames[0].answer).0), (1, -32009));
}

#[test]
fn only_versions_that_can_be_spoken_are_taken() {
    for versions in
        [vec![], vec![Version { major: 1, minor: 1 }], vec![Version::V1_0, Version { major: 2, minor: 0 }]]
    {
        let built = Server::builder(card(), asks()).allow_anonymous().versions(versions).build();
        assert!(matches!(built, Err(ServeError::Versions)));
    }
}
