//! The pages and the API through the real router.

use crate::fixture::*;
use serde_json::json;
use std::sync::Arc;
use zw_access::Role;
use zw_testkit::{Client, World, actor, on_both};

/// The frame names the reader's role in words of the accounts module, which is not part of this test.
fn lint(html: &str) {
    let html = ["county_admin", "city_admin"]
        .iter()
        .fold(html.to_owned(), |h, role| h.replace(&format!("⟦role-{role}⟧"), role));
    if let Err(problem) = zw_ui::gallery::lint(&html) {
        panic!("{problem}");
    }
}

fn idem(html: &str) -> String {
    let at = html.split("name=\"idempotency_key\" value=\"").nth(1).unwrap();
    at.split('"').next().unwrap().to_owned()
}

async fn post(c: &Client<'_>, path: &str, fields: &[(&str, &str)]) -> zw_testkit::Answer {
    c.post(path, fields).await
}

#[tokio::test]
async fn a_county_writes_its_week_and_the_city_returns_it() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let county = t.client(county_admin());
            let page = county.get("/reports").await;
            assert_eq!(page.status, 200, "{}", page.text());
            assert!(page.text().contains("period=2021-W26") && page.text().contains("未报"));
            let edit = format!("/reports/edit?period=2021-W26&county={}", World::COUNTY);
            let html = county.get(&edit).await.text();
            lint(&html);
            assert!(html.contains(&format!("/figures/stations_built?area={}", World::COUNTY)), "{html}");
            let key = idem(&html);
            let id = World::COUNTY.to_string();
            let base =
                [("period", "2021-W26"), ("county", id.as_str()), ("version", "0"), ("idempotency_key", key.as_str())];
            // The week is counted from registers: nothing to type over, but the way to what is counted.
            assert!(!html.contains("name=\"ov-") && html.contains("id=\"f-ov-posted_workers\""), "{html}");
            let bad = [&base[..], &[("ov-posted_workers", "9"), ("problems", "写了一半")]].concat();
            let r = post(&county, "/reports/edit", &bad).await;
            assert_eq!(r.status, 422);
            assert!(r.text().contains("请在原登记处更正") && r.text().contains("写了一半"), "{}", r.text());
            let good = [&base[..], &[("problems", "场地"), ("next_plan", "协调")]].concat();
            let r = post(&county, "/reports/edit", &good).await;
            assert_eq!(r.status, 303, "{}", r.text());
            let report = r.location();
            assert_eq!(post(&county, "/reports/edit", &good).await.location(), report, "sent twice, one effect");
            let r = post(&county, "/reports/edit", &[&base[..3], &[("problems", "再报")]].concat()).await;
            assert_eq!(r.status, 422);
            assert!(r.text().contains("不能重复报送"), "{}", r.text());

            let city = t.client(actor(Role::CityAdmin, World::CITY));
            let html = city.get(&report).await.text();
            lint(&html);
            assert!(html.contains("/approve") && html.contains("场地"));
            let r = post(&city, &format!("{report}/return"), &[("version", "1"), ("reason", "")]).await;
            assert_eq!(r.status, 422);
            assert!(r.text().contains("请写明原因"));
            let r = post(&city, &format!("{report}/return"), &[("version", "1"), ("reason", "请写清障碍")]).await;
            assert_eq!(r.status, 303);
            assert!(county.get("/reports").await.text().contains("请写清障碍"));
            for path in
                ["/board", "/board?kind=month", "/reports/list?kind=week&state=returned", "/reports/list?page=2"]
            {
                let r = city.get(path).await;
                assert_eq!(r.status, 200, "{path}");
                lint(&r.text());
            }
            let figure = format!("/figures/coverage_township?area={}", World::CITY);
            let html = city.get(&figure).await.text();
            lint(&html);
            assert!(html.contains("看不到构成它的记录"), "{html}");
            assert_eq!(city.get("/reports/list?state=nonsense").await.status, 422);
            // What cannot be written says so at once: no figures of today, no badge, no button.
            for (period, said) in [("2021-W01", "已于"), ("2021-W30", "还没有结束")] {
                let html = county.get(&format!("/reports/edit?period={period}&county={}", World::COUNTY)).await.text();
                lint(&html);
                assert!(html.contains(said) && !html.contains("/figures/") && !html.contains("ov-"), "{html}");
                assert!(
                    !html.contains("name=\"act\"") && !html.contains("未报") && !html.contains(&format!("{period} ")),
                    "{html}"
                );
            }
            // Unknown or somebody else's: the same sentence. A parameter that is missing is named.
            let other = county.get(&format!("/reports/edit?period=2021-W26&county={}", World::COUNTY2)).await;
            let none = county.get("/reports/edit?period=2021-W26&county=424242").await;
            for r in [&other, &none] {
                assert_eq!(r.status, 404);
                assert!(r.text().contains("这个单位不在您的报送范围"), "{}", r.text());
            }
            let bare = county.get("/reports/edit?county=100").await;
            assert!(bare.status == 422 && bare.text().contains("期间：此项必填"), "{}", bare.text());
            // Another province: the same answer as for nothing at all.
            let stranger = t.client(actor(Role::ProvAdmin, World::OTHER_PROVINCE));
            assert_eq!(stranger.get(&report).await.status, 404);
        }
    })
    .await;
}

