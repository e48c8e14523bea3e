//! Tests of the server as its users see it.
#![expect(clippy::unwrap_used, reason = "a test that can't go on says where")]

mod agents;
mod authenticators;
mod bad_input;
mod bodies;
mod busy_agents;
mod callers;
mod cancel;
mod card;
mod content_types;
mod disconnect;
mod extended_cards;
mod follow_up;
mod frames;
#[cfg(feature = "grpc")]
mod grpc;
mod idle_streams;
mod in_process;
mod inside;
mod left_behind;
mod limits;
mod list;
mod log_contract;
mod log_memory;
#[cfg(feature = "sqlite")]
mod log_sqlite;
mod many_agents;
mod matrix;
mod misbehaving_agents;
mod mortal_log;
mod mounts;
mod public_urls;
#[cfg(feature = "push")]
mod push;
mod recovery;
#[cfg(feature = "sqlite")]
mod recovery_in_file;
mod redriven;
mod references;
mod repeats;
mod rest;
mod rest_input;
mod rest_streams;
mod resume;
mod secrets_in_logs;
mod send;
mod shutdown;
mod silence;
mod slow_readers;
#[cfg(feature = "sqlite")]
mod sqlite_database;
mod stalled;
mod state_machine;
mod stores;
mod stream;
mod subscribe;
mod support;
mod troubled_log;
mod two_answers;
mod unfinished_business;
mod v0_3_jsonrpc;
mod v0_3_rest;
mod versions;
mod wire;
