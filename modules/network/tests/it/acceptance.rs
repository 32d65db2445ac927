//! Acceptances, every attempt at one, and what becomes of a township when its station ends.

use crate::support::{at, county_admin, day, fields, load, parts, prepared, serves, station, unit_id};
use std::sync::Arc;
use zw_access::Ctx;
use zw_core::tree::Tree;
use zw_core::{DivisionId, Error, UnitId};
use zw_indicators::{Area, Basis, BoxFut, MeasureDef, MeasureKind, Source, Span, keys};
use zw_network::NetworkSource;
use zw_network::model::sheet::{AcceptInput, ObstacleInput, ReopenInput, SheetInput, SheetOut};
use zw_network::model::unit::UnitState::{Operating, Preparing, Rectifying, Suspended};
use zw_network::model::unit::{StateInput, UnitInput};
use zw_network::service::{acceptance, sheets, units};
use zw_testkit::{TestApp, TestParts, World, on_both};
use zw_web::Idem;

const T1: DivisionId = World::TOWN;
const T2: DivisionId = World::TOWN2;

pub async fn count(app: &TestApp, key: &'static str, from: i64, to: i64) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let (area, span) = (Area::County(World::COUNTY), Span { from: day(from), to: day(to) });
    NetworkSource.count(&mut c, &app.app.tree(), &[key], &area, span).await.unwrap()[0].1
}

pub async fn on(app: &TestApp, key: &'static str, when: i64) -> i64 {
    count(app, key, when, when).await
}

pub async fn sheet(ctx: &Ctx, town: DivisionId) -> SheetOut {
    sheets::get(ctx, town).await.unwrap()
}

/// Venue and staff dated, so that an acceptance can rest on them.
pub async fn ready(ctx: &Ctx, town: DivisionId) {
    let input = SheetInput {
        venue_on: "2021-03-01".into(),
        staff_on: "2021-04-01".into(),
        plaque_on: "2021-04-20".into(),
        unusual: "1".into(),
        version: sheet(ctx, town).await.version,
        ..SheetInput::default()
    };
    sheets::edit(ctx, town, &input, &Idem::none()).await.unwrap();
}

/// With the township's station in the register, as it must be.
pub async fn accept(ctx: &Ctx, town: DivisionId, on: &str) -> zw_core::Result<UnitId> {
    prepared(ctx, town, on).await;
    accept_as_it_is(ctx, town, on).await
}

pub async fn accept_as_it_is(ctx: &Ctx, town: DivisionId, on: &str) -> zw_core::Result<UnitId> {
    let version = sheet(ctx, town).await.version;
    let (venue, staff, service) = ("1".to_owned(), "1".to_owned(), "1".to_owned());
    let input = AcceptInput { venue, staff, service, on: on.into(), version, ..AcceptInput::default() };
    acceptance::accept(ctx, town, &input, &Idem::none()).await
}

async fn refuse(ctx: &Ctx, town: DivisionId, on: &str, idem: &Idem) -> zw_core::Result<()> {
    let input = AcceptInput {
        venue: "1".into(),
        outcome: "refused".into(),
        reason: "社工未到岗".into(),
        on: on.into(),
        version: sheet(ctx, town).await.version,
        ..AcceptInput::default()
    };
    acceptance::decide(ctx, town, &input, idem).await
}

pub async fn reopen(ctx: &Ctx, town: DivisionId, on: &str, mistake: &str) -> zw_core::Result<()> {
    let version = sheet(ctx, town).await.version;
    let input = ReopenInput { reason: "档案柜缺失".into(), on: on.into(), mistake: mistake.into(), version };
    acceptance::reopen(ctx, town, &input, &Idem::none()).await
}

pub async fn step(ctx: &Ctx, id: UnitId, to: &str, on: &str, into: Option<UnitId>) -> zw_core::Result<()> {
    let input = StateInput {
        state: to.into(),
        on: on.into(),
        reason: "县里决定".into(),
        merged_into: into.map(|u| u.to_string()).unwrap_or_default(),
        version: units::get(ctx, id).await?.unit.version,
        ..StateInput::default()
    };
    units::move_to(ctx, id, &input, &Idem::none()).await
}

