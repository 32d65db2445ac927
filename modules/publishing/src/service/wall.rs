//! The wall's figures: confirmed values from the counties' last weekly reports, live ones from the registers, status
//! against plan, the trend of a year. A fixed number of statements, whatever the number of counties.

mod matrix;
mod towns;

pub use towns::town;

use crate::model::settings::BaseMap;
use crate::model::wall::{
    Basis, MILESTONES, OBSTACLES, OwnPlan, PhaseNow, STRIP, StripFigure, TileOut, View as Shown, WEEKS, WallOut,
    WallQuery, lead, leading, phase_goals, phase_marks, phase_on, slider,
};
use crate::paper::range_note;
use crate::policy;
use crate::service::punctual::{self, Stand};
use crate::service::{gather, layout};
use std::collections::HashMap;
use std::sync::Arc;
use zw_access::{Ctx, Permit, Resource};
use zw_core::code::Code as _;
use zw_core::deadline::Timeliness;
use zw_core::percent::Percent;
use zw_core::period::Period;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Error, Result};
use zw_db::Conn;
use zw_indicators::confirmed::{DENOMINATORS, Nobody, Part, Sum, most, part, total};
use zw_indicators::{Area, Measures, Span, keys};
use zw_network::model::plan::{self, Level, PlanPoint, Target};
use zw_network::service::area::{inside, own_area};
use zw_reporting::confirmed::{self, ConfirmedWeek, closed_week};
use zw_reporting::cycle::Cycle;
use zw_reporting::direct::{Chain, Follows};
use zw_ui::Status;

/// The wall as a protected thing: aggregates of an area.
#[derive(Debug)]
pub struct Wall;

impl Resource for Wall {
    const NAME: &'static str = "wall";
    const COUNTY: &'static str = "county_id";
}

/// What was asked, checked.
pub(crate) struct Asked {
    pub area: DivisionId,
    /// The reader's own level.
    pub level: Level,
    pub as_of: Day,
    pub shown: Shown,
    pub basis: Basis,
    pub may_live: bool,
}

/// Reads the question within the permit; an area outside is `NotFound`, what does not parse is refused at its field.
pub(crate) fn asked(ctx: &Ctx, permit: &Permit<Wall>, q: &WallQuery) -> Result<Asked> {
    let today = ctx.today();
    let days = slider(today);
    let set = |v: &Option<String>| v.as_deref().map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
    let as_of = match (set(&q.as_of), set(&q.week)) {
        (Some(d), _) => Day::parse(&d).ok_or_else(|| Error::field("as_of", "date-format"))?,
        (None, Some(w)) => {
            let n: usize = w.parse().map_err(|_| Error::field("week", "format"))?;
            days.get(n).copied().unwrap_or(today)
        }
        (None, None) => today,
    };
    if as_of > today {
        return Err(Error::field("as_of", "as-of-future"));
    }
    let view = ctx.tree().as_of(as_of);
    let own = own_area(ctx, &view, permit).ok_or(Error::NotFound)?;
    let area = match set(&q.area) {
        None => own,
        Some(id) => id.parse().ok().filter(|a| inside(&view, permit, *a)).ok_or(Error::NotFound)?,
    };
    let above_county = ctx.above_county();
    let may_live = !above_county || Cycle::of(ctx).live_above_county;
    let basis = match set(&q.basis) {
        // The county's own figures are its own business: live by default.
        None if above_county => Basis::Confirmed,
        None => Basis::Live,
        Some(b) => Basis::from_code(&b).ok_or_else(|| Error::field("basis", "unknown-code"))?,
    };
    let shown = match set(&q.view) {
        None => Shown::Tiles,
        Some(v) => Shown::from_code(&v).ok_or_else(|| Error::field("view", "unknown-code"))?,
    };
    let basis = if may_live { basis } else { Basis::Confirmed };
    let level = zw_network::service::targets::level_of(ctx, &view, Some(own));
    Ok(Asked { area, level, as_of, shown, basis, may_live })
}

/// The level of an area; a city that acts as its own county is a county here.
fn own_kind(view: &View, area: DivisionId) -> Option<DivisionKind> {
    if view.county_of(area) == Some(area) { Some(DivisionKind::County) } else { view.get(area).map(|v| v.kind) }
}

