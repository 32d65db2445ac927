//! Taking and reading snapshots.

use super::{display, gather, late};
use crate::model::snapshot::{
    Body, FlashInput, FreezeDay, FreezeInput, Snapshot, SnapshotFile, SnapshotKind, SnapshotOut, SnapshotRow,
};
use crate::policy;
use crate::store::reports;
use crate::store::snapshots as store;
use std::collections::BTreeMap;
use zw_access::{Ctx, Permit};
use zw_core::deadline::{ChainTier, Due};
use zw_core::period::{Period, PeriodKind};
use zw_core::tree::View;
use zw_core::{Day, DivisionId, Error, FieldErrors, PageReq, Paged, ReportId, Result, SnapshotId};
use zw_db::Conn;
use zw_jobs::Progress;
use zw_network::service::area::{inside, own_area};
use zw_reporting::cycle::Cycle;
use zw_reporting::report::chain::freeze_month;
use zw_reporting::report::model::{ReportRow, ReportState};
use zw_web::Idem;

/// Whether a document of a day is the reader's: all its counties of then lie in the permit, or the division does today
/// (what a merger closed since takes nothing from those above it).
pub(crate) fn owns<R: zw_access::Resource>(ctx: &Ctx, permit: &Permit<R>, division: DivisionId, as_of: Day) -> bool {
    let tree = ctx.tree();
    inside(&tree.as_of(as_of), permit, division) || inside(&tree.as_of(ctx.today()), permit, division)
}

/// The division that was asked for, within the permit; the reader's own area when none was.
fn area<R: zw_access::Resource>(ctx: &Ctx, view: &View, permit: &Permit<R>, typed: &str) -> Option<DivisionId> {
    match typed.trim() {
        "" => own_area(ctx, view, permit),
        id => id.parse().ok().filter(|d| inside(view, permit, *d)),
    }
}

type Versions = BTreeMap<ReportId, (i64, ReportState)>;

/// A row with its hash, from gathered figures.
pub(crate) async fn build(
    ctx: &Ctx,
    conn: &mut Conn,
    kind: SnapshotKind,
    division: DivisionId,
    as_of: Day,
    month: Option<Period>,
    progress: &Progress,
) -> Result<(SnapshotRow, Versions)> {
    let g = gather::gather(ctx, conn, division, as_of, month, progress).await?;
    let row = SnapshotRow {
        id: SnapshotId(ctx.uuid()),
        kind,
        division_id: division,
        period: month.map(|m| m.to_string()),
        as_of,
        taken_at: ctx.now(),
        taken_by: display(ctx),
        division_version: as_of,
        rule_versions: serde_json::to_string(&g.rules).map_err(Error::internal)?,
        body: serde_json::to_string(&g.body).map_err(Error::internal)?,
        hash: String::new(),
    };
    Ok((SnapshotRow { hash: row.computed_hash(), ..row }, g.versions))
}

/// What a flash snapshot is of: all that can be refused before anything is counted.
pub(super) fn decide_flash(ctx: &Ctx, input: &FlashInput) -> Result<(Permit<SnapshotRow>, DivisionId, Day)> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_FLASH)?;
    let mut e = FieldErrors::default();
    let as_of = match input.as_of.trim() {
        "" => Some(ctx.today()),
        typed => Day::parse(typed),
    };
    match as_of {
        None => e.add("as_of", "date-format"),
        Some(d) if d > ctx.today() => e.add("as_of", "as-of-future"),
        Some(_) => {}
    }
    let view = ctx.tree().as_of(as_of.unwrap_or(ctx.today()));
    let division = area(ctx, &view, &permit, &input.division);
    if division.is_none() {
        e.add("division", "division-outside");
    }
    e.check()?;
    let (Some(as_of), Some(division)) = (as_of, division) else { return Err(Error::rule("bad-request")) };
    Ok((permit, division, as_of))
}

/// Takes a flash snapshot (快报) of an area as of any day up to today, at once.
pub async fn flash(ctx: &Ctx, input: &FlashInput, idem: &Idem) -> Result<SnapshotId> {
    flash_telling(ctx, input, idem, &Progress::none()).await
}

/// The same, saying how far it is.
pub(super) async fn flash_telling(
    ctx: &Ctx,
    input: &FlashInput,
    idem: &Idem,
    progress: &Progress,
) -> Result<SnapshotId> {
    let (permit, division, as_of) = decide_flash(ctx, input)?;
    // Reads happen before the write transaction: nothing slow inside it.
    let (row, _) = build(ctx, &mut ctx.read().await?, SnapshotKind::Flash, division, as_of, None, progress).await?;
    save(ctx, &permit, row, &ctx.tree().as_of(as_of), None, idem).await
}

