//! What counts above the county: approved versions, months passed on, and nothing live where the setting forbids it.

use crate::files::sheet;
use crate::support::{city, code, county, day, officer, parts, pass, unit, world};
use zw_access::Role;
use zw_core::{DivisionId, PageReq, Stamp};
use zw_publishing::model::circular::DraftInput;
use zw_publishing::model::snapshot::{FlashInput, FreezeInput};
use zw_publishing::model::wall::WallQuery;
use zw_publishing::service::files::{self, Format};
use zw_publishing::service::{circulars, snapshots, wall};
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::figure::out::ConfirmedOut;
use zw_reporting::figure::series::{SeriesQuery, series};
use zw_reporting::figure::service::{FigureQuery, figure};
use zw_reporting::pass_on::service::{PassOnInput, PassOnReview, pass_on, review_pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::model::ReportState;
use zw_reporting::report::read::{self, ListQuery};
use zw_reporting::report::service::{ReportInput, amend};
use zw_testkit::{World, actor_of, on_both};
use zw_web::Idem;

fn june(area: DivisionId) -> FigureQuery {
    FigureQuery { area: Some(area.to_string()), to: Some("2021-06-30".into()), ..FigureQuery::default() }
}
fn of(period: &str, area: DivisionId) -> BoardQuery {
    BoardQuery { kind: None, period: Some(period.into()), area: Some(area.0) }
}

#[tokio::test]
async fn a_freeze_takes_no_correction_that_nobody_approved() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let head = t.ctx(actor_of(Role::StationHead, None, Some((World::COUNTY3, unit(3))), None));
        let input = ReportInput {
            period: "2021-06".into(),
            county: World::COUNTY3.to_string(),
            unit: Some(unit(3).to_string()),
            version: 2,
            amend_note: "重数".into(),
            ..ReportInput::default()
        };
        // Counted again there are no visits: 30 were approved.
        amend(&head, &input, &Idem::none()).await.unwrap();
        let ctx = t.ctx(officer(1));
        let freeze = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        let id = snapshots::freeze(&ctx, &freeze, &Idem::none()).await.unwrap();
        let s = snapshots::get(&ctx, id).await.unwrap();
        assert_eq!(s.body.total.get("M07"), Some(42));
        assert!(s.body.unreported.iter().all(|u| u.unit != unit(3)), "its approved version was frozen");
    })
    .await;
}

