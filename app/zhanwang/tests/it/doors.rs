//! Every route probed as nobody, with the wrong role, and in another province (security.md 2.6, AC-1, AC-2).

use axum::http::{Method, StatusCode};
use std::collections::BTreeSet;
use std::sync::Arc;
use zhanwang::wire;
use zw_access::{Actor, Role};
use zw_core::code::Code as _;
use zw_core::{DivisionId, UnitId, Uuid, WorkerId};
use zw_testkit::{Answer, Client, Engine, TestApp, TestParts, World, actor_of};
use zw_web::{Access, Site};

pub(crate) fn parts() -> TestParts {
    TestParts {
        modules: wire::modules(),
        sources: wire::sources(),
        ext: vec![
            Arc::new(zw_publishing::Typeset(Arc::new(zw_typeset::TypstTypesetter::new()))),
            Arc::new(zw_jobs::Queue::join(zw_publishing::jobs())),
        ],
        ..TestParts::default()
    }
}

pub(crate) fn registry(t: &TestApp) -> Vec<(Method, &'static str, Access)> {
    t.app.ext::<Site>().unwrap().registry.clone()
}

/// A path with something in each place: ids that belong to nobody.
pub(crate) fn fill(path: &str) -> String {
    path.split('/')
        .map(|p| match p {
            "{key}" => "sweep".to_owned(),
            "{name}" => "nothing.css".to_owned(),
            "{county}" | "{town}" | "{division}" => "999999".to_owned(),
            "{period}" => "2021-06".to_owned(),
            p if p.starts_with('{') => Uuid::from_u128(0xdead).to_string(),
            p => p.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn knock(c: &Client<'_>, method: &Method, path: &str) -> Answer {
    match *method {
        Method::GET => c.get(path).await,
        _ if path.starts_with("/api/") => c.send(method.clone(), path, "application/json", b"{}".to_vec()).await,
        _ => c.post(path, &[]).await,
    }
}

/// The exemption list only shrinks: a new public route must be argued for here. A phone of field work opens its empty frame
/// and asks whether it is lost while nobody is signed in: these three carry no data (decision 0030).
const PUBLIC: &[&str] = &[
    "/assets/{name}",
    "/healthz",
    "/preferences",
    "/login",
    "/logout",
    "/activate",
    "/kiosk/{token}",
    "/field/kit",
    "/field/worker.js",
    "/api/v1/field/contact",
];

#[tokio::test]
async fn nobody_gets_in_anywhere_but_the_listed_doors() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let public: BTreeSet<_> =
        registry(&t).iter().filter(|(_, _, a)| matches!(a, Access::Public(_))).map(|(_, p, _)| *p).collect();
    for p in &public {
        assert!(PUBLIC.contains(p), "{p} is open to everybody and not on the exemption list");
    }
    let nobody = t.anonymous();
    for (method, path, access) in registry(&t) {
        if matches!(access, Access::Public(_)) {
            continue;
        }
        let a = knock(&nobody, &method, &fill(path)).await;
        let ok = a.status == StatusCode::UNAUTHORIZED || a.location().starts_with("/login");
        assert!(ok, "{method} {path}: {} {}", a.status, a.location());
    }
}

fn someone(role: Role, province: bool) -> Actor {
    let (area, county) =
        if province { (World::PROVINCE, World::COUNTY) } else { (World::OTHER_PROVINCE, World::OTHER_COUNTY) };
    let unit = Some((county, UnitId(Uuid::from_u128(u128::from(county.0.unsigned_abs())))));
    let worker = Some(WorkerId(Uuid::from_u128(7)));
    match role {
        Role::ProvAdmin | Role::Leader | Role::Kiosk => actor_of(role, Some(area), None, None),
        Role::CityAdmin => actor_of(role, Some(if province { World::CITY } else { DivisionId(20) }), None, None),
        Role::CountyAdmin | Role::CenterStaff | Role::LinkedCadre => actor_of(role, Some(county), None, None),
        Role::TownOfficer => actor_of(role, Some(if province { World::TOWN } else { World::OTHER_TOWN }), None, None),
        Role::StationHead | Role::Worker => actor_of(role, None, unit, worker),
        Role::SysAdmin | Role::SecurityAdmin | Role::AuditAdmin => actor_of(role, None, None, None),
    }
}

#[tokio::test]
async fn a_role_without_the_action_is_refused_and_the_refusal_is_audited() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let mut refused = 0i64;
    for role in Role::ALL {
        let c = t.client(someone(*role, true));
        for (method, path, access) in registry(&t) {
            let actions: Vec<_> = match access {
                Access::Action(a) | Access::Fresh(a) => vec![a],
                Access::AnyOf(l) => l.to_vec(),
                _ => continue,
            };
            if actions.iter().any(|a| t.app.policy.reach(*a, *role).is_some()) {
                continue;
            }
            let a = knock(&c, &method, &fill(path)).await;
            assert_eq!(a.status, StatusCode::FORBIDDEN, "{role}: {method} {path}");
            refused += 1;
            // Time goes on, as it does for people: of one source at most sixty refusals a minute are written down.
            if refused % 50 == 0 {
                t.app.clock.set(t.app.clock.now().plus_minutes(1));
            }
        }
    }
    assert!(refused > 300, "{refused}");
    let mut c = t.app.db.read().await.unwrap();
    let denied: i64 = c.scalar(zw_db::sql("SELECT COUNT(*) FROM audit_event WHERE decision='deny'")).await.unwrap();
    assert_eq!(denied, refused);
    // Of one source at most sixty a minute: more leave no row each.
    let c = t.client(someone(Role::Worker, true));
    for _ in 0..70 {
        assert_eq!(c.get("/admin/accounts").await.status, StatusCode::FORBIDDEN);
    }
    let mut r = t.app.db.read().await.unwrap();
    let more: i64 = r.scalar(zw_db::sql("SELECT COUNT(*) FROM audit_event WHERE decision='deny'")).await.unwrap();
    assert!((1..=60).contains(&(more - denied)), "{}", more - denied);
}

#[tokio::test]
async fn no_page_fails_for_those_who_may_open_it_and_no_id_is_ever_told_apart() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let t = TestApp::new(engine, parts()).await;
        for role in Role::ALL {
            let c = t.client(someone(*role, true));
            for (method, path, access) in registry(&t) {
                if matches!(access, Access::Public(_)) || path == "/live" {
                    continue;
                }
                let a = knock(&c, &method, &fill(path)).await;
                assert!(
                    !a.status.is_server_error(),
                    "{engine:?} {role}: {method} {path}: {} {}",
                    a.status,
                    a.text().chars().take(600).collect::<String>()
                );
                if method == Method::GET && a.status.is_success() && path.contains("{id}") && !path.contains("figures")
                {
                    panic!("{role}: {path} answered for an id that does not exist");
                }
            }
        }
        t.run_jobs().await;
    }
}

