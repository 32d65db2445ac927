//! Corrections: until the tier above approves one, what was approved before it counts; refused, that stands again.

use crate::fixture::*;
use std::sync::Arc;
use zw_core::period::Period;
use zw_core::{ReportId, UnitId};
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::confirmed::store::{months, weeks};
use zw_reporting::pass_on::service::{PassOnInput, PassOnReview, pass_on, review_pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::model::{ReportRow, ReportState};
use zw_reporting::report::read;
use zw_reporting::report::service::{self, ReportInput};
use zw_reporting::report_today_section;
use zw_testkit::{TestApp, World, on_both};
use zw_web::Idem;

const NONE: fn() -> Idem = Idem::none;

fn decision(version: i64, reason: &str) -> ReviewInput {
    ReviewInput { version, reason: reason.into(), accept_overrides: false }
}
fn up() -> PassOnInput {
    PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true }
}

/// The station's visits as they count above the county.
async fn counted(t: &TestApp, unit: UnitId) -> Option<i64> {
    let mut c = t.app.db.read().await.unwrap();
    let june = Period::parse("2021-06").unwrap();
    let found = months(&mut c, &[World::COUNTY], june).await.unwrap();
    found.iter().find(|r| r.unit == unit).filter(|r| r.approved).and_then(|r| r.cells.get("M07").copied())
}

/// June of STATION: sent with 31 visits, approved and passed on.
async fn passed_on(t: &TestApp, fake: &Fake) -> ReportId {
    prepare(t, fake).await;
    t.at(2021, 7, 5, 9);
    let r = service::submit(&t.ctx(head(STATION)), &month("2021-06", STATION), &NONE()).await.unwrap();
    let county = t.ctx(county_admin());
    chain::approve(&county, World::COUNTY, r.id, &decision(1, ""), &NONE()).await.unwrap();
    pass_on(&county, &up(), &NONE()).await.unwrap();
    t.at(2021, 7, 6, 9);
    r.id
}

/// A correction of it by its head.
async fn corrected(t: &TestApp, id: ReportId) -> i64 {
    let head = t.ctx(head(STATION));
    let version = read::get(&head, World::COUNTY, id).await.unwrap().report.version;
    let input = ReportInput { version, amend_note: "漏计".into(), ..month("2021-06", STATION) };
    let r = service::amend(&head, &input, &NONE()).await.unwrap();
    assert_eq!((r.state, r.approved_at), (ReportState::Amended, None));
    r.version
}

