//! What happened in order, and two versions of one record side by side.

use crate::form::{CSRF_FIELD, hidden};
use crate::i18n::Lang;
use crate::status::Status;
use maud::{Markup, html};

/// One event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Absolute time, as `2026-11-22 09:30`.
    pub at: String,
    /// Who did it: name and role or unit; empty for the system.
    pub who: String,
    /// What happened, in a short sentence.
    pub what: String,
    /// Reason or remark.
    pub note: Option<String>,
    /// State it led to.
    pub status: Option<Status>,
}

/// Events, newest or oldest first as given.
pub fn timeline(events: &[Event]) -> Markup {
    html! {
        ol class="zw-timeline" { @for e in events {
            li class=[e.status.map(Status::class)] {
                span class="zw-timeline-mark" aria-hidden="true" { (e.status.map_or("•", Status::mark)) }
                p class="zw-timeline-head" {
                    time datetime=(e.at.replace(' ', "T")) { (e.at) }
                    @if !e.who.is_empty() { " " span class="zw-muted" { (e.who) } }
                }
                p { (e.what) }
                @if let Some(note) = &e.note { p class="zw-muted" { (note) } }
            }
        } }
    }
}

/// One field of a conflict.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Label of the field.
    pub label: String,
    /// What the other person saved.
    pub theirs: String,
    /// What this reader typed.
    pub mine: String,
}

/// Someone else saved first: both versions side by side, nothing lost.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Who saved and when, e.g. `李*，2026-11-22 09:30`.
    pub saved_by: String,
    /// All fields; equal ones are shown without emphasis.
    pub fields: Vec<Difference>,
    /// Where the reader's version is sent again on top of the new one.
    pub action: String,
    /// Hidden fields of that form: names and values as typed, with the new version number.
    pub keep: Vec<(String, String)>,
    /// Page of the saved version.
    pub theirs_href: String,
}

/// Draws the conflict panel.
pub fn conflict(lang: Lang, csrf: &str, c: &Conflict) -> Markup {
    html! {
        section class="zw-card zw-conflict" role="alert" tabindex="-1" data-focus="" {
            h2 { (lang.t("ui-conflict-title")) }
            p { (lang.tf("ui-conflict-text", &[("who", (&c.saved_by).into())])) }
            div class="zw-scroll" tabindex="0" role="region" aria-label=(lang.t("ui-conflict-title")) {
                table class="zw-table" {
                    thead { tr {
                        th scope="col" { (lang.t("ui-conflict-field")) }
                        th scope="col" { (lang.t("ui-conflict-theirs")) }
                        th scope="col" { (lang.t("ui-conflict-mine")) }
                    } }
                    tbody { @for d in &c.fields {
                        @let differs = d.theirs != d.mine;
                        tr class=[differs.then_some("is-different")] {
                            th scope="row" { (d.label) @if differs { " " span class="zw-flag" { (lang.t("ui-conflict-differs")) } } }
                            td data-label=(lang.t("ui-conflict-theirs")) { (d.theirs) }
                            td data-label=(lang.t("ui-conflict-mine")) { (d.mine) }
                        }
                    } }
                }
            }
            div class="zw-buttons" {
                form action=(c.action) method="post" data-once="" {
                    (hidden(CSRF_FIELD, csrf))
                    @for (name, value) in &c.keep { (hidden(name, value)) }
                    button class="btn btn-primary" type="submit" { (lang.t("ui-conflict-keep-mine")) }
                }
                a class="btn" href=(c.theirs_href) { (lang.t("ui-conflict-take-theirs")) }
            }
        }
    }
}

/// A timeline and a conflict.
pub fn sample(lang: Lang) -> Markup {
    let event = |at: &str, who: &str, what: &str, status| Event {
        at: at.into(),
        who: who.into(),
        what: what.into(),
        note: None,
        status,
    };
    let diff = |label: &str, theirs: &str, mine: &str| Difference {
        label: label.into(),
        theirs: theirs.into(),
        mine: mine.into(),
    };
    html! {
        (timeline(&[
            event("2026-11-20 16:05", "王* · 示例镇站", "提交周报", None),
            Event { note: Some("在岗人数与名册不符，请核对。".into()), ..event("2026-11-21 09:12", "李* · 示例县", "退回", Some(Status::Behind)) },
            event("2026-11-21 10:40", "李* · 示例县", "通过", Some(Status::Done)),
        ]))
        (conflict(lang, "t", &Conflict {
            saved_by: "李*，2026-11-22 09:30".into(),
            fields: vec![diff("面积", "120 ㎡", "150 ㎡"), diff("房间数", "3", "3")],
            action: "/gallery".into(),
            keep: vec![("version".into(), "4".into()), ("area".into(), "150".into())],
            theirs_href: "/gallery".into(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflict_keeps_what_was_typed_and_marks_what_differs() {
        let html = sample(Lang::ZhCn).into_string();
        assert_eq!(html.matches("is-different").count(), 1);
        for want in
            ["150 ㎡", "120 ㎡", "name=\"version\" value=\"4\"", "name=\"csrf\"", "datetime=\"2026-11-20T16:05\""]
        {
            assert!(html.contains(want), "{want}");
        }
    }
}
