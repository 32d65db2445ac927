//! Page and API.

use crate::parts;
use axum::http::{Method, StatusCode};
use zw_access::Role;
use zw_reporting::cycle::Cycle;
use zw_testkit::{World, actor, on_both};

const PAGE: &str = "/admin/settings/reporting.cycle";

#[tokio::test]
async fn the_form_shows_what_is_wrong_and_loses_nothing() {
    on_both(parts, |app| async move {
        let sys = app.client(actor(Role::SysAdmin, World::PROVINCE));
        let list = sys.get("/admin/settings").await.text();
        for part in ["报表什么时候交", "多久探访一次", "现用的告知书版本", "决定各级哪天以前要交周报"]
        {
            assert!(list.contains(part), "{part}");
        }
        assert!(!list.contains("reporting.cycle<") && !list.contains("JSON"), "no codes but in addresses: {list}");
        let page = sys.get(PAGE).await.text();
        assert!(page.contains("deadlines.grace_working_days") && page.contains("宽限几个工作日"));
        // No types and no JSON but in the expert view.
        let told = page.rsplit("各项说明").next().unwrap();
        assert!(
            told.contains("整数（个工作日）") && told.contains("填什么") && told.contains("还没有修改过"),
            "{told}"
        );
        assert!(!told.contains("integer") && !told.contains("[{") && !told.contains("&quot;"), "{told}");
        for (typed, told) in [
            ("{\"deadlines\":{\"grace_working_days\":99}}", "deadlines.grace_working_days：应在 0 到 60 之间"),
            ("{\"deadlines\":{\"grace\":1}}", "deadlines.grace：不接受这个字段"),
            ("{\n\"week\": nein}", "第 2 行"),
        ] {
            let a = sys.post(PAGE, &[("value", typed), ("version", "0")]).await;
            assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
            let (text, typed) = (a.text(), typed.replace('"', "&quot;"));
            assert!(text.contains(told), "{told}");
            assert!(text.contains(&typed), "{typed}");
        }
        let a = sys.post(PAGE, &[("value", "{\"week\":false}"), ("version", "0")]).await;
        assert_eq!((a.status, a.location().as_str()), (StatusCode::SEE_OTHER, PAGE));
        assert!(!app.app.settings().get::<Cycle>().week);
        let a = sys.post(PAGE, &[("value", "{\"month\":false}"), ("version", "0")]).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = a.text();
        assert!(text.contains("{&quot;week&quot;:false}") && text.contains("name=\"version\" value=\"1\""), "{text}");
        assert_eq!(sys.get("/admin/settings/no.such").await.status, StatusCode::NOT_FOUND);
        let other = app.client(actor(Role::SecurityAdmin, World::PROVINCE));
        assert_eq!(other.get("/admin/settings").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

/// The inputs of the form as a browser would send them, with some of them typed anew.
fn sent(page: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let attr = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[from..].split('"').next().unwrap_or("").to_owned())
    };
    let form = page.split("<form").find(|f| f.contains("name=\"mode\"")).unwrap();
    let form = form.split("</form>").next().unwrap();
    let mut out: Vec<(String, String)> = vec![];
    for tag in form.split("<input").skip(1).map(|t| t.split('>').next().unwrap_or("")) {
        let Some(name) = attr(tag, "name").filter(|n| n.starts_with('v') || n == "mode") else { continue };
        if !tag.contains("checkbox") || tag.contains(" checked") {
            out.push((name, attr(tag, "value").unwrap_or_default()));
        }
    }
    for list in form.split("<select").skip(1) {
        let chosen = list.split("</select>").next().unwrap_or("").split("<option").find(|o| o.contains(" selected"));
        out.push((attr(list, "name").unwrap(), chosen.and_then(|o| attr(o, "value")).unwrap_or_default()));
    }
    for (name, value) in typed {
        out.retain(|(n, _)| n != name);
        out.push(((*name).to_owned(), (*value).to_owned()));
    }
    out
}

#[tokio::test]
async fn a_setting_is_changed_in_fields_with_units_and_checks() {
    on_both(parts, |app| async move {
        let sys = app.client(actor(Role::SysAdmin, World::PROVINCE));
        let page = sys.get(PAGE).await.text();
        for want in ["name=\"v.accept_days\"", "value=\"92\"", "默认：92", "天", "12:00", "专家视图", "县（市、区）"]
        {
            assert!(page.contains(want), "{want} in {page}");
        }
        let post = async |page: &str, typed: &[(&str, &str)]| {
            let all = sent(page, typed);
            let all: Vec<(&str, &str)> = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
            sys.post(PAGE, &all).await
        };
        // What cannot be read, and what is out of bounds, is told at its field; everything typed is still there.
        for (name, typed, told) in [
            ("v.accept_days", "neunzig", "请填整数"),
            ("v.accept_days", "0", "应在 1 到 36500 之间"),
            ("v.start_on", "gestern", "日期格式不对"),
            ("v.deadlines.week.0.at", "26:00", "时刻的格式"),
            ("v.deadlines.week.0.weekday", "9", "应在 1 到 7 之间"),
            ("v.deadlines.month.1.working_day", "", "此项必填"),
        ] {
            let a = post(&page, &[(name, typed), ("v.deadlines.grace_working_days", "4")]).await;
            assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            let text = a.text();
            let field = text.split(&format!("id=\"f-{name}\"")).nth(1).unwrap();
            assert!(field.contains(&format!("id=\"f-{name}-error\"")) && field.contains(told), "{name}: {text}");
            let again = sent(&text, &[]);
            let value = |n: &str| again.iter().find(|(k, _)| k == n).map(|(_, v)| v.as_str());
            assert_eq!((value(name), value("v.deadlines.grace_working_days")), (Some(typed), Some("4")));
        }
        // Only what differs is stored: a row more, one less, a box cleared.
        let a = post(
            &page,
            &[
                ("v.accept_days", "100"),
                ("v.week", ""),
                ("v.deadlines.quarter.0.tier", ""),
                ("v.deadlines.quarter.0.working_day", ""),
                ("v.deadlines.week.0.at", "11:30"),
            ],
        )
        .await;
        assert_eq!((a.status, a.location().as_str()), (StatusCode::SEE_OTHER, PAGE), "{}", a.text());
        let one = sys.get("/api/v1/settings/reporting.cycle").await.json();
        let new: serde_json::Value = serde_json::from_str(one["changes"][0]["new"].as_str().unwrap()).unwrap();
        let mut week = one["setting"]["default"]["deadlines"]["week"].clone();
        week[0]["at"] = 690.into();
        let quarter = serde_json::json!([{"tier": "city", "working_day": 8}, {"tier": "province", "working_day": 15}]);
        let deadlines = serde_json::json!({"week": week, "quarter": quarter});
        assert_eq!(new, serde_json::json!({"deadlines": deadlines, "week": false, "accept_days": 100}));
        // Somebody was faster: the typed value is shown, what stands is told, and it is saved on top of that.
        let a = post(&page, &[("v.accept_days", "50")]).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = a.text();
        assert!(text.contains("现在的值：") && text.contains("name=\"version\" value=\"1\""), "{text}");
        assert!(text.contains("<strong>100 天</strong>"), "what stands is told in words: {text}");
        let history = text.rsplit("修改记录").next().unwrap();
        assert!(history.contains("92 天") && history.contains("<strong>100 天</strong>"), "{history}");
        assert!(sent(&text, &[]).contains(&("v.accept_days".into(), "50".into())));
        // Items of a list are called by what they are, each with its default.
        let page = sys.get("/admin/settings/practice.rhythm").await.text();
        for want in ["风险 1 级", "风险 6 级", "每两周", "默认：14 天"] {
            assert!(page.contains(want), "{want} in {page}");
        }
        assert!(!page.contains("第 1 项"), "{page}");
        // A setting that is one number.
        let page = sys.get("/admin/settings/practice.notice_version").await.text();
        assert!(page.contains("name=\"v\""), "{page}");
    })
    .await;
}

#[tokio::test]
async fn a_value_that_came_with_data_is_not_called_unchanged() {
    on_both(parts, |app| async move {
        let sys = app.client(actor(Role::SysAdmin, World::PROVINCE));
        let ctx = app.system("test", zw_settings::CLI_ACTIONS);
        let mut tx = ctx.write().await.unwrap();
        let value = serde_json::json!({"accept_days": 30});
        zw_settings::seed::set(&mut tx, "reporting.cycle", &value, "演示数据").await.unwrap();
        assert!(
            zw_settings::seed::set(&mut tx, "reporting.cycle", &value, "演示数据").await.is_err(),
            "never over a value"
        );
        tx.commit(ctx.event(zw_settings::policy::WRITE)).await.unwrap();
        let page = sys.get(PAGE).await.text();
        assert!(
            page.contains("已修改") && page.contains("演示数据") && page.contains("<strong>30 天</strong>"),
            "{page}"
        );
        assert!(!page.contains("还没有修改过"), "{page}");
        // Taken over from an older version without a note of who set it.
        let ctx = app.system("test", zw_settings::CLI_ACTIONS);
        let mut tx = ctx.write().await.unwrap();
        tx.run(zw_db::sql("DELETE FROM setting_change")).await.unwrap();
        tx.commit(ctx.event(zw_settings::policy::WRITE)).await.unwrap();
        let page = sys.get(PAGE).await.text();
        assert!(page.contains("已修改") && page.contains("随数据一起装入") && !page.contains("还没有修改过"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn the_api_says_the_same() {
    on_both(parts, |app| async move {
        let sys = app.client(actor(Role::SysAdmin, World::PROVINCE));
        let list = sys.get("/api/v1/settings").await.json()["items"].clone();
        assert_eq!(
            (list[0]["key"].as_str(), list[0]["meaning"].as_str()),
            (Some("reporting.cycle"), Some("报表什么时候交"))
        );
        let en =
            sys.send_with(Method::GET, "/api/v1/settings/reporting.cycle", &[("accept-language", "en")], vec![]).await;
        assert_eq!(en.json()["setting"]["meaning"], "When reports are due");
        assert_eq!(list[0]["default"]["accept_days"], 92);
        assert_eq!(list[0]["schema"]["properties"]["accept_days"]["type"], "integer");
        let put = async |body: &str| sys.send(Method::PUT, "/api/v1/settings", "application/json", body.into()).await;
        let a = put(r#"{"key":"reporting.cycle","value":{"accept_days":-1}}"#).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(a.json()["errors"][0]["field"], "value.accept_days");
        let a = put(r#"{"key":"reporting.cycle","value":{"accept_days":100},"version":0}"#).await;
        assert_eq!((a.status, a.json()["setting"]["value"]["accept_days"].as_i64()), (StatusCode::OK, Some(100)));
        assert_eq!(put(r#"{"key":"reporting.cycle","value":{},"version":0}"#).await.status, StatusCode::CONFLICT);
        let one = sys.get("/api/v1/settings/reporting.cycle").await.json();
        assert_eq!(one["changes"][0]["new"], r#"{"accept_days":100}"#);
    })
    .await;
}
