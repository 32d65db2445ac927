//! The master key: `DIR/secrets/master.key`, mode 0400, made at first start, never in the database or a backup.

use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use zw_access::Vault;
use zw_core::{Error, Result, Rng};

fn path(data: &Path) -> PathBuf {
    data.join("secrets").join("master.key")
}

fn io(e: std::io::Error) -> Error {
    Error::Unavailable(format!("master key: {e}"))
}

/// Reads the key, or makes it when the folder holds no database yet. A key that others may read is refused.
pub fn open(data: &Path, rng: &Rng, may_create: bool) -> Result<Vault> {
    let file = path(data);
    if !file.exists() {
        if !may_create {
            return Err(Error::Unavailable(format!(
                "{} is missing: without it the data cannot be read; put back the key that `key export` saved",
                file.display()
            )));
        }
        std::fs::create_dir_all(data.join("secrets")).map_err(io)?;
        std::fs::set_permissions(data.join("secrets"), std::fs::Permissions::from_mode(0o700)).map_err(io)?;
        let key: [u8; 32] = rng.bytes();
        let mut f = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o400).open(&file).map_err(io)?;
        f.write_all(&key).map_err(io)?;
        f.sync_all().map_err(io)?;
    }
    let mode = std::fs::metadata(&file).map_err(io)?.permissions().mode() & 0o777;
    if mode & 0o377 != 0 {
        return Err(Error::Unavailable(format!("{} has mode {mode:o}; it must be 0400", file.display())));
    }
    let bytes = std::fs::read(&file).map_err(io)?;
    let key: [u8; 32] = bytes.try_into().map_err(|_| Error::Unavailable("master key: 32 bytes expected".into()))?;
    Vault::new(&key)
}

/// Copies the key to a new file, mode 0400, for safekeeping apart from the backups.
pub fn export(data: &Path, to: &Path) -> Result<()> {
    let bytes = std::fs::read(path(data)).map_err(io)?;
    let mut f = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o400).open(to).map_err(io)?;
    f.write_all(&bytes).map_err(io)?;
    f.sync_all().map_err(io)
}
