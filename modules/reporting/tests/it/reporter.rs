//! Drafts, submission, refusals, overrides, conflicts, idempotency, measures.

use crate::fixture::*;
use std::sync::Arc;
use zw_core::deadline::Timeliness;
use zw_core::{Day, Error, PageReq, UnitId};
use zw_indicators::{Area, Measures, Span, cells, indicator};
use zw_reporting::report::chain::{self, ExemptInput};
use zw_reporting::report::model::{OverrideInput, ReportState};
use zw_reporting::report::out::{CellOut, ReportOut};
use zw_reporting::report::read::{self, ListQuery};
use zw_reporting::report::service::{self, ReportInput, ReportQuery};
use zw_testkit::{World, on_both};
use zw_web::Idem;

fn cell<'a>(r: &'a ReportOut, key: &str) -> &'a CellOut {
    r.groups.iter().flat_map(|g| &g.cells).find(|c| c.key == key).unwrap()
}
fn over(key: &str, value: &str, reason: &str) -> OverrideInput {
    OverrideInput { key: key.into(), value: value.into(), reason: reason.into() }
}

#[tokio::test]
async fn the_week_is_filled_from_the_measures_and_frozen() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let ctx = t.ctx(county_admin());
            let q = ReportQuery { period: "2021-W26".into(), county: World::COUNTY.to_string(), unit: None };
            let d = service::draft(&ctx, &q).await.unwrap();
            assert_eq!((d.version, d.id, d.refusal, d.may_submit), (0, None, None, true));
            // Due Monday 5 July 12:00, grace to the 7th: on the 8th it is missing, and still accepted.
            assert_eq!(d.timeliness, Timeliness::Missing);

            let r = service::submit(&ctx, &week("2021-W26"), &Idem::none()).await.unwrap();
            assert_eq!((r.state, r.version, r.timeliness), (ReportState::Submitted, 1, Timeliness::Missing));
            let measures = t.app.ext::<Measures>().unwrap();
            let mut c = t.app.db.read().await.unwrap();
            let span = Span { from: Day::new(2021, 6, 28).unwrap(), to: Day::new(2021, 7, 4).unwrap() };
            let keys = ["townships_counted", "stations_built", "posted_workers", "three_ready"];
            let want = measures.count(&mut c, &t.app.tree(), &keys, &Area::County(World::COUNTY), span).await.unwrap();
            drop(c);
            for k in keys {
                assert_eq!((cell(&r, k).auto, cell(&r, k).value), (want[k], want[k]), "{k}");
                assert_eq!((cell(&r, k).rule_version.as_str(), cell(&r, k).as_of), ("fake-1", span.to));
            }
            // A late entry changes the live value, never the frozen one; the page shows the difference.
            fake.set("posted_workers", of_county(World::COUNTY), 9);
            let page = read::get(&ctx, World::COUNTY, r.id).await.unwrap();
            assert_eq!(cell(&page.report, "posted_workers").value, 7);
            assert_eq!(page.late_entries.len(), 1);
            assert_eq!((page.late_entries[0].before, page.late_entries[0].now), (Some(7), 9));
            assert!(!page.may_write && page.history.len() == 1);
        }
    })
    .await;
}