pub fn rule<T: std::fmt::Debug>(r: zw_core::Result<T>) -> &'static str {
    match r {
        Err(Error::Rule { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

/// A township whose station was closed is built again with a new one, and the days of the old one stay what they were.
#[tokio::test]
async fn a_closed_station_frees_its_township() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        let old = accept(&ctx, T1, "2021-05-01").await.unwrap();
        step(&ctx, old, "closed", "2021-06-01", None).await.unwrap();
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.unit_id, s.accepted_on, s.round_from, s.accept_venue), (None, None, Some(day(20210601)), false));
        assert_eq!(s.attempts[0].ended_on, Some(day(20210601)), "the old acceptance is history");
        assert_eq!(s.status, zw_ui::Status::NoData, "nothing is begun for another station yet");
        assert_eq!(
            units::get(&ctx, old).await.unwrap().unit.plaque_on,
            Some(day(20210420)),
            "its plaque stays with it"
        );
        let building = [20210301, 20210430, 20210501, 20210615];
        for (d, n) in building.into_iter().zip([1, 1, 0, 0]) {
            assert_eq!(on(&app, "stations_in_progress", d).await, n, "{d}");
        }
        let nobody = at("staff", "acceptance-nobody-posted");
        assert_eq!(
            fields(accept_as_it_is(&ctx, T1, "2021-05-20").await),
            [at("on", "acceptance-before-round"), nobody.clone()]
        );

        let input = UnitInput {
            tier: "T".into(),
            division: T1.to_string(),
            name: "新站".into(),
            mode: "purchase".into(),
            since: "2021-06-20".into(),
            ..UnitInput::default()
        };
        let new = units::create(&ctx, &input, &Idem::none()).await.unwrap();
        assert_eq!(accept(&ctx, T1, "2021-07-01").await.unwrap(), new, "the new station, not the old one");
        for (d, n) in [(20210530, 1), (20210615, 0), (20210701, 1)] {
            assert_eq!(on(&app, "townships_covered", d).await, n, "{d}");
        }
        // Without a station in the register there is nobody at it, and nothing to accept.
        step(&ctx, new, "closed", "2021-07-05", None).await.unwrap();
        assert_eq!(fields(accept_as_it_is(&ctx, T1, "2021-07-06").await), [nobody]);
        let third = accept(&ctx, T1, "2021-07-06").await.unwrap();
        assert!(third != new && third != old);
        assert_eq!(sheet(&ctx, T1).await.attempts.len(), 3);
    })
    .await;
}

/// What is accepted is accepted once; a suspension is not lifted by an acceptance; rectifying ends on the sheet only.
#[tokio::test]
async fn an_acceptance_is_not_overwritten() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        let id = accept(&ctx, T1, "2021-05-01").await.unwrap();
        assert_eq!(rule(accept(&ctx, T1, "2021-06-01").await), "already-accepted");
        assert_eq!(sheet(&ctx, T1).await.accepted_on, Some(day(20210501)));
        step(&ctx, id, "suspended", "2021-05-10", None).await.unwrap();
        assert_eq!(rule(accept(&ctx, T1, "2021-06-01").await), "already-accepted");
        // The other township it serves is not accepted over a suspension either.
        serves(&app, id, T2, 20210511).await;
        ready(&ctx, T2).await;
        assert_eq!(rule(accept(&ctx, T2, "2021-06-01").await), "unit-suspended");
        assert_eq!(units::get(&ctx, id).await.unwrap().unit.state, Suspended);
        step(&ctx, id, "operating", "2021-05-20", None).await.unwrap();
        accept(&ctx, T2, "2021-06-01").await.unwrap();

        // The station rectifies, by whichever page: the groups of all its sheets must be ticked again.
        step(&ctx, id, "rectifying", "2021-06-05", None).await.unwrap();
        assert!(!sheet(&ctx, T1).await.accept_venue && !sheet(&ctx, T2).await.accept_venue);
        assert_eq!(rule(step(&ctx, id, "operating", "2021-06-10", None).await), "unit-needs-inspection");
        step(&ctx, id, "suspended", "2021-06-11", None).await.unwrap();
        assert_eq!(rule(step(&ctx, id, "operating", "2021-06-12", None).await), "unit-needs-inspection");
        let steps = units::get(&ctx, id).await.unwrap().steps;
        assert!(!steps.contains(&Operating) && steps.contains(&Rectifying), "{steps:?}");
        step(&ctx, id, "rectifying", "2021-06-13", None).await.unwrap();
        accept(&ctx, T1, "2021-06-15").await.unwrap();
        for town in [T1, T2] {
            let s = sheet(&ctx, town).await;
            assert!(s.accept_venue && s.reinspected_on == Some(day(20210615)), "{s:?}");
        }
        assert_eq!(sheet(&ctx, T1).await.accepted_on, Some(day(20210501)));
    })
    .await;
}

