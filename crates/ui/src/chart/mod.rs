//! Charts as SVG, drawn on the server: identical on screen, in print, in PDF and in DOCX.
//!
//! Every shape carries its colour twice: a class, so that the page's theme decides on screen, and a presentation
//! attribute, so that readers without our style sheet (PDF, DOCX, resvg) show it too. Hover text is `<title>`,
//! drill-down a link. Values are integers, scaled by `decimals` (651 with one decimal is 65.1).

mod axis;
mod bars;
mod line;
mod matrix;
mod scale;
mod spark;

pub use bars::{Bar, BarChart, bars};
pub use line::{LineChart, Series, line};
pub use matrix::{Matrix, MatrixCell, MatrixRow, matrix, matrix_filling};
pub use scale::Classes;
pub use spark::sparkline;

use crate::i18n::Lang;
use crate::status::Status;
use maud::{Markup, html};

/// Font families of drawings; the last named family is the one Debian ships for documents.
pub const FONTS: &str = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

/// Ink of text and axes where no style sheet applies.
pub(crate) const INK: &str = "#1d2b30";
/// Ink of secondary text.
pub(crate) const MUTED: &str = "#56666d";
/// Lines of axes and frames.
pub(crate) const RULE: &str = "#d5dcdf";
/// Ground under text that crosses a drawing.
pub(crate) const GROUND: &str = "#ffffff";

/// Colours of series without a status, far apart for colour-blind readers and in grey.
pub(crate) const SERIES: [(&str, &str); 6] =
    [("c0", "#0f6b63"), ("c1", "#cf7a00"), ("c2", "#3b6fb6"), ("c3", "#9c3d74"), ("c4", "#7d8a91"), ("c5", "#6d8a00")];

pub(crate) fn series_colour(i: usize) -> (&'static str, &'static str) {
    SERIES[i % SERIES.len()]
}

/// A coordinate with at most one decimal.
pub(crate) fn n(v: f64) -> String {
    let tenths = (v * 10.0).round();
    if tenths % 10.0 == 0.0 { format!("{}", (tenths / 10.0) as i64) } else { format!("{:.1}", tenths / 10.0) }
}

/// Rough width of a text in pixels: full-width characters one em, others a little over a half.
pub(crate) fn text_width(s: &str, size: f64) -> f64 {
    s.chars().map(|c| if (c as u32) < 0x2e80 { 0.56 } else { 1.0 }).sum::<f64>() * size
}

/// The largest size up to `size` at which `s` fits into `room`, not below 8.
pub(crate) fn fit(s: &str, size: f64, room: f64) -> f64 {
    let width = text_width(s, size);
    if width <= room { size } else { (size * room / width).max(8.0) }
}

/// The outer `<svg>`: named for screen readers, a group when it holds links (an image would hide them).
pub(crate) fn svg(class: &str, width: f64, height: f64, title: &str, links: bool, body: Markup) -> Markup {
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class={ "zw-svg " (class) } width=(n(width)) height=(n(height))
            viewBox={ "0 0 " (n(width)) " " (n(height)) } role=(if links { "group" } else { "img" }) aria-label=(title)
            font-family=(FONTS) font-size="13" {
            title { (title) }
            (body)
        }
    }
}

/// Text of a drawing.
pub(crate) struct Text<'a> {
    pub x: f64,
    pub y: f64,
    pub text: &'a str,
    pub size: f64,
    /// start, middle or end
    pub anchor: &'a str,
    pub class: &'a str,
    pub fill: &'a str,
    pub bold: bool,
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, text: "", size: 13.0, anchor: "start", class: "i-ink", fill: INK, bold: false }
    }
}

pub(crate) fn text(t: &Text<'_>) -> Markup {
    html! {
        text x=(n(t.x)) y=(n(t.y)) font-size=(n(t.size)) text-anchor=(t.anchor) class=(t.class) fill=(t.fill)
            font-weight=[t.bold.then_some("600")] { (t.text) }
    }
}

/// A straight line.
pub(crate) fn rule(x1: f64, y1: f64, x2: f64, y2: f64, class: &str, stroke: &str, width: f64) -> Markup {
    html! { line x1=(n(x1)) y1=(n(y1)) x2=(n(x2)) y2=(n(y2)) class=(class) stroke=(stroke) stroke-width=(n(width)) {} }
}

