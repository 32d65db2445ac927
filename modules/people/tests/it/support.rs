//! What the tests share.

use zw_access::{Actor, Role};
use zw_core::{Day, DivisionId, Error, Result, Stamp, UnitId, Uuid, WorkerId};
use zw_db::{Change, Conn};
use zw_network::model::history::Stretch;
use zw_network::seed::{self, SeedUnit};
use zw_network::{Coverage, Place, Tier, Unit, UnitState};
use zw_people::model::posting::PostingInput;
use zw_people::model::worker::WorkerInput;
use zw_people::service;
use zw_testkit::{TestApp, TestParts, actor};
use zw_web::Idem;

pub use zw_testkit::World;

/// This module with the network it stands on.
pub fn parts() -> TestParts {
    TestParts {
        modules: vec![zw_network::module(), zw_people::module()],
        sources: vec![zw_network::source(), zw_people::source()],
        ..TestParts::default()
    }
}

pub fn day(v: i64) -> Day {
    Day::from_yyyymmdd(v).unwrap()
}

pub fn county_admin() -> Actor {
    actor(Role::CountyAdmin, World::COUNTY)
}

pub struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

pub fn unit_id(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0x7000 + n))
}

/// A unit with its states (from, state).
pub fn unit(n: u128, tier: Tier, county: DivisionId, division: DivisionId, states: &[(i64, UnitState)]) -> SeedUnit {
    let history: Vec<Stretch> = states
        .iter()
        .enumerate()
        .map(|(i, (from, state))| Stretch {
            state: *state,
            from: day(*from),
            to: states.get(i + 1).map(|(f, _)| day(*f)),
            cause: None,
        })
        .collect();
    SeedUnit {
        unit: Unit {
            state: states.last().unwrap().1,
            ..Unit::new(
                unit_id(n),
                format!("第{n}站"),
                &Place {
                    tier,
                    division,
                    county,
                    town: (tier == Tier::Station).then_some(division),
                    since: history[0].from,
                },
                Stamp::from_ms(0),
                "test",
            )
        },
        coverage: vec![Coverage { division, from: history[0].from, to: None }],
        history,
    }
}

/// Stations 1 and 2 in two townships of COUNTY (2 is closed since July), a centre 3, and station 4 in another province.
pub async fn world(app: &TestApp) {
    use UnitState::{Closed, Operating};
    let units = [
        unit(1, Tier::Station, World::COUNTY, World::TOWN, &[(20210101, Operating)]),
        unit(2, Tier::Station, World::COUNTY, World::TOWN2, &[(20210101, Operating), (20210701, Closed)]),
        unit(3, Tier::Centre, World::COUNTY, World::COUNTY, &[(20210101, Operating)]),
        unit(4, Tier::Station, World::OTHER_COUNTY, World::OTHER_TOWN, &[(20210101, Operating)]),
    ];
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    seed::units(&mut tx, &units).await.unwrap();
    tx.commit(Nothing).await.unwrap();
}

/// Numbers with the unassigned prefix 359900 and right check digits.
pub const NUMBERS: [&str; 2] = ["359900199001010015", "359900195512300024"];

pub fn person(name: &str, number: &str) -> WorkerInput {
    WorkerInput {
        name: name.into(),
        id_no: number.into(),
        employ: "agency".into(),
        phone: "13800000000".into(),
        since: "2021-01-01".into(),
        ..WorkerInput::default()
    }
}

/// Registers somebody in COUNTY.
pub async fn register(app: &TestApp, name: &str, number: &str) -> WorkerId {
    service::register(&app.ctx(county_admin()), &person(name, number), &Idem::none()).await.unwrap()
}

pub fn posting(n: u128, from: &str, fte: &str) -> PostingInput {
    PostingInput { unit: unit_id(n).to_string(), from: from.into(), fte: fte.into(), ..PostingInput::default() }
}

/// (field, code) of every field problem.
pub fn fields<T: std::fmt::Debug>(r: Result<T>) -> Vec<(String, String)> {
    match r {
        Err(Error::Invalid(e)) => e.0.into_iter().map(|e| (e.field, e.code)).collect(),
        other => panic!("{other:?}"),
    }
}

pub fn at(field: &str, code: &str) -> (String, String) {
    (field.to_owned(), code.to_owned())
}
