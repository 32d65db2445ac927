//! Who may be the person that is about to be registered, and the answer.

use super::{FormView, choices, word};
use crate::model::{Distinct, ResidentState};
use crate::out::{Candidate, Duplicates};
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_ui::form::{Field, form, hidden};
use zw_ui::parts::{card, flag, submit};

// i18n-keys: practice-resembling-must practice-resembling-may practice-resembling-must-lead practice-resembling-may-lead
// i18n-keys: practice-resembling-edit-lead practice-why-name practice-why-sound practice-why-near_sound practice-why-birth
// i18n-keys: practice-why-birth_swapped practice-why-birth_digit practice-why-birth_lunar practice-why-phone
// i18n-keys: practice-why-household practice-why-village practice-another-namesake practice-another-sibling
// i18n-keys: practice-another-family practice-another-checked

/// The list above the form. `new` is a registration: whoever is one of them is opened, and what was typed is kept.
pub(super) fn list(f: &FormView<'_>, d: &Duplicates, new: bool) -> Markup {
    let lead = match (new, d.must) {
        (false, _) => "practice-resembling-edit-lead",
        (true, true) => "practice-resembling-must-lead",
        (true, false) => "practice-resembling-may-lead",
    };
    card(
        &f.t(if d.must { "practice-resembling-must" } else { "practice-resembling-may" }),
        html! {
            p { (f.t(lead)) }
            ul class="zw-list" { @for c in &d.items { li { (candidate(f, c, new)) } } }
        },
    )
}

fn candidate(f: &FormView<'_>, c: &Candidate, new: bool) -> Markup {
    let why: Vec<String> = c.why.iter().map(|w| word(f.lang, "why", w.code())).collect();
    html! {
        @if let Some(p) = &c.person {
            a class="zw-tap" href={ "/people/" (p.county) "/" (p.id) } { (p.name) } " · " (p.village)
            @if p.state != ResidentState::Active { " " (flag(&word(f.lang, "state", p.state.code()))) }
            p class="zw-fine" { (f.lang.tf("practice-resembling-because", &[("why", why.join(f.lang.comma()).into())])) }
            @if new { (form("/people/same", f.csrf, None, html! {
                (hidden("same", &format!("{}/{}", p.county, p.id)))
                @for (name, value) in f.posted.values() { (hidden(name, value)) }
                (submit(&f.t("practice-resembling-same")))
            })) }
        }
        @if let Some(station) = &c.station { (f.lang.tf("practice-resembling-elsewhere", &[("station", station.into())])) }
    }
}

/// The answer, in the form, and what it answers.
pub(super) fn answer(f: &FormView<'_>, asks: Option<&Duplicates>, new: bool) -> Markup {
    let first = if new { crate::service::duplicate::ASK } else { "" };
    let typed = f.v("seen");
    let seen = asks.map_or(if typed.is_empty() { first } else { typed }, |d| d.seen.as_str());
    let must = asks.is_some_and(|d| d.must) || (asks.is_none() && !f.v("another").is_empty());
    html! {
        @if !seen.is_empty() { (hidden("seen", seen)) }
        @if must { (f.put(Field::radios("another", f.t("practice-f-another"), f.v("another"), choices::<Distinct>(f.lang, "another")))) }
    }
}
