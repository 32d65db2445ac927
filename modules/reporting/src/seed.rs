//! Bulk loading of reports and pass-ons: for the demo and the benchmark's generator. Nothing is checked and nothing
//! is marked: run `zw_indicators::cells::rebuild` afterwards.

use crate::pass_on::MissingUnit;
use crate::report::model::{Act, Cells, ReportState, Texts};
use zw_core::code::Code as _;
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_core::{DivisionId, Error, ReportId, Result, Rng, Stamp, UnitId};
use zw_db::{Tx, Val, val};

/// A report as it should stand.
#[derive(Clone, Debug)]
pub struct SeedReport {
    /// County.
    pub county: DivisionId,
    /// County itself, or the station's township.
    pub division: DivisionId,
    /// Station, for a month.
    pub unit: Option<UnitId>,
    /// Period.
    pub period: Period,
    /// State.
    pub state: ReportState,
    /// Cells, see `report::derive`.
    pub cells: Cells,
    /// Texts.
    pub texts: Texts,
    /// Declared as without change.
    pub no_change: bool,
    /// Deadline.
    pub due_at: Option<Stamp>,
    /// 时效 of the submission.
    pub timeliness: Option<Timeliness>,
    /// Submitted: when, by whom.
    pub submitted: Option<(Stamp, String)>,
    /// Returned: when, by whom, why.
    pub returned: Option<(Stamp, String, String)>,
    /// Approved: when, by whom.
    pub approved: Option<(Stamp, String)>,
    /// Passed on by the tier that approved it: when, by whom.
    pub rolled_up: Option<(Stamp, String)>,
    /// Excused: why.
    pub exempt: Option<String>,
    /// When the row was written, for drafts and excuses.
    pub at: Stamp,
}

const COLUMNS: &[&str] = &[
    "county_id",
    "id",
    "kind",
    "period",
    "last_day",
    "division_id",
    "unit_id",
    "state",
    "version",
    "no_change",
    "as_of",
    "cells",
    "cells_n",
    "auto_n",
    "texts",
    "overrides_accepted",
    "due_at",
    "timeliness",
    "first_submitted_at",
    "submitted_at",
    "submitted_by",
    "returned_at",
    "returned_by",
    "return_reason",
    "approved_at",
    "approved_by",
    "amend_note",
    "exempt",
    "exempt_reason",
    "exempt_by",
    "exempt_at",
    "created_at",
    "updated_at",
    "updated_by",
];

/// When, by whom, why.
type Step<'a> = (Stamp, &'a str, Option<&'a str>);

