//! Types and pure rules of the workforce: no SQL, no HTTP.

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
