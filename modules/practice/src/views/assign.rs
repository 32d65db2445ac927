//! Giving residents nobody answers for to a worker of the station.

use crate::service::assign::{NOBODY, Waiting};
use maud::{Markup, html};
use zw_core::{DivisionId, UnitId, Uuid, WorkerId};
use zw_ui::form::{Field, buttons, form, hidden};
use zw_ui::parts::{card, submit};
use zw_ui::{Choice, Lang};
use zw_web::FormView;

/// The form above the list, for the first station where somebody waits; nothing where nobody does.
pub fn give(f: &FormView<'_>, waiting: &[Waiting]) -> Markup {
    let Some(first) = waiting.first() else { return html! {} };
    let of_station: Vec<&Waiting> = waiting.iter().filter(|w| w.unit == first.unit).collect();
    let from: Vec<Choice> = of_station.iter().map(|w| Choice::new(whose(w), who(f.lang, w))).collect();
    let chosen = match (f.v("from"), from.as_slice()) {
        ("", [one]) => one.value.clone(),
        (typed, _) => typed.to_owned(),
    };
    let to = first.posted.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect();
    card(
        &f.lang.tf("practice-assign-title", &[("unit", first.unit_name.as_str().into())]),
        html! {
            (f.summary())
            p class="form-hint" { (f.t("practice-assign-hint")) }
            @if first.posted.is_empty() {
                ul class="zw-list" { @for w in &of_station { li { (who(f.lang, w)) } } }
                p { (f.t("practice-assign-nobody")) }
            } @else {
                (form("/people/assign", f.csrf, Some(f.key), html! {
                    (hidden("unit", &first.unit.to_string()))
                    (f.put(Field::radios("from", f.t("practice-assign-from"), &chosen, from).required()))
                    (f.put(Field::select("to", f.t("practice-assign-to"), f.v("to"), to).required()))
                    (buttons(submit(&f.t("practice-assign-go"))))
                }))
            }
        },
    )
}

/// What the form sends for whose they were.
fn whose(w: &Waiting) -> String {
    w.worker.map_or_else(|| NOBODY.to_owned(), |w| w.to_string())
}

/// Whose they were, and how many.
fn who(lang: Lang, w: &Waiting) -> String {
    match &w.worker_name {
        Some(name) => lang.tf("practice-assign-of", &[("name", name.as_str().into()), ("n", w.persons.into())]),
        None => lang.tf("practice-assign-of-nobody", &[("n", w.persons.into())]),
    }
}

/// One who left, one never named, and a station without anybody.
pub fn sample(lang: Lang) -> Markup {
    let (posted, trouble) = (zw_web::Posted::default(), zw_web::FormTrouble::default());
    let f = FormView { lang, csrf: "x", key: "y", posted: &posted, trouble: &trouble };
    let one = |n: u128, name: Option<&str>, posted: &[(u128, &str)]| Waiting {
        county: DivisionId(100),
        unit: UnitId(Uuid::from_u128(n)),
        unit_name: format!("示例站{n}"),
        worker: name.map(|_| WorkerId(Uuid::from_u128(n))),
        worker_name: name.map(str::to_owned),
        persons: 3,
        posted: posted.iter().map(|(n, name)| (WorkerId(Uuid::from_u128(*n)), (*name).to_owned())).collect(),
    };
    html! {
        (give(&f, &[one(1, Some("李社工"), &[(5, "王社工")]), one(1, None, &[(5, "王社工")])]))
        (give(&f, &[one(2, None, &[])]))
        (give(&f, &[]))
    }
}
