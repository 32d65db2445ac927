//! Visited as often as the rhythm asks for (I15): by hand, and against a walk over days that knows no statement.

use crate::measures::{seed_person, seed_visit};
use crate::support::*;
use zw_core::code::Code as _;
use zw_core::{Day, ResidentId, Rng, Uuid};
use zw_db::{sql, val};
use zw_practice::model::{CloseReason, Rhythm, VisitEvery};
use zw_practice::seed::{Loader, SeedEncounter, SeedResident};
use zw_testkit::{TestApp, World, on_both};

async fn load(app: &TestApp, people: &[SeedResident], visits: &[SeedEncounter]) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    // Ids of one load are not those of another.
    let seed = visits.last().map_or(0, |v| u64::try_from(v.id.0.as_u128()).unwrap());
    let (rng, rhythm) = (Rng::seeded(seed), Rhythm::default());
    let loader = Loader { vault: &app.app.vault, rng: &rng, rhythm: &rhythm, by: "demo" };
    loader.load(&mut tx, people, visits).await.unwrap();
    quietly(tx).await;
}

/// Another rhythm, or a pause, from a day on.
async fn change(app: &TestApp, n: u128, from: Day, every: VisitEvery, paused: bool) {
    let id = ResidentId(Uuid::from_u128(0xD000 + n));
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let q = sql("UPDATE resident_rhythm SET to_day=").bind(from).lit(" WHERE to_day IS NULL AND resident_id=");
    tx.run(q.bind(id)).await.unwrap();
    let columns = &["county_id", "id", "resident_id", "from_day", "visit_every", "paused"];
    let row = Uuid::from_u128((u128::try_from(from.yyyymmdd()).unwrap() << 32) + n);
    let row = vec![val(World::COUNTY), val(row), val(id), val(from), val(every), val(paused)];
    tx.bulk("resident_rhythm", columns, &[row], "").await.unwrap();
    quietly(tx).await;
}

const KEYS: [&str; 2] = ["M05", "visited_due"];

#[tokio::test]
async fn june_by_hand() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = World::COUNTY;
        let weekly = |n, filed, closed| SeedResident { risk: 1, ..seed_person(n, 1000, 1, c, filed, closed) };
        let long = day(5, 1);
        let people = vec![
            weekly(1, long, None),
            weekly(2, long, None),
            weekly(3, long, None),
            // Fifteen days after filing: two visits.
            weekly(4, day(6, 15), None),
            weekly(5, day(6, 15), None),
            seed_person(6, 1000, 1, c, long, None),
            // Fourteen days to leaving: two visits.
            weekly(7, long, Some((day(6, 14), CloseReason::MovedAway))),
            // Fourteen days weekly, sixteen monthly: two.
            weekly(8, long, None),
            // Paused from the 10th to the 23rd: sixteen days, two visits.
            weekly(9, long, None),
        ];
        let met: &[(u128, &[i64])] = &[
            (1, &[2, 9, 16, 23]),
            (2, &[2, 9, 16]),
            // Twice on one day is once.
            (3, &[2, 9, 16, 16]),
            (4, &[20, 27]),
            (5, &[20]),
            (6, &[10]),
            (7, &[3, 10]),
            (8, &[3, 10]),
            (9, &[3, 25]),
        ];
        let mut visits = vec![];
        for (who, days) in met {
            for d in *days {
                visits.push(seed_visit(visits.len() as u128 + 1, 1, 1000, c, day(6, *d), &[(*who, true)]));
            }
        }
        load(&app, &people, &visits).await;
        change(&app, 8, day(6, 15), VisitEvery::Monthly, false).await;
        change(&app, 9, day(6, 10), VisitEvery::Weekly, true).await;
        change(&app, 9, day(6, 24), VisitEvery::Weekly, false).await;
        let (from, to) = (day(6, 1), day(6, 30));
        assert_eq!(figures(&app, &KEYS, &station1(), from, to).await, [9, 6], "1, 4, 6, 7, 8 and 9");
        let found = rows(&app, social_worker(1), "visited_due", &station1(), from, to).await;
        assert_eq!((found.total, found.rows.len()), (6, 6));
        // A week asks once.
        assert_eq!(figures(&app, &KEYS, &station1(), day(6, 14), day(6, 20)).await, [3, 3]);
        // A day on which somebody was sought in vain is none.
        let vain = seed_visit(90, 1, 1000, c, day(6, 24), &[(2, false)]);
        load(&app, &[], &[vain]).await;
        assert_eq!(figures(&app, &KEYS, &station1(), from, to).await, [9, 6]);
        load(&app, &[], &[seed_visit(91, 1, 1000, c, day(6, 24), &[(2, true)])]).await;
        assert_eq!(figures(&app, &KEYS, &station1(), from, to).await, [9, 7]);
    })
    .await;
}

