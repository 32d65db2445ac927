//! The only source of randomness: the system's, or a seeded one so that tests and the demo are literal.
#![expect(clippy::disallowed_methods, reason = "this is the one place that may ask the system for randomness")]

use crate::{Stamp, Uuid};
use std::sync::{Arc, Mutex};

/// Random source; cheap to clone.
#[derive(Clone, Debug)]
pub struct Rng(Option<Arc<Mutex<u64>>>);

impl Rng {
    /// The operating system's generator.
    pub fn system() -> Self {
        Self(None)
    }
    /// A deterministic sequence (SplitMix64): never for secrets.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(seed))))
    }
    /// Fills `out`. If the system's generator fails the process has no safe way on, so it aborts.
    pub fn fill(&self, out: &mut [u8]) {
        match &self.0 {
            None => {
                if getrandom::fill(out).is_err() {
                    std::process::abort();
                }
            }
            Some(state) => {
                for chunk in out.chunks_mut(8) {
                    let word = step(state).to_le_bytes();
                    chunk.copy_from_slice(&word[..chunk.len()]);
                }
            }
        }
    }
    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.fill(&mut out);
        out
    }
    /// A whole number in `0..n` (`n` > 0; 0 for n = 0). The bias is below 2^-32 for n below 2^32.
    pub fn below(&self, n: u64) -> u64 {
        if n == 0 { 0 } else { u64::from_le_bytes(self.bytes()) % n }
    }
    /// A UUIDv7 for the instant `at`.
    pub fn uuid(&self, at: Stamp) -> Uuid {
        let ms = u64::try_from(at.ms()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &self.bytes()).into_uuid()
    }
}

fn step(state: &Mutex<u64>) -> u64 {
    let mut s = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *s = s.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *s;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