#[tokio::test]
async fn every_word_exists_in_both_languages() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    for lang in ["zh-CN", "en"] {
        for role in Role::ALL {
            let c = t.client(someone(*role, true));
            for (method, path, access) in registry(&t) {
                if method != Method::GET || path == "/live" || path.contains('{') || matches!(access, Access::Public(_))
                {
                    continue;
                }
                let a = c.get_in(lang, path).await;
                assert!(!a.text().contains('⟦'), "{lang} {role} {path}: {}", missing(&a.text()));
            }
        }
    }
}

fn missing(text: &str) -> String {
    text.split('⟦').skip(1).filter_map(|s| s.split('⟧').next()).take(10).collect::<Vec<_>>().join(", ")
}

/// WEB-1, WEB-2: name and exact value.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[tokio::test]
async fn every_route_answers_with_the_exact_security_headers() {
    for https in [false, true] {
        let t = if https {
            TestApp::https(Engine::Sqlite, parts()).await
        } else {
            TestApp::new(Engine::Sqlite, parts()).await
        };
        let signed_in = t.client(someone(Role::CountyAdmin, true));
        let nobody = t.anonymous();
        let mut paths: Vec<_> = registry(&t).into_iter().map(|(m, p, _)| (m, fill(p))).collect();
        paths.push((Method::GET, "/nowhere".into()));
        for (method, path) in paths.iter().filter(|(_, p)| p != "/live") {
            for a in [knock(&nobody, method, path).await, knock(&signed_in, method, path).await] {
                for (name, want) in HEADERS {
                    let all: Vec<_> = a.headers.get_all(*name).iter().collect();
                    assert_eq!(all, [want], "{method} {path} {name}");
                }
                let hsts = a.headers.get("strict-transport-security").map(|v| v.to_str().unwrap());
                assert_eq!(hsts, https.then_some("max-age=31536000"), "{method} {path}");
                assert!(a.headers.contains_key("x-request-id"));
                assert!(!a.headers.contains_key("access-control-allow-origin"), "{method} {path}: no CORS");
                if !path.starts_with("/assets/") {
                    assert_eq!(a.headers["cache-control"], "no-store", "{method} {path}");
                }
                for cookie in a.headers.get_all("set-cookie") {
                    let c = cookie.to_str().unwrap();
                    assert!(c.contains("; HttpOnly") && c.contains("; SameSite=Lax") && c.contains("; Path=/"), "{c}");
                    assert!(!c.contains("Domain"), "{c}");
                    assert_eq!((c.starts_with("__Host-"), c.contains("; Secure")), (https, https), "{path}: {c}");
                }
            }
        }
        // Cookies were really set in this round.
        let set = nobody.post("/preferences", &[("lang", "en"), ("theme", "dark"), ("large", "1")]).await;
        assert_eq!(set.headers.get_all("set-cookie").iter().count(), 3);
        let out = signed_in.post("/logout", &[]).await;
        assert_eq!(out.headers["clear-site-data"], "\"cache\", \"storage\"");
        // A phone of field work keeps its store: records may wait there that nobody else has.
        let phone = t.client(someone(Role::Worker, true));
        let name = t.app.ext::<Site>().unwrap().config.device_cookie();
        let headers = [("cookie", &*format!("{name}=x")), ("content-type", "application/x-www-form-urlencoded")];
        let body = format!("csrf={}", phone.csrf()).into_bytes();
        let out = phone.send_with(Method::POST, "/logout", &headers, body).await;
        assert_eq!(out.headers["clear-site-data"], "\"cache\"");
    }
}

