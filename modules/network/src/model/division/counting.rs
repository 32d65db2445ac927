//! A division is taken out of the denominators or into them, by a decision of the province (domain.md 4).

use super::Changes;
use crate::model::{shown_above, text_field};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use zw_core::division_file::{DECIDED, holds_below};
use zw_core::tree::{DivisionKind, DivisionVersion, View};
use zw_core::{Day, DivisionId, Error, FieldErrors, Result, Stamp};

zw_db::record! {
    /// What was decided about a division's counting.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
    pub struct CountDecision {
        /// The division.
        pub division_id: DivisionId,
        /// First day.
        pub from_day: Day,
        /// Whether it counts from then on.
        pub counted: bool,
        /// Why.
        pub why: String,
        /// By which document.
        pub document: Option<String>,
        /// Who.
        pub decided_by: String,
        /// When.
        pub at: Stamp,
    }
}

/// What is typed about a division's counting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CountInput {
    /// `in` to take it into the denominators, `out` to take it out.
    pub counted: String,
    /// Why; it stands in the division's history.
    pub why: String,
    /// Number or title of the document it was decided by, if there is one.
    pub document: String,
}

impl CountInput {
    /// Whether it is to count, why, and the document.
    pub fn check(&self) -> Result<(bool, String, Option<String>)> {
        let mut e = FieldErrors::default();
        let counted = match self.counted.trim() {
            "in" => Some(true),
            "out" => Some(false),
            other => {
                e.add("counted", if other.is_empty() { "required" } else { "unknown-code" });
                None
            }
        };
        let why = shown_above(&mut e, "why", &self.why, 200);
        if self.why.trim().is_empty() {
            e.add("why", "required");
        }
        let document = text_field(&mut e, "document", &self.document, 100);
        e.check()?;
        let (Some(counted), Some(why)) = (counted, why) else { return Err(Error::rule("bad-request")) };
        Ok((counted, why, document))
    }
}

/// What has to be written so that a county, township or village counts or not from `day` on, and with it what lies in it.
/// `apart`: divisions about which a decision of their own stands to leave them out; they are not taken in with what they
/// lie in.
pub fn recount(
    view: &View,
    division: DivisionId,
    counted: bool,
    apart: &HashSet<DivisionId>,
    day: Day,
) -> Result<Changes> {
    let top = view.get(division).ok_or(Error::NotFound)?;
    if top.kind < DivisionKind::County || top.is_pseudo() {
        return Err(Error::rule("count-level"));
    }
    if top.in_denominator == counted {
        return Err(Error::rule(if counted { "count-in-already" } else { "count-out-already" }));
    }
    let out_above = |d: &&DivisionVersion| d.exclusion.as_deref().is_some_and(holds_below);
    let above = view.ancestors(division);
    if let Some(d) = above.iter().filter_map(|a| view.get(*a)).find(out_above).filter(|_| counted) {
        return Err(Error::rule_with("count-above-out", &[("name", &d.name)]));
    }
    let (mut out, mut open) = (Changes::default(), vec![division]);
    while let Some(id) = open.pop() {
        let Some(v) = view.get(id) else { continue };
        let changes = match counted {
            // What is out already keeps its reason.
            false => v.in_denominator,
            true => id == division || (v.exclusion == top.exclusion && !apart.contains(&id)),
        };
        // What lies in a zone is judged by itself.
        let goes_on = match counted {
            false => true,
            true => top.exclusion.as_deref().is_some_and(holds_below) && (id == division || !apart.contains(&id)),
        };
        if goes_on {
            open.extend(view.children(id));
        }
        if !changes {
            continue;
        }
        if let Some(to) = v.valid_to {
            return Err(Error::rule_with("import-before-standing", &[("name", &v.name), ("day", &to.to_string())]));
        }
        match v.valid_from == day {
            true => out.replace.push((id, day)),
            false => out.close.push((id, v.valid_from)),
        }
        let exclusion = (!counted).then(|| DECIDED.to_owned());
        out.versions.push(DivisionVersion { valid_from: day, in_denominator: counted, exclusion, ..v.clone() });
        out.changed += 1;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zw_core::tree::Tree;

    fn version(id: i64, kind: DivisionKind, parent: i64, exclusion: Option<&str>) -> DivisionVersion {
        DivisionVersion {
            id: DivisionId(id),
            kind,
            code12: format!("{id:012}"),
            name: format!("区划{id}"),
            parent: (parent > 0).then_some(DivisionId(parent)),
            valid_from: Day::from_stored(20000101),
            valid_to: None,
            is_functional: exclusion == Some("functional_unit"),
            in_denominator: exclusion.is_none(),
            exclusion: exclusion.map(str::to_owned),
        }
    }

    #[test]
    fn what_lies_in_a_division_goes_with_it() {
        use DivisionKind::{City, County, Province, Township, Village};
        let mut all = vec![
            version(1, Province, 0, None),
            version(2, City, 1, None),
            version(3, County, 2, None),
            version(4, Township, 3, None),
            version(5, Township, 3, Some("functional_unit")),
            version(6, Village, 4, None),
            version(7, Village, 5, None),
        ];
        let day = Day::from_stored(20210708);
        let ids = |c: &Changes| {
            let mut l: Vec<i64> = c.versions.iter().map(|v| v.id.0).collect();
            l.sort_unstable();
            l
        };
        let none = HashSet::new();
        let go = |all: &[DivisionVersion], id: i64, counted, apart: &HashSet<DivisionId>| {
            recount(&Tree::build(all.to_vec()).as_of(day), DivisionId(id), counted, apart, day)
        };
        let rule = |r: Result<Changes>| match r {
            Err(Error::Rule { code, .. }) => code.to_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(rule(go(&all, 2, false, &none)), "count-level");
        assert_eq!(rule(go(&all, 4, true, &none)), "count-in-already");
        assert_eq!(rule(go(&all, 5, false, &none)), "count-out-already");
        assert_eq!(ids(&go(&all, 5, true, &none).unwrap()), [5], "a zone comes in alone");
        // The county goes out; the zone in it keeps its own reason.
        let c = go(&all, 3, false, &none).unwrap();
        assert_eq!(ids(&c), [3, 4, 6, 7]);
        assert!(c.versions.iter().all(|v| v.exclusion.as_deref() == Some(DECIDED) && !v.in_denominator));
        for v in &mut all {
            if let Some(next) = c.versions.iter().find(|n| n.id == v.id) {
                *v = next.clone();
            }
        }
        assert_eq!(rule(go(&all, 4, true, &none)), "count-above-out");
        // It comes back, without the township about which there is a decision of its own, on the same day.
        let back = go(&all, 3, true, &HashSet::from([DivisionId(4)])).unwrap();
        assert_eq!((ids(&back), back.close.len(), back.replace.len()), (vec![3, 7], 0, 2));
    }
}
