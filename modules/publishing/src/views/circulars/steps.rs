//! What comes next for a circular: remarks of a return, the check, a return, its sending, corrections of the record.

use crate::model::circular::{CircularFile, CircularState, EditKind, ReturnOut};
use maud::{Markup, html};
use zw_core::Day;
use zw_ui::form::{Field, FormExtra, field, form_with, hidden};
use zw_ui::parts;
use zw_ui::{Arg, Lang};
use zw_web::{FormTrouble, Posted};

/// What its writers were told when it was returned last, while it is a draft: first of all for them, until they have changed
/// something; after that for whoever checks whether they did.
pub(super) fn remarks(lang: Lang, c: &CircularFile) -> Markup {
    let said = |r: &ReturnOut, key: &str| {
        lang.tf(key, &[("who", Arg::from(&r.returned.0)), ("at", Arg::from(&r.returned.1.minute_cn()))])
    };
    html! {
        @if c.head.state == CircularState::Draft { @match (&c.head.returned, c.returns.last()) {
            (Some(r), _) => div class="zw-notice n-danger" {
                div { strong { (said(r, "publishing-returned-by")) } (lines(&r.remarks)) }
            },
            (None, Some(r)) => div class="zw-notice n-warning" {
                div { strong { (said(r, "publishing-returned-before")) } (lines(&r.remarks)) }
            },
            (None, None) => {}
        } }
    }
}

/// Remarks as they were typed, line by line.
fn lines(text: &str) -> Markup {
    html! { @for l in text.lines() { p { (l) } } }
}

/// Returning it to its writers, for who may not or will not change it themselves.
fn send_back(lang: Lang, (csrf, key): (&str, &str), c: &CircularFile, posted: &Posted, t: &FormTrouble) -> Markup {
    let (checked, wrong) = (c.head.state == CircularState::Checked, t.of(lang, "remarks"));
    let how = if checked { "publishing-return-checked-how" } else { "publishing-return-how" };
    let area = Field::area("remarks", lang.t("publishing-return-remarks"), posted.value("remarks"));
    zw_ui::form::folded(
        &lang.t("publishing-return-title"),
        wrong.is_some(),
        form_with(
            &format!("/circulars/{}/return", c.head.id),
            csrf,
            Some(key),
            &FormExtra::default(),
            html! {
                p { (lang.t(how)) }
                (hidden("version", &c.head.version.to_string()))
                (field(lang, &area.required().error(wrong.as_deref())))
                (parts::submit(&lang.t("publishing-return-do")))
            },
        ),
    )
}

