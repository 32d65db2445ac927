//! Boards, figure pages, today.

use crate::fixture::*;
use std::sync::Arc;
use zw_access::Role;
use zw_core::code::Code as _;
use zw_core::deadline::Timeliness;
use zw_core::period::Period;
use zw_core::tree::{DivisionVersion, Tree};
use zw_core::{Error, Stamp};
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::figure::service::{FigureQuery, figure};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::model::{Cell, ReportState, Texts};
use zw_reporting::report::service;
use zw_reporting::report_today_section;
use zw_reporting::seed::{self, SeedReport};
use zw_testkit::{World, actor, on_both};
use zw_web::Idem;

fn of(period: &str, area: zw_core::DivisionId) -> BoardQuery {
    BoardQuery { kind: None, period: Some(period.into()), area: Some(area.0) }
}

#[tokio::test]
async fn the_provinces_week_shows_confirmed_and_live_apart() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            fake.set("stations_built", of_county(World::COUNTY), 3);
            fake.set("stations_built", of_county(World::COUNTY3), 1);
            t.at(2021, 7, 8, 9);
            let b = board(&t.ctx(prov_admin()), &of("2021-W26", World::PROVINCE)).await.unwrap();
            assert_eq!((b.counts.due, b.counts.on_time, b.counts.missing, b.counts.waiting), (3, 1, 2, 1));
            let names: Vec<_> = b.rows.iter().map(|r| (r.group.as_str(), r.name.as_str(), r.timeliness)).collect();
            assert_eq!(
                names,
                [
                    ("子城市", "子一县", Timeliness::OnTime),
                    ("子城市", "子二县", Timeliness::Missing),
                    ("丑城市", "丑一县", Timeliness::Missing)
                ]
            );
            let built = |i: usize| {
                let f = b.rows[i].figures.iter().find(|f| f.key == "stations_built").unwrap();
                (f.confirmed, f.live)
            };
            assert_eq!((built(0), built(2)), ((Some(2), Some(3)), (None, Some(1))));
            assert!(b.rows[0].confirmed_at.is_some());
            let at = b.columns.iter().position(|c| c.0 == "stations_built").unwrap();
            assert_eq!((b.totals[at].confirmed, b.totals[at].live, b.confirmed_units), (Some(2), Some(4), 1));
            // What a week counts stands in one county, so the new ones have a sum too.
            let opened = b.columns.iter().position(|c| c.0 == "stations_built_new").unwrap();
            let parts: i64 = b.rows.iter().filter_map(|r| r.figures[opened].confirmed).sum();
            assert_eq!(b.totals[opened].confirmed, Some(parts));
            // A city sees its own, another one does not see it; nobody sees another province.
            assert_eq!(board(&t.ctx(city_admin()), &of("2021-W26", World::CITY)).await.unwrap().rows.len(), 2);
            let other = t.ctx(actor(Role::CityAdmin, World::CITY2));
            assert!(matches!(board(&other, &of("2021-W26", World::CITY)).await, Err(Error::NotFound)));
            assert!(matches!(
                board(&t.ctx(prov_admin()), &of("2021-W26", World::OTHER_PROVINCE)).await,
                Err(Error::NotFound)
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn the_month_by_station_and_by_county() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            let r = service::submit(&t.ctx(head(STATION)), &month("2021-06", STATION), &Idem::none()).await.unwrap();
            let county = t.ctx(county_admin());
            let b = board(&county, &of("2021-06", World::COUNTY)).await.unwrap();
            assert_eq!(b.rows.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["东街社工站", "南山社工站"]);
            assert_eq!((b.counts.due, b.counts.on_time, b.counts.not_due), (2, 1, 1));
            assert!(b.may_pass_on && b.rows[1].may_exempt && !b.rows[0].may_exempt);
            let m07 = b.columns.iter().position(|c| c.0 == "M07").unwrap();
            assert_eq!(b.rows[0].figures[m07].confirmed, Some(31));
            // Visits add up over stations, persons counted once by each do not.
            let m06 = b.columns.iter().position(|c| c.0 == "M06").unwrap();
            assert_eq!((b.rows[0].figures[m06].confirmed, b.totals[m06].confirmed), (Some(0), None));
            assert_eq!(b.totals[m07].confirmed, Some(31));
            let version = ReviewInput { version: 1, ..ReviewInput::default() };
            chain::approve(&county, World::COUNTY, r.id, &version, &Idem::none()).await.unwrap();
            t.at(2021, 7, 8, 9);
            let b = board(&t.ctx(prov_admin()), &of("2021-06", World::PROVINCE)).await.unwrap();
            assert_eq!(b.rows.len(), 1, "only counties with stations owe a month");
            let c = b.rows[0].counts.unwrap();
            assert_eq!((c.due, c.on_time, c.missing, c.approved), (2, 1, 1, 1));
            assert_eq!(b.counts, c);
            assert!(!b.may_pass_on && b.rows.iter().all(|r| !r.may_exempt));
        }
    })
    .await;
}

