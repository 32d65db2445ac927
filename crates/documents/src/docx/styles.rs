//! Paragraph styles of the DOCX.

use docx_rs as dx;

use super::{half_points, twips_pt};
use crate::layout::metrics;
use crate::model::{Document, Style};

/// Identifiers of the styles.
pub(super) mod id {
    pub(in crate::docx) const RED_HEAD: &str = "ZwRedHead";
    pub(in crate::docx) const DOC_NO: &str = "ZwDocNo";
    pub(in crate::docx) const TITLE: &str = "ZwTitle";
    pub(in crate::docx) const SUBTITLE: &str = "ZwSubtitle";
    pub(in crate::docx) const BODY: &str = "ZwBody";
    pub(in crate::docx) const FLUSH: &str = "ZwFlush";
    pub(in crate::docx) const SIGN: &str = "ZwSign";
    pub(in crate::docx) const ANNEX_MARK: &str = "ZwAnnexMark";
    pub(in crate::docx) const CAPTION: &str = "ZwCaption";
    /// Marks heading rows: `finish` makes every row with this style repeat on each page.
    pub(in crate::docx) const TABLE_HEAD: &str = "ZwTableHead";
    pub(in crate::docx) const TABLE_TEXT: &str = "ZwTableText";
    pub(in crate::docx) const NOTE: &str = "ZwNote";
    pub(in crate::docx) const FIGURE: &str = "ZwFigure";
    pub(in crate::docx) const DEMO: &str = "ZwDemo";
    pub(in crate::docx) const PAGE_NUMBER: &str = "ZwPageNumber";
    pub(in crate::docx) const CODE: &str = "ZwFooterCode";
    pub(in crate::docx) const IMPRINT: &str = "ZwImprint";

    /// Styles of running text, set to the 28 characters of a line.
    pub(in crate::docx) const RUNNING: &[&str] =
        &[DOC_NO, SUBTITLE, BODY, FLUSH, SIGN, ANNEX_MARK, "Heading1", "Heading2", "Heading3", "Heading4"];

    /// The style of a heading; Word's own identifiers, so that its navigation pane works.
    pub(in crate::docx) fn heading(level: u8) -> &'static str {
        match level {
            0 | 1 => "Heading1",
            2 => "Heading2",
            3 => "Heading3",
            _ => "Heading4",
        }
    }
}

/// Font names of a document.
pub(super) struct Fonts {
    pub(super) body: &'static str,
    pub(super) title: &'static str,
    pub(super) label: &'static str,
    pub(super) second: &'static str,
}

pub(super) fn fonts(style: Style) -> Fonts {
    match style {
        Style::Official => {
            Fonts { body: "仿宋_GB2312", title: "方正小标宋简体", label: "黑体", second: "楷体_GB2312" }
        }
        Style::Plain => Fonts { body: "宋体", title: "黑体", label: "黑体", second: "楷体_GB2312" },
    }
}

/// Fonts of a run: Chinese by name, Latin letters and digits in Times New Roman. The hint makes signs that both
/// alphabets own (“ ” — ·) Chinese.
pub(super) fn run_fonts(east_asia: &str) -> dx::RunFonts {
    dx::RunFonts::new()
        .ascii("Times New Roman")
        .hi_ansi("Times New Roman")
        .cs("Times New Roman")
        .east_asia(east_asia)
        .hint("eastAsia")
}

/// The font of heading words of a level, for headings that open a paragraph.
pub(super) fn heading_font(style: Style, level: u8) -> &'static str {
    let f = fonts(style);
    match level {
        0 | 1 => f.label,
        2 => f.second,
        _ => f.body,
    }
}

