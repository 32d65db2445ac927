//! What this module counts about its own records: reports due and on time (I36), cells filled by the system (I42).

use crate::confirmed::of_keys;
use crate::confirmed::store::{confirmed_on, weeks};
use crate::cycle::Cycle;
use crate::policy;
use crate::report::model::{ReportRow, ReportState};
use crate::report::store::owes_month;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock, Weak};
use zw_access::{App, Course, Ctx, Settings};
use zw_core::deadline::Due;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::Tree;
use zw_core::{Day, DivisionId, PageReq, ReportId, Result, Stamp, UnitId};
use zw_db::{Conn, Mark, Sql, sql};
use zw_indicators::confirmed::Confirmed;
use zw_indicators::{
    Area, Basis, BoxFut, MeasureDef, MeasureKind, OpenWork, RowOut, RowsOut, Source, Span, keys, with_places,
};
use zw_network::UnitState;

// i18n-keys: reporting-open-reports

const fn def(
    key: &'static str,
    kind: MeasureKind,
    label: &'static str,
    definition: &'static str,
    unit: &'static str,
    source: Basis,
) -> MeasureDef {
    MeasureDef { key, kind, label, unit, definition, rule_version: "R-1", source }
}

/// The measures of reporting.
pub static DEFS: [MeasureDef; 4] = [
    // Due by the calendar, also where nothing was ever written: so it is counted anew, never kept in cells.
    MeasureDef {
        rule_version: "R-3",
        ..def(
            keys::REPORTS_DUE,
            MeasureKind::Distinct,
            "reporting-m-due",
            "reporting-m-due-def",
            "reporting-u-reports",
            Basis::Rhythm, // I36
        )
    },
    def(
        keys::REPORTS_ON_TIME,
        MeasureKind::Flow,
        "reporting-m-on-time",
        "reporting-m-on-time-def",
        "reporting-u-reports",
        Basis::Rhythm, // I36
    ),
    // I42
    def(
        keys::CELLS_AUTO,
        MeasureKind::Flow,
        "reporting-m-auto",
        "reporting-m-auto-def",
        "reporting-u-cells",
        Basis::Own,
    ),
    def(
        keys::CELLS_ALL,
        MeasureKind::Flow,
        "reporting-m-cells",
        "reporting-m-cells-def",
        "reporting-u-cells",
        Basis::Own,
    ),
];

/// The flow keys in the order of the columns of `flows`.
const FLOWS: [&str; 3] = [keys::REPORTS_ON_TIME, keys::CELLS_AUTO, keys::CELLS_ALL];

/// The measures of reporting, for the registry.
#[derive(Default)]
pub struct ReportSource {
    app: OnceLock<Weak<App>>,
}

macro_rules! sums {
    () => {
        "CAST(COALESCE(SUM(CASE WHEN r.timeliness='on_time' AND NOT r.exempt THEN 1 ELSE 0 END),0) AS BIGINT),CAST(COALESCE(SUM(CASE WHEN r.submitted_at IS NOT NULL THEN r.auto_n ELSE 0 END),0) AS BIGINT),CAST(COALESCE(SUM(CASE WHEN r.submitted_at IS NOT NULL THEN r.cells_n ELSE 0 END),0) AS BIGINT)"
    };
}

fn within(q: Sql, area: &Area, span: Span) -> Sql {
    let q = q
        .lit(" r.last_day BETWEEN ")
        .bind(span.from)
        .lit(" AND ")
        .bind(span.to)
        .lit(" AND r.county_id IN ")
        .list(area.counties());
    match area {
        Area::Unit(_, u) => q.lit(" AND r.unit_id=").bind(*u),
        Area::Town(_, t) => q.lit(" AND r.unit_id IS NOT NULL AND r.division_id=").bind(*t),
        Area::County(_) | Area::Counties(_) => q,
    }
}

/// Sums of one place.
type Placed = (DivisionId, Option<UnitId>, Day, i64, i64, i64);

fn placed(rows: Vec<Placed>) -> impl Iterator<Item = (Mark, &'static str, i64)> {
    rows.into_iter().flat_map(|(county, unit, day, on_time, auto, all)| {
        let m = Mark { county, unit, day };
        FLOWS.into_iter().zip([on_time, auto, all]).map(move |(k, v)| (m, k, v))
    })
}

type Flows = (DivisionId, i64, i64, i64);

async fn flows(c: &mut Conn, area: &Area, span: Span) -> Result<Vec<Flows>> {
    let q = within(sql(concat!("SELECT r.county_id,", sums!(), " FROM report r WHERE")), area, span);
    c.all(q.lit(" GROUP BY r.county_id ORDER BY r.county_id")).await
}

