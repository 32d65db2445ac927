//! Coverage and the other stocks: distinct divisions, as of a day.

use crate::support::{World, cli, day, load, parts, station, unit_id};
use std::fmt::Write as _;
use zw_access::Role;
use zw_core::{Day, DivisionId, PageReq};
use zw_indicators::{Area, Source as _, Span};
use zw_network::model::unit::UnitState::{Closed, Operating, Planned, Preparing, Rectifying, Suspended};
use zw_network::{NetworkSource, figures};
use zw_testkit::{TestApp, actor, on_both};

async fn series(app: &TestApp, key: &'static str, area: &Area, dates: &[i64]) -> Vec<i64> {
    let dates: Vec<Day> = dates.iter().map(|d| day(*d)).collect();
    let mut c = app.app.db.read().await.unwrap();
    NetworkSource.series(&mut c, &app.app.tree(), key, area, &dates).await.unwrap()
}

async fn one(app: &TestApp, key: &'static str, area: &Area, on: i64) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let found = NetworkSource.count(&mut c, &app.app.tree(), &[key], area, Span::on(day(on))).await.unwrap();
    found[0].1
}

/// I1, worked: 716 ÷ 1,100 = 65.1 %.
#[tokio::test]
async fn the_worked_example() {
    on_both(parts, |app| async move {
        let mut file = String::from(
            "code,name,level,parent_code\n970000000000,丙省,province,\n970100000000,丙市,city,970000000000\n",
        );
        for county in 1..=10 {
            let _ = writeln!(file, "9701{county:02}000000,丙{county}县,county,970100000000");
            for town in 100..210 {
                let _ = writeln!(file, "9701{county:02}{town}000,{town}镇,township,9701{county:02}000000");
            }
        }
        let r = zw_network::import_divisions(&cli(&app), file.as_bytes(), Some(day(20000101))).await.unwrap();
        assert!(r.imported, "{r:?}");
        let view = app.app.tree().as_of(day(20210708));
        let province = view.by_code("970000000000").unwrap().id;
        let towns: Vec<DivisionId> = view.townships_under(province).to_vec();
        let units: Vec<_> = towns
            .iter()
            .take(716)
            .enumerate()
            .map(|(n, town)| {
                let from = if n < 624 { 20210601 } else { 20210701 };
                let county = view.county_of(*town).unwrap();
                station(
                    n as u128,
                    county,
                    *town,
                    &[(20210101, Preparing), (from, Operating)],
                    &[(*town, 20210101, None)],
                )
            })
            .collect();
        load(&app, &units).await;
        let now = figures(&cli(&app), day(20210708), Some(province)).await.unwrap();
        assert_eq!((now.stations_built, now.townships_covered, now.townships_counted), (716, 716, 1_100));
        assert_eq!(now.coverage_percent, Some(65.1));
        let then = figures(&cli(&app), day(20210609), Some(province)).await.unwrap();
        assert_eq!((then.stations_built, then.coverage_percent), (624, Some(56.7)));
        let before = figures(&cli(&app), day(20201231), Some(province)).await.unwrap();
        assert_eq!(before.coverage_percent, Some(0.0));
    })
    .await;
}

