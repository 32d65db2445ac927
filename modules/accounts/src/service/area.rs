//! Choosing a division from the top: province, city, county, township.

use zw_access::Ctx;
use zw_core::DivisionId;
use zw_core::tree::View;

/// What was chosen so far, as sent; empty for nothing.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct AreaQuery {
    /// Province.
    pub province: String,
    /// City.
    pub city: String,
    /// County.
    pub county: String,
    /// Township.
    pub township: String,
}

/// One level: its name, what is chosen, and what there is to choose.
#[derive(Clone, Debug)]
pub struct AreaLevel {
    /// `province`, `city`, `county` or `township`.
    pub name: &'static str,
    /// Chosen.
    pub value: String,
    /// Id and name.
    pub choices: Vec<(DivisionId, String)>,
}

impl AreaQuery {
    /// The lowest division chosen, as text.
    pub fn lowest(&self) -> &str {
        [&self.township, &self.county, &self.city, &self.province].into_iter().find(|s| !s.is_empty()).map_or("", |s| s)
    }
}

/// The levels for what was chosen. A lower choice that no longer lies in the upper one is dropped.
pub fn levels(ctx: &Ctx, q: &AreaQuery) -> Vec<AreaLevel> {
    let view = ctx.tree().as_of(ctx.today());
    let view: &View = &view;
    let named = |ids: &[DivisionId]| -> Vec<(DivisionId, String)> {
        ids.iter().filter_map(|i| view.get(*i).map(|d| (*i, d.name.clone()))).collect()
    };
    let pick = |typed: &str, from: &[DivisionId]| typed.parse().ok().filter(|i: &DivisionId| from.contains(i));
    let roots = view.roots().to_vec();
    // One province is no choice.
    let province = pick(&q.province, &roots).or_else(|| if roots.len() == 1 { roots.first().copied() } else { None });
    let cities = province.map(|p| view.cities_under(p).to_vec()).unwrap_or_default();
    let city = pick(&q.city, &cities);
    let counties = match (province, city) {
        (_, Some(c)) => view.counties_under(c).to_vec(),
        // Counties right under the province.
        (Some(p), None) => view.counties_under(p).iter().copied().filter(|x| view.city_of(*x).is_none()).collect(),
        _ => vec![],
    };
    let county = pick(&q.county, &counties);
    let towns = county.map(|c| view.townships_under(c).to_vec()).unwrap_or_default();
    let town = pick(&q.township, &towns);
    let text = |id: Option<DivisionId>| id.map(|i| i.to_string()).unwrap_or_default();
    [("province", province, roots), ("city", city, cities), ("county", county, counties), ("township", town, towns)]
        .into_iter()
        .map(|(name, chosen, from)| AreaLevel { name, value: text(chosen), choices: named(&from) })
        .collect()
}
