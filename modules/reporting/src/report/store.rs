//! SQL of reports. The alias of table `report` is `r` throughout.

mod events;
mod frozen;
mod stations;
mod today;
pub(crate) mod told;
pub mod unstamped;

pub use events::{EventRow, NewEvent, add_event, add_events, history};
pub use frozen::{freeze, frozen, frozen_at, gate, hold};
pub use stations::{
    Station, count_stations_due, owes_month, station, station_owing, station_spans, stations_due, stations_known,
    unit_names, unit_place,
};
pub use today::{TodayRow, returned, waiting};

use crate::report::model::{ReportRow, ReportState, Subject};
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Error, PageReq, ReportId, Result, Stamp, UnitId};
use zw_db::{Conn, Sql, Tx, Val, sql, val};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.county_id,r.id,r.period,r.last_day,r.division_id,r.unit_id,r.state,r.version,r.no_change,r.as_of,r.cells,r.texts,r.overrides_accepted,r.due_at,r.timeliness,r.first_submitted_at,r.submitted_at,r.submitted_by,r.submitted_account,r.returned_at,r.returned_by,r.return_reason,r.approved_at,r.approved_by,r.amend_note,r.standing,r.exempt,r.exempt_reason,r.updated_at,r.updated_by FROM report r WHERE ",
            $rest
        )
    };
}

/// A report within the reader's scope.
pub async fn get(c: &mut Conn, p: &Permit<ReportRow>, county: DivisionId, id: ReportId) -> Result<ReportRow> {
    let q = sql(select!("r.county_id=")).bind(county).lit(" AND r.id=").bind(id);
    c.one(p.within(q)).await?.ok_or(Error::NotFound)
}

/// The report about a subject, if it was begun.
pub async fn find(c: &mut Conn, p: &Permit<ReportRow>, s: &Subject) -> Result<Option<ReportRow>> {
    let q = sql(select!("r.kind=")).bind(s.period.kind().code()).lit(" AND r.period=").bind(s.period.to_string());
    let q = of_reporter(q, s.county, s.unit);
    c.one(p.within(q)).await
}

fn of_reporter(q: Sql, county: DivisionId, unit: Option<UnitId>) -> Sql {
    let q = q.lit(" AND r.county_id=").bind(county);
    match unit {
        Some(u) => q.lit(" AND r.unit_id=").bind(u),
        None => q.lit(" AND r.unit_id IS NULL"),
    }
}

/// The latest confirmed report of a reporter that ended before a day.
pub async fn latest_before(
    c: &mut Conn,
    county: DivisionId,
    unit: Option<UnitId>,
    kind: PeriodKind,
    before: Day,
) -> Result<Option<ReportRow>> {
    let q = sql(select!("r.last_day<")).bind(before).lit(" AND r.kind=").bind(kind.code());
    let q = of_reporter(q, county, unit);
    c.one(confirmed(q).lit(" ORDER BY r.last_day DESC,r.id DESC LIMIT 1")).await
}

fn confirmed(q: Sql) -> Sql {
    q.lit(" AND r.state IN ").list(ReportState::CONFIRMED)
}

/// All reports of one period in some counties, cells included.
pub async fn of_period(c: &mut Conn, period: Period, counties: &[DivisionId]) -> Result<Vec<ReportRow>> {
    c.all(
        sql(select!("r.kind="))
            .bind(period.kind().code())
            .lit(" AND r.period=")
            .bind(period.to_string())
            .lit(" AND r.county_id IN ")
            .list(counties.iter().copied())
            .lit(" ORDER BY r.county_id,r.division_id,r.id"),
    )
    .await
}

/// Reports of one reporter whose period ends within some days, newest first.
pub async fn of_reporter_between(
    c: &mut Conn,
    county: DivisionId,
    unit: Option<UnitId>,
    from: Day,
    to: Day,
) -> Result<Vec<ReportRow>> {
    let q = sql(select!("r.last_day BETWEEN ")).bind(from).lit(" AND ").bind(to);
    c.all(of_reporter(q, county, unit).lit(" ORDER BY r.last_day DESC,r.id DESC")).await
}

/// The first day on which a period of a reporter's oldest report ended.
pub async fn first_last_day(
    c: &mut Conn,
    county: DivisionId,
    unit: Option<UnitId>,
    kind: PeriodKind,
) -> Result<Option<Day>> {
    let q = sql("SELECT MIN(r.last_day) FROM report r WHERE r.kind=").bind(kind.code());
    let found: Option<(Option<Day>,)> = c.one(of_reporter(q, county, unit)).await?;
    Ok(found.and_then(|(d,)| d))
}