/// Wraps a shape in a link when there is an address.
pub(crate) fn linked(href: Option<&str>, label: &str, body: Markup) -> Markup {
    match href {
        Some(href) => html! { a href=(href) aria-label=(label) { (body) } },
        None => html! { g { (body) } },
    }
}

/// Prefix for ids inside a drawing: the same drawing always gets the same, different titles different ones.
pub(crate) fn id_prefix(kind: &str, title: &str) -> String {
    let hash = title.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    format!("{kind}{:08x}", hash >> 32)
}

/// How far a pattern covers the colour under it, where no style sheet says otherwise.
pub(crate) const HATCH: &str = "0.3";

/// Patterns that tell the states apart in black and white; laid over the colour in print and documents, and under the words,
/// which are read on them as on the colour (crates/ui/tests/tokens.rs).
pub(crate) fn hatches(prefix: &str) -> Markup {
    html! {
        defs {
            pattern id={ (prefix) "on-course" } width="6" height="6" patternUnits="userSpaceOnUse" {
                circle cx="1.5" cy="1.5" r="0.7" fill="#12262b" {}
            }
            pattern id={ (prefix) "behind" } width="7" height="7" patternUnits="userSpaceOnUse" {
                path d="M-1 8L8 -1" stroke="#12262b" stroke-width="0.9" {}
            }
            pattern id={ (prefix) "overdue" } width="6" height="6" patternUnits="userSpaceOnUse" {
                path d="M0 0L6 6M6 0L0 6" stroke="#000000" stroke-width="0.8" {}
            }
            pattern id={ (prefix) "no-data" } width="6" height="6" patternUnits="userSpaceOnUse" {
                path d="M-1 -1L7 7" stroke="#8c9aa1" stroke-width="0.8" class="hatch-line" {}
            }
        }
    }
}

/// A rectangle in the colour and pattern of a state.
pub(crate) fn status_rect(prefix: &str, x: f64, y: f64, w: f64, h: f64, status: Status) -> Markup {
    html! {
        rect x=(n(x)) y=(n(y)) width=(n(w)) height=(n(h)) rx="3" class=(status.class()) fill=(status.fill()) {}
        @if status != Status::Done {
            rect x=(n(x)) y=(n(y)) width=(n(w)) height=(n(h)) rx="3" class={ "zw-hatch h-" (status.key()) }
                fill={ "url(#" (prefix) (status.key()) ")" } opacity=(HATCH) {}
        }
    }
}

/// Legend of the states with the number of each, as one row; returns the width used.
pub(crate) fn status_legend(
    lang: Lang,
    prefix: &str,
    x: f64,
    y: f64,
    count: impl Fn(Status) -> usize,
) -> (Markup, f64) {
    let mut at = x;
    let parts: Vec<Markup> = Status::ALL
        .iter()
        .map(|s| {
            let words = format!("{} {} {}", s.mark(), s.word(lang), count(*s));
            let part = html! {
                (status_rect(prefix, at, y, 18.0, 13.0, *s))
                (text(&Text { x: at + 24.0, y: y + 11.0, text: &words, size: 12.5, ..Text::default() }))
            };
            at += 24.0 + text_width(&words, 12.5) + 18.0;
            part
        })
        .collect();
    (html! { @for p in parts { (p) } }, at - x)
}

/// Legend of series: a swatch and a name each.
pub(crate) fn series_legend(x: f64, y: f64, names: &[(&str, bool)]) -> Markup {
    html! {
        @for (i, (name, dashed)) in names.iter().enumerate() {
            @let (class, colour) = series_colour(i);
            @let at = x + names[..i].iter().map(|(name, _)| 24.0 + text_width(name, 12.5) + 18.0).sum::<f64>();
            @if *dashed {
                line x1=(n(at)) y1=(n(y - 4.0)) x2=(n(at + 18.0)) y2=(n(y - 4.0)) class="l-plan" stroke=(MUTED) stroke-width="1.5" stroke-dasharray="5 4" {}
            } @else {
                rect x=(n(at)) y=(n(y - 10.0)) width="18" height="11" rx="2" class={ "f-" (class) } fill=(colour) {}
            }
            (text(&Text { x: at + 24.0, y, text: name, size: 12.5, ..Text::default() }))
        }
    }
}

/// Every chart.
pub fn sample(lang: Lang) -> Markup {
    html! {
        (line::sample(lang))
        (bars::sample(lang))
        (matrix::sample(lang))
        (sparkline("近八期", &[Some(3), Some(5), None, Some(4), Some(8), Some(9)]))
    }
}

#[cfg(test)]
mod tests;
