//! What travels in headers: one line each, as the version, the query and the extensions.

use a2a_core::{AgentExtension, Cursor, Extensions, Version, VersionPolicy};

pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(version) = text.parse::<Version>() {
        assert_eq!(version.to_string().parse(), Ok(version));
    }
    if let Some(cursor) = Cursor::parse(text) {
        assert_eq!(cursor.to_string(), text);
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }
    let mut lines = text.lines();
    negotiate(Version::asked(lines.next(), lines.next()));
    extensions(lines.collect());
}

fn negotiate(asked: Option<&str>) {
    let spoken = [Version::V1_0, Version::V0_3];
    for policy in [VersionPolicy::Strict, VersionPolicy::Lenient] {
        for named in [None, Some(Version::V0_3), Some(Version::V1_0)] {
            match policy.negotiate(asked, named, &spoken) {
                Ok(version) => {
                    assert!(spoken.contains(&version) && named.is_none_or(|named| named == version));
                    assert!(asked.is_none_or(|asked| asked.parse() == Ok(version)));
                }
                Err(error) => assert!(error.message().len() < 300),
            }
        }
    }
}

fn extensions(extensions: Extensions) {
    let mut again = Extensions::new();
    again.add(&extensions.to_string());
    assert_eq!(again, extensions);
    let declared: Vec<_> = extensions.iter().map(AgentExtension::new).collect();
    assert_eq!(extensions.active(&declared), extensions);
    assert_eq!(extensions.check_required(&declared), Ok(()));
}
