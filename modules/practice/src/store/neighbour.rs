//! Rows of other modules that this one reads (units, coverage, names of workers and of accounts: `network`, `people` and
//! `accounts` own and write them).

use zw_access::Pii;
use zw_core::tree::{DivisionKind, Tree};
use zw_core::{Day, DivisionId, Result, UnitId, WorkerId};
use zw_db::{Conn, sql};

zw_db::record! {
    /// A station as far as this module needs it.
    #[derive(Clone, Debug)]
    pub(crate) struct UnitFacts {
        /// Row.
        pub id: UnitId,
        /// Name.
        pub name: String,
        /// County.
        pub county_id: DivisionId,
        /// The division it stands for.
        pub division_id: DivisionId,
    }
}

/// A unit.
pub(crate) async fn unit(c: &mut Conn, id: UnitId) -> Result<Option<UnitFacts>> {
    c.one(sql("SELECT id,name,county_id,division_id FROM unit WHERE id=").bind(id)).await
}

/// Names of units.
pub(crate) async fn unit_names(c: &mut Conn, ids: &[UnitId]) -> Result<Vec<(UnitId, String)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    c.all(sql("SELECT id,name FROM unit WHERE id IN ").list(ids.iter().copied())).await
}

/// First day on which a unit covered anything.
pub(crate) async fn since(c: &mut Conn, unit: UnitId) -> Result<Option<Day>> {
    let found: Option<(Option<Day>,)> =
        c.one(sql("SELECT MIN(from_day) FROM unit_coverage WHERE unit_id=").bind(unit)).await?;
    Ok(found.and_then(|f| f.0))
}

/// Workers posted at a unit on a day, by name.
pub(crate) async fn posted(c: &mut Conn, unit: UnitId, day: Day) -> Result<Vec<(WorkerId, String)>> {
    let list = zw_people::on_post(c, unit, day).await?;
    let mut out: Vec<(WorkerId, String)> =
        list.into_iter().map(|p| (p.worker, zw_people::STAFF.name(&p.name))).collect();
    out.dedup_by_key(|p| p.0);
    Ok(out)
}

/// Name of a worker.
pub(crate) async fn worker_name(c: &mut Conn, id: WorkerId) -> Result<Option<String>> {
    Ok(worker_names(c, &[id]).await?.pop().map(|f| f.1))
}

/// Names of workers.
pub(crate) async fn worker_names(c: &mut Conn, ids: &[WorkerId]) -> Result<Vec<(WorkerId, String)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let found: Vec<(WorkerId, Pii<String>)> =
        c.all(sql("SELECT id,name FROM worker WHERE id IN ").list(ids.iter().copied())).await?;
    Ok(found.into_iter().map(|(id, name)| (id, zw_people::STAFF.name(&name))).collect())
}

/// The name shown of an account and the worker whose it is, by its login.
pub(crate) async fn account(c: &mut Conn, login: &str) -> Result<Option<(String, Option<WorkerId>)>> {
    c.one(sql("SELECT display,worker_id FROM account WHERE login=").bind(login)).await
}

/// A village of a station's area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VillageOption {
    /// Division.
    pub id: DivisionId,
    /// Name.
    pub name: String,
    /// Township it lies in.
    pub township: DivisionId,
    /// Its name.
    pub township_name: String,
}

/// Villages of the divisions a unit covers on a day, in tree order. A covered township without villages (a farm, a
/// zone) stands for itself, so that its people can be registered.
pub(crate) async fn villages(c: &mut Conn, tree: &Tree, unit: UnitId, day: Day) -> Result<Vec<VillageOption>> {
    let covered: Vec<(DivisionId,)> = c
        .all(
            sql("SELECT division_id FROM unit_coverage WHERE unit_id=")
                .bind(unit)
                .lit(" AND from_day<=")
                .bind(day)
                .lit(" AND (to_day IS NULL OR to_day>")
                .bind(day)
                .lit(") ORDER BY division_id"),
        )
        .await?;
    let view = tree.as_of(day);
    let mut out: Vec<VillageOption> = vec![];
    for (division,) in covered {
        let under = view.villages_under(division);
        let list = if under.is_empty() { &[division][..] } else { under };
        for id in list.iter().copied().filter(|v| out.iter().all(|o| o.id != *v)).collect::<Vec<_>>() {
            let Some(own) = view.get(id) else { continue };
            let township = township_of(&view, id);
            let township_name = view.get(township).map(|t| t.name.clone()).unwrap_or_default();
            out.push(VillageOption { id, name: own.name.clone(), township, township_name });
        }
    }
    Ok(out)
}

/// The township of a village; the division itself where there is none.
pub(crate) fn township_of(view: &zw_core::tree::View, id: DivisionId) -> DivisionId {
    std::iter::once(id)
        .chain(view.ancestors(id))
        .find(|d| view.get(*d).is_some_and(|v| v.kind == DivisionKind::Township))
        .unwrap_or(id)
}

/// The stations of a county that are not over.
pub(crate) async fn stations(c: &mut Conn, county: DivisionId) -> Result<Vec<UnitId>> {
    let q = sql("SELECT id FROM unit WHERE county_id=").bind(county);
    let found: Vec<(UnitId,)> = c.all(q.lit(" AND tier='T' AND state NOT IN ('closed','merged') ORDER BY id")).await?;
    Ok(found.into_iter().map(|f| f.0).collect())
}
