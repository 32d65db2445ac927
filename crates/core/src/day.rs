//! Civil dates and instants. Dates are stored as yyyymmdd, instants as UTC milliseconds; people see
//! Asia/Shanghai (domain.md section 5).

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::OnceLock;

/// A civil date, stored as yyyymmdd.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

/// An instant, UTC milliseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Stamp(i64);

impl Day {
    /// The date, if it exists in the calendar.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let d = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        (year >= 1800).then(|| Self::of(d))
    }
    /// From the stored form; `None` if it is no date.
    pub fn from_yyyymmdd(v: i64) -> Option<Self> {
        Self::new(v / 10_000, v / 100 % 100, v % 100)
    }
    /// From a value the database holds (already a date by its writer).
    pub fn from_stored(v: i64) -> Self {
        Self(v)
    }
    /// Reads `2026-11-22`, `2026/11/22`, `2026.11.22`, `2026年11月22日` or `20261122`.
    pub fn parse(text: &str) -> Option<Self> {
        let t = text.trim();
        if t.len() == 8 && t.bytes().all(|b| b.is_ascii_digit()) {
            return Self::from_yyyymmdd(t.parse().ok()?);
        }
        let mut parts = t.split(['-', '/', '.', '年', '月', '日']).filter(|s| !s.is_empty());
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || y.len() != 4 {
            return None;
        }
        Self::new(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }
    fn of(d: Date) -> Self {
        Self(i64::from(d.year()) * 10_000 + i64::from(d.month()) * 100 + i64::from(d.day()))
    }
    fn date(self) -> Date {
        let part = |v: i64| i8::try_from(v).unwrap_or(1);
        Date::new(i16::try_from(self.0 / 10_000).unwrap_or(1970), part(self.0 / 100 % 100), part(self.0 % 100))
            .unwrap_or(Date::constant(1970, 1, 1))
    }
    /// The stored form.
    pub fn yyyymmdd(self) -> i64 {
        self.0
    }
    /// Year.
    pub fn year(self) -> i64 {
        self.0 / 10_000
    }
    /// Month 1–12.
    pub fn month(self) -> i64 {
        self.0 / 100 % 100
    }
    /// Day of the month.
    pub fn day(self) -> i64 {
        self.0 % 100
    }
    /// `n` days later (earlier if negative); saturates at the ends of the calendar.
    pub fn add_days(self, n: i64) -> Self {
        Self::of(self.date().saturating_add(jiff::Span::new().try_days(n).unwrap_or_default()))
    }
    /// Days from `self` to `other` (negative if `other` is earlier).
    pub fn days_until(self, other: Self) -> i64 {
        i64::from(self.date().until(other.date()).map(|s| s.get_days()).unwrap_or(0))
    }
    /// 1 = Monday … 7 = Sunday.
    pub fn weekday(self) -> u8 {
        match self.date().weekday() {
            Weekday::Monday => 1,
            Weekday::Tuesday => 2,
            Weekday::Wednesday => 3,
            Weekday::Thursday => 4,
            Weekday::Friday => 5,
            Weekday::Saturday => 6,
            Weekday::Sunday => 7,
        }
    }
    /// First day of the month.
    pub fn month_start(self) -> Self {
        Self(self.0 - self.0 % 100 + 1)
    }
    /// First of January.
    #[must_use]
    pub fn year_start(self) -> Self {
        Self(self.0 - self.0 % 10_000 + 101)
    }
    /// Last day of the month.
    pub fn month_end(self) -> Self {
        Self::of(self.date().last_of_month())
    }
    /// ISO 8601 week: (week-numbering year, week 1–53).
    pub fn iso_week(self) -> (i64, i64) {
        let w = self.date().iso_week_date();
        (i64::from(w.year()), i64::from(w.week()))
    }
    /// Completed years from `self` (a birth date) to `on`; a 29 February birthday falls on 1 March in common years.
    pub fn years_until(self, on: Self) -> i64 {
        on.year() - self.year() - i64::from(on.0 % 10_000 < self.0 % 10_000)
    }
    /// `2026年11月22日`, for documents.
    pub fn long_zh(self) -> String {
        format!("{}年{}月{}日", self.year(), self.month(), self.day())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}
impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        Self::parse(&s).ok_or_else(|| serde::de::Error::custom("date-format"))
    }
}
impl schemars::JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "format": "date"})
    }
}

