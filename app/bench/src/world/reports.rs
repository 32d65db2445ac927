//! Weekly reports of the made-up counties: most approved, some waiting, some returned, a few missing, with the cells
//! that the board adds up counted from the same townships.

use super::below;
use super::network::Network;
use crate::store::Report;
use std::collections::HashMap;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, Rng, Stamp};
use zw_indicators::keys;

/// Version of the counting rules, as the modules stamp it.
const RULE: &str = "2021-1";

/// The weekly reports of every county for the last `weeks` weeks that ended before the demo's day.
pub fn make(counties: &[DivisionId], network: &Network, weeks: i64, rng: &Rng) -> Vec<Report> {
    let mut of_county: HashMap<DivisionId, Vec<usize>> = HashMap::new();
    for (i, t) in network.towns.iter().enumerate() {
        of_county.entry(t.county).or_default().push(i);
    }
    let last = Period::containing(PeriodKind::Week, crate::prepare::today()).prev();
    let mut out = vec![];
    for back in 0..weeks {
        let week = last.plus(-back);
        let sent = Stamp::from_cn(week.last_day().add_days(1), 10, 30);
        for (n, county) in counties.iter().enumerate() {
            let chance = if back == 0 { below(20, n, 100) } else { 0 };
            let state = match chance {
                0..90 => "approved",
                90..95 => "submitted",
                95..97 => "returned",
                _ => continue,
            };
            let towns = of_county.get(county).map_or(&[][..], Vec::as_slice);
            out.push(Report {
                county: *county,
                id: rng.uuid(sent),
                period: week.to_string(),
                last_day: week.last_day(),
                state,
                cells: cells(network, towns, week.last_day()),
                at: sent,
            });
        }
    }
    out
}

fn cells(network: &Network, towns: &[usize], day: Day) -> Vec<(&'static str, i64, &'static str)> {
    let towns = || towns.iter().filter_map(|i| network.towns.get(*i));
    let count =
        |f: &dyn Fn(&super::network::Town) -> bool| i64::try_from(towns().filter(|t| f(t)).count()).unwrap_or(0);
    let by = |step: usize| move |t: &super::network::Town| t.steps[step].is_some_and(|d| d <= day);
    let built = |t: &super::network::Town| by(5)(t);
    let people: usize = towns().filter(|t| built(t)).map(|t| t.people).sum();
    vec![
        (keys::TOWNSHIPS_COUNTED, count(&|_| true), RULE),
        (keys::TOWNSHIPS_COVERED, count(&built), RULE),
        (keys::STATIONS_BUILT, count(&built), RULE),
        (keys::STATIONS_PREPARING, count(&|t| by(0)(t) && !built(t)), RULE),
        (keys::STATIONS_PLAQUED, count(&by(4)), RULE),
        (keys::VENUE_READY, count(&by(0)), RULE),
        (keys::STAFF_READY, count(&by(3)), RULE),
        (keys::FUNDS_READY, count(&by(2)), RULE),
        (keys::THREE_READY, count(&by(3)), RULE),
        (keys::TENDERS_DONE, count(&by(1)), RULE),
        (keys::POSTED_WORKERS, i64::try_from(people).unwrap_or(0), RULE),
    ]
}
