//! A made-up country in the proportions of the demo: divisions, stations, coverage, build-out sheets, postings and
//! weekly reports, the same for the same scale. It measures what a nation of 41,352 townships costs, and in small it is
//! the ground of the kill test. It is marked as demo data: every page says 演示数据·非官方.

mod divisions;
mod network;
mod reports;

pub use divisions::csv;

use crate::place::Place;
use crate::prepare::{self, GENERATE, Seat};
use crate::store;
use std::path::Path;
use zw_access::Role;
use zw_core::tree::{DivisionKind, View};
use zw_core::{DivisionId, Error, Result};

/// How large a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// Provinces.
    pub provinces: usize,
    /// Cities.
    pub cities: usize,
    /// Counties.
    pub counties: usize,
    /// Townships.
    pub townships: usize,
    /// Weeks of reports before the demo's day.
    pub weeks: i64,
}

impl Scale {
    /// The nation of the mission: 41,352 townships.
    pub const NATION: Self = Self { provinces: 31, cities: 340, counties: 2_850, townships: 41_352, weeks: 8 };
    /// A city with eight counties and nobody's reports: the kill test.
    pub const SMALL: Self = Self { provinces: 1, cities: 1, counties: 8, townships: 104, weeks: 0 };
}

/// What was made.
#[derive(Clone, Debug)]
pub struct World {
    /// Province ids.
    pub provinces: Vec<DivisionId>,
    /// County ids.
    pub counties: Vec<DivisionId>,
    /// Rows written, by table.
    pub rows: Vec<(&'static str, usize)>,
}

/// Login of the county administrator of the n-th county.
pub fn county_login(n: usize) -> String {
    format!("bench-x{n:04}")
}

/// Login of the administrator of all provinces.
pub const NATION_LOGIN: &str = "bench-nation";

/// Fills an empty place: schema, keys and divisions through the program's own commands, the rest by bulk loading.
/// `county_seats`: counties that get an administrator's account, from the first on.
pub async fn make(program: &Path, place: &Place, scale: Scale, county_seats: usize) -> Result<World> {
    place.run(program, &["migrate"])?;
    let file = place.dir.join("divisions.csv");
    std::fs::write(&file, csv(scale)).map_err(|e| Error::Unavailable(e.to_string()))?;
    let path = file.display().to_string();
    place.run(program, &["divisions", "import", &path])?;
    fill(place, scale, county_seats).await
}

/// Fills a place that has its schema, keys and divisions.
pub async fn fill(place: &Place, scale: Scale, county_seats: usize) -> Result<World> {
    let ctx = prepare::open(place).await?;
    let view = ctx.tree().as_of(prepare::today());
    let provinces = view.roots().to_vec();
    let counties: Vec<DivisionId> =
        provinces.iter().flat_map(|p| view.of_kind(DivisionKind::County, *p)).copied().collect();
    check(&view, &provinces, scale)?;

    let mut tx = ctx.write().await?;
    let network = network::make(&view, &provinces, &ctx.app.rng);
    let mut rows = network.write(&ctx, &mut tx).await?;
    let weekly = reports::make(&counties, &network, scale.weeks, &ctx.app.rng);
    rows.push(("report", weekly.len()));
    store::put_reports(&mut tx, &weekly).await?;
    let clock = serde_json::json!({ "clock_from": prepare::now().ms() }).to_string();
    store::put_setting(&mut tx, "demo", &clock).await?;
    tx.commit(ctx.event(GENERATE).record(None, "world")).await?;

    let mut seats: Vec<Seat> = counties
        .iter()
        .take(county_seats)
        .enumerate()
        .map(|(n, c)| Seat { login: county_login(n), role: Role::CountyAdmin, areas: vec![*c], unit: None })
        .collect();
    seats.push(Seat { login: NATION_LOGIN.into(), role: Role::ProvAdmin, areas: provinces.clone(), unit: None });
    prepare::seats(&ctx, &seats).await?;
    prepare::accept_old_periods(&ctx).await?;
    prepare::close(ctx).await;
    Ok(World { provinces, counties, rows })
}

fn check(view: &View, provinces: &[DivisionId], scale: Scale) -> Result<()> {
    let count = |kind| provinces.iter().map(|p| view.of_kind(kind, *p).len()).sum::<usize>();
    let got = (provinces.len(), count(DivisionKind::City), count(DivisionKind::County), count(DivisionKind::Township));
    let want = (scale.provinces, scale.cities, scale.counties, scale.townships);
    if got == want { Ok(()) } else { Err(Error::Internal(format!("divisions {got:?} instead of {want:?}"))) }
}

/// A number that belongs to the i-th thing of a kind: the same on every run, evenly spread (SplitMix64's mixer).
pub(crate) fn mix(kind: u64, i: usize) -> u64 {
    let mut z = (u64::try_from(i).unwrap_or(0) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (kind << 56);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// `mix` below a bound.
pub(crate) fn below(kind: u64, i: usize, bound: u64) -> i64 {
    i64::try_from(mix(kind, i) % bound.max(1)).unwrap_or(0)
}
