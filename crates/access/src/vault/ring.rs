//! The ring of keys and the text it is kept as (decision 0019).
//!
//! The root keys are made once and stay: what they make (blind indexes, MACs of rows that are never written again,
//! signatures) is compared, not opened. The keys that seal fields rotate: the newest seals, older ones only open.

use super::{hex, mac};
use crate::crypto::{self, Provider};
use zeroize::{Zeroize as _, Zeroizing};
use zw_core::{Error, Result, Rng};

type Key = Zeroizing<[u8; 32]>;

/// Id of a key: the beginning of its digest.
pub(super) type KeyId = [u8; 4];

const HEAD: &str = "zhanwang keys 2";

fn derive(crypto: &dyn Provider, master: &[u8; 32], label: &str) -> Key {
    Zeroizing::new(mac(crypto, master, &[b"zw-key-v1", label.as_bytes()]))
}

fn id_of(master: &[u8; 32]) -> KeyId {
    let digest = crypto::digest(&[b"zw-kid", master]);
    [digest[0], digest[1], digest[2], digest[3]]
}

/// What never rotates.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) id: KeyId,
    pub(super) blind: Key,
    pub(super) audit: Key,
    pub(super) token: Key,
    pub(super) sign: Key,
}

/// A key that seals fields, or did.
#[derive(Clone)]
pub(super) struct SealKey {
    master: Key,
    pub(super) field: Key,
    pub(super) id: KeyId,
}

impl SealKey {
    fn of(master: &[u8; 32]) -> Self {
        Self { master: Zeroizing::new(*master), field: derive(crypto::provider(), master, "field"), id: id_of(master) }
    }
}

/// All keys of an installation, as the key file holds them.
#[derive(Clone)]
pub struct Ring {
    pub(super) root: Root,
    /// Newest first.
    pub(super) keys: Vec<SealKey>,
    rotating: bool,
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ring({})", self.kids().join(" "))
    }
}

fn bad() -> Error {
    Error::Unavailable("the key file is not one of this program".into())
}

impl Ring {
    /// The ring of a new installation: one key, and everything derived from it.
    pub fn first(master: &[u8; 32]) -> Self {
        let key = |label: &str| derive(crypto::provider(), master, label);
        let root = Root {
            id: id_of(master),
            blind: key("blind"),
            audit: key("audit"),
            token: key("token"),
            sign: key("sign"),
        };
        Self { root, keys: vec![SealKey::of(master)], rotating: false }
    }

