//! Messages as another implementation wrote them, in `fixtures/grpc/messages.json`: every message of both packages with
//! every field, and every member of each oneof. `interop/python/wire.py` made them.

use std::collections::BTreeSet;

use pretty_assertions::assert_eq;
use serde::Deserialize;
use serde_json::Value;

use super::through::through;

#[derive(Deserialize)]
struct Golden {
    messages: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    package: String,
    message: String,
    hex: String,
    json: Value,
}

fn samples() -> Vec<Sample> {
    let golden: Result<Golden, _> = serde_json::from_str(include_str!("../fixtures/grpc/messages.json"));
    golden.expect("it is JSON").messages
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).expect("it is ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("it is hex")).collect()
}

/// Field numbers and presence are the same on both sides: not a byte differs.
#[test]
fn golden_bytes_of_every_message_come_back_byte_for_byte() {
    for sample in samples() {
        let Sample { package, message, hex: before, .. } = sample;
        let before = bytes(&before);
        assert_eq!(through(&package, &message, &before, None), Ok(before), "{package}.{message}");
    }
}

#[test]
fn golden_bytes_read_as_what_the_json_of_the_same_message_reads_as() {
    for sample in samples() {
        let Sample { package, message, hex, json } = sample;
        let read = through(&package, &message, &bytes(&hex), Some(&json));
        assert!(read.is_ok(), "{package}.{message}: {}", read.unwrap_err());
    }
}

#[test]
fn golden_bytes_are_there_for_each_of_the_44_messages_of_1_0_and_the_45_of_0_3() {
    let of = |package: &str| -> BTreeSet<String> {
        let samples = samples().into_iter().filter(|sample| sample.package == package);
        samples.map(|sample| sample.message).collect()
    };
    assert_eq!((of("lf.a2a.v1").len(), of("a2a.v1").len()), (44, 45));
}
