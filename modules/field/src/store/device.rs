//! Devices and their shifts.

use crate::model::{Device, Shift};
use zw_access::Permit;
use zw_core::{AccountId, Day, DivisionId, Result, Stamp, UnitId, Uuid};
use zw_db::{Conn, Sql, Tx, sql, val};

const SELECT: &str = "SELECT d.id,d.account_id,d.account_name,d.worker_id,d.county_id,d.unit_id,d.name,d.bound_at,d.seen_at,d.ended_at,d.ended_by,d.lost,d.reason,d.wiped_at FROM field_device d WHERE ";

/// The device of a token.
pub(crate) async fn of_token(c: &mut Conn, hash: &[u8]) -> Result<Option<Device>> {
    c.one(sql(SELECT).lit("d.token_hash=").bind(hash)).await
}

/// One of an account's own devices.
pub(crate) async fn own(c: &mut Conn, account: AccountId, id: Uuid) -> Result<Option<Device>> {
    c.one(sql(SELECT).lit("d.account_id=").bind(account).lit(" AND d.id=").bind(id)).await
}

/// An account's own devices, the newest first, at most 20.
pub(crate) async fn all_own(c: &mut Conn, account: AccountId) -> Result<Vec<Device>> {
    c.all(sql(SELECT).lit("d.account_id=").bind(account).lit(" ORDER BY d.bound_at DESC,d.id DESC LIMIT 20")).await
}

/// A device within the scope.
pub(crate) async fn get(c: &mut Conn, p: &Permit<Device>, id: Uuid) -> Result<Option<Device>> {
    c.one(p.within(sql(SELECT).lit("d.id=").bind(id))).await
}

/// Devices within the scope: those in use first, then the newest, at most 200.
pub(crate) async fn list(c: &mut Conn, p: &Permit<Device>) -> Result<Vec<Device>> {
    let q = p.within(sql(SELECT).lit("1=1"));
    c.all(q.lit(" ORDER BY CASE WHEN d.ended_at IS NULL THEN 0 ELSE 1 END,d.bound_at DESC,d.id DESC LIMIT 200")).await
}

/// The places that an account's live devices take.
pub(crate) async fn slots(c: &mut Conn, account: AccountId) -> Result<Vec<i64>> {
    let q = sql("SELECT slot FROM field_device WHERE account_id=").bind(account).lit(" AND ended_at IS NULL");
    Ok(c.all::<(i64,)>(q).await?.into_iter().map(|r| r.0).collect())
}

/// Writes a new device.
pub(crate) async fn insert(tx: &mut Tx, d: &Device, slot: i64, token: Vec<u8>) -> Result<()> {
    let columns = [
        "id",
        "account_id",
        "account_name",
        "worker_id",
        "county_id",
        "unit_id",
        "slot",
        "token_hash",
        "name",
        "bound_at",
        "seen_at",
    ];
    let row = vec![
        val(d.id),
        val(d.account_id),
        val(&d.account_name),
        val(d.worker_id),
        val(d.county_id),
        val(d.unit_id),
        val(slot),
        val(token),
        val(&d.name),
        val(d.bound_at),
        val(d.seen_at),
    ];
    tx.bulk("field_device", &columns, &[row], "").await.map(|_| ())
}

/// Notes that a device was heard of; 0 rows when it was noted since `before`.
pub(crate) async fn seen(tx: &mut Tx, id: Uuid, at: Stamp, before: Stamp) -> Result<u64> {
    let q = sql("UPDATE field_device SET seen_at=").bind(at).lit(" WHERE id=").bind(id);
    tx.run(q.lit(" AND seen_at<=").bind(before)).await
}

/// Ends a device; a device that ended otherwise may still be declared lost. 0 rows when there is nothing to change.
pub(crate) async fn end(tx: &mut Tx, id: Uuid, lost: bool, by: &str, reason: &str) -> Result<u64> {
    let at = tx.at();
    let q = sql("UPDATE field_device SET ended_at=COALESCE(ended_at,")
        .bind(at)
        .lit("),ended_by=")
        .bind(by)
        .lit(",reason=")
        .bind(reason)
        .lit(",lost=")
        .bind(lost)
        .lit(" WHERE id=")
        .bind(id);
    tx.run(if lost { q.lit(" AND lost=").bind(false) } else { q.lit(" AND ended_at IS NULL") }).await
}

