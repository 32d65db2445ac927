//! Wall screens.

use crate::browser::{Browser, account, behind_the_back, count, operators};
use crate::parts;
use axum::body::{Body, HttpBody as _};
use axum::http::{Request, StatusCode, header};
use std::pin::Pin;
use std::time::Duration;
use tower::ServiceExt as _;
use zw_access::Role;
use zw_db::sql;
use zw_testkit::{TestApp, World, on_both};

async fn made(sec: &mut Browser<'_>) -> String {
    let a = sec.post("/admin/kiosks/new", &[("name", "三楼会议室"), ("province", "1"), ("city", "10")]).await;
    assert_eq!(a.status, StatusCode::OK, "{}", a.body);
    let address = a.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap();
    address.strip_prefix("http://127.0.0.1").unwrap().to_owned()
}

async fn info(app: &TestApp, token: &str) -> Option<zw_web::SessionInfo> {
    let hash = app.app.vault.token_hash(token);
    app.app.ext::<zw_web::Auth>().unwrap().0.session(&app.app, &hash).await.unwrap()
}

#[tokio::test]
async fn a_screen_sees_its_area_until_it_is_revoked() {
    on_both(parts, |app| async move {
        let [_, mut sec, _] = operators(&app).await;
        let path = made(&mut sec).await;
        let mut screen = Browser::new(&app);
        let a = screen.get(&path).await;
        assert_eq!((a.status, a.location()), (StatusCode::SEE_OTHER, "/wall/kiosk"));
        let seen = info(&app, &screen.token).await.unwrap();
        let g = &seen.actor.grants[0];
        assert_eq!((g.role, g.area, seen.actor.grants.len()), (Role::Kiosk, Some(World::CITY), 1));
        assert_eq!((seen.role_words.as_str(), seen.unit_words.as_str()), ("kiosk", "子城市"));
        for own in ["/admin/accounts", "/api/v1/me", "/api/v1/openapi.json"] {
            assert_eq!(screen.get(own).await.status, StatusCode::FORBIDDEN, "{own}");
        }
        assert_eq!(screen.post("/account/password", &[]).await.status, StatusCode::FORBIDDEN);
        // The frame for people is not a screen's: it stays on its wall.
        for own in ["/account", "/account/password", "/account/sessions", "/login"] {
            let a = screen.get(own).await;
            assert_eq!((a.status, a.location()), (StatusCode::SEE_OTHER, "/wall/kiosk"), "{own}");
        }
        assert_eq!(screen.get(&path).await.location(), "/wall/kiosk", "its own link again");
        let clear = screen.token.clone();
        let stored = sql("SELECT COUNT(*) FROM kiosk_token WHERE token_hash=").bind(clear.as_bytes().to_vec());
        assert_eq!(count(&app, stored).await, 0);

        app.app.clock.advance(89 * 86_400_000);
        assert!(info(&app, &clear).await.is_some());
        let mut sec = Browser::signed_in(&app, "sec.one").await;
        let page = sec.get("/admin/kiosks").await.body;
        let at = page.find("/admin/kiosks/0").unwrap();
        let revoke = page[at..].split('"').next().unwrap().to_owned();
        assert_eq!(sec.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(info(&app, &clear).await.is_none());
        assert_eq!(Browser::new(&app).get(&path).await.status, StatusCode::NOT_FOUND);

        let second = made(&mut sec).await;
        let token = second.strip_prefix("/kiosk/").unwrap().to_owned();
        app.app.clock.advance(90 * 86_400_000 - 1);
        assert!(info(&app, &token).await.is_some());
        app.app.clock.advance(1);
        assert!(info(&app, &token).await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_screen_changed_behind_the_back_is_dark_and_a_link_swaps_nobody() {
    let app = crate::lite().await;
    let [_, mut sec, _] = operators(&app).await;
    let path = made(&mut sec).await;
    account(&app, "lin.xm", vec![]).await;
    let mut b = Browser::signed_in(&app, "lin.xm").await;
    let a = b.get(&path).await;
    assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(b.get("/account").await.status, StatusCode::OK);
    let bad = sec
        .post(
            "/admin/kiosks/new",
            &[("name", ""), ("province", "1"), ("city", "10"), ("county", "100"), ("township", "1000")],
        )
        .await;
    assert!(bad.body.contains("请选到省") && bad.body.contains("此项必填"));
    let mut screen = Browser::new(&app);
    screen.get(&path).await;
    behind_the_back(&app, sql("UPDATE kiosk_token SET area_id=1")).await.unwrap();
    assert!(info(&app, &screen.token).await.is_none());
    assert_eq!(Browser::new(&app).get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(count(&app, sql("SELECT COUNT(*) FROM audit_event WHERE action='grant.tampered'")).await, 1);
}

/// An open stream of a session, after its greeting.
async fn stream(app: &TestApp, token: &str) -> Body {
    let r = Request::builder().uri("/live?topics=wall").header(header::COOKIE, format!("zw_session={token}"));
    let a = app.router.clone().oneshot(r.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(a.status(), StatusCode::OK);
    let mut stream = a.into_body();
    assert!(said(&mut stream).await.unwrap().contains("hello"));
    stream
}

/// What a stream says next; nothing when it has ended. Far sooner than the check every fifteen seconds.
async fn said(stream: &mut Body) -> Option<String> {
    let next = std::future::poll_fn(|cx| Pin::new(&mut *stream).poll_frame(cx));
    let frame = tokio::time::timeout(Duration::from_secs(5), next).await.unwrap();
    frame.map(|f| String::from_utf8(f.unwrap().into_data().unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn a_stream_ends_at_once_with_its_screen_or_session() {
    on_both(parts, |app| async move {
        let hub = app.app.ext::<zw_web::LiveHub>().unwrap();
        let poll = tokio::spawn(hub.run(app.app.clone()));
        let [_, mut sec, _] = operators(&app).await;
        let (path, other) = (made(&mut sec).await, made(&mut sec).await);
        let (mut screen, mut kept) = (Browser::new(&app), Browser::new(&app));
        screen.get(&path).await;
        kept.get(&other).await;
        account(&app, "lin.xm", vec![]).await;
        let mut person = Browser::signed_in(&app, "lin.xm").await;
        let mut open = stream(&app, &screen.token).await;
        let mut person_open = stream(&app, &person.token).await;
        let mut kept_open = stream(&app, &kept.token).await;
        // The poll has seen the outbox once: what comes now is news.
        tokio::time::sleep(Duration::from_millis(600)).await;

        let page = sec.get("/admin/kiosks").await.body;
        let id = sql("SELECT id FROM kiosk_token WHERE token_hash=").bind(app.app.vault.token_hash(&screen.token));
        let id: zw_core::Uuid = app.app.db.read().await.unwrap().scalar(id).await.unwrap();
        let revoke = format!("/admin/kiosks/{id}/revoke");
        assert!(page.contains(&revoke));
        assert_eq!(sec.post(&revoke, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(said(&mut open).await.unwrap().contains("event: ended"));
        assert_eq!(said(&mut open).await, None);
        assert_eq!(person.post("/logout", &[]).await.status, StatusCode::SEE_OTHER);
        assert!(said(&mut person_open).await.unwrap().contains("event: ended"));
        // Whoever comes without a living session is told so, and not led to another page.
        for token in [screen.token.as_str(), "x"] {
            let r = Request::builder().uri("/live?topics=wall").header(header::COOKIE, format!("zw_session={token}"));
            let a = app.router.clone().oneshot(r.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(a.status(), StatusCode::UNAUTHORIZED);
        }
        // The other screen goes on, and hears of no session.
        hub_note(&app);
        let next = said(&mut kept_open).await.unwrap();
        assert!(next.contains("event: change") && next.contains("wall"), "{next}");
        poll.abort();
    })
    .await;
}

fn hub_note(app: &TestApp) {
    let note = zw_web::Note { topic: "wall".into(), county: World::COUNTY };
    app.app.ext::<zw_web::LiveHub>().unwrap().tell(note);
}
