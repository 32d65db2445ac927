//! One station accepted for several townships: what is withdrawn or decided for one leaves the others standing.

use crate::acceptance::{accept, accept_as_it_is, count, on, ready, reopen, rule, sheet, step};
use crate::support::{at, county_admin, day, fields, load, meets, parts, serves, station, unit_id};
use zw_access::Ctx;
use zw_core::{DivisionId, UnitId};
use zw_db::{Tx, sql};
use zw_network::model::unit::CoverInput;
use zw_network::model::unit::UnitState::{self, Operating, Preparing, Rectifying};
use zw_network::service::units;
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

const T1: DivisionId = World::TOWN;
const T2: DivisionId = World::TOWN2;
const T3: DivisionId = DivisionId(1002);

/// A station of T1, being prepared, that will serve T2 too; both sheets are ready for the acceptance.
async fn shared(app: &TestApp) -> Ctx {
    let serves = [(T1, 20210301, None), (T2, 20210301, None)];
    load(app, &[station(1, World::COUNTY, T1, &[(20210301, Preparing)], &serves)]).await;
    let ctx = app.ctx(county_admin());
    ready(&ctx, T1).await;
    ready(&ctx, T2).await;
    ctx
}

async fn state(ctx: &Ctx) -> UnitState {
    units::get(ctx, unit_id(1)).await.unwrap().unit.state
}

/// Two townships were accepted on one day, one of them by mistake: the station stands for the other.
#[tokio::test]
async fn a_withdrawn_township_leaves_the_station_to_the_other() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        accept(&ctx, T2, "2021-05-01").await.unwrap();
        assert_eq!(on(&app, "townships_covered", 20210501).await, 2);
        reopen(&ctx, T2, "", "1").await.unwrap();
        let file = units::get(&ctx, unit_id(1)).await.unwrap();
        assert_eq!((file.unit.state, file.unit.opened_on), (Operating, Some(day(20210501))));
        assert_eq!((on(&app, "stations_built", 20210501).await, on(&app, "townships_covered", 20210501).await), (1, 1));
        let (one, two) = (sheet(&ctx, T1).await, sheet(&ctx, T2).await);
        assert_eq!((one.accepted_on, one.built), (Some(day(20210501)), true));
        assert_eq!((two.accepted_on, two.built), (None, false));
        // It is accepted again, now on the right day; without either the station is being prepared as before.
        accept(&ctx, T2, "2021-05-10").await.unwrap();
        assert_eq!(
            (on(&app, "townships_covered", 20210509).await, on(&app, "townships_covered", 20210510).await),
            (1, 2)
        );
        reopen(&ctx, T2, "", "1").await.unwrap();
        reopen(&ctx, T1, "", "1").await.unwrap();
        assert_eq!((state(&ctx).await, on(&app, "townships_covered", 20210708).await), (Preparing, 0));
    })
    .await;
}

/// The first acceptance is not taken from under a later one; the later one is withdrawn first.
#[tokio::test]
async fn a_later_township_rests_on_the_first_acceptance() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        accept(&ctx, T2, "2021-06-01").await.unwrap();
        assert_eq!(rule(reopen(&ctx, T1, "", "1").await), "acceptance-built-upon");
        assert_eq!((state(&ctx).await, on(&app, "townships_covered", 20210601).await), (Operating, 2));
        reopen(&ctx, T2, "", "1").await.unwrap();
        assert_eq!((state(&ctx).await, on(&app, "townships_covered", 20210601).await), (Operating, 1));
        reopen(&ctx, T1, "", "1").await.unwrap();
        assert_eq!((state(&ctx).await, on(&app, "townships_covered", 20210601).await), (Preparing, 0));
    })
    .await;
}

