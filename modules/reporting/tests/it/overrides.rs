//! What may be overridden, how it is seen above, and that nobody confirms numbers that they did not see.

use crate::fixture::*;
use std::sync::Arc;
use zw_core::{Error, Result};
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::figure::out::DiffersWhy;
use zw_reporting::figure::service::{FigureQuery, figure};
use zw_reporting::pass_on::service::{PassOnInput, pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::model::{OverrideInput, ReportState};
use zw_reporting::report::out::{DraftOut, ReportOut};
use zw_reporting::report::service::{self, ReportInput, ReportQuery};
use zw_testkit::{World, on_both};
use zw_web::Idem;

fn over(key: &str, value: &str) -> OverrideInput {
    OverrideInput { key: key.into(), value: value.into(), reason: "纸上记录".into() }
}
/// Fields with the codes of what is wrong and the arguments.
fn wrong(r: Result<ReportOut>) -> Vec<String> {
    let Err(Error::Invalid(e)) = r else { panic!("not refused: {r:?}") };
    let words = |f: &zw_core::FieldError| {
        let args = f.args.iter().map(|a| a.1.as_str());
        [f.field.as_str(), f.code.as_str()].into_iter().chain(args).collect::<Vec<_>>().join(" ")
    };
    e.0.iter().map(words).collect()
}
fn asked(period: &str) -> ReportQuery {
    ReportQuery { period: period.into(), county: World::COUNTY.to_string(), unit: None }
}
fn may(d: &DraftOut) -> Vec<&str> {
    d.groups.iter().flat_map(|g| &g.cells).filter(|c| c.may_override).map(|c| c.key.as_str()).collect()
}

#[tokio::test]
async fn what_is_counted_from_registers_is_not_typed_over() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let (county, station) = (t.ctx(county_admin()), t.ctx(head(STATION)));
            let typed = |list: &[&str]| list.iter().map(|k| over(k, "9")).collect::<Vec<_>>();
            let keys = ["posted_workers", "certified_workers", "townships_counted", "stations_built_new"];
            let input = ReportInput { overrides: typed(&keys), ..week("2021-W26") };
            let want: Vec<String> = keys.iter().map(|k| format!("ov-{k} override-not-here")).collect();
            assert_eq!(wrong(service::submit(&county, &input, &Idem::none()).await), want);
            // A draft neither.
            assert_eq!(wrong(service::save(&county, &input, &Idem::none()).await), want);
            let input = ReportInput { overrides: typed(&["M04"]), ..month("2021-06", STATION) };
            assert_eq!(wrong(service::submit(&station, &input, &Idem::none()).await), ["ov-M04 override-not-here"]);
            // What was counted, sent back as it is, is no override.
            let same = ReportInput { overrides: vec![over("posted_workers", "7")], ..week("2021-W26") };
            service::submit(&county, &same, &Idem::none()).await.unwrap();
            assert!(may(&service::draft(&county, &asked("2021-W25")).await.unwrap()).is_empty());
            let q = ReportQuery { unit: Some(STATION.to_string()), ..asked("2021-06") };
            assert_eq!(may(&service::draft(&station, &q).await.unwrap()), ["M06", "M07"]);
        }
    })
    .await;
}

