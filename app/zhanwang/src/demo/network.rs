//! The plan as rows: units with their past, sheets, obstacles, targets.

use super::plan::{self, Town};
use std::collections::HashMap;
use zw_core::tree::{DivisionKind, View};
use zw_core::{AcceptanceId, BuildOutId, Day, DivisionId, ObstacleId, Result, Rng, Stamp, TargetId, UnitId};
use zw_db::Conn;
use zw_network::model::history::Stretch;
use zw_network::model::plan::{Level, Phase, Target};
use zw_network::model::sheet::{Attempt, BuildOut, Keeper, Obstacle, ObstacleCode};
use zw_network::model::unit::gap::{GapCause, GapNote};
use zw_network::model::unit::{Coverage, Place, Tier, Unit, UnitState};
use zw_network::store::seed::{self, SeedUnit};

/// Who the county's rows say changed them: a role, as no person of the demo kept them all.
pub(super) const BY: &str = "县级主管（演示）";
/// The same for the sheets that townships keep.
const BY_TOWN: &str = "乡镇（街道）经办（演示）";

/// What later parts of the demo need to know of the network.
pub struct Network {
    /// Station of a township, with the day its people came.
    pub stations: Vec<Station>,
}

/// A station of the demo.
#[derive(Clone)]
pub struct Station {
    /// Unit.
    pub unit: UnitId,
    /// Its plan.
    pub town: Town,
}

struct Maker<'a> {
    rng: &'a Rng,
    at: Stamp,
}

impl Maker<'_> {
    fn id(&self) -> zw_core::Uuid {
        self.rng.uuid(self.at)
    }
    fn unit(&self, tier: Tier, name: String, county: DivisionId, division: DivisionId, history: &[Stretch]) -> Unit {
        let opened = history.iter().find(|s| s.state == UnitState::Operating).map(|s| s.from);
        let place = Place { tier, division, county, town: None, since: self.at.day_cn() };
        Unit {
            state: history.last().map_or(UnitState::Planned, |s| s.state),
            opened_on: opened,
            host: Some("party_mass_centre".into()),
            ..Unit::new(UnitId(self.id()), name, &place, self.at, BY)
        }
    }
}

fn stretches(points: &[(UnitState, Option<Day>)]) -> Vec<Stretch> {
    let mut out: Vec<Stretch> = vec![];
    for (state, from) in points {
        let Some(from) = *from else { continue };
        match out.last_mut() {
            Some(last) if last.from >= from => last.state = *state,
            last => {
                if let Some(l) = last {
                    l.to = Some(from);
                }
                out.push(Stretch { state: *state, from, to: None, cause: None });
            }
        }
    }
    out
}

/// `鼓东社区居委会` → `鼓东社区`, `上坂村委会` → `上坂村`.
fn place(name: &str) -> &str {
    for (end, keep) in
        [("社区居委会", "社区"), ("居民委员会", ""), ("村民委员会", "村"), ("村委会", "村"), ("居委会", "")]
    {
        if let Some(head) = name.strip_suffix(end) {
            return &name[..head.len() + keep.len()];
        }
    }
    name
}