/// Adds defaults and styles to an empty document.
pub(super) fn add(out: dx::Docx, doc: &Document) -> dx::Docx {
    let m = metrics(doc, false);
    let f = fonts(doc.style);
    let body_size = half_points(m.body_pt);
    let em = i32::try_from(body_size).unwrap_or(32) * 10;
    let exact =
        |pt: f32| dx::LineSpacing::new().before(0).after(0).line(twips_pt(pt)).line_rule(dx::LineSpacingType::Exact);
    let loose = |before: u32, after: u32| {
        dx::LineSpacing::new().before(before).after(after).line(240).line_rule(dx::LineSpacingType::Auto)
    };
    let style = |id: &str, name: &str, font: &str, size: usize| {
        dx::Style::new(id, dx::StyleType::Paragraph).name(name).based_on("Normal").fonts(run_fonts(font)).size(size)
    };
    let first_line = Some(dx::SpecialIndentType::FirstLine(em * 2));
    let label_size = half_points(m.label_pt);
    let small_size = half_points(m.small_pt);
    let pitch = m.pitch_pt;

    let mut out = out.default_fonts(run_fonts(f.body)).default_size(body_size);
    for s in [
        style(id::RED_HEAD, "红头", f.title, half_points(m.title_pt * 2.0))
            .color("E00000")
            .align(dx::AlignmentType::Center)
            .line_spacing(loose(0, 480))
            .snap_to_grid(false),
        style(id::DOC_NO, "发文字号", f.body, body_size).align(dx::AlignmentType::Center).line_spacing(exact(pitch)),
        style(id::TITLE, "公文标题", f.title, half_points(m.title_pt))
            .align(dx::AlignmentType::Center)
            .outline_lvl(0)
            .line_spacing(exact(m.title_pitch_pt)),
        style(id::SUBTITLE, "副标题", f.second, body_size).align(dx::AlignmentType::Center).line_spacing(exact(pitch)),
        style(id::BODY, "公文正文", f.body, body_size)
            .align(dx::AlignmentType::Both)
            .indent(None, first_line, None, None)
            .line_spacing(exact(pitch)),
        style(id::FLUSH, "公文正文顶格", f.body, body_size).align(dx::AlignmentType::Both).line_spacing(exact(pitch)),
        style(id::SIGN, "落款", f.body, body_size).align(dx::AlignmentType::Right).line_spacing(exact(pitch)),
        style(id::ANNEX_MARK, "附件序号", f.label, body_size).line_spacing(exact(pitch)),
        style(id::CAPTION, "题注", f.label, label_size)
            .align(dx::AlignmentType::Center)
            .line_spacing(loose(120, 80))
            .snap_to_grid(false),
        style(id::TABLE_HEAD, "表头", f.label, label_size)
            .align(dx::AlignmentType::Center)
            .line_spacing(loose(20, 20))
            .snap_to_grid(false),
        style(id::TABLE_TEXT, "表格文字", f.body, label_size).line_spacing(loose(20, 20)).snap_to_grid(false),
        style(id::NOTE, "表注", f.body, half_points(m.label_pt * 0.875))
            .line_spacing(loose(60, 120))
            .snap_to_grid(false),
        style(id::FIGURE, "图", f.body, label_size)
            .align(dx::AlignmentType::Center)
            .line_spacing(loose(120, 60))
            .snap_to_grid(false),
        style(id::DEMO, "演示标记", f.label, half_points(m.label_pt))
            .bold()
            .color("B00020")
            .align(dx::AlignmentType::Center)
            .line_spacing(loose(0, 0))
            .snap_to_grid(false),
        style(id::PAGE_NUMBER, "页码样式", "宋体", small_size).line_spacing(loose(0, 0)).snap_to_grid(false),
        style(id::CODE, "页脚校验码", f.body, half_points(m.code_pt))
            .color("777777")
            .align(dx::AlignmentType::Center)
            .line_spacing(loose(0, 0))
            .snap_to_grid(false),
        style(id::IMPRINT, "版记", f.body, small_size).line_spacing(loose(40, 40)).snap_to_grid(false),
    ] {
        out = out.add_style(s);
    }
    for level in 1..=4 {
        let heading = style(id::heading(level), &format!("heading {level}"), heading_font(doc.style, level), body_size)
            .align(dx::AlignmentType::Both)
            .indent(None, first_line, None, None)
            .line_spacing(exact(pitch))
            .outline_lvl(usize::from(level));
        out = out.add_style(heading);
    }
    out
}