/// Takes the keys of a device's shifts away: what it still holds can be read by nobody.
pub(crate) async fn forget_keys(tx: &mut Tx, county: DivisionId, device: Uuid) -> Result<()> {
    let none: Option<Vec<u8>> = None;
    let q = sql("UPDATE field_shift SET data_key=").bind(none).lit(" WHERE county_id=").bind(county);
    tx.run(q.lit(" AND device_id=").bind(device)).await.map(|_| ())
}

/// Notes that a device was told to wipe itself; 0 rows when it was told before.
pub(crate) async fn wiped(tx: &mut Tx, id: Uuid) -> Result<u64> {
    let at = tx.at();
    tx.run(sql("UPDATE field_device SET wiped_at=").bind(at).lit(" WHERE id=").bind(id).lit(" AND wiped_at IS NULL"))
        .await
}

/// Whether an account may be used and holds an office at a station on a day: one that counts, of whoever is a worker with a
/// posting there (`accounts` and `people` own and write these rows; what counts is decision 0042's).
pub(crate) async fn in_office(c: &mut Conn, account: AccountId, unit: UnitId, day: Day) -> Result<bool> {
    let q = sql("SELECT COUNT(*) FROM account a JOIN account_grant g ON g.account_id=a.id WHERE a.id=")
        .bind(account)
        .lit(" AND a.state='active' AND a.held_at IS NULL AND g.ended_at IS NULL AND g.role IN('worker','station_head') AND g.unit_id=")
        .bind(unit)
        .lit(" AND g.from_day<=")
        .bind(day)
        .lit(" AND (g.to_day IS NULL OR g.to_day>=")
        .bind(day)
        .lit(") AND (a.worker_id IS NULL OR EXISTS (SELECT 1 FROM posting p WHERE p.worker_id=a.worker_id AND p.unit_id=g.unit_id AND p.from_day<=")
        .bind(day)
        .lit(" AND (p.to_day IS NULL OR p.to_day>")
        .bind(day)
        .lit(")))");
    Ok(c.scalar::<i64>(q).await? > 0)
}

/// Names of units (`network` owns and writes these rows).
pub(crate) async fn unit_names(c: &mut Conn, ids: &[UnitId]) -> Result<Vec<(UnitId, String)>> {
    c.all(sql("SELECT id,name FROM unit WHERE id IN ").list(ids.iter().copied()).lit(" ORDER BY name,id")).await
}

const SHIFT: &str = "SELECT county_id,id,device_id,account_id,worker_id,unit_id,data_key,opened_at,ends_at FROM field_shift WHERE county_id=";

fn of_device(d: &Device) -> Sql {
    sql(SHIFT).bind(d.county_id).lit(" AND device_id=").bind(d.id)
}

/// The newest shift of a device.
pub(crate) async fn newest(c: &mut Conn, d: &Device) -> Result<Option<Shift>> {
    c.one(of_device(d).lit(" ORDER BY opened_at DESC,id DESC LIMIT 1")).await
}

/// Some shifts of a device.
pub(crate) async fn shifts(c: &mut Conn, d: &Device, ids: &[Uuid]) -> Result<Vec<Shift>> {
    c.all(of_device(d).lit(" AND id IN ").list(ids.iter().copied())).await
}

/// Writes a new shift.
pub(crate) async fn open(tx: &mut Tx, s: &Shift) -> Result<()> {
    let columns =
        ["county_id", "id", "device_id", "account_id", "worker_id", "unit_id", "data_key", "opened_at", "ends_at"];
    let row = vec![
        val(s.county_id),
        val(s.id),
        val(s.device_id),
        val(s.account_id),
        val(s.worker_id),
        val(s.unit_id),
        val(s.data_key.clone()),
        val(s.opened_at),
        val(s.ends_at),
    ];
    tx.bulk("field_shift", &columns, &[row], "").await.map(|_| ())
}

/// Notes that the pack of a shift was handed out, and of how many persons.
pub(crate) async fn packed(tx: &mut Tx, s: &Shift, persons: i64) -> Result<()> {
    let at = tx.at();
    let q = sql("UPDATE field_shift SET packed_at=").bind(at).lit(",persons=").bind(persons);
    tx.run(q.lit(" WHERE county_id=").bind(s.county_id).lit(" AND id=").bind(s.id)).await.map(|_| ())
}
