//! Every SQL statement of the benchmark but the ceilings': rows for generated worlds, what is owed, and what the
//! checker of the kill test reads.

use zw_core::{Day, DivisionId, Error, Result, Stamp, UnitId, Uuid, WorkerId};
use zw_db::{Conn, Tx, sql, val};

/// A person at a station.
pub struct Worker {
    /// Worker id.
    pub id: Uuid,
    /// Posting id.
    pub posting: Uuid,
    /// Certificate id, if there is one.
    pub certificate: Option<Uuid>,
    /// Its number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Station.
    pub unit: UnitId,
    /// County.
    pub county: DivisionId,
    /// First day.
    pub from: Day,
}

/// Writes workers with their postings and certificates.
pub async fn put_workers(tx: &mut Tx, list: &[Worker], at: Stamp) -> Result<()> {
    let birth = Day::from_stored(19900101);
    let rows: Vec<_> = list
        .iter()
        .map(|w| {
            let mut r = vec![
                val(w.id),
                val(&w.name),
                val("resident_id"),
                val("9"),
                val(birth),
                val(w.from),
                val("agency"),
                val(true),
            ];
            r.extend([val("on_post"), val(w.county), val(at), val(at), val("bench")]);
            r
        })
        .collect();
    const WORKER: &[&str] = &[
        "id",
        "name",
        "id_type",
        "sex",
        "birth_day",
        "since_day",
        "employ",
        "is_sw",
        "state",
        "home_county",
        "created_at",
        "updated_at",
        "updated_by",
    ];
    tx.bulk("worker", WORKER, &rows, "").await?;
    let rows: Vec<_> = list
        .iter()
        .map(|w| {
            let mut r = vec![val(w.posting), val(w.id), val(w.unit), val(w.county), val("worker"), val(w.from)];
            r.extend([val(1000i64), val(at), val(at), val("bench")]);
            r
        })
        .collect();
    const POSTING: &[&str] = &[
        "id",
        "worker_id",
        "unit_id",
        "county_id",
        "post",
        "from_day",
        "fte_permille",
        "created_at",
        "updated_at",
        "updated_by",
    ];
    tx.bulk("posting", POSTING, &rows, "").await?;
    let rows: Vec<_> = list
        .iter()
        .filter_map(|w| w.certificate.map(|c| vec![val(c), val(w.id), val("1"), val(&w.number), val(birth), val(at)]))
        .collect();
    tx.bulk("certificate", &["id", "worker_id", "level", "number", "issued_on", "created_at"], &rows, "").await?;
    Ok(())
}

/// A county's weekly report.
pub struct Report {
    /// County.
    pub county: DivisionId,
    /// Id.
    pub id: Uuid,
    /// Period key.
    pub period: String,
    /// Its last day.
    pub last_day: Day,
    /// State code.
    pub state: &'static str,
    /// (key, value, rule version).
    pub cells: Vec<(&'static str, i64, &'static str)>,
    /// When it was sent.
    pub at: Stamp,
}

/// Writes weekly reports, without history.
pub async fn put_reports(tx: &mut Tx, list: &[Report]) -> Result<()> {
    let rows: Vec<_> = list
        .iter()
        .map(|r| {
            let cells: serde_json::Map<_, _> =
                r.cells.iter().map(|(k, v, rule)| ((*k).to_owned(), serde_json::json!({"v": v, "r": rule}))).collect();
            let n = i64::try_from(r.cells.len()).unwrap_or(0);
            let cells = serde_json::Value::Object(cells).to_string();
            let mut v = vec![val(r.county), val(r.id), val("week"), val(&r.period), val(r.last_day), val(r.county)];
            v.extend([val(r.state), val(r.last_day), val(cells), val(n), val(n), val("{}"), val("on_time")]);
            v.extend([val(r.at), val(r.at), val("bench"), val(r.at), val(r.at), val("bench")]);
            v
        })
        .collect();
    const COLUMNS: &[&str] = &[
        "county_id",
        "id",
        "kind",
        "period",
        "last_day",
        "division_id",
        "state",
        "as_of",
        "cells",
        "cells_n",
        "auto_n",
        "texts",
        "timeliness",
        "first_submitted_at",
        "submitted_at",
        "submitted_by",
        "created_at",
        "updated_at",
        "updated_by",
    ];
    tx.bulk("report", COLUMNS, &rows, "").await?;
    Ok(())
}