#[tokio::test]
async fn a_station_overrides_what_happened_with_a_reason() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let station = t.client(head(STATION));
            let (id, unit) = (World::COUNTY.to_string(), STATION.to_string());
            let base = [("period", "2021-06"), ("county", id.as_str()), ("unit", unit.as_str()), ("version", "0")];
            // A wrong override: the form again, with what was typed.
            let bad = [&base[..], &[("ov-M07", "33"), ("problems", "写了一半")]].concat();
            let r = post(&station, "/reports/edit", &bad).await;
            let text = r.text();
            assert_eq!(r.status, 422, "{text}");
            assert!(text.contains("改报要写原因") && text.contains("写了一半"), "{text}");
            assert!(text.contains("：原因</span>") && text.contains("：原因：改报要写原因"), "{text}");
            // The group with what was touched is unfolded; what may not be overridden has no field.
            let groups = || text.split("<details class=\"zw-fold\"").skip(1).filter(|f| f.contains("name=\"ov-"));
            assert!(groups().all(|g| g.starts_with(" open") == g.contains("name=\"ov-M07\"")), "{text}");
            assert!(groups().count() > 0 && text.contains("（已改 1 项）"), "{text}");
            assert!(!text.contains("name=\"ov-M04\"") && text.contains("id=\"f-ov-M04\""), "{text}");
            let good = [&bad[..], &[("why-M07", "两次未录入")]].concat();
            assert_eq!(post(&station, "/reports/edit", &good).await.status, 303);
        }
    })
    .await;
}

#[tokio::test]
async fn boards_pass_on_and_exempt_work_as_forms() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let county = t.client(county_admin());
            let area = World::COUNTY.to_string();
            let board = format!("/board?period=2021-06&area={area}");
            let html = county.get(&board).await.text();
            lint(&html);
            assert!(html.contains("东街社工站") && html.contains("/board/exempt?"));
            let form = [("division", area.as_str()), ("period", "2021-06")];
            let r = post(&county, "/board/pass-on", &form).await;
            assert_eq!(r.status, 422);
            assert!(r.text().contains("南山社工站"));
            let unit = STATION2.to_string();
            let link = format!("/board/exempt?period=2021-06&county={area}&unit={unit}");
            let html = county.get(&link).await.text();
            lint(&html);
            assert!(html.contains("南山社工站") && html.contains("2021年6月"), "{html}");
            let foreign = format!("/board/exempt?period=2021-W26&county={}", World::COUNTY);
            assert_eq!(county.get(&foreign).await.status, 404, "the city excuses its counties");
            let fields =
                [("period", "2021-06"), ("county", area.as_str()), ("unit", unit.as_str()), ("reason", "停电")];
            assert_eq!(post(&county, "/board/exempt", &fields).await.status, 303);
            let r = post(&county, "/board/pass-on", &[&form[..], &[("although_missing", "1")]].concat()).await;
            assert_eq!(r.status, 303, "{}", r.text());
            // Nothing new: the form does not stand there to be refused.
            assert!(!county.get(&board).await.text().contains("action=\"/board/pass-on\""));
            let city = t.client(actor(Role::CityAdmin, World::CITY));
            assert!(city.get(&board).await.text().contains("审核上报"));
            let above = city.get(&format!("/board?period=2021-06&area={}", World::CITY)).await.text();
            assert!(above.contains("各站截止 2021-07-05") && above.contains("县级汇总截止 2021-07"), "{above}");
            let r = post(&city, "/board/review", &[&form[..], &[("version", "1")]].concat()).await;
            assert_eq!(r.status, 303, "{}", r.text());
            assert!(county.get(&board).await.text().contains("上级已通过"));
        }
    })
    .await;
}

