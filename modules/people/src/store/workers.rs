//! Workers and certificates.

use crate::model::certificate::{Certificate, CertificateLevel};
use crate::model::worker::{Worker, WorkerQuery, WorkerState};
use std::collections::HashMap;
use zw_access::{Permit, Pii};
use zw_core::names::{self, Wanted};
use zw_core::{CertificateId, Day, DivisionId, Error, PageReq, Result, Stamp, WorkerId};
use zw_db::{Conn, Sql, Tx, sql};

/// Workers with their postings of a day: what scopes of a unit or township look at.
fn from(q: Sql, day: Day) -> Sql {
    q.lit(" FROM worker w LEFT JOIN posting p ON p.worker_id=w.id AND p.from_day<=")
        .bind(day)
        .lit(" AND (p.to_day IS NULL OR p.to_day>")
        .bind(day)
        .lit(") LEFT JOIN unit pu ON pu.id=p.unit_id WHERE 1=1")
}

fn filtered(q: Sql, permit: &Permit<Worker>, f: &WorkerQuery, day: Day) -> Sql {
    let unit = f.unit.as_deref().and_then(|u| u.parse::<zw_core::UnitId>().ok());
    let state = f.state.clone().filter(|s| !s.is_empty());
    let text = f.q.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let words = Wanted::all(text.unwrap_or_default());
    let none = text.is_some() && words.is_empty();
    let q = permit
        .within(from(q, day))
        .when(state.is_some(), |q| q.lit(" AND w.state=").bind(state))
        .when(f.county.is_some(), |q| q.lit(" AND w.home_county=").bind(f.county))
        .when(unit.is_some(), |q| q.lit(" AND p.unit_id=").bind(unit))
        // A text of signs is the beginning of nobody's name.
        .when(none, |q| q.lit(" AND 1=0"));
    words.iter().fold(q, |q, word| {
        let q = q.lit(" AND (w.name_folded LIKE ").bind(word.folded_like());
        q.lit(" OR w.name_keys LIKE ").bind(word.pinyin_like()).lit(")")
    })
}

/// One page of the workers in the permit, and how many there are.
pub(crate) async fn page(
    c: &mut Conn,
    permit: &Permit<Worker>,
    f: &WorkerQuery,
    day: Day,
    req: PageReq,
) -> Result<(Vec<Worker>, i64)> {
    let total = c.scalar(filtered(sql("SELECT COUNT(DISTINCT w.id)"), permit, f, day)).await?;
    let ids = filtered(sql("SELECT DISTINCT w.home_county,w.name,w.id"), permit, f, day)
        .lit(" ORDER BY w.home_county,w.name,w.id LIMIT ")
        .bind(req.limit())
        .lit(" OFFSET ")
        .bind(req.offset());
    let ids: Vec<(DivisionId, Pii<String>, WorkerId)> = c.all(ids).await?;
    if ids.is_empty() {
        return Ok((vec![], total));
    }
    let q = sql("SELECT w.* FROM worker w WHERE w.id IN ").list(ids.iter().map(|(_, _, id)| *id));
    let rows = c.all(q.lit(" ORDER BY w.home_county,w.name,w.id")).await?;
    Ok((rows, total))
}

/// One worker in the permit; `NotFound` outside it.
pub(crate) async fn get(c: &mut Conn, permit: &Permit<Worker>, id: WorkerId, day: Day) -> Result<Worker> {
    let q = from(sql("SELECT w.*"), day).lit(" AND w.id=").bind(id);
    c.one(permit.within(q).lit(" LIMIT 1")).await?.ok_or(Error::NotFound)
}

