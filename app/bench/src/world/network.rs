//! Stations, centres, rooms, sheets and postings of the made-up country, in the demo's proportions: 65.1 % of the
//! townships have a built station, 2,839 people work at 716 stations, 26 of 83 counties have a centre, 1,351 rooms.

use super::{below, mix};
use crate::store::{self, Worker};
use zw_access::Ctx;
use zw_core::tree::View;
use zw_core::{BuildOutId, Day, DivisionId, ObstacleId, Result, Rng, UnitId, Uuid};
use zw_db::Tx;
use zw_network::model::history::Stretch;
use zw_network::model::sheet::{BuildOut, Keeper, Obstacle, ObstacleCode};
use zw_network::model::unit::{Coverage, Place, Tier, Unit, UnitState};
use zw_network::store::seed::{self, SeedUnit};

const BY: &str = "bench";
const CODES: [ObstacleCode; 5] =
    [ObstacleCode::Venue, ObstacleCode::Tender, ObstacleCode::Funding, ObstacleCode::Staff, ObstacleCode::Other];

/// A township and its station.
pub struct Town {
    /// County.
    pub county: DivisionId,
    /// Township.
    pub id: DivisionId,
    /// Dates of 场地, 招标, 签约, 人员, 挂牌, 验收.
    pub steps: [Option<Day>; 6],
    /// Where it is stuck.
    pub stuck: Option<ObstacleCode>,
    /// People at the station.
    pub people: usize,
    villages: Vec<DivisionId>,
}

/// All of it.
pub struct Network {
    /// Townships, in the order of their codes.
    pub towns: Vec<Town>,
    centres: Vec<DivisionId>,
    rng: Rng,
}

/// First day of the building.
fn begin() -> Day {
    Day::from_stored(20200901)
}

/// Decides everything.
pub fn make(view: &View, provinces: &[DivisionId], rng: &Rng) -> Network {
    let all = provinces.iter().flat_map(|p| view.townships_under(*p)).copied();
    let mut towns = vec![];
    for (i, id) in all.enumerate() {
        let Some(county) = view.county_of(id) else { continue };
        let mut t =
            Town { county, id, steps: [None; 6], stuck: None, people: 0, villages: view.villages_under(id).to_vec() };
        if below(1, i, 1000) < 651 {
            let accepted = begin().add_days(60 + below(2, i, 250));
            for (s, back) in [170, 95, 60, 40, 8, 0].into_iter().enumerate() {
                t.steps[s] = Some(accepted.add_days(-back));
            }
            t.people = usize::try_from(2 + below(3, i, 5)).unwrap_or(2);
        } else {
            let done = usize::try_from(below(4, i, 6)).unwrap_or(0).min(5);
            for s in 0..done {
                t.steps[s] =
                    Some(Day::from_stored(20210301).add_days(i64::try_from(s).unwrap_or(0) * 20 + below(5, i, 30)));
            }
            t.stuck = (below(6, i, 100) < 55).then(|| CODES[usize::try_from(below(7, i, 5)).unwrap_or(0)]);
        }
        towns.push(t);
    }
    let counties = provinces.iter().flat_map(|p| view.counties_under(*p)).copied();
    let centres = counties.enumerate().filter(|(i, _)| below(8, *i, 83) < 26).map(|(_, c)| c).collect();
    Network { towns, centres, rng: rng.clone() }
}

impl Network {
    fn id(&self, ctx: &Ctx) -> Uuid {
        self.rng.uuid(ctx.now())
    }

    fn unit(&self, ctx: &Ctx, tier: Tier, name: String, county: DivisionId, division: DivisionId) -> Unit {
        let place = Place { tier, division, county, town: None, since: begin() };
        Unit { state: UnitState::Operating, ..Unit::new(UnitId(self.id(ctx)), name, &place, ctx.now(), BY) }
    }

