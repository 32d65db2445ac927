//! Use cases of the reporter: the draft the system fills, saving, confirming, correcting; and reading.

use crate::cycle::{Cycle, Window, parse_period};
use crate::policy;
use crate::report::derive;
use crate::report::identities::check_identities;
use crate::report::model::{
    Act, Cells, OverrideInput, ReportRow, ReportState, Subject, Texts, apply_overrides, changes, timeliness,
};
use crate::report::out::{DraftOut, ReportOut, grouped};
use crate::report::overrides::{carry_overrides, may_override_key};
use crate::report::seen;
use crate::report::store::{self, NewEvent};
use serde::{Deserialize, Serialize};
use zw_access::{Action, Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::deadline::Due;
use zw_core::period::PeriodKind;
use zw_core::{DivisionId, Error, FieldErrors, ReportId, Result, UnitId};
use zw_db::{Conn, Mark, Tx};
use zw_indicators::Measures;
use zw_web::Idem;

/// Which report: of a county for a week, or of a station for a month.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportQuery {
    /// Period key: `2021-W27`, `2021-06`.
    pub period: String,
    /// County id.
    pub county: String,
    /// Station id, for a month.
    pub unit: Option<String>,
}

/// What a reporter sends. Cells come from the system: only overrides are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReportInput {
    /// Period key: `2021-W27`, `2021-06`.
    pub period: String,
    /// County id.
    pub county: String,
    /// Station id, for a month.
    pub unit: Option<String>,
    /// Version that was read; 0 when nothing was stored.
    pub version: i64,
    /// `seen` of the draft that was read, to be sure: what is confirmed or corrected is refused if other values are counted
    /// by then, each named with both values. Left out, whatever is counted on arrival is confirmed.
    pub seen: String,
    /// Declared as without change (零报告).
    pub no_change: bool,
    /// Declared so although counted cells changed.
    pub anyway: bool,
    /// Cells the reporter puts beside the counted ones.
    pub overrides: Vec<OverrideInput>,
    /// 问题.
    pub problems: String,
    /// 亮点 (month).
    pub highlights: String,
    /// 下周计划 / 下月安排.
    pub next_plan: String,
    /// What is corrected, for a correction after the lock.
    pub amend_note: String,
}

impl ReportInput {
    fn query(&self) -> ReportQuery {
        ReportQuery { period: self.period.clone(), county: self.county.clone(), unit: self.unit.clone() }
    }
    /// What was written freely, by field: read above the county, so no person may be named in it.
    fn free(&self) -> Vec<(String, String)> {
        let own = [
            ("problems", &self.problems),
            ("highlights", &self.highlights),
            ("next_plan", &self.next_plan),
            ("amend_note", &self.amend_note),
        ];
        let why = self.overrides.iter().map(|o| (format!("why-{}", o.key), o.reason.clone()));
        own.into_iter().map(|(field, text)| (field.to_owned(), text.clone())).chain(why).collect()
    }
    fn texts(&self, errors: &mut FieldErrors) -> Texts {
        let mut text = |field: &str, s: &str, max: usize| {
            let s = s.trim();
            if s.chars().count() > max {
                errors.add_with(field, "too-long", &[("max", &max.to_string())]);
            }
            s.to_owned()
        };
        Texts {
            problems: text("problems", &self.problems, 2000),
            highlights: text("highlights", &self.highlights, 300),
            next_plan: text("next_plan", &self.next_plan, 2000),
        }
    }
}

/// What stands behind a query once checked: the subject, its name, whether it owes the report.
pub(crate) struct Resolved {
    pub subject: Subject,
    pub name: String,
    pub owes: bool,
    pub due: Due,
}

