//! The protocol as version 0.3 has it.

mod card;
mod convert;
