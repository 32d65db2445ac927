//! What came after a snapshot: 补录差额, and the corrections of frozen months for the next issue (domain.md section 7).

use crate::model::lists::{Amended, Change, Corrections, Supplied};
use crate::model::snapshot::{AreaFigures, LateDifference, Snapshot, SnapshotRow};
use crate::service::gather;
use crate::store::{reports, snapshots as store};
use std::collections::{BTreeMap, HashMap};
use zw_access::Ctx;
use zw_core::period::Period;
use zw_core::{DivisionId, Error, Result, UnitId};
use zw_db::Conn;
use zw_indicators::{Measures, Span, cells};
use zw_reporting::confirmed::{self, store::MonthReport};
use zw_reporting::direct::Chain;
use zw_reporting::report::model::Cells;

type Live = HashMap<(&'static str, DivisionId), i64>;

/// 补录差额 of some of a snapshot's counties: every frozen figure counted again now, where it differs. Flows are
/// counted for the stations with an approved report, frozen or approved since; what the other stations recorded stands
/// apart, because none of it was ever approved.
pub(crate) async fn differences(
    ctx: &Ctx,
    conn: &mut Conn,
    s: &Snapshot,
    of: &[AreaFigures],
) -> Result<Vec<LateDifference>> {
    let (tree, measures) = (ctx.tree(), ctx.app.ext::<Measures>()?);
    let counties: Vec<DivisionId> = of.iter().map(|c| DivisionId(c.division)).collect();
    let own = |k: &str| measures.def(k).map(|d| d.key);
    let flow_keys: Vec<&'static str> = s.body.flows.iter().filter_map(|k| own(k)).collect();
    let stock_keys: Vec<&'static str> =
        s.body.total.values.keys().filter(|k| !s.body.flows.contains(k)).filter_map(|k| own(k)).collect();
    let mut live: Live = gather::counted(&measures, conn, &tree, &stock_keys, &counties, s.row.as_of).await?;
    let mut all = Live::new();
    if let Some(month) = s.period
        && !flow_keys.is_empty()
    {
        let span = Span { from: month.first_day(), to: month.last_day() };
        all = cells::sum_by_county(conn, &flow_keys, &counties, span).await?;
        let mut units = s.body.reported.clone();
        for r in supplied_since(conn, s, &counties, month).await? {
            units.entry(r.county.0).or_default().push(r.unit);
        }
        for county in &counties {
            let units = units.get(&county.0).map(Vec::as_slice).unwrap_or_default();
            for ((key, _), n) in cells::sum_by_unit(conn, &flow_keys, *county, units, span).await? {
                *live.entry((key, *county)).or_default() += n;
            }
        }
    }
    let mut out = vec![];
    for key in flow_keys.iter().chain(&stock_keys) {
        let mut d = LateDifference {
            key: (*key).to_owned(),
            frozen: of.iter().filter_map(|c| c.get(key)).sum(),
            live: 0,
            difference: 0,
            unreported: 0,
            counties: vec![],
        };
        for c in of {
            let at = (*key, DivisionId(c.division));
            let now = live.get(&at).copied().unwrap_or(0);
            d.live += now;
            d.unreported += all.get(&at).map_or(0, |n| n - now);
            let more = now - c.get(key).unwrap_or(0);
            if more != 0 {
                d.counties.push((c.code.clone(), c.name.clone(), more));
            }
        }
        d.difference = d.live - d.frozen;
        if d.difference != 0 || d.unreported != 0 || !d.counties.is_empty() {
            out.push(d);
        }
    }
    Ok(out)
}

/// 补报: reports of a frozen month that were approved, and passed on, since.
async fn supplied_since(
    conn: &mut Conn,
    s: &Snapshot,
    counties: &[DivisionId],
    month: Period,
) -> Result<Vec<MonthReport>> {
    let frozen = |r: &MonthReport| s.body.reported.get(&r.county.0).is_some_and(|units| units.contains(&r.unit));
    let passed = confirmed::passed(conn, counties, month).await?;
    let found = confirmed::store::months(conn, &passed, month).await?;
    Ok(found.into_iter().filter(|r| r.approved && !frozen(r)).collect())
}

/// What became of the months frozen before `month` since the freeze of the last one before it.
pub(crate) async fn corrections(
    ctx: &Ctx,
    conn: &mut Conn,
    chain: &Chain,
    division: DivisionId,
    month: Period,
) -> Result<Corrections> {
    let before = store::last_locked(conn, division, month.first_day()).await?.map(SnapshotRow::prove).transpose()?;
    let Some(before) = before else { return Ok(Corrections::default()) };
    let view = chain.view();
    let counties = view.figure_counties(division);
    let supplied = supplied(conn, chain, &counties, division, &before).await?;
    let mut amended = vec![];
    for (row, frozen) in reports::amended(conn, &counties, month, before.row.taken_at).await? {
        // Supplied and corrected since: nothing of it was ever frozen, so it is told as supplied alone.
        if supplied.iter().any(|s| Some(s.unit) == row.unit_id && s.period.as_ref() == Some(&row.period)) {
            continue;
        }
        amended.push(Amended {
            county: chain.path_name(row.county_id),
            county_code: view.get(row.county_id).map(|c| c.code12.clone()).unwrap_or_default(),
            name: row.unit_name.unwrap_or_default(),
            period: row.period,
            reason: row.amend_note.unwrap_or_default(),
            changes: changes(frozen.as_deref(), &row.cells, row.overrides_accepted)?,
        });
    }
    let late = differences(ctx, conn, &before, &before.body.counties).await?;
    Ok(Corrections { period: before.row.period.clone(), amended, supplied, late })
}

/// 补报 since the last freeze: of the month it froze whatever it does not hold; of older months what began to count since
/// and stood in neither their snapshot nor the last issue.
async fn supplied(
    conn: &mut Conn,
    chain: &Chain,
    counties: &[DivisionId],
    division: DivisionId,
    before: &Snapshot,
) -> Result<Vec<Supplied>> {
    let Some(last) = before.period else { return Ok(vec![]) };
    let mut found: Vec<(DivisionId, UnitId, String)> = vec![];
    let told = &before.body.corrections;
    let mut snapshots: BTreeMap<String, Option<Snapshot>> = BTreeMap::new();
    for r in reports::closed_since(conn, counties, last, before.row.taken_at).await? {
        if !snapshots.contains_key(&r.period) {
            let row = store::locked(conn, division, &r.period).await?.map(SnapshotRow::prove).transpose()?;
            snapshots.insert(r.period.clone(), row);
        }
        // Not frozen for this area: no issue of it told the month.
        let Some(Some(own)) = snapshots.get(&r.period) else { continue };
        let frozen = own.body.reported.get(&r.county_id.0).is_some_and(|units| units.contains(&r.unit_id));
        if !frozen && !told.supplied.iter().any(|s| s.unit == r.unit_id && told.month(s) == r.period) {
            found.push((r.county_id, r.unit_id, r.period));
        }
    }
    let of_last = supplied_since(conn, before, counties, last).await?;
    found.extend(of_last.into_iter().map(|r| (r.county, r.unit, last.to_string())));
    let names = zw_reporting::report::store::unit_names(conn, found.iter().map(|(_, unit, _)| *unit)).await?;
    let named = |(county, unit, period): (DivisionId, UnitId, String)| Supplied {
        period: Some(period),
        county: chain.path_name(county),
        county_code: chain.view().get(county).map(|c| c.code12.clone()).unwrap_or_default(),
        unit,
        name: names.get(&unit).cloned().unwrap_or_default(),
    };
    Ok(found.into_iter().map(named).collect())
}

/// Cells of the version before the correction and of the corrected one, where they differ.
fn changes(before: Option<&str>, now: &str, accepted: bool) -> Result<Vec<Change>> {
    let read = |text: &str| -> Result<BTreeMap<String, i64>> {
        let cells: Cells = serde_json::from_str(text).map_err(Error::internal)?;
        Ok(cells.into_iter().map(|(k, c)| (k, c.effective(accepted))).collect())
    };
    let Some(before) = before else { return Ok(vec![]) };
    let was = read(before)?;
    let changed = read(now)?.into_iter().filter_map(|(key, now)| {
        let before = was.get(&key).copied().unwrap_or(0);
        (before != now).then_some(Change { key, before, now })
    });
    Ok(changed.collect())
}

/// Stations by county, for a snapshot's body.
pub(crate) fn by_county(units: impl Iterator<Item = (DivisionId, UnitId)>) -> BTreeMap<i64, Vec<UnitId>> {
    let mut out: BTreeMap<i64, Vec<UnitId>> = BTreeMap::new();
    for (county, unit) in units {
        out.entry(county.0).or_default().push(unit);
    }
    out.values_mut().for_each(|v| v.sort_unstable());
    out
}
