//! What was typed wrong, as the people of a county put it right: pages and API of the whole program, errors at their
//! fields, figures and frozen reports after it.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::http::Method;
use serde_json::Value;
use zw_access::Role;
use zw_testkit::{Client, World, on_both};

async fn figure(c: &Client<'_>, key: &str, area: &str, from: &str, to: &str) -> i64 {
    let answer = c.get(&format!("/api/v1/figures/{key}?area={area}&from={from}&to={to}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let v: Value = serde_json::from_str(&answer.text()).unwrap();
    v["live"]["num"].as_i64().unwrap_or_else(|| panic!("{v}"))
}

#[tokio::test]
async fn a_county_puts_right_what_was_typed_wrong() {
    on_both(parts, |app| async move {
        let home = plant(&app, 1, World::COUNTY, World::TOWN, "甲").await;
        let (county, head) = (app.client(local(Role::CountyAdmin, &home)), app.client(local(Role::StationHead, &home)));
        let unit = home.unit.to_string();

        // The station's May is confirmed late, in July, with the posting that began in January.
        let month =
            serde_json::json!({"period": "2021-05", "county": World::COUNTY.to_string(), "unit": unit, "version": 0});
        let sent = head.post_json("/api/v1/reports", &month).await;
        assert!(sent.status.is_success(), "{}", sent.text());
        let report: Value = serde_json::from_str(&sent.text()).unwrap();
        let report = format!("/reports/{}/{}", World::COUNTY, report["id"].as_str().unwrap());
        assert!(!county.get(&report).await.text().contains("补录差额"));

        // The posting should have begun in June: refused without a reason, at the field; then the frozen month shows the
        // difference and keeps its number.
        let form = format!("/workers/{}/postings/{}/correct", home.worker, home.posting);
        assert!(county.get(&format!("/workers/{}", home.worker)).await.text().contains(&form));
        let typed = [("post", "worker"), ("from", "2021-06-01"), ("fte", "100"), ("version", "1")];
        let bad = county.post(&form, &typed).await;
        assert_eq!(bad.status, 422);
        assert!(bad.text().contains("id=\"f-correct_reason-error\"") && bad.text().contains("2021-06-01"));
        assert_eq!(head.post(&form, &typed).await.status, 403);
        let good = [&typed[..], &[("correct_reason", "起始日录错")]].concat();
        assert_eq!(county.post(&form, &good).await.status, 303);
        let html = county.get(&report).await.text();
        assert!(html.contains("补录差额"), "{html}");
        assert_eq!(figure(&county, "M41", &unit, "2021-05-01", "2021-05-31").await, 0);
        assert_eq!(figure(&county, "M41", &unit, "2021-06-01", "2021-06-30").await, 1);

        // A resident is paused in August: July stays what it was.
        app.at(2021, 8, 10, 9);
        let july = ("2021-07-01", "2021-07-31");
        assert_eq!(figure(&county, "M05", &unit, july.0, july.1).await, 2);
        let edit = format!("/people/{}/{}/edit", World::COUNTY, home.residents[0]);
        let village = home.village.to_string();
        let fields = |state: &'static str| {
            vec![
                ("version", "1"),
                ("name", "王小明"),
                ("village", village.as_str()),
                ("categories", "01"),
                ("legal_basis", "statutory"),
                ("filed_on", "2021-06-01"),
                ("state", state),
            ]
        };
        let bad = head.post(&edit, &fields("asleep")).await;
        assert_eq!(bad.status, 422);
        assert!(bad.text().contains("王小明"), "nothing typed is lost: {}", bad.text());
        assert_eq!(head.post(&edit, &fields("paused")).await.status, 303);
        assert_eq!(figure(&county, "M05", &unit, july.0, july.1).await, 2);
        assert_eq!(figure(&county, "M05", &unit, "2021-08-01", "2021-08-31").await, 1);

        // The station is suspended and forgotten: half a year later the county's first page says so.
        let version: Value = serde_json::from_str(&county.get(&format!("/api/v1/units/{unit}")).await.text()).unwrap();
        let version = version["unit"]["version"].to_string();
        let suspend = [("state", "suspended"), ("on", "2021-08-01"), ("version", version.as_str())];
        let bad = county.post(&format!("/units/{unit}/state"), &suspend).await;
        assert_eq!(bad.status, 422);
        assert!(bad.text().contains("id=\"f-reason-error\""), "{}", bad.text());
        let good = [&suspend[..], &[("reason", "合同到期")]].concat();
        assert_eq!(county.post(&format!("/units/{unit}/state"), &good).await.status, 303);
        assert!(!county.get("/").await.text().contains("暂停过久"));
        app.at(2022, 2, 1, 9);
        assert!(county.get("/").await.text().contains("暂停过久的站点"));
        assert!(county.get(&format!("/units/{unit}")).await.text().contains("已 184 天"));
        assert!(app.client(local(Role::CityAdmin, &home)).get("/").await.text().contains("暂停过久的站点"));

        // A new map without the township: refused with what stands there, and nothing of it is written.
        let operator = app.client(local(Role::SysAdmin, &home));
        let file =
            "code,name,level,parent_code\n980000000000,甲省,province,\n980100000000,子城市改名,city,980000000000\n";
        let sent = operator.send(Method::POST, "/api/v1/divisions/import", "text/csv", file.as_bytes().to_vec()).await;
        assert_eq!(sent.status, 422, "{}", sent.text());
        let said: Value = serde_json::from_str(&sent.text()).unwrap();
        let told: Vec<&str> = said["errors"].as_array().unwrap().iter().filter_map(|e| e["message"].as_str()).collect();
        for (code, what) in [("980101001000", "社工站 1 个"), ("980101001200", "服务对象 2 个")] {
            assert!(told.iter().any(|m| m.contains(code) && m.contains(what)), "{said}");
        }
        let map = app.app.tree();
        let view = map.as_of(app.app.clock.today());
        assert_eq!(view.get(World::CITY).unwrap().name, "子城市");
        // The sys_admin's page warns: the holidays of this year and the next are not there.
        assert!(operator.get("/").await.text().contains("缺 2022、2023 年的节假日安排"));
    })
    .await;
}
