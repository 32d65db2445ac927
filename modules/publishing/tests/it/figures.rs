//! The page behind a figure: several months added up, who is missing, where the registers differ and why, a frozen month's
//! last day, and the choice of area and days.

use crate::support::{county, day, officer, parts, pass, quietly, report, station, unit, world, write};
use zw_access::Role;
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_core::{DivisionId, Stamp, Uuid, WorkerId};
use zw_db::val;
use zw_publishing::model::snapshot::FreezeInput;
use zw_publishing::model::wall::WallQuery;
use zw_publishing::service::{snapshots, wall};
use zw_reporting::figure::out::DiffersWhy;
use zw_reporting::figure::service::{FigureQuery, figure};
use zw_reporting::report::model::ReportState;
use zw_reporting::seed::SeedPassOn;
use zw_testkit::{TestApp, World, actor_of, on_both, posted};
use zw_web::Idem;

fn asked(area: DivisionId, from: &str, to: &str) -> FigureQuery {
    FigureQuery { area: Some(area.to_string()), from: Some(from.into()), to: Some(to.into()), ..FigureQuery::default() }
}

/// Visits in the middle of June, of so many persons, and their cells: of units, and the county's total with them.
async fn visits(t: &TestApp, county: DivisionId, units: &[(u128, i64)]) {
    let mut tx = write(t).await;
    let columns = &[
        "county_id",
        "id",
        "unit_id",
        "kind",
        "day",
        "mode",
        "result",
        "met_n",
        "worker_id",
        "recorded_at",
        "recorded_by",
        "updated_at",
        "updated_by",
    ];
    for (n, met) in units {
        posted(&mut tx, 100 + n, county, unit(*n), 20_210_501).await;
        let row = vec![
            val(county),
            val(Uuid::from_u128(0xC000 + n)),
            val(unit(*n)),
            val("visit"),
            val(day(6, 15)),
            val("talk"),
            val("done"),
            val(*met),
            val(WorkerId(Uuid::from_u128(0xB000 + 100 + n))),
            val(0i64),
            val("t"),
            val(0i64),
            val("t"),
        ];
        tx.bulk("encounter", columns, &[row], "").await.unwrap();
    }
    let of = |unit: Uuid, n: i64| vec![val("M07"), val(county), val(unit), val(day(6, 15)), val(n)];
    let total = of(Uuid::nil(), units.iter().map(|(_, n)| n).sum());
    let rows: Vec<_> = units.iter().map(|(n, v)| of(unit(*n).0, *v)).chain([total]).collect();
    tx.bulk("cell", &["measure", "county_id", "unit_id", "day", "value"], &rows, "").await.unwrap();
    quietly(tx).await;
}

/// May: 东街 had 10, 四方 sent none; both counties passed it on.
async fn may(t: &TestApp) {
    let at = Stamp::from_cn(day(6, 5), 10, 0);
    let mut tx = write(t).await;
    let own = report(World::COUNTY, World::TOWN, Some(unit(1)), "2021-05", ReportState::RolledUp, at, &[("M07", 10)]);
    zw_reporting::seed::reports(&mut tx, &t.app.rng, &[own]).await.unwrap();
    let passed = [World::COUNTY, World::COUNTY3].map(|division| SeedPassOn {
        division,
        period: Period::parse("2021-05").unwrap(),
        at,
        by: "县".into(),
        timeliness: Some(Timeliness::OnTime),
        missing: vec![],
        approved: None,
    });
    zw_reporting::seed::pass_ons(&mut tx, &t.app.rng, &passed).await.unwrap();
    quietly(tx).await;
}

