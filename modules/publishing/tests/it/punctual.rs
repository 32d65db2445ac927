//! Who was late, who is excused, who is asked at all; and what comes after a freeze.

use crate::support::{code, county, day, officer, parts, pass, quietly, report, unit, world, write};
use zw_access::{Role, Settings};
use zw_core::deadline::Timeliness;
use zw_core::{DivisionId, ReportId, Stamp, Uuid};
use zw_db::{sql, val};
use zw_publishing::model::circular::DraftInput;
use zw_publishing::model::snapshot::{Body, FlashInput, FreezeInput};
use zw_publishing::model::wall::WallQuery;
use zw_publishing::service::{circulars, snapshots as service, wall};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::model::ReportState;
use zw_reporting::report::service::{ReportInput, amend};
use zw_reporting::seed::SeedReport;
use zw_testkit::{TestApp, World, actor_of, on_both};
use zw_web::Idem;

async fn seed(t: &TestApp, list: &[SeedReport]) {
    let mut tx = write(t).await;
    zw_reporting::seed::reports(&mut tx, &t.app.rng, list).await.unwrap();
    quietly(tx).await;
}

/// A flash snapshot of now, and the text drafted from it.
async fn flash(t: &TestApp) -> (Body, String) {
    let id = service::flash(&t.ctx(officer(1)), &FlashInput::default(), &Idem::none()).await.unwrap();
    let body = service::get(&t.ctx(officer(1)), id).await.unwrap().body;
    (body, text(t, id.to_string()).await)
}

async fn text(t: &TestApp, snapshot: String) -> String {
    let input = DraftInput { snapshot, previous: "none".into() };
    let c = circulars::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap();
    let file = circulars::get(&t.ctx(officer(1)), c).await.unwrap();
    file.paragraphs.iter().map(|p| format!("{}{}", p.paragraph.lead, p.rendered)).collect()
}

fn late(b: &Body) -> Vec<(i64, &str, Timeliness)> {
    b.overdue.iter().map(|o| (o.division, o.period.as_str(), o.timeliness)).collect()
}
fn doubts(b: &Body) -> Vec<(i64, Timeliness)> {
    b.unconfirmed.iter().map(|u| (u.division, u.timeliness.unwrap())).collect()
}

