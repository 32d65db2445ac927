//! Samples for the gallery, the tests and a look by eye: the model circular of the domain handbook (10.1) with its
//! annexes, a workbook, a working paper. Figures of the two dated press points are the source's; everything below the
//! province is invented, and the names of places are placeholders.

use crate::layout::ordinal;
use crate::model::{Block, Column, DEMO_MARK, Document, Imprint, PageSize, Pair, Run, Style, Table};
use crate::sheet::{Cell, ColumnKind, Sheet, SheetColumn, Workbook};

const CITIES: [&str; 9] = ["甲市", "乙市", "丙市", "丁市", "戊市", "己市", "庚市", "辛市", "壬市"];

/// The circular as of 2021-07-08: official layout, five attachments, a landscape annex and a long one.
pub fn circular() -> Document {
    let text = Run::text;
    let figure = Run::figure;
    let mut doc = Document::new(Style::Official, "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报");
    doc.status_mark = Some("快报".into());
    doc.addressee = Some("各设区市示例单位、示例功能区主管部门".into());
    doc.issuer = Some("示例单位".into());
    doc.date = Some("2021年7月9日".into());
    doc.demo_mark = Some(DEMO_MARK.into());
    doc.footer_code = Some("审计链头 9f3a61c07e52b8d4 · 快照 2021-07-08 09:00".into());
    doc.imprint = Some(Imprint {
        copy_to: Some("示例单位甲、示例单位乙".into()),
        printed_by: Some("示例单位办公室".into()),
        printed_on: Some("2021年7月9日".into()),
    });
    doc.attachments = [
        "各设区市社工站建设进度表",
        "各县（市、区）社工站建设进度表",
        "未建站、未验收及未确认乡镇（街道）清单（含未建原因、障碍类别与计划建成日期）",
        "指标口径",
    ]
    .map(Into::into)
    .to_vec();
    doc.blocks = vec![
        Block::text(
            "现将全省社工站建设进展情况通报如下。数据截至7月8日（快报），未经县级确认部分见附件3，口径见附件4。",
        ),
        Block::led(
            1,
            "一、总体进展。",
            vec![
                text("全省应建站"),
                figure("townships_counted", "1100"),
                text("个，建成运营"),
                figure("stations_built", "716"),
                text("个，比6月9日增加"),
                figure("stations_built_delta", "92"),
                text("个；覆盖率"),
                figure("coverage_percent", "65.1"),
                text("%，比6月9日提高"),
                figure("coverage_delta", "8.4"),
                text("个百分点。在岗社工"),
                figure("posted_workers", "2839"),
                text("人。建成县级指导中心"),
                figure("county_centres", "26"),
                text("个、村（居）社工室"),
                figure("village_rooms", "1351"),
                text("个。"),
            ],
        ),
        Block::led(1, "二、工作成效。", vec![text("甲市、乙市覆盖率超过90%；丙市第3县、丁市第1县建站任务全部完成。")]),
        Block::heading(1, format!("{}存在问题", ordinal(1, 3))),
        Block::led(2, "（一）进度不均衡。", vec![text("最高100.0%、最低31.2%，壬市第2县等7个县本期无新增。")]),
        Block::led(2, "（二）人员不足。", vec![text("41个站在岗不足2人，其中“一人站”12个。")]),
        Block::led(2, "（三）资金滞后。", vec![text("9个县到位率低于50%。")]),
        Block::led(2, "（四）未按时报送。", vec![text("庚市第4县、辛市第1县至7月8日9时未报。")]),
        Block::heading(1, format!("{}下一步要求", ordinal(1, 4))),
        Block::led(
            3,
            "1.",
            vec![text("未完成建站任务的县于7月31日前报送逐站计划（责任单位：各设区市示例单位，时限：7月31日）。")],
        ),
        Block::led(
            3,
            "2.",
            vec![text("在岗不足2人的站于8月15日前补足（责任单位：各县（市、区）示例单位，时限：8月15日）。")],
        ),
        Block::Annex { number: 1, title: "各设区市社工站建设进度表".into(), landscape: true },
        Block::Table(city_table()),
        Block::Annex { number: 2, title: "各县（市、区）社工站建设进度表".into(), landscape: false },
        Block::Table(county_table()),
        Block::Annex {
            number: 3, title: "未建站、未验收及未确认乡镇（街道）清单".into(), landscape: false
        },
        Block::Figure {
            svg: chart(), caption: Some("图1　各设区市覆盖率（%）".into()), width_mm: Some(140.0)
        },
        Block::List {
            ordered: true,
            items: vec![
                vec![text("壬市第2县第1乡：场地未落实，计划2021年9月30日建成。")],
                vec![text("壬市第2县第3乡：招标流标，计划2021年10月31日建成。")],
            ],
        },
        Block::Annex { number: 4, title: "指标口径".into(), landscape: false },
        Block::KeyValue {
            pairs: vec![
                Pair::new("应建站", "统计日纳入统计范围的乡镇（街道）数。统计范围未包括金门县和连江县马祖列岛。"),
                Pair::new("建成运营", "通过验收、状态为建成运营的社工站。"),
                Pair::new("覆盖率", "被建成运营站覆盖的乡镇（街道）数 ÷ 应建站数。\n不同覆盖范围的站只计一次。"),
            ],
        },
    ];
    doc
}

