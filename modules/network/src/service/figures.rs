//! The network's part of the headline figures, for the command line and the strip above the wall.

use super::area::inside;
use crate::policy;
use zw_access::{Ctx, Resource};
use zw_core::percent::Percent;
use zw_core::{Day, DivisionId, Error, Result};
use zw_indicators::confirmed::total;
use zw_indicators::{Area, Measures, Span};

/// Aggregates of an area.
#[derive(Debug)]
pub struct Aggregates;

impl Resource for Aggregates {
    const NAME: &'static str = "network";
    const COUNTY: &'static str = "s.county_id";
}

/// Headline figures on a day.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct NetworkFigures {
    /// End of this day.
    pub as_of: Day,
    /// 建成运营 stations.
    pub stations_built: i64,
    /// Denominator of the coverage.
    pub townships_counted: i64,
    /// Numerator of the coverage: distinct townships.
    pub townships_covered: i64,
    /// 覆盖率 in percent, a number with one decimal: 65.1; null without a denominator.
    pub coverage_percent: Option<f64>,
    /// Built county centres.
    pub county_centres: i64,
    /// Denominator of the county coverage.
    pub counties_counted: i64,
    /// Built village rooms.
    pub village_rooms: i64,
    /// Denominator of the village coverage.
    pub villages_counted: i64,
    /// Whether all of it is what counties confirmed. Above the county the confirmed values are told, and false means
    /// that some county's part is live; to the county and below everything is live.
    pub confirmed: bool,
}

const KEYS: [&str; 7] = [
    "stations_built",
    "townships_counted",
    "townships_covered",
    "county_centres",
    "counties_counted",
    "village_rooms",
    "villages_counted",
];

/// The counties of an area, or of everything this installation has.
pub fn counties(ctx: &Ctx, day: Day, area: Option<DivisionId>) -> Vec<DivisionId> {
    let view = ctx.tree().as_of(day);
    match area {
        Some(a) => view.figure_counties(a),
        None => view.roots().iter().flat_map(|r| view.figure_counties(*r)).collect(),
    }
}

/// The figures of an area (all of the installation without one) on a day, within the permit.
pub async fn figures(ctx: &Ctx, day: Day, area: Option<DivisionId>) -> Result<NetworkFigures> {
    let permit = ctx.permit::<Aggregates>(policy::FIGURES)?;
    if area.is_some_and(|a| !inside(&ctx.tree().as_of(day), &permit, a)) {
        return Err(Error::NotFound);
    }
    let mut list = counties(ctx, day, area);
    list.retain(|c| permit.covers_county(*c));
    let (mut conn, tree, measures) = (ctx.read().await?, ctx.tree(), ctx.app.ext::<Measures>()?);
    let mut found = measures.count(&mut conn, &tree, &KEYS, &Area::Counties(list.clone()), Span::on(day)).await?;
    let mut confirmed = false;
    if ctx.above_county() {
        let parts = measures.above_county(&mut conn, &tree, &KEYS, &list, day).await?;
        let of = |key: &'static str| list.iter().filter_map(|c| parts.get(&(key, *c)).copied()).collect::<Vec<_>>();
        let totals = KEYS.map(|k| (k, total(of(k))));
        confirmed = totals.iter().all(|(_, t)| t.is_some_and(|(_, all)| all));
        found.extend(totals.into_iter().filter_map(|(k, t)| Some((k, t?.0))));
    }
    let get = |key: &str| found.get(key).copied().unwrap_or(0);
    let (num, den) = (get("townships_covered"), get("townships_counted"));
    Ok(NetworkFigures {
        as_of: day,
        stations_built: get("stations_built"),
        townships_counted: den,
        townships_covered: num,
        coverage_percent: Percent::of(num, den).map(Percent::json),
        county_centres: get("county_centres"),
        counties_counted: get("counties_counted"),
        village_rooms: get("village_rooms"),
        villages_counted: get("villages_counted"),
        confirmed,
    })
}
