//! The one place where official lists and the register meet (decision 0045). A person stands on a list by the number of the
//! document, as the blind index has it; nothing else matches, and nobody is shown whom the reader may not see.
//!
//! What follows from a list of category c, of day D:
//! * who is on file and stands on it has the official status c since D (or since the day that the list says), with the list as
//!   its source; what was typed at the station as official rests on the list from then on;
//! * who had the status from a list before and stands on this one no longer has it until D;
//! * what the worker found stays the worker's, whatever the list says.
//!
//! It is done when a list is imported and whenever a number comes to a record: filing, correction, merge.

use crate::model::OfficialList;
use crate::store::{official as lists, official_match as store, row};
use zw_access::Ctx;
use zw_core::{DivisionId, OfficialListId, ResidentId, Result, Uuid};
use zw_db::Tx;

/// Matches a new list with the register. Answers how many statuses of lists before it ended.
pub(crate) async fn list(
    tx: &mut Tx,
    county: DivisionId,
    id: OfficialListId,
    uuid: &(dyn Fn() -> Uuid + Sync),
) -> Result<u64> {
    store::tie_list(tx, county, id).await?;
    let Some(l) = lists::any(tx, county, id).await? else { return Ok(0) };
    // A list of numbers names nobody, so it ends nobody's status.
    if l.kind == crate::model::ListKind::Numbers {
        return Ok(0);
    }
    let ended = store::renew(tx, &l).await?;
    statuses(tx, &l, None, uuid).await?;
    Ok(ended)
}

/// Matches some records with the lists that stand, after numbers came to them or left them. `hashes`: the blind indexes of the
/// numbers that they have.
pub(crate) async fn residents(
    ctx: &Ctx,
    tx: &mut Tx,
    county: DivisionId,
    ids: &[ResidentId],
    hashes: &[Vec<u8>],
) -> Result<()> {
    let lists = store::tie_residents(tx, county, ids, hashes).await?;
    store::end_untied(tx, county, ids, ctx.today()).await?;
    for id in lists {
        if let Some(l) = lists::any(tx, county, id).await? {
            statuses(tx, &l, Some(ids), &|| ctx.uuid()).await?;
        }
    }
    Ok(())
}

/// Gives the official status of a list to those tied to it, or to these of them.
async fn statuses(
    tx: &mut Tx,
    l: &OfficialList,
    ids: Option<&[ResidentId]>,
    uuid: &(dyn Fn() -> Uuid + Sync),
) -> Result<()> {
    store::take_up(tx, l, ids).await?;
    let rows: Vec<row::CategoryRow> = store::missing(tx, l, ids)
        .await?
        .into_iter()
        .map(|(resident, since)| row::CategoryRow {
            county: l.county_id,
            id: uuid(),
            resident,
            category: l.category.clone(),
            basis: l.authority,
            from: since.unwrap_or(l.list_date),
            to: None,
            list: Some(l.id),
            document: l.document.clone(),
        })
        .collect();
    row::insert(tx, rows).await
}
