//! Settings of this module; every value is a default of our own and can be changed (architecture.md 9).

use serde::{Deserialize, Serialize};
use zw_access::Setting;
use zw_core::FieldErrors;

/// Setting `publishing.circular`: how circulars are headed and what they say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
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
    #[schemars(extend("x-unit" = "percent"))]
    pub praise_from: i64,
    /// At most so many units are named in one sentence.
    #[schemars(extend("x-unit" = "items"))]
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

// i18n-keys: publishing-set-circular publishing-set-circular-does publishing-set-base-map-does
// i18n-keys: publishing-set-circular-issuer publishing-set-circular-addressee-province
// i18n-keys: publishing-set-circular-addressee-city publishing-set-circular-red-head publishing-set-circular-copy-to
// i18n-keys: publishing-set-circular-ranking publishing-set-circular-praise-from publishing-set-circular-names
impl Setting for CircularSettings {
    const KEY: &'static str = "publishing.circular";
    const MEANING: &'static str = "publishing-set-circular";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        let texts = [
            ("issuer", Some(&self.issuer)),
            ("addressee_province", Some(&self.addressee_province)),
            ("addressee_city", Some(&self.addressee_city)),
            ("red_head", self.red_head.as_ref()),
            ("copy_to", self.copy_to.as_ref()),
        ];
        for (name, text) in texts {
            if text.is_some_and(|t| t.chars().count() > 200) {
                e.add_with(name, "too-long", &[("max", "200")]);
            }
        }
        e.within("praise_from", self.praise_from, 0, 100);
        e.within("names", i64::try_from(self.names).unwrap_or(i64::MAX), 1, 50);
        e
    }
}

/// Setting `wall.base_map`: a standard map with its review number (审图号), for the geographic view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BaseMap {
    /// 审图号 of the map below; without it the geographic view exists in the demo only.
    pub review_no: Option<String>,
    /// The map as GeoJSON (`properties`: `id`, `name`, `city`); when empty the outline that ships, in the demo only, marked as
    /// not reviewed.
    #[schemars(extend("x-lines" = true))]
    pub geojson: Option<String>,
}

// i18n-keys: publishing-set-base-map publishing-set-base-map-review-no publishing-set-base-map-geojson
impl Setting for BaseMap {
    const KEY: &'static str = "wall.base_map";
    const MEANING: &'static str = "publishing-set-base-map";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        if self.geojson.as_deref().is_some_and(|t| serde_json::from_str::<serde_json::Value>(t).is_err()) {
            e.add("geojson", "format");
        }
        // A number speaks of the map it was given for, never of the outline that ships, which nobody reviewed.
        if self.review_no.is_some() && self.geojson.is_none() {
            e.add("geojson", "map-of-number");
        }
        e
    }
}
