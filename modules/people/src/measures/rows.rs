//! The rows behind a figure: postings of the day, within the reader's own permit; stations that are
//! short of workers.

use super::{CERTIFIED, POSTED, UNSTAFFED, gap, headcount, load};
use crate::model::posting::Post;
use crate::model::worker::Worker;
use crate::policy;
use std::collections::HashMap;
use zw_access::{Ctx, Pii};
use zw_core::code::Code as _;
use zw_core::codelist::network::POST;
use zw_core::{Day, PageReq, Result, UnitId, WorkerId};
use zw_db::sql;
use zw_indicators::{Area, Cell, RowOut, RowsOut, Span};
use zw_network::Unit;
use zw_network::policy::UNIT_READ;

// i18n-keys: people-col-name people-col-unit people-col-post people-col-since people-col-certified people-col-number people-col-county people-col-days
fn columns(list: &[&str]) -> Vec<String> {
    list.iter().map(|c| format!("people-col-{c}")).collect()
}

fn length<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

fn paged<T>(list: Vec<T>, page: PageReq) -> Vec<T> {
    let skip = usize::try_from(page.offset()).unwrap_or(0);
    list.into_iter().skip(skip).take(usize::try_from(page.limit()).unwrap_or(0)).collect()
}

pub(super) async fn rows(ctx: &Ctx, key: &'static str, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let day = span.to;
    let mut c = ctx.read().await?;
    let facts = load::facts(&mut c, area, Some(day)).await?;
    let every_tier = matches!(area, Area::Unit(..));
    let inside = facts.inside(area);
    // How many, or for how many days without staff: what the last column of a list of stations says.
    let by_unit: HashMap<UnitId, i64> = match key {
        UNSTAFFED => {
            let found = gap::spells(&mut c, area, Some(day)).await?;
            found.iter().filter_map(|s| Some((s.unit?, s.from.days_until(day) + 1))).collect()
        }
        POSTED | CERTIFIED => headcount::by_unit(&mut c, area, key, day).await?,
        _ => facts.by_unit(key, day, every_tier)?,
    };
    let mut per_unit: Vec<(UnitId, i64)> = by_unit.into_iter().filter(|(u, _)| inside(*u)).collect();
    per_unit.sort_unstable();
    let ids: Vec<UnitId> = per_unit.iter().map(|(u, _)| *u).collect();
    if matches!(key, "workers_short_stations" | "M43" | "fte_total" | UNSTAFFED) {
        // Stations are no persons: whoever may read them as stations sees them here.
        let permit = ctx.permit::<Unit>(UNIT_READ)?;
        let counted = length(&per_unit);
        per_unit.retain(|(u, _)| {
            facts.units.get(u).is_some_and(|p| {
                permit.covers_unit(p.county, *u) || p.town.is_some_and(|t| permit.covers_town(p.county, t))
            })
        });
        let total = length(&per_unit);
        let part = paged(per_unit, page);
        let some: Vec<UnitId> = part.iter().map(|(u, _)| *u).collect();
        let names: HashMap<_, _> = zw_network::store::units::names_of(&mut c, &some).await?.into_iter().collect();
        let view = ctx.tree().as_of(day);
        let county = |u: &UnitId| facts.units.get(u).and_then(|p| view.get(p.county)).map(|d| d.name.clone());
        let rows = part
            .iter()
            .map(|(u, n)| RowOut {
                cells: [names.get(u).cloned().unwrap_or_default(), county(u).unwrap_or_default(), n.to_string()]
                    .map(Into::into)
                    .to_vec(),
                href: Some(format!("/units/{u}")),
            })
            .collect();
        return Ok(RowsOut {
            columns: columns(&["unit", "county", if key == UNSTAFFED { "days" } else { "number" }]),
            rows,
            total,
            partly_hidden: total < counted,
        });
    }
    let cols = columns(&["name", "unit", "post", "since", "certified"]);
    let Ok(permit) = ctx.permit::<Worker>(policy::WORKER_READ) else {
        return Ok(RowsOut { columns: cols, rows: vec![], total: 0, partly_hidden: true });
    };
    let certified_only = matches!(key, "certified_workers" | "M42");
    let is_certified = |w: WorkerId| facts.certified.get(&w).is_some_and(|d| *d <= day);
    let counted: Vec<(WorkerId, UnitId)> = facts
        .mains
        .iter()
        .filter(|m| m.holds(day) && ids.contains(&m.unit) && (!certified_only || is_certified(m.worker)))
        .map(|m| (m.worker, m.unit))
        .collect();
    if counted.is_empty() {
        return Ok(RowsOut { columns: cols, rows: vec![], total: 0, partly_hidden: false });
    }
    // Read by unit, so that the statement stays short and the scope is the permit's own.
    /// Who, name, unit, its name, post, since.
    type Found = (WorkerId, Pii<String>, UnitId, String, Post, Day);
    let mut found: Vec<Found> = vec![];
    for chunk in ids.chunks(500) {
        let q = sql("SELECT w.id,w.name,p.unit_id,pu.name,p.post,p.from_day FROM posting p JOIN worker w ON w.id=p.worker_id JOIN unit pu ON pu.id=p.unit_id WHERE p.from_day<=")
            .bind(day)
            .lit(" AND (p.to_day IS NULL OR p.to_day>")
            .bind(day)
            .lit(") AND p.unit_id IN ")
            .list(chunk.iter().copied());
        let q = permit.within(q).lit(" ORDER BY pu.county_id,pu.name,w.name,w.id");
        let rows: Vec<Found> = c.all(q).await?;
        found.extend(rows);
    }
    let wanted: std::collections::HashSet<(WorkerId, UnitId)> = counted.iter().copied().collect();
    found.retain(|(w, _, u, ..)| wanted.contains(&(*w, *u)));
    found.dedup_by_key(|(w, _, u, ..)| (*w, *u));
    let total = length(&found);
    let rows = paged(found, page)
        .into_iter()
        .map(|(w, name, _, unit, post, from)| RowOut {
            cells: vec![
                crate::STAFF.name(&name).into(),
                unit.into(),
                Cell::code(&POST, post.code()),
                from.to_string().into(),
                if is_certified(w) { "✓" } else { "" }.into(),
            ],
            href: Some(format!("/workers/{w}")),
        })
        .collect();
    Ok(RowsOut { columns: cols, rows, total, partly_hidden: total < length(&counted) })
}
