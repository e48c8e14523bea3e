//! `a2a.v1` and the types of version 0.3, in both directions.

mod card;
mod event;
mod message;
mod name;
mod oauth;
mod part;
mod push;
mod read;
mod security;
mod send;
mod task;
