//! Free-form JSON, and how deep it may be.

use a2a_core::{
    ErrorKind, Message, Metadata, Part, StreamEvent, Task, TaskState, TaskStatus, grpc::v1, v0_3,
};
use pretty_assertions::assert_eq;
use prost::Message as _;
use prost_types::{ListValue, Struct, value::Kind};
use serde_json::{Value, json};

/// Through the bytes of a part and back.
fn back(data: Value) -> Value {
    let part = v1::Part::try_from(Part::data(data)).expect("protobuf can say it");
    let part = v1::Part::decode(part.encode_to_vec().as_slice()).expect("they are its bytes");
    let part = Part::try_from(part).expect("it is a part");
    match part.content {
        a2a_core::PartContent::Data(data) => data,
        other => panic!("{other:?} isn't data"),
    }
}

#[test]
fn integers_up_to_2_to_the_53rd_come_back_as_integers() {
    let numbers = json!([0, -1, 1, 9_007_199_254_740_992_i64, -9_007_199_254_740_992_i64]);
    assert_eq!(back(numbers.clone()), numbers);
    assert_eq!(back(json!(2.0)), json!(2));
    assert_eq!(back(json!(0.5)), json!(0.5));
    assert_eq!(back(json!(-0.0)).to_string(), "-0.0");
}

#[test]
fn larger_integers_come_back_as_the_nearest_double() {
    assert_eq!(back(json!(12_345_678_901_234_567_890_u64)), json!(12_345_678_901_234_567_890_f64));
    assert_eq!(back(json!(9_007_199_254_740_993_i64)), json!(9_007_199_254_740_992_i64));
    assert_eq!(back(json!(9_007_199_254_740_995_i64)), json!(9_007_199_254_740_996_f64));
}

#[test]
fn nulls_empty_names_and_empty_containers_survive() {
    let data = json!({"": null, "list": [null, [], {}], "object": {"null": null, "empty": {}}});
    assert_eq!(back(data.clone()), data);
    assert_eq!(back(Value::Null), Value::Null);
}

fn proto(kind: Kind) -> prost_types::Value {
    prost_types::Value { kind: Some(kind) }
}

fn refused(data: prost_types::Value) -> (ErrorKind, String) {
    let content = Some(v1::part::Content::Data(data));
    let error = Part::try_from(v1::Part { content, ..v1::Part::default() }).expect_err("it is wrong");
    let message = error.message().strip_prefix("Invalid parameters: ").expect("it is about a parameter");
    (error.kind(), message.to_owned())
}

#[test]
fn numbers_that_json_has_no_form_for_are_refused() {
    let expected = "data: must not have a number that is infinite or none (NaN)".to_owned();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let nested = proto(Kind::ListValue(ListValue { values: vec![proto(Kind::NumberValue(number))] }));
        assert_eq!(refused(nested), (ErrorKind::InvalidParams, expected.clone()));
    }
}

#[test]
fn names_that_would_be_read_as_something_else_in_a_log_are_refused() {
    for name in ["$serde_json::private::RawValue", "$serde_json::private::Number"] {
        let fields = [(name.to_owned(), proto(Kind::StringValue("1".to_owned())))];
        let (kind, message) = refused(proto(Kind::StructValue(Struct { fields: fields.into() })));
        assert_eq!(kind, ErrorKind::InvalidParams);
        assert!(message.contains(name), "{message}");
    }
}

#[test]
fn a_value_without_any_kind_is_null() {
    let content = Some(v1::part::Content::Data(prost_types::Value { kind: None }));
    let part = Part::try_from(v1::Part { content, ..v1::Part::default() });
    assert_eq!(part, Ok(Part::data(Value::Null)));
}

fn objects(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!({ "in": inner }))
}

