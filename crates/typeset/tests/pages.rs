//! The laid-out pages are read back: what must be on paper is on paper, and text never becomes markup.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use zw_documents::{
    Block, Column, DEMO_MARK, Document, PageSize, Pair, Paragraph, Run, Style, Table, Typesetter, sample,
};
use zw_typeset::TypstTypesetter;

/// Page texts without spaces and line breaks.
fn pages(doc: &Document) -> Vec<String> {
    let pages = TypstTypesetter::new().page_texts(doc).unwrap();
    pages.into_iter().map(|p| p.split_whitespace().collect()).collect()
}

#[test]
fn the_circular_is_on_paper() {
    let pages = pages(&sample::circular());
    let first = &pages[0];
    for expected in [
        "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报（快报）",
        "各设区市示例单位、示例功能区主管部门：",
        "一、总体进展。全省应建站1100个，建成运营716个，比6月9日增加92个；覆盖率65.1%，比6月9日提高8.4个百分点。",
        "在岗社工2839人",
        "村（居）社工室1351个",
    ] {
        assert!(first.contains(expected), "missing {expected:?} in {first}");
    }
    assert!(pages[1].contains("附件：1.各设区市社工站建设进度表2."));
    assert!(pages[1].contains("示例单位2021年7月9日"));
    let all = pages.concat();
    for expected in ["附件1", "附件4", "图1　各设区市覆盖率（%）".replace('　', "").as_str(), "9,396.5", "21,000.0"]
    {
        assert!(all.contains(expected), "missing {expected:?}");
    }
    let last = pages.last().unwrap();
    assert!(last.contains("抄送：示例单位甲、示例单位乙。示例单位办公室2021年7月9日印发"), "{last}");
}

#[test]
fn every_page_has_the_demo_mark_its_number_and_the_code() {
    for doc in [sample::circular(), sample::outline()] {
        for (i, page) in pages(&doc).iter().enumerate() {
            assert!(page.contains(DEMO_MARK), "page {}: {page}", i + 1);
            assert!(page.contains(&format!("—{}—", i + 1)), "page {}: {page}", i + 1);
            if let Some(code) = &doc.footer_code {
                assert!(page.contains(&code.replace(' ', "")), "page {}: {page}", i + 1);
            }
            if let Some(mark) = &doc.watermark {
                assert!(page.contains(mark.as_str()), "page {}: {page}", i + 1);
            }
        }
    }
    let official = Document { demo_mark: None, ..sample::circular() };
    assert!(!pages(&official).concat().contains(DEMO_MARK));
}

#[test]
fn a_long_table_repeats_its_heading() {
    let pages = pages(&sample::circular());
    let with_head: Vec<&String> =
        pages.iter().filter(|p| p.contains("县级确认已确认") || p.contains("县级确认")).collect();
    assert_eq!(with_head.iter().filter(|p| p.contains("序号县（市、区）应建站（个）")).count(), 2);
    assert!(with_head.iter().any(|p| p.contains("40丁市第5县")));
}

#[test]
fn thousands_of_rows_stay_in_order() {
    let table = Table {
        columns: vec![Column::centered("序号"), Column::text("乡镇")],
        rows: (1..=1000).map(|i| vec![i.to_string(), format!("第{i}乡")]).collect(),
        ..Table::default()
    };
    let doc = Document { blocks: vec![Block::Table(table)], ..Document::new(Style::Plain, "清单") };
    let pages = pages(&doc);
    assert!(pages.len() > 10 && pages.iter().all(|p| p.contains("序号乡镇")));
    let at: Vec<usize> = (1..=1000)
        .map(|i| pages.iter().position(|p| p.contains(&format!("{i}第{i}乡"))).unwrap_or_else(|| panic!("row {i}")))
        .collect();
    assert!(at.is_sorted());
}

#[test]
fn an_official_page_holds_22_lines_of_28_characters() {
    let line = |i: usize| {
        Block::Paragraph(Paragraph {
            runs: vec![Run::text(format!("{}{}", "字".repeat(27), ["甲", "乙"][i % 2]))],
            flush: true,
            ..Paragraph::default()
        })
    };
    let doc = Document { blocks: (0..44).map(line).collect(), ..Document::default() };
    let pages = pages(&doc);
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|p| p.matches("字").count() == 22 * 27), "{pages:?}");
}

