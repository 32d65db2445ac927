//! A key file in memory, which a test may write anew while its app runs.

use std::sync::{Arc, Mutex};
use zw_access::{KeyFile, Ring, Seen};
use zw_core::Result;

/// The ring, and how often it was written.
#[derive(Clone)]
pub struct Keys(Arc<Mutex<(i64, Ring)>>);

impl Default for Keys {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((0, Ring::first(&[9; 32])))))
    }
}

impl Keys {
    /// The ring as it is.
    pub fn ring(&self) -> Ring {
        self.0.lock().unwrap().1.clone()
    }
    /// Puts another in its place.
    pub fn put(&self, ring: Ring) {
        let mut kept = self.0.lock().unwrap();
        *kept = (kept.0 + 1, ring);
    }
}

impl KeyFile for Keys {
    fn look(&self) -> Result<Seen> {
        Ok([self.0.lock().unwrap().0, 0, 0])
    }
    fn read(&self) -> Result<Ring> {
        Ok(self.ring())
    }
}
