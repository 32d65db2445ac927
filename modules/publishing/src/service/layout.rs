//! Where tiles stand, and the base map: both are read or solved once and kept, because they follow from facts that do
//! not change while the process runs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use zw_core::DivisionId;
use zw_core::tree::View;
use zw_ui::map::{self, GeoMap, Place};

/// The map that ships (see data/README.md): not reviewed, for the demo and for the positions of tiles only.
const SHIPPED: &str = include_str!("../../../../data/fujian-counties.geojson");
/// Tiles in a row where nothing is known of places.
const ROW: usize = 6;

/// The shipped base map.
pub(crate) fn shipped() -> Option<&'static GeoMap> {
    static MAP: OnceLock<Option<GeoMap>> = OnceLock::new();
    MAP.get_or_init(|| GeoMap::parse(SHIPPED).ok()).as_ref()
}

/// Position by six-digit code.
fn centres() -> &'static HashMap<String, (f64, f64)> {
    static CENTRES: OnceLock<HashMap<String, (f64, f64)>> = OnceLock::new();
    CENTRES.get_or_init(|| {
        shipped().map(|m| m.centres().map(|(id, _, at)| (id.to_owned(), at)).collect()).unwrap_or_default()
    })
}

type Solved = HashMap<Vec<(String, String)>, Arc<Vec<(i32, i32)>>>;

/// Column and row of each county, in the order given. The same list has the same places.
pub(crate) fn places(view: &View, counties: &[DivisionId]) -> Vec<(i32, i32)> {
    static SOLVED: OnceLock<Mutex<Solved>> = OnceLock::new();
    let key: Vec<(String, String)> = counties
        .iter()
        .map(|c| {
            let code = view.get(*c).map(|v| v.code12.get(..6).unwrap_or_default().to_owned()).unwrap_or_default();
            let group = view.city_of(*c).and_then(|g| view.get(g)).map(|g| g.name.clone()).unwrap_or_default();
            (code, group)
        })
        .collect();
    let cache = SOLVED.get_or_init(Mutex::default);
    if let Some(found) = cache.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return found.to_vec();
    }
    let list: Vec<Place> =
        key.iter().map(|(code, group)| Place { group: group.clone(), lat_lon: centres().get(code).copied() }).collect();
    let solved = Arc::new(map::layout(&list));
    let mut kept = cache.lock().unwrap_or_else(PoisonError::into_inner);
    // Provinces, cities and test worlds: a few dozen lists at most; more would be somebody's scan.
    if kept.len() > 500 {
        kept.clear();
    }
    kept.insert(key, solved.clone());
    solved.to_vec()
}

/// Places in rows, for townships.
pub(crate) fn rows(n: usize) -> Vec<(i32, i32)> {
    let at = |i: usize| i32::try_from(i).unwrap_or(i32::MAX);
    (0..n).map(|i| (at(i % ROW), at(i / ROW))).collect()
}
