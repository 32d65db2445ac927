//! What stands above the county (domain.md section 7, "Confirmed and live"): the value a county confirmed in its last
//! weekly report. A county that confirmed none still counts by its registers, flagged as unconfirmed; denominators are
//! the map's and nobody's to confirm. The wall, the page behind a figure, targets and headline figures all ask here, so
//! that a figure and the page it leads to agree.

use crate::keys;
use crate::measure::{Area, Measures, Span};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use zw_core::tree::{DivisionKind, Tree, View};
use zw_core::{Day, DivisionId, Result, Stamp};
use zw_db::Conn;

/// What the map says.
pub const DENOMINATORS: [&str; 3] = [keys::TOWNSHIPS_COUNTED, keys::COUNTIES_COUNTED, keys::VILLAGES_COUNTED];

/// A value that a county confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// The value.
    pub value: i64,
    /// It is as of the end of this day.
    pub as_of: Day,
    /// When the county confirmed it.
    pub at: Stamp,
}

impl Confirmed {
    /// No more than that.
    #[must_use]
    pub fn at_most(self, most: i64) -> Self {
        Self { value: self.value.min(most), ..self }
    }
}

/// A county's part of a measure as shown above the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The value.
    pub value: i64,
    /// It is as of the end of this day: of the confirmed week, or the day asked for.
    pub as_of: Day,
    /// Whether the county confirmed it, or nobody needs to.
    pub confirmed: bool,
    /// When the county confirmed it.
    pub at: Option<Stamp>,
}

/// A county's part of a measure from what it confirmed and what its registers say on `day`.
pub fn part(key: &str, confirmed: Option<Confirmed>, live: i64, day: Day) -> Part {
    match confirmed {
        _ if DENOMINATORS.contains(&key) => Part { value: live, as_of: day, confirmed: true, at: None },
        Some(c) => Part { value: c.value, as_of: c.as_of.min(day), confirmed: true, at: Some(c.at) },
        None => Part { value: live, as_of: day, confirmed: false, at: None },
    }
}

/// At most how much of a measure a county can have on a map: of what is covered no more than counts. A county confirmed for
/// the map of its week; where fewer count since then, a coverage must not be above 100 %.
pub fn most(view: &View, key: &str, county: DivisionId) -> i64 {
    let n = match key {
        keys::TOWNSHIPS_COVERED => view.counted(DivisionKind::Township, county).len(),
        keys::VILLAGES_COVERED => view.counted(DivisionKind::Village, county).len(),
        keys::COUNTIES_COVERED => usize::from(view.get(county).is_some_and(|d| d.in_denominator)),
        _ => return i64::MAX,
    };
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Sum of the parts, and whether all of them are confirmed; none where no county confirmed any, because then the area
/// is counted as a whole.
pub fn total(parts: impl IntoIterator<Item = Part>) -> Option<(i64, bool)> {
    let (mut sum, mut any, mut all) = (0, false, true);
    for p in parts {
        sum += p.value;
        any |= p.confirmed;
        all &= p.confirmed;
    }
    any.then_some((sum, all))
}

/// A stock above the county on one of many dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The value.
    pub value: i64,
    /// Counties whose part is confirmed, or needs nobody to confirm it.
    pub confirmed: i64,
    /// Counties in all.
    pub of: i64,
}

/// What a date says of a measure that no county at all had confirmed by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nobody {
    /// The registers, unconfirmed.
    Live,
    /// Nothing: [`Sum::confirmed`] is 0 and the value means nothing.
    Left,
}

