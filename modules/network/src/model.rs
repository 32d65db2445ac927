//! Types and pure rules of the network: no SQL, no HTTP.

pub mod division;
pub mod due;
pub mod history;
pub mod plan;
pub mod sheet;
pub mod unit;

use zw_core::{Day, FieldErrors};

/// Reads an optional date field; a text that is no date is noted at the field.
pub(crate) fn day_field(errors: &mut FieldErrors, field: &str, text: &str) -> Option<Day> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let day = Day::parse(text);
    if day.is_none() {
        errors.add(field, "date-format");
    }
    day
}

/// An optional line of text, trimmed; empty counts as absent, more than `max` characters is noted at the field.
pub(crate) fn text_field(errors: &mut FieldErrors, field: &str, text: &str, max: usize) -> Option<String> {
    let text = text.trim();
    if text.chars().count() > max {
        errors.add_with(field, "too-long", &[("max", &max.to_string())]);
    }
    (!text.is_empty()).then(|| text.to_owned())
}

/// A line that city and province read as well: it holds no number of a person.
pub(crate) fn shown_above(errors: &mut FieldErrors, field: &str, text: &str, max: usize) -> Option<String> {
    errors.holds_no_number(field, text);
    text_field(errors, field, text, max)
}
