//! Raw SQL of the ceilings, straight on the driver: pools of our own with the settings of the program (one writer and
//! four readers with synchronous=FULL on the embedded file, sixteen connections on a server).

use crate::place::Place;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Error, PgPool, Row as _, SqlitePool};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

type Result<T> = std::result::Result<T, Error>;

/// A pool of either engine.
pub enum Raw {
    /// The embedded file.
    Lite {
        /// The one writer.
        w: SqlitePool,
        /// Readers.
        r: SqlitePool,
    },
    /// A server.
    Pg(PgPool),
}

/// Runs the same code on whichever pool reads.
macro_rules! reading {
    ($me:expr, |$p:ident| $run:expr) => {
        match $me {
            Raw::Lite { r, .. } => {
                let $p = r;
                $run
            }
            Raw::Pg(pool) => {
                let $p = pool;
                $run
            }
        }
    };
}

/// A report to write.
pub struct New<'a> {
    /// Who.
    pub account: Uuid,
    /// Idempotency key.
    pub key: &'a str,
    /// County.
    pub county: i64,
    /// Station, for a month.
    pub unit: Option<Uuid>,
    /// Period key.
    pub period: &'a str,
    /// Text.
    pub problems: &'a str,
}

/// Cells as long as those of a real weekly report.
const CELLS: &str = r#"{"certified_workers":{"v":17,"r":"2021-1"},"county_centres":{"v":1,"r":"2021-1"},"funds_ready":{"v":12,"r":"2021-1"},"obstacles_funds":{"v":1,"r":"2021-1"},"obstacles_other":{"v":0,"r":"2021-1"},"obstacles_staff":{"v":1,"r":"2021-1"},"obstacles_tender":{"v":0,"r":"2021-1"},"obstacles_venue":{"v":1,"r":"2021-1"},"posted_workers":{"v":36,"r":"2021-1"},"staff_ready":{"v":11,"r":"2021-1"},"stations_built":{"v":9,"r":"2021-1"},"stations_opened":{"v":1,"r":"2021-1"},"stations_plaqued":{"v":10,"r":"2021-1"},"stations_preparing":{"v":4,"r":"2021-1"},"tenders_done":{"v":12,"r":"2021-1"},"three_ready":{"v":10,"r":"2021-1"},"townships_counted":{"v":14,"r":"2021-1"},"townships_covered":{"v":9,"r":"2021-1"},"venue_ready":{"v":12,"r":"2021-1"},"village_rooms":{"v":17,"r":"2021-1"}}"#;

static NEXT: AtomicU64 = AtomicU64::new(1);

fn id() -> Uuid {
    Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) | 0xbe << 120)
}

