//! Stations and posted workers as rows, for tests of modules that only read them: nothing of the modules that own them.
//! Unit n is 0xA000+n, worker n 0xB000+n, his posting 0xC000+n.

use zw_core::{DivisionId, UnitId, Uuid, WorkerId};
use zw_db::{Tx, Val, val};

fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0xA000 + n))
}

/// Columns and values of one row.
async fn put(tx: &mut Tx, table: &'static str, row: Vec<(&'static str, Val)>) {
    let columns: Vec<&'static str> = row.iter().map(|c| c.0).collect();
    let values: Vec<Val> = row.into_iter().map(|c| c.1).collect();
    tx.bulk(table, &columns, &[values], "").await.unwrap();
}

fn written() -> [(&'static str, Val); 3] {
    [("created_at", val(0i64)), ("updated_at", val(0i64)), ("updated_by", val("test"))]
}

/// Station n, built from a day (yyyymmdd) on and serving its township.
pub async fn station(tx: &mut Tx, n: u128, county: DivisionId, town: DivisionId, since: i64, name: &str) {
    let mut row = vec![
        ("id", val(unit(n))),
        ("tier", val("T")),
        ("name", val(name)),
        ("county_id", val(county)),
        ("division_id", val(town)),
        ("town_id", val(town)),
        ("mode", val("direct")),
        ("state", val("operating")),
    ];
    row.extend(written());
    put(tx, "unit", row).await;
    let state = vec![
        ("unit_id", val(unit(n))),
        ("from_day", val(since)),
        ("state", val("operating")),
        ("county_id", val(county)),
        ("tier", val("T")),
    ];
    put(tx, "unit_state", state).await;
    let served = vec![("unit_id", val(unit(n))), ("division_id", val(town)), ("from_day", val(since))];
    put(tx, "unit_coverage", served).await;
}

/// Worker n with his one posting, at a unit from a day (yyyymmdd) on.
pub async fn posted(tx: &mut Tx, n: u128, county: DivisionId, at: UnitId, from: i64) {
    let worker = WorkerId(Uuid::from_u128(0xB000 + n));
    let mut row = vec![
        ("id", val(worker)),
        ("name", val(format!("社工{n}"))),
        ("id_type", val("resident_id")),
        ("sex", val("2")),
        ("since_day", val(from)),
        ("employ", val("agency")),
        ("state", val("on_post")),
        ("home_county", val(county)),
    ];
    row.extend(written());
    put(tx, "worker", row).await;
    let mut row = vec![
        ("id", val(Uuid::from_u128(0xC000 + n))),
        ("worker_id", val(worker)),
        ("unit_id", val(at)),
        ("county_id", val(county)),
        ("post", val("worker")),
        ("from_day", val(from)),
        ("fte_permille", val(1000i64)),
    ];
    row.extend(written());
    put(tx, "posting", row).await;
}
