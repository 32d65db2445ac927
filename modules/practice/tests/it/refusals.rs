//! Somebody was asked for a file and refused: an answer that names nobody.

use crate::support::*;
use axum::http::StatusCode;
use zw_access::{Ctx, Role};
use zw_core::{Key, RefusalId};
use zw_practice::model::{EndInput, ListInput, RefusalInput};
use zw_practice::service::official;
use zw_practice::service::official_show::{self as show, FindLists, FindRates};
use zw_practice::service::refusal::{self, FindRefusals};
use zw_testkit::{World, actor, on_both};
use zw_web::Idem;

fn no() -> RefusalInput {
    RefusalInput {
        village: World::VILLAGE.to_string(),
        categories: vec!["01".into(), "21".into()],
        ..RefusalInput::default()
    }
}

async fn seen(ctx: &Ctx, ended: bool) -> usize {
    let ask = FindRefusals { ended: if ended { "1".into() } else { String::new() }, ..FindRefusals::default() };
    refusal::find(ctx, &ask).await.unwrap().items.len()
}

async fn ended(ctx: &Ctx, key: Key<RefusalId>, reason: &str, version: i64) -> String {
    let input = EndInput { reason: reason.into(), on: String::new(), version };
    problems(refusal::end(ctx, key.county, key.id, input, &Idem::none()).await)
}

#[tokio::test]
async fn a_refusal_is_counted_by_category_and_ends_with_a_reason() {
    on_both(parts, |app| async move {
        world(&app).await;
        let ctx = app.ctx(social_worker(1));
        let key = refusal::record(&ctx, no(), &Idem::none()).await.unwrap();
        assert_eq!(count(&app, "SELECT COUNT(*) FROM filing_refusal_category WHERE category='21'").await, 1);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM resident").await, 0, "no file is opened");
        let one = refusal::find(&ctx, &FindRefusals::default()).await.unwrap().items.remove(0);
        assert_eq!((one.categories.len(), one.refused_on, one.version), (2, day(7, 8), 1));
        // The centre counts them, another station and whoever is above the county see none.
        assert_eq!(seen(&app.ctx(centre()), false).await, 1);
        assert_eq!(seen(&app.ctx(social_worker(2)), false).await, 0);
        assert_eq!(seen(&app.ctx(head(4)), false).await, 0);
        // Who asked ends it, or the head; nobody else is offered to.
        for (who, may) in [(social_worker(1), true), (head(1), true), (colleague(1), false), (centre(), false)] {
            let found = refusal::find(&app.ctx(who), &FindRefusals::default()).await.unwrap();
            assert_eq!(found.items[0].may_end, may);
        }
        assert_eq!(ended(&app.ctx(colleague(1)), key, "agreed", 1).await, "not found");
        assert_eq!(ended(&app.ctx(head(2)), key, "agreed", 1).await, "not found");
        assert_eq!(ended(&app.ctx(centre()), key, "agreed", 1).await, "forbidden");
        assert_eq!(ended(&ctx, key, "", 1).await, "reason:required");
        assert_eq!(ended(&ctx, key, "bored", 1).await, "reason:unknown-code");
        assert_eq!(ended(&app.ctx(head(1)), key, "agreed", 1).await, "ok");
        assert_eq!(ended(&ctx, key, "agreed", 1).await, "conflict");
        assert_eq!(ended(&ctx, key, "agreed", 2).await, "refusal-ended");
        assert_eq!((seen(&ctx, false).await, seen(&ctx, true).await), (0, 1), "it stays and counts no more");
        let bad =
            RefusalInput { village: "20000".into(), on: "2021-07-09".into(), categories: vec!["33".into()], ..no() };
        assert_eq!(
            problems(refusal::record(&ctx, bad, &Idem::none()).await),
            "village:resident-village-outside categories:resident-category-restricted on:refusal-future"
        );
    })
    .await;
}

#[tokio::test]
async fn the_pages_of_a_refusal() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(social_worker(1));
        assert!(c.get("/people/new").await.text().contains("/refusals/new"), "the way from the form");
        let village = World::VILLAGE.to_string();
        let a = c.post("/refusals/new", &[("village", &village), ("on", "2021-07-09")]).await;
        let text = a.text();
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("日期晚于今天") && text.contains("2021-07-09") && !text.contains("name=\"name\""));
        let form = [("idempotency_key", "k"), ("village", &village), ("categories", "21"), ("what", "service")];
        for _ in 0..2 {
            assert_eq!(c.post("/refusals/new", &form).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM filing_refusal").await, 1);
        let list = c.get("/refusals").await.text();
        assert!(list.contains("独居老人") && list.contains("也不接受服务") && list.contains("共 1 条"), "{list}");
        let way = list.split("action=\"").find_map(|p| p.split('"').next().filter(|p| p.ends_with("/end"))).unwrap();
        let a = c.post(way, &[("version", "1"), ("reason", "")]).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(c.post(way, &[("version", "1"), ("reason", "twice")]).await.status, StatusCode::SEE_OTHER);
        assert!(!c.get("/refusals").await.text().contains("独居老人"));
        assert!(c.get("/refusals?ended=1").await.text().contains("同一人记了两次"));
        let masked = app.client(centre());
        assert_eq!(masked.get("/refusals").await.status, StatusCode::OK);
        assert_eq!(masked.get("/refusals/new").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn whoever_refused_leaves_the_rate_wherever_it_is_shown() {
    on_both(parts, |app| async move {
        world(&app).await;
        let (worker, county) = (app.ctx(social_worker(1)), app.ctx(actor(Role::CountyAdmin, World::COUNTY)));
        registered(&worker, person("王一", 1)).await;
        let list = ListInput {
            category: "01".into(),
            authority: "civil_affairs".into(),
            list_date: "2021-07-01".into(),
            ..ListInput::default()
        };
        let people = ["王一", "赵二", "钱三"].into_iter().zip(1..);
        let lines = people.map(|(name, n)| format!("{name},{},村10000\n", id_no("19500101", n)));
        let file = format!("姓名,身份证号,村居\n{}", lines.collect::<String>()).into_bytes();
        let done = official::import(&county, &list, Some(file), false, &Idem::none()).await.unwrap();
        assert_eq!((done.rows, done.on_file), (3, 1), "{:?}", done.problems);
        let one = RefusalInput { categories: vec!["01".into()], on: "2021-07-05".into(), ..no() };
        refusal::record(&worker, one, &Idem::none()).await.unwrap();
        for ctx in [&county, &worker, &app.ctx(actor(Role::ProvAdmin, World::PROVINCE))] {
            let rates = show::rates(ctx, &FindRates::default()).await.unwrap().items;
            let rate = rates.iter().find(|r| r.category == "01").unwrap();
            assert_eq!((rate.listed, rate.due, rate.rate.as_deref()), (Some(3), Some(2), Some("50.0")));
            let all = show::list(ctx, &FindLists::default()).await.unwrap();
            let told: Vec<_> = all.iter().map(|l| (l.listed, l.on_file, l.refused, l.rate.as_deref())).collect();
            assert_eq!(told, [(Some(3), 1, 1, Some("50.0"))]);
        }
    })
    .await;
}
