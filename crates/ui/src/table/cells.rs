//! The cells of a row, and what stands under it.

use super::{Align, Cell, Col, Table, bracketed, cards, text_of};
use crate::i18n::Lang;
use maud::{Markup, html};

/// What all rows of a table have in common.
pub(super) struct Shape {
    /// Columns that a phone folds away.
    folds: Vec<bool>,
    /// Their headings on a phone.
    labels: Vec<String>,
}

impl Shape {
    pub(super) fn of(t: &Table) -> Self {
        Self { folds: cards::folds(&t.cols), labels: t.cols.iter().map(phone_label).collect() }
    }
}

pub(super) fn cells(lang: Lang, t: &Table, shape: &Shape, cells: &[Cell]) -> Markup {
    let fold = |(i, content): (usize, &Cell)| shape.folds.get(i) == Some(&true) && !cards::asks(content);
    let folded: Vec<bool> = cells.iter().enumerate().map(fold).collect();
    let more = cells.iter().zip(&folded).any(|(c, folded)| *folded && !c.0.is_empty());
    html! {
        @for (i, (content, folded)) in cells.iter().zip(&folded).enumerate().filter(|(i, _)| t.cols.get(*i).is_none_or(|c| !c.below)) {
            @let figure = t.cols.get(i).is_some_and(|c| c.align == Align::Figure);
            @let class = class_of(figure, *folded, is_short(content));
            @if i == 0 { th scope="row" class=[class] { (content) @if more { (cards::more(lang)) } } }
            @else { td class=[class] data-label=[shape.labels.get(i)] { (content) } }
        }
    }
}

/// The class of a cell.
const fn class_of(figure: bool, folded: bool, short: bool) -> Option<&'static str> {
    Some(match (figure, folded, short) {
        (false, false, false) => return None,
        (false, false, true) => "is-short",
        (false, true, false) => "wide-only",
        (false, true, true) => "wide-only is-short",
        (true, false, false) => "is-figure",
        (true, false, true) => "is-figure is-short",
        (true, true, false) => "is-figure wide-only",
        (true, true, true) => "is-figure wide-only is-short",
    })
}

/// What stands under a row: each text after its heading; nothing where there is none.
pub(super) fn under(lang: Lang, t: &Table, cells: &[Cell], class: &str) -> Markup {
    let said: Vec<(&Col, &Cell)> =
        t.cols.iter().zip(cells).filter(|(c, content)| c.below && !text_of(content).is_empty()).collect();
    let colon = if lang == Lang::En { ": " } else { "：" };
    html! { @if !said.is_empty() {
        tr class={ "zw-under" (class) } { td colspan=(t.across()) { @for (col, content) in said {
            div { span class="zw-muted" { (col.label) (colon) } (content) }
        } } }
    } }
}

/// Dates, badges and names of a few characters stay on one line; only longer text is broken.
fn is_short(content: &Markup) -> bool {
    let (mut tag, mut n) = (false, 0);
    for c in content.0.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            _ if !tag => n += 1,
            _ => {}
        }
    }
    n <= 17
}

fn phone_label(col: &Col) -> String {
    match &col.unit {
        Some(unit) => format!("{}{}", col.label, bracketed(&col.label, unit)),
        None => col.label.clone(),
    }
}
