//! Build-out sheets and the acceptance.

use crate::support::{at, cli, county_admin, day, fields, load, parts, prepared, station, town_officer, unit_id};
use zw_access::{Ctx, Role};
use zw_core::{DivisionId, Error};
use zw_indicators::{Area, Source as _, Span};
use zw_network::model::plan::TargetInput;
use zw_network::model::sheet::{AcceptInput, CloseObstacleInput, ObstacleInput, ReopenInput, SheetInput};
use zw_network::model::unit::UnitState::{Operating, Preparing, Rectifying, Suspended};
use zw_network::service::{acceptance, sheets, targets, units};
use zw_network::{NetworkSource, figures};
use zw_testkit::{TestApp, World, actor, actor_of, on_both};
use zw_web::Idem;

fn dates(version: i64) -> SheetInput {
    SheetInput {
        venue_on: "2021-03-01".into(),
        tender_on: "2021-04-01".into(),
        contract_on: "2021-05-01".into(),
        staff_on: "2021-06-01".into(),
        funds_on: "2021-06-15".into(),
        due_on: "2021-12-31".into(),
        version,
        ..SheetInput::default()
    }
}

fn all(version: i64, on: &str) -> AcceptInput {
    AcceptInput {
        venue: "1".into(),
        staff: "1".into(),
        service: "1".into(),
        on: on.into(),
        version,
        ..AcceptInput::default()
    }
}

async fn wall(app: &TestApp) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let q = zw_db::sql("SELECT seq FROM outbox WHERE topic='wall' AND county_id=").bind(World::COUNTY);
    let found: Option<(i64,)> = c.one(q).await.unwrap();
    found.map_or(0, |(n,)| n)
}

async fn county_count(app: &TestApp, key: &'static str, on: i64) -> i64 {
    let mut c = app.app.db.read().await.unwrap();
    let area = Area::County(World::COUNTY);
    NetworkSource.count(&mut c, &app.app.tree(), &[key], &area, Span::on(day(on))).await.unwrap()[0].1
}

/// From an untouched township to a built station; the figures of each day follow.
#[tokio::test]
async fn from_nothing_to_built() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let table = sheets::of_county(&ctx, World::COUNTY).await.unwrap();
        let towns: Vec<_> = table.sheets.iter().map(|s| (s.township.as_str(), s.version)).collect();
        assert_eq!(towns, [("东街街道", 0), ("南山镇", 0), ("西溪乡", 0)], "the zone is in no denominator");
        sheets::edit(&ctx, World::TOWN, &dates(0), &Idem::none()).await.unwrap();
        assert_eq!(wall(&app).await, 1);
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!(
            (s.version, s.venue_on, s.built, s.status),
            (2, Some(day(20210301)), false, zw_ui::Status::OnCourse)
        );
        assert_eq!(county_count(&app, "stations_in_progress", 20210301).await, 1);
        assert_eq!(county_count(&app, "three_ready", 20210614).await, 0);
        assert_eq!(county_count(&app, "three_ready", 20210615).await, 1);

        // A plaque alone builds nothing.
        let plaque = SheetInput { plaque_on: "2021-06-20".into(), ..dates(2) };
        sheets::edit(&ctx, World::TOWN, &plaque, &Idem::none()).await.unwrap();
        assert_eq!(county_count(&app, "stations_plaque", 20210620).await, 1);
        assert_eq!(county_count(&app, "townships_covered", 20210708).await, 0);

        prepared(&ctx, World::TOWN, "2021-07-01").await;
        let two = AcceptInput { service: String::new(), ..all(3, "2021-07-01") };
        let told = fields(acceptance::accept(&ctx, World::TOWN, &two, &Idem::none()).await);
        assert_eq!(told, [at("service", "acceptance-service-missing")]);
        let id = acceptance::accept(&ctx, World::TOWN, &all(3, "2021-07-01"), &Idem::none()).await.unwrap();
        let unit = units::get(&ctx, id).await.unwrap();
        assert_eq!((unit.unit.name.as_str(), unit.unit.state), ("东街街道社会工作服务站", Operating));
        assert_eq!((unit.unit.plaque_on, unit.unit.opened_on), (Some(day(20210620)), Some(day(20210701))));
        for (on, covered) in [(20210630, 0), (20210701, 1)] {
            assert_eq!(county_count(&app, "townships_covered", on).await, covered, "{on}");
        }
        assert_eq!(county_count(&app, "stations_in_progress", 20210701).await, 0);
        let f = figures(&cli(&app), day(20210708), Some(World::COUNTY)).await.unwrap();
        assert_eq!(f.coverage_percent, Some(33.3));
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!((s.built, s.status, s.unit_id), (true, zw_ui::Status::Done, Some(id)));

        // Rectifying is built; ticking the groups again ends it.
        let why =
            ReopenInput {
                reason: "档案柜缺失".into(), on: "2021-07-05".into(), version: 4, ..ReopenInput::default()
            };
        acceptance::reopen(&ctx, World::TOWN, &why, &Idem::none()).await.unwrap();
        assert_eq!(units::get(&ctx, id).await.unwrap().unit.state, Rectifying);
        assert_eq!(county_count(&app, "townships_covered", 20210708).await, 1);
        acceptance::accept(&ctx, World::TOWN, &all(5, "2021-07-08"), &Idem::none()).await.unwrap();
        let states: Vec<_> = units::get(&ctx, id).await.unwrap().history.iter().map(|h| h.state).collect();
        assert_eq!(states, [Operating, Rectifying, Operating]);
        // The first acceptance stands: no day between the two counts as 在建 and built at once.
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!((s.accepted_on, s.reinspected_on), (Some(day(20210701)), Some(day(20210708))));
        assert_eq!(county_count(&app, "stations_in_progress", 20210706).await, 0);
    })
    .await;
}

