//! The three files, opened again: words, figures, marks, real numbers.

use crate::support::{code, county, foreign, officer, parts, pass, world};
use calamine::{Data, Reader, Xlsx};
use std::io::{Cursor, Read};
use std::path::Path;
use zw_access::Ctx;
use zw_core::Error;
use zw_core::period::Period;
use zw_indicators::Measures;
use zw_publishing::model::circular::DraftInput;
use zw_publishing::model::figures::Figures;
use zw_publishing::model::sample;
use zw_publishing::model::settings::CircularSettings;
use zw_publishing::model::snapshot::{FlashInput, FreezeInput};
use zw_publishing::paper::Paper;
use zw_publishing::service::{circulars, draft, files, snapshots};
use zw_testkit::{TestApp, World, on_both};
use zw_typeset::TypstTypesetter;
use zw_web::Idem;

/// The words of a DOCX body.
pub fn docx_text(bytes: &[u8]) -> String {
    docx_part(bytes, "word/document.xml")
}

/// The words of a part of a DOCX.
pub fn docx_part(bytes: &[u8], part: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    zip.by_name(part).unwrap().read_to_string(&mut xml).unwrap();
    let mut out = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').unwrap();
        if tag == "w:t" || tag.starts_with("w:t ") {
            out.push_str(words);
        } else if tag == "/w:p" {
            out.push('\n');
        }
    }
    out
}

/// A sheet as rows of text, numbers as they are.
pub fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let found = book.sheet_names().into_iter().find(|n| n.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
    book.worksheet_range(&found).unwrap().rows().map(<[Data]>::to_vec).collect()
}

fn row<'a>(rows: &'a [Vec<Data>], name: &str) -> &'a [Data] {
    rows.iter().find(|r| r.iter().any(|c| *c == Data::String(name.into()))).unwrap_or_else(|| panic!("{name}"))
}

fn cli(t: &TestApp) -> Ctx {
    t.system("cli.circular", zw_publishing::CLI_ACTIONS)
}

async fn month(t: &TestApp, dir: &Path) -> (String, Vec<u8>, Vec<u8>) {
    let made = zw_publishing::write_month(&cli(t), Period::month(2021, 6).unwrap(), dir).await.unwrap();
    let read = |ending: &str| {
        let path = made.iter().find(|p| p.extension().is_some_and(|e| e == ending)).unwrap();
        std::fs::read(path).unwrap()
    };
    (docx_text(&read("docx")), read("pdf"), read("xlsx"))
}

#[tokio::test]
async fn the_command_line_writes_a_draft_until_the_month_is_frozen() {
    on_both(parts, |t| async move {
        world(&t).await;
        pass(&t, &[World::COUNTY, World::COUNTY3]).await;
        let dir = std::env::temp_dir().join(format!("zw-circular-{}-{:?}", std::process::id(), t.app.db.engine()));
        let (text, pdf, xlsx) = month(&t, &dir).await;
        assert!(text.contains("关于2021年6月全省乡镇（街道）社工站建设进展情况的通报") && text.contains("草稿"), "{text}");
        assert!(text.contains("当月各站服务44人次，探访42人次；月末在册服务对象0人。月报未审核的社工站1个（见附件3），其服务数据未计入。"), "{text}");
        assert!(pdf.starts_with(b"%PDF-"));
        assert!(sheet(&xlsx, "附件1").iter().flatten().any(|c| c.to_string().contains("草稿")));
        // Frozen: the same month without the mark, and with the hash of its snapshot.
        let input = FreezeInput { period: "2021-06".into(), early: "1".into(), ..FreezeInput::default() };
        let id = snapshots::freeze(&t.ctx(officer(1)), &input, &Idem::none()).await.unwrap();
        let hash = snapshots::get(&t.ctx(officer(1)), id).await.unwrap().head.hash;
        let (text, _, xlsx) = month(&t, &dir).await;
        assert!(!text.contains("草稿"), "{text}");
        let all: String = sheet(&xlsx, "附件1").iter().flatten().map(ToString::to_string).collect();
        assert!(all.contains(&hash) && all.contains("锁定") && !all.contains("草稿"), "{all}");
        let cities = sheet(&xlsx, "附件1");
        assert_eq!(row(&cities, "子城市")[2], Data::Float(6.0));
        assert_eq!(row(&cities, "合计")[4], Data::Float(3.0));
        let counties = sheet(&xlsx, "附件2");
        assert_eq!(row(&counties, "子城市子一县")[4], Data::Float(2.0));
        assert!(row(&counties, "子城市子二县").contains(&Data::String("未确认".into())));
        let gaps = sheet(&xlsx, "附件3-1");
        assert!(row(&gaps, "西溪乡").contains(&Data::String("首次招标流标".into())));
        assert!(row(&sheet(&xlsx, "附件3-3"), "南山社工站").contains(&Data::String("已报未审核".into())));
        assert!(sheet(&xlsx, "附件4").iter().any(|r| r.contains(&Data::String("I1-1".into()))));
        assert_eq!(row(&sheet(&xlsx, "附件5"), "合计")[2], Data::Float(42.0));
        let bad = zw_publishing::write_month(&cli(&t), Period::month(2021, 8).unwrap(), &dir).await.unwrap_err();
        assert_eq!(code(&bad), "month:month-not-begun");
        let nobody = t.system("other", &[]);
        let refused = zw_publishing::write_month(&nobody, Period::month(2021, 6).unwrap(), &dir).await;
        assert!(matches!(refused, Err(Error::Forbidden)));
        std::fs::remove_dir_all(dir).unwrap();
    })
    .await;
}

