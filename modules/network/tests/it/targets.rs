//! Targets: whose may be changed by whom, also when two set the same one at once.

use crate::support::{at, county_admin, fields, meets, parts};
use zw_access::Role;
use zw_core::{Error, Stamp};
use zw_db::sql;
use zw_network::model::plan::{Level, TargetBack, TargetInput};
use zw_network::service::targets::{changes, delete, lines, list, set};
use zw_testkit::{World, actor, actor_of, on_both};
use zw_web::Idem;

fn input(value: &str) -> TargetInput {
    TargetInput {
        division: World::COUNTY.to_string(),
        measure: "townships_covered".into(),
        due_on: "2021-12-31".into(),
        value: value.into(),
        ..TargetInput::default()
    }
}

/// A colleague's target is being written when another of the same level sets one for the same day: the second waits, and is
/// refused.
#[tokio::test]
async fn nobody_overwrites_what_came_between() {
    on_both(parts, |app| async move {
        let mut first = app.app.db.write(Stamp::from_ms(1)).await.unwrap();
        first
            .run(
                sql(
                    "INSERT INTO target(id,division_id,measure,due_on,value,phase,set_by,set_level,created_at) VALUES(",
                )
                .bind(zw_core::Uuid::from_u128(77))
                .lit(",100,'townships_covered',20211231,3,'coverage','县','X',1)"),
            )
            .await
            .unwrap();
        let ctx = app.ctx(county_admin());
        let second = async move { set(&ctx, &input("1"), &Idem::none()).await };
        let second = meets(&app, first, second).await;
        // Where the second waited before it read, it is asked why a target that stands should change.
        let refused = fields(second);
        assert!([at("due_on", "target-once"), at("why", "target-why")].contains(&refused[0]), "{refused:?}");
        let stands = list(&app.ctx(county_admin()), World::COUNTY).await.unwrap();
        assert_eq!(stands.iter().map(|t| t.value).collect::<Vec<_>>(), [3]);
    })
    .await;
}

/// Province, city and county each have a set of their own; whoever reads is judged by the highest of those at or above.
#[tokio::test]
async fn each_level_has_a_set_of_its_own() {
    on_both(parts, |app| async move {
        let ctx = |role, area| app.ctx(actor(role, area));
        let province = ctx(Role::ProvAdmin, World::PROVINCE);
        let (city, county) = (ctx(Role::CityAdmin, World::CITY), ctx(Role::CountyAdmin, World::COUNTY));
        for (who, value) in [(&county, "1"), (&province, "3"), (&city, "2")] {
            set(who, &input(value), &Idem::none()).await.unwrap();
        }
        let stands = list(&county, World::COUNTY).await.unwrap();
        let mut said: Vec<_> = stands.iter().map(|t| (t.set_level, t.value)).collect();
        said.sort_unstable();
        assert_eq!(said, [(Level::Province, 3), (Level::City, 2), (Level::County, 1)]);
        for who in [&province, &city, &county] {
            let lines = lines(who, World::COUNTY).await.unwrap();
            let judged: Vec<_> = lines.iter().map(|l| (l.level, l.judges, l.targets.len())).collect();
            let want = [(Level::Province, true, 1), (Level::City, false, 1), (Level::County, false, 1)];
            assert_eq!(judged, want, "{judged:?}");
        }
        // None takes back another's.
        let id = |level| stands.iter().find(|t| t.set_level == level).unwrap().id;
        let back = TargetBack { why: "重复".into() };
        for (who, level) in [(&county, Level::Province), (&city, Level::County), (&province, Level::City)] {
            let r = delete(who, id(level), &back, &Idem::none()).await;
            assert!(matches!(r, Err(Error::Rule { code: "target-of-other-level", .. })), "{level:?}: {r:?}");
        }
        let page = app.client(county_admin()).get("/targets").await.text();
        for text in ["省定", "市定", "县定", "本级对照，不作为墙上判断依据"] {
            assert!(page.contains(text), "{text} in {page}");
        }
        // Without the province's the city judges, but nobody above it.
        delete(&province, id(Level::Province), &back, &Idem::none()).await.unwrap();
        for (who, judge) in [(&province, None), (&city, Some(Level::City)), (&county, Some(Level::City))] {
            let lines = lines(who, World::COUNTY).await.unwrap();
            assert_eq!(lines.iter().find(|l| l.judges).map(|l| l.level), judge);
        }
        let told = changes(&county, World::COUNTY).await.unwrap();
        assert_eq!(told[0].set_level, Some(Level::Province));
    })
    .await;
}

