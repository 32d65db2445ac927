//! The edge on the whole program: sizes, live streams, refusals in the audit log, tokens, repeats, panics.

use crate::doors::parts;
use crate::relations::{local, plant};
use axum::body::{Body, BodyDataStream};
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, StatusCode, header};
use futures_util::StreamExt as _;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;
use zw_access::{App, Role};
use zw_core::code::Code as _;
use zw_core::{DivisionId, Result, Uuid};
use zw_testkit::{Engine, TestApp, World, actor};
use zw_web::{Access, Auth, Authenticator, LiveHub, Module, Note, PageResult, Posted, Routes, SessionInfo};

const FORM: &str = "application/x-www-form-urlencoded";

fn multipart(bytes: usize) -> Vec<u8> {
    let head = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n";
    [head.as_bytes(), &vec![b'x'; bytes], b"\r\n--x--\r\n"].concat()
}

#[tokio::test]
async fn only_an_upload_may_be_large() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let nobody = t.anonymous();
    let kind = "multipart/form-data; boundary=x";
    let a = nobody.send(Method::POST, "/login", kind, multipart(3 << 20)).await;
    assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(a.text().contains("body-too-large") && a.headers.contains_key("content-security-policy"));
    let a = nobody.send(Method::POST, "/login", FORM, vec![b'a'; 3 << 20]).await;
    assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
    let operator = t.client(local(Role::SysAdmin, &plant(&t, 1, World::COUNTY, World::TOWN, "本地").await));
    let a = operator.send(Method::POST, "/divisions/import", kind, multipart(3 << 20)).await;
    assert_ne!(a.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", a.text());
    let a = operator.send(Method::POST, "/divisions/import", kind, multipart(21 << 20)).await;
    assert_eq!(a.status, StatusCode::PAYLOAD_TOO_LARGE);
}

fn from(ip: &str, method: Method, path: &str, body: Body) -> Request<Body> {
    let mut r = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
    r = r.header(header::CONTENT_TYPE, FORM);
    let mut r = r.body(body).unwrap();
    r.extensions_mut().insert(ConnectInfo(SocketAddr::new(ip.parse().unwrap(), 1)));
    r
}

#[tokio::test]
async fn one_address_does_not_take_all_places() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let (reading, mut read) = tokio::sync::mpsc::unbounded_channel();
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let reading = reading.clone();
        // A body that is asked for and never comes.
        let body = futures_util::stream::once(async move {
            reading.send(()).unwrap();
            std::future::pending::<std::result::Result<Vec<u8>, std::io::Error>>().await
        });
        let r = from("203.0.113.9", Method::POST, "/login", Body::from_stream(body));
        slow.spawn(t.router.clone().oneshot(r));
    }
    for _ in 0..64 {
        read.recv().await.unwrap();
    }
    let status = async |ip: &str| {
        let r = from(ip, Method::GET, "/login", Body::empty());
        t.router.clone().oneshot(r).await.unwrap().status()
    };
    assert_eq!(status("203.0.113.9").await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(status("203.0.113.10").await, StatusCode::OK, "another address");
    slow.shutdown().await;
    assert_eq!(status("203.0.113.9").await, StatusCode::OK, "who lets go may come again");
}

async fn live(t: &TestApp, token: &str) -> (StatusCode, BodyDataStream) {
    let r = Request::builder().uri("/live?topics=wall").header(header::COOKIE, format!("zw_session={token}"));
    let a = t.router.clone().oneshot(r.body(Body::empty()).unwrap()).await.unwrap();
    (a.status(), a.into_body().into_data_stream())
}

/// The next event, without the comments that keep the stream open; nothing when it ended.
async fn next(stream: &mut BodyDataStream) -> Option<String> {
    loop {
        let text = String::from_utf8(stream.next().await?.unwrap().to_vec()).unwrap();
        if !text.starts_with(':') {
            return Some(text);
        }
    }
}

fn note(county: DivisionId) -> Note {
    Note { topic: "wall".into(), county }
}

