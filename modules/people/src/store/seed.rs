//! Bulk loaders for the demo and the benchmark's nation. The caller commits with one audit event for the whole load.

use crate::model::certificate::Certificate;
use crate::model::posting::Posting;
use crate::model::worker::Worker;
use crate::service::seal;
use zw_access::{Pii, Vault, sealed};
use zw_core::{Result, Rng, Stamp};
use zw_db::{Conn, val};

/// A worker with number and telephone in clear; the loader seals them.
#[derive(Clone, Debug)]
pub struct SeedWorker {
    /// The worker; `id_no` and `phone` are filled by the loader.
    pub worker: Worker,
    /// Number.
    pub id_no: Pii<String>,
    /// Telephone.
    pub phone: Pii<String>,
}

pub(super) const POSTING: &[&str] = &[
    "id",
    "worker_id",
    "unit_id",
    "county_id",
    "post",
    "from_day",
    "to_day",
    "fte_permille",
    "leave_reason",
    "version",
    "created_at",
    "updated_at",
    "updated_by",
];

pub(super) use super::postings::row as posting_row;

/// Workers, sealed, with their numbers in the identity index.
pub async fn workers(c: &mut Conn, vault: &Vault, rng: &Rng, list: &[SeedWorker]) -> Result<()> {
    let mut rows = Vec::with_capacity(list.len());
    let mut index = Vec::with_capacity(list.len());
    for s in list {
        let w = &s.worker;
        let keys = zw_core::names::keys(w.name.for_rules());
        rows.push(vec![
            val(w.id),
            val(&w.name),
            val(&w.id_type),
            val(Some(seal(vault, rng, sealed::WORKER_ID_NO, w.id, s.id_no.for_rules())?)),
            val(Some(seal(vault, rng, sealed::WORKER_PHONE, w.id, s.phone.for_rules())?)),
            val(&w.sex),
            val(w.birth_day),
            val(w.since_day),
            val(&w.employ),
            val(w.is_sw),
            val(w.state),
            val(w.home_county),
            val(w.version),
            val(w.updated_at),
            val(w.updated_at),
            val(&w.updated_by),
            val(keys.folded),
            val(keys.pinyin),
        ]);
        index.push(vec![
            val("worker_id"),
            val(vault.blind("worker_id", s.id_no.for_rules())),
            val("worker"),
            val(w.home_county),
            val(w.id),
        ]);
    }
    let columns = &[
        "id",
        "name",
        "id_type",
        "id_no",
        "phone",
        "sex",
        "birth_day",
        "since_day",
        "employ",
        "is_sw",
        "state",
        "home_county",
        "version",
        "created_at",
        "updated_at",
        "updated_by",
        "name_folded",
        "name_keys",
    ];
    c.bulk("worker", columns, &rows, "").await?;
    c.bulk("identity_index", &["kind", "hash", "ref_table", "county_id", "ref_id"], &index, "").await?;
    Ok(())
}

/// Certificates.
pub async fn certificates(c: &mut Conn, at: Stamp, list: &[Certificate]) -> Result<()> {
    let rows: Vec<_> = list
        .iter()
        .map(|k| vec![val(k.id), val(k.worker_id), val(k.level), val(&k.number), val(k.issued_on), val(at)])
        .collect();
    c.bulk("certificate", &["id", "worker_id", "level", "number", "issued_on", "created_at"], &rows, "").await?;
    Ok(())
}

/// Postings.
pub async fn postings(c: &mut Conn, list: &[Posting]) -> Result<()> {
    let rows: Vec<_> = list.iter().map(posting_row).collect();
    c.bulk("posting", POSTING, &rows, "").await?;
    Ok(())
}
