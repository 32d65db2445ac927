//! From typed text to values; every problem is noted at its field and none stops the others.

use zw_core::code::Code;
use zw_core::{Day, FieldErrors};

/// A code of a list. Empty gives `None`, with a problem if it is required.
pub(crate) fn code_of<T: Code>(errors: &mut FieldErrors, field: &str, text: &str, required: bool) -> Option<T> {
    match text.trim() {
        "" => {
            if required {
                errors.add(field, "required");
            }
            None
        }
        t => {
            let found = T::from_code(t);
            if found.is_none() {
                errors.add(field, "unknown-code");
            }
            found
        }
    }
}

/// A date. Empty gives `None`, with a problem if it is required.
pub(crate) fn day_of(errors: &mut FieldErrors, field: &str, text: &str, required: bool) -> Option<Day> {
    match text.trim() {
        "" => {
            if required {
                errors.add(field, "required");
            }
            None
        }
        t => {
            let found = Day::parse(t);
            if found.is_none() {
                errors.add(field, "date-format");
            }
            found
        }
    }
}

/// A whole number within limits. Empty gives `None`.
pub(crate) fn number_of(errors: &mut FieldErrors, field: &str, text: &str, least: i64, most: i64) -> Option<i64> {
    let t = text.trim();
    if t.is_empty() {
        return None;
    }
    let found = t.parse::<i64>().ok().filter(|n| (least..=most).contains(n));
    if found.is_none() {
        errors.add_with(field, "practice-number-range", &[("least", &least.to_string()), ("most", &most.to_string())]);
    }
    found
}

/// Distinct non-empty values in the order typed.
pub(crate) fn listed(values: &[String]) -> Vec<&str> {
    let mut out: Vec<&str> = vec![];
    for v in values.iter().flat_map(|v| v.split(',')).map(str::trim).filter(|v| !v.is_empty()) {
        if !out.contains(&v) {
            out.push(v);
        }
    }
    out
}
