//! Choosing a division from the top: province, city, county, township.

use zw_access::Ctx;
use zw_core::DivisionId;
use zw_core::tree::cascade;

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

/// The levels for what was chosen, over the whole map: whoever gives a grant may name any area.
pub fn levels(ctx: &Ctx, q: &AreaQuery) -> Vec<AreaLevel> {
    let view = ctx.tree().as_of(ctx.today());
    let picked = [&q.province, &q.city, &q.county, &q.township].map(|typed| typed.parse().ok());
    ["province", "city", "county", "township"]
        .into_iter()
        .zip(cascade(&view, picked, |_| true))
        .map(|(name, step)| AreaLevel {
            name,
            value: step.chosen.map(|d| d.to_string()).unwrap_or_default(),
            choices: step.choices.into_iter().filter_map(|d| Some((d, view.get(d)?.name.clone()))).collect(),
        })
        .collect()
}
