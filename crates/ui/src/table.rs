//! Data tables: sticky head and first column, right-aligned figures with the unit in the header, totals, filter chips,
//! export and print; on phones each row becomes a card with its most telling fields.

mod cards;
mod cells;

pub use cards::Phone;

use crate::i18n::Lang;
use cells::{Shape, cells};
use maud::{Markup, Render, html};

/// How a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text, from the left.
    Text,
    /// Figures, from the right.
    Figure,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Col {
    /// Heading.
    pub label: String,
    /// Unit in the heading (人, 万元, %).
    pub unit: Option<String>,
    /// Alignment.
    pub align: Align,
    /// Folded away in the card on phones.
    pub phone_hidden: bool,
    /// Drawn under its row over the whole width: sentences, for which no column is wide enough. Exports keep the column.
    pub below: bool,
    /// Left out of exports: a column of links to act on.
    pub screen_only: bool,
    /// Address that sorts by this column; the caller marks the order in `sorted`.
    pub sort_href: Option<String>,
    /// `Some(true)` sorted upwards, `Some(false)` downwards.
    pub sorted: Option<bool>,
}

impl Col {
    /// A column of text.
    pub fn text(label: impl Into<String>) -> Self {
        let label = label.into();
        Self {
            label,
            unit: None,
            align: Align::Text,
            phone_hidden: false,
            below: false,
            screen_only: false,
            sort_href: None,
            sorted: None,
        }
    }
    /// A column of figures with the unit in its heading; empty for none.
    pub fn figure(label: impl Into<String>, unit: impl Into<String>) -> Self {
        let unit: String = unit.into();
        Self { unit: (!unit.is_empty()).then_some(unit), align: Align::Figure, ..Self::text(label) }
    }
    /// Folds the column away in the cards on phones. Of the others, besides the first, three stand in sight.
    pub fn wide_only(mut self) -> Self {
        self.phone_hidden = true;
        self
    }
    /// Puts what the column says on a line of its own under the row.
    pub fn below(mut self) -> Self {
        self.below = true;
        self
    }
    /// Leaves the column out of exports.
    pub fn screen_only(mut self) -> Self {
        self.screen_only = true;
        self
    }
    /// Makes the heading sort.
    pub fn sort(mut self, href: impl Into<String>, sorted: Option<bool>) -> Self {
        self.sort_href = Some(href.into());
        self.sorted = sorted;
        self
    }
}

/// One cell: any markup or text.
pub type Cell = Markup;

/// A cell from plain text or a number.
pub fn cell(value: impl Render) -> Cell {
    html! { (value) }
}

/// One row; the first cell is its heading.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Cells in the order of the columns.
    pub cells: Vec<Cell>,
    /// Class of the row, e.g. a status class; empty for none.
    pub class: &'static str,
    /// What it stands under on phones where the table is long, e.g. its city; empty for nothing.
    pub group: String,
    /// Asks nothing of the reader: phones fold it away where the table is long.
    pub quiet: bool,
}

impl Row {
    /// A row of cells.
    pub fn new(cells: Vec<Cell>) -> Self {
        Self { cells, ..Self::default() }
    }
    /// A row of plain texts.
    pub fn texts<S: Render>(cells: impl IntoIterator<Item = S>) -> Self {
        Self::new(cells.into_iter().map(cell).collect())
    }
}

/// A filter in force: what it says and the address without it.
#[derive(Clone, Debug)]
pub struct Chip {
    /// e.g. `状态：筹建`
    pub label: String,
    /// Address of the list without this filter.
    pub remove_href: String,
}

/// The way to the XLSX file of a list: a form, so that what was searched for stands in no address.
#[derive(Clone, Debug)]
pub struct Export {
    /// Where it is posted.
    pub action: String,
    /// Form token.
    pub csrf: String,
    /// The filters in force.
    pub fields: Vec<(String, String)>,
}

