//! DOCX: the copy that people edit. Styles carry the layout, so that an office can change them in one place.

mod body;
mod finish;
mod styles;
mod table;
mod xml;

use std::io::Cursor;

use docx_rs as dx;

use crate::DocumentError;
use crate::layout::{Metrics, metrics};
use crate::model::{Document, PageSize, Style};
use crate::text::clean;
use styles::id;

/// Writes `doc` as DOCX.
///
/// East-asian fonts are set by name (方正小标宋简体, 仿宋_GB2312, 黑体, 楷体_GB2312) with their usual substitutes in the
/// font table; drawings are embedded as pictures at 200 dpi. Word knows no paper wider than 22 inches: an A0 document
/// is written as A3.
///
/// # Errors
/// [`DocumentError::Figure`] or [`DocumentError::TooLarge`] for a figure that cannot be drawn,
/// [`DocumentError::Docx`] when the package cannot be written.
pub fn docx(doc: &Document) -> Result<Vec<u8>, DocumentError> {
    if doc.page_size == PageSize::A0 {
        return docx(&Document { page_size: PageSize::A3, ..doc.clone() });
    }
    let mut out = styles::add(dx::Docx::new(), doc);
    let mut parts = body::parts(doc)?;
    let last = parts.pop().unwrap_or_default();
    // Pages that lie have footers of their own, where a document has both. The library loses the second footer of a section, so
    // the odd one of the other orientation comes as the document's first-page footer: `finish` gives each where it belongs.
    let mut other = parts.iter().find(|p| p.landscape != last.landscape).map(|p| footers_of(doc, p.landscape));
    if let Some((odd, _)) = &other {
        out = out.first_footer(odd.clone());
    }
    for part in parts {
        let m = metrics(doc, part.landscape);
        let mut section = dx::Section::new().page_size(page_size(&m, part.landscape)).page_margin(margins(doc, &m));
        if let Some(grid) = grid(doc, &m) {
            section = section.doc_grid(grid);
        }
        if part.landscape != last.landscape
            && let Some((_, even)) = other.take()
        {
            section = section.even_footer(even);
        }
        for item in part.items {
            section = match item {
                body::Item::Paragraph(p) => section.add_paragraph(*p),
                body::Item::Table(t) => section.add_table(*t),
            };
        }
        out = out.add_section(section);
    }
    let m = metrics(doc, last.landscape);
    out.document = out.document.page_size(page_size(&m, last.landscape)).page_margin(margins(doc, &m));
    if let Some(grid) = grid(doc, &m) {
        out.document = out.document.doc_grid(grid);
    }
    for item in last.items {
        out = match item {
            body::Item::Paragraph(p) => out.add_paragraph(*p),
            body::Item::Table(t) => out.add_table(*t),
        };
    }
    out = out.header(header(doc)).even_header(header(doc));
    let (odd, even) = footers_of(doc, last.landscape);
    out = out.footer(odd).even_footer(even);

    let mut package = out.build();
    finish::finish(&mut package, doc)?;
    let mut file = Cursor::new(Vec::new());
    package.pack(&mut file).map_err(|e| DocumentError::Docx(e.to_string()))?;
    deflated(file).map_err(|e| DocumentError::Docx(e.to_string()))
}

/// The same package with its parts compressed: docx-rs stores them as they are. Names, order and the missing times stay.
fn deflated(package: Cursor<Vec<u8>>) -> zip::result::ZipResult<Vec<u8>> {
    let mut stored = zip::ZipArchive::new(package)?;
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .unix_permissions(0o644);
    for i in 0..stored.len() {
        let mut part = stored.by_index(i)?;
        if part.is_file() {
            out.start_file(part.name(), options)?;
            std::io::copy(&mut part, &mut out)?;
        }
    }
    Ok(out.finish()?.into_inner())
}

/// The demo line, or an empty line that a watermark can hang on.
fn header(doc: &Document) -> dx::Header {
    let mut line = dx::Paragraph::new().style(id::DEMO);
    if let Some(demo) = doc.demo_line() {
        line = line.add_run(run(&demo));
    }
    dx::Header::new().add_paragraph(line)
}