#[tokio::test]
async fn refusals_say_what_is_wrong() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let ctx = t.ctx(county_admin());
            let none = Idem::none();
            service::submit(&ctx, &week("2021-W26"), &none).await.unwrap();
            // A second submission of the same week.
            assert_eq!(rule(service::submit(&ctx, &week("2021-W26"), &none).await), "report-already-submitted");
            assert_eq!(rule(service::save(&ctx, &week("2021-W26"), &none).await), "report-already-submitted");
            // A period not open yet, one long closed, one nobody asks for.
            assert_eq!(rule(service::submit(&ctx, &week("2021-W27"), &none).await), "report-not-open-yet");
            assert_eq!(rule(service::submit(&ctx, &week("2021-W01"), &none).await), "report-closed");
            assert!(matches!(service::submit(&ctx, &week("2021-W99"), &none).await, Err(Error::Invalid(_))));
            assert!(matches!(service::submit(&ctx, &week("2021-06"), &none).await, Err(Error::Invalid(_))));
            // A unit outside the reporter's area does not exist for them.
            let foreign = ReportInput { county: World::OTHER_COUNTY.to_string(), ..week("2021-W26") };
            assert!(matches!(service::submit(&ctx, &foreign, &none).await, Err(Error::NotFound)));
            let head = t.ctx(head(STATION));
            for unit in [STATION2, FOREIGN] {
                assert!(matches!(service::submit(&head, &month("2021-06", unit), &none).await, Err(Error::NotFound)));
            }
            // The county does not write its stations' months, a station no week.
            assert!(matches!(service::submit(&ctx, &month("2021-06", STATION), &none).await, Err(Error::Forbidden)));
            assert!(matches!(service::submit(&head, &week("2021-W26"), &none).await, Err(Error::Forbidden)));
            // A station that was not built owes nothing.
            let planned = t.ctx(crate::fixture::head(PLANNED));
            assert_eq!(rule(service::submit(&planned, &month("2021-06", PLANNED), &none).await), "report-not-due");
            // Too long a text, all at once with a bad override.
            let bad = ReportInput {
                highlights: "长".repeat(301),
                overrides: vec![over("M07", "33", "")],
                ..month("2021-06", STATION)
            };
            let Err(Error::Invalid(e)) = service::submit(&head, &bad, &none).await else { panic!() };
            let fields: Vec<_> = e.0.iter().map(|f| f.field.as_str()).collect();
            assert_eq!(fields, ["highlights", "why-M07"]);
        }
    })
    .await;
}

#[tokio::test]
async fn overrides_keep_both_values_and_identities_hold() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let ctx = t.ctx(head(STATION));
            // Of 20 visits at home there are at least 20 visits.
            let bad = ReportInput { overrides: vec![over("M07", "10", "重复录入")], ..month("2021-06", STATION) };
            let Err(Error::Invalid(e)) = service::submit(&ctx, &bad, &Idem::none()).await else { panic!() };
            assert_eq!(e.of("ov-M07").unwrap().code, "identity-whole");
            let good =
                ReportInput { overrides: vec![over("M07", "33", "两次未录入")], ..month("2021-06", STATION) };
            let r = service::submit(&ctx, &good, &Idem::none()).await.unwrap();
            let c = cell(&r, "M07");
            // Until the county accepts it the counted value counts.
            assert_eq!((c.auto, c.over, c.value, c.reason.as_deref()), (31, Some(33), 31, Some("两次未录入")));
        }
    })
    .await;
}

#[tokio::test]
async fn two_editors_conflict_and_a_resent_form_has_one_effect() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let (a, b) = (t.ctx(county_admin()), t.ctx(zw_testkit::actor(zw_access::Role::CenterStaff, World::COUNTY)));
            let first = service::save(&a, &week("2021-W26"), &Idem::none()).await.unwrap();
            assert_eq!((first.state, first.version), (ReportState::Draft, 1));
            // Both had the empty form open.
            let mine = ReportInput { problems: "另一种说法".into(), ..week("2021-W26") };
            let Err(Error::Conflict { current }) = service::save(&b, &mine, &Idem::none()).await else { panic!() };
            assert!(current.contains(&("problems".into(), "两个乡镇场地未落实".into())));
            assert!(current.contains(&("version".into(), "1".into())));
            let again = ReportInput { version: 1, ..mine };
            assert_eq!(service::save(&b, &again, &Idem::none()).await.unwrap().version, 2);
            // The guidance centre saves, the county confirms.
            assert!(matches!(service::submit(&b, &again, &Idem::none()).await, Err(Error::Forbidden)));

            let input = ReportInput { version: 2, ..week("2021-W26") };
            let key = || Idem::new(Some("k1".into()), &input);
            let one = service::submit(&a, &input, &key()).await.unwrap();
            let two = service::submit(&a, &input, &key()).await.unwrap();
            assert_eq!((one.id, one.version, two.version), (two.id, 3, 3));
            let list = read::list(&a, &ListQuery::default(), PageReq::new(None, None)).await.unwrap();
            assert_eq!((list.total, list.items[0].state), (1, ReportState::Submitted));
            assert_eq!(list.items[0].reporter, "子城市子一县");
        }
    })
    .await;
}