/// A whole table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Caption: what the rows are; shown above.
    pub caption: String,
    /// Columns.
    pub cols: Vec<Col>,
    /// Rows.
    pub rows: Vec<Row>,
    /// What phones make of the rows.
    pub phone: Phone,
    /// Totals, one cell per column.
    pub totals: Option<Vec<Cell>>,
    /// Filters in force.
    pub chips: Vec<Chip>,
    /// The XLSX export; shown when there are rows.
    pub export: Option<Export>,
    /// Shows the print button.
    pub print: bool,
    /// Shown instead of the rows when there are none; see [`crate::parts::empty`].
    pub empty: Option<Markup>,
    /// Source line under the table: as of when, by which rule.
    pub source: Option<String>,
}

/// Columns from which a table does not fit a sheet upright and prints on one lying down.
const WIDE: usize = 8;

impl Table {
    /// Whether it prints on a sheet lying down.
    pub fn is_wide(&self) -> bool {
        self.across() >= WIDE
    }

    /// Columns that stand side by side.
    fn across(&self) -> usize {
        self.cols.iter().filter(|c| !c.below).count()
    }
}

/// Draws a table.
pub fn table(lang: Lang, t: &Table) -> Markup {
    html! {
        section class={ "zw-tablebox" @if t.is_wide() { " is-wide" } } {
            div class="zw-tablehead" {
                @if !t.chips.is_empty() {
                    ul class="zw-chips" aria-label=(lang.t("ui-filters")) { @for chip in &t.chips {
                        li { a href=(chip.remove_href) title=(lang.t("ui-filter-remove")) { (chip.label) span aria-hidden="true" { " ×" } } }
                    } }
                }
                div class="zw-tabletools" {
                    @if let Some(e) = t.export.as_ref().filter(|_| !t.rows.is_empty()) { (export_form(lang, e)) }
                    @if t.print { (crate::parts::print_button(lang)) }
                }
            }
            @if t.rows.is_empty() && t.empty.is_some() {
                @if let Some(empty) = &t.empty { (empty) }
            } @else { (scroller(lang, t)) }
            @if let Some(source) = &t.source { p class="zw-source" { (source) } }
        }
    }
}

fn export_form(lang: Lang, e: &Export) -> Markup {
    html! {
        form action=(e.action) method="post" class="zw-export" {
            (crate::form::hidden("csrf", &e.csrf))
            @for (name, value) in &e.fields { (crate::form::hidden(name, value)) }
            button class="btn btn-sm" type="submit" { (lang.t("ui-export")) }
        }
    }
}

fn scroller(lang: Lang, t: &Table) -> Markup {
    let shape = Shape::of(t);
    html! {
        div class="zw-scroll" tabindex="0" role="region" aria-label=[(!t.caption.is_empty()).then_some(&t.caption)] {
            table class=(t.phone.class()) {
                @if !t.caption.is_empty() { caption { (t.caption) } }
                thead { tr { @for col in t.cols.iter().filter(|c| !c.below) { (heading(col)) } } }
                (cards::bodies(lang, t, &shape))
                @if let Some(totals) = &t.totals { tfoot { tr {
                    @if totals.is_empty() { th scope="row" { (lang.t("ui-total")) } } @else { (cells(lang, t, &shape, totals)) }
                } } }
            }
        }
    }
}

fn heading(col: &Col) -> Markup {
    let sort = col.sorted.map(|up| if up { "ascending" } else { "descending" });
    let arrow = match col.sorted {
        Some(true) => " ↑",
        Some(false) => " ↓",
        None => "",
    };
    let text = html! { (col.label) @if let Some(unit) = &col.unit { span class="zw-th-unit" { (bracketed(&col.label, unit)) } } };
    html! {
        th scope="col" class=[(col.align == Align::Figure).then_some("is-figure")] aria-sort=[sort] {
            @if let Some(href) = &col.sort_href { a href=(href) { (text) span aria-hidden="true" { (arrow) } } } @else { (text) }
        }
    }
}

/// What a table says without its markup: for exports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plain {
    /// Headings: label, unit, whether the column holds figures.
    pub cols: Vec<(String, Option<String>, bool)>,
    /// Rows of texts, one for each heading.
    pub rows: Vec<Vec<String>>,
    /// Totals likewise.
    pub totals: Option<Vec<String>>,
}

