//! Counties that lie in a city and report straight to the province (setting `reporting.direct`).

use crate::fixture::*;
use std::sync::Arc;
use zw_access::Role;
use zw_core::Error;
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::direct::Chain;
use zw_reporting::pass_on::service::{PassOnInput, PassOnReview, pass_on, review_pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::service;
use zw_reporting::report_today_section;
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

fn of(period: &str, area: zw_core::DivisionId) -> BoardQuery {
    BoardQuery { kind: None, period: Some(period.into()), area: Some(area.0) }
}

fn past_the_city(t: &TestApp, codes: &str) {
    t.app.set_settings((*t.app.settings()).clone().with("reporting.direct", codes.into()));
}

fn approval(version: i64) -> ReviewInput {
    ReviewInput { version, ..ReviewInput::default() }
}

#[tokio::test]
async fn the_province_decides_about_a_direct_county_and_its_city_does_not() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            // 子一县 reports straight to the province although it lies in 子城市.
            past_the_city(&t, r#"["980101000000"]"#);
            // It has one name from now on, on pages as in the papers of the chain.
            let name = |id| t.app.tree().as_of(t.app.clock.today()).path_name(id);
            assert_eq!(name(World::COUNTY), "子城市子一县");
            assert!(zw_reporting::direct::name_apart(&t.app) && !zw_reporting::direct::name_apart(&t.app));
            assert_eq!((name(World::COUNTY), name(World::TOWN)), ("子一县".into(), "子一县东街街道".into()));
            assert_eq!(name(World::COUNTY2), "子城市子二县");
            let chain = Chain::on(&t.ctx(prov_admin()), t.app.clock.today());
            assert_eq!(chain.path_name(World::TOWN), name(World::TOWN));
            t.at(2021, 7, 5, 9);
            let r = service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();

            // Boards: the city's has the other county alone; the province's groups it under no city.
            let (city, province) = (t.ctx(city_admin()), t.ctx(prov_admin()));
            let b = board(&city, &of("2021-W26", World::CITY)).await.unwrap();
            assert_eq!(b.rows.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["子二县"]);
            assert_eq!(b.counts.due, 1);
            let b = board(&province, &of("2021-W26", World::PROVINCE)).await.unwrap();
            let groups: Vec<_> = b.rows.iter().map(|r| (r.name.as_str(), r.group.as_str())).collect();
            assert_eq!(groups, [("子一县", ""), ("子二县", "子城市"), ("丑一县", "丑城市")]);

            // What waits, and who decides.
            assert!(report_today_section(&city).await.unwrap().waiting.is_empty());
            assert_eq!(report_today_section(&province).await.unwrap().waiting.len(), 1);
            let by_city = chain::approve(&city, World::COUNTY, r.id, &approval(1), &Idem::none()).await;
            assert!(matches!(by_city, Err(Error::Forbidden)), "{by_city:?}");
            chain::approve(&province, World::COUNTY, r.id, &approval(1), &Idem::none()).await.unwrap();

            // The city passes its own on: the direct county is neither missing nor rolled up with it.
            let input = |division: zw_core::DivisionId, period: &str, although| PassOnInput {
                division: division.to_string(),
                period: period.into(),
                although_missing: although,
            };
            let refused = pass_on(&city, &input(World::CITY, "2021-W26", false), &Idem::none()).await;
            let Err(Error::Rule { code: "pass-on-missing", args }) = refused else { panic!("{refused:?}") };
            let names = args.iter().find(|(k, _)| k.as_str() == "names").unwrap();
            assert_eq!(names.1, "子城市子二县");
            let p = pass_on(&city, &input(World::CITY, "2021-W26", true), &Idem::none()).await.unwrap();
            assert_eq!(p.missing.iter().map(|m| m.division).collect::<Vec<_>>(), [World::COUNTY2]);
            let stands = board(&province, &of("2021-W26", World::COUNTY)).await.unwrap();
            assert_eq!(stands.rows[0].state.unwrap().to_string(), "approved");

            // Its stations' month goes to the province too.
            let month = input(World::COUNTY, "2021-06", true);
            let p = pass_on(&t.ctx(county_admin()), &month, &Idem::none()).await.unwrap();
            let decide = PassOnReview {
                division: World::COUNTY.to_string(),
                period: "2021-06".into(),
                version: p.version,
                approve: true,
                reason: String::new(),
            };
            assert!(matches!(review_pass_on(&city, &decide, &Idem::none()).await, Err(Error::Forbidden)));
            assert!(!board(&city, &of("2021-06", World::COUNTY)).await.unwrap().may_review);
            assert!(board(&province, &of("2021-06", World::COUNTY)).await.unwrap().may_review);
            review_pass_on(&province, &decide, &Idem::none()).await.unwrap();

            // All counties of a city at once: it has nothing of its own to pass on.
            past_the_city(&t, r#"["980200000000"]"#);
            let other = t.ctx(actor(Role::CityAdmin, World::CITY2));
            let owed = report_today_section(&other).await.unwrap().owed;
            assert!(owed.iter().all(|o| !o.pass_on), "{owed:?}");
            let nothing = pass_on(&other, &input(World::CITY2, "2021-W26", true), &Idem::none()).await;
            assert!(matches!(nothing, Err(Error::NotFound)), "{nothing:?}");
            // Without the entry the chain is the map's again.
            past_the_city(&t, "[]");
            let b = board(&city, &of("2021-W26", World::CITY)).await.unwrap();
            assert_eq!(b.rows.len(), 2);
        }
    })
    .await;
}
