use std::collections::HashMap;

/// Which id of the first timeline is which of the second.
#[derive(Debug, Clone)]
pub(super) struct Names {
    renamed: bool,
    forth: HashMap<String, String>,
    back: HashMap<String, String>,
}

impl Names {
    /// Every id is itself.
    pub(super) fn exact() -> Self {
        Self { renamed: false, forth: HashMap::new(), back: HashMap::new() }
    }

    /// Ids are matched as they are met.
    pub(super) fn renamed() -> Self {
        Self { renamed: true, ..Self::exact() }
    }

    /// Whether two ids are the same one. Two that are new are from now on.
    pub(super) fn matches(&mut self, a: &str, b: &str) -> bool {
        if !self.renamed || a.is_empty() || b.is_empty() {
            return a == b;
        }
        match (self.forth.get(a), self.back.get(b)) {
            (Some(other), _) => other == b,
            (None, Some(_)) => false,
            (None, None) => {
                self.forth.insert(a.to_owned(), b.to_owned());
                self.back.insert(b.to_owned(), a.to_owned());
                true
            }
        }
    }

    /// What an id of the first timeline is called in the second, if that is known.
    pub(super) fn of<'n>(&'n self, a: &'n str) -> Option<&'n str> {
        if self.renamed { self.forth.get(a).map(String::as_str) } else { Some(a) }
    }
}
