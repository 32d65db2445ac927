//! Tables of the DOCX.

use docx_rs as dx;

use super::styles::id;
use super::{half_points, run, twips_mm};
use crate::layout::{Metrics, TableLayout, table_layout};
use crate::model::{Align, Imprint, Pair, Style, Table};

/// A table with borders, fixed column widths and heading rows that repeat (`finish` sets the property).
pub(super) fn table(table: &Table, m: &Metrics, style: Style) -> dx::Table {
    let layout = table_layout(table, m, style);
    let widths = widths(&layout.weights, m);
    let mut rows = heading_rows(&layout, &widths);
    for (row, bold) in table.rows.iter().map(|r| (r, false)).chain(table.totals.iter().map(|r| (r, true))) {
        let cells = table.columns.iter().zip(&widths).enumerate().map(|(i, (column, width))| {
            let align = match column.align {
                Align::Left => dx::AlignmentType::Left,
                Align::Center => dx::AlignmentType::Center,
                Align::Right => dx::AlignmentType::Right,
            };
            let words = run(row.get(i).map_or("", String::as_str)).size(half_points(layout.pt));
            let words = if bold { words.bold() } else { words };
            let text = dx::Paragraph::new().style(id::TABLE_TEXT).align(align).add_run(words);
            cell(*width).add_paragraph(text)
        });
        rows.push(dx::TableRow::new(cells.collect()).cant_split());
    }
    framed(rows, widths)
}

/// One heading row, or two when columns share headings.
fn heading_rows(layout: &TableLayout, widths: &[usize]) -> Vec<dx::TableRow> {
    let words = |text: &str| dx::Paragraph::new().style(id::TABLE_HEAD).add_run(run(text).size(half_points(layout.pt)));
    let head = |width: usize| cell(width).shading(dx::Shading::new().shd_type(dx::ShdType::Clear).fill("F0F0F0"));
    let empty = (String::new(), 1);
    let mut upper = Vec::new();
    let mut lower = Vec::new();
    let mut column = 0;
    let singles = vec![empty; layout.headers.len()];
    let two_rows = !layout.groups.is_empty();
    for (group, count) in if two_rows { &layout.groups } else { &singles } {
        let end = (column + count).min(widths.len());
        let covered = widths.get(column..end).unwrap_or_default();
        let texts = layout.headers.get(column..end).unwrap_or_default();
        let grouped = !group.is_empty();
        if two_rows && grouped {
            upper.push(head(covered.iter().sum()).grid_span(*count).add_paragraph(words(group)));
        }
        for (width, text) in covered.iter().zip(texts) {
            if two_rows && !grouped {
                upper.push(head(*width).vertical_merge(dx::VMergeType::Restart).add_paragraph(words(text)));
                lower.push(head(*width).vertical_merge(dx::VMergeType::Continue).add_paragraph(words("")));
            } else {
                lower.push(head(*width).add_paragraph(words(text)));
            }
        }
        column = end;
    }
    [upper, lower]
        .into_iter()
        .filter(|cells| !cells.is_empty())
        .map(|cells| dx::TableRow::new(cells).cant_split())
        .collect()
}

/// Labels and values in two columns.
pub(super) fn pairs(pairs: &[Pair], m: &Metrics) -> dx::Table {
    let widths = widths(&[1.0, 3.0], m);
    let rows = pairs.iter().map(|pair| {
        let texts = [(&pair.key, dx::AlignmentType::Center), (&pair.value, dx::AlignmentType::Left)];
        let cells = texts.into_iter().zip(&widths).map(|((text, align), width)| {
            cell(*width).add_paragraph(dx::Paragraph::new().style(id::TABLE_TEXT).align(align).add_run(run(text)))
        });
        dx::TableRow::new(cells.collect()).cant_split()
    });
    framed(rows.collect(), widths.clone())
}

