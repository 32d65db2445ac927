//! The division tree: reading it on a day, importing a file.

use crate::model::division::{
    Changes, CountDecision, CountInput, Division, DivisionFile, DivisionOut, DivisionQuery, ImportReport, LevelCount,
    StillStands, VersionOut, changes, recount,
};
use crate::policy;
use crate::service::by;
use crate::store::divisions as store;
use std::collections::HashSet;
use zw_access::{Ctx, Permit};
use zw_core::code::Code as _;
use zw_core::division_file::{self, Exclusions, ImportPlan};
use zw_core::tree::{DivisionKind, Tree, View};
use zw_core::{Day, DivisionId, Error, Result};
use zw_db::Tx;
use zw_indicators::Measures;
use zw_web::Idem;

pub use crate::store::divisions::{load_tree, tree_version};

/// The shipped list of divisions outside the denominators (`code,reason`): the demo appends lines of its own.
pub const EXCLUSIONS: &str = include_str!("../../../../data/denominator-exclusions.csv");

/// First day of the versions of a first import: earlier than any record.
const BEGINNING: i64 = 20000101;

/// How a file is imported.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// First day of the new versions; the beginning for a first import, today for a later one when not given.
    pub valid_from: Option<Day>,
    /// Whether the map of days that are past may be changed.
    pub correct: bool,
    /// Divisions outside the denominators (`code,reason`).
    pub exclusions: &'a str,
}

impl Default for Import<'_> {
    fn default() -> Self {
        Self { valid_from: None, correct: false, exclusions: EXCLUSIONS }
    }
}

/// Imports a divisions file with the shipped exclusions. See [`import_with`].
pub async fn import(ctx: &Ctx, bytes: &[u8], valid_from: Option<Day>) -> Result<ImportReport> {
    import_with(ctx, bytes, Import { valid_from, ..Import::default() }).await
}

/// Imports a divisions file: columns `code,name,level,parent_code`. All rows are checked; with one problem nothing is
/// imported and the report lists every problem. The first import stands from 2000-01-01; a later file makes new
/// versions of what changed from `valid_from` (default today), and what its provinces no longer have ends there. When
/// that changes or ends what stood on a day before today, on which records may rest, it is refused unless it is said to
/// be a correction. A division in which units, residents or grants still stand does not end: nothing is imported and the
/// report lists what stands where. Whether a division counts is decided for new ones alone: what the province, or an earlier
/// file, took out of the denominators stays out ([`count`] changes it).
pub async fn import_with(ctx: &Ctx, bytes: &[u8], how: Import<'_>) -> Result<ImportReport> {
    let permit = ctx.permit::<Division>(policy::DIVISION_IMPORT)?;
    let exclusions = Exclusions::parse(how.exclusions).map_err(Error::internal)?;
    let plan = match division_file::parse(bytes, &exclusions) {
        Ok(plan) => plan,
        Err(problems) => return Ok(ImportReport { problems, ..ImportReport::default() }),
    };
    let mut tx = ctx.write().await?;
    let standing = store::versions(&mut tx).await?;
    let first = if standing.is_empty() { Day::from_yyyymmdd(BEGINNING) } else { None };
    let day = how.valid_from.or(first).unwrap_or_else(|| ctx.today());
    let view = Tree::build(standing.clone()).as_of(day);
    let c = changes(&plan, &standing, &view, day)?;
    if day < ctx.today() && !how.correct {
        c.check_past_untouched(day)?;
    }
    let standing = still_standing(ctx, &mut tx, &c, &view, day).await?;
    if !standing.is_empty() {
        return Ok(ImportReport { rows_read: plan.rows_read, standing, ..ImportReport::default() });
    }
    store::apply(&mut tx, &c, day).await?;
    let report = report(&plan, c, day);
    tx.commit(permit.change(None, day).fields(&["division_version"]).digest_of(&report)).await?;
    let mut read = ctx.read().await?;
    ctx.app.set_tree(load_tree(&mut read).await?);
    Ok(report)
}

/// What still stands in the divisions that an import would end, in the order of the map.
async fn still_standing(ctx: &Ctx, tx: &mut Tx, c: &Changes, view: &View, day: Day) -> Result<Vec<StillStands>> {
    let ending: HashSet<DivisionId> = c.gone.iter().map(|(id, _)| *id).collect();
    if ending.is_empty() {
        return Ok(vec![]);
    }
    let mut found = ctx.app.ext::<Measures>()?.stands_in(tx, &ending, day).await?;
    found.sort_unstable();
    let of = |id: DivisionId, line: u64| {
        let v = view.get(id);
        let (code, name) = (v.map(|v| v.code12.clone()).unwrap_or_default(), view.path_name(id));
        found.iter().filter(move |(d, ..)| *d == id).map(move |(_, what, count)| StillStands {
            line,
            code: code.clone(),
            name: name.clone(),
            what,
            count: *count,
        })
    };
    Ok(c.gone.iter().flat_map(|(id, line)| of(*id, *line)).collect())
}

