//! Which rows of official lists are who on file, and what follows for their official statuses. `k` is a category of a
//! resident; a row of it with a list is what that list says.

use super::binds;
use crate::model::OfficialList;
use zw_core::{Day, DivisionId, OfficialListId, ResidentId, Result};
use zw_db::{Conn, Sql, Tx, sql};

/// Who holds the number of the row in its county.
const HOLDER: &str = "(SELECT i.ref_id FROM identity_index i WHERE i.kind='resident_id' AND i.hash=o.hash AND i.ref_table='resident' AND i.county_id=o.county_id)";

/// Names of those who are on file are on file, and nowhere else.
fn named_on_file(county: DivisionId) -> Sql {
    sql("UPDATE official_list_row AS o SET name=NULL WHERE o.name IS NOT NULL AND o.county_id=").bind(county).lit(
        " AND EXISTS(SELECT 1 FROM resident r WHERE r.county_id=o.county_id AND r.id=o.resident_id AND r.state<>'closed')",
    )
}

/// Ties all rows of a new list to whoever on file has their number.
pub(crate) async fn tie_list(tx: &mut Tx, county: DivisionId, list: OfficialListId) -> Result<()> {
    let q = sql("UPDATE official_list_row AS o SET resident_id=").lit(HOLDER);
    tx.run(q.lit(" WHERE o.county_id=").bind(county).lit(" AND o.list_id=").bind(list)).await?;
    tx.run(named_on_file(county).lit(" AND o.list_id=").bind(list)).await?;
    Ok(())
}

/// Ties and unties the rows of the standing lists that are, or were, some residents'. `hashes`: the numbers they have now.
/// Answers the standing lists that they are on.
pub(crate) async fn tie_residents(
    tx: &mut Tx,
    county: DivisionId,
    ids: &[ResidentId],
    hashes: &[Vec<u8>],
) -> Result<Vec<OfficialListId>> {
    const STANDING: &str =
        " AND o.list_id IN (SELECT l.id FROM official_list l WHERE l.county_id=o.county_id AND l.replaced_by IS NULL)";
    let untie = sql("UPDATE official_list_row AS o SET resident_id=NULL WHERE o.county_id=").bind(county);
    let untie = untie.lit(" AND o.resident_id IN ").list(ids.iter().copied()).lit(STANDING);
    tx.run(untie.lit(" AND COALESCE(").lit(HOLDER).lit("<>o.resident_id,TRUE)")).await?;
    let tie = sql("UPDATE official_list_row AS o SET resident_id=").lit(HOLDER);
    let tie = tie.lit(" WHERE o.county_id=").bind(county).lit(" AND o.hash IN ").list(hashes.iter());
    tx.run(tie.lit(STANDING)).await?;
    tx.run(named_on_file(county).lit(" AND o.resident_id IN ").list(ids.iter().copied())).await?;
    let on = sql("SELECT DISTINCT o.list_id FROM official_list_row o WHERE o.county_id=").bind(county);
    let on = on.lit(" AND o.resident_id IN ").list(ids.iter().copied()).lit(STANDING);
    let found: Vec<(OfficialListId,)> = tx.all(on.lit(" ORDER BY o.list_id")).await?;
    Ok(found.into_iter().map(|f| f.0).collect())
}

/// Ends the official statuses that standing lists do not say of these residents any more (a corrected number).
pub(crate) async fn end_untied(tx: &mut Tx, county: DivisionId, ids: &[ResidentId], on: Day) -> Result<()> {
    let q = sql("UPDATE resident_category AS k SET to_day=CASE WHEN k.from_day>")
        .bind(on)
        .lit(" THEN k.from_day ELSE ")
        .bind(on)
        .lit(" END WHERE k.county_id=")
        .bind(county)
        .lit(" AND k.resident_id IN ")
        .list(ids.iter().copied())
        .lit(" AND k.to_day IS NULL AND k.list_id IN (SELECT l.id FROM official_list l WHERE l.county_id=k.county_id AND l.replaced_by IS NULL AND l.kind='rows')");
    let q = q.lit(" AND NOT EXISTS(SELECT 1 FROM official_list_row o WHERE o.county_id=k.county_id AND o.list_id=k.list_id AND o.resident_id=k.resident_id)");
    tx.run(q).await?;
    Ok(())
}

