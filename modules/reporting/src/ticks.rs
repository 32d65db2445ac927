//! The turn of periods: nothing is written when a period opens or a deadline passes, because what is owed and how late
//! it is are computed when they are asked for. But open boards must hear of it.

use crate::cycle::{Cycle, last_ended};
use crate::report::store::unstamped;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use zw_access::{Action, App, Ctx};
use zw_core::Stamp;
use zw_core::code::Code as _;
use zw_core::deadline::ChainTier;
use zw_core::period::{Period, PeriodKind};
use zw_core::{Result, deadline::Deadline};
use zw_db::Mark;
use zw_jobs::Tick;

/// Pause between two looks, in seconds.
const EVERY_S: u64 = 60;
const TURN: Action = Action("board.turn");

/// This module's ticks for the scheduler.
pub fn ticks() -> Vec<Tick> {
    let periods = Tick {
        name: "report-periods",
        every: Duration::from_secs(EVERY_S),
        run: |app| {
            Box::pin(async move {
                stamp(&app).await?;
                look(&app).await.map(|_| ())
            })
        },
    };
    // Setting and map are swapped in memory each by itself, within a second; so are the names that follow from both.
    let names = Tick {
        name: "county-names",
        every: Duration::from_secs(1),
        run: |app| {
            Box::pin(async move {
                crate::direct::name_apart(&app);
                Ok(())
            })
        },
    };
    vec![periods, names]
}

/// Stamps the 时效 of what was sent while its deadline was unknown (期限未知), as soon as the calendar has the year:
/// reports and what was passed on. Returns how many were stamped.
pub async fn stamp(app: &Arc<App>) -> Result<u64> {
    let ctx = Ctx::system(app.clone(), "report-periods", &["board.turn"]);
    let waiting = unstamped::periods(&mut ctx.look().await?).await?;
    let mut stamped = 0;
    for period in waiting.iter().filter_map(|key| Period::parse(key)) {
        let view = ctx.tree().as_of(period.last_day());
        let (cycle, tier) = (Cycle::at(&ctx, period), Cycle::reporter_tier(period.kind()));
        let key = period.to_string();
        // Every tier's own; a tier without a part in the chain keeps none.
        if ChainTier::ALL.iter().all(|t| cycle.due(&ctx, period, *t).deadline().is_none()) {
            continue;
        }
        let mut tx = ctx.write().await?;
        let before = stamped;
        if let Some(d) = cycle.due(&ctx, period, tier).deadline() {
            for r in unstamped::reports(&mut tx, &key).await? {
                let t = d.timeliness(Some(r.first_submitted_at), false, ctx.now());
                stamped += unstamped::stamp_report(&mut tx, &r, d.due, t).await?;
                tx.mark([Mark { county: r.county_id, unit: r.unit_id, day: r.last_day }]);
            }
        }
        for (id, division, at) in unstamped::passed(&mut tx, &key).await? {
            let county = period.kind() == PeriodKind::Month && view.county_of(division) == Some(division);
            let tier = if county { ChainTier::County } else { ChainTier::City };
            if let Some(d) = cycle.due(&ctx, period, tier).deadline() {
                stamped += unstamped::stamp_passed(&mut tx, id, d.timeliness(Some(at), false, ctx.now())).await?;
            }
        }
        if stamped > before {
            tx.live("board", None);
            tx.live("wall", None);
            let what = format!("{key}: {} deadlines known", stamped - before);
            tx.commit(ctx.event(TURN).record(None, what)).await?;
        }
    }
    Ok(stamped)
}

/// When this process looked last: the pause between two looks drifts, and what turned in between must not be missed.
static LOOKED: Mutex<Vec<(Weak<App>, Stamp)>> = Mutex::new(vec![]);

fn looked() -> MutexGuard<'static, Vec<(Weak<App>, Stamp)>> {
    LOOKED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells the boards what turned since the last look; the first one looks back over one pause.
pub async fn look(app: &Arc<App>) -> Result<Vec<String>> {
    let now = app.clock.now();
    let pause = i64::try_from(EVERY_S).unwrap_or(60) * 1000;
    let own = |a: &Weak<App>| std::ptr::eq(a.as_ptr(), Arc::as_ptr(app));
    let last = looked().iter().find(|(a, _)| own(a)).map(|(_, at)| *at);
    let from = last.unwrap_or(now.plus_ms(-pause));
    let turned = turn(app, from, now).await?;
    // After a failure the next look asks again from the same moment.
    let mut all = looked();
    all.retain(|(a, _)| a.strong_count() > 0 && !own(a));
    all.push((Arc::downgrade(app), now));
    Ok(turned)
}

/// Tells the boards if a period opened or a deadline passed after `from` and by `to`; returns what did.
async fn turn(app: &Arc<App>, from: Stamp, to: Stamp) -> Result<Vec<String>> {
    let ctx = Ctx::system(app.clone(), "report-periods", &["board.turn"]);
    let turned: Vec<String> =
        instants(&ctx).into_iter().filter(|(at, _)| from < *at && *at <= to).map(|(_, what)| what).collect();
    if !turned.is_empty() {
        let mut tx = ctx.write().await?;
        tx.live("board", None);
        tx.live("wall", None);
        tx.commit(ctx.event(TURN).record(None, turned.join(","))).await?;
    }
    Ok(turned)
}

/// The instants at which something turns for the period that just ended: it opens, a tier is due, its grace ends.
fn instants(ctx: &Ctx) -> Vec<(Stamp, String)> {
    let mut out = vec![];
    for kind in [PeriodKind::Week, PeriodKind::Month] {
        let period: Period = last_ended(kind, ctx.today());
        let cycle = Cycle::at(ctx, period);
        if !cycle.asks(period) {
            continue;
        }
        out.push((Stamp::from_cn(period.last_day().add_days(1), 0, 0), format!("{period} open")));
        for tier in ChainTier::ALL {
            // A year without working days has no deadlines to pass.
            let Some(Deadline { due, late_until }) = cycle.due(ctx, period, *tier).deadline() else {
                continue;
            };
            // The deadline itself is still in time; one millisecond later it is not.
            out.push((due.plus_ms(1), format!("{period} {tier} due")));
            out.push((late_until.plus_ms(1), format!("{period} {tier} grace")));
        }
    }
    out
}
