//! What was typed survives whatever follows the submit: a stopped database, an ended session, a page too old, a right
//! withdrawn. Nothing is lost, nothing half-written, and a second try has one effect.

use crate::support::*;
use axum::http::{StatusCode, header};
use zw_testkit::{Answer, TestApp, on_both};

const TEXT: &str = "换了插座，\n顺带查了煤气。";

async fn resident(app: &TestApp) -> (String, String) {
    world(app).await;
    let key = registered(&app.ctx(social_worker(1)), person("陈秀英", 1)).await;
    (format!("/people/{}/{}/visit", key.county, key.id), key.id.to_string())
}

fn visit(id: &str) -> Vec<(&str, &str)> {
    vec![
        ("idempotency_key", "form-1"),
        ("_draft", "visit-x"),
        ("_page", "/people/new?household=1&village=2"),
        ("_sent", "mk3-7f"),
        ("day", "2021-07-08"),
        ("mode", "home"),
        ("persons", id),
        ("safety", "fire"),
        ("safety", "electric"),
        ("action", TEXT),
        ("purpose", "routine"),
        ("result", "done"),
    ]
}

/// The hidden fields of the form that sends everything again.
fn carried(a: &Answer) -> Vec<(String, String)> {
    let text = a.text();
    let form = text.split("data-carried").nth(1).and_then(|f| f.split("</form>").next()).unwrap_or_default().to_owned();
    form.split(r#"<input type="hidden" name=""#)
        .skip(1)
        .map(|i| {
            let mut parts = i.split('"');
            let name = parts.next().unwrap().to_owned();
            (name, parts.nth(1).unwrap().replace("&amp;", "&"))
        })
        .collect()
}

fn accepted(a: &Answer) -> Vec<String> {
    let all = a.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.filter(|c| c.starts_with("zw_accepted=")).map(str::to_owned).collect()
}

async fn visits(app: &TestApp) -> i64 {
    count(app, "SELECT COUNT(*) FROM encounter").await
}

#[tokio::test]
async fn a_stopped_database_in_the_middle_of_a_form() {
    on_both(parts, |app| async move {
        let (path, id) = resident(&app).await;
        let c = app.client(social_worker(1));
        c.post("/drafts/visit-x", &[("action", "换了")]).await;
        let down = app.without_database(c.post(&path, &visit(&id))).await;
        assert_eq!(down.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(down.headers.get(header::RETRY_AFTER).unwrap(), "5");
        assert!(down.text().contains(TEXT) && down.text().contains("再试一次"), "{}", down.text());
        assert!(accepted(&down).is_empty(), "an error page is no proof of success");
        let again = carried(&down);
        let fields: Vec<(&str, &str)> =
            again.iter().filter(|(k, _)| k != "csrf").map(|(k, v)| (k.as_str(), v.as_str())).collect();
        for f in visit(&id) {
            assert!(fields.contains(&f), "{f:?} is carried");
        }
        assert_eq!(visits(&app).await, 0, "nothing half-written");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft").await, 1);

        let done = c.post(&path, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert!(accepted(&done)[0].starts_with("zw_accepted=mk3-7f;"), "the script may forget this submit");
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft").await, 0, "the draft became the record");
        assert_eq!(c.post(&path, &fields).await.location(), done.location());
        assert_eq!(visits(&app).await, 1, "one effect");
    })
    .await;
}

#[tokio::test]
async fn an_ended_session_leads_back_to_the_form_or_keeps_everything_on_the_page() {
    on_both(parts, |app| async move {
        let (path, id) = resident(&app).await;
        let nobody = app.anonymous();
        let back = nobody.post(&path, &visit(&id)).await;
        assert_eq!(back.location(), "/login?next=/people/new%3Fhousehold%3D1%26village%3D2", "where the form stands");
        let plain: Vec<_> = visit(&id).into_iter().filter(|(k, _)| *k != "_page").collect();
        let kept = nobody.post(&path, &plain).await;
        assert_eq!(kept.status, StatusCode::UNAUTHORIZED);
        assert!(kept.text().contains(TEXT) && carried(&kept).contains(&("persons".into(), id.clone())));
        assert!(kept.text().contains("您输入的内容已暂存"), "{}", kept.text());
        // Nobody typed anything here, so nothing is said to have been kept.
        let asked = nobody.get("/api/v1/residents").await;
        assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
        assert!(asked.text().contains("请登录") && !asked.text().contains("已暂存"), "{}", asked.text());
        for bad in ["//evil.example", "https://evil.example/"] {
            let mut evil = plain.clone();
            evil.push(("_page", bad));
            assert_eq!(nobody.post(&path, &evil).await.status, StatusCode::UNAUTHORIZED, "{bad} is no page of ours");
        }
        assert_eq!(nobody.get("/visits?page=2").await.location(), "/login?next=/visits%3Fpage%3D2");
    })
    .await;
}

#[tokio::test]
async fn a_page_too_old_is_shown_again_with_the_new_token() {
    on_both(parts, |app| async move {
        let (path, id) = resident(&app).await;
        let c = app.client(social_worker(1));
        let body = |csrf: &str| {
            let text: String = TEXT.bytes().map(|b| format!("%{b:02X}")).collect();
            format!("csrf={csrf}&idempotency_key=k&day=2021-07-08&mode=home&persons={id}&action={text}").into_bytes()
        };
        let form = "application/x-www-form-urlencoded";
        let old = c.send(axum::http::Method::POST, &path, form, body("of-another-session")).await;
        assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(old.text().contains(TEXT) && accepted(&old).is_empty());
        let again = carried(&old);
        assert!(again.contains(&("csrf".into(), c.csrf())), "the token of today's session");
        let fields: Vec<(&str, &str)> =
            again.iter().filter(|(k, _)| k != "csrf").map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(c.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn refusals_keep_the_text_too_but_never_a_strangers() {
    on_both(parts, |app| async move {
        let (path, id) = resident(&app).await;
        let elsewhere = app.client(social_worker(3)).post(&path, &visit(&id)).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
        assert!(elsewhere.text().contains(TEXT));
        // What is refused for who asks is refused again: no button, but the way back to the form.
        let text = elsewhere.text();
        assert!(!text.contains("再试一次\"") && carried(&elsewhere).is_empty(), "{text}");
        assert!(text.contains("再交一次也不会成功") && text.contains("返回填写的页面"), "{text}");
        let without = app
            .client(zw_testkit::actor(zw_access::Role::CountyAdmin, zw_testkit::World::COUNTY))
            .post(&path, &visit(&id))
            .await;
        assert_eq!(without.status, StatusCode::FORBIDDEN);
        assert!(without.text().contains(TEXT));

        let foreign = app.client(social_worker(1)).from_another_site().post(&path, &visit(&id)).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        assert!(!foreign.text().contains(TEXT), "another site's words never stand on our page");
        assert_eq!(visits(&app).await, 0);
    })
    .await;
}

const HOUR: i64 = 3_600_000;

/// Drafts after 30 days, keys of repeats after 7: by the program's clock.
#[tokio::test]
async fn what_nobody_needs_any_more_is_forgotten() {
    on_both(parts, |app| async move {
        let (path, id) = resident(&app).await;
        let c = app.client(social_worker(1));
        assert_eq!(c.post(&path, &visit(&id)).await.status, StatusCode::SEE_OTHER);
        c.post("/drafts/resident-new", &[("name", "林")]).await;
        let forms = async || zw_web::sweep(&app.app).await.unwrap();
        app.app.clock.advance(7 * 24 * HOUR);
        assert_eq!(forms().await, (0, 0), "a repeat is recognised for seven days");
        app.app.clock.advance(1);
        assert_eq!(forms().await, (0, 1));
        app.app.clock.advance(23 * 24 * HOUR);
        assert_eq!(forms().await, (1, 0));
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft").await, 0);
    })
    .await;
}

#[tokio::test]
async fn drafts_have_a_quota_and_end_with_the_last_grant() {
    on_both(parts, |app| async move {
        world(&app).await;
        let who = social_worker(1);
        let c = app.client(who.clone());
        for n in 0..203 {
            assert_eq!(c.post(&format!("/drafts/visit-{n}"), &[("action", "x")]).await.status, StatusCode::OK);
            app.app.clock.advance(1);
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft").await, 200);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM draft WHERE key IN('visit-0','visit-1','visit-2')").await, 0);
        assert_eq!(c.get("/drafts/visit-202").await.json()[0][1], "x");

        let mut former = who;
        for g in &mut former.grants {
            g.to = Some(day(7, 7));
        }
        assert_eq!(app.client(former).get("/drafts/visit-202").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}
