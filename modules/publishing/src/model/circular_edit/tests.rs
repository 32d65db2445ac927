use super::*;
use crate::model::circular::tests::codes;
use crate::model::sample;

fn edited(row: &CircularRow, input: &EditInput) -> Result<CircularRow> {
    let now = sample::july();
    row.edit(row.paragraphs()?, input, &Figures { now: &now, before: None }, ("b", "乙"), Stamp::from_ms(9))
}

fn of(paragraphs: Vec<ParagraphInput>) -> EditInput {
    EditInput { title: "标题".into(), paragraphs, version: 1, ..EditInput::default() }
}

fn paragraph(id: &str, text: &str) -> ParagraphInput {
    ParagraphInput { id: id.into(), text: text.into(), ..ParagraphInput::default() }
}

/// The row with its first paragraph changed.
pub(crate) fn with(row: &CircularRow, text: &str) -> Result<CircularRow> {
    edited(row, &of(vec![paragraph("p1", text)]))
}

#[test]
fn figures_cannot_be_typed_over() {
    let row = sample::draft_row();
    assert!(with(&row, "目前建成{{fig:stations_built}}个，另有3个在验收。").is_ok());
    assert_eq!(codes(with(&row, "目前建成720个。").unwrap_err()), ["p1:figure-missing"]);
    assert_eq!(codes(with(&row, "建成{{fig:stations_built}}个、{{fig:oops}}个").unwrap_err()), ["p1:figure-unknown"]);
    assert_eq!(codes(with(&row, "建成{{fig:stations_built").unwrap_err()), ["p1:figure-syntax"]);
    // A paragraph goes as a whole, with its figures.
    assert!(with(&row, " ").unwrap().paragraphs().unwrap().paragraphs.iter().all(|p| p.id != "p1"));
}

#[test]
fn paragraphs_come_and_go_and_headings_are_numbered_anew() {
    let row = sample::draft_row();
    let new = |id: &str, after: &str, level: u8, lead: &str, text: &str| ParagraphInput {
        after: Some(after.into()),
        level,
        lead: Some(lead.into()),
        ..paragraph(id, text)
    };
    let input = of(vec![
        new("x", "p1", 1, "二、典型做法。", "建成{{fig:stations_built}}个，已有3家试点。"),
        // After one that is new itself, and after one that goes with this very change.
        new("y", "x", 0, "", "另起一段。"),
        new("z", "p2", 1, "工作要求", ""),
        ParagraphInput { remove: true, ..paragraph("p2", "特此通报。") },
        // What the page sends of a place where nothing was added.
        new("p1-new", "p1", 0, "", "  "),
    ]);
    let next = edited(&row, &input).unwrap();
    let list = next.paragraphs().unwrap().paragraphs;
    let said: Vec<(&str, &str)> = list.iter().map(|p| (p.id.as_str(), p.lead.as_str())).collect();
    assert_eq!(said, [("p1", "一、总体进展。"), ("n1", "二、典型做法。"), ("n2", ""), ("n3", "三、工作要求")]);
    // The heading alone stays when its empty text comes with the form; it goes when it is taken out.
    let again = |input: &EditInput| edited(&next, input).unwrap().paragraphs().unwrap().paragraphs;
    let kept = again(&of(vec![ParagraphInput { lead: Some("下一步要求".into()), ..paragraph("n3", "") }]));
    assert_eq!(kept.last().map(|p| p.lead.as_str()), Some("三、下一步要求"));
    let less = again(&of(vec![ParagraphInput { remove: true, ..paragraph("n1", "") }]));
    assert_eq!(less.last().map(|p| (p.id.as_str(), p.lead.as_str())), Some(("n3", "二、工作要求")));
    // Whoever checks is told of each.
    let (now, was) = (sample::july(), row.paragraphs().unwrap());
    let f = Figures { now: &now, before: None };
    let (typed, edits) = next.edits((&row.title, &was), &next.paragraphs().unwrap(), &f);
    assert_eq!(typed, ["3"]);
    let kinds: Vec<(EditKind, &str)> = edits.iter().map(|e| (e.kind, e.lead.as_str())).collect();
    assert_eq!(
        kinds,
        [
            (EditKind::Title, ""),
            (EditKind::Added, "二、典型做法。"),
            (EditKind::Added, ""),
            (EditKind::Added, "三、工作要求"),
            (EditKind::Removed, ""),
        ]
    );
    assert_eq!(edits[1].now, "二、典型做法。建成716个，已有3家试点。");
    assert_eq!(edits[4].was, "特此通报。");
}

