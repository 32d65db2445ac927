//! Units: register, edit, move, cover, find.

use crate::support::{at, county_admin, day, fields, load, parts, station, town_officer, unit_id};
use zw_access::{Ctx, Role};
use zw_core::{DivisionId, Error, UnitId};
use zw_network::model::unit::UnitState::{self, Operating};
use zw_network::model::unit::{CoverInput, StateInput, UnitInput, UnitQuery};
use zw_network::service::units;
use zw_testkit::{TestApp, World, actor, actor_of, on_both};
use zw_web::Idem;

fn input(tier: &str, division: i64) -> UnitInput {
    UnitInput {
        tier: tier.into(),
        division: division.to_string(),
        name: "南山镇社会工作服务站".into(),
        mode: "purchase".into(),
        since: "2021-03-01".into(),
        ..UnitInput::default()
    }
}

async fn step(ctx: &Ctx, id: UnitId, to: &str, on: &str, reason: &str) -> zw_core::Result<()> {
    let version = units::get(ctx, id).await?.unit.version;
    let i = StateInput { state: to.into(), on: on.into(), reason: reason.into(), version, ..StateInput::default() };
    units::move_to(ctx, id, &i, &Idem::none()).await
}

#[tokio::test]
async fn a_room_lives_and_ends() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let id = units::create(&ctx, &input("V", World::VILLAGE.0), &Idem::none()).await.unwrap();
        let f = units::get(&ctx, id).await.unwrap();
        assert_eq!((f.unit.state, f.unit.town_id, f.coverage.len()), (UnitState::Planned, Some(World::TOWN), 1));
        step(&ctx, id, "preparing", "2021-04-01", "").await.unwrap();
        step(&ctx, id, "submitted", "2021-05-01", "").await.unwrap();
        step(&ctx, id, "operating", "2021-06-01", "").await.unwrap();
        assert_eq!(fields(step(&ctx, id, "suspended", "2021-06-20", " ").await), [at("reason", "required")]);
        assert_eq!(fields(step(&ctx, id, "suspended", "2021-07-09", "合同到期").await), [at("on", "date-future")]);
        assert_eq!(
            fields(step(&ctx, id, "suspended", "2021-05-20", "合同到期").await),
            [at("on", "before-last-change")]
        );
        step(&ctx, id, "suspended", "2021-06-20", "合同到期").await.unwrap();
        let wrong = step(&ctx, id, "submitted", "2021-07-01", "").await;
        assert!(matches!(wrong, Err(Error::Rule { code: "unit-step", .. })), "{wrong:?}");
        step(&ctx, id, "closed", "2021-07-01", "撤销").await.unwrap();
        let f = units::get(&ctx, id).await.unwrap();
        let states: Vec<_> = f.history.iter().map(|s| (s.state.to_string(), s.from.yyyymmdd())).collect();
        let want = [
            ("planned", 20210301),
            ("preparing", 20210401),
            ("submitted", 20210501),
            ("operating", 20210601),
            ("suspended", 20210620),
            ("closed", 20210701),
        ];
        assert_eq!(states, want.map(|(s, d)| (s.to_owned(), d)));
        assert_eq!(f.coverage[0].to, Some(day(20210701)));
        assert!(f.steps.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_field() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let bad = UnitInput {
            tier: "T".into(),
            division: World::COUNTY.0.to_string(),
            mode: "lease".into(),
            host: "bar".into(),
            phone: "12".into(),
            plaque_on: "2021-06-01".into(),
            opened_on: "2021-05-01".into(),
            since: "2022-01-01".into(),
            ..UnitInput::default()
        };
        assert_eq!(
            fields(units::create(&ctx, &bad, &Idem::none()).await),
            [
                at("name", "required"),
                at("mode", "unknown-code"),
                at("host", "unknown-code"),
                at("phone", "phone-format"),
                at("plaque_on", "plaque-on-sheet"),
                at("opened_on", "opened-before-plaque"),
                at("since", "date-future"),
                at("division", "division-tier"),
            ]
        );
        // A township of another county is the same as none.
        let outside = fields(units::create(&ctx, &input("T", 1010), &Idem::none()).await);
        let nowhere = fields(units::create(&ctx, &input("T", 424_242), &Idem::none()).await);
        assert_eq!((outside.clone(), outside), (nowhere, vec![at("division", "division-unknown")]));
        let id = units::create(&ctx, &input("T", World::TOWN2.0), &Idem::none()).await.unwrap();
        step(&ctx, id, "preparing", "", "").await.unwrap();
        step(&ctx, id, "submitted", "", "").await.unwrap();
        let direct = step(&ctx, id, "operating", "", "").await;
        assert!(matches!(direct, Err(Error::Rule { code: "unit-needs-acceptance", .. })), "{direct:?}");
    })
    .await;
}

