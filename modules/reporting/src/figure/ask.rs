//! Choosing where and when: the areas a reader may open a figure of, from the top of their scope down to the station, and
//! the days people ask for most.

use super::service::{FigureOf, FigureQuery, Formula, counted_kind, day, formula};
use crate::policy;
use crate::report::store::{self, Station};
use serde::Deserialize;
use std::collections::HashSet;
use zw_access::{Ctx, Permit};
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::{DivisionKind, View, cascade};
use zw_core::{Day, DivisionId, Error, Result, UnitId};
use zw_db::Conn;
use zw_indicators::Measures;

/// What was picked so far, level by level; none of it where the form was not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PickQuery {
    /// Province.
    pub province: Option<String>,
    /// City.
    pub city: Option<String>,
    /// County.
    pub county: Option<String>,
    /// Township.
    pub township: Option<String>,
    /// Station.
    pub station: Option<String>,
    /// Without script: the next level is asked for, and the form stays open.
    pub reload: Option<String>,
}

/// One level of the picker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaLevel {
    /// `province`, `city`, `county`, `township` or `station`.
    pub name: &'static str,
    /// Chosen, empty for none.
    pub value: String,
    /// Id and name.
    pub choices: Vec<(String, String)>,
}

/// The levels below the province, and which of them a figure has.
const LEVELS: [&str; 5] = ["province", "city", "county", "township", "station"];

impl PickQuery {
    fn typed(&self) -> [Option<&str>; 5] {
        let all = [&self.province, &self.city, &self.county, &self.township, &self.station];
        all.map(|v| v.as_deref().map(str::trim).filter(|t| !t.is_empty()))
    }
    fn is_sent(&self) -> bool {
        [&self.province, &self.city, &self.county, &self.township, &self.station].iter().any(|v| v.is_some())
    }
}

/// The last level that says something of a figure: what counts counties has no value of a township, what counts townships
/// or villages none of a station.
fn depth(f: &Formula) -> usize {
    let counted: Vec<DivisionKind> = f.keys().into_iter().filter_map(counted_kind).collect();
    match (counted.contains(&DivisionKind::County), counted.is_empty()) {
        (true, _) => 3,
        (false, false) => 4,
        (false, true) => 5,
    }
}

/// What a reader may open figures of.
struct Reach<'a> {
    permit: &'a Permit<FigureOf>,
    view: &'a View,
    counties: Option<HashSet<DivisionId>>,
}

impl<'a> Reach<'a> {
    fn of(permit: &'a Permit<FigureOf>, view: &'a View) -> Self {
        Self { permit, view, counties: permit.counties().map(|l| l.into_iter().collect()) }
    }
    fn opens(&self, d: DivisionId) -> bool {
        let Some(v) = self.view.get(d) else { return false };
        if v.kind > DivisionKind::County {
            return v.kind == DivisionKind::Township
                && self.view.county_of(d).is_some_and(|c| self.permit.covers_town(c, d));
        }
        let all = self.view.counties_under(d);
        !all.is_empty() && self.counties.as_ref().is_none_or(|own| all.iter().all(|c| own.contains(c)))
    }
}

/// The map the areas are picked from: that of the last day asked for, today's where that is no day.
pub fn map_day(ctx: &Ctx, q: &FigureQuery) -> Day {
    day(q.to.as_ref(), "to", ctx.today()).map_or_else(|_| ctx.today(), |d| d.min(ctx.today()))
}

/// The lowest area that was picked; none where nothing was. What lies outside the reader's scope is not found; a lower pick
/// that does not lie in the upper one any more is dropped.
pub async fn picked(ctx: &Ctx, key: &str, q: &PickQuery, on: Day) -> Result<Option<String>> {
    if !q.is_sent() {
        return Ok(None);
    }
    let permit = ctx.permit::<FigureOf>(policy::FIGURE)?;
    let view = ctx.tree().as_of(on);
    let reach = Reach::of(&permit, &view);
    let [divisions @ .., station] = q.typed();
    for typed in divisions.into_iter().flatten() {
        let id = typed.parse().map(DivisionId).map_err(|_| Error::NotFound)?;
        if !reach.opens(id) {
            return Err(Error::NotFound);
        }
    }
    let mut c = ctx.read().await?;
    if let Some(typed) = station {
        let unit: UnitId = typed.parse().map_err(|_| Error::NotFound)?;
        let (county, _, town) = store::unit_place(&mut c, unit).await?.ok_or(Error::NotFound)?;
        if !permit.covers_unit(county, unit) && !permit.covers_town(county, town) {
            return Err(Error::NotFound);
        }
    }
    let levels = offered(&mut c, &permit, &view, &formula_of(ctx, key)?, q, on).await?;
    Ok(levels.into_iter().rev().map(|l| l.value).find(|v| !v.is_empty()))
}