#[tokio::test]
async fn what_happened_is_confirmed_only_for_the_days_of_a_report() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            fake.set("stations_built_new", of_county(World::COUNTY), 1);
            t.at(2021, 7, 5, 9);
            service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            fake.set("stations_built_new", of_county(World::COUNTY), 4);
            let asked = |from: &str, to: &str| FigureQuery {
                area: Some(World::COUNTY.to_string()),
                from: Some(from.into()),
                to: Some(to.into()),
                ..FigureQuery::default()
            };
            let (county, key) = (t.ctx(county_admin()), "stations_built_new");
            let f = figure(&county, key, &asked("2021-06-28", "2021-07-04")).await.unwrap();
            assert_eq!((f.confirmed.unwrap().figure.num, f.reported), (1, None));
            // A day less, a day more, a month, half a year, the running week: nobody confirmed these days.
            for (from, to) in [
                ("2021-06-29", "2021-07-04"),
                ("2021-06-28", "2021-07-05"),
                ("2021-06-01", "2021-06-30"),
                ("2021-01-01", "2021-07-04"),
                ("2021-07-05", "2021-07-11"),
            ] {
                let f = figure(&county, key, &asked(from, to)).await.unwrap();
                assert_eq!((f.confirmed, f.live.unwrap().num), (None, 4), "{from} {to}");
                let last = if to == "2021-06-30" { "2021-W25" } else { "2021-W26" };
                assert_eq!(f.reported.unwrap().period, last, "{from} {to}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_figure_says_what_it_counts_and_who_confirmed_it() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            fake.set("townships_covered", of_county(World::COUNTY), 3);
            let q = |area: String| FigureQuery {
                area: Some(area),
                to: Some("2021-07-04".into()),
                ..FigureQuery::default()
            };
            let county = t.ctx(county_admin());
            let f = figure(&county, "coverage_township", &q(World::COUNTY.to_string())).await.unwrap();
            let (live, sure) = (f.live.as_ref().unwrap(), f.confirmed.as_ref().unwrap());
            assert_eq!((live.num, live.den, live.value.as_str(), live.live), (3, Some(3), "100.0", true));
            assert_eq!((sure.figure.value.as_str(), sure.figure.live, sure.units, sure.of), ("66.7", false, 1, 1));
            assert!(sure.figure.confirmed_at.is_some() && !f.above_county);
            let differs = sure.differs.iter().map(|d| (d.confirmed, d.live, d.as_of.to_string())).collect::<Vec<_>>();
            assert_eq!(differs, [(Some(2), 3, "2021-07-04".to_owned())]);
            assert_eq!(f.rows.as_ref().unwrap().rows[0].cells[0], "townships_covered");
            assert_eq!(f.denominator.as_ref().unwrap().key, "townships_counted");
            let den = FigureQuery { of_denominator: Some("1".into()), ..q(World::COUNTY.to_string()) };
            let f = figure(&county, "coverage_township", &den).await.unwrap();
            assert_eq!(f.rows.unwrap().rows[0].cells[0], "townships_counted");

            let f = figure(&t.ctx(prov_admin()), "coverage_township", &q(World::PROVINCE.to_string())).await.unwrap();
            assert!(f.above_county && f.rows.is_none());
            assert_eq!((f.confirmed.as_ref().unwrap().units, f.confirmed.unwrap().of), (1, 3));
            for (who, area) in [
                (county_admin(), World::COUNTY2.to_string()),
                (county_admin(), FOREIGN.to_string()),
                (head(STATION), STATION2.to_string()),
                (head(STATION), World::COUNTY.to_string()),
            ] {
                assert!(matches!(figure(&t.ctx(who), "M07", &q(area)).await, Err(Error::NotFound)));
            }
            let own = figure(&t.ctx(head(STATION)), "M07", &FigureQuery::default()).await.unwrap();
            assert_eq!((own.area_name.as_str(), own.live.unwrap().num), ("东街社工站", 31));
            assert!(matches!(figure(&county, "nonsense", &q(World::COUNTY.to_string())).await, Err(Error::NotFound)));
        }
    })
    .await;
}

