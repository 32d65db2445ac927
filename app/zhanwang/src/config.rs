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
    /// TLS proxies in front of the program: their X-Forwarded-For is believed, and beside them nobody connects when
    /// the listening address is not loopback. Environment: `ZHANWANG_TRUSTED_PROXIES` (comma separated).
    pub trusted_proxies: Vec<IpAddr>,
    /// Holidays of this installation, over the ones that ship: a file like `data/holidays-cn.csv`. Without it the file of
    /// that name in the data folder, if there is one. Environment: `ZHANWANG_HOLIDAYS`.
    pub holidays: Option<PathBuf>,
    /// File of the audit anchors; best on another mount or host. Environment: `ZHANWANG_AUDIT_ANCHOR`.
    pub audit_anchor: PathBuf,
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
            holidays: None,
            audit_anchor: PathBuf::new(),
            log: "info".into(),
        }
    }
}

/// The language of the terminal: what the environment names first of `LC_ALL`, `LC_MESSAGES` and `LANG`; English unless that
/// is Chinese.
#[expect(clippy::disallowed_methods, reason = "configuration is the one place that reads the environment")]
pub fn lang() -> zw_ui::Lang {
    lang_of(|key| std::env::var(key).ok().filter(|v| !v.is_empty()))
}

fn lang_of(env: impl Fn(&str) -> Option<String>) -> zw_ui::Lang {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(env);
    if named.is_some_and(|l| l.starts_with("zh")) { zw_ui::Lang::ZhCn } else { zw_ui::Lang::En }
}

/// The engines there are, said for an address that names another one. The address itself holds a password: it is not repeated.
fn check_engine(url: &str) -> Result<()> {
    let scheme = url.split_once("://").map_or("", |(s, _)| s);
    if url.is_empty() || matches!(scheme, "postgres" | "postgresql") {
        return Ok(());
    }
    let what = if scheme.is_empty() {
        "is no address of a database".to_owned()
    } else {
        format!("names the engine \"{scheme}\"")
    };
    Err(Error::Unavailable(format!(
        "DATABASE_URL (database_url) {what}; there are two: PostgreSQL, postgres://user@host/database, and without an address \
         the embedded SQLite, a file in the data folder"
    )))
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
        if let Some(v) = env("ZHANWANG_HOLIDAYS") {
            c.holidays = Some(v.into());
        }
        if let Some(v) = env("ZHANWANG_AUDIT_ANCHOR") {
            c.audit_anchor = v.into();
        }
        if let Some(v) = env("ZHANWANG_LOG") {
            c.log = v;
        }
        check_engine(&c.database_url)?;
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

    /// Plain http only on loopback (security.md): anywhere else the public address must be https, and then the proxy
    /// that speaks it must be named, so that clients are told apart and nobody else gets in beside it.
    pub fn check_transport(&self) -> Result<()> {
        let url = self.public_url();
        let no = |why: String| Err(Error::Unavailable(why));
        if url.starts_with("https://") {
            if self.trusted_proxies.is_empty() {
                return no("public_url is https but the program itself speaks http: name the TLS proxy in front of it in trusted_proxies (127.0.0.1 for one on this machine)".into());
            }
            return Ok(());
        }
        if !self.listen.ip().is_loopback() {
            return no(format!(
                "refusing to serve plain http on {}: set public_url to the https address of your proxy",
                self.listen
            ));
        }
        if !url.strip_prefix("http://").is_some_and(is_loopback_host) {
            return no(format!("refusing plain http for {url}: public_url must be https, or name this machine"));
        }
        Ok(())
    }

    /// The installation's own holidays: the file that is configured, or the one in the data folder if it is there.
    pub fn holidays_file(&self) -> Option<PathBuf> {
        let own = self.data.join("holidays-cn.csv");
        self.holidays.clone().or_else(|| own.exists().then_some(own))
    }

    /// The file of the audit anchors; by default in the data folder.
    pub fn anchor_file(&self) -> PathBuf {
        if self.audit_anchor.as_os_str().is_empty() {
            self.data.join("audit-anchors.jsonl")
        } else {
            self.audit_anchor.clone()
        }
    }

    /// The embedded database file.
    pub fn lite_file(&self) -> PathBuf {
        self.data.join("zhanwang.db")
    }
}

/// Whether what follows `http://` names this machine.
fn is_loopback_host(rest: &str) -> bool {
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    // Whoever writes user@host does not mean this machine, however the text before the @ looks.
    !authority.contains('@')
        && (host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()))
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
    fn the_terminals_language() {
        use zw_ui::Lang::{En, ZhCn};
        for (vars, want) in [
            (&[][..], En),
            (&[("LANG", "zh_CN.UTF-8")], ZhCn),
            (&[("LANG", "en_GB.UTF-8")], En),
            (&[("LANG", "C.UTF-8")], En),
            (&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")], En),
            (&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN")], ZhCn),
        ] {
            let env = |key: &str| vars.iter().find(|(k, _)| *k == key).map(|(_, v)| (*v).to_owned());
            assert!(lang_of(env) == want, "{vars:?}");
        }
    }

    #[test]
    fn an_engine_we_do_not_have_is_named() {
        let with = |url: &str| Config::from_parts(None, |k| (k == "DATABASE_URL").then(|| url.to_owned()));
        assert!(with("postgres://zw@db/zw").is_ok() && with("postgresql://zw@db/zw").is_ok());
        for url in ["mysql://zw:geheim@db/zw", "sqlite:///x.db", "/var/lib/x.db", "zw:geheim@db"] {
            let told = with(url).unwrap_err().to_string();
            assert!(told.contains("postgres://") && told.contains("SQLite") && !told.contains("geheim"), "{told}");
        }
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        let with = |listen: &str, url: &str, proxies: &[&str]| Config {
            listen: listen.parse().unwrap(),
            public_url: url.into(),
            trusted_proxies: proxies.iter().map(|p| p.parse().unwrap()).collect(),
            ..Config::default()
        };
        let proxy = &["10.0.0.1"][..];
        for (listen, url, proxies, want) in [
            ("127.0.0.1:1", "", &[][..], true),
            ("[::1]:1", "", &[], true),
            ("127.0.0.1:1", "http://localhost:8600", &[], true),
            ("127.0.0.1:1", "http://127.0.0.1:8600/", &[], true),
            ("127.0.0.1:1", "http://[::1]:8600", &[], true),
            ("0.0.0.0:1", "", &[], false),
            ("0.0.0.0:1", "http://zw.example", &[], false),
            ("0.0.0.0:1", "http://localhost", proxy, false),
            ("127.0.0.1:1", "http://zw.example", &[], false),
            ("127.0.0.1:1", "http://zw.example", proxy, false),
            ("127.0.0.1:1", "http://localhost.zw.example", &[], false),
            ("127.0.0.1:1", "http://localhost@zw.example", &[], false),
            ("127.0.0.1:1", "ftp://localhost", &[], false),
            ("0.0.0.0:1", "https://zw.example", &[], false),
            ("127.0.0.1:1", "https://zw.example", &[], false),
            ("0.0.0.0:1", "https://zw.example", proxy, true),
            ("127.0.0.1:1", "https://zw.example", &["127.0.0.1"], true),
        ] {
            assert_eq!(with(listen, url, proxies).check_transport().is_ok(), want, "{listen} {url} {proxies:?}");
        }
    }
}