#[tokio::test]
async fn downloads_ask_for_the_permit_again() {
    on_both(parts, |t| async move {
        world(&t).await;
        let a = t.ctx(officer(1));
        let snapshot = snapshots::flash(&a, &FlashInput::default(), &Idem::none()).await.unwrap().to_string();
        let id = circulars::draft(&a, &DraftInput { snapshot, ..DraftInput::default() }, &Idem::none()).await.unwrap();
        let c = t.client(officer(1));
        let answer = c.get(&format!("/circulars/{id}/file/docx")).await;
        assert_eq!(answer.status.as_u16(), 200);
        assert!(answer.headers["content-disposition"].to_str().unwrap().contains("flash-980000-2021-07-08.docx"));
        let text = docx_text(&answer.body);
        assert!(text.contains("（快报）") && text.contains("建成运营3个"), "{text}");
        assert!(c.get(&format!("/circulars/{id}/file/pdf")).await.body.starts_with(b"%PDF-"));
        assert_eq!(c.get(&format!("/circulars/{id}/file/exe")).await.status.as_u16(), 404);
        for actor in [county(), foreign()] {
            assert_eq!(t.client(actor).get(&format!("/circulars/{id}/file/docx")).await.status.as_u16(), 404);
        }
        assert_eq!(files::Format::Docx.mime(), answer.headers["content-type"].to_str().unwrap());
        // Each file that left is in the audit log, with its format; refused ones are not.
        let mut conn = t.app.db.read().await.unwrap();
        let q = "SELECT fields FROM audit_event WHERE action='circular.read' AND decision='allow' ORDER BY ts_us,seq";
        let taken: Vec<(String,)> = conn.all(zw_db::sql(q)).await.unwrap();
        assert_eq!(taken.len(), 2, "{taken:?}");
        assert!(taken[0].0.contains("docx") && taken[1].0.contains("pdf"), "{taken:?}");
    })
    .await;
}

#[test]
fn the_demo_says_so_on_every_page_and_never_looks_issued() {
    zw_ui::I18n::install(&zw_publishing::FTL);
    let (before, now) = (sample::june(), sample::july());
    let settings = CircularSettings {
        issuer: "真实单位".into(),
        red_head: Some("真实单位文件".into()),
        ..CircularSettings::default()
    };
    let figures = Figures { now: &now, before: Some(&before) };
    let body = draft::framed(draft::body(&figures, &settings), &now, &settings, true);
    let title = draft::title(&figures);
    let measures = Measures::join(vec![zw_network::source(), zw_people::source()]);
    let paper = Paper {
        title: &title,
        body: &body,
        figures,
        state: None,
        doc_no: None,
        date: now.row.as_of.add_days(1),
        corrected: None,
        unfrozen: false,
        demo: true,
        measures: &measures,
        range_note: Some("统计范围未包括金门县和连江县马祖列岛"),
    };
    let doc = paper.document();
    let pages = TypstTypesetter::new().page_texts(&doc).unwrap();
    assert!(pages.len() >= 5);
    for (i, p) in pages.iter().enumerate() {
        assert!(p.contains("演示数据·非官方"), "page {}", i + 1);
        assert!(!p.contains("真实单位"), "page {}", i + 1);
    }
    let whole: String = pages.concat();
    for want in [
        "示例单位",
        "2021年7月9日",
        "比6月9日增加92个",
        "覆盖率65.1%",
        "提高8.4个百分点",
        "统计范围未包括金门县和连江县马祖列岛",
    ] {
        assert!(whole.contains(want), "{want} in {whole}");
    }
    let text = docx_text(&zw_documents::docx(&doc).unwrap());
    assert!(text.contains("一、总体进展。全省应建站1100个，建成运营716个"), "{text}");
    let book = zw_documents::xlsx(&paper.workbook()).unwrap();
    let cities = sheet(&book, "附件1");
    assert_eq!(cities[0][0], Data::String("演示数据·非官方".into()));
    let head = cities.iter().flatten().map(ToString::to_string).find(|c| c.contains("（快报）")).unwrap();
    assert_eq!(head.matches("快报").count(), 1, "said once: {head}");
    let total = row(&cities, "合计");
    assert_eq!((&total[2], &total[4], &total[5]), (&Data::Float(1100.0), &Data::Float(716.0), &Data::Float(92.0)));
    // 65.1 %, a real number shown as a percentage.
    assert!(matches!(total[6], Data::Float(p) if (p - 0.651).abs() < 1e-9), "{:?}", total[6]);
}

