//! Targets of the own area.

use super::area::{self, inside};
use super::by;
use crate::model::day_field;
use crate::model::plan::{
    Level, Phase, PlanPoint, TARGET_MEASURES, Target, TargetBack, TargetChange, TargetInput, TargetLine, check_rising,
    judging, planned_on, status,
};
use crate::policy;
use crate::store::targets as store;
use std::collections::{BTreeMap, HashMap, HashSet};
use zw_access::{Ctx, Resource, Role};
use zw_core::code::Code as _;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, FieldErrors, Result, TargetId};
use zw_db::Conn;
use zw_indicators::confirmed::{Part, part};
use zw_indicators::{Measures, Span};
use zw_web::Idem;

impl Resource for Target {
    const NAME: &'static str = "target";
    const COUNTY: &'static str = "t.division_id";
    /// A county's targets are no secret to its townships and stations (domain.md 2.1).
    const COUNTY_WIDE: bool = true;
}

/// Where a reader's targets begin: the own area, for who works in a township or station the county.
pub fn own_area(ctx: &Ctx) -> Option<DivisionId> {
    let permit = ctx.permit::<Target>(policy::TARGET_READ).ok()?;
    let view = ctx.tree().as_of(ctx.today());
    let works = || view.roots().iter().flat_map(|r| view.counties_under(*r)).copied().find(|c| permit.reads_county(*c));
    area::own_area(ctx, &view, &permit).or_else(works)
}

/// Whether all figures of a division are the reader's to open.
pub fn opens(ctx: &Ctx, area: DivisionId) -> bool {
    ctx.permit::<Target>(policy::TARGET_READ).is_ok_and(|p| inside(&ctx.tree().as_of(ctx.today()), &p, area))
}

/// A division and those directly in it, counties included.
fn with_parts(ctx: &Ctx, area: DivisionId) -> Result<Vec<DivisionId>> {
    let permit = ctx.permit::<Target>(policy::TARGET_READ)?;
    let view = ctx.tree().as_of(ctx.today());
    if !inside(&view, &permit, area) && !permit.reads_county(area) {
        return Err(Error::NotFound);
    }
    let mut wanted = vec![area];
    wanted.extend(view.children(area));
    wanted.extend(view.counties_under(area));
    wanted.sort_unstable();
    wanted.dedup();
    Ok(wanted)
}

/// The targets of a division and of those directly in it.
pub async fn list(ctx: &Ctx, area: DivisionId) -> Result<Vec<Target>> {
    store::of(&mut ctx.read().await?, &with_parts(ctx, area)?).await
}

/// How many changes of targets are told.
const CHANGES: i64 = 100;

/// What was set, changed and taken back of the targets of a division and of those directly in it, the latest first.
pub async fn changes(ctx: &Ctx, area: DivisionId) -> Result<Vec<TargetChange>> {
    store::changes(&mut ctx.read().await?, &with_parts(ctx, area)?, CHANGES).await
}

/// A target that the reader may change.
pub async fn get(ctx: &Ctx, id: TargetId) -> Result<Target> {
    let permit = ctx.permit::<Target>(policy::TARGET_SET)?;
    let view = ctx.tree().as_of(ctx.today());
    let found = store::get(&mut ctx.read().await?, id).await?.filter(|t| inside(&view, &permit, t.division_id));
    found.ok_or(Error::NotFound)
}

