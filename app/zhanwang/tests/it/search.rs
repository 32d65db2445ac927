//! The search over everything: units, workers and residents on one page and in one answer of the API, within the reader's
//! scope and masks.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::StatusCode;
use serde_json::json;
use zw_access::Role;
use zw_db::sql;
use zw_testkit::{World, on_both};

#[tokio::test]
async fn page_and_api_find_the_same() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        plant(&t, 2, World::OTHER_COUNTY, World::OTHER_TOWN, "本地").await;
        let ask = async |role: Role, q: &str| {
            let c = t.client(local(role, &home));
            let a = c.post_json("/api/v1/search", &json!({"q": q})).await;
            assert_eq!(a.status, StatusCode::OK, "{}", a.text());
            let v = a.json();
            let names = |list: &serde_json::Value| -> Vec<String> {
                list.as_array().unwrap().iter().map(|x| x["name"].as_str().unwrap().to_owned()).collect()
            };
            [names(&v["units"]["items"]), names(&v["workers"]["items"]), names(&v["residents"])]
        };
        let all = ask(Role::StationHead, "本地").await;
        assert_eq!((&all[0][..], &all[1][..]), (&["本地社工站".to_owned()][..], &["本地社工".to_owned()][..]));
        assert_eq!(all[2].len(), 2, "{all:?}");
        // The centre sees staff by name and residents not at all by name; the province no person.
        let centre = ask(Role::CenterStaff, "bd").await;
        assert_eq!((centre[1].len(), centre[2].len()), (1, 0), "{centre:?}");
        let province = ask(Role::ProvAdmin, "本地").await;
        assert_eq!((province[1].len(), province[2].len()), (0, 0), "{province:?}");
        for q in ["", "0015", "1380", home.digits[2].as_str(), home.digits[0].as_str(), "%"] {
            let none = ask(Role::StationHead, q).await;
            assert!(none[1].is_empty() && none[2].is_empty(), "{q}: {none:?}");
        }
        // Pages by name and pinyin, as far as the reader may open them.
        for (role, q, href, there) in [
            (Role::ProvAdmin, "通报", "/circulars", true),
            (Role::ProvAdmin, "挂图", "/wall", true),
            (Role::ProvAdmin, "tb", "/circulars", true),
            (Role::SysAdmin, "账号", "/admin/accounts", true),
            (Role::Worker, "账号", "/admin/accounts", false),
            // Reports by their kind, areas by their name.
            (Role::CountyAdmin, "周报", "/reports", true),
            (Role::CountyAdmin, "yb", "/board?kind=month", true),
            (Role::Worker, "月报", "/board?kind=month", false),
            (Role::CountyAdmin, "子一县", "/board?area=100", true),
            (Role::CountyAdmin, "子一县", "/wall?area=100", true),
            (Role::CountyAdmin, "子二", "/board?area=101", false),
            (Role::ProvAdmin, "子二", "/board?area=101", true),
            (Role::Worker, "子一县", "/board?area=100", false),
        ] {
            let text = t.client(local(role, &home)).search("/search", &[("q", q)]).await.text();
            assert_eq!(text.contains(&format!("class=\"zw-tap\" href=\"{href}\"")), there, "{q}: {text}");
        }
        let bad = t.client(local(Role::Worker, &home)).post_json("/api/v1/search", &json!({"x": ""})).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text());
    })
    .await;
}

/// Back and reload show a search again, to the session that asked and for an hour.
#[tokio::test]
async fn back_and_reload_show_what_was_asked() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let (head, operator) = (t.client(local(Role::StationHead, &home)), t.client(local(Role::SecurityAdmin, &home)));
        for (who, path, list) in [
            (&head, "/people/find", "/people"),
            (&head, "/workers/find", "/workers"),
            (&operator, "/admin/accounts/find", "/admin/accounts"),
            (&head, "/search", ""),
        ] {
            let asked = who.post(path, &[("q", "找谁呢")]).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{path} {}", asked.text());
            let at = asked.location();
            let (first, again) = (who.get(&at).await, who.get(&at).await);
            assert!(first.status.is_success() && first.text().contains("value=\"找谁呢\""), "{path}");
            assert_eq!(again.status, StatusCode::OK, "{path} again");
            assert!(again.text().contains("value=\"找谁呢\""), "{path} again");
            // Another session of the same account, and a number nobody was given.
            let elsewhere =
                t.client(local(if list == "/admin/accounts" { Role::SecurityAdmin } else { Role::StationHead }, &home));
            for (c, at) in [(&elsewhere, at.as_str()), (who, &format!("{path}?s=0190b6c0-0000-7000-8000-000000000000"))]
            {
                let none = c.get(at).await;
                assert!(!none.text().contains("找谁呢"), "{path}: {}", none.text());
                assert_eq!(none.location(), list, "{path}");
            }
            // A form that asks nothing keeps nothing.
            assert_eq!(who.post(path, &[("q", " ")]).await.location(), path);
        }
        let kept = async || -> i64 {
            let q = sql("SELECT COUNT(*) FROM search_kept");
            t.app.db.read().await.unwrap().scalar(q).await.unwrap()
        };
        assert_eq!(kept().await, 4);
        let at = head.post("/people/find", &[("q", "找谁呢")]).await.location();
        t.app.clock.advance(60 * 60_000 + 1);
        assert_eq!(head.get(&at).await.location(), "/people", "after an hour");
        zw_web::sweep(&t.app).await.unwrap();
        assert_eq!(kept().await, 0);
    })
    .await;
}

/// A worker's first page begins with the acts of the day; the way to field work comes after them.
#[tokio::test]
async fn field_work_stands_after_the_acts_of_the_day() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let page = t.client(local(Role::Worker, &home)).get("/").await.text();
        let main = page.split("<main").nth(1).unwrap();
        let at = |what: &str| main.find(what).unwrap_or_else(|| panic!("{what} in {main}"));
        assert!(at("btn-primary") < at("href=\"/field\"") && at("href=\"/field\"") < at("href=\"/visits\""), "{main}");
    })
    .await;
}
