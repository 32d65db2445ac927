//! Matrix of the wall chart: rows are areas, columns milestones or weeks, each field a state with mark and word.

use super::{
    MUTED, RULE, Text, fit, hatches, id_prefix, linked, rule, status_legend, status_rect, svg, text, text_width,
};
use crate::i18n::Lang;
use crate::status::Status;
use maud::{Markup, html};

/// One field.
#[derive(Clone, Debug)]
pub struct MatrixCell {
    /// State; none for a plain count that is measured against nothing.
    pub status: Option<Status>,
    /// Short text in the field (a share, a count); the mark stands there when it is empty.
    pub text: String,
    /// Hover text; row, column and state are added before it.
    pub title: String,
    /// Drill-down.
    pub href: Option<String>,
}

/// One row.
#[derive(Clone, Debug)]
pub struct MatrixRow {
    /// Name.
    pub label: String,
    /// Heading above the first row of a group (the city).
    pub group: String,
    /// Page of the row.
    pub href: Option<String>,
    /// Fields in the order of the columns; missing ones are empty.
    pub cells: Vec<MatrixCell>,
}

/// A matrix.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// Language.
    pub lang: Lang,
    /// What is shown.
    pub title: String,
    /// Column headings.
    pub cols: Vec<String>,
    /// Rows; rows of one group must stand together.
    pub rows: Vec<MatrixRow>,
    /// Line under the matrix: as of when, source.
    pub note: Option<String>,
}

const ROW: f64 = 26.0;

/// Draws a matrix with legend.
pub fn matrix(m: &Matrix) -> Markup {
    let left = m.rows.iter().map(|r| text_width(&r.label, 13.0)).fold(60.0, f64::max).min(200.0) + 16.0;
    let widest = m.cols.iter().map(|c| text_width(c, 12.0)).fold(34.0, f64::max);
    let col = (widest + 10.0).clamp(44.0, 96.0);
    let prefix = id_prefix("m", &m.title);
    let count = |s: Status| m.rows.iter().flat_map(|r| &r.cells).filter(|c| c.status == Some(s)).count();
    let (legend, legend_width) = status_legend(m.lang, &prefix, 8.0, 4.0, count);
    let note_width = m.note.as_deref().map_or(0.0, |t| text_width(t, 12.0));
    let width = (left + col * m.cols.len() as f64 + 8.0).max(legend_width + 8.0).max(note_width + 16.0);
    let head = 32.0;
    // Rows and group headings from above, each with its y.
    let mut y = head + 24.0;
    let mut placed = Vec::with_capacity(m.rows.len());
    for (i, row) in m.rows.iter().enumerate() {
        let opens = !row.group.is_empty() && (i == 0 || m.rows[i - 1].group != row.group);
        if opens {
            y += 24.0;
        }
        placed.push((row, y, opens));
        y += ROW;
    }
    let height = y + if m.note.is_some() { 30.0 } else { 10.0 };
    let body = html! {
        (hatches(&prefix))
        (legend)
        @for (i, name) in m.cols.iter().enumerate() {
            (text(&Text { x: left + col * (i as f64 + 0.5), y: head + 14.0, text: name, size: fit(name, 12.0, col - 4.0), anchor: "middle", class: "i-muted", fill: MUTED, ..Text::default() }))
        }
        @for (row, y, opens) in &placed {
            @if *opens {
                (rule(8.0, y - 22.0, width - 8.0, y - 22.0, "l-rule", RULE, 1.0))
                (text(&Text { x: 8.0, y: y - 7.0, text: &row.group, size: 12.5, bold: true, ..Text::default() }))
            }
            (linked(row.href.as_deref(), &row.label, text(&Text { x: left - 10.0, y: y + 17.0, text: &row.label, size: fit(&row.label, 13.0, left - 18.0), anchor: "end", ..Text::default() })))
            @for (i, c) in row.cells.iter().enumerate().take(m.cols.len()) { (field(m, &prefix, row, c, i, left + col * i as f64, *y, col)) }
        }
        @if let Some(note) = &m.note { (text(&Text { x: 8.0, y: height - 10.0, text: note, size: 12.0, class: "i-muted", fill: MUTED, ..Text::default() })) }
    };
    let links = m.rows.iter().any(|r| r.href.is_some() || r.cells.iter().any(|c| c.href.is_some()));
    svg("zw-matrix", width, height, &m.title, links, body)
}

#[expect(clippy::too_many_arguments, reason = "one field of a drawing: all of it is position")]
fn field(m: &Matrix, prefix: &str, row: &MatrixRow, c: &MatrixCell, i: usize, x: f64, y: f64, col: f64) -> Markup {
    let word = c.status.map(|s| s.word(m.lang)).unwrap_or_default();
    let words = format!("{} {}: {} {}", row.label, m.cols[i], word, c.title);
    let shown = [c.status.map_or("", Status::mark), c.text.as_str()];
    let shown = shown.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
    let size = fit(&shown, 12.5, col - 6.0);
    let at = Text { x: x + col / 2.0, y: y + 17.0, text: &shown, size, anchor: "middle", ..Text::default() };
    linked(
        c.href.as_deref(),
        words.trim(),
        html! {
            title { (words.trim()) }
            @match c.status {
                Some(s) => {
                    (status_rect(prefix, x + 1.5, y + 1.5, col - 3.0, ROW - 3.0, s))
                    (text(&Text { class: s.text_class(), fill: s.ink(), ..at }))
                },
                None => { (text(&at)) },
            }
        },
    )
}

/// Two cities, four milestones.
pub(super) fn sample(lang: Lang) -> Markup {
    use Status::{Behind, Done, NoData, OnCourse, Overdue};
    let row = |label: &str, group: &str, states: [Status; 5]| MatrixRow {
        label: label.into(),
        group: group.into(),
        href: Some("/gallery".into()),
        cells: states
            .into_iter()
            .map(|status| MatrixCell {
                status: Some(status),
                text: if status == OnCourse { "7/10".into() } else { String::new() },
                title: if status == Behind { "障碍：场地".into() } else { String::new() },
                href: Some("/gallery".into()),
            })
            .collect(),
    };
    crate::parts::drawing(
        "建站里程碑",
        matrix(&Matrix {
            lang,
            title: "建站里程碑".into(),
            cols: ["场地到位", "采购完成", "人员到岗", "挂牌", "验收"].map(str::to_owned).to_vec(),
            rows: vec![
                row("示例甲区", "示例市", [Done, Done, Done, Done, OnCourse]),
                row("示例乙县", "示例市", [Done, OnCourse, Behind, NoData, NoData]),
                row("样板丙县", "样板市", [Done, Overdue, Overdue, NoData, NoData]),
            ],
            note: Some("数据截至 2026-11-22　演示数据".into()),
        }),
        None,
    )
}
