use a2a_core::Cursor;
use pretty_assertions::assert_eq;
use proptest::prelude::*;

#[test]
fn a_cursor_of_ours_says_where_it_stands() {
    for seq in [0, 1, u64::MAX] {
        let cursor = Cursor::after(seq);
        assert_eq!(cursor.to_string(), format!("a2a-log:{seq}"));
        assert_eq!(cursor.seq(), Some(seq));
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
    }
}

#[test]
fn no_id_is_no_cursor() {
    assert_eq!(Cursor::parse(""), None);
}

#[test]
fn what_only_resembles_ours_is_foreign() {
    for id in [
        "a2a-log:",
        "a2a-log:x",
        "a2a-log:+1",
        "a2a-log:01",
        "a2a-log:-1",
        "a2a-log: 1",
        "a2a-log:1 ",
        "a2a-log:18446744073709551616",
        "A2A-LOG:1",
        "1",
        "\0",
    ] {
        let cursor = Cursor::parse(id).expect("it isn't empty");
        assert_eq!((cursor.seq(), cursor.to_string()), (None, id.to_owned()));
    }
}

proptest! {
    #[test]
    fn a_cursor_is_written_as_it_was_read(id in "(a2a-log:)?[0-9+a-z]{0,4}.*") {
        let cursor = Cursor::parse(&id);
        prop_assert_eq!(cursor.map(|cursor| cursor.to_string()).unwrap_or_default(), id);
    }
}