/// Ends, from the day of a new list, the official statuses of its category that it does not say any more, and lets those that
/// it says rest on it. What was typed at the station without a list stays what it is. Answers how many ended.
pub(crate) async fn renew(tx: &mut Tx, l: &OfficialList) -> Result<u64> {
    const SAID: &str = "EXISTS(SELECT 1 FROM official_list_row o WHERE o.county_id=k.county_id AND o.resident_id=k.resident_id AND o.list_id=";
    let head = |q: Sql| {
        let q = q.lit(" WHERE k.county_id=").bind(l.county_id).lit(" AND k.category=").bind(&l.category);
        q.lit(" AND k.to_day IS NULL AND k.list_id IS NOT NULL AND ")
    };
    let q = binds!(
        sql("UPDATE resident_category AS k SET to_day=CASE WHEN k.from_day>"),
        "" => l.list_date,
        " THEN k.from_day ELSE " => l.list_date,
        " END,ended_by=" => l.id,
    );
    let ended = tx.run(head(q).lit("NOT ").lit(SAID).bind(l.id).lit(")")).await?;
    let q = binds!(
        sql("UPDATE resident_category AS k SET list_id="),
        "" => l.id,
        ",ref=" => l.document.clone(),
        ",basis=" => l.authority,
    );
    tx.run(head(q).lit(SAID).bind(l.id).lit(")")).await?;
    Ok(ended)
}

/// How many official statuses a new list of a category would end: those that rest on a list and whose holders have none of
/// these numbers.
pub(crate) async fn would_end(c: &mut Conn, county: DivisionId, category: &str, hashes: &[Vec<u8>]) -> Result<i64> {
    let held: Vec<(ResidentId,)> = c
        .all(
            sql("SELECT DISTINCT k.resident_id FROM resident_category k WHERE k.county_id=")
                .bind(county)
                .lit(" AND k.category=")
                .bind(category)
                .lit(" AND k.to_day IS NULL AND k.list_id IS NOT NULL"),
        )
        .await?;
    if held.is_empty() {
        return Ok(0);
    }
    let mut stays = std::collections::HashSet::new();
    for some in hashes.chunks(500) {
        let q = sql("SELECT i.ref_id FROM identity_index i WHERE i.kind='resident_id' AND i.ref_table='resident' AND i.county_id=")
            .bind(county)
            .lit(" AND i.hash IN ")
            .list(some.iter());
        stays.extend(c.all::<(ResidentId,)>(q).await?.into_iter().map(|f| f.0));
    }
    Ok(i64::try_from(held.iter().filter(|h| !stays.contains(&h.0)).count()).unwrap_or(i64::MAX))
}

fn of(q: Sql, ids: Option<&[ResidentId]>, column: &'static str) -> Sql {
    match ids {
        Some(ids) => q.lit(" AND ").lit(column).lit(" IN ").list(ids.iter().copied()),
        None => q,
    }
}

/// What was typed at the station as official, and a list says as well, rests on the list from now on: it is no longer the
/// station's to take back. `ids`: of these alone.
pub(crate) async fn take_up(tx: &mut Tx, l: &OfficialList, ids: Option<&[ResidentId]>) -> Result<()> {
    let q = binds!(
        sql("UPDATE resident_category AS k SET list_id="),
        "" => l.id,
        ",ref=" => l.document.clone(),
        ",basis=" => l.authority,
        " WHERE k.county_id=" => l.county_id,
        " AND k.category=" => &l.category,
        " AND k.to_day IS NULL AND k.list_id IS NULL AND k.basis<>'worker_found' AND EXISTS(SELECT 1 FROM official_list_row o WHERE o.county_id=k.county_id AND o.resident_id=k.resident_id AND o.list_id=" => l.id,
    );
    let q = q.lit(") AND NOT EXISTS(SELECT 1 FROM resident_category x WHERE x.county_id=k.county_id AND x.resident_id=k.resident_id AND x.category=k.category AND x.to_day IS NULL AND x.list_id IS NOT NULL)");
    tx.run(of(q, ids, "k.resident_id")).await?;
    Ok(())
}

/// Residents on file whom a list names and who have no official status from it yet, and since when they have it.
pub(crate) async fn missing(
    c: &mut Conn,
    l: &OfficialList,
    ids: Option<&[ResidentId]>,
) -> Result<Vec<(ResidentId, Option<Day>)>> {
    let q = binds!(
        sql("SELECT o.resident_id,o.from_day FROM official_list_row o JOIN resident r ON r.county_id=o.county_id AND r.id=o.resident_id WHERE o.county_id="),
        "" => l.county_id,
        " AND o.list_id=" => l.id,
        " AND r.state<>'closed' AND NOT EXISTS(SELECT 1 FROM resident_category k WHERE k.county_id=o.county_id AND k.resident_id=o.resident_id AND k.to_day IS NULL AND k.list_id IS NOT NULL AND k.category=" => &l.category,
    );
    c.all(of(q.lit(")"), ids, "o.resident_id").lit(" ORDER BY o.id")).await
}
