//! The master key: `DIR/secrets/master.key`, mode 0400 in a folder of mode 0700, made at first start, never in the
//! database or a backup.

use crate::private;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use zw_access::Vault;
use zw_core::{Error, Result, Rng};

/// The folder of the key, and of what is written in clear for a moment while a backup is made or read.
pub fn secrets(data: &Path) -> PathBuf {
    data.join("secrets")
}

fn path(data: &Path) -> PathBuf {
    secrets(data).join("master.key")
}

fn io(e: std::io::Error) -> Error {
    Error::Unavailable(format!("master key: {e}"))
}

/// Reads the key, or makes it when the folder holds no database yet. A key or a folder of keys that others may read is
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
        let key: [u8; 32] = rng.bytes();
        let mut f = private::create(&file, 0o400)?;
        f.write_all(&key).and_then(|()| f.sync_all()).map_err(io)?;
        // A key whose name is lost with the power takes all data with it.
        private::sync(&folder)?;
        private::sync(data)?;
    }
    if let Some(mode) = private::loose(&folder)? {
        return Err(Error::Unavailable(format!("{} has mode {mode:o}; it must be 0700", folder.display())));
    }
    match private::mode(&file)? {
        Some(mode) if mode & 0o377 != 0 => {
            return Err(Error::Unavailable(format!("{} has mode {mode:o}; it must be 0400", file.display())));
        }
        _ => {}
    }
    let bytes = std::fs::read(&file).map_err(io)?;
    let key: [u8; 32] = bytes.try_into().map_err(|_| Error::Unavailable("master key: 32 bytes expected".into()))?;
    Vault::new(&key)
}

/// Copies the key to a new file, mode 0400, for safekeeping apart from the backups.
pub fn export(data: &Path, to: &Path) -> Result<()> {
    let bytes = std::fs::read(path(data)).map_err(io)?;
    let mut f = private::create(to, 0o400)?;
    f.write_all(&bytes).and_then(|()| f.sync_all()).map_err(io)
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
}
