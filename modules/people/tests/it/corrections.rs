//! Corrections of postings and certificates, by service, page and API.

use crate::support::*;
use zw_access::Role;
use zw_core::{Error, PostingId, WorkerId};
use zw_indicators::{Area, Source as _, Span};
use zw_people::model::certificate::CertificateInput;
use zw_people::model::correction::{CancelInput, CertificateCorrection, CorrectionAct, PostingCorrection};
use zw_people::model::posting::Post;
use zw_people::model::worker::WorkerState;
use zw_people::service::{self, correct};
use zw_people::{PeopleSource, policy};
use zw_testkit::{TestApp, actor, on_both};
use zw_web::Idem;

async fn posted(app: &TestApp, on: i64) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let county = Area::County(World::COUNTY);
    PeopleSource.count(&mut c, &app.app.tree(), &["posted_workers"], &county, Span::on(day(on))).await.unwrap()[0].1
}

async fn certified(app: &TestApp, on: i64) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let county = Area::County(World::COUNTY);
    PeopleSource.count(&mut c, &app.app.tree(), &["certified_workers"], &county, Span::on(day(on))).await.unwrap()[0].1
}

fn corrected(from: &str, fte: &str, version: i64) -> PostingCorrection {
    PostingCorrection {
        post: "worker".into(),
        from: from.into(),
        fte: fte.into(),
        correct_reason: "起始日录错".into(),
        version,
        ..PostingCorrection::default()
    }
}

fn cancel(version: i64) -> CancelInput {
    CancelInput { cancel_reason: "录到了别人名下".into(), version }
}

async fn on_post(app: &TestApp) -> (WorkerId, PostingId) {
    world(app).await;
    let who = register(app, "张三丰", NUMBERS[0]).await;
    let ctx = app.ctx(county_admin());
    (who, service::post(&ctx, who, &posting(1, "2021-06-01", "100"), &Idem::none()).await.unwrap())
}

async fn marks(app: &TestApp) -> Vec<i64> {
    let mut c = app.app.db.read().await.unwrap();
    let rows: Vec<(i64,)> = c.all(zw_db::sql("SELECT day FROM mark ORDER BY day")).await.unwrap();
    rows.into_iter().map(|r| r.0).collect()
}

#[tokio::test]
async fn a_posting_typed_wrong_is_corrected_and_figures_follow() {
    on_both(parts, |app| async move {
        let (who, id) = on_post(&app).await;
        let ctx = app.ctx(county_admin());
        assert_eq!((posted(&app, 20210501).await, posted(&app, 20210601).await), (0, 1));
        let done = correct::posting(&ctx, id, &corrected("2021-04-01", "60", 1), &Idem::none()).await.unwrap();
        assert_eq!(done, who);
        assert_eq!((posted(&app, 20210331).await, posted(&app, 20210501).await), (0, 1));
        assert_eq!(marks(&app).await, [20210401, 20210601], "the days before and after");
        let file = service::get(&ctx, who).await.unwrap();
        let p = &file.postings[0];
        assert_eq!((p.from, p.fte_permille, p.version, p.cancelled), (day(20210401), 600, 2, false));
        let c = &file.corrections[0];
        assert_eq!((c.act, c.reason.as_str()), (CorrectionAct::Correct, "起始日录错"));
        assert_eq!((c.was.from, c.was.fte_permille), (Some(day(20210601)), Some(1000)), "what stood stays readable");
        // Somebody who still sees the first version is told who was quicker.
        let late = correct::posting(&ctx, id, &corrected("2021-05-01", "60", 1), &Idem::none()).await;
        assert!(matches!(late, Err(Error::Conflict { .. })), "{late:?}");
        // Full time is shared with the other postings, without counting this one twice.
        service::post(&ctx, who, &posting(2, "2021-06-01", "40"), &Idem::none()).await.unwrap();
        let more = correct::posting(&ctx, id, &corrected("2021-04-01", "70", 2), &Idem::none()).await;
        assert_eq!(fields(more), [at("fte", "fte-overload")]);
        let early = PostingCorrection { last_day: "2021-06-30".into(), ..corrected("2019-01-01", "60", 2) };
        assert_eq!(
            fields(correct::posting(&ctx, id, &early, &Idem::none()).await)[..2],
            [at("from", "before-worker"), at("last_day", "posting-end-instead")]
        );
        // The audit log has it.
        let mut c = app.app.db.read().await.unwrap();
        let n: i64 = c
            .scalar(zw_db::sql("SELECT COUNT(*) FROM audit_event WHERE action=").bind(policy::POSTING_CORRECT.0))
            .await
            .unwrap();
        assert_eq!(n, 1);
        drop(c);
        // Another county does not find it; a head may not.
        let other = app.ctx(actor(Role::CountyAdmin, World::OTHER_COUNTY));
        let r = correct::posting(&other, id, &corrected("2021-05-01", "60", 2), &Idem::none()).await;
        assert!(matches!(r, Err(Error::NotFound)), "{r:?}");
        let city = app.ctx(actor(Role::CityAdmin, World::CITY));
        let r = correct::posting(&city, id, &corrected("2021-05-01", "60", 2), &Idem::none()).await;
        assert!(matches!(r, Err(Error::Forbidden)), "{r:?}");
    })
    .await;
}

