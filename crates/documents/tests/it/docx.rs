use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zw_documents::{Block, Column, DEMO_MARK, Document, PageSize, Run, Style, Table, docx, sample};

/// The parts of the package as text (pictures as empty text).
fn parts(file: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    (0..zip.len())
        .map(|i| {
            let mut part = zip.by_index(i).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().to_owned(), String::from_utf8(bytes).unwrap_or_default())
        })
        .collect()
}

/// The visible text of a part, paragraphs separated by line feeds.
fn text(xml: &str) -> String {
    let mut out = String::new();
    for piece in xml.split('<').skip(1) {
        let (tag, words) = piece.split_once('>').unwrap();
        if tag == "w:t" || tag.starts_with("w:t ") {
            out.push_str(words);
        } else if tag == "/w:p" {
            out.push('\n');
        }
    }
    out.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn the_circular_holds_its_words_and_figures() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    let body = text(&parts["word/document.xml"]);
    for expected in [
        "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报\n",
        "（快报）\n",
        "各设区市示例单位、示例功能区主管部门：\n",
        "一、总体进展。全省应建站1100个，建成运营716个，比6月9日增加92个；覆盖率65.1%，比6月9日提高8.4个百分点。",
        "三、存在问题\n",
        "附件：1.各设区市社工站建设进度表\n2.各县（市、区）社工站建设进度表\n",
        "示例单位\n2021年7月9日\n",
        "附件1\n",
        "抄送：示例单位甲、示例单位乙。\n",
        "2021年7月9日印发\n",
        "壬市第4县",
    ] {
        assert!(body.contains(expected), "missing {expected:?} in {body}");
    }
}

#[test]
fn the_number_stands_over_the_title() {
    let doc = Document {
        doc_no: Some("某民〔2021〕12号".into()), ..Document::new(Style::Official, "关于示例的通报")
    };
    let body = text(&parts(&docx(&doc).unwrap())["word/document.xml"]);
    assert!(body.starts_with("某民〔2021〕12号\n\n关于示例的通报\n"), "{body}");
}

#[test]
fn parts_are_compressed() {
    let mut zip = zip::ZipArchive::new(Cursor::new(docx(&sample::circular()).unwrap())).unwrap();
    let stored = zip.by_name("word/document.xml").unwrap();
    assert_eq!(stored.compression(), zip::CompressionMethod::Deflated);
    assert!(stored.compressed_size() * 3 < stored.size(), "{} of {}", stored.compressed_size(), stored.size());
    drop(stored);
    assert_eq!(zip.by_index(0).unwrap().name(), "[Content_Types].xml", "first, as readers that guess the type expect");
}

#[test]
fn a_line_has_28_characters_and_the_signature_stays_with_the_text() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    let body = &parts["word/document.xml"];
    // 28 x (16 pt - 5/20 pt) = 441 pt, within the 442.2 pt of 156 mm.
    assert!(body.contains("<w:docGrid w:type=\"lines\" w:linePitch=\"560\"/>"));
    let styles = &parts["word/styles.xml"];
    let style = styles.split("w:styleId=\"ZwBody\"").nth(1).and_then(|s| s.split("</w:style>").next()).unwrap();
    assert!(style.contains("<w:spacing w:val=\"-5\"/>") && style.contains("<w:sz w:val=\"32\"/>"), "{style}");
    let paragraphs: Vec<&str> = body.split("<w:p>").collect();
    let signed = paragraphs.iter().position(|p| p.contains(">2021年7月9日<") && p.contains("ZwSign")).unwrap();
    let text = paragraphs[..signed].iter().rposition(|p| p.contains("ZwBody")).unwrap();
    assert!(paragraphs[text..signed].iter().all(|p| p.contains("<w:keepNext")), "{:?}", &paragraphs[text..signed]);
    assert!(!paragraphs[signed].contains("<w:keepNext"));
}

#[test]
fn east_asian_fonts_are_set_by_name() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    let styles = &parts["word/styles.xml"];
    for font in ["方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"] {
        assert!(styles.contains(&format!("w:eastAsia=\"{font}\"")), "{font}");
        assert!(parts["word/fontTable.xml"].contains(&format!("<w:font w:name=\"{font}\"><w:altName")), "{font}");
    }
    assert!(styles.contains("w:default=\"1\" w:styleId=\"Normal\"") && styles.contains("w:eastAsia=\"zh-CN\""));
    // 3号 = 16 pt on a pitch of 28 pt, first line two characters in.
    assert!(styles.contains("w:line=\"560\" w:lineRule=\"exact\"") && styles.contains("w:firstLine=\"640\""));
}

