//! Targets of the own area.

use super::area::{self, inside};
use super::by;
use crate::model::day_field;
use crate::model::plan::{
    Phase, PlanPoint, TARGET_MEASURES, Target, TargetBack, TargetChange, TargetInput, TargetLine, planned_on, status,
};
use crate::policy;
use crate::store::targets as store;
use std::collections::{BTreeMap, HashMap};
use zw_access::{Ctx, Resource, Role};
use zw_core::code::Code as _;
use zw_core::tree::DivisionKind;
use zw_core::{Day, DivisionId, Error, FieldErrors, Result, TargetId};
use zw_db::Conn;
use zw_indicators::confirmed::{Part, part};
use zw_indicators::{Measures, Span};
use zw_web::Idem;

impl Resource for Target {
    const NAME: &'static str = "target";
    const COUNTY: &'static str = "t.division_id";
}

/// Where a reader's targets begin.
pub fn own_area(ctx: &Ctx) -> Option<DivisionId> {
    let permit = ctx.permit::<Target>(policy::TARGET_READ).ok()?;
    area::own_area(ctx, &ctx.tree().as_of(ctx.today()), &permit)
}

/// A division and those directly in it, counties included.
fn with_parts(ctx: &Ctx, area: DivisionId) -> Result<Vec<DivisionId>> {
    let permit = ctx.permit::<Target>(policy::TARGET_READ)?;
    let view = ctx.tree().as_of(ctx.today());
    if !inside(&view, &permit, area) {
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

/// Plan and actual of a division and those directly in it, the area's own first, then as the map has them. Above the
/// county the actual value is the confirmed one, for the day it was confirmed for, as on the wall.
pub async fn lines(ctx: &Ctx, area: DivisionId) -> Result<Vec<TargetLine>> {
    let (tree, today, measures) = (ctx.tree(), ctx.today(), ctx.app.ext::<Measures>()?);
    let view = tree.as_of(today);
    let mut plans: BTreeMap<(bool, String, &'static str), Vec<Target>> = BTreeMap::new();
    for t in list(ctx, area).await? {
        let measure = TARGET_MEASURES.iter().find(|m| **m == t.measure);
        if let (Some(m), Some(d)) = (measure, view.get(t.division_id)) {
            plans.entry((t.division_id != area, d.code12.clone(), *m)).or_default().push(t);
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
    let line = |measure: &'static str, targets: Vec<Target>| {
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
            actual,
            confirmed: parts.iter().all(|p| p.confirmed),
            planned: planned_on(&points, day),
            status: status(Some(actual), &points, day),
            targets,
        })
    };
    Ok(plans.into_iter().filter_map(|((_, _, m), targets)| line(m, targets)).collect())
}

/// The targets of many divisions at once, with their phases, for the wall chart.
pub async fn of(conn: &mut Conn, divisions: &[DivisionId]) -> Result<Vec<Target>> {
    store::of(conn, divisions).await
}

/// The plans of one measure for many divisions at once, for the wall chart and the boards.
pub async fn plans(
    conn: &mut Conn,
    divisions: &[DivisionId],
    measure: &str,
) -> Result<HashMap<DivisionId, Vec<PlanPoint>>> {
    let mut out: HashMap<DivisionId, Vec<PlanPoint>> = HashMap::new();
    for t in store::of(conn, divisions).await?.into_iter().filter(|t| t.measure == measure) {
        out.entry(t.division_id).or_default().push(t.point());
    }
    Ok(out)
}

/// Level of the authority that acts: P, C or X.
fn level(ctx: &Ctx) -> &'static str {
    let has = |r| ctx.actor.has_role(r, ctx.today());
    if has(Role::ProvAdmin) {
        "P"
    } else if has(Role::CityAdmin) {
        "C"
    } else {
        "X"
    }
}

/// Whose targets a level may change: P before C before X.
fn not_above(level: &str) -> &'static [&'static str] {
    match level {
        "P" => &["P", "C", "X"],
        "C" => &["C", "X"],
        _ => &["X"],
    }
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
fn may_begin(ctx: &Ctx, new: &Target, standing: &[Target], there_was: Option<i64>) -> Result<()> {
    let Some(there) = there_was else { return Ok(()) };
    if standing.iter().any(|t| t.measure == new.measure && t.due_on < ctx.today()) {
        return Err(Error::field("due_on", "target-day-over"));
    }
    if new.value > there {
        return Err(Error::field_with("value", "target-start-above", &[("n", &there.to_string())]));
    }
    Ok(())
}

/// Whether the reader may change or take back a target.
pub fn may_change(ctx: &Ctx, t: &Target) -> bool {
    ctx.can(policy::TARGET_SET) && not_above(level(ctx)).contains(&&*t.set_level) && still_open(ctx, t).is_ok()
}

/// Sets a target. One of the same division, measure and day is replaced, unless an upper level set it.
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
    if let (Some(division), Some(most), Some(value)) = (division, measure.and_then(|m| counted_by(m)), value) {
        let most = i64::try_from(view.counted(most, division).len()).unwrap_or(i64::MAX);
        if value > most {
            e.add_with("value", "target-more-than-all", &[("most", &most.to_string())]);
        }
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
        set_level: level(ctx).to_owned(),
        created_at: ctx.now(),
    };
    let there_was = there_was(ctx, measure, division, due_on).await?;
    let mut tx = ctx.write().await?;
    if let Some(r) = idem.seen(ctx, &mut tx).await? {
        return r.parse().map_err(Error::internal);
    }
    let standing = store::of(&mut tx, &[division]).await?;
    let was = standing.iter().find(|t| t.measure == target.measure && t.due_on == target.due_on);
    let same = was.is_some_and(|was| (was.value, was.phase) == (target.value, target.phase));
    let why = match was {
        Some(was) => {
            if !not_above(&target.set_level).contains(&&*was.set_level) {
                return Err(Error::rule("target-of-upper-level"));
            }
            still_open(ctx, was)?;
            // Saved again as it is: nothing to explain.
            if same { String::new() } else { why(&input.why)? }
        }
        None => {
            may_begin(ctx, &target, &standing, there_was)?;
            input.why.trim().chars().take(200).collect()
        }
    };
    let old_value = was.map(|w| w.value);
    let id = store::set(&mut tx, &target, not_above(&target.set_level)).await?;
    let target = Target { id: id.ok_or_else(|| Error::rule("target-of-upper-level"))?, ..target };
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
    if !store::delete(&mut tx, id, not_above(level(ctx))).await? {
        return Err(Error::rule("target-of-upper-level"));
    }
    let told = Told { old: Some(old.value), new: None, why };
    store::note(&mut tx, ctx.uuid(), &told.of(ctx, &old)).await?;
    idem.save(ctx, &mut tx, "").await?;
    tx.live("wall", view.county_of(old.division_id));
    let said = format!("{} {} {}", old.measure, old.due_on, old.value);
    tx.commit(permit.change(view.county_of(old.division_id), id).fields(&["deleted"]).digest_of(&old).purpose(&said))
        .await
}
