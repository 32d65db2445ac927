//! Counting twice: by the source's statements and, in the tests' own words, over the rows.

use crate::support::*;
use zw_core::{Day, DivisionId, EncounterId, HouseholdId, Key, ResidentId, Rng, Stamp, UnitId, Uuid};
use zw_db::sql;
use zw_indicators::{Area, Span};
use zw_practice::model::{
    CloseReason, EncounterInput, EncounterKind, Mode, PersonIn, Recognition, ResidentInput, Rhythm,
};
use zw_practice::seed::{Loader, SeedEncounter, SeedResident};
use zw_practice::service::encounter::{self, VoidInput};
use zw_practice::service::{register, resident};
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

/// Flows of a day by walking the rows: no statement of the module is reused.
async fn walked(app: &TestApp, unit: UnitId, day: Day) -> Vec<(&'static str, i64)> {
    let mut c = app.app.db.read().await.unwrap();
    let heads: Vec<(EncounterId, String, String)> = c
        .all(
            sql("SELECT id,kind,mode FROM encounter WHERE voided_at IS NULL AND unit_id=")
                .bind(unit)
                .lit(" AND day=")
                .bind(day),
        )
        .await
        .unwrap();
    let (mut n, mut m07, mut m08, mut m09, mut m23, mut all) = (0, 0, 0, 0, 0, 0);
    for (id, kind, mode) in heads {
        let met: Vec<(bool,)> =
            c.all(sql("SELECT met FROM encounter_person WHERE encounter_id=").bind(id)).await.unwrap();
        let met = i64::try_from(met.iter().filter(|m| m.0).count()).unwrap();
        n += 1;
        all += met;
        if kind == "visit" {
            m07 += met;
            m08 += if mode == "home" { met } else { 0 };
            m09 += i64::from(met == 0);
        } else {
            m23 += 1;
        }
    }
    vec![("encounters", n), ("M07", m07), ("M08", m08), ("M09", m09), ("M23", m23), ("persontimes", all)]
}

#[tokio::test]
async fn recounting_marked_days_equals_counting_the_rows_after_any_edits() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let rng = Rng::seeded(7);
        let below = |n: u64| usize::try_from(rng.below(n)).unwrap();
        let mut people: Vec<ResidentId> = vec![];
        for (i, name) in ["陈一一", "陈二二", "陈三三", "陈四四"].into_iter().enumerate() {
            people.push(registered(&ctx, person(name, i64::try_from(i).unwrap() + 1)).await.id);
        }
        let mut cells: std::collections::BTreeMap<(Day, &'static str), i64> = std::collections::BTreeMap::new();
        let mut made: Vec<(Key<EncounterId>, i64)> = vec![];
        let random = || {
            let consult = below(5) == 0;
            let persons = people
                .iter()
                .filter(|_| below(2) == 0)
                .map(|p| PersonIn { resident: Some(*p), met: below(3) > 0, ..PersonIn::default() })
                .collect::<Vec<_>>();
            let persons =
                if persons.is_empty() { vec![PersonIn { met: true, ..PersonIn::default() }] } else { persons };
            EncounterInput {
                kind: if consult { "consult" } else { "visit" }.into(),
                topic: if consult { "care".into() } else { String::new() },
                day: format!("2021-07-{:02}", 1 + below(8)),
                mode: ["home", "phone", "talk"][below(3)].into(),
                workers: if below(2) == 0 {
                    vec![worker(10).to_string(), worker(11).to_string()]
                } else {
                    vec![worker(10).to_string()]
                },
                persons,
                action: "看望".into(),
                another: "1".into(),
                ..EncounterInput::default()
            }
        };
        for step in 0..60 {
            let live: Vec<usize> = (0..made.len()).filter(|i| made[*i].1 > 0).collect();
            match below(4) {
                0 if !live.is_empty() => {
                    let i = live[below(u64::try_from(live.len()).unwrap())];
                    let (key, version) = made[i];
                    encounter::correct(&ctx, key.county, key.id, version, random(), &Idem::none()).await.unwrap();
                    made[i].1 += 1;
                }
                1 if !live.is_empty() => {
                    let i = live[below(u64::try_from(live.len()).unwrap())];
                    let (key, version) = made[i];
                    let why = VoidInput { reason: "试".into(), version };
                    encounter::void(&ctx, key.county, key.id, why, &Idem::none()).await.unwrap();
                    made[i].1 = 0;
                }
                _ => made.push((visited(&ctx, random()).await, 1)),
            }
            // The worker's round: recount what was marked, replace the cells.
            for mark in take_marks(&app).await {
                let mut c = app.app.db.read().await.unwrap();
                cells.retain(|(day, _), _| *day != mark.day);
                for (at, key, n) in zw_practice::source().recount(&mut c, &[mark]).await.unwrap() {
                    assert_eq!(at, mark);
                    cells.insert((mark.day, key), n);
                }
            }
            if step % 10 == 9 {
                for d in (1..=8).map(|d| day(7, d)) {
                    for (key, n) in walked(&app, unit(1), d).await {
                        assert_eq!(cells.get(&(d, key)).copied().unwrap_or(0), n, "step {step}: {key} on {d}");
                    }
                }
            }
        }
        let keys = ["encounters", "M07", "M08", "M09", "M23", "persontimes"];
        let counted = figures(&app, &keys, &station1(), day(7, 1), day(7, 8)).await;
        let summed: Vec<i64> =
            keys.iter().map(|k| cells.iter().filter(|((_, key), _)| key == k).map(|(_, n)| n).sum()).collect();
        assert_eq!(counted, summed, "the span is the sum of its days");
    })
    .await;
}

