use zw_documents::{DEMO_MARK, Document, Style, sample};

#[test]
fn a_draft_survives_json() {
    for doc in [sample::circular(), sample::outline()] {
        let json = serde_json::to_string(&doc).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), doc);
    }
    let book = sample::workbook();
    let json = serde_json::to_string(&book).unwrap();
    assert_eq!(serde_json::from_str::<zw_documents::Workbook>(&json).unwrap(), book);
}

#[test]
fn fields_added_later_have_defaults() {
    let old: Document = serde_json::from_str(r#"{"style":"official","title":"旧稿"}"#).unwrap();
    assert_eq!(old, Document::new(Style::Official, "旧稿"));
}

#[test]
fn demo_line_always_holds_the_mark() {
    let mut doc = Document { red_head: Some("示例文件".into()), ..Document::default() };
    assert_eq!((doc.demo_line(), doc.printed_red_head()), (None, Some("示例文件")));
    for (mark, line) in
        [("", DEMO_MARK.to_owned()), (DEMO_MARK, DEMO_MARK.to_owned()), ("仅供试用", format!("{DEMO_MARK} 仅供试用"))]
    {
        doc.demo_mark = Some(mark.to_owned());
        assert_eq!((doc.demo_line(), doc.printed_red_head()), (Some(line), None));
    }
}
