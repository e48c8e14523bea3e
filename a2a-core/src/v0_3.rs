//! The protocol as version 0.3 has it, and the way to and from version 1.0.

mod error;

pub use self::error::Error;