/// Writes a setting.
pub async fn put_setting(tx: &mut Tx, key: &str, json: &str) -> Result<()> {
    let at = tx.at();
    let q = sql("INSERT INTO setting(key,value,version,updated_at) VALUES(")
        .bind(key)
        .lit(",")
        .bind(json)
        .lit(",1,")
        .bind(at);
    let q = q.lit(") ON CONFLICT(key) DO UPDATE SET value=excluded.value,version=setting.version+1,updated_at=excluded.updated_at");
    tx.run(q).await?;
    Ok(())
}

/// Reports there are of a kind, by (county, unit or nil, period).
pub async fn reported(c: &mut Conn, kind: &str) -> Result<Vec<(DivisionId, Option<UnitId>, String)>> {
    c.all(sql("SELECT county_id,unit_id,period FROM report WHERE kind=").bind(kind).lit(" ORDER BY county_id,id")).await
}

/// Takes the stations' monthly reports away, so that they are owed again.
pub async fn forget_months(tx: &mut Tx) -> Result<()> {
    tx.run(sql("DELETE FROM report_event WHERE report_id IN (SELECT id FROM report WHERE kind='month')")).await?;
    tx.run(sql("DELETE FROM report WHERE kind='month'")).await?;
    Ok(())
}

/// Rows of the tables that say how large the data are.
pub async fn counts(c: &mut Conn) -> Result<Vec<(&'static str, i64)>> {
    let mut out = vec![];
    for (table, q) in [
        ("division", "SELECT COUNT(*) FROM division"),
        ("unit", "SELECT COUNT(*) FROM unit"),
        ("worker", "SELECT COUNT(*) FROM worker"),
        ("resident", "SELECT COUNT(*) FROM resident"),
        ("encounter", "SELECT COUNT(*) FROM encounter"),
        ("report", "SELECT COUNT(*) FROM report"),
        ("cell", "SELECT COUNT(*) FROM cell"),
        ("audit_event", "SELECT COUNT(*) FROM audit_event"),
    ] {
        out.push((table, c.scalar(sql(q)).await?));
    }
    Ok(out)
}

/// The county with the most reports, and how many.
pub async fn busiest_county(c: &mut Conn) -> Result<Option<(DivisionId, i64)>> {
    c.one(sql("SELECT county_id,COUNT(*) AS n FROM report GROUP BY county_id ORDER BY n DESC,county_id LIMIT 1")).await
}

/// Built stations with the day of their first acceptance: (county, unit, day).
pub async fn built_stations(c: &mut Conn) -> Result<Vec<(DivisionId, UnitId, Day)>> {
    c.all(sql("SELECT s.county_id,s.unit_id,MIN(s.from_day) FROM unit_state s JOIN unit u ON u.id=s.unit_id WHERE s.tier='T' AND s.state='operating' AND u.state='operating' GROUP BY s.county_id,s.unit_id ORDER BY s.county_id,s.unit_id"))
        .await
}

zw_db::record! {
    /// What one idempotency key left behind.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Traces {
        /// Rows under the key.
        pub keys: i64,
        /// Reports of the county and week, whatever their state.
        pub reports: i64,
        /// Of these submitted.
        pub submitted: i64,
        /// Submissions in their history.
        pub events: i64,
        /// Submissions in the audit log.
        pub audits: i64,
    }
}

impl Traces {
    /// The whole effect, once.
    pub const WHOLE: Self = Self { keys: 1, reports: 1, submitted: 1, events: 1, audits: 1 };
    /// No effect at all.
    pub const ABSENT: Self = Self { keys: 0, reports: 0, submitted: 0, events: 0, audits: 0 };
}

