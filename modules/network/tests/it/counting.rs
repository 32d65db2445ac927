//! Which divisions count: an import leaves it as it is, the province decides.

use crate::support::{at, cli, county_admin, day, fields, parts};
use serde_json::json;
use zw_access::{Ctx, Role};
use zw_core::tree::DivisionKind;
use zw_core::{DivisionId, Error, Result};
use zw_network::model::division::{CountInput, DivisionQuery};
use zw_network::service::divisions;
use zw_network::views::divisions::import_words;
use zw_testkit::{TestApp, World, actor, on_both};
use zw_ui::Lang;
use zw_web::Idem;

/// The shipped file once more after a first import with further exclusions: nothing changes unasked.
#[tokio::test]
async fn an_import_leaves_the_denominators_as_they_are() {
    on_both(parts, |app| async move {
        let ctx = cli(&app);
        let head = "code,name,level,parent_code\n360000000000,江西省,province,\n360100000000,南昌市,city,360000000000\n360102000000,东湖区,county,360100000000\n";
        let town = |n: i64, name: &str| format!("36010200{n}000,{name},township,360102000000\n");
        let one = format!("{head}{}{}", town(1, "甲街道"), town(2, "乙街道"));
        let exclusions = "code,reason\n360102002000,demo_assumption\n";
        let how = zw_network::Import { exclusions, ..zw_network::Import::default() };
        let r = zw_network::import_divisions_with(&ctx, one.as_bytes(), how).await.unwrap();
        let towns = |r: &zw_network::ImportReport| {
            let l = r.levels.iter().find(|l| l.kind == DivisionKind::Township).unwrap();
            (l.divisions, l.counted_before, l.counted)
        };
        assert_eq!(towns(&r), (2, 0, 1));
        // By the list that the program ships the second would be counted; a third comes with the file.
        let r = zw_network::import_divisions(&ctx, one.as_bytes(), None).await.unwrap();
        assert_eq!((towns(&r), r.changed, r.unchanged), ((2, 1, 1), 0, 5));
        assert_eq!(r.kept, ["南昌市东湖区乙街道"]);
        let two = format!("{one}{}{}", town(3, "丙街道"), town(4, "丁农场"));
        let r = zw_network::import_divisions(&ctx, two.as_bytes(), None).await.unwrap();
        assert_eq!((towns(&r), r.added), ((4, 1, 2), 2));
        let told = import_words(Lang::En, &r);
        assert!(told.contains("Township: 4 divisions, 2 in denominators (before: 1)"), "{told}");
        assert!(told.contains("In or out of the denominators as they were (1): 南昌市东湖区乙街道"), "{told}");
    })
    .await;
}

fn input(counted: &str, why: &str) -> CountInput {
    CountInput { counted: counted.into(), why: why.into(), ..CountInput::default() }
}

async fn count(ctx: &Ctx, division: DivisionId, counted: &str, why: &str) -> Result<()> {
    divisions::count(ctx, division, &input(counted, why), &Idem::none()).await
}

fn towns(app: &TestApp, on: i64) -> usize {
    app.app.tree().as_of(day(on)).counted(DivisionKind::Township, World::COUNTY).len()
}

