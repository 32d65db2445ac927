//! The international set: SHA-256, HMAC-SHA-256, AES-256-GCM, Ed25519, Argon2id.

use super::{Digest, Provider};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zw_core::{Error, Result};

/// Memory in KiB, passes and lanes of Argon2id: OWASP ASVS 5.0 appendix C, first row.
const MEMORY_KIB: u32 = 47_104;
const PASSES: u32 = 1;
const LANES: u32 = 1;

pub(super) struct Intl;

struct Sha(Sha256);
impl Digest for Sha {
    fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn done(self: Box<Self>) -> [u8; 32] {
        self.0.finalize().into()
    }
}

fn argon() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

impl Provider for Intl {
    fn name(&self) -> &'static str {
        "intl"
    }
    fn chain_name(&self) -> &'static str {
        "sha256-hmac"
    }
    fn digest(&self) -> Box<dyn Digest> {
        Box::new(Sha(Sha256::new()))
    }
    fn mac(&self, key: &[u8; 32], message: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of every length, so this cannot fail; an all-zero answer would fail every comparison.
        let Ok(mut m) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) else { return [0; 32] };
        for p in message {
            m.update(p);
        }
        m.finalize().into_bytes().into()
    }
    fn seal(&self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Result<Vec<u8>> {
        let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| Error::Internal("key length".into()))?;
        let sealed = cipher.encrypt(&Nonce::from(*nonce), Payload { msg: plain, aad });
        sealed.map_err(|_| Error::Internal("seal".into()))
    }
    fn open(&self, key: &[u8; 32], nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>> {
        let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| Error::Internal("key length".into()))?;
        let plain = cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad });
        plain.map_err(|_| Error::Internal("sealed field does not open".into()))
    }
    fn sign(&self, seed: &[u8; 32], message: &[u8]) -> Vec<u8> {
        SigningKey::from_bytes(seed).sign(message).to_bytes().to_vec()
    }
    fn verify(&self, seed: &[u8; 32], message: &[u8], signature: &[u8]) -> bool {
        let key = SigningKey::from_bytes(seed).verifying_key();
        Signature::from_slice(signature).is_ok_and(|s| key.verify(message, &s).is_ok())
    }
    fn password(&self, salt: &[u8; 16], password: &str) -> Result<String> {
        let phc = argon()?.hash_password_with_salt(password.as_bytes(), salt).map_err(Error::internal)?;
        Ok(phc.to_string())
    }
    fn password_fits(&self, phc: &str, password: &str) -> Result<bool> {
        let parsed = PasswordHash::new(phc).map_err(Error::internal)?;
        Ok(argon()?.verify_password(password.as_bytes(), &parsed).is_ok())
    }
    fn password_outdated(&self, phc: &str) -> bool {
        !phc.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))
    }
    fn known_answers(&self) -> std::result::Result<(), &'static str> {
        known_answers(self)
    }
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let digit = |i: usize| hex.as_bytes().get(i).map_or(0, |b| (*b as char).to_digit(16).unwrap_or(0) as u8);
    std::array::from_fn(|i| digit(2 * i) << 4 | digit(2 * i + 1))
}

/// FIPS 180-4 "abc", RFC 4231 case 2, the GCM specification's case 16, RFC 8032 test 1, and the reference
/// implementation's Argon2id with 256 KiB.
pub(super) fn known_answers(p: &dyn Provider) -> std::result::Result<(), &'static str> {
    let mut d = p.digest();
    d.update(b"ab");
    d.update(b"c");
    if d.done() != bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad") {
        return Err("SHA-256");
    }
    // The key is "Jefe": HMAC fills a short key with zeros itself.
    let key = bytes("4a656665");
    if p.mac(&key, &[b"what do ya want ", b"for nothing?"])
        != bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    {
        return Err("HMAC-SHA-256");
    }
    let key = bytes("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    let nonce = bytes("cafebabefacedbaddecaf888");
    let aad: [u8; 20] = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plain: [u8; 60] = bytes(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
    );
    let want: [u8; 76] = bytes(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    );
    let mut altered = want;
    altered[0] ^= 1;
    if !p.seal(&key, &nonce, &aad, &plain).is_ok_and(|s| s == want)
        || !p.open(&key, &nonce, &aad, &want).is_ok_and(|o| o == plain)
        || p.open(&key, &nonce, &aad, &altered).is_ok()
    {
        return Err("AES-256-GCM");
    }
    let seed = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let signed: [u8; 64] = bytes(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    if p.sign(&seed, b"") != signed || !p.verify(&seed, b"", &signed) || p.verify(&seed, b"x", &signed) {
        return Err("Ed25519");
    }
    let phc = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    if !p.password_fits(phc, "password").is_ok_and(|fits| fits) || !p.password_fits(phc, "passwore").is_ok_and(|f| !f) {
        return Err("Argon2id");
    }
    Ok(())
}
