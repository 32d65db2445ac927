//! Sign-in, sessions, one-time codes.

use crate::browser::{Answer, Browser, PASSWORD, account, count, grant};
use crate::{lite, parts};
use axum::http::StatusCode;
use zw_access::Role;
use zw_accounts::policy::CONSOLE;
use zw_accounts::service::console;
use zw_db::sql;
use zw_testkit::{World, on_both};

/// Bytes of a page without what differs from request to request.
fn bytes_of(a: &Answer, login: &str) -> (StatusCode, String) {
    (a.status, a.body.replace(login, "LOGIN"))
}

#[tokio::test]
async fn a_first_start_has_nobody_and_the_console_makes_the_first_operator() {
    on_both(parts, |app| async move {
        assert_eq!(count(&app, sql("SELECT COUNT(*) FROM account")).await, 0);
        let ctx = app.system("console", CONSOLE);
        let made = console::issue_operator_code(&ctx, "Sys.One", "张三", Role::SysAdmin).await.unwrap();
        assert_eq!(made.login, "sys.one");
        let stored = count(
            &app,
            sql("SELECT COUNT(*) FROM account_token WHERE token_hash=").bind(made.code.as_bytes().to_vec()),
        );
        assert_eq!(stored.await, 0, "the clear code is not stored");

        let mut b = Browser::new(&app);
        let set = [("code", made.code.as_str()), ("password", PASSWORD), ("repeat", PASSWORD)];
        assert_eq!(b.post("/activate", &set).await.status, StatusCode::SEE_OTHER);
        let again = b.post("/activate", &set).await;
        assert_eq!(again.status, StatusCode::GONE, "a code works once");
        let wrong = b
            .post("/activate", &[("code", "00000-00000-00000-00000"), ("password", PASSWORD), ("repeat", PASSWORD)])
            .await;
        assert_eq!((wrong.status, &wrong.body), (StatusCode::GONE, &again.body), "used and wrong are not told apart");

        let a = b.login("sys.one", PASSWORD).await;
        assert_eq!((a.status, a.location()), (StatusCode::SEE_OTHER, "/account"));
        let page = b.get("/account").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("系统管理员"));
    })
    .await;
}

#[tokio::test]
async fn a_console_code_opens_for_fifteen_minutes() {
    let app = lite().await;
    let ctx = app.system("console", CONSOLE);
    let made = console::issue_operator_code(&ctx, "sys.one", "", Role::SysAdmin).await.unwrap();
    app.app.clock.advance(15 * 60_000);
    let a = Browser::new(&app)
        .post("/activate", &[("code", &made.code), ("password", PASSWORD), ("repeat", PASSWORD)])
        .await;
    assert_eq!(a.status, StatusCode::GONE);
    let newer = app.system("console", CONSOLE);
    let first = console::issue_operator_code(&newer, "sys.one", "", Role::SysAdmin).await.unwrap();
    let second = console::issue_operator_code(&newer, "sys.one", "", Role::SysAdmin).await.unwrap();
    let post = |code: String| {
        let app = &app;
        async move {
            Browser::new(app)
                .post("/activate", &[("code", &code), ("password", PASSWORD), ("repeat", PASSWORD)])
                .await
                .status
        }
    };
    assert_eq!(post(first.code).await, StatusCode::GONE, "a newer code voids the older");
    assert_eq!(post(second.code).await, StatusCode::SEE_OTHER);
    let other = console::issue_operator_code(&newer, "sys.one", "", Role::AuditAdmin).await;
    assert!(other.is_err(), "an account keeps its duty for life");
    let business = console::issue_operator_code(&newer, "head.one", "", Role::StationHead).await;
    assert!(business.is_err(), "the console makes operators only");
}