/// The page number of a page that lies: beside the text, turned with the page, so that it stands where it stands on every other
/// page once the sheet is bound (GB/T 9704 clause 8). The left edge of such a page is the lower edge of the sheet.
pub(super) fn beside(number: dx::Paragraph, m: &Metrics) -> dx::Table {
    let (width, height) = (twips_mm(8.0), twips_mm(m.text_height_mm()));
    // 7 mm from the text, as below it on the other pages.
    let at = dx::TablePositionProperty::new()
        .horizontal_anchor("page")
        .vertical_anchor("page")
        .position_x((twips_mm(m.left_mm - 7.0) - width).max(twips_mm(5.0)))
        .position_y(twips_mm(m.top_mm));
    let width = usize::try_from(width).unwrap_or_default();
    let cell = cell(width).text_direction(dx::TextDirectionType::TbRl).add_paragraph(number);
    let row = dx::TableRow::new(vec![cell]).row_height(height as f32).height_rule(dx::HeightRule::Exact);
    dx::Table::without_borders(vec![row])
        .position(at)
        .set_grid(vec![width])
        .width(width, dx::WidthType::Dxa)
        .layout(dx::TableLayoutType::Fixed)
}

/// The imprint, standing at the lower margin; nothing when it is empty.
pub(super) fn imprint(imprint: &Imprint, m: &Metrics) -> Option<dx::Table> {
    let halves = widths(&[1.0, 1.0], m);
    let whole: usize = halves.iter().sum();
    let indent = super::twips_pt(m.small_pt);
    let line = |text: &str, align| {
        let p = dx::Paragraph::new().style(id::IMPRINT).align(align);
        p.indent(Some(indent), None, Some(indent), None).add_run(run(text))
    };
    let mut rows = Vec::new();
    if let Some(to) = &imprint.copy_to {
        let text = format!("抄送：{}。", to.trim_end_matches('。'));
        let paragraph = line(&text, dx::AlignmentType::Left);
        rows.push(dx::TableRow::new(vec![cell(whole).grid_span(2).add_paragraph(paragraph)]));
    }
    if imprint.printed_by.is_some() || imprint.printed_on.is_some() {
        let by = imprint.printed_by.clone().unwrap_or_default();
        let on = imprint.printed_on.as_ref().map(|d| format!("{d}印发")).unwrap_or_default();
        let cells = [(by, dx::AlignmentType::Left), (on, dx::AlignmentType::Right)];
        let cells = cells.iter().zip(&halves).map(|((text, align), w)| cell(*w).add_paragraph(line(text, *align)));
        rows.push(dx::TableRow::new(cells.collect()));
    }
    if rows.is_empty() {
        return None;
    }
    let border = |position, size| dx::TableBorder::new(position).size(size).color("000000");
    let borders = dx::TableBorders::with_empty()
        .set(border(dx::TableBorderPosition::Top, 8))
        .set(border(dx::TableBorderPosition::Bottom, 8))
        .set(border(dx::TableBorderPosition::InsideH, 4));
    let foot = dx::TablePositionProperty::new()
        .vertical_anchor("margin")
        .horizontal_anchor("margin")
        .position_y_alignment("bottom");
    Some(
        dx::Table::new(rows)
            .set_grid(halves)
            .width(whole, dx::WidthType::Dxa)
            .layout(dx::TableLayoutType::Fixed)
            .set_borders(borders)
            .position(foot),
    )
}

fn framed(rows: Vec<dx::TableRow>, widths: Vec<usize>) -> dx::Table {
    use dx::TableBorderPosition as P;
    let borders = [P::Top, P::Bottom, P::Left, P::Right, P::InsideH, P::InsideV];
    let borders = borders
        .into_iter()
        .fold(dx::TableBorders::with_empty(), |all, p| all.set(dx::TableBorder::new(p).size(4).color("000000")));
    dx::Table::new(rows)
        .width(widths.iter().sum(), dx::WidthType::Dxa)
        .set_grid(widths)
        .layout(dx::TableLayoutType::Fixed)
        .align(dx::TableAlignmentType::Center)
        .margins(dx::TableCellMargins::new().margin(20, 60, 20, 60))
        .set_borders(borders)
}

fn cell(width: usize) -> dx::TableCell {
    dx::TableCell::new().width(width, dx::WidthType::Dxa).vertical_align(dx::VAlignType::Center)
}

/// Column widths in twips that fill the text width.
fn widths(weights: &[f32], m: &Metrics) -> Vec<usize> {
    let room = twips_mm(m.text_width_mm()) as f32;
    let total: f32 = weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    weights.iter().map(|w| (w / total * room).floor().max(1.0) as usize).collect()
}
