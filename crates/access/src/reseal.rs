//! Sealing every value anew with the newest key (security.md CRY-3): a batch at a time, from any point, as often as one
//! likes. A batch reads and seals outside the transaction that writes it; a value that somebody changed in between is left
//! alone, because it was sealed by then with a key that is no older.

use crate::crypto::digest;
use crate::policy::Action;
use crate::sealed::{self, Column, Keys, Place};
use crate::vault::{NO_KEY_ID, Vault, WITH_KEY_ID, hex};
use crate::{App, Ctx};
use std::collections::BTreeMap;
use std::sync::Arc;
use zw_core::{AccountId, DivisionId, Result, Uuid};
use zw_db::{Conn, Sql, Val, sql, val};

/// Rows of a batch: few enough that whoever saves a visit meanwhile waits for milliseconds.
const BATCH: i64 = 500;

/// A sealed value of a row: the keys that find the row, the place that opens it.
struct Found {
    keys: Vec<Val>,
    place: Place,
    sealed: Vec<u8>,
}

/// What came of the values of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Sealed anew.
    pub sealed: u64,
    /// Do not open, and were left as they are.
    pub broken: u64,
}

impl std::ops::AddAssign for Done {
    fn add_assign(&mut self, other: Self) {
        self.sealed += other.sealed;
        self.broken += other.broken;
    }
}

impl Column {
    fn keys(self) -> &'static [&'static str] {
        match self.keys {
            Keys::Id => &["id"],
            Keys::County => &["county_id", "id"],
            Keys::Draft => &["account_id", "key"],
        }
    }
}

/// `(a,b)` of the key columns.
fn named(q: Sql, column: Column) -> Sql {
    let (mut q, mut before) = (q, "(");
    for k in column.keys() {
        q = q.lit(before).lit(k);
        before = ",";
    }
    q.lit(")")
}

/// The next values of a column in the order of its rows; only those that do not begin like `but`.
async fn page(c: &mut Conn, column: Column, after: Option<&[Val]>, but: Option<&[u8]>) -> Result<Vec<Found>> {
    let mut q = sql("SELECT ");
    for k in column.keys() {
        q = q.lit(k).lit(",");
    }
    q = q.lit(column.column).lit(" FROM ").lit(column.table).lit(" WHERE ").lit(column.column).lit(" IS NOT NULL");
    if let Some(but) = but {
        q = q.lit(" AND substr(").lit(column.column).lit(",1,5)<>").bind(but);
    }
    if let Some(after) = after {
        q = named(q.lit(" AND "), column).lit(">").list(after.to_vec());
    }
    q = q.lit(" ORDER BY ").lit(column.keys()[0]);
    for k in &column.keys()[1..] {
        q = q.lit(",").lit(k);
    }
    q = q.lit(" LIMIT ").bind(BATCH);
    let found = |keys: Vec<Val>, place, sealed| Found { keys, place, sealed };
    Ok(match column.keys {
        Keys::Id => {
            let rows: Vec<(Uuid, Vec<u8>)> = c.all(q).await?;
            rows.into_iter().map(|(id, v)| found(vec![val(id)], column.at(id, id), v)).collect()
        }
        Keys::County => {
            let rows: Vec<(DivisionId, Uuid, Vec<u8>)> = c.all(q).await?;
            rows.into_iter().map(|(a, b, v)| found(vec![val(a), val(b)], column.at(a, b), v)).collect()
        }
        Keys::Draft => {
            let rows: Vec<(AccountId, String, Vec<u8>)> = c.all(q).await?;
            rows.into_iter().map(|(a, b, v)| found(vec![val(a), val(&b)], column.at(a, &b), v)).collect()
        }
    })
}

/// Seals every value of a column anew that the newest key did not seal. Each batch is one transaction with its audit row.
pub async fn column(app: &Arc<App>, column: Column) -> Result<Done> {
    let (mut done, mut after): (Done, Option<Vec<Val>>) = (Done::default(), None);
    loop {
        let newest = app.vault.newest();
        let mut c = app.db.read().await?;
        let rows = page(&mut c, column, after.as_deref(), Some(&newest)).await?;
        drop(c);
        let Some(last) = rows.last() else { return Ok(done) };
        after = Some(last.keys.clone());
        let mut anew = vec![];
        for r in rows {
            match app.vault.open(&r.place, &r.sealed) {
                Ok(plain) => {
                    let plain = zeroize::Zeroizing::new(plain);
                    anew.push((app.vault.seal(&app.rng, &r.place, &plain)?, r));
                }
                Err(e) => {
                    tracing::error!("{}: {e}", r.place);
                    done.broken += 1;
                }
            }
        }
        if anew.is_empty() {
            continue;
        }
        let ctx = Ctx::system(app.clone(), "cli.key", &[]);
        let mut tx = ctx.write().await?;
        let mut changed = 0;
        for (value, r) in anew {
            let q = sql("UPDATE ").lit(column.table).lit(" SET ").lit(column.column).lit("=").bind(value);
            let q = named(q.lit(" WHERE "), column).lit("=").list(r.keys);
            changed += tx.run(q.lit(" AND ").lit(column.column).lit("=").bind(r.sealed)).await?;
        }
        let event = ctx.event(Action("key.reseal")).record(None, format!("{column} {changed}"));
        tx.commit(event.fields(&[column.column])).await?;
        done.sealed += changed;
    }
}

/// How many values each key sealed; without a key id the values of format 1, which name none.
pub async fn census(c: &mut Conn) -> Result<BTreeMap<Option<String>, i64>> {
    let mut all = BTreeMap::new();
    for s in sealed::ALL {
        let q = sql("SELECT CASE WHEN substr(").lit(s.column).lit(",1,1)=").bind(vec![NO_KEY_ID]).lit(" THEN ");
        let q = q.bind(vec![NO_KEY_ID]).lit(" ELSE substr(").lit(s.column).lit(",1,5) END AS k,COUNT(*) FROM ");
        let q = q.lit(s.table).lit(" WHERE ").lit(s.column).lit(" IS NOT NULL GROUP BY 1");
        let rows: Vec<(Vec<u8>, i64)> = c.all(q).await?;
        for (prefix, n) in rows {
            let kid = prefix.strip_prefix(&[WITH_KEY_ID]).map(hex);
            *all.entry(kid).or_insert(0) += n;
        }
    }
    Ok(all)
}

/// Opens every sealed value: the digest of each by its place, or in words why it does not open.
pub async fn open_all(c: &mut Conn, vault: &Vault) -> Result<BTreeMap<Place, std::result::Result<String, String>>> {
    let mut all = BTreeMap::new();
    for s in sealed::ALL {
        let mut after: Option<Vec<Val>> = None;
        loop {
            let rows = page(c, *s, after.as_deref(), None).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.keys.clone());
            for r in rows {
                let opened = vault.open(&r.place, &r.sealed).map(|plain| hex(&digest(&[&plain])));
                all.insert(r.place, opened.map_err(|e| e.to_string()));
            }
        }
    }
    Ok(all)
}