pub(crate) async fn insert(tx: &mut Tx, w: &Worker, at: Stamp) -> Result<()> {
    let keys = names::keys(w.name.for_rules());
    tx.run(
        sql("INSERT INTO worker(id,name,id_type,id_no,phone,sex,birth_day,since_day,employ,is_sw,state,home_county,version,created_at,updated_at,updated_by,name_folded,name_keys) VALUES(")
            .bind(w.id)
            .lit(",")
            .bind(&w.name)
            .lit(",")
            .bind(&w.id_type)
            .lit(",")
            .bind(w.id_no.clone())
            .lit(",")
            .bind(w.phone.clone())
            .lit(",")
            .bind(&w.sex)
            .lit(",")
            .bind(w.birth_day)
            .lit(",")
            .bind(w.since_day)
            .lit(",")
            .bind(&w.employ)
            .lit(",")
            .bind(w.is_sw)
            .lit(",")
            .bind(w.state)
            .lit(",")
            .bind(w.home_county)
            .lit(",")
            .bind(w.version)
            .lit(",")
            .bind(at)
            .lit(",")
            .bind(w.updated_at)
            .lit(",")
            .bind(&w.updated_by)
            .lit(",")
            .bind(keys.folded)
            .lit(",")
            .bind(keys.pinyin)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// Reserves a number for a worker; `false` when it is taken.
pub(crate) async fn reserve(tx: &mut Tx, hash: Vec<u8>, w: &Worker) -> Result<bool> {
    let done = tx
        .run(
            sql("INSERT INTO identity_index(kind,hash,ref_table,county_id,ref_id) VALUES('worker_id',")
                .bind(hash)
                .lit(",'worker',")
                .bind(w.home_county)
                .lit(",")
                .bind(w.id)
                .lit(") ON CONFLICT(kind,hash) DO NOTHING"),
        )
        .await?;
    Ok(done == 1)
}

/// Saves a changed worker if nobody else did since.
pub(crate) async fn save(tx: &mut Tx, w: &Worker) -> Result<()> {
    let keys = names::keys(w.name.for_rules());
    let done = tx
        .run(
            sql("UPDATE worker SET name=")
                .bind(&w.name)
                .lit(",name_folded=")
                .bind(keys.folded)
                .lit(",name_keys=")
                .bind(keys.pinyin)
                .lit(",phone=")
                .bind(w.phone.clone())
                .lit(",employ=")
                .bind(&w.employ)
                .lit(",is_sw=")
                .bind(w.is_sw)
                .lit(",version=")
                .bind(w.version)
                .lit(",updated_at=")
                .bind(w.updated_at)
                .lit(",updated_by=")
                .bind(&w.updated_by)
                .lit(" WHERE id=")
                .bind(w.id)
                .lit(" AND version=")
                .bind(w.version - 1),
        )
        .await?;
    if done == 0 { Err(Error::Conflict { current: vec![] }) } else { Ok(()) }
}

/// Keeps the state in step with the postings.
pub(crate) async fn set_state(tx: &mut Tx, id: WorkerId, state: WorkerState) -> Result<()> {
    tx.run(sql("UPDATE worker SET state=").bind(state).lit(" WHERE id=").bind(id)).await?;
    Ok(())
}

/// Takes the row of a worker for the rest of the transaction, so that two postings are not checked side by side.
pub(crate) async fn hold(tx: &mut Tx, id: WorkerId) -> Result<()> {
    tx.run(sql("UPDATE worker SET version=version WHERE id=").bind(id)).await?;
    Ok(())
}

/// Certificates of a worker, newest first.
pub(crate) async fn certificates(c: &mut Conn, id: WorkerId) -> Result<Vec<Certificate>> {
    c.all(
        sql("SELECT id,worker_id,level,number,issued_on,version FROM certificate WHERE worker_id=")
            .bind(id)
            .lit(" ORDER BY issued_on DESC,id"),
    )
    .await
}

pub(crate) async fn add_certificate(tx: &mut Tx, k: &Certificate, at: Stamp) -> Result<()> {
    tx.run(
        sql("INSERT INTO certificate(id,worker_id,level,number,issued_on,created_at) VALUES(")
            .bind(k.id)
            .lit(",")
            .bind(k.worker_id)
            .lit(",")
            .bind(k.level)
            .lit(",")
            .bind(&k.number)
            .lit(",")
            .bind(k.issued_on)
            .lit(",")
            .bind(at)
            .lit(")"),
    )
    .await?;
    Ok(())
}

/// One certificate of a worker in the permit, and who changed it last.
pub(crate) async fn certificate(
    c: &mut Conn,
    permit: &Permit<Certificate>,
    id: CertificateId,
) -> Result<(Certificate, Option<String>)> {
    let q = sql("SELECT k.id,k.worker_id,k.level,k.number,k.issued_on,k.version FROM certificate k JOIN worker w ON w.id=k.worker_id WHERE k.id=").bind(id);
    let found: Certificate = c.one(permit.within(q)).await?.ok_or(Error::NotFound)?;
    let by: Option<(Option<String>,)> = c.one(sql("SELECT updated_by FROM certificate WHERE id=").bind(id)).await?;
    Ok((found, by.and_then(|b| b.0)))
}

/// Saves a corrected certificate over the version that was read; 0 rows where somebody was quicker.
pub(crate) async fn save_certificate(tx: &mut Tx, k: &Certificate, by: &str) -> Result<u64> {
    tx.run(
        sql("UPDATE certificate SET level=")
            .bind(k.level)
            .lit(",number=")
            .bind(&k.number)
            .lit(",issued_on=")
            .bind(k.issued_on)
            .lit(",updated_by=")
            .bind(by)
            .lit(",version=version+1 WHERE id=")
            .bind(k.id)
            .lit(" AND version=")
            .bind(k.version),
    )
    .await
}

/// Takes a certificate back; 0 rows where somebody was quicker.
pub(crate) async fn drop_certificate(tx: &mut Tx, k: &Certificate) -> Result<u64> {
    tx.run(sql("DELETE FROM certificate WHERE id=").bind(k.id).lit(" AND version=").bind(k.version)).await
}

/// The sealed telephone of a worker.
pub(crate) async fn phone(c: &mut Conn, id: WorkerId) -> Result<Option<Vec<u8>>> {
    let found: Option<(Option<Vec<u8>>,)> = c.one(sql("SELECT phone FROM worker WHERE id=").bind(id)).await?;
    Ok(found.and_then(|f| f.0))
}

/// The home county of a worker whose certificate the caller holds.
pub(crate) async fn home_county(c: &mut Conn, id: WorkerId) -> Result<DivisionId> {
    c.scalar(sql("SELECT home_county FROM worker WHERE id=").bind(id)).await
}

/// The first day of a worker whose posting the caller holds.
pub(crate) async fn since(c: &mut Conn, id: WorkerId) -> Result<Day> {
    c.scalar(sql("SELECT since_day FROM worker WHERE id=").bind(id)).await
}

/// Best certificate of each of some workers.
pub(crate) async fn levels(c: &mut Conn, ids: &[WorkerId]) -> Result<HashMap<WorkerId, CertificateLevel>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(WorkerId, CertificateLevel)> = c
        .all(
            sql("SELECT worker_id,level FROM certificate WHERE level<>'9' AND worker_id IN ").list(ids.iter().copied()),
        )
        .await?;
    // Taiwan's recognition equals 社会工作师, so 高级 stands above it.
    let rank = |l: CertificateLevel| match l {
        CertificateLevel::Senior => 3,
        CertificateLevel::Worker | CertificateLevel::Taiwan => 2,
        CertificateLevel::Assistant => 1,
        CertificateLevel::Other => 0,
    };
    let mut out: HashMap<WorkerId, CertificateLevel> = HashMap::new();
    for (worker, level) in rows {
        let best = out.entry(worker).or_insert(level);
        if rank(level) > rank(*best) {
            *best = level;
        }
    }
    Ok(out)
}

/// Workers whose keys for finding are not made yet, at most so many: (id, name).
pub(crate) async fn unfolded(c: &mut Conn, most: i64) -> Result<Vec<(WorkerId, Pii<String>)>> {
    c.all(sql("SELECT id,name FROM worker WHERE name_folded IS NULL ORDER BY id LIMIT ").bind(most)).await
}

/// Writes the keys for finding; the version stays, they are derived.
pub(crate) async fn set_keys(tx: &mut Tx, id: WorkerId, keys: names::Keys) -> Result<()> {
    let q = sql("UPDATE worker SET name_folded=").bind(keys.folded).lit(",name_keys=").bind(keys.pinyin);
    tx.run(q.lit(" WHERE id=").bind(id)).await?;
    Ok(())
}