pub fn seed_person(
    n: u128,
    town: i64,
    station: u128,
    county: DivisionId,
    filed: Day,
    closed: Option<(Day, CloseReason)>,
) -> SeedResident {
    SeedResident {
        county,
        id: ResidentId(Uuid::from_u128(0xD000 + n)),
        unit: unit(station),
        household: HouseholdId(Uuid::from_u128(0xE000 + n / 2)),
        name: ["陈秀英", "林小红", "黄国强"][usize::try_from(n % 3).unwrap()].into(),
        id_no: Some(id_no("19500101", i64::try_from(n).unwrap())),
        sex: zw_core::person_id::Sex::Female,
        birth: Day::new(1950, 1, 1).unwrap(),
        phone: None,
        address: Some("一号楼".into()),
        township: DivisionId(town),
        village: DivisionId(town * 10 + i64::try_from(n % 2).unwrap()),
        categories: vec![("01", Recognition::CivilAffairs)],
        legal_basis: zw_practice::model::LegalBasis::Statutory,
        risk: 3,
        worker: Some(worker(station * 10)),
        filed_on: filed,
        closed,
    }
}

pub fn seed_visit(
    n: u128,
    station: u128,
    town: i64,
    county: DivisionId,
    on: Day,
    who: &[(u128, bool)],
) -> SeedEncounter {
    SeedEncounter {
        county,
        id: EncounterId(Uuid::from_u128(0xF000 + n)),
        unit: unit(station),
        township: DivisionId(town),
        village: Some(DivisionId(town * 10)),
        household: None,
        kind: EncounterKind::Visit,
        day: on,
        start: None,
        minutes: Some(40),
        mode: Mode::Home,
        topic: None,
        persons: who.iter().map(|(p, met)| (Some(ResidentId(Uuid::from_u128(0xD000 + p))), *met)).collect(),
        workers: vec![worker(station * 10), worker(station * 10 + 1)],
        safety: vec![],
        action: Some("看望".into()),
        next_on: None,
        recorded_at: Stamp::from_cn(on, 18, 0),
    }
}

async fn seeded(app: &TestApp) {
    world(app).await;
    let c = World::COUNTY;
    let people = vec![
        seed_person(1, 1000, 1, c, day(5, 1), None),
        seed_person(2, 1000, 1, c, day(6, 10), None),
        seed_person(3, 1000, 1, c, day(5, 1), Some((day(6, 20), CloseReason::Death))),
        seed_person(4, 1001, 2, c, day(5, 1), None),
        seed_person(5, 1001, 2, c, day(6, 15), Some((day(6, 25), CloseReason::Error))),
        seed_person(6, 1010, 3, World::COUNTY2, day(6, 1), None),
    ];
    let visits = vec![
        seed_visit(1, 1, 1000, c, day(5, 20), &[(1, true)]),
        seed_visit(2, 1, 1000, c, day(6, 5), &[(1, true), (3, false)]),
        seed_visit(3, 1, 1000, c, day(6, 12), &[(1, true), (2, true)]),
        seed_visit(4, 2, 1001, c, day(6, 13), &[(4, false)]),
        seed_visit(5, 3, 1010, World::COUNTY2, day(6, 14), &[(6, true)]),
    ];
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let (rng, rhythm) = (Rng::seeded(1), Rhythm::default());
    let loader = Loader { vault: &app.app.vault, rng: &rng, rhythm: &rhythm, by: "demo" };
    let done = loader.load(&mut tx, &people, &visits).await.unwrap();
    assert_eq!((done.residents, done.encounters), (6, 5));
    quietly(tx).await;
}

