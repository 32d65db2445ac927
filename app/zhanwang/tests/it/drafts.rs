//! What was begun and not sent, on the first page: all of it, with the way on and a way to be rid of it.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::StatusCode;
use zw_access::Role;
use zw_testkit::{World, on_both};

#[tokio::test]
async fn every_draft_of_the_reader_stands_on_the_first_page() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let c = t.client(local(Role::StationHead, &home));
        let person = home.residents[0];
        let report = "/reports/edit?kind=month&unit=1";
        for (key, page, text) in [
            (format!("visit-{person}"), "", "写了一半的话"),
            (format!("resident-edit-{person}"), "", "更正"),
            ("resident-new".to_owned(), "", "林"),
            ("consult-new".to_owned(), "", "问"),
            ("report-2021-06-x".to_owned(), report, "亮点"),
            ("build-out-1000".to_owned(), "/build-out/100/1000", "备注"),
            ("something-else".to_owned(), "https://elsewhere.example/x", "别处"),
        ] {
            let saved = c.post(&format!("/drafts/{key}"), &[("action", text), ("_page", page)]).await;
            assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
        }
        let text = c.get("/").await.text();
        let visit = format!("href=\"/people/{}/{person}/visit\"", home.county);
        let edit = format!("href=\"/people/{}/{person}/edit\"", home.county);
        for want in [
            "探访 · 本地居民0",
            visit.as_str(),
            "更正档案 · 本地居民0",
            edit.as_str(),
            "href=\"/people/new\"",
            "href=\"/visits/consult\"",
            "周报或月报",
            "href=\"/reports/edit?kind=month&amp;unit=1\"",
            "建站单",
            "href=\"/build-out/100/1000\"",
            "未提交的表单",
            "2021-07-08 09:00 自动保存",
        ] {
            assert!(text.contains(want), "{want} in {text}");
        }
        // What was typed stays in the form, an address of another site is nobody's way on, and the address is no field.
        for never in ["写了一半的话", "elsewhere"] {
            assert!(!text.contains(never), "{never}");
        }
        let kept = c.get("/drafts/report-2021-06-x").await.text();
        assert!(kept.contains("亮点") && !kept.contains("_page"), "{kept}");
        // Nobody else's, and the masked name where names are not shown.
        let theirs = t.client(local(Role::CountyAdmin, &home)).get("/").await.text();
        assert!(!theirs.contains("未提交的表单") && !theirs.contains("2021-07-08 09:00 自动保存"), "{theirs}");
        let gone = c.post("/drafts/build-out-1000/delete", &[]).await;
        assert_eq!((gone.status, gone.location().as_str()), (StatusCode::SEE_OTHER, "/"));
        let text = c.get("/").await.text();
        assert!(!text.contains("/build-out/100/1000") && text.contains("周报或月报"), "only the one");
        assert_eq!(c.get("/drafts/build-out-1000").await.text(), "null");
    })
    .await;
}

/// A form that comes back filled says so and offers an empty one: with script or without, for every form with a draft.
#[tokio::test]
async fn what_came_back_is_put_away_with_one_button() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let c = t.client(local(Role::StationHead, &home));
        let person = home.residents[0];
        let visit = format!("/people/{}/{person}/visit", home.county);
        let month = format!("/reports/edit?period=2021-05&county={}&unit={}", home.county, home.unit);
        for path in ["/people/new", "/visits/consult", "/visits/round", visit.as_str(), month.as_str()] {
            let first = c.get(path).await;
            assert_eq!(first.status, StatusCode::OK, "{path}");
            let text = first.text();
            assert!(!text.contains("zw-anew"), "{path}: nothing came back yet");
            let key = text.split("data-draft=\"").nth(1).and_then(|k| k.split('"').next()).unwrap().to_owned();
            let field = if path.starts_with("/people/new") { "name" } else { "action" };
            let field = if path.starts_with("/reports") { "problems" } else { field };
            c.post(&format!("/drafts/{key}"), &[(field, "别人的话"), ("minutes", "7"), ("_page", path)]).await;
            let back = c.get(path).await.text();
            let away = format!("/drafts/{key}/delete");
            assert!(
                back.contains(&format!("action=\"{away}\"")) && back.contains("不用这些内容，重新填"),
                "{path}: {back}"
            );
            let page = path.replace('&', "&amp;");
            assert!(back.contains(&format!("name=\"_page\" value=\"{page}\"")), "{path}: {back}");
            let gone = c.post(&away, &[("_page", path)]).await;
            assert_eq!((gone.status, gone.location().as_str()), (StatusCode::SEE_OTHER, path));
            let anew = c.get(path).await.text();
            assert!(!anew.contains("别人的话") && !anew.contains("zw-anew"), "{path}: {anew}");
        }
        let astray = c.post("/drafts/resident-new/delete", &[("_page", "https://elsewhere.example/x")]).await;
        assert_eq!(astray.location(), "/");
    })
    .await;
}
