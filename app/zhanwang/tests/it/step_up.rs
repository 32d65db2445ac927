//! Sensitive acts ask for the password again when it was not given lately (SESS-5), and lose nothing over it.

use crate::doors::{parts, registry};
use crate::relations::{local, plant};
use axum::http::{Method, StatusCode, header};
use std::collections::BTreeSet;
use zw_access::Role;
use zw_core::code::Code as _;
use zw_db::sql;
use zw_testkit::{Answer, Client, Engine, TestApp, World, on_both};
use zw_web::Access;

/// The acts that ask: the list only grows, a shorter one must be argued for here.
const ASKING: &[&str] = &[
    "/admin/accounts/export",
    "/admin/accounts/{id}/confirm",
    "/admin/accounts/{id}/grants/new",
    "/admin/accounts/{id}/worker",
    "/admin/audit/export",
    "/admin/grants/{id}/end",
    "/admin/kiosks/new",
    "/api/v1/accounts/{id}/confirm",
    "/api/v1/accounts/{id}/grants",
    "/api/v1/accounts/{id}/worker",
    "/api/v1/grants/{id}/end",
    "/api/v1/kiosks",
    "/field/bind",
    "/field/shift",
    "/official-lists/unmatched/export",
    "/people/export",
    "/workers/export",
];

fn token_of(a: &Answer) -> Option<String> {
    let cookies = a.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok());
    cookies.filter_map(|c| c.strip_prefix("zw_session=")).map(|c| c.split(';').next().unwrap().to_owned()).next()
}

async fn knock(c: &Client<'_>, path: &str) -> Answer {
    match path.starts_with("/api/") {
        true => c.send(Method::POST, path, "application/json", b"{}".to_vec()).await,
        false => c.post(path, &[("x", "y")]).await,
    }
}

#[tokio::test]
async fn every_sensitive_act_refuses_a_stale_session() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
    let fresh: Vec<_> = registry(&t).into_iter().filter(|(_, _, a)| matches!(a, Access::Fresh(_))).collect();
    let paths: BTreeSet<&str> = fresh.iter().map(|(_, p, _)| *p).collect();
    assert_eq!(paths, ASKING.iter().copied().collect(), "the acts that ask for the password");
    let mut refused = BTreeSet::new();
    for role in Role::ALL {
        for (method, path, access) in &fresh {
            assert_eq!(*method, Method::POST, "{path}: what asks is a form");
            let Access::Fresh(action) = access else { continue };
            let (c, mine) = (t.client(local(*role, &home)).stale(), t.app.policy.reach(*action, *role).is_some());
            let a = knock(&c, &path.replace("{id}", "0190f0f0-0000-7000-8000-00000000dead")).await;
            assert_eq!(a.status, StatusCode::FORBIDDEN, "{role} {path}");
            assert!(token_of(&a).is_none(), "{role} {path}");
            let said = match (mine, path.starts_with("/api/")) {
                (true, true) => "step-up",
                (true, false) => "请再输入一次密码",
                (false, _) => "forbidden",
            };
            assert!(a.text().contains(said), "{role} {path}: {}", a.text());
            // A password is asked of those alone who may do it.
            assert_eq!(a.text().contains("name=\"_password\""), mine && !path.starts_with("/api/"), "{role} {path}");
            if mine {
                refused.insert(*path);
            }
        }
    }
    assert_eq!(refused, paths, "somebody has each of them");
}