/// Writes the network of the plan.
pub async fn load(c: &mut Conn, view: &View, towns: Vec<Town>, rng: &Rng, at: Stamp) -> Result<Network> {
    let m = Maker { rng, at };
    let (mut centres, mut stations, mut rooms) = (vec![], vec![], vec![]);
    let (mut sheets, mut gaps) = (vec![], vec![]);
    let (mut obstacles, mut tried) = (vec![], vec![]);
    let mut out = vec![];
    let name = |id: DivisionId| view.get(id).map(|v| v.name.clone()).unwrap_or_default();

    let mut built_in: HashMap<DivisionId, usize> = HashMap::new();
    for t in towns.iter().filter(|t| t.built_on(Day::from_stored(plan::POINTS[1].0))) {
        *built_in.entry(t.county).or_default() += 1;
    }
    // Centres stand where most is built; they opened over the half year.
    let mut order: Vec<(usize, DivisionId)> = built_in.iter().map(|(c, n)| (*n, *c)).collect();
    order.sort_by_key(|(n, c)| (std::cmp::Reverse(*n), *c));
    for (i, (_, county)) in order.iter().take(plan::CENTRES).enumerate() {
        let back = i64::try_from(plan::CENTRES - i).unwrap_or(1) * 8;
        let opened = Day::from_stored(plan::POINTS[1].0).add_days(-back);
        let history =
            stretches(&[(UnitState::Preparing, Some(opened.add_days(-60))), (UnitState::Operating, Some(opened))]);
        let u = m.unit(Tier::Centre, format!("{}社会工作指导中心", name(*county)), *county, *county, &history);
        let coverage = vec![Coverage { division: *county, from: opened.add_days(-60), to: None }];
        centres.push(SeedUnit { unit: u, history, coverage });
    }

    let mut rooms_left = plan::ROOMS;
    let built_total: usize = built_in.values().sum();
    let mut stations_left = built_total;
    for t in towns {
        let mut unit_id = None;
        if let Some(begun) = t.steps[0] {
            let history = stretches(&[
                (UnitState::Planned, Some(begun.add_days(-20))),
                (UnitState::Preparing, Some(begun)),
                (UnitState::Operating, t.accepted()),
                (UnitState::Rectifying, t.rectifying),
                (UnitState::Suspended, t.suspended),
            ]);
            let mut u = m.unit(Tier::Station, format!("{}社会工作服务站", name(t.id)), t.county, t.id, &history);
            u.town_id = Some(t.id);
            if t.suspended.is_some() {
                u.state_reason = Some("承接机构合同到期，新一轮采购未完成（演示）".into());
            }
            let coverage = vec![Coverage { division: t.id, from: begun.add_days(-20), to: None }];
            if t.without_staff(at.day_cn()) {
                gaps.push(GapNote {
                    unit_id: u.id,
                    county_id: t.county,
                    cause: Some(GapCause::Tender),
                    text: Some("承接合同到期，二次招标公告中（演示）".into()),
                    noted_on: Some(Day::from_stored(plan::GAP_FROM).add_days(1)),
                    caretaker_id: None,
                    version: 1,
                    updated_at: at,
                    updated_by: BY.into(),
                });
            }
            unit_id = Some(u.id);
            if t.built_on(Day::from_stored(plan::POINTS[1].0)) {
                let villages = view.villages_under(t.id);
                // What is left is spread over the stations that are left, so that the total comes out.
                let want = (rooms_left / stations_left.max(1) + usize::from(rng.below(2) == 0))
                    .min(villages.len())
                    .min(rooms_left);
                let must = if stations_left <= 1 { rooms_left.min(villages.len()) } else { want };
                stations_left = stations_left.saturating_sub(1);
                for v in villages.iter().take(must) {
                    // Within six weeks of the acceptance, the last ones in the days that are left: none is put off to the
                    // last day, so that their number grows as the stations' does.
                    let since = t.accepted().unwrap_or(begun);
                    let left = since.days_until(Day::from_stored(plan::POINTS[1].0)).clamp(0, 42);
                    let opened = since.add_days(i64::try_from(rng.below(left.unsigned_abs() + 1)).unwrap_or(0));
                    let history = stretches(&[(UnitState::Operating, Some(opened))]);
                    let mut r = m.unit(Tier::Room, format!("{}社工室", place(&name(*v))), t.county, *v, &history);
                    r.town_id = Some(t.id);
                    r.parent_id = unit_id;
                    let coverage = vec![Coverage { division: *v, from: opened, to: None }];
                    rooms.push(SeedUnit { unit: r, history, coverage });
                    rooms_left -= 1;
                }
            }
            stations.push(SeedUnit { unit: u, history, coverage });
        }
        let sheet = sheet(&m, &t, unit_id);
        for s in &t.stuck {
            obstacles.push((
                t.county,
                Obstacle {
                    id: ObstacleId(m.id()),
                    build_out_id: sheet.id,
                    township_id: t.id,
                    code: code(s.code),
                    text: s.text.into(),
                    from_day: s.from,
                    to_day: s.to,
                },
            ));
        }
        tried.extend(refused(&t, &sheet));
        sheets.push(sheet);
        if let Some(unit) = unit_id {
            out.push(Station { unit, town: t });
        }
    }
    if rooms_left > 0 {
        return Err(zw_core::Error::Internal(format!("demo: {rooms_left} rooms found no village")));
    }
    for list in [&centres, &stations, &rooms] {
        seed::units(c, list).await?;
    }
    for g in &mut gaps {
        // Its county has no centre yet and chose another station.
        let built = |u: &&Unit| u.county_id == g.county_id && u.id != g.unit_id && u.state.is_built();
        g.caretaker_id = stations.iter().map(|s| &s.unit).find(built).map(|u| u.id);
    }
    seed::gaps(c, &gaps).await?;
    seed::sheets(c, &sheets).await?;
    seed::attempts(c, &tried).await?;
    seed::obstacles(c, &obstacles).await?;
    seed::targets(c, &targets(&m, view)).await?;
    Ok(Network { stations: out })
}

