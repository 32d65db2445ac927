//! The station's part of 今日: visits due, what was recorded last.

use super::{day, word};
use crate::out::{EncounterOut, PersonCard};
use crate::service::today::Today;
use maud::{Markup, html};
use zw_core::Day;
use zw_core::code::Code;
use zw_ui::parts::{button_link, button_row, card_with, empty};
use zw_ui::table::{Col, Row, Table, table};
use zw_ui::{Lang, Status, status};

/// The section; the page's title is the caller's. `more` are other ways to the same records: after the buttons and before
/// the lists, which may be long.
pub fn section(lang: Lang, t: &Today, today: Day, more: Option<&Markup>) -> Markup {
    let title = lang.tf("practice-today-due", &[("n", t.due_total.into())]);
    let all = if t.own { "/people?due=1&mine=1" } else { "/people?due=1" };
    let beside = (t.due_total > 0).then(|| html! { a href=(all) { (lang.t("practice-today-all")) } });
    html! {
        (button_row(html! {
            (button_link(&lang.t("practice-find-person"), "/people", true))
            (button_link(&lang.t("practice-round"), "/visits/round", false))
            (button_link(&lang.t("practice-new-resident"), "/people/new", false))
            (button_link(&lang.t("practice-new-consult"), "/visits/consult", false))
        }))
        @if let Some(more) = more { (more) }
        @if t.waiting > 0 {
            div class="zw-notice n-warning" { span class="zw-mark" aria-hidden="true" { "!" } p {
                a href="/people?waiting=1" { (lang.tf("practice-today-waiting", &[("n", t.waiting.into())])) }
            } }
        }
        (card_with(&title, beside, due(lang, &t.due, today)))
        (card_with(&lang.t("practice-today-recent"), Some(html! { a href="/visits" { (lang.t("practice-today-all")) } }), recent(lang, &t.recent)))
    }
}

/// The mark of a due date: overdue, due today, or later.
pub(crate) fn due_mark(lang: Lang, p: &PersonCard, today: Day) -> Markup {
    let late = p.next_on.days_until(today);
    html! {
        @if p.overdue {
            (status::badge_with(Status::Overdue, &lang.tf("practice-overdue-days", &[("n", late.into())])))
        } @else if p.next_on == today && p.state.code() == "active" {
            (status::badge_with(Status::OnCourse, &lang.t("practice-due-today")))
        } @else { (p.next_on) }
    }
}

fn due(lang: Lang, list: &[PersonCard], today: Day) -> Markup {
    table(
        lang,
        &Table {
            caption: lang.t("practice-due-caption"),
            cols: vec![
                Col::text(lang.t("practice-col-name")),
                Col::text(lang.t("practice-col-village")),
                Col::text(lang.t("practice-col-next")),
                Col::text(lang.t("practice-col-risk")).wide_only(),
                Col::text(lang.t("practice-col-last")),
            ],
            rows: list
                .iter()
                .map(|p| {
                    Row::new(vec![
                        html! { a class="zw-tap" href={ "/people/" (p.county) "/" (p.id) "/visit" } { (p.name) } (super::people::waits(lang, p.waiting)) },
                        html! { (p.village) },
                        due_mark(lang, p, today),
                        html! { (lang.tf("practice-risk-level", &[("n", p.risk.into())])) },
                        html! { (day(p.last_on)) },
                    ])
                })
                .collect(),
            empty: Some(empty(
                &lang.t("practice-due-none"),
                &lang.t("practice-due-none-how"),
                Some((&lang.t("practice-find-person"), "/people")),
            )),
            ..Table::default()
        },
    )
}

fn recent(lang: Lang, list: &[EncounterOut]) -> Markup {
    table(
        lang,
        &Table {
            caption: lang.t("practice-recent-caption"),
            cols: vec![
                Col::text(lang.t("practice-col-day")),
                Col::text(lang.t("practice-col-persons")),
                Col::text(lang.t("practice-col-mode")),
            ],
            rows: list
                .iter()
                .map(|e| {
                    Row::new(vec![
                        html! { a href={ "/visits/" (e.county) "/" (e.id) } { (e.day) } },
                        super::visits::people(lang, e),
                        html! { (word(lang, "kind", e.kind.code())) " · " (word(lang, "mode", e.mode.code())) },
                    ])
                })
                .collect(),
            empty: Some(empty(&lang.t("practice-visits-none"), &lang.t("practice-visits-none-how"), None)),
            ..Table::default()
        },
    )
}

/// The section with invented people.
pub fn sample(lang: Lang) -> Markup {
    let (person, encounter) = (super::people::sample_card(), super::visits::sample_encounter());
    let today = Today { due: vec![person], due_total: 1, own: true, recent: vec![encounter], waiting: 3 };
    section(lang, &today, Day::from_stored(20210708), None)
}
