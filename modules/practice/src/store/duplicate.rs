//! Records that may be of one person: found by sound, birth date and telephone, compared elsewhere (`model::likeness`).

use super::binds;
use super::resident::SELECT;
use crate::model::Resident;
use zw_core::{Day, DivisionId, ResidentId, Result, UnitId};
use zw_db::{Conn, Sql, Tx, sql};

/// Most records that one question compares; beyond it the eldest records are looked at.
const MOST: i64 = 1000;

/// Who of a county has a telephone, by its blind index; at most a village's worth.
pub(crate) async fn by_phone(c: &mut Conn, county: DivisionId, hash: &[u8]) -> Result<Vec<(ResidentId,)>> {
    let q = sql("SELECT r.id FROM resident r WHERE r.county_id=").bind(county).lit(" AND r.phone_hash=").bind(hash);
    c.all(q.lit(" AND r.state<>'closed' ORDER BY r.id LIMIT 100")).await
}

/// The blind index of a record's telephone.
pub(crate) async fn hash_of(c: &mut Conn, county: DivisionId, id: ResidentId) -> Result<Option<Vec<u8>>> {
    let q = sql("SELECT phone_hash FROM resident WHERE county_id=").bind(county).lit(" AND id=").bind(id);
    let found: Option<(Option<Vec<u8>>,)> = c.one(q).await?;
    Ok(found.and_then(|f| f.0))
}

/// `(r.name_keys LIKE …)` for any of some initials.
fn sounds(q: Sql, initials: &[String]) -> Sql {
    let mut q = q.lit("(1=0");
    for i in initials {
        // Letters only: nothing to escape. A whole key stands between two strokes; the last one is never initials.
        q = q.lit(" OR r.name_keys LIKE ").bind(format!("%|{i}|%"));
    }
    q.lit(")")
}

/// Records of a station that are not closed and sound alike.
pub(crate) async fn at_station(
    c: &mut Conn,
    (county, unit): (DivisionId, UnitId),
    initials: &[String],
) -> Result<Vec<Resident>> {
    let q = sql(SELECT).lit("r.county_id=").bind(county).lit(" AND r.unit_id=").bind(unit);
    let q = sounds(q.lit(" AND r.state<>'closed' AND "), initials);
    c.all(q.lit(" ORDER BY r.id LIMIT ").bind(MOST)).await
}

/// Records of the county's other stations that are not closed, were born on one of the days and sound alike: what may
/// resemble enough to be told of.
pub(crate) async fn at_others(
    c: &mut Conn,
    (county, unit): (DivisionId, UnitId),
    born: &[Day],
    initials: &[String],
) -> Result<Vec<Resident>> {
    let q = sql(SELECT).lit("r.county_id=").bind(county).lit(" AND r.birth_day IN ").list(born.iter().copied());
    let q = sounds(q.lit(" AND r.unit_id<>").bind(unit).lit(" AND r.state<>'closed' AND "), initials);
    c.all(q.lit(" ORDER BY r.id LIMIT ").bind(MOST)).await
}

/// Records by id.
pub(crate) async fn among(c: &mut Conn, county: DivisionId, ids: &[ResidentId]) -> Result<Vec<Resident>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let q = sql(SELECT).lit("r.county_id=").bind(county).lit(" AND r.id IN ").list(ids.iter().copied());
    c.all(q.lit(" ORDER BY r.id")).await
}

/// Whom somebody decided to be another person than this one.
pub(crate) async fn distinct_from(c: &mut Conn, county: DivisionId, id: ResidentId) -> Result<Vec<ResidentId>> {
    let found: Vec<(ResidentId, ResidentId)> = c
        .all(
            sql("SELECT resident_id,other_id FROM resident_distinct WHERE county_id=")
                .bind(county)
                .lit(" AND (resident_id=")
                .bind(id)
                .lit(" OR other_id=")
                .bind(id)
                .lit(") ORDER BY id"),
        )
        .await?;
    Ok(found.into_iter().map(|(a, b)| if a == id { b } else { a }).collect())
}

/// Residents whose telephone has no blind index yet, at most so many: (county, id, sealed telephone).
pub(crate) async fn unhashed(c: &mut Conn, most: i64) -> Result<Vec<(DivisionId, ResidentId, Vec<u8>)>> {
    let q = sql("SELECT county_id,id,phone FROM resident WHERE phone IS NOT NULL AND phone_hash IS NULL");
    c.all(q.lit(" ORDER BY county_id,id LIMIT ").bind(most)).await
}

/// Writes the blind index of a telephone, unless it was changed meanwhile; the version stays, the index is derived.
pub(crate) async fn set_hash(tx: &mut Tx, county: DivisionId, id: ResidentId, phone: &[u8], hash: &[u8]) -> Result<()> {
    let q = binds!(
        sql("UPDATE resident SET phone_hash="),
        "" => hash,
        " WHERE county_id=" => county,
        " AND id=" => id,
        " AND phone=" => phone,
    );
    tx.run(q).await?;
    Ok(())
}