fn formula_of(ctx: &Ctx, key: &str) -> Result<Formula> {
    let measures = ctx.app.ext::<Measures>()?;
    formula(&measures, key)
}

/// The picker for what was picked so far.
pub async fn levels(ctx: &Ctx, key: &str, q: &PickQuery, on: Day) -> Result<Vec<AreaLevel>> {
    let permit = ctx.permit::<FigureOf>(policy::FIGURE)?;
    let f = formula_of(ctx, key)?;
    let mut c = ctx.read().await?;
    Ok(shown(offered(&mut c, &permit, &ctx.tree().as_of(on), &f, q, on).await?))
}

/// The picker that shows an area: a division's id or a unit's; the reader's own where it is none.
pub async fn levels_at(ctx: &Ctx, key: &str, area: &str, on: Day) -> Result<Vec<AreaLevel>> {
    let view = ctx.tree().as_of(on);
    let mut q = PickQuery::default();
    let division = match area.parse().map(DivisionId) {
        Ok(id) => Some(id),
        Err(_) => {
            let unit: Option<UnitId> = area.parse().ok();
            q.station = unit.map(|u| u.to_string());
            match unit {
                Some(u) => store::unit_place(&mut ctx.read().await?, u).await?.map(|(_, _, town)| town),
                None => None,
            }
        }
    };
    if let Some(id) = division {
        let text = |d: Option<DivisionId>| d.map(|d| d.to_string());
        q.province = text(view.province_of(id));
        q.city = text(view.city_of(id));
        q.county = text(view.county_of(id));
        q.township = text(view.get(id).filter(|v| v.kind == DivisionKind::Township).map(|v| v.id));
    }
    levels(ctx, key, &q, on).await
}

/// All levels a figure has, also those that leave no choice.
async fn offered(
    c: &mut Conn,
    permit: &Permit<FigureOf>,
    view: &View,
    f: &Formula,
    q: &PickQuery,
    on: Day,
) -> Result<Vec<AreaLevel>> {
    let reach = Reach::of(permit, view);
    let [divisions @ .., station] = q.typed();
    let picked = divisions.map(|t| t.and_then(|t| t.parse().ok()).map(DivisionId));
    let steps = cascade(view, picked, |d| reach.opens(d));
    let mut out = vec![];
    let mut lowest = None;
    for (name, step) in LEVELS.into_iter().zip(steps).take(depth(f)) {
        // Under a choice the own name is enough; side by side from several places they need those above them.
        let named = |d: DivisionId| match lowest {
            None => view.path_name(d),
            Some(_) => view.get(d).map(|v| v.name.clone()).unwrap_or_default(),
        };
        let choices = step.choices.iter().map(|d| (d.to_string(), named(*d))).collect();
        out.push(AreaLevel { name, value: step.chosen.map(|d| d.to_string()).unwrap_or_default(), choices });
        lowest = step.chosen.or(lowest);
    }
    if depth(f) == LEVELS.len() {
        let list = stations(c, permit, view, lowest, on).await?;
        let chosen = list.iter().find(|s| Some(s.id.to_string().as_str()) == station);
        let first = out.iter().all(|l| l.choices.is_empty());
        let chosen = chosen.or(list.first().filter(|_| first && list.len() == 1));
        out.push(AreaLevel {
            name: "station",
            value: chosen.map(|s| s.id.to_string()).unwrap_or_default(),
            choices: list.iter().map(|s| (s.id.to_string(), s.name.clone())).collect(),
        });
    }
    Ok(out)
}