/// The last days of a kind's periods within a span for which reports were asked: those whose deadline has passed, and those still open.
#[derive(Default)]
struct Ends {
    closed: Vec<Day>,
    open: Vec<Day>,
}

fn ends(app: Option<&App>, cycles: &Course<Cycle>, kind: PeriodKind, span: Span) -> Ends {
    let mut out = Ends::default();
    let all = std::iter::successors(Some(Period::containing(kind, span.from)), |p| Some(p.next()));
    for p in all.take_while(|p| p.last_day() <= span.to).filter(|p| p.last_day() >= span.from) {
        let cycle = Cycle::ended(cycles, p.last_day());
        if !cycle.asks(p) {
            continue;
        }
        let due = app.map_or(Due::None, |a| cycle.deadlines.due(p, Cycle::reporter_tier(kind), &a.calendar));
        match (due, app) {
            // Without the working days of its year nobody is late: the period is in no rate until they are there.
            (Due::Unknown(_), _) => {}
            (Due::At(d), Some(a)) if a.clock.now() <= d.due => out.open.push(p.last_day()),
            _ => out.closed.push(p.last_day()),
        }
    }
    out
}

/// Reports due by county: weeks and months that end within the span and whose deadline has passed, and of those still
/// open the ones sent already. Excused ones are left out, as far as they were owed.
async fn due(
    c: &mut Conn,
    tree: &Tree,
    app: Option<&App>,
    area: &Area,
    span: Span,
) -> Result<HashMap<DivisionId, i64>> {
    let cycles: Course<Cycle> = Settings::read::<Cycle>(c).await?.course();
    let mut out: HashMap<DivisionId, i64> = HashMap::new();
    let mut weeks = Ends::default();
    let owes_week = |day: Day, county: DivisionId| tree.as_of(day).get(county).is_some_and(|v| v.in_denominator);
    if matches!(area, Area::County(_) | Area::Counties(_)) {
        weeks = ends(app, &cycles, PeriodKind::Week, span);
        for day in &weeks.closed {
            let view = tree.as_of(*day);
            for county in area.counties().into_iter().filter(|c| view.get(*c).is_some_and(|v| v.in_denominator)) {
                *out.entry(county).or_default() += 1;
            }
        }
    }
    let months = ends(app, &cycles, PeriodKind::Month, span);
    // One sweep over the stations' states, whatever the number of months.
    let built = match months.closed.len() + months.open.len() {
        0 => vec![],
        _ => stations(c, area, Period::containing(PeriodKind::Month, span.from).first_day(), span.to).await?,
    };
    let mut by_unit: HashMap<UnitId, Vec<&Built>> = HashMap::new();
    for s in &built {
        by_unit.entry(s.unit_id).or_default().push(s);
    }
    for stretches in by_unit.values() {
        // Put right and taken up again within a month, it owes the month once.
        let n = months.closed.iter().filter(|d| stretches.iter().any(|s| s.owes(**d))).count();
        if let Some(s) = stretches.first() {
            *out.entry(s.county_id).or_default() += i64::try_from(n).unwrap_or(0);
        }
    }
    // Single reports that make a difference: excused ones, and those sent before their deadline.
    let q = within(
        sql("SELECT r.county_id,r.unit_id,r.last_day,r.exempt FROM report r WHERE (r.exempt OR r.first_submitted_at IS NOT NULL AND r.last_day IN ")
            .list(weeks.open.iter().chain(&months.open).copied())
            .lit(") AND "),
        area,
        span,
    );
    type Row = (DivisionId, Option<UnitId>, Day, bool);
    let rows: Vec<Row> = c.all(q.lit(" ORDER BY r.county_id,r.id")).await?;
    for (county, unit, day, exempt) in rows {
        let (ends, owes) = match unit {
            None => (&weeks, owes_week(day, county)),
            Some(u) => (&months, by_unit.get(&u).is_some_and(|l| l.iter().any(|s| s.owes(day)))),
        };
        let change = match exempt {
            true if ends.closed.contains(&day) => -1,
            false if ends.open.contains(&day) => 1,
            _ => 0,
        };
        if owes && change != 0 {
            *out.entry(county).or_default() += change;
        }
    }
    Ok(out)
}

zw_db::record! {
    /// A stretch during which a station was built.
    struct Built {
        county_id: DivisionId,
        unit_id: UnitId,
        from_day: Day,
        to_day: Option<Day>,
    }
}