/// Who works in a township or station reads the targets of its county, and of nobody else; the county's figures are not
/// theirs to open.
#[tokio::test]
async fn townships_and_stations_read_the_countys_targets() {
    on_both(parts, |app| async move {
        set(&app.ctx(county_admin()), &input("2"), &Idem::none()).await.unwrap();
        let unit = zw_core::UnitId(zw_core::Uuid::from_u128(1));
        let at_unit = |role| actor_of(role, None, Some((World::COUNTY, unit)), None);
        for who in [actor(Role::TownOfficer, World::TOWN), at_unit(Role::StationHead), at_unit(Role::Worker)] {
            let ctx = app.ctx(who.clone());
            assert_eq!(list(&ctx, World::COUNTY).await.unwrap().iter().map(|t| t.value).collect::<Vec<_>>(), [2]);
            for other in [World::COUNTY2, World::CITY, World::PROVINCE, World::OTHER_COUNTY] {
                assert!(matches!(list(&ctx, other).await, Err(Error::NotFound)), "{other:?}");
            }
            assert!(matches!(set(&ctx, &input("3"), &Idem::none()).await, Err(Error::Forbidden)));
            let page = app.client(who).get("/targets").await.text();
            assert!(page.contains("县定") && !page.contains("/figures/"), "{page}");
        }
    })
    .await;
}

/// Points of one set do not fall over time; those of another level are no matter.
#[tokio::test]
async fn a_plan_does_not_fall() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let of = |due: &str, value: &str| TargetInput { due_on: due.into(), why: "调整".into(), ..input(value) };
        let province = app.ctx(actor(Role::ProvAdmin, World::PROVINCE));
        set(&province, &of("2021-09-30", "3"), &Idem::none()).await.unwrap();
        set(&ctx, &of("2021-12-31", "2"), &Idem::none()).await.unwrap();
        for (due, value, code) in
            [("2022-06-30", "1", "target-below-earlier"), ("2021-11-30", "3", "target-above-later")]
        {
            assert_eq!(fields(set(&ctx, &of(due, value), &Idem::none()).await), [at("value", code)]);
        }
        for (due, value) in [("2021-11-30", "2"), ("2022-06-30", "3"), ("2021-12-31", "3"), ("2021-12-31", "2")] {
            set(&ctx, &of(due, value), &Idem::none()).await.unwrap();
        }
        assert_eq!(
            fields(set(&ctx, &of("2021-12-31", "1"), &Idem::none()).await),
            [at("value", "target-below-earlier")]
        );
        let client = app.client(county_admin());
        let sent = client.post(
            "/targets?area=100",
            &[("division", "100"), ("measure", "townships_covered"), ("due_on", "2022-12-31"), ("value", "1")],
        );
        let sent = sent.await;
        assert!(
            sent.status == 422 && sent.text().contains("不能小于更早的目标：2022-06-30 前应达到 3 个"),
            "{}",
            sent.text()
        );
    })
    .await;
}

#[tokio::test]
async fn a_target_is_possible_and_stays_once_its_day_has_passed() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let of =
            |due: &str, value: &str| TargetInput { due_on: due.into(), why: "县里调整".into(), ..input(value) };
        let back = TargetBack { why: "重复".into() };
        for (due, value, field, code) in [
            ("1980-09-30", "1", "due_on", "target-day-far"),
            ("2021-12-31", "99999", "value", "target-more-than-all"),
            // Nothing was covered on that day: a plan does not begin above what there was.
            ("2021-06-30", "1", "value", "target-start-above"),
        ] {
            match set(&ctx, &of(due, value), &Idem::none()).await {
                Err(Error::Invalid(e)) => assert_eq!((&*e.0[0].field, e.0[0].code.as_ref()), (field, code)),
                other => panic!("{other:?}"),
            }
        }
        for value in ["1", "2"] {
            set(&ctx, &of("2021-12-31", value), &Idem::none()).await.unwrap();
        }
        let past = set(&ctx, &of("2021-06-30", "0"), &Idem::none()).await.unwrap();
        let gone = [
            set(&ctx, &of("2021-06-30", "2"), &Idem::none()).await.map(|_| ()),
            delete(&ctx, past, &back, &Idem::none()).await,
        ];
        assert!(gone.iter().all(|r| matches!(r, Err(Error::Rule { code: "target-past", .. }))), "{gone:?}");
        // The plan has begun: no other day of the past is planned for.
        match set(&ctx, &of("2021-05-31", "0"), &Idem::none()).await {
            Err(Error::Invalid(e)) => assert_eq!((&*e.0[0].field, e.0[0].code.as_ref()), ("due_on", "target-day-over")),
            other => panic!("{other:?}"),
        }
        // Only what can be taken back has its link.
        let page = app.client(county_admin()).get("/targets").await.text();
        assert_eq!(page.matches("/delete\"").count(), 1, "{page}");
    })
    .await;
}

