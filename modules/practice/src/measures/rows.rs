//! The rows behind a figure, within the reader's own permit and masked by it. Who may not see persons gets the figure
//! and no row.

use super::area::{ENCOUNTER, LEDGER, RESIDENT, within};
use super::{Way, count, way};
use crate::model::{Encounter, Resident, Rhythm};
use crate::policy;
use crate::store::{encounter as encounters, neighbour};
use std::collections::HashMap;
use zw_access::{Ctx, MaskPlan, Permit, Pii, Resource};
use zw_core::{Day, DivisionId, EncounterId, Error, PageReq, ResidentId, Result, UnitId};
use zw_db::{Conn, Sql, sql};
use zw_indicators::{Area, RowOut, RowsOut, Span};

// i18n-keys: practice-col-day practice-col-persons practice-col-met practice-col-village practice-col-unit
// i18n-keys: practice-col-workers practice-col-name practice-col-filed practice-col-last practice-col-next

fn empty(columns: &[&str], hidden: bool) -> RowsOut {
    RowsOut {
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows: vec![],
        total: 0,
        partly_hidden: hidden,
    }
}

/// Whether the area lies wholly within the scope: else the figure counts rows this reader cannot see.
fn whole<R>(p: &Permit<R>, area: &Area) -> bool {
    match area {
        Area::Unit(c, u) => p.covers_unit(*c, *u),
        Area::Town(c, t) => p.covers_town(*c, *t),
        Area::County(c) => p.covers_county(*c),
        Area::Counties(l) => l.iter().all(|c| p.covers_county(*c)),
    }
}

/// The permit, or nothing for who has no such action.
fn permit_of<R: Resource>(ctx: &Ctx, action: zw_access::Action) -> Result<Option<Permit<R>>> {
    match ctx.permit::<R>(action) {
        Ok(p) => Ok(Some(p)),
        Err(Error::Forbidden) => Ok(None),
        Err(e) => Err(e),
    }
}

pub(super) async fn rows(ctx: &Ctx, key: &'static str, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    match way(key) {
        Way::Encounter => encounter_rows(ctx, key, area, span, page).await,
        Way::Villages => served_villages(ctx, area, span, page).await,
        Way::Covered => {
            let mut c = ctx.read().await?;
            let mut all = count::covered_villages(&mut c, &ctx.tree(), area, span.to).await?;
            all.sort_unstable();
            Ok(village_page(ctx, span.to, &all, page, false))
        }
        w => resident_rows(ctx, key, w, area, span, page).await,
    }
}

fn village_page(ctx: &Ctx, day: Day, all: &[DivisionId], page: PageReq, hidden: bool) -> RowsOut {
    let view = ctx.tree().as_of(day);
    let (skip, take) = (usize::try_from(page.offset()).unwrap_or(0), usize::try_from(page.limit()).unwrap_or(50));
    let rows =
        all.iter().skip(skip).take(take).map(|v| RowOut { cells: vec![view.path_name(*v)], href: None }).collect();
    let total = i64::try_from(all.len()).unwrap_or(0);
    RowsOut { columns: vec!["practice-col-village".into()], rows, total, partly_hidden: hidden }
}

async fn served_villages(ctx: &Ctx, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let Some(p) = permit_of::<Encounter>(ctx, policy::ENCOUNTERS)? else {
        return Ok(empty(&["practice-col-village"], true));
    };
    let mut c = ctx.read().await?;
    let q = sql(
        "SELECT DISTINCT e.village_id FROM encounter e WHERE e.voided_at IS NULL AND e.met_n>0 AND e.village_id IS NOT NULL AND ",
    );
    let q = span_of(within(q, ENCOUNTER, area), "e.day", span);
    let all: Vec<(DivisionId,)> = c.all(p.within(q).lit(" ORDER BY e.village_id")).await?;
    let all: Vec<DivisionId> = all.into_iter().map(|v| v.0).collect();
    Ok(village_page(ctx, span.to, &all, page, !whole(&p, area)))
}

fn span_of(q: Sql, column: &'static str, span: Span) -> Sql {
    q.lit(" AND ").lit(column).lit(">=").bind(span.from).lit(" AND ").lit(column).lit("<=").bind(span.to)
}

