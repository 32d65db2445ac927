//! Two stations of one county, one of another, one of another province; workers posted to them.

use zw_access::{Actor, Ctx, Role};
use zw_core::{Day, DivisionId, Error, Key, PageReq, ResidentId, UnitId, Uuid, WorkerId};
use zw_db::{Mark, Result, sql};
use zw_indicators::{Area, RowsOut, Span};
use zw_practice::model::{EncounterInput, PersonIn, ResidentInput};
use zw_practice::service::{encounter, register};
pub use zw_testkit::quietly;
use zw_testkit::{TestApp, TestParts, World, actor, actor_of, posted, station};
use zw_web::Idem;

/// The module alone.
pub fn parts() -> TestParts {
    TestParts { modules: vec![zw_practice::module()], sources: vec![zw_practice::source()], ..TestParts::default() }
}

pub fn day(m: i64, d: i64) -> Day {
    Day::new(2021, m, d).unwrap()
}
pub fn unit(n: u128) -> UnitId {
    UnitId(Uuid::from_u128(0xA000 + n))
}
pub fn worker(n: u128) -> WorkerId {
    WorkerId(Uuid::from_u128(0xB000 + n))
}

/// Station 1 of TOWN, 2 of TOWN2 (same county), 3 of COUNTY2, 4 of the other province.
pub const STATIONS: [(u128, DivisionId, i64); 4] =
    [(1, World::COUNTY, 1000), (2, World::COUNTY, 1001), (3, World::COUNTY2, 1010), (4, World::OTHER_COUNTY, 2000)];

/// Writes stations, their state and coverage (since November 2020), workers (two per station, n*10 and n*10+1) and postings from 2021-01-01.
pub async fn world(app: &TestApp) {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    for (n, county, town) in STATIONS {
        let name = if n == 4 { "外省站".to_owned() } else { format!("第{n}站") };
        station(&mut tx, n, county, DivisionId(town), 20_201_101, &name).await;
        for k in [n * 10, n * 10 + 1] {
            posted(&mut tx, k, county, unit(n), 20_210_101).await;
        }
    }
    quietly(tx).await;
}

/// A worker of a station; `n` of [`STATIONS`].
pub fn social_worker(n: u128) -> Actor {
    let (_, county, _) = STATIONS[usize::try_from(n - 1).unwrap()];
    actor_of(Role::Worker, None, Some((county, unit(n))), Some(worker(n * 10)))
}
/// The station's second worker.
pub fn colleague(n: u128) -> Actor {
    let (_, county, _) = STATIONS[usize::try_from(n - 1).unwrap()];
    actor_of(Role::Worker, None, Some((county, unit(n))), Some(worker(n * 10 + 1)))
}
/// Its head, who is no posted worker.
pub fn head(n: u128) -> Actor {
    let (_, county, _) = STATIONS[usize::try_from(n - 1).unwrap()];
    actor_of(Role::StationHead, None, Some((county, unit(n))), None)
}
/// The county's centre.
pub fn centre() -> Actor {
    actor(Role::CenterStaff, World::COUNTY)
}

/// A valid ID number of a woman of the demo prefix.
pub fn id_no(birth: &str, serial: i64) -> String {
    let body = format!("359900{birth}{:03}", serial * 2);
    format!("{body}{}", zw_core::person_id::check_digit(&body).unwrap())
}

/// The same, masked as the record's page shows it.
pub fn masked(birth: &str, serial: i64) -> String {
    format!("359***********{}", &id_no(birth, serial)[14..])
}

/// A registration that passes.
pub fn person(name: &str, serial: i64) -> ResidentInput {
    ResidentInput {
        name: name.into(),
        id_no: id_no("19500101", serial),
        village: World::VILLAGE.to_string(),
        categories: vec!["01".into()],
        legal_basis: "statutory".into(),
        filed_on: "2021-06-01".into(),
        risk: "3".into(),
        ..ResidentInput::default()
    }
}

/// Registers and answers the key.
pub async fn registered(ctx: &Ctx, input: ResidentInput) -> Key<ResidentId> {
    register::register(ctx, input, &Idem::none()).await.unwrap()
}

/// A visit to some residents, all met.
pub fn visit_to(ids: &[ResidentId]) -> EncounterInput {
    EncounterInput {
        action: "看望".into(),
        persons: ids.iter().map(|id| PersonIn { resident: Some(*id), met: true, ..PersonIn::default() }).collect(),
        ..EncounterInput::default()
    }
}

/// Records and answers the key.
pub async fn visited(ctx: &Ctx, input: EncounterInput) -> Key<zw_core::EncounterId> {
    encounter::record(ctx, input, &Idem::none()).await.unwrap()
}

/// `field:code` of the problems, or the error's name.
pub fn problems<T>(r: Result<T>) -> String {
    match r {
        Ok(_) => "ok".into(),
        Err(Error::Invalid(e)) => e.0.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" "),
        Err(Error::Rule { code, .. }) => code.into(),
        Err(Error::Conflict { .. }) => "conflict".into(),
        Err(Error::NotFound) => "not found".into(),
        Err(Error::Forbidden) => "forbidden".into(),
        Err(Error::TooMany { .. }) => "too many".into(),
        Err(e) => panic!("{e:?}"),
    }
}

/// Measures by key, straight from the records.
pub async fn figures(app: &TestApp, keys: &[&'static str], area: &Area, from: Day, to: Day) -> Vec<i64> {
    let mut c = app.app.db.read().await.unwrap();
    let tree = app.app.tree();
    let found = zw_practice::source().count(&mut c, &tree, keys, area, Span { from, to }).await.unwrap();
    keys.iter().map(|k| found.iter().find(|f| f.0 == *k).unwrap().1).collect()
}

/// Rows behind a figure for a reader.
pub async fn rows(app: &TestApp, who: Actor, key: &'static str, area: &Area, from: Day, to: Day) -> RowsOut {
    let ctx = app.ctx(who);
    zw_practice::source().rows(&ctx, key, area, Span { from, to }, PageReq::new(None, Some(200))).await.unwrap()
}

/// Marks as stored, and forgets them.
pub async fn take_marks(app: &TestApp) -> Vec<Mark> {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let found: Vec<(DivisionId, Uuid, Day)> =
        tx.all(sql("SELECT county_id,unit_id,day FROM mark ORDER BY county_id,unit_id,day")).await.unwrap();
    tx.run(sql("DELETE FROM mark")).await.unwrap();
    quietly(tx).await;
    found.into_iter().map(|(county, unit, day)| Mark { county, unit: Some(UnitId(unit)), day }).collect()
}

/// A count over the database.
pub async fn count(app: &TestApp, q: &'static str) -> i64 {
    app.app.db.read().await.unwrap().scalar(sql(q)).await.unwrap()
}

/// (action, record, persons told apart) of the events with a subject since the last call.
pub async fn events(app: &TestApp, from: &mut i64) -> Vec<(String, String, i64)> {
    let mut c = app.app.db.read().await.unwrap();
    let q = sql(
        "SELECT action,record_id,COUNT(DISTINCT subject_ref) FROM audit_event WHERE subject_ref IS NOT NULL AND seq>",
    );
    let found = c.all(q.bind(*from).lit(" GROUP BY action,record_id ORDER BY action,record_id")).await.unwrap();
    *from = c.scalar(sql("SELECT CAST(COALESCE(MAX(seq),0) AS BIGINT) FROM audit_event")).await.unwrap();
    found
}

/// The first station's area.
pub fn station1() -> Area {
    Area::Unit(World::COUNTY, unit(1))
}
