//! Blocks to paragraphs and tables, in the order of GB/T 9704 clause 7.3.

use docx_rs as dx;

use super::styles::{heading_font, id, run_fonts};
use super::{half_points, run, table};
use crate::DocumentError;
use crate::layout::{Metrics, metrics, signature_insets, title_lines};
use crate::model::{Block, Document, Imprint, Paragraph, Run, Style};
use crate::raster;
use crate::text::clean;

/// Resolution of embedded pictures.
const DPI: f32 = 200.0;
/// English metric units per millimetre.
const EMU_PER_MM: f32 = 36_000.0;

/// What a page flow consists of.
pub(super) enum Item {
    Paragraph(Box<dx::Paragraph>),
    Table(Box<dx::Table>),
}

fn keep(item: &mut Item) {
    if let Item::Paragraph(p) = item {
        **p = std::mem::take(&mut **p).keep_next(true);
    }
}

/// A stretch of pages with one orientation.
#[derive(Default)]
pub(super) struct Part {
    pub(super) landscape: bool,
    pub(super) items: Vec<Item>,
}

/// The whole document as stretches of pages; at least one.
pub(super) fn parts(doc: &Document) -> Result<Vec<Part>, DocumentError> {
    let mut flow = Flow::new(doc);
    flow.head();
    let mut signed = false;
    for block in &doc.blocks {
        if matches!(block, Block::Annex { .. }) && !signed {
            flow.tail();
            signed = true;
        }
        flow.block(block)?;
    }
    if !signed {
        flow.tail();
    }
    if let Some(imprint) = &doc.imprint {
        flow.imprint(imprint);
    }
    Ok(flow.parts)
}

/// Writes items one after the other.
pub(super) struct Flow<'a> {
    doc: &'a Document,
    parts: Vec<Part>,
    m: Metrics,
    /// Twips per character of body type.
    em: f32,
    /// The next paragraph starts a page.
    page_break: bool,
    /// The last item is a table: another one would grow together with it.
    after_table: bool,
    /// Pictures so far: their names must not come from a counter of the process.
    pictures: usize,
}

impl<'a> Flow<'a> {
    fn new(doc: &'a Document) -> Self {
        let m = metrics(doc, doc.landscape);
        let em = half_points(m.body_pt) as f32 * 10.0;
        let parts = vec![Part { landscape: doc.landscape, items: Vec::new() }];
        Self { doc, parts, m, em, page_break: false, after_table: false, pictures: 0 }
    }

    fn ems(&self, n: f32) -> i32 {
        (n * self.em).round() as i32
    }

    fn push(&mut self, item: Item) {
        match self.parts.last_mut() {
            Some(part) => part.items.push(item),
            None => self.parts.push(Part { landscape: self.doc.landscape, items: vec![item] }),
        }
    }

    fn paragraph(&mut self, mut p: dx::Paragraph) {
        if std::mem::take(&mut self.page_break) {
            p = p.page_break_before(true);
        }
        self.after_table = false;
        self.push(Item::Paragraph(Box::new(p)));
    }

    fn line(&mut self, style: &str, text: &str) {
        self.paragraph(dx::Paragraph::new().style(style).add_run(run(text)));
    }

    fn blank(&mut self) {
        self.paragraph(dx::Paragraph::new().style(id::FLUSH));
    }

    fn table(&mut self, t: dx::Table) {
        if self.page_break || self.after_table {
            self.paragraph(dx::Paragraph::new().style(id::NOTE));
        }
        self.after_table = true;
        self.push(Item::Table(Box::new(t)));
    }

    /// Red head, number, title, addressee. The number stands over the title with or without a red head (GB/T 9704
    /// clause 7.2.5).
    fn head(&mut self) {
        let doc = self.doc;
        let red_head = doc.printed_red_head();
        if let Some(head) = red_head {
            self.line(id::RED_HEAD, head);
        }
        if let Some(no) = &doc.doc_no {
            self.line(id::DOC_NO, no);
        }
        if red_head.is_some() || doc.doc_no.is_some() {
            self.blank();
        }
        self.title(&doc.title);
        for line in [doc.subtitle.clone(), doc.status_mark.as_ref().map(|s| format!("（{s}）"))].into_iter().flatten()
        {
            self.line(id::SUBTITLE, &line);
        }
        if !doc.title.is_empty() {
            self.blank();
        }
        if let Some(to) = doc.addressee.as_deref().filter(|t| !t.is_empty()) {
            self.line(id::FLUSH, &format!("{}：", to.trim_end_matches(['：', ':'])));
        }
    }

    fn title(&mut self, title: &str) {
        if title.is_empty() {
            return;
        }
        let lines = title_lines(&clean(title), self.m.text_width_em(self.m.title_pt));
        self.line(id::TITLE, &lines.join("\n"));
    }

    /// Attachments, issuer and date. They stay with the end of the text: a page with a signature alone is no page of an
    /// official document (GB/T 9704 clause 7.3.5).
    fn tail(&mut self) {
        self.keep_last();
        let from = self.parts.last().map_or(0, |p| p.items.len());
        self.closing();
        let Some(part) = self.parts.last_mut() else { return };
        let last = part.items.len().saturating_sub(1);
        for item in part.items.iter_mut().take(last).skip(from) {
            keep(item);
        }
    }

    /// Keeps the last paragraph so far with what follows.
    fn keep_last(&mut self) {
        if let Some(item) = self.parts.last_mut().and_then(|p| p.items.last_mut()) {
            keep(item);
        }
    }