#[tokio::test]
async fn several_whole_months_are_the_sum_of_their_reports() {
    on_both(parts, |t| async move {
        world(&t).await;
        may(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let ctx = t.ctx(officer(1));
        let of = async |key: &str, from: &str, to: &str| {
            figure(&ctx, key, &asked(World::PROVINCE, from, to)).await.unwrap().confirmed
        };
        let one = [of("M07", "2021-05-01", "2021-05-31").await, of("M07", "2021-06-01", "2021-06-30").await];
        let one: Vec<_> = one.iter().flatten().map(|c| (c.figure.num, c.units, c.of)).collect();
        assert_eq!(one, [(10, 1, 2), (42, 2, 3)]);
        let both = of("M07", "2021-05-01", "2021-06-30").await.unwrap();
        assert_eq!((both.figure.num, both.units, both.of), (52, 3, 5));
        assert_eq!((both.since.as_deref(), both.period.as_str()), (Some("2021-05"), "2021-06"));
        assert_eq!((both.figure.from, both.figure.as_of), (day(5, 1), day(6, 30)));
        let missing: Vec<_> = both.unconfirmed.iter().map(|m| (m.name.as_str(), m.periods.join(" "))).collect();
        assert_eq!(missing, [("南山社工站", "2021-06".to_owned()), ("四方社工站", "2021-05".to_owned())]);
        // A month without any report is one more that lacks all of them.
        let more = of("M07", "2021-04-01", "2021-06-30").await.unwrap();
        assert_eq!((more.figure.num, more.units, more.of), (52, 3, 6));
        // Days that are no whole months, and persons counted once each, have no sum.
        for (key, from, to) in [
            ("M07", "2021-05-02", "2021-06-30"),
            ("M07", "2021-05-01", "2021-06-29"),
            ("M46", "2021-05-01", "2021-06-30"),
        ] {
            assert_eq!(of(key, from, to).await, None, "{key} {from} {to}");
        }
        let own = FigureQuery { area: Some(unit(1).to_string()), ..asked(World::PROVINCE, "2021-05-01", "2021-06-30") };
        let own = figure(&ctx, "M07", &own).await.unwrap().confirmed.unwrap();
        assert_eq!((own.figure.num, own.units, own.of), (22, 2, 2));
        let page = t.client(officer(1)).get("/figures/M07?area=1&from=2021-05-01&to=2021-06-30").await.text();
        for want in ["确认数 · 2021年5月", "缺 2 份报表", "南山社工站（2021年6月", "各期应报 5 份，已计入 3 份"]
        {
            assert!(page.contains(want), "{want} in {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_page_and_the_freeze_name_the_same_stations() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY3]).await;
        let ctx = t.ctx(officer(1));
        let f = figure(&ctx, "M07", &asked(World::PROVINCE, "2021-06-01", "2021-06-30")).await.unwrap();
        let c = f.confirmed.unwrap();
        let left_out = snapshots::left_out(&ctx, Period::parse("2021-06").unwrap()).await.unwrap();
        assert_eq!((c.unconfirmed.len(), c.waiting.len()), left_out);
        let freeze = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        let id = snapshots::freeze(&ctx, &freeze, &Idem::none()).await.unwrap();
        let body = snapshots::get(&ctx, id).await.unwrap().body;
        let page: Vec<_> = c.unconfirmed.iter().map(|m| (m.name.as_str(), m.county.as_deref().unwrap())).collect();
        let frozen: Vec<_> = body.unreported.iter().map(|u| (u.name.as_str(), u.county.as_str())).collect();
        assert_eq!((page, frozen.len()), (frozen.clone(), 2));
        assert_eq!(c.waiting, body.unpassed.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn counties_whose_records_differ_from_their_reports_are_named_with_the_reason() {
    on_both(parts, |t| async move {
        world(&t).await;
        let mut tx = write(&t).await;
        station(&mut tx, 5, World::COUNTY2, DivisionId(1010), 20_210_702, "一心社工站").await;
        quietly(tx).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        // 东街 reported 12 and has 14; 南山 has 99 and no approved report; 一心 was built after the end of June.
        visits(&t, World::COUNTY, &[(1, 14), (2, 99)]).await;
        visits(&t, World::COUNTY2, &[(5, 4)]).await;
        visits(&t, World::COUNTY3, &[(3, 30)]).await;
        let june = asked(World::PROVINCE, "2021-06-01", "2021-06-30");
        let f = figure(&t.ctx(officer(1)), "M07", &june).await.unwrap();
        let (sure, live) = (f.confirmed.unwrap(), f.live.unwrap());
        assert_eq!((sure.figure.num, live.num), (42, 147));
        let got: Vec<_> = sure
            .differs
            .iter()
            .map(|d| (d.county.as_str(), d.confirmed, d.live, d.why.clone(), d.not_owed.join("")))
            .collect();
        assert_eq!(
            got,
            [
                ("子城市子一县", Some(12), 113, vec![DiffersWhy::Changed, DiffersWhy::Missing], String::new()),
                ("子城市子二县", None, 4, vec![DiffersWhy::NotOwed], "一心社工站".to_owned()),
            ]
        );
        // Nobody waits for the county that owes nothing.
        assert!(sure.waiting.is_empty() && sure.unconfirmed.iter().all(|m| m.name == "南山社工站"));
        let page = t.client(officer(1)).get("/figures/M07?area=1&from=2021-06-01&to=2021-06-30").await.text();
        for want in ["+105", "当期不需报送（一心社工站）", "确认之后有补录或变动；有报表没有计入", "登记数与确认数不同"]
        {
            assert!(page.contains(want), "{want} in {page}");
        }
        // Where live figures are not shown above the county, nothing of them is.
        t.app
            .set_settings((*t.app.settings()).clone().with("reporting.cycle", r#"{"live_above_county":false}"#.into()));
        let f = figure(&t.ctx(officer(1)), "M07", &june).await.unwrap();
        assert!(f.live.is_none() && f.confirmed.unwrap().differs.is_empty());
    })
    .await;
}

#[tokio::test]
async fn on_the_last_day_of_a_frozen_month_the_registers_stand_beside_what_was_confirmed() {
    on_both(parts, |t| async move {
        world(&t).await;
        let at = Stamp::from_cn(day(6, 28), 10, 0);
        let week =
            |county| report(county, county, None, "2021-W25", ReportState::Submitted, at, &[("stations_built", 1)]);
        let mut tx = write(&t).await;
        let list = [week(World::COUNTY), week(World::COUNTY3)];
        zw_reporting::seed::reports(&mut tx, &t.app.rng, &list).await.unwrap();
        quietly(tx).await;
        let (c, ctx) = (t.client(officer(1)), t.ctx(officer(1)));
        let figure_page = "/figures/stations_built?area=1&from=2021-06-30&to=2021-06-30";
        let wall_page = "/wall?area=1&as_of=2021-06-30";
        for path in [figure_page, wall_page] {
            assert!(!c.get(path).await.text().contains("截至月末登记值"), "{path}");
        }
        let freeze = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        snapshots::freeze(&ctx, &freeze, &Idem::none()).await.unwrap();
        for path in [figure_page, wall_page] {
            let page = c.get(path).await.text();
            for want in ["截至月末登记值", "2021年6月已于 2021-07-08", "按 2021-06-30 终了时的登记数计"]
            {
                assert!(page.contains(want), "{path}: {want} in {page}");
            }
            // Another day of the month is as before.
            assert!(!c.get(&path.replace("06-30", "06-29")).await.text().contains("截至月末登记值"), "{path}");
        }
        let f = figure(&ctx, "stations_built", &asked(World::PROVINCE, "2021-06-30", "2021-06-30")).await.unwrap();
        assert_eq!((f.confirmed.unwrap().figure.num, f.live.unwrap().num), (2, 3));
        assert_eq!(f.month_end.unwrap().period, "2021-06");
        let q = WallQuery { as_of: Some("2021-06-30".into()), basis: Some("live".into()), ..WallQuery::default() };
        assert!(wall::get(&ctx, &q).await.unwrap().month_end.is_none(), "live figures say it themselves");
    })
    .await;
}

/// A county confirmed its coverage for the map of its week; by the map of a later day fewer townships count.
#[tokio::test]
async fn no_coverage_above_the_county_is_more_than_all() {
    on_both(parts, |t| async move {
        world(&t).await;
        let at = Stamp::from_cn(day(6, 28), 10, 0);
        let values = [("townships_covered", 99), ("villages_covered", 999), ("county_centres", 1)];
        let week = report(World::COUNTY, World::COUNTY, None, "2021-W25", ReportState::Submitted, at, &values);
        let mut tx = write(&t).await;
        zw_reporting::seed::reports(&mut tx, &t.app.rng, &[week]).await.unwrap();
        quietly(tx).await;
        let ctx = t.ctx(officer(1));
        for key in ["coverage_township", "coverage_village", "coverage_county"] {
            let f = figure(&ctx, key, &asked(World::COUNTY, "2021-06-30", "2021-06-30")).await.unwrap();
            let sure = f.confirmed.unwrap().figure;
            assert!(sure.num > 0 && Some(sure.num) == sure.den, "{key}: {sure:?}");
        }
        let q = WallQuery { as_of: Some("2021-07-03".into()), ..WallQuery::default() };
        let w = wall::get(&ctx, &q).await.unwrap();
        for s in &w.strip {
            let most = s.den.unwrap_or(i64::MAX);
            assert!(s.num <= most && s.trend.iter().flatten().all(|n| *n <= most), "{s:?}");
        }
        assert!(w.tiles.iter().all(|x| x.covered <= x.counted), "{:?}", w.tiles);
    })
    .await;
}

#[tokio::test]
async fn area_and_days_are_picked_within_the_scope() {
    on_both(parts, |t| async move {
        world(&t).await;
        let station = unit(1);
        let province = t.client(officer(1));
        // From the top down: what lies in the choice is offered below it.
        let page = province.get("/figures/M07?city=10&county=100&from=2021-06-01&to=2021-06-30").await.text();
        for want in [
            "子城市子一县",
            "<option value=\"1000\">东街街道",
            "东街社工站",
            "value=\"10\" selected",
            "value=\"100\" selected",
        ] {
            assert!(page.contains(want), "{want} in {page}");
        }
        assert!(
            !page.contains("外省")
                && page.contains("href=\"/figures/M07?area=100&amp;from=2021-06-28&amp;to=2021-07-04\"")
        );
        // A county that does not lie in the city chosen since is dropped.
        let page = province.get("/figures/M07?city=11&county=100").await.text();
        assert!(page.contains("丑城市 · ") && page.contains("丑一县"), "{page}");
        let page =
            province.get(&format!("/figures/M07?city=10&county=100&township=1000&station={station}")).await.text();
        assert!(page.contains("东街社工站 · "), "{page}");
        // Without script the next level is asked for by a button: the form stays open.
        for (path, open) in [("city=10&county=&reload=1", true), ("city=10&county=", false)] {
            let page = province.get(&format!("/figures/M07?{path}")).await.text();
            assert_eq!(page.contains("<details class=\"zw-fold\" open"), open, "{page}");
            assert!(page.contains("子城市 · "), "{page}");
        }
        // The fragment of a change.
        let part = province.get("/figures/area-picker?key=M07&city=10").await.text();
        assert!(part.starts_with("<fieldset") && part.contains("子二县") && !part.contains("丑一县"), "{part}");
        // What counts counties has no value of a township.
        let part = province.get("/figures/area-picker?key=coverage_county&city=10&county=100").await.text();
        assert!(part.contains("name=\"county\"") && !part.contains("name=\"township\""), "{part}");
        // Outside of the scope there is nothing.
        let own = t.client(county());
        for path in
            ["county=101", "city=10", "county=200", "county=x", &format!("station={}", unit(3)), "county=999999"]
        {
            assert_eq!(own.get(&format!("/figures/M07?{path}")).await.status.as_u16(), 404, "{path}");
        }
        assert_eq!(own.get("/figures/area-picker?key=nonsense").await.status.as_u16(), 404);
        let page = own.get("/figures/M07?township=1001").await.text();
        assert!(page.contains("子城市子一县南山镇 · ") && !page.contains("name=\"county\""), "{page}");
        // Who has one station alone has nothing to pick but days.
        let head = t.client(actor_of(Role::StationHead, None, Some((World::COUNTY, station)), None));
        let page = head.get("/figures/M07").await.text();
        assert!(page.contains(&format!("name=\"area\" value=\"{station}\"")) && !page.contains("<fieldset"), "{page}");
        assert!(page.contains("name=\"from\"") && page.contains("近 12 周"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn days_that_are_none_are_told_at_their_field() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(officer(1));
        for (path, ids) in [
            ("M07?county=100&city=10&from=gestern&to=30.6.", vec!["f-from-error", "f-to-error"]),
            ("M07?area=100&from=2021-06-30&to=2021-06-01", vec!["f-from-error"]),
            ("M07?area=100&to=2021-07-09", vec!["f-to-error"]),
            ("stations_built?area=100&to=2021-02-30", vec!["f-to-error"]),
        ] {
            let answer = c.get(&format!("/figures/{path}")).await;
            assert_eq!(answer.status.as_u16(), 422, "{path}");
            let page = answer.text();
            for id in ["f-from-error", "f-to-error"] {
                assert_eq!(page.contains(&format!("id=\"{id}\"")), ids.contains(&id), "{path} {id}: {page}");
            }
            // What was typed and the area stand there again.
            assert!(
                page.contains("<details class=\"zw-fold\" open") && page.contains("value=\"100\" selected"),
                "{page}"
            );
        }
        let page = c.get("/figures/M07?from=gestern&to=30.6.").await.text();
        assert!(page.contains("value=\"gestern\"") && page.contains("value=\"30.6.\""), "{page}");
        let answer = c.get("/api/v1/figures/M07?from=gestern&to=30.6.").await.json();
        let fields: Vec<_> =
            answer["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap()).collect();
        assert_eq!(fields, ["from", "to"]);
        // What stands on a date is asked with one day.
        let page = c.get("/figures/stations_built?area=1").await.text();
        assert!(!page.contains("name=\"from\"") && page.contains("name=\"to\"") && page.contains("上月末"), "{page}");
    })
    .await;
}
