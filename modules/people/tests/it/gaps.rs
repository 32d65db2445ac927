//! 空窗: a built station with nobody on post is flagged, then suspended, and resumed when somebody is back.

use crate::support::{NUMBERS, Nothing, at, county_admin, day, fields, parts, posting, register, unit_id, world};
use axum::http::StatusCode;
use serde_json::json;
use zw_access::{Ctx, Role};
use zw_core::{DivisionId, Error, PostingId, UnitId, WorkerId};
use zw_db::sql;
use zw_indicators::{Area, Measures, Source as _, Span};
use zw_network::model::sheet::{AcceptInput, SheetInput};
use zw_network::model::unit::gap::{CaretakerInput, GapCause, GapInput};
use zw_network::model::unit::{StateCause, StateInput, UnitState};
use zw_network::service::gaps::{in_area, note, suspend_due, take_care};
use zw_network::service::{acceptance, sheets, units};
use zw_people::model::posting::EndInput;
use zw_people::{PeopleSource, service};
use zw_testkit::{TestApp, World, actor, actor_of, on_both};
use zw_ui::Lang;
use zw_web::Idem;

/// Somebody on post at station 1 since February.
async fn staffed(app: &TestApp) -> (WorkerId, PostingId) {
    world(app).await;
    let id = register(app, "张三丰", NUMBERS[0]).await;
    let first = service::post(&app.ctx(county_admin()), id, &posting(1, "2021-02-01", ""), &Idem::none()).await;
    (id, first.unwrap())
}

async fn leaves(app: &TestApp, posting: PostingId, last_day: &str) {
    let end = EndInput { last_day: last_day.into(), reason: "contract_end".into(), version: 1 };
    service::end(&app.ctx(county_admin()), posting, &end, &Idem::none()).await.unwrap();
}

/// What the network says on the first page.
async fn first_page(ctx: &Ctx) -> String {
    zw_network::today_section(ctx, Lang::ZhCn).await.unwrap().unwrap().into_string()
}

async fn states(ctx: &Ctx, unit: UnitId) -> Vec<(UnitState, i64, Option<StateCause>)> {
    let file = units::get(ctx, unit).await.unwrap();
    file.history.iter().map(|s| (s.state, s.from.yyyymmdd(), s.cause)).collect()
}

/// Covered townships, built stations and stations without staff of COUNTY on a day.
async fn counts(app: &TestApp, on: i64) -> [i64; 3] {
    let keys = ["townships_covered", "stations_built", "stations_unstaffed"];
    let (measures, tree) = (app.app.ext::<Measures>().unwrap(), app.app.tree());
    let mut c = app.app.db.read().await.unwrap();
    let area = Area::County(World::COUNTY);
    let found = measures.count(&mut c, &tree, &keys, &area, Span::on(day(on))).await.unwrap();
    let swept = PeopleSource.series(&mut c, &tree, keys[2], &area, &[day(on)]).await.unwrap();
    let grouped = PeopleSource.by_county(&mut c, &tree, &keys[2..], &[World::COUNTY], Span::on(day(on))).await.unwrap();
    let unit = Area::Unit(World::COUNTY, unit_id(1));
    let one = PeopleSource.count(&mut c, &tree, &keys[2..], &unit, Span::on(day(on))).await.unwrap();
    assert_eq!(
        (swept[0], grouped[&(keys[2], World::COUNTY)], one[0].1),
        (found[keys[2]], found[keys[2]], found[keys[2]])
    );
    keys.map(|k| found[k])
}

