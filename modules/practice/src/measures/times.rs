//! Who of those due was visited as often as their rhythm asked for (I15). The rule is `model::times`; a statement takes the
//! steps of its ladder, and whoever is no case for a ladder is looked at one by one.

use super::count::{Due, due_where};
use crate::model::VisitEvery;
use crate::model::times::{Stretch, step};
use zw_core::code::Code as _;
use zw_core::{Day, DivisionId, ResidentId, Result};
use zw_db::{Conn, Sql, sql};
use zw_indicators::{Area, Span};

/// `r` was met on as many days as it was owed.
pub(super) fn visited(q: Sql, d: &Due, span: Span) -> Sql {
    let mut q = q.lit("(COALESCE(x.n,0)>=CASE h.visit_every");
    for every in VisitEvery::ALL {
        q = q.lit(" WHEN ").bind(*every).lit(" THEN CASE WHEN r.filed_on>").bind(span.to).lit(" THEN 1");
        for (n, filed_by) in d.rhythm.ladder((span.from, span.to), *every) {
            q = q.lit(" WHEN r.filed_on<=").bind(filed_by).lit(" THEN ").bind(n);
        }
        q = q.lit(" ELSE 1 END");
    }
    let q = q.lit(" ELSE 1 END");
    let q = q.when(!d.short.is_empty(), |q| q.lit(" AND r.id NOT IN ").list(d.short.iter().copied()));
    q.when(!d.enough.is_empty(), |q| q.lit(" OR r.id IN ").list(d.enough.iter().copied())).lit(")")
}

zw_db::record! {
    /// Somebody due who left, or whose rhythm began, within the span: one row for each stretch that touches it.
    struct Part {
        id: ResidentId,
        visit_every: VisitEvery,
        filed_on: Day,
        closed_on: Option<Day>,
        base: Day,
        n: i64,
        from_day: Day,
        to_day: Option<Day>,
        every: VisitEvery,
        paused: bool,
    }
}

/// `r` left within the span, or the rhythm `h` of its end began within it: no case for a ladder.
fn in_part(q: Sql, span: Span) -> Sql {
    let q = q.lit("(r.closed_on<=").bind(span.to).lit(" OR h.from_day>").bind(span.from);
    q.lit(" AND h.from_day<=").bind(span.to).lit(")")
}

/// Looks at those one by one who left within the span or whose rhythm changed in it: a day of the calendar plus a rhythm is
/// no arithmetic of SQL, and two rhythms are no ladder.
pub(super) async fn look_at_parts(c: &mut Conn, d: &mut Due, area: &Area, span: Span) -> Result<()> {
    let q = sql(
        "SELECT y.id,y.visit_every,y.filed_on,y.closed_on,y.base,y.n,s.from_day,s.to_day,s.visit_every AS every,s.paused FROM (SELECT r.county_id,r.id,h.visit_every,r.filed_on,r.closed_on,COALESCE(x.last,r.filed_on) AS base,COALESCE(x.n,0) AS n",
    );
    let q = in_part(due_where(q, d, area, span).lit(" AND "), span)
        .lit(") y JOIN resident_rhythm s ON s.county_id=y.county_id AND s.resident_id=y.id AND s.from_day<=");
    let q = q.bind(span.to).lit(" AND (s.to_day IS NULL OR s.to_day>").bind(span.from);
    let rows: Vec<Part> = c.all(q.lit(") ORDER BY y.id,s.from_day,s.id")).await?;
    for part in rows.chunk_by(|a, b| a.id == b.id) {
        let Some(p) = part.first() else { continue };
        if p.closed_on.is_some_and(|on| d.rhythm.next(p.base, p.visit_every) > on) {
            d.left.push(p.id);
            continue;
        }
        let stretches: Vec<Stretch> =
            part.iter().map(|s| Stretch { from: s.from_day, to: s.to_day, every: s.every, paused: s.paused }).collect();
        let days = (span.from, span.to);
        let owed = d.rhythm.times(days, (p.filed_on, p.closed_on), &stretches);
        let said = step(&d.rhythm.ladder(days, p.visit_every), p.filed_on);
        // Only those of whom the ladder says something else.
        match (p.n >= owed, p.n >= said) {
            (true, false) => d.enough.push(p.id),
            (false, true) => d.short.push(p.id),
            _ => {}
        }
    }
    Ok(())
}

/// Residents due, and those of them visited as often as owed, by county. Mostly nobody has to be looked at singly, and one
/// statement says so.
pub(super) async fn due(c: &mut Conn, area: &Area, span: Span) -> Result<Vec<(DivisionId, i64, i64)>> {
    let mut d = Due::by(c, span).await?;
    let rows = counted(c, &d, area, span).await?;
    if rows.iter().all(|(.., parts)| *parts == 0) {
        return Ok(rows.into_iter().map(|(county, due, met, _)| (county, due, met)).collect());
    }
    look_at_parts(c, &mut d, area, span).await?;
    let rows = counted(c, &d, area, span).await?;
    Ok(rows.into_iter().map(|(county, due, met, _)| (county, due, met)).collect())
}

/// The same with how many of those due are no case for a ladder, by county.
async fn counted(c: &mut Conn, d: &Due, area: &Area, span: Span) -> Result<Vec<(DivisionId, i64, i64, i64)>> {
    const SUM: &str = " THEN 1 ELSE 0 END) AS BIGINT)";
    let q = visited(sql("SELECT r.county_id,COUNT(*),CAST(SUM(CASE WHEN "), d, span).lit(SUM);
    let q = in_part(q.lit(",CAST(SUM(CASE WHEN "), span).lit(SUM);
    c.all(due_where(q, d, area, span).lit(" GROUP BY r.county_id ORDER BY r.county_id")).await
}
