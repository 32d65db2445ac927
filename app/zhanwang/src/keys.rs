//! The keys: `DIR/secrets/master.key`, mode 0400 in a folder of mode 0700, made at first start, never in the
//! database or a backup. One file holds the whole ring, so that saving it is copying it; a rotation writes it anew and
//! puts it in place at once.

use crate::private;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;
use zw_access::{KeyFile, Ring, Seen, Vault};
use zw_core::{Error, Result, Rng};

/// The folder of the keys, and of what is written in clear for a moment while a backup is made or read.
pub fn secrets(data: &Path) -> PathBuf {
    data.join("secrets")
}

fn path(data: &Path) -> PathBuf {
    secrets(data).join("master.key")
}

fn io(e: std::io::Error) -> Error {
    Error::Unavailable(format!("master key: {e}"))
}

/// The file as the vault looks at it.
struct OnDisk(PathBuf);

impl KeyFile for OnDisk {
    fn look(&self) -> Result<Seen> {
        let m = std::fs::metadata(&self.0).map_err(io)?;
        Ok([m.ino().cast_signed(), m.mtime(), m.mtime_nsec()])
    }
    fn read(&self) -> Result<Ring> {
        read(&self.0)
    }
}

/// Reads a key file that only the owner may read.
fn read(file: &Path) -> Result<Ring> {
    match private::mode(file)? {
        Some(mode) if mode & 0o377 != 0 => {
            return Err(Error::Unavailable(format!("{} has mode {mode:o}; it must be 0400", file.display())));
        }
        _ => {}
    }
    let bytes = Zeroizing::new(std::fs::read(file).map_err(io)?);
    Ring::parse(&bytes).map_err(|e| Error::Unavailable(format!("{}: {e}", file.display())))
}

/// Opens the keys, or makes them when the folder holds no database yet. A key or a folder of keys that others may read is
/// refused and left as it is: it may have been read already, and a person must know.
pub fn open(data: &Path, rng: &Rng, may_create: bool) -> Result<Vault> {
    let (folder, file) = (secrets(data), path(data));
    if !file.exists() {
        if !may_create {
            return Err(Error::Unavailable(format!(
                "{} is missing: without it the data cannot be read; put back the key that `key export` saved",
                file.display()
            )));
        }
        private::folder(data)?;
        private::folder(&folder)?;
        let key = Zeroizing::new(rng.bytes::<32>());
        write_new(&file, key.as_slice())?;
        // A key whose name is lost with the power takes all data with it.
        private::sync(&folder)?;
        private::sync(data)?;
    }
    if let Some(mode) = private::loose(&folder)? {
        return Err(Error::Unavailable(format!("{} has mode {mode:o}; it must be 0700", folder.display())));
    }
    Vault::of_file(OnDisk(file))
}

fn write_new(file: &Path, bytes: &[u8]) -> Result<()> {
    let mut f = private::create(file, 0o400)?;
    f.write_all(bytes).and_then(|()| f.sync_all()).map_err(io)
}

/// The right to change the ring: one process at a time. The system takes it back when the process ends, however it ends.
pub struct Keeper {
    data: PathBuf,
    _lock: File,
}

impl Keeper {
    /// Takes it, or says who has it.
    pub fn new(data: &Path) -> Result<Self> {
        let file = secrets(data).join("rotate.lock");
        private::file(&file)?;
        let lock = File::options().write(true).open(&file).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { data: data.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                Err(Error::Unavailable("another command is changing the keys of this folder".into()))
            }
            Err(TryLockError::Error(e)) => Err(io(e)),
        }
    }

    /// The ring as it is on the disk.
    pub fn ring(&self) -> Result<Ring> {
        read(&path(&self.data))
    }

    /// Puts a ring in place of the one that is there: whole or not at all, and on the disk when this returns.
    pub fn put(&self, ring: &Ring) -> Result<()> {
        let (file, next) = (path(&self.data), secrets(&self.data).join("master.key.new"));
        match std::fs::remove_file(&next) {
            // A command that was killed left it; it never counted.
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(io(e)),
        }
        write_new(&next, ring.text().as_bytes())?;
        std::fs::rename(&next, &file).map_err(io)?;
        private::sync(&secrets(&self.data))
    }

    /// Whether a file holds a key of this installation, and is not the key file itself.
    pub fn is_saved_in(&self, kid: &str, saved: &Path) -> Result<bool> {
        let real = |p: &Path| std::fs::canonicalize(p).map_err(|e| Error::Unavailable(format!("{}: {e}", p.display())));
        let beside = real(saved)?.starts_with(real(&secrets(&self.data))?);
        let ring = read(saved)?;
        Ok(!beside && ring.is_kin(&self.ring()?) && ring.kids().iter().any(|k| k == kid))
    }
}