#[tokio::test]
async fn the_form_goes_on_with_the_password_and_the_old_session_is_dead() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let old = t.client(local(Role::CountyAdmin, &home)).stale();
        let filter = [("state", "on_post"), ("_page", "/workers")];
        let a = old.post("/workers/export", &filter).await;
        let page = a.text();
        assert_eq!(a.status, StatusCode::FORBIDDEN, "{page}");
        assert!(page.contains(r#"name="state" value="on_post""#) && page.contains(r#"href="/workers""#), "{page}");
        assert!(page.contains("请再输入一次密码") && !page.contains("没有权限"), "{page}");

        let wrong = [&filter[..], &[("_password", "wrong-word")]].concat();
        let a = old.post("/workers/export", &wrong).await;
        let page = a.text();
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(page.contains(r#"name="state" value="on_post""#) && page.contains("密码不对"), "{page}");
        assert!(!page.contains("wrong-word") && token_of(&a).is_none(), "{page}");

        let right = [&filter[..], &[("_password", TestApp::PASSWORD)]].concat();
        // Not for a form that another page made.
        let body = format!("csrf=x&_password={}", TestApp::PASSWORD).into_bytes();
        let a = old.send(Method::POST, "/workers/export", "application/x-www-form-urlencoded", body).await;
        assert_eq!((a.status, token_of(&a)), (StatusCode::UNPROCESSABLE_ENTITY, None));

        let a = old.post("/workers/export", &right).await;
        assert_eq!(a.status, StatusCode::OK, "{}", a.text());
        assert!(a.headers[header::CONTENT_TYPE].to_str().unwrap().contains("spreadsheetml"));
        let token = token_of(&a).expect("a new session");
        assert!(old.get("/workers").await.location().starts_with("/login"), "the old token is dead");
        let new = old.with_token(&token);
        assert_eq!(new.post("/workers/export", &filter).await.status, StatusCode::OK, "not asked twice");
        let mut c = t.app.db.read().await.unwrap();
        let q = sql("SELECT COUNT(*) FROM audit_event WHERE decision='deny' AND action='worker.read'");
        assert_eq!(c.scalar::<i64>(q).await.unwrap(), 1, "asking is a refusal in the log");
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_signs_nobody_out_and_the_old_token_alone_opens_nothing() {
    on_both(parts, |t| async move {
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let old = t.client(local(Role::SecurityAdmin, &home)).stale();
        let form = |password: &'static str| {
            vec![
                ("name", "大厅屏"),
                ("province", "1"),
                ("city", "10"),
                ("idempotency_key", "kiosk-lost-1"),
                ("_password", password),
            ]
        };
        let first = old.post("/admin/kiosks/new", &form(TestApp::PASSWORD)).await;
        let lost = token_of(&first).expect("a new session, whose token never arrives");
        assert!(first.status.is_success() || first.status == StatusCode::SEE_OTHER, "{}", first.text());
        // The old token without the password, with a wrong one, with another form's token: nothing.
        assert!(old.get("/admin/kiosks").await.location().starts_with("/login"));
        for password in ["", "wrong-word"] {
            let a = old.post("/admin/kiosks/new", &form(password)).await;
            assert!(a.status.is_client_error() && token_of(&a).is_none(), "{password}: {} {}", a.status, a.text());
        }
        let body = format!("csrf=x&name=x&province=1&city=10&_password={}", TestApp::PASSWORD).into_bytes();
        let a = old.send(Method::POST, "/admin/kiosks/new", "application/x-www-form-urlencoded", body).await;
        assert!(a.status.is_client_error() && token_of(&a).is_none(), "{} {}", a.status, a.text());
        // Nor does it open what asks for no password.
        let a = old.post("/preferences", &[("lang", "en"), ("_password", TestApp::PASSWORD)]).await;
        assert!(token_of(&a).is_none());
        // The same form again goes through, once.
        let again = old.post("/admin/kiosks/new", &form(TestApp::PASSWORD)).await;
        assert_eq!(again.status, first.status, "{}", again.text());
        let token = token_of(&again).expect("another session");
        let mut c = t.app.db.read().await.unwrap();
        assert_eq!(c.scalar::<i64>(sql("SELECT COUNT(*) FROM kiosk_token")).await.unwrap(), 1, "one effect");
        assert!(
            old.with_token(&lost).get("/admin/kiosks").await.location().starts_with("/login"),
            "the lost one is dead"
        );
        assert_eq!(old.with_token(&token).get("/admin/kiosks").await.status, StatusCode::OK);
        // Who signed out since is out.
        t.sign_out(&token);
        let a = old.post("/admin/kiosks/new", &form(TestApp::PASSWORD)).await;
        assert!(token_of(&a).is_none(), "{}", a.text());
    })
    .await;
}

#[tokio::test]
async fn a_form_that_is_wrong_is_shown_again_under_the_new_session() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
    let old = t.client(local(Role::SecurityAdmin, &home)).stale();
    let a = old.post("/admin/kiosks/new", &[("name", ""), ("_password", TestApp::PASSWORD)]).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", a.text());
    let new = old.with_token(&token_of(&a).expect("a new session"));
    let csrf = format!(r#"name="csrf" value="{}""#, new.csrf());
    assert!(a.text().contains(&csrf), "the form shown again can be sent: {}", a.text());
    assert!(!a.text().contains("_password"));
}
