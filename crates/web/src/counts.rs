//! How many of something one source holds at once: connections of an address, streams of a session.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts by key. A clone counts together with its original.
pub struct Counts<K: Hash + Eq>(Arc<Mutex<HashMap<K, usize>>>);

impl<K: Hash + Eq> Default for Counts<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// One of them; the count goes down when it is dropped.
pub struct Counted<K: Hash + Eq> {
    all: Arc<Mutex<HashMap<K, usize>>>,
    key: K,
}

impl<K: Hash + Eq + Clone> Counts<K> {
    /// One more for `key`, unless it holds `most` already.
    pub fn enter(&self, key: K, most: usize) -> Option<Counted<K>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let n = all.entry(key.clone()).or_default();
        if *n >= most {
            return None;
        }
        *n += 1;
        Some(Counted { all: self.0.clone(), key })
    }
}

impl<K: Hash + Eq> Drop for Counted<K> {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = all.get_mut(&self.key) {
            *n -= 1;
            if *n == 0 {
                all.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_counts_no_more_and_leaves_nothing_behind() {
        let c = Counts::default();
        let held: Vec<_> = (0..3).map(|_| c.enter("a", 3)).collect();
        assert!(held.iter().all(Option::is_some) && c.enter("a", 3).is_none() && c.enter("b", 3).is_some());
        drop(held);
        assert!(c.enter("a", 1).is_some());
        assert!(c.0.lock().unwrap().is_empty());
    }
}
