//! The worked example of docs/worked-example.md: one week and one month in numbers, from the records over cells and
//! reports to the sentence of the circular, and one entry that comes after the freeze.

use crate::support::{code, county, day, officer, quietly, unit, write};
use std::sync::Arc;
use zw_access::{Actor, Role};
use zw_core::period::Period;
use zw_core::{DivisionId, ResidentId, SnapshotId, Uuid, WorkerId};
use zw_db::{Val, val};
use zw_indicators::{Measures, Span, cells};
use zw_network::model::sheet::{AcceptInput, SheetInput};
use zw_network::model::unit::UnitInput;
use zw_practice::model::{EncounterInput, PersonIn, ResidentInput};
use zw_practice::service::{encounter, register};
use zw_publishing::Typeset;
use zw_publishing::model::circular::DraftInput;
use zw_publishing::model::snapshot::{FlashInput, FreezeInput, SnapshotFile};
use zw_publishing::service::{circulars, snapshots, wall};
use zw_reporting::pass_on::service::{PassOnInput, pass_on};
use zw_reporting::report::chain::{self, ReviewInput};
use zw_reporting::report::service::{self as reporting, ReportInput};
use zw_testkit::{TestApp, TestParts, World, actor, actor_of, on_both, posted, station};
use zw_web::Idem;

fn parts() -> TestParts {
    TestParts {
        modules: vec![
            zw_network::module(),
            zw_people::module(),
            zw_practice::module(),
            zw_reporting::module(),
            zw_publishing::module(),
        ],
        sources: vec![zw_network::source(), zw_people::source(), zw_practice::source(), zw_reporting::source()],
        ext: vec![Arc::new(Typeset(Arc::new(zw_typeset::TypstTypesetter::new())))],
        ..TestParts::default()
    }
}

fn worker_id(n: u128) -> WorkerId {
    WorkerId(Uuid::from_u128(0xB000 + n))
}
fn worker(n: u128) -> Actor {
    actor_of(Role::Worker, None, Some((World::COUNTY, unit(1))), Some(worker_id(n)))
}
fn head() -> Actor {
    actor_of(Role::StationHead, None, Some((World::COUNTY, unit(1))), None)
}
fn city() -> Actor {
    actor(Role::CityAdmin, World::CITY)
}

const PAGE: &str = include_str!("../../../../docs/worked-example.md");

/// Keys and values of the table under a heading of the page. A line may name several: `a` / `b` with 2 / 1, and
/// M01 + M02 = M04 with 0 + 2 = 2.
fn table(heading: &str) -> Vec<(String, i64)> {
    let section = PAGE.split("\n## ").find(|s| s.starts_with(heading)).unwrap_or_else(|| panic!("{heading}"));
    let mut out = vec![];
    for line in section.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| cell ")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let is_key = |w: &&str| {
            let m = w.strip_prefix('M').is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
            m || w.len() > 3 && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        };
        let keys: Vec<String> =
            cells[1].replace('`', " ").split_whitespace().filter(is_key).map(str::to_owned).collect();
        let values: Vec<i64> =
            cells[2].split_whitespace().filter_map(|n| n.trim_start_matches('+').parse().ok()).collect();
        assert!(!keys.is_empty() && keys.len() == values.len(), "{line}");
        out.extend(keys.into_iter().zip(values));
    }
    assert!(!out.is_empty(), "{heading} has no table");
    out
}

/// Before the story: the station of 东街街道, built on 1 March, with two workers, one of them certified.
async fn before(t: &TestApp) {
    let mut tx = write(t).await;
    station(&mut tx, 1, World::COUNTY, World::TOWN, 20_210_301, "东街社工站").await;
    for n in [1, 2] {
        posted(&mut tx, n, World::COUNTY, unit(1), 20_210_301).await;
    }
    let columns = &["id", "worker_id", "level", "number", "issued_on", "created_at"];
    let row: Vec<Val> =
        vec![val(Uuid::from_u128(0xD1)), val(worker_id(1)), val("1"), val("示例001"), val(20_201_201i64), val(0i64)];
    tx.bulk("certificate", columns, &[row], "").await.unwrap();
    quietly(tx).await;
}

