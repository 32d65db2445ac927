//! Stations, sheets, targets and reports in the test world, and actors of every kind.
//!
//! 甲省 counts 8 townships: 子一县 3, 子二县 3, 丑一县 2. Stations stand in three of them.

use std::collections::BTreeMap;
use std::sync::Arc;
use zw_access::{Actor, Role};
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_core::{Day, DivisionId, Error, Stamp, UnitId, Uuid, WorkerId};
use zw_db::{Tx, val};
use zw_publishing::Typeset;
use zw_reporting::report::model::{Cell, Cells, ReportState, Texts};
use zw_reporting::seed::{SeedPassOn, SeedReport};
use zw_testkit::{TestApp, TestParts, World, actor, actor_of};
pub use zw_testkit::{quietly, station};

/// The modules a circular rests on.
pub fn parts() -> TestParts {
    TestParts {
        modules: vec![zw_jobs::module(), zw_network::module(), zw_reporting::module(), zw_publishing::module()],
        sources: vec![zw_network::source(), zw_people::source(), zw_practice::source(), zw_reporting::source()],
        ext: vec![
            Arc::new(Typeset(Arc::new(zw_typeset::TypstTypesetter::new()))),
            Arc::new(zw_jobs::Queue::join(zw_publishing::jobs())),
        ],
        ..TestParts::default()
    }
}

pub fn day(m: i64, d: i64) -> Day {
    Day::new(2021, m, d).unwrap()
}
pub fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0xA000 + n))
}
pub async fn write(t: &TestApp) -> Tx {
    t.app.db.write(t.app.clock.now()).await.unwrap()
}

/// Station 1 and 2 of 子一县, 3 of 丑一县, 4 of the other province: built since these days.
pub const STATIONS: [(u128, DivisionId, DivisionId, i64, &str); 4] = [
    (1, World::COUNTY, World::TOWN, 20210301, "东街社工站"),
    (2, World::COUNTY, World::TOWN2, 20210620, "南山社工站"),
    (3, World::COUNTY3, DivisionId(1100), 20210510, "四方社工站"),
    (4, World::OTHER_COUNTY, World::OTHER_TOWN, 20210101, "外省社工站"),
];

/// A target of townships covered.
pub async fn target(tx: &mut Tx, n: u128, county: DivisionId, due: i64, value: i64) {
    let columns = &["id", "division_id", "measure", "due_on", "value", "phase", "set_by", "set_level", "created_at"];
    let row = vec![
        val(Uuid::from_u128(0xE000 + n)),
        val(county),
        val("townships_covered"),
        val(due),
        val(value),
        val("coverage"),
        val("test"),
        val("P"),
        val(0i64),
    ];
    tx.bulk("target", columns, &[row], "").await.unwrap();
}

/// A report with plain cells.
pub fn report(
    county: DivisionId,
    division: DivisionId,
    station: Option<UnitId>,
    key: &str,
    state: ReportState,
    at: Stamp,
    cells: &[(&str, i64)],
) -> SeedReport {
    let cells: Cells = cells.iter().map(|(k, v)| ((*k).to_owned(), Cell::counted(*v, "t"))).collect::<BTreeMap<_, _>>();
    SeedReport {
        county,
        division,
        unit: station,
        period: Period::parse(key).unwrap(),
        state,
        cells,
        texts: Texts::default(),
        no_change: false,
        due_at: None,
        timeliness: None,
        submitted: state.is_confirmed().then(|| (at, "县".into())),
        returned: None,
        approved: state.is_approved().then(|| (at, "市".into())),
        rolled_up: None,
        exempt: None,
        at,
    }
}

