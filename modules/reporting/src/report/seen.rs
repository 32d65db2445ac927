//! What a reporter saw before confirming. Cells are counted again when a report is sent, and a record may have come in
//! since the form was drawn: nobody confirms a number that they did not see. The form sends back what it showed.

use crate::report::model::{Cell, Cells};
use std::collections::{BTreeMap, HashMap};
use zw_core::{Error, FieldErrors, Result};

/// The counted values as a form shows them and sends them back: `key=value;…`, in the order of the keys; where a measure is
/// split `key.code=value` after it.
pub fn shown(cells: &Cells) -> String {
    let split = |k: &str, c: &Cell| c.split.iter().map(|(code, n)| format!(";{k}.{code}={n}")).collect::<String>();
    cells.iter().map(|(k, c)| format!("{k}={}{}", c.auto, split(k, c))).collect::<Vec<_>>().join(";")
}

/// Refuses what was confirmed on other numbers than are counted now: every cell that changed is named at the field
/// `seen-KEY` with both values, one that is only split otherwise without. Who sends nothing of it is not checked.
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
            continue;
        }
        let parts = was.iter().filter_map(|(k, n)| Some((k.strip_prefix(key.as_str())?.strip_prefix('.')?, *n)));
        let (parts, now): (BTreeMap<&str, i64>, BTreeMap<&str, i64>) =
            (parts.collect(), cell.split.iter().map(|(code, n)| (code.as_str(), *n)).collect());
        if parts != now {
            errors.add(&format!("seen-{key}"), "split-changed-since-shown");
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
        // The same in all and other categories: somebody was recognised meanwhile.
        let by = |codes: &[(&str, i64)]| {
            let mut c = cells(&[("M04", 3), ("M05", 1)]);
            c.get_mut("M04").unwrap().split = codes.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
            c
        };
        let before = by(&[("01", 2), ("21", 2)]);
        assert_eq!(shown(&before), "M04=3;M04.01=2;M04.21=2;M05=1");
        assert!(check(&shown(&before), &before).is_ok());
        for other in [by(&[("01", 2), ("21", 3)]), by(&[("01", 2)]), by(&[("01", 2), ("02", 1), ("21", 2)])] {
            let Err(Error::Invalid(e)) = check(&shown(&before), &other) else { panic!() };
            assert_eq!((e.0.len(), e.of("seen-M04").unwrap().code.as_str()), (1, "split-changed-since-shown"));
        }
        for bad in ["M07", "M07=x"] {
            let Err(Error::Invalid(e)) = check(bad, &now) else { panic!() };
            assert_eq!(e.of("seen").unwrap().code, "format", "{bad}");
        }
    }
}