/// Two stations in one township count once, one station over several counts each; plaque, preparation and suspension
/// do not count; a functional zone is in no denominator; every answer is as of its day.
#[tokio::test]
async fn distinct_townships_as_of_a_day() {
    on_both(parts, |app| async move {
        let c = World::COUNTY;
        let (t1, t2, t3) = (World::TOWN, World::TOWN2, DivisionId(1002));
        load(
            &app,
            &[
                station(1, c, t1, &[(20210101, Operating)], &[(t1, 20210101, None)]),
                station(
                    2,
                    c,
                    t1,
                    &[(20210201, Operating), (20210401, Rectifying)],
                    &[(t1, 20210201, None), (t2, 20210301, Some(20210501))],
                ),
                station(3, c, t3, &[(20210101, Preparing)], &[(t3, 20210101, None)]),
                station(
                    4,
                    c,
                    t3,
                    &[(20210101, Operating), (20210201, Suspended), (20210601, Operating), (20210701, Closed)],
                    &[(t3, 20210101, None)],
                ),
                station(5, c, World::ZONE, &[(20210101, Operating)], &[(World::ZONE, 20210101, None)]),
                station(
                    6,
                    World::OTHER_COUNTY,
                    World::OTHER_TOWN,
                    &[(20210101, Operating)],
                    &[(World::OTHER_TOWN, 20210101, None)],
                ),
            ],
        )
        .await;
        let county = Area::County(c);
        let dates = [20201231, 20210101, 20210201, 20210301, 20210501, 20210615, 20210701];
        assert_eq!(series(&app, "townships_covered", &county, &dates).await, [0, 2, 1, 2, 1, 2, 1]);
        assert_eq!(series(&app, "no_station_townships", &county, &dates).await, [3, 1, 2, 1, 2, 1, 2]);
        assert_eq!(series(&app, "stations_built", &county, &dates).await, [0, 3, 3, 3, 3, 4, 3]);
        assert_eq!(series(&app, "suspended", &county, &dates).await, [0, 0, 1, 1, 1, 0, 0]);
        assert_eq!(series(&app, "townships_counted", &county, &dates).await, [3; 7]);
        // The grouped count of one day says the same as the sweep.
        for (i, on) in dates.iter().enumerate() {
            for key in ["townships_covered", "no_station_townships", "stations_built", "suspended"] {
                assert_eq!(
                    one(&app, key, &county, *on).await,
                    series(&app, key, &county, &dates).await[i],
                    "{key} {on}"
                );
            }
        }
        let town = Area::Town(c, t2);
        assert_eq!(series(&app, "townships_covered", &town, &dates).await, [0, 0, 0, 1, 0, 0, 0]);
        assert_eq!(one(&app, "townships_counted", &town, 20210301).await, 1);
        let unit = Area::Unit(c, unit_id(2));
        assert_eq!(one(&app, "townships_covered", &unit, 20210301).await, 2);
        assert_eq!(one(&app, "townships_counted", &unit, 20210301).await, 2);
        let span = Span { from: day(20210115), to: day(20210630) };
        let mut conn = app.app.db.read().await.unwrap();
        let new =
            NetworkSource.count(&mut conn, &app.app.tree(), &["stations_built_new"], &county, span).await.unwrap();
        assert_eq!(new[0].1, 1, "coming back from a suspension is not new");
        let keys = ["townships_covered", "stations_built"];
        let all = [c, World::COUNTY2, World::OTHER_COUNTY];
        let found =
            NetworkSource.by_county(&mut conn, &app.app.tree(), &keys, &all, Span::on(day(20210301))).await.unwrap();
        let get = |k: &'static str, c: DivisionId| found[&(k, c)];
        assert_eq!((get("townships_covered", c), get("townships_covered", World::OTHER_COUNTY)), (2, 1));
        assert_eq!((get("stations_built", c), get("stations_built", World::COUNTY2)), (3, 0));
    })
    .await;
}

/// A village that appears after a unit began to serve its township is counted from its own first day, and shown.
#[tokio::test]
async fn what_a_unit_serves_grows_with_the_map() {
    on_both(parts, |app| async move {
        let head = "code,name,level,parent_code\n970000000000,丙省,province,\n970100000000,丙市,city,970000000000\n970101000000,丙县,county,970100000000\n970101100000,丙镇,township,970101000000\n970101100200,一村,village,970101100000\n";
        let more = format!("{head}970101100201,二村,village,970101100000\n");
        for (file, from) in [(head, 20000101), (more.as_str(), 20210601)] {
            let r = zw_network::import_divisions(&cli(&app), file.as_bytes(), Some(day(from))).await.unwrap();
            assert!(r.imported, "{r:?}");
        }
        let view = app.app.tree().as_of(day(20210708));
        let town = view.by_code("970101100000").unwrap().id;
        let county = view.county_of(town).unwrap();
        load(&app, &[station(1, county, town, &[(20210101, Operating)], &[(town, 20210101, None)])]).await;
        let unit = Area::Unit(county, unit_id(1));
        let dates = [20201231, 20210101, 20210531, 20210601, 20210708];
        assert_eq!(series(&app, "villages_counted", &unit, &dates).await, [0, 1, 1, 2, 2]);
        let ctx = app.ctx(actor(Role::CountyAdmin, county));
        let page = PageReq::new(None, None);
        let rows = NetworkSource.rows(&ctx, "villages_counted", &unit, Span::on(day(20210708)), page).await.unwrap();
        assert_eq!(rows.total, 2);
    })
    .await;
}

