//! The ends of the sessions that turns of this process write to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::ids::SessionKey;
use super::session::Revision;

/// The end of a session as it was last seen here. Whoever appends holds it, and the others wait in a queue: a store
/// refuses all but one of those who append at once, and one that is refused again and again would give up.
pub(crate) type End = tokio::sync::Mutex<Revision>;

/// How many ends are kept at least before those are looked for that nobody has any more.
const FEW: usize = 64;

/// The ends that somebody has.
#[derive(Debug, Default)]
pub(crate) struct Ends(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    ends: HashMap<SessionKey, Weak<End>>,
    /// How many there were when all of them were looked at.
    looked: usize,
}

impl Ends {
    /// The end of this session.
    pub(crate) fn of(&self, key: &SessionKey) -> Arc<End> {
        // Only whole steps happen under the lock.
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(end) = table.ends.get(key).and_then(Weak::upgrade) {
            return end;
        }
        if table.ends.len() >= FEW.max(2 * table.looked) {
            table.ends.retain(|_, end| end.strong_count() > 0);
            table.looked = table.ends.len();
        }
        let end = Arc::new(End::new(Revision::NONE));
        table.ends.insert(key.clone(), Arc::downgrade(&end));
        end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_one_end_as_long_as_somebody_has_it_and_those_of_others_go() {
        let key = |n: usize| {
            SessionKey::new(
                "app".parse().expect("a name"),
                "user".parse().expect("a name"),
                n.to_string().parse().expect("a name"),
            )
        };
        let ends = Ends::default();
        let first = ends.of(&key(0));
        for n in 1..10 * FEW {
            ends.of(&key(n));
        }
        assert!(Arc::ptr_eq(&first, &ends.of(&key(0))));
        assert!(ends.0.lock().expect("nobody panicked").ends.len() <= FEW);
    }
}