#[tokio::test]
async fn a_month_is_seen_above_the_county_once_it_is_passed_on() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        let m07 = |b: &zw_reporting::board::model::Board| b.columns.iter().position(|c| c.0 == "M07").unwrap();
        let b = board(&ctx, &of("2021-06", World::PROVINCE)).await.unwrap();
        assert!(b.rows.iter().all(|r| r.figures[m07(&b)].confirmed.is_none() && r.confirmed_at.is_none()));
        assert!(figure(&ctx, "M07", &june(World::PROVINCE)).await.unwrap().confirmed.is_none());

        pass(&t, &[World::COUNTY3, World::CITY2]).await;
        let b = board(&ctx, &of("2021-06", World::PROVINCE)).await.unwrap();
        let row = |id: DivisionId| b.rows.iter().find(|r| r.division == id).unwrap();
        let at = Some(Stamp::from_cn(day(7, 6), 17, 0));
        assert_eq!((row(World::COUNTY3).figures[m07(&b)].confirmed, row(World::COUNTY3).confirmed_at), (Some(30), at));
        assert_eq!(row(World::COUNTY).figures[m07(&b)].confirmed, None);
        assert_eq!((b.totals[m07(&b)].confirmed, b.confirmed_units), (Some(30), 1));
        assert_eq!(b.cities.iter().map(|c| c.figures[m07(&b)].confirmed).collect::<Vec<_>>(), [Some(30)]);
        // The page behind the figure: the same sum, when it was passed on, who is not in it, and its reports.
        let f = figure(&ctx, "M07", &june(World::PROVINCE)).await.unwrap().confirmed.unwrap();
        assert_eq!((f.figure.num, f.figure.confirmed_at, f.units, f.of), (30, at, 1, 3));
        // Who is not in it: every station that owed the month, and the county that did not pass on.
        let names = |f: &ConfirmedOut| f.unconfirmed.iter().map(|m| m.name.clone()).collect::<Vec<_>>();
        assert_eq!(
            (names(&f), f.waiting.join("")),
            (vec!["东街社工站".into(), "南山社工站".into()], "子城市子一县".into())
        );
        assert!(f.unconfirmed.iter().all(|m| m.county.as_deref() == Some("子城市子一县") && m.periods.is_empty()));
        let href = f.href.unwrap();
        assert_eq!(href, "/reports/list?kind=month&period=2021-06&county=1");
        let list = t.client(officer(1)).get(&href).await.text();
        assert!(list.contains("四方社工站"), "{list}");

        pass(&t, &[World::COUNTY]).await;
        let f = figure(&ctx, "M07", &june(World::PROVINCE)).await.unwrap().confirmed.unwrap();
        // What a freeze would take; the station nobody approved is named.
        assert_eq!((f.figure.num, names(&f).join(""), f.waiting.len()), (42, "南山社工站".to_owned(), 0));
        // Persons are counted once each and not summed over stations: the page says so.
        let page = t.client(officer(1)).get("/figures/M46?area=1&to=2021-06-30").await.text();
        assert!(page.contains("按人去重"), "{page}");
        // An officer of the province sees no resident: the sentence says that, and not that there are none.
        assert!(page.contains("看不到构成它的记录") && !page.contains("没有明细"), "{page}");
        // Villages and acceptances are no persons.
        for key in ["acceptances_passed", "M44"] {
            let page = t.client(officer(1)).get(&format!("/figures/{key}?area=1&to=2021-06-30")).await.text();
            assert!(!page.contains("按人去重") && page.contains("按所选区域和时段重新统计"), "{key} {page}");
        }
        let page = t.client(officer(1)).get("/board?period=2021-06&area=1").await.text();
        assert!(page.contains("不能由各站相加"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn with_the_setting_off_nothing_live_is_shown_above_the_county() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY3]).await;
        let off = r#"{"live_above_county":false}"#.to_owned();
        t.app.set_settings((*t.app.settings()).clone().with("reporting.cycle", off));
        let ctx = t.ctx(officer(1));
        // The wall: 子一县 confirmed 1 while 2 stand in its registers; 子二县 confirmed nothing and counts by them.
        for basis in [None, Some("live".to_owned())] {
            let q = WallQuery { basis, view: Some("weeks".into()), ..WallQuery::default() };
            let w = wall::get(&ctx, &q).await.unwrap();
            assert!(!w.may_live && w.tiles.iter().all(|t| t.live.is_none()));
            for s in &w.strip {
                assert_eq!((s.live.clone(), s.trend.last()), (None, Some(&Some(s.num))), "{}", s.key);
            }
            let built = w.strip.iter().find(|s| s.key == "stations_built").unwrap();
            // Until 4 July nobody had confirmed anything, and a line of confirmed figures says nothing of those days.
            assert_eq!(built.trend[50..], [None, Some(2), Some(2)]);
            let m = w.matrix.unwrap();
            let last: Vec<_> = m.rows.iter().map(|r| (r.cells[11].num, r.cells[11].confirmed)).collect();
            assert_eq!(last, [(1, true), (0, false), (1, true)]);
            let before: Vec<_> = m.rows.iter().map(|r| (r.cells[9].num, r.cells[9].confirmed)).collect();
            assert_eq!(before, [(2, false), (0, false), (1, false)]);
        }
        let page = t.client(officer(1)).get("/wall?view=weeks").await.text();
        assert!(page.contains("＊"), "unconfirmed values are flagged");
        // Boards, also a county's opened from above.
        for (period, area) in [
            ("2021-W26", World::PROVINCE),
            ("2021-W26", World::CITY),
            ("2021-W26", World::COUNTY),
            ("2021-06", World::PROVINCE),
            ("2021-06", World::COUNTY3),
        ] {
            let b = board(&ctx, &of(period, area)).await.unwrap();
            assert!(!b.live_shown && b.rows.iter().flat_map(|r| &r.figures).all(|f| f.live.is_none()), "{period}");
        }
        // Figure pages: confirmed stocks and flows without the live value; what nobody confirmed stands flagged.
        let to = |area: i64| FigureQuery { area: Some(area.to_string()), ..FigureQuery::default() };
        for (key, area) in [("coverage_township", 1), ("stations_built", 100), ("townships_covered", 1001)] {
            let f = figure(&ctx, key, &to(area)).await.unwrap();
            assert!(f.live.is_none() && f.confirmed.is_some(), "{key} {area}");
        }
        let f = figure(&ctx, "M07", &june(World::COUNTY3)).await.unwrap();
        assert_eq!((f.live, f.confirmed.map(|c| c.figure.num)), (None, Some(30)));
        let f = figure(&ctx, "M46", &june(World::PROVINCE)).await.unwrap();
        assert!(f.live.is_none() && f.confirmed.is_none());
        let f = figure(&ctx, "stations_built", &to(101)).await.unwrap();
        assert!(f.live.is_some() && f.confirmed.is_none(), "registers always count, marked as unconfirmed");
        // The county itself goes on seeing its own.
        let own = board(&t.ctx(crate::support::county()), &of("2021-W26", World::COUNTY)).await.unwrap();
        assert!(own.live_shown && own.rows[0].figures.iter().any(|f| f.live.is_some()));
    })
    .await;
}

