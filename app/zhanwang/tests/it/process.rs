//! The program as a process: data folders of their own, what a process leaves behind, a running server.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use zhanwang::config::Config;
use zw_db::{Change, Conn, Db, LiteOptions, sql};

pub(crate) const SERVER: &str = "postgres://zw@127.0.0.1:54330";
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A data folder with its database, removed at the end.
pub(crate) struct Place {
    pub(crate) dir: PathBuf,
    pub(crate) url: String,
}

/// What a process left behind.
pub(crate) struct Out {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Out {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}{}", self.out, self.err))
    }
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        self
    }
}

pub(crate) fn unique(name: &str) -> String {
    format!("zw_cmd_{}_{}_{name}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn psql(statement: &str) {
    let done = Command::new("psql")
        .args(["--quiet", "--no-psqlrc", &format!("{SERVER}/postgres"), "--command", statement])
        .status()
        .unwrap();
    assert!(done.success(), "the durable test server does not answer: scripts/pg start durable");
}

impl Place {
    pub(crate) fn sqlite(name: &str) -> Self {
        Self { dir: std::env::temp_dir().join(unique(name)), url: String::new() }
    }
    pub(crate) fn postgres(name: &str) -> Self {
        let database = unique(name);
        psql(&format!("CREATE DATABASE {database}"));
        Self { dir: std::env::temp_dir().join(&database), url: format!("{SERVER}/{database}") }
    }
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut c = Command::new(env!("CARGO_BIN_EXE_zhanwang"));
        c.arg("--data").arg(&self.dir).args(args);
        for key in ["ZHANWANG_DATA", "ZHANWANG_PUBLIC_URL", "ZHANWANG_TRUSTED_PROXIES", "ZHANWANG_LISTEN"] {
            c.env_remove(key);
        }
        c.env("DATABASE_URL", &self.url).env("ZHANWANG_LOG", "warn").env("LC_ALL", "C");
        c
    }
    pub(crate) fn run(&self, args: &[&str]) -> Out {
        let done = self.command(args).output().unwrap();
        let text = |b: &[u8]| String::from_utf8(b.to_vec()).unwrap();
        Out { code: done.status.code().unwrap_or(-1), out: text(&done.stdout), err: text(&done.stderr) }
    }
    pub(crate) fn file(&self) -> PathBuf {
        self.dir.join("zhanwang.db")
    }
    pub(crate) fn config(&self) -> Config {
        Config { data: self.dir.clone(), database_url: self.url.clone(), ..Config::default() }
    }
    /// Statements of somebody who can write the database but has no key.
    pub(crate) async fn attack(&self, statements: &[&'static str]) {
        struct Nothing;
        impl Change for Nothing {
            async fn write(self, _: &mut Conn) -> zw_db::Result<()> {
                Ok(())
            }
        }
        let db = if self.url.is_empty() {
            Db::open_lite(&self.file(), LiteOptions::Durable).await.unwrap()
        } else {
            Db::open_pg(&self.url, 2).await.unwrap()
        };
        let mut tx = db.write(zw_core::Stamp::from_ms(0)).await.unwrap();
        for s in statements {
            tx.run(sql(s)).await.unwrap();
        }
        tx.commit(Nothing).await.unwrap();
        db.close().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((_, database)) = self.url.rsplit_once('/') {
            psql(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)"));
        }
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
}

/// A copy of the demo, which is made once for all tests.
pub(crate) fn demo(name: &str) -> Place {
    static MADE: OnceLock<Place> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let place =
            Place { dir: std::env::temp_dir().join(format!("zw_cmd_{}_demo", std::process::id())), url: String::new() };
        let _ = std::fs::remove_dir_all(&place.dir);
        let keys = place.dir.join("sign-ins.json");
        std::fs::create_dir_all(&place.dir).unwrap();
        place.run(&["demo", "--no-serve", "--credentials-file", keys.to_str().unwrap()]).ok();
        place
    });
    let mine = Place::sqlite(name);
    copy(&made.dir, &mine.dir);
    mine
}

/// Statics are not dropped: the last test process of a run sweeps what earlier ones left.
pub(crate) fn sweep() {
    for entry in std::fs::read_dir(std::env::temp_dir()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let pid = name.strip_prefix("zw_cmd_").and_then(|n| n.strip_suffix("_demo"));
        if pid.is_some_and(|p| !Path::new("/proc").join(p).exists()) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

pub(crate) fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A running server; stopped in order by `stop`, killed when a test fails before.
pub(crate) struct Serving(Child, pub(crate) u16);

impl Serving {
    pub(crate) fn start(place: &Place, args: &[&str]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut child = place
            .command(args)
            .env("ZHANWANG_LISTEN", format!("127.0.0.1:{port}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = format!("http://127.0.0.1:{port}");
        assert!(lines.any(|l| l.unwrap().contains(&address)), "the server ended before it said its address");
        Self(child, port)
    }
    pub(crate) fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let mut s = TcpStream::connect(("127.0.0.1", self.1)).unwrap();
        write!(
            s,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            self.1,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        s.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }
    pub(crate) fn stop(mut self) {
        let done = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        assert!(done.success());
        assert!(self.0.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