const TABLE: [&str; 20] = [
    "M01",
    "M02",
    "M02a",
    "M03",
    "M03a",
    "M03b",
    "M03c",
    "M04",
    "M05",
    "M06",
    "visited_due",
    "M07",
    "M08",
    "M09",
    "M23",
    "encounters",
    "persontimes",
    "M44",
    "M45",
    "M46",
];

#[tokio::test]
async fn the_monthly_table_of_june_by_hand() {
    on_both(parts, |app| async move {
        seeded(&app).await;
        let (from, to) = (day(6, 1), day(6, 30));
        // Station 1: 1 and 3 on file in May, 2 filed, 3 died. Due by 30 June at 30 days: 1 (met 20 May) and 3 (filed
        // 1 May); 2 was filed on 10 June and is due in July. Met: 1 twice, 2 once.
        let one = figures(&app, &TABLE, &station1(), from, to).await;
        assert_eq!(one, vec![2, 1, 0, 1, 0, 0, 0, 2, 2, 2, 1, 3, 3, 0, 0, 2, 3, 1, 2, 2]);
        // The county adds station 2: 4 due and sought in vain, 5 filed by mistake and corrected.
        let county = figures(&app, &TABLE, &Area::County(World::COUNTY), from, to).await;
        assert_eq!(county, vec![3, 2, 0, 1, 0, 0, -1, 3, 3, 2, 1, 3, 3, 1, 0, 3, 3, 1, 4, 2]);
        let both = Area::Counties(vec![World::COUNTY, World::COUNTY2]);
        let city = figures(&app, &TABLE, &both, from, to).await;
        assert_eq!(city[7], 4);
        for f in [&one, &county, &city] {
            assert_eq!(f[7], f[0] + f[1] + f[2] - f[3] - f[4] - f[5] + f[6]);
            assert!(f[10] <= f[8] && f[10] <= f[9]);
        }
        // By county, in one go, is the same as county by county.
        let mut c = app.app.db.read().await.unwrap();
        let tree = app.app.tree();
        let counties = [World::COUNTY, World::COUNTY2, World::COUNTY3];
        let grouped =
            zw_practice::source().by_county(&mut c, &tree, &TABLE, &counties, Span { from, to }).await.unwrap();
        for county in counties {
            let alone = zw_practice::source()
                .count(&mut c, &tree, &TABLE, &Area::County(county), Span { from, to })
                .await
                .unwrap();
            for (key, n) in alone {
                assert_eq!(grouped[&(key, county)], n, "{key} of {county}");
            }
        }
        // The stock on many dates in one sweep is the stock on each.
        let dates: Vec<Day> =
            [day(4, 30), day(5, 1), day(6, 9), day(6, 10), day(6, 20), day(6, 25), day(7, 8)].to_vec();
        for key in ["M01", "M04", "M45"] {
            let sweep =
                zw_practice::source().series(&mut c, &tree, key, &Area::County(World::COUNTY), &dates).await.unwrap();
            for (d, n) in dates.iter().zip(&sweep) {
                let alone = zw_practice::source()
                    .count(&mut c, &tree, &[key], &Area::County(World::COUNTY), Span::on(*d))
                    .await
                    .unwrap();
                assert_eq!(alone[0].1, *n, "{key} on {d}");
            }
        }
        // Towns: the residents' township, and the villages cut from the county's coverage.
        let town = figures(&app, &["M04", "M07", "M45"], &Area::Town(World::COUNTY, World::TOWN), from, to).await;
        assert_eq!(town, vec![2, 3, 2]);
    })
    .await;
}

#[tokio::test]
async fn rows_behind_a_figure_are_as_many_as_it_says() {
    on_both(parts, |app| async move {
        seeded(&app).await;
        let (from, to) = (day(6, 1), day(6, 30));
        let persons = [
            "M01",
            "M02",
            "M03",
            "M03b",
            "M04",
            "M05",
            "M06",
            "visited_due",
            "M46",
            "M44",
            "M45",
            "M09",
            "M23",
            "encounters",
        ];
        let figures1 = figures(&app, &persons, &station1(), from, to).await;
        for (key, n) in persons.iter().zip(figures1) {
            let found = rows(&app, social_worker(1), key, &station1(), from, to).await;
            assert_eq!((found.total, found.rows.len()), (n, usize::try_from(n).unwrap()), "{key}");
            assert!(!found.partly_hidden, "{key}");
            for row in &found.rows {
                assert_eq!(row.cells.len(), found.columns.len(), "{key}");
            }
        }
        // A worker who opens the county's figure sees own rows and is told that there are others.
        let county = Area::County(World::COUNTY);
        let part = rows(&app, social_worker(1), "M04", &county, from, to).await;
        assert_eq!((part.total, part.partly_hidden), (2, true));
        let whole = rows(&app, centre(), "M04", &county, from, to).await;
        assert_eq!((whole.total, whole.partly_hidden), (3, false));
        assert!(whole.rows.iter().all(|r| r.cells[0].zh().contains('*')));
    })
    .await;
}