/// Each point of a series is the figure as of the end of its week: above the county what was confirmed by then, with the
/// registers of those that had confirmed nothing; in the county its registers.
#[tokio::test]
async fn a_series_says_of_each_week_what_the_figure_says() {
    on_both(parts, |t| async move {
        world(&t).await;
        for live in [true, false] {
            let cycle = serde_json::json!({ "live_above_county": live }).to_string();
            t.app.set_settings((*t.app.settings()).clone().with("reporting.cycle", cycle));
            let (mut confirmed, mut changes) = (0, 0);
            for (who, areas) in [
                (officer(1), vec!["1", "10", "100", "101", "1001"]),
                (city(), vec!["10", "100"]),
                (county(), vec!["100", "1000", "1002"]),
            ] {
                let ctx = t.ctx(who);
                for area in areas {
                    for key in ["coverage_township", "coverage_county", "stations_built", "workers_per_station"] {
                        let q =
                            SeriesQuery { area: Some(area.into()), weeks: Some("9".into()), ..SeriesQuery::default() };
                        let s = series(&ctx, key, &q).await.unwrap();
                        let ends: Vec<_> = s.points.iter().map(|p| p.as_of).collect();
                        assert_eq!((ends.len(), ends[0], ends[8]), (9, day(5, 9), day(7, 4)), "{key} {area}");
                        for p in &s.points {
                            let to = Some(p.as_of.to_string());
                            let q = FigureQuery { area: Some(area.into()), to, ..FigureQuery::default() };
                            let f = figure(&ctx, key, &q).await.unwrap();
                            let sure = f.confirmed.as_ref().filter(|_| s.above_county);
                            let want = sure.map(|c| &c.figure).or(f.live.as_ref()).unwrap();
                            let told = (p.num, p.den, p.value.as_str());
                            assert_eq!(told, (want.num, want.den, want.value.as_str()), "{key} {area} {}", p.as_of);
                            confirmed += i64::from(sure.is_some());
                        }
                        changes += i64::from(s.points[0].num != s.points[8].num);
                        let q = FigureQuery { area: Some(area.into()), ..FigureQuery::default() };
                        let page = figure(&ctx, key, &q).await.unwrap().series.unwrap();
                        assert_eq!((page.points.len(), &page.points[43..]), (52, &s.points[..]), "{key} {area}");
                    }
                }
            }
            assert!(confirmed > 10 && changes > 3, "the world confirms and changes: {confirmed} {changes}");
        }
        // 子一县 confirmed 1 of its 2 on 5 July, 四方 its 1; 子二县 nothing.
        let ctx = t.ctx(officer(1));
        let s = series(&ctx, "stations_built", &SeriesQuery::default()).await.unwrap();
        let last = s.points.last().unwrap();
        assert_eq!((last.num, last.confirmed, last.of, s.points.len()), (2, 2, 3, 52));
        assert_eq!((s.points[50].num, s.points[50].confirmed), (3, 0));
    })
    .await;
}

#[tokio::test]
async fn a_series_is_asked_for_within_the_scope_and_of_what_stands_on_a_date() {
    on_both(parts, |t| async move {
        world(&t).await;
        let c = t.client(county());
        for (path, status, code) in [
            ("coverage_township/series?area=100&weeks=52", 200, ""),
            ("coverage_township/series?area=101", 404, "not-found"),
            ("coverage_township/series?area=1", 404, "not-found"),
            ("nonsense/series", 404, "not-found"),
            ("M07/series", 422, "figure-not-a-stock"),
            ("coverage_township/series?weeks=0", 422, "invalid"),
            ("coverage_township/series?weeks=261", 422, "invalid"),
            ("coverage_township/series?weeks=many", 422, "invalid"),
            ("coverage_township/series?to=yesterday", 422, "invalid"),
        ] {
            let r = c.get(&format!("/api/v1/figures/{path}")).await;
            assert_eq!(r.status.as_u16(), status, "{path}: {}", r.text());
            if status != 200 {
                assert_eq!(r.json()["code"], code, "{path}");
            }
        }
        let page = t.client(officer(1)).get("/figures/coverage_township?area=1").await.text();
        for want in [
            "近 52 周走势",
            "zw-line",
            "2021年第26周",
            "有确认数的县",
            "2/3",
            "/figures/coverage_township?area=1&amp;from=2021-07-04",
        ] {
            assert!(page.contains(want), "{want} in {page}");
        }
        // What the denominator leaves out, by reason.
        assert!(page.contains("分母不含下列 1 个区划") && page.contains("功能区、农林场等非建制单位"), "{page}");
    })
    .await;
}