#[test]
fn no_page_has_a_signature_alone() {
    for paragraphs in 1..=24 {
        let blocks = (1..=paragraphs)
            .map(|i| {
                Block::Paragraph(Paragraph {
                    runs: vec![Run::text(format!("第{i}段正文。"))], ..Paragraph::default()
                })
            })
            .collect();
        let doc = Document {
            blocks,
            attachments: vec!["甲表".into(), "乙表".into()],
            issuer: Some("示例单位".into()),
            date: Some("2021年7月9日".into()),
            ..Document::new(Style::Official, "关于页面的通知")
        };
        let pages = pages(&doc);
        let signed = pages.iter().find(|p| p.contains("示例单位")).unwrap();
        for part in [format!("第{paragraphs}段正文"), "1.甲表2.乙表".into(), "2021年7月9日".into()] {
            assert!(signed.contains(&part), "{paragraphs} paragraphs: {part:?} is not with the signature: {signed}");
        }
    }
}

/// Only the last line of the text goes to the signature's page with it; the lines before fill theirs.
#[test]
fn a_long_last_paragraph_leaves_no_gap_before_the_signature() {
    let lines = |n: usize| {
        Block::Paragraph(Paragraph { runs: vec![Run::text("字".repeat(28 * n))], flush: true, ..Paragraph::default() })
    };
    for before in 1..=22 {
        let mut blocks: Vec<Block> = (0..before).map(|_| lines(1)).collect();
        blocks.push(lines(8));
        let doc = Document {
            blocks,
            attachments: vec!["甲表".into(), "乙表".into()],
            issuer: Some("示例单位".into()),
            date: Some("2021年7月9日".into()),
            ..Document::default()
        };
        let pages = pages(&doc);
        let on = |p: &String| p.matches('字').count() / 28;
        let signed = pages.iter().find(|p| p.contains("示例单位")).unwrap();
        assert!(on(signed) >= 1 && signed.contains("1.甲表2.乙表"), "{before}: {pages:?}");
        assert_eq!(pages.iter().map(on).sum::<usize>(), before + 8, "{before}");
        // Two attachments, issuer and date take seven lines with the blank ones.
        let want = if before + 8 + 7 <= 22 { before + 8 } else { 22.min(before + 7) - 1 };
        assert!(on(&pages[0]) >= want, "{before}: {} lines on the first page, {want} fit", on(&pages[0]));
    }
}

#[test]
fn nothing_typed_becomes_markup() {
    let nasty = "#eval(\"1+1\") *b* _i_ $x^2$ `c` = h #read(\"/etc/passwd\") \\ <l> @r // x /* y */ ~ -- ... 'q' \"z\" https://example.invalid \u{1}\u{0}";
    let shown: String = nasty.replace(['\u{1}', '\u{0}'], "").split_whitespace().collect();
    let words = || nasty.to_owned();
    let table = Table {
        columns: vec![Column::text(words()).under(words()), Column::text(words()).under(words())],
        rows: vec![vec![words(), words(), "surplus".into()], vec![]],
        totals: Some(vec![words()]),
        caption: Some(words()),
        note: Some(words()),
    };
    let doc = Document {
        style: Style::Official,
        title: words(),
        subtitle: Some(words()),
        status_mark: Some(words()),
        doc_no: Some(words()),
        addressee: Some(words()),
        blocks: vec![
            Block::heading(9, words()),
            Block::led(0, words(), vec![Run::bold(words())]),
            Block::List { ordered: true, items: vec![vec![words().as_str().into()], vec![]] },
            Block::KeyValue { pairs: vec![Pair::new(words(), words())] },
            Block::Table(table),
            Block::Annex { number: 0, title: words(), landscape: true },
            Block::text(words()),
        ],
        attachments: vec![words(), words()],
        issuer: Some(words()),
        date: Some(words()),
        demo_mark: Some(words()),
        watermark: Some(words()),
        footer_code: Some(words()),
        ..Document::default()
    };
    let all = pages(&doc).concat();
    let count = all.matches(&shown).count();
    assert!(count >= 20, "{count} of the texts are there literally: {all}");
    assert!(!all.contains("surplus") && !all.contains("root:"));
}

