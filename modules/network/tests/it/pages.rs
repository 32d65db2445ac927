//! Pages and API through the real router.

use crate::support::{county_admin, load, parts, prepared, station, town_officer, unit_id};
use axum::http::StatusCode;
use serde_json::json;
use zw_access::Role;
use zw_network::model::unit::UnitState::Operating;
use zw_testkit::{World, actor, on_both};

/// The sheet's form as a browser sends it: every field, with these values.
fn form<'a>(typed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let all = ["venue_on", "tender_on", "contract_on", "staff_on", "plaque_on", "funds_on", "due_on", "note"];
    let rest = all.into_iter().filter(|name| typed.iter().all(|t| t.0 != *name)).map(|name| (name, ""));
    typed.iter().copied().chain(rest).collect()
}

#[tokio::test]
async fn a_sheet_is_kept_in_the_browser() {
    on_both(parts, |app| async move {
        let c = app.client(county_admin());
        let home = c.get("/build-out").await;
        assert_eq!((home.status, home.location().as_str()), (StatusCode::SEE_OTHER, "/build-out/100"));
        let table = c.get("/build-out/100").await.text();
        assert!(table.contains("东街街道") && table.contains("南山镇") && !table.contains("北林场"), "{table}");
        let path = "/build-out/100/1000";
        let page = c.get(path).await.text();
        assert!(page.contains("name=\"venue_on\"") && page.contains("通过验收"), "{page}");
        // What was typed is still there, the problem stands at its field.
        let bad =
            c.post(path, &[("version", "0"), ("venue_on", "2021-07-09"), ("note", "一楼"), ("surprise", "1")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        let bad = c.post(path, &form(&[("version", "0"), ("venue_on", "2021-07-09"), ("note", "一楼")])).await;
        let text = bad.text();
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            text.contains("不能晚于今天") && text.contains("value=\"2021-07-09\"") && text.contains("一楼"),
            "{text}"
        );
        // Two steps were left out: asked once, then kept with who confirmed it.
        let typed = [("version", "0"), ("venue_on", "2021-03-01"), ("staff_on", "2021-06-01")];
        assert!(!c.get(path).await.text().contains("name=\"unusual\""));
        let asked = c.post(path, &form(&typed)).await;
        let text = asked.text();
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(text.contains("name=\"unusual\"") && text.contains("这一步却没有填"), "{text}");
        let ok = c.post(path, &form(&[&typed[..], &[("unusual", "1")]].concat())).await;
        assert_eq!((ok.status, ok.location().as_str()), (StatusCode::SEE_OTHER, path));
        // The second editor sees both versions side by side.
        assert!(c.get(path).await.text().contains("确认属实：招标（未填）、签约（未填）"));
        let clash = c.post(path, &form(&[("version", "0"), ("venue_on", "2021-03-05")])).await;
        let text = clash.text();
        assert!(clash.status == StatusCode::UNPROCESSABLE_ENTITY || clash.status == StatusCode::CONFLICT);
        assert!(text.contains("zw-conflict") && text.contains("2021-03-05") && text.contains("2021-03-01"), "{text}");
        // Nothing ticked is no answer to which groups failed.
        let unsure = [("version", "2"), ("outcome", "refused"), ("reason", "场地漏雨")];
        let asked = c.post("/build-out/100/1000/accept", &unsure).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(asked.text().contains("name=\"none_passed\"") && asked.text().contains("是哪几项未通过"));
        // The acceptance names what is missing, then goes through.
        prepared(&app.ctx(county_admin()), World::TOWN, "2021-06-10").await;
        let not = c.post("/build-out/100/1000/accept", &[("version", "2"), ("venue", "1"), ("staff", "1")]).await;
        assert!(not.text().contains("没有勾选，不能通过验收"), "{}", not.text());
        let yes = c
            .post("/build-out/100/1000/accept", &[("version", "2"), ("venue", "1"), ("staff", "1"), ("service", "1")])
            .await;
        assert_eq!(yes.status, StatusCode::SEE_OTHER, "{}", yes.text());
        let done = c.get(path).await.text();
        assert!(done.contains("已通过验收") && done.contains("东街街道社会工作服务站"), "{done}");
        assert!(done.contains("type=\"hidden\" name=\"due_on\""), "what was expected stands: {done}");
        assert_eq!(c.get("/build-out/101/1000").await.status, StatusCode::NOT_FOUND);
        assert_eq!(c.get("/build-out/101").await.status, StatusCode::NOT_FOUND);
        let office = app.client(town_officer());
        assert!(!office.get(path).await.text().contains("/accept"));
        assert_eq!(office.post("/build-out/100/1000/accept", &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(app.anonymous().get("/build-out").await.status, StatusCode::SEE_OTHER, "to the sign-in");
        assert_eq!(app.client(actor(Role::ProvAdmin, World::PROVINCE)).get(path).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn units_in_the_browser() {
    on_both(parts, |app| async move {
        let t = World::TOWN;
        load(&app, &[station(1, World::COUNTY, t, &[(20210101, Operating)], &[(t, 20210101, None)])]).await;
        let c = app.client(county_admin());
        let list = c.get("/units?tier=T&state=built&county=&q=dys").await;
        assert_eq!(list.status, StatusCode::OK, "{}", list.text());
        let list = c.get("/units?tier=T&state=built&county=&q=").await.text();
        assert!(list.contains("第1社会工作服务站") && list.contains("建成运营"), "{list}");
        let page = c.get(&format!("/units/{}", unit_id(1))).await.text();
        assert!(page.contains("状态沿革") && page.contains("东街街道") && page.contains("暂停"), "{page}");
        let new = c.get("/units/new?tier=V").await.text();
        assert!(new.contains("村10000") && new.contains("东街街道"), "{new}");
        let fields =
            [("tier", "V"), ("division", "10000"), ("name", "一号社工室"), ("mode", "own"), ("idempotency_key", "u1")];
        let made = c.post("/units", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
        assert_eq!(c.post("/units", &fields).await.location(), made.location(), "sent twice, made once");
        let moved = c.post(&format!("{}/state", made.location()), &[("state", "preparing"), ("version", "1")]).await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text());
        let refused = c.post(&format!("{}/state", made.location()), &[("state", "operating"), ("version", "2")]).await;
        assert!(refused.text().contains("不能这样变更"), "{}", refused.text());
        let edit = c.get(&format!("{}/edit", made.location())).await.text();
        assert!(edit.contains("value=\"一号社工室\""), "{edit}");
        let english = c.get("/divisions?area=100&as_of=2021-07-08").await.text();
        assert!(
            english.contains("子一县") && english.contains("功能区") || english.contains("functional"),
            "{english}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_import_in_the_browser() {
    on_both(parts, |app| async move {
        let c = app.client(actor(Role::SysAdmin, World::PROVINCE));
        let send = |file: &'static str| {
            let body = format!(
                "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"d.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--x--\r\n",
                c.csrf()
            );
            c.send(axum::http::Method::POST, "/divisions/import", "multipart/form-data; boundary=x", body.into_bytes())
        };
        let bad = send("code,name,level,parent_code\n360000000000,江西省,province,\n36x,南昌市,city,360000000000").await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("没有导入任何内容") && bad.text().contains("不是该层级的 12 位代码"), "{}", bad.text());
        let good = send("code,name,level,parent_code\n360000000000,江西省,province,").await;
        assert!(good.status == StatusCode::OK && good.text().contains("已导入"), "{}", good.text());
        let none = c.post("/divisions/import", &[]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn targets_and_the_api() {
    on_both(parts, |app| async move {
        let city = app.client(actor(Role::CityAdmin, World::CITY));
        let county = app.client(county_admin());
        let set = |due: &'static str, value: &'static str| {
            [("division", "100"), ("measure", "townships_covered"), ("due_on", due), ("value", value)]
        };
        for (due, value) in [("2021-01-01", "0"), ("2021-12-31", "3")] {
            let r = city.post("/targets?area=10", &set(due, value)).await;
            assert_eq!(r.status, StatusCode::SEE_OTHER, "{}", r.text());
        }
        let page = city.get("/targets?area=10").await.text();
        assert!(page.contains("进展较慢") && page.contains("2021-12-31"), "{page}");
        // The county's own target of the same day stands beside the city's and changes nothing of it.
        assert_eq!(county.post("/targets", &set("2021-12-31", "1")).await.status, StatusCode::SEE_OTHER);
        let page = county.get("/targets?area=100").await.text();
        assert!(page.contains("市定") && page.contains("县定") && page.contains("本级对照"), "{page}");
        let outside = county.post("/targets", &[("division", "101"), ("measure", "x"), ("value", "-1")]).await.text();
        assert!(outside.contains("不在您的管辖范围内") && outside.contains("不在可选范围内"), "{outside}");
        assert_eq!(county.get("/targets?area=101").await.status, StatusCode::NOT_FOUND);

        let list = county.get("/api/v1/targets?area=100").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 3);
        let made = county
            .post_json("/api/v1/units", &json!({"tier": "X", "division": "100", "name": "子一县中心", "mode": "own"}))
            .await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let file = county.get(&format!("/api/v1/units/{id}")).await.json();
        assert_eq!((file["unit"]["state"].as_str(), file["unit"]["tier"].as_str()), (Some("planned"), Some("X")));
        let wrong = county.post_json("/api/v1/units", &json!({"tier": "X", "nonsense": 1})).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sheets = county.get("/api/v1/build-out/100").await.json();
        assert_eq!(sheets["sheets"].as_array().unwrap().len(), 3);
        let sheet = county
            .send(
                axum::http::Method::PUT,
                "/api/v1/build-out/100/1000",
                "application/json",
                json!({"venue_on": "2021-03-01", "tender_on": "", "contract_on": "", "staff_on": "", "plaque_on": "",
                    "funds_on": "", "due_on": "", "note": "", "version": 0})
                .to_string()
                .into_bytes(),
            )
            .await;
        assert_eq!(sheet.json()["venue_on"].as_str(), Some("2021-03-01"), "{}", sheet.text());
        // What is left out is asked for by name: nothing is emptied by it.
        let half = json!({"version": 2, "kept_by": "county"}).to_string().into_bytes();
        let half = county.send(axum::http::Method::PUT, "/api/v1/build-out/100/1000", "application/json", half).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        let half = half.json();
        let told: Vec<_> = half["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        let all = ["venue_on", "tender_on", "contract_on", "staff_on", "plaque_on", "funds_on", "due_on", "note"];
        assert!(told == all && half["errors"][0]["code"] == "required", "{half}");
        assert_eq!(county.get("/api/v1/build-out/100/1000").await.json()["venue_on"].as_str(), Some("2021-03-01"));
        for (query, want) in [
            ("area=101", 404),
            ("area=200", 404),
            ("area=10", 404),
            ("area=1000", 404),
            ("area=x", 422),
            ("as_of=2099-01-01", 422),
        ] {
            let answer = county.get(&format!("/api/v1/network/figures?{query}")).await;
            assert_eq!(answer.status.as_u16(), want, "{query}");
        }
        let figures = county.get("/api/v1/network/figures?area=100&as_of=2021-07-08").await.json();
        assert_eq!((figures["townships_counted"].as_i64(), figures["coverage_percent"].as_f64()), (Some(3), Some(0.0)));
        let divisions = county.get("/api/v1/divisions?area=100").await.json();
        assert_eq!(divisions["children"].as_array().unwrap().len(), 4);
    })
    .await;
}

/// 'Saved as a draft' is true: the text is there again, with the version it began with, and gone once it is the record.
#[tokio::test]
async fn drafts_of_sheets_and_units_come_back() {
    on_both(parts, |app| async move {
        let c = app.client(county_admin());
        let path = "/build-out/100/1000";
        assert!(c.get(path).await.text().contains(r#"data-draft="build-out-1000""#));
        c.post("/drafts/build-out-1000", &[("version", "0"), ("note", "二楼待腾")]).await;
        let back = c.get(path).await.text();
        assert!(back.contains("二楼待腾") && back.contains("已恢复您上次没有提交的内容"), "{back}");
        // Another form of the page was refused: what was begun in this one stands in it still.
        let refused = c.post("/build-out/100/1000/accept", &[("version", "0"), ("on", "2021-07-01")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text();
        assert!(page.contains("二楼待腾") && page.contains(r#"data-draft="build-out-1000""#), "{page}");
        let colleague = app.client(actor(Role::CenterStaff, World::COUNTY));
        assert_eq!(
            colleague.post(path, &form(&[("version", "0"), ("venue_on", "2021-03-01")])).await.status,
            StatusCode::SEE_OTHER
        );
        assert!(c.get(path).await.text().contains(r#"<input type="text" name="version" value="0" hidden>"#));
        let mine = form(&[("note", "二楼待腾"), ("_draft", "build-out-1000")]);
        let clash = c.post(path, &[&mine[..], &[("version", "0")]].concat()).await.text();
        assert!(clash.contains("zw-conflict") && clash.contains(r#"name="_draft" value="build-out-1000""#), "{clash}");
        assert!(c.get(path).await.text().contains("二楼待腾"), "a refused form keeps its draft");
        // Mine, on top of theirs: what the form of the two versions sends.
        let both = clash.split("zw-conflict").nth(1).unwrap();
        let newer = both.split(r#"name="version" value=""#).nth(1).and_then(|v| v.split('"').next()).unwrap();
        let kept = c.post(path, &[&mine[..], &[("version", newer)]].concat()).await;
        assert_eq!(kept.status, StatusCode::SEE_OTHER, "{newer}: {}", kept.text());
        let done = c.get(path).await.text();
        assert!(done.contains("二楼待腾") && !done.contains("已恢复您上次没有提交的内容"));

        let new = "/units/new?tier=X";
        assert!(c.get(new).await.text().contains(r#"data-draft="unit-new-X""#));
        c.post("/drafts/unit-new-X", &[("name", "示例中心")]).await;
        let back = c.get("/units/new?tier=X&division=100").await.text();
        assert!(back.contains("示例中心") && back.contains(r#"name="tier" value="X""#), "{back}");
        assert!(!c.get("/units/new?tier=T").await.text().contains("示例中心"), "each tier has its own");
    })
    .await;
}
