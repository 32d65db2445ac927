//! What pages tell readers to do, to those who may do it.

use crate::support::*;
use zw_practice::service::resident;
use zw_testkit::on_both;

/// Hints say what is true, and to whom it is of use.
#[tokio::test]
async fn hints_are_for_who_may_follow_them() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (c, reader) = (app.client(social_worker(1)), app.client(centre()));
        for (path, how) in [("/people", "为第一位服务对象建档"), ("/visits", "记一次探访或咨询后")] {
            assert!(c.get(path).await.text().contains(how), "{path}");
            assert!(!reader.get(path).await.text().contains(how), "{path}");
        }
        assert!(!reader.post("/people/find", &[("q", "陈")]).await.text().contains("新建档案"));
        let ctx = app.ctx(social_worker(1));
        let p = registered(&ctx, person("陈一一", 1)).await;
        let form = format!("/people/{}/{}/visit", p.county, p.id);
        let alone = c.get(&form).await.text();
        assert!(alone.contains("没见到陈一一就去掉勾选，记为未遇") && !alone.contains("同户其他人"), "{alone}");
        let house = resident::open(&ctx, p.county, p.id).await.unwrap().resident.household.to_string();
        registered(&ctx, zw_practice::model::ResidentInput { household: house, ..person("陈二二", 2) }).await;
        assert!(c.get(&form).await.text().contains("不勾的不在这条记录里"));
        let e = visited(&ctx, visit_to(&[p.id])).await;
        let page = c.get(&format!("/visits/{}/{}", e.county, e.id)).await.text();
        assert!(page.contains("更正记录") && !page.contains("更正资料"), "{page}");
    })
    .await;
}
