//! Reporting periods: ISO week, month, quarter, half-year, year (domain.md section 7).
//! Keys sort by time within one kind: `2021-W27`, `2021-06`, `2021-Q2`, `2021-H1`, `2021`.

use crate::Day;
use serde::{Deserialize, Serialize};
use std::fmt;

crate::codes! {
    /// Kind of period.
    pub enum PeriodKind {
        /// Monday to Sunday, ISO 8601.
        Week = "week",
        /// Natural month.
        Month = "month",
        /// Natural quarter.
        Quarter = "quarter",
        /// January–June or July–December.
        HalfYear = "half_year",
        /// Calendar year.
        Year = "year",
    }
}

/// A period that exists in the calendar. Made by the constructors, by [`Period::containing`] or by parsing a key,
/// so that no impossible week or month can be held. Years 1900–9000.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodKind,
    year: i64,
    number: i64,
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Monday of ISO week 1: the week that holds 4 January.
fn first_monday(iso_year: i64) -> Option<Day> {
    let fourth = Day::new(iso_year, 1, 4)?;
    Some(fourth.add_days(1 - i64::from(fourth.weekday())))
}

impl Period {
    /// The period of that kind, ISO or calendar year, and number within the year (1 for a year); `None` if there is none.
    pub fn new(kind: PeriodKind, year: i64, number: i64) -> Option<Self> {
        if !(1900..=9000).contains(&year) {
            return None;
        }
        let most = match kind {
            PeriodKind::Week => first_monday(year)?.days_until(first_monday(year + 1)?) / 7,
            PeriodKind::Month => 12,
            PeriodKind::Quarter => 4,
            PeriodKind::HalfYear => 2,
            PeriodKind::Year => 1,
        };
        (1..=most).contains(&number).then_some(Self { kind, year, number })
    }
    /// ISO week `week` of the ISO year.
    pub fn week(iso_year: i64, week: i64) -> Option<Self> {
        Self::new(PeriodKind::Week, iso_year, week)
    }
    /// A month.
    pub fn month(year: i64, month: i64) -> Option<Self> {
        Self::new(PeriodKind::Month, year, month)
    }
    /// The period of that kind that holds `day`.
    pub fn containing(kind: PeriodKind, day: Day) -> Self {
        let (year, number) = match kind {
            PeriodKind::Week => day.iso_week(),
            PeriodKind::Month => (day.year(), day.month()),
            PeriodKind::Quarter => (day.year(), (day.month() + 2) / 3),
            PeriodKind::HalfYear => (day.year(), (day.month() + 5) / 6),
            PeriodKind::Year => (day.year(), 1),
        };
        Self { kind, year, number }
    }
    /// Kind.
    pub fn kind(self) -> PeriodKind {
        self.kind
    }
    /// Calendar year; for a week its ISO year.
    pub fn year(self) -> i64 {
        self.year
    }
    /// Number within the year: week, month, quarter or half; 1 for a year.
    pub fn number(self) -> i64 {
        self.number
    }

