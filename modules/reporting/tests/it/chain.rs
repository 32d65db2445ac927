//! Review, return and sending again, exemption, passing on, locking and correcting.

use crate::fixture::*;
use std::sync::Arc;
use zw_access::Role;
use zw_core::Error;
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_reporting::pass_on::Verdict;
use zw_reporting::pass_on::service::{PassOnInput, PassOnReview, pass_on, review_pass_on};
use zw_reporting::policy;
use zw_reporting::report::chain::{self, ExemptInput, ReviewInput};
use zw_reporting::report::model::{OverrideInput, ReportRow, ReportState};
use zw_reporting::report::read;
use zw_reporting::report::service::{self, ReportInput};
use zw_reporting::report_today_section;
use zw_testkit::{World, actor, on_both};
use zw_web::Idem;

fn decision(version: i64, reason: &str) -> ReviewInput {
    ReviewInput { version, reason: reason.into(), accept_overrides: false }
}

#[tokio::test]
async fn a_returned_report_is_sent_again_and_keeps_its_versions() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 10);
            let none = Idem::none();
            let county = t.ctx(county_admin());
            let sent = service::submit(&county, &week("2021-W26"), &none).await.unwrap();
            assert_eq!(sent.timeliness, Timeliness::OnTime);
            let city = t.ctx(city_admin());
            // A reason is required; another city, the province and the county itself have no say.
            assert!(matches!(
                chain::send_back(&city, World::COUNTY, sent.id, &decision(1, " "), &none).await,
                Err(Error::Invalid(_))
            ));
            let other = t.ctx(actor(Role::CityAdmin, World::CITY2));
            assert!(matches!(
                chain::approve(&other, World::COUNTY, sent.id, &decision(1, ""), &none).await,
                Err(Error::NotFound)
            ));
            for who in [prov_admin(), county_admin()] {
                let ctx = t.ctx(who);
                assert!(matches!(
                    chain::approve(&ctx, World::COUNTY, sent.id, &decision(1, ""), &none).await,
                    Err(Error::Forbidden)
                ));
            }
            let back =
                chain::send_back(&city, World::COUNTY, sent.id, &decision(1, "障碍没有写清"), &none).await.unwrap();
            assert_eq!((back.state, back.version), (ReportState::Returned, 2));
            let today = report_today_section(&county).await.unwrap();
            assert_eq!(today.came_back[0].reason, "障碍没有写清");
            assert!(today.owed.iter().all(|o| o.period != "2021-W26"));

            t.at(2021, 7, 8, 9);
            let county = t.ctx(county_admin());
            fake.set("posted_workers", of_county(World::COUNTY), 8);
            let again = ReportInput { version: 2, problems: "南山镇场地未落实".into(), ..week("2021-W26") };
            let sent = service::submit(&county, &again, &none).await.unwrap();
            // 时效 stays that of the first submission.
            assert_eq!((sent.state, sent.version, sent.timeliness), (ReportState::Submitted, 3, Timeliness::OnTime));
            // Deciding on what was read before is a conflict.
            assert!(matches!(
                chain::approve(&city, World::COUNTY, sent.id, &decision(1, ""), &none).await,
                Err(Error::Conflict { .. })
            ));
            let city = t.ctx(city_admin());
            assert_eq!(report_today_section(&city).await.unwrap().waiting.len(), 1);
            let ok = chain::approve(&city, World::COUNTY, sent.id, &decision(3, ""), &none).await.unwrap();
            assert_eq!(ok.state, ReportState::Approved);
            assert_eq!(
                rule(chain::approve(&city, World::COUNTY, sent.id, &decision(4, ""), &none).await),
                "report-already-approved"
            );
            let page = read::get(&city, World::COUNTY, sent.id).await.unwrap();
            let acts: Vec<_> = page.history.iter().map(|e| (e.act.as_str(), e.version)).collect();
            assert_eq!(acts, [("submit", 1), ("return", 2), ("submit", 3), ("approve", 4)]);
            let workers = |i: usize| page.history[i].cells.iter().find(|c| c.0 == "posted_workers").unwrap().1;
            assert_eq!((workers(0), workers(2)), (7, 8));
        }
    })
    .await;
}

