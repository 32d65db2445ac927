//! What of a report counts above its unit. A correction counts once the tier above has approved it: until then the
//! version that was approved last stands, and if the correction is refused it is what the report says again.

use crate::report::model::{Act, Cells, ReportRow, ReportState, Texts, effective};
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zw_core::{AccountId, Error, Result, Stamp};

/// The version that a waiting correction corrects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// State it was in, and returns to.
    pub state: ReportState,
    /// Cells.
    pub cells: Cells,
    /// Texts.
    pub texts: Texts,
    /// Declared as without change.
    pub no_change: bool,
    /// Overrides accepted by the tier above.
    pub overrides_accepted: bool,
    /// When its unit confirmed it.
    pub submitted_at: Option<Stamp>,
    /// By whom.
    pub submitted_by: Option<String>,
    /// By which account.
    pub submitted_account: Option<AccountId>,
    /// When it was approved.
    pub approved_at: Option<Stamp>,
    /// By whom.
    pub approved_by: Option<String>,
    /// What it corrected itself.
    pub amend_note: Option<String>,
}

impl Standing {
    /// From the stored column.
    pub fn read(text: Option<&str>) -> Result<Option<Self>> {
        text.map(serde_json::from_str)
            .transpose()
            .map_err(|e| Error::internal(format!("standing version of a report: {e}")))
    }
    /// As the stored column.
    pub fn text(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }
}

/// What of a report counts: what its unit confirmed, or while a correction waits what was approved before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Cells.
    pub cells: Cells,
    /// Whether overrides count.
    pub overrides_accepted: bool,
    /// When its unit confirmed it.
    pub confirmed_at: Stamp,
    /// Whether the tier above has approved it.
    pub approved: bool,
}

/// An override that counts, because the tier above accepted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// By how much it moves the counted value.
    pub by: i64,
    /// Why, in the reporter's words.
    pub reason: String,
}

/// The columns of a report that say what counts.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// State.
    pub state: ReportState,
    /// Cells as JSON.
    pub cells: &'a str,
    /// Overrides accepted.
    pub overrides_accepted: bool,
    /// Latest submission.
    pub submitted_at: Option<Stamp>,
    /// Approval.
    pub approved_at: Option<Stamp>,
    /// Standing version as JSON.
    pub standing: Option<&'a str>,
}

impl Columns<'_> {
    /// When the unit confirmed it; none where it has not.
    fn confirmed_at(&self) -> Option<Stamp> {
        self.submitted_at.filter(|_| self.state.is_confirmed())
    }
}

fn unreadable(e: serde_json::Error) -> Error {
    Error::internal(format!("cells of a report: {e}"))
}

/// Reads what of the cells of some measures counts and passes over the others: a year of a province is thousands of
/// reports, of which a series wants one or two numbers each.
struct Only<'k> {
    keys: &'k [&'k str],
    overrides_accepted: bool,
}

/// The numbers of a cell, without their words.
#[derive(Deserialize)]
struct Numbers {
    v: i64,
    #[serde(default)]
    o: Option<i64>,
}

impl<'de> Visitor<'de> for Only<'_> {
    type Value = Vec<Option<i64>>;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the cells of a report")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut out = vec![None; self.keys.len()];
        while let Some(key) = map.next_key::<&str>()? {
            if !self.keys.contains(&key) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let cell: Numbers = map.next_value()?;
            let value = effective(cell.v, cell.o, self.overrides_accepted);
            // A cell may serve two of them.
            for (slot, _) in out.iter_mut().zip(self.keys).filter(|(_, k)| **k == key) {
                *slot = Some(value);
            }
        }
        Ok(out)
    }
}

