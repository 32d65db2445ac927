//! Layout in numbers, shared by DOCX and PDF so that both look alike: paper, margins, type sizes, fonts, column
//! widths, line breaks of titles. Source for [`Style::Official`]: GB/T 9704-2012, clauses 5 (paper, margins, 22 lines
//! of 28 characters) and 7 (elements).

use crate::model::{Align, Document, PageSize, Style, Table};
use crate::text::width_em;

/// Points per millimetre.
pub const PT_PER_MM: f32 = 72.0 / 25.4;

/// Families for body text of official documents (仿宋), best first; the tail is what free systems have.
pub const FANGSONG: &[&str] = &[
    "FangSong_GB2312",
    "仿宋_GB2312",
    "FangSong",
    "仿宋",
    "STFangsong",
    "华文仿宋",
    "SimSun",
    "宋体",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "Songti SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
];
/// Families for titles (小标宋), best first.
pub const TITLE: &[&str] =
    &["FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK", "方正小标宋"];
/// Families for serif text and page numbers (宋体), best first.
pub const SERIF: &[&str] = &[
    "SimSun",
    "宋体",
    "NSimSun",
    "STSong",
    "Songti SC",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Serif SC",
    "Noto Sans CJK SC",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
];
/// Families for first headings and labels (黑体), best first.
pub const SANS: &[&str] = &[
    "SimHei",
    "黑体",
    "STHeiti",
    "Heiti SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
];
/// Families for second headings (楷体), best first.
pub const KAI: &[&str] =
    &["KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "Kaiti SC", "AR PL UKai CN", "LXGW WenKai"];

/// Sizes of one page. Millimetres for paper and margins, points for type.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Metrics {
    /// Paper width as it lies.
    pub width_mm: f32,
    /// Paper height as it lies.
    pub height_mm: f32,
    /// Upper margin.
    pub top_mm: f32,
    /// Right margin.
    pub right_mm: f32,
    /// Lower margin.
    pub bottom_mm: f32,
    /// Left margin.
    pub left_mm: f32,
    /// Body type (3号 = 15.75 pt, so that 28 characters fill the line of 156 mm).
    pub body_pt: f32,
    /// Distance of base lines.
    pub pitch_pt: f32,
    /// Title type (2号).
    pub title_pt: f32,
    /// Distance of base lines in titles.
    pub title_pitch_pt: f32,
    /// Page numbers and imprint (4号).
    pub small_pt: f32,
    /// The demo line and labels.
    pub label_pt: f32,
    /// The footer code.
    pub code_pt: f32,
}

impl Metrics {
    /// Width between the margins.
    pub fn text_width_mm(&self) -> f32 {
        self.width_mm - self.left_mm - self.right_mm
    }

    /// Height between the margins.
    pub fn text_height_mm(&self) -> f32 {
        self.height_mm - self.top_mm - self.bottom_mm
    }

    /// Width between the margins in characters of `pt` size.
    pub fn text_width_em(&self, pt: f32) -> f32 {
        self.text_width_mm() * PT_PER_MM / pt
    }
}

/// The sizes of a page of `doc`, upright or turned.
pub fn metrics(doc: &Document, landscape: bool) -> Metrics {
    let (w, h, scale) = match doc.page_size {
        PageSize::A4 => (210.0, 297.0, 1.0),
        PageSize::A3 => (297.0, 420.0, 1.25),
        PageSize::A0 => (841.0, 1189.0, 3.2),
    };
    let (width_mm, height_mm) = if landscape { (h, w) } else { (w, h) };
    match doc.style {
        Style::Official => {
            // Turned pages keep the binding edge (now on top) free and leave room for the header line.
            let (top_mm, right_mm, bottom_mm, left_mm) =
                if landscape { (30.0, 25.0, 26.0, 25.0) } else { (37.0, 26.0, 35.0, 28.0) };
            Metrics {
                width_mm,
                height_mm,
                top_mm,
                right_mm,
                bottom_mm,
                left_mm,
                body_pt: 15.75,
                pitch_pt: 28.0,
                title_pt: 22.0,
                title_pitch_pt: 34.0,
                small_pt: 14.0,
                label_pt: 12.0,
                code_pt: 7.5,
            }
        }
        Style::Plain => Metrics {
            width_mm,
            height_mm,
            top_mm: 25.0 * scale,
            right_mm: 22.0 * scale,
            bottom_mm: 22.0 * scale,
            left_mm: 22.0 * scale,
            body_pt: 12.0 * scale,
            pitch_pt: 20.0 * scale,
            title_pt: 18.0 * scale,
            title_pitch_pt: 26.0 * scale,
            small_pt: 10.5 * scale,
            label_pt: 10.5 * scale,
            code_pt: 7.5 * scale,
        },
    }
}

