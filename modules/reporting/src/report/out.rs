//! What pages and API show of reports. Pages and API share these types.

use crate::report::derive;
use crate::report::model::{CellChange, Cells, ReportRow, ReportState, Texts, timeliness, timeliness_of};
use crate::report::overrides::may_override;
use crate::report::split::{self, Reader, Split, SplitOut};
use crate::report::store::{EventRow, ListRow};
use serde::{Deserialize, Serialize};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::deadline::{Due, Timeliness};
use zw_core::period::{Period, PeriodKind};
use zw_core::{Day, DivisionId, ReportId, Result, Stamp, UnitId};
use zw_indicators::Measures;

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct CellOut {
    /// Key of the measure.
    pub key: String,
    /// Its name: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// Its unit, as with the name.
    pub unit: String,
    /// The value that counts above the reporter.
    pub value: i64,
    /// Counted by the system.
    pub auto: i64,
    /// Put beside it by a person.
    #[serde(rename = "override")]
    pub over: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// Whether a value may be put beside the counted one; where not, the register is corrected.
    pub may_override: bool,
    /// Version of the rule.
    pub rule_version: String,
    /// Counted for the end of this day.
    pub as_of: Day,
}

/// Cells under one heading.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct GroupOut {
    /// The heading: on pages the key of a message, in an answer of the API the words.
    pub label: String,
    /// Cells.
    pub cells: Vec<CellOut>,
    /// Those of them that are split, by category; not told above the county, where one station's are of few people.
    pub split: Option<SplitOut>,
}

/// Lays cells out under their headings.
pub fn grouped(ctx: &Ctx, kind: PeriodKind, cells: &Cells, accepted: bool, as_of: Day) -> Result<Vec<GroupOut>> {
    let measures = ctx.app.ext::<Measures>()?;
    let mut by_code = Split::new();
    if !ctx.above_county() {
        split::add(&mut by_code, cells);
    }
    Ok(derive::groups(kind)
        .iter()
        .map(|g| GroupOut {
            label: g.label.to_owned(),
            split: split::laid_out(&measures, g.keys, std::slice::from_ref(&by_code), Reader::Within),
            cells: g
                .keys
                .iter()
                .filter_map(|k| {
                    let (c, def) = (cells.get(*k)?, measures.def(k));
                    Some(CellOut {
                        key: (*k).to_owned(),
                        label: def.map_or_else(|| (*k).to_owned(), |d| d.label.to_owned()),
                        unit: def.map_or_else(String::new, |d| d.unit.to_owned()),
                        value: c.effective(accepted),
                        auto: c.auto,
                        over: c.over,
                        reason: c.reason.clone(),
                        may_override: def.is_some_and(|d| may_override(kind, d)),
                        rule_version: c.rule.clone(),
                        as_of,
                    })
                })
                .collect(),
        })
        .filter(|g: &GroupOut| !g.cells.is_empty())
        .collect())
}

/// Who did something, for readers of a county or below it. Above the county a person's name is not needed: what was done says
/// the role, the report the unit (decision 0015).
pub(crate) fn named(ctx: &Ctx, who: Option<String>) -> Option<String> {
    who.filter(|_| !ctx.above_county())
}

/// A report as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportOut {
    /// County.
    pub county: DivisionId,
    /// Id.
    pub id: ReportId,
    /// Period key.
    pub period: String,
    /// Station, for a month.
    pub unit: Option<UnitId>,
    /// Who reports: the county with its city, or the station.
    pub reporter: String,
    /// State.
    pub state: ReportState,
    /// Version.
    pub version: i64,
    /// 时效.
    pub timeliness: Timeliness,
    /// Deadline when it was first submitted.
    pub due_at: Option<Stamp>,
    /// The year whose holidays are not known, while the deadline is unknown for it (期限未知).
    pub due_unknown: Option<i64>,
    /// Declared as without change.
    pub no_change: bool,
    /// Cells.
    pub groups: Vec<GroupOut>,
    /// Texts.
    pub texts: Texts,
    /// Whether overrides count above.
    pub overrides_accepted: bool,
    /// Confirmed by its unit.
    pub submitted_at: Option<Stamp>,
    /// By whom; not told above the county, where role and unit say enough (decision 0015).
    pub submitted_by: Option<String>,
    /// When it was sent for the first time, where it was returned and sent again: 时效 is that of the first time.
    pub first_sent_at: Option<Stamp>,
    /// Returned.
    pub returned_at: Option<Stamp>,
    /// Why.
    pub return_reason: Option<String>,
    /// Approved by the tier above.
    pub approved_at: Option<Stamp>,
    /// By whom; not told above the county.
    pub approved_by: Option<String>,
    /// What was corrected after the lock.
    pub amend_note: Option<String>,
    /// Excused, and why.
    pub exempt_reason: Option<String>,
}

