//! How many visits a person was owed in a period (domain.md sections 7 and 9, I15), from the rhythms that were in force in
//! it. Here is the rule and nowhere else; what counts in SQL takes its numbers from here.
//!
//! Every day on which somebody is on the register, after the day of filing and not paused, is a part of a visit: a seventh
//! at a weekly rhythm, a thirtieth at a monthly one. What is owed are the whole visits of these days, and for whoever is due
//! at all (M05) at least one. So a whole month owes 4 weekly visits, 2 biweekly ones or 1 of any rarer rhythm that is due;
//! whoever was filed or left in its middle owes for the days that they were there.

use super::{Rhythm, VisitEvery};
use zw_core::Day;
use zw_core::code::Code as _;

/// A stretch during which one rhythm stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// First day.
    pub from: Day,
    /// First day after it.
    pub to: Option<Day>,
    /// Rhythm.
    pub every: VisitEvery,
    /// Whether visits were paused.
    pub paused: bool,
}

/// Days from the first of a period to its last, both inclusive.
fn length(from: Day, to: Day) -> i64 {
    from.days_until(to) + 1
}

impl Rhythm {
    /// Visits owed from one day to another, both inclusive, by somebody who is due: `filed_on` the day of filing,
    /// `closed_on` the last day on the register.
    pub fn times(
        &self,
        (from, to): (Day, Day),
        (filed_on, closed_on): (Day, Option<Day>),
        stretches: &[Stretch],
    ) -> i64 {
        let (first, last) = (from.max(filed_on.add_days(1)), closed_on.map_or(to, |c| c.min(to)));
        let mut days = [0i64; VisitEvery::ALL.len()];
        for s in stretches.iter().filter(|s| !s.paused) {
            let (a, b) = (first.max(s.from), s.to.map_or(last, |end| last.min(end.add_days(-1))));
            days[s.every as usize] += length(a, b).max(0);
        }
        // A sum of fractions: seven days of a week and fifteen of a month are one visit and a half.
        let (mut n, mut d) = (0i128, 1i128);
        for every in VisitEvery::ALL.iter().filter(|e| days[**e as usize] > 0) {
            let interval = i128::from(self.days(*every));
            n = n * interval + i128::from(days[*every as usize]) * d;
            d *= interval;
        }
        i64::try_from(n / d).unwrap_or(i64::MAX).max(1)
    }

    /// The same for one rhythm that stood all the time and nobody who left, as a ladder: so many visits for whoever was
    /// filed by that day, the most first; one for those filed later.
    pub fn ladder(&self, (from, to): (Day, Day), every: VisitEvery) -> Vec<(i64, Day)> {
        let interval = self.days(every);
        (2..=length(from, to) / interval).rev().map(|n| (n, to.add_days(-n * interval))).collect()
    }
}