#[tokio::test]
async fn a_correction_counts_once_it_is_approved() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            let id = passed_on(&t, &fake).await;
            fake.set("M07", STATION.0, 90);
            let version = corrected(&t, id).await;
            assert_eq!(counted(&t, STATION).await, Some(31), "nobody approved the 90");
            let county = t.ctx(county_admin());
            let q = BoardQuery { kind: None, period: Some("2021-06".into()), area: Some(World::COUNTY.0) };
            let b = board(&county, &q).await.unwrap();
            assert_eq!((b.counts.approved, b.counts.waiting), (0, 1));
            let m07 = b.columns.iter().position(|c| c.0 == "M07").unwrap();
            assert_eq!(b.rows[0].figures[m07].confirmed, Some(31));
            // Its approved version counts, so the station is not missing when the county passes on.
            assert_eq!(rule(pass_on(&county, &up(), &NONE()).await), "pass-on-already");
            assert_eq!(report_today_section(&county).await.unwrap().waiting.len(), 1);
            let page = read::get(&county, World::COUNTY, id).await.unwrap();
            assert!(page.waits && page.may_approve && page.may_return);
            // A second correction before the decision corrects the same version.
            fake.set("M07", STATION.0, 91);
            let again = corrected(&t, id).await;
            assert_eq!((again, counted(&t, STATION).await), (version + 1, Some(31)));
            let ok = chain::approve(&county, World::COUNTY, id, &decision(again, ""), &NONE()).await.unwrap();
            assert_eq!((ok.state, counted(&t, STATION).await), (ReportState::Amended, Some(91)));
            assert_eq!(
                rule(chain::send_back(&county, World::COUNTY, id, &decision(again + 1, "x"), &NONE()).await),
                "report-locked"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_refused_correction_leaves_what_was_approved() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            let id = passed_on(&t, &fake).await;
            fake.set("M07", STATION.0, 90);
            let version = corrected(&t, id).await;
            let county = t.ctx(county_admin());
            let back =
                chain::send_back(&county, World::COUNTY, id, &decision(version, "没有依据"), &NONE()).await.unwrap();
            assert_eq!((back.state, back.approved_at.is_some()), (ReportState::RolledUp, true));
            assert_eq!(back.refused_correction(), Some("没有依据"));
            assert_eq!(counted(&t, STATION).await, Some(31));
            let head = t.ctx(head(STATION));
            let told = report_today_section(&head).await.unwrap().came_back;
            assert_eq!((told[0].reason.as_str(), told[0].href.starts_with("/reports/")), ("没有依据", true));
            assert!(t.client(crate::fixture::head(STATION)).get(&back.href()).await.text().contains("更正被退回"));
            // Frozen meanwhile: a refused correction comes back locked, not open to the chain.
            let version = corrected(&t, id).await;
            let ctx = t.system("freeze", &["report.lock"]);
            let permit = ctx.permit::<ReportRow>(zw_access::Action("report.lock")).unwrap();
            let mut tx = ctx.write().await.unwrap();
            let june = Period::parse("2021-06").unwrap();
            chain::lock_period(&ctx, &mut tx, &permit, june, &[World::COUNTY]).await.unwrap();
            tx.commit(permit.change(None, "2021-06")).await.unwrap();
            let county = t.ctx(county_admin());
            let back = chain::send_back(&county, World::COUNTY, id, &decision(version + 1, "仍无依据"), &NONE()).await;
            assert_eq!(back.unwrap().state, ReportState::Locked);
        }
    })
    .await;
}

#[tokio::test]
async fn a_week_counts_as_approved_while_its_correction_waits() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            let (county, city) = (t.ctx(county_admin()), t.ctx(city_admin()));
            let r = service::submit(&county, &week("2021-W26"), &NONE()).await.unwrap();
            chain::approve(&city, World::COUNTY, r.id, &decision(1, ""), &NONE()).await.unwrap();
            let input = PassOnInput { division: World::CITY.to_string(), period: "2021-W26".into(), ..up() };
            pass_on(&city, &input, &NONE()).await.unwrap();
            fake.set("stations_built", of_county(World::COUNTY), 9);
            let input = ReportInput { version: 3, amend_note: "补".into(), ..week("2021-W26") };
            service::amend(&county, &input, &NONE()).await.unwrap();
            let mut c = t.app.db.read().await.unwrap();
            let found = weeks(&mut c, &[World::COUNTY], county.today()).await.unwrap();
            assert_eq!(found[&World::COUNTY].cells["stations_built"], 2);
        }
    })
    .await;
}

#[tokio::test]
async fn a_returned_pass_on_opens_its_reports_and_says_so() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            let id = passed_on(&t, &fake).await;
            let city = t.ctx(city_admin());
            let no = PassOnReview {
                division: World::COUNTY.to_string(),
                period: "2021-06".into(),
                version: 1,
                approve: false,
                reason: "口径不对".into(),
            };
            review_pass_on(&city, &no, &NONE()).await.unwrap();
            let page = read::get(&city, World::COUNTY, id).await.unwrap();
            let last = page.history.last().unwrap();
            assert_eq!((last.act.as_str(), last.version, last.reason.as_deref()), ("reopen", 4, Some("口径不对")));
            assert_eq!((page.report.state, page.report.version), (ReportState::Approved, 4));
        }
    })
    .await;
}