/// What the county decided with a reason and a document stands without the acceptance that came after it.
#[tokio::test]
async fn a_decided_coverage_outlives_a_withdrawn_acceptance() {
    on_both(parts, |app| async move {
        let serves = [(T1, 20210301, None)];
        load(&app, &[station(1, World::COUNTY, T1, &[(20210301, Preparing)], &serves)]).await;
        let ctx = app.ctx(county_admin());
        ready(&ctx, T1).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        let decision = CoverInput {
            division: T2.to_string(),
            why: "两镇共用一站".into(),
            document: "榕民〔2021〕8号".into(),
            ..CoverInput::default()
        };
        units::cover(&ctx, unit_id(1), &decision, &Idem::none()).await.unwrap();
        ready(&ctx, T2).await;
        accept(&ctx, T2, "2021-07-08").await.unwrap();
        reopen(&ctx, T2, "", "1").await.unwrap();
        assert_eq!(
            (on(&app, "townships_covered", 20210707).await, on(&app, "townships_covered", 20210708).await),
            (1, 2)
        );
        let sheet = sheet(&ctx, T2).await;
        assert_eq!((sheet.accepted_on, sheet.covered_by.map(|b| b.unit_id)), (None, Some(unit_id(1))));
    })
    .await;
}

/// An acceptance that ended the rectifying is withdrawn: the station rectifies again, and no longer for that township.
#[tokio::test]
async fn a_withdrawn_township_leaves_the_station_rectifying() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        step(&ctx, unit_id(1), "rectifying", "2021-06-05", None).await.unwrap();
        accept(&ctx, T2, "2021-06-10").await.unwrap();
        assert_eq!((state(&ctx).await, on(&app, "townships_covered", 20210708).await), (Operating, 2));
        reopen(&ctx, T2, "", "1").await.unwrap();
        assert_eq!((state(&ctx).await, on(&app, "townships_covered", 20210708).await), (Rectifying, 1));
        let s = sheet(&ctx, T1).await;
        assert_eq!((s.accepted_on, s.reinspected_on, s.accept_venue), (Some(day(20210501)), None, false));
    })
    .await;
}

/// While the neighbour serves a township its own station is built: the acceptance is of that one. What a neighbour will
/// serve some day it does not serve yet.
#[tokio::test]
async fn the_own_station_is_accepted_before_the_neighbour() {
    on_both(parts, |app| async move {
        let neighbour = [(T1, 20210101, None), (T2, 20210101, None), (T3, 20210801, None)];
        load(&app, &[station(1, World::COUNTY, T1, &[(20210101, Operating)], &neighbour)]).await;
        let ctx = app.ctx(county_admin());
        ready(&ctx, T2).await;
        ready(&ctx, T3).await;
        assert_eq!(fields(accept_as_it_is(&ctx, T3, "2021-07-01").await), [at("staff", "acceptance-nobody-posted")]);
        // Accepted at the neighbour, which was a mistake, before the own one was entered.
        assert_eq!(accept_as_it_is(&ctx, T2, "2021-06-10").await.unwrap(), unit_id(1));
        reopen(&ctx, T2, "", "1").await.unwrap();
        load(&app, &[station(2, World::COUNTY, T2, &[(20210501, Preparing)], &[(T2, 20210501, None)])]).await;
        assert_eq!(accept_as_it_is(&ctx, T2, "2021-06-10").await.unwrap(), unit_id(2));
        assert_eq!(units::get(&ctx, unit_id(2)).await.unwrap().unit.state, Operating);
        // The same without the mistake.
        let own = station(3, World::COUNTY, T3, &[(20210501, Preparing)], &[(T3, 20210501, None)]);
        load(&app, &[own, station(4, World::COUNTY, T1, &[(20210101, Operating)], &[(T3, 20210101, None)])]).await;
        assert_eq!(accept_as_it_is(&ctx, T3, "2021-06-10").await.unwrap(), unit_id(3));
        assert_eq!(sheet(&ctx, T3).await.unit_id, Some(unit_id(3)));
    })
    .await;
}

