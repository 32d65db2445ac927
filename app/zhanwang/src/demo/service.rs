//! Residents and encounters of the demo's stations: six months of visits and consultations, recorded as workers do,
//! and a day that is alive: at the demo station every worker has some visits a week behind, and some due and overdue.

use super::answers;
use super::network::Station;
use super::people::{self, Numbers};
use super::plan;
use super::workers::OnPost;
use std::collections::{HashMap, HashSet};
use zw_access::App;
use zw_core::calendar::WorkCalendar;
use zw_core::person_id::Sex;
use zw_core::tree::View;
use zw_core::{Day, DivisionId, EncounterId, HouseholdId, ResidentId, Result, Rng, Stamp, WorkerId};
use zw_db::Tx;
use zw_practice::model::{CloseReason, EncounterKind, Mode, Recognition, Rhythm, SafetyItem, Topic};
use zw_practice::seed::{Loader, SeedEncounter, SeedResident};

const ACTIONS: [&str; 8] = [
    "查看居家安全，提醒用电和用火",
    "陪同核对低保年审材料",
    "了解近期身体和用药情况",
    "协助申请临时救助，已交镇民政办",
    "与邻居约定每日敲门问候",
    "送去防汛提示，检查屋顶和门窗",
    "讲解高龄津贴政策，本人已明白",
    "听其倾诉，情绪平稳，约定下次时间",
];

/// Why nobody was met at home, and on the telephone.
const VAIN: [&str; 4] = [
    "敲门无人应，邻居说走亲戚去了",
    "下地干活未回，已留联系卡",
    "本人住院，家属不在家，改日再来",
    "门上锁，已托邻居转告",
];
const NO_ANSWER: &str = "两次拨打电话无人接听，改日上门";
const TOPICS: [Topic; 5] = [Topic::Money, Topic::Health, Topic::Policy, Topic::Care, Topic::Family];
/// When the visits of a worker's day begin; beyond them the time was not noted.
const STARTS: [i64; 6] = [540, 610, 680, 870, 940, 1010];
/// When the persons of one worker of the demo station are due, in days from today: three today, two overdue.
const DUE: [i64; 20] = [1, 4, 8, 0, 2, -1, 6, 11, 3, 0, 9, -3, 5, 13, 0, 7, 12, 2, 10, 4];

/// Persons on file of each worker of the other stations, and whom a worker advises in two months: some thirty records a
/// station and month, in a province that has to be made in half a minute.
const PERSONS: usize = 4;
const ADVISED: usize = 9;

fn below(rng: &Rng, n: i64) -> i64 {
    i64::try_from(rng.below(n.max(1).unsigned_abs())).unwrap_or(0)
}

/// Category, risk grade and ages of an invented person.
fn kind(rng: &Rng) -> (Vec<(&'static str, Recognition)>, i64, i64, i64) {
    let official = Recognition::CivilAffairs;
    match rng.below(12) {
        0..=2 => (vec![("01", official)], 3, 35, 80),
        3 => (vec![("02", official), ("21", Recognition::WorkerFound)], 2, 66, 90),
        4 | 5 => (vec![("21", Recognition::WorkerFound)], 3, 68, 92),
        6 => (vec![("22", Recognition::WorkerFound)], 4, 66, 88),
        7 => (vec![("25", official)], 3, 81, 96),
        8 => (vec![("13", official)], 3, 7, 16),
        9 => (vec![("14", official)], 4, 7, 15),
        10 => (vec![("31", Recognition::DisabledFederation)], 4, 30, 70),
        _ => (vec![("90", Recognition::WorkerFound)], 6, 25, 70),
    }
}

struct Maker<'a> {
    rng: &'a Rng,
    calendar: &'a WorkCalendar,
    at: Stamp,
    today: Day,
    residents: Vec<SeedResident>,
    encounters: Vec<SeedEncounter>,
    /// Visits of a worker's day so far.
    busy: HashMap<(WorkerId, Day), usize>,
}

/// Whose records are made.
pub struct Who<'a> {
    /// Stations.
    pub stations: &'a [Station],
    /// The people of each.
    pub on_post: &'a [Vec<OnPost>],
    /// The demo's own station.
    pub own: &'a Station,
}

/// Whom a series of visits is for.
struct Visited {
    person: ResidentId,
    village: DivisionId,
    household: HouseholdId,
    worker: Option<WorkerId>,
    risk: i64,
    filed: Day,
    /// No visit on this day or later.
    until: Day,
    /// The next day that the last visit agreed on.
    agreed: Option<Day>,
}

