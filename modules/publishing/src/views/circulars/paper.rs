//! A circular as its paper reads: head, addressee, text with its figures as links, annexes, signature, copies.

use crate::model::circular::{CircularFile, ParagraphOut};
use crate::model::template::{self, Piece};
use maud::{Markup, html};
use zw_core::period::Period;
use zw_indicators::indicator;
use zw_ui::parts;

/// The paper. It is Chinese in every language of the pages, as the document is.
pub(super) fn paper(c: &CircularFile) -> Markup {
    let (h, f) = (&c.head, &c.frame);
    html! {
        article class="zw-card zw-letter" lang="zh-CN" {
            @if let Some(head) = &f.red_head { p class="zw-letter-red" { (head) } }
            @if let Some(no) = &h.doc_no { p class="zw-letter-middle" { (no) } }
            h2 class="zw-letter-middle" { (h.title) }
            @if !f.addressee.is_empty() { p class="zw-letter-flush" { (f.addressee) "：" } }
            @for p in &c.paragraphs { (paragraph(c, p)) }
            @if let [only] = f.annexes.as_slice() {
                p { "附件：" (only.title) }
            } @else if !f.annexes.is_empty() {
                div class="zw-letter-annexes" {
                    p { "附件：" }
                    ol { @for a in &f.annexes { li { (a.title) } } }
                }
            }
            div class="zw-letter-sign" {
                @if !f.issuer.is_empty() { p { (f.issuer) } }
                p { (f.date.long_zh()) }
            }
            @if !f.issuer.is_empty() || !f.copy_to.is_empty() {
                footer class="zw-letter-imprint" {
                    @if !f.copy_to.is_empty() { p { "抄送：" (f.copy_to) "。" } }
                    @if !f.issuer.is_empty() { p { (f.issuer) "　" (f.date.long_zh()) "印发" } }
                }
            }
        }
    }
}

fn paragraph(c: &CircularFile, p: &ParagraphOut) -> Markup {
    let mut lines = p.paragraph.text.lines();
    let first = lines.next();
    html! {
        @if let Some(first) = first {
            p { @if !p.paragraph.lead.is_empty() { strong { (p.paragraph.lead) } } (line(c, first)) }
        } @else { h3 { (p.paragraph.lead) } }
        @for l in lines { p { (line(c, l)) } }
    }
}

/// A line with its figures as links to what stands behind them.
fn line(c: &CircularFile, text: &str) -> Markup {
    let pieces = template::parse(text).unwrap_or_else(|_| vec![Piece::Text(text.to_owned())]);
    html! {
        @for p in &pieces { @match p {
            Piece::Text(t) => (t),
            Piece::Figure(k) => (parts::figure(c.figures.iter().find(|(key, _)| key == k).map_or("〔？〕", |(_, v)| v), &figure_href(c, k))),
        } }
    }
}

/// The figure's own page where it has one; differences, lists and dates stand in the snapshot. Empty where the
/// reader's door is closed.
fn figure_href(c: &CircularFile, key: &str) -> String {
    let plain =
        indicator::find(key).is_some() || !key.contains(['.', '@']) && !matches!(key, "as_of" | "before" | "period");
    if plain && !c.opens_figures || !plain && !c.opens_snapshot {
        String::new()
    } else if plain {
        let from = c.head.period.as_deref().and_then(Period::parse).map_or(c.as_of, Period::first_day);
        format!("/figures/{key}?area={}&from={from}&to={}", c.head.division, c.as_of)
    } else if let Some(before) = c.head.previous.filter(|_| key == "before") {
        format!("/snapshots/{before}")
    } else {
        format!("/snapshots/{}", c.head.snapshot)
    }
}
