//! What the bridge promises, from the outside.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod adk_artifacts;
mod adk_decisions;
mod adk_events;
mod adk_json;
mod adk_parts;
mod adk_repetition;
mod adk_runner;
mod adk_sessions;
#[cfg(feature = "sqlite")]
mod adk_sqlite;
mod adk_streams;
mod adk_timeline;
mod adk_tools;
mod adk_workflows;
mod bridge_cancels;
mod bridge_card;
mod bridge_cuts;
#[cfg(feature = "sqlite")]
mod bridge_drain;
mod bridge_failures;
mod bridge_fixture;
mod bridge_foreign;
mod bridge_http;
mod bridge_meddling;
mod bridge_pauses;
mod bridge_peer;
mod bridge_redriven;
mod bridge_restarts;
mod bridge_snapshots;
#[cfg(feature = "sqlite")]
mod bridge_sqlite;
mod bridge_timeline;
mod bridge_wire;
mod bridge_workflows;
mod convert_envelope;
mod convert_metadata;
mod convert_parts;
mod convert_recorded;
mod convert_round_trips;
mod convert_samples;
#[cfg(feature = "sqlite")]
mod kills;
#[cfg(feature = "sqlite")]
mod many_conversations;
mod replay;
