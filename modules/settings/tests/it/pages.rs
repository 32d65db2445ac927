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
        for part in ["报送周期与截止时间", "探访频次", "practice.notice_version"] {
            assert!(list.contains(part), "{part}");
        }
        let page = sys.get(PAGE).await.text();
        assert!(page.contains("deadlines.grace_working_days") && page.contains("宽限工作日数"));
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

#[tokio::test]
async fn the_api_says_the_same() {
    on_both(parts, |app| async move {
        let sys = app.client(actor(Role::SysAdmin, World::PROVINCE));
        let list = sys.get("/api/v1/settings").await.json()["items"].clone();
        assert_eq!(list[0]["key"], "reporting.cycle");
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