#[tokio::test]
async fn what_is_approved_after_the_freeze_is_supplied_and_closed() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY]).await;
        let ctx = t.ctx(officer(1));
        let freeze = |period: &str| FreezeInput { period: period.into(), early: "1".into(), ..FreezeInput::default() };
        let june = snapshots::freeze(&ctx, &freeze("2021-06"), &Idem::none()).await.unwrap();
        let s = snapshots::get(&ctx, june).await.unwrap();
        assert!(s.body.unreported.iter().any(|u| u.name == "南山社工站"));
        let flash = FlashInput { as_of: "2021-07-08".into(), ..FlashInput::default() };
        snapshots::flash(&ctx, &flash, &Idem::none()).await.unwrap();

        // What was passed on is not opened again; boards say why.
        let back = PassOnReview {
            division: World::COUNTY.to_string(),
            period: "2021-06".into(),
            version: 1,
            approve: false,
            reason: "口径".into(),
        };
        let refused = review_pass_on(&t.ctx(city()), &back, &Idem::none()).await.unwrap_err();
        assert_eq!(code(&refused), "pass-on-frozen");
        for (who, path) in [(county(), "/board?period=2021-06"), (officer(1), "/board?period=2021-06&area=1")] {
            let page = t.client(who).get(path).await.text();
            assert!(page.contains("本月已于") && page.contains("补报"), "{page}");
        }

        // The county approves the late one: it is locked at once, no part of the frozen month, and only corrected.
        t.at(2021, 7, 9, 9);
        let county = t.ctx(county());
        let q = ListQuery { period: Some("2021-06".into()), state: Some("submitted".into()), ..ListQuery::default() };
        let waiting = read::list(&county, &q, PageReq::new(None, None)).await.unwrap().items;
        assert_eq!(waiting.iter().map(|r| r.reporter.as_str()).collect::<Vec<_>>(), ["南山社工站"]);
        let id = waiting[0].id;
        let version = read::get(&county, World::COUNTY, id).await.unwrap().report.version;
        let yes = ReviewInput { version, ..ReviewInput::default() };
        let out = chain::approve(&county, World::COUNTY, id, &yes, &Idem::none()).await.unwrap();
        assert_eq!((out.state, out.version), (ReportState::Locked, version + 2));
        let head = t.ctx(actor_of(Role::StationHead, None, Some((World::COUNTY, unit(2))), None));
        let page = read::get(&head, World::COUNTY, id).await.unwrap();
        assert!(page.may_amend && page.after_freeze && page.frozen_at.is_some());
        assert_eq!(page.history.iter().rev().take(2).map(|e| e.act.as_str()).collect::<Vec<_>>(), ["lock", "approve"]);
        let frozen = read::get(&head, World::COUNTY, id).await.unwrap();
        assert!(!frozen.may_return && !frozen.may_approve);

        // The next month says so, and compares with the month before, not with the flash between.
        let again = snapshots::get(&ctx, june).await.unwrap();
        assert_eq!((again.head.hash, &again.body), (s.head.hash, &s.body));
        t.at(2021, 8, 12, 9);
        let ctx = t.ctx(officer(1));
        let july = snapshots::freeze(&ctx, &freeze("2021-07"), &Idem::none()).await.unwrap();
        let body = snapshots::get(&ctx, july).await.unwrap().body;
        let names: Vec<_> = body.corrections.supplied.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(names, ["南山社工站"]);
        let input = DraftInput { snapshot: july.to_string(), ..DraftInput::default() };
        let circular = circulars::draft(&ctx, &input, &Idem::none()).await.unwrap();
        let c = circulars::get(&ctx, circular).await.unwrap();
        assert_eq!(c.head.previous, Some(june));
        assert!(c.paragraphs.iter().any(|p| p.rendered.contains("补报月报1份")), "{:?}", c.paragraphs);
    })
    .await;
}

