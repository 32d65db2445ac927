//! Bulk loader for the demo and the benchmark: rows as they are. The caller commits with one audit event.

use crate::model::{CertificateLevel, Employment, Post, WorkerState};
use zw_access::Vault;
use zw_core::{CertificateId, Day, DivisionId, PostingId, Result, Rng, Stamp, UnitId, WorkerId};
use zw_db::{Conn, val};

/// A worker with certificates and postings.
#[derive(Clone, Debug)]
pub struct SeedWorker {
    /// Id.
    pub id: WorkerId,
    /// Name.
    pub name: String,
    /// ID number.
    pub id_no: String,
    /// Sex code.
    pub sex: String,
    /// Birth.
    pub birth: Day,
    /// County that registered them.
    pub county: DivisionId,
    /// Certificate: level, number, day.
    pub certificate: Option<(CertificateLevel, String, Day)>,
    /// Postings: unit, county, post, from, to.
    pub postings: Vec<(UnitId, DivisionId, Post, Day, Option<Day>)>,
}

/// Writes workers, their ID index, certificates and postings.
pub async fn workers(c: &mut Conn, vault: &Vault, rng: &Rng, at: Stamp, list: &[SeedWorker]) -> Result<()> {
    let (mut w, mut i, mut k, mut p) = (vec![], vec![], vec![], vec![]);
    for s in list {
        let aad = format!("worker|id_no|{}|{}", s.id, s.id);
        let left = s.postings.iter().all(|x| x.4.is_some());
        w.push(vec![
            val(s.id),
            val(&s.name),
            val("resident_id"),
            val(vault.seal(rng, &aad, s.id_no.as_bytes())?),
            val(&s.sex),
            val(s.birth),
            val(Employment::Agency),
            val(false),
            val(if left { WorkerState::Left } else { WorkerState::OnPost }),
            val(s.county),
            val(1i64),
            val(at),
            val(at),
            val("demo"),
        ]);
        i.push(vec![val("worker_id"), val(vault.blind("worker_id", &s.id_no)), val("worker"), val(s.county), val(s.id)]);
        if let Some((level, number, issued)) = &s.certificate {
            let id = CertificateId(rng.uuid(at));
            k.push(vec![val(id), val(s.id), val(*level), val(number), val(*issued), val(at)]);
        }
        for (unit, county, post, from, to) in &s.postings {
            let id = PostingId(rng.uuid(at));
            p.push(vec![
                val(id),
                val(s.id),
                val(*unit),
                val(*county),
                val(*post),
                val(*from),
                val(*to),
                val(1000i64),
                val(to.map(|_| "contract_end")),
                val(1i64),
                val(at),
                val(at),
                val("demo"),
            ]);
        }
    }
    let cols = &[
        "id", "name", "id_type", "id_no", "sex", "birth_day", "employ", "is_sw", "state", "home_county", "version",
        "created_at", "updated_at", "updated_by",
    ];
    c.bulk("worker", cols, &w, "").await?;
    c.bulk("identity_index", &["kind", "hash", "ref_table", "county_id", "ref_id"], &i, "").await?;
    c.bulk("certificate", &["id", "worker_id", "level", "number", "issued_on", "created_at"], &k, "").await?;
    let cols = &[
        "id", "worker_id", "unit_id", "county_id", "post", "from_day", "to_day", "fte_permille", "leave_reason", "version",
        "created_at", "updated_at", "updated_by",
    ];
    c.bulk("posting", cols, &p, "").await?;
    Ok(())
}
