//! SQL of reports. The alias of table `report` is `r` throughout.

mod stations;

pub use stations::{Station, count_stations_due, station, stations_due, unit_place};

use crate::report::model::{Act, ReportRow, ReportState, Subject};
use zw_access::Permit;
use zw_core::code::Code as _;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Error, PageReq, ReportId, Result, Stamp, UnitId, Uuid};
use zw_db::{Conn, Sql, Tx, sql, val};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT r.county_id,r.id,r.period,r.last_day,r.division_id,r.unit_id,r.state,r.version,r.no_change,r.as_of,r.cells,r.texts,r.overrides_accepted,r.due_at,r.timeliness,r.first_submitted_at,r.submitted_at,r.submitted_by,r.returned_at,r.returned_by,r.return_reason,r.approved_at,r.approved_by,r.amend_note,r.exempt,r.exempt_reason,r.updated_at,r.updated_by FROM report r WHERE ",
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

/// Writes a report that was not there. `counts` = (cells, cells nobody overrode).
pub async fn insert(tx: &mut Tx, r: &ReportRow, kind: PeriodKind, counts: (i64, i64), at: Stamp) -> Result<()> {
    let mut q = sql(
        "INSERT INTO report(county_id,id,kind,period,last_day,division_id,unit_id,created_at,state,version,no_change,as_of,cells,cells_n,auto_n,texts,overrides_accepted,due_at,timeliness,first_submitted_at,submitted_at,submitted_by,returned_at,returned_by,return_reason,approved_at,approved_by,amend_note,exempt,exempt_reason,exempt_by,exempt_at,updated_at,updated_by) VALUES(",
    );
    for v in [
        val(r.county_id),
        val(r.id),
        val(kind.code()),
        val(&r.period),
        val(r.last_day),
        val(r.division_id),
        val(r.unit_id),
        val(at),
    ] {
        q = q.bind(v).lit(",");
    }
    q = q
        .bind(r.state)
        .lit(",")
        .bind(r.version)
        .lit(",")
        .bind(r.no_change)
        .lit(",")
        .bind(r.as_of)
        .lit(",")
        .bind(&r.cells)
        .lit(",")
        .bind(counts.0)
        .lit(",")
        .bind(counts.1)
        .lit(",")
        .bind(&r.texts)
        .lit(",")
        .bind(r.overrides_accepted);
    for v in stamps(r) {
        q = q.lit(",").bind(v);
    }
    let (by, at_exempt) = exempt_by(r);
    q = q.lit(",").bind(r.exempt).lit(",").bind(r.exempt_reason.as_deref()).lit(",").bind(by).lit(",").bind(at_exempt);
    tx.run(q.lit(",").bind(r.updated_at).lit(",").bind(&r.updated_by).lit(")")).await?;
    Ok(())
}

/// The stamps in the order of the columns from `due_at` to `amend_note`.
fn stamps(r: &ReportRow) -> Vec<zw_db::Val> {
    vec![
        val(r.due_at),
        val(r.timeliness.as_deref()),
        val(r.first_submitted_at),
        val(r.submitted_at),
        val(r.submitted_by.as_deref()),
        val(r.returned_at),
        val(r.returned_by.as_deref()),
        val(r.return_reason.as_deref()),
        val(r.approved_at),
        val(r.approved_by.as_deref()),
        val(r.amend_note.as_deref()),
    ]
}

fn exempt_by(r: &ReportRow) -> (Option<&str>, Option<Stamp>) {
    (r.exempt.then_some(r.updated_by.as_str()), r.exempt.then_some(r.updated_at))
}

/// Saves a report over the version that was read; nobody else's version is overwritten (0 rows).
pub async fn update(
    tx: &mut Tx,
    p: &Permit<ReportRow>,
    r: &ReportRow,
    was_version: i64,
    counts: (i64, i64),
) -> Result<u64> {
    const NAMES: [&str; 11] = [
        ",due_at=",
        ",timeliness=",
        ",first_submitted_at=",
        ",submitted_at=",
        ",submitted_by=",
        ",returned_at=",
        ",returned_by=",
        ",return_reason=",
        ",approved_at=",
        ",approved_by=",
        ",amend_note=",
    ];
    let mut q = sql("UPDATE report AS r SET version=")
        .bind(r.version)
        .lit(",state=")
        .bind(r.state)
        .lit(",no_change=")
        .bind(r.no_change)
        .lit(",as_of=")
        .bind(r.as_of)
        .lit(",cells=")
        .bind(&r.cells)
        .lit(",cells_n=")
        .bind(counts.0)
        .lit(",auto_n=")
        .bind(counts.1)
        .lit(",texts=")
        .bind(&r.texts)
        .lit(",overrides_accepted=")
        .bind(r.overrides_accepted);
    for (name, v) in NAMES.into_iter().zip(stamps(r)) {
        q = q.lit(name).bind(v);
    }
    let q = q
        .lit(",exempt=")
        .bind(r.exempt)
        .lit(",exempt_reason=")
        .bind(r.exempt_reason.as_deref())
        .lit(",updated_at=")
        .bind(r.updated_at)
        .lit(",updated_by=")
        .bind(&r.updated_by)
        .lit(" WHERE r.county_id=")
        .bind(r.county_id)
        .lit(" AND r.id=")
        .bind(r.id)
        .lit(" AND r.version=")
        .bind(was_version);
    tx.run(p.within(q)).await
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

/// Something that happened to a report.
#[derive(Clone, Debug)]
pub struct NewEvent<'a> {
    /// The report.
    pub report: &'a ReportRow,
    /// What.
    pub act: Act,
    /// When.
    pub at: Stamp,
    /// Who, as shown.
    pub by: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
    /// Whether the cells and texts are kept with it.
    pub keep: bool,
}