async fn resident(t: &TestApp, name: &str, serial: i64) -> ResidentId {
    let body = format!("35990019500101{:03}", serial * 2);
    let id_no = format!("{body}{}", zw_core::person_id::check_digit(&body).unwrap());
    let input = ResidentInput {
        name: name.into(),
        id_no,
        village: World::VILLAGE.to_string(),
        categories: vec!["01".into()],
        legal_basis: "statutory".into(),
        filed_on: "2021-06-01".into(),
        risk: "3".into(),
        ..ResidentInput::default()
    };
    register::register(&t.ctx(worker(1)), input, &Idem::none()).await.unwrap().id
}

async fn visit(t: &TestApp, who: u128, on: &str, to: &[(ResidentId, bool)], with: &[u128]) {
    let input = EncounterInput {
        day: on.into(),
        persons: to.iter().map(|(r, met)| PersonIn { resident: Some(*r), met: *met, ..PersonIn::default() }).collect(),
        workers: with.iter().map(|n| worker_id(*n).to_string()).collect(),
        action: "看望".into(),
        ..EncounterInput::default()
    };
    encounter::record(&t.ctx(worker(who)), input, &Idem::none()).await.unwrap();
}

/// What the cells of 子一县 say of a measure in a span.
async fn cell(t: &TestApp, key: &'static str, from: zw_core::Day, to: zw_core::Day) -> i64 {
    let measures = t.app.ext::<Measures>().unwrap();
    cells::drain(&t.app, &measures).await.unwrap();
    let mut c = t.app.db.read().await.unwrap();
    let found = cells::sum_by_county(&mut c, &[key], &[World::COUNTY], Span { from, to }).await.unwrap();
    found[&(key, World::COUNTY)]
}

fn value(r: &zw_reporting::report::out::ReportOut, key: &str) -> i64 {
    r.groups.iter().flat_map(|g| &g.cells).find(|c| c.key == key).unwrap_or_else(|| panic!("{key}")).value
}

async fn snapshot(t: &TestApp, id: SnapshotId) -> SnapshotFile {
    snapshots::get(&t.ctx(officer(1)), id).await.unwrap()
}

