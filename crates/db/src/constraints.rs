//! What a violated constraint means to the person at the form.
//! `constraints.toml` lists each UNIQUE constraint once, with the field and the code of its message.

use std::sync::OnceLock;
use zw_core::{Error, FieldErrors};

struct Rule {
    /// Constraint or index name on PostgreSQL.
    name: String,
    /// `table.col, table.col` as SQLite prints it.
    columns: String,
    field: String,
    code: String,
}

fn rules() -> &'static [Rule] {
    static RULES: OnceLock<Vec<Rule>> = OnceLock::new();
    RULES.get_or_init(|| {
        let table: toml::Table = include_str!("../constraints.toml").parse().unwrap_or_default();
        let text = |t: &toml::Value, k: &str| t.get(k).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
        table
            .iter()
            .map(|(name, v)| Rule {
                name: name.clone(),
                columns: text(v, "columns"),
                field: text(v, "field"),
                code: text(v, "code"),
            })
            .collect()
    })
}

/// Maps a database error to the program's error.
pub(crate) fn map(e: sqlx::Error) -> Error {
    match e {
        sqlx::Error::Database(d) => {
            let message = d.message().to_owned();
            if d.is_unique_violation() {
                let hit = rules().iter().find(|r| {
                    d.constraint() == Some(r.name.as_str())
                        || message.split_once("failed: ").is_some_and(|(_, cols)| cols == r.columns)
                });
                return match hit {
                    Some(r) => {
                        let mut errors = FieldErrors::default();
                        errors.add(&r.field, &r.code);
                        Error::Invalid(errors)
                    }
                    None => Error::Conflict { current: vec![("constraint".into(), message)] },
                };
            }
            if d.is_foreign_key_violation() {
                return Error::rule("reference-missing");
            }
            match d.code().as_deref() {
                // serialization failure, deadlock, lock timeout: the caller may try again
                Some("40001" | "40P01" | "55P03") => Error::Conflict { current: vec![] },
                // SQLite: BUSY, NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB; PostgreSQL: classes 08, 53, 57, 58
                Some(c) if is_outage(c) => Error::Unavailable(message),
                _ => Error::Internal(message),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => Error::Unavailable(e.to_string()),
        other => Error::Internal(other.to_string()),
    }
}

fn is_outage(code: &str) -> bool {
    if code.len() == 5 {
        return ["08", "53", "57", "58"].iter().any(|c| code.starts_with(c));
    }
    // SQLite prints extended result codes in decimal; the low byte is the primary code.
    code.parse::<i64>().is_ok_and(|n| matches!(n & 0xff, 5 | 7 | 8 | 10 | 11 | 13 | 14 | 15 | 26))
}