/// What is supplied for a month older than the last frozen one is told in the next issue, once.
#[tokio::test]
async fn an_older_month_that_is_supplied_is_told_in_the_next_issue() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY]).await;
        let frozen = async |period: &str| {
            let ctx = t.ctx(officer(1));
            let input = FreezeInput { period: period.into(), early: "1".into(), ..FreezeInput::default() };
            let id = snapshots::freeze(&ctx, &input, &Idem::none()).await.unwrap();
            let list = snapshots::get(&ctx, id).await.unwrap().body.corrections.supplied;
            let said = list.iter().map(|s| format!("{} {}", s.name, s.period.clone().unwrap_or_default()));
            (id, said.collect::<Vec<_>>())
        };
        assert!(frozen("2021-06").await.1.is_empty());
        t.at(2021, 8, 12, 9);
        assert!(frozen("2021-07").await.1.is_empty(), "what June's freeze locked was not supplied");
        t.at(2021, 8, 20, 9);
        let county = t.ctx(county());
        let q = ListQuery { period: Some("2021-06".into()), state: Some("submitted".into()), ..ListQuery::default() };
        let waiting = read::list(&county, &q, PageReq::new(None, None)).await.unwrap().items;
        let version = read::get(&county, World::COUNTY, waiting[0].id).await.unwrap().report.version;
        let yes = ReviewInput { version, ..ReviewInput::default() };
        chain::approve(&county, World::COUNTY, waiting[0].id, &yes, &Idem::none()).await.unwrap();
        t.at(2021, 9, 13, 9);
        let (august, told) = frozen("2021-08").await;
        assert_eq!(told, ["南山社工站 2021-06"]);
        let page = t.client(officer(1)).get(&format!("/snapshots/{august}")).await.text();
        assert!(page.contains("南山社工站（2021年6月）"), "{page}");
        let ctx = t.ctx(officer(1));
        let input = DraftInput { snapshot: august.to_string(), ..DraftInput::default() };
        let circular = circulars::draft(&ctx, &input, &Idem::none()).await.unwrap();
        let c = circulars::get(&ctx, circular).await.unwrap();
        assert!(c.paragraphs.iter().any(|p| p.rendered.contains("补报月报1份")), "{:?}", c.paragraphs);
        let book = files::file(&ctx, circular, Format::Xlsx).await.unwrap().bytes;
        let rows = sheet(&book, "附件5-2");
        assert!(rows.iter().any(|r| r.iter().any(|c| *c == calamine::Data::String("2021年6月".into()))), "{rows:?}");
        t.at(2021, 10, 15, 9);
        assert!(frozen("2021-09").await.1.is_empty(), "told once");
    })
    .await;
}

/// One rule for boards, figure pages and freezes: a county's month counts once it passed it on (decision 0013).
#[tokio::test]
async fn a_freeze_takes_the_months_that_were_passed_on() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY3]).await;
        let ctx = t.ctx(officer(1));
        let shown = figure(&ctx, "M07", &june(World::PROVINCE)).await.unwrap().confirmed.unwrap();
        let freeze = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        let id = snapshots::freeze(&ctx, &freeze, &Idem::none()).await.unwrap();
        let s = snapshots::get(&ctx, id).await.unwrap();
        assert_eq!((s.body.total.get("M07"), shown.figure.num), (Some(30), 30));
        let names: Vec<_> = s.body.unpassed.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["子城市子一县"]);
        let stations: Vec<_> = s.body.unreported.iter().map(|u| (u.name.as_str(), u.state.as_str())).collect();
        assert_eq!(stations, [("东街社工站", "approved"), ("南山社工站", "submitted")]);
        // The county passes on after the freeze: supplementary, and closed with that step.
        t.at(2021, 7, 9, 9);
        let up = PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
        pass_on(&t.ctx(county()), &up, &Idem::none()).await.unwrap();
        let q = ListQuery { period: Some("2021-06".into()), state: Some("locked".into()), ..ListQuery::default() };
        let locked = read::list(&t.ctx(county()), &q, PageReq::new(None, None)).await.unwrap().items;
        assert_eq!(locked.iter().map(|r| r.reporter.as_str()).collect::<Vec<_>>(), ["东街社工站"]);
        let page = read::get(&t.ctx(county()), World::COUNTY, locked[0].id).await.unwrap();
        assert!(page.after_freeze, "approved before the freeze, passed on after it");
    })
    .await;
}
