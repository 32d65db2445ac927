#![expect(clippy::disallowed_methods, reason = "x")]
use sqlx::sqlite::*;
use sqlx::Row;
use std::time::Instant;
#[tokio::main]
async fn main() {
    let file = std::env::args().nth(1).unwrap();
    let q1 = "SELECT p.id,p.worker_id,p.unit_id,p.from_day,p.to_day,p.fte_permille,u.tier,u.county_id,u.town_id,(SELECT MIN(k.issued_on) FROM certificate k WHERE k.worker_id=p.worker_id AND k.level IN ('1','2','3','4')) AS certified_on FROM posting p JOIN worker w ON w.id=p.worker_id JOIN unit u ON u.id=p.unit_id WHERE w.employ<>'intern' AND p.worker_id IN (SELECT a.worker_id FROM posting a WHERE 1=1)";
    let q2 = "SELECT p.id,p.worker_id,p.unit_id,p.from_day,p.to_day,p.fte_permille,u.tier,u.county_id,u.town_id,k.d AS certified_on FROM posting p JOIN worker w ON w.id=p.worker_id JOIN unit u ON u.id=p.unit_id LEFT JOIN (SELECT worker_id,MIN(issued_on) AS d FROM certificate WHERE level IN ('1','2','3','4') GROUP BY worker_id) k ON k.worker_id=p.worker_id WHERE w.employ<>'intern'";
    let q3 = "SELECT k.division_id,s.from_day,s.to_day,k.from_day,k.to_day FROM unit_state s JOIN unit_coverage k ON k.unit_id=s.unit_id WHERE s.tier='V' AND s.state IN ('operating','rectifying')";
    let q4 = "SELECT r.county_id,r.id,r.period,r.division_id,r.unit_id,u.name AS unit_name,r.state,r.timeliness,r.exempt,r.no_change,r.submitted_at,r.submitted_by,r.approved_at,r.version FROM report r LEFT JOIN unit u ON u.id=r.unit_id WHERE r.county_id=78 ORDER BY r.last_day DESC,r.id DESC LIMIT 50 OFFSET 0";
    for (buf, cache) in [(50usize, "-2000"), (50, "-16000"), (1000, "-2000"), (4096, "-2000"), (4096, "-16000")] {
        let o = SqliteConnectOptions::new().filename(&file).journal_mode(SqliteJournalMode::Wal).row_buffer_size(buf).pragma("cache_size", cache).pragma("query_only", "ON");
        let p = SqlitePoolOptions::new().max_connections(1).connect_with(o).await.unwrap();
        for (n, q) in [("people", q1), ("people join", q2), ("rooms", q3), ("list50", q4)] {
            let mut best = f64::MAX; let mut sum = 0.0; let mut rows = 0;
            for _ in 0..30 {
                let a = Instant::now();
                let mut t = p.begin().await.unwrap();
                let r = sqlx::query(q).fetch_all(&mut *t).await.unwrap();
                rows = r.len();
                let mut s = 0i64;
                for x in &r { if let Ok(v) = x.try_get::<i64, _>(1) { s += v; } }
                std::hint::black_box(s);
                drop(t);
                let e = a.elapsed().as_secs_f64() * 1e3;
                best = best.min(e); sum += e;
            }
            println!("buf {buf} cache {cache} {n}: {rows} rows best {best:.2} mean {:.2} ms", sum / 30.0);
        }
    }
}