/// The wall for a reader.
pub async fn get(ctx: &Ctx, q: &WallQuery) -> Result<WallOut> {
    let permit = ctx.permit::<Wall>(policy::WALL_READ)?;
    let a = asked(ctx, &permit, q)?;
    wall(ctx, &permit, &a).await
}

/// Notes that the wall goes on paper, before the sheet leaves (AUD-1).
pub async fn printed_sheet(ctx: &Ctx, w: &WallOut, size: &'static str) -> Result<()> {
    let permit = ctx.permit::<Wall>(policy::WALL_READ)?;
    ctx.write().await?.commit(permit.change(None, DivisionId(w.area)).fields(&["print", size])).await
}

/// Everything counted for the counties shown.
struct Facts {
    counties: Vec<DivisionId>,
    live: HashMap<(&'static str, DivisionId), i64>,
    confirmed: HashMap<DivisionId, ConfirmedWeek>,
    /// Targets of the area and its counties that judge them for the reader.
    targets: Vec<Target>,
    /// What the reader's own level set beside them.
    beside: Vec<Target>,
    phase: Option<PhaseNow>,
    /// The lead of the phase, and of how many.
    lead: (&'static str, &'static str),
    /// At the end of each week before the day shown, of what the wall shows: live figures, or confirmed ones from the day on
    /// which there were any.
    trends: HashMap<&'static str, Vec<Option<i64>>>,
    /// The registers of the whole area on the day shown.
    now: HashMap<&'static str, i64>,
    week: Period,
    /// How the counties stand with that week; none where the cycle does not ask for it.
    stands: Option<HashMap<DivisionId, Stand>>,
    as_of: Day,
    /// The map of that day.
    view: Arc<View>,
    basis: Basis,
}

impl Facts {
    fn live(&self, key: &'static str, county: DivisionId) -> i64 {
        self.live.get(&(key, county)).copied().unwrap_or(0)
    }
    /// What is shown of a county.
    fn value(&self, key: &'static str, county: DivisionId) -> Part {
        let live = self.live(key, county);
        match self.basis {
            Basis::Live => Part { value: live, as_of: self.as_of, confirmed: false, at: None },
            Basis::Confirmed => {
                let week = self.confirmed.get(&county);
                let sure = week.and_then(|w| w.confirmed(key)).map(|c| c.at_most(most(&self.view, key, county)));
                part(key, sure, live, self.as_of)
            }
        }
    }
    /// What is shown of all of them; none where no county confirmed any.
    fn total(&self, key: &'static str) -> Option<(i64, bool)> {
        total(self.counties.iter().map(|c| self.value(key, *c)))
    }
    /// Whether the phase in force has a target for a measure.
    fn leads(&self, measure: &str) -> bool {
        self.targets.iter().any(|t| t.measure == measure && self.phase.is_some_and(|p| p.phase == t.phase))
    }
    /// The day whose plan a county answers to: the one that the value is of. A county that was asked for the closed week and
    /// did not confirm it answers to the plan of the wall's own day: who is late does not look better by it.
    fn plan_day(&self, county: DivisionId, shown: Part, wall: Day) -> Day {
        if wall == self.as_of && self.is_open(county) { wall } else { shown.as_of }
    }
    /// Whether a county was asked for the closed week and has not confirmed it. Who is excused owes nothing, and with the
    /// weekly cycle switched off nobody is asked.
    fn is_open(&self, county: DivisionId) -> bool {
        let stand = self.stands.as_ref().and_then(|s| s.get(&county));
        stand.is_some_and(|s| !s.confirmed && s.timeliness != Timeliness::Exempt)
    }
}

async fn wall(ctx: &Ctx, permit: &Permit<Wall>, a: &Asked) -> Result<WallOut> {
    let (tree, measures) = (ctx.tree(), ctx.app.ext::<Measures>()?);
    let view = tree.as_of(a.as_of);
    let division = view.get(a.area).ok_or(Error::NotFound)?;
    let counties = gather::counties(&view, a.area)?;
    let kind = own_kind(&view, a.area);
    let mut conn = ctx.read().await?;
    let facts = facts(ctx, &mut conn, &measures, a, counties).await?;
    let strip = strip(a, &facts);
    let tiles = if kind == Some(DivisionKind::County) {
        towns::tiles(ctx, &mut conn, &view, a, &facts).await?
    } else {
        county_tiles(&view, a, &facts)
    };
    let matrix = match a.shown {
        Shown::Milestones if kind == Some(DivisionKind::County) => None,
        Shown::Milestones => {
            let held = gather::OF_THE_YEAR;
            let since = gather::of_the_year(a.as_of);
            let attempts = measures.by_county(&mut conn, &tree, &held, &facts.counties, since).await?;
            Some(matrix::milestones(&view, &facts, &attempts))
        }
        Shown::Weeks => Some(matrix::weeks(&mut conn, &tree, &measures, a, &facts, ctx.today()).await?),
        Shown::Tiles | Shown::Map => None,
    };
    let month_end = match a.basis {
        Basis::Confirmed => zw_reporting::figure::service::frozen_month(&mut conn, &facts.counties, a.as_of).await?,
        Basis::Live => None,
    };
    let days = slider(ctx.today());
    let chosen = days.iter().position(|d| *d >= a.as_of).unwrap_or(days.len() - 1);
    let unconfirmed = facts.counties.iter().filter(|c| facts.is_open(**c)).count();
    Ok(WallOut {
        area: a.area.0,
        name: view.path_name(a.area),
        level: if kind == Some(DivisionKind::County) { "X".into() } else { division.kind.code().into() },
        as_of: a.as_of,
        at: ctx.now(),
        basis: a.basis,
        may_live: a.may_live,
        above_county: ctx.above_county(),
        strip,
        tiles,
        matrix,
        unconfirmed: i64::try_from(unconfirmed).unwrap_or(i64::MAX),
        week: facts.stands.as_ref().map(|_| facts.week.to_string()),
        month_end,
        chosen: i64::try_from(chosen).unwrap_or(WEEKS),
        phases: phase_goals(&facts.targets, a.area),
        phase: facts.phase,
        lead: facts.lead.0.to_owned(),
        days,
        above: view
            .ancestors(a.area)
            .into_iter()
            .filter(|d| inside(&view, permit, *d))
            .map(|d| (d.0, view.get(d).map(|v| v.name.clone()).unwrap_or_default()))
            .collect(),
        notes: range_note(&view, a.area)
            .into_iter()
            .chain(Chain::on(ctx, a.as_of).note(a.area, Follows::Map))
            .collect(),
    })
}

/// What the registers say on the day shown, and the targets that judge it.
struct Registers {
    live: HashMap<(&'static str, DivisionId), i64>,
    targets: Vec<Target>,
    beside: Vec<Target>,
    phase: Option<PhaseNow>,
    lead: (&'static str, &'static str),
}

/// What the counties reported, and the year before the day shown.
struct Said {
    confirmed: HashMap<DivisionId, ConfirmedWeek>,
    trends: HashMap<&'static str, Vec<Option<i64>>>,
    /// The registers on the day shown where the trend has it.
    now: Option<HashMap<&'static str, i64>>,
    week: Period,
    stands: Option<HashMap<DivisionId, Stand>>,
}

/// The two halves of the wall do not need each other: they are read side by side where a second connection is free, each
/// from its own picture. A change that comes between them is on the wall with the next notice, a moment later.
async fn facts(ctx: &Ctx, conn: &mut Conn, m: &Measures, a: &Asked, counties: Vec<DivisionId>) -> Result<Facts> {
    let nums = defined(m, STRIP.iter().map(|(_, num, _)| *num));
    let half = Half { ctx, m, a, counties: &counties, nums: &nums };
    let (r, s) = match ctx.app.db.read_beside().await? {
        Some(mut other) => tokio::try_join!(half.registers(conn), half.said(&mut other))?,
        None => (half.registers(conn).await?, half.said(conn).await?),
    };
    // A wall of live figures asks for the day shown with the trend.
    let sum = |k: &&'static str| counties.iter().filter_map(|c| r.live.get(&(*k, *c))).sum();
    let now = s.now.unwrap_or_else(|| nums.iter().map(|k| (*k, sum(k))).collect());
    Ok(Facts {
        trends: s.trends,
        now,
        targets: r.targets,
        beside: r.beside,
        phase: r.phase,
        lead: r.lead,
        stands: s.stands,
        week: s.week,
        as_of: a.as_of,
        view: ctx.tree().as_of(a.as_of),
        basis: a.basis,
        confirmed: s.confirmed,
        live: r.live,
        counties,
    })
}

/// What either half of the wall is read from.
#[derive(Clone, Copy)]
struct Half<'w> {
    ctx: &'w Ctx,
    m: &'w Measures,
    a: &'w Asked,
    counties: &'w [DivisionId],
    /// Numerators of the strip.
    nums: &'w [&'static str],
}