/// Plan and actual of a division and those directly in it, the area's own first, then as the map has them; the sets of
/// several levels one after another, each with its own plan. Above the
/// county the actual value is the confirmed one, for the day it was confirmed for, as on the wall.
pub async fn lines(ctx: &Ctx, area: DivisionId) -> Result<Vec<TargetLine>> {
    let (tree, today, measures) = (ctx.tree(), ctx.today(), ctx.app.ext::<Measures>()?);
    let view = tree.as_of(today);
    let mut plans: BTreeMap<(bool, String, &'static str, Level), Vec<Target>> = BTreeMap::new();
    let all = list(ctx, area).await?;
    let judges: HashSet<TargetId> =
        judging(&all, level_of(ctx, &view, own_area(ctx))).into_iter().map(|t| t.id).collect();
    for t in all {
        let measure = TARGET_MEASURES.iter().find(|m| **m == t.measure);
        if let (Some(m), Some(d)) = (measure, view.get(t.division_id)) {
            plans.entry((t.division_id != area, d.code12.clone(), *m, t.set_level)).or_default().push(t);
        }
    }
    // The figures of all divisions at once, by county.
    let (mut c, counties) = (ctx.read().await?, view.figure_counties(area));
    let found = if ctx.above_county() {
        measures.above_county(&mut c, &tree, &TARGET_MEASURES, &counties, today).await?
    } else {
        let live = measures.by_county(&mut c, &tree, &TARGET_MEASURES, &counties, Span::on(today)).await?;
        live.into_iter().map(|(at, v)| (at, part(at.0, None, v, today))).collect()
    };
    let line = |measure: &'static str, level: Level, targets: Vec<Target>| {
        let division = targets.first()?.division_id;
        let parts: Vec<Part> =
            view.figure_counties(division).iter().filter_map(|c| found.get(&(measure, *c)).copied()).collect();
        let actual = parts.iter().map(|p| p.value).sum();
        // Of one county the plan is asked for the day that the value is of.
        let day = match parts.as_slice() {
            [one] => one.as_of,
            _ => today,
        };
        let points: Vec<PlanPoint> = targets.iter().map(Target::point).collect();
        Some(TargetLine {
            division,
            name: view.get(division).map(|d| d.name.clone()).unwrap_or_default(),
            measure: measure.to_owned(),
            level,
            judges: targets.first().is_some_and(|t| judges.contains(&t.id)),
            actual,
            confirmed: parts.iter().all(|p| p.confirmed),
            planned: planned_on(&points, day),
            status: status(Some(actual), &points, day),
            targets,
        })
    };
    Ok(plans.into_iter().filter_map(|((_, _, m, level), targets)| line(m, level, targets)).collect())
}

/// The targets of many divisions at once, with their phases, for the wall chart.
pub async fn of(conn: &mut Conn, divisions: &[DivisionId]) -> Result<Vec<Target>> {
    store::of(conn, divisions).await
}

/// The plans of one measure for many divisions at once, as those of a level judge by them.
pub async fn plans(
    conn: &mut Conn,
    divisions: &[DivisionId],
    measure: &str,
    level: Level,
) -> Result<HashMap<DivisionId, Vec<PlanPoint>>> {
    let mut out: HashMap<DivisionId, Vec<PlanPoint>> = HashMap::new();
    for t in judging(&store::of(conn, divisions).await?, level).into_iter().filter(|t| t.measure == measure) {
        out.entry(t.division_id).or_default().push(t.point());
    }
    Ok(out)
}

/// Level of the authority that acts.
fn level(ctx: &Ctx) -> Level {
    acting(ctx).unwrap_or(Level::County)
}

fn acting(ctx: &Ctx) -> Option<Level> {
    let levels =
        [(Role::ProvAdmin, Level::Province), (Role::CityAdmin, Level::City), (Role::CountyAdmin, Level::County)];
    levels.into_iter().find(|(role, _)| ctx.actor.has_role(*role, ctx.today())).map(|(_, level)| level)
}

/// The level at which a reader stands: that of the authority it acts for, else of its own area; of nobody's area the top.
pub fn level_of(ctx: &Ctx, view: &View, own: Option<DivisionId>) -> Level {
    acting(ctx).or_else(|| own.map(|area| Level::of(view, area))).unwrap_or(Level::Province)
}

/// Years a target may be for: anything else is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i64> = 2010..=2060;

/// What there is at most to be covered; of stations and rooms a division may have more than it has townships and villages.
fn counted_by(measure: &str) -> Option<DivisionKind> {
    match measure {
        "townships_covered" => Some(DivisionKind::Township),
        "counties_covered" => Some(DivisionKind::County),
        _ => None,
    }
}