#[test]
fn what_cannot_be_placed_or_headed_is_told_at_its_field() {
    let row = sample::draft_row();
    let new = |after: &str, level: u8, lead: &str| {
        of(vec![ParagraphInput {
            after: Some(after.into()), level, lead: Some(lead.into()), ..paragraph("x", "一段")
        }])
    };
    for (input, want) in [
        (of(vec![paragraph("x", "一段")]), "x:paragraph-unknown"),
        (new("p9", 0, ""), "x:paragraph-unknown"),
        (new("p1", 0, "典型做法"), "x-lead:heading-level"),
        (new("p1", 1, " 。"), "x-lead:required"),
        (new("p1", 1, &"长".repeat(41)), "x-lead:too-long"),
        (new("p1", 1, "建成{{fig:stations_built}}个"), "x-lead:figure-syntax"),
    ] {
        assert_eq!(codes(edited(&row, &input).unwrap_err()), [want]);
    }
    assert!(edited(&row, &new("", 3, "")).is_ok(), "a third heading is its number");
}

#[test]
fn addressees_and_names_of_annexes() {
    let row = sample::draft_row();
    let base = of(vec![]);
    let annex = |annex: &str, title: &str| AnnexInput { annex: annex.into(), title: title.into() };
    let input = EditInput {
        addressee: Some("各市民政局：".into()),
        copy_to: Some("省委社会工作部、\n省财政厅。".into()),
        annexes: vec![annex("cities", "进度表"), annex("lists", "")],
        ..base.clone()
    };
    let next = edited(&row, &input).unwrap();
    let frame = next.paragraphs().unwrap().frame.unwrap();
    assert_eq!((frame.addressee.as_str(), frame.copy_to.as_str()), ("各市民政局", "省委社会工作部、 省财政厅"));
    assert_eq!(frame.annexes, BTreeMap::from([("cities".to_owned(), "进度表".to_owned())]));
    // What is not named stays; an emptied name is the system's again.
    let back = edited(&next, &EditInput { annexes: vec![annex("cities", " ")], ..base.clone() }).unwrap();
    let frame = back.paragraphs().unwrap().frame.unwrap();
    assert_eq!((frame.addressee.as_str(), frame.annexes.len()), ("各市民政局", 0));
    let long = "长".repeat(201);
    let bad = EditInput {
        addressee: Some(long.clone()),
        annexes: vec![annex("service", "x"), annex("oops", "x"), annex("cities", &long)],
        ..base
    };
    assert_eq!(
        codes(edited(&row, &bad).unwrap_err()),
        ["addressee:too-long", "annex-service:annex-unknown", "annex-oops:annex-unknown", "annex-cities:too-long"]
    );
    let (now, was) = (sample::july(), row.paragraphs().unwrap());
    let f = Figures { now: &now, before: None };
    let (_, edits) = next.edits(("标题", &was), &next.paragraphs().unwrap(), &f);
    let kinds: Vec<(EditKind, &str)> = edits.iter().map(|e| (e.kind, e.lead.as_str())).collect();
    assert_eq!(kinds, [(EditKind::Addressee, ""), (EditKind::CopyTo, ""), (EditKind::Annex, "附件1")]);
}
