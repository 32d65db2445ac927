//! The one seam of cryptography (security.md CRY-1): a set of algorithms behind one trait. Keys and what they are for are
//! the [`crate::Vault`]'s; nothing else of the program names an algorithm or links a library of them.

mod intl;

use zw_core::{Error, Result};

/// A digest that is fed piece by piece.
pub trait Digest: Send {
    /// The next piece.
    fn update(&mut self, bytes: &[u8]);
    /// The digest of all pieces.
    fn done(self: Box<Self>) -> [u8; 32];
}

/// A set of algorithms. Keys are 32 bytes, nonces 12, digests and MACs 32: what both the international and the Chinese
/// commercial set can keep to (SM4 takes half of its key material).
pub trait Provider: Send + Sync {
    /// What rows and manifests call it.
    fn name(&self) -> &'static str;
    /// What an audit row calls its hash and MAC.
    fn chain_name(&self) -> &'static str;
    /// A fresh digest.
    fn digest(&self) -> Box<dyn Digest>;
    /// A MAC over one message.
    fn mac(&self, key: &[u8; 32], message: &[&[u8]]) -> [u8; 32];
    /// Encrypts and authenticates; the nonce is never used twice under one key.
    fn seal(&self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>>;
    /// Decrypts what is authentic.
    fn open(&self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>>;
    /// Signs with the key pair that follows from a seed.
    fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Vec<u8>;
    /// Checks a signature by the key pair of a seed.
    fn verify(&self, seed: &[u8; 32], message: &[u8], signature: &[u8]) -> bool;
    /// A password as a PHC string with today's parameters. Takes long and much memory, on purpose: call it behind a gate.
    fn password(&self, salt: &[u8; 16], password: &str) -> Result<String>;
    /// Whether a password fits a PHC string, with the parameters that stand there.
    fn password_fits(&self, phc: &str, password: &str) -> Result<bool>;
    /// Whether a PHC string was made with other parameters than today's.
    fn password_outdated(&self, phc: &str) -> bool;
    /// Known-answer tests of everything above, from published vectors: the name of the first algorithm that fails.
    fn known_answers(&self) -> std::result::Result<(), &'static str>;
}

/// The algorithms of this installation. A profile for Chinese commercial algorithms is chosen here once it exists.
pub fn provider() -> &'static dyn Provider {
    &intl::Intl
}

/// The digest of parts as they follow each other.
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut d = provider().digest();
    for p in parts {
        d.update(p);
    }
    d.done()
}

/// Refuses to go on with algorithms that do not compute what was published (security.md CRY-6).
pub(crate) fn prove(p: &dyn Provider) -> Result<()> {
    p.known_answers().map_err(|what| Error::Internal(format!("crypto self-test failed: {}: {what}", p.name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_the_whole_have_one_digest() {
        assert_eq!(digest(&[b"a", b"bc"]), digest(&[b"abc"]));
        assert_ne!(digest(&[b"abc"]), digest(&[b"abd"]));
    }

    /// A provider that computes one thing wrong does not start.
    struct Broken(&'static str);
    struct Flipped(Box<dyn Digest>);
    impl Digest for Flipped {
        fn update(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn done(self: Box<Self>) -> [u8; 32] {
            let mut d = self.0.done();
            d[31] ^= 1;
            d
        }
    }
    impl Provider for Broken {
        fn name(&self) -> &'static str {
            "broken"
        }
        fn chain_name(&self) -> &'static str {
            provider().chain_name()
        }
        fn digest(&self) -> Box<dyn Digest> {
            let d = provider().digest();
            if self.0 == "digest" { Box::new(Flipped(d)) } else { d }
        }
        fn mac(&self, key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
            let mut m = provider().mac(key, message);
            m[0] ^= u8::from(self.0 == "mac");
            m
        }
        fn seal(&self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
            let aad = if self.0 == "seal" { &aad[..0] } else { aad };
            provider().seal(key, nonce, aad, plain)
        }
        fn open(&self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
            let open = provider().open(key, nonce, aad, sealed);
            if self.0 == "open" { Ok(open.unwrap_or_default()) } else { open }
        }
        fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Vec<u8> {
            let mut s = provider().sign(seed, message);
            s[5] ^= u8::from(self.0 == "sign");
            s
        }
        fn verify(&self, seed: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
            self.0 == "verify" || provider().verify(seed, message, signature)
        }
        fn password(&self, salt: &[u8; 16], password: &str) -> Result<String> {
            provider().password(salt, password)
        }
        fn password_fits(&self, phc: &str, password: &str) -> Result<bool> {
            Ok(self.0 == "password" || provider().password_fits(phc, password)?)
        }
        fn password_outdated(&self, phc: &str) -> bool {
            provider().password_outdated(phc)
        }
        fn known_answers(&self) -> std::result::Result<(), &'static str> {
            intl::known_answers(self)
        }
    }

    #[test]
    fn one_wrong_algorithm_is_found_at_the_start() {
        prove(provider()).unwrap();
        prove(&Broken("nothing")).unwrap();
        for what in ["digest", "mac", "seal", "open", "sign", "verify", "password"] {
            let e = prove(&Broken(what)).unwrap_err().to_string();
            assert!(e.contains("self-test"), "{what}: {e}");
        }
        // No vault is made over it, so nothing is read or written.
        static WRONG: Broken = Broken("seal");
        assert!(
            crate::Vault::over(crate::Ring::first(&[7; 32]), None, &WRONG)
                .unwrap_err()
                .to_string()
                .contains("AES-256-GCM")
        );
    }
}
