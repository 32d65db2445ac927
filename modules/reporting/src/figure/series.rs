//! A figure at the end of each of many weeks: on each of them what the page behind the figure says of that day. One
//! reading of the reports and one sweep of the registers, whatever the number of weeks.

use super::service::{FigureOf, Formula, area_of, asked_area, formula, last_day};
use crate::confirmed::{self, closed_week};
use crate::cycle::Cycle;
use crate::policy;
use crate::report::derive;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use zw_access::{Ctx, Permit};
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, Error, FieldErrors, Result, Stamp};
use zw_db::Conn;
use zw_indicators::confirmed::{Nobody, Sum};
use zw_indicators::{Area, Measures};

/// Weeks without being asked for: a year.
pub const WEEKS: i64 = 52;
/// Weeks at most.
const MOST: i64 = 260;

/// Which series.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SeriesQuery {
    /// Division id or unit id; the reader's own area by default.
    pub area: Option<String>,
    /// Weeks that are over by the end of this day; today by default.
    pub to: Option<String>,
    /// How many weeks, 52 by default, at most 260.
    pub weeks: Option<String>,
}

/// A figure over the weeks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SeriesOut {
    /// Key of the indicator or measure.
    pub key: String,
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// `%`, or the unit, as with the name; empty for none.
    pub unit: String,
    /// Version of the rule.
    pub rule_version: String,
    /// Division id or unit id.
    pub area: String,
    /// Name of the area.
    pub area_name: String,
    /// Above the county: what the counties had confirmed, and the registers of those that had not. Otherwise the
    /// registers.
    pub above_county: bool,
    /// Weeks, the oldest first. Weeks before the area was on the map are left out.
    pub points: Vec<PointOut>,
    /// When it was counted.
    pub counted_at: Stamp,
}

/// A figure at the end of a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct PointOut {
    /// The week.
    pub period: String,
    /// Its last day: the value is as of the end of it, on the map of that day.
    pub as_of: Day,
    /// Value as printed, without its unit.
    pub value: String,
    /// Numerator, or the count itself.
    pub num: i64,
    /// Denominator.
    pub den: Option<i64>,
    /// Counties whose part rests on what they confirmed, for this week or an earlier one.
    pub confirmed: i64,
    /// Counties in the area.
    pub of: i64,
}

/// The weeks of a series, checked; the oldest first.
fn weeks(ctx: &Ctx, q: &SeriesQuery) -> Result<Vec<Period>> {
    let to = last_day(ctx, q.to.as_ref())?;
    let n = match q.weeks.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        None => WEEKS,
        Some(t) => t.parse().map_err(|_| Error::field("weeks", "format"))?,
    };
    let mut errors = FieldErrors::default();
    errors.within("weeks", n, 1, MOST);
    errors.check()?;
    Ok(last_weeks(ctx, to, n))
}

/// The last `n` weeks that are over by the end of a day, the oldest first.
pub(super) fn last_weeks(ctx: &Ctx, to: Day, n: i64) -> Vec<Period> {
    let back = std::iter::successors(Some(closed_week(to, ctx.today())), |w| Some(w.prev()));
    let mut out: Vec<Period> = back.take(usize::try_from(n).unwrap_or(0)).collect();
    out.reverse();
    out
}

/// A figure at the end of each week. Only what stands on a date has one: what happens over time has its own periods.
pub async fn series(ctx: &Ctx, key: &str, q: &SeriesQuery) -> Result<SeriesOut> {
    let permit = ctx.permit::<FigureOf>(policy::FIGURE)?;
    let measures = ctx.app.ext::<Measures>()?;
    let f = formula(&measures, key)?;
    if !f.is_stock() {
        return Err(Error::rule("figure-not-a-stock"));
    }
    let weeks = weeks(ctx, q)?;
    let text = asked_area(ctx, q.area.as_deref())?;
    let mut c = ctx.read().await?;
    of_weeks(ctx, &mut c, &permit, &measures, &f, text, &weeks).await
}