#[tokio::test]
async fn a_live_stream_tells_of_the_readers_own_counties_only() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let hub = t.app.ext::<LiveHub>().unwrap();
    let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
    // Foreign notes come first: whoever hears of one hears it before the note that ends the round.
    let all = [World::OTHER_COUNTY, World::COUNTY3, World::COUNTY2, World::COUNTY, DivisionId(0)];
    for (role, heard) in [
        (Role::ProvAdmin, 4),
        (Role::CityAdmin, 3),
        (Role::CountyAdmin, 2),
        (Role::TownOfficer, 2),
        (Role::StationHead, 2),
        (Role::AuditAdmin, 1),
    ] {
        let (status, mut stream) = live(&t, &t.sign_in(local(role, &home))).await;
        assert_eq!((status, next(&mut stream).await.is_some()), (StatusCode::OK, true));
        for county in all {
            hub.tell(note(county));
        }
        hub.tell(Note { topic: "other".into(), county: DivisionId(0) });
        let mut n = 0;
        // The stream is lazy: what it does not pass on it has swallowed before it sends this one.
        hub.tell(Note { topic: "wall".into(), county: DivisionId(0) });
        while n < heard + 1 {
            assert!(next(&mut stream).await.unwrap().contains("wall"), "{role}");
            n += 1;
        }
        let rest = futures_util::poll!(stream.next());
        assert!(rest.is_pending(), "{role} heard more than {heard}");
    }
}

#[tokio::test]
async fn a_live_stream_ends_with_its_session_and_a_session_has_four() {
    // Streams look often, so that the test waits for what happens and not for fifteen seconds.
    let mut p = parts();
    p.ext.push(Arc::new(LiveHub::checking(Duration::from_millis(20))));
    let t = TestApp::new(Engine::Sqlite, p).await;
    let token = t.sign_in(actor(Role::CountyAdmin, World::COUNTY));
    let mut open = vec![];
    for _ in 0..4 {
        open.push(live(&t, &token).await.1);
    }
    assert_eq!(live(&t, &token).await.0, StatusCode::TOO_MANY_REQUESTS);
    let other = t.sign_in(actor(Role::CountyAdmin, World::COUNTY2));
    let (status, mut others) = live(&t, &other).await;
    assert_eq!(status, StatusCode::OK, "another session");
    assert!(next(&mut others).await.is_some());
    let mut first = open.remove(0);
    assert!(next(&mut first).await.unwrap().contains("hello"));
    t.sign_out(&token);
    assert!(next(&mut first).await.unwrap().contains("event: ended"), "its page is told");
    assert_eq!(next(&mut first).await, None, "signed out");
    assert_eq!(live(&t, &token).await.0, StatusCode::UNAUTHORIZED, "and asks in vain");
    drop((first, open));
    t.app.ext::<LiveHub>().unwrap().tell(note(World::COUNTY2));
    assert!(next(&mut others).await.is_some(), "nobody else's stream ended");
}

async fn denials(t: &TestApp, like: &str) -> i64 {
    let q = zw_db::sql("SELECT COUNT(*) FROM audit_event WHERE decision='deny' AND record_id LIKE ").bind(like);
    t.app.db.read().await.unwrap().scalar(q).await.unwrap()
}

#[tokio::test]
async fn reaching_outside_of_the_scope_leaves_exactly_one_row() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::new(engine, parts()).await;
        let home = plant(&t, 1, World::COUNTY, World::TOWN, "本地").await;
        let other = plant(&t, 2, World::COUNTY2, DivisionId(1010), "邻县").await;
        let c = t.client(local(Role::CountyAdmin, &home));
        for path in [format!("/units/{}", other.unit), format!("/api/v1/units/{}", other.unit)] {
            assert_eq!(c.get(&path).await.status, StatusCode::NOT_FOUND);
            assert_eq!(denials(&t, &path).await, 1, "{engine:?} {path}");
        }
        // Refused by the service, not by the route.
        let path = format!("/build-out/{}/{}", other.county, other.town);
        assert_eq!(c.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(denials(&t, &path).await, 1);
        let before = denials(&t, "%").await;
        assert_eq!(c.get(&format!("/units/{}", home.unit)).await.status, StatusCode::OK);
        assert_eq!(c.get("/nowhere").await.status, StatusCode::NOT_FOUND);
        assert_eq!(denials(&t, "%").await, before, "what is one's own, and what nobody has, is no event");
        // Whoever tries many ids leaves a bounded trace.
        for n in 0..100u128 {
            c.get(&format!("/units/{}", Uuid::from_u128(n))).await;
        }
        let end = zw_db::sql("SELECT COUNT(*) FROM audit_event WHERE purpose='not found, and more'");
        assert_eq!((denials(&t, "%").await, t.app.db.read().await.unwrap().scalar::<i64>(end).await.unwrap()), (60, 1));
    }
}

