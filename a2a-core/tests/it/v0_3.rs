//! The protocol as version 0.3 has it.

mod card;
mod convert;
mod event;
mod hostile;
mod losses;
mod message;
mod method;
mod params;
mod part;
mod push;
mod rest;
mod task;
mod write;

use std::{fmt::Debug, str::FromStr};

use pretty_assertions::assert_eq;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::json::{read_value, written};

/// It is written so and read back so.
fn is_json<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, json: &Value) {
    assert_eq!(written(value), *json);
    reads_as(json, value);
}

/// It is read so, from text and from memory.
fn reads_as<T: DeserializeOwned + PartialEq + Debug>(json: &Value, value: &T) {
    assert_eq!(read_value::<T>(json).as_ref(), Ok(value), "{json}");
}

/// It isn't read, and the error says so.
fn refused<T: DeserializeOwned + PartialEq + Debug>(json: &Value, why: &str) {
    let error = read_value::<T>(json).expect_err(&json.to_string());
    assert!(error.starts_with(why), "{json}: {error}");
}

fn object(json: Value) -> a2a_core::Metadata {
    match json {
        Value::Object(members) => members,
        other => panic!("{other} is no object"),
    }
}

fn id<Id: FromStr<Err: Debug>>(id: &str) -> Id {
    id.parse().expect("it isn't empty")
}
