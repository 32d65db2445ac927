//! The search over everything: units, workers and residents on one page and in one answer of the API, within the reader's
//! scope and masks.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::StatusCode;
use serde_json::json;
use zw_access::Role;
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
            let text = t.client(local(role, &home)).post("/search", &[("q", q)]).await.text();
            assert_eq!(text.contains(&format!("class=\"zw-tap\" href=\"{href}\"")), there, "{q}: {text}");
        }
        let bad = t.client(local(Role::Worker, &home)).post_json("/api/v1/search", &json!({"x": ""})).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text());
    })
    .await;
}