fn report(plan: &ImportPlan, c: Changes, day: Day) -> ImportReport {
    let levels = DivisionKind::ALL
        .iter()
        .map(|kind| {
            let (counted_before, counted) = c.counted.get(kind).copied().unwrap_or_default();
            LevelCount { kind: *kind, divisions: plan.count(*kind).0, counted, counted_before }
        })
        .collect();
    ImportReport {
        imported: true,
        valid_from: Some(day),
        rows_read: plan.rows_read,
        added: c.divisions.len(),
        changed: c.changed,
        unchanged: c.unchanged,
        ended: c.ended,
        kept: c.kept,
        folded: plan.folded.clone(),
        problems: vec![],
        standing: vec![],
        levels,
    }
}

/// The county of a division about whose counting the reader decides.
fn decides(permit: &Permit<Division>, view: &View, division: DivisionId) -> Result<DivisionId> {
    view.county_of(division).filter(|c| permit.covers_county(*c)).ok_or(Error::NotFound)
}

/// Whether the reader may decide about a division's counting.
pub fn may_count(ctx: &Ctx, division: DivisionId) -> bool {
    let view = ctx.tree().as_of(ctx.today());
    let permit = ctx.permit::<Division>(policy::DIVISION_COUNT);
    permit.is_ok_and(|p| decides(&p, &view, division).is_ok())
}

/// Takes a county, township or village out of the denominators or into them, with what lies in it: from today, for what was
/// counted until yesterday was reported so.
pub async fn count(ctx: &Ctx, division: DivisionId, input: &CountInput, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Division>(policy::DIVISION_COUNT)?;
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    // As the database has it: another process may have decided a moment ago.
    let (view, today) = (Tree::build(store::versions(&mut tx).await?).as_of(ctx.today()), ctx.today());
    let county = decides(&permit, &view, division)?;
    let (counted, why, document) = input.check()?;
    let earlier = store::count_decisions(&mut tx, None).await?;
    let mut told = HashSet::new();
    let apart = earlier.iter().filter(|d| told.insert(d.division_id) && !d.counted && d.division_id != division);
    let c = recount(&view, division, counted, &apart.map(|d| d.division_id).collect(), today)?;
    store::apply(&mut tx, &c, today).await?;
    let (decided_by, at) = (by(ctx), ctx.now());
    let decision = CountDecision { division_id: division, from_day: today, counted, why, document, decided_by, at };
    store::note_count(&mut tx, ctx.uuid(), &decision).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", Some(county));
    let change = permit.change(Some(county), division).fields(&["in_denominator"]).digest_of(&decision);
    tx.commit(change.purpose(decision.why)).await?;
    let mut read = ctx.read().await?;
    ctx.app.set_tree(load_tree(&mut read).await?);
    Ok(())
}

/// A division with what lies in it, as the map was on a day.
pub async fn browse(ctx: &Ctx, q: &DivisionQuery) -> Result<DivisionFile> {
    ctx.permit::<Division>(policy::DIVISION_READ)?;
    let on = match q.as_of.as_deref().map(str::trim).filter(|t| !t.is_empty()) {
        Some(text) => Day::parse(text).ok_or_else(|| Error::field("as_of", "date-format"))?,
        None => ctx.today(),
    };
    let tree = ctx.tree();
    let view = tree.as_of(on);
    let out = |id: &DivisionId| view.get(*id).map(|v| DivisionOut::of(v, &view));
    let Some(id) = q.area.map(DivisionId) else {
        let children = view.roots().iter().filter_map(out).collect();
        return Ok(DivisionFile { on, division: None, above: vec![], children, versions: vec![], decisions: vec![] });
    };
    let mut versions: Vec<_> = tree.versions().iter().filter(|v| v.id == id).collect();
    if versions.is_empty() {
        return Err(Error::NotFound);
    }
    versions.sort_by_key(|v| v.valid_from);
    let mut above: Vec<_> = view.ancestors(id).iter().filter_map(out).collect();
    above.reverse();
    Ok(DivisionFile {
        on,
        division: out(&id),
        above,
        children: view.children(id).iter().filter_map(out).collect(),
        versions: versions
            .into_iter()
            .map(|v| VersionOut {
                code: v.code12.clone(),
                name: v.name.clone(),
                from: v.valid_from,
                to: v.valid_to,
                counted: v.in_denominator,
                exclusion: v.exclusion.clone(),
            })
            .collect(),
        decisions: store::count_decisions(&mut ctx.read().await?, Some(id)).await?,
    })
}