impl ReportOut {
    /// From the stored row.
    pub fn of(ctx: &Ctx, r: &ReportRow, reporter: String, due: Due) -> Result<Self> {
        let period = r.period()?;
        Ok(Self {
            county: r.county_id,
            id: r.id,
            period: r.period.clone(),
            unit: r.unit_id,
            reporter,
            state: r.state,
            version: r.version,
            timeliness: timeliness(Some(r), due, ctx.now()),
            due_at: r.due_at.or(due.at()),
            due_unknown: due.unknown().filter(|_| r.due_at.is_none()),
            no_change: r.no_change,
            groups: grouped(ctx, period.kind(), &r.cells()?, r.overrides_accepted, r.as_of)?,
            texts: r.texts()?,
            overrides_accepted: r.overrides_accepted,
            submitted_at: r.submitted_at,
            submitted_by: named(ctx, r.submitted_by.clone()),
            first_sent_at: r.first_of_resent(),
            returned_at: r.returned_at,
            return_reason: r.return_reason.clone(),
            approved_at: r.approved_at,
            approved_by: named(ctx, r.approved_by.clone()),
            amend_note: r.amend_note.clone(),
            exempt_reason: r.exempt_reason.clone(),
        })
    }
    /// Why its last correction was refused, while what it corrected stands again.
    pub fn refused_correction(&self) -> Option<&str> {
        let refused = !self.state.is_open() && self.approved_at.is_some() && self.returned_at > self.approved_at;
        self.return_reason.as_deref().filter(|_| refused)
    }
    /// Where its page is.
    pub fn href(&self) -> String {
        format!("/reports/{}/{}", self.county, self.id)
    }
}

/// A report with its history and what its reader may do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ReportPage {
    /// The report.
    pub report: ReportOut,
    /// What happened, oldest first.
    pub history: Vec<EventOut>,
    /// Whether the reader may write on it now.
    pub may_write: bool,
    /// Whether the reader may approve it now.
    pub may_approve: bool,
    /// Whether the reader may return it now.
    pub may_return: bool,
    /// Whether the reader may correct it now, after the lock.
    pub may_amend: bool,
    /// It is a correction that waits for the tier above: until then the version approved last counts.
    pub waits: bool,
    /// The reader would review it, but confirmed it: another pair of eyes decides.
    pub own: bool,
    /// Since when its month is frozen by a snapshot.
    pub frozen_at: Option<Stamp>,
    /// It is no part of what was frozen: approved after that, or not yet.
    pub after_freeze: bool,
    /// Cells whose live value differs from the frozen one: records entered later (补录差额).
    pub late_entries: Vec<CellChange>,
}

/// Something that happened to a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct EventOut {
    /// What, a code.
    pub act: String,
    /// Version after it.
    pub version: i64,
    /// When.
    pub at: Stamp,
    /// Who; not told above the county.
    pub by: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Cells of that submission as (key, counted, override), so that versions can be compared.
    pub cells: Vec<(String, i64, Option<i64>)>,
}

impl EventOut {
    /// From the stored row.
    pub fn of(ctx: &Ctx, e: EventRow) -> Self {
        let cells: Cells = e.cells.as_deref().and_then(|t| serde_json::from_str(t).ok()).unwrap_or_default();
        Self {
            act: e.act.code().to_owned(),
            version: e.version,
            at: e.at,
            by: named(ctx, Some(e.by_name)),
            reason: e.reason,
            cells: cells.into_iter().map(|(k, c)| (k, c.auto, c.over)).collect(),
        }
    }
}

