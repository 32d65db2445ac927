//! When an encounter was, and when the next one is agreed.

use zw_core::{Day, FieldErrors, Stamp};

/// How many days ahead a next visit is agreed: the slowest rhythm is a year (domain.md section 7).
const MOST_AHEAD: i64 = 366;

/// Notes what has not begun or not ended by `now` (domain.md section 12). A day after today is told by itself.
pub(super) fn begun(now: Stamp, (day, start, minutes): (Day, Option<i64>, Option<i64>), e: &mut FieldErrors) {
    let Some(start) = start.filter(|_| day <= now.day_cn()) else { return };
    let began = Stamp::from_cn(day, 0, 0).plus_minutes(start);
    if began > now {
        e.add("start", "visit-start-future");
    } else if minutes.is_some_and(|m| began.plus_minutes(m) > now) {
        e.add("minutes", "visit-end-future");
    }
}

/// Notes a next day that does not lie within a year after the day.
pub(super) fn agreed(day: Day, next_on: Option<Day>, e: &mut FieldErrors) {
    let Some(next) = next_on else { return };
    if next <= day {
        e.add("next_on", "visit-next-not-after");
    } else if next > day.add_days(MOST_AHEAD) {
        e.add("next_on", "visit-next-far");
    }
}

/// Whether two stretches of one day overlap by more than ten minutes (domain.md section 12).
pub fn overlaps(a: (i64, i64), b: (i64, i64)) -> bool {
    let common = (a.0 + a.1).min(b.0 + b.1) - a.0.max(b.0);
    common > 10
}