#[tokio::test]
async fn other_methods_are_refused_on_every_path() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let c = t.client(someone(Role::CountyAdmin, true));
    let known: BTreeSet<(String, &str)> = registry(&t).into_iter().map(|(m, p, _)| (m.to_string(), p)).collect();
    let paths: BTreeSet<&str> = known.iter().map(|(_, p)| *p).collect();
    for path in paths.into_iter().filter(|p| *p != "/live") {
        for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "FOO"] {
            if known.contains(&(method.to_owned(), path)) {
                continue;
            }
            let a = c.send(method.parse().unwrap(), &fill(path), "", vec![]).await;
            assert_eq!(a.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn a_write_without_the_form_token_changes_nothing() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    for role in Role::ALL {
        let c = t.client(someone(*role, true));
        for (method, path, access) in registry(&t) {
            let open = match access {
                Access::Action(a) | Access::Fresh(a) => t.app.policy.reach(a, *role).is_some(),
                Access::AnyOf(l) => l.iter().any(|a| t.app.policy.reach(*a, *role).is_some()),
                Access::SignedIn => true,
                Access::Public(_) => false,
            };
            if !open || method == Method::GET {
                continue;
            }
            let api = path.starts_with("/api/");
            let kind = if api { "application/json" } else { "application/x-www-form-urlencoded" };
            let body: &[u8] = if api { b"{}" } else { b"csrf=0123456789abcdef0123456789abcdef" };
            let headers = [("content-type", kind), ("x-csrf-token", "0123456789abcdef0123456789abcdef")];
            let a = c.send_with(method.clone(), &fill(path), &headers, body.to_vec()).await;
            // A wall screen writes nothing, with or without a token.
            let (status, code) = match role {
                Role::Kiosk => (StatusCode::FORBIDDEN, "forbidden"),
                _ => (StatusCode::UNPROCESSABLE_ENTITY, "form-expired"),
            };
            assert_eq!(a.status, status, "{role} {method} {path}");
            assert!(a.text().contains(code), "{role} {method} {path}: {}", a.text());
        }
    }
}

#[tokio::test]
async fn who_asks_is_the_session_and_nothing_else() {
    let t = TestApp::new(Engine::Sqlite, parts()).await;
    let c = t.client(someone(Role::CountyAdmin, true));
    let plain = |a: &Answer| {
        let id = a.headers["x-request-id"].to_str().unwrap().to_owned();
        (a.status, a.text().replace(&id, "ID"))
    };
    let claims = [("x-user", "sys_admin"), ("x-remote-user", "sys_admin"), ("authorization", "Basic c3lzOnN5cw==")];
    for path in ["/units", "/board", "/people", "/admin/accounts", "/api/v1/accounts", "/api/v1/reports"] {
        let before = plain(&c.get(path).await);
        assert_eq!(plain(&c.send_with(Method::GET, path, &claims, vec![]).await), before, "{path}");
        // A list that refuses unknown parameters may say so, but nobody becomes somebody else.
        for claim in ["user=sys_admin", "as=sys_admin", "actor=sys_admin"] {
            let a = c.get(&format!("{path}?{claim}")).await;
            let same = a.status == before.0 || before.0.is_success() && a.status.is_client_error();
            assert!(same, "{path}?{claim}: {}", a.status);
        }
    }
}

#[tokio::test]
async fn every_answer_of_the_demo_says_what_it_is() {
    const WORDS: &str = "演示数据·非官方";
    let t = TestApp::demo(Engine::Sqlite, parts()).await;
    let mut looked = 0;
    for role in Role::ALL {
        let c = t.client(someone(*role, true));
        for (method, path, access) in registry(&t) {
            if method != Method::GET || path == "/live" || path == "/healthz" || path.starts_with("/assets/") {
                continue;
            }
            if matches!(access, Access::Public(_)) && *role != Role::ProvAdmin {
                continue;
            }
            let a = c.get(&fill(path)).await;
            let kind =
                a.headers.get("content-type").map(|v| v.to_str().unwrap_or_default().to_owned()).unwrap_or_default();
            // Pieces of a page that the page itself asks for.
            let fragment = path.contains("fragment") || path.contains("picker") || path.starts_with("/drafts/");
            if (kind.contains("html") || kind.contains("json")) && !fragment && !a.status.is_redirection() {
                assert!(a.text().contains(WORDS), "{role} {path}: {} {kind}", a.status);
                looked += 1;
            }
        }
    }
    assert!(looked > 200, "{looked}");
}