/// A report to be written: what the system counted, what was typed so far, what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct DraftOut {
    /// County.
    pub county: DivisionId,
    /// Station.
    pub unit: Option<UnitId>,
    /// Who reports.
    pub reporter: String,
    /// Period key.
    pub period: String,
    /// Version to send back; 0 while nothing is stored.
    pub version: i64,
    /// State.
    pub state: ReportState,
    /// The stored report, if there is one.
    pub id: Option<ReportId>,
    /// Deadline.
    pub due_at: Option<Stamp>,
    /// The year whose holidays are not known, while the deadline is unknown for it (期限未知).
    pub due_unknown: Option<i64>,
    /// 时效 as of now.
    pub timeliness: Timeliness,
    /// The rule that refuses a submission now, if one does: its code.
    pub refusal: Option<String>,
    /// Since when the month is frozen by a snapshot: what is sent now is told in the next issue.
    pub frozen_at: Option<Stamp>,
    /// The day the period opens, while it is not open yet.
    pub opens_on: Option<Day>,
    /// The last day on which it took a report, once that is over.
    pub closed_on: Option<Day>,
    /// The period has not begun: there is nothing to count.
    pub ahead: bool,
    /// Cells counted now, with the overrides typed before.
    pub groups: Vec<GroupOut>,
    /// The counted values as they are told here, `key=value;…`, with `key.code=value` for their parts. Sent back with a submission, they make sure that nobody
    /// confirms other numbers than these.
    pub seen: String,
    /// Texts typed before.
    pub texts: Texts,
    /// It is a correction that waits for the tier above.
    pub waits: bool,
    /// Why it was returned.
    pub return_reason: Option<String>,
    /// Period of the last report, that changes are told against.
    pub before: Option<String>,
    /// Counted cells that changed since then.
    pub changes: Vec<CellChange>,
    /// Whether the reader may submit (the county's or the station's head may, others only save).
    pub may_submit: bool,
}

impl DraftOut {
    /// The rule for which nothing can be written here now, whatever is typed: the period is not asked for, not owed,
    /// closed, or has not begun. None for a report that was sent, which can be read and corrected.
    pub fn barred(&self) -> Option<&str> {
        let code = self.refusal.as_deref().filter(|_| self.state.is_open())?;
        match code {
            "report-not-asked" | "report-not-due" | "report-closed" => Some(code),
            "report-not-open-yet" if self.ahead => Some(code),
            _ => None,
        }
    }
}

/// A row of the list of reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ReportListOut {
    /// County.
    pub county: DivisionId,
    /// Id.
    pub id: ReportId,
    /// Period key.
    pub period: String,
    /// Who reports.
    pub reporter: String,
    /// State.
    pub state: ReportState,
    /// 时效.
    pub timeliness: Timeliness,
    /// A week without change.
    pub no_change: bool,
    /// Latest submission.
    pub submitted_at: Option<Stamp>,
    /// By whom; not told above the county.
    pub submitted_by: Option<String>,
    /// Approval.
    pub approved_at: Option<Stamp>,
}

impl ReportListOut {
    /// From the stored row; `due` only matters for reports whose 时效 was not stamped.
    pub fn of(ctx: &Ctx, r: ListRow, reporter: String, due: Due) -> Self {
        let timeliness = timeliness_of(r.exempt, r.timeliness.as_deref(), r.first_submitted_at, due, ctx.now());
        Self {
            county: r.county_id,
            id: r.id,
            period: r.period,
            reporter,
            state: r.state,
            timeliness,
            no_change: r.no_change,
            submitted_at: r.submitted_at,
            submitted_by: named(ctx, r.submitted_by),
            approved_at: r.approved_at,
        }
    }
}

/// The same without the days of a week, where many stand in one list.
pub fn period_short(lang: zw_ui::Lang, key: &str) -> String {
    match (Period::parse(key), lang) {
        (Some(p), zw_ui::Lang::ZhCn) => p.short_zh(),
        (Some(p), zw_ui::Lang::En) => p.short_en(),
        (None, _) => key.to_owned(),
    }
}

/// The label of a period in the reader's language.
pub fn period_label(lang: zw_ui::Lang, key: &str) -> String {
    match (Period::parse(key), lang) {
        (Some(p), zw_ui::Lang::ZhCn) => p.label_zh(),
        (Some(p), zw_ui::Lang::En) => p.label_en(),
        (None, _) => key.to_owned(),
    }
}