const ENCOUNTER_COLUMNS: [&str; 6] = [
    "practice-col-day",
    "practice-col-persons",
    "practice-col-met",
    "practice-col-village",
    "practice-col-workers",
    "practice-col-unit",
];

/// Which encounters a key counts.
fn counted(key: &str) -> &'static str {
    match key {
        "M07" => " AND e.kind='visit' AND e.met_n>0",
        "M08" => " AND e.kind='visit' AND e.mode='home' AND e.met_n>0",
        "M09" => " AND e.kind='visit' AND e.met_n=0",
        "M14" => " AND e.kind='case'",
        "M23" => " AND e.kind='consult'",
        "persontimes" => " AND e.met_n>0",
        _ => "",
    }
}

type EncounterHead = (DivisionId, EncounterId, Day, i64, Option<DivisionId>, UnitId);

async fn encounter_rows(ctx: &Ctx, key: &str, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let Some(p) = permit_of::<Encounter>(ctx, policy::ENCOUNTERS)? else {
        return Ok(empty(&ENCOUNTER_COLUMNS, true));
    };
    let mut c = ctx.read().await?;
    let with = |head: &'static str| {
        let q = span_of(within(sql(head), ENCOUNTER, area), "e.day", span)
            .lit(" AND e.voided_at IS NULL")
            .lit(counted(key));
        p.within(q)
    };
    let total = c.scalar(with("SELECT COUNT(*) FROM encounter e WHERE ")).await?;
    let q = with("SELECT e.county_id,e.id,e.day,e.met_n,e.village_id,e.unit_id FROM encounter e WHERE ")
        .lit(" ORDER BY e.day DESC,e.id DESC LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    let heads: Vec<EncounterHead> = c.all(q).await?;
    let words = People::of(ctx, &mut c, p.mask(), &heads).await?;
    let view = ctx.tree().as_of(span.to);
    let rows = heads
        .iter()
        .map(|(county, id, day, met, village, unit)| RowOut {
            cells: vec![
                day.to_string(),
                words.persons.get(id).map(|n| n.join("、")).unwrap_or_default(),
                met.to_string(),
                village.and_then(|v| view.get(v)).map(|v| v.name.clone()).unwrap_or_default(),
                words.workers.get(id).map(|n| n.join("、")).unwrap_or_default(),
                words.units.get(unit).cloned().unwrap_or_default(),
            ],
            href: Some(format!("/visits/{county}/{id}")),
        })
        .collect();
    let columns = ENCOUNTER_COLUMNS.iter().map(|c| (*c).to_owned()).collect();
    Ok(RowsOut { columns, rows, total, partly_hidden: !whole(&p, area) })
}

/// Names that belong to a page of encounters.
#[derive(Default)]
struct People {
    persons: HashMap<EncounterId, Vec<String>>,
    workers: HashMap<EncounterId, Vec<String>>,
    units: HashMap<UnitId, String>,
}

impl People {
    async fn of(ctx: &Ctx, c: &mut Conn, mask: MaskPlan, heads: &[EncounterHead]) -> Result<Self> {
        let mut out = Self::default();
        let mut counties: Vec<DivisionId> = heads.iter().map(|h| h.0).collect();
        counties.sort_unstable();
        counties.dedup();
        for county in counties {
            let ids: Vec<EncounterId> = heads.iter().filter(|h| h.0 == county).map(|h| h.1).collect();
            for p in encounters::persons(c, county, &ids).await? {
                let typed = crate::service::open(ctx, "encounter_person|name", county, &p.id, p.name.as_ref())?;
                let name = p.resident_name.as_ref().or(typed.as_ref()).map(|n| mask.name(n)).unwrap_or_default();
                if !name.is_empty() {
                    out.persons.entry(p.encounter_id).or_default().push(name);
                }
            }
            for (encounter, _, name) in encounters::workers(c, county, &ids).await? {
                out.workers.entry(encounter).or_default().push(name);
            }
        }
        let mut units: Vec<UnitId> = heads.iter().map(|h| h.5).collect();
        units.sort_unstable();
        units.dedup();
        out.units = neighbour::unit_names(c, &units).await?.into_iter().collect();
        Ok(out)
    }
}

const RESIDENT_COLUMNS: [&str; 4] =
    ["practice-col-name", "practice-col-village", "practice-col-filed", "practice-col-last"];

