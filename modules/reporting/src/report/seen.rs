//! What a reporter saw before confirming. Cells are counted again when a report is sent, and a record may have come in
//! since the form was drawn: nobody confirms a number that they did not see. The form sends back what it showed.

use crate::report::model::Cells;
use std::collections::HashMap;
use zw_core::{Error, FieldErrors, Result};

/// The counted values as a form shows them and sends them back: `key=value;…`, in the order of the keys.
pub fn shown(cells: &Cells) -> String {
    cells.iter().map(|(k, c)| format!("{k}={}", c.auto)).collect::<Vec<_>>().join(";")
}

/// Refuses what was confirmed on other numbers than are counted now: every cell that changed is named at the field
/// `seen-KEY` with both values. Who sends nothing of it is not checked.
pub fn check(seen: &str, cells: &Cells) -> Result<()> {
    if seen.trim().is_empty() {
        return Ok(());
    }
    let pair = |p: &str| -> Option<(String, i64)> {
        let (key, value) = p.split_once('=')?;
        Some((key.trim().to_owned(), value.trim().parse().ok()?))
    };
    let parts = seen.split(';').filter(|p| !p.trim().is_empty());
    let was: Option<HashMap<String, i64>> = parts.map(pair).collect();
    let was = was.ok_or_else(|| Error::field("seen", "format"))?;
    let mut errors = FieldErrors::default();
    for (key, cell) in cells {
        let before = was.get(key).copied();
        if before != Some(cell.auto) {
            let was = before.map_or_else(|| "—".to_owned(), |n| n.to_string());
            let args = [("was", was.as_str()), ("now", &cell.auto.to_string())];
            errors.add_with(&format!("seen-{key}"), "changed-since-shown", &args);
        }
    }
    errors.check()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample_cells::cells;

    #[test]
    fn what_changed_since_it_was_shown_is_named_with_both_values() {
        let before = cells(&[("M07", 12), ("M41", 5)]);
        assert_eq!(shown(&before), "M07=12;M41=5");
        assert!(check(&shown(&before), &before).is_ok() && check("", &cells(&[("M07", 1)])).is_ok());
        let now = cells(&[("M07", 12), ("M41", 6), ("M42", 1)]);
        let Err(Error::Invalid(e)) = check(&shown(&before), &now) else { panic!() };
        let got: Vec<_> =
            e.0.iter().map(|f| (f.field.as_str(), f.args.iter().map(|a| a.1.as_str()).collect::<Vec<_>>())).collect();
        assert_eq!(got, [("seen-M41", vec!["5", "6"]), ("seen-M42", vec!["—", "1"])]);
        for bad in ["M07", "M07=x"] {
            let Err(Error::Invalid(e)) = check(bad, &now) else { panic!() };
            assert_eq!(e.of("seen").unwrap().code, "format", "{bad}");
        }
    }
}
