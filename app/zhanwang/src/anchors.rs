//! The file of anchors: appended to while the program serves, read by `audit verify`. It is worth most on another mount
//! or host, where a writer of the database cannot reach it (configuration key `audit_anchor`).

use crate::config::Config;
use crate::private;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use zw_access::anchor::whole_lines;
use zw_access::{Anchored, App};
use zw_core::{Error, Result};
use zw_jobs::Tick;

/// The file, and what was in it when it was last read or written: its length and its anchors.
pub struct AnchorFile {
    path: PathBuf,
    known: Mutex<Option<(u64, Anchored)>>,
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> Error {
    move |e| Error::Unavailable(format!("audit anchors {}: {e}", path.display()))
}

/// The text of a file of anchors; `None` when there is none.
pub fn read(path: &Path) -> Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(io(path)(e)),
    }
}

/// Whether the file lies on the file system of the data folder, where it protects against less.
pub fn beside_the_data(config: &Config) -> bool {
    let device = |p: &Path| std::fs::metadata(p).ok().map(|m| m.dev());
    let file = config.anchor_file();
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    device(folder).is_some() && device(folder) == device(&config.data)
}

impl AnchorFile {
    /// The configured file.
    pub fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::new(None) }
    }

    /// Appends the checkpoints that are not anchored yet.
    pub async fn follow(&self, app: &Arc<App>) -> Result<()> {
        let mut known = self.known.lock().await;
        let (end, mut anchored) = match known.take() {
            Some(k) if std::fs::metadata(&self.path).is_ok_and(|m| m.len() == k.0) => k,
            _ => self.look(app).await?,
        };
        let mut c = app.db.read().await?;
        let lines = anchored.missing(&mut c).await?;
        drop(c);
        let mut now = end;
        if !lines.is_empty() {
            now = self.append(end, lines.clone()).await?;
            anchored.extend(&app.vault, &lines);
        }
        *known = Some((now, anchored.only_last()));
        Ok(())
    }

    /// Writes down that a backup was put back; nothing when there was no file, because then nothing is missed.
    pub async fn restored(&self, app: &Arc<App>) -> Result<()> {
        if !self.path.exists() {
            return Ok(());
        }
        let (end, anchored) = self.look(app).await?;
        let mut c = app.db.read().await?;
        let line = anchored.restored(&mut c, &app.vault, app.clock.now()).await?;
        drop(c);
        self.append(end, line).await.map(drop)
    }

    /// Where the whole lines end, and what they say. Not on a thread that answers requests: the file may be long, and on
    /// a slow mount.
    async fn look(&self, app: &Arc<App>) -> Result<(u64, Anchored)> {
        let (path, app) = (self.path.clone(), app.clone());
        let look = move || {
            let text = read(&path)?.unwrap_or_default();
            Ok((whole_lines(&text) as u64, Anchored::read(&app.vault, &text)))
        };
        tokio::task::spawn_blocking(look).await.map_err(Error::internal)?
    }

    async fn append(&self, end: u64, lines: String) -> Result<u64> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || append(&path, end, &lines)).await.map_err(Error::internal)?
    }
}

/// Adds lines at `end`, where the reader saw the last whole line end; a line cut off behind it is written over. The new
/// length.
fn append(path: &Path, end: u64, lines: &str) -> Result<u64> {
    private::file(path)?;
    let mut f = std::fs::File::options().read(true).write(true).open(path).map_err(io(path))?;
    // Several processes may serve one server's database and share the file.
    f.lock().map_err(io(path))?;
    let mut behind = vec![];
    f.seek(SeekFrom::Start(end)).and_then(|_| f.read_to_end(&mut behind)).map_err(io(path))?;
    if behind.contains(&b'\n') {
        return Err(Error::Unavailable(format!("audit anchors {}: another process was faster", path.display())));
    }
    f.set_len(end).and_then(|()| f.seek(SeekFrom::Start(end))).map_err(io(path))?;
    f.write_all(lines.as_bytes()).and_then(|()| f.sync_all()).map_err(io(path))?;
    Ok(end + lines.len() as u64)
}

/// Follows the checkpoints while the program serves.
pub fn tick() -> Tick {
    Tick {
        name: "audit-anchors",
        every: Duration::from_secs(5),
        run: |app: Arc<App>| Box::pin(async move { app.ext::<AnchorFile>()?.follow(&app).await }),
    }
}
