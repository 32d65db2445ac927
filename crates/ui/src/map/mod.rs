//! The wall chart's two maps: tiles placed roughly as on a map (no boundaries, the default), and a geographic map
//! that may be shown in public only with its review number (审图号; 《地图审核管理规定》 arts. 5–6).

mod geo;
mod labels;
mod layout;
mod list;
mod tiles;

pub use geo::{GeoError, GeoMap, GeoRegion, geo_map, review_line};
pub use layout::{Place, layout};
pub use list::tile_list;
pub use tiles::{Tile, ValueTile, tiles, tiles_filling, value_tiles};

use crate::i18n::Lang;
use maud::{Markup, html};

/// Tiles and a geographic map.
pub fn sample(lang: Lang) -> Markup {
    html! { (tiles::sample(lang)) (geo::sample(lang)) }
}
