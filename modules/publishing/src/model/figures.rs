//! Figures by key, as the circular prints them. Grammar: `name[.part][@code]`.
//!
//! * `stations_built`, `M09`: a counted value; `coverage_township`: an indicator without its sign (the text writes `%`).
//! * `.delta`: the difference to the snapshot before, without its sign (the text says 增加 or 减少).
//! * `.max`, `.min`: over the areas directly inside.
//! * `@350100`: of a city or county, by its code.
//! * `as_of`, `before`, `period`: dates and the month; `count.*`: lengths of the snapshot's lists, `count.late.2021-W26`
//!   those of a period; `rule.*`: the number that a setting gave to a measure's rule.

use super::snapshot::{AreaFigures, Gap, Snapshot, Stage, UnconfirmedReason};
use std::collections::BTreeSet;
use zw_core::Day;
use zw_core::deadline::Timeliness;
use zw_core::percent::Percent;
use zw_indicators::indicator::{self, Indicator, IndicatorKind};
use zw_indicators::keys;
use zw_ui::Status;

/// Numbers as the circular writes them: 万 and 亿 with at most one decimal, smaller ones in full (domain.md 10.1).
pub fn words(n: i64) -> String {
    let abs = n.unsigned_abs();
    let (unit, word) = match abs {
        0..10_000 => return n.to_string(),
        10_000..100_000_000 => (10_000, "万"),
        _ => (100_000_000, "亿"),
    };
    // Half up, in tenths of the unit; a value that rounds up to the next unit is said in that unit.
    let tenths = (u128::from(abs) * 20 + unit) / (unit * 2);
    if word == "万" && tenths >= 100_000 {
        return format!("{}1亿", if n < 0 { "-" } else { "" });
    }
    let sign = if n < 0 { "-" } else { "" };
    if tenths % 10 == 0 {
        format!("{sign}{}{word}", tenths / 10)
    } else {
        format!("{sign}{}.{}{word}", tenths / 10, tenths % 10)
    }
}

/// 7月8日, with the year when it is not `year`.
pub fn short_date(day: Day, year: i64) -> String {
    if day.year() == year { format!("{}月{}日", day.month(), day.day()) } else { day.long_zh() }
}

/// The snapshot a circular speaks of, and the one it compares with.
#[derive(Clone, Copy)]
pub struct Figures<'a> {
    /// Spoken of.
    pub now: &'a Snapshot,
    /// Compared with.
    pub before: Option<&'a Snapshot>,
}

