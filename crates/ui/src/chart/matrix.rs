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

/// Room above the rows for the legend.
const HEAD: f64 = 32.0;
/// Between two blocks that stand side by side.
const GAP: f64 = 24.0;
/// Blocks side by side at most.
const BLOCKS: usize = 8;

/// Sizes of letters and columns: beside other things on a page, or read from across a room.
struct Look {
    /// Name of a row.
    name: f64,
    /// Text of a field.
    text: f64,
    /// Height of a row, and of the room above a group for its name.
    row: f64,
    group: f64,
    /// Heading of a column.
    head: f64,
    /// Lines that a heading of a column may take.
    head_lines: usize,
    /// Narrowest and widest column.
    col: (f64, f64),
}

const PAGE: Look =
    Look { name: 13.0, text: 12.5, row: 26.0, group: 24.0, head: 12.0, head_lines: 1, col: (44.0, 96.0) };
/// Letters that fill their fields: a matrix that fills a wall is as large as its smallest text allows.
const WALL: Look =
    Look { name: 20.0, text: 20.0, row: 23.0, group: 22.0, head: 16.0, head_lines: 2, col: (50.0, 110.0) };

/// A matrix with what its sizes follow from.
struct Plan<'a> {
    m: &'a Matrix,
    look: Look,
    prefix: String,
    /// Width of the names.
    left: f64,
    /// Width of a column.
    col: f64,
    /// Width that legend and note need.
    least: f64,
}

impl<'a> Plan<'a> {
    fn of(m: &'a Matrix, look: Look, least: f64, prefix: String) -> Self {
        let left =
            m.rows.iter().map(|r| text_width(&r.label, look.name)).fold(60.0, f64::max).min(12.0 * look.name) + 16.0;
        let heads = m.cols.iter().flat_map(|c| lines(c, look.head_lines));
        let widest = heads.map(|c| text_width(&c, look.head)).fold(34.0, f64::max);
        let fields = m.rows.iter().flat_map(|r| &r.cells).map(|c| text_width(&shown(c, &look), look.text));
        let widest = fields.fold(widest, f64::max);
        Self {
            col: (widest + if look.head_lines > 1 { 7.0 } else { 10.0 }).clamp(look.col.0, look.col.1),
            m,
            look,
            prefix,
            left,
            least,
        }
    }

    /// Where the rows begin.
    fn top(&self) -> f64 {
        HEAD + 6.0 + 18.0 * self.look.head_lines as f64
    }

    fn block(&self) -> f64 {
        self.left + self.col * self.m.cols.len() as f64
    }

