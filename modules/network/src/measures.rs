//! What the network counts: stocks, from (from, to) rows. No cells: one ordered sweep answers all dates.

mod count;
mod defs;
mod load;
mod rows;
pub mod sweep;

pub use defs::DEFS;

use crate::model::unit::Tier;
use std::collections::{BTreeMap, HashMap, HashSet};
use zw_access::Ctx;
use zw_core::tree::{DivisionKind, Tree, View};
use zw_core::{Day, DivisionId, Error, PageReq, Result};
use zw_db::Conn;
use zw_indicators::{Area, BoxFut, MeasureDef, RowsOut, Source, Span};

/// The network's measures.
#[derive(Debug, Default)]
pub struct NetworkSource;

/// How a key is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Units of a tier in some states: one each.
    Units(Tier, &'static [crate::model::unit::UnitState]),
    /// Counted divisions of the tier's level with at least one built unit.
    Covered(Tier),
    /// Counted divisions of a level.
    Counted(DivisionKind),
    /// Counted townships without a built station.
    Uncovered,
    /// Counted townships whose sheet says so from a day to a day.
    Sheet(SheetKey),
    /// Counted townships with an open obstacle of a code.
    Obstacle(&'static str),
    /// Stations whose first built day lies in the span.
    NewlyBuilt,
    /// Acceptances held in the span; `true`: those that passed.
    Acceptances(bool),
}

/// What of a sheet is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SheetKey {
    Venue,
    Tender,
    Staff,
    Funds,
    Plaque,
    Three,
    InProgress,
}

impl Source for NetworkSource {
    fn defs(&self) -> &'static [MeasureDef] {
        &DEFS
    }

    fn count<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        area: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move {
            let small = matches!(area, Area::Unit(..) | Area::Town(..));
            let mut out = Vec::with_capacity(keys.len());
            if small {
                for key in keys {
                    let how = defs::how(key).ok_or(Error::NotFound)?;
                    let value = match how {
                        How::NewlyBuilt => load::newly_built(conn, area, span).await?,
                        How::Acceptances(passed) => acceptances(conn, area, span, passed).await?,
                        _ => series(conn, tree, how, area, &[span.to]).await?.first().copied().unwrap_or(0),
                    };
                    out.push((*key, value));
                }
                return Ok(out);
            }
            let counties = area.counties();
            let found = count::by_county(conn, tree, keys, &counties, span).await?;
            for key in keys {
                // Everything here adds up over counties: a township lies in one.
                out.push((*key, counties.iter().filter_map(|c| found.get(&(*key, *c))).sum()));
            }
            Ok(out)
        })
    }

    fn by_county<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        keys: &'a [&'static str],
        counties: &'a [DivisionId],
        span: Span,
    ) -> BoxFut<'a, HashMap<(&'static str, DivisionId), i64>> {
        Box::pin(count::by_county(conn, tree, keys, counties, span))
    }

    fn series<'a>(
        &'a self,
        conn: &'a mut Conn,
        tree: &'a Tree,
        key: &'static str,
        area: &'a Area,
        dates: &'a [Day],
    ) -> BoxFut<'a, Vec<i64>> {
        Box::pin(async move {
            let how = defs::how(key).ok_or(Error::NotFound)?;
            series(conn, tree, how, area, dates).await
        })
    }

    fn stands_in<'a>(
        &'a self,
        conn: &'a mut Conn,
        ending: &'a HashSet<DivisionId>,
        _day: Day,
    ) -> BoxFut<'a, Vec<(DivisionId, &'static str, i64)>> {
        Box::pin(async move {
            let mut out = BTreeMap::new();
            for (county, division, tier, n) in crate::store::units::standing(conn).await? {
                let what = match tier {
                    Tier::Centre => "centre",
                    Tier::Station => "station",
                    Tier::Room => "room",
                };
                if let Some(at) = [division, county].into_iter().find(|d| ending.contains(d)) {
                    *out.entry((at, what)).or_insert(0) += n;
                }
            }
            Ok(out.into_iter().map(|((at, what), n)| (at, what, n)).collect())
        })
    }

    fn rows<'a>(
        &'a self,
        ctx: &'a Ctx,
        key: &'static str,
        area: &'a Area,
        span: Span,
        page: PageReq,
    ) -> BoxFut<'a, RowsOut> {
        Box::pin(rows::rows(ctx, key, area, span, page))
    }
}

/// Divisions of a level in an area that count on the day of the view.
pub(crate) fn counted(view: &View, kind: DivisionKind, area: &Area) -> Vec<DivisionId> {
    match area {
        // A unit's own denominators are asked of the divisions it serves.
        Area::Unit(..) => vec![],
        Area::Town(_, town) => view.counted(kind, *town).to_vec(),
        Area::County(_) | Area::Counties(_) => area
            .counties()
            .iter()
            .flat_map(|c| match kind {
                // The county tier counts itself, cities that act as their own county included.
                DivisionKind::County => view.get(*c).filter(|v| v.in_denominator).map(|v| v.id).into_iter().collect(),
                _ => view.counted(kind, *c).to_vec(),
            })
            .collect(),
    }
}