/// What a save writes.
fn written(r: &ReportRow) -> Result<Vec<(&'static str, Val)>> {
    let cells = r.cells()?;
    let n = |n: usize| i64::try_from(n).unwrap_or(0);
    Ok(vec![
        ("state", val(r.state)),
        ("version", val(r.version)),
        ("no_change", val(r.no_change)),
        ("as_of", val(r.as_of)),
        ("cells", val(&r.cells)),
        ("cells_n", val(n(cells.len()))),
        ("auto_n", val(n(cells.values().filter(|c| c.over.is_none()).count()))),
        ("texts", val(&r.texts)),
        ("overrides_accepted", val(r.overrides_accepted)),
        ("due_at", val(r.due_at)),
        ("timeliness", val(r.timeliness.as_deref())),
        ("first_submitted_at", val(r.first_submitted_at)),
        ("submitted_at", val(r.submitted_at)),
        ("submitted_by", val(r.submitted_by.as_deref())),
        ("submitted_account", val(r.submitted_account)),
        ("returned_at", val(r.returned_at)),
        ("returned_by", val(r.returned_by.as_deref())),
        ("return_reason", val(r.return_reason.as_deref())),
        ("approved_at", val(r.approved_at)),
        ("approved_by", val(r.approved_by.as_deref())),
        ("amend_note", val(r.amend_note.as_deref())),
        ("standing", val(r.standing.as_deref())),
        ("exempt", val(r.exempt)),
        ("exempt_reason", val(r.exempt_reason.as_deref())),
        ("updated_at", val(r.updated_at)),
        ("updated_by", val(&r.updated_by)),
    ])
}

/// Writes a report that was not there; 0 rows where somebody began it meanwhile.
pub async fn insert(tx: &mut Tx, r: &ReportRow, kind: PeriodKind, at: Stamp) -> Result<u64> {
    let (by, at_exempt) = exempt_by(r);
    let mut columns = vec![
        ("county_id", val(r.county_id)),
        ("id", val(r.id)),
        ("kind", val(kind.code())),
        ("period", val(&r.period)),
        ("last_day", val(r.last_day)),
        ("division_id", val(r.division_id)),
        ("unit_id", val(r.unit_id)),
        ("created_at", val(at)),
        ("exempt_by", val(by)),
        ("exempt_at", val(at_exempt)),
    ];
    columns.extend(written(r)?);
    let mut q = sql("INSERT INTO report(");
    for (i, (name, _)) in columns.iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).lit(name);
    }
    q = q.lit(") VALUES(");
    for (i, (_, value)) in columns.into_iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).bind(value);
    }
    tx.run(q.lit(") ON CONFLICT DO NOTHING")).await
}

fn exempt_by(r: &ReportRow) -> (Option<&str>, Option<Stamp>) {
    (r.exempt.then_some(r.updated_by.as_str()), r.exempt.then_some(r.updated_at))
}

/// Saves a report over the version that was read; nobody else's version is overwritten (0 rows).
pub async fn update(tx: &mut Tx, p: &Permit<ReportRow>, r: &ReportRow, was_version: i64) -> Result<u64> {
    let mut q = sql("UPDATE report AS r SET ");
    for (i, (name, value)) in written(r)?.into_iter().enumerate() {
        q = q.when(i > 0, |q| q.lit(",")).lit(name).lit("=").bind(value);
    }
    let q = q.lit(" WHERE r.county_id=").bind(r.county_id).lit(" AND r.id=").bind(r.id);
    tx.run(p.within(q.lit(" AND r.version=").bind(was_version))).await
}

/// Who excused a report, kept beside the reason.
pub async fn note_exempt(tx: &mut Tx, r: &ReportRow) -> Result<()> {
    let (by, at) = exempt_by(r);
    tx.run(
        sql("UPDATE report AS r SET exempt_by=")
            .bind(by)
            .lit(",exempt_at=")
            .bind(at)
            .lit(" WHERE r.county_id=")
            .bind(r.county_id)
            .lit(" AND r.id=")
            .bind(r.id),
    )
    .await?;
    Ok(())
}

/// Filters of the list.
#[derive(Clone, Debug, Default)]
pub struct ListFilter {
    /// Kind.
    pub kind: Option<PeriodKind>,
    /// Period.
    pub period: Option<Period>,
    /// State.
    pub state: Option<ReportState>,
    /// Counties.
    pub counties: Option<Vec<DivisionId>>,
}