    /// The rows in some blocks of equal length.
    fn blocks(&self, n: usize) -> impl Iterator<Item = &'a [MatrixRow]> {
        self.m.rows.chunks(self.m.rows.len().div_ceil(n.max(1)).max(1))
    }

    /// Width and height of the drawing in some blocks.
    fn size(&self, n: usize) -> (f64, f64) {
        let (mut count, mut height) = (0, self.top());
        for block in self.blocks(n) {
            count += 1;
            height =
                height.max(self.top() + self.look.row * block.len() as f64 + self.look.group * openings(block) as f64);
        }
        let width = self.block() * f64::from(count.max(1)) + GAP * f64::from((count - 1).max(0)) + 8.0;
        (width.max(self.least), height + if self.m.note.is_some() { 30.0 } else { 10.0 })
    }

    fn draw(&self, n: usize) -> Markup {
        let m = self.m;
        let count = |s: Status| m.rows.iter().flat_map(|r| &r.cells).filter(|c| c.status == Some(s)).count();
        let (legend, _) = status_legend(m.lang, &self.prefix, 8.0, 4.0, count);
        let (width, height) = self.size(n);
        let body = html! {
            (hatches(&self.prefix))
            (legend)
            @for (i, block) in self.blocks(n).enumerate() { (self.part(block, (self.block() + GAP) * i as f64)) }
            @if let Some(note) = &m.note { (text(&Text { x: 8.0, y: height - 10.0, text: note, size: 12.0, class: "i-muted", fill: MUTED, ..Text::default() })) }
        };
        let links = m.rows.iter().any(|r| r.href.is_some() || r.cells.iter().any(|c| c.href.is_some()));
        svg("zw-matrix", width, height, &m.title, links, body)
    }

    /// Headings and rows of a block that begins at `x`.
    fn part(&self, rows: &[MatrixRow], x: f64) -> Markup {
        let (m, look, left) = (self.m, &self.look, x + self.left);
        // Rows and group headings from above, each with its y.
        let mut y = self.top();
        let mut placed = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().enumerate() {
            let opens = opens(rows, i);
            y += if opens { look.group } else { 0.0 };
            placed.push((row, y, opens));
            y += look.row;
        }
        html! {
            @for (i, name) in m.cols.iter().enumerate() {
                @let lines = lines(name, look.head_lines);
                @for (k, line) in lines.iter().enumerate() {
                    @let up = 18.0 * (lines.len() - 1 - k) as f64;
                    (text(&Text { x: left + self.col * (i as f64 + 0.5), y: self.top() - 10.0 - up, text: line, size: fit(line, look.head, self.col - 4.0), anchor: "middle", class: "i-muted", fill: MUTED, ..Text::default() }))
                }
            }
            @for (row, y, opens) in &placed {
                @if *opens {
                    (rule(x + 8.0, y - 22.0, x + self.block(), y - 22.0, "l-rule", RULE, 1.0))
                    (text(&Text { x: x + 8.0, y: y - 6.0, text: &row.group, size: look.name - 0.5, bold: true, ..Text::default() }))
                }
                (linked(row.href.as_deref(), &row.label, text(&Text { x: left - 10.0, y: y + look.row / 2.0 + look.name * 0.33, text: &row.label, size: fit(&row.label, look.name, self.left - 18.0), anchor: "end", ..Text::default() })))
                @for (i, c) in row.cells.iter().enumerate().take(m.cols.len()) { (self.field(row, c, i, left, *y)) }
            }
        }
    }

    fn field(&self, row: &MatrixRow, c: &MatrixCell, i: usize, left: f64, y: f64) -> Markup {
        let (m, col, x) = (self.m, self.col, left + self.col * i as f64);
        let word = c.status.map(|s| s.word(m.lang)).unwrap_or_default();
        let words = format!("{} {}: {} {}", row.label, m.cols[i], word, c.title);
        let (row_height, shown) = (self.look.row, shown(c, &self.look));
        let size = fit(&shown, self.look.text, col - 6.0);
        let y_text = y + row_height / 2.0 + self.look.text * 0.33;
        let at = Text { x: x + col / 2.0, y: y_text, text: &shown, size, anchor: "middle", ..Text::default() };
        linked(
            c.href.as_deref(),
            words.trim(),
            html! {
                title { (words.trim()) }
                @match c.status {
                    Some(s) => {
                        (status_rect(&self.prefix, x + 1.5, y + 1.5, col - 3.0, row_height - 3.0, s))
                        (text(&Text { class: s.text_class(), fill: s.ink(), ..at }))
                    },
                    None => { (text(&at)) },
                }
            },
        )
    }
}

/// Whether a row is the first of its group, or of its block.
fn opens(rows: &[MatrixRow], i: usize) -> bool {
    let before = i.checked_sub(1).and_then(|i| rows.get(i));
    rows.get(i).is_some_and(|r| !r.group.is_empty() && before.is_none_or(|b| b.group != r.group))
}

fn openings(rows: &[MatrixRow]) -> usize {
    (0..rows.len()).filter(|i| opens(rows, *i)).count()
}

/// A heading on one line or on two of about the same length, parted at a space where it has one.
fn lines(text: &str, most: usize) -> Vec<String> {
    let n = text.chars().count();
    if most < 2 || n < 4 {
        return vec![text.to_owned()];
    }
    let middle = text.char_indices().nth(n.div_ceil(2)).map_or(0, |(at, _)| at);
    let space = text.match_indices(' ').map(|(at, _)| at).min_by_key(|at| at.abs_diff(middle));
    match space {
        None if text.is_ascii() => vec![text.to_owned()],
        at => {
            let (a, b) = text.split_at(at.unwrap_or(middle));
            vec![a.trim().to_owned(), b.trim().to_owned()]
        }
    }
}