/// A target whose day has passed has been judged by, on the wall and in circulars: it stays as it was.
fn still_open(ctx: &Ctx, t: &Target) -> Result<()> {
    if t.due_on < ctx.today() { Err(Error::rule("target-past")) } else { Ok(()) }
}

/// Why a target that stands is changed or taken back, as it stands in its history.
fn why(text: &str) -> Result<String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field("why", "target-why")),
        1..=200 => Ok(text.to_owned()),
        _ => Err(Error::field_with("why", "too-long", &[("max", "200")])),
    }
}

/// What there was of a measure on the day of a new target, if that day is over: a plan may begin in the past, with what there
/// was then. Counted before the writing transaction.
async fn there_was(ctx: &Ctx, measure: &'static str, division: DivisionId, on: Day) -> Result<Option<i64>> {
    if on >= ctx.today() {
        return Ok(None);
    }
    let (tree, measures) = (ctx.tree(), ctx.app.ext::<Measures>()?);
    let counties = tree.as_of(on).figure_counties(division);
    let mut c = ctx.read().await?;
    Ok(Some(measures.by_county(&mut c, &tree, &[measure], &counties, Span::on(on)).await?.values().sum()))
}

/// Apart from the beginning of a plan nothing is planned for days that are over, for progress was judged without it.
fn may_begin(ctx: &Ctx, new: &Target, set: &[Target], there_was: Option<i64>) -> Result<()> {
    let Some(there) = there_was else { return Ok(()) };
    if set.iter().any(|t| t.due_on < ctx.today()) {
        return Err(Error::field("due_on", "target-day-over"));
    }
    if new.value > there {
        return Err(Error::field_with("value", "target-start-above", &[("n", &there.to_string())]));
    }
    Ok(())
}

/// Whether the reader may change or take back a target.
pub fn may_change(ctx: &Ctx, t: &Target) -> bool {
    ctx.can(policy::TARGET_SET) && level(ctx) == t.set_level && still_open(ctx, t).is_ok()
}