impl Table {
    /// The table as text, without the columns that are for the screen only.
    pub fn plain(&self) -> Plain {
        let kept: Vec<usize> =
            (0..self.cols.len()).filter(|i| self.cols.get(*i).is_some_and(|c| !c.screen_only)).collect();
        let texts = |cells: &[Cell]| kept.iter().map(|i| cells.get(*i).map(text_of).unwrap_or_default()).collect();
        let head = |c: &Col| (c.label.clone(), c.unit.clone(), c.align == Align::Figure);
        Plain {
            cols: kept.iter().filter_map(|i| self.cols.get(*i)).map(head).collect(),
            rows: self.rows.iter().map(|r| texts(&r.cells)).collect(),
            totals: self.totals.as_ref().filter(|t| !t.is_empty()).map(|t| texts(t)),
        }
    }
}

/// The words of a cell as a reader of the screen sees them: no markup, nothing that is hidden or only a mark.
pub fn text_of(content: &Markup) -> String {
    let mut out = String::new();
    // Depth of open elements, and the depth at which a hidden one was opened.
    let (mut depth, mut hidden) = (0_usize, None::<usize>);
    for (i, piece) in content.0.split('<').enumerate() {
        let (tag, words) = if i == 0 { ("", piece) } else { piece.split_once('>').unwrap_or((piece, "")) };
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            if hidden == Some(depth) {
                hidden = None;
            }
            depth = depth.saturating_sub(1);
        } else if !name.is_empty() && !matches!(name.as_str(), "br" | "img" | "input" | "hr" | "wbr") {
            depth += 1;
            if hidden.is_none() && (tag.contains("aria-hidden=\"true\"") || tag.contains("visually-hidden")) {
                hidden = Some(depth);
            }
        }
        if matches!(name.as_str(), "br" | "li" | "div" | "p" | "dd" | "dt" | "tr") {
            out.push(' ');
        }
        if hidden.is_none() {
            out.push_str(words);
        }
    }
    let out = out
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The unit after a heading, in the brackets of the heading's script.
fn bracketed(label: &str, unit: &str) -> String {
    if label.is_ascii() { format!(" ({unit})") } else { format!("（{unit}）") }
}