/// Writes reports and their history; returns their ids in order.
pub async fn reports(tx: &mut Tx, rng: &Rng, list: &[SeedReport]) -> Result<Vec<ReportId>> {
    let mut ids = Vec::with_capacity(list.len());
    let (mut rows, mut events) = (Vec::with_capacity(list.len()), vec![]);
    for r in list {
        let id = ReportId(rng.uuid(r.at));
        ids.push(id);
        rows.push(row(r, id)?);
        let mut version = 1;
        let steps: [(Act, Option<Step<'_>>); 5] = [
            (Act::Submit, r.submitted.as_ref().map(|(at, by)| (*at, by.as_str(), None))),
            (Act::Return, r.returned.as_ref().map(|(at, by, why)| (*at, by.as_str(), Some(why.as_str())))),
            (Act::Approve, r.approved.as_ref().map(|(at, by)| (*at, by.as_str(), None))),
            (Act::RollUp, r.rolled_up.as_ref().map(|(at, by)| (*at, by.as_str(), None))),
            (Act::Exempt, r.exempt.as_ref().map(|why| (r.at, "", Some(why.as_str())))),
        ];
        for (act, step) in steps {
            let Some((at, by, why)) = step else { continue };
            events.push(vec![
                val(r.county),
                val(rng.uuid(at)),
                val(id),
                val(version),
                val(act),
                val(at),
                val(by),
                val(why),
            ]);
            version += 1;
        }
    }
    tx.bulk("report", COLUMNS, &rows, "").await?;
    if !events.is_empty() {
        let columns = &["county_id", "id", "report_id", "version", "act", "at", "by_name", "reason"];
        tx.bulk("report_event", columns, &events, "").await?;
    }
    Ok(ids)
}

fn row(r: &SeedReport, id: ReportId) -> Result<Vec<Val>> {
    let n = |n: usize| i64::try_from(n).unwrap_or(0);
    let steps = [r.submitted.is_some(), r.returned.is_some(), r.approved.is_some(), r.rolled_up.is_some()];
    let version = n(steps.iter().filter(|s| **s).count()).max(1);
    let at = |s: &Option<(Stamp, String)>| s.as_ref().map(|s| s.0);
    let stamps = [at(&r.submitted), r.returned.as_ref().map(|s| s.0), at(&r.approved), at(&r.rolled_up)];
    let updated = stamps.into_iter().flatten().max().unwrap_or(r.at);
    let by = r.submitted.as_ref().map_or("", |s| s.1.as_str());
    Ok(vec![
        val(r.county),
        val(id),
        val(r.period.kind().code()),
        val(r.period.to_string()),
        val(r.period.last_day()),
        val(r.division),
        val(r.unit),
        val(r.state),
        val(version),
        val(r.no_change),
        val(r.period.last_day()),
        val(serde_json::to_string(&r.cells).map_err(Error::internal)?),
        val(n(r.cells.len())),
        val(n(r.cells.values().filter(|c| c.over.is_none()).count())),
        val(serde_json::to_string(&r.texts).map_err(Error::internal)?),
        val(false),
        val(r.due_at),
        val(r.timeliness.map(|t| t.code())),
        val(r.submitted.as_ref().map(|s| s.0)),
        val(r.submitted.as_ref().map(|s| s.0)),
        val(r.submitted.as_ref().map(|s| s.1.as_str())),
        val(r.returned.as_ref().map(|s| s.0)),
        val(r.returned.as_ref().map(|s| s.1.as_str())),
        val(r.returned.as_ref().map(|s| s.2.as_str())),
        val(r.approved.as_ref().map(|s| s.0)),
        val(r.approved.as_ref().map(|s| s.1.as_str())),
        val(None::<&str>),
        val(r.exempt.is_some()),
        val(r.exempt.as_deref()),
        val(r.exempt.as_ref().map(|_| "")),
        val(r.exempt.as_ref().map(|_| r.at)),
        val(r.submitted.as_ref().map_or(r.at, |s| s.0)),
        val(updated),
        val(by),
    ])
}

/// A pass-on as it should stand.
#[derive(Clone, Debug)]
pub struct SeedPassOn {
    /// County or city.
    pub division: DivisionId,
    /// Period.
    pub period: Period,
    /// When.
    pub at: Stamp,
    /// By whom.
    pub by: String,
    /// 时效.
    pub timeliness: Option<Timeliness>,
    /// Who was missing.
    pub missing: Vec<MissingUnit>,
    /// Approved by the tier above: when, by whom.
    pub approved: Option<(Stamp, String)>,
}

/// Writes pass-ons.
pub async fn pass_ons(tx: &mut Tx, rng: &Rng, list: &[SeedPassOn]) -> Result<()> {
    let rows = list
        .iter()
        .map(|p| {
            Ok(vec![
                val(rng.uuid(p.at)),
                val(p.division),
                val(p.period.kind().code()),
                val(p.period.to_string()),
                val(if p.approved.is_some() { "approved" } else { "passed" }),
                val(p.at),
                val(&p.by),
                val(p.timeliness.map(|t| t.code())),
                val(serde_json::to_string(&p.missing).map_err(Error::internal)?),
                val(p.approved.as_ref().map(|a| a.0)),
                val(p.approved.as_ref().map(|a| a.1.as_str())),
                val(1 + i64::from(p.approved.is_some())),
            ])
        })
        .collect::<Result<Vec<_>>>()?;
    if !rows.is_empty() {
        let columns = &[
            "id",
            "division_id",
            "kind",
            "period",
            "state",
            "passed_at",
            "passed_by",
            "timeliness",
            "missing",
            "reviewed_at",
            "reviewed_by",
            "version",
        ];
        tx.bulk("pass_on", columns, &rows, "").await?;
    }
    Ok(())
}