/// The stations of a county or township; where no division is picked, those of the scope that stand alone.
async fn stations(
    c: &mut Conn,
    permit: &Permit<FigureOf>,
    view: &View,
    lowest: Option<DivisionId>,
    on: Day,
) -> Result<Vec<Station>> {
    let within = |id: DivisionId| {
        let county = view.county_of(id)?;
        Some((county, view.get(id).filter(|v| v.kind == DivisionKind::Township).map(|v| v.id)))
    };
    match (lowest, lowest.and_then(within)) {
        (Some(_), Some((county, town))) => {
            let list = store::stations_known(c, county, town, on).await?;
            let sees = |s: &Station| permit.covers_unit(county, s.id) || permit.covers_town(county, s.division_id);
            Ok(list.into_iter().filter(sees).collect())
        }
        (Some(_), None) => Ok(vec![]),
        (None, _) => {
            let mut out = vec![];
            for (county, unit) in permit.units() {
                out.extend(store::station(c, county, unit).await?);
            }
            Ok(out)
        }
    }
}

/// The levels worth drawing: from the first with choices on, which is left out itself where it has one alone and so makes it;
/// none where nothing is left to choose.
fn shown(levels: Vec<AreaLevel>) -> Vec<AreaLevel> {
    let from = levels.iter().position(|l| !l.choices.is_empty()).unwrap_or(levels.len());
    let made = levels.get(from).is_some_and(|l| l.choices.len() == 1);
    let rest: Vec<AreaLevel> = levels.into_iter().skip(from + usize::from(made)).collect();
    if rest.iter().all(|l| l.choices.is_empty()) { vec![] } else { rest }
}

/// Days that people ask for most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The end of its Fluent key.
    pub name: &'static str,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
}

/// The presets on a day: of what stands on a date days, of what happens over time spans. Whole weeks and months that are
/// over are spans which reports confirm.
pub fn presets(stock: bool, today: Day) -> Vec<Preset> {
    let (week, month) = (Period::containing(PeriodKind::Week, today), Period::containing(PeriodKind::Month, today));
    let (last_week, last_month) = (week.prev(), month.prev());
    if stock {
        let on = |name, day| Preset { name, from: day, to: day };
        return vec![
            on("today", today),
            on("week-end", last_week.last_day()),
            on("month-end", last_month.last_day()),
            on("weeks-ago", week.plus(-12).last_day()),
        ];
    }
    let span = |name, from: Day, to: Day| Preset { name, from, to };
    vec![
        span("this-week", week.first_day(), today),
        span("last-week", last_week.first_day(), last_week.last_day()),
        span("this-month", month.first_day(), today),
        span("last-month", last_month.first_day(), last_month.last_day()),
        span("weeks", week.plus(-12).first_day(), last_week.last_day()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_that_leaves_no_choice_is_not_drawn() {
        let level = |name, value: &str, n: usize| AreaLevel {
            name,
            value: value.into(),
            choices: (0..n).map(|i| (i.to_string(), String::new())).collect(),
        };
        let names = |l: Vec<AreaLevel>| shown(l).iter().map(|l| l.name).collect::<Vec<_>>();
        // The province is the one there is; a city that stands alone in it is chosen all the same, and sent.
        let from_top = vec![level("province", "0", 1), level("city", "0", 1), level("county", "", 2)];
        assert_eq!(names(from_top), ["city", "county"]);
        let county =
            vec![level("province", "", 0), level("city", "", 0), level("county", "0", 1), level("township", "", 3)];
        assert_eq!(names(county), ["township"]);
        assert!(names(vec![level("township", "", 0), level("station", "0", 1)]).is_empty());
    }

    #[test]
    fn presets_are_whole_periods_where_they_are_over() {
        let day = |m, d| Day::new(2021, m, d).unwrap();
        let of = |stock| presets(stock, day(7, 8)).into_iter().map(|p| (p.name, p.from, p.to)).collect::<Vec<_>>();
        assert_eq!(
            of(false),
            [
                ("this-week", day(7, 5), day(7, 8)),
                ("last-week", day(6, 28), day(7, 4)),
                ("this-month", day(7, 1), day(7, 8)),
                ("last-month", day(6, 1), day(6, 30)),
                ("weeks", day(4, 12), day(7, 4)),
            ]
        );
        let weeks = &of(false)[4];
        assert_eq!(weeks.1.days_until(weeks.2) + 1, 12 * 7);
        let ends: Vec<_> = of(true).into_iter().map(|(name, _, to)| (name, to)).collect();
        assert_eq!(
            ends,
            [("today", day(7, 8)), ("week-end", day(7, 4)), ("month-end", day(6, 30)), ("weeks-ago", day(4, 18))]
        );
    }
}