/// Roles and areas: nothing of another county, a station head edits its own unit, the centre does not decide.
#[tokio::test]
async fn everybody_within_their_own() {
    on_both(parts, |app| async move {
        let t = World::TOWN;
        load(
            &app,
            &[
                station(1, World::COUNTY, t, &[(20210101, Operating)], &[(t, 20210101, None)]),
                station(2, World::OTHER_COUNTY, World::OTHER_TOWN, &[(20210101, Operating)], &[]),
            ],
        )
        .await;
        let own = unit_id(1);
        let sees = |a| {
            let ctx = app.ctx(a);
            async move { units::list(&ctx, &UnitQuery::default()).await.map(|p| p.total) }
        };
        assert_eq!(sees(county_admin()).await.unwrap(), 1);
        assert_eq!(sees(town_officer()).await.unwrap(), 1);
        assert_eq!(sees(actor(Role::CountyAdmin, World::COUNTY2)).await.unwrap(), 0);
        assert_eq!(sees(actor_of(Role::Worker, None, Some((World::COUNTY, own)), None)).await.unwrap(), 1);
        assert!(matches!(sees(actor(Role::SysAdmin, World::PROVINCE)).await, Err(Error::Forbidden)));
        let other = app.ctx(county_admin());
        for id in [unit_id(2), unit_id(99)] {
            assert!(matches!(units::get(&other, id).await, Err(Error::NotFound)));
            let r = units::cover(
                &other,
                id,
                &CoverInput { division: t.to_string(), ..CoverInput::default() },
                &Idem::none(),
            )
            .await;
            assert!(matches!(r, Err(Error::NotFound)), "{r:?}");
        }
        let head = app.ctx(actor_of(Role::StationHead, None, Some((World::COUNTY, own)), None));
        let edit = UnitInput { name: "新名".into(), mode: "direct".into(), version: 1, ..UnitInput::default() };
        units::edit(&head, own, &edit, &Idem::none()).await.unwrap();
        let suspend = StateInput { state: "suspended".into(), reason: "x".into(), version: 2, ..StateInput::default() };
        let r = units::move_to(&head, own, &suspend, &Idem::none()).await;
        assert!(matches!(r, Err(Error::Forbidden)), "{r:?}");
        let centre = app.ctx(actor(Role::CenterStaff, World::COUNTY));
        assert!(matches!(units::move_to(&centre, own, &suspend, &Idem::none()).await, Err(Error::Forbidden)));
        assert!(units::get(&centre, own).await.unwrap().steps.is_empty());
    })
    .await;
}

async fn found(app: &TestApp, q: &str) -> i64 {
    let ctx = app.ctx(county_admin());
    units::list(&ctx, &UnitQuery { q: Some(q.into()), ..UnitQuery::default() }).await.unwrap().total
}

#[tokio::test]
async fn found_by_name_and_initials_and_two_editors() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let id = units::create(&ctx, &input("T", World::TOWN2.0), &Idem::none()).await.unwrap();
        for (q, n) in [("南山", 1), ("nsz", 1), ("NSZ", 1), ("nanshan", 1), ("sz", 0), ("%", 0), ("东", 0), ("", 1)]
        {
            assert_eq!(found(&app, q).await, n, "{q}");
        }
        let edit =
            |name: &str| UnitInput { name: name.into(), mode: "purchase".into(), version: 1, ..UnitInput::default() };
        units::edit(&ctx, id, &edit("甲名"), &Idem::none()).await.unwrap();
        match units::edit(&ctx, id, &edit("乙名"), &Idem::none()).await {
            Err(Error::Conflict { current }) => {
                assert!(current.contains(&("name".into(), "甲名".into())), "{current:?}");
                assert!(current.contains(&("version".into(), "2".into())));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(units::get(&ctx, id).await.unwrap().unit.name, "甲名");
    })
    .await;
}

