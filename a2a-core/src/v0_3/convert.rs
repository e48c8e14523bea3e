//! From version 1.0 and back. What has no form on the other side is in the table of the module above.

mod event;
mod message;
mod part;
mod push;
mod request;
mod task;

/// A list of what converts.
fn each<T: Into<U>, U>(items: Vec<T>) -> Vec<U> {
    items.into_iter().map(Into::into).collect()
}
