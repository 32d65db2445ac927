//! 改报: where a reporter may put a value beside a counted one, and how it is put there. Handbook 7.1 knows it for the
//! monthly table: a visit on paper that nobody recorded. What stands in a register that is kept here is counted and never
//! typed, because above the county it is the figure that counts: there the register is corrected, and the figure follows.

use crate::report::model::Cells;
use serde::{Deserialize, Serialize};
use zw_core::FieldErrors;
use zw_core::period::PeriodKind;
use zw_indicators::{MeasureDef, MeasureKind, Measures};

/// Cells of the monthly table that others are measured against: who is due a visit follows from the register of residents
/// and their levels (domain.md 7.1 M05). M45, the villages of the area, is a stock as it is.
const MEASURED_AGAINST: [&str; 1] = ["M05"];

/// Whether cells of this measure may be overridden in a kind of report: what happened in a month, no stock and nothing that
/// others are measured against. The week is counted from build-out sheets, postings and registers throughout.
pub fn may_override(kind: PeriodKind, def: &MeasureDef) -> bool {
    kind == PeriodKind::Month && def.kind != MeasureKind::Stock && !MEASURED_AGAINST.contains(&def.key)
}

/// The same by key; what no module counts cannot be overridden.
pub fn may_override_key(measures: &Measures, kind: PeriodKind, key: &str) -> bool {
    measures.def(key).is_some_and(|d| may_override(kind, d))
}

/// An override as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct OverrideInput {
    /// Key of the cell.
    pub key: String,
    /// The value that should stand, as typed: a whole number from 0.
    pub value: String,
    /// Why it differs from what the system counted.
    pub reason: String,
}

/// Puts typed overrides on counted cells; every problem is noted at its field (`ov-KEY`, `why-KEY`). A value equal
/// to the counted one is no override. `may` says of a cell whether it can be overridden at all.
pub fn apply_overrides(
    cells: &mut Cells,
    typed: &[OverrideInput],
    may: impl Fn(&str) -> bool,
    errors: &mut FieldErrors,
) {
    for o in typed.iter().filter(|o| !o.value.trim().is_empty() || !o.reason.trim().is_empty()) {
        let Some(cell) = cells.get_mut(&o.key) else {
            errors.add(&format!("ov-{}", o.key), "unknown-field");
            continue;
        };
        let value = o.value.trim().parse::<i64>().ok().filter(|v| (0..=999_999_999).contains(v));
        if !may(&o.key) && value != Some(cell.auto) {
            errors.add(&format!("ov-{}", o.key), "override-not-here");
            continue;
        }
        let Some(value) = value else {
            errors.add(&format!("ov-{}", o.key), "whole-number");
            continue;
        };
        let reason = o.reason.trim();
        if value == cell.auto {
            continue;
        }
        if reason.is_empty() {
            errors.add(&format!("why-{}", o.key), "override-reason");
            continue;
        }
        if reason.chars().count() > 200 {
            errors.add_with(&format!("why-{}", o.key), "too-long", &[("max", "200")]);
            continue;
        }
        cell.over = Some(value);
        cell.reason = Some(reason.to_owned());
    }
}

/// Overrides typed before stay on the fresh cells, as long as they still differ and may still be there.
pub fn carry_overrides(fresh: &mut Cells, old: &Cells, may: impl Fn(&str) -> bool) {
    for (key, cell) in fresh.iter_mut().filter(|(key, _)| may(key)) {
        if let Some(o) = old.get(key).filter(|o| o.over.is_some_and(|v| v != cell.auto)) {
            cell.over = o.over;
            cell.reason.clone_from(&o.reason);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample_cells::{cells, over};
    use zw_indicators::Basis;

    #[test]
    fn an_override_needs_a_reason_and_keeps_both_values() {
        let mut c = cells(&[("M07", 12), ("M09", 3)]);
        let mut e = FieldErrors::default();
        let may = |_: &str| true;
        apply_overrides(&mut c, &[over("M07", "14", ""), over("M09", "x", "y"), over("zz", "1", "y")], may, &mut e);
        let got: Vec<_> = e.0.iter().map(|f| (f.field.as_str(), f.code.as_str())).collect();
        assert_eq!(got, [("why-M07", "override-reason"), ("ov-M09", "whole-number"), ("ov-zz", "unknown-field")]);
        let mut e = FieldErrors::default();
        let typed = [over("M07", "14", "两次在纸上"), over("M09", "3", ""), over("M09", "", "")];
        apply_overrides(&mut c, &typed, may, &mut e);
        assert!(e.0.is_empty());
        assert_eq!((c["M07"].auto, c["M07"].over, c["M09"].over), (12, Some(14), None));
        assert_eq!((c["M07"].effective(false), c["M07"].effective(true)), (12, 14));
        let text = serde_json::to_string(&c["M09"]).unwrap();
        assert_eq!(text, r#"{"v":3,"r":"1"}"#);
    }

    #[test]
    fn what_a_register_says_is_never_typed_over() {
        let def = |key, kind| MeasureDef {
            key,
            kind,
            label: "",
            unit: "",
            definition: "",
            rule_version: "1",
            source: Basis::Own,
        };
        use MeasureKind::{Distinct, Flow, Stock};
        use PeriodKind::{Month, Week};
        for (kind, key, of, want) in [
            (Month, "M07", Flow, true),
            (Month, "M46", Distinct, true),
            (Month, "M05", Distinct, false),
            (Month, "M41", Stock, false),
            (Month, "M45", Stock, false),
            (Week, "posted_workers", Stock, false),
            (Week, "stations_built_new", Distinct, false),
        ] {
            assert_eq!(may_override(kind, &def(key, of)), want, "{key}");
        }
        let mut c = cells(&[("M41", 5), ("M42", 2), ("M07", 12)]);
        let mut e = FieldErrors::default();
        let may = |key: &str| key == "M07";
        // The counted value itself is no override, wherever it stands.
        let typed = [over("M41", "9", "聘了四人"), over("M42", "2", ""), over("M07", "14", "纸上")];
        apply_overrides(&mut c, &typed, may, &mut e);
        let got: Vec<_> = e.0.iter().map(|f| (f.field.as_str(), f.code.as_str())).collect();
        assert_eq!((got, c["M41"].over, c["M07"].over), (vec![("ov-M41", "override-not-here")], None, Some(14)));
        // One that was saved before the rule does not come back.
        let mut old = cells(&[("M41", 5), ("M07", 12)]);
        for cell in old.values_mut() {
            (cell.over, cell.reason) = (Some(30), Some("x".into()));
        }
        let mut fresh = cells(&[("M41", 5), ("M07", 12)]);
        carry_overrides(&mut fresh, &old, may);
        assert_eq!((fresh["M41"].over, fresh["M07"].over), (None, Some(30)));
    }
}