#[tokio::test]
async fn today_lists_what_is_owed_by_each_tier() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let head = report_today_section(&t.ctx(head(STATION))).await.unwrap();
            assert_eq!(head.owed.iter().map(|o| o.period.as_str()).collect::<Vec<_>>(), ["2021-06"]);
            assert_eq!(head.owed[0].timeliness, Timeliness::Missing);
            let county = report_today_section(&t.ctx(county_admin())).await.unwrap();
            let got: Vec<_> = county.owed.iter().map(|o| (o.period.as_str(), o.pass_on, o.running)).collect();
            // The new county owes the week that just ended, the month's pass-on, and sees the running week.
            assert_eq!(got, [("2021-W26", false, false), ("2021-06", true, false), ("2021-W27", false, true)]);
            // Every week that is still accepted is owed, not only the last eight.
            let since = r#"{"start_on":"2021-01-04"}"#.to_owned();
            t.app.set_settings((*t.app.settings()).clone().with("reporting.cycle", since));
            let county = report_today_section(&t.ctx(county_admin())).await.unwrap();
            let weeks: Vec<_> = county.owed.iter().filter(|o| !o.pass_on && !o.running).map(|o| &o.period).collect();
            assert_eq!((weeks.len(), weeks[0].as_str()), (13, "2021-W14"));
            let city = report_today_section(&t.ctx(city_admin())).await.unwrap();
            assert_eq!(city.owed.iter().filter(|o| o.pass_on).count(), 2);
            let worker = zw_testkit::actor_of(Role::Worker, None, Some((World::COUNTY, STATION)), None);
            assert_eq!(report_today_section(&t.ctx(worker)).await.unwrap(), Default::default());
        }
    })
    .await;
}

#[tokio::test]
async fn seeded_reports_are_like_written_ones() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let period = Period::parse("2021-W26").unwrap();
            let at = Stamp::from_cn(period.last_day().add_days(1), 10, 0);
            let cells = [("stations_built", 2)].map(|(k, v)| (k.to_owned(), Cell::counted(v, "s"))).into();
            let r = SeedReport {
                county: World::COUNTY,
                division: World::COUNTY,
                unit: None,
                period,
                state: ReportState::Approved,
                cells,
                texts: Texts::default(),
                no_change: false,
                due_at: Some(at),
                timeliness: Some(Timeliness::OnTime),
                submitted: Some((at, "示例".into())),
                returned: None,
                approved: Some((at.plus_minutes(60), "示例市".into())),
                rolled_up: None,
                exempt: None,
                at,
            };
            let mut tx = t.app.db.write(t.app.clock.now()).await.unwrap();
            let ids = seed::reports(&mut tx, &t.app.rng, &[r]).await.unwrap();
            tx.commit(Nothing).await.unwrap();
            let page = zw_reporting::report::read::get(&t.ctx(county_admin()), World::COUNTY, ids[0]).await.unwrap();
            assert_eq!((page.report.state.code(), page.history.len(), page.report.version), ("approved", 2, 2));
            let b = board(&t.ctx(city_admin()), &of("2021-W26", World::CITY)).await.unwrap();
            assert_eq!(b.counts.approved, 1);
        }
    })
    .await;
}

#[tokio::test]
async fn boards_hear_when_a_deadline_passes() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| async move {
        t.app.clock.set(Stamp::from_cn(zw_core::Day::new(2021, 7, 5).unwrap(), 0, 0));
        let look = || zw_reporting::ticks::look(&t.app);
        assert_eq!(look().await.unwrap(), ["2021-W26 open"]);
        t.app.clock.set(Stamp::from_cn(zw_core::Day::new(2021, 7, 5).unwrap(), 12, 0));
        assert!(look().await.unwrap().is_empty(), "the last minute is in time");
        // The pause between two looks drifts; nothing that turned in between is missed, and nothing is told twice.
        t.app.clock.advance(90_000);
        assert_eq!(look().await.unwrap(), ["2021-W26 county due"]);
        t.app.clock.advance(1_000);
        assert!(look().await.unwrap().is_empty());
        let mut c = t.app.db.read().await.unwrap();
        let heard: i64 = c.scalar(zw_db::sql("SELECT seq FROM outbox WHERE topic='board'")).await.unwrap();
        assert_eq!(heard, 2);
    })
    .await;
}