#[tokio::test]
async fn a_wrong_end_is_corrected_or_taken_away() {
    on_both(parts, |app| async move {
        let (who, id) = on_post(&app).await;
        let ctx = app.ctx(county_admin());
        let end = zw_people::model::posting::EndInput {
            last_day: "2021-06-20".into(),
            reason: zw_core::codelist::network::LEAVE_REASON.codes().next().unwrap().into(),
            version: 1,
        };
        service::end(&ctx, id, &end, &Idem::none()).await.unwrap();
        assert_eq!((posted(&app, 20210620).await, posted(&app, 20210621).await), (1, 0));
        let later = PostingCorrection { last_day: "2021-06-25".into(), ..corrected("2021-06-01", "100", 2) };
        correct::posting(&ctx, id, &later, &Idem::none()).await.unwrap();
        assert_eq!((posted(&app, 20210625).await, posted(&app, 20210626).await), (1, 0));
        assert_eq!(service::get(&ctx, who).await.unwrap().worker.state, WorkerState::Left);
        // Never left: the end goes, and with it its reason.
        correct::posting(&ctx, id, &corrected("2021-06-01", "100", 3), &Idem::none()).await.unwrap();
        let file = service::get(&ctx, who).await.unwrap();
        assert_eq!((file.postings[0].last_day, file.postings[0].leave_reason.as_deref()), (None, None));
        assert_eq!((file.worker.state, posted(&app, 20210708).await), (WorkerState::OnPost, 1));
    })
    .await;
}

#[tokio::test]
async fn what_was_entered_by_mistake_is_taken_back() {
    on_both(parts, |app| async move {
        let (who, id) = on_post(&app).await;
        let ctx = app.ctx(county_admin());
        let k = CertificateInput { level: "1".into(), number: "A2021001".into(), issued_on: "2021-04-01".into() };
        service::certify(&ctx, who, &k, &Idem::none()).await.unwrap();
        let none = CancelInput { version: 1, ..CancelInput::default() };
        let none = correct::cancel_posting(&ctx, id, &none, &Idem::none()).await;
        assert_eq!(fields(none), [at("cancel_reason", "correction-reason")]);
        // Certificate: corrected, refused in an old version, taken back, and its number is free again.
        let certificate = service::get(&ctx, who).await.unwrap().certificates[0].id;
        let fixed = CertificateCorrection {
            level: "2".into(),
            number: "A2021002".into(),
            issued_on: "2021-07-01".into(),
            correct_reason: "证书看错".into(),
            version: 1,
        };
        assert_eq!(certified(&app, 20210615).await, 1);
        correct::certificate(&ctx, certificate, &fixed, &Idem::none()).await.unwrap();
        assert_eq!((certified(&app, 20210615).await, certified(&app, 20210701).await), (0, 1));
        let stale = correct::certificate(&ctx, certificate, &fixed, &Idem::none()).await;
        assert!(matches!(stale, Err(Error::Conflict { .. })), "{stale:?}");
        service::certify(&ctx, who, &k, &Idem::none()).await.unwrap();
        let clash = CertificateCorrection { number: "A2021001".into(), version: 2, ..fixed.clone() };
        let clash = correct::certificate(&ctx, certificate, &clash, &Idem::none()).await;
        assert_eq!(fields(clash)[0].0, "number", "its number is somebody's");
        let key = Idem::new(Some("taken-back".into()), &"x");
        correct::cancel_certificate(&ctx, who, certificate, &cancel(2), &key).await.unwrap();
        correct::cancel_certificate(&ctx, who, certificate, &cancel(2), &key).await.unwrap();
        let again = CertificateInput { number: "A2021002".into(), ..k };
        service::certify(&ctx, who, &again, &Idem::none()).await.unwrap();
        // Posting.
        correct::cancel_posting(&ctx, id, &cancel(1), &Idem::none()).await.unwrap();
        for on in [20210531, 20210601, 20210708] {
            assert_eq!(posted(&app, on).await, 0, "{on}");
        }
        let file = service::get(&ctx, who).await.unwrap();
        assert!(file.postings[0].cancelled && file.postings[0].last_day.is_none());
        assert_eq!(file.worker.state, WorkerState::Due, "never was on post");
        assert_eq!(file.corrections.len(), 3);
        let twice = correct::cancel_posting(&ctx, id, &cancel(2), &Idem::none()).await;
        assert!(matches!(twice, Err(Error::Rule { code: "posting-cancelled", .. })), "{twice:?}");
        // The share is free again from the same day.
        service::post(&ctx, who, &posting(1, "2021-06-01", "100"), &Idem::none()).await.unwrap();
        assert_eq!(posted(&app, 20210601).await, 1);
        assert_eq!(service::get(&ctx, who).await.unwrap().postings[0].post, Post::Worker);
    })
    .await;
}