#[tokio::test]
async fn a_load_is_what_the_forms_would_have_written() {
    on_both(parts, |app| async move {
        seeded(&app).await;
        let ctx = app.ctx(social_worker(1));
        let one = resident::open(&ctx, World::COUNTY, ResidentId(Uuid::from_u128(0xD001))).await.unwrap();
        assert_eq!((one.resident.last_on, one.resident.next_on), (Some(day(6, 12)), day(7, 12)));
        assert_eq!((one.encounters_total, one.resident.id_no), (3, Some(masked("19500101", 1))));
        assert_eq!(one.household.len(), 0);
        let again = zw_practice::service::register::register(&ctx, person("黄国强", 1), &Idem::none()).await;
        assert_eq!(problems(again), "id_no:resident-duplicate-own");
        let found =
            resident::find(&ctx, &resident::FindResidents { q: "lxh".into(), ..Default::default() }).await.unwrap();
        assert_eq!(found.total, 1);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_due_after_leaving_and_a_centre_serves_no_village() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = World::COUNTY;
        let people = vec![
            // At 30 days due on 1 July, gone on 20 June; due on 31 May, gone on 20 June; due on 1 July and still there.
            seed_person(1, 1000, 1, c, day(6, 1), Some((day(6, 20), CloseReason::MovedAway))),
            seed_person(2, 1000, 1, c, day(5, 1), Some((day(6, 20), CloseReason::MovedAway))),
            seed_person(3, 1000, 1, c, day(6, 1), None),
        ];
        let visits = vec![
            seed_visit(1, 1, 1000, c, day(6, 10), &[(1, true)]),
            seed_visit(2, 1, 1000, c, day(6, 11), &[(2, true)]),
        ];
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        let (rng, rhythm) = (Rng::seeded(1), Rhythm::default());
        let loader = Loader { vault: &app.app.vault, rng: &rng, rhythm: &rhythm, by: "demo" };
        loader.load(&mut tx, &people, &visits).await.unwrap();
        quietly(tx).await;
        let keys = ["M05", "visited_due", "M06"];
        assert_eq!(figures(&app, &keys, &station1(), day(6, 1), day(7, 8)).await, vec![2, 1, 2]);
        let due = rows(&app, social_worker(1), "M05", &station1(), day(6, 1), day(7, 8)).await;
        assert_eq!((due.total, due.rows.len()), (2, 2));
        let villages = figures(&app, &["M45"], &Area::County(c), day(7, 1), day(7, 8)).await;
        // A centre covers its whole county by office: the villages served by stations stay what they were.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(zw_db::sql("UPDATE unit SET tier='X' WHERE id=").bind(unit(2))).await.unwrap();
        tx.run(zw_db::sql("UPDATE unit_state SET tier='X' WHERE unit_id=").bind(unit(2))).await.unwrap();
        quietly(tx).await;
        let stations = figures(&app, &["M45"], &Area::County(c), day(7, 1), day(7, 8)).await;
        assert!(stations[0] > 0 && stations[0] < villages[0], "{stations:?} {villages:?}");
    })
    .await;
}

