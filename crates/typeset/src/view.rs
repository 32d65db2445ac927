//! What the program reads: the document with its layout worked out, as JSON.

use serde::Serialize;
use serde_json::{Value, json};
use zw_documents::layout::{Metrics, metrics, signature_insets, table_layout, title_lines};
use zw_documents::{Block, Document, DocumentError, Imprint, Style, clean, figure_width_mm};

use crate::fonts::Families;

/// The root of `data.json`.
#[derive(Debug, Serialize)]
pub(crate) struct View<'a> {
    official: bool,
    upright: Metrics,
    turned: Metrics,
    fonts: Fonts<'a>,
    name: String,
    title: Vec<String>,
    subtitles: Vec<String>,
    red_head: Option<String>,
    doc_no: Option<String>,
    addressee: Option<String>,
    attachments: Vec<String>,
    issuer: Option<String>,
    date: Option<String>,
    issuer_inset: f32,
    date_inset: f32,
    imprint: Option<Imprint>,
    demo: Option<String>,
    watermark: Option<String>,
    footer_code: Option<String>,
    sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
struct Fonts<'a> {
    body: &'a [&'static str],
    #[serde(flatten)]
    families: &'a Families,
}

/// The body or an annex: pages of one orientation.
#[derive(Debug, Serialize)]
struct Section {
    landscape: bool,
    /// It lies in a document that stands: its page number stands where it does on the other sheets.
    turned: bool,
    /// 附件1, absent on the body.
    mark: Option<String>,
    title: Vec<String>,
    blocks: Vec<Value>,
}

impl<'a> View<'a> {
    pub(crate) fn of(doc: &Document, families: &'a Families) -> Result<Self, DocumentError> {
        let some = |text: Option<&str>| text.map(clean).filter(|t| !t.trim().is_empty());
        let status = doc.status_mark.as_deref().map(|s| format!("（{s}）"));
        let (issuer, date) = (some(doc.issuer.as_deref()), some(doc.date.as_deref()));
        let (issuer_inset, date_inset) =
            signature_insets(issuer.as_deref().unwrap_or_default(), date.as_deref().unwrap_or_default());
        let upright = metrics(doc, false);
        let turned = metrics(doc, true);
        let body_page = if doc.landscape { &turned } else { &upright };
        Ok(Self {
            official: doc.style == Style::Official,
            fonts: Fonts {
                body: match doc.style {
                    Style::Official => &families.fangsong,
                    Style::Plain => &families.serif,
                },
                families,
            },
            name: clean(&doc.title).replace('\n', ""),
            title: title(&doc.title, body_page),
            subtitles: [some(doc.subtitle.as_deref()), some(status.as_deref())].into_iter().flatten().collect(),
            red_head: some(doc.printed_red_head()),
            doc_no: some(doc.doc_no.as_deref()),
            addressee: some(doc.addressee.as_deref()).map(|a| format!("{}：", a.trim_end_matches(['：', ':']))),
            attachments: doc.attachments.iter().map(|a| clean(a)).collect(),
            issuer,
            date,
            issuer_inset,
            date_inset,
            imprint: doc.imprint.as_ref().map(|i| Imprint {
                copy_to: some(i.copy_to.as_deref()).map(|to| format!("抄送：{}。", to.trim_end_matches('。'))),
                printed_by: some(i.printed_by.as_deref()),
                printed_on: some(i.printed_on.as_deref()).map(|on| format!("{on}印发")),
            }),
            demo: doc.demo_line().map(|d| clean(&d)),
            watermark: some(doc.watermark.as_deref()),
            footer_code: some(doc.footer_code.as_deref()),
            sections: sections(doc, &upright, &turned)?,
            upright,
            turned,
        })
    }
}

fn title(text: &str, page: &Metrics) -> Vec<String> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    title_lines(&clean(text), page.text_width_em(page.title_pt))
}

fn sections(doc: &Document, upright: &Metrics, turned: &Metrics) -> Result<Vec<Section>, DocumentError> {
    let mut current =
        Section { landscape: doc.landscape, turned: false, mark: None, title: Vec::new(), blocks: Vec::new() };
    let mut done = Vec::new();
    for block in &doc.blocks {
        if let Block::Annex { number, title: words, landscape } = block {
            let landscape = *landscape || doc.landscape;
            let mark = if *number == 0 { "附件".to_owned() } else { format!("附件{number}") };
            let title = title(words, if landscape { turned } else { upright });
            let turned = landscape && !doc.landscape;
            let next = Section { landscape, turned, mark: Some(mark), title, blocks: Vec::new() };
            done.push(std::mem::replace(&mut current, next));
        } else {
            let page = if current.landscape { turned } else { upright };
            current.blocks.push(view(block, page, doc.style)?);
        }
    }
    done.push(current);
    Ok(done)
}

/// A block with what the program cannot work out by itself.
fn view(block: &Block, page: &Metrics, style: Style) -> Result<Value, DocumentError> {
    let mut value = serde_json::to_value(block).map_err(|e| DocumentError::Typeset(e.to_string()))?;
    match block {
        Block::Table(table) => {
            let layout = table_layout(table, page, style);
            let columns = table.columns.len();
            let squared = |row: &Vec<String>| -> Vec<String> {
                (0..columns).map(|i| row.get(i).cloned().unwrap_or_default()).collect()
            };
            value["layout"] = json!(layout);
            value["rows"] = json!(table.rows.iter().map(squared).collect::<Vec<_>>());
            value["totals"] = json!(table.totals.as_ref().map(squared));
        }
        Block::Figure { svg, width_mm, .. } => {
            value["width_mm"] = json!(figure_width_mm(svg, *width_mm, page)?);
        }
        _ => {}
    }
    clean_all(&mut value);
    Ok(value)
}

/// Removes control characters from every text of a value.
fn clean_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = clean(text),
        Value::Array(items) => items.iter_mut().for_each(clean_all),
        Value::Object(fields) => fields.values_mut().for_each(clean_all),
        _ => {}
    }
}
