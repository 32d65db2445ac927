//! What the tests share.

use zw_access::{Actor, Ctx, Role};
use zw_core::{Day, DivisionId, Error, Result, Stamp, UnitId, Uuid};
use zw_db::{Change, Conn, Tx};
use zw_network::model::history::Stretch;
use zw_network::model::unit::{Coverage, Place, Tier, Unit, UnitState};
use zw_network::store::seed::{self, SeedUnit};
use zw_testkit::{Engine, TestApp, TestParts, actor, actor_of};

pub use zw_testkit::World;

/// This module alone.
pub fn parts() -> TestParts {
    TestParts { modules: vec![zw_network::module()], sources: vec![zw_network::source()], ..TestParts::default() }
}

pub fn day(v: i64) -> Day {
    Day::from_yyyymmdd(v).unwrap()
}

pub fn county_admin() -> Actor {
    actor(Role::CountyAdmin, World::COUNTY)
}

/// The township office of TOWN.
pub fn town_officer() -> Actor {
    actor_of(Role::TownOfficer, Some(World::TOWN), None, None)
}

/// A context of the command line.
pub fn cli(app: &TestApp) -> Ctx {
    app.system("cli", zw_network::CLI_ACTIONS)
}

/// A commit without an audit row, for loading.
pub struct Nothing;
impl Change for Nothing {
    async fn write(self, _: &mut Conn) -> Result<()> {
        Ok(())
    }
}

pub fn unit_id(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0x7000 + n))
}

/// A station with its states (from, state) and what it serves (division, from, to).
pub fn station(
    n: u128,
    county: DivisionId,
    town: DivisionId,
    states: &[(i64, UnitState)],
    serves: &[(DivisionId, i64, Option<i64>)],
) -> SeedUnit {
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
                format!("第{n}社会工作服务站"),
                &Place { tier: Tier::Station, division: town, county, town: Some(town), since: day(states[0].0) },
                Stamp::from_ms(0),
                "test",
            )
        },
        history,
        coverage: serves.iter().map(|(d, f, t)| Coverage { division: *d, from: day(*f), to: t.map(day) }).collect(),
    }
}

pub async fn load(app: &TestApp, units: &[SeedUnit]) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    seed::units(&mut tx, units).await.unwrap();
    tx.commit(Nothing).await.unwrap();
}

/// The township's station as the county registers it before the acceptance: preparing from a day on. Nothing when the
/// sheet or the township has one already.
pub async fn prepared(ctx: &Ctx, town: DivisionId, on: &str) -> UnitId {
    let from = Day::parse(on).unwrap_or(ctx.today());
    let own = zw_network::service::sheets::get(ctx, town).await.unwrap();
    let q = zw_db::sql("SELECT unit_id FROM unit_coverage WHERE to_day IS NULL AND division_id=").bind(town);
    let serving: Option<(UnitId,)> = ctx.read().await.unwrap().one(q).await.unwrap();
    if let Some(id) = own.unit_id.or(serving.map(|u| u.0)) {
        return id;
    }
    let view = ctx.tree().as_of(ctx.today());
    let (county, id) = (view.county_of(town).unwrap(), UnitId(ctx.uuid()));
    let place = Place { tier: Tier::Station, division: town, county, town: Some(town), since: from };
    let name = format!("{}社会工作服务站", view.get(town).unwrap().name);
    let unit = Unit { state: UnitState::Preparing, ..Unit::new(id, name, &place, ctx.now(), "test") };
    let station = SeedUnit {
        unit,
        history: vec![Stretch { state: UnitState::Preparing, from, to: None, cause: None }],
        coverage: vec![Coverage { division: town, from, to: None }],
    };
    let mut tx = ctx.write().await.unwrap();
    seed::units(&mut tx, &[station]).await.unwrap();
    tx.commit(Nothing).await.unwrap();
    id
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

/// The township a station has served since a day, as it was noted before anybody decided about such things.
pub async fn serves(app: &TestApp, unit: UnitId, town: DivisionId, from: i64) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let q = zw_db::sql("INSERT INTO unit_coverage(unit_id,division_id,from_day) VALUES(").bind(unit).lit(",");
    tx.run(q.bind(town).lit(",").bind(from).lit(")")).await.unwrap();
    tx.commit(Nothing).await.unwrap();
}

/// An act that begins while `first` is being written, and how it ended once that was.
pub async fn meets<T: Send + 'static>(app: &TestApp, first: Tx, second: impl Future<Output = T> + Send + 'static) -> T {
    let second = tokio::spawn(second);
    // On PostgreSQL the second is let as far as the row itself.
    while app.app.db.engine() == Engine::Postgres && !second.is_finished() {
        let waiting = zw_db::sql(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname=current_database() AND wait_event_type='Lock'",
        );
        let n: i64 = app.app.db.read().await.unwrap().scalar(waiting).await.unwrap();
        if n > 0 {
            break;
        }
        tokio::task::yield_now().await;
    }
    first.commit(Nothing).await.unwrap();
    second.await.unwrap()
}
