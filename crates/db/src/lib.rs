//! The database layer: one SQL text for SQLite and PostgreSQL. `Sql` grows text and values together,
//! `Conn` runs it, `Tx` is a write transaction that can only be committed with a `Change`.
//! This crate is the only one that imports sqlx, and `conn.rs` holds the only switch of engines for statements (`health.rs` asks each engine what only it knows).

mod bulk;
mod conn;
mod constraints;
mod health;
mod lite;
mod migrate;
mod row;
mod sql;
mod tx;
mod wal;

pub use conn::{Conn, Db, Engine, LiteOptions};
pub use health::{Setting, Verdict};
pub use lite::{Connections, Lane};
pub use migrate::{MigrationInfo, tables};
pub use row::{FromCol, Record, Row};
pub use sql::{Sql, ToVal, Val, sql, val};
pub use tx::{Change, Live, Mark, Order, Tx};
pub use zw_core;
pub use zw_core::{Error, Result};

#[doc(hidden)]
pub use row::ColIndex as __ColIndex;
#[doc(hidden)]
pub use sqlx::Error as __SqlxError;

#[doc(hidden)]
pub fn __code<T: zw_core::code::Code, I: __ColIndex>(row: &Row, index: I) -> Result<Option<T>, __SqlxError> {
    match String::read_opt(row, index)? {
        None => Ok(None),
        Some(s) => T::from_code(&s).map(Some).ok_or_else(|| row::unknown_code(&s)),
    }
}
