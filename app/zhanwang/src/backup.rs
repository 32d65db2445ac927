//! Backups: one file, a manifest and the database in sealed chunks. The key is never in it; the manifest names
//! the key id it needs. `restore` proves everything before it touches anything.

use crate::private;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use zw_access::sealed::Place;
use zw_access::{Vault, crypto, hex};
use zw_core::{Error, Result, Rng};

const MAGIC: &[u8; 6] = b"ZWBK1\n";
const CHUNK: usize = 1 << 20;

/// What a backup says about itself.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Manifest {
    /// `sqlite` (a database file) or `postgres` (a custom-format dump).
    pub kind: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The key it is sealed with.
    pub kid: String,
    /// All keys its values may be sealed with; backups made before there was a rotation name only the one above.
    #[serde(default)]
    pub kids: Vec<String>,
    /// Program version that made it.
    pub program: String,
    /// Bytes of the database.
    pub size: u64,
    /// SHA-256 of the database.
    pub sha256: String,
    /// Heads of the audit chains: `chain:seq:hash`.
    pub audit_heads: Vec<String>,
}

impl Manifest {
    /// Every key it needs.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.kid).chain(self.kids.iter().filter(|k| **k != self.kid)).map(String::as_str)
    }
}

fn io(e: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("backup: {e}"))
}

/// SHA-256 and size of a file.
pub fn digest(file: &Path) -> Result<(String, u64)> {
    let mut r = BufReader::new(File::open(file).map_err(io)?);
    let (mut h, mut buf, mut size) = (crypto::provider().digest(), vec![0; CHUNK], 0u64);
    loop {
        let n = r.read(&mut buf).map_err(io)?;
        if n == 0 {
            return Ok((hex(&h.done()), size));
        }
        h.update(&buf[..n]);
        size += n as u64;
    }
}

/// Writes `body` (a database file or dump) into a sealed backup.
pub fn seal(vault: &Vault, rng: &Rng, manifest: &Manifest, body: &Path, out: &Path) -> Result<()> {
    let mut w = BufWriter::new(private::create(out, 0o600)?);
    let head = serde_json::to_vec(manifest).map_err(io)?;
    let mac = vault.mac("backup", &[&head]);
    w.write_all(MAGIC).map_err(io)?;
    w.write_all(&(head.len() as u64).to_be_bytes()).map_err(io)?;
    w.write_all(&head).map_err(io)?;
    w.write_all(&mac).map_err(io)?;
    let mut r = BufReader::new(File::open(body).map_err(io)?);
    let mut buf = vec![0; CHUNK];
    for n in 0u64.. {
        let mut got = 0;
        while got < CHUNK {
            match r.read(&mut buf[got..]).map_err(io)? {
                0 => break,
                k => got += k,
            }
        }
        if got == 0 {
            break;
        }
        let sealed = vault.seal(rng, &Place::in_backup(&manifest.sha256, n), &buf[..got])?;
        w.write_all(&(sealed.len() as u64).to_be_bytes()).map_err(io)?;
        w.write_all(&sealed).map_err(io)?;
    }
    w.into_inner().map_err(io)?.sync_all().map_err(io)
}

/// Opens a backup into `to` and proves MAC, every chunk, size and hash. Nothing is left behind on failure.
pub fn unseal(vault: &Vault, from: &Path, to: &Path) -> Result<Manifest> {
    let done = unseal_into(vault, from, to);
    if done.is_err() {
        // The half-written file is ours; a failure to remove it changes nothing about the refusal.
        let _ = std::fs::remove_file(to);
    }
    done
}