/// A 复验 is of the station: from whichever sheet it is withdrawn, it counts no longer and no sheet says it.
#[tokio::test]
async fn a_withdrawn_inspection_is_withdrawn_from_all_sheets() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        let said = async |ctx: &Ctx| {
            let (one, two) = (sheet(ctx, T1).await, sheet(ctx, T2).await);
            assert_eq!((one.accept_venue, two.accept_venue), (false, false));
            [one.reinspected_on, two.reinspected_on]
        };
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        accept(&ctx, T2, "2021-05-01").await.unwrap();
        step(&ctx, unit_id(1), "rectifying", "2021-06-05", None).await.unwrap();
        accept(&ctx, T1, "2021-06-10").await.unwrap();
        reopen(&ctx, T2, "", "1").await.unwrap();
        assert_eq!(said(&ctx).await, [None, None]);
        assert!(sheet(&ctx, T1).await.attempts[0].withdrawn.is_some());
        assert_eq!((state(&ctx).await, count(&app, "acceptances_passed", 20210501, 20210708).await), (Rectifying, 2));
        // What was inspected before stands again, on the own sheet and on the other.
        accept(&ctx, T2, "2021-06-15").await.unwrap();
        step(&ctx, unit_id(1), "rectifying", "2021-06-20", None).await.unwrap();
        accept(&ctx, T1, "2021-06-25").await.unwrap();
        reopen(&ctx, T1, "", "1").await.unwrap();
        assert_eq!(said(&ctx).await, [Some(day(20210615)); 2]);
        assert_eq!((state(&ctx).await, count(&app, "acceptances_passed", 20210501, 20210708).await), (Rectifying, 3));
    })
    .await;
}

/// A 复验 of the station that merged into this one is none of this one's.
#[tokio::test]
async fn an_inspection_of_a_merged_station_is_not_withdrawn_from_its_heir() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        load(&app, &[station(2, World::COUNTY, T3, &[(20210301, Preparing)], &[(T3, 20210301, None)])]).await;
        ready(&ctx, T3).await;
        accept(&ctx, T3, "2021-05-02").await.unwrap();
        step(&ctx, unit_id(2), "rectifying", "2021-05-10", None).await.unwrap();
        accept(&ctx, T3, "2021-05-20").await.unwrap();
        step(&ctx, unit_id(2), "merged", "2021-06-01", Some(unit_id(1))).await.unwrap();
        assert_eq!(rule(reopen(&ctx, T3, "", "1").await), "acceptance-built-upon");
        let s = sheet(&ctx, T3).await;
        assert_eq!((s.reinspected_on, s.accept_venue, state(&ctx).await), (Some(day(20210520)), true, Operating));
    })
    .await;
}

/// A further township is accepted at a station that was built on that day.
#[tokio::test]
async fn a_further_township_needs_a_built_station() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        let not_built = [at("on", "acceptance-unit-not-built")];
        accept(&ctx, T1, "2021-06-01").await.unwrap();
        assert_eq!(fields(accept(&ctx, T2, "2021-05-31").await), not_built);
        accept(&ctx, T2, "2021-06-01").await.unwrap();
        step(&ctx, unit_id(1), "suspended", "2021-06-20", None).await.unwrap();
        step(&ctx, unit_id(1), "operating", "2021-06-25", None).await.unwrap();
        serves(&app, unit_id(1), T3, 20210301).await;
        ready(&ctx, T3).await;
        assert_eq!(fields(accept(&ctx, T3, "2021-06-24").await), not_built);
        accept(&ctx, T3, "2021-06-25").await.unwrap();
    })
    .await;
}

/// What a further township was accepted at is not ended or suspended from an earlier day on.
#[tokio::test]
async fn a_station_does_not_end_before_a_township_was_accepted_there() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        load(&app, &[station(2, World::COUNTY, T3, &[(20210101, Operating)], &[(T3, 20210101, None)])]).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        accept(&ctx, T2, "2021-06-15").await.unwrap();
        for (to, into) in [("closed", None), ("suspended", None), ("merged", Some(unit_id(2)))] {
            let early = step(&ctx, unit_id(1), to, "2021-06-14", into).await;
            assert_eq!(fields(early), [at("on", "before-acceptance")], "{to}");
        }
        assert_eq!(on(&app, "townships_covered", 20210708).await, 3);
        // What was recorded by mistake holds nothing up.
        reopen(&ctx, T2, "", "1").await.unwrap();
        step(&ctx, unit_id(1), "suspended", "2021-06-14", None).await.unwrap();
        step(&ctx, unit_id(1), "closed", "2021-06-15", None).await.unwrap();
        assert_eq!(sheet(&ctx, T2).await.round_from, Some(day(20210615)));
    })
    .await;
}

