//! Password hashes (Argon2id) behind a gate (AUTH-2): at most as many hashes at once as there are cores, a bounded queue before it,
//! never on the threads that serve requests.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use zw_access::crypto::provider;
use zw_core::{Error, Result, Rng};

/// Requests that may wait for a hash; more are told to come back.
const QUEUE: usize = 200;

static GATE: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, |n| n.get().min(8))));
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Hashes here and now, for seeding data: no gate, no other thread. About 0.15 s.
pub fn hash_now(rng: &Rng, password: &str) -> Result<String> {
    let salt: [u8; 16] = rng.bytes();
    provider().password(&salt, password)
}

struct Waiting;
impl Drop for Waiting {
    fn drop(&mut self) {
        WAITING.fetch_sub(1, Ordering::SeqCst);
    }
}

async fn gated<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let ahead = WAITING.fetch_add(1, Ordering::SeqCst);
    let waiting = Waiting;
    if ahead >= QUEUE {
        return Err(Error::TooMany { retry_after_s: 10 });
    }
    let permit = GATE.acquire().await.map_err(Error::internal)?;
    let done = tokio::task::spawn_blocking(move || {
        let out = work();
        // Held until the memory is free again, even when the request is gone.
        drop(permit);
        out
    })
    .await
    .map_err(Error::internal)?;
    drop(waiting);
    done
}

/// A PHC string for a password.
pub async fn hash(rng: &Rng, password: &str) -> Result<String> {
    let (rng, password) = (rng.clone(), password.to_owned());
    gated(move || hash_now(&rng, &password)).await
}

/// Whether a password fits a PHC string.
pub async fn verify(phc: &str, password: &str) -> Result<bool> {
    let (phc, password) = (phc.to_owned(), password.to_owned());
    gated(move || provider().password_fits(&phc, &password)).await
}

/// Does the work of a verification for nothing, so that an unknown login takes as long as a known one (AUTH-7).
pub async fn burn(password: &str) -> Result<()> {
    let password = password.to_owned();
    gated(move || provider().password(b"zhanwang-unknown", &password).map(|_| ())).await
}

/// Whether a stored string was made with other parameters than today's.
pub fn is_outdated(phc: &str) -> bool {
    provider().password_outdated(phc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_in_the_string_and_nothing_is_cut() {
        let rng = Rng::seeded(1);
        let long = "甲".repeat(63) + "乙";
        let phc = hash_now(&rng, &long).unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{phc}");
        assert!(!is_outdated(&phc));
        assert!(provider().password_fits(&phc, &long).unwrap());
        assert!(!provider().password_fits(&phc, &("甲".repeat(63) + "丙")).unwrap(), "character 64 counts");
        assert!(is_outdated("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aaaa"));
    }

    #[tokio::test]
    async fn old_parameters_still_open() {
        // RFC 9106's reference implementation, 256 KiB and two passes.
        let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4".to_owned();
        assert!(is_outdated(&phc));
        assert!(verify(&phc, "password").await.unwrap());
        assert!(!verify(&phc, "passwore").await.unwrap());
        burn("x").await.unwrap();
    }
}
