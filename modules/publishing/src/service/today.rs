//! What publishing puts on the first page: the state of the area for readers above the county, and the papers that wait
//! for those who write them.

use super::{circulars, snapshots, wall};
use crate::model::circular::{CircularOut, CircularRow, CircularState};
use crate::model::snapshot::FreezeDay;
use crate::model::wall::{WallOut, WallQuery};
use crate::policy;
use crate::store::{circulars as circular_store, snapshots as snapshot_store};
use zw_access::{Ctx, Role};
use zw_core::period::Period;
use zw_core::{Day, PageReq, Result, SnapshotId};
use zw_network::service::area::own_area;

/// A month that is frozen and whose circular is not sent yet.
#[derive(Clone, Debug)]
pub struct Frozen {
    /// The month.
    pub month: Period,
    /// The snapshot that froze it.
    pub snapshot: SnapshotId,
    /// The day on which it was frozen.
    pub on: Day,
    /// Its circular; none while nobody has drafted it.
    pub circular: Option<CircularOut>,
}

/// Papers that wait.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// Months that are over and not frozen: since, or from when, they can be.
    pub freeze: Vec<(Period, FreezeDay)>,
    /// The last month that was frozen, while it waits for its circular.
    pub frozen: Option<Frozen>,
    /// Other circulars that are not sent yet.
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
    let mut open: Vec<CircularOut> =
        all.into_iter().filter(|c| matches!(c.state, CircularState::Draft | CircularState::Checked)).collect();
    let mut frozen = frozen(ctx).await?;
    if let Some(f) = &mut frozen {
        // Told once: with its month.
        let at = open.iter().position(|c| c.snapshot == f.snapshot);
        f.circular = at.map(|i| open.remove(i));
    }
    Ok(Some(Papers { freeze, frozen, open, sent }))
}

/// The last frozen month of the reader's own area, unless its circular was sent.
async fn frozen(ctx: &Ctx) -> Result<Option<Frozen>> {
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_EDIT)?;
    let Some(own) = own_area(ctx, &ctx.tree().as_of(ctx.today()), &permit) else { return Ok(None) };
    let mut conn = ctx.read().await?;
    let Some(last) = snapshot_store::last_frozen(&mut conn, own).await? else { return Ok(None) };
    let sent = circular_store::on_snapshot(&mut conn, last.id).await?.is_some_and(|c| c.state == CircularState::Sent);
    let month = last.period.as_deref().and_then(Period::parse).filter(|_| !sent);
    Ok(month.map(|month| Frozen { month, snapshot: last.id, on: last.taken_at.day_cn(), circular: None }))
}

/// The last circular that was sent to a reader who only reads them: a leader, and who looks after a county.
pub async fn last_sent(ctx: &Ctx) -> Result<Option<CircularOut>> {
    let reads = [Role::Leader, Role::LinkedCadre].into_iter().any(|r| ctx.actor.has_role(r, ctx.today()));
    if !reads || !ctx.can(policy::CIRCULAR_READ) || ctx.can(policy::CIRCULAR_EDIT) {
        return Ok(None);
    }
    let permit = ctx.permit::<CircularRow>(policy::CIRCULAR_READ)?;
    Ok(circular_store::last_sent(&mut ctx.read().await?, &permit).await?.map(|c| c.out()))
}