/// The statements of one submission, on a connection in a transaction of either engine.
macro_rules! write_report {
    ($c:expr, $n:expr) => {{
        let (n, c) = ($n, $c);
        let (at, report, kind) = (1_625_706_000_000i64, id(), if n.unit.is_some() { "month" } else { "week" });
        let seen = sqlx::query("SELECT request_hash,result FROM idempotency WHERE account_id=$1 AND key=$2")
            .bind(n.account).bind(n.key).fetch_optional(&mut *c).await?;
        if seen.is_some() {
            return Err(Error::RowNotFound);
        }
        sqlx::query("SELECT id,version,state FROM report WHERE county_id=$1 AND kind=$2 AND period=$3 AND unit_id IS NULL")
            .bind(n.county).bind(kind).bind(n.period).fetch_optional(&mut *c).await?;
        let texts = format!("{{\"problems\":\"{}\",\"highlights\":\"\",\"next_plan\":\"\"}}", n.problems);
        sqlx::query("INSERT INTO report(county_id,id,kind,period,last_day,division_id,unit_id,created_at,state,version,no_change,as_of,cells,cells_n,auto_n,texts,overrides_accepted,due_at,timeliness,first_submitted_at,submitted_at,submitted_by,exempt,updated_at,updated_by) VALUES($1,$2,$3,$4,20210704,$1,$5,$6,'submitted',1,FALSE,20210704,$7,20,20,$8,FALSE,$6,'on_time',$6,$6,'ceiling',FALSE,$6,'ceiling')")
            .bind(n.county).bind(report).bind(kind).bind(n.period).bind(n.unit).bind(at).bind(CELLS).bind(&texts)
            .execute(&mut *c).await?;
        sqlx::query("INSERT INTO report_event(county_id,id,report_id,version,act,at,by_name,reason,cells,texts) VALUES($1,$2,$3,1,'submit',$4,'ceiling',NULL,$5,$6)")
            .bind(n.county).bind(id()).bind(report).bind(at).bind(CELLS).bind(&texts).execute(&mut *c).await?;
        sqlx::query("INSERT INTO idempotency(account_id,key,request_hash,result,created_at) VALUES($1,$2,$3,$4,$5)")
            .bind(n.account).bind(n.key).bind(vec![1u8; 32]).bind(report.to_string()).bind(at).execute(&mut *c).await?;
        sqlx::query("INSERT INTO mark(county_id,unit_id,day,seq) VALUES($1,$2,20210704,1) ON CONFLICT(county_id,unit_id,day) DO UPDATE SET seq=mark.seq+1")
            .bind(n.county).bind(n.unit.unwrap_or(Uuid::nil())).execute(&mut *c).await?;
        for topic in ["board", "wall"] {
            sqlx::query("INSERT INTO outbox(topic,county_id,seq) VALUES($1,$2,1) ON CONFLICT(topic,county_id) DO UPDATE SET seq=outbox.seq+1")
                .bind(topic).bind(n.county).execute(&mut *c).await?;
        }
        let chain = n.county.rem_euclid(16);
        let head = sqlx::query("INSERT INTO audit_head(chain_id,seq,hash) VALUES($1,1,$2) ON CONFLICT(chain_id) DO UPDATE SET seq=audit_head.seq+1 RETURNING seq")
            .bind(chain).bind(vec![0u8; 32]).fetch_one(&mut *c).await?;
        let seq: i64 = head.try_get(0)?;
        let hash = vec![7u8; 32];
        sqlx::query("INSERT INTO audit_event(county_id,id,chain_id,seq,ts_us,boot_id,actor,actor_name,session_hash,ip,action,resource,record_id,fields,decision,request_id,change_digest,prev_hash,hash,mac,alg,kid) VALUES($1,$2,$3,$4,$5,$6,$7,'ceiling',$8,'127.0.0.1','report.submit_county','report',$9,'state,cells,texts','allow',$6,$8,$8,$8,$8,'sha256-hmac','ceiling0')")
            .bind(n.county).bind(id()).bind(chain).bind(seq).bind(at * 1000).bind(report.to_string())
            .bind(n.account.to_string()).bind(&hash).bind(report.to_string()).execute(&mut *c).await?;
        sqlx::query("UPDATE audit_head SET hash=$1 WHERE chain_id=$2").bind(&hash).bind(chain).execute(&mut *c).await?;
        report.to_string()
    }};
}

/// Rows as lines of text: the named columns, each read as its type.
macro_rules! lines {
    ($rows:expr, $($name:literal: $t:ty),+) => {{
        let mut out = String::with_capacity(16 * 1024);
        for row in $rows {
            $( if let Some(v) = row.try_get::<Option<$t>, _>($name)? {
                // Writing to a String cannot fail.
                let _ = write!(out, "{v}\t");
            } )+
            out.push('\n');
        }
        out
    }};
}

/// The rows of a divisions file as two statements of five hundred rows each.
macro_rules! import_rows {
    ($c:expr, $text:expr) => {{
        let c = $c;
        let rows: Vec<Vec<&str>> = $text.lines().skip(1).map(|l| l.split(',').collect()).collect();
        let mut ids = std::collections::HashMap::new();
        let mut next = 0i64;
        for part in rows.chunks(500) {
            let (mut a, mut b) = (String::from("INSERT INTO division(id,kind) VALUES"), String::from("INSERT INTO division_version(division_id,valid_from,code12,name,parent_id,is_functional,in_denominator) VALUES"));
            for (i, r) in part.iter().enumerate() {
                next += 1;
                let [code, name, level, parent] = r[..] else { return Err(Error::RowNotFound) };
                let kind = match level { "province" => 'P', "city" => 'C', "county" => 'X', "township" => 'T', _ => 'V' };
                let up = ids.get(parent).map_or("NULL".to_owned(), |v: &i64| v.to_string());
                ids.insert(code, next);
                let sep = if i > 0 { "," } else { "" };
                // The file is ours and holds no quotes; a ceiling does not check.
                let _ = write!(a, "{sep}({next},'{kind}')");
                let _ = write!(b, "{sep}({next},20000101,'{code}','{name}',{up},FALSE,TRUE)");
            }
            sqlx::query(sqlx::AssertSqlSafe(a)).execute(&mut *c).await?;
            sqlx::query(sqlx::AssertSqlSafe(b)).execute(&mut *c).await?;
        }
        rows.len()
    }};
}