fn code(s: &str) -> ObstacleCode {
    <ObstacleCode as zw_core::code::Code>::from_code(s).unwrap_or(ObstacleCode::Other)
}

fn sheet(m: &Maker<'_>, t: &Town, unit: Option<UnitId>) -> BuildOut {
    let mut b = BuildOut::open(BuildOutId(m.id()), t.county, t.id, m.at);
    let accepted = t.accepted().is_some();
    b.kept_by = if t.township_keeps { Keeper::Township } else { Keeper::County };
    b.unit_id = unit;
    [b.venue_on, b.tender_on, b.contract_on, b.staff_on, b.plaque_on, b.accepted_on] = t.steps;
    b.funds_on = t.funds;
    let ticked = accepted && t.rectifying.is_none();
    (b.accept_venue, b.accept_staff, b.accept_service) = (ticked, ticked, ticked);
    b.due_on = t.due;
    b.version = 1;
    b.updated_by = if t.township_keeps { BY_TOWN } else { BY }.into();
    b
}

/// Some stations passed at the second try only. The id is the sheet's with another last bit, so that nothing else of the
/// demo changes with it.
fn refused(t: &Town, sheet: &BuildOut) -> Option<Attempt> {
    let (passed, staff) = (t.accepted()?, sheet.staff_on?);
    let held = passed.add_days(-9).max(staff);
    let (lacked, reason) = match t.id.0 % 3 {
        0 => ("service", "服务记录和年度计划不全，限期补齐（演示）"),
        1 => ("staff", "驻站社工只到岗一人（演示）"),
        _ => ("venue,service", "档案柜和标识未到位，服务计划未定（演示）"),
    };
    (t.id.0 % 11 == 0 && held < passed).then(|| Attempt {
        id: AcceptanceId(zw_core::Uuid::from_u128(sheet.id.0.as_u128() ^ 1)),
        build_out_id: sheet.id,
        county_id: t.county,
        township_id: t.id,
        unit_id: sheet.unit_id,
        again: false,
        held_on: held,
        passed: false,
        lacked: lacked.into(),
        reason: Some(reason.into()),
        begun_on: None,
        ended_on: None,
        withdrawn: None,
        created_at: sheet.updated_at,
        created_by: BY.into(),
    })
}

/// 一年覆盖: every counted township by the end of 2021, with a stop on the way in June.
fn targets(m: &Maker<'_>, view: &View) -> Vec<Target> {
    let mut out = vec![];
    for province in view.roots() {
        let mut areas = vec![*province];
        areas.extend(view.counted(DivisionKind::County, *province).iter().copied());
        for area in areas {
            let all = i64::try_from(view.counted(DivisionKind::Township, area).len()).unwrap_or(0);
            if all == 0 {
                continue;
            }
            for (due, value) in [(20201231, all / 8), (20210630, all * 62 / 100), (20211231, all)] {
                out.push(Target {
                    id: TargetId(m.id()),
                    division_id: area,
                    measure: "townships_covered".into(),
                    due_on: Day::from_stored(due),
                    value,
                    phase: Phase::Coverage,
                    set_by: BY.into(),
                    set_level: Level::Province,
                    created_at: m.at,
                });
            }
        }
    }
    out
}