impl Built {
    /// Whether the station owes the month that ends on a day.
    fn owes(&self, last: Day) -> bool {
        owes_month(Period::containing(PeriodKind::Month, last), (self.from_day, self.to_day))
    }
}

/// Stretches during which stations were built, touching the span.
async fn stations(c: &mut Conn, area: &Area, from: Day, to: Day) -> Result<Vec<Built>> {
    let q = sql("SELECT s.county_id,s.unit_id,s.from_day,s.to_day FROM unit_state s WHERE s.tier='T' AND s.state IN ")
        .list(UnitState::BUILT)
        .lit(" AND s.county_id IN ")
        .list(area.counties())
        .lit(" AND s.from_day<=")
        .bind(to)
        .lit(" AND (s.to_day IS NULL OR s.to_day>")
        .bind(from)
        .lit(")");
    let q = match area {
        Area::Unit(_, u) => q.lit(" AND s.unit_id=").bind(*u),
        Area::Town(_, t) => q.lit(" AND s.unit_id IN (SELECT u.id FROM unit u WHERE u.division_id=").bind(*t).lit(")"),
        Area::County(_) | Area::Counties(_) => q,
    };
    c.all(q).await
}

async fn grouped(
    c: &mut Conn,
    tree: &Tree,
    app: Option<&App>,
    keys: &[&'static str],
    area: &Area,
    span: Span,
) -> Result<HashMap<(&'static str, DivisionId), i64>> {
    let mut out: HashMap<(&'static str, DivisionId), i64> =
        keys.iter().flat_map(|k| area.counties().into_iter().map(move |c| ((*k, c), 0))).collect();
    let mut put = |key: &'static str, county: DivisionId, v: i64| {
        if keys.contains(&key) {
            out.insert((key, county), v);
        }
    };
    if keys.iter().any(|k| FLOWS.contains(k)) {
        for (county, on_time, auto, all) in flows(c, area, span).await? {
            for (key, v) in FLOWS.into_iter().zip([on_time, auto, all]) {
                put(key, county, v);
            }
        }
    }
    if keys.contains(&keys::REPORTS_DUE) {
        for (county, n) in due(c, tree, app, area, span).await? {
            put(keys::REPORTS_DUE, county, n);
        }
    }
    Ok(out)
}

impl ReportSource {
    fn app(&self) -> Option<Arc<App>> {
        self.app.get().and_then(Weak::upgrade)
    }
}

impl Source for ReportSource {
    fn defs(&self) -> &'static [MeasureDef] {
        &DEFS
    }

    fn attach(&self, app: &Arc<App>) {
        // The first process wins: a source belongs to one.
        let _ = self.app.set(Arc::downgrade(app));
    }

    fn recount<'a>(&'a self, conn: &'a mut Conn, marks: &'a [Mark]) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        Box::pin(async move {
            let (units, counties): (Vec<Mark>, Vec<Mark>) = marks.iter().partition(|m| m.unit.is_some());
            let mut out = vec![];
            for (list, of) in [(units, " AND r.unit_id=p.unit_id"), (counties, " AND r.unit_id IS NULL")] {
                if list.is_empty() {
                    continue;
                }
                let q = with_places(&list).lit(concat!(
                    "SELECT r.county_id,r.unit_id,r.last_day,",
                    sums!(),
                    " FROM place p CROSS JOIN report r WHERE r.county_id=p.county_id AND r.last_day=p.day"
                ));
                out.extend(placed(conn.all(q.lit(of).lit(" GROUP BY r.county_id,r.unit_id,r.last_day")).await?));
            }
            Ok(out)
        })
    }

    fn extent<'a>(&'a self, conn: &'a mut Conn) -> BoxFut<'a, Option<Span>> {
        Box::pin(async move {
            let found = conn.one(sql("SELECT MIN(r.last_day),MAX(r.last_day) FROM report r")).await?;
            Ok(found.and_then(Span::between))
        })
    }

    fn recount_span<'a>(&'a self, conn: &'a mut Conn, span: Span) -> BoxFut<'a, Vec<(Mark, &'static str, i64)>> {
        Box::pin(async move {
            let q = sql(concat!(
                "SELECT r.county_id,r.unit_id,r.last_day,",
                sums!(),
                " FROM report r WHERE r.last_day BETWEEN "
            ))
            .bind(span.from)
            .lit(" AND ")
            .bind(span.to)
            .lit(" GROUP BY r.county_id,r.unit_id,r.last_day ORDER BY r.county_id,r.last_day");
            Ok(placed(conn.all(q).await?).collect())
        })
    }

    fn count<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move {
            let mut sums: BTreeMap<&'static str, i64> = keys.iter().map(|k| (*k, 0)).collect();
            for ((k, _), v) in grouped(conn, tree, self.app().as_deref(), keys, area, span).await? {
                *sums.entry(k).or_default() += v;
            }
            Ok(sums.into_iter().collect())
        })
    }

    fn by_county<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        span: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        Box::pin(async move {
            grouped(conn, tree, self.app().as_deref(), keys, &Area::Counties(counties.to_vec()), span).await
        })
    }

    fn series<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        key: &'static str,
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move {
            let (app, mut out) = (self.app(), vec![]);
            for d in dates {
                out.push(grouped(conn, tree, app.as_deref(), &[key], area, Span::on(*d)).await?.values().sum());
            }
            Ok(out)
        })
    }

    fn confirmed<'a>(
        &'a self,
        conn: &'a mut Conn,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        day: Day,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), Confirmed>> {
        Box::pin(async move { Ok(of_keys(&weeks(conn, counties, day).await?, keys)) })
    }

    fn confirmed_on<'a>(
        &'a self,
        conn: &'a mut Conn,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        days: &'a [Day],
    ) -> BoxFut<'a, Vec<Option<Confirmed>>> {
        Box::pin(confirmed_on(conn, keys, counties, days))
    }

    fn open_at<'a>(
        &'a self,
        conn: &'a mut Conn,
        _: &'a Tree,
        (county, unit): (DivisionId, UnitId),
        _: Day,
    ) -> BoxFut<'a, Vec<OpenWork>> {
        Box::pin(async move {
            let open = [ReportState::Draft, ReportState::Submitted, ReportState::Returned];
            let q =
                sql("SELECT COUNT(*) FROM report r WHERE r.county_id=").bind(county).lit(" AND r.unit_id=").bind(unit);
            let n = conn.scalar(q.lit(" AND r.state IN ").list(open)).await?;
            Ok(vec![OpenWork { what: "reporting-open-reports".into(), n, href: "/reports/list".into(), stops: false }])
        })
    }

    fn rows<'a>(
        &'a self,
        ctx: &'a Ctx,
        key: &'static str,
        area: &'a Area,
        span: Span,
        page: PageReq,
    ) -> BoxFut<'a, RowsOut> {
        Box::pin(rows(ctx, key, area, span, page))
    }
}