fn unseal_into(vault: &Vault, from: &Path, to: &Path) -> Result<Manifest> {
    let bad = |what: &str| Error::Unavailable(format!("backup refused: {what}"));
    let mut r = BufReader::new(File::open(from).map_err(io)?);
    let mut magic = [0; 6];
    r.read_exact(&mut magic).map_err(|_| bad("not a backup file"))?;
    if &magic != MAGIC {
        return Err(bad("not a backup file"));
    }
    let len = read_len(&mut r, 1 << 20).ok_or_else(|| bad("manifest"))?;
    let mut head = vec![0; len];
    r.read_exact(&mut head).map_err(|_| bad("manifest is cut off"))?;
    let mut mac = [0; 32];
    r.read_exact(&mut mac).map_err(|_| bad("manifest is cut off"))?;
    let manifest: Manifest = serde_json::from_slice(&head).map_err(|_| bad("manifest"))?;
    let held = vault.kids();
    let missing: Vec<&str> = manifest.needs().filter(|k| !held.iter().any(|h| h == k)).collect();
    if !missing.is_empty() {
        return Err(bad(&format!(
            "it needs key {}, this folder holds {}: put in its place the key file that `key export` saved while it was the one",
            missing.join(", "),
            held.join(", ")
        )));
    }
    if vault.mac("backup", &[&head]) != mac {
        return Err(bad("manifest was altered"));
    }
    let mut w = BufWriter::new(private::create(to, 0o600)?);
    let mut first = [0; 8];
    for n in 0u64.. {
        match r.read(&mut first[..1]).map_err(io)? {
            0 => break,
            _ => r.read_exact(&mut first[1..]).map_err(|_| bad("file is cut off"))?,
        }
        let len =
            usize::try_from(u64::from_be_bytes(first)).ok().filter(|l| *l <= CHUNK + 64).ok_or_else(|| bad("chunk"))?;
        let mut sealed = vec![0; len];
        r.read_exact(&mut sealed).map_err(|_| bad("file is cut off"))?;
        let plain = vault
            .open(&Place::in_backup(&manifest.sha256, n), &sealed)
            .map_err(|_| bad(&format!("chunk {n} was altered")))?;
        w.write_all(&plain).map_err(io)?;
    }
    w.into_inner().map_err(io)?.sync_all().map_err(io)?;
    let (sha, size) = digest(to)?;
    if (sha, size) != (manifest.sha256.clone(), manifest.size) {
        return Err(bad("content does not match its manifest"));
    }
    Ok(manifest)
}

fn read_len(r: &mut impl Read, max: u64) -> Option<usize> {
    let mut b = [0; 8];
    r.read_exact(&mut b).ok()?;
    let n = u64::from_be_bytes(b);
    (n <= max).then(|| usize::try_from(n).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_access::Ring;

    #[test]
    fn every_kind_of_damage_is_refused() {
        let dir = std::env::temp_dir().join(format!("zw-backup-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let (vault, rng) = (Vault::new(&[3; 32]).unwrap(), Rng::seeded(5));
        let body = dir.join("body");
        std::fs::write(&body, (0..3_000_000u32).map(|i| (i % 251) as u8).collect::<Vec<_>>()).unwrap();
        let (sha256, size) = digest(&body).unwrap();
        let m = Manifest {
            kind: "sqlite".into(),
            made_at: "2021-07-08T09:00:00+08:00".into(),
            kid: vault.kid().into(),
            kids: vault.kids(),
            program: "0".into(),
            size,
            sha256,
            audit_heads: vec![],
        };
        let (file, out) = (dir.join("b"), dir.join("out"));
        for f in [&file, &out] {
            let _ = std::fs::remove_file(f);
        }
        seal(&vault, &rng, &m, &body, &file).unwrap();
        assert_eq!(unseal(&vault, &file, &out).unwrap(), m);
        assert_eq!(std::fs::read(&out).unwrap(), std::fs::read(&body).unwrap());
        let good = std::fs::read(&file).unwrap();
        let mut damage: Vec<Vec<u8>> = vec![];
        for at in [0, 8, 20, 200, 400, good.len() / 2, good.len() - 1] {
            let mut b = good.clone();
            b[at] ^= 1;
            damage.push(b);
        }
        damage.push(good[..good.len() - 10].to_vec());
        damage.push(good[..good.len() - (good.len() - 400) / 3].to_vec());
        damage.push(vec![]);
        for (i, d) in damage.into_iter().enumerate() {
            std::fs::write(&file, d).unwrap();
            let _ = std::fs::remove_file(&out);
            assert!(unseal(&vault, &file, &out).is_err(), "damage {i}");
            assert!(!out.exists(), "damage {i} left a file behind");
        }
        std::fs::write(&file, &good).unwrap();
        assert!(unseal(&Vault::new(&[4; 32]).unwrap(), &file, &out).is_err(), "wrong key");
        // After a rotation it opens as long as the ring holds the key it was made with.
        let two = Ring::first(&[3; 32]).with_new_key(&rng);
        assert_eq!(unseal(&Vault::of(two.clone()).unwrap(), &file, &out).unwrap(), m);
        std::fs::remove_file(&out).unwrap();
        let without = Vault::of(two.without(vault.kid()).unwrap()).unwrap();
        assert!(unseal(&without, &file, &out).unwrap_err().to_string().contains(vault.kid()));
        // One that says nothing of several keys is from before there were any.
        let older = serde_json::to_string(&m).unwrap().replace(&format!(",\"kids\":[\"{}\"]", vault.kid()), "");
        let older: Manifest = serde_json::from_str(&older).unwrap();
        assert!(older.kids.is_empty() && older.needs().eq([vault.kid()]));
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
