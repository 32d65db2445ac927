//! PostgreSQL's own tools. Their arguments are seen by every user of the machine (`ps`), so the password goes through
//! the environment, which only the same account can read.

use std::ffi::OsStr;
use std::process::Command;
use zw_core::{Error, Result};

/// One run of `pg_dump` or `pg_restore` on the configured database.
pub struct PgTool {
    name: &'static str,
    command: Command,
}

impl PgTool {
    /// The tool, told the database but not the password.
    pub fn new(name: &'static str, url: &str) -> Result<Self> {
        let (url, password) = split_password(url)?;
        let mut command = Command::new(name);
        command.arg("--dbname").arg(url);
        if let Some(p) = password {
            command.env("PGPASSWORD", p);
        }
        Ok(Self { name, command })
    }
    /// Adds an argument.
    pub fn arg(mut self, a: impl AsRef<OsStr>) -> Self {
        self.command.arg(a);
        self
    }
    /// Runs it to its end.
    pub fn run(mut self) -> Result<()> {
        let name = self.name;
        let status = self.command.status().map_err(|e| Error::Unavailable(format!("{name}: {e}")))?;
        if status.success() { Ok(()) } else { Err(Error::Unavailable(format!("{name} failed"))) }
    }
}

/// The URL without its password, and the password in clear: from `user:password@` or the parameter `password`.
fn split_password(url: &str) -> Result<(String, Option<String>)> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| Error::Unavailable("DATABASE_URL is no URL".into()))?;
    let (place, query) = rest.split_once('?').map_or((rest, None), |(p, q)| (p, Some(q)));
    let mut password = None;
    // A password may hold an @ that nobody escaped; a host cannot.
    let place = match place.rsplit_once('@') {
        Some((who, host)) => {
            let user = who.split_once(':').map_or(who, |(user, p)| {
                password = Some(p);
                user
            });
            format!("{user}@{host}")
        }
        None => place.to_owned(),
    };
    let mut kept = vec![];
    for part in query.unwrap_or("").split('&').filter(|p| !p.is_empty()) {
        match part.strip_prefix("password=") {
            Some(p) => password = Some(p),
            None => kept.push(part),
        }
    }
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let password = password.map(decode).transpose()?;
    Ok((format!("{scheme}://{place}{query}"), password))
}

/// Percent-encoding taken back.
fn decode(text: &str) -> Result<String> {
    let bad = || Error::Unavailable("DATABASE_URL: the password is not percent-encoded UTF-8".into());
    let (mut out, mut bytes) = (vec![], text.bytes());
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let hex = [bytes.next().ok_or_else(bad)?, bytes.next().ok_or_else(bad)?];
        let hex = std::str::from_utf8(&hex).map_err(|_| bad())?;
        out.push(u8::from_str_radix(hex, 16).map_err(|_| bad())?);
    }
    String::from_utf8(out).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_no_argument() {
        for (url, shown, password) in [
            ("postgres://zw@127.0.0.1:5432/zw", "postgres://zw@127.0.0.1:5432/zw", None),
            ("postgres://zw:s3cret@db/zw", "postgres://zw@db/zw", Some("s3cret")),
            (
                "postgres://zw:s3%40cret%25@db/zw?sslmode=verify-full",
                "postgres://zw@db/zw?sslmode=verify-full",
                Some("s3@cret%"),
            ),
            ("postgres://zw:a@s3cret@db/zw", "postgres://zw@db/zw", Some("a@s3cret")),
            (
                "postgres://db/zw?user=zw&password=s3cret&sslmode=require",
                "postgres://db/zw?user=zw&sslmode=require",
                Some("s3cret"),
            ),
        ] {
            let tool = PgTool::new("pg_dump", url).unwrap().arg("--format=custom");
            let args: Vec<_> = tool.command.get_args().map(|a| a.to_str().unwrap()).collect();
            assert_eq!(args, ["--dbname", shown, "--format=custom"]);
            let told = tool.command.get_envs().find(|(k, _)| *k == "PGPASSWORD").and_then(|(_, v)| v?.to_str());
            assert_eq!(told, password);
        }
        assert!(split_password("postgres://zw:%zz@db/zw").is_err());
        assert!(split_password("postgres://zw:%4@db/zw").is_err());
    }
}