zw_db::record! {
    struct RowRow {
        county_id: DivisionId,
        id: ReportId,
        period: String,
        name: Option<String>,
        submitted_at: Option<Stamp>,
        auto_n: i64,
        cells_n: i64,
    }
}

/// The reports behind a figure within the reader's scope. Reports due of which nothing was ever stored have no row.
async fn rows(ctx: &Ctx, key: &'static str, area: &Area, span: Span, page: PageReq) -> Result<RowsOut> {
    let permit = ctx.permit::<ReportRow>(policy::READ)?;
    let head = "SELECT r.county_id,r.id,r.period,u.name AS name,r.submitted_at,r.auto_n,r.cells_n FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE";
    let of = |q: Sql| {
        let q = within(q, area, span).lit(match key {
            keys::REPORTS_ON_TIME => " AND r.timeliness='on_time' AND NOT r.exempt",
            keys::REPORTS_DUE => " AND NOT r.exempt",
            _ => " AND r.submitted_at IS NOT NULL",
        });
        permit.within(q)
    };
    let mut c = ctx.read().await?;
    let q = of(sql(head))
        .lit(" ORDER BY r.last_day DESC,r.id DESC LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    let found: Vec<RowRow> = c.all(q).await?;
    let total: i64 = c.scalar(of(sql("SELECT COUNT(*) FROM report r WHERE"))).await?;
    let view = ctx.tree().as_of(span.to);
    Ok(RowsOut {
        columns: [
            "reporting-col-period",
            "reporting-col-reporter",
            "reporting-col-submitted",
            "reporting-col-auto",
            "reporting-col-cells",
        ]
        .map(str::to_owned)
        .to_vec(),
        rows: found
            .into_iter()
            .map(|r| RowOut {
                cells: [
                    r.period,
                    r.name.unwrap_or_else(|| view.path_name(r.county_id)),
                    r.submitted_at.map(|t| t.minute_cn()).unwrap_or_default(),
                    r.auto_n.to_string(),
                    r.cells_n.to_string(),
                ]
                .map(Into::into)
                .to_vec(),
                href: Some(format!("/reports/{}/{}", r.county_id, r.id)),
            })
            .collect(),
        total,
        partly_hidden: key == keys::REPORTS_DUE,
    })
}