    /// Writes everything, a thousand townships at a time; the rows by table.
    pub async fn write(&self, ctx: &Ctx, tx: &mut Tx) -> Result<Vec<(&'static str, usize)>> {
        let view = ctx.tree().as_of(ctx.today());
        let name = |id: DivisionId| view.get(id).map(|v| v.name.clone()).unwrap_or_default();
        let (mut units, mut sheets, mut workers) = (0, 0, 0);
        let mut centres = vec![];
        for c in &self.centres {
            let u = self.unit(ctx, Tier::Centre, format!("{}社会工作指导中心", name(*c)), *c, *c);
            centres.push(seeded(u, &[(UnitState::Operating, begin().add_days(150))], *c));
        }
        units += centres.len();
        seed::units(tx, &centres).await?;
        for (n, part) in self.towns.chunks(1000).enumerate() {
            let (mut stations, mut rooms, mut papers, mut stuck, mut people) = (vec![], vec![], vec![], vec![], vec![]);
            for (k, t) in part.iter().enumerate() {
                let i = n * 1000 + k;
                let mut sheet = BuildOut::open(BuildOutId(self.id(ctx)), t.county, t.id, ctx.now());
                [
                    sheet.venue_on,
                    sheet.tender_on,
                    sheet.contract_on,
                    sheet.staff_on,
                    sheet.plaque_on,
                    sheet.accepted_on,
                ] = t.steps;
                let done = t.steps[5].is_some();
                (sheet.accept_venue, sheet.accept_staff, sheet.accept_service) = (done, done, done);
                sheet.kept_by = Keeper::County;
                sheet.version = 1;
                sheet.updated_by = BY.into();
                if let Some(code) = t.stuck {
                    let obstacle = Obstacle {
                        id: ObstacleId(self.id(ctx)),
                        build_out_id: sheet.id,
                        township_id: t.id,
                        code,
                        text: "演示:等待协调".into(),
                        from_day: Day::from_stored(20210510),
                        to_day: None,
                    };
                    stuck.push((t.county, obstacle));
                }
                if let Some(first) = t.steps[0] {
                    let mut u = self.unit(ctx, Tier::Station, format!("{}社会工作服务站", name(t.id)), t.county, t.id);
                    u.town_id = Some(t.id);
                    u.opened_on = t.steps[5];
                    sheet.unit_id = Some(u.id);
                    let mut past = vec![(UnitState::Preparing, first)];
                    past.extend(t.steps[5].map(|d| (UnitState::Operating, d)));
                    if let Some(opened) = t.steps[5] {
                        for (v, village) in t.villages.iter().enumerate() {
                            let mut r = self.unit(
                                ctx,
                                Tier::Room,
                                format!("{}{}社工室", name(t.id), v + 1),
                                t.county,
                                *village,
                            );
                            (r.town_id, r.parent_id) = (Some(t.id), Some(u.id));
                            rooms.push(seeded(r, &[(UnitState::Operating, opened.add_days(3))], *village));
                        }
                    }
                    for p in 0..t.people {
                        people.push(Worker {
                            id: self.id(ctx),
                            posting: self.id(ctx),
                            certificate: (mix(9, i * 16 + p) % 10 < 4).then(|| self.id(ctx)),
                            number: format!("BENCH{:08}", i * 16 + p),
                            name: format!("示例{}", i * 16 + p),
                            unit: u.id,
                            county: t.county,
                            from: t.steps[3].unwrap_or(first),
                        });
                    }
                    stations.push(seeded(u, &past, t.id));
                }
                papers.push(sheet);
            }
            units += stations.len() + rooms.len();
            sheets += papers.len();
            workers += people.len();
            seed::units(tx, &stations).await?;
            seed::units(tx, &rooms).await?;
            seed::sheets(tx, &papers).await?;
            seed::obstacles(tx, &stuck).await?;
            store::put_workers(tx, &people, ctx.now()).await?;
        }
        Ok(vec![("unit", units), ("build_out", sheets), ("worker and posting", workers)])
    }
}

/// A unit with its states and the one division it serves from its first day.
fn seeded(mut unit: Unit, past: &[(UnitState, Day)], serves: DivisionId) -> SeedUnit {
    let mut history: Vec<Stretch> = vec![];
    for (state, from) in past {
        if let Some(last) = history.last_mut() {
            last.to = Some(*from);
        }
        history.push(Stretch { state: *state, from: *from, to: None, cause: None });
    }
    let first = past.first().map_or(begin(), |(_, d)| *d);
    unit.state = past.last().map_or(UnitState::Planned, |(s, _)| *s);
    SeedUnit { unit, history, coverage: vec![Coverage { division: serves, from: first, to: None }] }
}