#[tokio::test]
async fn the_month_goes_up_although_one_station_is_missing() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            let none = Idem::none();
            let over = OverrideInput { key: "M07".into(), value: "33".into(), reason: "补".into() };
            let input = ReportInput { overrides: vec![over], ..month("2021-06", STATION) };
            let r = service::submit(&t.ctx(head(STATION)), &input, &none).await.unwrap();
            let county = t.ctx(county_admin());
            assert_eq!(report_today_section(&county).await.unwrap().waiting.len(), 1);
            let accept = ReviewInput { version: 1, accept_overrides: true, ..ReviewInput::default() };
            let ok = chain::approve(&county, World::COUNTY, r.id, &accept, &none).await.unwrap();
            let m07 = ok.groups.iter().flat_map(|g| &g.cells).find(|c| c.key == "M07").unwrap().value;
            assert_eq!((ok.state, m07), (ReportState::Approved, 33));

            let up =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: false };
            assert_eq!(rule(pass_on(&county, &up, &none).await), "pass-on-missing");
            let although = PassOnInput { although_missing: true, ..up.clone() };
            let p = pass_on(&county, &although, &none).await.unwrap();
            assert_eq!((p.state, p.timeliness), (Verdict::Passed, Some(Timeliness::OnTime)));
            assert_eq!(p.missing.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["南山社工站"]);
            assert_eq!(read::get(&county, World::COUNTY, r.id).await.unwrap().report.state, ReportState::RolledUp);
            assert_eq!(rule(pass_on(&county, &although, &none).await), "pass-on-already");
            // Nobody passes on for another county; a city admin does not pass on for a county.
            let stranger = t.ctx(actor(Role::CountyAdmin, World::COUNTY2));
            assert!(matches!(pass_on(&stranger, &although, &none).await, Err(Error::NotFound)));
            assert!(matches!(pass_on(&t.ctx(city_admin()), &although, &none).await, Err(Error::Forbidden)));

            // The missing one is excused: the list gets shorter and the county may pass on again.
            let excuse = ExemptInput {
                period: "2021-06".into(),
                county: World::COUNTY.to_string(),
                unit: Some(STATION2.to_string()),
                reason: "台风停电".into(),
            };
            let e = chain::exempt(&county, &excuse, &none).await.unwrap();
            assert_eq!(e.timeliness, Timeliness::Exempt);
            let p = pass_on(&county, &up, &none).await.unwrap();
            assert_eq!((p.version, p.missing.len()), (2, 0));

            // The city returns it: the station's report is open to the county again.
            let city = t.ctx(city_admin());
            assert_eq!(report_today_section(&city).await.unwrap().waiting.iter().filter(|w| w.passed_on).count(), 1);
            let no = PassOnReview {
                division: up.division.clone(),
                period: up.period.clone(),
                version: 2,
                approve: false,
                reason: "口径不对".into(),
            };
            let p = review_pass_on(&city, &no, &none).await.unwrap();
            assert_eq!(p.state, Verdict::Returned);
            assert_eq!(read::get(&county, World::COUNTY, r.id).await.unwrap().report.state, ReportState::Approved);
            assert_eq!(
                rule(review_pass_on(&city, &PassOnReview { version: 3, ..no.clone() }, &none).await),
                "pass-on-decided"
            );
            let p = pass_on(&county, &up, &none).await.unwrap();
            let yes = PassOnReview { version: p.version, approve: true, reason: String::new(), ..no };
            assert_eq!(review_pass_on(&city, &yes, &none).await.unwrap().state, Verdict::Approved);
        }
    })
    .await;
}

#[tokio::test]
async fn a_city_passes_on_the_week_and_the_lock_closes_it() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            let none = Idem::none();
            let (county, city) = (t.ctx(county_admin()), t.ctx(city_admin()));
            let r = service::submit(&county, &week("2021-W26"), &none).await.unwrap();
            let up =
                PassOnInput { division: World::CITY.to_string(), period: "2021-W26".into(), although_missing: true };
            // Submitted but not approved is missing too.
            let Err(Error::Rule { args, .. }) =
                pass_on(&city, &PassOnInput { although_missing: false, ..up.clone() }, &none).await
            else {
                panic!()
            };
            assert_eq!(args[0].1, "2");
            chain::approve(&city, World::COUNTY, r.id, &decision(1, ""), &none).await.unwrap();
            let p = pass_on(&city, &up, &none).await.unwrap();
            assert_eq!(p.missing.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["子城市子二县"]);

            // A snapshot locks what was approved; after that only a correction changes it.
            let ctx = t.system("freeze", &["report.lock"]);
            let permit = ctx.permit::<ReportRow>(zw_access::Action("report.lock")).unwrap();
            let mut tx = ctx.write().await.unwrap();
            let period = Period::parse("2021-W26").unwrap();
            let counties = [World::COUNTY, World::COUNTY2];
            assert_eq!(chain::lock_period(&ctx, &mut tx, &permit, period, &counties).await.unwrap(), 1);
            tx.commit(permit.change(None, "2021-W26")).await.unwrap();
            let now = read::get(&county, World::COUNTY, r.id).await.unwrap();
            assert_eq!(now.report.state, ReportState::Locked);
            assert!(now.may_amend && !now.may_write);
            let v = now.report.version;
            let input = ReportInput { version: v, ..week("2021-W26") };
            assert_eq!(rule(service::submit(&county, &input, &none).await), "report-locked");
            assert!(matches!(service::amend(&county, &input, &none).await, Err(Error::Invalid(_))));
            fake.set("posted_workers", of_county(World::COUNTY), 6);
            let input = ReportInput { amend_note: "一人重复登记".into(), ..input };
            let fixed = service::amend(&county, &input, &none).await.unwrap();
            assert_eq!((fixed.state, fixed.version), (ReportState::Amended, v + 1));
            let page = read::get(&city, World::COUNTY, r.id).await.unwrap();
            assert!(page.may_approve, "the tier above approves a correction too");
            assert_eq!(page.history.last().unwrap().reason.as_deref(), Some("一人重复登记"));
            let workers: Vec<_> =
                page.history.iter().flat_map(|e| &e.cells).filter(|c| c.0 == "posted_workers").map(|c| c.1).collect();
            assert_eq!(workers, [7, 6]);
        }
    })
    .await;
}

#[tokio::test]
async fn every_act_is_audited_and_the_chain_verifies() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let r = service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            chain::approve(&t.ctx(city_admin()), World::COUNTY, r.id, &decision(1, ""), &Idem::none()).await.unwrap();
            let mut c = t.app.db.read().await.unwrap();
            let rows: Vec<(String, String)> =
                c.all(zw_db::sql("SELECT action,record_id FROM audit_event ORDER BY ts_us,seq")).await.unwrap();
            let want = [policy::SUBMIT_COUNTY, policy::REVIEW_COUNTY].map(|a| (a.0.to_owned(), r.id.to_string()));
            assert_eq!(rows, want);
            let report = zw_access::audit::verify(&mut c, &t.app.vault).await.unwrap();
            assert_eq!(report.exit_code(), 0, "{}", report.words());
        }
    })
    .await;
}