#[tokio::test]
async fn the_page_shows_the_measure_and_phase_asked_for() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        for (measure, phase) in [("townships_covered", "coverage"), ("village_rooms", "standard")] {
            let target = TargetInput { measure: measure.into(), phase: phase.into(), ..input("3") };
            set(&ctx, &target, &Idem::none()).await.unwrap();
        }
        let client = app.client(county_admin());
        // The cells of the table, not the choices of the selects.
        for (query, townships, rooms) in [
            ("", true, true),
            ("?measure=townships_covered", true, false),
            ("?phase=standard", false, true),
            ("?measure=townships_covered&phase=standard", false, false),
            ("?measure=unheard&phase=", true, true),
        ] {
            let page = client.get(&format!("/targets{query}")).await.text();
            let shown = |measure: &str| page.contains(&format!("href=\"/figures/{measure}?"));
            assert_eq!((shown("townships_covered"), shown("village_rooms")), (townships, rooms), "{query}: {page}");
        }
        let page = client.get("/targets?measure=townships_covered&phase=standard").await.text();
        assert!(page.contains("没有符合条件的目标"), "{page}");
        assert!(page.contains(&format!("href=\"/targets?area={}&amp;phase=standard\"", World::COUNTY)), "{page}");
        assert_eq!(client.get("/targets?area=999").await.status, 404);
    })
    .await;
}

/// Two targets of one division and phase are called differently: on the page, also on a phone, and to readers of the API.
#[tokio::test]
async fn a_target_is_called_by_what_and_by_when() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        for (due, value) in [("2021-09-30", "1"), ("2021-12-31", "2")] {
            set(&ctx, &TargetInput { due_on: due.into(), ..input(value) }, &Idem::none()).await.unwrap();
        }
        let client = app.client(county_admin());
        let page = client.get("/targets").await.text();
        let names = [
            "一年覆盖：2021-09-30 前已覆盖乡镇（街道）达到 1 个",
            "一年覆盖：2021-12-31 前已覆盖乡镇（街道）达到 2 个",
        ];
        for name in names {
            assert!(page.contains(name), "{name} in {page}");
        }
        // On a phone behind 更多 of the card, not lost.
        assert!(page.contains("data-label=\"节点\"") && page.contains("zw-cardmore"), "{page}");
        let api = format!("/api/v1/targets?area={}", World::COUNTY);
        let said = |answer: serde_json::Value| -> Vec<String> {
            let items = answer["items"].as_array().unwrap().clone();
            items.iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(said(client.get(&api).await.json()), names);
        let en = client.send_with(axum::http::Method::GET, &api, &[("accept-language", "en")], vec![]).await;
        assert_eq!(said(en.json())[1], "Year of coverage: Townships covered 2 by 2021-12-31");
    })
    .await;
}

/// A plan that is eased or given up says so beside the plan: from what to what, by whom, why.
#[tokio::test]
async fn what_changed_of_a_target_is_told() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let id = set(&ctx, &input("3"), &Idem::none()).await.unwrap();
        for why in ["", "  "] {
            let eased = TargetInput { why: why.into(), ..input("2") };
            match set(&ctx, &eased, &Idem::none()).await {
                Err(Error::Invalid(e)) => assert_eq!((&*e.0[0].field, e.0[0].code.as_ref()), ("why", "target-why")),
                other => panic!("{other:?}"),
            }
        }
        set(&ctx, &input("3"), &Idem::none()).await.unwrap();
        app.at(2021, 7, 9, 9);
        set(&ctx, &TargetInput { why: "两镇合并".into(), ..input("2") }, &Idem::none()).await.unwrap();
        let client = app.client(county_admin());
        let bare = client.post(&format!("/targets/{id}/delete"), &[("why", "")]).await;
        assert!(bare.status == 422 && bare.text().contains("请写明原因"), "{}", bare.text());
        let page = client.get(&format!("/targets/{id}/delete")).await.text();
        assert!(page.contains("确定删除目标“一年覆盖：2021-12-31 前已覆盖乡镇（街道）达到 2 个”？"), "{page}");
        assert_eq!(client.post(&format!("/targets/{id}/delete"), &[("why", "改由市里统一设")]).await.status, 303);
        let told = changes(&ctx, World::COUNTY).await.unwrap();
        let said: Vec<_> = told.iter().map(|c| (c.old_value, c.new_value, c.why.as_str())).collect();
        let first = (None, Some(3), "");
        assert_eq!(
            said,
            [(Some(2), None, "改由市里统一设"), (Some(3), Some(2), "两镇合并"), first],
            "what was saved as it stood is no change"
        );
        let page = client.get("/targets").await.text();
        for text in ["目标调整记录", "两镇合并", "改由市里统一设", "2021-07-09 09:00"] {
            assert!(page.contains(text), "{text} in {page}");
        }
        let api = client.get(&format!("/api/v1/targets/changes?area={}", World::COUNTY)).await.json();
        assert_eq!(api["items"][1]["name"], "一年覆盖：2021-12-31 前已覆盖乡镇（街道）达到 2 个", "{api}");
        let other = app.client(actor(Role::CountyAdmin, World::COUNTY2));
        assert_eq!(other.get(&format!("/targets/{id}/delete")).await.status, 404);
        assert_eq!(other.get(&format!("/api/v1/targets/changes?area={}", World::COUNTY)).await.status, 404);
    })
    .await;
}
