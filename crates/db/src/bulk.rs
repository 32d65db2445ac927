//! Bulk inserts: PostgreSQL through UNNEST arrays, SQLite through one prepared multi-row statement per batch.

use crate::conn::{Conn, Inner};
use crate::constraints;
use crate::sql::{Sql, Val};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;
use zw_core::{Error, Result, Uuid};

/// SQLite binds at most 32,766 values in a statement; smaller batches keep the statement text cheap to parse.
const LITE_VALUES: usize = 3_000;
/// Rows an UNNEST statement carries at most.
const PG_ROWS: usize = 5_000;

impl Conn {
    /// Inserts `rows` into `table(columns)`; every row has one value per column and a column keeps one type.
    /// `tail` is appended (`""` or an ON CONFLICT clause). Returns the rows written.
    pub async fn bulk(
        &mut self,
        table: &'static str,
        columns: &[&'static str],
        rows: &[Vec<Val>],
        tail: &'static str,
    ) -> Result<u64> {
        if rows.iter().any(|r| r.len() != columns.len()) {
            return Err(Error::Internal(format!("bulk insert into {table}: row width")));
        }
        let head = format!("INSERT INTO {table}({})", columns.join(","));
        let mut written = 0;
        match &mut self.0 {
            Inner::Lite(_) => {
                for batch in rows.chunks((LITE_VALUES / columns.len().max(1)).max(1)) {
                    let mut q = Sql { text: format!("{head} VALUES"), ..Sql::default() };
                    for (i, row) in batch.iter().enumerate() {
                        q.text.push(if i == 0 { '(' } else { ',' });
                        if i > 0 {
                            q.text.push('(');
                        }
                        for (j, v) in row.iter().enumerate() {
                            if j > 0 {
                                q.text.push(',');
                            }
                            q = q.bind(v.clone());
                        }
                        q.text.push(')');
                    }
                    q.text.push_str(tail);
                    written += self.run(q).await?;
                }
            }
            Inner::LiteOne(_) | Inner::PgOne(_) => {
                return Err(crate::conn::outside());
            }
            Inner::Pg(t) => {
                for batch in rows.chunks(PG_ROWS) {
                    let mut text = format!("{head} SELECT * FROM UNNEST(");
                    for (i, v) in batch[0].iter().enumerate() {
                        let ty = match v {
                            Val::Int(_) => "bigint",
                            Val::Text(_) => "text",
                            Val::Id(_) => "uuid",
                            Val::Bytes(_) => "bytea",
                            Val::Bool(_) => "boolean",
                        };
                        let _ = write!(text, "{}${}::{ty}[]", if i > 0 { "," } else { "" }, i + 1);
                    }
                    text.push(')');
                    text.push_str(tail);
                    let mut q = sqlx::query::<sqlx::Postgres>(AssertSqlSafe(text));
                    for i in 0..columns.len() {
                        q = match &batch[0][i] {
                            Val::Int(_) => {
                                q.bind(column(batch, i, |v| if let Val::Int(x) = v { Some(*x) } else { None })?)
                            }
                            Val::Text(_) => {
                                q.bind(column(batch, i, |v| if let Val::Text(x) = v { Some(x.clone()) } else { None })?)
                            }
                            Val::Id(_) => q.bind(column::<Option<Uuid>>(batch, i, |v| {
                                if let Val::Id(x) = v { Some(*x) } else { None }
                            })?),
                            Val::Bytes(_) => {
                                q.bind(column(
                                    batch,
                                    i,
                                    |v| if let Val::Bytes(x) = v { Some(x.clone()) } else { None },
                                )?)
                            }
                            Val::Bool(_) => {
                                q.bind(column(batch, i, |v| if let Val::Bool(x) = v { Some(*x) } else { None })?)
                            }
                        };
                    }
                    written += q.execute(&mut **t).await.map_err(constraints::map)?.rows_affected();
                }
            }
        }
        Ok(written)
    }
}

fn column<T>(rows: &[Vec<Val>], i: usize, read: impl Fn(&Val) -> Option<T>) -> Result<Vec<T>> {
    rows.iter()
        .map(|r| read(&r[i]).ok_or_else(|| Error::Internal("bulk insert: a column mixes types".into())))
        .collect()
}
