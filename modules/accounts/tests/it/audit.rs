//! The audit viewer.

use crate::browser::{Browser, behind_the_back, count, operators};
use crate::parts;
use axum::http::StatusCode;
use zw_db::sql;
use zw_testkit::on_both;

#[tokio::test]
async fn the_log_is_filtered_and_every_look_is_in_it() {
    on_both(parts, |app| async move {
        let [mut sys, _, mut aud] = operators(&app).await;
        sys.post("/admin/accounts/new", &[("login", "lin.xm"), ("display", "林小梅")]).await;
        sys.get("/admin/audit").await;
        let looks =
            || count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE action='audit.read' AND decision='allow'"));
        let all = |q: &'static str| {
            let path = format!("/api/v1/audit?{q}");
            let mut b = Browser::new(&app);
            b.token = aud.token.clone();
            async move { b.get(&path).await.json() }
        };
        let created = all("action=account.create").await;
        assert_eq!(created["total"], 1);
        assert_eq!(created["items"][0]["actor"], "sys.one");
        assert_eq!(created["items"][0]["fields"], "login,display,worker_id,code");
        assert_eq!(all("actor=SYS.ONE&decision=deny").await["items"][0]["action"], "audit.read");
        assert_eq!(all("action=session.&decision=allow").await["total"], 3);
        assert_eq!(all("action=%25").await["total"], 0);
        assert_eq!(all("from=2020-01-01&to=2020-01-31").await["total"], 0);
        assert_eq!(all("from=2021-07-09&to=2021-07-01").await["errors"][0]["code"], "audit-days");
        assert_eq!(all("size=1").await["items"][0]["action"], "audit.read", "the look itself is the newest event");
        assert_eq!(looks().await, 6, "all but the refused filter");
        let page = aud.get("/admin/audit?action=account.").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("account.create") && page.body.contains("还没有签章"));
        let list = page.body.split("<table").nth(1).unwrap_or_default();
        assert!(list.contains("2021-07-08 09:00:00"), "times as pages write them: {list}");
        assert!(
            list.contains("开通账号") && list.contains(">lin.xm</a>") && list.contains("系统管理员</small>"),
            "acts, records and the place of who acted are told in words: {list}"
        );
        assert!(page.body.contains(r#"<option value="account." selected"#), "the filter keeps what was asked");
        assert_eq!(aud.get("/admin/audit?from=x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.body.contains("林小梅"), "names of fields, never values");
    })
    .await;
}

#[tokio::test]
async fn the_log_is_verified_from_the_page() {
    let app = crate::lite().await;
    let [_, _, mut aud] = operators(&app).await;
    let mut tx = app.app.db.write(app.app.clock.now()).await.unwrap();
    zw_access::audit::checkpoint(&mut tx, &app.app.vault, app.app.clock.now()).await.unwrap();
    let ctx = app.system("t", zw_accounts::policy::CONSOLE);
    tx.commit(ctx.event(zw_accounts::policy::ACCOUNT_SEED)).await.unwrap();
    assert!(aud.get("/admin/audit").await.body.contains("第 1 次"));
    assert!(aud.post("/admin/audit/verify", &[]).await.body.contains("日志完整"));
    behind_the_back(&app, sql("UPDATE audit_event SET actor_name='x' WHERE seq=2")).await.unwrap();
    let broken = aud.post("/admin/audit/verify", &[]).await.body;
    assert!(broken.contains("日志有改动") && broken.contains("row 2 was altered"));
}