/// What a ladder says of somebody filed on a day.
pub fn step(ladder: &[(i64, Day)], filed_on: Day) -> i64 {
    ladder.iter().find(|(_, by)| filed_on <= *by).map_or(1, |s| s.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use VisitEvery::{Biweekly, HalfYearly, Monthly, Quarterly, Weekly, Yearly};

    fn d(text: &str) -> Day {
        Day::parse(text).unwrap()
    }
    fn all_along(every: VisitEvery) -> Stretch {
        Stretch { from: d("1900-01-01"), to: None, every, paused: false }
    }

    #[test]
    fn whole_periods_owe_what_the_calendar_says() {
        let r = Rhythm::default();
        for (from, to, want) in [
            ("2021-07-01", "2021-07-31", [4, 2, 1, 1, 1, 1]),
            ("2021-06-01", "2021-06-30", [4, 2, 1, 1, 1, 1]),
            ("2021-02-01", "2021-02-28", [4, 2, 1, 1, 1, 1]),
            ("2021-07-05", "2021-07-11", [1, 1, 1, 1, 1, 1]),
            ("2021-07-01", "2021-09-30", [13, 6, 3, 1, 1, 1]),
            ("2021-01-01", "2021-12-31", [52, 26, 12, 4, 2, 1]),
            ("2021-07-08", "2021-07-08", [1, 1, 1, 1, 1, 1]),
        ] {
            for (every, n) in VisitEvery::ALL.iter().zip(want) {
                let got = r.times((d(from), d(to)), (d("2020-01-01"), None), &[all_along(*every)]);
                assert_eq!(got, n, "{from} {to} {every}");
            }
        }
    }

    #[test]
    fn part_of_a_period_owes_its_part() {
        let r = Rhythm::default();
        let july = (d("2021-07-01"), d("2021-07-31"));
        let on = |filed: &str, closed: Option<&str>, list: &[Stretch]| r.times(july, (d(filed), closed.map(d)), list);
        let weekly = [all_along(Weekly)];
        for (filed, closed, want) in [
            // Weeks begin the day after filing: to the 31st there are four from the 3rd, three from the 4th.
            ("2021-07-03", None, 4),
            ("2021-07-04", None, 3),
            ("2021-07-24", None, 1),
            ("2021-07-30", None, 1),
            // Who leaves owes to the day they leave.
            ("2021-01-01", Some("2021-07-14"), 2),
            ("2021-01-01", Some("2021-07-13"), 1),
            ("2021-01-01", Some("2021-08-05"), 4),
            ("2021-07-03", Some("2021-07-17"), 2),
        ] {
            assert_eq!(on(filed, closed, &weekly), want, "{filed} {closed:?}");
        }
        let stretch =
            |from: &str, to: Option<&str>, every, paused| Stretch { from: d(from), to: to.map(d), every, paused };
        // Weekly to the 14th, then monthly: 14/7 + 17/30. Weekly from the 25th only: 24/365 + 7/7.
        let slower =
            [stretch("1900-01-01", Some("2021-07-15"), Weekly, false), stretch("2021-07-15", None, Monthly, false)];
        assert_eq!(on("2021-01-01", None, &slower), 2);
        let closer =
            [stretch("1900-01-01", Some("2021-07-25"), Yearly, false), stretch("2021-07-25", None, Weekly, false)];
        assert_eq!(on("2021-01-01", None, &closer), 1);
        // Fractions of two rhythms make a whole one together: 45/30 and 8/16.
        let two = Rhythm { days: [16, 14, 30, 91, 182, 365], ..Rhythm::default() };
        let both =
            [stretch("1900-01-01", Some("2021-07-16"), Monthly, false), stretch("2021-07-16", None, Weekly, false)];
        let to = |last: &str| two.times((d("2021-06-01"), d(last)), (d("2021-01-01"), None), &both);
        assert_eq!((to("2021-07-22"), to("2021-07-23")), (1, 2));
        // Days of a pause owe nothing: from the 8th to the 21st.
        let away = [
            stretch("1900-01-01", Some("2021-07-08"), Weekly, false),
            stretch("2021-07-08", Some("2021-07-22"), Weekly, true),
            stretch("2021-07-22", None, Weekly, false),
        ];
        assert_eq!(on("2021-01-01", None, &away), 2, "17 days");
        assert_eq!(on("2021-01-01", None, &[stretch("1900-01-01", None, Weekly, true)]), 1, "who is due is due once");
    }

    #[test]
    fn the_ladder_is_the_rule() {
        let r = Rhythm { days: [5, 14, 30, 91, 182, 365], ..Rhythm::default() };
        for (from, to) in [("2021-07-01", "2021-07-31"), ("2021-02-01", "2021-02-28"), ("2021-05-03", "2021-09-17")] {
            let span = (d(from), d(to));
            for every in [Weekly, Biweekly, Monthly, Quarterly, HalfYearly, Yearly] {
                let ladder = r.ladder(span, every);
                let mut filed = span.0.add_days(-40);
                while filed <= span.1 {
                    assert_eq!(
                        step(&ladder, filed),
                        r.times(span, (filed, None), &[all_along(every)]),
                        "{every} filed {filed}"
                    );
                    filed = filed.add_days(1);
                }
            }
        }
    }
}