#[tokio::test]
async fn coverage_has_dates_and_stays_in_the_county() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let id = units::create(&ctx, &input("T", World::TOWN.0), &Idem::none()).await.unwrap();
        let cover = |d: DivisionId, from: &str, to: &str| {
            let i = CoverInput { division: d.to_string(), from: from.into(), to: to.into(), ..CoverInput::default() };
            let ctx = ctx.clone();
            async move { units::cover(&ctx, id, &i, &Idem::none()).await }
        };
        cover(World::TOWN2, "2021-04-01", "").await.unwrap();
        assert_eq!(fields(cover(World::TOWN2, "", "").await), [at("division", "coverage-open")]);
        assert_eq!(fields(cover(DivisionId(1010), "", "").await), [at("division", "coverage-outside-county")]);
        assert_eq!(fields(cover(World::COUNTY, "", "").await), [at("division", "division-tier")]);
        assert_eq!(fields(cover(DivisionId(1002), "", "2021-05-01").await), [at("division", "coverage-none")]);
        cover(World::TOWN2, "", "2021-06-01").await.unwrap();
        let f = units::get(&ctx, id).await.unwrap();
        let served: Vec<_> =
            f.coverage.iter().map(|c| (c.division, c.from.yyyymmdd(), c.to.map(|d| d.yyyymmdd()))).collect();
        assert_eq!(served, [(World::TOWN, 20210301, None), (World::TOWN2, 20210401, Some(20210601))]);
    })
    .await;
}

/// 暂停超过 180 天: home pages of county and city, the unit's page and the API say so, by one rule and a setting.
#[tokio::test]
async fn a_suspension_that_lasts_too_long_raises_an_alarm() {
    on_both(parts, |app| async move {
        let states = [(20200101, Operating), (20210101, UnitState::Suspended)];
        load(&app, &[station(1, World::COUNTY, World::TOWN, &states, &[(World::TOWN, 20200101, None)])]).await;
        let county = || app.ctx(county_admin());
        let city = || app.ctx(actor(Role::CityAdmin, World::CITY));
        let home = async |ctx: &Ctx| {
            let found = zw_network::today_section(ctx, zw_ui::Lang::ZhCn).await.unwrap();
            found.map(|m| m.into_string()).unwrap_or_default()
        };
        let page = format!("/units/{}", unit_id(1));
        app.at(2021, 6, 30, 9);
        assert!(units::suspended_too_long(&county()).await.unwrap().is_empty(), "180 days are allowed");
        assert_eq!(units::get(&county(), unit_id(1)).await.unwrap().overlong, None);
        assert!(!home(&city()).await.contains("暂停过久"));
        app.at(2021, 7, 1, 9);
        let told = units::suspended_too_long(&county()).await.unwrap();
        assert_eq!(
            told.iter().map(|s| (s.unit.id, s.over.days, s.over.limit)).collect::<Vec<_>>(),
            [(unit_id(1), 181, 180)]
        );
        assert_eq!(units::get(&county(), unit_id(1)).await.unwrap().overlong, Some(told[0].over));
        for ctx in [county(), city()] {
            let html = home(&ctx).await;
            assert!(html.contains("暂停过久的站点") && html.contains("已 181 天"), "{html}");
        }
        let reader = app.client(county_admin());
        assert!(reader.get(&page).await.text().contains("自 2021-01-01 起暂停"));
        assert!(reader.get_in("en", &page).await.text().contains("Suspended since 2021-01-01"));
        let json = reader.get("/api/v1/units/suspended").await;
        assert!(json.status.is_success() && json.text().contains("\"days\":181"), "{}", json.text());
        // Not the neighbour's business.
        let other = app.ctx(actor(Role::CountyAdmin, World::COUNTY2));
        assert!(units::suspended_too_long(&other).await.unwrap().is_empty());
        assert!(matches!(units::suspended_too_long(&app.ctx(town_officer())).await, Err(Error::Forbidden)));
        // The threshold is a setting; once the unit goes on there is nothing to tell.
        app.app.set_settings((*app.app.settings()).clone().with("network.suspended_days", "200".into()));
        assert!(units::suspended_too_long(&county()).await.unwrap().is_empty());
        app.app.set_settings((*app.app.settings()).clone().with("network.suspended_days", "30".into()));
        assert_eq!(units::suspended_too_long(&county()).await.unwrap().len(), 1);
        step(&county(), unit_id(1), "closed", "2021-07-01", "合同到期").await.unwrap();
        assert!(units::suspended_too_long(&county()).await.unwrap().is_empty());
    })
    .await;
}
