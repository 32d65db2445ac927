//! Argon2id behind a gate (AUTH-2): at most as many hashes at once as there are cores, a bounded queue before it,
//! never on the threads that serve requests.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use zw_core::{Error, Result, Rng};

/// Memory in KiB, passes and lanes: OWASP ASVS 5.0 appendix C, first row.
const MEMORY_KIB: u32 = 47_104;
const PASSES: u32 = 1;
const LANES: u32 = 1;
/// Requests that may wait for a hash; more are told to come back.
const QUEUE: usize = 200;

static GATE: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, |n| n.get().min(8))));
static WAITING: AtomicUsize = AtomicUsize::new(0);

fn argon() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes here and now, for seeding data: no gate, no other thread. About 0.15 s.
pub fn hash_now(rng: &Rng, password: &str) -> Result<String> {
    let salt: [u8; 16] = rng.bytes();
    let phc = argon()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(Error::internal)?;
    Ok(phc.to_string())
}

fn verify_now(phc: &str, password: &str) -> Result<bool> {
    let parsed = PasswordHash::new(phc).map_err(Error::internal)?;
    // The parameters of the stored string count, so old hashes still open.
    Ok(argon()?.verify_password(password.as_bytes(), &parsed).is_ok())
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
    gated(move || verify_now(&phc, &password)).await
}

/// Does the work of a verification for nothing, so that an unknown login takes as long as a known one (AUTH-7).
pub async fn burn(password: &str) -> Result<()> {
    let password = password.to_owned();
    gated(move || {
        argon()?.hash_password_with_salt(password.as_bytes(), b"zhanwang-unknown").map(|_| ()).map_err(Error::internal)
    })
    .await
}

/// Whether a stored string was made with other parameters than today's.
pub fn is_outdated(phc: &str) -> bool {
    !phc.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
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
        assert!(verify_now(&phc, &long).unwrap());
        assert!(!verify_now(&phc, &("甲".repeat(63) + "丙")).unwrap(), "character 64 counts");
        assert!(is_outdated("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aaaa"));
    }

    #[tokio::test]
    async fn old_parameters_still_open() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let phc = weak.hash_password_with_salt(b"correct horse", b"0123456789abcdef").unwrap().to_string();
        assert!(is_outdated(&phc));
        assert!(verify(&phc, "correct horse").await.unwrap());
        assert!(!verify(&phc, "correct horsf").await.unwrap());
        burn("x").await.unwrap();
    }
}