/// Reads a query against the tree and the register of stations. A county or station that is not there and one that
/// is outside the permit are the same: not found.
pub(crate) async fn resolve(ctx: &Ctx, c: &mut Conn, permit: &Permit<ReportRow>, q: &ReportQuery) -> Result<Resolved> {
    let period = parse_period(&q.period)?;
    let missing = if q.county.trim().is_empty() { "required" } else { "format" };
    let county: DivisionId = q.county.trim().parse().map_err(|_| Error::field("county", missing))?;
    let tier = Cycle::reporter_tier(period.kind());
    let due = Cycle::at(ctx, period).due(ctx, period, tier);
    match q.unit.as_deref().map(str::trim).filter(|u| !u.is_empty()) {
        None => {
            if period.kind() != PeriodKind::Week {
                return Err(Error::field("unit", "required"));
            }
            let view = ctx.tree().as_of(period.last_day());
            if !permit.covers_county(county) || view.county_of(county) != Some(county) {
                return Err(Error::NotFound);
            }
            let subject = Subject { county, division: county, unit: None, period };
            let owes = view.get(county).is_some_and(|v| v.in_denominator);
            Ok(Resolved { subject, name: view.path_name(county), owes, due })
        }
        Some(unit) => {
            if period.kind() != PeriodKind::Month {
                return Err(Error::field("period", "period-month"));
            }
            let unit: UnitId = unit.parse().map_err(|_| Error::NotFound)?;
            if !permit.covers_unit(county, unit) {
                return Err(Error::NotFound);
            }
            let (s, owes) = store::station_owing(c, county, unit, period).await?.ok_or(Error::NotFound)?;
            let subject = Subject { county, division: s.division_id, unit: Some(unit), period };
            Ok(Resolved { subject, name: s.name, owes, due })
        }
    }
}

fn write_actions(q: &ReportQuery) -> (Action, Action) {
    if q.unit.as_deref().is_some_and(|u| !u.trim().is_empty()) {
        (policy::WRITE_STATION, policy::SUBMIT_STATION)
    } else {
        (policy::WRITE_COUNTY, policy::SUBMIT_COUNTY)
    }
}

/// The draft of a report: live cells, what was typed before, what changed since the last one.
pub async fn draft(ctx: &Ctx, q: &ReportQuery) -> Result<DraftOut> {
    let (write, submit) = write_actions(q);
    let permit = ctx.permit::<ReportRow>(write)?;
    let mut c = ctx.read().await?;
    let r = resolve(ctx, &mut c, &permit, q).await?;
    let s = r.subject;
    let stored = store::find(&mut c, &permit, &s).await?;
    let mut cells = derive::cells(ctx, &mut c, &s).await?;
    let before = store::latest_before(&mut c, s.county, s.unit, s.period.kind(), s.period.last_day()).await?;
    let was = before.as_ref().map(ReportRow::cells).transpose()?;
    let changes = changes(was.as_ref(), &cells, derive::PER_PERIOD);
    let state = stored.as_ref().map_or(ReportState::Draft, |r| r.state);
    let seen = seen::shown(&cells);
    if let Some(old) = &stored {
        let measures = ctx.app.ext::<Measures>()?;
        carry_overrides(&mut cells, &old.cells()?, |k| may_override_key(&measures, s.period.kind(), k));
    }
    let cycle = Cycle::at(ctx, s.period);
    let window = cycle.window(s.period, ctx.today());
    let frozen_at = store::frozen_at(&mut c, s.period, &[s.county]).await?;
    let refusal = match cycle.check_open(s.period, ctx.today()) {
        Err(Error::Rule { code, .. }) => Some(code),
        _ if !r.owes => Some("report-not-due"),
        _ => state.after(Act::Submit).err(),
    };
    Ok(DraftOut {
        county: s.county,
        unit: s.unit,
        reporter: r.name,
        period: s.period.to_string(),
        version: stored.as_ref().map_or(0, |r| r.version),
        state,
        id: stored.as_ref().map(|r| r.id),
        due_at: r.due.at(),
        due_unknown: r.due.unknown(),
        timeliness: timeliness(stored.as_ref(), r.due, ctx.now()),
        refusal: refusal.map(str::to_owned),
        frozen_at,
        opens_on: if let Window::NotYet(d) = window { Some(d) } else { None },
        closed_on: if let Window::Closed(d) = window { Some(d) } else { None },
        ahead: s.period.first_day() > ctx.today(),
        groups: grouped(ctx, s.period.kind(), &cells, false, s.period.last_day())?,
        seen,
        texts: stored.as_ref().map(ReportRow::texts).transpose()?.unwrap_or_default(),
        waits: stored.as_ref().is_some_and(ReportRow::is_waiting_correction),
        return_reason: stored.and_then(|r| r.return_reason.filter(|_| r.state == ReportState::Returned)),
        before: before.map(|b| b.period),
        changes,
        may_submit: ctx.can(submit),
    })
}

/// Saves a draft.
pub async fn save(ctx: &Ctx, input: &ReportInput, idem: &Idem) -> Result<ReportOut> {
    write(ctx, input, idem, None).await
}

/// Confirms and submits a report: its cells are counted once more and frozen.
pub async fn submit(ctx: &Ctx, input: &ReportInput, idem: &Idem) -> Result<ReportOut> {
    write(ctx, input, idem, Some(Act::Submit)).await
}