/// Writes residents and encounters of all stations; the demo's own station gets more of everything. Answers the residents.
pub async fn load(
    tx: &mut Tx,
    app: &App,
    view: &View,
    who: &Who<'_>,
    numbers: &mut Numbers,
    rng: &Rng,
) -> Result<Vec<SeedResident>> {
    let Who { stations, on_post, own } = *who;
    let at = tx.at();
    let mut m = Maker {
        rng,
        calendar: &app.calendar,
        at,
        today: at.day_cn(),
        residents: vec![],
        encounters: vec![],
        busy: HashMap::new(),
    };
    for (s, people) in stations.iter().zip(on_post) {
        let Some(opened) = s.town.accepted().filter(|a| *a <= m.today) else { continue };
        let own = (s.unit == own.unit)
            .then(|| people.iter().filter(|w| w.to.is_none()).map(|w| w.id).collect::<Vec<WorkerId>>());
        m.station(view, s, people, opened, own.as_deref(), numbers);
    }
    let rhythm = Rhythm::default();
    let loader = Loader { vault: &app.vault, rng, rhythm: &rhythm, by: "驻站社工（演示）" };
    loader.load(tx, &m.residents, &m.encounters).await?;
    // Of their own randomness, so that nothing else of the demo moves with them.
    let own_rng = Rng::seeded(360);
    let (consents, refusals) = answers::of(&m.residents, own.unit, m.today, &own_rng);
    Loader { rng: &own_rng, ..loader }.answers(tx, &consents, &refusals).await?;
    Ok(m.residents)
}

