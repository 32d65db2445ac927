//! The wall: confirmed and live values, status against plan, scopes, drill-down and paper.

use crate::support::{city, county, day, foreign, officer, parts, quietly, station, unit, world, write};
use zw_access::Role;
use zw_core::{Day, DivisionId, Error, Uuid};
use zw_db::val;
use zw_network::Phase;
use zw_publishing::model::town::TownQuery;
use zw_publishing::model::wall::{Basis, WallQuery};
use zw_publishing::service::wall as service;
use zw_reporting::figure::service::{FigureQuery, figure};
use zw_testkit::{World, actor, on_both};
use zw_ui::Status;

fn query(pairs: &[(&str, &str)]) -> WallQuery {
    let get = |k: &str| pairs.iter().find(|(n, _)| *n == k).map(|(_, v)| (*v).to_owned());
    WallQuery {
        area: get("area"),
        as_of: get("as_of"),
        week: get("week"),
        view: get("view"),
        basis: get("basis"),
        size: None,
    }
}

#[tokio::test]
async fn the_province_sees_confirmed_figures_and_live_ones_marked_so() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        let w = service::get(&ctx, &WallQuery::default()).await.unwrap();
        assert_eq!((w.area, w.level.as_str(), w.basis, w.unconfirmed), (1, "P", Basis::Confirmed, 1));
        // 子一县 confirmed 1 of 3 on 5 July; a second station stands since 20 June in the registers.
        let tile = |w: &zw_publishing::model::wall::WallOut, id: i64| {
            w.tiles.iter().find(|t| t.division == id).unwrap().clone()
        };
        let one = tile(&w, 100);
        assert_eq!((one.covered, one.counted, one.live, one.planned), (1, 3, Some(2), Some(1)));
        assert_eq!((one.status, one.confirmed_at.is_some()), (Status::OnCourse, true));
        // 子二县 has confirmed nothing: live, without a time, overdue, and stuck by its venue.
        let two = tile(&w, 101);
        assert_eq!(
            (two.covered, two.confirmed_at, two.status, two.obstacle.as_deref()),
            (0, None, Status::Overdue, Some("venue"))
        );
        assert_eq!((tile(&w, 110).status, tile(&w, 110).obstacle), (Status::Done, None));
        let strip =
            |w: &zw_publishing::model::wall::WallOut, key: &str| w.strip.iter().find(|s| s.key == key).unwrap().clone();
        let cover = strip(&w, "coverage_township");
        assert_eq!(
            (cover.num, cover.den, cover.value.as_str(), cover.live.as_deref()),
            (2, Some(8), "25.0%", Some("37.5%"))
        );
        assert!(!cover.confirmed);
        assert_eq!(cover.trend.len(), 53);
        assert_eq!((cover.trend[0], cover.trend[51], cover.trend[52]), (None, Some(2), Some(2)));
        let live = service::get(&ctx, &query(&[("basis", "live")])).await.unwrap();
        assert_eq!((tile(&live, 100).covered, tile(&live, 100).live, strip(&live, "stations_built").num), (2, None, 3));
        // Every line ends on the number beside it: of the confirmed figures as of the live ones.
        for s in w.strip.iter().chain(&live.strip) {
            assert_eq!((s.trend.len(), s.trend.last()), (53, Some(&Some(s.num))), "{}", s.key);
        }
        assert_eq!(strip(&live, "coverage_township").trend[52], Some(3));
        // The past, as it was then.
        let past = service::get(&ctx, &query(&[("basis", "live"), ("as_of", "2021-06-13")])).await.unwrap();
        assert_eq!((past.as_of, strip(&past, "stations_built").num), (day(6, 13), 2));
        let week = service::get(&ctx, &query(&[("week", "51")])).await.unwrap();
        assert_eq!((week.as_of, week.chosen), (day(7, 4), 51));
    })
    .await;
}