/// Sets a target of the reader's own level. One of the same set and day is replaced; the sets of other levels stay as they are.
pub async fn set(ctx: &Ctx, input: &TargetInput, idem: &Idem) -> Result<TargetId> {
    let permit = ctx.permit::<Target>(policy::TARGET_SET)?;
    let view = ctx.tree().as_of(ctx.today());
    let mut e = FieldErrors::default();
    let division = input.division.trim().parse::<DivisionId>().ok().filter(|d| inside(&view, &permit, *d));
    if division.is_none() {
        e.add("division", if input.division.trim().is_empty() { "required" } else { "division-unknown" });
    }
    let measure = TARGET_MEASURES.iter().find(|m| **m == input.measure.trim());
    if measure.is_none() {
        e.add("measure", if input.measure.trim().is_empty() { "required" } else { "unknown-code" });
    }
    let due_on = day_field(&mut e, "due_on", &input.due_on);
    if due_on.is_none() && e.of("due_on").is_none() {
        e.add("due_on", "required");
    }
    let value = input.value.trim().replace(',', "").parse::<i64>().ok().filter(|v| (0..=1_000_000).contains(v));
    if value.is_none() {
        e.add("value", if input.value.trim().is_empty() { "required" } else { "number-whole" });
    }
    if due_on.is_some_and(|d| !(YEARS.contains(&d.year()))) {
        e.add("due_on", "target-day-far");
    }
    let most = division.zip(measure.and_then(|m| counted_by(m)));
    let most = most.map(|(d, kind)| i64::try_from(view.counted(kind, d).len()).unwrap_or(i64::MAX));
    if let Some(most) = most.filter(|most| value.is_some_and(|v| v > *most)) {
        e.add_with("value", "target-more-than-all", &[("most", &most.to_string())]);
    }
    let phase = if input.phase.is_empty() { Some(Phase::Coverage) } else { Phase::from_code(&input.phase) };
    if phase.is_none() {
        e.add("phase", "unknown-code");
    }
    e.check()?;
    let (Some(division), Some(measure), Some(due_on), Some(value), Some(phase)) =
        (division, measure, due_on, value, phase)
    else {
        return Err(Error::rule("bad-request"));
    };
    let target = Target {
        id: TargetId(ctx.uuid()),
        division_id: division,
        measure: (*measure).to_owned(),
        due_on,
        value,
        phase,
        set_by: by(ctx),
        set_level: level(ctx),
        created_at: ctx.now(),
    };
    let there_was = there_was(ctx, measure, division, due_on).await?;
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    let mut set = store::of(&mut tx, &[division]).await?;
    set.retain(|t| t.measure == target.measure && t.set_level == target.set_level);
    let was = set.iter().find(|t| t.due_on == target.due_on);
    let same = was.is_some_and(|was| (was.value, was.phase) == (target.value, target.phase));
    let why = match was {
        Some(was) => {
            still_open(ctx, was)?;
            // Saved again as it is: nothing to explain.
            if same { String::new() } else { why(&input.why)? }
        }
        None => {
            may_begin(ctx, &target, &set, there_was)?;
            input.why.trim().chars().take(200).collect()
        }
    };
    let mut e = FieldErrors::default();
    check_rising(&set, target.point(), most, &mut e);
    e.check()?;
    let old_value = was.map(|w| w.value);
    let target = Target { id: was.map_or(target.id, |w| w.id), ..target };
    match was {
        None => store::add(&mut tx, &target).await?,
        Some(was) if !same => {
            if !store::save(&mut tx, was, &target).await? {
                return Err(Error::field("value", "target-came-between"));
            }
        }
        Some(_) => {}
    }
    if !same {
        let told = Told { old: old_value, new: Some(target.value), why };
        store::note(&mut tx, ctx.uuid(), &told.of(ctx, &target)).await?;
    }
    idem.save(ctx, &mut tx, &target.id.to_string()).await?;
    tx.live("wall", view.county_of(division));
    let change = permit.change(view.county_of(division), target.id).fields(&["value"]).digest_of(&target);
    let said = old_value.map(|old| format!("{old} → {}", target.value));
    tx.commit(change.purpose(said.as_deref().unwrap_or_default())).await?;
    Ok(target.id)
}

/// What changed of a target.
struct Told {
    old: Option<i64>,
    new: Option<i64>,
    why: String,
}

impl Told {
    fn of(self, ctx: &Ctx, t: &Target) -> TargetChange {
        TargetChange {
            division_id: t.division_id,
            measure: t.measure.clone(),
            due_on: t.due_on,
            set_level: Some(t.set_level),
            phase: t.phase,
            old_value: self.old,
            new_value: self.new,
            why: self.why,
            changed_by: by(ctx),
            at: ctx.now(),
        }
    }
}

/// Takes a target back, with a reason.
pub async fn delete(ctx: &Ctx, id: TargetId, input: &TargetBack, idem: &Idem) -> Result<()> {
    let permit = ctx.permit::<Target>(policy::TARGET_SET)?;
    let view = ctx.tree().as_of(ctx.today());
    let mut tx = ctx.write().await?;
    if idem.seen(ctx, &mut tx).await?.is_some() {
        return Ok(());
    }
    let old =
        store::get(&mut tx, id).await?.filter(|t| inside(&view, &permit, t.division_id)).ok_or(Error::NotFound)?;
    still_open(ctx, &old)?;
    let why = why(&input.why)?;
    if old.set_level != level(ctx) {
        return Err(Error::rule("target-of-other-level"));
    }
    store::delete(&mut tx, id).await?;
    let told = Told { old: Some(old.value), new: None, why };
    store::note(&mut tx, ctx.uuid(), &told.of(ctx, &old)).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", view.county_of(old.division_id));
    let said = format!("{} {} {}", old.measure, old.due_on, old.value);
    tx.commit(permit.change(view.county_of(old.division_id), id).fields(&["deleted"]).digest_of(&old).purpose(&said))
        .await
}