impl Figures<'_> {
    /// The printed figure of a key; none when the snapshot does not have it.
    pub fn text(&self, key: &str) -> Option<String> {
        if let Some(text) = self.special(key) {
            return Some(text);
        }
        let (name, code) = key.split_once('@').map_or((key, None), |(n, c)| (n, Some(c)));
        let (base, part) = name.split_once('.').map_or((name, None), |(n, p)| (n, Some(p)));
        let area = self.area(code)?;
        match part {
            None => printed(base, area),
            Some("delta") => self.delta(base, area).map(|d| d.text),
            Some("max") => self.extreme(base, true),
            Some("min") => self.extreme(base, false),
            Some(_) => None,
        }
    }

    /// Whether a key has a figure.
    pub fn has(&self, key: &str) -> bool {
        self.text(key).is_some()
    }

    fn area(&self, code: Option<&str>) -> Option<&AreaFigures> {
        match code {
            None => Some(&self.now.body.total),
            Some(c) => self.now.areas().find(|a| a.is(c)),
        }
    }

    fn special(&self, key: &str) -> Option<String> {
        let row = &self.now.row;
        let body = &self.now.body;
        let count = |n: usize| Some(words(i64::try_from(n).unwrap_or(i64::MAX)));
        match key {
            "as_of" => Some(short_date(row.as_of, row.taken_at.day_cn().year())),
            "as_of.full" => Some(row.as_of.long_zh()),
            "before" => self.before.map(|b| short_date(b.row.as_of, row.as_of.year())),
            "period" => self.now.period.map(zw_core::period::Period::label_zh),
            "count.unconfirmed" => count(body.unconfirmed.len()),
            "count.unreported_weeks" => {
                count(body.unconfirmed.iter().filter(|u| u.reason == UnconfirmedReason::NoReport).count())
            }
            "count.amended" => count(body.corrections.amended.len()),
            "count.supplied" => count(body.corrections.supplied.len()),
            "count.unpassed" => count(body.unpassed.len()),
            "count.unreported" => count(body.unreported.len()),
            "count.gaps" => count(body.gaps.len()),
            "count.plaque" => count(body.gaps.iter().filter(|g| g.stage == Stage::Plaque).count()),
            "count.not_begun" => count(body.gaps.iter().filter(|g| g.stage == Stage::NotBegun).count()),
            "count.stuck" => count(body.gaps.iter().filter(|g| !g.obstacles.is_empty()).count()),
            "count.late_due" => count(body.gaps.iter().filter(|g| is_past_due(g, row.as_of)).count()),
            "count.complete" => count(complete(self.now).len()),
            "count.no_growth" => count(self.no_growth()?.len()),
            _ => self.numbered(key),
        }
    }

    /// Figures whose key names a threshold, a period or a rule.
    fn numbered(&self, key: &str) -> Option<String> {
        let count = |n: usize| Some(words(i64::try_from(n).unwrap_or(i64::MAX)));
        if let Some(percent) = key.strip_prefix("count.above.") {
            return count(above(self.now, percent.parse().ok()?).len());
        }
        if let Some(period) = key.strip_prefix("count.late.") {
            return count(self.now.overdue(period, Timeliness::Late).count());
        }
        if let Some(period) = key.strip_prefix("count.missing.") {
            return count(self.now.overdue(period, Timeliness::Missing).count());
        }
        self.now.body.rule_values.get(key.strip_prefix("rule.")?).map(|n| words(*n))
    }

    /// Difference of a measure or indicator to the snapshot before, for the whole area or one inside.
    pub fn delta(&self, base: &str, area: &AreaFigures) -> Option<Delta> {
        let before = self.before?.areas().find(|a| a.division == area.division)?;
        if let Some(i) = indicator::find(base) {
            let (now, then) = (percent(i, area)?, percent(i, before)?);
            let points = now.points_since(then);
            return Some(Delta { sign: points.tenths().signum(), text: points.abs().to_string() });
        }
        let d = area.get(base)? - before.get(base)?;
        Some(Delta { sign: d.signum(), text: words(d.abs()) })
    }

    /// Highest or lowest among the parts whose denominator is not small (domain.md 14); none unless there are two.
    fn extreme(&self, base: &str, highest: bool) -> Option<String> {
        let i = indicator::find(base)?;
        let large = |a: &&AreaFigures| parts(i, a).is_some_and(|(_, den)| den.is_some_and(|d| d >= SMALL));
        let all: Vec<Percent> = self.now.parts().into_iter().filter(large).filter_map(|a| percent(i, a)).collect();
        if all.len() < 2 {
            return None;
        }
        if highest { all.into_iter().max() } else { all.into_iter().min() }.map(Percent::number)
    }

    /// Counties that are not complete and built nothing since the snapshot before: those behind their plan first, because
    /// a sentence names only some; within both in the order of the map, nobody is ranked.
    pub fn no_growth(&self) -> Option<Vec<&AreaFigures>> {
        let before = self.before?;
        let done: BTreeSet<i64> = complete(self.now).iter().map(|a| a.division).collect();
        let still = |a: &&AreaFigures| {
            let then = before.body.counties.iter().find(|b| b.division == a.division);
            let now = a.get(keys::TOWNSHIPS_COVERED);
            !done.contains(&a.division) && then.is_some_and(|b| now.is_some() && b.get(keys::TOWNSHIPS_COVERED) >= now)
        };
        let behind = |a: &&AreaFigures| matches!(a.status, Some(Status::Overdue | Status::Behind));
        let (first, rest): (Vec<_>, Vec<_>) = self.now.body.counties.iter().filter(still).partition(behind);
        Some(first.into_iter().chain(rest).collect())
    }
}

/// A difference: its sign and its size in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// -1, 0 or 1.
    pub sign: i64,
    /// Size without sign.
    pub text: String,
}

/// Whether the day the county expected acceptance has passed.
pub fn is_past_due(g: &Gap, as_of: Day) -> bool {
    g.due_on.is_some_and(|d| d < as_of)
}

/// Counties with every counted township covered.
pub fn complete(s: &Snapshot) -> Vec<&AreaFigures> {
    let full = |a: &&AreaFigures| match (a.get(keys::TOWNSHIPS_COVERED), a.get(keys::TOWNSHIPS_COUNTED)) {
        (Some(covered), Some(counted)) => counted > 0 && covered >= counted,
        _ => false,
    };
    s.body.counties.iter().filter(full).collect()
}