#[tokio::test]
async fn by_page_and_api() {
    on_both(parts, |app| async move {
        let (who, id) = on_post(&app).await;
        let c = app.client(county_admin());
        let page = c.get(&format!("/workers/{who}")).await.text();
        let href = format!("/workers/{who}/postings/{id}/correct");
        assert!(page.contains(&href), "{page}");
        let form = c.get(&href).await.text();
        assert!(form.contains("value=\"2021-06-01\"") && form.contains("更正派驻"), "{form}");
        let fields = [("post", "worker"), ("from", "2021-05-01"), ("fte", "80"), ("version", "1")];
        // Without a reason: the error at its field, what was typed stays.
        let r = c.post(&href, &fields).await;
        assert_eq!(r.status, 422);
        assert!(r.text().contains("id=\"f-correct_reason-error\""), "{}", r.text());
        assert!(r.text().contains("2021-05-01") && r.text().contains("请写明原因"));
        let good = [&fields[..], &[("correct_reason", "录错")]].concat();
        assert_eq!(c.post(&href, &good).await.status, 303);
        let page = c.get(&format!("/workers/{who}")).await.text();
        assert!(page.contains("更正记录") && page.contains("录错"), "{page}");
        // An old version: the form again, with who was quicker and what was typed.
        let r = c.post(&href, &good).await;
        assert_eq!(r.status, 422, "{}", r.text());
        assert!(r.text().contains("2021-05-01") && r.text().contains("zw-notice"), "{}", r.text());
        let body = serde_json::json!({"post": "worker", "from": "2021-05-01", "fte": "80", "correct_reason": "录错", "version": 1});
        let json = body.to_string().into_bytes();
        let r = c.send(axum::http::Method::PUT, &format!("/api/v1/postings/{id}"), "application/json", json).await;
        assert_eq!(r.status, 409, "{}", r.text());
        let r =
            c.post(&format!("/workers/{who}/postings/{id}/cancel"), &[("version", "2"), ("cancel_reason", "")]).await;
        assert_eq!(r.status, 422);
        assert!(r.text().contains("id=\"f-cancel_reason-error\""), "{}", r.text());
        let body = serde_json::json!({"cancel_reason": "误录", "version": 1});
        let r = c.post_json(&format!("/api/v1/postings/{id}/cancel"), &body).await;
        assert_eq!(r.status, 409, "{}", r.text());
        let body = serde_json::json!({"cancel_reason": "误录", "version": 2});
        let r = c.post_json(&format!("/api/v1/postings/{id}/cancel"), &body).await;
        assert!(r.status.is_success() && r.text().contains("\"cancelled\":true"), "{}", r.text());
        assert!(c.get(&format!("/workers/{who}")).await.text().contains("已撤回"));
        // Nobody else's: another county gets what does not exist.
        let other = app.client(actor(Role::CountyAdmin, World::OTHER_COUNTY));
        assert_eq!(other.get(&href).await.status, 404);
        assert_eq!(app.client(actor(Role::ProvAdmin, World::PROVINCE)).get(&href).await.status, 403);
    })
    .await;
}