/// Freezes a month of an area at once, and for ever. Before the freeze day it must be said explicitly.
pub async fn freeze(ctx: &Ctx, input: &FreezeInput, idem: &Idem) -> Result<SnapshotId> {
    freeze_telling(ctx, input, idem, &Progress::none()).await
}

/// The same, saying how far it is.
pub(super) async fn freeze_telling(
    ctx: &Ctx,
    input: &FreezeInput,
    idem: &Idem,
    progress: &Progress,
) -> Result<SnapshotId> {
    keep(ctx, gathered(ctx, input, progress).await?, idem).await
}

/// A month that was gathered, to be frozen.
#[derive(Debug)]
pub struct Prepared {
    row: SnapshotRow,
    month: Period,
    versions: Versions,
}

impl Prepared {
    /// The figures that would be frozen.
    pub fn body(&self) -> Result<Body> {
        Ok(self.row.clone().open()?.body)
    }
}

/// What month of which area is frozen: all that can be refused before anything is counted.
pub(super) fn decide_freeze(ctx: &Ctx, input: &FreezeInput) -> Result<(DivisionId, Period)> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_FREEZE)?;
    let mut e = FieldErrors::default();
    let month = Period::parse(input.period.trim()).filter(|p| p.kind() == PeriodKind::Month);
    match month {
        None if input.period.trim().is_empty() => e.add("period", "required"),
        None => e.add("period", "month-format"),
        Some(m) if m.last_day() >= ctx.today() => e.add("period", "month-not-over"),
        Some(_) => {}
    }
    let view = ctx.tree().as_of(month.map_or(ctx.today(), Period::last_day));
    let division = area(ctx, &view, &permit, &input.division);
    if division.is_none() {
        e.add("division", "division-outside");
    }
    e.check()?;
    let (Some(month), Some(division)) = (month, division) else { return Err(Error::rule("bad-request")) };
    if input.early.trim() != "1" {
        match freeze_day(ctx, month) {
            FreezeDay::On(day) if ctx.today() < day => {
                let day = day.to_string();
                return Err(Error::rule_with("freeze-early", &[("day", &day), ("month", &month.to_string())]));
            }
            FreezeDay::On(_) => {}
            // Whether it is early cannot be told: whoever freezes says that it shall be.
            FreezeDay::Unknown(year) => {
                let year = year.to_string();
                return Err(Error::rule_with("freeze-day-unknown", &[("year", &year), ("month", &month.to_string())]));
            }
        }
    }
    Ok((division, month))
}

/// Gathers the figures of a month: the slow part of a freeze, outside any write transaction.
pub async fn prepare(ctx: &Ctx, input: &FreezeInput) -> Result<Prepared> {
    gathered(ctx, input, &Progress::none()).await
}

async fn gathered(ctx: &Ctx, input: &FreezeInput, progress: &Progress) -> Result<Prepared> {
    let (division, month) = decide_freeze(ctx, input)?;
    let (mut conn, as_of) = (ctx.read().await?, month.last_day());
    let (row, versions) = build(ctx, &mut conn, SnapshotKind::Locked, division, as_of, Some(month), progress).await?;
    Ok(Prepared { row, month, versions })
}

/// Freezes what was gathered, if its reports are still the same.
pub async fn keep(ctx: &Ctx, prepared: Prepared, idem: &Idem) -> Result<SnapshotId> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_FREEZE)?;
    let view = ctx.tree().as_of(prepared.row.as_of);
    save(ctx, &permit, prepared.row, &view, Some((prepared.month, prepared.versions)), idem).await
}

/// The day a month is frozen: the province's step of the chain (domain.md 7, setting `reporting.cycle`).
pub(crate) fn freeze_day(ctx: &Ctx, month: Period) -> FreezeDay {
    match Cycle::at(ctx, month).due(ctx, month, ChainTier::Province) {
        Due::At(d) => FreezeDay::On(d.due.day_cn()),
        Due::None => FreezeDay::On(month.last_day().add_days(1)),
        Due::Unknown(year) => FreezeDay::Unknown(year),
    }
}

/// The versions that a lock makes of those gathered.
fn locked(gathered: &Versions) -> Versions {
    let step = |(version, state): (i64, ReportState)| match state {
        ReportState::Approved | ReportState::RolledUp => (version + 1, ReportState::Locked),
        other => (version, other),
    };
    gathered.iter().map(|(id, v)| (*id, step(*v))).collect()
}