/// Parts by measure and county.
pub type Parts = HashMap<(&'static str, DivisionId), Part>;

/// What the registers say, by measure and county.
pub type Registers = HashMap<(&'static str, DivisionId), i64>;

fn parts(
    keys: &[&'static str],
    counties: &[DivisionId],
    confirmed: &HashMap<(&'static str, DivisionId), Confirmed>,
    live: &Registers,
    (view, day): (&View, Day),
) -> Parts {
    let all = keys.iter().flat_map(|k| counties.iter().map(|c| (*k, *c)));
    let get = |at| live.get(&at).copied().unwrap_or(0);
    let sure = |at| confirmed.get(&at).map(|c| c.at_most(most(view, at.0, at.1)));
    all.map(|at| (at, part(at.0, sure(at), get(at), day))).collect()
}

impl Measures {
    /// The parts of stocks above the county as of a day. The registers are asked where a county confirmed none.
    pub async fn above_county(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        counties: &[DivisionId],
        day: Day,
    ) -> Result<Parts> {
        let confirmed = self.confirmed_of(conn, keys, counties, day).await?;
        let lacks = |k: &'static str, c: DivisionId| DENOMINATORS.contains(&k) || !confirmed.contains_key(&(k, c));
        let wanted: Vec<&'static str> =
            keys.iter().copied().filter(|k| counties.iter().any(|c| lacks(k, *c))).collect();
        let lacking: Vec<DivisionId> =
            counties.iter().copied().filter(|c| wanted.iter().any(|k| lacks(k, *c))).collect();
        let live = match wanted.is_empty() {
            true => HashMap::new(),
            false => self.by_county(conn, tree, &wanted, &lacking, Span::on(day)).await?,
        };
        Ok(parts(keys, counties, &confirmed, &live, (&tree.as_of(day), day)))
    }

    /// The same for a reader who also wants to know which registers say something else: the parts, and what the registers of
    /// every county say, from one sweep for both.
    pub async fn above_county_beside(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        counties: &[DivisionId],
        day: Day,
    ) -> Result<(Parts, Registers)> {
        let confirmed = self.confirmed_of(conn, keys, counties, day).await?;
        let live = self.by_county(conn, tree, keys, counties, Span::on(day)).await?;
        Ok((parts(keys, counties, &confirmed, &live, (&tree.as_of(day), day)), live))
    }

    async fn confirmed_of(
        &self,
        conn: &mut Conn,
        keys: &[&'static str],
        counties: &[DivisionId],
        day: Day,
    ) -> Result<HashMap<(&'static str, DivisionId), Confirmed>> {
        let mut out = HashMap::new();
        for s in self.sources() {
            out.extend(s.confirmed(conn, keys, counties, day).await?);
        }
        Ok(out)
    }

    /// The sums of stocks above the county on many dates: on each what [`Measures::above_county`] says of that day.
    pub async fn above_county_on(
        &self,
        conn: &mut Conn,
        tree: &Tree,
        keys: &[&'static str],
        counties: &[DivisionId],
        dates: &[Day],
        nobody: Nobody,
    ) -> Result<HashMap<&'static str, Vec<Sum>>> {
        let asked: Vec<&'static str> = keys.iter().copied().filter(|k| !DENOMINATORS.contains(k)).collect();
        let (per_key, per_day) = (counties.len(), counties.len() * asked.len());
        let mut confirmed: Vec<Option<Confirmed>> = vec![None; per_day * dates.len()];
        for s in self.sources() {
            for (all, found) in confirmed.iter_mut().zip(s.confirmed_on(conn, &asked, counties, dates).await?) {
                *all = all.or(found);
            }
        }
        let of = i64::try_from(counties.len()).unwrap_or(i64::MAX);
        let mut out: HashMap<&'static str, Vec<Sum>> = HashMap::new();
        // Most dates and measures lack the same counties: all before reports began, none after. Each group is one sweep.
        let mut lacking: BTreeMap<(Vec<DivisionId>, Vec<usize>), Vec<&'static str>> = BTreeMap::new();
        for key in keys {
            let at = asked.iter().position(|k| k == key);
            let mut sums = vec![Sum { of, ..Sum::default() }; dates.len()];
            let mut own: BTreeMap<Vec<DivisionId>, Vec<usize>> = BTreeMap::new();
            let mut caps: Option<(Arc<View>, Vec<i64>)> = None;
            for (i, (sum, day)) in sums.iter_mut().zip(dates).enumerate() {
                // Denominators are nobody's to confirm.
                let found = at.and_then(|k| confirmed.get(i * per_day + k * per_key..)).unwrap_or_default();
                let view = tree.as_of(*day);
                // The map changes rarely: most dates have the caps of the date before.
                let caps = match &mut caps {
                    Some((of, caps)) if Arc::ptr_eq(of, &view) => caps,
                    other => {
                        let all = counties.iter().map(|c| most(&view, key, *c)).collect();
                        &mut other.insert((view, all)).1
                    }
                };
                let mut without = vec![];
                for (n, county) in counties.iter().enumerate() {
                    match found.get(n).copied().flatten() {
                        Some(c) => {
                            let cap = caps.get(n).copied().unwrap_or(i64::MAX);
                            sum.value += part(key, Some(c.at_most(cap)), 0, *day).value;
                            sum.confirmed += 1;
                        }
                        None => without.push(*county),
                    }
                }
                if !without.is_empty() && (nobody == Nobody::Live || without.len() < counties.len()) {
                    own.entry(without).or_default().push(i);
                }
            }
            out.insert(*key, sums);
            for group in own {
                lacking.entry(group).or_default().push(*key);
            }
        }
        for ((without, at), keys) in lacking {
            let days: Vec<Day> = at.iter().filter_map(|i| dates.get(*i).copied()).collect();
            let n = i64::try_from(without.len()).unwrap_or(i64::MAX);
            for (key, live) in self.series(conn, tree, &keys, &Area::Counties(without), &days).await? {
                let sums = out.entry(key).or_default();
                for (i, v) in at.iter().zip(live) {
                    if let Some(sum) = sums.get_mut(*i) {
                        sum.value += v;
                        sum.confirmed += if DENOMINATORS.contains(&key) { n } else { 0 };
                    }
                }
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_confirmed_or_flagged() {
        let (sunday, day) = (Day::new(2021, 7, 4).unwrap(), Day::new(2021, 7, 8).unwrap());
        let at = Stamp::from_cn(Day::new(2021, 7, 5).unwrap(), 10, 0);
        let sure = |value| Some(Confirmed { value, as_of: sunday, at });
        for (key, confirmed, live, want) in [
            (keys::STATIONS_BUILT, sure(7), 9, (7, true, sunday)),
            (keys::STATIONS_BUILT, None, 9, (9, false, day)),
            (keys::TOWNSHIPS_COUNTED, None, 12, (12, true, day)),
            (keys::TOWNSHIPS_COUNTED, sure(11), 12, (12, true, day)),
        ] {
            let p = part(key, confirmed, live, day);
            assert_eq!((p.value, p.confirmed, p.as_of), want, "{key}");
        }
    }

    #[test]
    fn a_total_says_whether_all_of_it_is_confirmed() {
        let day = Day::new(2021, 7, 8).unwrap();
        let p = |value, confirmed| Part { value, as_of: day, confirmed, at: None };
        assert_eq!(total([p(3, true), p(4, false)]), Some((7, false)));
        assert_eq!(total([p(3, true), p(4, true)]), Some((7, true)));
        assert_eq!(total([p(3, false)]), None);
        assert_eq!(total([]), None);
    }
}
