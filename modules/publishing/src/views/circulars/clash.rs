//! What somebody else saved meanwhile, beside what the reader typed: both as the paper reads, what differs marked.

use crate::model::clash::{Bit, Change, Clash, Passage};
use maud::{Markup, html};
use zw_ui::parts;
use zw_ui::{Arg, Lang};
use zw_web::FormTrouble;

/// The passages in which the two versions differ, above the form that keeps what was typed.
pub(super) fn clash(lang: Lang, met: &Clash, t: &FormTrouble) -> Markup {
    let who = t.current.iter().find(|(k, _)| k == "updated_by").map(|(_, v)| v.clone()).unwrap_or_default();
    zw_ui::form::folded(
        &lang.tf("publishing-standing", &[("who", Arg::from(&who))]),
        true,
        html! {
            @if met.passages.is_empty() { p { (lang.t("publishing-clash-none")) } }
            @else { p class="zw-muted" { (lang.t("publishing-clash-marks")) } }
            @for p in &met.passages { (passage(lang, p)) }
        },
    )
}

// i18n-keys: publishing-clash-both publishing-clash-theirs publishing-clash-added publishing-clash-gone
// i18n-keys: publishing-clash-moved
fn passage(lang: Lang, p: &Passage) -> Markup {
    let (how, theirs_goes) = match p.change {
        Change::Both => ("publishing-clash-both", true),
        Change::Theirs => ("publishing-clash-theirs", false),
        Change::Added => ("publishing-clash-added", false),
        Change::Gone => ("publishing-clash-gone", false),
        Change::Moved => ("publishing-clash-moved", true),
    };
    let theirs = (lang.t("publishing-clash-now"), bits(&p.theirs, theirs_goes));
    let mine = (lang.t("publishing-clash-mine"), bits(&p.mine, !theirs_goes));
    let both = [(!p.theirs.is_empty()).then_some(theirs), (!p.mine.is_empty()).then_some(mine)];
    html! {
        h3 { (name(lang, &p.name)) }
        p { (lang.t(how)) }
        (parts::definitions(both.into_iter().flatten()))
    }
}

/// What the paper will not say any more when the form is saved as it is is struck out, what it will say is underlined.
fn bits(list: &[Bit], goes: bool) -> Markup {
    html! { @for b in list {
        @if !b.differs { (b.text) } @else if goes { del { (b.text) } } @else { ins { (b.text) } }
    } }
}

/// Which part of the text a field is.
fn name(lang: Lang, field: &str) -> String {
    let (id, part) = field.split_once('-').unwrap_or((field, ""));
    let number = |prefix| id.strip_prefix(prefix).filter(|n: &&str| n.bytes().all(|b| b.is_ascii_digit()));
    let paragraph = match (number('p'), number('n')) {
        (Some(n), _) => Some(lang.tf("publishing-paragraph-n", &[("n", Arg::from(n))])),
        (_, Some(n)) => Some(lang.tf("publishing-paragraph-added-n", &[("n", Arg::from(n))])),
        _ => None,
    };
    match (paragraph, part, field) {
        (Some(p), "lead", _) => lang.tf("publishing-heading-of", &[("lead", Arg::from(&p))]),
        (Some(p), "new", _) => format!("{p} · {}", lang.t("publishing-paragraph-new")),
        (Some(p), ..) => p,
        (None, _, "addressee") => lang.t("publishing-addressee"),
        (None, _, "copy_to") => lang.t("publishing-copy-to"),
        (None, ..) if id == "annex" => lang.t("publishing-annexes"),
        _ => lang.t("publishing-title"),
    }
}