/// A unit is being closed by somebody else, who has not committed yet.
async fn closing(app: &TestApp, id: UnitId) -> Tx {
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    let stretch = sql("INSERT INTO unit_state(unit_id,from_day,state,county_id,tier) VALUES(").bind(id);
    for q in [
        sql("UPDATE unit_state SET to_day=20210701 WHERE to_day IS NULL AND unit_id=").bind(id),
        stretch.lit(",20210701,'closed',").bind(World::COUNTY).lit(",'T')"),
        sql("UPDATE unit_coverage SET to_day=20210701 WHERE to_day IS NULL AND unit_id=").bind(id),
        sql("UPDATE unit SET state='closed',version=version+1 WHERE id=").bind(id),
    ] {
        tx.run(q).await.unwrap();
    }
    tx
}

/// What relies on a station waits for whoever is ending it, and finds it ended.
#[tokio::test]
async fn nothing_is_built_on_a_station_that_is_being_closed() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        let first = closing(&app, unit_id(1)).await;
        let second = meets(&app, first, async move { accept_as_it_is(&ctx, T2, "2021-06-01").await }).await;
        assert!(second.is_err(), "{second:?}");
        let ctx = app.ctx(county_admin());
        assert_eq!(sheet(&ctx, T2).await.accepted_on, None);

        // Nor does it begin to serve a township, and it is no heir.
        let operating = |n, town| station(n, World::COUNTY, town, &[(20210101, Operating)], &[(town, 20210101, None)]);
        load(&app, &[operating(2, T2), operating(3, T3)]).await;
        let decided = CoverInput {
            division: T1.to_string(),
            why: "两镇共用一站".into(),
            document: "榕民〔2021〕8号".into(),
            ..CoverInput::default()
        };
        let first = closing(&app, unit_id(2)).await;
        let second = async move { units::cover(&ctx, unit_id(2), &decided, &Idem::none()).await };
        assert_eq!(rule(meets(&app, first, second).await), "unit-step");
        load(&app, &[operating(4, T2)]).await;
        let (ctx, first) = (app.ctx(county_admin()), closing(&app, unit_id(4)).await);
        let second = async move { step(&ctx, unit_id(3), "merged", "2021-07-01", Some(unit_id(4))).await };
        assert_eq!(fields(meets(&app, first, second).await), [at("merged_into", "merge-target")]);
    })
    .await;
}

/// A township was being accepted when its station was closed: the closing waits, and frees that sheet too.
#[tokio::test]
async fn a_closing_station_frees_what_was_accepted_meanwhile() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        let mut first = app.app.db.write(app.app.clock.now()).await.unwrap();
        let sheet_of_t2 = sql("UPDATE build_out SET accepted_on=20210601,version=version+1,unit_id=").bind(unit_id(1));
        first.run(sql("UPDATE unit SET version=version WHERE id=").bind(unit_id(1))).await.unwrap();
        first.run(sheet_of_t2.lit(" WHERE township_id=").bind(T2)).await.unwrap();
        let second = async move { step(&ctx, unit_id(1), "closed", "2021-07-01", None).await };
        meets(&app, first, second).await.unwrap();
        let s = sheet(&app.ctx(county_admin()), T2).await;
        assert_eq!((s.unit_id, s.accepted_on, s.round_from), (None, None, Some(day(20210701))));
    })
    .await;
}

/// Taking a unit's row changes nothing that an open form has seen.
#[tokio::test]
async fn an_open_form_survives_an_acceptance() {
    on_both(parts, |app| async move {
        let ctx = shared(&app).await;
        accept(&ctx, T1, "2021-05-01").await.unwrap();
        let version = units::get(&ctx, unit_id(1)).await.unwrap().unit.version;
        accept(&ctx, T2, "2021-06-01").await.unwrap();
        assert_eq!(units::get(&ctx, unit_id(1)).await.unwrap().unit.version, version);
    })
    .await;
}