/// The series of a figure whose formula and area were read already.
pub(super) async fn of_weeks(
    ctx: &Ctx,
    c: &mut Conn,
    permit: &Permit<FigureOf>,
    measures: &Measures,
    f: &Formula,
    text: String,
    weeks: &[Period],
) -> Result<SeriesOut> {
    let tree = ctx.tree();
    let mut area_name = None;
    let mut points = vec![];
    // Weeks between two boundary days see one map: the area is looked up once for all of them. The latest map comes
    // first, because the area must be on it.
    let mut maps: Vec<(Arc<zw_core::tree::View>, Vec<Period>)> = vec![];
    for week in weeks.iter().rev() {
        let view = tree.as_of(week.last_day());
        match maps.last_mut().filter(|(v, _)| Arc::ptr_eq(v, &view)) {
            Some((_, list)) => list.push(*week),
            None => maps.push((view, vec![*week])),
        }
    }
    for (_, mut list) in maps {
        list.sort_unstable();
        let days: Vec<Day> = list.iter().map(|w| w.last_day()).collect();
        let on = days.first().copied().unwrap_or_else(|| ctx.today());
        let (area, name) = match area_of(ctx, c, permit, &text, on).await {
            Err(Error::NotFound) if area_name.is_some() => continue,
            found => found?,
        };
        area_name.get_or_insert(name);
        let found = sums(ctx, c, measures, f, &area, &days).await?;
        let sum = |key: &'static str, i: usize| found.get(key).and_then(|l| l.get(i)).copied().unwrap_or_default();
        for (i, week) in list.iter().enumerate() {
            let (num, den) = (sum(f.num.key, i), f.den.map(|d| sum(d.key, i).value));
            points.push(PointOut {
                period: week.to_string(),
                as_of: week.last_day(),
                value: f.value(num.value, den),
                num: num.value,
                den,
                confirmed: num.confirmed,
                of: num.of,
            });
        }
    }
    points.sort_by_key(|p| p.as_of);
    let (label, unit, rule) = f.words();
    Ok(SeriesOut {
        key: f.key().to_owned(),
        label: label.into(),
        unit: unit.into(),
        rule_version: rule.into(),
        area: text,
        area_name: area_name.unwrap_or_default(),
        above_county: ctx.above_county(),
        points,
        counted_at: ctx.now(),
    })
}

/// The sums of the formula's measures on some days.
async fn sums(
    ctx: &Ctx,
    c: &mut Conn,
    measures: &Measures,
    f: &Formula,
    area: &Area,
    days: &[Day],
) -> Result<HashMap<&'static str, Vec<Sum>>> {
    let (tree, keys) = (ctx.tree(), f.keys());
    match area {
        Area::County(_) | Area::Counties(_) if ctx.above_county() => {
            measures.above_county_on(c, &tree, &keys, &area.counties(), days, Nobody::Live).await
        }
        // A township above the county: as of the week its county had confirmed last, as on the page and on the wall.
        Area::Town(county, _) if ctx.above_county() => {
            let sure = confirmed::store::last_days(c, *county, days).await?;
            let at: Vec<Day> = days.iter().zip(&sure).map(|(d, last)| last.map_or(*d, |last| last.min(*d))).collect();
            let mut out = registers(measures, c, ctx, &keys, area, &at).await?;
            for list in out.values_mut() {
                list.iter_mut().zip(&sure).for_each(|(s, last)| s.confirmed = i64::from(last.is_some()));
            }
            Ok(out)
        }
        // A station's own report confirms it; until then its live figure is shown above only where live figures are.
        Area::Unit(..) if ctx.above_county() && carried(&keys) && !Cycle::of(ctx).live_above_county => {
            Err(Error::Forbidden)
        }
        _ => registers(measures, c, ctx, &keys, area, days).await,
    }
}

fn carried(keys: &[&'static str]) -> bool {
    keys.iter().all(|k| derive::measures_of(PeriodKind::Month).contains(k))
}

/// What the registers say on some days; nobody confirmed it.
async fn registers(
    measures: &Measures,
    c: &mut Conn,
    ctx: &Ctx,
    keys: &[&'static str],
    area: &Area,
    days: &[Day],
) -> Result<HashMap<&'static str, Vec<Sum>>> {
    let of = i64::try_from(area.counties().len()).unwrap_or(i64::MAX);
    let found = measures.series(c, &ctx.tree(), keys, area, days).await?;
    let sum = |value| Sum { value, confirmed: 0, of };
    Ok(found.into_iter().map(|(key, list)| (key, list.into_iter().map(sum).collect())).collect())
}
