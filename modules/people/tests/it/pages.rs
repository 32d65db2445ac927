//! Pages and API through the real router.

use crate::support::{NUMBERS, county_admin, parts, register, unit_id, world};
use axum::http::StatusCode;
use serde_json::json;
use zw_access::Role;
use zw_testkit::{World, actor, on_both};

#[tokio::test]
async fn from_registration_to_the_end_of_a_posting() {
    on_both(parts, |app| async move {
        world(&app).await;
        let c = app.client(county_admin());
        assert!(c.get("/workers").await.text().contains("没有符合条件的社工"));
        assert!(c.get("/workers/new").await.text().contains("data-id-sex"));
        let bad = c
            .post(
                "/workers",
                &[("name", "张"), ("id_no", "359900199001010016"), ("employ", "agency"), ("surprise", "")],
            )
            .await;
        let text = bad.text();
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("末位校验不符") && text.contains("姓名至少两个字"), "{text}");
        assert!(text.contains("value=\"359900199001010016\""), "what was typed is still there");
        let fields = [
            ("name", "张三丰"),
            ("id_no", NUMBERS[0]),
            ("employ", "agency"),
            ("since", "2021-01-01"),
            ("idempotency_key", "k"),
        ];
        let made = c.post("/workers", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        let path = made.location();
        let page = c.get(&path).await.text();
        // Who works at a station is of class P1; numbers are masked, and the window's title names nobody in full.
        assert!(page.contains("张三丰") && !page.contains(NUMBERS[0]), "{page}");
        let window =
            |page: &str| page.split("<title>").nth(1).and_then(|t| t.split("</title>").next()).unwrap().to_owned();
        assert!(window(&page).starts_with("张**"), "{}", window(&page));
        let unit = unit_id(1).to_string();
        let posted = c.post(&format!("{path}/postings"), &[("unit", &unit), ("from", "2021-02-01"), ("fte", "")]).await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.text());
        let over = c.post(&format!("{path}/postings"), &[("unit", &unit), ("from", "2021-03-01"), ("fte", "50")]).await;
        assert!(over.text().contains("合计超过 100%"), "{}", over.text());
        let page = c.get(&path).await.text();
        let end = page.split("/postings/").nth(1).and_then(|t| t.split('/').next()).unwrap().to_owned();
        let ended = c.post(&format!("{path}/postings/{end}/end"), &[("version", "1"), ("reason", "pay")]).await;
        assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
        let stray =
            c.post(&format!("{path}/reveal"), &[("field", "id_no"), ("purpose", "verify"), ("role", "x")]).await;
        assert!(stray.status == StatusCode::UNPROCESSABLE_ENTITY && !stray.text().contains(NUMBERS[0]));
        let shown = c.post(&format!("{path}/reveal"), &[("field", "id_no"), ("purpose", "verify")]).await;
        assert!(shown.text().contains(NUMBERS[0]) && !shown.text().contains("13800000000"), "{}", shown.text());
        assert!(window(&shown.text()).starts_with("张**"));
        assert_eq!(shown.headers["cache-control"], "no-store");
        assert!(!c.get(&path).await.text().contains(NUMBERS[0]));
        assert_eq!(app.client(actor(Role::ProvAdmin, World::PROVINCE)).get(&path).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            app.client(actor(Role::CountyAdmin, World::OTHER_COUNTY)).get(&path).await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn the_api() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let c = app.client(county_admin());
        let list = c.get("/api/v1/workers?county=&state=").await.json();
        assert_eq!((list["total"].as_i64(), list["items"][0]["name"].as_str()), (Some(1), Some("张三丰")), "{list}");
        let p = c
            .post_json(
                &format!("/api/v1/workers/{id}/postings"),
                &json!({"unit": unit_id(1).to_string(), "from": "2021-02-01"}),
            )
            .await;
        assert_eq!(p.status, StatusCode::CREATED, "{}", p.text());
        let end = c
            .post_json(
                &format!("/api/v1/postings/{}/end", p.json()["id"].as_str().unwrap()),
                &json!({"reason": "pay", "version": 1}),
            )
            .await;
        assert_eq!(end.json()["worker"]["state"].as_str(), Some("left"), "{}", end.text());
        assert!(!end.text().contains(NUMBERS[0]));
        let path = format!("/api/v1/workers/{id}/reveal");
        let shown = c.post_json(&path, &json!({"field": "phone", "purpose": "contact"})).await;
        assert_eq!(shown.json()["value"].as_str(), Some("13800000000"), "{}", shown.text());
        assert_eq!(shown.headers["cache-control"], "no-store");
        let bad = c.post_json(&path, &json!({"field": "phone", "purpose": ""})).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text());
        let other = app.client(actor(Role::CountyAdmin, World::OTHER_COUNTY));
        let refused = other.post_json(&path, &json!({"field": "phone", "purpose": "contact"})).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
        let cert = json!({"level": "2", "number": "20201234", "issued_on": "2020-10-20"});
        let k = c.post_json(&format!("/api/v1/workers/{id}/certificates"), &cert).await;
        assert_eq!(k.json()["worker"]["level"].as_str(), Some("2"), "{}", k.text());
    })
    .await;
}

/// The number that an account needs stands on the file, for who makes the file and for the worker alone.
#[tokio::test]
async fn the_number_of_a_worker_is_on_the_file() {
    on_both(parts, |app| async move {
        world(&app).await;
        let id = register(&app, "张三丰", NUMBERS[0]).await;
        let unit = unit_id(1);
        app.client(county_admin()).post(&format!("/workers/{id}/postings"), &[("unit", &unit.to_string())]).await;
        let there = Some((World::COUNTY, unit));
        let own = zw_testkit::actor_of(Role::Worker, None, there, Some(id));
        let head = zw_testkit::actor_of(Role::StationHead, None, there, None);
        let shown = format!("zw-copy\">{}</code>", id.number());
        for (who, sees) in
            [(county_admin(), true), (actor(Role::CenterStaff, World::COUNTY), true), (own, true), (head, false)]
        {
            let page = app.client(who).get(&format!("/workers/{id}")).await;
            assert_eq!((page.status, page.text().contains(&shown)), (StatusCode::OK, sees), "{}", page.text());
            assert_eq!(page.text().contains("社工登记号"), sees);
        }
    })
    .await;
}
