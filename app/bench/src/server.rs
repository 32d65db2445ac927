//! A server as a child process: the program under test, or our ceiling. It is killed when the handle is dropped.
#![expect(clippy::disallowed_methods, reason = "the benchmark measures how long a start takes")]

use crate::http::{Call, Wire};
use crate::place::Place;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use zw_core::{Error, Result};

/// Longest that a start may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub addr: SocketAddr,
    /// From the start of the process to its first answer.
    pub started_in: Duration,
    log: std::path::PathBuf,
}

fn io(e: std::io::Error) -> Error {
    Error::Unavailable(e.to_string())
}

/// A port of this machine that nobody listens on.
fn free_port() -> Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(io)
}

impl Server {
    /// Starts the program on a place and waits for the sign-in page.
    pub async fn zhanwang(program: &Path, place: &Place) -> Result<Self> {
        let addr = free_port()?;
        let mut c = place.command(program, &["serve"]);
        c.env("ZHANWANG_LISTEN", addr.to_string());
        // A campaign opens more connections than one address may; a proxy is not counted.
        c.env("ZHANWANG_TRUSTED_PROXIES", addr.ip().to_string());
        Self::start(c, addr, &place.dir, "/login").await
    }
    /// Starts this program's own ceiling server on a place.
    pub async fn ceiling(place: &Place) -> Result<Self> {
        let addr = free_port()?;
        let me = std::env::current_exe().map_err(io)?;
        let mut c = place.command(&me, &["ceiling"]);
        c.arg("--listen").arg(addr.to_string());
        Self::start(c, addr, &place.dir, "/text").await
    }

    async fn start(mut command: Command, addr: SocketAddr, dir: &Path, first: &str) -> Result<Self> {
        let log = dir.join("server.log");
        let file = std::fs::File::create(&log).map_err(io)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        let from = Instant::now();
        let child = command.spawn().map_err(io)?;
        let mut server = Self { child, addr, started_in: Duration::ZERO, log };
        let call = Call::get(first);
        loop {
            let answer = tokio::time::timeout(PATIENCE, Wire::new(addr).call(&call)).await;
            if answer.is_ok_and(|r| r.is_ok_and(|r| r.status == 200)) {
                server.started_in = from.elapsed();
                return Ok(server);
            }
            let ended = server.child.try_wait().map_err(io)?;
            if ended.is_some() || from.elapsed() > PATIENCE {
                return Err(Error::Unavailable(format!("the server did not start: {}", server.last_words())));
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    /// The end of its log.
    pub fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
    /// SIGKILL: no farewell, no flush.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().map_err(io)?;
        self.child.wait().map_err(io)?;
        Ok(())
    }
    /// Resident memory in MiB.
    pub fn resident_mib(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(io)?;
        let kib: Option<u32> = text
            .lines()
            .find_map(|l| l.strip_prefix("VmRSS:"))
            .and_then(|v| v.trim().trim_end_matches(" kB").parse().ok());
        kib.map(|k| f64::from(k) / 1024.0).ok_or_else(|| Error::Internal("no VmRSS".into()))
    }
    /// Processor time used so far, in milliseconds (user and system, in ticks of 10 ms).
    pub fn cpu_ms(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).map_err(io)?;
        let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<u32>().ok()).unwrap_or(0);
        // utime and stime are fields 14 and 15 of proc(5); the name ends before field 3. USER_HZ is 100 on Linux.
        Ok(f64::from(ticks(11) + ticks(12)) * 10.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