#[tokio::test]
async fn character_64_of_a_password_counts() {
    let app = lite().await;
    let ctx = app.system("console", CONSOLE);
    let made = console::issue_operator_code(&ctx, "sys.one", "", Role::SysAdmin).await.unwrap();
    let long: String = (0..63u32).map(|i| char::from_u32(0x4e00 + i * 91).unwrap()).collect::<String>();
    let (right, wrong) = (format!("{long}甲"), format!("{long}乙"));
    let mut b = Browser::new(&app);
    let a = b.post("/activate", &[("code", &made.code), ("password", &right), ("repeat", &right)]).await;
    assert_eq!(a.status, StatusCode::SEE_OTHER, "{}", a.body);
    assert_eq!(b.login("sys.one", &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(b.login("sys.one", &right).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn unknown_wrong_locked_and_disabled_look_the_same() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    account(&app, "gone.one", vec![]).await;
    let ctx = app.system("t", CONSOLE);
    let mut tx = ctx.write().await.unwrap();
    tx.run(sql("UPDATE account SET state='disabled' WHERE login='gone.one'")).await.unwrap();
    tx.commit(ctx.event(zw_accounts::policy::ACCOUNT_SEED)).await.unwrap();

    let mut b = Browser::at(&app, "198.51.100.1");
    let unknown = bytes_of(&b.login("nobody", PASSWORD).await, "nobody");
    assert_eq!(unknown.0, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = bytes_of(&b.login("lin.xm", "not the password").await, "lin.xm");
    let disabled = bytes_of(&b.login("gone.one", PASSWORD).await, "gone.one");
    for n in 0..4 {
        b.login("lin.xm", &format!("another wrong one {n}")).await;
    }
    let locked = bytes_of(&b.login("lin.xm", PASSWORD).await, "lin.xm");
    assert_eq!(unknown, wrong);
    assert_eq!(unknown, disabled);
    assert_eq!(unknown, locked);
    assert!(b.token.is_empty());
}

#[tokio::test]
async fn five_failures_lock_one_network_and_spare_the_others() {
    on_both(parts, |app| async move {
        account(&app, "lin.xm", vec![]).await;
        Browser::at(&app, "192.0.2.77").login("lin.xm", PASSWORD).await;
        let mut attacker = Browser::at(&app, "198.51.100.1");
        for n in 0..5 {
            attacker.login("lin.xm", &format!("guess number {n}")).await;
        }
        assert_eq!(attacker.login("lin.xm", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY, "locked");
        let mut neighbour = Browser::at(&app, "198.51.100.200");
        assert_eq!(neighbour.login("lin.xm", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY, "same network");
        let mut victim = Browser::at(&app, "192.0.2.5");
        assert_eq!(victim.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER, "known network");
        app.app.clock.advance(61_000);
        let mut away = Browser::at(&app, "203.0.113.50");
        assert_eq!(away.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER, "delay over");
        app.app.clock.advance(14 * 60_000);
        assert_eq!(attacker.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER, "lock over");
        let denied =
            count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE action='session.login' AND decision='deny'")).await;
        assert_eq!(denied, 7, "every refused try is in the log");
    })
    .await;
}

#[tokio::test]
async fn an_address_that_tries_twenty_pairs_is_stopped() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    let mut b = Browser::at(&app, "198.51.100.1");
    for n in 0..20 {
        let a = b.login(&format!("user{n}"), "stolen elsewhere").await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(b.login("lin.xm", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(Browser::at(&app, "198.51.100.2").login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER);
    app.app.clock.advance(10 * 60_000);
    assert_eq!(b.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_lock_does_not_hide_an_address_that_tries_many_pairs() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    Browser::at(&app, "192.0.2.77").login("lin.xm", PASSWORD).await;
    let mut b = Browser::at(&app, "198.51.100.1");
    for n in 0..20 {
        // From the sixth on the login is locked for this network.
        let a = b.login("lin.xm", &format!("guess number {n}")).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    assert_eq!(b.login("lin.xm", "guess number 20").await.status, StatusCode::TOO_MANY_REQUESTS);
    let blocked = sql(
        "SELECT COUNT(*) FROM audit_event WHERE action='session.login' AND decision='deny' AND purpose='stuffing' AND record_id='address:198.51.100.1'",
    );
    assert_eq!(count(&app, blocked).await, 1, "the block is in the log");
    // What the lock refused did not make the lock longer.
    app.app.clock.advance(15 * 60_000);
    assert_eq!(b.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_code_that_does_not_open_is_written_down() {
    on_both(parts, |app| async move {
        let fields = [("code", "01Z0A-BCJKM-NPQRS-TVWXZ"), ("password", PASSWORD), ("repeat", PASSWORD)];
        assert_eq!(Browser::new(&app).post("/activate", &fields).await.status, StatusCode::GONE);
        let rows = |action: &str| {
            sql("SELECT COUNT(*) FROM audit_event WHERE decision='deny' AND ip='203.0.113.9' AND action=").bind(action)
        };
        assert_eq!(count(&app, rows("account.activate")).await, 1);
        assert_eq!(Browser::new(&app).get("/kiosk/0123456789abcdef").await.status, StatusCode::NOT_FOUND);
        assert_eq!(count(&app, rows("kiosk.open")).await, 1);
        let typed =
            sql("SELECT COUNT(*) FROM audit_event WHERE record_id LIKE '%BCJKM%' OR record_id LIKE '%0123456789%'");
        assert_eq!(count(&app, typed).await, 0, "never what was typed");
    })
    .await;
}

#[tokio::test]
async fn sign_in_gives_a_new_token_and_sign_out_ends_it() {
    on_both(parts, |app| async move {
        account(&app, "lin.xm", vec![]).await;
        let mut b = Browser::signed_in(&app, "lin.xm").await;
        let old = b.token.clone();
        assert_eq!(old.len(), 64, "256 bits");
        assert_eq!(b.login("lin.xm", PASSWORD).await.status, StatusCode::SEE_OTHER);
        assert_ne!(b.token, old);
        let mut stale = Browser::new(&app);
        stale.token = old;
        assert_eq!(stale.get("/account").await.location(), "/login?next=/account", "the old token is dead");
        assert_eq!(b.get("/account").await.status, StatusCode::OK);
        let before = b.token.clone();
        let out = b.post("/logout", &[]).await;
        assert_eq!(out.location(), "/login");
        assert!(out.headers.contains_key("clear-site-data"));
        b.token = before;
        assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn at_most_three_sessions_and_one_for_operators() {
    let app = lite().await;
    account(&app, "lin.xm", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
    account(&app, "sys.one", vec![grant(Role::SysAdmin, None)]).await;
    for (login, most) in [("lin.xm", 3), ("sys.one", 1)] {
        let mut all = vec![];
        for _ in 0..5 {
            app.app.clock.advance(1000);
            all.push(Browser::signed_in(&app, login).await);
        }
        let mut alive = vec![];
        for b in &mut all {
            alive.push(b.get("/account").await.status == StatusCode::OK);
        }
        let want: Vec<bool> = (0..5).map(|n| n >= 5 - most).collect();
        assert_eq!(alive, want, "{login}: the newest stay");
    }
}

/// Whom a newer sign-in pushed out is told so on the sign-in page; who signed out or has none is not.
#[tokio::test]
async fn a_session_pushed_out_says_why() {
    on_both(parts, |app| async move {
        account(&app, "sys.one", vec![grant(Role::SysAdmin, None)]).await;
        let mut first = Browser::signed_in(&app, "sys.one").await;
        app.app.clock.advance(1000);
        let mut second = Browser::signed_in(&app, "sys.one").await;
        let away = first.get("/account").await;
        assert_eq!((away.status, away.location()), (StatusCode::SEE_OTHER, "/login?next=/account"));
        assert!(first.get("/login?next=/account").await.body.contains("在别处登录过"));
        assert!(!Browser::new(&app).get("/login").await.body.contains("在别处登录过"));
        let token = second.token.clone();
        second.post("/logout", &[]).await;
        second.token = token;
        assert!(!second.get("/login").await.body.contains("在别处登录过"), "signed out by oneself");
    })
    .await;
}

#[tokio::test]
async fn idle_and_absolute_ends() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    account(&app, "sys.one", vec![grant(Role::SysAdmin, None)]).await;
    for (login, minutes) in [("lin.xm", 30), ("sys.one", 15)] {
        let mut b = Browser::signed_in(&app, login).await;
        app.app.clock.advance(minutes * 60_000 - 1000);
        assert_eq!(b.get("/account").await.status, StatusCode::OK, "{login}");
        app.app.clock.advance(minutes * 60_000 - 1000);
        assert_eq!(b.get("/account").await.status, StatusCode::OK, "{login}: being seen moved the idle clock");
        app.app.clock.advance(minutes * 60_000);
        assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER, "{login}");
    }
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    for _ in 0..29 {
        app.app.clock.advance(20 * 60_000);
        assert_eq!(b.get("/account").await.status, StatusCode::OK);
    }
    app.app.clock.advance(20 * 60_000);
    assert_eq!(b.get("/account").await.status, StatusCode::SEE_OTHER, "ten hours after sign-in");
}

#[tokio::test]
async fn seen_is_written_at_most_every_five_minutes() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    let seen = || count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE action='session.seen'"));
    for _ in 0..10 {
        b.get("/account").await;
    }
    assert_eq!(seen().await, 0);
    app.app.clock.advance(5 * 60_000);
    for _ in 0..10 {
        b.get("/account").await;
    }
    assert_eq!(seen().await, 1);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session() {
    let app = lite().await;
    account(&app, "lin.xm", vec![grant(Role::CountyAdmin, Some(World::COUNTY))]).await;
    let mut other = Browser::signed_in(&app, "lin.xm").await;
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    let change = |current: &'static str, password: &'static str, repeat: &'static str| {
        [("current", current), ("password", password), ("repeat", repeat)]
    };
    const NEW: &str = "paper umbrella north gate";
    for (fields, word) in [
        (change("wrong", NEW, NEW), "当前密码不对"),
        (change(PASSWORD, "short", "short"), "至少 12 个字符"),
        (change(PASSWORD, NEW, "paper umbrella south gate"), "两次输入"),
        (change(PASSWORD, PASSWORD, PASSWORD), "相同"),
        (change(PASSWORD, "password123456", "password123456"), "容易被猜到"),
        (change(PASSWORD, "lin.xm and something", "lin.xm and something"), "不要出现"),
        (change(PASSWORD, "子一县的渔船都回港了没有", "子一县的渔船都回港了没有"), "不要出现"),
    ] {
        let a = b.post("/account/password", &fields).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(a.body.contains(word), "{word}");
        assert!(!a.body.contains(NEW), "a password is never shown again");
    }
    let old = b.token.clone();
    let a = b.post("/account/password", &change(PASSWORD, NEW, NEW)).await;
    assert_eq!(a.location(), "/account");
    assert_ne!(b.token, old);
    assert_eq!(b.get("/account").await.status, StatusCode::OK);
    assert_eq!(other.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(Browser::new(&app).login("lin.xm", PASSWORD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(Browser::new(&app).login("lin.xm", NEW).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn own_sessions_can_be_ended_and_nobody_elses() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    account(&app, "wu.yy", vec![]).await;
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    let mut phone = Browser::signed_in(&app, "lin.xm").await;
    let mut stranger = Browser::signed_in(&app, "wu.yy").await;
    let page = b.get("/account/sessions").await.body;
    let at = page.find("/account/sessions/").unwrap() + "/account/sessions/".len();
    let id = &page[at..at + 36];
    let path = format!("/account/sessions/{id}/end");
    assert_eq!(stranger.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(phone.get("/account").await.status, StatusCode::OK);
    assert_eq!(b.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(phone.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(b.post(&path, &[]).await.status, StatusCode::NOT_FOUND, "ended already");
}

#[tokio::test]
async fn unknown_fields_are_refused() {
    let app = lite().await;
    account(&app, "lin.xm", vec![]).await;
    let mut b = Browser::new(&app);
    let a = b.post("/login", &[("login", "lin.xm"), ("password", PASSWORD), ("role", "sys_admin")]).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(b.token.is_empty());
}

#[tokio::test]
async fn many_guesses_at_once_are_five() {
    on_both(parts, |app| async move {
        account(&app, "lin.xm", vec![]).await;
        let mut all = tokio::task::JoinSet::new();
        for n in 0..12 {
            let mut ctx = app.ctx(zw_access::Actor::anonymous());
            ctx.ip = Some("198.51.100.1".into());
            all.spawn(async move {
                let input = zw_accounts::service::signin::SignIn {
                    login: "lin.xm".into(),
                    password: format!("guess number {n}"),
                    next: String::new(),
                };
                zw_accounts::service::signin::sign_in(&ctx, &input, "").await.is_err()
            });
        }
        assert!(all.join_all().await.into_iter().all(|refused| refused));
        for (why, want) in [("wrong", 5), ("locked", 7)] {
            let q = sql("SELECT COUNT(*) FROM audit_event WHERE action='session.login' AND purpose=").bind(why);
            assert_eq!(count(&app, q).await, want, "{why}");
        }
    })
    .await;
}
