//! The usual order of the milestones. A step that was skipped or came before its turn is asked about once and kept on the
//! sheet with who confirmed it: it happens, and a slip of the keyboard looks the same.

use super::BuildOut;
use zw_core::{Day, FieldErrors};

/// One thing that is unusual about the milestones of a sheet.
struct Unusual {
    /// `venue:skipped`, `plaque:early`.
    code: String,
    /// Field.
    field: String,
    /// The day of the earlier step that came later; none where the step itself was skipped.
    before: Option<Day>,
}

/// What is unusual: a step without a day although a later one has one, a step before an earlier one. The acceptance has
/// rules of its own.
fn unusual(sheet: &BuildOut) -> Vec<Unusual> {
    let steps = &sheet.milestones()[..5];
    let mut out = vec![];
    for (i, (step, day)) in steps.iter().enumerate() {
        let field = format!("{step}_on");
        match day {
            None if steps[i..].iter().any(|s| s.1.is_some()) => {
                out.push(Unusual { code: format!("{step}:skipped"), field, before: None });
            }
            None => {}
            Some(day) => {
                if let Some(before) = steps[..i].iter().filter_map(|s| s.1).max().filter(|b| b > day) {
                    out.push(Unusual { code: format!("{step}:early"), field, before: Some(before) });
                }
            }
        }
    }
    out
}

/// Notes what is newly unusual at its fields unless it is confirmed; keeps on the sheet what was.
pub(super) fn confirm(old: &BuildOut, next: &mut BuildOut, confirmed: bool, now: (Day, &str), e: &mut FieldErrors) {
    let before: Vec<String> = unusual(old).into_iter().map(|u| u.code).collect();
    let all = unusual(next);
    let mut fresh = all.iter().filter(|u| !before.contains(&u.code)).peekable();
    if fresh.peek().is_none() {
        // What was mended since is confirmed no more.
        let kept: Vec<&str> = kept(old).into_iter().filter(|k| all.iter().any(|u| u.code == *k)).collect();
        if kept.is_empty() {
            (next.unusual, next.unusual_by, next.unusual_on) = (None, None, None);
        } else {
            next.unusual = Some(kept.join(","));
        }
    } else if confirmed {
        next.unusual = Some(all.iter().map(|u| u.code.as_str()).collect::<Vec<_>>().join(","));
        (next.unusual_by, next.unusual_on) = (Some(now.1.to_owned()), Some(now.0));
    } else {
        for u in fresh {
            match u.before {
                None => e.add(&u.field, "step-skipped"),
                Some(day) => e.add_with(&u.field, "step-early", &[("day", &day.to_string())]),
            }
        }
        e.add("unusual", "unusual-confirm");
    }
}

/// What stands confirmed on a sheet.
pub(super) fn kept(sheet: &BuildOut) -> Vec<&str> {
    sheet.unusual.as_deref().unwrap_or_default().split(',').filter(|c| !c.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::{BuildOutId, DivisionId, Stamp, Uuid};

    fn sheet(days: [i64; 5]) -> BuildOut {
        let on = |i: usize| (days[i] > 0).then(|| Day::from_yyyymmdd(days[i]).unwrap());
        BuildOut {
            venue_on: on(0),
            tender_on: on(1),
            contract_on: on(2),
            staff_on: on(3),
            plaque_on: on(4),
            ..BuildOut::open(BuildOutId(Uuid::nil()), DivisionId(100), DivisionId(1000), Stamp::from_ms(0))
        }
    }

    #[test]
    fn what_is_unusual() {
        for (days, want) in [
            ([0, 0, 0, 0, 0], ""),
            ([20210301, 0, 0, 0, 0], ""),
            ([20210301, 20210401, 20210401, 20210501, 20210601], ""),
            ([0, 20210401, 0, 0, 0], "venue:skipped"),
            ([20210301, 0, 0, 20210501, 0], "tender:skipped contract:skipped"),
            ([0, 0, 0, 20210101, 20210701], "venue:skipped tender:skipped contract:skipped"),
            ([20210501, 20210401, 0, 0, 0], "tender:early"),
            ([20210101, 20210201, 20210301, 20210601, 20210501], "plaque:early"),
        ] {
            let found: Vec<String> = unusual(&sheet(days)).into_iter().map(|u| u.code).collect();
            assert_eq!(found.join(" "), want, "{days:?}");
        }
    }
}
