//! A station with nobody on post is marked on its county's wall and on its township's page, and counts as built meanwhile.

use crate::support::{county, officer, parts, quietly, unit, world, write};
use zw_db::sql;
use zw_publishing::model::town::TownQuery;
use zw_publishing::model::wall::WallQuery;
use zw_publishing::service::wall as service;
use zw_testkit::{World, on_both, posted};

#[tokio::test]
async fn a_station_without_staff_is_marked_and_still_built() {
    on_both(parts, |t| async move {
        world(&t).await;
        let mut tx = write(&t).await;
        for (n, at) in [(70, 1), (71, 2)] {
            posted(&mut tx, n, World::COUNTY, unit(at), 20210401).await;
        }
        tx.run(sql("UPDATE posting SET to_day=20210701,leave_reason='contract_end' WHERE unit_id=").bind(unit(1)))
            .await
            .unwrap();
        quietly(tx).await;
        let wall = service::get(&t.ctx(county()), &WallQuery::default()).await.unwrap();
        let tiles: Vec<_> = wall.tiles.iter().map(|t| (t.covered, t.gap_days)).collect();
        assert_eq!(tiles, [(1, Some(8)), (1, None), (0, None)]);
        let page = t.client(county()).get("/wall").await.text();
        assert!(page.contains("空窗 8 天，无人在岗"), "{page}");
        // Above the county its townships stand as of the week it confirmed last, the gap with them.
        let above =
            service::get(&t.ctx(officer(1)), &WallQuery { area: Some("100".into()), ..WallQuery::default() }).await;
        let above: Vec<_> = above.unwrap().tiles.iter().map(|t| t.gap_days).collect();
        assert_eq!(above, [Some(4), None, None]);
        let q = |area: i64| TownQuery { area: Some(area.to_string()), ..TownQuery::default() };
        let town = service::town(&t.ctx(county()), &q(World::TOWN.0)).await.unwrap();
        assert_eq!(town.units.iter().map(|u| u.gap_days).collect::<Vec<_>>(), [Some(8)]);
        let page = t.client(county()).get(&format!("/wall/town?area={}", World::TOWN)).await.text();
        assert!(page.contains("空窗 8 天，无人在岗"), "{page}");
        let other = service::town(&t.ctx(county()), &q(World::TOWN2.0)).await.unwrap();
        assert_eq!(other.units.iter().map(|u| u.gap_days).collect::<Vec<_>>(), [None]);
    })
    .await;
}