#[tokio::test]
async fn thirty_days_flagged_then_suspended_then_resumed() {
    on_both(parts, |app| async move {
        let (worker, first) = staffed(&app).await;
        let unit = unit_id(1);
        leaves(&app, first, "2021-06-08").await;
        // The first day, the last day of the flag, and the day on which it is suspended.
        for (date, days, left) in [((2021, 6, 9), 1, 30), ((2021, 7, 8), 30, 1)] {
            app.at(date.0, date.1, date.2, 9);
            let ctx = app.ctx(county_admin());
            assert_eq!(suspend_due(&app.app).await.unwrap(), 0, "{date:?}");
            let gap = units::get(&ctx, unit).await.unwrap().gap.unwrap();
            assert_eq!((gap.from, gap.days), (day(20210609), days));
            assert_eq!(gap.suspended_on.map(|on| ctx.today().days_until(on)), Some(left));
            assert_eq!(gap.caretaker.map(|c| (c.id, c.chosen)), Some((unit_id(3), false)), "the county's centre");
            assert_eq!(in_area(&ctx).await.unwrap().len(), 1);
        }
        assert_eq!(counts(&app, 20210708).await, [1, 1, 1], "still built");
        app.at(2021, 7, 9, 9);
        assert_eq!(suspend_due(&app.app).await.unwrap(), 1);
        assert_eq!(suspend_due(&app.app).await.unwrap(), 0, "once");
        let ctx = app.ctx(county_admin());
        let suspended = (UnitState::Suspended, 20210709, Some(StateCause::StaffGap));
        let operated = (UnitState::Operating, 20210101, None);
        assert_eq!(states(&ctx, unit).await, [operated, suspended]);
        assert_eq!((counts(&app, 20210708).await, counts(&app, 20210709).await), ([1, 1, 1], [0, 0, 0]));
        let mut c = app.app.db.read().await.unwrap();
        let acts: Vec<(String, String)> =
            c.all(sql("SELECT actor,action FROM audit_event WHERE action='unit.gap_suspend'")).await.unwrap();
        assert_eq!(acts, [("system:staff-gaps".to_owned(), "unit.gap_suspend".to_owned())]);
        drop(c);
        let told = in_area(&ctx).await.unwrap();
        assert!(told[0].gap.as_ref().is_some_and(|g| g.suspended_on.is_none()), "{told:?}");
        // Somebody comes: the county hears that it may be resumed, and does it.
        app.at(2021, 7, 12, 9);
        let ctx = app.ctx(county_admin());
        service::post(&ctx, worker, &posting(1, "2021-07-12", ""), &Idem::none()).await.unwrap();
        let file = units::get(&ctx, unit).await.unwrap();
        assert!(file.gap.is_none() && file.gap_ended && file.unit.state == UnitState::Suspended);
        let told = in_area(&ctx).await.unwrap();
        assert!(told.len() == 1 && told[0].gap.is_none(), "{told:?}");
        assert!(first_page(&ctx).await.contains("人员已到岗，可恢复运营"));
        let resume = StateInput {
            state: "operating".into(),
            on: "2021-07-12".into(),
            version: file.unit.version,
            ..StateInput::default()
        };
        units::move_to(&ctx, unit, &resume, &Idem::none()).await.unwrap();
        let file = units::get(&ctx, unit).await.unwrap();
        assert!(file.gap.is_none() && !file.gap_ended && in_area(&ctx).await.unwrap().is_empty());
        assert_eq!(counts(&app, 20210712).await, [1, 1, 0]);
        assert_eq!(states(&ctx, unit).await, [operated, suspended, (UnitState::Operating, 20210712, None)]);
    })
    .await;
}

#[tokio::test]
async fn what_was_missed_is_caught_up_from_its_own_day() {
    on_both(parts, |app| async move {
        let (worker, first) = staffed(&app).await;
        let (ctx, unit) = (app.ctx(county_admin()), unit_id(1));
        // Entered late: the thirty days are long over. A decision in between stays, and the suspension follows it.
        leaves(&app, first, "2021-05-01").await;
        let input = StateInput {
            state: "rectifying".into(),
            on: "2021-06-10".into(),
            reason: "整改".into(),
            version: 1,
            ..StateInput::default()
        };
        units::move_to(&ctx, unit, &input, &Idem::none()).await.unwrap();
        assert_eq!(suspend_due(&app.app).await.unwrap(), 1);
        let want = [
            (UnitState::Operating, 20210101, None),
            (UnitState::Rectifying, 20210610, None),
            (UnitState::Suspended, 20210611, Some(StateCause::StaffGap)),
        ];
        assert_eq!(states(&ctx, unit).await, want);
        // Resumed without staff the days are counted anew, and nothing is suspended at once.
        let version = units::get(&ctx, unit).await.unwrap().unit.version;
        let input = StateInput { state: "rectifying".into(), on: "2021-07-01".into(), version, ..input };
        units::move_to(&ctx, unit, &input, &Idem::none()).await.unwrap();
        assert_eq!(suspend_due(&app.app).await.unwrap(), 0);
        let gap = units::get(&ctx, unit).await.unwrap().gap.unwrap();
        assert_eq!((gap.from, gap.days, gap.suspended_on), (day(20210701), 8, Some(day(20210731))));
        // A posting entered afterwards that began in time: there was no gap.
        service::post(&ctx, worker, &posting(1, "2021-05-02", ""), &Idem::none()).await.unwrap();
        assert!(units::get(&ctx, unit).await.unwrap().gap.is_none());
    })
    .await;
}