#[tokio::test]
async fn drill_down_matrices_and_scopes() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        // Above the county the townships stand as of the confirmed week; the zone is not counted.
        let towns = service::get(&ctx, &query(&[("area", "100")])).await.unwrap();
        let states: Vec<_> = towns.tiles.iter().map(|t| (t.name.as_str(), t.status)).collect();
        assert_eq!(states, [("东街街道", Status::Done), ("南山镇", Status::Done), ("西溪乡", Status::Behind)]);
        assert_eq!(towns.tiles[2].obstacle.as_deref(), Some("tender"));
        assert_eq!(towns.above.iter().map(|a| a.0).collect::<Vec<_>>(), [10, 1]);
        let m = service::get(&ctx, &query(&[("view", "milestones"), ("basis", "live")])).await.unwrap().matrix.unwrap();
        assert_eq!(m.cols, ["venue", "tender", "funding", "staff", "plaque", "acceptance", "passed"]);
        assert_eq!((m.rows[0].cells[5].num, m.rows[0].cells[5].den), (2, 3));
        let w = service::get(&ctx, &query(&[("view", "weeks")])).await.unwrap().matrix.unwrap();
        assert_eq!((w.cols.len(), w.cols[11].as_str(), w.cols[10].as_str()), (12, "2021-07-08", "2021-07-04"));
        assert_eq!(w.rows[2].cells.iter().map(|c| c.num).collect::<Vec<_>>(), [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        // The county looks at itself, live first; nobody looks outside.
        let own = service::get(&t.ctx(county()), &WallQuery::default()).await.unwrap();
        assert_eq!((own.area, own.level.as_str(), own.basis, own.tiles.len()), (100, "X", Basis::Live, 3));
        assert_eq!(service::get(&t.ctx(city()), &WallQuery::default()).await.unwrap().area, 10);
        for area in ["1", "110", "200", "99999", "x"] {
            assert!(
                matches!(service::get(&t.ctx(city()), &query(&[("area", area)])).await, Err(Error::NotFound)),
                "{area}"
            );
        }
        assert_eq!(service::get(&t.ctx(foreign()), &WallQuery::default()).await.unwrap().area, 2);
        for bad in [("as_of", "2021-07-09"), ("as_of", "x"), ("view", "x"), ("basis", "x"), ("week", "x")] {
            assert!(matches!(service::get(&ctx, &query(&[bad])).await, Err(Error::Invalid(_))), "{bad:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_fragment_and_paper() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(officer(1));
        let page = c.get("/wall").await.text();
        for want in
            ["子一县", "1/3", "0/3＊", "场地", "未审核", "data-live=\"/live?topics=wall\"", "逾期 1", "/wall?area=101"]
        {
            assert!(page.contains(want), "{want}");
        }
        assert!(!page.contains("view=map"), "no map without a review number outside the demo");
        let fragment = c.get("/wall/fragment?area=1&view=tiles").await.text();
        assert!(fragment.contains("子一县") && !fragment.contains("<html"), "{fragment}");
        // A station more: the fragment shows it at once.
        let mut tx = write(&t).await;
        station(&mut tx, 9, World::COUNTY2, DivisionId(1011), 20210701, "二水社工站").await;
        quietly(tx).await;
        assert!(c.get("/wall/fragment?area=1&basis=live").await.text().contains("1/3"));
        for (size, class) in [("A3", "zw-sheet-a3"), ("A0", "zw-sheet-a0")] {
            assert!(c.get(&format!("/wall/print?size={size}")).await.text().contains(class));
        }
        assert_eq!(c.get("/wall/print?size=A7").await.status.as_u16(), 422);
        let mut conn = t.app.db.read().await.unwrap();
        let q = "SELECT fields FROM audit_event WHERE resource='wall' ORDER BY ts_us,seq";
        let printed: Vec<(String,)> = conn.all(zw_db::sql(q)).await.unwrap();
        assert!(printed.len() == 2 && printed[0].0.contains("A3") && printed[1].0.contains("A0"), "{printed:?}");
        drop(conn);
        let county = t.client(county()).get("/wall").await.text();
        assert!(county.contains("西溪乡") && county.contains("/units/"), "township tiles lead to their stations");
        assert!(county.contains("/build-out/100/1002"), "and where none stands, to what is being done about it");
        let api = c.get("/api/v1/wall?view=milestones").await.json();
        assert_eq!(api["tiles"].as_array().unwrap().len(), 3);
        assert_eq!(api["matrix"]["rows"].as_array().unwrap().len(), 3);
        assert_eq!(t.client(foreign()).get("/wall?area=1").await.status.as_u16(), 404);
        assert_eq!(t.anonymous().get("/wall").await.status.as_u16(), 303);
    })
    .await;
}

/// The figure a reader clicks is the figure the page behind it shows, confirmed or flagged alike.
#[tokio::test]
async fn the_page_behind_a_figure_shows_the_figure() {
    on_both(parts, |t| async move {
        world(&t).await;
        for (who, date) in [(officer(1), "2021-07-08"), (city(), "2021-07-08"), (officer(1), "2021-06-20")] {
            let ctx = t.ctx(who);
            let w = service::get(&ctx, &query(&[("as_of", date)])).await.unwrap();
            assert!(!w.strip.is_empty());
            for s in &w.strip {
                let q = FigureQuery {
                    area: Some(w.area.to_string()),
                    from: Some(date.into()),
                    to: Some(date.into()),
                    ..FigureQuery::default()
                };
                let f = figure(&ctx, &s.key, &q).await.unwrap();
                let (shown, whole) = match &f.confirmed {
                    Some(c) => (&c.figure, c.unconfirmed.is_empty()),
                    None => (f.live.as_ref().unwrap(), false),
                };
                assert_eq!((shown.num, shown.den, whole), (s.num, s.den, s.confirmed), "{} {date}", s.key);
                if let Some(live) = &s.live {
                    let behind = f.live.as_ref().unwrap();
                    assert!(live.starts_with(&behind.value), "{live} {}", behind.value);
                }
            }
        }
        // The counties' own pages show what their tiles show; the one that confirmed nothing is named.
        let ctx = t.ctx(officer(1));
        let w = service::get(&ctx, &WallQuery::default()).await.unwrap();
        for tile in &w.tiles {
            let q = FigureQuery { area: Some(tile.division.to_string()), ..FigureQuery::default() };
            let f = figure(&ctx, "townships_covered", &q).await.unwrap();
            assert_eq!(f.confirmed.is_some(), tile.confirmed_at.is_some(), "{}", tile.name);
            let num = f.confirmed.map_or_else(|| f.live.unwrap().num, |c| c.figure.num);
            assert_eq!(num, tile.covered, "{}", tile.name);
        }
        let all = figure(&ctx, "stations_built", &FigureQuery::default()).await.unwrap().confirmed.unwrap();
        assert_eq!((all.units, all.of, all.unconfirmed.len()), (2, 3, 1));
        assert!(all.unconfirmed[0].name.ends_with("子二县"), "{:?}", all.unconfirmed);
    })
    .await;
}

/// From province to township without a right to build-out sheets: every tile leads on, and the page says what the tile is
/// made of, as of the same day.
#[tokio::test]
async fn a_township_is_opened_from_its_tile() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(officer(1));
        let wall = c.get("/wall?area=100").await.text();
        for town in [1000, 1001, 1002] {
            assert!(wall.contains(&format!("/wall/town?area={town}&amp;basis=confirmed")), "{town} {wall}");
        }
        assert!(wall.contains("招标 首次招标流标"), "the obstacle's text in the tile's title");
        assert!(!wall.contains("/build-out/"), "no door that does not open");
        let town = |area: &str, basis: &str| TownQuery {
            area: Some(area.into()),
            basis: (!basis.is_empty()).then(|| basis.into()),
            as_of: None,
        };
        let ctx = t.ctx(officer(1));
        let stuck = service::town(&ctx, &town("1002", "")).await.unwrap();
        assert_eq!((stuck.status, stuck.on, stuck.as_of), (Status::Behind, day(7, 4), day(7, 8)));
        assert_eq!(stuck.week.as_deref(), Some("2021-W26"));
        assert_eq!(stuck.due_on, Some(day(8, 31)));
        let reached: Vec<_> = stuck.milestones.iter().filter(|m| m.on.is_some()).map(|m| m.code.as_str()).collect();
        assert_eq!(reached, ["venue"]);
        assert_eq!(stuck.obstacles.len(), 1);
        assert!(stuck.units.is_empty() && !stuck.sheet);
        // The same status as the tile, on either basis, and the same day as the page behind each figure.
        for basis in ["confirmed", "live"] {
            for area in ["100", "101"] {
                let w = service::get(&ctx, &query(&[("area", area), ("basis", basis)])).await.unwrap();
                for tile in &w.tiles {
                    let one = service::town(&ctx, &town(&tile.division.to_string(), basis)).await.unwrap();
                    assert_eq!(
                        (one.status, one.confirmed_at),
                        (tile.status, tile.confirmed_at),
                        "{} {basis}",
                        tile.name
                    );
                    assert_eq!(one.units.iter().any(|u| Some(u.unit) == tile.unit), tile.unit.is_some());
                    for f in &one.figures {
                        let on = Some(one.asked_on().to_string());
                        let q = FigureQuery {
                            area: Some(one.area.to_string()),
                            from: on.clone(),
                            to: on,
                            ..FigureQuery::default()
                        };
                        let behind = figure(&ctx, &f.key, &q).await.unwrap();
                        let shown = match (&behind.confirmed, basis) {
                            (Some(c), "confirmed") => &c.figure,
                            _ => behind.live.as_ref().unwrap(),
                        };
                        assert_eq!((shown.num, shown.den), (f.num, f.den), "{} {} {basis}", f.key, tile.name);
                    }
                }
            }
        }
        let page = c.get("/wall/town?area=1002").await.text();
        for want in [
            "西溪乡",
            "进展较慢",
            "首次招标流标",
            "场地落实",
            "2021-05-01",
            "2021-08-31",
            "县级确认 2021-07-05 10:30",
            "/figures/posted_workers?area=1002&amp;from=2021-07-08&amp;to=2021-07-08",
            "href=\"/wall?area=100&amp;view=tiles&amp;basis=confirmed\"",
        ] {
            assert!(page.contains(want), "{want} in {page}");
        }
        assert!(!page.contains("未审核") && !page.contains("/build-out/"), "{page}");
        // Nobody confirmed 子二县, and live is live: both flagged to readers above the county.
        assert!(c.get("/wall/town?area=1010").await.text().contains("未审核"));
        assert!(c.get("/wall/town?area=1002&basis=live").await.text().contains("未审核"));
        let built = c.get("/wall/town?area=1000").await.text();
        assert!(built.contains("东街社工站") && built.contains(&format!("/units/{}", unit(1))), "{built}");
        // The county's own: its registers are no stranger's, and the sheet is one step away.
        let own = t.client(county()).get("/wall/town?area=1002").await.text();
        assert!(own.contains("/build-out/100/1002") && !own.contains("未审核"), "{own}");
        let screen = t.client(actor(Role::Kiosk, World::PROVINCE)).get("/wall/town?area=1000").await;
        assert_eq!((screen.status.as_u16(), screen.location().as_str()), (303, "/wall/kiosk"));
        let api = c.get("/api/v1/wall/town?area=1002").await.json();
        assert_eq!(api["obstacles"][0]["text"], "首次招标流标");
        for area in ["100", "1", "10001", "99999", "x"] {
            assert_eq!(c.get(&format!("/wall/town?area={area}")).await.status.as_u16(), 404, "{area}");
        }
        assert_eq!(c.get("/wall/town").await.status.as_u16(), 422, "no township named");
        assert_eq!(t.client(foreign()).get("/wall/town?area=1002").await.status.as_u16(), 404);
        assert_eq!(t.client(city()).get("/wall/town?area=1100").await.status.as_u16(), 404, "another city's");
        assert_eq!(c.get("/wall/town?area=1002&as_of=2021-07-09").await.status.as_u16(), 422);
    })
    .await;
}

