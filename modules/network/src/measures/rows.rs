//! The rows behind a figure, within the reader's own permit.

use super::sweep::merge;
use super::{How, SheetKey, count, counted, defs, load, within};
use crate::model::sheet::{Attempt, BuildOut, SheetDates};
use crate::model::unit::{Tier, Unit, UnitState};
use crate::policy;
use std::collections::{HashMap, HashSet};
use zw_access::{Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::codelist::network::{ACCEPTANCE_GROUP, UNIT_STATE};
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, PageReq, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_indicators::{Area, Cell, RowOut, RowsOut, Span};

// i18n-keys: network-col-unit network-col-county network-col-township network-col-village network-col-state network-col-since network-col-station network-col-due network-col-text network-col-held network-col-result network-col-lacked
fn columns(list: &[&str]) -> Vec<String> {
    list.iter().map(|c| format!("network-col-{c}")).collect()
}

fn hidden(cols: &[&str]) -> RowsOut {
    RowsOut { columns: columns(cols), rows: vec![], total: 0, partly_hidden: true }
}

fn length<T>(list: &[T]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}

pub(super) async fn rows(ctx: &Ctx, key: &'static str, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let how = defs::how(key).ok_or(Error::NotFound)?;
    let tree = ctx.tree();
    let view = tree.as_of(span.to);
    let mut c = ctx.read().await?;
    match how {
        How::Units(tier, states) => units(ctx, &mut c, &view, area, tier, states, Span::on(span.to), page, false).await,
        How::NewlyBuilt => units(ctx, &mut c, &view, area, Tier::Station, count::BUILT, span, page, true).await,
        How::Counted(kind) => {
            let list = standing(&mut c, &view, kind, area, span.to).await?;
            Ok(divisions(&view, list, kind, &HashMap::new(), page))
        }
        How::Covered(tier) => {
            let by = stations(ctx, &mut c, area, tier, span.to).await?;
            let kind = tier.kind();
            let place = match area {
                Area::Unit(county, _) => Area::County(*county),
                _ => area.clone(),
            };
            let list = counted(&view, kind, &place).into_iter().filter(|d| by.contains_key(d)).collect();
            Ok(divisions(&view, list, kind, &by, page))
        }
        How::Uncovered => {
            let covered = merge(load::covered(&mut c, area, Tier::Station).await?);
            let have: HashSet<DivisionId> = covered.iter().filter(|h| h.holds(span.to)).map(|h| h.division).collect();
            let kind = DivisionKind::Township;
            let all = standing(&mut c, &view, kind, area, span.to).await?;
            let list = all.into_iter().filter(|d| !have.contains(d)).collect();
            Ok(divisions(&view, list, kind, &HashMap::new(), page))
        }
        How::Acceptances(passed) => attempts(ctx, &mut c, &view, area, span, passed, page).await,
        How::Sheet(_) | How::Obstacle(_) => sheets(ctx, &mut c, &view, area, how, span.to, page).await,
    }
}

/// Divisions of a level in an area that count on a day: of a unit those that lie in what it serves.
async fn standing(c: &mut Conn, view: &View, kind: DivisionKind, area: &Area, day: Day) -> Result<Vec<DivisionId>> {
    let Area::Unit(county, _) = area else { return Ok(counted(view, kind, area)) };
    let served = load::served(c, area).await?;
    let lying = served.iter().filter(|h| h.holds(day)).flat_map(|h| within(view, kind, *h));
    let lying: HashSet<DivisionId> = lying.map(|h| h.division).collect();
    Ok(counted(view, kind, &Area::County(*county)).into_iter().filter(|d| lying.contains(d)).collect())
}

fn in_area(q: Sql, area: &Area) -> Sql {
    match area {
        Area::Unit(county, unit) => q.lit(" AND u.county_id=").bind(*county).lit(" AND u.id=").bind(*unit),
        Area::Town(county, town) => q.lit(" AND u.county_id=").bind(*county).lit(" AND u.town_id=").bind(*town),
        Area::County(county) => q.lit(" AND u.county_id=").bind(*county),
        Area::Counties(list) => q.lit(" AND u.county_id IN ").list(list.iter().copied()),
    }
}

#[expect(clippy::too_many_arguments, reason = "one statement with all its conditions; a struct would hide them")]
async fn units(
    ctx: &Ctx,
    c: &mut Conn,
    view: &View,
    area: &Area,
    tier: Tier,
    states: &'static [UnitState],
    span: Span,
    page: PageReq,
    first_only: bool,
) -> Result<RowsOut> {
    let cols = ["unit", "county", "state", "since"];
    let Ok(permit) = ctx.permit::<Unit>(policy::UNIT_READ) else { return Ok(hidden(&cols)) };
    let on = |q: Sql| {
        let q = q.lit(" WHERE s.tier=").bind(tier).lit(" AND s.state IN ").list(states.iter().copied());
        if first_only {
            q.lit(" AND s.from_day>=")
                .bind(span.from)
                .lit(" AND s.from_day<=")
                .bind(span.to)
                .lit(" AND NOT EXISTS (SELECT 1 FROM unit_state p WHERE p.unit_id=s.unit_id AND p.from_day<s.from_day AND p.state IN ")
                .list(states.iter().copied())
                .lit(")")
        } else {
            q.lit(" AND s.from_day<=").bind(span.to).lit(" AND (s.to_day IS NULL OR s.to_day>").bind(span.to).lit(")")
        }
    };
    let head = " FROM unit_state s JOIN unit u ON u.id=s.unit_id";
    let all: i64 = c.scalar(in_area(on(sql("SELECT COUNT(*)").lit(head)), area)).await?;
    let total: i64 = c.scalar(permit.within(in_area(on(sql("SELECT COUNT(*)").lit(head)), area))).await?;
    let q = sql("SELECT u.id,u.name,u.county_id,s.state,s.from_day").lit(head);
    let q = permit
        .within(in_area(on(q), area))
        .lit(" ORDER BY u.county_id,u.division_id,u.id LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    let rows: Vec<(UnitId, String, DivisionId, UnitState, Day)> = c.all(q).await?;
    let rows = rows
        .into_iter()
        .map(|(id, name, county, state, from)| RowOut {
            cells: vec![
                name.into(),
                view.get(county).map(|d| d.name.clone()).unwrap_or_default().into(),
                Cell::code(&UNIT_STATE, state.code()),
                from.to_string().into(),
            ],
            href: Some(format!("/units/{id}")),
        })
        .collect();
    Ok(RowsOut { columns: columns(&cols), rows, total, partly_hidden: total < all })
}

/// Divisions with the stations that serve them: no person and no unconfirmed sheet, so every reader may see them.
fn divisions(
    view: &View,
    list: Vec<DivisionId>,
    kind: DivisionKind,
    by: &HashMap<DivisionId, (UnitId, String)>,
    page: PageReq,
) -> RowsOut {
    let head = match kind {
        DivisionKind::Township => "township",
        DivisionKind::Village => "village",
        _ => "county",
    };
    let total = length(&list);
    let skip = usize::try_from(page.offset()).unwrap_or(0);
    let take = usize::try_from(page.limit()).unwrap_or(0);
    let rows = list
        .into_iter()
        .skip(skip)
        .take(take)
        .map(|d| {
            let unit = by.get(&d);
            RowOut {
                cells: vec![view.path_name(d).into(), unit.map(|u| u.1.clone()).unwrap_or_default().into()],
                href: Some(unit.map_or_else(|| format!("/divisions?area={d}"), |u| format!("/units/{}", u.0))),
            }
        })
        .collect();
    RowsOut { columns: columns(&[head, "station"]), rows, total, partly_hidden: false }
}

/// The first built unit of a tier that serves each division on a day.
async fn stations(
    ctx: &Ctx,
    c: &mut Conn,
    area: &Area,
    tier: Tier,
    day: Day,
) -> Result<HashMap<DivisionId, (UnitId, String)>> {
    let q = sql("SELECT k.division_id,u.id,u.name FROM unit_state s JOIN unit u ON u.id=s.unit_id JOIN unit_coverage k ON k.unit_id=s.unit_id WHERE s.tier=")
        .bind(tier)
        .lit(" AND s.state IN ")
        .list(UnitState::BUILT)
        .lit(" AND s.from_day<=")
        .bind(day)
        .lit(" AND (s.to_day IS NULL OR s.to_day>")
        .bind(day)
        .lit(") AND k.from_day<=")
        .bind(day)
        .lit(" AND (k.to_day IS NULL OR k.to_day>")
        .bind(day)
        .lit(")");
    let q = match area {
        // As in `load::covered`: a township by whoever serves it, villages by the rooms that stand in it.
        Area::Town(county, town) if tier == Tier::Station => {
            q.lit(" AND u.county_id=").bind(*county).lit(" AND k.division_id=").bind(*town)
        }
        _ => in_area(q, area),
    };
    let rows: Vec<(DivisionId, UnitId, String)> = c.all(q.lit(" ORDER BY k.division_id,u.id")).await?;
    // Which divisions are covered is public; the name of the unit is for those who may open it.
    let named = ctx.permit::<Unit>(policy::UNIT_READ).ok();
    let view = ctx.tree().as_of(day);
    let mut out = HashMap::new();
    for (division, unit, name) in rows {
        let open = view.county_of(division).is_some_and(|county| may(named.as_ref(), county, unit, division));
        out.entry(division).or_insert((unit, if open { name } else { String::new() }));
    }
    Ok(out)
}

fn may(permit: Option<&Permit<Unit>>, county: DivisionId, unit: UnitId, division: DivisionId) -> bool {
    permit.is_some_and(|p| p.covers_unit(county, unit) || p.covers_town(county, division))
}

async fn sheets(
    ctx: &Ctx,
    c: &mut Conn,
    view: &View,
    area: &Area,
    how: How,
    day: Day,
    page: PageReq,
) -> Result<RowsOut> {
    let cols = ["township", "county", "since", "text", "due"];
    let Ok(permit) = ctx.permit::<BuildOut>(policy::SHEET_READ) else { return Ok(hidden(&cols)) };
    let sheets = load::all_sheets(c, area).await?;
    let standing = |town: DivisionId| view.get(town).is_some_and(|d| d.in_denominator);
    let mut found: Vec<(BuildOut, Day, String)> = vec![];
    match how {
        How::Obstacle(code) => {
            let by: HashMap<_, _> = sheets.into_iter().map(|s| (s.id, s)).collect();
            for o in open_obstacles(c, area, code, day).await? {
                if let Some(s) = by.get(&o.build_out_id).filter(|s| standing(s.township_id)) {
                    found.push((s.clone(), o.from_day, o.text));
                }
            }
        }
        How::Sheet(key) => {
            if key == SheetKey::InProgress {
                let by: HashMap<_, _> = sheets.iter().map(|s| (s.id, s)).collect();
                for (id, held) in load::earlier_rounds(c, area).await? {
                    if let Some(s) = by.get(&id).filter(|s| held.holds(day) && standing(s.township_id)) {
                        found.push(((*s).clone(), held.from, String::new()));
                    }
                }
            }
            for s in sheets.into_iter().filter(|s| standing(s.township_id)) {
                if let Some((from, to)) = load::said(&SheetDates::from(&s), key)
                    && from <= day
                    && to.is_none_or(|t| day < t)
                {
                    let note = s.note.clone().unwrap_or_default();
                    found.push((s, from, note));
                }
            }
        }
        _ => {}
    }
    let all = length(&found);
    found.retain(|(s, _, _)| {
        permit.covers_town(s.county_id, s.township_id) || s.unit_id.is_some_and(|u| permit.covers_unit(s.county_id, u))
    });
    found.sort_by_key(|(s, from, _)| (s.county_id, s.township_id, *from));
    let total = length(&found);
    let skip = usize::try_from(page.offset()).unwrap_or(0);
    let take = usize::try_from(page.limit()).unwrap_or(0);
    let name = |d: DivisionId| view.get(d).map(|v| v.name.clone()).unwrap_or_default();
    let rows = found
        .into_iter()
        .skip(skip)
        .take(take)
        .map(|(s, from, text)| RowOut {
            cells: [
                name(s.township_id),
                name(s.county_id),
                from.to_string(),
                text,
                s.due_on.map(|d| d.to_string()).unwrap_or_default(),
            ]
            .map(Into::into)
            .to_vec(),
            href: Some(format!("/build-out/{}/{}", s.county_id, s.township_id)),
        })
        .collect();
    Ok(RowsOut { columns: columns(&cols), rows, total, partly_hidden: total < all })
}

/// Acceptances held in a span, newest first, for those who may read the sheets.
async fn attempts(
    ctx: &Ctx,
    c: &mut Conn,
    view: &View,
    area: &Area,
    span: Span,
    passed: bool,
    page: PageReq,
) -> Result<RowsOut> {
    let cols = ["township", "county", "held", "result", "lacked", "text"];
    let Ok(permit) = ctx.permit::<BuildOut>(policy::SHEET_READ) else { return Ok(hidden(&cols)) };
    let of = |q: Sql| load::attempts_in(q, area, span).when(passed, |q| q.lit(" AND a.passed"));
    let head = " FROM acceptance a JOIN build_out b ON b.id=a.build_out_id WHERE ";
    let all: i64 = c.scalar(of(sql("SELECT COUNT(*)").lit(head))).await?;
    let total: i64 = c.scalar(permit.within(of(sql("SELECT COUNT(*)").lit(head)))).await?;
    let q = permit
        .within(of(sql("SELECT a.*").lit(head)))
        .lit(" ORDER BY a.held_on DESC,a.county_id,a.township_id,a.id LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    let found: Vec<Attempt> = c.all(q).await?;
    let name = |d: DivisionId| Cell::from(view.get(d).map(|v| v.name.clone()).unwrap_or_default());
    let rows = found
        .into_iter()
        .map(|a| RowOut {
            cells: vec![
                name(a.township_id),
                name(a.county_id),
                a.held_on.to_string().into(),
                if a.passed { "✓" } else { "✗" }.into(),
                Cell::codes(&ACCEPTANCE_GROUP, a.lacked.split(',').filter(|g| !g.is_empty())),
                a.reason.unwrap_or_default().into(),
            ],
            href: Some(format!("/build-out/{}/{}", a.county_id, a.township_id)),
        })
        .collect();
    Ok(RowsOut { columns: columns(&cols), rows, total, partly_hidden: total < all })
}

async fn open_obstacles(
    c: &mut Conn,
    area: &Area,
    code: &'static str,
    day: Day,
) -> Result<Vec<crate::model::sheet::Obstacle>> {
    let q = sql("SELECT o.* FROM obstacle o WHERE o.code=")
        .bind(code)
        .lit(" AND o.from_day<=")
        .bind(day)
        .lit(" AND (o.to_day IS NULL OR o.to_day>")
        .bind(day)
        .lit(") AND o.county_id IN ")
        .list(area.counties());
    c.all(q.lit(" ORDER BY o.county_id,o.township_id,o.id")).await
}