/// Twelve columns under shared headings: needs a turned page.
fn city_table() -> Table {
    let columns = vec![
        Column::text("设区市"),
        Column::figure("应建站", "个").under("站点建设"),
        Column::figure("建成运营", "个").under("站点建设"),
        Column::figure("本期新增", "个").under("站点建设"),
        Column::figure("覆盖率", "%").under("站点建设"),
        Column::figure("在岗社工", "人").under("人员"),
        Column::figure("持证人数", "人").under("人员"),
        Column::figure("持证率", "%").under("人员"),
        Column::figure("应筹资金", "万元").under("资金"),
        Column::figure("到位率", "%").under("资金"),
        Column::centered("状态"),
        Column::text("主要障碍"),
    ];
    let rows = CITIES.iter().enumerate().map(|(i, city)| {
        let i = i as u32;
        let due = 100 + i * 9;
        let built = due * (95 - i * 7) / 100;
        let workers = built * 4 - i;
        let certified = workers * (60 - i) / 100;
        vec![
            (*city).to_owned(),
            due.to_string(),
            built.to_string(),
            (12 - i).to_string(),
            percent(built, due),
            workers.to_string(),
            certified.to_string(),
            percent(certified, workers),
            format!("{},{:03}.5", 1 + i, 100 + i * 37),
            percent(88 - i * 5, 100),
            ["按期", "按期", "略滞后", "滞后"].get(i as usize / 3).copied().unwrap_or("滞后").to_owned(),
            ["", "场地", "招标", "人员、资金"].get(i as usize % 4).copied().unwrap_or_default().to_owned(),
        ]
    });
    Table {
        columns,
        rows: rows.collect(),
        totals: Some(
            ["全省", "1100", "716", "92", "65.1", "2839", "1703", "60.0", "21,000.0", "68.0", "", ""]
                .map(Into::into)
                .to_vec(),
        ),
        caption: Some("截至2021年7月8日".into()),
        note: Some("本表设区市名称与数据均为虚构；“本期新增”为6月9日以来新增。".into()),
    }
}

/// Forty rows: runs over two pages, the heading is repeated.
fn county_table() -> Table {
    let columns = vec![
        Column::centered("序号"),
        Column::text("县（市、区）"),
        Column::figure("应建站", "个"),
        Column::figure("建成运营", "个"),
        Column::figure("覆盖率", "%"),
        Column::figure("在岗社工", "人"),
        Column::centered("县级确认"),
    ];
    let rows = (0..40u32).map(|i| {
        let city = CITIES.get(i as usize % CITIES.len()).copied().unwrap_or_default();
        let due = 8 + i % 11;
        let built = due * (40 + i * 7 % 61) / 100;
        vec![
            (i + 1).to_string(),
            format!("{city}第{}县", i / 9 + 1),
            due.to_string(),
            built.to_string(),
            percent(built, due),
            (built * 4).to_string(),
            if i % 13 == 7 { "未确认" } else { "已确认" }.to_owned(),
        ]
    });
    Table { columns, rows: rows.collect(), totals: None, caption: None, note: None }
}