/// Writes an event.
pub async fn add_event(tx: &mut Tx, id: Uuid, e: &NewEvent<'_>) -> Result<()> {
    let r = e.report;
    tx.run(
        sql("INSERT INTO report_event(county_id,id,report_id,version,act,at,by_name,reason,cells,texts) VALUES(")
            .bind(r.county_id)
            .lit(",")
            .bind(id)
            .lit(",")
            .bind(r.id)
            .lit(",")
            .bind(r.version)
            .lit(",")
            .bind(e.act)
            .lit(",")
            .bind(e.at)
            .lit(",")
            .bind(e.by)
            .lit(",")
            .bind(e.reason)
            .lit(",")
            .bind(e.keep.then_some(&r.cells))
            .lit(",")
            .bind(e.keep.then_some(&r.texts))
            .lit(")"),
    )
    .await?;
    Ok(())
}

zw_db::record! {
    /// Something that happened to a report, as stored.
    #[derive(Clone, Debug)]
    pub struct EventRow {
        /// Version of the report after it.
        pub version: i64,
        /// What.
        pub act: Act,
        /// When.
        pub at: Stamp,
        /// Who.
        pub by_name: String,
        /// Why.
        pub reason: Option<String>,
        /// Cells as they were submitted, for submissions and corrections.
        pub cells: Option<String>,
        /// Texts as they were submitted.
        pub texts: Option<String>,
    }
}

/// The history of a report that was read within a permit, oldest first.
pub async fn history(c: &mut Conn, r: &ReportRow) -> Result<Vec<EventRow>> {
    c.all(
        sql("SELECT version,act,at,by_name,reason,cells,texts FROM report_event WHERE county_id=")
            .bind(r.county_id)
            .lit(" AND report_id=")
            .bind(r.id)
            .lit(" ORDER BY at,version,id"),
    )
    .await
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
    /// County.
    pub county: Option<DivisionId>,
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
        .when(f.county.is_some(), |q| q.lit(" AND r.county_id=").bind(f.county))
}

/// A page of reports, newest period first, and their number.
pub async fn list(c: &mut Conn, p: &Permit<ReportRow>, f: &ListFilter, page: PageReq) -> Result<(Vec<ListRow>, i64)> {
    let q = sql(
        "SELECT r.county_id,r.id,r.period,r.division_id,r.unit_id,u.name AS unit_name,r.state,r.timeliness,r.exempt,r.no_change,r.submitted_at,r.submitted_by,r.approved_at,r.version FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE 1=1",
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

/// Moves all reports of a period in a county from one state to another; returns them as they were.
pub async fn advance(
    tx: &mut Tx,
    p: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
    stations: bool,
    states: (&[ReportState], ReportState),
    by: (Stamp, &str),
) -> Result<Vec<(DivisionId, ReportId, i64)>> {
    let q = sql("UPDATE report AS r SET version=r.version+1,state=")
        .bind(states.1)
        .lit(",updated_at=")
        .bind(by.0)
        .lit(",updated_by=")
        .bind(by.1)
        .lit(" WHERE r.kind=")
        .bind(period.kind().code())
        .lit(" AND r.period=")
        .bind(period.to_string())
        .lit(if stations { " AND r.unit_id IS NOT NULL" } else { " AND r.unit_id IS NULL" })
        .lit(" AND r.county_id IN ")
        .list(counties.iter().copied())
        .lit(" AND r.state IN ")
        .list(states.0.iter().copied());
    tx.all(p.within(q).lit(" RETURNING county_id,id,version")).await
}

/// Writes the same event for many reports.
pub async fn add_events(
    tx: &mut Tx,
    ids: Vec<(Uuid, DivisionId, ReportId, i64)>,
    act: Act,
    at: Stamp,
    by: &str,
) -> Result<()> {
    let rows: Vec<_> = ids
        .into_iter()
        .map(|(id, county, report, version)| {
            vec![val(county), val(id), val(report), val(version), val(act), val(at), val(by)]
        })
        .collect();
    if !rows.is_empty() {
        let columns = &["county_id", "id", "report_id", "version", "act", "at", "by_name"];
        tx.bulk("report_event", columns, &rows, "").await?;
    }
    Ok(())
}

/// Reports that were returned and not sent again, within a permit, oldest change first, at most 50; of stations or of
/// counties.
pub async fn returned(c: &mut Conn, p: &Permit<ReportRow>, stations: bool) -> Result<Vec<ReportRow>> {
    let q = sql(select!("r.state=")).bind(ReportState::Returned);
    c.all(p.within(of_tier(q, stations)).lit(" ORDER BY r.updated_at,r.id LIMIT 50")).await
}

/// Reports of some counties that wait for the tier above: submitted, or corrected and not yet approved again.
pub async fn waiting(
    c: &mut Conn,
    p: &Permit<ReportRow>,
    counties: &[DivisionId],
    stations: bool,
) -> Result<Vec<ReportRow>> {
    let q = sql(select!("r.state IN ")).list([ReportState::Submitted, ReportState::Amended]);
    let q = q.lit(" AND r.approved_at IS NULL AND r.county_id IN ").list(counties.iter().copied());
    c.all(p.within(of_tier(q, stations)).lit(" ORDER BY r.updated_at,r.id LIMIT 50")).await
}

fn of_tier(q: Sql, stations: bool) -> Sql {
    q.lit(if stations { " AND r.unit_id IS NOT NULL" } else { " AND r.unit_id IS NULL" })
}
