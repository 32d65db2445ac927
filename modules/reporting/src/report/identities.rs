//! What must hold among the cells of a report, however they were typed.

use crate::report::model::Cells;
use zw_core::FieldErrors;
use zw_indicators::keys;

/// What stands at the end of a period on the register, by what stood at its start and what happened since (domain.md 7.1).
pub(crate) fn register_end(v: impl Fn(&str) -> i64) -> i64 {
    v("M01") + v("M02") + v("M02a") - v("M03") - v("M03a") - v("M03b") + v("M03c")
}

/// Identities of domain.md 7.1 among the cells that are there: at the overridden cell stands the problem.
pub fn check_identities(cells: &Cells, errors: &mut FieldErrors) {
    let value = |k: &str| cells.get(k).map(|c| c.over.unwrap_or(c.auto));
    let touched = |keys: &[&str]| keys.iter().any(|k| cells.get(*k).is_some_and(|c| c.over.is_some()));
    let at = |keys: &[&str]| {
        keys.iter().find(|k| cells.get(**k).is_some_and(|c| c.over.is_some())).map(|k| format!("ov-{k}"))
    };
    if let (Some(_), Some(m4)) = (value("M01"), value("M04")) {
        let should = register_end(|k| value(k).unwrap_or(0));
        let keys = ["M04", "M01", "M02", "M02a", "M03", "M03a", "M03b", "M03c"];
        if should != m4 && touched(&keys) {
            errors.add_with(&at(&keys).unwrap_or_default(), "identity-m04", &[("n", &should.to_string())]);
        }
    }
    for (part, whole) in [
        // Of the persons due; M06 also counts persons met who were not due.
        ("visited_due", "M05"),
        ("M08", "M07"),
        ("M42", "M41"),
        ("M44", "M45"),
        ("M46", "persontimes"),
        (keys::CERTIFIED_WORKERS, keys::POSTED_WORKERS),
        (keys::TOWNSHIPS_COVERED, keys::TOWNSHIPS_COUNTED),
        (keys::STATIONS_BUILT, keys::TOWNSHIPS_COUNTED),
        (keys::STATIONS_OPENED, keys::TOWNSHIPS_COUNTED),
        (keys::STATIONS_PLAQUED, keys::TOWNSHIPS_COUNTED),
        (keys::STATIONS_PREPARING, keys::TOWNSHIPS_COUNTED),
        (keys::VENUE_READY, keys::TOWNSHIPS_COUNTED),
        (keys::STAFF_READY, keys::TOWNSHIPS_COUNTED),
        (keys::FUNDS_READY, keys::TOWNSHIPS_COUNTED),
        (keys::TENDERS_DONE, keys::TOWNSHIPS_COUNTED),
        (keys::THREE_READY, keys::VENUE_READY),
        (keys::THREE_READY, keys::STAFF_READY),
        (keys::THREE_READY, keys::FUNDS_READY),
        (keys::OBSTACLES_VENUE, keys::TOWNSHIPS_COUNTED),
        (keys::OBSTACLES_TENDER, keys::TOWNSHIPS_COUNTED),
        (keys::OBSTACLES_FUNDS, keys::TOWNSHIPS_COUNTED),
        (keys::OBSTACLES_STAFF, keys::TOWNSHIPS_COUNTED),
        (keys::OBSTACLES_OTHER, keys::TOWNSHIPS_COUNTED),
    ] {
        if let (Some(p), Some(w)) = (value(part), value(whole))
            && p > w
            && touched(&[part, whole])
        {
            // A whole that was put below its part is what is wrong, not the part.
            let field = at(&[part, whole]).unwrap_or_default();
            let (code, n) = if field.ends_with(part) { ("identity-part", w) } else { ("identity-whole", p) };
            if errors.of(&field).is_none() {
                errors.add_with(&field, code, &[("n", &n.to_string())]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::apply_overrides;
    use crate::report::sample_cells::{cells, over};

    #[test]
    fn identities_are_checked_at_the_override() {
        let mut c = cells(&[("M01", 10), ("M02", 2), ("M03", 1), ("M04", 11), ("M07", 5), ("M08", 2)]);
        let mut e = FieldErrors::default();
        check_identities(&c, &mut e);
        assert!(e.0.is_empty());
        apply_overrides(&mut c, &[over("M04", "12", "x"), over("M08", "6", "x")], |_| true, &mut e);
        check_identities(&c, &mut e);
        let got: Vec<_> = e.0.iter().map(|f| (f.field.as_str(), f.code.as_str())).collect();
        assert_eq!(got, [("ov-M04", "identity-m04"), ("ov-M08", "identity-part")]);
        let bounds = |typed: &[(&str, &str)]| {
            let mut c = cells(&[
                ("townships_counted", 11),
                ("stations_built", 9),
                ("venue_ready", 8),
                ("staff_ready", 8),
                ("three_ready", 7),
                ("obstacles_venue", 1),
            ]);
            let mut e = FieldErrors::default();
            let list: Vec<_> = typed.iter().map(|(k, v)| over(k, v, "x")).collect();
            apply_overrides(&mut c, &list, |_| true, &mut e);
            check_identities(&c, &mut e);
            e.0.iter().map(|f| format!("{} {} {}", f.field, f.code, f.args[0].1)).collect::<Vec<_>>()
        };
        assert_eq!(bounds(&[("stations_built", "999")]), ["ov-stations_built identity-part 11"]);
        assert_eq!(bounds(&[("three_ready", "9")]), ["ov-three_ready identity-part 8"], "said once");
        assert_eq!(bounds(&[("townships_counted", "5")]), ["ov-townships_counted identity-whole 9"]);
        assert_eq!(bounds(&[("obstacles_venue", "12")]), ["ov-obstacles_venue identity-part 11"]);
        assert!(bounds(&[("stations_built", "10")]).is_empty());
    }
}