/// What is written in a field; on a wall the mark stands close, for the sake of larger letters.
fn shown(c: &MatrixCell, look: &Look) -> String {
    let parts = [c.status.map_or("", Status::mark), c.text.as_str()];
    let apart = if look.head_lines > 1 { "" } else { " " };
    parts.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(apart)
}

/// Width of legend and note; both are drawn in one line.
fn least(m: &Matrix, prefix: &str) -> f64 {
    let (_, legend) = status_legend(m.lang, prefix, 8.0, 4.0, |_| 1000);
    let note = m.note.as_deref().map_or(0.0, |t| text_width(t, 12.0));
    (legend + 8.0).max(note + 16.0)
}

/// Draws a matrix with legend.
pub fn matrix(m: &Matrix) -> Markup {
    let prefix = id_prefix("m", &m.title);
    Plan::of(m, PAGE, least(m, &prefix), prefix).draw(1)
}

/// The same for a wall of this width to height: in as many blocks side by side as make its letters largest there.
pub fn matrix_filling(m: &Matrix, aspect: f64) -> Markup {
    let prefix = id_prefix("m", &m.title);
    let plan = Plan::of(m, WALL, least(m, &prefix), prefix);
    let scale = |n: usize| {
        let (w, h) = plan.size(n);
        (aspect / w).min(1.0 / h)
    };
    let best = (1..=BLOCKS).max_by(|a, b| scale(*a).total_cmp(&scale(*b)).then(b.cmp(a))).unwrap_or(1);
    plan.draw(best)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn province() -> Matrix {
        let cell = |i: usize| MatrixCell {
            status: Some(Status::ALL[i % 5]),
            text: format!("{}/12", i % 13),
            title: String::new(),
            href: None,
        };
        Matrix {
            lang: Lang::ZhCn,
            title: "全省".into(),
            cols: ["场地到位", "采购完成", "资金到位", "人员到岗", "挂牌", "验收", "本年验收"]
                .map(str::to_owned)
                .to_vec(),
            rows: (0..84)
                .map(|i| MatrixRow {
                    label: format!("第{i}县"),
                    group: format!("第{}市", i / 10),
                    href: None,
                    cells: (0..7).map(|k| cell(i + k)).collect(),
                })
                .collect(),
            note: None,
        }
    }

    fn size(svg: &str) -> (f64, f64) {
        let of =
            |name: &str| svg.split_once(&format!(" {name}=\"")).unwrap().1.split('"').next().unwrap().parse().unwrap();
        (of("width"), of("height"))
    }

    /// Three metres away a letter is read when it is a two-hundredth of that high: 15 mm, which is 20 of the 1920 pixels
    /// of a screen of 65 inches.
    #[test]
    fn a_wall_is_filled_with_letters_that_are_read_from_three_metres() {
        let (m, room) = (province(), (1870.0, 800.0));
        let svg = matrix_filling(&m, room.0 / room.1).into_string();
        let (w, h) = size(&svg);
        let scale = (room.0 / w).min(room.1 / h);
        assert!(w * scale > 0.9 * room.0 || h * scale > 0.9 * room.1, "{w} {h}");
        assert!(WALL.text * scale >= 19.0, "{} at {scale}", WALL.text * scale);
        // Every row and every heading of every block is there; on a page there is one block.
        assert_eq!((0..84).filter(|i| svg.contains(&format!(">第{i}县<"))).count(), 84);
        let blocks = svg.matches(">场地<").count();
        assert!(blocks > 2 && svg.matches(">到位<").count() == 2 * blocks, "{blocks}");
        let page = matrix(&m).into_string();
        assert_eq!(page.matches(">场地到位<").count(), 1);
        assert!(size(&page).1 > 2000.0);
        crate::gallery::lint(&svg).unwrap_or_else(|e| panic!("{e}"));
    }

    #[test]
    fn headings_are_parted_where_they_may() {
        assert_eq!(lines("场地到位", 2), ["场地", "到位"]);
        assert_eq!(lines("Staff ready", 2), ["Staff", "ready"]);
        assert_eq!(lines("07-04", 2), ["07-04"]);
        assert_eq!((lines("挂牌", 2), lines("场地到位", 1)), (vec!["挂牌".to_owned()], vec!["场地到位".to_owned()]));
    }
}