/// Live figures of a county are flagged to who stands above it, and not to the county.
#[tokio::test]
async fn a_countys_live_figures_are_flagged_above_it() {
    on_both(parts, |t| async move {
        world(&t).await;
        for (who, flagged) in [(officer(1), true), (city(), true), (county(), false)] {
            let w = service::get(&t.ctx(who.clone()), &query(&[("area", "100"), ("basis", "live")])).await.unwrap();
            assert_eq!((w.level.as_str(), w.above_county, w.flags_live()), ("X", flagged, flagged));
            let page = t.client(who).get("/wall?area=100&basis=live").await.text();
            assert_eq!(page.contains("未审核"), flagged, "{page}");
        }
        // Confirmed by its county is confirmed for everybody.
        let page = t.client(officer(1)).get("/wall?area=100").await.text();
        assert!(page.contains("县级确认 2021-07-05 10:30"), "{page}");
    })
    .await;
}

/// 子一县 confirmed one station in July. In September it owes two, and that it confirmed nothing since does not help it.
#[tokio::test]
async fn who_did_not_confirm_the_week_answers_to_the_plan_of_the_day() {
    on_both(parts, |t| async move {
        world(&t).await;
        let tile = async |ctx: &zw_access::Ctx| {
            let w = service::get(ctx, &WallQuery::default()).await.unwrap();
            w.tiles.into_iter().find(|t| t.division == World::COUNTY.0).unwrap()
        };
        let ctx = t.ctx(officer(1));
        let july = tile(&ctx).await;
        assert_eq!((july.covered, july.planned, july.status), (1, Some(1), Status::OnCourse));
        t.at(2021, 8, 25, 9);
        let ctx = t.ctx(officer(1));
        let late = tile(&ctx).await;
        assert!(late.confirmed_at.is_some(), "what it confirmed in July still stands: {late:?}");
        assert_eq!((late.covered, late.planned, late.status), (1, Some(2), Status::Behind));
        let m = service::get(&ctx, &query(&[("view", "milestones")])).await.unwrap().matrix.unwrap();
        assert_eq!(m.rows[0].cells[5].status, Some(Status::Behind), "in the matrix too");
    })
    .await;
}

