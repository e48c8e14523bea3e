use a2a_core::{AgentExtension, Error, ErrorKind, Extensions, Version};
use pretty_assertions::assert_eq;
use proptest::prelude::*;

mod negotiation;

#[test]
fn a_version_is_major_and_minor_whatever_the_patch() {
    for (text, major, minor) in [
        ("1.0", 1, 0),
        ("1.0.7", 1, 0),
        ("1.0.99999999999999999999", 1, 0),
        ("0.3", 0, 3),
        ("0.3.0", 0, 3),
        (" 1.0\t", 1, 0),
        ("65535.65535", 65535, 65535),
    ] {
        assert_eq!(text.parse(), Ok(Version { major, minor }), "{text}");
    }
    assert_eq!("1.0.7".parse::<Version>().map(|version| version.to_string()), Ok("1.0".to_owned()));
    assert!(Version::V0_3 < Version::V1_0);
}

#[test]
fn junk_is_no_version() {
    for text in [
        "",
        " ",
        ".",
        "1",
        "1.",
        ".0",
        "1..0",
        "1.0.",
        "1.0.x",
        "1.0.7-rc1",
        "1.0.0.0",
        "+1.0",
        "1.+0",
        "1.0.+1",
        "-1.0",
        "1,0",
        "v1.0",
        "1.x",
        "65536.0",
        "1.65536",
        "1.0, 0.3",
        "\0",
        "١.٠",
    ] {
        let error = text.parse::<Version>().expect_err(text);
        assert_eq!(error.to_string(), format!("{text:?} isn't a version such as \"1.0\""));
    }
}

#[test]
fn extensions_come_in_one_header_or_in_several_each_once_and_in_order() {
    let mut extensions = Extensions::new();
    for header in ["", " urn:b , urn:a,,", "urn:a", "\turn:c", ","] {
        extensions.add(header);
    }
    assert_eq!(extensions.iter().collect::<Vec<_>>(), ["urn:b", "urn:a", "urn:c"]);
    assert_eq!(extensions.to_string(), "urn:b, urn:a, urn:c");
    assert!(extensions.contains("urn:a") && !extensions.contains("URN:A") && !extensions.contains(""));
    assert!(!extensions.is_empty() && Extensions::new().is_empty());
    assert_eq!(Extensions::new().to_string(), "");
}

#[test]
fn extensions_without_end_are_cut() {
    let header = (0..100_000).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let mut extensions = Extensions::new();
    extensions.add(&header);
    extensions.add("urn:more");
    assert_eq!(extensions.into_vec(), (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
}

fn declared(required: &[&str], optional: &[&str]) -> Vec<AgentExtension> {
    let mut all: Vec<_> = required.iter().chain(optional).map(|uri| AgentExtension::new(*uri)).collect();
    all[..required.len()].iter_mut().for_each(|extension| extension.required = true);
    all
}

#[test]
fn an_extension_is_active_if_it_is_asked_for_and_declared_and_an_unknown_one_is_ignored() {
    let asked: Extensions = ["urn:c, urn:unknown", "urn:a"].into_iter().collect();
    let active = asked.active(&declared(&["urn:a"], &["urn:b", "urn:c", "urn:a"]));
    assert_eq!(active.into_vec(), ["urn:a", "urn:c"]);
    assert_eq!(asked.active(&[]), Extensions::new());
    assert_eq!(Extensions::new().active(&declared(&["urn:a"], &[])), Extensions::new());
}

#[test]
fn an_extension_that_is_required_and_not_asked_for_is_named_in_the_refusal() {
    let declared = declared(&["urn:a", "urn:b", "urn:c"], &["urn:d"]);
    let asks = |header: &str| [header].into_iter().collect::<Extensions>().check_required(&declared);
    assert_eq!(asks("urn:c,urn:b,urn:a"), Ok(()));
    let refusal = |text: &str, missing: &str| {
        Err(Error::new(ErrorKind::ExtensionSupportRequired, text).with_info("extension", missing))
    };
    assert_eq!(
        asks("urn:a,urn:c,urn:x"),
        refusal("The agent requires the extension urn:b; name it in A2A-Extensions", "urn:b")
    );
    assert_eq!(
        asks("urn:B"),
        refusal(
            "The agent requires the extensions urn:a, urn:b, urn:c; name them in A2A-Extensions",
            "urn:a, urn:b, urn:c"
        )
    );
    assert_eq!(Extensions::new().check_required(&[]), Ok(()));
}

proptest! {
    #[test]
    fn any_text_is_a_version_or_not(text in ".*") {
        if let Ok(version) = text.parse::<Version>() {
            prop_assert_eq!(version.to_string().parse(), Ok(version));
        }
    }

    #[test]
    fn extensions_are_read_as_they_were_written(headers in prop::collection::vec(".*", 0..5)) {
        let extensions: Extensions = headers.into_iter().collect();
        let mut read = Extensions::new();
        read.add(&extensions.to_string());
        prop_assert_eq!(read, extensions);
    }
}