/// Writes an idempotency key without its effect: what a torn commit would leave.
pub async fn put_key(tx: &mut Tx, key: &str) -> Result<()> {
    let at = tx.at();
    tx.run(
        sql("INSERT INTO idempotency(account_id,key,request_hash,result,created_at) VALUES(")
            .bind(Uuid::nil())
            .lit(",")
            .bind(key)
            .lit(",")
            .bind(vec![0u8; 32])
            .lit(",'none',")
            .bind(at)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// What a submission with this key, for this county and period, left behind.
pub async fn traces(c: &mut Conn, key: &str, county: DivisionId, period: &str) -> Result<Traces> {
    let of = |q: zw_db::Sql| {
        q.lit(" WHERE r.county_id=")
            .bind(county)
            .lit(" AND r.kind='week' AND r.period=")
            .bind(period)
            .lit(" AND r.unit_id IS NULL")
    };
    let q = sql("SELECT (SELECT COUNT(*) FROM idempotency WHERE key=").bind(key).lit(") AS keys,(");
    let q = q.join(of(sql("SELECT COUNT(*) FROM report r"))).lit(") AS reports,(");
    let q = q.join(of(sql("SELECT COUNT(*) FROM report r"))).lit(" AND r.state='submitted') AS submitted,(");
    let q = q
        .join(of(sql(
            "SELECT COUNT(*) FROM report_event e JOIN report r ON r.county_id=e.county_id AND r.id=e.report_id",
        )))
        .lit(" AND e.act='submit') AS events,(");
    let q = q
        .lit("SELECT COUNT(*) FROM audit_event a JOIN idempotency i ON i.result=a.record_id WHERE i.key=")
        .bind(key)
        .lit(" AND a.county_id=")
        .bind(county)
        .lit(" AND a.action='report.submit_county' AND a.decision='allow') AS audits");
    let found: Option<Traces> = c.one(q).await?;
    found.ok_or_else(|| zw_core::Error::Internal("no traces".into()))
}

/// Every worker.
pub async fn workers(c: &mut Conn) -> Result<Vec<WorkerId>> {
    Ok(c.all::<(WorkerId,)>(sql("SELECT id FROM worker ORDER BY id")).await?.into_iter().map(|w| w.0).collect())
}

/// Gives a worker a sealed number.
pub async fn put_number(tx: &mut Tx, id: WorkerId, sealed: Vec<u8>) -> Result<()> {
    tx.run(sql("UPDATE worker SET id_no=").bind(sealed).lit(" WHERE id=").bind(id)).await?;
    Ok(())
}

/// A county, a village and a unit of it, where households can live.
pub async fn somewhere(c: &mut Conn) -> Result<(DivisionId, DivisionId, UnitId)> {
    let q = sql("SELECT county_id,division_id,id FROM unit WHERE tier='V' ORDER BY id LIMIT 1");
    c.one(q).await?.ok_or_else(|| Error::Internal("no village room".into()))
}

/// Households with their sealed addresses.
pub async fn put_households(
    tx: &mut Tx,
    county: DivisionId,
    village: DivisionId,
    unit: UnitId,
    list: &[(Uuid, Vec<u8>)],
) -> Result<()> {
    let at = tx.at();
    let row = |(id, a): &(Uuid, Vec<u8>)| vec![val(county), val(*id), val(unit), val(village), val(a), val(at)];
    let rows: Vec<_> = list.iter().map(row).collect();
    let columns = &["county_id", "id", "unit_id", "village_id", "address", "created_at"];
    tx.bulk("household", columns, &rows, "").await.map(drop)
}

/// Drafts: account, key, sealed body. Typed just now, as the server's clock will be: old ones are swept away.
pub async fn put_drafts(tx: &mut Tx, list: &[(Uuid, String, Vec<u8>)]) -> Result<()> {
    let at: i64 = tx.scalar(sql("SELECT MAX(ts_us)/1000 FROM audit_event")).await?;
    let rows: Vec<_> = list.iter().map(|(a, k, body)| vec![val(*a), val(k), val(body), val(at)]).collect();
    tx.bulk("draft", &["account_id", "key", "body", "updated_at"], &rows, "").await.map(drop)
}
