//! Working days of mainland China, from data: public holidays and the weekend days worked in exchange (调休) are
//! fixed year by year in a notice of the State Council. A year without data is an error and is never computed.
//!
//! The file has the columns `date,kind,name,source,provisional`: `off` is a day off whatever its weekday, `work`
//! a Saturday or Sunday that is worked; `provisional` is `yes` while the notice of that year is not out. A year
//! has data when its 1 January and its 1 October are both there: a notice may also name days of the year before.

use crate::Day;
use std::collections::BTreeMap;

/// What a named day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// Day off.
    Off,
    /// Weekend day that is worked.
    Work,
}

/// A named day of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedDay {
    /// Off or worked.
    pub kind: DayKind,
    /// Name of the holiday it belongs to, such as 国庆节.
    pub name: String,
    /// The notice it comes from.
    pub source: String,
}

/// Why a working day cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No data for that year: import the notice.
    #[error("no working-day data for {0}")]
    YearMissing(i64),
    /// A line of the file cannot be read (line number counts the header as 1).
    #[error("holiday file, line {line}: {reason}")]
    BadLine {
        /// Line in the file.
        line: u64,
        /// Stable reason code.
        reason: &'static str,
    },
    /// There is no such working day (number 0, or more than the month has).
    #[error("no such working day")]
    NoSuchDay,
}

impl From<CalendarError> for crate::Error {
    fn from(e: CalendarError) -> Self {
        match e {
            CalendarError::YearMissing(y) => Self::rule_with("calendar-year-missing", &[("year", &y.to_string())]),
            CalendarError::NoSuchDay => Self::rule("calendar-no-such-day"),
            CalendarError::BadLine { .. } => Self::internal(e),
        }
    }
}

/// The working-day calendar.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    days: BTreeMap<Day, NamedDay>,
    /// Years with data; the value tells whether they are provisional.
    years: BTreeMap<i64, bool>,
}

impl WorkCalendar {
    /// Reads the file. A date may stand once only; a `work` day must be a Saturday or Sunday.
    pub fn parse(csv_text: &str) -> Result<Self, CalendarError> {
        let bad = |line: u64, reason: &'static str| CalendarError::BadLine { line, reason };
        let text = csv_text.strip_prefix('\u{FEFF}').unwrap_or(csv_text);
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let head = reader.headers().map_err(|_| bad(1, "unreadable"))?;
        if head.iter().ne(["date", "kind", "name", "source", "provisional"]) {
            return Err(bad(1, "header"));
        }
        let mut days: BTreeMap<Day, NamedDay> = BTreeMap::new();
        let mut provisional: BTreeMap<i64, bool> = BTreeMap::new();
        for row in reader.records() {
            let row = row.map_err(|e| bad(e.position().map_or(0, csv::Position::line), "columns"))?;
            let line = row.position().map_or(0, csv::Position::line);
            let field = |i: usize| row.get(i).unwrap_or_default();
            let day = Day::parse(field(0)).ok_or(bad(line, "date"))?;
            let kind = match field(1) {
                "off" => DayKind::Off,
                "work" if day.weekday() >= 6 => DayKind::Work,
                "work" => return Err(bad(line, "work_on_weekday")),
                _ => return Err(bad(line, "kind")),
            };
            let flag = match field(4) {
                "" | "no" => false,
                "yes" => true,
                _ => return Err(bad(line, "provisional")),
            };
            *provisional.entry(day.year()).or_default() |= flag;
            let named = NamedDay { kind, name: field(2).to_owned(), source: field(3).to_owned() };
            if days.insert(day, named).is_some() {
                return Err(bad(line, "repeated_date"));
            }
        }
        let known =
            |y: i64, m: i64| Day::new(y, m, 1).is_some_and(|d| days.get(&d).is_some_and(|n| n.kind == DayKind::Off));
        let years = provisional.into_iter().filter(|(y, _)| known(*y, 1) && known(*y, 10)).collect();
        Ok(Self { days, years })
    }

    /// This calendar with another one over it: years that the other has are the other's alone, single days of it are
    /// added or stand instead of ours.
    #[must_use]
    pub fn extended_by(mut self, over: Self) -> Self {
        self.days.retain(|d, _| !over.years.contains_key(&d.year()));
        self.days.extend(over.days);
        self.years.extend(over.years);
        self
    }

