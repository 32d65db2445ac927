//! The installation's keys and what each is for: sealed fields, blind indexes, MACs, signed checkpoints (security.md
//! CRY-1 to -3). The algorithms are the [`Provider`]'s, the keys a [`Ring`]'s.

mod ring;

use crate::crypto::{self, Provider};
use crate::sealed::Place;
use arc_swap::ArcSwap;
pub use ring::Ring;
use ring::{Root, SealKey};
use std::sync::Arc;
use zw_core::{Error, Result, Rng};

/// What tells that a key file was written anew: its number on the disk and when it was changed.
pub type Seen = [i64; 3];

/// The file of the keys, which a rotation writes anew while the program runs.
pub trait KeyFile: Send + Sync {
    /// A look that costs next to nothing.
    fn look(&self) -> Result<Seen>;
    /// Reads it.
    fn read(&self) -> Result<Ring>;
}

/// The installation's keys, which live outside the database and its backups.
pub struct Vault {
    root: Root,
    held: ArcSwap<Held>,
    file: Option<Box<dyn KeyFile>>,
    crypto: &'static dyn Provider,
    kid: String,
}

/// The sealing keys as last read.
struct Held {
    keys: Vec<SealKey>,
    seen: Option<Seen>,
}

/// Sealed values begin with a format. 1, read for ever: nonce, body. 2, written: key id, nonce, body, so that a rotation
/// can tell which key a value waits for.
pub(crate) const NO_KEY_ID: u8 = 1;
pub(crate) const WITH_KEY_ID: u8 = 2;

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
    /// The keys of an installation that has one key and no file (tests).
    pub fn new(master: &[u8; 32]) -> Result<Self> {
        Self::over(Ring::first(master), None, crypto::provider())
    }

    /// The keys of a ring, after the known-answer tests of the algorithms.
    pub fn of(ring: Ring) -> Result<Self> {
        Self::over(ring, None, crypto::provider())
    }

    /// The keys of a file that is looked at again before anything is sealed, and when a value names a key not known yet:
    /// so a running program learns of a rotation at its next write or read, and no old key seals after it.
    pub fn of_file(file: impl KeyFile + 'static) -> Result<Self> {
        let seen = file.look()?;
        let vault = Self::over(file.read()?, Some(Box::new(file)), crypto::provider())?;
        let keys = vault.held.load().keys.clone();
        vault.held.store(Arc::new(Held { keys, seen: Some(seen) }));
        Ok(vault)
    }

    pub(crate) fn over(ring: Ring, file: Option<Box<dyn KeyFile>>, crypto: &'static dyn Provider) -> Result<Self> {
        crypto::prove(crypto)?;
        let kid = hex(&ring.root.id);
        let held = ArcSwap::from_pointee(Held { keys: ring.keys, seen: None });
        Ok(Self { root: ring.root, held, file, crypto, kid })
    }

    /// Short id of the installation's root keys, which never change: what an audit row says it was written with.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Ids of the sealing keys, the newest first: what a backup says it needs.
    pub fn kids(&self) -> Vec<String> {
        self.current().keys.iter().map(|k| hex(&k.id)).collect()
    }

    /// How values begin that the newest key sealed.
    pub(crate) fn newest(&self) -> Vec<u8> {
        self.current().keys.first().map_or_else(Vec::new, |k| [&[WITH_KEY_ID][..], &k.id].concat())
    }

    /// The sealing keys, read again when the file was written anew. A file that cannot be read takes nothing away: what
    /// is in memory goes on sealing, and the log says so.
    fn current(&self) -> Arc<Held> {
        let held = self.held.load_full();
        let Some(file) = &self.file else { return held };
        match file.look() {
            Ok(seen) if held.seen == Some(seen) => held,
            looked => looked.and_then(|seen| self.reread(file.as_ref(), seen)).unwrap_or_else(|e| {
                tracing::error!("the keys of before hold: {e}");
                held
            }),
        }
    }

    fn reread(&self, file: &dyn KeyFile, seen: Seen) -> Result<Arc<Held>> {
        let ring = file.read()?;
        if ring.root.id != self.root.id {
            return Err(Error::Unavailable("the key file is another installation's".into()));
        }
        let held = Arc::new(Held { keys: ring.keys, seen: Some(seen) });
        self.held.store(held.clone());
        Ok(held)
    }

    /// Encrypts a field with the newest key; the ciphertext is bound to its place.
    pub fn seal(&self, rng: &Rng, place: &Place, plain: &[u8]) -> Result<Vec<u8>> {
        let held = self.current();
        let key = held.keys.first().ok_or_else(|| Error::Internal("no key seals".into()))?;
        let nonce: [u8; 12] = rng.bytes();
        let body = self.crypto.seal(&key.field, &nonce, place.as_bytes(), plain)?;
        let mut out = Vec::with_capacity(17 + body.len());
        out.push(WITH_KEY_ID);
        out.extend_from_slice(&key.id);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&body);
        Ok(out)
    }

    /// Decrypts a field; fails if it was moved to another place or altered, and names the key if it needs another.
    pub fn open(&self, place: &Place, sealed: &[u8]) -> Result<Vec<u8>> {
        let (format, rest) = sealed.split_first().ok_or_else(bad)?;
        match *format {
            NO_KEY_ID => {
                // It names no key; only the right one opens it.
                let held = self.held.load_full();
                held.keys.iter().find_map(|k| self.with(k, place, rest).ok()).ok_or_else(bad)
            }
            WITH_KEY_ID => {
                let (id, rest) = rest.split_at_checked(4).ok_or_else(bad)?;
                let known = |held: &Held| held.keys.iter().find(|k| k.id == id).cloned();
                let key = known(&self.held.load()).or_else(|| known(&self.current()));
                let key = key.ok_or_else(|| Error::Internal(format!("sealed field needs key {}", hex(id))))?;
                self.with(&key, place, rest)
            }
            _ => Err(bad()),
        }
    }

    fn with(&self, key: &SealKey, place: &Place, rest: &[u8]) -> Result<Vec<u8>> {
        let (nonce, body) = rest.split_at_checked(12).ok_or_else(bad)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| bad())?;
        self.crypto.open(&key.field, &nonce, place.as_bytes(), body)
    }

    /// Decrypts a text field.
    pub fn open_text(&self, place: &Place, sealed: &[u8]) -> Result<String> {
        String::from_utf8(self.open(place, sealed)?).map_err(Error::internal)
    }

    /// Keyed blind index for equality search; `kind` separates columns.
    pub fn blind(&self, kind: &str, value: &str) -> Vec<u8> {
        mac(self.crypto, &self.root.blind, &[kind.as_bytes(), value.as_bytes()]).to_vec()
    }

    /// Hash under which a session or one-time token is stored.
    pub fn token_hash(&self, token: &str) -> Vec<u8> {
        mac(self.crypto, &self.root.token, &[token.as_bytes()]).to_vec()
    }

    /// MAC of a value for a purpose (CSRF tokens, grant rows, signed links).
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut all: Vec<&[u8]> = vec![purpose.as_bytes()];
        all.extend_from_slice(parts);
        mac(self.crypto, &self.root.token, &all)
    }

    /// MAC of an audit row.
    pub(crate) fn audit_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(self.crypto, &self.root.audit, parts)
    }

    /// Signs a checkpoint.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.crypto.sign(&self.root.sign, message)
    }

    /// Checks a checkpoint's signature.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.crypto.verify(&self.root.sign, message, signature)
    }
}

