//! What publishing puts on the first page: the state of the area for readers above the county, and the papers that wait
//! for those who write them.

use super::{circulars, snapshots, wall};
use crate::model::circular::{CircularOut, CircularState};
use crate::model::snapshot::FreezeDay;
use crate::model::wall::{WallOut, WallQuery};
use crate::policy;
use zw_access::{Ctx, Role};
use zw_core::period::Period;
use zw_core::{PageReq, Result};

/// Papers that wait.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// Months that are over and not frozen: since, or from when, they can be.
    pub freeze: Vec<(Period, FreezeDay)>,
    /// Circulars that are not sent yet.
    pub open: Vec<CircularOut>,
    /// The latest that was sent.
    pub sent: Option<CircularOut>,
}

/// The wall of the reader's area, for readers above the county and for those who look after a county without keeping its
/// sheets (a linked cadre); who keeps them has the work itself on the first page.
pub async fn progress(ctx: &Ctx) -> Result<Option<WallOut>> {
    let looks_after = ctx.can(zw_network::policy::SHEET_READ) && !ctx.can(zw_network::policy::SHEET_EDIT);
    let shown = ctx.can(policy::WALL_READ) && !ctx.actor.has_role(Role::Kiosk, ctx.today());
    if shown && (ctx.above_county() || looks_after) {
        Ok(Some(wall::get(ctx, &WallQuery::default()).await?))
    } else {
        Ok(None)
    }
}

/// The papers of those who write circulars.
pub async fn papers(ctx: &Ctx) -> Result<Option<Papers>> {
    if !ctx.can(policy::CIRCULAR_EDIT) {
        return Ok(None);
    }
    // The last month only: what was never frozen before is no work of today.
    let freeze = match ctx.can(policy::SNAPSHOT_FREEZE) {
        true => snapshots::months(ctx).await?.into_iter().take(1).collect(),
        false => vec![],
    };
    // The newest are enough: what waits is of the last months.
    let all = circulars::list(ctx, PageReq::new(None, Some(200))).await?.items;
    let sent = all.iter().find(|c| c.state == CircularState::Sent).cloned();
    let open = all.into_iter().filter(|c| matches!(c.state, CircularState::Draft | CircularState::Checked)).collect();
    Ok(Some(Papers { freeze, open, sent }))
}