/// 子二县 has not confirmed the week of 28 June to 4 July; it was due on Monday 5 July at noon, late until Wednesday.
#[tokio::test]
async fn a_county_is_named_when_its_deadline_has_passed() {
    on_both(parts, |t| async move {
        world(&t).await;
        for (d, hour, want) in
            [(5, 11, None), (5, 13, Some(("逾期", Timeliness::Late))), (7, 13, Some(("未报", Timeliness::Missing)))]
        {
            t.at(2021, 7, d, hour);
            let (body, text) = flash(&t).await;
            let timeliness = want.map_or(Timeliness::NotDue, |w| w.1);
            assert!(doubts(&body).contains(&(101, timeliness)), "{d} {hour}: {:?}", doubts(&body));
            assert!(text.contains("未经县级确认部分见附件3"), "{text}");
            match want {
                None => {
                    assert!(body.overdue.is_empty());
                    assert!(!text.contains("未按时报送"), "{text}");
                }
                Some((word, timeliness)) => {
                    assert_eq!(late(&body), [(101, "2021-W26", timeliness)]);
                    let want = format!("未按时报送。6月28日至7月4日的周报，子城市子二县{word}（见附件3）。");
                    assert!(text.contains(&want), "{text}");
                }
            }
        }
        // It confirms on Tuesday: late, and confirmed.
        let at = Stamp::from_cn(day(7, 6), 10, 0);
        let cells = [("townships_covered", 0), ("stations_built", 0)];
        let week = report(World::COUNTY2, World::COUNTY2, None, "2021-W26", ReportState::Submitted, at, &cells);
        seed(&t, &[SeedReport { timeliness: Some(Timeliness::Late), ..week }]).await;
        t.at(2021, 7, 8, 9);
        let (body, text) = flash(&t).await;
        assert_eq!(late(&body), [(101, "2021-W26", Timeliness::Late)]);
        assert!(doubts(&body).iter().all(|d| d.0 != 101));
        assert!(text.contains("子城市子二县逾期"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn who_is_excused_owes_nothing_and_nobody_is_asked_when_weeks_are_off() {
    on_both(parts, |t| async move {
        world(&t).await;
        let ctx = t.ctx(officer(1));
        assert_eq!(wall::get(&ctx, &WallQuery::default()).await.unwrap().unconfirmed, 1);
        let at = Stamp::from_cn(day(7, 5), 9, 0);
        let week = report(World::COUNTY2, World::COUNTY2, None, "2021-W26", ReportState::Draft, at, &[]);
        seed(&t, &[SeedReport { exempt: Some("台风".into()), ..week }]).await;
        let (body, text) = flash(&t).await;
        assert!(body.overdue.is_empty() && doubts(&body).iter().all(|d| d.0 != 101), "{:?}", body.unconfirmed);
        assert!(!text.contains("未按时报送"), "{text}");
        let w = wall::get(&ctx, &WallQuery::default()).await.unwrap();
        assert_eq!((w.unconfirmed, w.week.as_deref()), (0, Some("2021-W26")));
        t.app.set_settings(Settings::default().with("reporting.cycle", r#"{"week":false}"#.into()));
        let (body, text) = flash(&t).await;
        assert!(body.overdue.is_empty() && body.unconfirmed.is_empty());
        assert!(!text.contains("未按时报送") && !text.contains("未经县级确认"), "{text}");
        let w = wall::get(&ctx, &WallQuery::default()).await.unwrap();
        assert_eq!((w.unconfirmed, w.week), (0, None));
    })
    .await;
}

fn june() -> FreezeInput {
    FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() }
}

/// A month names the weeks that end in it and the stations' own reports, by the 时效 stamped on them.
#[tokio::test]
async fn a_month_names_its_late_weeks_and_stations() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let at = Stamp::from_cn(day(6, 28), 10, 0);
        let mut weeks = vec![];
        for c in [World::COUNTY, World::COUNTY2, World::COUNTY3] {
            for w in ["2021-W22", "2021-W23", "2021-W24", "2021-W25"] {
                let late = c == World::COUNTY3 && w == "2021-W25";
                let timeliness = if late { Timeliness::Late } else { Timeliness::OnTime };
                let r = report(c, c, None, w, ReportState::Submitted, at, &[]);
                weeks.push(SeedReport { timeliness: Some(timeliness), ..r });
            }
        }
        seed(&t, &weeks).await;
        // Station 3 was late; station 2 sent in time and is not approved: that is no lateness.
        let mut tx = write(&t).await;
        tx.run(sql("UPDATE report SET timeliness='late' WHERE kind='month' AND unit_id=").bind(unit(3))).await.unwrap();
        quietly(tx).await;
        t.at(2021, 7, 12, 9);
        let id = service::freeze(&t.ctx(officer(1)), &june(), &Idem::none()).await.unwrap();
        let body = service::get(&t.ctx(officer(1)), id).await.unwrap().body;
        assert_eq!(late(&body), [(110, "2021-W25", Timeliness::Late), (110, "2021-06", Timeliness::Late)]);
        assert_eq!(body.unreported.len(), 1);
        let text = text(&t, id.to_string()).await;
        let want = "未按时报送。6月21日至27日的周报，丑城市丑一县逾期；2021年6月月报逾期1个站（见附件3）。";
        assert!(text.contains(want), "{text}");
    })
    .await;
}

async fn stored(t: &TestApp, station: u128) -> (ReportId, i64) {
    let mut c = t.app.db.read().await.unwrap();
    let q = sql("SELECT id,version FROM report WHERE kind='month' AND unit_id=").bind(unit(station));
    c.one(q).await.unwrap().unwrap()
}

/// The number of approved reports is the same, the reports are not.
#[tokio::test]
async fn a_freeze_proves_the_reports_and_not_their_number() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let (ctx, c) = (t.ctx(officer(1)), t.ctx(county()));
        let prepared = service::prepare(&ctx, &june()).await.unwrap();
        let (one, two) = (stored(&t, 1).await, stored(&t, 2).await);
        let review = |version, reason: &str| ReviewInput { version, reason: reason.into(), ..ReviewInput::default() };
        chain::send_back(&c, World::COUNTY, one.0, &review(one.1, "请核对"), &Idem::none()).await.unwrap();
        chain::approve(&c, World::COUNTY, two.0, &review(two.1, ""), &Idem::none()).await.unwrap();
        let e = service::keep(&ctx, prepared, &Idem::none()).await.unwrap_err();
        assert_eq!(code(&e), "freeze-changed");
        let mut conn = t.app.db.read().await.unwrap();
        let n: i64 = conn.scalar(sql("SELECT COUNT(*) FROM report WHERE state='locked'")).await.unwrap();
        assert_eq!(n, 0, "nothing is locked");
        drop(conn);
        // The same report approved again with other cells.
        let prepared = service::prepare(&ctx, &june()).await.unwrap();
        let mut tx = write(&t).await;
        let q = sql("UPDATE report SET version=version+2 WHERE kind='month' AND unit_id=").bind(unit(3));
        tx.run(q).await.unwrap();
        quietly(tx).await;
        assert_eq!(code(&service::keep(&ctx, prepared, &Idem::none()).await.unwrap_err()), "freeze-changed");
        let id = service::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        assert_eq!(service::get(&ctx, id).await.unwrap().body.total.get("M07"), Some(99 + 30));
    })
    .await;
}