    fn months(self) -> i64 {
        match self.kind {
            PeriodKind::Week | PeriodKind::Month => 1,
            PeriodKind::Quarter => 3,
            PeriodKind::HalfYear => 6,
            PeriodKind::Year => 12,
        }
    }
    /// First day.
    pub fn first_day(self) -> Day {
        let start = match self.kind {
            PeriodKind::Week => first_monday(self.year).map(|d| d.add_days((self.number - 1) * 7)),
            _ => Day::new(self.year, (self.number - 1) * self.months() + 1, 1),
        };
        // Unreachable fallback: the constructors admit existing periods only.
        start.unwrap_or(Day::from_stored(19_000_101))
    }
    /// Last day.
    pub fn last_day(self) -> Day {
        match self.kind {
            PeriodKind::Week => self.first_day().add_days(6),
            _ => Day::new(self.year, self.number * self.months(), 1).map_or(self.first_day(), Day::month_end),
        }
    }
    /// Number of days.
    pub fn days(self) -> i64 {
        self.first_day().days_until(self.last_day()) + 1
    }
    /// Whether `day` lies in it.
    pub fn contains(self, day: Day) -> bool {
        (self.first_day()..=self.last_day()).contains(&day)
    }
    /// The following period of the same kind.
    #[must_use]
    pub fn next(self) -> Self {
        Self::containing(self.kind, self.last_day().add_days(1))
    }
    /// The preceding period of the same kind.
    #[must_use]
    pub fn prev(self) -> Self {
        Self::containing(self.kind, self.first_day().add_days(-1))
    }
    /// `n` periods later (earlier when negative).
    #[must_use]
    pub fn plus(self, n: i64) -> Self {
        (0..n.abs()).fold(self, |p, _| if n > 0 { p.next() } else { p.prev() })
    }
    /// Reads a key such as `2021-W27`; `None` if it is none.
    pub fn parse(key: &str) -> Option<Self> {
        let digits = |s: &str, len: usize| -> Option<i64> {
            (s.len() == len && s.bytes().all(|b| b.is_ascii_digit())).then(|| s.parse().ok()).flatten()
        };
        let (year, rest) = key.split_at_checked(4)?;
        let year = digits(year, 4)?;
        if rest.is_empty() {
            return Self::new(PeriodKind::Year, year, 1);
        }
        let rest = rest.strip_prefix('-')?;
        if let Some(n) = rest.strip_prefix('W') {
            return Self::new(PeriodKind::Week, year, digits(n, 2)?);
        }
        if let Some(n) = rest.strip_prefix('Q') {
            return Self::new(PeriodKind::Quarter, year, digits(n, 1)?);
        }
        if let Some(n) = rest.strip_prefix('H') {
            return Self::new(PeriodKind::HalfYear, year, digits(n, 1)?);
        }
        Self::new(PeriodKind::Month, year, digits(rest, 2)?)
    }
    /// Chinese label: `2021年第27周（7月5日—7月11日）`, `2021年6月`, `2021年第二季度`, `2021年上半年`, `2021年`.
    pub fn label_zh(self) -> String {
        let y = self.year;
        match self.kind {
            PeriodKind::Week => {
                let (a, b) = (self.first_day(), self.last_day());
                format!("{}（{}月{}日—{}月{}日）", self.short_zh(), a.month(), a.day(), b.month(), b.day())
            }
            PeriodKind::Month => format!("{y}年{}月", self.number),
            PeriodKind::Quarter => {
                let n = match self.number {
                    1 => "一",
                    2 => "二",
                    3 => "三",
                    _ => "四",
                };
                format!("{y}年第{n}季度")
            }
            PeriodKind::HalfYear => format!("{y}年{}半年", if self.number == 1 { "上" } else { "下" }),
            PeriodKind::Year => format!("{y}年"),
        }
    }
    /// The Chinese label without the days of a week, for tables: `2021年第27周`, `2021年6月`.
    pub fn short_zh(self) -> String {
        match self.kind {
            PeriodKind::Week => format!("{}年第{}周", self.year, self.number),
            _ => self.label_zh(),
        }
    }
    /// The English label without the days of a week: `Week 27 of 2021`, `June 2021`.
    pub fn short_en(self) -> String {
        match self.kind {
            PeriodKind::Week => format!("Week {} of {}", self.number, self.year),
            _ => self.label_en(),
        }
    }
    /// English label: `Week 27 of 2021 (5 Jul – 11 Jul)`, `June 2021`, `Q2 2021`, `First half of 2021`, `2021`.
    pub fn label_en(self) -> String {
        let y = self.year;
        let month = |d: Day| usize::try_from(d.month() - 1).ok().and_then(|i| MONTHS_EN.get(i)).copied().unwrap_or("");
        let short = |d: Day| format!("{} {}", d.day(), month(d).get(..3).unwrap_or(""));
        match self.kind {
            PeriodKind::Week => {
                format!("{} ({} – {})", self.short_en(), short(self.first_day()), short(self.last_day()))
            }
            PeriodKind::Month => format!("{} {y}", month(self.first_day())),
            PeriodKind::Quarter => format!("Q{} {y}", self.number),
            PeriodKind::HalfYear => format!("{} half of {y}", if self.number == 1 { "First" } else { "Second" }),
            PeriodKind::Year => y.to_string(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, n) = (self.year, self.number);
        match self.kind {
            PeriodKind::Week => write!(f, "{y:04}-W{n:02}"),
            PeriodKind::Month => write!(f, "{y:04}-{n:02}"),
            PeriodKind::Quarter => write!(f, "{y:04}-Q{n}"),
            PeriodKind::HalfYear => write!(f, "{y:04}-H{n}"),
            PeriodKind::Year => write!(f, "{y:04}"),
        }
    }
}
impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl std::str::FromStr for Period {
    type Err = NoPeriod;
    fn from_str(key: &str) -> Result<Self, NoPeriod> {
        Self::parse(key).ok_or(NoPeriod)
    }
}

/// The text is no key of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("period-format")]
pub struct NoPeriod;

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).ok_or_else(|| serde::de::Error::custom("period-format"))
    }
}
impl schemars::JsonSchema for Period {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Period".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": r"^\d{4}(-(W\d{2}|\d{2}|Q[1-4]|H[12]))?$",
            "description": "2021-W27, 2021-06, 2021-Q2, 2021-H1 or 2021"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Code;
    use proptest::prelude::*;

