//! What the examples share: each file beside this one is one idea.

pub mod clerk;
pub mod terminal;