#[tokio::test]
async fn the_api_speaks_the_same_rules() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let county = t.client(county_admin());
            let body = json!({"period": "2021-W26", "county": World::COUNTY.to_string(), "problems": "x"});
            let r = county.post_json("/api/v1/reports", &body).await;
            assert_eq!(r.status, 200, "{}", r.text());
            assert_eq!(r.json()["state"], "submitted");
            let r = county.post_json("/api/v1/reports", &body).await;
            assert_eq!((r.status.as_u16(), r.json()["code"].as_str()), (422, Some("report-already-submitted")));
            let typo = json!({"period": "2021-W26", "county": "100", "problem": "x"});
            let r = county.post_json("/api/v1/reports", &typo).await;
            assert_eq!(r.json()["errors"][0]["code"], "unknown-field", "{}", r.text());
            let list = county.get("/api/v1/reports?size=1").await.json();
            assert_eq!(
                (list["total"].as_i64(), list["items"][0]["reporter"].as_str()),
                (Some(1), Some("子城市子一县"))
            );
            let board = county.get("/api/v1/board?period=2021-W26").await.json();
            assert_eq!(board["counts"]["waiting"], 1);
            let f = county.get("/api/v1/figures/stations_built?to=2021-07-04").await.json();
            assert_eq!((f["live"]["num"].as_i64(), f["confirmed"]["figure"]["num"].as_i64()), (Some(2), Some(2)));
            let today = county.get("/api/v1/reports/today").await.json();
            assert_eq!(today["owed"][0]["period"], "2021-06");
            let worker = t.client(zw_testkit::actor_of(Role::Worker, None, Some((World::COUNTY, STATION)), None));
            assert_eq!(worker.get("/api/v1/board").await.status, 403);
            assert_eq!(worker.get("/api/v1/reports").await.json()["total"], 0);
        }
    })
    .await;
}

/// A draft of a report remembers the version it began with and goes when the report is saved.
#[tokio::test]
async fn an_old_draft_of_a_report_meets_the_newer_version() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let c = t.client(county_admin());
            let id = World::COUNTY.to_string();
            let edit = format!("/reports/edit?period=2021-W26&county={id}");
            let html = c.get(&edit).await.text();
            assert!(html.contains(r#"<input type="text" name="version" value="0" hidden>"#), "{html}");
            let key = format!("report-2021-W26-{id}");
            assert!(html.contains(&format!(r#"data-draft="{key}""#)));
            let fields = |version: &'static str, text: &'static str| {
                vec![
                    ("version", version),
                    ("period", "2021-W26"),
                    ("county", "100"),
                    ("act", "save"),
                    ("problems", text),
                ]
            };
            assert_eq!(id, "100");
            c.post(&format!("/drafts/{key}"), &[("version", "0"), ("problems", "周一写的")]).await;
            // Saved from another device meanwhile.
            assert_eq!(post(&c, "/reports/edit", &fields("0", "周二写的")).await.status, 303);
            let again = c.get(&edit).await.text();
            assert!(again.contains("已恢复您上次没有提交的内容") && again.contains("周一写的"), "{again}");
            assert!(again.contains(r#"name="version" value="0""#), "the draft keeps its version");
            let mut old = fields("0", "周一写的");
            old.push(("_draft", &key));
            let clash = post(&c, "/reports/edit", &old).await;
            assert_eq!(clash.status, 422);
            let text = clash.text();
            assert!(text.contains("周一写的") && text.contains("周二写的"), "both versions: {text}");
            // Mine, on top of theirs: the form of the two versions carries the draft's key as well.
            let keep = text.split("zw-conflict").nth(1).unwrap();
            assert!(keep.contains(&format!(r#"name="_draft" value="{key}""#)), "{keep}");
            let mut mine = fields("1", "周一写的");
            mine.push(("_draft", &key));
            assert_eq!(post(&c, "/reports/edit", &mine).await.status, 303);
            let fresh = c.get(&edit).await.text();
            assert!(!fresh.contains("已恢复您上次没有提交的内容") && fresh.contains("周一写的"));
            assert!(fresh.contains(r#"name="version" value="2""#), "{fresh}");
        }
    })
    .await;
}
