//! Who uses the folder of the embedded database: servers share it, and whoever makes a demo anew wants it alone. The
//! system takes the lock back when the process ends, however it ends.

use crate::private;
use std::fs::{File, TryLockError};
use std::path::Path;
use zw_core::{Error, Result};

/// Held until dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "holds the lock while it lives")] File);

impl Lock {
    /// Together with other servers, while nobody makes the data anew.
    pub fn shared(data: &Path) -> Result<Self> {
        let f = open(data)?;
        told(data, f.try_lock_shared(), "a demo is being made there: try again in a moment")?;
        Ok(Self(f))
    }
    /// Alone: nobody serves from the folder.
    pub fn alone(data: &Path) -> Result<Self> {
        let f = open(data)?;
        told(data, f.try_lock(), "a server is running on it: stop it first")?;
        Ok(Self(f))
    }
}

fn open(data: &Path) -> Result<File> {
    private::folder(data)?;
    let path = data.join("in-use.lock");
    private::file(&path)?;
    File::options().write(true).open(&path).map_err(|e| Error::Unavailable(format!("{}: {e}", path.display())))
}

fn told(data: &Path, r: std::result::Result<(), TryLockError>, words: &str) -> Result<()> {
    r.map_err(|e| match e {
        TryLockError::WouldBlock => Error::Unavailable(format!("{} is in use: {words}", data.display())),
        TryLockError::Error(e) => Error::Unavailable(format!("{}: {e}", data.display())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_share_and_makers_do_not() {
        let data = std::env::temp_dir().join(format!("zw-lock-{}", std::process::id()));
        let (one, two) = (Lock::shared(&data).unwrap(), Lock::shared(&data).unwrap());
        assert!(Lock::alone(&data).unwrap_err().to_string().contains("stop it first"));
        drop((one, two));
        let alone = Lock::alone(&data).unwrap();
        assert!(Lock::shared(&data).is_err() && Lock::alone(&data).is_err());
        drop(alone);
        assert!(Lock::shared(&data).is_ok());
        std::fs::remove_dir_all(&data).unwrap();
    }
}