impl Half<'_> {
    async fn registers(self, conn: &mut Conn) -> Result<Registers> {
        let Self { ctx, m, a, counties, nums } = self;
        let wanted: Vec<DivisionId> = counties.iter().copied().chain([a.area]).collect();
        let all = zw_network::service::targets::of(conn, &wanted).await?;
        let (targets, beside) = (plan::judging(&all, a.level), plan::beside(&all, a.level));
        let phase = phase_on(&phase_marks(&targets), a.as_of);
        let lead = lead(&targets, phase);
        let tiles =
            DENOMINATORS.into_iter().chain([keys::TOWNSHIPS_COVERED, lead.0]).chain(OBSTACLES.iter().map(|(_, k)| *k));
        let matrix = MILESTONES.iter().map(|(_, k)| *k).filter(|_| a.shown == Shown::Milestones);
        // Of confirmed figures the registers of every county stand beside.
        let strip = nums.iter().copied().filter(|_| a.basis == Basis::Confirmed);
        let wanted = defined(m, tiles.chain(matrix).chain(strip));
        let live = m.by_county(conn, &ctx.tree(), &wanted, counties, Span::on(a.as_of)).await?;
        Ok(Registers { live, targets, beside, phase, lead })
    }

    async fn said(self, conn: &mut Conn) -> Result<Said> {
        let Self { ctx, m, a, counties, nums } = self;
        let tree = ctx.tree();
        let confirmed = confirmed::store::weeks(conn, counties, a.as_of).await?;
        let week = closed_week(a.as_of, ctx.today());
        let days = trend_days(a.as_of, ctx.today());
        let before = days.split_last().map_or(&[][..], |(_, before)| before);
        let (trends, now) = match a.basis {
            Basis::Live => {
                let mut all = m.series(conn, &tree, nums, &Area::Counties(counties.to_vec()), &days).await?;
                let now = all.iter_mut().filter_map(|(key, list)| Some((*key, list.pop()?))).collect();
                (all.into_iter().map(|(key, l)| (key, l.into_iter().map(Some).collect())).collect(), Some(now))
            }
            // At each date what the counties had confirmed by then.
            Basis::Confirmed => {
                let sums = m.above_county_on(conn, &tree, nums, counties, before, Nobody::Left).await?;
                let line = |l: Vec<Sum>| l.into_iter().map(|s| Some(s.value).filter(|_| s.confirmed > 0)).collect();
                (sums.into_iter().map(|(key, l)| (key, line(l))).collect(), None)
            }
        };
        let stands = punctual::week(ctx, conn, counties, week).await?;
        Ok(Said { confirmed, trends, now, week, stands })
    }
}

