use a2a_core::{
    ArtifactId, ContextId, GetTaskRequest, ListTasksResponse, Message, MessageId, Role, TaskId, TaskState,
    TaskStatus, Tenant, Timestamp,
};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{read, read_value, written};

fn state(json: &Value) -> Result<TaskState, String> {
    read_value::<TaskStatus>(&json!({"state": json})).map(|status| status.state)
}

fn history_length(json: &str) -> Result<Option<i32>, String> {
    read::<GetTaskRequest>(&format!(r#"{{"id":"a","historyLength":{json}}}"#))
        .map(|request| request.history_length)
}

fn time(text: &str) -> Option<String> {
    let parsed = text.parse::<Timestamp>().ok();
    let read = read_value::<TaskStatus>(&json!({"timestamp": text})).ok().and_then(|status| status.timestamp);
    assert_eq!(parsed, read);
    parsed.map(|time| time.to_string())
}

#[test]
fn enums_are_written_by_name_and_read_by_name_or_number() {
    let states = [
        (TaskState::Unspecified, "TASK_STATE_UNSPECIFIED"),
        (TaskState::Submitted, "TASK_STATE_SUBMITTED"),
        (TaskState::Working, "TASK_STATE_WORKING"),
        (TaskState::Completed, "TASK_STATE_COMPLETED"),
        (TaskState::Failed, "TASK_STATE_FAILED"),
        (TaskState::Canceled, "TASK_STATE_CANCELED"),
        (TaskState::InputRequired, "TASK_STATE_INPUT_REQUIRED"),
        (TaskState::Rejected, "TASK_STATE_REJECTED"),
        (TaskState::AuthRequired, "TASK_STATE_AUTH_REQUIRED"),
    ];
    for (number, (known, name)) in states.into_iter().enumerate() {
        assert_eq!(state(&json!(name)), Ok(known.clone()));
        assert_eq!(state(&json!(number)), Ok(known.clone()));
        assert_eq!(written(&known), json!(name));
        assert_eq!((known.as_str(), known.to_string()), (Some(name), name.to_owned()));
    }
    let roles =
        [(Role::Unspecified, "ROLE_UNSPECIFIED"), (Role::User, "ROLE_USER"), (Role::Agent, "ROLE_AGENT")];
    for (number, (role, name)) in roles.into_iter().enumerate() {
        for spelling in [json!(name), json!(number)] {
            let message: Message = read_value(&json!({"messageId": "m", "role": spelling})).unwrap();
            assert_eq!(message.role, role);
        }
        assert_eq!(written(&role), json!(name));
    }
}

#[test]
fn what_an_enum_does_not_know_is_kept_as_it_came() {
    for unknown in [
        json!("TASK_STATE_LATER"),
        json!("completed"),
        json!("TASK_STATE_CANCELLED"),
        json!(""),
        json!("3"),
        json!(77),
        json!(-1),
        json!(i32::MAX),
        json!(i32::MIN),
    ] {
        let state = state(&unknown).unwrap();
        assert!(matches!(state, TaskState::Unknown(_)), "{unknown}");
        assert!(!state.is_terminal() && !state.is_interrupted());
        assert_eq!(written(&state), unknown);
        assert_eq!(state.as_str(), unknown.as_str());
        assert_eq!(json!(state.to_string()).as_str(), Some(unknown.to_string().trim_matches('"')));
    }
}

#[test]
fn what_is_no_enum_at_all_is_refused() {
    for junk in [
        json!(i64::from(i32::MAX) + 1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(3.5),
        json!(true),
        json!([]),
        json!({}),
        json!({"x": "3"}),
        json!({"$serde_json::private::RawValue": "3"}),
    ] {
        assert!(state(&junk).is_err(), "{junk}");
    }
    assert_eq!(state(&Value::Null), Ok(TaskState::Unspecified));
}

#[test]
fn an_integer_is_read_in_every_form_of_one() {
    for (json, expected) in [
        ("0", Some(0)),
        ("5", Some(5)),
        ("\"5\"", Some(5)),
        ("1.0", Some(1)),
        ("\"1.0\"", Some(1)),
        ("1e2", Some(100)),
        ("\"1e2\"", Some(100)),
        ("-3", Some(-3)),
        ("\"-3\"", Some(-3)),
        ("-0.0", Some(0)),
        ("null", None),
        ("2147483647", Some(i32::MAX)),
        ("2147483647.0", Some(i32::MAX)),
        ("-2147483648", Some(i32::MIN)),
        ("\"-2147483648\"", Some(i32::MIN)),
    ] {
        assert_eq!(history_length(json), Ok(expected), "{json}");
    }
    for junk in [
        "1.5",
        "\"1.5\"",
        "\"\"",
        "\" 5\"",
        "\"5 \"",
        "\"x\"",
        "\"NaN\"",
        "\"inf\"",
        "\"-infinity\"",
        "\"1e999\"",
        "1e300",
        "2147483648",
        "-2147483649",
        "\"2147483648\"",
        "2147483647.5",
        "99999999999999999999",
        "true",
        "[]",
        "{}",
        r#"{"x":"5"}"#,
        r#"{"x":5}"#,
        r#"{"$serde_json::private::RawValue":"5"}"#,
    ] {
        assert!(history_length(junk).is_err(), "{junk}");
    }
}

#[test]
fn an_integer_that_is_always_there_is_read_as_tolerantly() {
    for (json, expected) in [(json!("5"), 5), (json!(5.0), 5), (json!(5), 5), (Value::Null, 0)] {
        let page: ListTasksResponse = read_value(&json!({"pageSize": json, "total_size": json})).unwrap();
        assert_eq!((page.page_size, page.total_size), (expected, expected));
    }
}

#[test]
fn a_length_of_zero_is_not_an_absent_one() {
    let mut zero = GetTaskRequest::new("a".parse().unwrap());
    zero.history_length = Some(0);
    assert_eq!(written(&zero), json!({"id": "a", "historyLength": 0}));
    assert_eq!(read_value(&written(&zero)), Ok(zero));
    let absent = GetTaskRequest::new("a".parse().unwrap());
    assert_eq!(written(&absent), json!({"id": "a"}));
    assert_eq!(read_value(&written(&absent)), Ok(absent));
}

#[test]
fn a_flag_is_true_or_false_and_nothing_like_it() {
    for junk in [json!("true"), json!(1), json!(0), json!([])] {
        assert!(
            read_value::<a2a_core::SendMessageConfiguration>(&json!({"returnImmediately": junk})).is_err()
        );
    }
}

#[test]
fn a_time_is_read_with_any_offset_and_written_in_utc_with_milliseconds() {
    for (text, expected) in [
        ("2025-01-01T08:00:00Z", "2025-01-01T08:00:00.000Z"),
        ("2025-01-01T10:00:00.123456+02:00", "2025-01-01T08:00:00.123Z"),
        ("2025-01-01T00:30:00.5-09:30", "2025-01-01T10:00:00.500Z"),
        ("2025-01-01T08:00:00.999999999Z", "2025-01-01T08:00:00.999Z"),
        ("2025-01-01T08:00:00-00:00", "2025-01-01T08:00:00.000Z"),
        ("2025-01-01T08:00:00.1Z", "2025-01-01T08:00:00.100Z"),
        ("2025-01-01T08:00:00.000000Z", "2025-01-01T08:00:00.000Z"),
        ("2025-01-01T08:00:00.12345678901234567890+00:00", "2025-01-01T08:00:00.123Z"),
        ("2024-02-29T23:59:60Z", "2024-02-29T23:59:59.000Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        // Peers write it for never.
        ("9999-12-31T23:59:59.9999999Z", "9999-12-30T22:00:00.000Z"),
        ("9999-12-31T23:59:59-23:59", "9999-12-30T22:00:00.000Z"),
        ("9999-12-31T00:00:00+23:59", "9999-12-30T00:01:00.000Z"),
    ] {
        assert_eq!(time(text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for junk in [
        "",
        "now",
        "2025-01-01",
        "2025-01-01T10:00:00",
        "2025-01-01T10:00:00.123456",
        "2025-01-01t10:00:00z",
        "2025-01-01T10:00:00z",
        "2025-01-01t10:00:00Z",
        "2025-01-01 10:00:00Z",
        "2025-01-01T10:00:00.Z",
        "2025-01-01T10:00:00,5Z",
        "2025-01-01T10:00Z",
        "2025-01-01T10:00:00+02",
        "2025-01-01T10:00:00+0200",
        "2025-01-01T10:00:00+02:00:00",
        "2025-01-01T10:00:00+02:00[Europe/Paris]",
        "20250101T100000Z",
        "2025-01-01T10:00:00é",
        "2025-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-01-01T00:60:00Z",
        "2025-01-01T00:00:61Z",
        "2025-01-01T00:00:00+24:00",
        "2025-01-01T00:00:00+00:60",
        "2025-01-01T00:00:00.1234",
        "2025-01-01T25:00:00Z",
        " 2025-01-01T10:00:00Z",
        "2025-01-01T10:00:00Z ",
        "0000-12-31T23:59:59Z",
        "-000001-01-01T00:00:00Z",
        "+010000-01-01T00:00:00Z",
        "1735689600",
        "2025-01-01T10:00:00\0Z",
    ] {
        assert_eq!(time(junk), None, "{junk}");
    }
    for junk in [json!(1_735_689_600), json!({}), json!([]), json!(true)] {
        assert!(read_value::<TaskStatus>(&json!({"timestamp": junk})).is_err());
    }
}

#[test]
fn a_time_out_of_bounds_is_the_nearest_within() {
    for (millis, expected) in [
        (i64::MIN, "0001-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (0, "1970-01-01T00:00:00.000Z"),
        (i64::MAX, "9999-12-30T22:00:00.000Z"),
    ] {
        let time = Timestamp::from_unix_millis(millis);
        assert_eq!((time.to_string(), expected.parse()), (expected.to_owned(), Ok(time)));
    }
    assert_eq!(Timestamp::UNIX_EPOCH.unix_millis(), 0);
}

#[test]
fn an_id_that_is_required_is_not_empty() {
    for json in [json!({"id": ""}), json!({"id": null}), json!({"id": 5}), json!({})] {
        assert!(read_value::<GetTaskRequest>(&json).is_err(), "{json}");
    }
    assert!(read_value::<Message>(&json!({"messageId": "m", "referenceTaskIds": [""]})).is_err());
    assert!(TaskId::new("").is_err() && "".parse::<ContextId>().is_err() && MessageId::try_from("").is_err());
    assert!(ArtifactId::try_from(String::new()).is_err());
    assert_eq!(Tenant::new("").unwrap_err().to_string(), "a tenant must not be empty");
    assert_eq!(TaskId::new(" \0").map(|id| id.as_str().to_owned()), Ok(" \0".to_owned()));
}

#[test]
fn an_id_that_is_optional_is_absent_when_it_is_empty() {
    let json = json!({"messageId": "m", "contextId": "", "taskId": ""});
    let expected = Message::user("m".parse().unwrap(), vec![]);
    let mut message: Message = read_value(&json).unwrap();
    message.role = Role::User;
    assert_eq!(message, expected);
    assert_eq!(written(&expected), json!({"messageId": "m", "role": "ROLE_USER", "parts": []}));
    let request: GetTaskRequest = read_value(&json!({"tenant": "", "id": "a"})).unwrap();
    assert_eq!(request, GetTaskRequest::new("a".parse().unwrap()));
}

proptest! {
    #[test]
    fn any_time_is_read_as_it_was_written(millis in -62_135_596_800_000..=253_402_207_200_000_i64) {
        let time = Timestamp::from_unix_millis(millis);
        prop_assert_eq!(time.unix_millis(), millis);
        prop_assert_eq!(time.to_string().len(), 24);
        prop_assert_eq!(time.to_string().parse(), Ok(time));
    }

    #[test]
    fn any_time_is_the_same_with_any_offset(
        millis in -62_135_500_000_000..=253_402_100_000_000_i64,
        minutes in -1439..=1439_i64,
    ) {
        let local = Timestamp::from_unix_millis(millis + minutes * 60_000).to_string();
        let (sign, size) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
        let text = local.replace('Z', &format!("{sign}{:02}:{:02}", size / 60, size % 60));
        prop_assert_eq!(text.parse(), Ok(Timestamp::from_unix_millis(millis)));
    }

    #[test]
    fn any_text_is_a_time_or_not(text in r"[-+0-9TZ:.,\[\]/ a-z]{0,40}") {
        if let Some(written) = time(&text) {
            prop_assert_eq!(time(&written), Some(written));
        }
    }

    #[test]
    fn any_number_is_an_integer_or_not(text in r"-?[0-9]{1,25}(\.[0-9]{1,3})?(e-?[0-9]{1,4})?") {
        let _ = history_length(&text);
        let _ = history_length(&format!("{text:?}"));
        let _ = read::<TaskStatus>(&format!(r#"{{"state":{text}}}"#));
    }
}