fn shanghai() -> &'static TimeZone {
    static TZ: OnceLock<TimeZone> = OnceLock::new();
    TZ.get_or_init(|| TimeZone::get("Asia/Shanghai").unwrap_or(TimeZone::fixed(jiff::tz::offset(8))))
}

impl Stamp {
    /// From UTC milliseconds.
    pub fn from_ms(ms: i64) -> Self {
        Self(ms)
    }
    /// UTC milliseconds.
    pub fn ms(self) -> i64 {
        self.0
    }
    /// The instant of a civil time in Asia/Shanghai.
    pub fn from_cn(day: Day, hour: i64, minute: i64) -> Self {
        let t = day.date().at(i8::try_from(hour).unwrap_or(0), i8::try_from(minute).unwrap_or(0), 0, 0);
        Self(t.to_zoned(shanghai().clone()).map(|z| z.timestamp().as_millisecond()).unwrap_or(0))
    }
    fn cn(self) -> jiff::Zoned {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default().to_zoned(shanghai().clone())
    }
    /// The civil date in Asia/Shanghai.
    pub fn day_cn(self) -> Day {
        Day::of(self.cn().date())
    }
    /// `2021-07-08 09:00`, Asia/Shanghai.
    pub fn minute_cn(self) -> String {
        let t = self.cn();
        format!("{:04}-{:02}-{:02} {:02}:{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute())
    }
    /// `09:00`, Asia/Shanghai.
    pub fn hour_minute_cn(self) -> String {
        let t = self.cn();
        format!("{:02}:{:02}", t.hour(), t.minute())
    }
    /// RFC 3339 with +08:00.
    pub fn rfc3339_cn(self) -> String {
        self.cn().strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
    /// `ms` later.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0 + ms)
    }
    /// Minutes later.
    pub fn plus_minutes(self, m: i64) -> Self {
        Self(self.0 + m * 60_000)
    }
}
impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339_cn())
    }
}
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.minute_cn())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_people_type() {
        let d = Day::new(2021, 7, 8).unwrap();
        for t in ["2021-07-08", "2021/7/8", "2021.07.08", "2021年7月8日", "20210708", " 2021-7-8 "] {
            assert_eq!(Day::parse(t), Some(d), "{t}");
        }
        for t in ["2021-02-30", "21-07-08", "2021-13-01", "", "2021-07", "99999999", "2021-07-08-09"] {
            assert_eq!(Day::parse(t), None, "{t}");
        }
    }
    #[test]
    fn beijing_midnight_is_the_date_line() {
        let at = Stamp::from_cn(Day::new(2021, 7, 8).unwrap(), 0, 0);
        assert_eq!(at.day_cn().to_string(), "2021-07-08");
        assert_eq!(at.plus_ms(-1).day_cn().to_string(), "2021-07-07");
        assert_eq!(at.plus_minutes(540).minute_cn(), "2021-07-08 09:00");
    }
    #[test]
    fn ages_and_leap_days() {
        let born = Day::new(2016, 2, 29).unwrap();
        assert_eq!(born.years_until(Day::new(2030, 2, 28).unwrap()), 13);
        assert_eq!(born.years_until(Day::new(2030, 3, 1).unwrap()), 14);
        assert_eq!(Day::new(2020, 12, 31).unwrap().add_days(1).to_string(), "2021-01-01");
        assert_eq!(Day::new(2021, 1, 3).unwrap().iso_week(), (2020, 53));
    }
}
