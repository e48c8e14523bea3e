//! Which version a request is processed in.

use a2a_core::{Error, ErrorKind, Version, VersionPolicy, header};
use pretty_assertions::assert_eq;

const OLD: Version = Version::V0_3;
const NEW: Version = Version::V1_0;
const BOTH: &[Version] = &[NEW, OLD];

fn refused(asked: &str) -> Result<Version, Error> {
    let text = format!("This agent speaks versions 1.0 and 0.3, not {asked}");
    Err(Error::new(ErrorKind::VersionNotSupported, text).with_info("supportedVersions", "1.0, 0.3"))
}

#[test]
fn the_header_is_asked_before_the_query_and_an_empty_one_is_none() {
    for (header, query, asked) in [
        (Some("1.0"), Some("A2A-Version=0.3"), Some("1.0")),
        (Some(" 1.0\t"), None, Some("1.0")),
        (Some(" "), Some("x=1&a2a-version=0.3&A2A-VERSION=1.0"), Some("0.3")),
        (None, Some("A2A-Version=1.0"), Some("1.0")),
        (None, Some("A2A-Version="), None),
        (None, Some("A2A-Version&version=1.0&"), None),
        (None, Some(""), None),
        (None, None, None),
    ] {
        assert_eq!(Version::asked(header, query), asked, "{header:?} {query:?}");
    }
}

#[test]
fn a_version_that_is_asked_for_is_the_one_whatever_the_policy_and_the_patch() {
    for policy in [VersionPolicy::Strict, VersionPolicy::Lenient] {
        for (asked, version) in [("1.0", NEW), ("1.0.7", NEW), ("0.3", OLD), ("0.3.0", OLD)] {
            for named in [None, Some(version)] {
                assert_eq!(policy.negotiate(Some(asked), named, BOTH), Ok(version), "{asked}");
            }
        }
    }
}

#[test]
fn an_unknown_version_is_refused_with_a_list_of_those_that_are_spoken() {
    for asked in ["1.1", "2.0", "0.2.6", "latest", "1"] {
        assert_eq!(VersionPolicy::Lenient.negotiate(Some(asked), Some(NEW), BOTH), refused(asked));
    }
    let endless = "9".repeat(100_000);
    assert_eq!(VersionPolicy::Strict.negotiate(Some(&endless), None, BOTH), refused(&"9".repeat(40)));
    let only = VersionPolicy::Lenient.negotiate(Some("0.3"), None, &[NEW]);
    let text = "This agent speaks version 1.0, not 0.3";
    let expected = Error::new(ErrorKind::VersionNotSupported, text).with_info("supportedVersions", "1.0");
    assert_eq!(only, Err(expected));
}

#[test]
fn a_version_whose_names_the_request_does_not_use_is_refused() {
    for (asked, named) in [("1.0", OLD), ("0.3", NEW)] {
        let error = VersionPolicy::Lenient.negotiate(Some(asked), Some(named), BOTH).unwrap_err();
        let text = format!("The request is for version {asked}, its names are those of {named}");
        let expected = Error::new(ErrorKind::VersionNotSupported, text);
        assert_eq!(error, expected.with_info("supportedVersions", "1.0, 0.3"));
    }
}

#[test]
fn a_missing_version_is_0_3_in_strict_mode() {
    assert_eq!(VersionPolicy::Strict.negotiate(None, None, BOTH), Ok(OLD));
    assert_eq!(VersionPolicy::Strict.negotiate(None, Some(OLD), BOTH), Ok(OLD));
    let mixed = VersionPolicy::Strict.negotiate(None, Some(NEW), BOTH).map_err(|error| error.kind());
    assert_eq!(mixed, Err(ErrorKind::VersionNotSupported));
    let unspoken = VersionPolicy::Strict.negotiate(None, None, &[NEW]).map_err(|error| error.to_string());
    assert_eq!(unspoken, Err("This agent speaks version 1.0, not 0.3".to_owned()));
}

#[test]
fn a_missing_version_is_that_of_the_names_in_lenient_mode_which_is_the_default() {
    let policy = VersionPolicy::default();
    assert_eq!(policy, VersionPolicy::Lenient);
    for (named, version) in [(Some(NEW), NEW), (Some(OLD), OLD), (None, NEW)] {
        assert_eq!(policy.negotiate(None, named, BOTH), Ok(version));
    }
    assert_eq!(policy.negotiate(None, None, &[OLD, NEW]), Ok(OLD));
    let unspoken = policy.negotiate(None, Some(OLD), &[NEW]).map_err(|error| error.to_string());
    assert_eq!(unspoken, Err("This agent speaks version 1.0, not 0.3".to_owned()));
}

#[test]
fn each_version_has_its_own_header_for_extensions() {
    assert_eq!(OLD.extensions_header(), header::X_A2A_EXTENSIONS);
    assert_eq!(NEW.extensions_header(), header::A2A_EXTENSIONS);
    assert_eq!((header::X_A2A_EXTENSIONS, header::A2A_EXTENSIONS), ("x-a2a-extensions", "a2a-extensions"));
}