/// Document and workbook of a sample.
fn paper(now: &zw_publishing::model::snapshot::Snapshot) -> (zw_documents::Document, Vec<u8>) {
    zw_ui::I18n::install(&zw_publishing::FTL);
    let (settings, measures) = (CircularSettings::default(), Measures::default());
    let figures = Figures { now, before: None };
    let body = draft::framed(draft::body(&figures, &settings), figures.now, &settings, false);
    let paper = Paper {
        title: "t",
        body: &body,
        figures,
        state: None,
        doc_no: None,
        date: now.row.as_of,
        corrected: None,
        unfrozen: false,
        demo: false,
        measures: &measures,
        range_note: Some("统计范围未包括金门县和连江县马祖列岛"),
    };
    (paper.document(), zw_documents::xlsx(&paper.workbook()).unwrap())
}

/// What the text calls an annex is how the paper numbers it.
#[test]
fn text_and_paper_number_the_annexes_alike() {
    for (now, addressee, lists, definitions) in [
        (sample::july(), "各设区市主管部门", 3, 4),
        (sample::city(), "各县（市、区）主管部门", 2, 3),
        (sample::municipality(), "各县（市、区）主管部门", 2, 3),
    ] {
        let (doc, book) = paper(&now);
        assert_eq!(doc.addressee.as_deref(), Some(addressee));
        assert!(doc.attachments[lists - 1].contains("未建站"), "{:?}", doc.attachments);
        assert_eq!(doc.attachments[definitions - 1], "指标口径");
        let text = docx_text(&zw_documents::docx(&doc).unwrap());
        assert!(text.contains(&format!("口径见附件{definitions}")), "{text}");
        assert!(sheet(&book, &format!("附件{definitions}")).iter().flatten().any(|c| c.to_string().contains("口径")));
    }
}

/// Rows of annex 1 add up to its total, also where a county lies in no city.
#[test]
fn rows_add_up_to_the_total() {
    let (_, book) = paper(&sample::with_direct_county());
    let rows = sheet(&book, "附件1");
    let total = rows.iter().position(|r| r.contains(&Data::String("合计".into()))).unwrap();
    let parts: Vec<&Vec<Data>> = rows.iter().filter(|r| r[1].to_string().ends_with('市')).collect();
    assert_eq!(parts.len(), 3, "{rows:?}");
    for column in [2, 4, 7] {
        let number = |r: &[Data]| if let Data::Float(n) = r[column] { n } else { panic!("{r:?}") };
        let sum: f64 = parts.iter().map(|r| number(r)).sum();
        assert!((sum - number(&rows[total])).abs() < 1e-9, "column {column}");
    }
}

#[test]
fn ranking_is_off_unless_a_setting_says_otherwise() {
    zw_ui::I18n::install(&zw_publishing::FTL);
    let now = sample::july();
    let measures = Measures::default();
    let order = |ranking: bool| {
        let settings = CircularSettings { ranking, ..CircularSettings::default() };
        let figures = Figures { now: &now, before: None };
        let body = draft::framed(draft::body(&figures, &settings), figures.now, &settings, true);
        let paper = Paper {
            title: "t",
            body: &body,
            figures,
            state: None,
            doc_no: None,
            date: now.row.as_of,
            corrected: None,
            unfrozen: false,
            demo: true,
            measures: &measures,
            range_note: None,
        };
        sheet(&zw_documents::xlsx(&paper.workbook()).unwrap(), "附件2")
    };
    let plain = order(false);
    assert!(!plain.iter().flatten().any(|c| c.to_string().contains("位次")));
    let names = |rows: &[Vec<Data>]| -> Vec<String> {
        rows.iter()
            .flatten()
            .map(ToString::to_string)
            .filter(|c| c.starts_with("甲市") || c.starts_with("乙市"))
            .collect()
    };
    assert_eq!(names(&plain), ["甲市子区", "甲市丑县", "乙市寅县"], "in the order of codes");
    let ranked = order(true);
    assert!(ranked.iter().flatten().any(|c| c.to_string().contains("位次")));
    assert_eq!(names(&ranked)[0], "甲市子区");
}
