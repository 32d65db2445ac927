//! Residents and encounters of the demo's stations: six months of visits and consultations, recorded as workers do,
//! and a day that is alive: visits due today and overdue at the demo station.

use super::network::Station;
use super::people::{self, Numbers};
use super::workers::OnPost;
use zw_access::App;
use zw_core::person_id::Sex;
use zw_core::tree::View;
use zw_core::{Day, EncounterId, HouseholdId, ResidentId, Result, Rng, Stamp, WorkerId};
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
    at: Stamp,
    today: Day,
    residents: Vec<SeedResident>,
    encounters: Vec<SeedEncounter>,
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

/// Writes residents and encounters of all stations; the demo's own station gets more of everything.
pub async fn load(tx: &mut Tx, app: &App, view: &View, who: &Who<'_>, numbers: &mut Numbers, rng: &Rng) -> Result<()> {
    let Who { stations, on_post, own } = *who;
    let at = tx.at();
    let mut m = Maker { rng, at, today: at.day_cn(), residents: vec![], encounters: vec![] };
    for (s, people) in stations.iter().zip(on_post) {
        let Some(opened) = s.town.accepted().filter(|a| *a <= m.today) else { continue };
        let is_own = s.unit == own.unit;
        let n = if is_own { 36 } else { 6 + below(rng, 6) };
        m.station(view, s, people, opened, n, is_own, numbers);
    }
    let rhythm = Rhythm::default();
    let loader = Loader { vault: &app.vault, rng, rhythm: &rhythm, by: "demo" };
    loader.load(tx, &m.residents, &m.encounters).await?;
    Ok(())
}