#[tokio::test]
async fn a_city_that_acts_as_a_county_owes_no_step_it_cannot_take() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            let acting = zw_core::DivisionId(12);
            let mut v = t.app.tree().versions().to_vec();
            let like = |v: &[DivisionVersion], id: i64| v.iter().find(|d| d.id.0 == id).unwrap().clone();
            let city =
                DivisionVersion { id: acting, code12: "980300000000".into(), name: "寅市".into(), ..like(&v, 11) };
            let town = DivisionVersion {
                id: zw_core::DivisionId(1200),
                code12: "980300100000".into(),
                name: "寅镇".into(),
                parent: Some(acting),
                ..like(&v, 1100)
            };
            v.extend([city, town]);
            t.app.set_tree(Tree::build(v));
            // It has no counties whose week it could pass on.
            let today = report_today_section(&t.ctx(actor(Role::CityAdmin, acting))).await.unwrap();
            assert!(today.owed.iter().all(|o| !o.pass_on), "{:?}", today.owed);
            // The province excuses whom it reviews itself; the others are their cities'.
            let may = |b: &zw_reporting::board::model::Board| {
                let mut list: Vec<_> = b.rows.iter().map(|r| (r.division.0, r.may_exempt)).collect();
                list.sort_unstable();
                list
            };
            let b = board(&t.ctx(prov_admin()), &of("2021-W26", World::PROVINCE)).await.unwrap();
            assert_eq!(may(&b), [(12, true), (100, false), (101, false), (110, false)]);
            let b = board(&t.ctx(city_admin()), &of("2021-W26", World::CITY)).await.unwrap();
            assert_eq!(may(&b), [(100, true), (101, true)]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_board_offers_its_last_periods_and_says_how_totals_are_counted() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            t.at(2021, 7, 8, 9);
            let client = t.client(prov_admin());
            let page = client.get("/board?period=2021-W26").await.text();
            let offered = |html: &str| html.matches("<option value=\"2021-W").count();
            assert!(page.contains("<option value=\"2021-W26\" selected>") && offered(&page) == 12, "{page}");
            assert!(!page.contains("<option value=\"2021-W27\""), "the week that still runs cannot be shown");
            // An older one than those offered is one more choice, the one shown.
            let old = client.get("/board?period=2021-W10").await.text();
            assert!(old.contains("<option value=\"2021-W10\" selected>") && offered(&old) == 13, "{old}");
            let months = client.get("/board?kind=month").await.text();
            assert!(months.contains("<option value=\"2021-06\" selected>"), "{months}");
            for want in [
                "合计怎么算",
                "应计 3 个，已确认 1 个",
                "最近一次确认在 2021-07-05 09:00",
                "/figures/stations_built?area=1",
            ] {
                assert!(page.contains(want), "{want} in {page}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn who_only_reads_a_county_sees_how_it_stands_with_its_week() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            let r = service::submit(&t.ctx(county_admin()), &week("2021-W26"), &Idem::none()).await.unwrap();
            let section = |who: zw_access::Actor| {
                let ctx = t.ctx(who);
                async move {
                    let found = zw_reporting::today_section(&ctx, zw_ui::Lang::ZhCn).await.unwrap();
                    found.map(|m| m.into_string()).unwrap_or_default()
                }
            };
            let cadre = section(actor(Role::LinkedCadre, World::COUNTY)).await;
            let href = format!("/reports/{}/{}", World::COUNTY, r.id);
            for want in ["子一县", "已报", "按时", "2021-07-05 09:00", href.as_str(), "/board?period=2021-W26"] {
                assert!(cadre.contains(want), "{want} in {cadre}");
            }
            let other = section(actor(Role::LinkedCadre, World::COUNTY2)).await;
            assert!(other.contains("子二县") && !other.contains(&href), "{other}");
            assert!(
                !section(county_admin()).await.contains("/board?period=2021-W26"),
                "who reports has the work itself"
            );
        }
    })
    .await;
}