#[tokio::test]
async fn from_the_record_to_the_sentence() {
    on_both(parts, |t| async move {
        before(&t).await;

        // 9 June, evening: the province takes a flash snapshot. One station of eight townships: 12.5 %.
        t.at(2021, 6, 9, 18);
        let first = snapshots::flash(&t.ctx(officer(1)), &FlashInput::default(), &Idem::none()).await.unwrap();
        let s = snapshot(&t, first).await;
        assert_eq!((s.body.total.get("stations_built"), s.body.total.get("townships_counted")), (Some(1), Some(8)));

        // 24 June: 南山镇 passes acceptance in all three groups, with one worker posted. Its plaque of 10 June had built
        // nothing.
        t.at(2021, 6, 24, 17);
        let new = UnitInput {
            tier: "T".into(),
            division: World::TOWN2.to_string(),
            name: "南山镇社会工作服务站".into(),
            mode: "purchase".into(),
            since: "2021-05-20".into(),
            ..UnitInput::default()
        };
        let second = zw_network::service::units::create(&t.ctx(county()), &new, &Idem::none()).await.unwrap();
        let mut tx = write(&t).await;
        posted(&mut tx, 3, World::COUNTY, second, 20_210_520).await;
        quietly(tx).await;
        let sheet = SheetInput {
            venue_on: "2021-04-12".into(),
            tender_on: "2021-04-30".into(),
            contract_on: "2021-05-08".into(),
            staff_on: "2021-05-20".into(),
            plaque_on: "2021-06-10".into(),
            funds_on: "2021-05-12".into(),
            ..SheetInput::default()
        };
        let sheets = zw_network::service::sheets::edit(&t.ctx(county()), World::TOWN2, &sheet, &Idem::none()).await;
        sheets.unwrap();
        let seen = zw_network::service::sheets::get(&t.ctx(county()), World::TOWN2).await.unwrap().version;
        let passed = AcceptInput { venue: "1".into(), staff: "1".into(), service: "1".into(), on: "2021-06-24".into(), version: seen, ..AcceptInput::default() };
        zw_network::service::acceptance::accept(&t.ctx(county()), World::TOWN2, &passed, &Idem::none()).await.unwrap();

        // The week 2021-W25, Monday 21 to Sunday 27 June: confirmed by the county on Monday, approved by the city.
        t.at(2021, 6, 28, 10);
        let week = ReportInput { period: "2021-W25".into(), county: World::COUNTY.to_string(), ..ReportInput::default() };
        let w = reporting::submit(&t.ctx(county()), &week, &Idem::none()).await.unwrap();
        for (key, want) in table("The week 2021-W25") {
            assert_eq!(value(&w, &key), want, "week {key}");
        }
        let review = |version| ReviewInput { version, ..ReviewInput::default() };
        chain::approve(&t.ctx(city()), World::COUNTY, w.id, &review(w.version), &Idem::none()).await.unwrap();
        let shown = wall::get(&t.ctx(officer(1)), &Default::default()).await.unwrap();
        let tile = shown.tiles.iter().find(|x| x.division == World::COUNTY.0).unwrap();
        assert_eq!((tile.covered, tile.counted), (2, 3), "the wall shows what the county confirmed");

        // June's service at 东街: two residents on file; three visits, one of them by two workers, one in vain.
        t.at(2021, 6, 30, 18);
        let (zhang, li) = (resident(&t, "张示例", 1).await, resident(&t, "李示例", 2).await);
        visit(&t, 1, "2021-06-03", &[(zhang, true), (li, true)], &[1, 2]).await;
        visit(&t, 1, "2021-06-15", &[(zhang, false)], &[]).await;
        visit(&t, 2, "2021-06-29", &[(li, true)], &[]).await;
        let june = Period::month(2021, 6).unwrap();
        let (from, to) = (june.first_day(), june.last_day());
        // One encounter counts once per person met, whatever the number of workers.
        assert_eq!(cell(&t, "M07", day(6, 3), day(6, 3)).await, 2);
        assert_eq!(cell(&t, "M07", from, to).await, 3);
        assert_eq!(cell(&t, "M09", from, to).await, 1);

        // The month: confirmed by the station on the third working day, approved by the county.
        t.at(2021, 7, 5, 9);
        let month = ReportInput {
            period: "2021-06".into(),
            county: World::COUNTY.to_string(),
            unit: Some(unit(1).to_string()),
            ..ReportInput::default()
        };
        let m = reporting::submit(&t.ctx(head()), &month, &Idem::none()).await.unwrap();
        for (key, want) in table("The month 2021-06") {
            assert_eq!(value(&m, &key), want, "month {key}");
        }
        chain::approve(&t.ctx(county()), World::COUNTY, m.id, &review(m.version), &Idem::none()).await.unwrap();

        // The county passes the month on, naming 南山: from here on it counts above the county.
        let up =
            PassOnInput { division: World::COUNTY.to_string(), period: "2021-06".into(), although_missing: true };
        let passed = pass_on(&t.ctx(county()), &up, &Idem::none()).await.unwrap();
        assert_eq!(passed.missing.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), ["南山镇社会工作服务站"]);

        // 12 July, the eighth working day: the freeze. 南山 sent no report: its station counts, its service does not.
        t.at(2021, 7, 9, 9);
        let freeze = FreezeInput { period: "2021-06".into(), ..FreezeInput::default() };
        let early = snapshots::freeze(&t.ctx(officer(1)), &freeze, &Idem::none()).await.unwrap_err();
        assert_eq!(code(&early), "freeze-early");
        t.at(2021, 7, 12, 10);
        let id = snapshots::freeze(&t.ctx(officer(1)), &freeze, &Idem::none()).await.unwrap();
        let frozen = snapshot(&t, id).await;
        let total = |key: &str| frozen.body.total.get(key);
        assert_eq!((total("stations_built"), total("townships_covered"), total("M07")), (Some(2), Some(2), Some(3)));
        assert_eq!(frozen.body.unreported.len(), 1);
        assert_eq!(frozen.body.unreported[0].state, "none");
        assert_eq!(frozen.late.as_deref(), Some(&[][..]));

        // The circular, drafted by the system and compared with the dated point before.
        let input = DraftInput { snapshot: id.to_string(), ..DraftInput::default() };
        let circular = circulars::draft(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap();
        let text: Vec<String> = circulars::get(&t.ctx(officer(1)), circular)
            .await
            .unwrap()
            .paragraphs
            .into_iter()
            .map(|p| format!("{}{}", p.paragraph.lead, p.rendered))
            .collect();
        let progress = "一、总体进展。全省应建站8个，建成运营2个，比6月9日增加1个；覆盖率25.0%，比6月9日提高12.5个百分点。\
                        在岗社工3人，比6月9日增加1人，其中持证1人，持证率33.3%。建成县级指导中心0个、村（居）社工室0个。";
        assert_eq!(text[1], progress);
        let service = "当月各站服务3人次，探访3人次（其中入户3次）；月末在册服务对象2人。\
                       月报未审核的社工站1个（见附件3），其服务数据未计入。";
        assert_eq!(text[2], service);
        assert!(PAGE.contains(progress) && PAGE.contains(service), "docs/worked-example.md says something else");

        // 13 July: a visit of 30 June is typed. The cells know it, the frozen month does not; the difference is shown.
        t.at(2021, 7, 13, 9);
        visit(&t, 1, "2021-06-30", &[(zhang, true)], &[]).await;
        assert_eq!(cell(&t, "M07", from, to).await, 4);
        let after = snapshot(&t, id).await;
        assert_eq!(after.head.hash, frozen.head.hash);
        assert_eq!(after.body, frozen.body);
        let differences = after.late.as_ref().unwrap();
        let late: Vec<(&str, i64, i64, i64)> =
            differences.iter().map(|d| (d.key.as_str(), d.frozen, d.live, d.difference)).collect();
        let told: Vec<(String, i64)> = table("A late entry");
        let differences_told: Vec<(String, i64)> = late.iter().map(|(k, .., d)| ((*k).to_owned(), *d)).collect();
        assert_eq!(differences_told, told);
        assert_eq!(late[0], ("M07", 3, 4, 1));
        assert_eq!(differences[0].counties, [("980101000000".to_owned(), "子城市子一县".to_owned(), 1)]);
        let page = t.client(officer(1)).get(&format!("/snapshots/{id}")).await.text();
        assert!(page.contains("补录差额") && page.contains("+1"));
        let again = circulars::get(&t.ctx(officer(1)), circular).await.unwrap();
        assert_eq!(again.paragraphs[2].rendered, service, "what was frozen is what is sent");

        // The files say the same.
        let c = t.client(officer(1));
        let docx = c.get(&format!("/circulars/{circular}/file/docx")).await.body;
        assert!(crate::files::docx_text(&docx).contains(progress.split_once('。').unwrap().1.trim_start()));
        let xlsx = c.get(&format!("/circulars/{circular}/file/xlsx")).await.body;
        let sheet = crate::files::sheet(&xlsx, "附件2");
        let row = sheet.iter().find(|r| r.contains(&calamine::Data::String("子城市子一县".into()))).unwrap();
        assert_eq!((row[2].to_string(), row[4].to_string()), ("3".into(), "2".into()));
        assert_eq!(DivisionId(frozen.body.counties[0].division), World::COUNTY);
    })
    .await;
}
