//! The system administrator's desk, the split between the three, every route's door.

use crate::browser::{Browser, PASSWORD, account, behind_the_back, count, grant, operators};
use crate::{lite, parts};
use axum::http::{Method, StatusCode};
use serde_json::json;
use zw_access::Role;
use zw_db::sql;
use zw_testkit::{World, on_both};
use zw_web::{Access, Site};

#[tokio::test]
async fn each_of_the_three_has_one_desk() {
    let app = lite().await;
    let [mut sys, mut sec, mut aud] = operators(&app).await;
    let mut county = {
        account(&app, "county.one", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
        Browser::signed_in(&app, "county.one").await
    };
    for (path, who) in [
        ("/admin/accounts", [true, true, false, false]),
        ("/admin/accounts/new", [true, false, false, false]),
        ("/admin/kiosks", [false, true, false, false]),
        ("/admin/audit", [false, false, true, false]),
        ("/api/v1/accounts", [true, true, false, false]),
        ("/api/v1/audit", [false, false, true, false]),
        ("/api/v1/audit/status", [false, false, true, false]),
        ("/account", [true, true, true, true]),
    ] {
        for (b, may) in [&mut sys, &mut sec, &mut aud, &mut county].into_iter().zip(who) {
            let want = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(b.get(path).await.status, want, "{path}");
        }
    }
    let denied = count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE decision='deny'")).await;
    assert_eq!(denied, 19, "every refusal is in the log");
}

#[tokio::test]
async fn no_route_opens_without_a_session() {
    let app = lite().await;
    let site = app.app.ext::<Site>().unwrap();
    let (mut public, mut closed) = (vec![], 0);
    for (method, path, access) in &site.registry {
        if let Access::Public(_) = access {
            public.push(format!("{method} {path}"));
            continue;
        }
        let path = path.replace("{id}", "00000000-0000-0000-0000-000000000001");
        let body = if *method == Method::GET { String::new() } else { "{}".into() };
        let a = Browser::new(&app).send(method.clone(), &path, "application/json", body).await;
        let turned_away = a.status == StatusCode::UNAUTHORIZED || a.location().starts_with("/login");
        assert!(turned_away, "{method} {path}: {}", a.status);
        closed += 1;
    }
    assert!(closed >= 30, "{closed}");
    public.retain(|p| !p.contains("/assets") && !p.contains("/healthz") && !p.contains("/preferences"));
    let known = ["GET /login", "POST /login", "POST /logout", "GET /activate", "POST /activate", "GET /kiosk/{token}"];
    assert_eq!(public, known);
}

#[tokio::test]
async fn an_account_is_made_with_a_code_that_is_shown_once() {
    on_both(parts, |app| async move {
        let [mut sys, ..] = operators(&app).await;
        let bad = sys.post("/admin/accounts/new", &[("login", "Bad Login"), ("worker", "x")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        for word in ["登录名为 3 到 40", "此项必填", "没有这个社工登记号"] {
            assert!(bad.body.contains(word), "all problems at once: {word}");
        }
        let fields = [("login", "Lin.XM"), ("display", "林小梅"), ("idempotency_key", "k1")];
        let made = sys.post("/admin/accounts/new", &fields).await;
        assert_eq!(made.status, StatusCode::OK);
        let code = made.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned();
        assert_eq!(code.len(), 23);
        let again = sys.post("/admin/accounts/new", &fields).await;
        assert!(again.body.contains("已经显示过一次") && !again.body.contains(&code));
        assert_eq!(count(&app, sql("SELECT COUNT(*) FROM account WHERE login='lin.xm'")).await, 1);
        let other = sys.post("/admin/accounts/new", &[("login", "lin.xm"), ("display", "别人")]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.body.contains("这个登录名已被使用"));
        let ghost = sys
            .post(
                "/admin/accounts/new",
                &[("login", "wu.yy"), ("display", "吴一"), ("worker", "00000000-0000-0000-0000-000000000009")],
            )
            .await;
        assert!(ghost.body.contains("没有这个社工登记号"));

        app.app.clock.advance(71 * 3_600_000);
        let mut b = Browser::new(&app);
        assert_eq!(b.get(&format!("/activate?token={code}")).await.status, StatusCode::OK, "looking does not use it");
        let set = [("code", code.as_str()), ("password", PASSWORD), ("repeat", PASSWORD)];
        assert_eq!(b.post("/activate", &set).await.status, StatusCode::SEE_OTHER);
        b.login("lin.xm", PASSWORD).await;
        let own = b.get("/account").await;
        assert!(own.body.contains("还没有任何权限"));
        assert!(own.body.contains("未授权"), "the badge says so");
    })
    .await;
}

#[tokio::test]
async fn disabling_counts_on_the_next_request() {
    on_both(parts, |app| async move {
        let [mut sys, ..] = operators(&app).await;
        let id = account(&app, "lin.xm", vec![]).await;
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let path = format!("/admin/accounts/{id}/state");
        let code = sys.post(&format!("/admin/accounts/{id}/code"), &[]).await;
        let code = code.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned();
        assert_eq!(b.get("/account").await.status, StatusCode::OK, "a code alone changes nothing");
        let done = sys.post(&path, &[("state", "disabled"), ("version", "1")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER);
        assert_eq!(b.login("lin.xm", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let set = [("code", code.as_str()), ("password", PASSWORD), ("repeat", PASSWORD)];
        assert_eq!(b.post("/activate", &set).await.status, StatusCode::GONE, "its codes are void");
        let stale = sys.post(&path, &[("state", "active"), ("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stale.body.contains("别人已经修改"));
        sys.post(&path, &[("state", "active"), ("version", "2")]).await;
        app.app.clock.advance(61_000);
        assert_eq!(b.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn operators_are_out_of_reach_of_every_page() {
    let app = lite().await;
    let [mut sys, mut sec, _] = operators(&app).await;
    let victim = account(&app, "aud.two", vec![grant(Role::AuditAdmin, None)]).await;
    let a = sys.post(&format!("/admin/accounts/{victim}/code"), &[]).await;
    assert_eq!((a.status, a.body.contains("<code>")), (StatusCode::UNPROCESSABLE_ENTITY, false));
    let a = sys.post(&format!("/admin/accounts/{victim}/state"), &[("state", "disabled"), ("version", "1")]).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    let g =
        sec.post(&format!("/admin/accounts/{victim}/grants/new"), &[("role", "prov_admin"), ("province", "1")]).await;
    assert_eq!(g.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(g.body.contains("控制台"));
    assert_eq!(count(&app, sql("SELECT COUNT(*) FROM account_grant")).await, 4);
}

#[tokio::test]
async fn who_must_change_the_password_holds_nothing_until_then() {
    let app = lite().await;
    account(&app, "sys.one", vec![grant(Role::SysAdmin, None)]).await;
    behind_the_back(&app, sql("UPDATE account SET must_change=TRUE")).await.unwrap();
    let mut b = Browser::new(&app);
    assert_eq!(b.login("sys.one", PASSWORD).await.location(), "/account/password");
    assert_eq!(b.get("/admin/accounts").await.status, StatusCode::FORBIDDEN);
    let new = "paper umbrella north gate";
    b.post("/account/password", &[("current", PASSWORD), ("password", new), ("repeat", new)]).await;
    assert_eq!(b.get("/admin/accounts").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_api_gives_the_same_answers() {
    let app = lite().await;
    let [mut sys, mut sec, mut aud] = operators(&app).await;
    let me = sys.get("/api/v1/me").await.json();
    assert_eq!((me["login"].as_str(), me["grants"][0]["role"].as_str()), (Some("sys.one"), Some("sys_admin")));
    assert_eq!(me["csrf"].as_str().unwrap().len(), 32);

    let made = sys.post_json("/api/v1/accounts", &json!({"login": "lin.xm", "display": "林小梅"})).await.json();
    let id = made["account"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made["code"].as_str().unwrap().len(), 23);
    for extra in ["duty", "state", "id", "password_hash", "role"] {
        let mut body = json!({"login": "wu.yy", "display": "吴一"});
        body[extra] = json!("sys_admin");
        let a = sys.post_json("/api/v1/accounts", &body).await;
        assert_eq!(
            (a.status, a.json()["code"].as_str()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some("invalid")),
            "{extra}"
        );
    }
    let path = format!("/api/v1/accounts/{id}/grants");
    let wrong = sec.post_json(&path, &json!({"role": "county_admin", "area": "10"})).await;
    assert_eq!(wrong.json()["errors"][0]["code"], "area-not-county");
    let ok = sec.post_json(&path, &json!({"role": "county_admin", "area": "100"})).await;
    assert_eq!(ok.status, StatusCode::CREATED, "{}", ok.body);
    let grants = sec.get(&path).await.json()["items"].clone();
    assert_eq!(grants[0]["place"], "子城市子一县");
    assert_eq!(grants[0]["active"], true);
    let end = format!("/api/v1/grants/{}/end", grants[0]["id"].as_str().unwrap());
    assert_eq!(sec.post_json(&end, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sec.post_json(&end, &json!({})).await.json()["code"], "grant-ended");
    assert_eq!(sys.get(&path).await.status, StatusCode::FORBIDDEN, "the maker of accounts does not see roles");
    let list = sys.post_json("/api/v1/accounts/search", &serde_json::json!({"q": "lin", "size": 1})).await.json();
    assert_eq!((list["total"].as_i64(), list["items"][0]["login"].as_str()), (Some(1), Some("lin.xm")));
    assert_eq!(
        sys.post_json("/api/v1/accounts/search", &serde_json::json!({"q": "%"})).await.json()["total"],
        0,
        "signs of LIKE are text"
    );
    let missing = sys.get("/api/v1/accounts/00000000-0000-0000-0000-000000000077").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let api = sys.get("/api/v1/openapi.json").await.json();
    for p in ["/api/v1/accounts", "/api/v1/grants/{id}/end", "/api/v1/audit", "/api/v1/me"] {
        assert!(api["paths"][p].is_object(), "{p}");
    }
    let sessions = sys.get("/api/v1/me/sessions").await.json()["items"].clone();
    assert_eq!((sessions.as_array().unwrap().len(), sessions[0]["this"].as_bool()), (1, Some(true)));

    let made = sec.post_json("/api/v1/kiosks", &json!({"name": "三楼", "area": "10"})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let mut screen = Browser::new(&app);
    assert_eq!(screen.get(made.json()["path"].as_str().unwrap()).await.location(), "/wall/kiosk");
    let screens = sec.get("/api/v1/kiosks").await.json();
    let revoke = format!("/api/v1/kiosks/{}/revoke", screens["items"][0]["id"].as_str().unwrap());
    assert_eq!(sec.post_json(&revoke, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sec.get("/api/v1/kiosks").await.json()["items"][0]["open"], false);
    // Whoever ends them finds them: the same session, and none of them is the one asking.
    let whose = sys.get("/api/v1/me").await.json()["account"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/accounts/{whose}/sessions");
    let theirs = sec.get(&path).await.json()["items"].clone();
    assert_eq!((theirs.as_array().unwrap().len(), &theirs[0]["id"]), (1, &sessions[0]["id"]), "{theirs}");
    assert_eq!(theirs[0]["this"], false);
    assert_eq!(sys.get(&path).await.status, StatusCode::FORBIDDEN, "not even one's own by this way");
    let nobody = "/api/v1/accounts/00000000-0000-0000-0000-000000000077/sessions";
    assert_eq!(sec.get(nobody).await.status, StatusCode::NOT_FOUND);
    let end = format!("/api/v1/sessions/{}/end", theirs[0]["id"].as_str().unwrap());
    assert_eq!(sec.post_json(&end, &json!({})).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sys.get("/api/v1/me").await.status, StatusCode::UNAUTHORIZED, "ended by the security administrator");
    let proof = aud.post_json("/api/v1/audit/verify", &json!({})).await.json();
    assert!(proof["result"] == 0 && proof["events"].as_i64() > Some(5), "{proof}");
}

#[tokio::test]
async fn a_changing_request_needs_the_form_token() {
    let app = lite().await;
    let [mut sys, ..] = operators(&app).await;
    let other = Browser::signed_in(&app, "aud.one").await;
    for body in ["csrf=&login=wu.yy&display=x", "login=wu.yy&display=x"] {
        let a = sys.send(Method::POST, "/admin/accounts/new", "application/x-www-form-urlencoded", body.into()).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    drop(other);
    assert_eq!(count(&app, sql("SELECT COUNT(*) FROM account WHERE login='wu.yy'")).await, 0);
}

#[tokio::test]
async fn the_first_page_tells_each_operator_what_waits() {
    let app = lite().await;
    let [mut sys, _, _] = operators(&app).await;
    sys.post("/admin/accounts/new", &[("login", "lin.xm"), ("display", "林小梅")]).await;
    sys.get("/admin/audit").await;
    for (role, word) in [
        (Role::SysAdmin, "待激活账号"),
        (Role::SecurityAdmin, "没有权限的账号"),
        (Role::AuditAdmin, "24 小时内被拒绝的操作"),
    ] {
        let ctx = app.ctx(zw_testkit::actor_of(role, None, None, None));
        let html = zw_accounts::today_section(&ctx, zw_ui::Lang::ZhCn, "t").await.unwrap().unwrap().into_string();
        assert!(html.contains(word), "{role}: {html}");
        zw_ui::gallery::lint(&html).unwrap();
    }
    let ctx = app.ctx(zw_testkit::actor(Role::CountyAdmin, World::COUNTY));
    assert!(zw_accounts::today_section(&ctx, zw_ui::Lang::ZhCn, "t").await.unwrap().is_none());
}

/// Two workers on file, without the module that keeps them.
async fn workers(app: &zw_testkit::TestApp) {
    for (n, name) in [(21i64, "社工甲"), (22, "社工乙")] {
        let q = sql("INSERT INTO worker(id,name,id_type,sex,since_day,employ,state,home_county,created_at,updated_at,updated_by) VALUES(")
            .bind(zw_core::WorkerId(zw_core::Uuid::from_u128(u128::try_from(n).unwrap())))
            .lit(",")
            .bind(name)
            .lit(",'resident_id','2',20210101,'agency','on_post',100,0,0,'t')");
        behind_the_back(app, q).await.unwrap();
    }
}

#[tokio::test]
async fn the_worker_of_an_account_is_said_afterwards_and_put_right() {
    on_both(parts, |app| async move {
        workers(&app).await;
        let id = |n: u128| zw_core::WorkerId(zw_core::Uuid::from_u128(n));
        let number = |n: u128| id(n).number();
        let [mut sys, mut sec, mut aud] = operators(&app).await;
        let (lin, wu) = (account(&app, "lin.xm", vec![]).await, account(&app, "wu.yy", vec![]).await);
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let path = |id: zw_core::AccountId| format!("/admin/accounts/{id}/worker");
        let one = format!("/admin/accounts/{lin}");
        let form = sys.get(&one).await.body;
        assert!(form.contains(&format!("action=\"{}\"", path(lin))) && form.contains("档案页"), "{form}");
        assert!(!sec.get(&one).await.body.contains("/worker\""), "nobody else's form");
        let refused = sec.post(&path(lin), &[("worker", &number(21)), ("version", "1")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);

        for (typed, words) in
            [("", "此项必填"), ("林", "没有这个社工登记号"), (number(29).as_str(), "没有这个社工登记号")]
        {
            let bad = sys.post(&path(lin), &[("worker", typed), ("version", "1")]).await;
            assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
            assert!(bad.body.contains("id=\"f-worker-error\"") && bad.body.contains(words), "{typed}");
            assert!(bad.body.contains(&format!("value=\"{typed}\"")), "what was typed is still there");
        }
        // Copied by hand, without the hyphen and in small letters.
        let copied = number(21).replace('-', "").to_lowercase();
        let done = sys.post(&path(lin), &[("worker", &copied), ("version", "1")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(sys.get(&one).await.body.contains(&number(21)));
        assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER, "its sessions have ended");
        let taken = sys.post(&path(wu), &[("worker", &number(21)), ("version", "1")]).await;
        assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(taken.body.contains("id=\"f-worker-error\""), "told at the field: {}", taken.body);
        let stale = sys.post(&path(lin), &[("worker", &number(22)), ("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
        let right = json!({"worker": id(22).to_string(), "version": 2});
        let right = sys.post_json(&format!("/api/v1/accounts/{lin}/worker"), &right).await;
        assert_eq!(
            (right.status, right.json()["worker"].as_str()),
            (StatusCode::OK, Some(id(22).to_string().as_str()))
        );
        assert_eq!(
            count(
                &app,
                sql("SELECT COUNT(*) FROM audit_event WHERE action='account.link_worker' AND decision='allow'")
            )
            .await,
            2
        );
        assert!(aud.get("/admin/audit?action=account.link_worker").await.body.contains("关联社工登记号"));
    })
    .await;
}

#[tokio::test]
async fn what_the_first_page_counts_is_what_its_link_shows() {
    on_both(parts, |app| async move {
        let [mut sys, mut sec, _] = operators(&app).await;
        sys.post("/admin/accounts/new", &[("login", "wai.ting"), ("display", "待激活甲")]).await;
        let bare = account(&app, "ba.re", vec![]).await;
        let soon = zw_accounts::seed::SeedGrant {
            to: zw_core::Day::new(2021, 7, 20),
            ..grant(Role::CountyAdmin, Some(World::COUNTY))
        };
        account(&app, "so.on", vec![soon]).await;
        account(&app, "lo.ng", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
        let shown = |body: &str| {
            let table = body.split("<tbody").nth(1).unwrap_or_default().to_owned();
            ["wai.ting", "ba.re", "so.on", "lo.ng"].into_iter().filter(|l| table.contains(l)).collect::<Vec<_>>()
        };
        for (role, word, want) in [
            (Role::SysAdmin, "waiting", vec!["wai.ting"]),
            (Role::SecurityAdmin, "bare", vec!["wai.ting", "ba.re"]),
            (Role::SecurityAdmin, "ending", vec!["so.on"]),
        ] {
            let ctx = app.ctx(zw_testkit::actor_of(role, None, None, None));
            let html = zw_accounts::today_section(&ctx, zw_ui::Lang::ZhCn, "t").await.unwrap().unwrap().into_string();
            let link = format!("/admin/accounts?state={word}");
            assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
            let list = if role == Role::SysAdmin { &mut sys } else { &mut sec };
            let page = list.get(&link).await;
            assert_eq!((page.status, shown(&page.body)), (StatusCode::OK, want), "{word}");
            let found = list.get(&format!("/api/v1/accounts?state={word}")).await.json();
            assert!(html.contains(&found["total"].to_string()), "{word}: {html}");
        }
        // What an account may do is not the maker's to see, not even by a filter.
        assert_eq!(sys.get("/api/v1/accounts?state=bare").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!sys.get("/admin/accounts").await.body.contains("value=\"bare\""));

        // The same role in the same place, at the same time: refused at the field; after it, or elsewhere, not.
        let path = format!("/admin/accounts/{bare}/grants/new");
        let county = [("role", "county_admin"), ("province", "1"), ("city", "10"), ("county", "100")];
        let with = |more: &[(&'static str, &'static str)]| [&county[..], more].concat();
        assert_eq!(sec.post(&path, &with(&[("to", "2021-07-31")])).await.status, StatusCode::SEE_OTHER);
        let twice = sec.post(&path, &with(&[("from", "2021-07-31")])).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.body.contains("id=\"f-from-error\"") && twice.body.contains("不能重叠"), "{}", twice.body);
        assert_eq!(sec.post(&path, &with(&[("from", "2021-08-01")])).await.status, StatusCode::SEE_OTHER);
        let leader = [("role", "leader"), ("province", "1"), ("city", "10"), ("county", "100")];
        assert_eq!(sec.post(&path, &leader).await.status, StatusCode::SEE_OTHER);
        let page = sec.get(&format!("/admin/accounts/{bare}")).await.body;
        assert!(page.contains("未开始") && !page.contains("已到期"));
        app.at(2021, 8, 1, 9);
        let mut sec = Browser::signed_in(&app, "sec.one").await;
        let page = sec.get(&format!("/admin/accounts/{bare}")).await.body;
        assert!(page.contains("已到期") && !page.contains("未开始"));
    })
    .await;
}