/// Whether a rotation was begun and not ended.
pub fn is_rotating(data: &Path) -> Result<bool> {
    Ok(read(&path(data))?.is_rotating())
}

/// Copies the keys to a new file, mode 0400, for safekeeping apart from the backups.
pub fn export(data: &Path, to: &Path) -> Result<()> {
    let bytes = Zeroizing::new(std::fs::read(path(data)).map_err(io)?);
    write_new(to, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn keys_that_others_may_read_are_refused() {
        let data = std::env::temp_dir().join(format!("zw-keys-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&data);
        let rng = Rng::seeded(1);
        assert!(open(&data, &rng, false).is_err(), "none is made over data that another key wrote");
        let kid = open(&data, &rng, true).unwrap().kid().to_owned();
        assert_eq!(private::mode(&secrets(&data)).unwrap(), Some(0o700));
        assert_eq!(private::mode(&path(&data)).unwrap(), Some(0o400));
        assert_eq!(open(&data, &rng, false).unwrap().kid(), kid);
        for (what, loose, strict) in [(secrets(&data), 0o755, 0o700), (path(&data), 0o440, 0o400)] {
            set_permissions(&what, Permissions::from_mode(loose)).unwrap();
            let refused = open(&data, &rng, true).unwrap_err().to_string();
            assert!(refused.contains(&format!("{loose:o}")), "{refused}");
            assert_eq!(private::mode(&what).unwrap(), Some(loose), "left as it is");
            set_permissions(&what, Permissions::from_mode(strict)).unwrap();
        }
        assert_eq!(open(&data, &rng, false).unwrap().kid(), kid);
        let copy = data.join("copy.key");
        export(&data, &copy).unwrap();
        assert_eq!(private::mode(&copy).unwrap(), Some(0o400));
        assert_eq!(std::fs::read(&copy).unwrap(), std::fs::read(path(&data)).unwrap());
        assert!(export(&data, &copy).is_err(), "never over another file");
        std::fs::remove_dir_all(&data).unwrap();
    }

    #[test]
    fn a_ring_is_put_in_place_whole_and_by_one_at_a_time() {
        let data = std::env::temp_dir().join(format!("zw-ring-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&data);
        let rng = Rng::seeded(1);
        let running = open(&data, &rng, true).unwrap();
        let first = running.kids();
        let saved = data.join("saved.key");
        export(&data, &saved).unwrap();
        let keeper = Keeper::new(&data).unwrap();
        assert!(Keeper::new(&data).is_err(), "one at a time");
        // What a killed command left behind is no obstacle.
        std::fs::write(secrets(&data).join("master.key.new"), "half").unwrap();
        let two = keeper.ring().unwrap().with_new_key(&rng);
        keeper.put(&two).unwrap();
        assert_eq!(private::mode(&path(&data)).unwrap(), Some(0o400));
        assert_eq!((running.kids(), running.kids()[1].clone()), (two.kids(), first[0].clone()), "read again by itself");
        assert!(keeper.is_saved_in(&first[0], &saved).unwrap());
        assert!(!keeper.is_saved_in(&two.kids()[0], &saved).unwrap(), "saved before it was made");
        assert!(!keeper.is_saved_in(&first[0], &path(&data)).unwrap(), "the key file is no copy of itself");
        drop(keeper);
        assert!(Keeper::new(&data).is_ok());
        std::fs::remove_dir_all(&data).unwrap();
    }
}