fn rule<T: std::fmt::Debug>(r: Result<T>) -> String {
    match r {
        Err(Error::Rule { code, .. }) => code.to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_province_decides_from_today_with_a_reason() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(actor(Role::ProvAdmin, World::PROVINCE));
        for role in [Role::CityAdmin, Role::CountyAdmin, Role::SysAdmin] {
            let r = count(&app.ctx(actor(role, World::COUNTY)), World::TOWN2, "out", "撤并").await;
            assert!(matches!(r, Err(Error::Forbidden)), "{role}: {r:?}");
        }
        for gone in [World::OTHER_TOWN, DivisionId(9_999_999)] {
            assert!(matches!(count(&ctx, gone, "out", "撤并").await, Err(Error::NotFound)));
        }
        assert_eq!(fields(count(&ctx, World::TOWN2, "out", " ").await), [at("why", "required")]);
        assert_eq!(
            fields(count(&ctx, World::TOWN2, "maybe", "").await),
            [at("counted", "unknown-code"), at("why", "required")]
        );
        assert_eq!(rule(count(&ctx, World::TOWN2, "in", "x").await), "count-in-already");
        assert_eq!(towns(&app, 20210708), 3);

        count(&ctx, World::TOWN2, "out", "整体搬迁，不再建站").await.unwrap();
        assert_eq!((towns(&app, 20210707), towns(&app, 20210708)), (3, 2), "what was reported stays");
        assert_eq!(rule(count(&ctx, World::TOWN2, "out", "x").await), "count-out-already");
        // The county goes out as a whole and comes back: the township stays out by its own decision.
        count(&ctx, World::COUNTY, "out", "试点").await.unwrap();
        assert_eq!(towns(&app, 20210708), 0);
        assert_eq!(rule(count(&ctx, World::TOWN, "in", "x").await), "count-above-out");
        count(&ctx, World::COUNTY, "in", "试点结束").await.unwrap();
        assert_eq!(towns(&app, 20210708), 2);
        app.at(2021, 7, 10, 9);
        let ctx = app.ctx(actor(Role::ProvAdmin, World::PROVINCE));
        count(&ctx, World::TOWN2, "in", "恢复建站").await.unwrap();
        assert_eq!((towns(&app, 20210709), towns(&app, 20210710)), (2, 3));
        let q = DivisionQuery { area: Some(World::TOWN2.0), as_of: None };
        let file = divisions::browse(&ctx, &q).await.unwrap();
        let said: Vec<_> = file.decisions.iter().map(|d| (d.counted, d.why.as_str())).collect();
        assert_eq!(said, [(true, "恢复建站"), (false, "整体搬迁，不再建站")]);
        let stood: Vec<_> = file.versions.iter().map(|v| (v.counted, v.exclusion.as_deref())).collect();
        assert_eq!(stood, [(true, None), (false, Some("decided")), (true, None)]);
        // Other processes learn of it as of an import.
        let number = divisions::tree_version(&mut app.app.db.read().await.unwrap()).await.unwrap();
        assert_eq!((number, app.app.tree().import()), (4, 4));
    })
    .await;
}

#[tokio::test]
async fn page_and_api_have_the_form_for_whom_it_is() {
    on_both(parts, |app| async move {
        let province = app.client(actor(Role::ProvAdmin, World::PROVINCE));
        let county = app.client(county_admin());
        let path = "/divisions?area=1001";
        assert!(!county.get(path).await.text().contains("/divisions/1001/count"));
        let page = province.get(path).await.text();
        assert!(page.contains("action=\"/divisions/1001/count\"") && page.contains("移出分母"), "{page}");
        // Not from the map of another day, and not of a city.
        for path in ["/divisions?area=1001&as_of=2021-07-01", "/divisions?area=10", "/divisions"] {
            assert!(!province.get(path).await.text().contains("/count\""), "{path}");
        }
        let refused = province.post("/divisions/1001/count", &[("counted", "out"), ("why", "")]).await;
        assert!(refused.status == 422 && refused.text().contains("移出分母"), "{}", refused.text());
        let form = [("counted", "out"), ("why", "整体搬迁"), ("document", "省民〔2021〕3号")];
        assert_eq!(county.post("/divisions/1001/count", &form).await.status, 403);
        assert_eq!(province.post("/divisions/1001/count", &form).await.status, 303);
        let page = province.get(path).await.text();
        for text in ["省级决定不计入", "整体搬迁", "省民〔2021〕3号", "计入分母"] {
            assert!(page.contains(text), "{text} in {page}");
        }
        let api = "/api/v1/divisions/1001/count";
        let again = province.post_json(api, &json!({"counted": "out", "why": "x"})).await;
        assert!(again.status.is_client_error() && again.json()["code"] == "count-out-already", "{}", again.text());
        let bad = province.post_json(api, &json!({"counted": "in", "why": ""})).await;
        assert_eq!((bad.status.as_u16(), &bad.json()["errors"][0]["field"]), (422, &json!("why")));
        let done = province.post_json(api, &json!({"counted": "in", "why": "恢复"})).await.json();
        // Both decisions are of one instant here: which of them stands first is nothing to ask.
        assert_eq!(done["division"]["counted"], json!(true), "{done}");
        let why = |d: &serde_json::Value| d["why"].as_str().map(str::to_owned);
        let mut whys: Vec<_> = done["decisions"].as_array().unwrap().iter().filter_map(why).collect();
        whys.sort();
        assert_eq!(whys, ["恢复", "整体搬迁"]);
        assert_eq!(county.post_json(api, &json!({"counted": "out", "why": "x"})).await.status, 403);
    })
    .await;
}