fn lists(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

/// Where free-form JSON is as deep in the message as it can be: in a part of the message of a task's status.
fn deepest(part: Part) -> Task {
    let mut status = TaskStatus::new(TaskState::Working);
    status.message = Some(Box::new(Message::agent("m".parse().expect("it isn't empty"), part)));
    let mut task = Task::new("t".parse().expect("it isn't empty"), "c".parse().expect("it isn't empty"));
    task.status = status;
    task
}

#[test]
fn what_is_written_is_never_deeper_than_readers_take() {
    for data in [objects(31), lists(47)] {
        let members = Metadata::from_iter([("in".to_owned(), objects(30))]);
        let event = StreamEvent::from(deepest(Part::data(data).with_metadata(members)));
        let written = v1::StreamResponse::try_from(event.clone()).expect("it isn't too deep");
        let read = v1::StreamResponse::decode(written.encode_to_vec().as_slice()).expect("it can be read");
        assert_eq!(StreamEvent::try_from(read), Ok(event));
    }
    let data = objects(31);
    let event = v0_3::StreamEvent::from(v0_3::Task::from(deepest(Part::data(data))));
    let written = a2a_core::grpc::v0_3::StreamResponse::try_from(event.clone()).expect("it isn't too deep");
    let read = a2a_core::grpc::v0_3::StreamResponse::decode(written.encode_to_vec().as_slice());
    assert_eq!(v0_3::StreamEvent::try_from(read.expect("it can be read")), Ok(event));
}

/// Two objects around lists are just as deep as readers of 0.3 take at the deepest place; one object around them is one
/// message deeper.
#[test]
fn where_objects_and_lists_mix_not_a_message_more_is_written_than_readers_take() {
    let around = |objects: usize, lists_in: usize| {
        (0..objects).fold(lists(lists_in), |inner, _| json!({ "in": inner }))
    };
    let event = |data| StreamEvent::from(deepest(Part::data(data)));
    let written = v1::StreamResponse::try_from(event(around(2, 44))).expect("it isn't too deep");
    let read = v1::StreamResponse::decode(written.encode_to_vec().as_slice()).expect("it can be read");
    assert_eq!(StreamEvent::try_from(read), Ok(event(around(2, 44))));
    v1::StreamResponse::try_from(event(around(1, 46))).expect_err("it is too deep");
}

#[test]
fn what_no_reader_takes_is_refused_before_it_is_sent_and_the_error_says_where() {
    for data in [objects(32), lists(48)] {
        let error = v1::Task::try_from(deepest(Part::data(data))).expect_err("it is too deep");
        assert_eq!(
            (error.kind(), error.message()),
            (
                ErrorKind::UnsupportedOperation,
                "status.message.parts[0].data: nests deeper than protobuf readers take: 31 objects, 47 lists, or less \
                 where they mix"
            )
        );
    }
}

/// What a peer can send is never deeper than prost reads, which is below what JSON may nest: nothing is left to refuse,
/// and nothing overflows the stack.
#[test]
fn whatever_depth_can_be_read_as_protobuf_can_be_read_as_json() {
    let mut deepest = 0;
    for levels in 1..200 {
        let mut value = proto(Kind::NullValue(0));
        for _ in 0..levels {
            value = proto(Kind::ListValue(ListValue { values: vec![value] }));
        }
        let content = Some(v1::part::Content::Data(value));
        let bytes = v1::Part { content, ..v1::Part::default() }.encode_to_vec();
        if let Ok(part) = v1::Part::decode(bytes.as_slice()) {
            assert!(Part::try_from(part).is_ok(), "{levels} levels");
            deepest = levels;
        }
    }
    assert_eq!(deepest, 49);
}

/// A program may make one that nobody sent.
#[test]
fn a_value_that_was_made_too_deep_is_refused() {
    let mut value = proto(Kind::NullValue(0));
    for _ in 0..1000 {
        value = proto(Kind::ListValue(ListValue { values: vec![value] }));
    }
    let expected = "data: must not nest deeper than 100 levels".to_owned();
    assert_eq!(refused(value), (ErrorKind::InvalidParams, expected));
}