/// The last column: the day of the ledger's line for a flow, else the day the next visit is due.
fn last_column(way: Way) -> &'static str {
    if way == Way::Ledger { "practice-col-day" } else { "practice-col-next" }
}

type ResidentHead = (DivisionId, ResidentId, Pii<String>, DivisionId, Day, Option<Day>, Option<Day>);

/// `FROM … WHERE …` of the residents a key counts; the last column of the head is the day of the ledger's line.
fn residents_of(q: Sql, rhythm: &Rhythm, key: &str, way: Way, area: &Area, span: Span) -> Sql {
    let kind = match key {
        "M02" => "filed",
        "M02a" => "in",
        "M03" => "closed",
        "M03a" => "out",
        "M03b" => "merged",
        _ => "correction",
    };
    match way {
        Way::Ledger => {
            let q =
                q.lit(" FROM resident_move m JOIN resident r ON r.county_id=m.county_id AND r.id=m.resident_id WHERE ");
            span_of(within(q, LEDGER, area), "m.day", span).lit(" AND m.kind=").bind(kind)
        }
        Way::OnFile(at_end) => {
            let day = if at_end { span.to } else { span.from.add_days(-1) };
            let q = q
                .lit(" FROM resident r JOIN (SELECT m.county_id AS c,m.resident_id AS rid FROM resident_move m WHERE ");
            within(q, LEDGER, area)
                .lit(" AND m.day<=")
                .bind(day)
                .lit(" GROUP BY m.county_id,m.resident_id HAVING SUM(m.delta)>0) x ON x.c=r.county_id AND x.rid=r.id WHERE 1=1")
        }
        Way::Met => {
            let q = q.lit(" FROM resident r JOIN (SELECT DISTINCT p.county_id AS c,p.resident_id AS rid FROM encounter_person p JOIN encounter e ON e.county_id=p.county_id AND e.id=p.encounter_id WHERE ");
            span_of(within(q, ENCOUNTER, area), "e.day", span)
                .lit(" AND e.voided_at IS NULL AND p.met) x ON x.c=r.county_id AND x.rid=r.id WHERE 1=1")
        }
        Way::Due(visited) => count::due_where(q, rhythm, area, span, visited),
        Way::Encounter | Way::Villages | Way::Covered => {
            within(q.lit(" FROM resident r WHERE 1=0 AND "), RESIDENT, area)
        }
    }
}

async fn resident_rows(ctx: &Ctx, key: &str, way: Way, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let Some(p) = permit_of::<Resident>(ctx, policy::READ)? else { return Ok(empty(&RESIDENT_COLUMNS, true)) };
    let rhythm = crate::service::rhythm(ctx);
    let mut c = ctx.read().await?;
    let part = |head: &'static str| p.within(residents_of(sql(head), &rhythm, key, way, area, span));
    let total = c.scalar(part("SELECT COUNT(*)")).await?;
    let head = match way {
        Way::Ledger => "SELECT r.county_id,r.id,r.name,r.village_id,r.filed_on,r.last_on,m.day",
        _ => "SELECT r.county_id,r.id,r.name,r.village_id,r.filed_on,r.last_on,r.next_on",
    };
    let order = match way {
        Way::Ledger => " ORDER BY m.day,r.id,m.id LIMIT ",
        _ => " ORDER BY r.next_on,r.id LIMIT ",
    };
    let q = part(head).lit(order).bind(page.limit()).lit(" OFFSET ").bind(page.offset());
    let found: Vec<ResidentHead> = c.all(q).await?;
    let view = ctx.tree().as_of(span.to);
    let text = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
    let rows = found
        .iter()
        .map(|(county, id, name, village, filed, last, day)| RowOut {
            cells: vec![
                p.mask().name(name),
                view.get(*village).map(|v| v.name.clone()).unwrap_or_default(),
                filed.to_string(),
                text(*last),
                text(*day),
            ],
            href: Some(format!("/people/{county}/{id}")),
        })
        .collect();
    let columns = RESIDENT_COLUMNS.iter().chain([&last_column(way)]).map(|c| (*c).to_owned()).collect();
    Ok(RowsOut { columns, rows, total, partly_hidden: !whole(&p, area) })
}