async fn save(
    ctx: &Ctx,
    permit: &Permit<SnapshotRow>,
    row: SnapshotRow,
    view: &View,
    freeze: Option<(Period, Versions)>,
    idem: &Idem,
) -> Result<SnapshotId> {
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    // Everybody in the area may read it; only reports of counties that count are part of it.
    store::insert(&mut tx, &row, view.counties_under(row.division_id)).await?;
    if let Some((month, gathered)) = freeze {
        let permit = ctx.permit::<ReportRow>(policy::SNAPSHOT_FREEZE)?;
        let counties = gather::counties(view, row.division_id)?;
        // Frozen first: from here on nobody approves, returns, corrects or passes on beside us.
        let passed = freeze_month(ctx, &mut tx, &permit, month, &counties).await?;
        // What is locked must be what was counted: the same reports in the same versions.
        let now = reports::approved_versions(&mut tx, &passed, month).await?;
        if locked(&gathered) != now {
            return Err(Error::rule("freeze-changed"));
        }
        for county in counties {
            tx.live("board", Some(county));
        }
    }
    idem.save(ctx, &mut tx, &row.id.to_string()).await?;
    tx.live("publishing", None);
    let change = permit.change(None, row.id).fields(&["snapshot"]).digest_of(&row.hash);
    tx.commit(change).await?;
    Ok(row.id)
}

/// Snapshots the reader may see, newest first.
pub async fn list(ctx: &Ctx, page: PageReq) -> Result<Paged<SnapshotOut>> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_READ)?;
    let (rows, total) = store::heads(&mut ctx.read().await?, &permit, page.limit(), page.offset()).await?;
    let tree = ctx.tree();
    let items = rows.iter().map(|r| SnapshotOut::head(r, tree.as_of(r.as_of).path_name(r.division_id))).collect();
    Ok(Paged::of(page, items, total))
}

/// A snapshot, proved by its hash.
pub(crate) async fn load(ctx: &Ctx, conn: &mut Conn, id: SnapshotId) -> Result<Snapshot> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_READ)?;
    store::get(conn, &permit, id).await?.ok_or(Error::NotFound)?.prove()
}

/// A snapshot with what was entered since: the whole for a reader of its whole area, else the total and the reader's
/// own counties.
pub async fn get(ctx: &Ctx, id: SnapshotId) -> Result<SnapshotFile> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_READ)?;
    let mut conn = ctx.read().await?;
    let s = load(ctx, &mut conn, id).await?;
    let head = SnapshotOut::of(&s);
    let partial = !owns(ctx, &permit, s.row.division_id, s.row.as_of);
    let body = match partial {
        true => {
            let own = s.body.counties.iter().map(|c| c.division).filter(|c| permit.covers_county(DivisionId(*c)));
            s.body.only(&own.collect())
        }
        false => s.body.clone(),
    };
    let shown = !ctx.above_county() || Cycle::of(ctx).live_above_county;
    let late = if shown { Some(late::differences(ctx, &mut conn, &s, &body.counties).await?) } else { None };
    let opens_figures = zw_reporting::figure::service::opens(ctx, head.division);
    Ok(SnapshotFile { head, rule_versions: s.rules, body, partial, late, opens_figures })
}

/// Areas a reader may take a snapshot of: the own one and the cities in it.
pub fn choices(ctx: &Ctx) -> Result<Vec<(DivisionId, String)>> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_FLASH)?;
    let view = ctx.tree().as_of(ctx.today());
    let Some(own) = own_area(ctx, &view, &permit) else { return Ok(vec![]) };
    let mut ids = vec![own];
    ids.extend(view.cities_under(own).iter().filter(|c| **c != own));
    Ok(ids.into_iter().map(|d| (d, view.path_name(d))).collect())
}

/// What a freeze of a month would leave out now: stations whose report does not count, counties that have not passed on.
pub async fn left_out(ctx: &Ctx, month: Period) -> Result<(usize, usize)> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_FREEZE)?;
    let view = ctx.tree().as_of(month.last_day());
    let Some(own) = own_area(ctx, &view, &permit) else { return Ok((0, 0)) };
    gather::left_out(ctx, &mut ctx.read().await?, &gather::counties(&view, own)?, month).await
}

/// Months that can be frozen now, newest first: over, and not frozen yet; with the freeze day of each.
pub async fn months(ctx: &Ctx) -> Result<Vec<(Period, FreezeDay)>> {
    let permit = ctx.permit::<SnapshotRow>(policy::SNAPSHOT_FREEZE)?;
    let view = ctx.tree().as_of(ctx.today());
    let Some(own) = own_area(ctx, &view, &permit) else { return Ok(vec![]) };
    let mut conn = ctx.read().await?;
    let mut month = Period::containing(PeriodKind::Month, ctx.today()).prev();
    let mut out = vec![];
    for _ in 0..6 {
        if store::locked(&mut conn, own, &month.to_string()).await?.is_none() {
            out.push((month, freeze_day(ctx, month)));
        }
        month = month.prev();
    }
    Ok(out)
}