/// Areas directly inside with a coverage over so many percent; those with few townships are left out, because one
/// station moves them by ten points (domain.md 14).
pub fn above(s: &Snapshot, percent_over: i64) -> Vec<&AreaFigures> {
    let over = |a: &&AreaFigures| {
        a.get(keys::TOWNSHIPS_COUNTED).is_some_and(|n| n >= SMALL)
            && percent(&indicator::COVERAGE_TOWNSHIP, a).is_some_and(|p| p.tenths() > percent_over * 10)
    };
    s.parts().into_iter().filter(over).collect()
}

/// Denominators below this are not compared in percent.
pub const SMALL: i64 = 10;

/// Numerator and denominator of an indicator in an area, if both were counted.
pub fn parts(i: &Indicator, area: &AreaFigures) -> Option<(i64, Option<i64>)> {
    let num = area.get(i.num)?;
    match i.den {
        Some(d) => Some((num, Some(area.get(d)?))),
        None => Some((num, None)),
    }
}

/// The percentage of an indicator in an area.
pub fn percent(i: &Indicator, area: &AreaFigures) -> Option<Percent> {
    let (num, den) = parts(i, area)?;
    (i.kind == IndicatorKind::Percent).then(|| Percent::of(num, den.unwrap_or(0))).flatten()
}

/// An indicator or counted value of an area as printed.
pub fn printed(key: &str, area: &AreaFigures) -> Option<String> {
    if let Some(i) = indicator::find(key) {
        let (num, den) = parts(i, area)?;
        return Some(i.value(num, den));
    }
    area.get(key).map(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn large_numbers_in_wan_and_yi() {
        for (n, want) in [
            (716, "716"),
            (2839, "2839"),
            (9_999, "9999"),
            (10_000, "1万"),
            (17_820, "1.8万"),
            (53_049, "5.3万"),
            (-15_000, "-1.5万"),
            (99_999_999, "1亿"),
            (210_000_000, "2.1亿"),
        ] {
            assert_eq!(words(n), want, "{n}");
        }
    }

    #[test]
    fn the_two_dated_points() {
        let (before, now) = (sample::june(), sample::july());
        let f = Figures { now: &now, before: Some(&before) };
        for (key, want) in [
            ("townships_counted", Some("1100")),
            ("stations_built", Some("716")),
            ("stations_built.delta", Some("92")),
            ("coverage_township", Some("65.1")),
            ("coverage_township.delta", Some("8.4")),
            ("posted_workers", Some("2839")),
            ("workers_per_station", Some("3.97")),
            ("as_of", Some("7月8日")),
            ("before", Some("6月9日")),
            ("coverage_township@350100", Some("80.0")),
            ("coverage_township@350100000000", Some("80.0")),
            ("coverage_township.max", Some("80.0")),
            ("coverage_township@999999", None),
            ("coverage_township.mean", None),
            ("nothing", None),
            ("count.gaps", Some("2")),
            ("count.unconfirmed", Some("1")),
        ] {
            assert_eq!(f.text(key).as_deref(), want, "{key}");
        }
        assert_eq!(f.delta("coverage_township", &now.body.total).unwrap().sign, 1);
        let alone = Figures { now: &now, before: None };
        assert_eq!((alone.text("stations_built.delta"), alone.text("before")), (None, None));
        assert_eq!(alone.text("count.no_growth"), None);
    }

    #[test]
    fn small_denominators_are_not_compared() {
        let now = sample::city();
        let f = Figures { now: &now, before: None };
        assert_eq!(f.text("coverage_township.max").as_deref(), Some("60.0"), "子区 has 3 of 3");
        let mut one = sample::city();
        one.body.counties.pop();
        assert_eq!(Figures { now: &one, before: None }.text("coverage_township.max"), None);
    }

    #[test]
    fn parts_add_up_to_the_total_also_with_a_county_outside_cities() {
        let now = sample::with_direct_county();
        for (key, n) in &now.body.total.values {
            assert_eq!(now.parts().iter().filter_map(|a| a.get(key)).sum::<i64>(), *n, "{key}");
        }
        assert_eq!(now.parts().len(), 3);
        // A city that acts as its own county tier is one part, not two.
        let mut acting = sample::with_direct_county();
        let city = acting.body.counties.last().unwrap().clone();
        acting.body.cities.push(city);
        assert_eq!(acting.parts().len(), 3);
    }

    #[test]
    fn dates_of_another_year_carry_it() {
        let d = Day::new(2020, 12, 31).unwrap();
        assert_eq!(short_date(d, 2021), "2020年12月31日");
        assert_eq!(short_date(d, 2020), "12月31日");
    }
}