/// The rhythm and the pause of a past month stay what they were, whatever is changed later, also in the middle of a month.
#[tokio::test]
async fn a_later_pause_or_rhythm_leaves_past_months_as_they_were() {
    on_both(parts, |app| async move {
        world(&app).await;
        app.at(2021, 5, 1, 9);
        let ctx = app.ctx(social_worker(1));
        let one = registered(&ctx, ResidentInput { filed_on: "2021-04-01".into(), ..person("阿甲", 1) }).await;
        let two = registered(&ctx, ResidentInput { filed_on: "2021-04-01".into(), ..person("阿乙", 2) }).await;
        let due = async |from: Day, to: Day| figures(&app, &["M05"], &station1(), from, to).await[0];
        let (may, june, july) = ((day(5, 1), day(5, 31)), (day(6, 1), day(6, 30)), (day(7, 1), day(7, 31)));
        assert_eq!((due(may.0, may.1).await, due(june.0, june.1).await), (2, 2), "grade 3, monthly");
        let version = async |id: ResidentId| {
            let q = zw_db::sql("SELECT version FROM resident WHERE id=").bind(id);
            app.app.db.read().await.unwrap().scalar::<i64>(q).await.unwrap()
        };
        let change = async |key: zw_core::Key<ResidentId>, edit: fn(&mut ResidentInput)| {
            let mut input = ResidentInput { filed_on: "2021-04-01".into(), ..person("阿甲", 1) };
            if key == two {
                input = ResidentInput { filed_on: "2021-04-01".into(), ..person("阿乙", 2) };
            }
            input.version = version(key.id).await;
            edit(&mut input);
            let ctx = app.ctx(social_worker(1));
            register::correct(&ctx, key.county, key.id, input, &Idem::none()).await.unwrap();
        };
        // In the middle of June one is paused and the other is to be visited once a year.
        app.at(2021, 6, 15, 9);
        change(one, |i| i.state = "paused".into()).await;
        change(two, |i| i.visit_every = "yearly".into()).await;
        assert_eq!(due(may.0, may.1).await, 2, "May was before the change");
        assert_eq!(due(june.0, day(6, 14)).await, 2, "so was the first half of June");
        assert_eq!(due(june.0, june.1).await, 0, "June asks for what stood at its end");
        let who = rows(&app, social_worker(1), "M05", &station1(), may.0, may.1).await;
        assert_eq!((who.total, who.rows.len()), (2, 2), "the rows behind follow");
        // Twice on one day: the last word of the day stands, and there is one stretch for it.
        change(two, |i| i.visit_every = "weekly".into()).await;
        assert_eq!(due(june.0, june.1).await, 1);
        // Up again in July: June stays.
        app.at(2021, 7, 8, 9);
        change(one, |i| i.state = "active".into()).await;
        let then = [due(may.0, may.1).await, due(june.0, june.1).await, due(july.0, july.1).await];
        assert_eq!(then, [2, 1, 2]);
        // Another field of the record begins no stretch.
        change(one, |i| i.presence = "1".into()).await;
        let of = async |key: zw_core::Key<ResidentId>| {
            let q = zw_db::sql("SELECT COUNT(*) FROM resident_rhythm WHERE resident_id=").bind(key.id);
            app.app.db.read().await.unwrap().scalar::<i64>(q).await.unwrap()
        };
        assert_eq!((of(one).await, of(two).await), (3, 2));
        // A corrected day of filing still has its rhythm.
        change(two, |i| i.filed_on = "2021-03-01".into()).await;
        assert_eq!(due(day(4, 1), day(4, 30)).await, 1);
        // What is counted again is what the cells say.
        let measures = zw_indicators::Measures::join(parts().sources);
        let span = Span { from: day(3, 1), to: day(7, 31) };
        zw_indicators::cells::drain(&app.app, &measures).await.unwrap();
        let again = zw_indicators::cells::rebuild(&app.app, &measures, span, false).await.unwrap();
        assert_eq!(again.different, 0, "{again:?}");
    })
    .await;
}

/// The setting of the rhythm, changed today, leaves past days as they were; rows follow their figure.
#[tokio::test]
async fn a_later_setting_leaves_past_days_as_they_were() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        registered(&ctx, ResidentInput { risk: "1".into(), ..person("阿甲", 1) }).await;
        let due = async |to: Day| {
            let n = figures(&app, &["M05"], &station1(), day(6, 1), to).await[0];
            let rows = rows(&app, social_worker(1), "M05", &station1(), day(6, 1), to).await;
            assert_eq!(rows.total, n, "{to}");
            n
        };
        assert_eq!(
            (due(day(6, 7)).await, due(day(6, 8)).await, due(day(7, 8)).await),
            (0, 1, 1),
            "weekly, filed 1 June"
        );
        // Today a week becomes ninety days, as the settings' page writes it.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        let new = serde_json::to_string(&Rhythm { days: [90, 90, 90, 91, 182, 365], ..Rhythm::default() }).unwrap();
        let at = app.app.clock.now();
        let q = zw_db::sql("INSERT INTO setting(key,value,version,updated_at) VALUES('practice.rhythm',");
        tx.run(q.bind(&new).lit(",1,").bind(at).lit(")")).await.unwrap();
        let q = zw_db::sql("INSERT INTO setting_change(key,version,at,set_by,old,new) VALUES('practice.rhythm',1,");
        tx.run(q.bind(at).lit(",'x',NULL,").bind(&new).lit(")")).await.unwrap();
        quietly(tx).await;
        assert_eq!((due(day(6, 8)).await, due(day(7, 7)).await), (1, 1), "before the change");
        assert_eq!(due(day(7, 8)).await, 0, "from its day on");
    })
    .await;
}