    #[test]
    fn keys_bounds_and_labels() {
        for (key, first, last, zh, en) in [
            ("2021-W27", 20210705, 20210711, "2021年第27周（7月5日—7月11日）", "Week 27 of 2021 (5 Jul – 11 Jul)"),
            ("2020-W53", 20201228, 20210103, "2020年第53周（12月28日—1月3日）", "Week 53 of 2020 (28 Dec – 3 Jan)"),
            ("2021-W01", 20210104, 20210110, "2021年第1周（1月4日—1月10日）", "Week 1 of 2021 (4 Jan – 10 Jan)"),
            ("2021-06", 20210601, 20210630, "2021年6月", "June 2021"),
            ("2020-02", 20200201, 20200229, "2020年2月", "February 2020"),
            ("2021-Q2", 20210401, 20210630, "2021年第二季度", "Q2 2021"),
            ("2021-Q4", 20211001, 20211231, "2021年第四季度", "Q4 2021"),
            ("2021-H1", 20210101, 20210630, "2021年上半年", "First half of 2021"),
            ("2021-H2", 20210701, 20211231, "2021年下半年", "Second half of 2021"),
            ("2021", 20210101, 20211231, "2021年", "2021"),
        ] {
            let p = Period::parse(key).unwrap_or_else(|| panic!("{key}"));
            assert_eq!(p.to_string(), key);
            assert_eq!((p.first_day().yyyymmdd(), p.last_day().yyyymmdd()), (first, last), "{key}");
            assert_eq!((p.label_zh().as_str(), p.label_en().as_str()), (zh, en));
            assert_eq!(p.next().prev(), p);
        }
    }

    #[test]
    fn no_such_period() {
        for key in [
            "2021-W53",
            "2021-W00",
            "2021-W1",
            "2021-13",
            "2021-00",
            "2021-6",
            "2021-Q5",
            "2021-Q0",
            "2021-H3",
            "21",
            "2021-",
            "2021W27",
            "",
            "2021-w27",
            "１２３４",
            "9999",
            "2021-+6",
            "0000-01",
        ] {
            assert_eq!(Period::parse(key), None, "{key}");
        }
        assert!("x".parse::<Period>().is_err());
    }

    #[test]
    fn years_meet() {
        let p = |k: &str| Period::parse(k).unwrap();
        assert_eq!(p("2020-W53").next(), p("2021-W01"));
        assert_eq!(p("2021-12").next(), p("2022-01"));
        assert_eq!(p("2021-Q1").prev(), p("2020-Q4"));
        assert_eq!(p("2021-H1").prev(), p("2020-H2"));
        assert_eq!(p("2021-W27").plus(-27), p("2020-W53"));
        assert_eq!(p("2021-W27").days(), 7);
        assert_eq!(p("2020").days(), 366);
    }

    proptest! {
        #[test]
        fn every_day_is_in_exactly_one(offset in 0_i64..60_000, kind in 0_usize..5) {
            let d = Day::new(1990, 1, 1).unwrap().add_days(offset);
            let kind = PeriodKind::ALL[kind];
            let p = Period::containing(kind, d);
            prop_assert!(p.contains(d) && !p.next().contains(d) && !p.prev().contains(d));
            prop_assert_eq!(p.last_day().add_days(1), p.next().first_day());
            prop_assert_eq!(Period::parse(&p.to_string()), Some(p));
            prop_assert!(p.to_string() < p.next().to_string());
        }
    }
}