/// An acceptance clicked by mistake is taken back, and the figures of its day with it.
#[tokio::test]
async fn a_slip_is_taken_back() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        sheets::edit(&ctx, World::TOWN, &dates(0), &Idem::none()).await.unwrap();
        prepared(&ctx, World::TOWN, "2021-07-01").await;
        let id = acceptance::accept(&ctx, World::TOWN, &all(2, "2021-07-01"), &Idem::none()).await.unwrap();
        let slip = ReopenInput { reason: "点错".into(), mistake: "1".into(), version: 3, ..ReopenInput::default() };
        acceptance::reopen(&ctx, World::TOWN, &slip, &Idem::none()).await.unwrap();
        assert_eq!(units::get(&ctx, id).await.unwrap().unit.state, Preparing);
        assert_eq!(county_count(&app, "stations_built", 20210701).await, 0);
        assert_eq!(sheets::get(&ctx, World::TOWN).await.unwrap().accepted_on, None);
        let again = acceptance::accept(&ctx, World::TOWN, &all(4, "2021-07-02"), &Idem::none()).await.unwrap();
        assert_eq!(again, id, "the same station");
        assert_eq!(county_count(&app, "stations_built", 20210702).await, 1);
    })
    .await;
}

/// A station that already serves the township is accepted, not doubled; one station may serve two townships.
#[tokio::test]
async fn one_station_two_townships() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let (a, b) = (World::TOWN, World::TOWN2);
        load(
            &app,
            &[station(1, World::COUNTY, a, &[(20210620, Preparing)], &[(a, 20210620, None), (b, 20210620, None)])],
        )
        .await;
        for (town, on, n) in [(a, "2021-06-10", 1), (b, "2021-07-01", 2)] {
            sheets::edit(&ctx, town, &dates(0), &Idem::none()).await.unwrap();
            let id = acceptance::accept(&ctx, town, &all(2, on), &Idem::none()).await.unwrap();
            assert_eq!(id, unit_id(1));
            assert_eq!(county_count(&app, "stations_built", 20210708).await, 1);
            assert!(county_count(&app, "townships_covered", 20210708).await >= n);
        }
        assert_eq!(county_count(&app, "townships_covered", 20210610).await, 1, "accepted before it was registered");
        let suspended = zw_network::model::unit::StateInput {
            state: "suspended".into(),
            reason: "合同到期".into(),
            version: units::get(&ctx, unit_id(1)).await.unwrap().unit.version,
            ..Default::default()
        };
        units::move_to(&ctx, unit_id(1), &suspended, &Idem::none()).await.unwrap();
        assert_eq!(county_count(&app, "townships_covered", 20210708).await, 0);
        assert_eq!(units::get(&ctx, unit_id(1)).await.unwrap().unit.state, Suspended);
    })
    .await;
}