impl Maker<'_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "one call, one station: a struct would only rename the same seven things"
    )]
    fn station(
        &mut self,
        view: &View,
        s: &Station,
        people: &[OnPost],
        opened: Day,
        n: i64,
        own: bool,
        numbers: &mut Numbers,
    ) {
        let villages = view.villages_under(s.town.id);
        let until = s.town.suspended.unwrap_or(self.today);
        // Trial running before acceptance already keeps records (domain.md 8.1).
        let begin = s.town.steps[3].unwrap_or(opened).add_days(7).min(opened);
        let mut household = HouseholdId(self.rng.uuid(self.at));
        for i in 0..n {
            // Every third person lives with the one before.
            let shares = i % 3 == 2;
            if !shares {
                household = HouseholdId(self.rng.uuid(self.at));
            }
            let (categories, risk, young, old) = kind(self.rng);
            let male = self.rng.below(2) == 0;
            let birth = people::birth(self.rng, young, old);
            let spread = if own { 40 } else { begin.days_until(until).clamp(1, 60) };
            let filed = begin.add_days(below(self.rng, spread)).min(until.add_days(-1));
            let village = if shares { self.residents.last().map(|r| r.village) } else { None };
            let village = village.or_else(|| {
                villages.get(usize::try_from(self.rng.below(villages.len().max(1) as u64)).unwrap_or(0)).copied()
            });
            let Some(village) = village else { return };
            let id = ResidentId(self.rng.uuid(self.at));
            let worker = worker_on(people, filed, i);
            let closed =
                (!own && self.rng.below(40) == 0).then(|| (filed.add_days(20).min(until), CloseReason::MovedAway));
            self.residents.push(SeedResident {
                county: s.town.county,
                id,
                unit: s.unit,
                household,
                name: people::name(self.rng),
                id_no: numbers.next(birth, male),
                sex: if male { Sex::Male } else { Sex::Female },
                birth,
                phone: (self.rng.below(2) == 0).then(|| format!("0591-0000{:04}", i)),
                address: Some(format!("示例路{}号", 1 + below(self.rng, 200))),
                township: s.town.id,
                village,
                categories,
                risk,
                worker,
                filed_on: filed,
                closed,
            });
            let last = closed.map_or(until, |c| c.0);
            self.visits(s, people, village, household, id, filed, last, risk, own.then_some(i));
        }
        if !own && self.rng.below(3) > 0 {
            return;
        }
        for k in 0..(if own { 14 } else { 3 }) {
            let day = begin.add_days(below(self.rng, begin.days_until(until).max(1)));
            if let Some(w) = worker_on(people, day, k) {
                self.encounter(
                    s,
                    None,
                    None,
                    EncounterKind::Consult,
                    day,
                    Mode::Talk,
                    vec![(None, true)],
                    vec![w],
                    None,
                );
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the person and the station of one series of visits")]
    fn visits(
        &mut self,
        s: &Station,
        people: &[OnPost],
        village: zw_core::DivisionId,
        household: HouseholdId,
        id: ResidentId,
        filed: Day,
        last: Day,
        risk: i64,
        own: Option<i64>,
    ) {
        let step = match risk {
            ..=2 => 14,
            3 => 30,
            4 => 91,
            5 => 182,
            _ => 365,
        };
        let mut day = filed.add_days(1 + below(self.rng, 10));
        let mut k = 0;
        while day < last {
            let next = day.add_days(step + below(self.rng, 5) - 2);
            // The last visit of the demo station's people agrees on a day around today.
            let agreed = match own {
                Some(i) if next >= last => {
                    Some(self.today.add_days([0, 0, 1, -2, 3, 7, 0, 5, -1, 14][usize::try_from(i % 10).unwrap_or(0)]))
                }
                _ => None,
            };
            if let Some(w) = worker_on(people, day, k) {
                let met = self.rng.below(12) > 0;
                let second = worker_on(people, day, k + 1).filter(|x| *x != w && self.rng.below(4) == 0);
                let mode = if self.rng.below(6) == 0 { Mode::Phone } else { Mode::Home };
                let workers = [Some(w), second].into_iter().flatten().collect();
                self.encounter(
                    s,
                    Some(village),
                    Some(household),
                    EncounterKind::Visit,
                    day,
                    mode,
                    vec![(Some(id), met)],
                    workers,
                    agreed,
                );
            }
            day = next;
            k += 1;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one encounter")]
    fn encounter(
        &mut self,
        s: &Station,
        village: Option<zw_core::DivisionId>,
        household: Option<HouseholdId>,
        kind: EncounterKind,
        day: Day,
        mode: Mode,
        persons: Vec<(Option<ResidentId>, bool)>,
        workers: Vec<WorkerId>,
        next_on: Option<Day>,
    ) {
        let rng = self.rng;
        // Most are entered the same evening, some days later: late entry is shown, never punished.
        let late = if rng.below(15) == 0 { 2 + below(rng, 4) } else { 0 };
        let recorded = Stamp::from_cn(day, 18, below(rng, 60)).plus_minutes(late * 1440);
        if recorded >= self.at {
            return;
        }
        let met = persons.iter().any(|p| p.1);
        self.encounters.push(SeedEncounter {
            county: s.town.county,
            id: EncounterId(rng.uuid(recorded)),
            unit: s.unit,
            township: s.town.id,
            village,
            household,
            kind,
            day,
            start: Some(540 + below(rng, 420)),
            minutes: Some(20 + 5 * below(rng, 9)),
            mode,
            topic: (kind == EncounterKind::Consult).then_some(Topic::Money),
            persons,
            workers,
            safety: if met && mode == Mode::Home { vec![SafetyItem::Electric, SafetyItem::Fire] } else { vec![] },
            action: met.then(|| ACTIONS[usize::try_from(rng.below(8)).unwrap_or(0)].to_owned()),
            next_on,
            recorded_at: recorded,
        });
    }
}

/// Somebody of the station who is on post that day.
fn worker_on(people: &[OnPost], day: Day, k: i64) -> Option<WorkerId> {
    let here: Vec<WorkerId> =
        people.iter().filter(|w| w.from <= day && w.to.is_none_or(|t| day < t)).map(|w| w.id).collect();
    let n = i64::try_from(here.len()).unwrap_or(0);
    (n > 0).then(|| usize::try_from(k.rem_euclid(n)).ok().and_then(|i| here.get(i).copied())).flatten()
}
