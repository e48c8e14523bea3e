use a2a_core::{Metadata, Part, PartContent};
use adk_bridge::adk::{self, PartData};
use adk_bridge::convert::part::{self, from_a2a, to_a2a};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::convert_samples as samples;

/// Without entries that ADK's bridges spell in several ways: those are read, and written in one.
fn one_spelling(part: &Part) -> bool {
    let says = |key| part.metadata.get(key);
    let signature = match says("adk_thought_signature") {
        Some(Value::String(text)) => ["AA==", "+/8=", "", "?"].contains(&text.as_str()),
        _ => true,
    };
    let video = says("adk_video_metadata").is_some_and(Value::is_object)
        || !says("video_metadata").is_some_and(Value::is_object);
    signature
        && match part.content {
            PartContent::Data(_) => matches!(from_a2a(part).data, PartData::InlineData(_)),
            PartContent::Raw(_) => video,
            _ => true,
        }
}

fn a2a_part() -> impl Strategy<Value = Part> {
    let unknown = samples::value()
        .prop_map(|value| PartContent::Unknown(Map::from_iter([("hologram".to_owned(), value)])));
    let content = prop_oneof![
        "\\PC{1,8}".prop_map(PartContent::Text),
        samples::bytes().prop_map(|bytes| PartContent::Raw(bytes.into())),
        "\\PC{1,8}".prop_map(PartContent::Url),
        samples::value().prop_map(PartContent::Data),
        unknown,
    ];
    let media_type = of(prop_oneof![Just("text/plain".to_owned()), "[a-z]{1,4}"]);
    (content, of("\\PC{1,8}"), media_type, samples::object(), any::<bool>()).prop_map(
        |(content, filename, media_type, metadata, spaced)| {
            let mut part = Part::text("").with_metadata(metadata);
            if let (PartContent::Data(value), true) = (&content, spaced) {
                let text = serde_json::to_string_pretty(value).unwrap();
                part.metadata.insert("adk_data_text".to_owned(), text.into());
            }
            (part.content, part.filename, part.media_type) = (content, filename, media_type);
            part
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn an_adk_part_is_the_same_after_it_was_an_a2a_part(part in samples::part()) {
        let json = serde_json::to_string(&part).unwrap();
        prop_assert_eq!(&serde_json::from_str::<adk::Part>(&json).unwrap(), &part, "a sample that JSON can't express");

        let sent = to_a2a(&part, &[samples::LONG_RUNNING.to_owned()]);
        prop_assert_ne!(sent.as_text(), Some(""));
        let pending = part.as_function_call().is_some_and(|call| call.id == samples::LONG_RUNNING);
        prop_assert_eq!(part::is_long_running(&sent), pending);

        let received: Part = serde_json::from_str(&serde_json::to_string(&sent).unwrap()).unwrap();
        prop_assert_eq!(&received, &sent);
        prop_assert_eq!(from_a2a(&received), part);
    }

    #[test]
    fn an_a2a_part_is_the_same_after_it_was_an_adk_part(
        part in a2a_part().prop_filter("one spelling", one_spelling)
    ) {
        let stored = serde_json::to_string(&from_a2a(&part)).unwrap();
        let loaded: adk::Part = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(to_a2a(&loaded, &[]), part);
    }

    #[test]
    fn any_a2a_part_settles_after_one_round(part in a2a_part(), metadata in samples::object()) {
        let mut part = part;
        let extra: Metadata = metadata;
        part.metadata.extend(extra);
        let once = from_a2a(&part);
        prop_assert_eq!(from_a2a(&to_a2a(&once, &[])), once);
    }
}