/// GB/T 9704 clause 7.2.5: the number stands over the title, with a red head and without one; the same in both formats.
#[test]
fn the_number_stands_over_the_title() {
    for red_head in [None, Some("某某省某某厅文件".to_owned())] {
        let doc = Document {
            red_head,
            doc_no: Some("某民〔2021〕12号".into()),
            addressee: Some("各设区市主管部门".into()),
            ..Document::new(Style::Official, "关于示例的通报")
        };
        let page = pages(&doc).concat();
        let at = |words: &str| page.find(words).unwrap();
        assert!(at("某民〔2021〕12号") < at("关于示例的通报") && at("关于示例的通报") < at("各设区市"), "{page}");
    }
}

#[test]
fn empty_and_odd_documents_are_set() {
    for doc in [
        Document::default(),
        Document::new(Style::Plain, ""),
        Document { blocks: vec![Block::PageBreak, Block::PageBreak], ..Document::default() },
        Document { blocks: vec![Block::Table(Table::default())], ..Document::default() },
        Document { blocks: vec![Block::List { ordered: false, items: vec![] }], ..Document::default() },
        Document { blocks: vec![Block::KeyValue { pairs: vec![] }], ..Document::default() },
        Document { landscape: true, imprint: Some(Default::default()), ..Document::new(Style::Official, "横") },
        Document {
            red_head: Some("某某省某某厅文件".into()),
            doc_no: Some("某民〔2021〕12号".into()),
            ..Document::default()
        },
    ] {
        assert!(!pages(&doc).is_empty(), "{doc:?}");
        assert!(zw_documents::docx(&doc).is_ok(), "{doc:?}");
    }
}

#[test]
fn paper_follows_the_document() {
    let box_of = |doc: &Document| {
        let pdf = TypstTypesetter::new().pdf(doc).unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
        let text = String::from_utf8_lossy(&pdf).into_owned();
        let at = text.find("/MediaBox").unwrap();
        let numbers: Vec<f32> = text[at..]
            .split_once('[')
            .unwrap()
            .1
            .split_once(']')
            .unwrap()
            .0
            .split_whitespace()
            .map(|n| n.parse().unwrap())
            .collect();
        ((numbers[2] * 25.4 / 72.0).round(), (numbers[3] * 25.4 / 72.0).round())
    };
    let plain = |page_size, landscape| Document { page_size, landscape, ..Document::new(Style::Plain, "挂图") };
    assert_eq!(box_of(&plain(PageSize::A4, false)), (210.0, 297.0));
    assert_eq!(box_of(&plain(PageSize::A3, true)), (420.0, 297.0));
    assert_eq!(box_of(&plain(PageSize::A0, false)), (841.0, 1189.0));
}

#[test]
fn a_drawing_cannot_reach_files_and_a_broken_one_is_an_error() {
    let figure = |svg: &str| Document {
        blocks: vec![Block::Figure { svg: svg.into(), caption: None, width_mm: None }],
        ..Document::default()
    };
    let typesetter = TypstTypesetter::new();
    assert!(typesetter.pdf(&figure("<svg")).is_err());
    let outside = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><image href='/etc/hostname' width='9' height='9'/></svg>";
    assert!(typesetter.pdf(&figure(outside)).is_err());
}

#[test]
fn the_same_model_gives_the_same_bytes_from_many_threads() {
    let doc = sample::outline();
    let first = TypstTypesetter::new().pdf(&doc).unwrap();
    assert!(first.starts_with(b"%PDF-"));
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..4).map(|_| scope.spawn(|| TypstTypesetter::new().pdf(&doc).unwrap())).collect();
        for other in others {
            assert!(other.join().unwrap() == first);
        }
    });
}
