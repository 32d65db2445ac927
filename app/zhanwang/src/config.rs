//! Configuration: a TOML file, then the environment, then the command line; later ones win.
//! Every key is documented in README.md; `zhanwang doctor` prints the values in force.

use serde::Deserialize;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use zw_core::{Error, Result};

/// All configuration keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of the embedded database and of the keys. Environment: `ZHANWANG_DATA`.
    pub data: PathBuf,
    /// `postgres://…` switches the engine; empty: embedded. Environment: `DATABASE_URL`.
    pub database_url: String,
    /// Connections to PostgreSQL. Environment: `ZHANWANG_PG_CONNECTIONS`.
    pub pg_connections: u32,
    /// Address to listen on. Environment: `ZHANWANG_LISTEN`.
    pub listen: SocketAddr,
    /// The address people use; must be https unless it is this machine. Environment: `ZHANWANG_PUBLIC_URL`.
    pub public_url: String,
    /// Proxies whose X-Forwarded-For is believed. Environment: `ZHANWANG_TRUSTED_PROXIES` (comma separated).
    pub trusted_proxies: Vec<IpAddr>,
    /// Log filter, e.g. `info` or `zw_web=debug`. Environment: `ZHANWANG_LOG`.
    pub log: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "zhanwang-data".into(),
            database_url: String::new(),
            pg_connections: 16,
            listen: SocketAddr::from(([127, 0, 0, 1], 8600)),
            public_url: String::new(),
            trusted_proxies: vec![],
            log: "info".into(),
        }
    }
}

impl Config {
    /// Reads the file (if given) and the environment.
    #[expect(clippy::disallowed_methods, reason = "configuration is the one place that reads the environment")]
    pub fn load(file: Option<&Path>) -> Result<Self> {
        Self::from_parts(
            file.map(|f| {
                std::fs::read_to_string(f).map_err(|e| Error::Unavailable(format!("config {}: {e}", f.display())))
            })
            .transpose()?
            .as_deref(),
            |key| std::env::var(key).ok().filter(|v| !v.is_empty()),
        )
    }

    fn from_parts(file: Option<&str>, env: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut c: Self = match file {
            Some(text) => toml::from_str(text).map_err(|e| Error::Unavailable(format!("config: {e}")))?,
            None => Self::default(),
        };
        let bad = |key: &str, v: &str| Error::Unavailable(format!("{key}: cannot read \"{v}\""));
        if let Some(v) = env("ZHANWANG_DATA") {
            c.data = v.into();
        }
        if let Some(v) = env("DATABASE_URL") {
            c.database_url = v;
        }
        if let Some(v) = env("ZHANWANG_PG_CONNECTIONS") {
            c.pg_connections = v.parse().map_err(|_| bad("ZHANWANG_PG_CONNECTIONS", &v))?;
        }
        if let Some(v) = env("ZHANWANG_LISTEN") {
            c.listen = v.parse().map_err(|_| bad("ZHANWANG_LISTEN", &v))?;
        }
        if let Some(v) = env("ZHANWANG_PUBLIC_URL") {
            c.public_url = v;
        }
        if let Some(v) = env("ZHANWANG_TRUSTED_PROXIES") {
            c.trusted_proxies = v
                .split(',')
                .map(|s| s.trim().parse().map_err(|_| bad("ZHANWANG_TRUSTED_PROXIES", s)))
                .collect::<Result<_>>()?;
        }
        if let Some(v) = env("ZHANWANG_LOG") {
            c.log = v;
        }
        Ok(c)
    }

    /// The address people use; by default the listening one.
    pub fn public_url(&self) -> String {
        if self.public_url.is_empty() {
            format!("http://{}", self.listen)
        } else {
            self.public_url.trim_end_matches('/').to_owned()
        }
    }

    /// Plain http only on loopback (security.md): anywhere else the public address must be https.
    pub fn check_transport(&self) -> Result<()> {
        let url = self.public_url();
        if url.starts_with("https://") {
            if !self.listen.ip().is_loopback() && self.trusted_proxies.is_empty() {
                return Err(Error::Unavailable(
                    "public_url is https but the program itself speaks http: listen on loopback behind a proxy, or name the proxy in trusted_proxies".into(),
                ));
            }
            return Ok(());
        }
        if self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(Error::Unavailable(format!(
            "refusing to serve plain http on {}: set public_url to the https address of your proxy",
            self.listen
        )))
    }

    /// The embedded database file.
    pub fn lite_file(&self) -> PathBuf {
        self.data.join("zhanwang.db")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_wins_over_the_file() {
        let c = Config::from_parts(Some("listen = \"127.0.0.1:9\"\nlog = \"debug\""), |k| {
            (k == "ZHANWANG_LISTEN").then(|| "127.0.0.1:10".into())
        })
        .unwrap();
        assert_eq!((c.listen.port(), c.log.as_str()), (10, "debug"));
        assert!(Config::from_parts(Some("nonsense = 1"), |_| None).is_err());
        assert!(Config::from_parts(None, |k| (k == "ZHANWANG_LISTEN").then(|| "x".into())).is_err());
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let with = |listen: &str, url: &str, proxies: &[&str]| Config {
            listen: listen.parse().unwrap(),
            public_url: url.into(),
            trusted_proxies: proxies.iter().map(|p| p.parse().unwrap()).collect(),
            ..Config::default()
        };
        assert!(with("127.0.0.1:1", "", &[]).check_transport().is_ok());
        assert!(with("0.0.0.0:1", "", &[]).check_transport().is_err());
        assert!(with("0.0.0.0:1", "http://zw.example", &[]).check_transport().is_err());
        assert!(with("0.0.0.0:1", "https://zw.example", &[]).check_transport().is_err());
        assert!(with("0.0.0.0:1", "https://zw.example", &["10.0.0.1"]).check_transport().is_ok());
        assert!(with("127.0.0.1:1", "https://zw.example", &[]).check_transport().is_ok());
    }
}