#[tokio::test]
async fn no_change_is_one_tap_when_nothing_changed() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let ctx = t.ctx(county_admin());
            let nil =
                |p: &str| ReportInput { no_change: true, problems: String::new(), next_plan: String::new(), ..week(p) };
            service::submit(&ctx, &week("2021-W25"), &Idem::none()).await.unwrap();
            let r = service::submit(&ctx, &nil("2021-W26"), &Idem::none()).await.unwrap();
            assert!(r.no_change && r.texts.is_empty());
            t.at(2021, 7, 12, 9);
            let ctx = t.ctx(county_admin());
            fake.set("stations_built", of_county(World::COUNTY), 3);
            let q = ReportQuery { period: "2021-W27".into(), county: World::COUNTY.to_string(), unit: None };
            let d = service::draft(&ctx, &q).await.unwrap();
            assert_eq!((d.before.as_deref(), d.changes.len(), d.changes[0].now), (Some("2021-W26"), 1, 3));
            assert_eq!(rule(service::submit(&ctx, &nil("2021-W27"), &Idem::none()).await), "report-changed");
            let anyway = ReportInput { anyway: true, ..nil("2021-W27") };
            let r = service::submit(&ctx, &anyway, &Idem::none()).await.unwrap();
            assert_eq!((r.timeliness, cell(&r, "stations_built").value), (Timeliness::OnTime, 3));
        }
    })
    .await;
}

#[tokio::test]
async fn this_modules_own_measures_count_and_their_cells_agree() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            let head1 = t.ctx(head(STATION));
            let input = ReportInput { overrides: vec![over("M07", "33", "x")], ..month("2021-06", STATION) };
            service::submit(&head1, &input, &Idem::none()).await.unwrap();
            service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            let measures = t.app.ext::<Measures>().unwrap();
            let june = Span { from: Day::new(2021, 6, 1).unwrap(), to: Day::new(2021, 6, 30).unwrap() };
            let area = Area::County(World::COUNTY);
            let mut c = t.app.db.read().await.unwrap();
            // June: weeks 22–25 end in it (the county sent none of them), and two stations owe the month. Until its
            // deadline this evening the month of the one that has not sent is in neither part of the rate.
            for (hour, den) in [(9, 5), (19, 6)] {
                t.at(2021, 7, 5, hour);
                let f = indicator::evaluate(&measures, &mut c, &t.app.tree(), &indicator::ON_TIME_RATE, &area, june)
                    .await
                    .unwrap();
                assert_eq!((f.num, f.den), (1, Some(den)), "{hour}");
            }
            let f = indicator::evaluate(&measures, &mut c, &t.app.tree(), &indicator::AUTO_FILLED_SHARE, &area, june)
                .await
                .unwrap();
            assert_eq!((f.num, f.den, f.value.as_str()), (6, Some(7), "85.7"));
            drop(c);
            cells::drain(&t.app, &measures).await.unwrap();
            let span = Span { from: june.from, to: Day::new(2021, 7, 31).unwrap() };
            let proof = cells::rebuild(&t.app, &measures, span, false).await.unwrap();
            assert_eq!(proof.different, 0, "{:?}", proof.first);
            let mut c = t.app.db.read().await.unwrap();
            let by =
                cells::sum_by_county(&mut c, &["reports_on_time", "cells_all"], &[World::COUNTY], span).await.unwrap();
            drop(c);
            // An excuse takes one off the reports due; it is not given to who owes nothing.
            let excuse = |unit: UnitId| ExemptInput {
                period: "2021-06".into(),
                county: World::COUNTY.to_string(),
                unit: Some(unit.to_string()),
                reason: "台风".into(),
            };
            let county = t.ctx(county_admin());
            assert_eq!(rule(chain::exempt(&county, &excuse(PLANNED), &Idem::none()).await), "report-not-due");
            chain::exempt(&county, &excuse(STATION2), &Idem::none()).await.unwrap();
            let mut c = t.app.db.read().await.unwrap();
            let f = indicator::evaluate(&measures, &mut c, &t.app.tree(), &indicator::ON_TIME_RATE, &area, june)
                .await
                .unwrap();
            assert_eq!((f.num, f.den), (1, Some(5)));
            assert_eq!((by[&("reports_on_time", World::COUNTY)], by[&("cells_all", World::COUNTY)]), (2, 7 + 8));
        }
    })
    .await;
}
