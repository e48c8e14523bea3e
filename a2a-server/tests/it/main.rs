//! Tests of the server as its users see it.

mod log_contract;
mod log_fixture;
mod log_memory;
