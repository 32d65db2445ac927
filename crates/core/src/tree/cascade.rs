//! Choosing a division from the top: province, city, county, township. The one rule for every form that asks for an area:
//! what is offered below a choice, and where somebody begins who may not open everything.

use super::{DivisionKind, View};
use crate::DivisionId;
use std::collections::HashSet;

/// One level of a cascade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `Province`, `City`, `County` or `Township`.
    pub kind: DivisionKind,
    /// What is chosen, if it is among the choices.
    pub chosen: Option<DivisionId>,
    /// What there is to choose, in tree order.
    pub choices: Vec<DivisionId>,
}

/// The levels for what was chosen so far (province, city, county, township). `opens` says what may be chosen; it is asked of
/// townships only where no county above them may be. A level offers what lies right under the lowest choice above it; who
/// may open nothing above begins where they may. A lower choice that no longer lies in the upper one is dropped. One choice
/// alone on the first level that has any is no choice: it is made.
pub fn cascade(view: &View, picked: [Option<DivisionId>; 4], opens: impl Fn(DivisionId) -> bool) -> Vec<Step> {
    let roots = view.roots();
    let whole = roots.iter().all(|r| opens(*r));
    let open = |list: &[DivisionId]| list.iter().copied().filter(|d| opens(*d)).collect::<Vec<_>>();
    let provinces = open(roots);
    let cities = open(&roots.iter().flat_map(|r| view.cities_under(*r)).copied().collect::<Vec<_>>());
    let counties = open(&roots.iter().flat_map(|r| view.counties_under(*r)).copied().collect::<Vec<_>>());
    let above: HashSet<DivisionId> = provinces.iter().chain(&cities).chain(&counties).copied().collect();
    // The lowest division above another that may be chosen itself.
    let parent = |d: DivisionId| {
        let tiers = [view.county_of(d), view.city_of(d), view.province_of(d)];
        tiers.into_iter().flatten().find(|t| *t != d && above.contains(t))
    };
    let under = |list: &[DivisionId], up: Option<DivisionId>| -> Vec<DivisionId> {
        list.iter().copied().filter(|d| parent(*d) == up).collect()
    };
    let mut out: Vec<Step> = vec![];
    let mut lowest = None;
    for (kind, typed) in [DivisionKind::Province, DivisionKind::City, DivisionKind::County, DivisionKind::Township]
        .into_iter()
        .zip(picked)
    {
        let choices = match (kind, lowest) {
            (DivisionKind::Province, _) => provinces.clone(),
            (DivisionKind::City, up) => under(&cities, up),
            // A city that acts as its own county tier is the one county in it, and stands among the cities otherwise.
            (DivisionKind::County, Some(up)) if view.county_of(up) == Some(up) => vec![up],
            (DivisionKind::County, up) => {
                under(&counties, up).into_iter().filter(|c| view.city_of(*c) != Some(*c)).collect()
            }
            (_, Some(up)) if view.county_of(up) == Some(up) => view.townships_under(up).to_vec(),
            (_, Some(_)) => vec![],
            (_, None) if whole => vec![],
            (_, None) => {
                let towns = roots.iter().flat_map(|r| view.townships_under(*r)).copied();
                towns.filter(|t| parent(*t).is_none() && opens(*t)).collect()
            }
        };
        let first = out.iter().all(|s| s.choices.is_empty());
        let only = choices.first().copied().filter(|_| first && choices.len() == 1);
        let chosen = typed.filter(|d| choices.contains(d)).or(only);
        lowest = chosen.or(lowest);
        out.push(Step { kind, chosen, choices });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{DivisionVersion, Tree};
    use super::*;
    use crate::Day;

    fn division(id: i64, kind: DivisionKind, parent: Option<i64>) -> DivisionVersion {
        DivisionVersion {
            id: DivisionId(id),
            kind,
            code12: format!("{id:012}"),
            name: format!("区划{id}"),
            parent: parent.map(DivisionId),
            valid_from: Day::new(2000, 1, 1).unwrap(),
            valid_to: None,
            is_functional: false,
            in_denominator: true,
            exclusion: None,
        }
    }

    /// Province 1 with city 10 (counties 100, 101), city 12 that acts as its own county, and county 13 without a city.
    fn view() -> std::sync::Arc<View> {
        use DivisionKind::*;
        Tree::build(vec![
            division(1, Province, None),
            division(10, City, Some(1)),
            division(100, County, Some(10)),
            division(101, County, Some(10)),
            division(1000, Township, Some(100)),
            division(1001, Township, Some(100)),
            division(1010, Township, Some(101)),
            division(12, City, Some(1)),
            division(1200, Township, Some(12)),
            division(13, County, Some(1)),
        ])
        .as_of(Day::new(2021, 7, 8).unwrap())
    }

    fn ids(steps: &[Step]) -> Vec<(Option<i64>, Vec<i64>)> {
        steps.iter().map(|s| (s.chosen.map(|d| d.0), s.choices.iter().map(|d| d.0).collect())).collect()
    }

    fn of(picked: [i64; 4], opens: &dyn Fn(i64) -> bool) -> Vec<(Option<i64>, Vec<i64>)> {
        let picked = picked.map(|d| Some(DivisionId(d)).filter(|d| d.0 != 0));
        ids(&cascade(&view(), picked, |d| opens(d.0)))
    }

    #[test]
    fn from_the_top_a_level_offers_what_lies_under_the_choice_above_it() {
        let all: &dyn Fn(i64) -> bool = &|_| true;
        assert_eq!(of([0; 4], all), [(Some(1), vec![1]), (None, vec![10, 12]), (None, vec![13]), (None, vec![])]);
        assert_eq!(
            of([1, 10, 100, 0], all),
            [(Some(1), vec![1]), (Some(10), vec![10, 12]), (Some(100), vec![100, 101]), (None, vec![1000, 1001])]
        );
        // The county and township of another city are dropped.
        assert_eq!(of([1, 12, 100, 1000], all)[2..], [(None, vec![12]), (None, vec![1200])]);
    }

    #[test]
    fn who_may_not_open_everything_begins_where_they_may() {
        let county: &dyn Fn(i64) -> bool = &|d| d == 101;
        assert_eq!(of([0; 4], county), [(None, vec![]), (None, vec![]), (Some(101), vec![101]), (None, vec![1010])]);
        // Two counties of two places stand side by side.
        let two: &dyn Fn(i64) -> bool = &|d| [100, 13].contains(&d);
        assert_eq!(of([0, 10, 13, 0], two)[1..3], [(None, vec![]), (Some(13), vec![100, 13])]);
        // A city and a township elsewhere: the township is offered while nothing is chosen.
        let mixed: &dyn Fn(i64) -> bool = &|d| [1001, 1010].contains(&d);
        assert_eq!(of([0, 0, 0, 1010], mixed)[3], (Some(1010), vec![1001, 1010]));
    }
}