fn bad() -> Error {
    Error::Internal("sealed field does not open".into())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealed::{RESIDENT_ADDRESS, RESIDENT_PHONE};
    use std::sync::Mutex;

    #[test]
    fn a_field_opens_only_in_its_place() {
        let (v, rng, place) = (Vault::new(&[7; 32]).unwrap(), Rng::seeded(1), RESIDENT_PHONE.at(1, 1));
        let s = v.seal(&rng, &place, b"13800000000").unwrap();
        assert_eq!(v.open_text(&place, &s).unwrap(), "13800000000");
        assert!(v.open(&RESIDENT_PHONE.at(2, 2), &s).is_err() && v.open(&RESIDENT_ADDRESS.at(1, 1), &s).is_err());
        let other = Vault::new(&[8; 32]).unwrap();
        assert!(other.open(&place, &s).is_err());
        let mut t = s.clone();
        t[20] ^= 1;
        assert!(v.open(&place, &t).is_err());
        assert!(v.open(&place, &s[..5]).is_err());
    }

    #[test]
    fn a_sealed_value_names_its_key_and_the_older_format_opens() {
        let (v, rng, place) = (Vault::new(&[7; 32]).unwrap(), Rng::seeded(1), RESIDENT_PHONE.at(1, 1));
        let s = v.seal(&rng, &place, b"x").unwrap();
        assert_eq!((s[0], hex(&s[1..5])), (WITH_KEY_ID, v.kid().to_owned()));
        let older = [&[NO_KEY_ID], &s[5..]].concat();
        assert_eq!(v.open(&place, &older).unwrap(), b"x");
        let other = Vault::new(&[8; 32]).unwrap();
        assert!(other.open(&place, &s).unwrap_err().to_string().contains(v.kid()));
        assert!(v.open(&place, &[&[3], &s[1..]].concat()).is_err());
        assert!(v.open(&place, &[]).is_err());
    }

    /// A key file in memory, and how often it was written.
    #[derive(Clone)]
    struct Kept(Arc<Mutex<(i64, Option<Ring>)>>);
    impl Kept {
        fn put(&self, ring: Option<Ring>) {
            let mut kept = self.0.lock().unwrap();
            *kept = (kept.0 + 1, ring);
        }
    }
    impl KeyFile for Kept {
        fn look(&self) -> Result<Seen> {
            Ok([self.0.lock().unwrap().0, 0, 0])
        }
        fn read(&self) -> Result<Ring> {
            self.0.lock().unwrap().1.clone().ok_or_else(bad)
        }
    }

    #[test]
    fn a_running_program_learns_of_a_rotation_by_itself() {
        let (rng, place) = (Rng::seeded(1), RESIDENT_PHONE.at(1, 1));
        let one = Ring::first(&[7; 32]);
        let kept = Kept(Arc::new(Mutex::new((0, Some(one.clone())))));
        let [running, idle] = [(); 2].map(|()| Vault::of_file(kept.clone()).unwrap());
        let before = running.seal(&rng, &place, b"x").unwrap();
        let bare = [&[NO_KEY_ID], &before[5..]].concat();
        let two = one.with_new_key(&rng);
        kept.put(Some(two.clone()));
        let after = running.seal(&rng, &place, b"y").unwrap();
        assert_eq!(hex(&after[1..5]), two.kids()[0], "the next write uses the new key");
        assert_eq!(idle.open(&place, &after).unwrap(), b"y", "who only reads meets it and looks");
        for v in [&running, &idle] {
            assert_eq!(v.open(&place, &before).unwrap(), b"x");
            assert_eq!(v.open(&place, &bare).unwrap(), b"x");
            assert_eq!(
                v.blind("id", "1"),
                Vault::new(&[7; 32]).unwrap().blind("id", "1"),
                "indexes are searched as before"
            );
        }
        // A file that is damaged, or another installation's, changes nothing that works.
        for wrong in [None, Some(Ring::first(&[9; 32]))] {
            kept.put(wrong);
            assert_eq!(running.open(&place, &running.seal(&rng, &place, b"z").unwrap()).unwrap(), b"z");
            assert_eq!(running.kids(), two.kids());
        }
        kept.put(Some(two.without(&one.kids()[0]).unwrap()));
        let refused = Vault::of_file(kept).unwrap().open(&place, &before).unwrap_err().to_string();
        assert!(refused.contains(&one.kids()[0]), "{refused}");
    }

    #[test]
    fn blind_indexes_differ_across_installs_and_kinds() {
        let (a, b) = (Vault::new(&[1; 32]).unwrap(), Vault::new(&[2; 32]).unwrap());
        assert_eq!(a.blind("id", "x"), a.blind("id", "x"));
        assert_ne!(a.blind("id", "x"), b.blind("id", "x"));
        assert_ne!(a.blind("id", "x"), a.blind("phone", "x"));
    }
}
