//! The first page of who receives what is passed on: who has not yet.

use crate::fixture::*;
use std::sync::Arc;
use zw_access::Role;
use zw_core::deadline::Timeliness;
use zw_reporting::pass_on::service::{PassOnInput, PassOnReview, pass_on, review_pass_on};
use zw_reporting::report_today_section;
use zw_testkit::{TestApp, World, actor, on_both};
use zw_ui::Lang;
use zw_web::Idem;

fn up(division: zw_core::DivisionId, period: &str) -> PassOnInput {
    PassOnInput { division: division.to_string(), period: period.into(), although_missing: true }
}

/// Period, names of who has not passed on, of how many.
async fn open(t: &TestApp, who: zw_access::Actor) -> Vec<(String, Vec<String>, i64)> {
    let list = report_today_section(&t.ctx(who)).await.unwrap().unpassed;
    list.into_iter().map(|u| (u.period, u.divisions.into_iter().map(|d| d.name).collect(), u.of)).collect()
}

fn said(period: &str, names: &[&str], of: i64) -> (String, Vec<String>, i64) {
    (period.into(), names.iter().map(|n| (*n).to_owned()).collect(), of)
}

#[tokio::test]
async fn the_province_sees_which_cities_have_not_passed_on() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            // Stations stand in 子一县 alone, so 子城市 alone owes a month; every city owes its week.
            let none = Idem::none();
            let month = said("2021-06", &["子城市"], 1);
            assert_eq!(open(&t, prov_admin()).await, [said("2021-W26", &["子城市", "丑城市"], 2), month.clone()]);
            assert_eq!(open(&t, city_admin()).await, [said("2021-06", &["子城市子一县"], 1)]);
            assert!(open(&t, county_admin()).await.is_empty(), "stations are on the county's own board");
            assert!(open(&t, actor(Role::ProvAdmin, World::OTHER_PROVINCE)).await.iter().all(|u| u.2 == 1));

            pass_on(&t.ctx(city_admin()), &up(World::CITY, "2021-W26"), &none).await.unwrap();
            assert_eq!(open(&t, prov_admin()).await, [said("2021-W26", &["丑城市"], 2), month.clone()]);
            pass_on(&t.ctx(county_admin()), &up(World::COUNTY, "2021-06"), &none).await.unwrap();
            assert!(open(&t, city_admin()).await.is_empty());
            // What is given back is not passed on, and says so.
            let p = pass_on(&t.ctx(city_admin()), &up(World::CITY, "2021-06"), &none).await.unwrap();
            assert_eq!(open(&t, prov_admin()).await.len(), 1);
            let no = PassOnReview {
                division: World::CITY.to_string(),
                period: "2021-06".into(),
                version: p.version,
                approve: false,
                reason: "口径不对".into(),
            };
            review_pass_on(&t.ctx(prov_admin()), &no, &none).await.unwrap();
            let today = report_today_section(&t.ctx(prov_admin())).await.unwrap();
            let back = today.unpassed.iter().find(|u| u.period == "2021-06").unwrap();
            assert!(back.divisions[0].returned && back.due_at.is_some());
            assert!(matches!(back.timeliness, Timeliness::NotDue | Timeliness::Late | Timeliness::Missing));
            let page = zw_reporting::today_section(&t.ctx(prov_admin()), Lang::ZhCn).await.unwrap().unwrap();
            let page = page.into_string();
            for want in ["下级尚未汇总上报", "丑城市", "/board?period=2021-W26", "应上报 2 个，尚有 1 个未上报", "退回"]
            {
                assert!(page.contains(want), "{want}: {page}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_county_past_its_city_stands_with_the_province_alone() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let direct = r#"["980101000000"]"#.to_owned();
            t.app.set_settings((*t.app.settings()).clone().with("reporting.direct", direct));
            assert_eq!(
                open(&t, prov_admin()).await,
                [said("2021-W26", &["子城市", "丑城市"], 2), said("2021-06", &["子一县"], 1)]
            );
            assert!(open(&t, city_admin()).await.is_empty());
            // A cycle that is switched off is nobody's to pass on.
            t.app.set_settings((*t.app.settings()).clone().with("reporting.cycle", r#"{"week":false}"#.to_owned()));
            assert!(open(&t, prov_admin()).await.iter().all(|u| u.0 != "2021-W26"));
        }
    })
    .await;
}
