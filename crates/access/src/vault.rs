//! The installation's keys and what each is for: sealed fields, blind indexes, MACs, signed checkpoints (security.md
//! CRY-1 to -3). The algorithms are the [`Provider`]'s.

use crate::crypto::{self, Provider};
use zeroize::Zeroizing;
use zw_core::{Error, Result, Rng};

/// The installation's keys, derived from one master key that lives outside the database and its backups.
pub struct Vault {
    field: Zeroizing<[u8; 32]>,
    blind: Zeroizing<[u8; 32]>,
    audit: Zeroizing<[u8; 32]>,
    token: Zeroizing<[u8; 32]>,
    sign: Zeroizing<[u8; 32]>,
    crypto: &'static dyn Provider,
    id: [u8; 4],
    kid: String,
}

/// Sealed values begin with a format. 1, read for ever: nonce, body. 2, written: key id, nonce, body, so that a rotation
/// can tell which key a value waits for.
const NO_KEY_ID: u8 = 1;
const WITH_KEY_ID: u8 = 2;

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault(kid={})", self.kid)
    }
}

/// Parts with their lengths, so that no two lists of parts are one message.
fn mac(crypto: &dyn Provider, key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> = parts.iter().map(|p| (p.len() as u64).to_be_bytes()).collect();
    let message: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(n, p)| [&n[..], *p]).collect();
    crypto.mac(key, &message)
}

impl Vault {
    /// Derives all keys from the master key, after the known-answer tests of the algorithms.
    pub fn new(master: &[u8; 32]) -> Result<Self> {
        Self::over(master, crypto::provider())
    }

    pub(crate) fn over(master: &[u8; 32], crypto: &'static dyn Provider) -> Result<Self> {
        crypto::prove(crypto)?;
        let key = |label: &str| Zeroizing::new(mac(crypto, master, &[b"zw-key-v1", label.as_bytes()]));
        let digest = crypto::digest(&[b"zw-kid", master]);
        let id = [digest[0], digest[1], digest[2], digest[3]];
        Ok(Self {
            field: key("field"),
            blind: key("blind"),
            audit: key("audit"),
            token: key("token"),
            sign: key("sign"),
            crypto,
            id,
            kid: hex(&id),
        })
    }

    /// Short id of the master key: what a backup says it needs.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Encrypts a field. `aad` binds the ciphertext to its place: `table|column|row|person`.
    pub fn seal(&self, rng: &Rng, aad: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; 12] = rng.bytes();
        let body = self.crypto.seal(&self.field, &nonce, aad.as_bytes(), plain)?;
        let mut out = Vec::with_capacity(17 + body.len());
        out.push(WITH_KEY_ID);
        out.extend_from_slice(&self.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        Ok(out)
    }

    /// Decrypts a field; fails if it was moved to another place or altered, and names the key if it needs another.
    pub fn open(&self, aad: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let bad = || Error::Internal("sealed field does not open".into());
        let (format, rest) = sealed.split_first().ok_or_else(bad)?;
        let rest = match *format {
            NO_KEY_ID => rest,
            WITH_KEY_ID => {
                let (id, rest) = rest.split_at_checked(4).ok_or_else(bad)?;
                if id != self.id {
                    return Err(Error::Internal(format!("sealed field needs key {}", hex(id))));
                }
                rest
            }
            _ => return Err(bad()),
        };
        let (nonce, body) = rest.split_at_checked(12).ok_or_else(bad)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| bad())?;
        self.crypto.open(&self.field, &nonce, aad.as_bytes(), body)
    }

    /// Decrypts a text field.
    pub fn open_text(&self, aad: &str, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.open(aad, sealed)?).map_err(Error::internal)
    }

    /// Keyed blind index for equality search; `kind` separates columns.
    pub fn blind(&self, kind: &str, value: &str) -> Vec<u8> {
        mac(self.crypto, &self.blind, &[kind.as_bytes(), value.as_bytes()]).to_vec()
    }

    /// Hash under which a session or one-time token is stored.
    pub fn token_hash(&self, token: &str) -> Vec<u8> {
        mac(self.crypto, &self.token, &[token.as_bytes()]).to_vec()
    }

    /// MAC of a value for a purpose (CSRF tokens, grant rows, signed links).
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all: Vec<&[u8]> = vec![purpose.as_bytes()];
        all.extend_from_slice(parts);
        mac(self.crypto, &self.token, &all)
    }

    /// MAC of an audit row.
    pub(crate) fn audit_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(self.crypto, &self.audit, parts)
    }

    /// Signs a checkpoint.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.crypto.sign(&self.sign, message)
    }

    /// Checks a checkpoint's signature.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.crypto.verify(&self.sign, message, signature)
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_opens_only_in_its_place() {
        let (v, rng) = (Vault::new(&[7; 32]).unwrap(), Rng::seeded(1));
        let s = v.seal(&rng, "resident|phone|1|1", b"13800000000").unwrap();
        assert_eq!(v.open_text("resident|phone|1|1", &s).unwrap(), "13800000000");
        assert!(v.open("resident|phone|2|2", &s).is_err());
        let other = Vault::new(&[8; 32]).unwrap();
        assert!(other.open("resident|phone|1|1", &s).is_err());
        let mut t = s.clone();
        t[20] ^= 1;
        assert!(v.open("resident|phone|1|1", &t).is_err());
        assert!(v.open("resident|phone|1|1", &s[..5]).is_err());
    }

    #[test]
    fn a_sealed_value_names_its_key_and_the_older_format_opens() {
        let (v, rng) = (Vault::new(&[7; 32]).unwrap(), Rng::seeded(1));
        let s = v.seal(&rng, "a|b|1|1", b"x").unwrap();
        assert_eq!((s[0], hex(&s[1..5])), (WITH_KEY_ID, v.kid().to_owned()));
        let older = [&[NO_KEY_ID], &s[5..]].concat();
        assert_eq!(v.open("a|b|1|1", &older).unwrap(), b"x");
        let other = Vault::new(&[8; 32]).unwrap();
        assert!(other.open("a|b|1|1", &s).unwrap_err().to_string().contains(v.kid()));
        assert!(v.open("a|b|1|1", &[&[3], &s[1..]].concat()).is_err());
        assert!(v.open("a|b|1|1", &[]).is_err());
    }

    #[test]
    fn blind_indexes_differ_across_installs_and_kinds() {
        let (a, b) = (Vault::new(&[1; 32]).unwrap(), Vault::new(&[2; 32]).unwrap());
        assert_eq!(a.blind("id", "x"), a.blind("id", "x"));
        assert_ne!(a.blind("id", "x"), b.blind("id", "x"));
        assert_ne!(a.blind("id", "x"), a.blind("phone", "x"));
    }
}
