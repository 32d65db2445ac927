//! Merging two records of one person (domain.md section 6, 服务对象): which values may be taken over, and what is kept so
//! that it can be undone.

use super::ResidentState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use zw_core::code::Code as _;
use zw_core::{Error, FieldErrors, ResidentId, Result, Uuid};

zw_core::codes! {
    /// Why one person was in two files.
    pub enum MergeReason {
        /// 重复建档.
        Twice = "twice",
        /// 搬迁后又建档.
        Moved = "moved",
        /// 改名.
        Renamed = "renamed",
        /// 录入差错.
        Mistyped = "mistyped",
    }
}
zw_core::codes! {
    /// What may be taken over from the record that is merged. Village, household, risk grade, rhythm and day of filing are
    /// not among them: figures and the ledger rest on them, so they stay and are corrected as any record is.
    pub enum MergeField {
        /// Name.
        Name = "name",
        /// Document: kind, number or why there is none.
        Document = "document",
        /// Sex.
        Sex = "sex",
        /// Birth date.
        Birth = "birth",
        /// Phone.
        Phone = "phone",
        /// Address.
        Address = "address",
        /// Presence.
        Presence = "presence",
        /// Legal basis. Consents need not be taken over: all of both are read together.
        Legal = "legal",
        /// Responsible worker.
        Worker = "worker",
    }
}
zw_db::code_cols!(MergeReason);

/// Values of a record by field, in clear: they are compared, and sealed before they are written.
pub type Values = BTreeMap<String, Value>;

/// A merge as typed.
#[derive(Clone, Default, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MergeInput {
    /// Why: twice, moved, renamed, mistyped.
    pub reason: String,
    /// Fields whose value is taken from the record that is merged.
    pub take: Vec<String>,
    /// Version of the record that stays, as read.
    pub version: i64,
    /// Version of the record that is merged, as read.
    pub other_version: i64,
}

impl MergeInput {
    /// Reason and fields, or everything that is wrong with them.
    pub fn check(&self) -> Result<(MergeReason, Vec<MergeField>)> {
        let mut e = FieldErrors::default();
        let reason = super::code_of::<MergeReason>(&mut e, "reason", &self.reason, true);
        let mut take = vec![];
        for t in super::listed(&self.take) {
            match MergeField::from_code(t) {
                Some(f) if !take.contains(&f) => take.push(f),
                Some(_) => {}
                None => e.add("take", "unknown-code"),
            }
        }
        e.check()?;
        reason.map(|r| (r, take)).ok_or_else(|| Error::field("reason", "required"))
    }
}

/// What a merge changed, sealed in its row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Values of the record that stayed, before they were written over.
    pub before: Values,
    /// The values written over them.
    pub after: Values,
    /// State of the record that was merged.
    pub state: String,
    /// Categories that the record that stayed got from the other.
    pub categories: Vec<Uuid>,
}

/// Day of a consent, its last day, who signed.
pub(crate) type OldConsent = (Option<i64>, Option<i64>, Option<String>);

impl Kept {
    /// Merges of before migration 0360 kept basis and consent together. The basis stays here as it is kept today; the consent
    /// that stood before is answered.
    pub(crate) fn old_legal(&mut self) -> Option<OldConsent> {
        let key = MergeField::Legal.code();
        let basis_alone = |values: &mut Values| -> Option<OldConsent> {
            let old: (String, Option<i64>, Option<i64>, Option<String>) =
                serde_json::from_value(values.get(key)?.clone()).ok()?;
            values.insert(key.to_owned(), Value::from(old.0));
            Some((old.1, old.2, old.3))
        };
        basis_alone(&mut self.after);
        basis_alone(&mut self.before)
    }
    /// What undoing gives back to the record that stayed: every value that still stands as the merge wrote it. What was
    /// corrected since is the record's own.
    pub(crate) fn back(&self, now: &Values) -> Values {
        let stands = |field: &String| now.get(field) == self.after.get(field);
        self.before.iter().filter(|(f, _)| stands(f)).map(|(f, v)| (f.clone(), v.clone())).collect()
    }
}

/// Whether two records may be merged at all.
pub(crate) fn may_merge(
    (stays, state): (ResidentId, ResidentState),
    (goes, other): (ResidentId, ResidentState),
    goes_has_merged: bool,
) -> Result<()> {
    let closed = |s| s == ResidentState::Closed;
    if stays == goes {
        return Err(Error::rule("resident-merge-self"));
    }
    if closed(state) || closed(other) {
        return Err(Error::rule("resident-closed"));
    }
    // A chain of merges could not be undone in any order: the other way round it is one step.
    if goes_has_merged { Err(Error::rule("resident-merge-chain")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_still_stands_is_given_back() {
        let values = |pairs: &[(&str, &str)]| -> Values {
            pairs.iter().map(|(f, v)| ((*f).to_owned(), Value::from(*v))).collect()
        };
        let kept = Kept {
            before: values(&[("name", "张三"), ("phone", "1")]),
            after: values(&[("name", "張三"), ("phone", "2")]),
            ..Kept::default()
        };
        assert_eq!(kept.back(&values(&[("name", "張三"), ("phone", "2")])), kept.before);
        assert_eq!(kept.back(&values(&[("name", "张三丰"), ("phone", "2")])), values(&[("phone", "1")]));
    }

    #[test]
    fn who_may_be_merged() {
        let id = |n| ResidentId(Uuid::from_u128(n));
        let (active, paused, closed) = (ResidentState::Active, ResidentState::Paused, ResidentState::Closed);
        assert!(may_merge((id(1), active), (id(2), paused), false).is_ok());
        assert!(may_merge((id(1), active), (id(1), active), false).is_err());
        assert!(may_merge((id(1), closed), (id(2), active), false).is_err());
        assert!(may_merge((id(1), active), (id(2), closed), false).is_err());
        assert!(may_merge((id(1), active), (id(2), active), true).is_err());
    }

    #[test]
    fn what_is_typed() {
        let input = |reason: &str, take: &[&str]| MergeInput {
            reason: reason.into(),
            take: take.iter().map(|t| (*t).to_owned()).collect(),
            ..MergeInput::default()
        };
        let (reason, take) = input("renamed", &["name", "phone", "name"]).check().unwrap();
        assert_eq!((reason, take), (MergeReason::Renamed, vec![MergeField::Name, MergeField::Phone]));
        assert!(input("", &[]).check().is_err() && input("twice", &["village"]).check().is_err());
    }
}