/// Everything: stations, plans, a stuck sheet in 西溪乡, weekly reports, the June reports of the stations.
pub async fn world(t: &TestApp) {
    let mut tx = write(t).await;
    for (n, county, town, since, name) in STATIONS {
        station(&mut tx, n, county, town, since, name).await;
    }
    // 子一县 owes 1 by March and 3 by the end of the year; 子二县 owed 1 in June; 丑一县 owes 1 and has it.
    for (n, county, due, value) in [
        (1, World::COUNTY, 20210331, 1),
        (2, World::COUNTY, 20211231, 3),
        (3, World::COUNTY2, 20210101, 0),
        (4, World::COUNTY2, 20210630, 1),
        (5, World::COUNTY3, 20210630, 1),
    ] {
        target(&mut tx, n, county, due, value).await;
    }
    let columns =
        &["id", "county_id", "township_id", "kept_by", "venue_on", "due_on", "created_at", "updated_at", "updated_by"];
    let sheets =
        [(1, World::COUNTY, 1002, Some(20210501), Some(20210831)), (2, World::COUNTY2, 1010, None, Some(20210630))];
    for (n, county, town, venue, due) in sheets {
        let row = vec![
            val(Uuid::from_u128(0xF000 + n)),
            val(county),
            val(town),
            val("county"),
            val(venue),
            val(due),
            val(0i64),
            val(0i64),
            val("test"),
        ];
        tx.bulk("build_out", columns, &[row], "").await.unwrap();
    }
    let columns = &["id", "build_out_id", "county_id", "township_id", "code", "text", "from_day"];
    for (n, sheet, county, town, code, text) in [
        (1, 1, World::COUNTY, 1002i64, "tender", "首次招标流标"),
        (2, 2, World::COUNTY2, 1010, "venue", "原定场地另有用途"),
    ] {
        let row = vec![
            val(Uuid::from_u128(0xF100 + n)),
            val(Uuid::from_u128(0xF000 + sheet)),
            val(county),
            val(town),
            val(code),
            val(text),
            val(20_210_502i64),
        ];
        tx.bulk("obstacle", columns, &[row], "").await.unwrap();
    }
    let at = Stamp::from_cn(day(7, 5), 10, 30);
    let week = |county, covered: i64| {
        let cells = [
            ("townships_covered", covered),
            ("stations_built", covered),
            ("posted_workers", 0),
            ("obstacles_venue", 0),
        ];
        report(county, county, None, "2021-W26", ReportState::Submitted, at, &cells)
    };
    let month = |n, county, town: DivisionId, state, visits: i64| {
        report(county, town, Some(unit(n)), "2021-06", state, at, &[("M07", visits), ("persontimes", visits + 1)])
    };
    let list = [
        week(World::COUNTY, 1),
        week(World::COUNTY3, 1),
        week(World::OTHER_COUNTY, 1),
        month(1, World::COUNTY, World::TOWN, ReportState::Approved, 12),
        month(2, World::COUNTY, World::TOWN2, ReportState::Submitted, 99),
        month(3, World::COUNTY3, DivisionId(1100), ReportState::RolledUp, 30),
        month(4, World::OTHER_COUNTY, World::OTHER_TOWN, ReportState::Approved, 7000),
    ];
    zw_reporting::seed::reports(&mut tx, &t.app.rng, &list).await.unwrap();
    quietly(tx).await;
}

/// A provincial officer; different numbers are different persons.
pub fn officer(n: u128) -> Actor {
    actor_of(Role::ProvAdmin, Some(World::PROVINCE), None, Some(WorkerId(Uuid::from_u128(n))))
}
pub fn county() -> Actor {
    actor(Role::CountyAdmin, World::COUNTY)
}
pub fn city() -> Actor {
    actor(Role::CityAdmin, World::CITY)
}
pub fn foreign() -> Actor {
    actor(Role::ProvAdmin, World::OTHER_PROVINCE)
}
pub fn worker() -> Actor {
    actor_of(Role::Worker, None, Some((World::COUNTY, unit(1))), None)
}

/// Code of a rule, or `field:code` of each field.
pub fn code(e: &Error) -> String {
    match e {
        Error::Rule { code, .. } | Error::FourEyes(code) => (*code).to_owned(),
        Error::Invalid(f) => f.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

/// June as passed on by counties or cities.
pub async fn pass(t: &TestApp, divisions: &[DivisionId]) {
    let list: Vec<SeedPassOn> = divisions
        .iter()
        .map(|division| SeedPassOn {
            division: *division,
            period: Period::parse("2021-06").unwrap(),
            at: Stamp::from_cn(day(7, 6), 17, 0),
            by: "县".into(),
            timeliness: Some(Timeliness::OnTime),
            missing: vec![],
            approved: None,
        })
        .collect();
    let mut tx = write(t).await;
    zw_reporting::seed::pass_ons(&mut tx, &t.app.rng, &list).await.unwrap();
    quietly(tx).await;
}
