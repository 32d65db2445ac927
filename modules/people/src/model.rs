//! Types and pure rules of the workforce: no SQL, no HTTP.

pub mod certificate;
pub mod correction;
pub mod gap;
pub mod posting;
pub mod worker;

use zw_core::{Day, FieldErrors};

/// Reads an optional date field; a text that is no date is noted at the field, a day after `today` as well.
pub(crate) fn past_day(errors: &mut FieldErrors, field: &str, text: &str, today: Day) -> Option<Day> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let day = Day::parse(text);
    match day {
        None => errors.add(field, "date-format"),
        Some(d) if d > today => errors.add(field, "date-future"),
        Some(_) => {}
    }
    day
}

/// A share of full time typed in percent, 10 to 100, as permille.
pub(crate) fn percent_of_full_time(text: &str) -> Option<i64> {
    let typed = text.trim_end_matches('%').trim();
    typed.parse::<i64>().ok().filter(|p| (10..=100).contains(p)).map(|p| p * 10)
}