/// Corrects a report after the lock: a new version, the old one is kept in its history.
pub async fn amend(ctx: &Ctx, input: &ReportInput, idem: &Idem) -> Result<ReportOut> {
    if input.amend_note.trim().is_empty() {
        return Err(Error::field("amend_note", "required"));
    }
    write(ctx, input, idem, Some(Act::Amend)).await
}

async fn write(ctx: &Ctx, input: &ReportInput, idem: &Idem, act: Option<Act>) -> Result<ReportOut> {
    let q = input.query();
    let (write, submit) = write_actions(&q);
    let permit = ctx.permit::<ReportRow>(if act.is_some() { submit } else { write })?;
    // Counting happens before the writing transaction: nothing slow inside it.
    let mut c = ctx.read().await?;
    let r = resolve(ctx, &mut c, &permit, &q).await?;
    let s = r.subject;
    if act != Some(Act::Amend) {
        Cycle::at(ctx, s.period).check_open(s.period, ctx.today())?;
    }
    if !r.owes {
        return Err(Error::rule_with("report-not-due", &[("name", &r.name), ("period", &s.period.to_string())]));
    }
    let mut errors = FieldErrors::default();
    let texts = input.texts(&mut errors);
    let mut cells = derive::cells(ctx, &mut c, &s).await?;
    if input.no_change && act == Some(Act::Submit) {
        check_no_change(&mut c, &s, &cells, input).await?;
    }
    drop(c);
    let measures = ctx.app.ext::<Measures>()?;
    apply_overrides(&mut cells, &input.overrides, |k| may_override_key(&measures, s.period.kind(), k), &mut errors);
    check_identities(&cells, &mut errors);
    measures.named_in(ctx, (s.county, s.unit), &input.free(), &mut errors).await?;
    errors.check()?;

    let mut tx = ctx.write().await?;
    if let Some(seen) = idem.seen(ctx, &mut tx).await? {
        let id = seen.parse().map_err(Error::internal)?;
        let row = store::get(&mut tx, &permit, s.county, id).await?;
        return ReportOut::of(ctx, &row, r.name, r.due);
    }
    let stored = store::find(&mut tx, &permit, &s).await?;
    let was = stored.as_ref().map(|r| r.version);
    let mut next = decide(ctx, stored, &s, act, input.version, r.due)?;
    // After what was sent once before and what is refused anyway: a form that is sent again gets its own answer.
    if act.is_some() {
        seen::check(&input.seen, &cells)?;
    }
    next.cells = serde_json::to_string(&cells).map_err(Error::internal)?;
    next.texts = serde_json::to_string(&texts).map_err(Error::internal)?;
    next.no_change = input.no_change && act == Some(Act::Submit);
    if act == Some(Act::Amend) {
        next.amend_note = Some(input.amend_note.trim().chars().take(500).collect());
    }
    let done = match was {
        None => store::insert(&mut tx, &next, s.period.kind(), ctx.now()).await?,
        Some(was) => store::update(&mut tx, &permit, &next, was).await?,
    };
    if done == 0 {
        // Another editor was quicker: what stands now is what this one is told, not what this one typed.
        let stands = store::find(&mut tx, &permit, &s).await?.ok_or(Error::NotFound)?;
        let told = conflict(&stands);
        decide(ctx, Some(stands), &s, act, input.version, r.due)?;
        return Err(told);
    }
    if let Some(act) = act {
        let reason = next.amend_note.as_deref().filter(|_| act == Act::Amend);
        let e = NewEvent { report: &next, act, at: ctx.now(), by: &ctx.actor.display, reason, keep: true };
        store::add_event(&mut tx, ctx.uuid(), &e).await?;
        tell(&mut tx, &next);
    }
    idem.save(ctx, &mut tx, &next.id.to_string()).await?;
    let change = permit.change(Some(s.county), next.id).fields(&["state", "cells", "texts"]);
    tx.commit(change.digest_of(&(&next.cells, &next.texts, next.state, next.version))).await?;
    ReportOut::of(ctx, &next, r.name, r.due)
}