/// A 复验 recorded by mistake leaves an accepted station that is still rectifying.
#[tokio::test]
async fn a_withdrawn_inspection_leaves_the_acceptance() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        let id = accept(&ctx, T1, "2021-05-01").await.unwrap();
        reopen(&ctx, T1, "2021-05-10", "").await.unwrap();
        accept(&ctx, T1, "2021-05-20").await.unwrap();
        reopen(&ctx, T1, "2021-05-25", "").await.unwrap();
        accept(&ctx, T1, "2021-06-01").await.unwrap();
        reopen(&ctx, T1, "", "1").await.unwrap();
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.accepted_on, s.reinspected_on), (Some(day(20210501)), Some(day(20210520))));
        assert_eq!((s.unit_state, s.built, s.accept_venue), (Some(Rectifying), true, false));
        assert!(s.attempts[0].withdrawn.is_some() && s.attempts[1].withdrawn.is_none(), "{:?}", s.attempts);
        assert_eq!(on(&app, "stations_in_progress", 20210601).await, 0);
        accept(&ctx, T1, "2021-06-02").await.unwrap();
        assert_eq!(units::get(&ctx, id).await.unwrap().unit.state, Operating);
        assert_eq!(count(&app, "acceptances_passed", 20210501, 20210708).await, 3, "the withdrawn one does not count");
    })
    .await;
}

/// All of it on one day: of the day only the last state is kept, and withdrawing must not take the acceptance along.
#[tokio::test]
async fn a_withdrawn_inspection_of_the_same_day_leaves_the_acceptance() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        let id = accept(&ctx, T1, "2021-07-08").await.unwrap();
        reopen(&ctx, T1, "2021-07-08", "").await.unwrap();
        accept(&ctx, T1, "2021-07-08").await.unwrap();
        reopen(&ctx, T1, "", "1").await.unwrap();
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.accepted_on, s.unit_state, s.built), (Some(day(20210708)), Some(Rectifying), true));
        assert_eq!(on(&app, "stations_built", 20210708).await, 1);
        accept(&ctx, T1, "2021-07-08").await.unwrap();
        assert_eq!(units::get(&ctx, id).await.unwrap().unit.state, Operating);
    })
    .await;
}