/// The one next step of the state.
pub(super) fn next(
    lang: Lang,
    (csrf, key): (&str, &str),
    c: &CircularFile,
    today: Day,
    posted: &Posted,
    t: &FormTrouble,
) -> Markup {
    // Two forms may stand on one page: each step has a key of its own.
    let own = |step: &str| format!("{key}-{step}");
    let h = &c.head;
    let act = |verb: &str| format!("/circulars/{}/{verb}", h.id);
    let typed_or = |name: &str, kept: Option<String>| match posted.value(name) {
        "" => kept.unwrap_or_default(),
        typed => typed.to_owned(),
    };
    html! {
        @if h.state == CircularState::Draft {
            @if c.may_check {
                (parts::card(&lang.t("publishing-check-title"), form_with(&act("check"), csrf, Some(&own("check")), &FormExtra::default(), html! {
                    p { (lang.t("publishing-check-how")) }
                    (hidden("version", &h.version.to_string()))
                    (changed(lang, c))
                    (typed(lang, c))
                    @if !c.blanks.is_empty() {
                        p class="zw-notice n-warning" { (blanks(lang, c)) }
                        (field(lang, &Field::check("although_blank", lang.t("publishing-check-although"), posted.value("although_blank") == "1")))
                    }
                    (parts::submit(&lang.t("publishing-check-do")))
                })))
            } @else if c.may_edit {
                (typed(lang, c))
                @if !c.blanks.is_empty() { p class="zw-notice n-warning" { (blanks(lang, c)) } }
                p class="zw-muted" { (lang.t("publishing-check-other")) }
            }
        }
        @if c.may_return { (send_back(lang, (csrf, &own("return")), c, posted, t)) }
        @if c.may_send {
            (parts::card(&lang.t("publishing-send-title"), form_with(&act("send"), csrf, Some(&own("send")), &FormExtra::default(), html! {
                p { (lang.t("publishing-send-how")) }
                (hidden("version", &h.version.to_string()))
                (recorded(lang, (&typed_or("doc_no", None), &typed_or("sent_on", Some(today.to_string()))), t))
                (parts::submit(&lang.t("publishing-send-do")))
            })))
        }
        @if c.may_correct {
            (zw_ui::form::folded(&lang.t("publishing-correct-title"), !t.is_empty(), form_with(&act("correct"), csrf, Some(&own("correct")), &FormExtra::default(), html! {
                p { (lang.t("publishing-correct-how")) }
                (hidden("version", &h.version.to_string()))
                (recorded(lang, (&typed_or("doc_no", h.doc_no.clone()), &typed_or("sent_on", h.sent_on.map(|d| d.to_string()))), t))
                (field(lang, &Field::text("reason", lang.t("publishing-correct-reason"), posted.value("reason")).required().error(t.of(lang, "reason").as_deref())))
                (parts::submit(&lang.t("publishing-correct-do")))
            })))
        }
        @if c.may_edit {
            (zw_ui::form::folded(&lang.t("publishing-void-title"), t.of(lang, "reason").is_some(), form_with(&act("void"), csrf, Some(&own("void")), &FormExtra::default(), html! {
                (hidden("version", &h.version.to_string()))
                (field(lang, &Field::text("reason", lang.t("publishing-void-reason"), posted.value("reason")).required().error(t.of(lang, "reason").as_deref())))
                (parts::submit_danger(&lang.t("publishing-void-do"), &lang.t("publishing-void-sure")))
            })))
        }
    }
}

/// Number and date that the office gave.
fn recorded(lang: Lang, (doc_no, sent_on): (&str, &str), t: &FormTrouble) -> Markup {
    html! {
        (field(lang, &Field::text("doc_no", lang.t("publishing-doc-no"), doc_no).required().hint(lang.t("publishing-doc-no-hint")).error(t.of(lang, "doc_no").as_deref())))
        (field(lang, &Field::date("sent_on", lang.t("publishing-sent-on"), sent_on).required().error(t.of(lang, "sent_on").as_deref())))
    }
}

/// How much is not the system's draft: for whoever checks.
fn changed(lang: Lang, c: &CircularFile) -> Markup {
    let n = |of: &[EditKind]| c.edits.iter().filter(|e| of.contains(&e.kind)).count();
    let (added, removed) = (n(&[EditKind::Added]), n(&[EditKind::Removed]));
    let other = c.edits.len() - added - removed;
    html! { @if !c.edits.is_empty() {
        p class="zw-notice n-warning" {
            (lang.tf("publishing-edits-told", &[("added", added.into()), ("removed", removed.into()), ("other", other.into())]))
        }
    } }
}

/// What is left to fill in.
fn blanks(lang: Lang, c: &CircularFile) -> String {
    lang.tf("rule-circular-blanks", &[("n", c.blanks.len().into()), ("list", Arg::from(&c.blanks.join(lang.comma())))])
}

/// Numbers that people typed: nothing proves them.
fn typed(lang: Lang, c: &CircularFile) -> Markup {
    html! { @if !c.typed.is_empty() {
        p class="zw-notice n-warning" { (lang.tf("publishing-typed", &[("list", Arg::from(&c.typed.join(lang.comma())))])) }
    } }
}
