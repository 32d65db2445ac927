//! 期限未知: the holidays of a year are not there yet (domain.md section 7).

use crate::fixture::*;
use std::sync::Arc;
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_indicators::{Area, Measures};
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::pass_on::service::{PassOnInput, pass_on};
use zw_reporting::report::derive;
use zw_reporting::report::service::{self, ReportQuery};
use zw_reporting::{report_today_section, ticks};
use zw_testkit::{TestApp, TestParts, World, on_both};
use zw_web::Idem;

/// Enough of a year to make it known: its 1 January and its 1 October.
const Y2022: &str = "2022-01-01,off,元旦,test,no\n2022-10-01,off,国庆节,test,no\n";
const WEEK: &str = "2021-W52";

fn of(period: &str, area: zw_core::DivisionId) -> BoardQuery {
    BoardQuery { kind: None, period: Some(period.into()), area: Some(area.0) }
}

/// Reports due and on time of a week in COUNTY, as the measures count them.
async fn rated(t: &TestApp) -> (i64, i64) {
    let measures = t.app.ext::<Measures>().unwrap();
    let span = derive::span(Period::parse(WEEK).unwrap());
    zw_indicators::cells::rebuild(&t.app, &measures, span, true).await.unwrap();
    let mut c = t.app.db.read().await.unwrap();
    let area = Area::County(World::COUNTY);
    let of = |m: &std::collections::HashMap<&'static str, i64>, k: &str| m.get(k).copied().unwrap();
    let found = measures.count(&mut c, &t.app.tree(), &["reports_due", "reports_on_time"], &area, span).await.unwrap();
    let found = found.into_iter().collect();
    (of(&found, "reports_due"), of(&found, "reports_on_time"))
}

#[tokio::test]
async fn a_period_without_holidays_is_open_and_nobody_is_late() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2022, 1, 3, 9);
            let county = t.ctx(county_admin());
            let q = ReportQuery { period: WEEK.into(), county: World::COUNTY.to_string(), unit: None };
            let d = service::draft(&county, &q).await.unwrap();
            assert_eq!((d.due_at, d.due_unknown, d.timeliness), (None, Some(2022), Timeliness::Unknown));
            assert_eq!(d.refusal, None, "the period is open");
            let r = service::submit(&county, &week(WEEK), &Idem::none()).await.unwrap();
            assert_eq!((r.due_at, r.due_unknown, r.timeliness), (None, Some(2022), Timeliness::Unknown));
            let june =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-12".into(), although_missing: true };
            assert_eq!(pass_on(&county, &june, &Idem::none()).await.unwrap().timeliness, None);

            // Two months later still nobody is late: on boards, home pages, in figures.
            t.at(2022, 3, 1, 9);
            let b = board(&t.ctx(prov_admin()), &of(WEEK, World::PROVINCE)).await.unwrap();
            assert_eq!((b.counts.due, b.counts.unknown, b.counts.late, b.counts.missing), (3, 3, 0, 0));
            assert_eq!((b.due_at, b.due_unknown, b.counts.rated()), (None, Some(2022), 0));
            assert!(b.rows.iter().all(|r| r.timeliness == Timeliness::Unknown));
            let owed = report_today_section(&t.ctx(head(STATION))).await.unwrap().owed;
            assert!(owed.iter().any(|o| o.period == "2022-02" && o.due_unknown == Some(2022)), "{owed:?}");
            assert!(owed.iter().all(|o| o.timeliness == Timeliness::Unknown), "{owed:?}");
            assert_eq!(rated(&t).await, (0, 0));
            assert_eq!(ticks::stamp(&t.app).await.unwrap(), 0, "nothing can be stamped yet");

            // Said on the pages, in both languages, and by the API.
            let reader = t.client(prov_admin());
            let page = format!("/board?period={WEEK}&area={}", World::PROVINCE);
            let html = reader.get(&page).await.text();
            assert!(html.contains("期限未知：2022 年的节假日安排还没有导入"), "{html}");
            let html = reader.get_in("en", &page).await.text();
            assert!(html.contains("Deadline unknown: the holidays of 2022"), "{html}");
            assert!(t.client(head(STATION)).get("/reports").await.text().contains("期限未知：2022"));
            let json = reader.get(&format!("/api/v1/board?period={WEEK}&area={}", World::PROVINCE)).await.text();
            assert!(json.contains("\"due_unknown\":2022") && json.contains("\"unknown\":3"), "{json}");

            // The year comes into the holiday file and the program is started again.
            let told = t.twin(TestParts { holidays: Y2022, ..parts(&fake)() }).await;
            told.at(2022, 3, 1, 9);
            let b = board(&told.ctx(prov_admin()), &of(WEEK, World::PROVINCE)).await.unwrap();
            assert_eq!((b.due_unknown, b.counts.on_time, b.counts.missing, b.counts.unknown), (None, 1, 2, 0));
            assert_eq!(b.due_at.unwrap().minute_cn(), "2022-01-03 12:00");
            assert_eq!(ticks::stamp(&told.app).await.unwrap(), 2, "the report and what was passed on");
            assert_eq!(ticks::stamp(&told.app).await.unwrap(), 0);
            // The week of the county, and the December of its two stations, which nobody has sent.
            assert_eq!(rated(&told).await, (3, 1));
            let b = board(&told.ctx(county_admin()), &of("2021-12", World::COUNTY)).await.unwrap();
            assert_eq!(b.passed_on.unwrap().timeliness, Some(Timeliness::OnTime));
        }
    })
    .await;
}
