//! The rows behind a figure, within the reader's own permit and masked by it. Who may not see persons gets the figure
//! and no row.

use super::area::{ENCOUNTER, LEDGER, RESIDENT, within};
use super::count::Due;
use super::{Way, count, official, times, way};
use crate::model::{Encounter, ListKind, OfficialList, Resident};
use crate::policy;
use crate::service::show::{self, Texts};
use crate::service::sight::{self, permit_of};
use crate::store::{encounter as encounters, resident as residents};
use zw_access::{Ctx, Permit, Pii, Spot};
use zw_core::{Day, DivisionId, PageReq, ResidentId, Result, UnitId, WorkerId};
use zw_db::{Sql, sql};
use zw_indicators::{Area, Cell, RowOut, RowsOut, Span};

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
        Way::Official if key != "official_filed" => super::official_rows::lists(ctx, area, span.to, page).await,
        w => resident_rows(ctx, key, w, area, span, page).await,
    }
}

fn village_page(ctx: &Ctx, day: Day, all: &[DivisionId], page: PageReq, hidden: bool) -> RowsOut {
    let view = ctx.tree().as_of(day);
    let (skip, take) = (usize::try_from(page.offset()).unwrap_or(0), usize::try_from(page.limit()).unwrap_or(50));
    let rows = all
        .iter()
        .skip(skip)
        .take(take)
        .map(|v| RowOut { cells: vec![view.path_name(*v).into()], href: None })
        .collect();
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
    let q = with(encounters::SELECT)
        .lit(" ORDER BY e.day DESC,e.id DESC LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    let found: Vec<Encounter> = c.all(q).await?;
    let shown = show::encounters(ctx, &mut c, &p, &found, Texts::None).await?;
    drop(c);
    sight::written(ctx, &p, found.first().map(|e| e.county_id), &shown.children).await?;
    let rows = shown
        .items
        .iter()
        .map(|e| RowOut {
            cells: vec![
                e.day.to_string().into(),
                Cell::names(e.persons.iter().map(|p| p.name.as_str())),
                e.met.to_string().into(),
                e.village_name.clone().unwrap_or_default().into(),
                Cell::names(e.workers.iter().map(|w| w.name.as_str())),
                e.unit_name.clone().into(),
            ],
            href: Some(format!("/visits/{}/{}", e.county, e.id)),
        })
        .collect();
    let columns = ENCOUNTER_COLUMNS.iter().map(|c| (*c).to_owned()).collect();
    Ok(RowsOut { columns, rows, total, partly_hidden: !whole(&p, area) })
}

const RESIDENT_COLUMNS: [&str; 4] =
    ["practice-col-name", "practice-col-village", "practice-col-filed", "practice-col-last"];

/// The last column: the day of the ledger's line for a flow, else the day the next visit is due.
fn last_column(way: Way) -> &'static str {
    if way == Way::Ledger { "practice-col-day" } else { "practice-col-next" }
}

zw_db::record! {
    /// A resident behind a figure.
    struct ResidentHead {
        county_id: DivisionId,
        id: ResidentId,
        name: Pii<String>,
        birth_day: Day,
        township_id: DivisionId,
        unit_id: UnitId,
        worker_id: Option<WorkerId>,
        village_id: DivisionId,
        filed_on: Day,
        last_on: Option<Day>,
        last: Option<Day>,
    }
}

impl ResidentHead {
    fn spot(&self) -> Spot {
        let (town, unit) = (Some(self.township_id), Some(self.unit_id));
        Spot { county: self.county_id, town, unit, owner: self.worker_id }
    }
}