/// The report after saving or submitting it, or the rule or conflict that refuses it.
fn decide(
    ctx: &Ctx,
    stored: Option<ReportRow>,
    s: &Subject,
    act: Option<Act>,
    version: i64,
    due: Due,
) -> Result<ReportRow> {
    let by = ctx.actor.display.clone();
    let Some(mut r) = stored else {
        if act == Some(Act::Amend) {
            return Err(Error::rule("report-not-locked"));
        }
        let mut r = blank(ctx, s);
        if act.is_some() {
            stamp_submission(ctx, &mut r, due);
            r.state = ReportState::Submitted;
        }
        return Ok(r);
    };
    let refused = |code: &'static str| refusal(&r, code);
    // "Already submitted" comes before "somebody changed it": it is the clearer sentence.
    let state = match act {
        Some(a) => r.after(a).map_err(refused)?,
        None if r.state.is_open() => r.state,
        None => return Err(refused(r.state.after(Act::Submit).err().unwrap_or("report-already-submitted"))),
    };
    if version != r.version {
        return Err(conflict(&r));
    }
    if act == Some(Act::Amend) {
        r.keep_standing()?;
    }
    r.version += 1;
    r.state = state;
    r.updated_at = ctx.now();
    r.updated_by = by;
    if act.is_some() {
        stamp_submission(ctx, &mut r, due);
        r.approved_at = None;
        r.approved_by = None;
        r.overrides_accepted = false;
    }
    Ok(r)
}

/// A rule that refuses an act on a report as it stands: which one, and who confirmed it when.
pub(crate) fn refusal(r: &ReportRow, code: &'static str) -> Error {
    let at = r.submitted_at.map(|t| t.minute_cn()).unwrap_or_default();
    let by = r.submitted_by.clone().unwrap_or_default();
    Error::rule_with(code, &[("period", &r.period), ("at", &at), ("by", &by)])
}

/// A report that was not begun.
pub(crate) fn blank(ctx: &Ctx, s: &Subject) -> ReportRow {
    ReportRow {
        county_id: s.county,
        id: ReportId(ctx.uuid()),
        period: s.period.to_string(),
        last_day: s.period.last_day(),
        division_id: s.division,
        unit_id: s.unit,
        state: ReportState::Draft,
        version: 1,
        no_change: false,
        as_of: s.period.last_day(),
        cells: "{}".into(),
        texts: "{}".into(),
        overrides_accepted: false,
        due_at: None,
        timeliness: None,
        first_submitted_at: None,
        submitted_at: None,
        submitted_by: None,
        submitted_account: None,
        returned_at: None,
        returned_by: None,
        return_reason: None,
        approved_at: None,
        approved_by: None,
        amend_note: None,
        standing: None,
        exempt: false,
        exempt_reason: None,
        updated_at: ctx.now(),
        updated_by: ctx.actor.display.clone(),
    }
}

fn stamp_submission(ctx: &Ctx, r: &mut ReportRow, due: Due) {
    let now = ctx.now();
    if r.first_submitted_at.is_none() {
        r.first_submitted_at = Some(now);
        // While the deadline is unknown nothing is stamped; `ticks` does it when the year's holidays are there.
        r.due_at = due.at();
        r.timeliness = due.deadline().map(|d| d.timeliness(Some(now), false, now).code().to_owned());
    }
    r.submitted_at = Some(now);
    r.submitted_by = Some(ctx.actor.display.clone());
    r.submitted_account = ctx.actor.account();
}

/// The row as it stands, for the person who was overtaken.
pub(crate) fn conflict(r: &ReportRow) -> Error {
    let t = r.texts().unwrap_or_default();
    Error::Conflict {
        current: vec![
            ("saved_by".into(), r.updated_by.clone()),
            ("saved_at".into(), r.updated_at.minute_cn()),
            ("version".into(), r.version.to_string()),
            ("state".into(), r.state.code().to_owned()),
            ("problems".into(), t.problems),
            ("highlights".into(), t.highlights),
            ("next_plan".into(), t.next_plan),
        ],
    }
}

/// "No change" is not said of cells that changed since the last report. What changed after the form was shown is told
/// by `seen`, which names it.
async fn check_no_change(c: &mut Conn, s: &Subject, cells: &Cells, input: &ReportInput) -> Result<()> {
    let before = store::latest_before(c, s.county, s.unit, s.period.kind(), s.period.last_day()).await?;
    let Some(before) = before else { return Ok(()) };
    let list = changes(Some(&before.cells()?), cells, derive::PER_PERIOD);
    if list.is_empty() || input.anyway || seen::check(&input.seen, cells).is_err() {
        return Ok(());
    }
    Err(Error::rule_with("report-changed", &[("n", &list.len().to_string()), ("period", &before.period)]))
}

/// Boards and the wall hear of it, and the cells that count reports are counted again.
pub(crate) fn tell(tx: &mut Tx, r: &ReportRow) {
    tx.mark([Mark { county: r.county_id, unit: r.unit_id, day: r.last_day }]);
    tx.live("board", Some(r.county_id));
    tx.live("wall", Some(r.county_id));
}
