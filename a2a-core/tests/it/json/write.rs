//! What is written by hand is byte for byte what serde writes.

use a2a_core::{Message, Part, SendMessageResponse, StreamEvent, Timestamp, WriteJson};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::json;

use crate::arbitrary;

fn by_hand(value: &(impl WriteJson + ?Sized)) -> String {
    let mut out = b"before".to_vec();
    value.write_json(&mut out);
    String::from_utf8(out.split_off(6)).expect("JSON is UTF-8")
}

fn by_serde(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect("it can be written")
}

fn any_text() -> impl Strategy<Value = String> {
    r#"[a-z\u{80}-\u{7ff}\u{10000}]{0,20}(["\\\x00-\x1f]|\x7f)?[a-z"\\]{0,20}"#
}

fn any_event() -> impl Strategy<Value = StreamEvent> {
    prop_oneof![
        4 => arbitrary::stream_event(),
        1 => arbitrary::metadata().prop_map(StreamEvent::Unknown),
    ]
}

proptest! {
    #[test]
    fn any_task_is_written_as_serde_writes_it(task in arbitrary::task()) {
        prop_assert_eq!(by_hand(&task), by_serde(&task));
        prop_assert_eq!(by_hand(&task.history[..]), by_serde(&task.history));
    }

    #[test]
    fn any_event_is_written_as_serde_writes_it(event in any_event()) {
        prop_assert_eq!(by_hand(&event), by_serde(&event));
    }

    #[test]
    fn any_send_and_its_answer_are_written_as_serde_writes_them(
        send in arbitrary::send_message_request(),
        answer in arbitrary::send_message_response(),
    ) {
        prop_assert_eq!(by_hand(&send), by_serde(&send));
        prop_assert_eq!(by_hand(&answer), by_serde(&answer));
    }

    #[test]
    fn text_full_of_escapes_is_written_as_serde_writes_it_wherever_it_stands(
        id in r#"[a-z"\\\n]{1,9}"#,
        text in any_text(),
        name in any_text(),
    ) {
        let mut part = Part::data(json!({ name.as_str(): [text.as_str()] })).with_filename(name.as_str());
        part.metadata.insert(name.clone(), text.as_str().into());
        let parts = vec![part, Part::url(name.as_str()).with_media_type(text.as_str()), Part::text(text.as_str())];
        let mut message = Message::agent(id.parse().expect("it isn't empty"), parts);
        message.role = serde_json::from_value(json!(text)).expect("any is kept");
        message.extensions = vec![name, text];
        prop_assert_eq!(by_hand(&message), by_serde(&message));
        let answer = SendMessageResponse::Message(message);
        prop_assert_eq!(by_hand(&answer), by_serde(&answer));
    }

    #[test]
    fn a_time_is_written_as_it_is_read(millis in any::<i64>()) {
        let time = Timestamp::from_unix_millis(millis);
        prop_assert_eq!(time.to_string().parse(), Ok(time));
    }
}

#[test]
fn every_byte_of_ascii_is_escaped_as_serde_does_it_wherever_it_stands() {
    for byte in 0..=0x7F_u8 {
        for before in 0..20 {
            let text = format!("{}{}{}", "x".repeat(before), char::from(byte), "y".repeat(before % 7));
            let part = Part::text(text);
            assert_eq!(by_hand(&part), by_serde(&part));
        }
    }
}
