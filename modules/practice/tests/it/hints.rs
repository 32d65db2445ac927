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
        assert!(!reader.search("/people/find", &[("q", "陈")]).await.text().contains("新建档案"));
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

/// What is kept back says so at its place; an empty field stays a dash.
#[tokio::test]
async fn what_is_kept_back_is_not_shown_as_empty() {
    on_both(parts, |app| async move {
        world(&app).await;
        let p = registered(&app.ctx(social_worker(1)), person("陈一一", 1)).await;
        let e = visited(&app.ctx(social_worker(1)), visit_to(&[p.id])).await;
        let (record, visit) = (format!("/people/{}/{}", p.county, p.id), format!("/visits/{}/{}", e.county, e.id));
        let (own, other) = (app.client(social_worker(1)), app.client(colleague(1)));
        let main = |text: String| text.split("<main").nth(1).unwrap().to_owned();
        let seen = main(other.get(&visit).await.text());
        // What was looked at, done, came of it, next, body and mind; and the line that says why, above them.
        assert_eq!(seen.matches(">不向您显示<").count(), 5, "{seen}");
        assert!(seen.find("只向责任社工").unwrap() < seen.find(">不向您显示<").unwrap(), "{seen}");
        let seen = main(other.get(&record).await.text());
        assert_eq!(seen.matches(">不向您显示<").count(), 2, "categories, and what was done in the list: {seen}");
        for path in [&visit, &record] {
            assert!(!main(own.get(path).await.text()).contains("不向您显示"), "{path}");
        }
    })
    .await;
}