/// A table with everything: chips, units, sorting, totals, statuses, derived figures.
pub fn sample(lang: Lang) -> Markup {
    use crate::parts::figure;
    use crate::status::{Status, badge};
    let row = |name: &str, built: i64, due: i64, workers: i64, status: Status| {
        Row::new(vec![
            html! { a href="/gallery" { (name) } },
            figure(&crate::format::num(built), "/gallery"),
            cell(crate::format::num(due)),
            cell(crate::format::share(built, due)),
            cell(crate::format::num(workers)),
            badge(lang, status),
        ])
    };
    html! {
        (table(lang, &Table {
            caption: "各县（市、区）建站进度".into(),
            cols: vec![
                Col::text("县（市、区）").sort("/gallery?sort=name", None),
                Col::figure("已建成", "个").sort("/gallery?sort=built", Some(false)),
                Col::figure("应建", "个").wide_only(),
                Col::figure("覆盖率", "%"),
                Col::figure("在岗社工", "人").wide_only(),
                Col::text("状态"),
            ],
            rows: vec![
                row("示例甲区", 10, 10, 42, Status::Done),
                row("示例乙县", 11, 16, 31, Status::OnCourse),
                row("示例丙市", 6, 15, 12, Status::Behind),
                row("示例丁县", 0, 9, 0, Status::Overdue),
            ],
            totals: Some(vec![cell("合计"), cell("27"), cell("50"), cell("54.0"), cell("85"), cell("")]),
            chips: vec![Chip { label: "状态：全部".into(), remove_href: "/gallery".into() }],
            export: Some(Export { action: "/gallery/export".into(), csrf: "t".into(), fields: vec![("state".into(), "all".into())] }),
            print: true,
            source: Some("数据截至 2026-11-22，口径第 3 版，演示数据。".into()),
            ..Table::default()
        }))
        (table(lang, &Table {
            caption: "空表".into(),
            cols: vec![Col::text("站点")],
            empty: Some(crate::parts::empty("还没有站点", "应建站名单来自乡镇（街道）区划。先登记建站单，验收通过后站点会出现在这里。", Some(("登记建站单", "/gallery")))),
            ..Table::default()
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_carry_heading_unit_and_alignment() {
        let t = Table {
            caption: "社工".into(),
            cols: vec![Col::text("姓名"), Col::figure("工时", "小时"), Col::text("备注").wide_only()],
            rows: vec![Row::texts(["张*", "12.5", "<b>"])],
            totals: Some(vec![cell("合计"), cell("12.5"), cell("")]),
            ..Table::default()
        };
        let html = table(Lang::ZhCn, &t).into_string();
        for want in [
            "<caption>社工</caption>",
            "<th scope=\"row\" class=\"is-short\">张*<details class=\"zw-cardmore\">",
            "data-label=\"工时（小时）\"",
            "class=\"is-figure\"",
            "class=\"wide-only is-short\"",
            "&lt;b&gt;",
            "<tfoot>",
        ] {
            assert!(html.contains(want), "{want} in {html}");
        }
    }

    /// Sentences stand under their row, whole; the file keeps them as a column.
    #[test]
    fn a_sentence_stands_under_its_row() {
        let t = Table {
            cols: vec![Col::text("站点"), Col::text("说明").below(), Col::figure("个", "")],
            rows: vec![Row::texts(["甲", "未报：乙、丙", "1"]), Row::texts(["丁", "", "2"])],
            ..Table::default()
        };
        let html = table(Lang::ZhCn, &t).into_string();
        let line = "<tr class=\"zw-under\"><td colspan=\"2\"><div><span class=\"zw-muted\">说明：</span>未报：乙、丙</div></td></tr>";
        assert_eq!(html.matches("zw-under").count(), 1, "{html}");
        assert!(html.contains(line) && !html.contains("<th scope=\"col\">说明"), "{html}");
        let plain = t.plain();
        assert_eq!((plain.cols.len(), plain.rows[0][1].as_str()), (3, "未报：乙、丙"));
    }

    #[test]
    fn a_cell_without_its_markup() {
        use crate::status::{Status, badge_with};
        for (m, said) in [
            (html! { "a < b & \"c\"" }, "a < b & \"c\""),
            (html! { a href="/x?a=1&b=2" title="hidden" { "张三" } " " span class="zw-flag" { "代报" } }, "张三 代报"),
            (badge_with(Status::Done, "已开业"), "已开业"),
            (
                html! { svg aria-hidden="true" { path d="M0" {} text { "x" } } b { "12" } span class="visually-hidden" { "人" } "！" },
                "12！",
            ),
            (html! { "一" br; "二" ul { li { "三" } li { "四" } } }, "一 二 三 四"),
            (html! { "=1+1" }, "=1+1"),
            (html! {}, ""),
        ] {
            assert_eq!(text_of(&m), said, "{}", m.0);
        }
    }

    #[test]
    fn an_export_holds_what_is_shown_and_no_links_to_act_on() {
        let t = Table {
            cols: vec![Col::text("姓名"), Col::figure("工时", "小时").wide_only(), Col::text("操作").screen_only()],
            rows: vec![Row::texts(["张*", "1,012.5", "登记"])],
            totals: Some(vec![cell("合计"), cell("1,012.5"), cell("")]),
            export: Some(Export {
                action: "/x/export".into(),
                csrf: "t".into(),
                fields: vec![("q".into(), "张".into())],
            }),
            ..Table::default()
        };
        let p = t.plain();
        assert_eq!(p.cols, [("姓名".into(), None, false), ("工时".into(), Some("小时".into()), true)]);
        assert_eq!(p.rows, [["张*", "1,012.5"]]);
        assert_eq!(p.totals.unwrap(), ["合计", "1,012.5"]);
        let html = table(Lang::ZhCn, &t).into_string();
        assert!(html.contains("action=\"/x/export\" method=\"post\"") && html.contains("value=\"张\""), "{html}");
        let none = table(Lang::ZhCn, &Table { rows: vec![], ..t }).into_string();
        assert!(!none.contains("/x/export"), "nothing to export");
    }

    #[test]
    fn an_empty_list_says_how_to_begin() {
        let t = Table { empty: Some(html! { p { "从这里开始" } }), ..Table::default() };
        let html = table(Lang::ZhCn, &t).into_string();
        assert!(html.contains("从这里开始") && !html.contains("<table"));
    }
}