/// A stock on many dates. One load of rows, one sweep; the map is looked at once per stretch between two boundary days.
async fn series(conn: &mut Conn, tree: &Tree, how: How, area: &Area, dates: &[Day]) -> Result<Vec<i64>> {
    match how {
        How::Units(tier, states) => {
            let rows = load::unit_stretches(conn, area, tier, states).await?;
            Ok(sweep::sum(&rows, dates))
        }
        How::NewlyBuilt => {
            let mut out = vec![];
            for d in dates {
                out.push(load::newly_built(conn, area, Span::on(*d)).await?);
            }
            Ok(out)
        }
        How::Acceptances(passed) => {
            let mut out = vec![];
            for d in dates {
                out.push(acceptances(conn, area, Span::on(*d), passed).await?);
            }
            Ok(out)
        }
        How::Covered(tier) => {
            let rows = load::covered(conn, area, tier).await?;
            Ok(distinct(tree, tier.kind(), area, rows, dates))
        }
        How::Uncovered => {
            let rows = load::covered(conn, area, Tier::Station).await?;
            let covered = distinct(tree, DivisionKind::Township, area, rows, dates);
            let all = standing(conn, tree, DivisionKind::Township, area, dates).await?;
            Ok(all.iter().zip(covered).map(|(a, c)| a - c).collect())
        }
        How::Sheet(key) => {
            let rows = load::sheets(conn, area, key).await?;
            Ok(distinct(tree, DivisionKind::Township, area, rows, dates))
        }
        How::Obstacle(code) => {
            let rows = load::obstacles(conn, area, code).await?;
            Ok(distinct(tree, DivisionKind::Township, area, rows, dates))
        }
        How::Counted(kind) => standing(conn, tree, kind, area, dates).await,
    }
}

/// How many divisions of a level count in an area on each date.
async fn standing(conn: &mut Conn, tree: &Tree, kind: DivisionKind, area: &Area, dates: &[Day]) -> Result<Vec<i64>> {
    let Area::Unit(county, _) = area else { return Ok(denominators(tree, kind, area, dates)) };
    // What the unit serves, whatever its state, and what lies in it on each date.
    let served = load::served(conn, area).await?;
    let lying = |view: &View| served.iter().flat_map(|h| within(view, kind, *h)).collect();
    Ok(distinct_by(tree, kind, &Area::County(*county), lying, dates))
}

fn denominators(tree: &Tree, kind: DivisionKind, area: &Area, dates: &[Day]) -> Vec<i64> {
    let mut out = vec![0; dates.len()];
    for (view, places) in stretches(tree, dates) {
        let n = i64::try_from(counted(&view, kind, area).len()).unwrap_or(i64::MAX);
        for i in places {
            if let Some(slot) = out.get_mut(i) {
                *slot = n;
            }
        }
    }
    out
}

async fn acceptances(conn: &mut Conn, area: &Area, span: Span, passed: bool) -> Result<i64> {
    let found = load::attempts(conn, area, span).await?;
    Ok(i64::try_from(found.iter().filter(|(_, ok)| *ok || !passed).count()).unwrap_or(i64::MAX))
}

/// The divisions of a level that lie in what is held, on the map of a view.
fn within(view: &View, kind: DivisionKind, held: sweep::Held) -> Vec<sweep::Held> {
    view.of_kind(kind, held.division).iter().map(|division| sweep::Held { division: *division, ..held }).collect()
}

/// Distinct divisions that count on each date and have an interval there.
fn distinct(tree: &Tree, kind: DivisionKind, area: &Area, rows: Vec<sweep::Held>, dates: &[Day]) -> Vec<i64> {
    distinct_by(tree, kind, area, |_| rows.clone(), dates)
}

/// The same where the rows depend on the map.
fn distinct_by(
    tree: &Tree,
    kind: DivisionKind,
    area: &Area,
    rows: impl Fn(&View) -> Vec<sweep::Held>,
    dates: &[Day],
) -> Vec<i64> {
    let mut out = vec![0; dates.len()];
    for (view, places) in stretches(tree, dates) {
        let merged = sweep::merge(rows(&view));
        let standing: HashSet<DivisionId> = match area {
            // A unit's rows are its own; only the division must count on the day.
            Area::Unit(county, _) => counted(&view, kind, &Area::County(*county)).into_iter().collect(),
            _ => counted(&view, kind, area).into_iter().collect(),
        };
        let rows: Vec<(Day, Option<Day>)> =
            merged.iter().filter(|h| standing.contains(&h.division)).map(|h| (h.from, h.to)).collect();
        let days: Vec<Day> = places.iter().filter_map(|i| dates.get(*i).copied()).collect();
        for (i, n) in places.iter().zip(sweep::count(&rows, &days)) {
            if let Some(slot) = out.get_mut(*i) {
                *slot = n;
            }
        }
    }
    out
}

/// The dates grouped by the map they see: dates between two boundary days share one view.
fn stretches(tree: &Tree, dates: &[Day]) -> Vec<(std::sync::Arc<View>, Vec<usize>)> {
    let mut out: Vec<(std::sync::Arc<View>, Vec<usize>)> = vec![];
    for (i, d) in dates.iter().enumerate() {
        let view = tree.as_of(*d);
        match out.iter_mut().find(|(v, _)| std::sync::Arc::ptr_eq(v, &view)) {
            Some((_, places)) => places.push(i),
            None => out.push((view, vec![i])),
        }
    }
    out
}
