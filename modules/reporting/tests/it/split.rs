//! The register of a month by category: frozen with its report, seen before it is confirmed, added up above.

use crate::fixture::*;
use std::sync::Arc;
use zw_core::Error;
use zw_reporting::board::model::Board;
use zw_reporting::board::service::{BoardQuery, board};
use zw_reporting::pass_on::service::{PassOnInput, pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::out::{GroupOut, ReportOut};
use zw_reporting::report::service::{self, ReportInput, ReportQuery};
use zw_reporting::report::split::{SplitOut, SplitValue};
use zw_reporting::report::{read, split};
use zw_testkit::{World, on_both};
use zw_web::Idem;

const MONTH: &str = "2021-06";

fn said(s: Option<&SplitOut>) -> String {
    let one = |v: &SplitValue| match v.value {
        None => "*".to_owned(),
        Some(n) if v.at_least => format!("≥{n}"),
        Some(n) => n.to_string(),
    };
    let line = |r: &split::SplitRow| format!("{} {}", r.code, r.values.iter().map(one).collect::<Vec<_>>().join(" "));
    s.map(|s| s.rows.iter().map(line).collect::<Vec<_>>().join("; ")).unwrap_or_default()
}
fn of_groups(groups: &[GroupOut]) -> String {
    said(groups.iter().find_map(|g| g.split.as_ref()))
}
fn of(r: &ReportOut) -> String {
    of_groups(&r.groups)
}
fn of_board(b: &Board) -> String {
    said(b.split.as_ref())
}
fn on(area: zw_core::DivisionId) -> BoardQuery {
    BoardQuery { kind: None, period: Some(MONTH.into()), area: Some(area.0) }
}

#[tokio::test]
async fn a_split_is_seen_frozen_and_added_up() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            // Categories overlap: 30 + 20 is more than 44. Of 21 one was recognised.
            for (key, list) in [
                ("M01", &[("01", 30), ("21", 13)][..]),
                ("M02", &[("01", 5), ("21", 6)]),
                ("M03", &[("01", 5)]),
                ("M04", &[("01", 30), ("21", 20), ("11", 2)]),
            ] {
                fake.split(key, STATION.0, list);
            }
            let station = t.ctx(head(STATION));
            let q = ReportQuery {
                unit: Some(STATION.to_string()),
                period: MONTH.into(),
                county: World::COUNTY.to_string(),
            };
            let draft = service::draft(&station, &q).await.unwrap();
            // 期初 新增 注销 类别变动 期末.
            let whole = "01 30 5 5 0 30; 11 0 0 0 2 2; 21 13 6 0 1 20";
            assert_eq!(of_groups(&draft.groups), whole);
            assert!(draft.seen.contains("M04=44;M04.01=30;M04.11=2;M04.21=20"), "{}", draft.seen);
            // Somebody was recognised between the look and the press: the total is the same, the press is refused.
            fake.split("M04", STATION.0, &[("01", 31), ("21", 20), ("11", 2)]);
            let input = ReportInput { seen: draft.seen.clone(), ..month(MONTH, STATION) };
            let Err(Error::Invalid(e)) = service::submit(&station, &input, &Idem::none()).await else { panic!() };
            assert_eq!((e.0.len(), e.of("seen-M04").unwrap().code.as_str()), (1, "split-changed-since-shown"));
            fake.split("M04", STATION.0, &[("01", 30), ("21", 20), ("11", 2)]);
            let sent = service::submit(&station, &input, &Idem::none()).await.unwrap();
            assert_eq!(of(&sent), whole);
            let version = ReviewInput { version: 1, ..ReviewInput::default() };
            let county = t.ctx(county_admin());
            chain::approve(&county, World::COUNTY, sent.id, &version, &Idem::none()).await.unwrap();
            // What is recorded later leaves the report as it was sent and is told beside it.
            fake.split("M04", STATION.0, &[("01", 29), ("21", 20), ("11", 2)]);
            let page = read::get(&county, World::COUNTY, sent.id).await.unwrap();
            assert_eq!(of(&page.report), whole);
            let late: Vec<_> = page.late_entries.iter().map(|c| (c.key.as_str(), c.before, c.now)).collect();
            assert_eq!(late, [("M04.01", Some(30), 29)]);

            // The second station, not approved yet.
            fake.split("M01", STATION2.0, &[("01", 7)]);
            fake.split("M04", STATION2.0, &[("01", 7), ("21", 3)]);
            let other = service::submit(&t.ctx(head(STATION2)), &month(MONTH, STATION2), &Idem::none()).await.unwrap();
            let b = board(&county, &on(World::COUNTY)).await.unwrap();
            assert_eq!(of_board(&b), "01 37 5 5 0 37; 11 0 0 0 2 2; 21 13 6 0 4 23", "all that was sent, every number");
            // Above the county: what is approved, without numbers of few people and what would tell them.
            let city = t.ctx(city_admin());
            let b = board(&city, &on(World::COUNTY)).await.unwrap();
            assert_eq!(of_board(&b), "01 30 5 5 0 30; 11 0 * * * *; 21 13 * * * 20");
            assert_eq!(of_board(&board(&city, &on(World::CITY)).await.unwrap()), "", "nothing was passed on");
            let page = read::get(&city, World::COUNTY, sent.id).await.unwrap();
            assert_eq!(
                (of(&page.report).as_str(), page.late_entries.len()),
                ("", 0),
                "one station's are of few people"
            );
            chain::approve(&county, World::COUNTY, other.id, &version, &Idem::none()).await.unwrap();
            let input =
                PassOnInput { division: World::COUNTY.to_string(), period: MONTH.into(), ..PassOnInput::default() };
            pass_on(&county, &input, &Idem::none()).await.unwrap();
            let b = board(&city, &on(World::CITY)).await.unwrap();
            assert_eq!(of_board(&b), "01 37 5 5 0 37; 11 0 * * * *; 21 13 * * * 23");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_and_api_tell_the_split() {
    let fake = Arc::new(Fake::default());
    on_both(parts(&fake), |t| {
        let fake = fake.clone();
        async move {
            prepare(&t, &fake).await;
            t.at(2021, 7, 5, 9);
            fake.split("M01", STATION.0, &[("01", 3)]);
            fake.split("M04", STATION.0, &[("01", 4)]);
            let station = t.client(head(STATION));
            let at = format!("period={MONTH}&county={}&unit={STATION}", World::COUNTY);
            let html = station.get(&format!("/reports/edit?{at}")).await.text();
            for text in ["按对象类别（1类）", "类别可重叠，合计不等于总数", "类别变动"] {
                assert!(html.contains(text), "{text}: {html}");
            }
            assert!(!html.contains("不足5人"), "a note for those above the county");
            let sent = service::submit(&t.ctx(head(STATION)), &month(MONTH, STATION), &Idem::none()).await.unwrap();
            let path = format!("/reports/{}/{}", World::COUNTY, sent.id);
            assert!(station.get(&path).await.text().contains("类别可重叠"));
            fake.split("M04", STATION.0, &[("01", 5)]);
            assert!(station.get(&path).await.text().contains("（01） 4 →"), "a late entry by its category");
            let api: serde_json::Value =
                serde_json::from_str(&station.get(&format!("/api/v1{path}")).await.text()).unwrap();
            let split = &api["report"]["groups"][0]["split"];
            assert_eq!(split["columns"][3][1], "类别变动", "{split}");
            assert_eq!((&split["rows"][0]["code"], &split["rows"][0]["values"][4]["value"]), (&"01".into(), &4.into()));
            let city = t.client(city_admin());
            assert!(!city.get(&path).await.text().contains("按对象类别"));
            let board =
                t.client(county_admin()).get(&format!("/board?period={MONTH}&area={}", World::COUNTY)).await.text();
            assert!(board.contains("按对象类别（1类）"), "{board}");
        }
    })
    .await;
}