/// What stands beside the plan says since when it counts and has no colour; the slider is called by the day it shows.
#[tokio::test]
async fn the_passed_column_says_its_year_and_the_slider_its_day() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(officer(1));
        let page = c.get("/wall?view=milestones").await.text();
        assert!(page.contains("验收通过（本年）") && page.contains("为 2021-01-01 至 2021-07-08"), "{page}");
        assert!(page.contains("都标＊"), "{page}");
        let live = c.get("/wall?view=milestones&basis=live").await.text();
        assert!(live.contains("为 2021-01-01 至 2021-07-08") && !live.contains('＊'), "{live}");
        let m = service::get(&t.ctx(officer(1)), &query(&[("view", "milestones")])).await.unwrap().matrix.unwrap();
        assert!(m.rows.iter().all(|r| r.cells[6].status.is_none() && r.cells[5].status.is_some()));
        // 30 June is a Wednesday.
        let page = c.get("/wall?as_of=2021-06-30").await.text();
        assert!(
            page.contains("aria-valuetext=\"2021-06-30\"") && page.contains("<output for=\"zw-week\">2021-06-30<"),
            "{page}"
        );
        assert!(page.contains("截至 2021-06-30</figcaption>"), "{page}");
    })
    .await;
}

/// Nobody knows the figures of a day to come: page, API and series refuse it as the wall does.
#[tokio::test]
async fn a_figure_of_a_day_to_come_is_refused() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(officer(1));
        for path in ["/api/v1/figures/stations_built", "/api/v1/figures/stations_built/series"] {
            let answer = c.get(&format!("{path}?to=2021-07-09")).await;
            assert_eq!(answer.status.as_u16(), 422, "{path}");
            let body = answer.json();
            assert_eq!(
                (body["errors"][0]["field"].as_str(), body["errors"][0]["code"].as_str()),
                (Some("to"), Some("as-of-future"))
            );
            assert_eq!(c.get(&format!("{path}?to=2021-07-08")).await.status.as_u16(), 200, "{path}");
        }
        let page = c.get("/figures/stations_built?to=2021-07-09").await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.text().contains("不能晚于今天"));
        // A running week or month, as the board links to it, is shown as far as it went, and says so.
        for (from, to) in [("2021-07-05", "2021-07-11"), ("2021-07-01", "2021-07-31")] {
            let f = c.get(&format!("/api/v1/figures/M07?from={from}&to={to}")).await.json();
            assert_eq!((f["from"].as_str(), f["to"].as_str()), (Some(from), Some("2021-07-08")));
            let other = c.get(&format!("/api/v1/figures/M07?from=2021-07-02&to={to}")).await;
            assert_eq!(other.status.as_u16(), 422, "{to}");
        }
    })
    .await;
}