    fn closing(&mut self) {
        let doc = self.doc;
        if !doc.attachments.is_empty() {
            self.blank();
        }
        let many = doc.attachments.len() > 1;
        for (i, name) in doc.attachments.iter().enumerate() {
            // 附件：1. stands two characters in; names and their second lines stand in one column.
            let column = if many { 6.0 } else { 5.0 };
            let hanging = if i == 0 { column - 2.0 } else { 1.0 };
            let label = match (i, many) {
                (0, true) => "附件：1.".to_owned(),
                (0, false) => "附件：".to_owned(),
                _ => format!("{}.", i + 1),
            };
            let column = self.ems(column);
            let tab = dx::Tab::new().val(dx::TabValueType::Left).pos(usize::try_from(column).unwrap_or_default());
            let p = dx::Paragraph::new()
                .style(id::FLUSH)
                .indent(Some(column), Some(dx::SpecialIndentType::Hanging(self.ems(hanging))), None, None)
                .add_tab(tab)
                .add_run(run(&label).add_tab())
                .add_run(run(name));
            self.paragraph(p);
        }
        let (issuer, date) = (doc.issuer.as_deref().unwrap_or_default(), doc.date.as_deref().unwrap_or_default());
        if issuer.is_empty() && date.is_empty() {
            return;
        }
        self.blank();
        self.blank();
        let (issuer_inset, date_inset) = signature_insets(issuer, date);
        for (text, inset) in [(issuer, issuer_inset), (date, date_inset)] {
            if !text.is_empty() {
                let p = dx::Paragraph::new().style(id::SIGN).indent(None, None, Some(self.ems(inset)), None);
                self.paragraph(p.add_run(run(text)));
            }
        }
    }

    fn block(&mut self, block: &Block) -> Result<(), DocumentError> {
        match block {
            Block::Heading { level, text } => {
                self.paragraph(dx::Paragraph::new().style(id::heading(*level)).keep_next(true).add_run(run(text)));
            }
            Block::Paragraph(p) => self.text(p),
            // A table without cells is a broken file to Word.
            Block::Table(t) if t.columns.is_empty() => {}
            Block::KeyValue { pairs } if pairs.is_empty() => {}
            Block::Table(t) => {
                if let Some(caption) = &t.caption {
                    self.paragraph(dx::Paragraph::new().style(id::CAPTION).keep_next(true).add_run(run(caption)));
                }
                self.table(table::table(t, &self.m, self.doc.style));
                if let Some(note) = &t.note {
                    self.line(id::NOTE, &format!("注：{note}"));
                }
            }
            Block::Figure { svg, caption, width_mm } => self.figure(svg, caption.as_deref(), *width_mm)?,
            Block::List { ordered, items } => {
                for (i, item) in items.iter().enumerate() {
                    let mark = if *ordered { format!("{}. ", i + 1) } else { "· ".to_owned() };
                    let mut runs = vec![Run::text(mark)];
                    runs.extend_from_slice(item);
                    self.text(&Paragraph { runs, ..Paragraph::default() });
                }
            }
            Block::PageBreak => self.page_break = true,
            Block::KeyValue { pairs } => self.table(table::pairs(pairs, &self.m)),
            Block::Annex { number, title, landscape } => self.annex(*number, title, *landscape),
        }
        Ok(())
    }

    fn text(&mut self, p: &Paragraph) {
        let mut out = dx::Paragraph::new().style(if p.flush { id::FLUSH } else { id::BODY });
        if let Some(lead) = &p.lead {
            out = out.add_run(run(&lead.text).fonts(run_fonts(heading_font(self.doc.style, lead.level))));
        }
        for r in &p.runs {
            let words = run(&r.text);
            out = out.add_run(if r.bold { words.bold() } else { words });
        }
        self.paragraph(out);
    }

    fn figure(&mut self, svg: &str, caption: Option<&str>, width_mm: Option<f32>) -> Result<(), DocumentError> {
        let aspect = raster::aspect(svg)?;
        let width = raster::figure_width_mm(svg, width_mm, &self.m)?;
        let pixels = (width / 25.4 * DPI).round().max(1.0) as u32;
        let png = raster::png(svg, pixels)?;
        self.pictures += 1;
        let pic = dx::Pic::new_with_dimensions(png, pixels, (pixels as f32 * aspect).ceil() as u32)
            .id(format!("rIdFigure{}", self.pictures))
            .size((width * EMU_PER_MM) as u32, (width * aspect * EMU_PER_MM) as u32);
        let p = dx::Paragraph::new().style(id::FIGURE).keep_next(caption.is_some());
        self.paragraph(p.add_run(dx::Run::new().add_image(pic)));
        if let Some(caption) = caption {
            self.line(id::CAPTION, caption);
        }
        Ok(())
    }

    fn annex(&mut self, number: u32, title: &str, landscape: bool) {
        let landscape = landscape || self.doc.landscape;
        if self.parts.last().is_some_and(|p| p.landscape != landscape) {
            // A change of orientation starts a page by itself.
            self.parts.push(Part { landscape, items: Vec::new() });
            self.m = metrics(self.doc, landscape);
            self.page_break = false;
        } else {
            self.page_break = true;
        }
        let mark = if number == 0 { "附件".to_owned() } else { format!("附件{number}") };
        self.line(id::ANNEX_MARK, &mark);
        if self.doc.style == Style::Official && !landscape {
            self.blank();
        }
        self.title(title);
    }

    /// The imprint stands at the foot of the last page, between thin lines.
    fn imprint(&mut self, imprint: &Imprint) {
        if let Some(t) = table::imprint(imprint, &self.m) {
            self.table(t);
            self.paragraph(dx::Paragraph::new().style(id::NOTE));
        }
    }
}
