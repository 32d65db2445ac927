//! One station accepted for several townships: what is withdrawn or decided for one leaves the others standing.

use crate::acceptance::{accept, on, ready, reopen, rule, sheet, step};
use crate::support::{county_admin, day, load, parts, station, unit_id};
use zw_access::Ctx;
use zw_core::DivisionId;
use zw_network::model::unit::UnitState::{self, Operating, Preparing, Rectifying};
use zw_network::service::units;
use zw_testkit::{TestApp, World, on_both};

const T1: DivisionId = World::TOWN;
const T2: DivisionId = World::TOWN2;

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
    })
    .await;
}
