//! The register's figures by category of the people on it (domain.md 7.1, M01 to M04). A person may have several categories
//! and counts in each; a category counts on the days on which it stood.

use super::area::{LEDGER, within};
use crate::model::MoveKind;
use std::collections::HashMap;
use zw_core::{Day, Result};
use zw_db::{Conn, Sql, sql};
use zw_indicators::{Area, Span};

/// The measures that are split.
pub(super) const SPLIT: [&str; 8] = ["M01", "M02", "M02a", "M03", "M03a", "M03b", "M03c", "M04"];

/// Where the words of the categories are.
pub(super) const WORDS: &str = "practice-category-";

/// The flow of a kind of line, and the sign by which it counts.
fn flow(kind: MoveKind) -> (&'static str, i64) {
    match kind {
        MoveKind::Filed => ("M02", 1),
        MoveKind::In => ("M02a", 1),
        MoveKind::Closed => ("M03", -1),
        MoveKind::Out => ("M03a", -1),
        MoveKind::Merged => ("M03b", -1),
        MoveKind::Correction => ("M03c", 1),
    }
}

/// Whether the category stood on a day.
fn stood(q: Sql, day: Day) -> Sql {
    q.lit("k.from_day<=").bind(day).lit(" AND (k.to_day IS NULL OR k.to_day>").bind(day).lit(")")
}

/// Those of [`SPLIT`] that are asked for, by category; none of zero. One reading of the area's ledger.
pub(super) async fn split(
    c: &mut Conn,
    keys: &[&'static str],
    area: &Area,
    span: Span,
) -> Result<Vec<(&'static str, String, i64)>> {
    let before = span.from.add_days(-1);
    // A category may stand twice for a person, officially and by the worker's own judgement: a line of the ledger counts once
    // in it all the same, so the inner rows are one for each line and category.
    let q = sql("SELECT x.category,x.kind,CAST(SUM(x.delta*x.a) AS BIGINT),CAST(SUM(x.delta*x.b) AS BIGINT),CAST(SUM(x.delta*x.c) AS BIGINT) FROM (SELECT k.category AS category,m.kind AS kind,m.delta AS delta,MAX(CASE WHEN m.day<=").bind(before).lit(" AND ");
    let q = stood(q, before).lit(" THEN 1 ELSE 0 END) AS a,MAX(CASE WHEN m.day>=").bind(span.from);
    let q =
        q.lit(" AND k.from_day<=m.day AND (k.to_day IS NULL OR k.to_day>m.day) THEN 1 ELSE 0 END) AS b,MAX(CASE WHEN ");
    let q = stood(q, span.to).lit(" THEN 1 ELSE 0 END) AS c FROM resident_move m JOIN resident_category k ON k.county_id=m.county_id AND k.resident_id=m.resident_id WHERE ");
    let q = within(q, LEDGER, area).lit(" AND m.day<=").bind(span.to);
    let q = q.lit(
        " GROUP BY k.category,m.kind,m.delta,m.county_id,m.id) x GROUP BY x.category,x.kind ORDER BY x.category,x.kind",
    );
    let rows: Vec<(String, MoveKind, i64, i64, i64)> = c.all(q).await?;
    let mut out: HashMap<(&'static str, String), i64> = HashMap::new();
    for (category, kind, at_start, within, at_end) in rows {
        let (key, sign) = flow(kind);
        for (key, n) in [("M01", at_start), (key, sign * within), ("M04", at_end)] {
            *out.entry((key, category.clone())).or_default() += n;
        }
    }
    let asked = out.into_iter().filter(|((key, _), n)| *n != 0 && keys.contains(key));
    Ok(asked.map(|((key, category), n)| (key, category, n)).collect())
}
