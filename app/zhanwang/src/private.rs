//! File modes of the data folder: only the account that the program runs as may look into it (security.md CRY-3).
//! The folder is 0700 and its files 0600 whatever the umask says; what is looser is tightened. The keys are stricter:
//! see `keys.rs`.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use zw_core::{Error, Result};

/// Mode bits of everybody but the owner.
const OTHERS: u32 = 0o077;
/// A folder that everybody writes to, such as /tmp.
const STICKY: u32 = 0o1000;

fn io(path: &Path) -> impl Fn(std::io::Error) -> Error {
    move |e| Error::Unavailable(format!("{}: {e}", path.display()))
}

/// Permission bits of a path, or nothing when it is not there.
pub fn mode(path: &Path) -> Result<Option<u32>> {
    match std::fs::metadata(path) {
        Ok(m) => Ok(Some(m.permissions().mode() & 0o7777)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(io(path)(e)),
    }
}

/// The mode of a path that others may look into.
pub fn loose(path: &Path) -> Result<Option<u32>> {
    Ok(mode(path)?.filter(|m| m & OTHERS != 0))
}

/// Makes a folder for the owner alone, or takes the others' rights from one that is there.
pub fn folder(path: &Path) -> Result<()> {
    let Some(m) = mode(path)? else {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io(path))?;
        return sync_parent(path);
    };
    if m & STICKY != 0 {
        return Err(Error::Unavailable(format!(
            "{} is a folder for everybody: the data need a folder of their own",
            path.display()
        )));
    }
    tighten(path, m)
}

/// Makes an empty file for the owner alone, or takes the others' rights from one that is there. SQLite gives its
/// companions (`-wal`, `-shm`) the mode of the database, so this comes before it opens the file.
pub fn file(path: &Path) -> Result<()> {
    match mode(path)? {
        Some(m) => tighten(path, m),
        None => create(path, 0o600).map(drop),
    }
}

/// A new file with a mode; must not exist.
pub fn create(path: &Path, mode: u32) -> Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(mode).open(path).map_err(io(path))
}

fn tighten(path: &Path, m: u32) -> Result<()> {
    if m & OTHERS == 0 {
        return Ok(());
    }
    tracing::info!("{}: mode {m:o} tightened to {:o}", path.display(), m & 0o700);
    std::fs::set_permissions(path, Permissions::from_mode(m & 0o700)).map_err(io(path))
}

/// Makes the names in a folder durable: a file that was synced is lost all the same when its name is not on disk.
pub fn sync(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(io(folder))
}

fn sync_parent(path: &Path) -> Result<()> {
    match path.parent() {
        Some(p) if p.as_os_str().is_empty() => sync(Path::new(".")),
        Some(p) => sync(p),
        None => Ok(()),
    }
}

/// The embedded database and its companions.
pub fn database_files(database: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|end| {
        let mut name = database.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    })
}

/// What of the data folder others may look into, in words; nothing on a good day.
pub fn audit(data: &Path, database: &Path) -> Result<Vec<String>> {
    let mut found = vec![];
    let files = database_files(database);
    for path in [data, &data.join("secrets")].into_iter().chain(files.iter().map(PathBuf::as_path)) {
        if let Some(m) = loose(path)? {
            found.push(format!("{} has mode {m:o}", path.display()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_umask_only_the_owner_looks_in() {
        let dir = std::env::temp_dir().join(format!("zw-private-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        let (data, db) = (dir.join("deep").join("data"), dir.join("deep").join("data").join("zhanwang.db"));
        folder(&data).unwrap();
        file(&db).unwrap();
        assert_eq!((mode(&data).unwrap(), mode(&db).unwrap()), (Some(0o700), Some(0o600)));
        assert_eq!(audit(&data, &db).unwrap(), [""; 0]);
        std::fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
        std::fs::set_permissions(&db, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(audit(&data, &db).unwrap().len(), 2);
        folder(&data).unwrap();
        file(&db).unwrap();
        assert_eq!((mode(&data).unwrap(), mode(&db).unwrap()), (Some(0o700), Some(0o600)));
        std::fs::set_permissions(&data, Permissions::from_mode(0o1777)).unwrap();
        assert!(folder(&data).is_err(), "a folder for everybody is not taken over");
        assert_eq!(mode(&data).unwrap(), Some(0o1777));
        std::fs::remove_dir_all(&dir).unwrap();
    }
}