/// 甲省 covers by the end of 2021; from 2022 on the rooms of villages lead.
#[tokio::test]
async fn phases_mark_the_slider_and_choose_the_lead() {
    on_both(parts, |t| async move {
        world(&t).await;
        let mut tx = write(&t).await;
        let columns =
            &["id", "division_id", "measure", "due_on", "value", "phase", "set_by", "set_level", "created_at"];
        let row = vec![
            val(Uuid::from_u128(0xE100)),
            val(World::COUNTY),
            val("village_rooms"),
            val(20_221_231i64),
            val(2i64),
            val("standard"),
            val("test"),
            val("P"),
            val(0i64),
        ];
        tx.bulk("target", columns, &[row], "").await.unwrap();
        quietly(tx).await;
        let w = service::get(&t.ctx(officer(1)), &WallQuery::default()).await.unwrap();
        let now = w.phase.unwrap();
        assert_eq!((now.phase, now.due_on, now.days_left), (Phase::Coverage, Day::new(2021, 12, 31).unwrap(), 176));
        assert_eq!(
            (w.lead.as_str(), w.strip[0].key.as_str(), w.strip[0].lead),
            ("townships_covered", "coverage_township", true)
        );
        assert_eq!(w.phases.len(), 5);
        let page = t.client(officer(1)).get("/wall").await.text();
        for want in [
            // The province itself has no target of these days, its counties have.
            "一年覆盖 2021-12-31",
            "两年规范 2022-12-31",
            "当前阶段：一年覆盖，目标日 2021-12-31，还有 176 天。",
            "as_of=2021-06-30",
            "<datalist id=\"zw-phases\">",
        ] {
            assert!(page.contains(want), "{want} in {page}");
        }
        // A county's own targets say what and by when, so that none is called as another.
        let page = t.client(officer(1)).get("/wall?area=100").await.text();
        for want in [
            "一年覆盖：2021-12-31 前已覆盖乡镇（街道）达到 3 个（省定）",
            "两年规范：2022-12-31 前村（居）社工室达到 2 个（省定）",
        ] {
            assert!(page.contains(want), "{want} in {page}");
        }
        t.at(2022, 1, 10, 9);
        let w = service::get(&t.ctx(officer(1)), &WallQuery::default()).await.unwrap();
        assert_eq!((w.phase.unwrap().phase, w.lead.as_str()), (Phase::Standard, "village_rooms"));
        assert!(w.strip[0].lead && w.strip[0].key == "village_rooms", "{:?}", w.strip[0]);
        let tile = w.tiles.iter().find(|t| t.division == World::COUNTY.0).unwrap();
        assert_eq!((tile.covered, tile.counted > 0), (0, true));
        // As it was then.
        let then = service::get(&t.ctx(officer(1)), &query(&[("as_of", "2021-07-08")])).await.unwrap();
        assert_eq!((then.phase.unwrap().days_left, then.lead.as_str()), (176, "townships_covered"));
    })
    .await;
}

