//! A unit ends for good, closed or merged: what must be ended first, who takes over what it served, and the sheets of its
//! townships.

use super::by;
use crate::model::sheet::{BuildOut, SheetDates};
use crate::model::unit::{Decision, Unit};
use crate::policy;
use crate::store::{attempts, sheets, units as store};
use zw_access::Ctx;
use zw_core::{BuildOutId, Day, Error, Result};
use zw_db::{Conn, Tx};
use zw_indicators::{Measures, OpenWork};

/// What still hangs on a unit after a day, whichever module keeps it.
pub async fn open_work(ctx: &Ctx, c: &mut Conn, unit: &Unit, day: Day) -> Result<Vec<OpenWork>> {
    let measures = ctx.app.ext::<Measures>()?;
    measures.open_at(c, &ctx.tree(), (unit.county_id, unit.id), day).await
}

/// Refuses while something is open that would be left on a dead unit.
pub(super) async fn may_end(ctx: &Ctx, tx: &mut Tx, unit: &Unit, day: Day) -> Result<()> {
    match open_work(ctx, tx, unit, day).await?.into_iter().find(|w| w.stops) {
        Some(w) => {
            let (n, day) = (w.n.to_string(), day.to_string());
            Err(Error::rule_with("unit-has-postings", &[("n", &n), ("day", &day)]))
        }
        None => Ok(()),
    }
}

/// The unit serves nobody from the day. Its coverage goes to the heir, if there is one (what it did not make covered itself,
/// not for days that are over: a merger accepts nothing afterwards), and with it the sheets that the
/// heir, once accepted itself, answers for; the others are free for another station. Returns the sheets it touched.
pub(super) async fn end(
    ctx: &Ctx,
    tx: &mut Tx,
    old: &Unit,
    next: &mut Unit,
    on: Day,
    heir: Option<&Unit>,
) -> Result<Vec<BuildOutId>> {
    if let Some(heir) = heir {
        let has: Vec<_> = store::coverage(tx, heir.id).await?.into_iter().filter(|k| k.to.is_none()).collect();
        for k in store::coverage(tx, old.id).await?.into_iter().filter(|k| k.to.is_none()) {
            if has.iter().all(|h| h.division != k.division) {
                let since = if old.state.is_built() { on } else { on.max(ctx.today()) }.max(k.from);
                store::cover(tx, heir.id, k.division, since).await?;
                let why = next.state_reason.clone().unwrap_or_default();
                let decision = Decision { why, document: None, by: by(ctx) };
                store::decide_cover(tx, (heir.id, k.division, since), &decision).await?;
            }
        }
    }
    store::uncover(tx, old.id, None, on).await?;
    let permit = ctx.permit::<BuildOut>(policy::SHEET_ACCEPT)?;
    let heir = heir.filter(|h| !h.state.leads_to_acceptance());
    let mut touched = vec![];
    for sheet in sheets::of_unit(tx, &permit, old.id).await? {
        touched.push(sheet.id);
        if sheet.township_id == old.division_id {
            // The sheet may soon speak of another station; the date of this one's plaque stays with it.
            next.plaque_on = sheet.plaque_on;
        }
        let after = match heir.filter(|_| sheet.accepted_on.is_some()) {
            Some(heir) => sheet.handed_to(heir.id, ctx.now(), &by(ctx)),
            None => {
                attempts::end(tx, &sheet, SheetDates::from(&sheet).begun_on(), on).await?;
                sheet.freed(on, ctx.now(), &by(ctx))
            }
        };
        sheets::save(tx, &permit, &after).await?;
    }
    Ok(touched)
}