zw_db::record! {
    /// A row of the list: everything but cells and texts.
    #[derive(Clone, Debug)]
    pub struct ListRow {
        /// County.
        pub county_id: DivisionId,
        /// Id.
        pub id: ReportId,
        /// Period.
        pub period: String,
        /// Township or county.
        pub division_id: DivisionId,
        /// Station.
        pub unit_id: Option<UnitId>,
        /// Name of the station.
        pub unit_name: Option<String>,
        /// State.
        pub state: ReportState,
        /// 时效 stamped at the first submission.
        pub timeliness: Option<String>,
        /// First submission.
        pub first_submitted_at: Option<Stamp>,
        /// Excused.
        pub exempt: bool,
        /// A week without change.
        pub no_change: bool,
        /// Latest submission.
        pub submitted_at: Option<Stamp>,
        /// By whom.
        pub submitted_by: Option<String>,
        /// Approval.
        pub approved_at: Option<Stamp>,
        /// Version.
        pub version: i64,
    }
}

fn filtered(q: Sql, p: &Permit<ReportRow>, f: &ListFilter) -> Sql {
    p.within(q)
        .when(f.kind.is_some(), |q| q.lit(" AND r.kind=").bind(f.kind.map(|k| k.code())))
        .when(f.period.is_some(), |q| q.lit(" AND r.period=").bind(f.period.map(|p| p.to_string())))
        .when(f.state.is_some(), |q| q.lit(" AND r.state=").bind(f.state))
        .when(f.counties.is_some(), |q| q.lit(" AND r.county_id IN ").list(f.counties.iter().flatten().copied()))
}

/// A page of reports, newest period first, and their number.
pub async fn list(c: &mut Conn, p: &Permit<ReportRow>, f: &ListFilter, page: PageReq) -> Result<(Vec<ListRow>, i64)> {
    let q = sql(
        "SELECT r.county_id,r.id,r.period,r.division_id,r.unit_id,u.name AS unit_name,r.state,r.timeliness,r.first_submitted_at,r.exempt,r.no_change,r.submitted_at,r.submitted_by,r.approved_at,r.version FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE 1=1",
    );
    let q = filtered(q, p, f)
        .lit(" ORDER BY r.last_day DESC,r.id DESC LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    let rows: Vec<ListRow> = c.all(q).await?;
    let got = i64::try_from(rows.len()).unwrap_or(0);
    // A page that is not full tells the total by itself.
    let total = if got > 0 && got < page.limit() || got == 0 && page.offset() == 0 {
        page.offset() + got
    } else {
        c.scalar(filtered(sql("SELECT COUNT(*) FROM report r WHERE 1=1"), p, f)).await?
    };
    Ok((rows, total))
}

/// Moves all reports of a period in some counties from some states to another; returns them with their new version.
pub async fn advance(
    tx: &mut Tx,
    p: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
    states: (&[ReportState], ReportState),
    by: (Stamp, &str),
) -> Result<Vec<(DivisionId, ReportId, i64)>> {
    let q = sql("UPDATE report AS r SET version=r.version+1,state=")
        .bind(states.1)
        .lit(",updated_at=")
        .bind(by.0)
        .lit(",updated_by=")
        .bind(by.1)
        .lit(" WHERE");
    let q = in_chain(q, period, counties).lit(" AND r.state IN ").list(states.0.iter().copied());
    tx.all(p.within(q).lit(" RETURNING county_id,id,version")).await
}

/// What waiting corrections of a period correct: county, report and the standing version.
pub async fn standing_versions(
    tx: &mut Tx,
    p: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
) -> Result<Vec<(DivisionId, ReportId, Option<String>)>> {
    let q = in_chain(sql("SELECT r.county_id,r.id,r.standing FROM report r WHERE"), period, counties);
    tx.all(p.within(q.lit(" AND r.standing IS NOT NULL")).lit(" ORDER BY r.county_id,r.id")).await
}

/// Replaces the standing version under a waiting correction.
pub async fn put_standing(
    tx: &mut Tx,
    p: &Permit<ReportRow>,
    county: DivisionId,
    id: ReportId,
    text: &str,
) -> Result<u64> {
    let q = sql("UPDATE report AS r SET version=r.version+1,standing=").bind(text);
    let q = q.lit(" WHERE r.county_id=").bind(county).lit(" AND r.id=").bind(id);
    tx.run(p.within(q.lit(" AND r.standing IS NOT NULL"))).await
}

/// The reports of a period that go up the chain together: weeks of counties, months of stations.
fn in_chain(q: Sql, period: Period, counties: &[DivisionId]) -> Sql {
    q.lit(" r.kind=")
        .bind(period.kind().code())
        .lit(" AND r.period=")
        .bind(period.to_string())
        .lit(match period.kind() {
            PeriodKind::Month => " AND r.unit_id IS NOT NULL",
            _ => " AND r.unit_id IS NULL",
        })
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied())
}