/// What a test knows of somebody.
struct Known {
    filed: Day,
    closed: Option<Day>,
    /// From when which rhythm, and whether paused.
    rhythms: Vec<(Day, VisitEvery, bool)>,
    met: Vec<Day>,
}

impl Known {
    fn rhythm(&self, day: Day) -> (VisitEvery, bool) {
        let (_, every, paused) = *self.rhythms.iter().rev().find(|r| r.0 <= day).unwrap();
        (every, paused)
    }
    /// Whether due in a span, and whether visited often enough, day by day.
    fn walked(&self, from: Day, to: Day) -> (bool, bool) {
        let days = |every: VisitEvery| [7, 14, 30, 91, 182, 365][every as usize];
        let (every, paused) = self.rhythm(to);
        let base = self.met.iter().copied().filter(|d| *d < from).max().unwrap_or(self.filed);
        let end = self.closed.filter(|c| *c <= to).unwrap_or(to);
        let there = self.filed <= to && self.closed.is_none_or(|c| c >= from);
        if !there || paused || base.add_days(days(every)) > end {
            return (false, false);
        }
        // A visit in parts that every rhythm divides into whole ones.
        const WHOLE: i64 = 7 * 2 * 3 * 5 * 13 * 73;
        let (mut parts, mut day) = (0, from);
        while day <= to {
            let (every, paused) = self.rhythm(day);
            if day > self.filed && self.closed.is_none_or(|c| day <= c) && !paused {
                parts += WHOLE / days(every);
            }
            day = day.add_days(1);
        }
        let mut met: Vec<Day> = self.met.iter().copied().filter(|d| (from..=to).contains(d)).collect();
        met.sort_unstable();
        met.dedup();
        (true, i64::try_from(met.len()).unwrap() >= (parts / WHOLE).max(1))
    }
}

#[tokio::test]
async fn counting_is_walking_over_the_days() {
    on_both(parts, |app| async move {
        world(&app).await;
        let rng = Rng::seeded(38);
        let below = |n: u64| i64::try_from(rng.below(n)).unwrap();
        let (first, last) = (day(4, 1), day(8, 31));
        let (mut people, mut visits, mut known) = (vec![], vec![], vec![]);
        for n in 1..=60u128 {
            let filed = first.add_days(below(130));
            let closed = (below(4) == 0).then(|| filed.add_days(1 + below(40)));
            let risk = 1 + below(if n % 2 == 0 { 3 } else { 6 });
            let mut rhythms = vec![(first.add_days(-9999), Rhythm::default().of_risk(risk), false)];
            let mut at = filed.add_days(below(30));
            for _ in 0..below(4) {
                at = at.add_days(1 + below(25));
                rhythms.push((at, VisitEvery::ALL[usize::try_from(below(6)).unwrap()], below(3) == 0));
            }
            let until = closed.unwrap_or(last).min(last);
            let step = u64::try_from([9, 20, 45][usize::try_from(below(3)).unwrap()]).unwrap();
            let (mut met, mut d) = (vec![], filed.add_days(below(step)));
            while d <= until {
                met.push(d);
                visits.push(seed_visit(visits.len() as u128 + 1, 1, 1000, World::COUNTY, d, &[(n, true)]));
                d = d.add_days(below(step));
                if met.len() > 60 {
                    break;
                }
            }
            let closing = closed.map(|d| (d, CloseReason::MovedAway));
            people.push(SeedResident { risk, ..seed_person(n, 1000, 1, World::COUNTY, filed, closing) });
            known.push(Known { filed, closed, rhythms, met });
        }
        load(&app, &people, &visits).await;
        for (n, k) in known.iter().enumerate() {
            for (from, every, paused) in &k.rhythms[1..] {
                change(&app, n as u128 + 1, *from, *every, *paused).await;
            }
        }
        let mut told = 0;
        for (from, to) in [
            (day(5, 1), day(5, 31)),
            (day(6, 1), day(6, 30)),
            (day(7, 1), day(7, 31)),
            (day(4, 1), day(6, 30)),
            (day(6, 7), day(6, 13)),
            (day(7, 15), day(8, 20)),
            (day(4, 1), day(8, 31)),
        ] {
            let walked: Vec<(bool, bool)> = known.iter().map(|k| k.walked(from, to)).collect();
            let n = |f: fn(&(bool, bool)) -> bool| i64::try_from(walked.iter().filter(|w| f(w)).count()).unwrap();
            let want = [n(|w| w.0), n(|w| w.1)];
            assert_eq!(figures(&app, &KEYS, &station1(), from, to).await, want, "{from} {to}");
            let found = rows(&app, head(1), "visited_due", &station1(), from, to).await;
            assert_eq!(found.total, want[1], "{from} {to}");
            told += want[0] - want[1];
        }
        assert!(told > 20, "the story has people who were not visited often enough: {told}");
    })
    .await;
}