impl Raw {
    /// Opens a place with the program's own settings.
    pub async fn open(place: &Place) -> Result<Self> {
        if let Some(url) = &place.url {
            return Ok(Self::Pg(PgPoolOptions::new().max_connections(16).connect(url).await?));
        }
        let base = SqliteConnectOptions::new()
            .filename(place.dir.join("zhanwang.db"))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .statement_cache_capacity(300);
        let w = SqlitePoolOptions::new().max_connections(1).connect_with(base.clone()).await?;
        let r = SqlitePoolOptions::new().max_connections(4).connect_with(base.pragma("query_only", "ON")).await?;
        Ok(Self::Lite { w, r })
    }

    /// The account of a session, by the statement that the program runs on every request.
    pub async fn session(&self, hash: &[u8]) -> Result<Option<Uuid>> {
        let q = "SELECT s.id,s.account_id,s.created_at,s.last_seen_at,a.login,a.display,a.duty,a.worker_id,a.must_change,a.held_at,g.id AS grant_id,g.duty AS grant_duty,g.role,g.area_id,g.county_id,g.unit_id,u.name AS unit_name,g.from_day,g.to_day,g.created_at AS granted_at,g.created_by AS granted_by,g.mac,CASE WHEN g.unit_id IS NULL OR a.worker_id IS NULL OR g.role NOT IN('worker','station_head') THEN 99991231 ELSE COALESCE((SELECT MAX(COALESCE(p.to_day,99991231)) FROM posting AS p WHERE p.worker_id=a.worker_id AND p.unit_id=g.unit_id AND p.from_day<=20210708 AND (p.to_day IS NULL OR p.to_day>p.from_day)),0) END AS posted_until FROM session AS s JOIN account AS a ON a.id=s.account_id LEFT JOIN account_grant AS g ON g.account_id=a.id AND g.ended_at IS NULL LEFT JOIN unit AS u ON u.id=g.unit_id WHERE s.token_hash=$1 AND s.ended_at IS NULL AND a.state='active' ORDER BY g.created_at,g.id";
        reading!(self, |p| {
            let rows = sqlx::query(q).bind(hash).fetch_all(p).await?;
            rows.first().map(|r| r.try_get("account_id")).transpose()
        })
    }

    /// Writes a report with its history, marks, notices, idempotency key and audit row; its id.
    pub async fn submit(&self, n: &New<'_>) -> Result<String> {
        Ok(match self {
            Self::Lite { w, .. } => {
                let mut t = w.begin_with("BEGIN IMMEDIATE").await?;
                let id = write_report!(&mut *t, n);
                t.commit().await?;
                id
            }
            Self::Pg(p) => {
                let mut t = p.begin().await?;
                let id = write_report!(&mut *t, n);
                t.commit().await?;
                id
            }
        })
    }

    /// The newest 50 reports of a county with the names of their stations, and how many there are.
    pub async fn list(&self, county: i64) -> Result<String> {
        let q = "SELECT r.county_id,r.id,r.period,r.division_id,r.unit_id,u.name AS unit_name,r.state,r.timeliness,r.exempt,r.no_change,r.submitted_at,r.submitted_by,r.approved_at,r.version FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE r.county_id=$1 ORDER BY r.last_day DESC,r.id DESC LIMIT 50 OFFSET 0";
        reading!(self, |p| {
            let mut t = p.begin().await?;
            let rows = sqlx::query(q).bind(county).fetch_all(&mut *t).await?;
            let n: i64 = sqlx::query("SELECT COUNT(*) FROM report r WHERE r.county_id=$1")
                .bind(county)
                .fetch_one(&mut *t)
                .await?
                .try_get(0)?;
            let mut out = lines!(rows, "id": Uuid, "period": String, "division_id": i64, "unit_id": Uuid, "unit_name": String, "state": String, "timeliness": String, "submitted_at": i64, "submitted_by": String, "approved_at": i64, "version": i64);
            let _ = write!(out, "{n}");
            Ok(out)
        })
    }

    /// The weekly reports of all counties with their cells.
    pub async fn board(&self, period: &str) -> Result<String> {
        let q = "SELECT r.county_id,r.id,r.state,r.version,r.timeliness,r.submitted_at,r.submitted_by,r.approved_at,r.cells FROM report r WHERE r.kind='week' AND r.period=$1 ORDER BY r.county_id,r.division_id,r.id";
        reading!(self, |p| {
            let rows = sqlx::query(q).bind(period).fetch_all(p).await?;
            Ok(
                lines!(rows, "county_id": i64, "id": Uuid, "state": String, "timeliness": String, "submitted_at": i64, "submitted_by": String, "cells": String),
            )
        })
    }