    /// Years with data, ascending.
    pub fn years(&self) -> impl Iterator<Item = i64> + '_ {
        self.years.keys().copied()
    }
    /// Years without data that the twelve months from `today` on reach: deadlines there are unknown.
    pub fn missing_ahead(&self, today: Day) -> Vec<i64> {
        (today.year()..=today.add_days(365).year()).filter(|y| !self.years.contains_key(y)).collect()
    }
    /// Whether the year's data are provisional: its notice was not out when the file was written.
    pub fn is_provisional(&self, year: i64) -> Result<bool, CalendarError> {
        self.years.get(&year).copied().ok_or(CalendarError::YearMissing(year))
    }
    /// The entry of a named day, if it is one.
    pub fn named(&self, day: Day) -> Option<&NamedDay> {
        self.days.get(&day)
    }
    /// Whether people work on that day.
    pub fn is_working_day(&self, day: Day) -> Result<bool, CalendarError> {
        self.is_provisional(day.year())?;
        Ok(match self.days.get(&day).map(|n| n.kind) {
            Some(DayKind::Off) => false,
            Some(DayKind::Work) => true,
            None => day.weekday() <= 5,
        })
    }
    /// The first working day on or after `day`.
    pub fn on_or_after(&self, mut day: Day) -> Result<Day, CalendarError> {
        while !self.is_working_day(day)? {
            day = day.add_days(1);
        }
        Ok(day)
    }
    /// The `n`th working day after `day`; `day` itself for 0. The day itself is never counted.
    pub fn add_working_days(&self, mut day: Day, n: u32) -> Result<Day, CalendarError> {
        for _ in 0..n {
            day = self.on_or_after(day.add_days(1))?;
        }
        Ok(day)
    }
    /// The `n`th working day of a month, counted from 1.
    pub fn nth_working_day_of_month(&self, year: i64, month: i64, n: u32) -> Result<Day, CalendarError> {
        let first = Day::new(year, month, 1).ok_or(CalendarError::NoSuchDay)?;
        let more = n.checked_sub(1).ok_or(CalendarError::NoSuchDay)?;
        let day = self.add_working_days(self.on_or_after(first)?, more)?;
        if day <= first.month_end() { Ok(day) } else { Err(CalendarError::NoSuchDay) }
    }
    /// Working days after `from` up to and including `to`; 0 when `to` is not later.
    pub fn working_days_between(&self, from: Day, to: Day) -> Result<i64, CalendarError> {
        let mut n = 0;
        let mut day = from.add_days(1);
        while day <= to {
            n += i64::from(self.is_working_day(day)?);
            day = day.add_days(1);
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shipped() -> WorkCalendar {
        WorkCalendar::parse(include_str!("../../../data/holidays-cn.csv")).unwrap()
    }
    fn day(s: &str) -> Day {
        Day::parse(s).unwrap()
    }

    #[test]
    fn shipped_years() {
        let c = shipped();
        assert_eq!(c.years().collect::<Vec<_>>(), [2020, 2021, 2026, 2027]);
        for (y, p) in [(2020, false), (2021, false), (2026, false), (2027, true)] {
            assert_eq!(c.is_provisional(y), Ok(p), "{y}");
        }
        // Days off and worked weekends that the notices name, counted by hand.
        for (y, off, work) in [
            (2020, 1 + 10 + 3 + 5 + 3 + 8, 6),
            (2021, 3 + 7 + 3 + 5 + 3 + 3 + 7, 7),
            (2026, 3 + 9 + 3 + 5 + 3 + 3 + 7, 6),
        ] {
            let of = |k: DayKind| c.days.iter().filter(|(d, n)| d.year() == y && n.kind == k).count();
            assert_eq!((of(DayKind::Off), of(DayKind::Work)), (off, work), "{y}");
        }
    }

    #[test]
    fn named_days() {
        let c = shipped();
        for (d, works) in [
            ("2020-01-19", true),
            ("2020-02-01", false),
            ("2020-02-02", false),
            ("2020-02-03", true),
            ("2020-06-28", true),
            ("2020-10-08", false),
            ("2021-02-07", true),
            ("2021-02-17", false),
            ("2021-02-20", true),
            ("2021-05-05", false),
            ("2021-07-10", false),
            ("2021-07-12", true),
            ("2021-09-18", true),
            ("2021-10-09", true),
            ("2026-01-04", true),
            ("2026-02-23", false),
            ("2026-02-28", true),
            ("2026-09-20", true),
            ("2026-10-10", true),
            ("2026-11-22", false),
            ("2027-02-05", false),
        ] {
            assert_eq!(c.is_working_day(day(d)), Ok(works), "{d}");
        }
        assert_eq!(c.named(day("2021-10-01")).unwrap().name, "国庆节");
    }

    #[test]
    fn counting() {
        let c = shipped();
        assert_eq!(c.nth_working_day_of_month(2021, 7, 8), Ok(day("2021-07-12")), "domain.md 10.1");
        assert_eq!(c.nth_working_day_of_month(2021, 10, 1), Ok(day("2021-10-08")));
        assert_eq!(c.nth_working_day_of_month(2021, 10, 2), Ok(day("2021-10-09")));
        assert_eq!(c.nth_working_day_of_month(2020, 2, 1), Ok(day("2020-02-03")));
        assert_eq!(c.add_working_days(day("2021-09-30"), 2), Ok(day("2021-10-09")));
        assert_eq!(c.add_working_days(day("2021-10-03"), 0), Ok(day("2021-10-03")));
        assert_eq!(c.add_working_days(day("2026-12-31"), 1), Ok(day("2027-01-04")));
        assert_eq!(c.working_days_between(day("2021-09-30"), day("2021-10-09")), Ok(2));
        assert_eq!(c.working_days_between(day("2021-10-09"), day("2021-09-30")), Ok(0));
        assert_eq!(c.on_or_after(day("2021-07-10")), Ok(day("2021-07-12")));
        for (y, m, n) in [(2021, 7, 0), (2021, 7, 23), (2021, 13, 1)] {
            assert_eq!(c.nth_working_day_of_month(y, m, n), Err(CalendarError::NoSuchDay));
        }
    }

    #[test]
    fn another_file_over_the_shipped_one() {
        let head = "date,kind,name,source,provisional";
        let own = format!(
            "{head}\n2027-01-01,off,元旦,甲,no\n2027-10-01,off,国庆节,甲,no\n2028-01-01,off,元旦,乙,no\n2028-10-01,off,国庆节,乙,no\n2026-12-31,off,元旦,甲,no\n"
        );
        let c = shipped().extended_by(WorkCalendar::parse(&own).unwrap());
        assert_eq!(c.years().collect::<Vec<_>>(), [2020, 2021, 2026, 2027, 2028]);
        assert_eq!(c.is_provisional(2027), Ok(false));
        assert_eq!(c.is_working_day(day("2027-02-05")), Ok(true), "the year is the other file's alone");
        assert_eq!(c.is_working_day(day("2026-12-31")), Ok(false), "a single day is added");
        assert_eq!(c.is_working_day(day("2026-02-23")), Ok(false), "the rest of its year stays");
        assert_eq!(c.is_working_day(day("2028-01-04")), Ok(true));
    }

    #[test]
    fn a_year_without_data_is_an_error() {
        let c = shipped();
        assert_eq!(c.missing_ahead(day("2026-12-31")), [0_i64; 0]);
        assert_eq!(c.missing_ahead(day("2027-01-01")), [2028], "1 January is 365 days away");
        assert_eq!(c.missing_ahead(day("2026-01-01")), [0_i64; 0]);
        assert_eq!(c.missing_ahead(day("2022-07-08")), [2022, 2023]);
        assert_eq!(c.is_working_day(day("2022-01-04")), Err(CalendarError::YearMissing(2022)));
        assert_eq!(c.add_working_days(day("2021-12-31"), 1), Err(CalendarError::YearMissing(2022)));
        assert_eq!(c.is_provisional(2019), Err(CalendarError::YearMissing(2019)));
        let named_before = "date,kind,name,source,provisional\n2021-12-31,off,元旦,x,no\n2022-01-01,off,元旦,x,no\n";
        assert_eq!(WorkCalendar::parse(named_before).unwrap().years().count(), 0);
    }

    #[test]
    fn broken_files() {
        let head = "date,kind,name,source,provisional\n";
        for (body, reason) in [
            ("2021-02-30,off,a,b,no", "date"),
            ("2021-01-01,free,a,b,no", "kind"),
            ("2021-01-04,work,a,b,no", "work_on_weekday"),
            ("2021-01-01,off,a,b,maybe", "provisional"),
            ("2021-01-01,off,a", "columns"),
            ("2021-01-02,off,a,b,no\n2021-01-02,off,a,b,no", "repeated_date"),
        ] {
            match WorkCalendar::parse(&format!("{head}{body}\n")) {
                Err(CalendarError::BadLine { line, reason: r }) => {
                    assert_eq!(r, reason);
                    assert!(line >= 2, "{body}: line {line}");
                }
                other => panic!("{body}: {other:?}"),
            }
        }
        assert_eq!(WorkCalendar::parse("a,b\n").unwrap_err(), CalendarError::BadLine { line: 1, reason: "header" });
        assert_eq!(WorkCalendar::parse(&format!("\u{FEFF}{head}")).unwrap().years().count(), 0);
    }

    proptest! {
        #[test]
        fn adding_and_counting_agree(offset in 0_i64..600, n in 0_u32..30) {
            let c = shipped();
            let from = day("2020-01-02").add_days(offset);
            let to = c.add_working_days(from, n).unwrap();
            prop_assert_eq!(c.working_days_between(from, to), Ok(i64::from(n)));
            if n > 0 { prop_assert_eq!(c.is_working_day(to), Ok(true)); }
        }
    }
}
