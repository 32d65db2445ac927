//! Who reports to whom above the county: to its city, or straight to the province. Counties without a city and cities
//! that act as their own county tier follow from the division tree; what lies in a city and reports past it all the
//! same stands in the setting `reporting.direct` (domain.md section 4: 平潭综合实验区 acts as a city although it is none).
//! Chain, boards, passing on, missing lists and circulars ask here and nowhere else; maps stay where they lie.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use zw_access::{App, Ctx, Setting};
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, FieldErrors};
use zw_indicators::Cell;
use zw_ui::Lang;

/// The setting `reporting.direct`: twelve-digit codes of counties that lie in a city and report straight to the
/// province; of a city: all of its counties do. Codes are those in force on the last day of the reported period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Direct(pub Vec<String>);

impl Default for Direct {
    /// 平潭县 of Fujian, whose 综合实验区 answers to the province. A code that is not on the map changes nothing.
    fn default() -> Self {
        Self(vec!["350128000000".to_owned()])
    }
}

// i18n-keys: reporting-set-direct reporting-set-direct-does
impl Setting for Direct {
    const KEY: &'static str = "reporting.direct";
    const MEANING: &'static str = "reporting-set-direct";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        for (i, code) in self.0.iter().enumerate() {
            if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) || !code.ends_with("000000") {
                e.add(&format!("[{i}]"), "code-county");
            }
        }
        e
    }
}

/// Calls the counties that report past their city by their own name on all pages, lists and choices, as the papers of the
/// chain do: a county has one name. Tells whether the map in memory was changed for it.
pub fn name_apart(app: &App) -> bool {
    let codes: BTreeSet<String> = app.settings().get::<Direct>().0.into_iter().collect();
    let changes = *app.tree().apart() != codes;
    if changes {
        app.set_apart(codes);
    }
    changes
}

/// The chain above the counties on a day.
#[derive(Clone, Debug)]
pub struct Chain {
    view: Arc<View>,
    direct: BTreeSet<DivisionId>,
}

impl Chain {
    /// The chain on a day, by the setting as it stood at its end: sums and boards of what is over keep theirs.
    pub fn on(ctx: &Ctx, day: Day) -> Self {
        Self::of(ctx.tree().as_of(day), &ctx.app.settings().on(day))
    }
    /// The chain of a view.
    pub fn of(view: Arc<View>, setting: &Direct) -> Self {
        let direct = setting.0.iter().filter_map(|code| view.by_code(code).map(|v| v.id)).collect();
        Self { view, direct }
    }
    /// The view it was made of.
    pub fn view(&self) -> &View {
        &self.view
    }
    /// The city a county reports to; none where it reports straight to the province.
    pub fn city_of(&self, county: DivisionId) -> Option<DivisionId> {
        // A city that acts as its own county tier reports to the province.
        let city = self.view.city_of(county).filter(|city| *city != county)?;
        let past = self.direct.contains(&county) || self.direct.contains(&city);
        (!past).then_some(city)
    }
    /// The counties that report to a city, or those of any other area.
    pub fn counties_of(&self, area: DivisionId) -> Vec<DivisionId> {
        let all = self.view.counties_under(area);
        let city = self.view.get(area).is_some_and(|v| v.kind == DivisionKind::City) && !all.contains(&area);
        all.iter().copied().filter(|c| !city || self.city_of(*c) == Some(area)).collect()
    }
    /// Whether an area is a city to which counties report.
    pub fn is_city(&self, area: DivisionId) -> bool {
        self.view.city_of(area) == Some(area)
            && self.view.county_of(area) != Some(area)
            && !self.counties_of(area).is_empty()
    }
    /// The name of a division as papers of the chain say it: a county with the city it reports to in front, one that reports
    /// past its city by its own name alone.
    pub fn path_name(&self, id: DivisionId) -> String {
        let past = |county: DivisionId| self.view.city_of(county) != Some(county) && self.city_of(county).is_none();
        self.view.path_name_past(id, self.view.county_of(id).is_some_and(past))
    }
    /// The name of the city a county reports to; empty where it reports straight to the province.
    pub fn group(&self, county: DivisionId) -> String {
        self.city_of(county).and_then(|c| self.view.get(c)).map(|v| v.name.clone()).unwrap_or_default()
    }
    // i18n-keys: reporting-by-map reporting-by-chain
    /// What a page says of an area in which counties report past their city; none anywhere else. Pages that follow the map
    /// (wall, figures) count them there, pages that follow the chain (boards, snapshots, circulars) beside it, so the
    /// same city has two sums and every page says which it shows.
    pub fn note(&self, area: DivisionId, follows: Follows) -> Option<Cell> {
        let own = self.counties_of(area);
        let past = self.view.counties_under(area).iter().filter(|c| !own.contains(c));
        let names: Vec<&str> = past.filter_map(|c| self.view.get(*c)).map(|v| v.name.as_str()).collect();
        if names.is_empty() {
            return None;
        }
        let key = match follows {
            Follows::Map => "reporting-by-map",
            Follows::Chain => "reporting-by-chain",
        };
        let said = |lang: Lang| lang.tf(key, &[("names", names.join(lang.comma()).into())]);
        let (zh, en) = (said(Lang::ZhCn), said(Lang::En));
        Some(Cell::Code { code: "direct".to_owned(), zh, en })
    }
}

/// What the sums of a page are made along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// Where counties lie.
    Map,
    /// To whom they report.
    Chain,
}
