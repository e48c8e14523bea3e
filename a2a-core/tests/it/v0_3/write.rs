//! What is written by hand is byte for byte what serde writes of the converted value, in either family.

use a2a_core::{
    Entry, EntryBody, Part, StreamEvent, Timestamp,
    entry::{Chunk, RunRef, Status},
    v0_3::{self, Family, WriteJson, rest::ProtoJson},
};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::json;

use crate::arbitrary;

fn by_hand(value: &impl WriteJson, family: Family) -> String {
    let mut out = b"before".to_vec();
    value.write_v0_3(family, &mut out);
    String::from_utf8(out.split_off(6)).expect("JSON is UTF-8")
}

fn by_serde<T: Serialize>(old: &T, family: Family) -> String
where
    for<'a> ProtoJson<&'a T>: Serialize,
{
    let json = match family {
        Family::JsonRpc => serde_json::to_string(old),
        Family::Rest => serde_json::to_string(&ProtoJson(old)),
    };
    json.expect("it can be written")
}

const FAMILIES: [Family; 2] = [Family::JsonRpc, Family::Rest];

fn any_event() -> impl Strategy<Value = StreamEvent> {
    prop_oneof![
        6 => arbitrary::stream_event(),
        1 => arbitrary::metadata().prop_map(StreamEvent::Unknown),
    ]
}

proptest! {
    #[test]
    fn any_task_is_written_as_the_converted_one(task in arbitrary::task(), skipped in 0..3_usize) {
        let mut cut = task.clone();
        cut.history.drain(..skipped.min(cut.history.len()));
        for family in FAMILIES {
            prop_assert_eq!(by_hand(&task, family), by_serde(&v0_3::Task::from(task.clone()), family));
            let mut out = Vec::new();
            v0_3::write_task(&task, &cut.history, family, &mut out);
            prop_assert_eq!(String::from_utf8_lossy(&out), by_serde(&v0_3::Task::from(cut.clone()), family));
        }
    }

    #[test]
    fn any_event_is_written_as_the_converted_one(event in any_event()) {
        for family in FAMILIES {
            let old = v0_3::StreamEvent::from(event.clone());
            prop_assert_eq!(by_hand(&event, family), by_serde(&old, family));
        }
    }

    #[test]
    fn any_answer_is_written_as_the_converted_one(answer in arbitrary::send_message_response()) {
        for family in FAMILIES {
            let old = v0_3::SendMessageResult::from(answer.clone());
            prop_assert_eq!(by_hand(&answer, family), by_serde(&old, family));
        }
    }

    #[test]
    fn an_entry_is_written_as_its_event_is(event in arbitrary::stream_event(), millis in any::<i64>()) {
        let at = Timestamp::from_unix_millis(millis);
        let body = match event {
            StreamEvent::StatusUpdate(update) => {
                let mut status = Status::new(update.status.state);
                (status.message, status.metadata) = (update.status.message, update.metadata);
                EntryBody::Status(status)
            }
            StreamEvent::ArtifactUpdate(update) => {
                let mut chunk = Chunk::new(update.artifact);
                (chunk.append, chunk.last_chunk) = (update.append, update.last_chunk);
                chunk.metadata = update.metadata;
                EntryBody::Artifact(chunk)
            }
            _ => return Ok(()),
        };
        let entry = Entry::written(at, RunRef::new(1), body);
        let (task, context) = ("t".parse().expect("it isn't empty"), "c".parse().expect("it isn't empty"));
        let event = entry.event(&task, &context).expect("it is on the wire");
        for family in FAMILIES {
            let old = v0_3::StreamEvent::from(event.to_stream_event());
            prop_assert_eq!(by_hand(&event, family), by_serde(&old, family));
        }
    }
}

#[test]
fn what_marks_data_that_is_no_object_stands_where_serde_writes_it() {
    let metadata = json!({ "a": 1, "data_part_compat": false, "z": 2 });
    let metadata = metadata.as_object().cloned().expect("it is an object");
    let part = Part::data(json!([1, null])).with_metadata(metadata);
    for family in FAMILIES {
        assert_eq!(by_hand(&part, family), by_serde(&v0_3::Part::from(part.clone()), family));
    }
}
