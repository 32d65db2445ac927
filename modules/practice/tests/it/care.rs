//! Who answers for somebody whose station has nobody on post.

use crate::support::*;
use zw_db::sql;
use zw_practice::service::resident;
use zw_testkit::{TestParts, on_both};

/// With the module that keeps postings.
fn staffed() -> TestParts {
    let mut p = parts();
    p.sources.push(zw_people::source());
    p
}

#[tokio::test]
async fn the_record_says_who_looks_after_the_people_of_a_station_without_staff() {
    on_both(staffed, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = registered(&ctx, person("陈秀英", 1)).await;
        assert!(resident::open(&ctx, key.county, key.id).await.unwrap().resident.care.is_none());
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        tx.run(sql("UPDATE posting SET to_day=20210705 WHERE unit_id=").bind(unit(1))).await.unwrap();
        quietly(tx).await;
        // The county has no centre: it has to choose.
        let care = resident::open(&app.ctx(head(1)), key.county, key.id).await.unwrap().resident.care.unwrap();
        assert_eq!((care.since, care.unit), (day(7, 5), None));
        let page = app.client(head(1)).get(&format!("/people/{}/{}", key.county, key.id)).await.text();
        assert!(page.contains("空窗，代管单位待县级主管指定") && page.contains("此前："), "{page}");
        // It chose the other station, whose workers see nobody of this one all the same.
        let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
        let q = sql("INSERT INTO staff_gap(unit_id,county_id,caretaker_id,version,updated_at,updated_by) VALUES(");
        let q = q.bind(unit(1)).lit(",").bind(key.county).lit(",").bind(unit(2)).lit(",1,0,'test')");
        tx.run(q).await.unwrap();
        quietly(tx).await;
        let page = app.client(centre()).get(&format!("/people/{}/{}", key.county, key.id)).await.text();
        assert!(page.contains("空窗，由 第2站 代管"), "{page}");
        let refused = resident::open(&app.ctx(social_worker(2)), key.county, key.id).await;
        assert_eq!(problems(refused), "not found");
    })
    .await;
}