/// A further township was accepted after the day on which the suspension would begin: it follows the acceptance.
#[tokio::test]
async fn a_suspension_does_not_reach_back_before_an_acceptance() {
    on_both(parts, |app| async move {
        let (_, first) = staffed(&app).await;
        let (ctx, unit, town) = (app.ctx(county_admin()), unit_id(1), DivisionId(1002));
        let mut tx = ctx.write().await.unwrap();
        let q = sql("INSERT INTO unit_coverage(unit_id,division_id,from_day) VALUES(").bind(unit).lit(",").bind(town);
        tx.run(q.lit(",20210301)")).await.unwrap();
        tx.commit(Nothing).await.unwrap();
        let (venue_on, staff_on) = ("2021-03-01".into(), "2021-03-01".into());
        let dates = SheetInput { venue_on, staff_on, unusual: "1".into(), ..SheetInput::default() };
        sheets::edit(&ctx, town, &dates, &Idem::none()).await.unwrap();
        let (venue, staff, service) = ("1".to_owned(), "1".to_owned(), "1".to_owned());
        let version = sheets::get(&ctx, town).await.unwrap().version;
        let passed = AcceptInput { venue, staff, service, on: "2021-06-15".into(), version, ..AcceptInput::default() };
        assert_eq!(acceptance::accept(&ctx, town, &passed, &Idem::none()).await.unwrap(), unit);
        // Entered late: without the acceptance the suspension would begin on 1 June.
        leaves(&app, first, "2021-05-01").await;
        assert_eq!(suspend_due(&app.app).await.unwrap(), 1);
        let operated = (UnitState::Operating, 20210101, None);
        let suspended = (UnitState::Suspended, 20210616, Some(StateCause::StaffGap));
        assert_eq!(states(&ctx, unit).await, [operated, suspended]);
    })
    .await;
}

#[tokio::test]
async fn the_days_are_those_of_the_setting_and_missing_entries_are_no_gap() {
    on_both(parts, |app| async move {
        let (_, first) = staffed(&app).await;
        leaves(&app, first, "2021-06-28").await;
        // Station 4 has never had a posting on file: its county entered none, which proves nothing.
        assert_eq!(suspend_due(&app.app).await.unwrap(), 0);
        let other = app.ctx(actor(Role::CountyAdmin, World::OTHER_COUNTY));
        assert!(units::get(&other, unit_id(4)).await.unwrap().gap.is_none());
        app.app.set_settings((*app.app.settings()).clone().with("network.gap_days", "9".into()));
        assert_eq!(suspend_due(&app.app).await.unwrap(), 1, "the tenth day");
        let ctx = app.ctx(county_admin());
        assert_eq!(states(&ctx, unit_id(1)).await[1].1, 20210708);
    })
    .await;
}