impl Maker<'_> {
    /// The records of a station; of the demo's own (`own`: who is on post there) each worker answers for the same number.
    fn station(
        &mut self,
        view: &View,
        s: &Station,
        people: &[OnPost],
        opened: Day,
        own: Option<&[WorkerId]>,
        numbers: &mut Numbers,
    ) {
        let villages = view.villages_under(s.town.id);
        let until = s.town.suspended.unwrap_or(self.today);
        // Trial running before acceptance already keeps records (domain.md 8.1).
        let begin = s.town.steps[3].unwrap_or(opened).add_days(7).min(opened);
        // Who left these weeks leaves people behind who are on file.
        let lately = Day::from_stored(plan::GAP_FROM);
        let posted = people.iter().filter(|w| w.to.is_none_or(|t| t >= lately)).count();
        let own_share = || posted * PERSONS + usize::try_from(below(self.rng, 6)).unwrap_or(0);
        let n = own.map_or_else(own_share, |o| o.len() * DUE.len());
        let mut household = HouseholdId(self.rng.uuid(self.at));
        let mut names = HashSet::new();
        for i in 0..n {
            // Every third person lives with the one before.
            let shares = i % 3 == 2;
            if !shares {
                household = HouseholdId(self.rng.uuid(self.at));
            }
            let due = own.map(|_| DUE[i % DUE.len()]);
            let (categories, risk, young, old) = self.kind(due);
            let male = self.rng.below(2) == 0;
            let birth = people::birth(self.rng, young, old);
            let spread = if own.is_some() { 40 } else { begin.days_until(until).clamp(1, 60) };
            let filed = begin.add_days(below(self.rng, spread)).min(until.add_days(-1));
            let filed = self.at_work(filed, begin, until);
            let village = if shares { self.residents.last().map(|r| r.village) } else { None };
            let village = village.or_else(|| {
                villages.get(usize::try_from(self.rng.below(villages.len().max(1) as u64)).unwrap_or(0)).copied()
            });
            let Some(village) = village else { return };
            // Two of one name at one station are for the register's own tests.
            let name = std::iter::repeat_with(|| people::name(self.rng)).find(|n| names.insert(n.clone()));
            let id = ResidentId(self.rng.uuid(self.at));
            let worker = match own {
                Some(all) => all.get(i / DUE.len()).copied(),
                None => on_post(people, filed, i, None),
            };
            let gone = own.is_none() && self.rng.below(40) == 0;
            let closed = gone.then(|| (filed.add_days(20).min(until), CloseReason::MovedAway));
            self.residents.push(SeedResident {
                county: s.town.county,
                id,
                unit: s.unit,
                household,
                name: name.unwrap_or_default(),
                id_no: numbers.next(birth, male),
                sex: if male { Sex::Male } else { Sex::Female },
                birth,
                // A landline of zeros is surely nobody's.
                phone: (self.rng.below(2) == 0).then(|| format!("0591-0000{i:04}")),
                address: Some(format!("示例路{}号", 1 + below(self.rng, 200))),
                township: s.town.id,
                village,
                legal_basis: answers::basis(&categories, birth, filed, i),
                categories,
                risk,
                worker,
                filed_on: filed,
                closed,
            });
            let visited = Visited {
                person: id,
                village,
                household,
                worker,
                risk,
                filed,
                until: closed.map_or(until, |c| c.0),
                agreed: due.filter(|_| risk <= 3).map(|d| self.today.add_days(d)),
            };
            self.visits(s, people, &visited);
        }
        // Who comes by with a question.
        let months = usize::try_from(begin.days_until(until) / 30).unwrap_or(0);
        for k in 0..own.map_or_else(|| posted * months * ADVISED / 2, |o| o.len() * 3) {
            let day = begin.add_days(below(self.rng, begin.days_until(until).max(1)));
            let day = self.at_work(day, begin, until);
            if let Some(w) = on_post(people, day, k, None) {
                self.encounter(s, None, EncounterKind::Consult, day, Mode::Talk, (None, true), vec![w], None);
            }
        }
    }

    /// A working day near a day: a Sunday's work is done on Monday, other days off are made up for before.
    fn at_work(&self, day: Day, from: Day, until: Day) -> Day {
        let monday = Some(day.add_days(1)).filter(|m| day.weekday() == 7 && *m < until);
        plan::working(self.calendar, monday.unwrap_or(day)).max(from)
    }

    /// Whoever is due today or overdue is somebody who is visited every few weeks.
    fn kind(&self, due: Option<i64>) -> (Vec<(&'static str, Recognition)>, i64, i64, i64) {
        loop {
            let found = kind(self.rng);
            if due.is_none_or(|d| d > 0) || found.1 <= 3 {
                return found;
            }
        }
    }

    fn visits(&mut self, s: &Station, people: &[OnPost], v: &Visited) {
        let step = match v.risk {
            ..=2 => 14,
            3 => 30,
            4 => 91,
            5 => 182,
            _ => 365,
        };
        let mut days = vec![];
        let mut day = v.filed.add_days(1 + below(self.rng, 10));
        while day < v.until {
            days.push(self.at_work(day, v.filed, v.until));
            day = day.add_days(step + below(self.rng, 5) - 2);
        }
        if let Some(agreed) = v.agreed {
            // The last visit was some days before the one it agreed on.
            days.retain(|d| d.add_days(4) < agreed);
        }
        let last = days.len().saturating_sub(1);
        for (k, day) in days.into_iter().enumerate() {
            // Before the responsible worker came, whoever was there went.
            let there = people.iter().any(|w| Some(w.id) == v.worker && w.here(day));
            let Some(first) = v.worker.filter(|_| there).or_else(|| on_post(people, day, k, None)) else { continue };
            let second = on_post(people, day, k, Some(first)).filter(|_| self.rng.below(4) == 0);
            let met = self.rng.below(12) > 0;
            let mode = if self.rng.below(6) == 0 { Mode::Phone } else { Mode::Home };
            let next = v.agreed.filter(|_| k == last);
            let workers = std::iter::once(first).chain(second).collect();
            self.encounter(s, Some(v), EncounterKind::Visit, day, mode, (Some(v.person), met), workers, next);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one encounter")]
    fn encounter(
        &mut self,
        s: &Station,
        at: Option<&Visited>,
        kind: EncounterKind,
        day: Day,
        mode: Mode,
        (person, met): (Option<ResidentId>, bool),
        workers: Vec<WorkerId>,
        next_on: Option<Day>,
    ) {
        let rng = self.rng;
        let any = |list: &[&'static str]| list[usize::try_from(rng.below(list.len() as u64)).unwrap_or(0)].to_owned();
        // Most are entered the same evening, some days later: late entry is shown, never punished.
        let evening = Stamp::from_cn(day, 18, below(rng, 60));
        let late = if rng.below(15) == 0 { 2 + below(rng, 4) } else { 0 };
        let recorded = Some(evening.plus_minutes(late * 1440)).filter(|r| *r < self.at).unwrap_or(evening);
        if recorded >= self.at {
            return;
        }
        // Nobody is at two doors at once.
        let slot = workers.iter().filter_map(|w| self.busy.get(&(*w, day))).max().copied().unwrap_or(0);
        self.busy.extend(workers.iter().map(|w| ((*w, day), slot + 1)));
        let action = match (met, mode) {
            (true, _) => any(&ACTIONS),
            (false, Mode::Phone) => NO_ANSWER.to_owned(),
            (false, _) => any(&VAIN),
        };
        self.encounters.push(SeedEncounter {
            county: s.town.county,
            id: EncounterId(rng.uuid(recorded)),
            unit: s.unit,
            township: s.town.id,
            village: at.map(|v| v.village),
            household: at.map(|v| v.household),
            kind,
            day,
            start: STARTS.get(slot).map(|m| m + below(rng, 10)),
            minutes: Some(20 + 5 * below(rng, 9)),
            mode,
            topic: (kind == EncounterKind::Consult).then(|| TOPICS[usize::try_from(rng.below(5)).unwrap_or(0)]),
            persons: vec![(person, met)],
            workers,
            safety: if met && mode == Mode::Home { vec![SafetyItem::Electric, SafetyItem::Fire] } else { vec![] },
            action: Some(action),
            next_on,
            recorded_at: recorded,
        });
    }
}

/// The k-th of those of a station who are on post that day, but for one.
fn on_post(people: &[OnPost], day: Day, k: usize, but: Option<WorkerId>) -> Option<WorkerId> {
    let here: Vec<WorkerId> = people.iter().filter(|w| w.here(day) && Some(w.id) != but).map(|w| w.id).collect();
    here.get(k.checked_rem(here.len())?).copied()
}