    /// The stretches in which built stations covered townships: what coverage over any number of dates is counted from.
    pub async fn coverage(&self) -> Result<String> {
        let q = "SELECT k.division_id,k.from_day,k.to_day,s.from_day AS built_from,s.to_day AS built_to FROM unit_coverage k JOIN unit_state s ON s.unit_id=k.unit_id WHERE s.tier='T' AND s.state IN('operating','rectifying') ORDER BY k.division_id,k.from_day";
        reading!(self, |p| {
            let rows = sqlx::query(q).fetch_all(p).await?;
            Ok(lines!(rows, "division_id": i64, "from_day": i64, "to_day": i64, "built_from": i64, "built_to": i64))
        })
    }

    /// What the tiles of a wall chart are counted from, on one day: stations, coverage, postings, sheets, targets.
    pub async fn wall(&self, day: i64) -> Result<String> {
        reading!(self, |p| {
            let mut t = p.begin().await?;
            let rows = sqlx::query("SELECT s.county_id,s.tier,COUNT(*) AS n FROM unit_state s WHERE s.state IN('operating','rectifying') AND s.from_day<=$1 AND (s.to_day IS NULL OR s.to_day>$1) GROUP BY s.county_id,s.tier ORDER BY s.county_id,s.tier").bind(day).fetch_all(&mut *t).await?;
            let mut out = lines!(rows, "county_id": i64, "tier": String, "n": i64);
            let rows = sqlx::query("SELECT DISTINCT s.county_id,k.division_id FROM unit_coverage k JOIN unit_state s ON s.unit_id=k.unit_id WHERE s.state IN('operating','rectifying') AND s.from_day<=$1 AND (s.to_day IS NULL OR s.to_day>$1) AND k.from_day<=$1 AND (k.to_day IS NULL OR k.to_day>$1) ORDER BY k.division_id").bind(day).fetch_all(&mut *t).await?;
            out.push_str(&lines!(rows, "county_id": i64, "division_id": i64));
            let rows = sqlx::query("SELECT p.county_id,COUNT(DISTINCT p.worker_id) AS n FROM posting p JOIN unit_state s ON s.unit_id=p.unit_id WHERE s.tier='T' AND s.state IN('operating','rectifying') AND s.from_day<=$1 AND (s.to_day IS NULL OR s.to_day>$1) AND p.from_day<=$1 AND (p.to_day IS NULL OR p.to_day>$1) GROUP BY p.county_id ORDER BY p.county_id").bind(day).fetch_all(&mut *t).await?;
            out.push_str(&lines!(rows, "county_id": i64, "n": i64));
            let rows =
                sqlx::query("SELECT division_id,measure,due_on,value FROM target ORDER BY division_id,measure,due_on")
                    .fetch_all(&mut *t)
                    .await?;
            out.push_str(&lines!(rows, "division_id": i64, "measure": String, "due_on": i64, "value": i64));
            Ok(out)
        })
    }

    /// What a month's circular is made of: its approved reports with cells, and the registers on its last day.
    pub async fn circular(&self, period: &str, day: i64) -> Result<String> {
        let q = "SELECT r.county_id,r.division_id,r.unit_id,r.state,r.submitted_at,r.cells FROM report r WHERE r.kind='month' AND r.period=$1 ORDER BY r.county_id,r.division_id,r.id";
        let mut out = self.wall(day).await?;
        reading!(self, |p| {
            let rows = sqlx::query(q).bind(period).fetch_all(p).await?;
            out.push_str(
                &lines!(rows, "county_id": i64, "division_id": i64, "unit_id": Uuid, "state": String, "cells": String),
            );
            let rows = sqlx::query("SELECT township_id,venue_on,tender_on,contract_on,staff_on,plaque_on,accepted_on,due_on FROM build_out ORDER BY township_id").fetch_all(p).await?;
            out.push_str(
                &lines!(rows, "township_id": i64, "venue_on": i64, "tender_on": i64, "accepted_on": i64, "due_on": i64),
            );
            Ok(out)
        })
    }

    /// Inserts the rows of a divisions file, in the order of the file, in one transaction; how many.
    pub async fn import(&self, text: &str) -> Result<usize> {
        Ok(match self {
            Self::Lite { w, .. } => {
                let mut t = w.begin_with("BEGIN IMMEDIATE").await?;
                let n = import_rows!(&mut *t, text);
                t.commit().await?;
                n
            }
            Self::Pg(p) => {
                let mut t = p.begin().await?;
                let n = import_rows!(&mut *t, text);
                t.commit().await?;
                n
            }
        })
    }
}