/// The number in front of a heading: 一、 / （一） / 1. / （1）. Levels beyond 4 count as 4, level 0 as 1.
pub fn ordinal(level: u8, n: u32) -> String {
    match level {
        0 | 1 => format!("{}、", chinese_number(n)),
        2 => format!("（{}）", chinese_number(n)),
        3 => format!("{n}."),
        _ => format!("（{n}）"),
    }
}

/// 1 -> 一 … 99 -> 九十九; larger numbers stay in digits.
fn chinese_number(n: u32) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |d: u32| DIGITS.get(d as usize).copied().unwrap_or_default();
    match n {
        1..=9 => digit(n).to_owned(),
        10..=19 => format!("十{}", digit(n % 10)),
        20..=99 => format!("{}十{}", digit(n / 10), digit(n % 10)),
        _ => n.to_string(),
    }
}

/// Breaks a title into balanced lines of at most `max_em` characters, at places where the words allow it
/// (GB/T 9704 clause 7.3.1: 词意完整，排列对称). A line feed in the title is kept as a break and stops the search.
pub fn title_lines(title: &str, max_em: f32) -> Vec<String> {
    if title.contains('\n') {
        return title.lines().map(|l| l.trim().to_owned()).filter(|l| !l.is_empty()).collect();
    }
    let mut lines = Vec::new();
    let mut rest = title.trim();
    while width_em(rest) > max_em {
        let wanted = (width_em(rest) / max_em).ceil();
        let target = width_em(rest) / wanted;
        let Some(at) = best_break(rest, target, max_em) else { break };
        let (line, tail) = rest.split_at(at);
        lines.push(line.trim().to_owned());
        rest = tail.trim();
    }
    lines.push(rest.to_owned());
    lines
}

/// The byte position of the cheapest break near `target` em.
fn best_break(text: &str, target: f32, max_em: f32) -> Option<usize> {
    const NO_START: &str = "，。、；：？！）》〉”’〕】％%)的了和";
    const NO_END: &str = "（《〈“‘〔【(";
    const GOOD_END: &str = "的）》”〉，、：和及与)";
    let mut best: Option<(f32, usize)> = None;
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        if let Some(p) = before {
            let width = width_em(&text[..at]);
            let inside_number = (p.is_ascii_alphanumeric() || p == '.') && c.is_ascii_alphanumeric()
                || p.is_ascii_digit() && "年月日号个人%".contains(c)
                || "年月第".contains(p) && c.is_ascii_digit();
            let allowed = !inside_number && !NO_START.contains(c) && !NO_END.contains(p) && !"（(".contains(c);
            if width > 0.0 && width <= max_em && allowed {
                let penalty = if GOOD_END.contains(p) { 0.0 } else { 4.0 };
                let cost = (width - target).abs() + penalty;
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, at));
                }
            }
        }
        before = Some(c);
    }
    best.map(|(_, at)| at)
}

/// Distances in em from the right margin to the end of the issuer's and of the date's line: the date stands four
/// characters in, the issuer is centred over it (GB/T 9704 clause 7.3.5.1).
pub fn signature_insets(issuer: &str, date: &str) -> (f32, f32) {
    let (issuer_em, date_em) = (width_em(issuer), width_em(date));
    let half = (issuer_em - date_em) / 2.0;
    // A very long issuer would stand out of the margin: then it goes two characters in and the date follows it.
    let date_inset = (2.0 + half).max(4.0);
    (date_inset - half, date_inset)
}

/// A table as both writers draw it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TableLayout {
    /// Type size in points.
    pub pt: f32,
    /// Relative widths of the columns.
    pub weights: Vec<f32>,
    /// Upper heading row: text and the number of columns it covers; text is empty over columns without a group.
    /// Empty when no column has a group.
    pub groups: Vec<(String, usize)>,
    /// Lower heading row: header and unit of each column.
    pub headers: Vec<String>,
}

/// Chooses the type size (小四 down to 六号) so that the table fits the page without breaking figures, and the widths
/// of its columns.
pub fn table_layout(table: &Table, metrics: &Metrics, style: Style) -> TableLayout {
    let natural: Vec<f32> = (0..table.columns.len()).map(|i| natural_em(table, i)).collect();
    let total: f32 = natural.iter().sum();
    let scale = if style == Style::Plain { metrics.body_pt / 12.0 } else { 1.0 };
    let sizes: &[f32] = if style == Style::Official { &[12.0, 10.5, 9.0, 7.5] } else { &[10.5, 9.0, 7.5] };
    let fits = sizes.iter().copied().find(|pt| total <= metrics.text_width_em(pt * scale));
    TableLayout {
        pt: fits.unwrap_or(7.5) * scale,
        weights: natural,
        groups: groups(table),
        headers: table
            .columns
            .iter()
            .map(|c| match c.unit.as_deref().filter(|u| !u.is_empty()) {
                Some(unit) => format!("{}\n（{unit}）", c.header),
                None => c.header.clone(),
            })
            .collect(),
    }
}

