use super::main_post::{Main, Stint, mains};
use super::*;
use zw_core::{PostingId, Uuid, WorkerId};

fn day(v: i64) -> Day {
    Day::from_yyyymmdd(v).unwrap()
}
fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(n))
}
fn stint(worker: u128, at: u128, from: i64, to: Option<i64>, fte: i64) -> Stint {
    Stint {
        id: PostingId(Uuid::from_u128(worker * 1000 + at)),
        worker: WorkerId(Uuid::from_u128(worker)),
        unit: unit(at),
        from: day(from),
        to: to.map(day),
        fte,
    }
}
fn days(m: &[Main]) -> Vec<(UnitId, i64, Option<i64>)> {
    m.iter().map(|m| (m.unit, m.from.yyyymmdd(), m.to.map(|d| d.yyyymmdd()))).collect()
}

#[test]
fn the_largest_share_holds_the_day() {
    let m = mains(vec![
        stint(1, 10, 20210101, None, 400),
        stint(1, 11, 20210301, Some(20210501), 600),
        stint(1, 12, 20210601, None, 400),
    ]);
    assert_eq!(
        days(&m),
        vec![
            (unit(10), 20210101, Some(20210301)),
            (unit(11), 20210301, Some(20210501)),
            // Equal shares: the older posting stays the main one.
            (unit(10), 20210501, None),
        ]
    );
    let gap = mains(vec![stint(1, 10, 20210101, Some(20210201), 1000), stint(1, 10, 20210301, None, 1000)]);
    assert_eq!(days(&gap), vec![(unit(10), 20210101, Some(20210201)), (unit(10), 20210301, None)]);
}

fn facts() -> Facts {
    let place = |tier, county: i64| load::Place { tier, county: DivisionId(county), town: None };
    let stints = vec![
        stint(1, 10, 20210101, None, 1000),
        stint(2, 10, 20210101, None, 600),
        stint(2, 11, 20210201, None, 400),
        stint(3, 11, 20210101, Some(20210601), 1000),
        stint(4, 12, 20210101, None, 1000),
        stint(5, 13, 20210101, None, 1000),
    ];
    Facts {
        shares: stints.iter().map(|s| (s.unit, s.from, s.to, s.fte)).collect(),
        mains: mains(stints),
        units: HashMap::from([
            (unit(10), place(Tier::Station, 100)),
            (unit(11), place(Tier::Station, 100)),
            (unit(12), place(Tier::Centre, 100)),
            (unit(13), place(Tier::Station, 101)),
        ]),
        // 13 is being prepared, 11 was built later than its first posting.
        built: HashMap::from([(unit(10), vec![(day(20210101), None)]), (unit(11), vec![(day(20210401), None)])]),
        certified: HashMap::from([
            (WorkerId(Uuid::from_u128(1)), day(20200101)),
            (WorkerId(Uuid::from_u128(3)), day(20210501)),
        ]),
        required: Course::always(RequiredWorkers(2)),
    }
}

/// I6 and I8: heads at built stations only; centres apart; one person once.
#[test]
fn heads_are_counted_once_and_only_at_built_stations() {
    let (f, county) = (facts(), Area::County(DivisionId(100)));
    let both = Area::Counties(vec![DivisionId(100), DivisionId(101)]);
    for (key, on, want) in [
        ("posted_at_centres", 20210501, 1),
        ("posted_at_rooms", 20210501, 0),
        ("posted_all", 20210501, 4),
        ("fte_total", 20210501, 3000),
        ("workers_short_stations", 20210501, 1),
        ("workers_short_stations", 20210301, 0),
        ("M41", 20210501, 3),
        ("M42", 20210501, 2),
        ("M43", 20210601, 2),
    ] {
        assert_eq!(f.total(key, &county, day(on)).unwrap(), want, "{key} on {on}");
    }
    assert_eq!(f.total("posted_all", &both, day(20210501)).unwrap(), 5);
    assert_eq!(f.total("M41", &Area::Unit(DivisionId(100), unit(12)), day(20210501)).unwrap(), 1);
    assert!(f.total("nothing", &county, day(20210501)).is_err());
}

/// The sweep over many days says what each day says on its own.
#[test]
fn a_series_agrees_with_its_days() {
    let (f, area) = (facts(), Area::Counties(vec![DivisionId(100), DivisionId(101)]));
    let dates: Vec<Day> = (0..200).map(|n| day(20201220).add_days(n)).collect();
    for def in DEFS.iter().filter(|d| !matches!(d.key, POSTED | CERTIFIED | UNSTAFFED)) {
        let one_by_one: Vec<i64> = dates.iter().map(|d| f.total(def.key, &area, *d).unwrap()).collect();
        assert_eq!(f.series(def.key, &area, &dates).unwrap(), one_by_one, "{}", def.key);
    }
}