#[tokio::test]
async fn two_editors_and_a_form_sent_twice() {
    on_both(parts, |app| async move {
        let (a, b) = (app.ctx(county_admin()), app.ctx(town_officer()));
        let first = SheetInput { kept_by: "township".into(), ..dates(0) };
        let key = Idem::new(Some("k1".into()), &first);
        sheets::edit(&a, World::TOWN, &first, &key).await.unwrap();
        sheets::edit(&a, World::TOWN, &first, &key).await.unwrap();
        assert_eq!(sheets::get(&a, World::TOWN).await.unwrap().version, 2, "the second sending had no effect");
        let late = SheetInput { venue_on: "2021-03-02".into(), ..dates(0) };
        match sheets::edit(&b, World::TOWN, &late, &Idem::none()).await {
            Err(Error::Conflict { current }) => {
                assert!(current.contains(&("venue_on".into(), "2021-03-01".into())), "{current:?}");
                assert!(current.contains(&("version".into(), "2".into())));
                assert!(current.contains(&("updated_by".into(), "测试county_admin".into())));
            }
            other => panic!("{other:?}"),
        }
        // On top of what stands it goes through; who keeps the sheet is the county's to say.
        let on_top = SheetInput { kept_by: "county".into(), version: 2, ..late };
        let told = fields(sheets::edit(&b, World::TOWN, &on_top, &Idem::none()).await);
        assert_eq!(told, [at("kept_by", "keeper-county")]);
        let on_top = SheetInput { kept_by: "township".into(), ..on_top };
        sheets::edit(&b, World::TOWN, &on_top, &Idem::none()).await.unwrap();
        let s = sheets::get(&a, World::TOWN).await.unwrap();
        assert_eq!((s.venue_on, s.kept_by.to_string().as_str()), (Some(day(20210302)), "township"));
    })
    .await;
}

