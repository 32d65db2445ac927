//! Which villages stations cover, counted in every way there is.

use crate::support::*;
use zw_db::val;
use zw_indicators::{Area, Span};
use zw_testkit::{World, on_both};

/// A station serves villages from the day it is built to the day it is suspended, whatever its coverage says, and
/// every way of counting agrees.
#[tokio::test]
async fn villages_are_covered_by_stations_that_are_built() {
    on_both(parts, |app| async move {
        world(&app).await;
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        // Station 2 covers its township since November 2020: planned until May, built in June, suspended in July.
        tx.run(zw_db::sql("DELETE FROM unit_state WHERE unit_id=").bind(unit(2))).await.unwrap();
        let columns = &["unit_id", "from_day", "to_day", "state", "county_id", "tier"];
        let state = |from: i64, to: Option<i64>, state: &str| {
            vec![val(unit(2)), val(from), val(to), val(state), val(World::COUNTY), val("T")]
        };
        let states = [
            state(20_201_101, Some(20_210_601), "planned"),
            state(20_210_601, Some(20_210_615), "operating"),
            state(20_210_615, Some(20_210_701), "rectifying"),
            state(20_210_701, None, "suspended"),
        ];
        tx.bulk("unit_state", columns, &states, "").await.unwrap();
        quietly(tx).await;
        let (mut c, tree) = (app.app.db.read().await.unwrap(), app.app.tree());
        let dates = [day(5, 31), day(6, 1), day(6, 14), day(6, 15), day(6, 30), day(7, 1)];
        let built = [false, true, true, true, true, false];
        let own = i64::try_from(tree.as_of(day(6, 1)).villages_under(World::TOWN2).len()).unwrap();
        assert!(own > 0);
        let source = zw_practice::source();
        let (county, station) = (Area::County(World::COUNTY), Area::Unit(World::COUNTY, unit(2)));
        let town = Area::Town(World::COUNTY, World::TOWN2);
        let swept = source.series(&mut c, &tree, "M45", &station, &dates).await.unwrap();
        let of_county = source.series(&mut c, &tree, "M45", &county, &dates).await.unwrap();
        for (i, d) in dates.into_iter().enumerate() {
            let want = if built[i] { own } else { 0 };
            assert_eq!(swept[i], want, "{d}");
            for area in [&station, &town] {
                assert_eq!(figures(&app, &["M45"], area, d, d).await, [want], "{area:?} {d}");
                let rows = rows(&app, social_worker(2), "M45", area, d, d).await;
                assert_eq!(rows.total, want, "{area:?} {d}");
            }
            let grouped = source.by_county(&mut c, &tree, &["M45"], &[World::COUNTY], Span::on(d)).await.unwrap();
            assert_eq!(grouped[&("M45", World::COUNTY)], of_county[i], "{d}");
            assert_eq!(of_county[i] - of_county[0], want, "{d}");
        }
    })
    .await;
}