/// Footers of the odd and the even pages that stand, or that lie.
fn footers_of(doc: &Document, landscape: bool) -> (dx::Footer, dx::Footer) {
    let turned = doc.style == Style::Official && landscape && !doc.landscape;
    let of = |odd: bool| {
        let number = page_number(doc, odd || doc.style == Style::Plain);
        let footer = match turned {
            true => dx::Footer::new().add_table(table::beside(number, &metrics(doc, true))),
            false => dx::Footer::new().add_paragraph(number),
        };
        match doc.footer_code.as_deref() {
            Some(code) => footer.add_paragraph(dx::Paragraph::new().style(id::CODE).add_run(run(code))),
            // A table is not the last thing of a footer.
            None if turned => footer.add_paragraph(dx::Paragraph::new().style(id::CODE)),
            None => footer,
        }
    };
    (of(true), of(false))
}

/// Page number '— 1 —': outside on official documents, centred on working papers.
fn page_number(doc: &Document, odd: bool) -> dx::Paragraph {
    let em = twips_pt(metrics(doc, false).small_pt);
    let number = dx::Paragraph::new().style(id::PAGE_NUMBER);
    let number = match (doc.style, odd) {
        (Style::Official, true) => number.align(dx::AlignmentType::Right).indent(None, None, Some(em), None),
        (Style::Official, false) => number.align(dx::AlignmentType::Left).indent(Some(em), None, None, None),
        (Style::Plain, _) => number.align(dx::AlignmentType::Center),
    };
    let field = |kind| dx::Run::new().add_field_char(kind, false);
    number
        .add_run(run("— "))
        .add_run(field(dx::FieldCharType::Begin))
        .add_run(dx::Run::new().add_instr_text(dx::InstrText::PAGE(dx::InstrPAGE::new())))
        .add_run(field(dx::FieldCharType::Separate))
        .add_run(run("1"))
        .add_run(field(dx::FieldCharType::End))
        .add_run(run(" —"))
}

fn page_size(m: &Metrics, landscape: bool) -> dx::PageSize {
    let size = dx::PageSize::new().size(twips_mm(m.width_mm).unsigned_abs(), twips_mm(m.height_mm).unsigned_abs());
    if landscape { size.orient(dx::PageOrientationType::Landscape) } else { size }
}

fn margins(doc: &Document, m: &Metrics) -> dx::PageMargin {
    // GB/T 9704 clause 7.5: the page number stands 7 mm below the text area.
    let footer = match doc.style {
        Style::Official => (m.bottom_mm - 7.0 - m.small_pt / crate::layout::PT_PER_MM).max(8.0),
        Style::Plain => m.bottom_mm * 0.5,
    };
    dx::PageMargin::new()
        .top(twips_mm(m.top_mm))
        .right(twips_mm(m.right_mm))
        .bottom(twips_mm(m.bottom_mm))
        .left(twips_mm(m.left_mm))
        .header(twips_mm(m.top_mm * 0.5))
        .footer(twips_mm(footer))
        .gutter(0)
}

/// The grid of 22 lines; working papers have none. It is a grid of lines only: the 28 characters of a line come from
/// [`squeeze`], because office programs disagree on how a grid of characters narrower than their type is filled.
fn grid(doc: &Document, m: &Metrics) -> Option<dx::DocGrid> {
    if doc.style == Style::Plain {
        return None;
    }
    let line_pitch = usize::try_from(twips_pt(m.pitch_pt)).unwrap_or(560);
    Some(dx::DocGrid::with_empty().grid_type(dx::DocGridType::Lines).line_pitch(line_pitch))
}

/// How much closer the characters of running text stand, in twips: Word's 三号 is 16 pt, and 28 of them are wider than
/// the 156 mm of a line (GB/T 9704 clause 5.2.3).
fn squeeze(doc: &Document, m: &Metrics) -> Option<i32> {
    if doc.style == Style::Plain {
        return None;
    }
    let columns = m.text_width_em(m.body_pt).floor();
    let pitch = m.text_width_mm() * crate::layout::PT_PER_MM / columns;
    Some(((pitch - half_points(m.body_pt) as f32 / 2.0) * 20.0).floor() as i32)
}

/// A run of text; line feeds become line breaks. Its look comes from the paragraph's style.
fn run(text: &str) -> dx::Run {
    let mut run = dx::Run::new();
    for (i, line) in clean(text).split('\n').enumerate() {
        if i > 0 {
            run = run.add_break(dx::BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

/// Millimetres in twips (1/20 pt).
fn twips_mm(mm: f32) -> i32 {
    (mm * crate::layout::PT_PER_MM * 20.0).round() as i32
}

/// Points in twips.
fn twips_pt(pt: f32) -> i32 {
    (pt * 20.0).round() as i32
}

/// Type size in half points, rounded up: 15.75 pt is the 三号 that Word calls 16.
fn half_points(pt: f32) -> usize {
    (pt * 2.0).ceil() as usize
}
