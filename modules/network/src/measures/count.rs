//! Many keys of many counties on one day: a handful of statements, whatever the number of counties.

use super::{How, defs, load};
use crate::model::unit::{Tier, UnitState};
use std::collections::{HashMap, HashSet};
use zw_core::tree::{DivisionKind, Tree, View};
use zw_core::{DivisionId, Error, Result};
use zw_db::Conn;
use zw_indicators::{Area, Span};

type Found = HashMap<(&'static str, DivisionId), i64>;

struct Tally<'a> {
    view: &'a View,
    counties: HashSet<DivisionId>,
    keys: Vec<(&'static str, How)>,
    found: Found,
}

impl Tally<'_> {
    fn asks(&self, what: impl Fn(How) -> bool) -> bool {
        self.keys.iter().any(|(_, h)| what(*h))
    }
    fn add(&mut self, what: impl Fn(How) -> bool, county: DivisionId, n: i64) {
        if !self.counties.contains(&county) {
            return;
        }
        for (key, how) in &self.keys {
            if what(*how) {
                *self.found.entry((key, county)).or_insert(0) += n;
            }
        }
    }
    /// Adds one to the county of a division that counts on the day.
    fn add_division(&mut self, what: impl Fn(How) -> bool, kind: DivisionKind, division: DivisionId, n: i64) {
        let Some(d) = self.view.get(division).filter(|d| d.in_denominator && !d.is_pseudo()) else { return };
        // A city that acts as its own county stands for the county tier.
        let Some(county) = self.view.county_of(d.id) else { return };
        if d.kind == kind || (kind == DivisionKind::County && county == d.id) {
            self.add(what, county, n);
        }
    }
}

/// (key, county) -> value; every pair asked for is answered, zero included.
pub(super) async fn by_county(
    c: &mut Conn,
    tree: &Tree,
    keys: &[&'static str],
    counties: &[DivisionId],
    span: Span,
) -> Result<Found> {
    let view = tree.as_of(span.to);
    let area = Area::Counties(counties.to_vec());
    let mut t = Tally {
        view: &view,
        counties: counties.iter().copied().collect(),
        keys: vec![],
        found: HashMap::with_capacity(keys.len() * counties.len()),
    };
    for key in keys {
        t.keys.push((key, defs::how(key).ok_or(Error::NotFound)?));
        for county in counties {
            t.found.insert((key, *county), 0);
        }
    }
    units(c, &mut t, &area, span).await?;
    coverage(c, &mut t, &area, span).await?;
    sheets(c, &mut t, &area, span).await?;
    for kind in [DivisionKind::County, DivisionKind::Township, DivisionKind::Village] {
        if t.asks(|h| h == How::Counted(kind)) {
            for county in counties {
                let n = super::counted(t.view, kind, &Area::County(*county)).len();
                t.add(|h| h == How::Counted(kind), *county, i64::try_from(n).unwrap_or(i64::MAX));
            }
        }
    }
    Ok(t.found)
}

async fn units(c: &mut Conn, t: &mut Tally<'_>, area: &Area, span: Span) -> Result<()> {
    if t.asks(|h| matches!(h, How::Units(..))) {
        for (county, tier, state, n) in load::unit_counts(c, area, span.to).await? {
            t.add(|h| matches!(h, How::Units(of, states) if of == tier && states.contains(&state)), county, n);
        }
    }
    if t.asks(|h| h == How::NewlyBuilt) {
        for county in load::first_built(c, area, span).await? {
            t.add(|h| h == How::NewlyBuilt, county, 1);
        }
    }
    if t.asks(|h| matches!(h, How::Acceptances(_))) {
        for (county, passed) in load::attempts(c, area, span).await? {
            t.add(|h| h == How::Acceptances(false) || (passed && h == How::Acceptances(true)), county, 1);
        }
    }
    Ok(())
}

async fn coverage(c: &mut Conn, t: &mut Tally<'_>, area: &Area, span: Span) -> Result<()> {
    let uncovered = t.asks(|h| h == How::Uncovered);
    let mut tiers = vec![Tier::Centre, Tier::Station, Tier::Room];
    tiers.retain(|tier| t.asks(|h| h == How::Covered(*tier)) || *tier == Tier::Station && uncovered);
    if tiers.is_empty() {
        return Ok(());
    }
    for (tier, division) in load::covered_on(c, area, &tiers, span.to).await? {
        t.add_division(|h| h == How::Covered(tier), tier.kind(), division, 1);
        if uncovered && tier == Tier::Station {
            t.add_division(|h| h == How::Uncovered, tier.kind(), division, -1);
        }
    }
    if uncovered {
        for county in t.counties.clone() {
            let n = i64::try_from(t.view.counted(DivisionKind::Township, county).len()).unwrap_or(i64::MAX);
            t.add(|h| h == How::Uncovered, county, n);
        }
    }
    Ok(())
}

async fn sheets(c: &mut Conn, t: &mut Tally<'_>, area: &Area, span: Span) -> Result<()> {
    if t.asks(|h| matches!(h, How::Sheet(_))) {
        let asked: HashSet<super::SheetKey> =
            t.keys.iter().filter_map(|(_, h)| if let How::Sheet(k) = h { Some(*k) } else { None }).collect();
        for b in load::all_dates(c, area).await? {
            for key in &asked {
                let holds = load::said(&b, *key).is_some_and(|(f, to)| f <= span.to && to.is_none_or(|x| x > span.to));
                if holds {
                    t.add_division(|h| h == How::Sheet(*key), DivisionKind::Township, b.township_id, 1);
                }
            }
        }
        let building = How::Sheet(super::SheetKey::InProgress);
        if t.asks(|h| h == building) {
            // An earlier round ended before the present one began, so no township is counted twice.
            for (_, held) in load::earlier_rounds(c, area).await? {
                if held.holds(span.to) {
                    t.add_division(|h| h == building, DivisionKind::Township, held.division, 1);
                }
            }
        }
    }
    if t.asks(|h| matches!(h, How::Obstacle(_))) {
        for (code, town) in load::stuck_on(c, area, span.to).await? {
            t.add_division(|h| matches!(h, How::Obstacle(of) if of == code), DivisionKind::Township, town, 1);
        }
    }
    Ok(())
}

/// The states that count as built, for the definitions.
pub(super) const BUILT: &[UnitState] = &UnitState::BUILT;
/// Suspended only.
pub(super) const SUSPENDED: &[UnitState] = &[UnitState::Suspended];
