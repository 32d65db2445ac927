//! Where a reader's pages begin: one answer for boards, targets, snapshots and the wall.

use zw_access::{Ctx, Permit, Resource};
use zw_core::DivisionId;
use zw_core::tree::View;

/// Whether all counties of a division lie in a permit.
pub fn inside<R: Resource>(view: &View, permit: &Permit<R>, division: DivisionId) -> bool {
    let counties = view.counties_under(division);
    !counties.is_empty() && counties.iter().all(|c| permit.covers_county(*c))
}

/// The largest area that is all the reader's: of what the grants name the division with the most counties, and what lies
/// above it as long as that has more of them and all are in the permit (somebody may hold a city county by county). For the
/// command line, which has no grants, the map's first root. None where nothing of the map is all theirs.
pub fn own_area<R: Resource>(ctx: &Ctx, view: &View, permit: &Permit<R>) -> Option<DivisionId> {
    let counties = |d: DivisionId| view.counties_under(d).len();
    let granted = ctx.actor.grants.iter().filter(|g| g.active_on(ctx.today())).filter_map(|g| g.area.or(g.county));
    let mut best = granted
        .filter(|d| inside(view, permit, *d))
        .max_by_key(|d| counties(*d))
        .or_else(|| view.roots().iter().copied().find(|r| inside(view, permit, *r)))?;
    for above in view.ancestors(best) {
        if counties(above) > counties(best) && inside(view, permit, above) {
            best = above;
        }
    }
    Some(best)
}