/// The county keeps a sheet until it says otherwise: the township office then reads it, obstacles included. The county,
/// being above, fills in either kind.
#[tokio::test]
async fn who_keeps_a_sheet_fills_it_in() {
    on_both(parts, |app| async move {
        let (county, office) = (app.ctx(county_admin()), app.ctx(town_officer()));
        let stuck = ObstacleInput { code: "funding".into(), text: "预算未批".into(), on: "2021-07-01".into() };
        let refused = |r: zw_core::Result<()>| matches!(r, Err(Error::Rule { code: "sheet-kept-by-county", .. }));
        assert!(refused(sheets::edit(&office, World::TOWN, &dates(0), &Idem::none()).await), "nobody opened it yet");
        assert_eq!(sheets::get(&county, World::TOWN).await.unwrap().version, 0, "and it is not opened by the try");
        sheets::edit(&county, World::TOWN, &dates(0), &Idem::none()).await.unwrap();
        sheets::add_obstacle(&county, World::TOWN, &stuck, &Idem::none()).await.unwrap();
        let id = sheets::get(&county, World::TOWN).await.unwrap().obstacles[0].id;
        assert!(refused(sheets::edit(&office, World::TOWN, &dates(2), &Idem::none()).await));
        assert!(refused(sheets::add_obstacle(&office, World::TOWN, &stuck, &Idem::none()).await));
        let gone = CloseObstacleInput::default();
        assert!(refused(sheets::close_obstacle(&office, World::TOWN, id, &gone, &Idem::none()).await));
        let path = "/build-out/100/1000";
        let form = r#"name="venue_on""#;
        let page = app.client(town_officer()).get(path).await.text();
        assert!(page.contains("本单由县级填写") && !page.contains(form) && !page.contains("/close"), "{page}");
        let page = app.client(county_admin()).get(path).await.text();
        assert!(page.contains(form) && !page.contains("本单由乡镇（街道）填写"), "{page}");

        let over = SheetInput { kept_by: "township".into(), ..dates(2) };
        sheets::edit(&county, World::TOWN, &over, &Idem::none()).await.unwrap();
        let page = app.client(town_officer()).get(path).await.text();
        assert!(page.contains(form) && page.contains("/close") && !page.contains("本单由县级填写"), "{page}");
        let page = app.client(county_admin()).get(path).await.text();
        assert!(page.contains(form) && page.contains("本单由乡镇（街道）填写，县级也可以修改"), "{page}");
        sheets::edit(&office, World::TOWN, &dates(3), &Idem::none()).await.unwrap();
        sheets::edit(&county, World::TOWN, &dates(4), &Idem::none()).await.unwrap();
        sheets::close_obstacle(&office, World::TOWN, id, &gone, &Idem::none()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn obstacles_open_and_close() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(town_officer());
        let own = SheetInput { kept_by: "township".into(), ..dates(0) };
        sheets::edit(&app.ctx(county_admin()), World::TOWN, &own, &Idem::none()).await.unwrap();
        let both = SheetInput { obstacle: "tender".into(), obstacle_text: "流标".into(), ..dates(2) };
        sheets::edit(&ctx, World::TOWN, &both, &Idem::none()).await.unwrap();
        let more = ObstacleInput { code: "funding".into(), text: "预算未批".into(), on: "2021-07-01".into() };
        sheets::add_obstacle(&ctx, World::TOWN, &more, &Idem::none()).await.unwrap();
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!((s.obstacles.len(), s.status), (2, zw_ui::Status::Behind));
        assert_eq!(county_count(&app, "obstacles_funds", 20210701).await, 1);
        assert_eq!(county_count(&app, "obstacles_tender", 20210707).await, 0);
        let funding = s.obstacles.iter().find(|o| o.text == "预算未批").unwrap().id;
        let close = |on: &str| CloseObstacleInput { on: on.into() };
        let early = sheets::close_obstacle(&ctx, World::TOWN, funding, &close("2021-06-30"), &Idem::none()).await;
        assert_eq!(fields(early), [at("on", "before-obstacle")]);
        sheets::close_obstacle(&ctx, World::TOWN, funding, &close("2021-07-05"), &Idem::none()).await.unwrap();
        sheets::close_obstacle(&ctx, World::TOWN, funding, &close("2021-07-06"), &Idem::none()).await.unwrap();
        assert_eq!(county_count(&app, "obstacles_funds", 20210704).await, 1);
        assert_eq!(county_count(&app, "obstacles_funds", 20210705).await, 0);
        let empty = ObstacleInput::default();
        let told = fields(sheets::add_obstacle(&ctx, World::TOWN, &empty, &Idem::none()).await);
        assert_eq!(told, [at("code", "required"), at("text", "required")]);
        let half = SheetInput { obstacle: "venue".into(), venue_on: "2022-01-01".into(), ..dates(3) };
        let told = fields(sheets::edit(&ctx, World::TOWN, &half, &Idem::none()).await);
        assert!(
            told.contains(&at("venue_on", "date-future")) && told.contains(&at("obstacle_text", "required")),
            "{told:?}"
        );
    })
    .await;
}

/// Outside the own area a sheet does not exist; above the county there are no live sheets at all.
#[tokio::test]
async fn nobody_else_keeps_or_reads_them() {
    on_both(parts, |app| async move {
        let ctx = |a| app.ctx(a);
        let get = |c: Ctx, town: DivisionId| async move { sheets::get(&c, town).await };
        assert!(get(ctx(town_officer()), World::TOWN).await.is_ok());
        for (actor, town) in [
            (town_officer(), World::TOWN2),
            (county_admin(), DivisionId(1010)),
            (county_admin(), World::OTHER_TOWN),
            (county_admin(), World::COUNTY),
            (county_admin(), DivisionId(424_242)),
        ] {
            let c = ctx(actor);
            assert!(matches!(sheets::get(&c, town).await, Err(Error::NotFound)), "{town}");
            assert!(matches!(sheets::edit(&c, town, &dates(0), &Idem::none()).await, Err(Error::NotFound)), "{town}");
        }
        for role in [Role::ProvAdmin, Role::CityAdmin, Role::Worker, Role::Leader] {
            let r = get(ctx(actor(role, World::PROVINCE)), World::TOWN).await;
            assert!(matches!(r, Err(Error::Forbidden)), "{role}");
        }
        for actor in [town_officer(), actor(Role::CenterStaff, World::COUNTY), actor(Role::LinkedCadre, World::COUNTY)]
        {
            let r = acceptance::accept(&ctx(actor), World::TOWN, &all(0, ""), &Idem::none()).await;
            assert!(matches!(r, Err(Error::Forbidden)), "{r:?}");
        }
        let cadre = ctx(actor(Role::LinkedCadre, World::COUNTY));
        assert_eq!(sheets::of_county(&cadre, World::COUNTY).await.unwrap().sheets.len(), 3);
        let office = sheets::of_county(&ctx(town_officer()), World::COUNTY).await.unwrap();
        assert_eq!(office.sheets.len(), 1);
        assert!(matches!(sheets::of_county(&ctx(town_officer()), World::COUNTY2).await, Err(Error::NotFound)));
        // A station reads the sheet it stands on, and no other.
        let county = ctx(county_admin());
        sheets::edit(&county, World::TOWN, &dates(0), &Idem::none()).await.unwrap();
        prepared(&county, World::TOWN, "").await;
        let id = acceptance::accept(&county, World::TOWN, &all(2, ""), &Idem::none()).await.unwrap();
        let head = ctx(actor_of(Role::StationHead, None, Some((World::COUNTY, id)), None));
        assert!(sheets::get(&head, World::TOWN).await.is_ok());
        assert!(matches!(sheets::get(&head, World::TOWN2).await, Err(Error::NotFound)));
        assert_eq!(sheets::of_county(&head, World::COUNTY).await.unwrap().sheets.len(), 1);
        assert_eq!(sheets::ensure(&county, World::COUNTY).await.unwrap(), 2);
        assert_eq!(sheets::ensure(&county, World::COUNTY).await.unwrap(), 0);
    })
    .await;
}

/// Who looks after a county without keeping its sheets: against plan, what is missed, townships without a station.
#[tokio::test]
async fn a_linked_cadre_sees_the_plan_what_is_missed_and_what_holds_up() {
    on_both(parts, |app| async move {
        let late = SheetInput {
            due_on: "2021-06-30".into(),
            obstacle: "venue".into(),
            obstacle_text: "业主不同意".into(),
            ..dates(0)
        };
        let now = app.app.clock.now();
        app.at(2021, 6, 20, 10);
        sheets::edit(&app.ctx(county_admin()), World::TOWN, &late, &Idem::none()).await.unwrap();
        for (due_on, value) in [("2021-06-30", "2"), ("2021-12-31", "3")] {
            let target = TargetInput {
                division: World::COUNTY.to_string(),
                measure: "townships_covered".into(),
                due_on: due_on.into(),
                value: value.into(),
                ..TargetInput::default()
            };
            targets::set(&app.ctx(county_admin()), &target, &Idem::none()).await.unwrap();
        }
        app.app.clock.set(now);
        let section = |actor| {
            let ctx = app.ctx(actor);
            async move { zw_network::today_section(&ctx, zw_ui::Lang::ZhCn).await.unwrap().unwrap().into_string() }
        };
        let html = section(actor(Role::LinkedCadre, World::COUNTY)).await;
        for want in [
            "子一县：与计划相比",
            "2021-06-30",
            "应到 2，现有 0",
            "2021-12-31",
            "应到 3，现有 0",
            "预计验收",
            "尚无社工站的乡镇（街道）：3/3",
            "场地：业主不同意",
            "逾期",
        ] {
            assert!(html.contains(want), "{want} in {html}");
        }
        // Its keeper has the work list instead, the other county nothing of it.
        assert!(!section(county_admin()).await.contains("与计划相比"));
        let other = section(actor(Role::LinkedCadre, World::COUNTY2)).await;
        assert!(!other.contains("业主不同意") && !other.contains("应到 2"), "{other}");
    })
    .await;
}

/// An unusual order is asked about once and kept with who confirmed it; what was expected stands once accepted; no number
/// of a person goes up.
#[tokio::test]
async fn what_is_unusual_is_confirmed_and_kept() {
    on_both(parts, |app| async move {
        let ctx = app.ctx(county_admin());
        let edit = async |input: &SheetInput| sheets::edit(&ctx, World::TOWN, input, &Idem::none()).await;
        let input = SheetInput { tender_on: String::new(), plaque_on: "2021-05-15".into(), ..dates(0) };
        let told = fields(edit(&input).await);
        let want = [at("tender_on", "step-skipped"), at("plaque_on", "step-early"), at("unusual", "unusual-confirm")];
        assert_eq!(told, want);
        edit(&SheetInput { unusual: "1".into(), ..input.clone() }).await.unwrap();
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!(s.unusual, ["tender:skipped", "plaque:early"]);
        assert_eq!((s.unusual_by.as_deref(), s.unusual_on), (Some("测试county_admin"), Some(day(20210708))));
        // Not asked again for the same; forgotten as far as it is mended.
        edit(&SheetInput { note: "一楼".into(), version: 2, ..input.clone() }).await.unwrap();
        edit(&SheetInput { plaque_on: "2021-06-20".into(), version: 3, ..input.clone() }).await.unwrap();
        assert_eq!(sheets::get(&ctx, World::TOWN).await.unwrap().unusual, ["tender:skipped"]);
        edit(&dates(4)).await.unwrap();
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!((s.unusual.len(), s.unusual_by, s.unusual_on), (0, None, None));

        let number = "业主电话 138-0000-1234";
        let told = fields(edit(&SheetInput { note: number.into(), ..dates(5) }).await);
        assert_eq!(told, [at("note", "number-of-person")]);
        let stuck = ObstacleInput { code: "venue".into(), text: number.into(), on: String::new() };
        let told = fields(sheets::add_obstacle(&ctx, World::TOWN, &stuck, &Idem::none()).await);
        assert_eq!(told, [at("text", "number-of-person")]);

        prepared(&ctx, World::TOWN, "2021-07-01").await;
        let none =
            AcceptInput { outcome: "refused".into(), reason: "漏雨".into(), version: 5, ..AcceptInput::default() };
        let told = fields(acceptance::decide(&ctx, World::TOWN, &none, &Idem::none()).await);
        assert_eq!(told, [at("none_passed", "refusal-which")]);
        let sure = AcceptInput { none_passed: "1".into(), ..none };
        acceptance::decide(&ctx, World::TOWN, &sure, &Idem::none()).await.unwrap();
        let s = sheets::get(&ctx, World::TOWN).await.unwrap();
        assert_eq!(s.attempts[0].lacked, ["venue", "staff", "service"]);
        let mixed = AcceptInput { venue: "1".into(), version: 6, ..sure };
        let told = fields(acceptance::decide(&ctx, World::TOWN, &mixed, &Idem::none()).await);
        assert_eq!(told, [at("none_passed", "refusal-none-but-some")]);

        acceptance::accept(&ctx, World::TOWN, &all(6, "2021-07-01"), &Idem::none()).await.unwrap();
        let told = fields(edit(&SheetInput { due_on: "2022-12-31".into(), ..dates(7) }).await);
        assert_eq!(told, [at("due_on", "due-after-acceptance")]);
        edit(&SheetInput { note: "已开放".into(), ..dates(7) }).await.unwrap();
    })
    .await;
}