    /// Reads a key file: 32 bytes as they were made at the first start, or the text that a rotation wrote.
    pub fn parse(file: &[u8]) -> Result<Self> {
        if let Ok(master) = <&[u8; 32]>::try_from(file) {
            return Ok(Self::first(master));
        }
        let text = std::str::from_utf8(file).map_err(|_| bad())?;
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(bad());
        }
        let (mut root, mut keys, mut rotating, mut whole) = (None, vec![], false, false);
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["root", id, blind, audit, token, sign] => {
                    root = Some(Root {
                        id: unhex::<4>(id)?,
                        blind: key(blind)?,
                        audit: key(audit)?,
                        token: key(token)?,
                        sign: key(sign)?,
                    });
                }
                ["seal", master] => keys.push(SealKey::of(&*key(master)?)),
                ["rotating"] => rotating = true,
                ["end"] => whole = true,
                _ => return Err(bad()),
            }
        }
        match root {
            Some(root) if whole && !keys.is_empty() => Ok(Self { root, keys, rotating }),
            _ => Err(bad()),
        }
    }

    /// The text of the key file.
    pub fn text(&self) -> Zeroizing<String> {
        let r = &self.root;
        let mut out = Zeroizing::new(format!("{HEAD}\nroot {}", hex(&r.id)));
        let mut put = |before: &str, key: &Key| {
            let mut digits = hex(key.as_slice());
            out.push_str(before);
            out.push_str(&digits);
            digits.zeroize();
        };
        for k in [&r.blind, &r.audit, &r.token, &r.sign] {
            put(" ", k);
        }
        for k in &self.keys {
            put("\nseal ", &k.master);
        }
        out.push_str(if self.rotating { "\nrotating\nend\n" } else { "\nend\n" });
        out
    }

    /// The ring with a new key, which seals from now on; the rotation is under way until [`Ring::rotated`].
    #[must_use]
    pub fn with_new_key(&self, rng: &Rng) -> Self {
        let master = Zeroizing::new(rng.bytes::<32>());
        let keys = std::iter::once(SealKey::of(&master)).chain(self.keys.iter().cloned()).collect();
        Self { root: self.root.clone(), keys, rotating: true }
    }

    /// The ring after a rotation went over every column.
    #[must_use]
    pub fn rotated(&self) -> Self {
        Self { rotating: false, ..self.clone() }
    }

    /// The ring without a key that seals no more.
    pub fn without(&self, kid: &str) -> Result<Self> {
        let kids = self.kids();
        match kids.iter().position(|k| k == kid) {
            None => Err(Error::Unavailable(format!("there is no key {kid}; there are: {}", kids.join(", ")))),
            Some(0) => Err(Error::Unavailable(format!("key {kid} is the one that seals: rotate first"))),
            Some(n) => {
                let mut left = self.clone();
                left.keys.remove(n);
                Ok(left)
            }
        }
    }

    /// Whether a rotation was begun and not ended.
    pub fn is_rotating(&self) -> bool {
        self.rotating
    }

    /// Ids of the sealing keys, the newest first.
    pub fn kids(&self) -> Vec<String> {
        self.keys.iter().map(|k| hex(&k.id)).collect()
    }

    /// Whether both are rings of one installation.
    pub fn is_kin(&self, other: &Self) -> bool {
        self.root.id == other.root.id
    }
}

fn unhex<const N: usize>(text: &str) -> Result<[u8; N]> {
    let mut out = [0; N];
    if text.len() != 2 * N || !text.is_ascii() {
        return Err(bad());
    }
    for (b, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digit = |c: u8| char::from(c).to_digit(16).ok_or_else(bad);
        *b = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).map_err(|_| bad())?;
    }
    Ok(out)
}

fn key(text: &str) -> Result<Key> {
    unhex(text).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_read_as_it_was_written() {
        let (first, rng) = (Ring::first(&[7; 32]), Rng::seeded(3));
        assert_eq!(Ring::parse(&[7; 32]).unwrap().text(), first.text());
        let two = first.with_new_key(&rng);
        assert!(two.is_rotating() && two.is_kin(&first) && !two.is_kin(&Ring::first(&[8; 32])));
        assert_eq!(two.kids()[1], first.kids()[0]);
        for ring in [&first, &two, &two.rotated()] {
            let read = Ring::parse(ring.text().as_bytes()).unwrap();
            assert_eq!((read.text(), read.is_rotating()), (ring.text(), ring.is_rotating()));
        }
        // Cut off anywhere, or altered in its form, it is refused and never half a ring.
        let text = two.text();
        for n in 0..text.len() - 1 {
            assert!(n == 32 || Ring::parse(&text.as_bytes()[..n]).is_err(), "cut at {n}");
        }
        for other in ["", "zhanwang keys 3\n", "zhanwang keys 2\nend\n"] {
            assert!(Ring::parse(other.as_bytes()).is_err(), "{other}");
        }
    }

    #[test]
    fn only_what_seals_no_more_leaves_the_ring() {
        let two = Ring::first(&[7; 32]).with_new_key(&Rng::seeded(3)).rotated();
        let kids = two.kids();
        assert!(two.without(&kids[0]).is_err() && two.without("00000000").is_err());
        let one = two.without(&kids[1]).unwrap();
        assert_eq!(one.kids(), [kids[0].clone()]);
        // The old master key is nowhere in what is left; what was derived from it for good is.
        assert!(!one.text().contains(&hex(&[7; 32])));
        assert!(one.is_kin(&two));
    }
}
