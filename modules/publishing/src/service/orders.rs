//! Snapshots are ordered and taken as jobs (decision 0040): what can be refused at once is refused at the form, the rest is
//! told on the page of the job. The job calls the same function as the command line and the demo.

use super::snapshots;
use crate::model::snapshot::{FlashInput, FreezeInput, RunningOut, SnapshotRow};
use crate::policy;
use crate::store::snapshots as store;
use zw_access::Ctx;
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Error, JobId, Result};
use zw_jobs::{JobDef, Queue, Running};
use zw_web::Idem;

/// Taking a flash snapshot.
const FLASH: &str = "publishing.flash";
/// Freezing a month.
const FREEZE: &str = "publishing.freeze";
/// Tries before a job is given up.
const TRIES: i64 = 5;
/// The steps of both, as `gather` counts them.
const STEPS: &[&str] = &["publishing-step-registers", "publishing-step-reports", "publishing-step-write"];

/// The jobs of this module.
pub fn jobs() -> Vec<JobDef> {
    let flash = JobDef {
        kind: FLASH,
        title: "publishing-job-flash",
        steps: STEPS,
        from: ("publishing-snapshots", "/snapshots"),
        makes: "/snapshots/",
        max_tries: TRIES,
        run: |ctx, job| {
            Box::pin(async move {
                let made = snapshots::flash_telling(&ctx, &job.input()?, &job.idem(), &job.progress).await?;
                Ok(made.to_string())
            })
        },
    };
    let freeze = JobDef {
        kind: FREEZE,
        title: "publishing-job-freeze",
        run: |ctx, job| {
            Box::pin(async move {
                let made = snapshots::freeze_telling(&ctx, &job.input()?, &job.idem(), &job.progress).await?;
                Ok(made.to_string())
            })
        },
        ..flash
    };
    vec![flash, freeze]
}

/// Orders a flash snapshot. Area and day are those of now, whenever it is taken.
pub async fn flash(ctx: &Ctx, input: &FlashInput, idem: &Idem) -> Result<JobId> {
    let (_, division, as_of) = snapshots::decide_flash(ctx, input)?;
    let input = FlashInput { division: division.to_string(), as_of: as_of.to_string() };
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    let id = zw_jobs::order(ctx, &mut tx, FLASH, &input)?;
    idem.save(ctx, &mut tx, &id.to_string()).await?;
    tx.commit(Queue::ordered(ctx, FLASH, id)).await?;
    Ok(id)
}

/// Orders the freeze of a month: one at a time for an area and month, and none once it is frozen.
pub async fn freeze(ctx: &Ctx, input: &FreezeInput, idem: &Idem) -> Result<JobId> {
    let (division, month) = snapshots::decide_freeze(ctx, input)?;
    let input = FreezeInput { division: division.to_string(), period: month.to_string(), early: input.early.clone() };
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    if store::locked(&mut tx, division, &input.period).await?.is_some() {
        return Err(Error::field("period", "month-frozen"));
    }
    let open = Queue::open(&mut tx, FREEZE).await?;
    if let Some(j) = open.iter().find(|j| asked(j).is_some_and(|a| a.division == division && a.month == Some(month))) {
        let (at, month) = (j.at.minute_cn(), month.to_string());
        return Err(Error::rule_with("freeze-ordered", &[("who", &j.by), ("at", &at), ("month", &month)]));
    }
    let id = zw_jobs::order(ctx, &mut tx, FREEZE, &input)?;
    idem.save(ctx, &mut tx, &id.to_string()).await?;
    tx.commit(Queue::ordered(ctx, FREEZE, id)).await?;
    Ok(id)
}

/// What an order is about.
struct Asked {
    division: DivisionId,
    month: Option<Period>,
    as_of: Day,
}

fn asked(j: &Running) -> Option<Asked> {
    if j.kind == FREEZE {
        let input: FreezeInput = serde_json::from_str(&j.arg).ok()?;
        let month = Period::parse(&input.period)?;
        return Some(Asked { division: input.division.parse().ok()?, month: Some(month), as_of: month.last_day() });
    }
    let input: FlashInput = serde_json::from_str(&j.arg).ok()?;
    Some(Asked { division: input.division.parse().ok()?, month: None, as_of: Day::parse(&input.as_of)? })
}

/// Snapshots that are being taken of what the reader sees whole, and the own orders of the last day that came to nothing; the
/// own ones can be followed.
pub async fn running(ctx: &Ctx) -> Result<Vec<RunningOut>> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_READ)?;
    let mut conn = ctx.read().await?;
    let mut all = vec![];
    for kind in [FREEZE, FLASH] {
        all.extend(Queue::open(&mut conn, kind).await?);
        all.extend(Queue::unlucky(ctx, &mut conn, kind).await?);
    }
    let tree = ctx.tree();
    let told = |j: &Running| {
        let a = asked(j).filter(|a| snapshots::owns(ctx, &permit, a.division, a.as_of))?;
        Some(RunningOut {
            job: (ctx.actor.account() == Some(j.account)).then_some(j.id),
            month: a.month.map(|m| m.to_string()),
            as_of: a.as_of,
            division_name: tree.as_of(a.as_of).path_name(a.division),
            state: j.state,
            by: j.by.clone(),
            at: j.at,
        })
    };
    Ok(all.iter().filter_map(told).collect())
}
