//! Settings of this module; every value is a default of our own and can be changed (architecture.md 9).

use serde::{Deserialize, Serialize};

/// Setting `publishing.circular`: how circulars are headed and what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CircularSettings {
    /// Issuing unit (发文机关署名); the demo always says 示例单位.
    pub issuer: String,
    /// Addressee of a provincial circular, without the colon; empty: the authorities of its parts.
    pub addressee_province: String,
    /// Addressee of the circular of an area without cities; empty: the authorities of its parts.
    pub addressee_city: String,
    /// Red head (发文机关标志); none: plain head. Never in the demo.
    pub red_head: Option<String>,
    /// Receivers of copies (抄送).
    pub copy_to: Option<String>,
    /// Whether the annexes rank areas by coverage. Off by default (domain.md 14).
    pub ranking: bool,
    /// Coverage in percent above which a city is named among the achievements.
    pub praise_from: i64,
    /// At most so many units are named in one sentence.
    pub names: usize,
}

impl Default for CircularSettings {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            addressee_province: String::new(),
            addressee_city: String::new(),
            red_head: None,
            copy_to: None,
            ranking: false,
            praise_from: 90,
            names: 5,
        }
    }
}

/// Setting `wall.base_map`: a standard map with its review number (审图号), for the geographic view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BaseMap {
    /// 审图号; without it the geographic view exists in the demo only.
    pub review_no: Option<String>,
    /// The map as GeoJSON (`properties`: `id`, `name`, `city`); the one that ships when empty.
    pub geojson: Option<String>,
}