/// The rows behind a figure stay within the reader's own scope.
#[tokio::test]
async fn rows_behind_a_figure() {
    on_both(parts, |app| async move {
        let c = World::COUNTY;
        load(
            &app,
            &[
                station(1, c, World::TOWN, &[(20210101, Operating)], &[(World::TOWN, 20210101, None)]),
                station(2, c, World::TOWN2, &[(20210101, Planned)], &[(World::TOWN2, 20210101, None)]),
                station(
                    3,
                    World::COUNTY2,
                    DivisionId(1010),
                    &[(20210301, Operating)],
                    &[(DivisionId(1010), 20210301, None)],
                ),
            ],
        )
        .await;
        let city = Area::Counties(vec![c, World::COUNTY2]);
        let span = Span { from: day(20210201), to: day(20210708) };
        let page = PageReq::new(None, None);
        let rows = |actor, key| {
            let (ctx, city) = (app.ctx(actor), city.clone());
            async move { NetworkSource.rows(&ctx, key, &city, span, page).await.unwrap() }
        };
        let all = rows(actor(Role::CityAdmin, World::CITY), "stations_built").await;
        assert_eq!((all.total, all.partly_hidden, all.rows.len()), (2, false, 2));
        assert_eq!(all.rows[0].href.as_deref(), Some(format!("/units/{}", unit_id(1)).as_str()));
        let own = rows(actor(Role::CountyAdmin, c), "stations_built").await;
        assert_eq!((own.total, own.partly_hidden), (1, true));
        assert_eq!(rows(actor(Role::CityAdmin, World::CITY), "stations_built_new").await.total, 1);
        let covered = rows(actor(Role::CityAdmin, World::CITY), "townships_covered").await;
        assert_eq!((covered.total, covered.rows[0].cells[0].zh()), (2, "子城市子一县东街街道"));
        assert_eq!(rows(actor(Role::CityAdmin, World::CITY), "no_station_townships").await.total, 4);
        assert_eq!(rows(actor(Role::CityAdmin, World::CITY), "townships_counted").await.total, 6);
        // Live sheets are the county's own: above it the figure has no rows to show.
        let sheets = rows(actor(Role::CityAdmin, World::CITY), "venue_ready").await;
        assert_eq!((sheets.total, sheets.partly_hidden), (0, true));
    })
    .await;
}

/// Every measure answers: zero where there is nothing, in every kind of area, by sweep and by group alike.
#[tokio::test]
async fn every_key_answers_everywhere() {
    on_both(parts, |app| async move {
        let areas = [
            Area::Unit(World::COUNTY, unit_id(1)),
            Area::Town(World::COUNTY, World::TOWN),
            Area::County(World::COUNTY),
            Area::Counties(vec![World::COUNTY, World::COUNTY2]),
        ];
        load(
            &app,
            &[station(1, World::COUNTY, World::TOWN, &[(20210101, Operating)], &[(World::TOWN, 20210101, None)])],
        )
        .await;
        for def in NetworkSource.defs() {
            for area in &areas {
                let n = one(&app, def.key, area, 20210708).await;
                assert!(n >= 0, "{} {area:?}: {n}", def.key);
                if def.key != "stations_built_new" {
                    assert_eq!(series(&app, def.key, area, &[20210708]).await, [n], "{} {area:?}", def.key);
                }
            }
        }
        let villages = Area::County(World::COUNTY);
        assert_eq!(one(&app, "villages_counted", &villages, 20210708).await, 8);
        assert_eq!(one(&app, "counties_counted", &areas[3], 20210708).await, 2);
    })
    .await;
}
