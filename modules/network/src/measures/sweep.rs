//! Counting intervals on many days at once: pure, half-open intervals `[from, to)`.

use zw_core::{Day, DivisionId};

/// A division held something from a day to the day before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    /// The division.
    pub division: DivisionId,
    /// First day.
    pub from: Day,
    /// The day after the last one.
    pub to: Option<Day>,
}

impl Held {
    /// Whether it holds on a day.
    pub fn holds(&self, day: Day) -> bool {
        self.from <= day && self.to.is_none_or(|t| day < t)
    }
}

/// How many intervals hold each day, in the order of `dates`.
pub fn count(rows: &[(Day, Option<Day>)], dates: &[Day]) -> Vec<i64> {
    let weighed: Vec<(Day, Option<Day>, i64)> = rows.iter().map(|(f, t)| (*f, *t, 1)).collect();
    sum(&weighed, dates)
}

/// What the intervals that hold each day add up to, in the order of `dates`: one ordered pass over beginnings and ends.
pub fn sum(rows: &[(Day, Option<Day>, i64)], dates: &[Day]) -> Vec<i64> {
    let real = rows.iter().filter(|(f, t, _)| t.is_none_or(|t| t > *f));
    let mut steps: Vec<(Day, i64)> =
        real.flat_map(|(f, t, n)| [Some((*f, *n)), t.map(|t| (t, -n))]).flatten().collect();
    steps.sort_unstable();
    let mut level = 0;
    for step in &mut steps {
        level += step.1;
        step.1 = level;
    }
    let at = |d: Day| steps.partition_point(|(day, _)| *day <= d).checked_sub(1).and_then(|i| steps.get(i));
    dates.iter().map(|d| at(*d).map_or(0, |(_, level)| *level)).collect()
}

/// The union of each division's intervals: afterwards no two of one division overlap or touch, so that counting
/// intervals is counting divisions.
pub fn merge(mut rows: Vec<Held>) -> Vec<Held> {
    rows.retain(|h| h.to.is_none_or(|t| t > h.from));
    rows.sort_unstable();
    let mut out: Vec<Held> = Vec::with_capacity(rows.len());
    for h in rows {
        match out.last_mut() {
            Some(last) if last.division == h.division && last.to.is_none_or(|t| t >= h.from) => {
                last.to = match (last.to, h.to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
            }
            _ => out.push(h),
        }
    }
    out
}

/// The days two intervals share, if any.
pub fn both(a: (Day, Option<Day>), b: (Day, Option<Day>)) -> Option<(Day, Option<Day>)> {
    let from = a.0.max(b.0);
    let to = match (a.1, b.1) {
        (Some(x), Some(y)) => Some(x.min(y)),
        (x, y) => x.or(y),
    };
    to.is_none_or(|t| t > from).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> Day {
        Day::new(2021, 1, 1).unwrap().add_days(n)
    }
    fn held(division: i64, from: i64, to: Option<i64>) -> Held {
        Held { division: DivisionId(division), from: day(from), to: to.map(day) }
    }

    #[test]
    fn touching_and_overlapping_intervals_are_one() {
        let rows = vec![
            held(1, 0, Some(5)),
            held(1, 5, Some(9)),
            held(1, 20, None),
            held(2, 3, None),
            held(1, 7, Some(8)),
            held(3, 4, Some(4)),
        ];
        assert_eq!(merge(rows), vec![held(1, 0, Some(9)), held(1, 20, None), held(2, 3, None)]);
        assert_eq!(merge(vec![held(1, 0, None), held(1, 3, Some(4))]), vec![held(1, 0, None)]);
    }

    #[test]
    fn shared_days() {
        assert_eq!(both((day(0), None), (day(3), Some(day(5)))), Some((day(3), Some(day(5)))));
        assert_eq!(both((day(0), Some(day(3))), (day(3), None)), None);
    }

    proptest! {
        /// The sweep says what looking at every row on every day says.
        #[test]
        fn a_sweep_is_counting(rows in prop::collection::vec((0..5_i64, 0..40_i64, prop::option::of(0..40_i64)), 0..30)) {
            let rows: Vec<Held> = rows.into_iter().map(|(d, f, len)| held(d, f, len.map(|l| f + l))).collect();
            let dates: Vec<Day> = (0..60).map(day).collect();
            let on = |h: &Held, d: Day| h.from <= d && h.to.is_none_or(|t| d < t);
            let plain: Vec<(Day, Option<Day>)> = rows.iter().map(|h| (h.from, h.to)).collect();
            let naive: Vec<i64> = dates.iter().map(|d| rows.iter().filter(|h| on(h, *d)).count() as i64).collect();
            prop_assert_eq!(count(&plain, &dates), naive);
            let merged: Vec<(Day, Option<Day>)> = merge(rows.clone()).iter().map(|h| (h.from, h.to)).collect();
            let distinct: Vec<i64> = dates
                .iter()
                .map(|d| rows.iter().filter(|h| on(h, *d)).map(|h| h.division).collect::<std::collections::HashSet<_>>().len() as i64)
                .collect();
            prop_assert_eq!(count(&merged, &dates), distinct);
        }
    }
}
