//! Copies an embedded database into a server's, table by table: the demo is made on the embedded file only, and both
//! engines are to be measured on the same rows.

use crate::place::Place;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use uuid::Uuid;
use zw_core::{Error, Result};

const ROWS: usize = 2_000;

fn fail(e: sqlx::Error) -> Error {
    Error::Unavailable(format!("copying to the server: {e}"))
}

/// Copies `from` into a fresh place on a server; the rows copied. The schema comes from the program's own migrations.
pub async fn to_server(program: &Path, from: &Place, to: &Place) -> Result<u64> {
    let url = to.url.as_deref().ok_or_else(|| Error::Internal("not a place on a server".into()))?;
    let secrets = to.dir.join("secrets");
    // The program refuses a key in a folder that others may look into.
    DirBuilder::new().recursive(true).mode(0o700).create(&secrets).map_err(Error::internal)?;
    std::fs::copy(from.dir.join("secrets/master.key"), secrets.join("master.key")).map_err(Error::internal)?;
    to.run(program, &["migrate"])?;

    let file = format!("sqlite://{}?mode=ro", from.dir.join("zhanwang.db").display());
    let mut lite = SqliteConnection::connect(&file).await.map_err(fail)?;
    let mut pg = PgConnection::connect(url).await.map_err(fail)?;
    // Foreign keys are not checked while tables arrive in the order of their names (a superuser may say so).
    sqlx::query("SET session_replication_role = replica").execute(&mut pg).await.map_err(fail)?;
    let found = sqlx::query("SELECT table_name::text,column_name::text,data_type::text FROM information_schema.columns WHERE table_schema='public' AND is_generated='NEVER' AND table_name<>'_sqlx_migrations' ORDER BY table_name,ordinal_position")
        .fetch_all(&mut pg)
        .await
        .map_err(fail)?;
    let mut tables: Vec<(String, Vec<(String, String)>)> = vec![];
    for row in found {
        let at = |i: usize| row.try_get::<String, _>(i).map_err(fail);
        let (table, column, kind) = (at(0)?, at(1)?, at(2)?);
        match tables.last_mut() {
            Some((t, columns)) if *t == table => columns.push((column, kind)),
            _ => tables.push((table, vec![(column, kind)])),
        }
    }
    let mut copied = 0;
    for (table, columns) in &tables {
        let known: i64 = sqlx::query("SELECT COUNT(*) FROM sqlite_master WHERE type='table' AND name=$1")
            .bind(table)
            .fetch_one(&mut lite)
            .await
            .and_then(|r| r.try_get(0))
            .map_err(fail)?;
        if known == 0 {
            continue;
        }
        // What the migration wrote itself (audit of its own run, settings) gives way to the rows of the original.
        sqlx::query(AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&mut pg).await.map_err(fail)?;
        copied += table_rows(&mut lite, &mut pg, table, columns).await?;
    }
    sqlx::query("ANALYZE").execute(&mut pg).await.map_err(fail)?;
    lite.close().await.map_err(fail)?;
    pg.close().await.map_err(fail)?;
    Ok(copied)
}

async fn table_rows(
    lite: &mut SqliteConnection,
    pg: &mut PgConnection,
    table: &str,
    columns: &[(String, String)],
) -> Result<u64> {
    let names: Vec<&str> = columns.iter().map(|(n, _)| n.as_str()).collect();
    let list = names.join(",");
    let rows = sqlx::query(AssertSqlSafe(format!("SELECT {list} FROM {table}"))).fetch_all(lite).await.map_err(fail)?;
    let arrays: Vec<String> =
        columns.iter().enumerate().map(|(i, (_, kind))| format!("${}::{kind}[]", i + 1)).collect();
    let statement = format!("INSERT INTO {table}({list}) SELECT * FROM UNNEST({})", arrays.join(","));
    let mut copied = 0;
    for part in rows.chunks(ROWS) {
        let mut q = sqlx::query(AssertSqlSafe(statement.clone()));
        for (i, (name, kind)) in columns.iter().enumerate() {
            macro_rules! column {
                ($t:ty) => {
                    part.iter()
                        .map(|r| r.try_get::<Option<$t>, _>(i))
                        .collect::<std::result::Result<Vec<_>, _>>()
                        .map_err(fail)?
                };
            }
            q = match kind.as_str() {
                "bigint" => q.bind(column!(i64)),
                "text" => q.bind(column!(String)),
                "boolean" => q.bind(column!(bool)),
                "uuid" => q.bind(column!(Uuid)),
                "bytea" => q.bind(column!(Vec<u8>)),
                other => return Err(Error::Internal(format!("{table}.{name} is of type {other}"))),
            };
        }
        copied += q.execute(&mut *pg).await.map_err(fail)?.rows_affected();
    }
    Ok(copied)
}