#[tokio::test]
async fn nul_is_refused_before_it_reaches_the_database() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::new(engine, parts()).await;
        let c = t.client(actor(Role::CountyAdmin, World::COUNTY));
        let nobody = t.anonymous();
        let a = nobody.send(Method::POST, "/login", FORM, b"login=a%00b&password=x".to_vec()).await;
        assert_eq!(a.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine:?}");
        assert_eq!(nobody.get("/login?next=%2F%00").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let a = c.get("/api/v1/units?q=a%00").await;
        assert_eq!((a.status, a.json()["errors"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("q")));
        assert_eq!(c.get("/drafts/a%00b").await.status, StatusCode::NOT_FOUND);
        assert_eq!(c.post("/drafts/a", &[("name", "a\0")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let a = c.post_json("/api/v1/units", &serde_json::json!({"name": "a\0b"})).await;
        let field = a.json()["errors"][0]["field"].clone();
        assert_eq!((a.status, field.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("name")));
    }
}

#[tokio::test]
async fn one_key_for_two_rows_is_two_requests() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::new(engine, parts()).await;
        let (a, b) = (
            plant(&t, 1, World::COUNTY, World::TOWN, "甲").await,
            plant(&t, 2, World::COUNTY, World::TOWN2, "乙").await,
        );
        let c = t.client(local(Role::CountyAdmin, &a));
        let body = serde_json::json!({"version": 1}).to_string();
        let send = async |report: zw_core::ReportId| {
            let path = format!("/api/v1/reports/{}/{report}/approve", World::COUNTY);
            c.send_with(Method::POST, &path, &[("idempotency-key", "k1")], body.clone().into_bytes()).await
        };
        let first = send(a.report).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.text());
        let other = send(b.report).await;
        let code = other.json()["code"].clone();
        assert_eq!((other.status, code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("idempotency-other-body")));
        assert_eq!(send(a.report).await.status, StatusCode::OK, "the repeat");
        // The same for forms.
        let form = |to: zw_core::ReportId| format!("/reports/{}/{to}/return", World::COUNTY);
        let fields = [("idempotency_key", "k2"), ("version", "1"), ("reason", "请核对六月的走访数")];
        let first = c.post(&form(b.report), &fields).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
        let other = c.post(&form(a.report), &fields).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.text());
    }
}