/// The registry's own keys of those that somebody defines, each once.
fn defined(m: &Measures, wanted: impl IntoIterator<Item = &'static str>) -> Vec<&'static str> {
    let mut out: Vec<&'static str> = vec![];
    for def in wanted.into_iter().filter_map(|k| m.def(k)) {
        if !out.contains(&def.key) {
            out.push(def.key);
        }
    }
    out
}

/// The Sundays of the trend, ending with the day shown.
fn trend_days(as_of: Day, today: Day) -> Vec<Day> {
    let mut days: Vec<Day> = slider(today.min(as_of)).into_iter().filter(|d| *d < as_of).collect();
    days.push(as_of);
    days
}

fn strip(a: &Asked, f: &Facts) -> Vec<StripFigure> {
    let mut out: Vec<StripFigure> = vec![];
    for (key, num, den) in STRIP {
        // A figure that no module counts is not shown.
        let (Some(before), Some(live)) = (f.trends.get(num), f.now.get(num).copied()) else { continue };
        let den_known = |d: &'static str| f.counties.iter().any(|c| f.live.contains_key(&(d, *c)));
        if den.is_some_and(|d| !den_known(d)) {
            continue;
        }
        let (n, ok) = f.total(num).unwrap_or((live, false));
        let d = den.map(|d| f.counties.iter().map(|c| f.live(d, *c)).sum());
        out.push(StripFigure {
            key: key.to_owned(),
            value: printed(n, d),
            num: n,
            den: d,
            confirmed: ok,
            live: (a.basis == Basis::Confirmed && a.may_live && live != n).then(|| printed(live, d)),
            // A line that ended elsewhere than on the number beside it would be of another figure.
            trend: before.iter().copied().chain([Some(n)]).collect(),
            lead: f.leads(num),
        });
    }
    // The figures of the phase in force stand first.
    out.sort_by_key(|s| !s.lead);
    out
}

fn printed(num: i64, den: Option<i64>) -> String {
    match den {
        Some(d) => Percent::of(num, d).map_or_else(|| zw_core::percent::NO_VALUE.to_owned(), |p| p.to_string()),
        None => zw_ui::format::num(num),
    }
}

/// The points of a county's plan for a measure.
fn points(targets: &[Target], measure: &str, county: DivisionId) -> Vec<PlanPoint> {
    targets.iter().filter(|t| t.division_id == county && t.measure == measure).map(Target::point).collect()
}

/// Status and plan of a county on a day of the wall.
fn status_of(f: &Facts, measure: &str, county: DivisionId, shown: Part, wall: Day) -> (Status, Option<i64>) {
    against(&points(&f.targets, measure, county), shown, f.plan_day(county, shown, wall))
}

fn against(points: &[PlanPoint], shown: Part, on: Day) -> (Status, Option<i64>) {
    (plan::status(Some(shown.value), points, on).ui(), plan::planned_on(points, on))
}

/// What the reader's own level set for a county beside the plan that judges it.
fn own_plan(f: &Facts, measure: &str, county: DivisionId, shown: Part) -> Option<OwnPlan> {
    let points = points(&f.beside, measure, county);
    let (status, planned) = against(&points, shown, f.plan_day(county, shown, f.as_of));
    (!points.is_empty()).then_some(OwnPlan { planned, status })
}

fn county_tiles(view: &View, a: &Asked, f: &Facts) -> Vec<TileOut> {
    let places = layout::places(view, &f.counties);
    f.counties
        .iter()
        .zip(places)
        .filter_map(|(c, (col, row))| {
            let v = view.get(*c)?;
            let (lead, of) = f.lead;
            let counted = f.live(of, *c);
            let shown = f.value(lead, *c);
            let live = f.live(lead, *c);
            let (status, planned) =
                if counted == 0 { (Status::NoData, None) } else { status_of(f, lead, *c, shown, f.as_of) };
            let stuck: HashMap<&str, i64> =
                OBSTACLES.iter().map(|(code, key)| (*code, f.value(key, *c).value)).collect();
            let behind = matches!(status, Status::Behind | Status::Overdue);
            Some(TileOut {
                division: c.0,
                code: v.code12.clone(),
                name: v.name.clone(),
                group: view.city_of(*c).and_then(|g| view.get(g)).map(|g| g.name.clone()).unwrap_or_default(),
                col,
                row,
                status,
                covered: shown.value,
                counted,
                planned,
                plan_of: f.targets.iter().find(|t| t.division_id == *c && t.measure == lead).map(|t| t.set_level),
                own: own_plan(f, lead, *c, shown).filter(|_| counted > 0),
                obstacle: leading(&stuck).filter(|_| behind).map(str::to_owned),
                confirmed_at: shown.at,
                live: (a.basis == Basis::Confirmed && a.may_live && live != shown.value).then_some(live),
                obstacle_text: None,
                unit: None,
                gap_days: None,
            })
        })
        .collect()
}

/// Whether the geographic view exists: in the demo, or with a map that was reviewed.
pub fn has_map(ctx: &Ctx) -> bool {
    let map: BaseMap = ctx.app.settings().get();
    ctx.app.demo || map.review_no.is_some() && map.geojson.is_some()
}