/// Width in em a column would like, padding included.
fn natural_em(table: &Table, index: usize) -> f32 {
    const PADDING: f32 = 1.0;
    const LONGEST_TEXT: f32 = 14.0;
    let Some(column) = table.columns.get(index) else { return PADDING };
    if let Some(width) = column.width.filter(|w| *w > 0.0) {
        return width;
    }
    let header = width_em(&column.header);
    // A long heading may take two lines, a unit stands on its own line.
    let header = if header > 4.0 { (header / 2.0).ceil() } else { header };
    let unit = column.unit.as_deref().map_or(0.0, |u| width_em(u) + 2.0);
    let cells = table.rows.iter().chain(table.totals.as_ref());
    let longest = cells.filter_map(|r| r.get(index)).map(|c| width_em(c)).fold(0.0, f32::max);
    let longest = if column.align == Align::Right { longest } else { longest.min(LONGEST_TEXT) };
    longest.max(header).max(unit).max(2.0) + PADDING
}

fn groups(table: &Table) -> Vec<(String, usize)> {
    if table.columns.iter().all(|c| c.group.is_none()) {
        return Vec::new();
    }
    let mut out: Vec<(String, usize)> = Vec::new();
    for column in &table.columns {
        let group = column.group.clone().unwrap_or_default();
        match out.last_mut() {
            Some((last, count)) if !group.is_empty() && *last == group => *count += 1,
            _ => out.push((group, 1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Column;

    #[test]
    fn official_page_holds_22_lines_of_28_characters() {
        let m = metrics(&Document::default(), false);
        assert_eq!((m.text_width_mm(), m.text_height_mm()), (156.0, 225.0));
        assert_eq!(m.text_width_em(m.body_pt).floor(), 28.0);
        assert_eq!((m.text_height_mm() * PT_PER_MM / m.pitch_pt).floor(), 22.0);
    }

    #[test]
    fn ordinals_of_the_four_levels() {
        for (level, n, expected) in [
            (1, 1, "一、"),
            (1, 12, "十二、"),
            (2, 20, "（二十）"),
            (2, 99, "（九十九）"),
            (3, 3, "3."),
            (4, 10, "（10）"),
        ] {
            assert_eq!(ordinal(level, n), expected);
        }
    }

    #[test]
    fn titles_break_where_words_allow() {
        for (title, expected) in [
            ("关于社工站的通报", vec!["关于社工站的通报"]),
            (
                "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报",
                vec!["关于截至2021年7月8日全省乡镇（街道）", "社工站建设进展情况的通报"],
            ),
            ("甲\n乙", vec!["甲", "乙"]),
        ] {
            assert_eq!(title_lines(title, 20.0), expected);
        }
        let long = "某".repeat(65);
        let lines = title_lines(&long, 20.0);
        assert_eq!(lines.concat(), long);
        assert!(lines.iter().all(|l| width_em(l) <= 20.0));
    }

    #[test]
    fn issuer_is_centred_over_the_date() {
        let (issuer, date) = signature_insets("示例单位", "2021年7月9日");
        assert_eq!(date, 4.0);
        assert!((issuer + 2.0 - (date + width_em("2021年7月9日") / 2.0)).abs() < 0.01);
        let (issuer, date) = signature_insets("某某省某某厅社会工作与志愿服务促进处", "2021年7月9日");
        assert_eq!(issuer, 2.0);
        assert!(date > issuer);
    }

    #[test]
    fn wide_tables_get_smaller_type() {
        let m = metrics(&Document::default(), false);
        let table = |n: usize| Table {
            columns: (0..n).map(|_| Column::figure("建成运营", "个")).collect(),
            rows: vec![vec!["1,100".into(); n]],
            ..Table::default()
        };
        let sizes: Vec<f32> =
            [4, 8, 10, 12, 30].iter().map(|n| table_layout(&table(*n), &m, Style::Official).pt).collect();
        assert!(sizes.windows(2).all(|w| w[0] >= w[1]), "{sizes:?}");
        assert_eq!((sizes.first(), sizes.last()), (Some(&12.0), Some(&7.5)));
    }

    #[test]
    fn neighbours_share_their_group() {
        let table = Table {
            columns: vec![
                Column::text("区划"),
                Column::text("建成").under("站"),
                Column::text("应建").under("站"),
                Column::text("备注"),
                Column::text("附注"),
            ],
            ..Table::default()
        };
        let expected = [("", 1), ("站", 2), ("", 1), ("", 1)].map(|(g, n)| (g.to_owned(), n));
        assert_eq!(groups(&table), expected);
        assert!(groups(&Table { columns: vec![Column::text("区划")], ..Table::default() }).is_empty());
    }
}