#[test]
fn every_section_has_the_demo_mark_and_page_numbers() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    let body = &parts["word/document.xml"];
    let sections: Vec<&str> =
        body.split("<w:sectPr>").skip(1).map(|s| s.split_once("</w:sectPr>").unwrap().0).collect();
    assert_eq!(sections.len(), 3, "upright, turned, upright");
    for section in &sections {
        for part in ["header", "footer"] {
            for kind in ["default", "even"] {
                assert!(section.contains(&format!("<w:{part}Reference w:type=\"{kind}\"")), "{kind} {part}");
            }
        }
    }
    assert!(sections[0].contains("w:w=\"11906\" w:h=\"16838\"") && sections[1].contains("w:orient=\"landscape\""));
    assert!(sections[0].contains("w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\""));
    let named = |prefix: &str| -> Vec<String> {
        parts.iter().filter(|(n, _)| n.starts_with(prefix)).map(|(_, xml)| xml.clone()).collect()
    };
    let (headers, footers) = (named("word/header"), named("word/footer"));
    // Pages that lie have footers of their own.
    assert_eq!((headers.len(), footers.len()), (2, 4));
    let used = |section: &str| -> Vec<String> {
        section.split("<w:footerReference").skip(1).map(|r| r.split_once("/>").unwrap().0.to_owned()).collect()
    };
    assert!(used(sections[0]) == used(sections[2]) && used(sections[0]) != used(sections[1]));
    assert_eq!(footers.iter().filter(|f| f.contains("<w:textDirection w:val=\"tbRl\"")).count(), 2);
    assert!(headers.iter().all(|h| text(h).contains(DEMO_MARK)));
    for footer in footers {
        assert!(footer.contains("PAGE") && text(&footer).contains("— 1 —"), "{footer}");
        assert!(text(&footer).contains("审计链头 9f3a61c07e52b8d4"));
    }
    assert!(parts["word/settings.xml"].contains("evenAndOddHeaders"));
}

#[test]
fn heading_rows_repeat_and_rows_stay_whole() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    let body = &parts["word/document.xml"];
    assert_eq!(body.matches("<w:tblHeader/>").count(), 3, "two heading rows in annex 1, one in annex 2");
    assert_eq!(body.matches("<w:cantSplit/>").count(), 3 + 9 + 1 + 40 + 3);
    assert!(body.contains("<w:gridSpan w:val=\"4\"/>") && body.contains("<w:vMerge w:val=\"restart\"/>"));
}

/// The writer's library keeps no order; strict readers (and the schema) want one.
#[test]
fn properties_stand_in_the_order_of_the_schema() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    for name in ["word/document.xml", "word/styles.xml", "word/header1.xml", "word/footer1.xml"] {
        let xml = &parts[name];
        for properties in xml.split("<w:pPr>").skip(1).map(|p| p.split_once("</w:pPr>").unwrap().0) {
            let order = ["<w:pStyle", "<w:keepNext", "<w:pageBreakBefore", "<w:spacing", "<w:ind", "<w:jc", "<w:rPr"];
            let found: Vec<usize> = order.iter().filter_map(|tag| properties.find(tag)).collect();
            assert!(found.is_sorted(), "{name}: {properties}");
        }
    }
    assert!(!parts["word/document.xml"].contains("w:paraId"));
}

#[test]
fn figures_become_pictures() {
    let parts = parts(&docx(&sample::circular()).unwrap());
    assert_eq!(parts.keys().filter(|n| n.starts_with("word/media/") && n.ends_with(".png")).count(), 1);
    // 140 mm wide.
    assert!(parts["word/document.xml"].contains("cx=\"5040000\""));
    let broken = Block::Figure { svg: "<nonsense".into(), caption: None, width_mm: None };
    let doc = Document { blocks: vec![broken], ..Document::default() };
    assert!(docx(&doc).is_err());
}

#[test]
fn user_text_stays_text() {
    let nasty = "</w:t></w:r><w:fldSimple w:instr=\"DDEAUTO c:\\\\cmd\"/> & ]]> \u{1}\u{0} <b>";
    let mut doc = Document::new(Style::Official, nasty);
    doc.status_mark = Some(nasty.into());
    doc.watermark = Some("\"/><v:x>".into());
    doc.demo_mark = Some(nasty.into());
    doc.footer_code = Some(nasty.into());
    doc.issuer = Some(nasty.into());
    doc.attachments = vec![nasty.into(); 2];
    doc.blocks = vec![
        Block::heading(2, nasty),
        Block::runs(vec![Run::bold(nasty)]),
        Block::Table(Table {
            columns: vec![Column::text(nasty)],
            rows: vec![vec!["=1+1".into()], vec!["350100000000000001".into(), "surplus".into()], vec![]],
            caption: Some(nasty.into()),
            note: Some(nasty.into()),
            totals: None,
        }),
    ];
    let parts = parts(&docx(&doc).unwrap());
    for (name, xml) in &parts {
        assert!(!xml.contains("<w:fldSimple") && !xml.contains("<v:x>") && !xml.contains('\u{1}'), "{name}");
    }
    let body = text(&parts["word/document.xml"]);
    assert!(body.contains("</w:t></w:r><w:fldSimple") && body.contains("350100000000000001"));
    assert!(!body.contains("surplus"));
}

#[test]
fn identifiers_and_line_breaks_survive() {
    let doc = Document { blocks: vec![Block::text("甲\r\n乙")], ..Document::default() };
    let body = parts(&docx(&doc).unwrap())["word/document.xml"].clone();
    assert!(body.contains("甲</w:t><w:br w:type=\"textWrapping\"/><w:t xml:space=\"preserve\">乙"), "{body}");
}

#[test]
fn watermark_and_plain_layout() {
    let parts = parts(&docx(&sample::outline()).unwrap());
    assert!(parts.iter().filter(|(n, _)| n.starts_with("word/header")).all(|(_, x)| x.contains("string=\"草稿\"")));
    assert!(!parts["word/document.xml"].contains("w:docGrid"));
    assert!(parts["word/document.xml"].contains("w:pageBreakBefore"));
}

#[test]
fn the_same_model_gives_the_same_bytes() {
    for doc in [sample::circular(), Document { page_size: PageSize::A0, ..sample::outline() }] {
        assert!(docx(&doc).unwrap() == docx(&doc).unwrap());
    }
}