/// Part of whole in percent with one decimal, rounded half up, without floating point.
fn percent(part: u32, whole: u32) -> String {
    let permille = (part * 2000 + whole) / (whole * 2).max(1);
    format!("{}.{}", permille / 10, permille % 10)
}

/// A small bar chart; the real ones come from the interface's chart module.
fn chart() -> String {
    let mut out = String::from(concat!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 560 240\" width=\"560\" height=\"240\">",
        "<line x1=\"40\" y1=\"200\" x2=\"550\" y2=\"200\" stroke=\"#444\"/>",
    ));
    for (i, city) in CITIES.iter().enumerate() {
        let value = 95 - i * 7;
        let (x, height) = (50 + i * 56, value * 17 / 10);
        out.push_str(&format!(
            "<rect x=\"{x}\" y=\"{}\" width=\"36\" height=\"{height}\" fill=\"#2f6f9f\"/>\
             <text x=\"{}\" y=\"{}\" font-size=\"13\" text-anchor=\"middle\" font-family=\"sans-serif\">{value}.0</text>\
             <text x=\"{}\" y=\"220\" font-size=\"14\" text-anchor=\"middle\" font-family=\"sans-serif\">{city}</text>",
            200 - height,
            x + 18,
            194 - height,
            x + 18
        ));
    }
    out + "</svg>"
}

/// The tables of the circular as a workbook with real numbers.
pub fn workbook() -> Workbook {
    use ColumnKind::{Date, Int, Percent, Text, Yuan};
    let rows = CITIES.iter().enumerate().map(|(i, city)| {
        let n = i64::try_from(i).unwrap_or_default();
        vec![
            Cell::from(format!("35{:010}", n + 1)),
            Cell::from(*city),
            Cell::Int(100 + n * 9),
            Cell::Int(95 - n * 3),
            Cell::Percent(65.1 - i as f64),
            Cell::Fen(123_456_789 + n),
            Cell::Date(20_210_708),
        ]
    });
    Workbook {
        title: "各设区市社工站建设进度表".into(),
        demo_mark: Some(DEMO_MARK.into()),
        as_of: "2021-07-08 09:00（快报）".into(),
        source_note: "站网 · 指标口径第1版".into(),
        frame: None,
        dated: Some(20_210_709),
        sheets: vec![Sheet {
            name: "附件1".into(),
            title: String::new(),
            columns: vec![
                SheetColumn::new("区划代码", Text).wide(16.0),
                SheetColumn::new("设区市", Text),
                SheetColumn::new("应建站", Int).unit("个"),
                SheetColumn::new("建成运营", Int).unit("个"),
                SheetColumn::new("覆盖率", Percent),
                SheetColumn::new("统筹资金", Yuan).unit("元"),
                SheetColumn::new("数据日期", Date),
            ],
            rows: rows.collect(),
            totals: Some(vec![
                Cell::Empty,
                "全省".into(),
                Cell::Int(1100),
                Cell::Int(716),
                Cell::Percent(65.1),
                Cell::Fen(21_000_000_000),
                Cell::Date(20_210_708),
            ]),
            note: Some("各设区市数据均为虚构。".into()),
        }],
    }
}

/// A working paper: plain layout, watermark, all kinds of blocks.
pub fn outline() -> Document {
    let mut doc = Document::new(Style::Plain, "全省社工站建设情况汇报提纲");
    doc.subtitle = Some("截至2021年7月8日".into());
    doc.status_mark = Some("快报".into());
    doc.watermark = Some("草稿".into());
    doc.demo_mark = Some(DEMO_MARK.into());
    doc.page_size = PageSize::A4;
    doc.blocks = vec![
        Block::heading(1, "一、总体进展"),
        Block::runs(vec![
            Run::text("建成运营"),
            Run::bold("716"),
            Run::text("个，覆盖率"),
            Run::bold("65.1%"),
            Run::text("。"),
        ]),
        Block::heading(2, "（一）分市情况"),
        Block::Figure { svg: chart(), caption: Some("图1　各设区市覆盖率（%）".into()), width_mm: None },
        Block::List {
            ordered: false,
            items: vec![vec![Run::text("场地未落实12个站；")], vec![Run::text("招标流标3个站。")]],
        },
        Block::PageBreak,
        Block::Table(county_table()),
    ];
    doc
}