#[tokio::test]
async fn the_county_says_why_and_who_looks_after_the_people() {
    on_both(parts, |app| async move {
        let (_, first) = staffed(&app).await;
        let (ctx, unit) = (app.ctx(county_admin()), unit_id(1));
        let why = |cause: &str, text: &str, version| GapInput { cause: cause.into(), text: text.into(), version };
        let staffed = note(&ctx, unit, &why("tender", "", 0), &Idem::none()).await;
        assert!(matches!(staffed, Err(Error::Rule { code: "unit-has-staff", .. })), "{staffed:?}");
        leaves(&app, first, "2021-06-30").await;
        assert_eq!(fields(note(&ctx, unit, &why("lazy", "", 0), &Idem::none()).await), [at("cause", "unknown-code")]);
        assert_eq!(fields(note(&ctx, unit, &why("other", "", 0), &Idem::none()).await), [at("text", "required")]);
        note(&ctx, unit, &why("tender", "二次公告中", 0), &Idem::none()).await.unwrap();
        let second = note(&ctx, unit, &why("funding", "", 0), &Idem::none()).await;
        assert!(matches!(second, Err(Error::Conflict { .. })), "{second:?}");
        let care = |who: &str, version| CaretakerInput { caretaker: who.into(), version };
        // A closed station, itself, another county's, and nonsense.
        for id in [2, 1, 4] {
            let wrong = take_care(&ctx, unit, &care(&unit_id(id).to_string(), 1), &Idem::none()).await;
            assert_eq!(fields(wrong), [at("caretaker", "caretaker-unit")], "{id}");
        }
        let wrong = take_care(&ctx, unit, &care("x", 1), &Idem::none()).await;
        assert_eq!(fields(wrong), [at("caretaker", "caretaker-unit")]);
        take_care(&ctx, unit, &care(&unit_id(3).to_string(), 1), &Idem::none()).await.unwrap();
        let gap = units::get(&ctx, unit).await.unwrap().gap.unwrap();
        assert_eq!((gap.cause, gap.text.as_deref(), gap.version), (Some(GapCause::Tender), Some("二次公告中"), 2));
        assert_eq!(gap.caretaker.map(|c| (c.id, c.chosen)), Some((unit_id(3), true)));
        // The centre notes causes and decides nothing; the head of the station and the city only read.
        let centre = app.ctx(actor(Role::CenterStaff, World::COUNTY));
        note(&centre, unit, &why("dispute", "", 2), &Idem::none()).await.unwrap();
        let refused = take_care(&centre, unit, &care("", 3), &Idem::none()).await;
        assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        for who in
            [actor(Role::CityAdmin, World::CITY), actor_of(Role::StationHead, None, Some((World::COUNTY, unit)), None)]
        {
            let ctx = app.ctx(who);
            assert!(units::get(&ctx, unit).await.unwrap().gap.is_some());
            let refused = note(&ctx, unit, &why("tender", "", 3), &Idem::none()).await;
            assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
        }
        let stranger = app.ctx(actor(Role::CountyAdmin, DivisionId(101)));
        let refused = note(&stranger, unit, &why("tender", "", 3), &Idem::none()).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn pages_and_api_say_it_in_plain_words() {
    on_both(parts, |app| async move {
        let (worker, first) = staffed(&app).await;
        let (unit, c) = (unit_id(1), app.client(county_admin()));
        let none = c.get("/units?tier=T&state=gap").await.text();
        assert!(!none.contains("第1站"), "{none}");
        leaves(&app, first, "2021-06-28").await;
        let here = c.get(&format!("/units/{unit}")).await.text();
        for (path, page) in [("unit", here), ("/", first_page(&app.ctx(county_admin())).await)] {
            assert!(
                page.contains("空窗 10 天：自 2021-06-29 起无人在岗") && page.contains("还有 21 天将暂停"),
                "{path}: {page}"
            );
            assert!(page.contains("原因尚未登记") && page.contains("代管"), "{path}: {page}");
        }
        let listed = c.get("/units?tier=T&state=gap").await.text();
        assert!(listed.contains("第1站") && listed.contains("空窗 10 天") && !listed.contains("第2站"), "{listed}");
        let path = format!("/units/{unit}/gap");
        let bad = c.post(&path, &[("cause", "other"), ("text", ""), ("version", "0")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("id=\"f-text\""), "{}", bad.text());
        let done = c.post(&path, &[("cause", "failed_tender"), ("text", "只有两家响应"), ("version", "0")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        let care = c.post(&format!("/units/{unit}/caretaker"), &[("caretaker", ""), ("version", "1")]).await;
        assert_eq!(care.status, StatusCode::SEE_OTHER, "{}", care.text());
        let city = first_page(&app.ctx(actor(Role::CityAdmin, World::CITY))).await;
        assert!(city.contains("原因：流标，只有两家响应。"), "{city}");
        let english = c.get_in("en", &format!("/units/{unit}")).await.text();
        assert!(english.contains("10 days without staff, since 2021-06-29"), "{english}");
        let api = c.get(&format!("/api/v1/units/{unit}")).await.json();
        assert_eq!(
            (api["gap"]["days"].as_i64(), api["gap"]["cause"].as_str()),
            (Some(10), Some("failed_tender")),
            "{api}"
        );
        let list = c.get("/api/v1/units/gaps").await.json();
        assert_eq!(list["items"][0]["gap"]["from"].as_str(), Some("2021-06-29"), "{list}");
        let noted = c.post_json(&format!("/api/v1/units/{unit}/gap"), &json!({"cause": "funding", "version": 2})).await;
        assert_eq!((noted.status, noted.json()["gap"]["cause"].as_str()), (StatusCode::OK, Some("funding")));
        // What was said of this gap is not said of the next one; the chosen caretaker stays.
        app.at(2021, 7, 9, 9);
        let ctx = app.ctx(county_admin());
        let again = service::post(&ctx, worker, &posting(1, "2021-07-09", ""), &Idem::none()).await.unwrap();
        app.at(2021, 7, 11, 9);
        leaves(&app, again, "2021-07-09").await;
        let gap = units::get(&app.ctx(county_admin()), unit).await.unwrap().gap.unwrap();
        assert_eq!((gap.from, gap.days, gap.cause, gap.text), (day(20210710), 2, None, None));
    })
    .await;
}
