//! Items.

use crate::model::{Device, Item, ItemState};
use zw_access::Permit;
use zw_core::{DivisionId, PageReq, Result, Uuid};
use zw_db::{Conn, Sql, Tx, sql, val};

const SELECT: &str = "SELECT i.county_id,i.id,i.device_id,i.client_id,i.account_id,i.account_name,i.worker_id,i.unit_id,i.kind,i.state,i.resident_county,i.resident_id,i.ref_county,i.ref_id,i.body,i.digest,i.why,i.told,i.recorded_at,i.received_at,i.settled_at,i.settled_by,i.settled_why,i.version FROM field_item i WHERE ";

/// The item that a device sent under an id of its own.
pub(crate) async fn sent(c: &mut Conn, d: &Device, client: Uuid) -> Result<Option<Item>> {
    let q = sql(SELECT).lit("i.county_id=").bind(d.county_id).lit(" AND i.device_id=").bind(d.id);
    c.one(q.lit(" AND i.client_id=").bind(client)).await
}

/// Those of some ids that a device has sent already.
pub(crate) async fn known(c: &mut Conn, d: &Device, clients: &[Uuid]) -> Result<Vec<Item>> {
    let q = sql(SELECT).lit("i.county_id=").bind(d.county_id).lit(" AND i.device_id=").bind(d.id);
    c.all(q.lit(" AND i.client_id IN ").list(clients.iter().copied())).await
}

/// Writes an item; `false` when the device has sent it already.
pub(crate) async fn insert(tx: &mut Tx, i: &Item, shift: Uuid) -> Result<bool> {
    let columns = [
        "county_id",
        "id",
        "device_id",
        "client_id",
        "shift_id",
        "account_id",
        "account_name",
        "worker_id",
        "unit_id",
        "kind",
        "state",
        "resident_county",
        "resident_id",
        "ref_county",
        "ref_id",
        "body",
        "digest",
        "why",
        "told",
        "recorded_at",
        "received_at",
    ];
    let row = vec![
        val(i.county_id),
        val(i.id),
        val(i.device_id),
        val(i.client_id),
        val(shift),
        val(i.account_id),
        val(&i.account_name),
        val(i.worker_id),
        val(i.unit_id),
        val(i.kind),
        val(i.state),
        val(i.resident_county),
        val(i.resident_id),
        val(i.ref_county),
        val(i.ref_id),
        val(i.body.clone()),
        val(&i.digest),
        val(&i.why),
        val(&i.told),
        val(i.recorded_at),
        val(i.received_at),
    ];
    let tail = " ON CONFLICT(county_id,device_id,client_id) DO NOTHING";
    Ok(tx.bulk("field_item", &columns, &[row], tail).await? == 1)
}

/// One item within the scope.
pub(crate) async fn get(c: &mut Conn, p: &Permit<Item>, county: DivisionId, id: Uuid) -> Result<Option<Item>> {
    c.one(p.within(sql(SELECT).lit("i.county_id=").bind(county).lit(" AND i.id=").bind(id))).await
}

fn asked(q: Sql, p: &Permit<Item>, open: bool) -> Sql {
    p.within(q).when(open, |q| q.lit(" AND i.state IN('waiting','refused')"))
}

/// A page of items within the scope, the newest first, and their number.
pub(crate) async fn find(c: &mut Conn, p: &Permit<Item>, open: bool, page: PageReq) -> Result<(Vec<Item>, i64)> {
    let total = c.scalar(asked(sql("SELECT COUNT(*) FROM field_item i WHERE 1=1"), p, open)).await?;
    let q = asked(sql(SELECT).lit("1=1"), p, open)
        .lit(" ORDER BY i.received_at DESC,i.recorded_at DESC,i.id DESC LIMIT ")
        .bind(page.limit())
        .lit(" OFFSET ")
        .bind(page.offset());
    Ok((c.all(q).await?, total))
}

/// How many items within the scope wait for somebody.
pub(crate) async fn open(c: &mut Conn, p: &Permit<Item>) -> Result<i64> {
    c.scalar(asked(sql("SELECT COUNT(*) FROM field_item i WHERE 1=1"), p, true)).await
}

/// Settles an item; 0 rows when somebody was faster. What has become a record is kept there and no longer here.
pub(crate) async fn settle(
    tx: &mut Tx,
    p: &Permit<Item>,
    was: &Item,
    state: ItemState,
    at: Option<(DivisionId, Uuid)>,
    (by, why): (&str, &str),
) -> Result<u64> {
    let now = tx.at();
    let none: Option<Vec<u8>> = None;
    let q = sql("UPDATE field_item AS i SET version=i.version+1,state=")
        .bind(state)
        .lit(",settled_at=")
        .bind(now)
        .lit(",settled_by=")
        .bind(by)
        .lit(",settled_why=")
        .bind(why);
    let q = if state == ItemState::Away { q } else { q.lit(",body=").bind(none) };
    let q = match at {
        Some((county, id)) => q.lit(",ref_county=").bind(county).lit(",ref_id=").bind(id),
        None => q,
    };
    let q = q.lit(" WHERE i.county_id=").bind(was.county_id).lit(" AND i.id=").bind(was.id);
    tx.run(p.within(q.lit(" AND i.version=").bind(was.version))).await
}