#[tokio::test]
async fn the_wall_says_how_totals_are_counted_and_a_linked_cadre_finds_its_county() {
    on_both(parts, |t| async move {
        world(&t).await;
        let page = t.client(officer(1)).get("/wall").await.text();
        for want in [
            "合计怎么算",
            "没有确认数的县（市、区）按登记册当日数计入",
            "应计 3 个，已确认 2 个",
            "/figures/coverage_township?area=1",
        ] {
            assert!(page.contains(want), "{want} in {page}");
        }
        let live = t.client(officer(1)).get("/wall?basis=live").await.text();
        assert!(!live.contains("合计怎么算"), "live figures are nobody's confirmation");
        let ctx = t.ctx(actor(Role::LinkedCadre, World::COUNTY));
        let first = zw_publishing::today_section(&ctx, zw_ui::Lang::ZhCn).await.unwrap().unwrap().into_string();
        for want in ["子一县", "各乡镇（街道）建站状态", "zw-spark", "/figures/stations_built?area=100"] {
            assert!(first.contains(want), "{want} in {first}");
        }
        assert!(
            zw_publishing::today_section(&t.ctx(actor(Role::CenterStaff, World::COUNTY)), zw_ui::Lang::ZhCn)
                .await
                .unwrap()
                .is_none_or(|m| !m.into_string().contains("各乡镇（街道）建站状态"))
        );
    })
    .await;
}