/// What a program meets when it asks wrongly: every answer is a problem with a code and words.
#[tokio::test]
async fn wrong_requests_of_programs_are_told_why() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let c = t.client(actor(Role::CountyAdmin, World::COUNTY));
    let code = |a: &zw_testkit::Answer| {
        assert_eq!(a.headers["content-type"], "application/problem+json", "{}", a.text());
        a.json()["code"].as_str().unwrap().to_owned()
    };
    let a = c.send(Method::PATCH, "/api/v1/units", "application/json", b"{}".to_vec()).await;
    assert_eq!((a.status, code(&a).as_str()), (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"));
    let allow = a.headers["allow"].to_str().unwrap();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    let a = c.send(Method::POST, "/api/v1/units", "application/json", b"{\"name\": ".to_vec()).await;
    assert_eq!((a.status, code(&a).as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "json-malformed"));
    let a = c.send(Method::POST, "/api/v1/units", "application/json", b"{} and more".to_vec()).await;
    assert_eq!(code(&a), "json-malformed");
    let a = t
        .client(actor(Role::CountyAdmin, World::COUNTY))
        .from_another_site()
        .post_json("/api/v1/units", &serde_json::json!({}))
        .await;
    assert_eq!((a.status, code(&a).as_str()), (StatusCode::FORBIDDEN, "foreign-origin"));
}

/// A write to a row that leaves out the version is told so; it is not taken for one that was too slow.
#[tokio::test]
async fn every_write_to_a_row_must_name_the_version() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let rows = plant(&t, 1, World::COUNTY, World::TOWN, "甲").await;
    let doc = t.app.ext::<zw_web::Site>().unwrap().openapi(false);
    let (mut asked, mut typed) = (0, 0);
    for (path, ops) in doc["paths"].as_object().unwrap() {
        for (method, op) in ops.as_object().unwrap() {
            let schema = &crate::forms::inlined(&doc, &op["requestBody"]["content"]["application/json"]["schema"]);
            let version = &schema["properties"]["version"];
            if version.is_null() {
                continue;
            }
            typed += 1;
            assert!(version["type"] == "integer" || version["type"][0] == "integer", "{path}: {version}");
            if !path.contains('{') {
                continue;
            }
            let must = schema["required"].as_array().is_some_and(|l| l.iter().any(|n| n == "version"));
            assert!(must, "{method} {path}");
            let role = Role::ALL.iter().find(|r| {
                let access = op["x-access"].as_str().unwrap().trim_start_matches("fresh:").trim_start_matches("any:");
                let action = access.split(',').next().unwrap();
                t.app.policy.all().any(|(a, role, _)| a.0 == action && role == **r)
            });
            let client = t.client(local(*role.unwrap_or_else(|| panic!("{path}")), &rows));
            let at = crate::doors::fill(path);
            let a = client.send(method.to_uppercase().parse().unwrap(), &at, "application/json", b"{}".to_vec()).await;
            let told = a.json();
            let e = &told["errors"][0];
            assert_eq!(
                (e["field"].as_str(), e["code"].as_str()),
                (Some("version"), Some("required")),
                "{method} {path}: {told}"
            );
            asked += 1;
        }
    }
    assert!(asked > 15 && typed > asked, "{asked} of {typed}");
}

async fn boom() -> PageResult {
    panic!("the words of a panic stay inside")
}

async fn boom_posted(_: Posted) -> PageResult {
    panic!("the words of a panic stay inside")
}

struct BrokenAuth;
impl Authenticator for BrokenAuth {
    fn session<'a>(
        &'a self,
        _: &'a Arc<App>,
        _: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        panic!("the words of a panic stay inside")
    }
    fn still<'a>(
        &'a self,
        app: &'a Arc<App>,
        hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        self.session(app, hash)
    }
    fn replaced<'a>(
        &'a self,
        app: &'a Arc<App>,
        hash: &'a [u8],
    ) -> Pin<Box<dyn Future<Output = Result<Option<SessionInfo>>> + Send + 'a>> {
        self.session(app, hash)
    }
    fn actor<'a>(
        &'a self,
        _: &'a Arc<App>,
        _: zw_core::AccountId,
    ) -> Pin<Box<dyn Future<Output = Result<Option<zw_access::Actor>>> + Send + 'a>> {
        panic!("the words of a panic stay inside")
    }
    fn confirm<'a>(
        &'a self,
        _: &'a zw_access::Ctx,
        _: &'a str,
        _: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<zw_web::Confirmed>> + Send + 'a>> {
        panic!("the words of a panic stay inside")
    }
}

#[tokio::test]
async fn a_panic_is_a_plain_page_with_a_number_to_quote() {
    let why = Access::Public("a test");
    let routes = || Routes::new().get("/boom", why, boom).post("/boom", why, boom_posted);
    let mut p = parts();
    p.modules.push(Module { name: "boom", routes: routes(), ..Module::default() });
    let t = TestApp::new(Engine::Sqlite, p).await;
    let mut p = parts();
    p.ext.push(Arc::new(Auth(Box::new(BrokenAuth))));
    let broken = TestApp::new(Engine::Sqlite, p).await;
    let c = t.client(actor(Role::CountyAdmin, World::COUNTY));
    let in_session = broken.client(actor(Role::CountyAdmin, World::COUNTY));
    for a in [c.get("/boom").await, c.post("/boom", &[]).await, in_session.get("/units").await] {
        assert_eq!(a.status, StatusCode::INTERNAL_SERVER_ERROR);
        let id = a.headers["x-request-id"].to_str().unwrap().to_owned();
        assert!(a.text().contains(&id) && !a.text().contains("stay inside"), "{}", a.text());
        assert!(a.headers.contains_key("content-security-policy"));
    }
}