impl Counted {
    /// When the unit confirmed what counts, with the values of some measures; none where it has confirmed nothing.
    pub fn values_of(c: Columns<'_>, keys: &[&str]) -> Result<Option<(Stamp, Vec<Option<i64>>)>> {
        if c.standing.is_some() {
            let values = |s: Self| (s.confirmed_at, keys.iter().map(|k| s.value(k)).collect());
            return Ok(Self::of(c)?.map(values));
        }
        let Some(confirmed_at) = c.confirmed_at() else { return Ok(None) };
        let only = Only { keys, overrides_accepted: c.overrides_accepted };
        let values = serde_json::Deserializer::from_str(c.cells).deserialize_map(only).map_err(unreadable)?;
        Ok(Some((confirmed_at, values)))
    }
    /// From the stored columns; none where the unit has confirmed nothing.
    pub fn of(c: Columns<'_>) -> Result<Option<Self>> {
        if let Some(s) = Standing::read(c.standing)? {
            return Ok(s.submitted_at.map(|confirmed_at| Self {
                cells: s.cells,
                overrides_accepted: s.overrides_accepted,
                confirmed_at,
                approved: true,
            }));
        }
        let Some(confirmed_at) = c.confirmed_at() else { return Ok(None) };
        let cells = serde_json::from_str(c.cells).map_err(unreadable)?;
        let approved = c.state.is_approved() && c.approved_at.is_some();
        Ok(Some(Self { cells, overrides_accepted: c.overrides_accepted, confirmed_at, approved }))
    }
    /// The value of a cell: an override only once the tier above has accepted overrides.
    pub fn value(&self, key: &str) -> Option<i64> {
        self.cells.get(key).map(|c| c.effective(self.overrides_accepted))
    }
    /// The override of a cell, where it counts.
    pub fn overridden(&self, key: &str) -> Option<Overridden> {
        let cell = self.cells.get(key).filter(|_| self.overrides_accepted)?;
        Some(Overridden { by: cell.over? - cell.auto, reason: cell.reason.clone().unwrap_or_default() })
    }
    /// All overrides that count.
    pub fn all_overridden(&self) -> BTreeMap<String, Overridden> {
        self.cells.keys().filter_map(|k| Some((k.clone(), self.overridden(k)?))).collect()
    }
    /// All values.
    pub fn values(&self) -> BTreeMap<String, i64> {
        self.cells.iter().map(|(k, c)| (k.clone(), c.effective(self.overrides_accepted))).collect()
    }
}

impl ReportRow {
    /// What of it counts.
    pub fn counted(&self) -> Result<Option<Counted>> {
        Counted::of(Columns {
            state: self.state,
            cells: &self.cells,
            overrides_accepted: self.overrides_accepted,
            submitted_at: self.submitted_at,
            approved_at: self.approved_at,
            standing: self.standing.as_deref(),
        })
    }
    /// Whether the tier above has approved what it says now.
    pub fn is_approved(&self) -> bool {
        self.state.is_approved() && self.approved_at.is_some()
    }
    /// When it was sent for the first time, where it came back and was sent again since: its 时效 is that of the first time.
    pub fn first_of_resent(&self) -> Option<Stamp> {
        let again = self.returned_at.is_some_and(|back| self.submitted_at.is_some_and(|sent| sent > back));
        self.first_submitted_at.filter(|first| again && self.submitted_at.is_some_and(|sent| sent > *first))
    }
    /// Whether it is a correction that waits for the tier above.
    pub fn is_waiting_correction(&self) -> bool {
        self.state == ReportState::Amended && self.approved_at.is_none()
    }
    /// The state after an act, or the rule that refuses it: the state machine, and what a correction adds to it.
    pub fn after(&self, act: Act) -> Result<ReportState, &'static str> {
        match act {
            Act::Approve if self.is_approved() => Err("report-already-approved"),
            Act::Return if self.is_waiting_correction() && self.standing.is_some() => Ok(ReportState::Amended),
            _ => self.state.after(act),
        }
    }
    /// Before a correction: what was approved goes on standing. A second correction before a decision corrects the
    /// same version as the first.
    pub(crate) fn keep_standing(&mut self) -> Result<()> {
        if !self.is_approved() {
            return Ok(());
        }
        let standing = Standing {
            state: self.state,
            cells: self.cells()?,
            texts: self.texts()?,
            no_change: self.no_change,
            overrides_accepted: self.overrides_accepted,
            submitted_at: self.submitted_at,
            submitted_by: self.submitted_by.clone(),
            submitted_account: self.submitted_account,
            approved_at: self.approved_at,
            approved_by: self.approved_by.clone(),
            amend_note: self.amend_note.clone(),
        };
        self.standing = Some(standing.text()?);
        Ok(())
    }
    /// A refused correction: the report says again what was approved before it.
    pub(crate) fn restore_standing(&mut self) -> Result<()> {
        let Some(s) = Standing::read(self.standing.as_deref())? else { return Ok(()) };
        self.state = s.state;
        self.cells = serde_json::to_string(&s.cells).map_err(Error::internal)?;
        self.texts = serde_json::to_string(&s.texts).map_err(Error::internal)?;
        self.no_change = s.no_change;
        self.overrides_accepted = s.overrides_accepted;
        self.submitted_at = s.submitted_at;
        self.submitted_by = s.submitted_by;
        self.submitted_account = s.submitted_account;
        self.approved_at = s.approved_at;
        self.approved_by = s.approved_by;
        self.amend_note = s.amend_note;
        self.standing = None;
        Ok(())
    }
}
