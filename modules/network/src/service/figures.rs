//! The network's part of the headline figures, for the command line and the strip above the wall.

use crate::measures::NetworkSource;
use crate::policy;
use zw_access::{Ctx, Resource};
use zw_core::percent::Percent;
use zw_core::{Day, DivisionId, Result};
use zw_indicators::{Area, Source as _, Span};

/// Aggregates of an area.
#[derive(Debug)]
pub struct Aggregates;

impl Resource for Aggregates {
    const NAME: &'static str = "network";
    const COUNTY: &'static str = "s.county_id";
}

/// Headline figures on a day.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct NetworkFigures {
    /// End of this day.
    pub as_of: Day,
    /// 建成运营 stations.
    pub stations_built: i64,
    /// Denominator of the coverage.
    pub townships_counted: i64,
    /// Numerator of the coverage: distinct townships.
    pub townships_covered: i64,
    /// 覆盖率 to one decimal, without the sign: `65.1`; none without a denominator.
    pub coverage_percent: Option<String>,
    /// Built county centres.
    pub county_centres: i64,
    /// Denominator of the county coverage.
    pub counties_counted: i64,
    /// Built village rooms.
    pub village_rooms: i64,
    /// Denominator of the village coverage.
    pub villages_counted: i64,
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
        Some(a) => view.counties_under(a).to_vec(),
        None => view.roots().iter().flat_map(|r| view.counties_under(*r).to_vec()).collect(),
    }
}

/// The figures of an area (all of the installation without one) on a day, within the permit.
pub async fn figures(ctx: &Ctx, day: Day, area: Option<DivisionId>) -> Result<NetworkFigures> {
    let permit = ctx.permit::<Aggregates>(policy::FIGURES)?;
    let mut list = counties(ctx, day, area);
    list.retain(|c| permit.covers_county(*c));
    let mut conn = ctx.read().await?;
    let tree = ctx.tree();
    let found = NetworkSource.count(&mut conn, &tree, &KEYS, &Area::Counties(list), Span::on(day)).await?;
    let get = |key: &str| found.iter().find(|(k, _)| *k == key).map_or(0, |(_, v)| *v);
    let (num, den) = (get("townships_covered"), get("townships_counted"));
    Ok(NetworkFigures {
        as_of: day,
        stations_built: get("stations_built"),
        townships_counted: den,
        townships_covered: num,
        coverage_percent: Percent::of(num, den).map(Percent::number),
        county_centres: get("county_centres"),
        counties_counted: get("counties_counted"),
        village_rooms: get("village_rooms"),
        villages_counted: get("villages_counted"),
    })
}
