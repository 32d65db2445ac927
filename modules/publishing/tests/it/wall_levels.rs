//! Whose targets the wall judges by.

use crate::support::{city, officer, parts, quietly, world, write};
use zw_core::Uuid;
use zw_db::val;
use zw_network::Level;
use zw_publishing::model::wall::WallQuery;
use zw_publishing::service::wall as service;
use zw_testkit::{World, on_both};
use zw_ui::Status;

/// A city and a county set targets of their own for 子二县, which is overdue by the province's: on the province's wall and in
/// its matrix nothing changes, not even the phase; on the city's wall the city's stands beside.
#[tokio::test]
async fn a_lower_level_changes_nothing_on_the_wall_above_it() {
    on_both(parts, |t| async move {
        world(&t).await;
        let walls = async |who: fn() -> zw_access::Actor| {
            let ctx = t.ctx(who());
            let w = service::get(&ctx, &WallQuery::default()).await.unwrap();
            let m = service::get(&ctx, &WallQuery { view: Some("milestones".into()), ..WallQuery::default() })
                .await
                .unwrap()
                .matrix
                .unwrap();
            let tile = w.tiles.iter().find(|t| t.division == World::COUNTY2.0).unwrap().clone();
            (tile, serde_json::to_value((&w.tiles, &w.phases, w.phase, &w.lead, &m)).unwrap())
        };
        let (_, before) = walls(|| officer(1)).await;
        let mut tx = write(&t).await;
        let columns =
            &["id", "division_id", "measure", "due_on", "value", "phase", "set_by", "set_level", "created_at"];
        let rows = [
            (1u128, "townships_covered", 20_221_231i64, 0i64, "X"),
            (2, "townships_covered", 20_211_231, 2, "C"),
            (3, "village_rooms", 20_210_731, 1, "X"),
        ]
        .map(|(n, measure, due, value, level)| {
            vec![
                val(Uuid::from_u128(0xE200 + n)),
                val(World::COUNTY2),
                val(measure),
                val(due),
                val(value),
                val("raise"),
                val("test"),
                val(level),
                val(0i64),
            ]
        });
        tx.bulk("target", columns, &rows, "").await.unwrap();
        quietly(tx).await;
        let (tile, after) = walls(|| officer(1)).await;
        assert_eq!(before, after);
        assert_eq!((tile.status, tile.plan_of, tile.own), (Status::Overdue, Some(Level::Province), None));
        assert_eq!(tile.obstacle.as_deref(), Some("venue"));
        let (tile, _) = walls(city).await;
        assert_eq!((tile.status, tile.plan_of), (Status::Overdue, Some(Level::Province)));
        let own = tile.own.unwrap();
        assert_eq!((own.planned, own.status), (None, Status::NoData), "it has one point, which is to come");
        let page = t.client(city()).get("/wall").await.text();
        assert!(page.contains("计划 1（省定）") && page.contains("本级目标：计划 —"), "{page}");
        let page = t.client(officer(1)).get("/wall").await.text();
        assert!(!page.contains("本级目标"), "{page}");
    })
    .await;
}
