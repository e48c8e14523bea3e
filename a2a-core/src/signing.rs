//! Signatures of agent cards (§8.4).
