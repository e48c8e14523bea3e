//! What the agents behind all servers have in common.

/// How many chunks a message asks for; none if it only wants to hear itself.
pub fn chunks(text: &str) -> Option<u32> {
    text.strip_prefix("chunks ")?.parse().ok()
}

/// What the chunk at this place says.
pub fn token(index: u32) -> String {
    format!("token-{index} lorem ipsum")
}
