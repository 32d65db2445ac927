//! Reading reports: one with its history, and the list.

use crate::cycle::Cycle;
use crate::policy;
use crate::report::chain;
use crate::report::derive;
use crate::report::model::{Act, Cells, ReportRow, ReportState, Subject, approved_by, changes, split_changes};
use crate::report::out::{EventOut, ReportListOut, ReportOut, ReportPage};
use crate::report::store::{self, ListFilter};
use serde::{Deserialize, Serialize};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::deadline::Due;
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::View;
use zw_core::{DivisionId, FieldErrors, PageReq, Paged, ReportId, Result};
use zw_db::Conn;

/// A report with its history.
pub async fn get(ctx: &Ctx, county: DivisionId, id: ReportId) -> Result<ReportPage> {
    let permit = ctx.permit::<ReportRow>(policy::READ)?;
    let mut c = ctx.read().await?;
    let r = store::get(&mut c, &permit, county, id).await?;
    let period = r.period()?;
    let reporter = reporter_name(ctx, &mut c, &r, period).await?;
    let due = Cycle::at(ctx, period).due(ctx, period, Cycle::reporter_tier(period.kind()));
    let history: Vec<EventOut> = store::history(&mut c, &r).await?.into_iter().map(|e| EventOut::of(ctx, e)).collect();
    let subject = Subject { county, division: r.division_id, unit: r.unit_id, period };
    let live = if r.state.is_confirmed() { derive::cells(ctx, &mut c, &subject).await? } else { Cells::new() };
    let mut late_entries = vec![];
    if r.state.is_confirmed() {
        let sent = r.cells()?;
        late_entries = changes(Some(&sent), &live, &[]);
        if !ctx.above_county() {
            late_entries.extend(split_changes(&sent, &live));
        }
    }
    let review = chain::review_action(ctx, &r);
    let reviews = ctx.can(review) && ctx.permit::<ReportRow>(review)?.covers_county(county);
    let approvable = reviews && r.after(Act::Approve).is_ok();
    let own = chain::is_own(ctx, r.submitted_account);
    let frozen = store::frozen(&mut c, period, county).await?;
    let acts = history.iter().filter_map(|e| Some((Act::from_code(&e.act)?, e.at)));
    let after_freeze = frozen.is_some_and(|(at, passed)| !(passed && approved_by(acts, at)));
    let (write, submit) = if r.unit_id.is_some() {
        (policy::WRITE_STATION, policy::SUBMIT_STATION)
    } else {
        (policy::WRITE_COUNTY, policy::SUBMIT_COUNTY)
    };
    Ok(ReportPage {
        history,
        may_write: r.state.is_open() && ctx.can(write),
        may_approve: approvable && !own,
        own: approvable && own,
        may_return: reviews && r.after(Act::Return).is_ok(),
        may_amend: r.after(Act::Amend).is_ok() && ctx.can(submit),
        waits: r.is_waiting_correction(),
        frozen_at: frozen.map(|(at, _)| at),
        after_freeze,
        late_entries,
        report: ReportOut::of(ctx, &r, reporter, due)?,
    })
}

/// The county with its city, or the station.
pub(crate) async fn reporter_name(ctx: &Ctx, c: &mut Conn, r: &ReportRow, period: Period) -> Result<String> {
    Ok(match r.unit_id {
        Some(u) => store::unit_place(c, u).await?.map(|(_, name, _)| name).unwrap_or_default(),
        None => ctx.tree().as_of(period.last_day()).path_name(r.county_id),
    })
}

/// Filters of the list, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListQuery {
    /// `week` or `month`.
    pub kind: Option<String>,
    /// Period key.
    pub period: Option<String>,
    /// State code.
    pub state: Option<String>,
    /// County, or a city or province: all of its counties.
    pub county: Option<i64>,
    /// Page from 1.
    pub page: Option<i64>,
    /// Rows a page, at most 200.
    pub size: Option<i64>,
}

impl ListQuery {
    fn filter(&self, view: &View) -> Result<ListFilter> {
        let mut errors = FieldErrors::default();
        let text = |s: &Option<String>| s.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
        let mut code = |field: &str, ok: bool| {
            if !ok {
                errors.add(field, "unknown-code");
            }
        };
        let (kind, period, state) = (text(&self.kind), text(&self.period), text(&self.state));
        let f = ListFilter {
            kind: kind.as_deref().and_then(PeriodKind::from_code),
            period: period.as_deref().and_then(Period::parse),
            state: state.as_deref().and_then(ReportState::from_code),
            counties: self.county.map(|d| view.counties_under(DivisionId(d)).to_vec()),
        };
        code("kind", kind.is_some() == f.kind.is_some());
        code("period", period.is_some() == f.period.is_some());
        code("state", state.is_some() == f.state.is_some());
        errors.check()?;
        Ok(f)
    }
}

/// Reports within the reader's scope, newest period first: a page of them, or all for an export.
pub async fn list(ctx: &Ctx, q: &ListQuery, page: PageReq) -> Result<Paged<ReportListOut>> {
    let permit = ctx.permit::<ReportRow>(policy::READ)?;
    let filter = q.filter(&ctx.tree().as_of(ctx.today()))?;
    // A report that comes between the page and its count does no harm.
    let mut c = ctx.look().await?;
    let (rows, total) = store::list(&mut c, &permit, &filter, page).await?;
    drop(c);
    let (cycles, tree) = (ctx.app.settings().course(), ctx.tree());
    let items = rows
        .into_iter()
        .map(|r| {
            let period = Period::parse(&r.period);
            let name = r
                .unit_name
                .clone()
                .unwrap_or_else(|| tree.as_of(period.map_or(ctx.today(), Period::last_day)).path_name(r.county_id));
            let due = period
                .filter(|_| r.timeliness.is_none())
                .map_or(Due::None, |p| Cycle::ended(&cycles, p.last_day()).due(ctx, p, Cycle::reporter_tier(p.kind())));
            ReportListOut::of(ctx, r, name, due)
        })
        .collect();
    Ok(Paged::of(page, items, total))
}
