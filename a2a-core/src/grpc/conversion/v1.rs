//! `lf.a2a.v1` and the native types, in both directions.

mod card;
mod event;
mod message;
mod oauth;
mod part;
mod push;
mod read;
mod requirement;
mod security;
mod send;
mod skill;
mod task;
