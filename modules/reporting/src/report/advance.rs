//! Steps that many reports take at once: passed on, opened again, locked.

use crate::report::model::{Act, ReportRow, ReportState};
use crate::report::standing::Standing;
use crate::report::store;
use zw_access::{Ctx, Permit};
use zw_core::period::Period;
use zw_core::{DivisionId, Result};
use zw_db::Tx;

/// A step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    /// States it is taken from.
    pub from: &'a [ReportState],
    /// State it leads to.
    pub to: ReportState,
    /// What it is called in the history.
    pub act: Act,
    /// Why, where somebody said so.
    pub reason: Option<&'a str>,
}

/// Takes a step with all reports of a period in some counties; returns how many took it. What a waiting correction
/// corrects takes it too, so that a refused correction comes back where it would be now.
pub(crate) async fn advance(
    ctx: &Ctx,
    tx: &mut Tx,
    permit: &Permit<ReportRow>,
    period: Period,
    counties: &[DivisionId],
    step: Step<'_>,
) -> Result<usize> {
    let by = (ctx.now(), ctx.actor.display.as_str());
    let moved = store::advance(tx, permit, period, counties, (step.from, step.to), by).await?;
    let n = moved.len();
    let ids = moved.into_iter().map(|(county, id, version)| (ctx.uuid(), county, id, version)).collect();
    store::add_events(tx, ids, step.act, by, step.reason).await?;
    for (county, id, text) in store::standing_versions(tx, permit, period, counties).await? {
        if let Some(mut s) = Standing::read(text.as_deref())?
            && step.from.contains(&s.state)
        {
            s.state = step.to;
            store::put_standing(tx, permit, county, id, &s.text()?).await?;
        }
    }
    Ok(n)
}