/// I5: what did not pass leaves a trace with its reasons, and counts.
#[tokio::test]
async fn a_refused_acceptance_leaves_a_trace() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        let key = Idem::new(Some("r1".into()), &"r1");
        refuse(&ctx, T1, "2021-05-01", &key).await.unwrap();
        refuse(&ctx, T1, "2021-05-01", &key).await.unwrap();
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.attempts.len(), s.built, s.accepted_on), (1, false, None), "sent twice, recorded once");
        let a = &s.attempts[0];
        assert_eq!(
            (a.passed, a.lacked.join(","), a.reason.as_deref()),
            (false, "staff,service".into(), Some("社工未到岗"))
        );
        accept(&ctx, T1, "2021-06-01").await.unwrap();
        ready(&ctx, T2).await;
        accept(&ctx, T2, "2021-06-10").await.unwrap();
        reopen(&ctx, T2, "", "1").await.unwrap();
        for (from, to, submitted, passed) in
            [(20210501, 20210531, 1, 0), (20210601, 20210630, 1, 1), (20210501, 20210708, 2, 1)]
        {
            assert_eq!(count(&app, "acceptances_submitted", from, to).await, submitted, "{from}");
            assert_eq!(count(&app, "acceptances_passed", from, to).await, passed, "{from}");
        }
        let span = Span { from: day(20210501), to: day(20210708) };
        let area = Area::County(World::COUNTY);
        let page = zw_core::PageReq::new(None, None);
        let rows = NetworkSource.rows(&ctx, "acceptances_submitted", &area, span, page).await.unwrap();
        assert_eq!(
            (rows.total, rows.rows[1].cells[4].zh(), rows.rows[1].cells[4].en()),
            (2, "有人员、有服务", "Staff, Service")
        );
        let rate = zw_indicators::indicator::find("acceptance_rate").unwrap();
        assert_eq!(rate.value(1, Some(2)), "50.0");
    })
    .await;
}

/// Merging hands the townships over, unless it is said otherwise; the sheets go with them where the heir is accepted.
#[tokio::test]
async fn merging_keeps_the_townships_covered() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        ready(&ctx, T2).await;
        let a = accept(&ctx, T1, "2021-05-01").await.unwrap();
        let b = accept(&ctx, T2, "2021-05-02").await.unwrap();
        step(&ctx, a, "merged", "2021-06-01", Some(b)).await.unwrap();
        assert_eq!(on(&app, "townships_covered", 20210708).await, 2);
        assert_eq!(on(&app, "stations_built", 20210708).await, 1);
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.unit_id, s.accepted_on, s.built), (Some(b), Some(day(20210501)), true));
        assert_eq!(rule(reopen(&ctx, T1, "", "1").await), "acceptance-built-upon", "b was not accepted there");
        // An heir that is not accepted itself takes the coverage; the sheet waits for its acceptance.
        let t3 = DivisionId(1002);
        load(&app, &[station(9, World::COUNTY, t3, &[(20210601, Preparing)], &[(t3, 20210601, None)])]).await;
        step(&ctx, b, "merged", "2021-06-20", Some(unit_id(9))).await.unwrap();
        assert_eq!(on(&app, "townships_covered", 20210708).await, 0);
        assert_eq!(sheet(&ctx, T2).await.accepted_on, None);
        assert_eq!(accept(&ctx, T2, "2021-06-25").await.unwrap(), unit_id(9));
        assert_eq!(on(&app, "townships_covered", 20210708).await, 3, "it serves all three");
        // Nobody takes over.
        load(&app, &[station(8, World::COUNTY, t3, &[(20210601, Operating)], &[])]).await;
        let input = StateInput {
            state: "merged".into(),
            on: "2021-07-01".into(),
            reason: "县里决定".into(),
            merged_into: unit_id(8).to_string(),
            coverage: "end".into(),
            version: units::get(&ctx, unit_id(9)).await.unwrap().unit.version,
        };
        units::move_to(&ctx, unit_id(9), &input, &Idem::none()).await.unwrap();
        assert_eq!(on(&app, "townships_covered", 20210708).await, 0);
    })
    .await;
}

/// A double tap has one effect; a second beginning on the same day is told in words.
#[tokio::test]
async fn a_double_tap_has_one_effect() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        load(&app, &[station(1, World::COUNTY, T1, &[(20210101, Preparing)], &[(T1, 20210101, None)])]).await;
        let cover = |from: &str, to: &str| zw_network::model::unit::CoverInput {
            division: T2.to_string(),
            from: from.into(),
            to: to.into(),
            ..Default::default()
        };
        let key = Idem::new(Some("c1".into()), &"c1");
        for _ in 0..2 {
            units::cover(&ctx, unit_id(1), &cover("2021-03-01", ""), &key).await.unwrap();
        }
        units::cover(&ctx, unit_id(1), &cover("", "2021-04-01"), &Idem::none()).await.unwrap();
        let again = units::cover(&ctx, unit_id(1), &cover("2021-03-01", ""), &Idem::none()).await;
        assert_eq!(fields(again), [at("from", "coverage-overlaps")]);
        units::cover(&ctx, unit_id(1), &cover("2021-04-01", ""), &Idem::none()).await.unwrap();
        assert_eq!(units::get(&ctx, unit_id(1)).await.unwrap().coverage.len(), 3);
    })
    .await;
}