/// `FROM … WHERE …` of the residents a key counts; the last column of the head is the day of the ledger's line.
fn residents_of(q: Sql, (due, lists): (&Due, &[OfficialList]), key: &str, way: Way, area: &Area, span: Span) -> Sql {
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
        Way::OnFile => {
            let day = if key == "M04" { span.to } else { span.from.add_days(-1) };
            let q = q
                .lit(" FROM resident r JOIN (SELECT m.county_id AS c,m.resident_id AS rid FROM resident_move m WHERE ");
            within(q, LEDGER, area)
                .lit(" AND m.day<=")
                .bind(day)
                .lit(" GROUP BY m.county_id,m.resident_id HAVING SUM(m.delta)>0) x ON x.c=r.county_id AND x.rid=r.id WHERE 1=1")
        }
        Way::Met => {
            let q = q.lit(" FROM resident r JOIN (SELECT DISTINCT p.county_id AS c,").lit(count::PERSON);
            let q = q.lit(
                " AS rid FROM encounter_person p JOIN encounter e ON e.county_id=p.county_id AND e.id=p.encounter_id",
            );
            let q = count::with_merges(q, span).lit(" WHERE ");
            span_of(within(q, ENCOUNTER, area), "e.day", span)
                .lit(" AND e.voided_at IS NULL AND p.met) x ON x.c=r.county_id AND x.rid=r.id WHERE 1=1")
        }
        Way::Due(false) => count::due_where(q, due, area, span),
        Way::Due(true) => times::visited(count::due_where(q, due, area, span).lit(" AND "), due, span),
        Way::Official => {
            let q = official::filed(q.lit(" FROM resident r JOIN ("), lists, area, span.to);
            let q = q.lit(") x ON x.c=r.county_id AND x.rid=r.id WHERE ");
            let q = official::on_file(q, span.to);
            // A list without rows is compared with the area's own residents.
            let rest = lists.iter().any(|l| l.kind == ListKind::Numbers);
            q.when(rest, |q| within(q.lit(" AND "), RESIDENT, area))
        }
        Way::Encounter | Way::Villages | Way::Covered => {
            within(q.lit(" FROM resident r WHERE 1=0 AND "), RESIDENT, area)
        }
    }
}

async fn resident_rows(ctx: &Ctx, key: &str, way: Way, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let Some(p) = permit_of::<Resident>(ctx, policy::READ)? else { return Ok(empty(&RESIDENT_COLUMNS, true)) };
    let mut c = ctx.read().await?;
    let due = match way {
        Way::Due(_) => Due::of(&mut c, area, span).await?,
        _ => Due::default(),
    };
    let lists: Vec<OfficialList> = match way {
        Way::Official => {
            let known = official::bases(&mut c, area, span.to).await?.into_iter();
            known.filter(|b| b.listed.is_some()).map(|b| b.list).collect()
        }
        _ => vec![],
    };
    let all = |head: &'static str| residents_of(sql(head), (&due, &lists), key, way, area, span);
    let part = |head: &'static str| residents::visible(all(head), &p, ctx.today());
    let total: i64 = c.scalar(part("SELECT COUNT(*)")).await?;
    // Children whom a masked reader does not meet are in the figure and in no row.
    // Somebody of a list in the own villages may be on file at another station.
    let reach: i64 = if way == Way::Official {
        c.scalar(all("SELECT COUNT(*)")).await?
    } else if p.shows_all_names() {
        total
    } else {
        c.scalar(p.within(all("SELECT COUNT(*)"))).await?
    };
    let head = match way {
        Way::Ledger => {
            "SELECT r.county_id,r.id,r.name,r.birth_day,r.township_id,r.unit_id,r.worker_id,r.village_id,r.filed_on,r.last_on,m.day AS last"
        }
        _ => {
            "SELECT r.county_id,r.id,r.name,r.birth_day,r.township_id,r.unit_id,r.worker_id,r.village_id,r.filed_on,r.last_on,r.next_on AS last"
        }
    };
    let order = match way {
        Way::Ledger => " ORDER BY m.day,r.id,m.id LIMIT ",
        _ => " ORDER BY r.next_on,r.id LIMIT ",
    };
    let q = part(head).lit(order).bind(page.limit()).lit(" OFFSET ").bind(page.offset());
    let found: Vec<ResidentHead> = c.all(q).await?;
    drop(c);
    let children: Vec<ResidentId> =
        found.iter().filter(|r| r.birth_day.years_until(ctx.today()) < 14).map(|r| r.id).collect();
    sight::written(ctx, &p, found.first().map(|r| r.county_id), &children).await?;
    let view = ctx.tree().as_of(span.to);
    let text = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
    let rows = found
        .iter()
        .map(|r| RowOut {
            cells: [
                p.mask_for(&r.spot()).name(&r.name),
                view.get(r.village_id).map(|v| v.name.clone()).unwrap_or_default(),
                r.filed_on.to_string(),
                text(r.last_on),
                text(r.last),
            ]
            .map(Into::into)
            .to_vec(),
            href: Some(format!("/people/{}/{}", r.county_id, r.id)),
        })
        .collect();
    let columns = RESIDENT_COLUMNS.iter().chain([&last_column(way)]).map(|c| (*c).to_owned()).collect();
    Ok(RowsOut { columns, rows, total, partly_hidden: !whole(&p, area) || reach > total })
}
