//! What a built station serves of the denominators is decided by the county: with reason and document, never back-dated.

use crate::support::{at, county_admin, day, fields, load, parts, prepared, station, unit_id};
use zw_access::Role;
use zw_core::{DivisionId, Error};
use zw_indicators::{Area, Source as _, Span};
use zw_network::NetworkSource;
use zw_network::model::unit::UnitState::{Operating, Suspended};
use zw_network::model::unit::{CoverInput, StateInput};
use zw_network::service::{sheets, units};
use zw_testkit::{TestApp, World, actor, on_both};
use zw_web::Idem;

async fn covered(app: &TestApp, on: i64) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let (area, keys) = (Area::County(World::COUNTY), ["townships_covered"]);
    NetworkSource.count(&mut c, &app.app.tree(), &keys, &area, Span::on(day(on))).await.unwrap()[0].1
}

fn serve(division: DivisionId, from: &str, to: &str) -> CoverInput {
    CoverInput { division: division.to_string(), from: from.into(), to: to.into(), ..CoverInput::default() }
}

fn decided(input: CoverInput) -> CoverInput {
    CoverInput { why: "两镇共用一站".into(), document: "榕民〔2021〕8号".into(), ..input }
}

#[tokio::test]
async fn a_township_is_not_covered_by_the_centre_alone_nor_afterwards() {
    on_both(parts, |app| async move {
        let town = World::TOWN;
        load(&app, &[station(1, World::COUNTY, town, &[(20210101, Operating)], &[(town, 20210101, None)])]).await;
        let (county, centre) = (app.ctx(county_admin()), app.ctx(actor(Role::CenterStaff, World::COUNTY)));
        let id = unit_id(1);
        let begin = serve(World::TOWN2, "2021-06-01", "");
        for input in [begin.clone(), decided(serve(World::TOWN2, "", "")), decided(serve(town, "", "2021-07-08"))] {
            let r = units::cover(&centre, id, &input, &Idem::none()).await;
            assert!(matches!(r, Err(Error::Forbidden)), "{r:?}");
        }
        // The county neither, for days that are over or without saying why and by what.
        assert_eq!(
            fields(units::cover(&county, id, &begin, &Idem::none()).await),
            [at("from", "coverage-back-dated"), at("why", "required"), at("document", "required")]
        );
        let yesterday = decided(serve(World::TOWN2, "2021-07-07", ""));
        assert_eq!(
            fields(units::cover(&county, id, &yesterday, &Idem::none()).await),
            [at("from", "coverage-back-dated")]
        );
        let far = decided(serve(World::TOWN2, "2025-01-01", ""));
        assert_eq!(fields(units::cover(&county, id, &far, &Idem::none()).await), [at("from", "coverage-far")]);
        units::cover(&county, id, &decided(serve(World::TOWN2, "", "")), &Idem::none()).await.unwrap();
        assert_eq!((covered(&app, 20210707).await, covered(&app, 20210708).await), (1, 2));

        // The sheet says by whom, not silently that it is built.
        let sheet = sheets::get(&county, World::TOWN2).await.unwrap();
        let by = sheet.covered_by.unwrap();
        assert_eq!((sheet.built, sheet.accepted_on, by.unit_id, by.from), (true, None, id, day(20210708)));
        let said = "由第1社会工作服务站覆盖（自 2021-07-08，依据：榕民〔2021〕8号；两镇共用一站）";
        let client = app.client(county_admin());
        for page in ["/build-out/100", "/build-out/100/1001"] {
            let page = client.get(page).await.text();
            assert!(page.contains(said), "{page}");
        }
        assert!(sheets::get(&county, town).await.unwrap().covered_by.is_some_and(|b| b.document.is_none()));

        // It ends the same way, and the days until then stay covered.
        let over = decided(serve(World::TOWN2, "", "2021-07-01"));
        assert_eq!(fields(units::cover(&county, id, &over, &Idem::none()).await), [at("to", "coverage-back-dated")]);
        let bare = serve(World::TOWN2, "", "2021-07-20");
        let missing = [at("why", "required"), at("document", "required")];
        assert_eq!(fields(units::cover(&county, id, &bare, &Idem::none()).await), missing);
        units::cover(&county, id, &decided(bare), &Idem::none()).await.unwrap();
        assert_eq!((covered(&app, 20210719).await, covered(&app, 20210720).await), (2, 1));
        let file = units::get(&county, id).await.unwrap();
        let k = file.coverage.iter().find(|k| k.division == World::TOWN2).unwrap();
        assert_eq!(
            (k.document.as_deref(), k.end_document.as_deref()),
            (Some("榕民〔2021〕8号"), Some("榕民〔2021〕8号"))
        );

        // What is in no denominator is the centre's as before.
        units::cover(&centre, id, &serve(World::ZONE, "2021-06-01", ""), &Idem::none()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_pages_ask_whom_they_concern() {
    on_both(parts, |app| async move {
        let town = World::TOWN;
        load(&app, &[station(1, World::COUNTY, town, &[(20210101, Operating)], &[(town, 20210101, None)])]).await;
        let path = format!("/units/{}", unit_id(1));
        let (county, centre) = (app.client(county_admin()), app.client(actor(Role::CenterStaff, World::COUNTY)));
        let page = centre.get(&path).await.text();
        assert!(!page.contains("name=\"document\"") && !page.contains("南山镇"), "{page}");
        let page = county.get(&path).await.text();
        assert!(page.contains("name=\"document\"") && page.contains("不能倒填"), "{page}");
        let cover = format!("{path}/coverage");
        let form = [("division", "1001"), ("from", "2021-07-01"), ("why", "两镇共用一站"), ("document", "")];
        let refused = county.post(&cover, &form).await;
        let text = refused.text();
        assert_eq!(refused.status, 422);
        assert!(text.contains("最早从 2021-07-08 起") && text.contains("value=\"两镇共用一站\""), "{text}");
        let form = [("division", "1000"), ("to", "2021-07-09"), ("why", "合并办公"), ("document", "")];
        let refused = county.post(&cover, &form).await;
        assert!(refused.status == 422 && refused.text().contains("value=\"合并办公\""), "{}", refused.text());
        assert_eq!(centre.post(&cover, &form).await.status, 403);
        // Before a station is built the centre says what it will serve.
        let id = prepared(&app.ctx(county_admin()), World::TOWN2, "2021-05-01").await;
        let sent = centre.post(&format!("/units/{id}/coverage"), &[("division", "1002"), ("from", "2021-06-01")]).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
    })
    .await;
}

/// A suspended station merges into a built one: its township is covered again from today, not from the day of the merger.
#[tokio::test]
async fn a_merger_accepts_nothing_afterwards() {
    on_both(parts, |app| async move {
        let (one, two, c) = (World::TOWN, World::TOWN2, World::COUNTY);
        load(
            &app,
            &[
                station(1, c, one, &[(20210101, Operating)], &[(one, 20210101, None)]),
                station(2, c, two, &[(20210101, Operating), (20210501, Suspended)], &[(two, 20210101, None)]),
            ],
        )
        .await;
        let ctx = app.ctx(county_admin());
        let merge = StateInput {
            state: "merged".into(),
            on: "2021-06-01".into(),
            reason: "两站合一".into(),
            merged_into: unit_id(1).to_string(),
            version: 1,
            ..StateInput::default()
        };
        units::move_to(&ctx, unit_id(2), &merge, &Idem::none()).await.unwrap();
        for (on, n) in [(20210430, 2), (20210601, 1), (20210707, 1), (20210708, 2)] {
            assert_eq!(covered(&app, on).await, n, "{on}");
        }
        let by = sheets::get(&ctx, two).await.unwrap().covered_by.unwrap();
        assert_eq!((by.from, by.why.as_deref()), (day(20210708), Some("两站合一")));
    })
    .await;
}