const POSTED: MeasureDef = MeasureDef {
    key: keys::POSTED_ALL,
    kind: MeasureKind::Stock,
    label: "x",
    unit: "x",
    definition: "x",
    rule_version: "1",
    source: Basis::Own,
};

/// Stands for the workers' register: one is posted everywhere from 1 June on.
struct FromJune;
impl Source for FromJune {
    fn defs(&self) -> &'static [MeasureDef] {
        &[POSTED, MeasureDef { key: keys::STATIONS_SHORT, ..POSTED }]
    }
    fn count<'a>(
        &'a self,
        _: &'a mut zw_db::Conn,
        _: &'a Tree,
        keys: &'a [&'static str],
        _: &'a Area,
        span: Span,
    ) -> BoxFut<'a, Vec<(&'static str, i64)>> {
        Box::pin(async move { Ok(keys.iter().map(|k| (*k, i64::from(span.to >= day(20210601)))).collect()) })
    }
    fn rule_value<'a>(&'a self, _: &'a mut zw_db::Conn, _: &'static str, _: zw_core::Day) -> BoxFut<'a, Option<i64>> {
        Box::pin(async { Ok(Some(2)) })
    }
}

fn with_people() -> TestParts {
    let mut parts = parts();
    parts.sources.push(Arc::new(FromJune));
    parts
}

/// A station with nobody posted does not pass, and what still held the township up closes with the acceptance.
#[tokio::test]
async fn an_acceptance_rests_on_people_and_closes_what_is_solved() {
    on_both(with_people, |app| async move {
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        assert_eq!(
            fields(accept_as_it_is(&ctx, T1, "2021-06-10").await),
            [at("staff", "acceptance-nobody-posted")],
            "no station"
        );
        load(&app, &[station(1, World::COUNTY, T1, &[(20210301, Preparing)], &[(T1, 20210301, None)])]).await;
        assert_eq!(fields(accept(&ctx, T1, "2021-05-31").await), [at("staff", "acceptance-nobody-posted")]);
        let stuck = ObstacleInput { code: "venue".into(), text: "业主不同意".into(), on: "2021-06-05".into() };
        sheets::add_obstacle(&ctx, T1, &stuck, &Idem::none()).await.unwrap();
        assert_eq!(fields(accept(&ctx, T1, "2021-06-10").await), [at("solved", "acceptance-obstacles-open")]);

        let c = app.client(county_admin());
        let path = "/build-out/100/1000";
        let form = c.get(path).await.text();
        assert!(form.contains("2021-07-08 派驻 1 人，应不少于 2 人") && form.contains("name=\"solved\""), "{form}");
        let version = sheet(&ctx, T1).await.version.to_string();
        let mut typed =
            vec![("version", version.as_str()), ("venue", "1"), ("staff", "1"), ("service", "1"), ("on", "2021-05-31")];
        let refused = c.post(&format!("{path}/accept"), &typed).await.text();
        assert!(refused.contains("2021-05-31 派驻 0 人") && refused.contains("没有派驻社工"), "{refused}");
        assert!(!refused.contains("“有人员”"), "the label says the group already: {refused}");
        typed[4] = ("on", "2021-06-10");
        typed.push(("solved", "1"));
        let done = c.post(&format!("{path}/accept"), &typed).await;
        assert_eq!(done.status, axum::http::StatusCode::SEE_OTHER, "{}", done.text());
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.accepted_on, s.obstacles[0].to_day), (Some(day(20210610)), Some(day(20210610))));
        assert_eq!(on(&app, "obstacles_venue", 20210610).await, 0);
        let page = c.get(path).await.text();
        assert!(page.contains("同日解决的障碍：业主不同意"), "{page}");
    })
    .await;
}
