//! Between ADK's events and A2A's parts and metadata.
//!
//! The conventions are those of ADK's own A2A bridges, so that their Python and Go peers understand what is
//! written here; what either of them writes is read. Where a convention would lose something, an extension of it
//! keeps the rest, and [`keys`] says which keys are ours.
//!
//! - [`part`] maps content, without loss in both directions and without an error.
//! - [`metadata`] is what a peer hears about an event, and what is believed of a peer.
//! - [`envelope`] is the whole event, for a remote that is as trusted as the process itself.

pub mod envelope;
pub mod keys;
pub mod metadata;
mod numbers;
pub mod part;