async fn cell(tx: &mut zw_db::Tx, county: DivisionId, station: Option<u128>, value: i64) {
    let place = station.map_or(Uuid::nil(), |n| unit(n).0);
    let row = vec![val("M07"), val(county), val(place), val(20_210_615i64), val(value)];
    tx.bulk("cell", &["measure", "county_id", "unit_id", "day", "value"], &[row], "").await.unwrap();
}

/// Two visits entered after the freeze are a difference; the 99 of the station that nobody approved are none.
#[tokio::test]
async fn late_entries_are_those_of_the_stations_that_were_frozen() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let ctx = t.ctx(officer(1));
        let id = service::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        let mut tx = write(&t).await;
        cell(&mut tx, World::COUNTY, Some(1), 14).await;
        cell(&mut tx, World::COUNTY, Some(2), 99).await;
        cell(&mut tx, World::COUNTY, None, 113).await;
        cell(&mut tx, World::COUNTY3, Some(3), 30).await;
        cell(&mut tx, World::COUNTY3, None, 30).await;
        quietly(tx).await;
        let late = service::get(&ctx, id).await.unwrap().late.unwrap();
        let visits = late.iter().find(|d| d.key == "M07").unwrap();
        assert_eq!((visits.frozen, visits.live, visits.difference, visits.unreported), (42, 44, 2, 99));
        assert_eq!(visits.counties, [("980101000000".to_owned(), "子城市子一县".to_owned(), 2)]);
    })
    .await;
}

/// A correction of June after its freeze stands in the issue of July, with its reason.
#[tokio::test]
async fn the_next_issue_shows_corrections_of_the_month_before() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let ctx = t.ctx(officer(1));
        let mut tx = write(&t).await;
        let cells = "UPDATE report_event SET cells=(SELECT r.cells FROM report r WHERE r.county_id=report_event.county_id AND r.id=report_event.report_id) WHERE act='submit'";
        tx.run(sql(cells)).await.unwrap();
        quietly(tx).await;
        service::freeze(&ctx, &june(), &Idem::none()).await.unwrap();
        t.at(2021, 7, 15, 9);
        let head = actor_of(Role::StationHead, None, Some((World::COUNTY, unit(1))), None);
        let input = ReportInput {
            period: "2021-06".into(),
            county: World::COUNTY.to_string(),
            unit: Some(unit(1).to_string()),
            version: stored(&t, 1).await.1,
            amend_note: "探访记录重复录入".into(),
            ..ReportInput::default()
        };
        let amended = amend(&t.ctx(head), &input, &Idem::none()).await.unwrap();
        // Not before the county approved it.
        t.at(2021, 8, 20, 9);
        let july = FreezeInput { period: "2021-07".into(), ..FreezeInput::default() };
        let waiting = service::prepare(&t.ctx(officer(1)), &july).await.unwrap();
        assert!(waiting.body().unwrap().corrections.amended.is_empty());
        let review = ReviewInput { version: amended.version, ..ReviewInput::default() };
        chain::approve(&t.ctx(county()), World::COUNTY, amended.id, &review, &Idem::none()).await.unwrap();
        let id = service::freeze(&t.ctx(officer(1)), &july, &Idem::none()).await.unwrap();
        let c = service::get(&t.ctx(officer(1)), id).await.unwrap().body.corrections;
        assert_eq!((c.period.as_deref(), c.amended.len()), (Some("2021-06"), 1));
        let one = &c.amended[0];
        assert_eq!((one.name.as_str(), one.period.as_str()), ("东街社工站", "2021-06"));
        assert_eq!(one.reason, "探访记录重复录入");
        assert!(one.changes.iter().any(|c| (c.key.as_str(), c.before, c.now) == ("M07", 12, 0)), "{:?}", one.changes);
        let text = text(&t, id.to_string()).await;
        assert!(text.contains("上期数据冻结后更正月报1份，另有补录差额，见附件5，已发布的数据不改。"), "{text}");
    })
    .await;
}
