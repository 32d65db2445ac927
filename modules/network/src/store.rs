//! Every SQL statement of the network: divisions, units, build-out sheets, targets, and the bulk loaders.

pub(crate) mod attempts;
pub mod divisions;
pub(crate) mod gaps;
pub mod seed;
pub mod sheets;
pub(crate) mod targets;
pub(crate) mod told;
pub mod units;

use zw_db::{Sql, Val, sql};

/// `INSERT INTO head(columns) VALUES(…)` from a model's own list of columns.
fn insert(head: &'static str, columns: Vec<(&'static str, Val)>) -> Sql {
    let mut q = sql("INSERT INTO ").lit(head).lit("(");
    for (i, (name, _)) in columns.iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).lit(name);
    }
    q = q.lit(") VALUES(");
    for (i, (_, value)) in columns.into_iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).bind(value);
    }
    q.lit(")")
}

/// `head SET a=…,b=…` from a model's own list of columns.
fn update(head: &'static str, columns: Vec<(&'static str, Val)>) -> Sql {
    let mut q = sql(head).lit(" SET ");
    for (i, (name, value)) in columns.into_iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).lit(name).lit("=").bind(value);
    }
    q
}
