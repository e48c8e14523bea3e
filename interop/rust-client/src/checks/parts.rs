use a2a::{Part, SendMessageRequest, TaskState};
use serde_json::json;

use crate::{
    expect::{Outcome, parts, plain, same},
    peer::{Peer, message, text},
};

/// The agent's own are what they must be; bytes of every value, with a name and a media type, and a file by its URL, come
/// back as they were sent.
pub async fn files(peer: &Peer) -> Outcome {
    let named = |part: Part| part.with_filename("output.txt").with_media_type("text/plain");
    answered(peer, text("tck-artifact-file-url"), &[named(Part::url("https://example.com/output.txt"))])
        .await?;
    answered(peer, text("tck-artifact-file"), &[named(Part::raw(b"tck".to_vec()))]).await?;

    let every: Vec<u8> = (0..=u8::MAX).collect();
    let raw = Part::raw(every).with_filename("every byte.bin").with_media_type("application/octet-stream");
    let url = Part::url("https://example.com/a%20file?page=1&size=2");
    let url = url.with_filename("output.txt").with_media_type("text/plain");
    echoed(peer, vec![Part::text("two files"), raw, url]).await
}

/// The agent's own are what they must be; whole numbers up to 2^53, negative ones, nulls and nested lists come back as they were sent.
pub async fn data(peer: &Peer) -> Outcome {
    let made = Part::data(json!({"key": "value", "count": 42}));
    answered(peer, text("tck-artifact-data"), &[made]).await?;
    let object = json!({
        "largest": 9_007_199_254_740_992_i64,
        "smallest": -9_007_199_254_740_992_i64,
        "zero": 0,
        "half": 0.5,
        "nothing": null,
        "empty": {"list": [], "object": {}, "text": ""},
        "nested": [[1, [-2, null]], {"deep": [true, false]}],
        "text": "ä 🦀 \"quoted\"\n",
    });
    echoed(peer, vec![Part::data(object), Part::data(json!([1, null, "three"])), Part::data(json!(4))]).await
}

async fn echoed(peer: &Peer, sent: Vec<Part>) -> Outcome {
    answered(peer, message("echo", sent.clone()), &sent).await
}

/// An artifact of these parts.
async fn answered(peer: &Peer, request: SendMessageRequest, want: &[Part]) -> Outcome {
    let want: Vec<_> = want.iter().map(plain).collect();
    let task = peer.send_for_task(request, TaskState::Completed).await?;
    same("parts of the artifact", &parts(task.artifacts.as_deref()), &want)
}
