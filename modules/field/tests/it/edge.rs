//! Pages and API as a browser meets them.

use crate::support::*;
use axum::http::{Method, StatusCode};
use serde_json::json;
use zw_testkit::{Engine, TestApp};

#[tokio::test]
async fn binding_and_a_shift_by_the_pages() {
    let app = TestApp::https(Engine::Sqlite, parts()).await;
    world(&app).await;
    let who = registered(&app.ctx(social_worker(1)), person("陈一一", 1)).await;
    let c = app.client(social_worker(1));
    let page = c.get("/field").await;
    assert!(page.status == StatusCode::OK && page.text().contains("不满 14 周岁"), "{}", page.text());
    let bad = c.post("/field/bind", &[("name", "")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = c.post("/field/bind", &[("name", "工作手机")]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/field".into()));
    let set = done.headers.get_all("set-cookie").iter().map(|v| v.to_str().unwrap().to_owned());
    let set: Vec<String> = set.filter(|c| c.starts_with("__Host-zw_device=")).collect();
    assert_eq!(set.len(), 1);
    for part in ["; HttpOnly", "; Secure", "; SameSite=Strict", "; Path=/"] {
        assert!(set[0].contains(part), "{}", set[0]);
    }
    let cookie = set[0].split(';').next().unwrap().to_owned();
    let with = |method: Method, path: &'static str, kind: &'static str, body: Vec<u8>| {
        let (c, cookie) = (&c, cookie.clone());
        async move { c.send_with(method, path, &[("cookie", &cookie), ("content-type", kind)], body).await }
    };
    let form = format!("csrf={}", c.csrf()).into_bytes();
    let open = with(Method::POST, "/field/shift", "application/x-www-form-urlencoded", form).await;
    assert_eq!((open.status, open.location()), (StatusCode::SEE_OTHER, "/field/kit".into()), "{}", open.text());
    let here = with(Method::GET, "/api/v1/field/contact", "", vec![]).await.json();
    assert_eq!(
        (here["device"].as_str(), here["pack"].as_bool(), here["signed_in"].as_bool()),
        (Some("live"), Some(true), Some(true))
    );
    let pack = with(Method::POST, "/api/v1/field/pack", "application/json", b"{}".to_vec()).await;
    assert_eq!(pack.status, StatusCode::OK, "{}", pack.text());
    assert_eq!(pack.json()["pack"]["rows"][0]["name"], "陈一一");
    // Without the form token nothing leaves.
    let token = [("cookie", cookie.as_str()), ("x-csrf-token", "no"), ("content-type", "application/json")];
    let none = c.send_with(Method::POST, "/api/v1/field/pack", &token, b"{}".to_vec()).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);

    // The frame is the same for everybody and holds nobody: no name, no form token.
    let nobody = app.anonymous();
    let (mine, theirs) = (with(Method::GET, "/field/kit", "", vec![]).await, nobody.get("/field/kit").await);
    assert_eq!(mine.text(), theirs.text());
    assert!(!mine.text().contains("name=\"csrf\"") && !mine.text().contains("测试"), "{}", mine.text());
    let worker = nobody.get("/field/worker.js").await;
    assert!(worker.headers["content-type"].to_str().unwrap().starts_with("text/javascript"));
    assert!(worker.text().starts_with("self.FIELD_FILES=[\"/assets/app."), "{}", worker.text());

    // Signed out, a queue is not taken; the answer says so.
    let body = json!({"device_ms": 0, "items": []}).to_string().into_bytes();
    let headers = [("cookie", cookie.as_str()), ("content-type", "application/json")];
    let out = nobody.send_with(Method::POST, "/api/v1/field/items", &headers, body.clone()).await;
    assert_eq!(out.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        with(Method::POST, "/api/v1/field/items", "application/json", body.clone()).await.status,
        StatusCode::OK
    );
    let without = c.send(Method::POST, "/api/v1/field/items", "application/json", body).await;
    assert_eq!(without.json()["code"], "field-no-device");
    assert!(who.county.0 > 0);
}

#[tokio::test]
async fn items_are_listed_and_settled_by_the_pages() {
    let app = TestApp::new(Engine::Sqlite, parts()).await;
    world(&app).await;
    let me = app.ctx(social_worker(1));
    let who = registered(&me, person("陈一一", 1)).await;
    let p = phone(&me, "工作手机").await;
    let mut late = visit(&me, &[(who.id, true)], "<b>看望</b>");
    late["visit"]["day"] = "2021-07-20".into();
    let told = p.send(&me, vec![p.sealed(1, &late), p.sealed(2, &visit(&me, &[(who.id, true)], "看望"))]).await;
    assert_eq!(states(&told), ["refused", "sent"]);
    let c = app.client(social_worker(1));
    let list = c.get("/field/items").await.text();
    assert!(list.contains("未通过") && list.contains("已入档") && list.contains("日期晚于今天"), "{list}");
    let open = c.get("/field/items?open=1").await.text();
    assert!(open.contains("未通过") && !open.contains("已入档"));
    let path = format!("/field/items/{}/{}", told[0].county.unwrap(), told[0].item.unwrap());
    let page = c.get(&path).await.text();
    assert!(page.contains("&lt;b&gt;看望") && !page.contains("<b>看望"), "{page}");
    let settle = format!("{path}/settle");
    let again = c.post(&settle, &[("version", "1"), ("how", "away")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = c.post(&settle, &[("version", "1"), ("how", "away"), ("reason", "写错了")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert!(c.get(&path).await.text().contains("写错了"));
    assert_eq!(app.client(head(2)).get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(app.client(colleague(1)).get(&path).await.status, StatusCode::NOT_FOUND);
    let api = c.get("/api/v1/field/items").await.json();
    assert_eq!(api["total"], 2);
}