#[tokio::test]
async fn an_accepted_override_is_seen_as_one_above() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            fake.set("M07", of_county(World::COUNTY), 31);
            t.at(2021, 7, 5, 9);
            let none = Idem::none();
            let input = ReportInput { overrides: vec![over("M07", "33")], ..month("2021-06", STATION) };
            let r = service::submit(&t.ctx(head(STATION)), &input, &none).await.unwrap();
            let county = t.ctx(county_admin());
            let marks = |b: zw_reporting::board::model::Board| {
                let figures = b.rows.into_iter().flat_map(|r| r.figures).chain(b.totals);
                figures.filter(|f| f.overridden).map(|f| (f.key, f.confirmed)).collect::<Vec<_>>()
            };
            let on = |area: zw_core::DivisionId| BoardQuery {
                period: Some("2021-06".into()),
                area: Some(area.0),
                ..BoardQuery::default()
            };
            assert!(marks(board(&county, &on(World::COUNTY)).await.unwrap()).is_empty(), "not accepted yet");
            let accept = ReviewInput { version: 1, accept_overrides: true, ..ReviewInput::default() };
            chain::approve(&county, World::COUNTY, r.id, &accept, &none).await.unwrap();
            let up =
                PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
            pass_on(&county, &up, &none).await.unwrap();
            let city = t.ctx(city_admin());
            // In the row of the station or county, and in the sum.
            for (ctx, area) in [(&county, World::COUNTY), (&city, World::CITY)] {
                let m07 = ("M07".to_owned(), Some(33));
                assert_eq!(marks(board(ctx, &on(area)).await.unwrap()), [m07.clone(), m07], "{area}");
            }
            let june = FigureQuery {
                area: Some(World::CITY.to_string()),
                from: Some("2021-06-01".into()),
                to: Some("2021-06-30".into()),
                ..FigureQuery::default()
            };
            let differs = || async { figure(&city, "M07", &june).await.unwrap().confirmed.unwrap().differs };
            let [d] = differs().await.try_into().unwrap();
            assert_eq!((d.confirmed, d.live, d.why), (Some(33), 31, vec![DiffersWhy::Overridden]));
            assert_eq!(d.overridden, ["纸上记录"]);
            // A visit recorded afterwards is a reason of its own.
            fake.set("M07", of_county(World::COUNTY), 32);
            let [d] = differs().await.try_into().unwrap();
            assert_eq!(d.why, [DiffersWhy::Changed, DiffersWhy::Overridden]);
            let path = format!("/figures/M07?area={}&from=2021-06-01&to=2021-06-30", World::CITY);
            let html = t.client(city_admin()).get(&path).await.text();
            assert!(html.contains("有改报（改报原因：纸上记录）"), "{html}");
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_confirms_numbers_that_they_did_not_see() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let ctx = t.ctx(county_admin());
            let bad = ReportInput { seen: "posted_workers".into(), ..week("2021-W25") };
            assert_eq!(wrong(service::submit(&ctx, &bad, &Idem::none()).await), ["seen format"]);
            // Who sends nothing back confirms what is counted on arrival.
            assert!(service::submit(&ctx, &week("2021-W25"), &Idem::none()).await.is_ok());
            let seen = || async { service::draft(&ctx, &asked("2021-W26")).await.unwrap().seen };
            let before = seen().await;
            assert!(before.contains("posted_workers=7") && before.contains("stations_built=2"), "{before}");
            fake.set("posted_workers", of_county(World::COUNTY), 9);
            let input = ReportInput { seen: before, ..week("2021-W26") };
            let want = ["seen-posted_workers changed-since-shown 7 9"];
            assert_eq!(wrong(service::submit(&ctx, &input, &Idem::none()).await), want);
            // "No change" is refused with the same words, not with the count of changes since the last week.
            let nil = ReportInput { no_change: true, ..input.clone() };
            assert_eq!(wrong(service::submit(&ctx, &nil, &Idem::none()).await), want);
            // A draft confirms nothing.
            assert_eq!(service::save(&ctx, &input, &Idem::none()).await.unwrap().version, 1);
            let input = ReportInput { seen: seen().await, version: 1, ..input };
            let key = || Idem::new(Some("k1".into()), &input);
            let r = service::submit(&ctx, &input, &key()).await.unwrap();
            assert_eq!((r.state, r.version), (ReportState::Submitted, 2));
            // The same form once more has its answer, whatever was recorded meanwhile.
            fake.set("posted_workers", of_county(World::COUNTY), 10);
            assert_eq!(service::submit(&ctx, &input, &key()).await.unwrap().version, 2);
        }
    })
    .await;
}

#[tokio::test]
async fn the_form_shows_the_new_numbers_and_the_next_press_confirms_them() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let county = t.client(county_admin());
            let id = World::COUNTY.to_string();
            let seen = |html: &str| {
                let at = html.split("name=\"seen\" value=\"").nth(1).unwrap();
                at.split('"').next().unwrap().to_owned()
            };
            let old = seen(&county.get(&format!("/reports/edit?period=2021-W26&county={id}")).await.text());
            fake.set("posted_workers", of_county(World::COUNTY), 9);
            let fields = |seen: &str| {
                [("period", "2021-W26"), ("county", &id), ("version", "0"), ("problems", "写好了"), ("seen", seen)]
                    .map(|(k, v)| (k.to_owned(), v.to_owned()))
            };
            let send = |seen: String| {
                let (county, fields) = (&county, fields(&seen));
                async move {
                    let pairs: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
                    county.post("/reports/edit", &pairs).await
                }
            };
            let r = send(old).await;
            let html = r.text();
            assert_eq!(r.status, 422, "{html}");
            assert!(html.contains("打开表单时是 7，现在是 9") && html.contains("写好了"), "{html}");
            assert!(html.contains("#f-seen-posted_workers") && html.contains("id=\"f-seen-posted_workers\""), "{html}");
            let new = seen(&html);
            assert!(new.contains("posted_workers=9"), "{new}");
            assert_eq!(send(new).await.status, 303);
        }
    })
    .await;
}
